"""The registry of formats: names, suffixes, and laws that hold for each."""

from dataclasses import replace
from pathlib import Path

import pytest

from captionkit.errors import FormatError, UsageError
from captionkit.formats import FORMATS, format_named, read_captions, verify_written
from captionkit.model import FileCue

GOLDEN = Path(__file__).parents[1] / "golden" / "formats"


def test_names_and_suffixes():
    """Files have other names than the contract promises, and the scripts of a newsroom do not find them."""
    assert {name: kind.suffix for name, kind in FORMATS.items()} == {
        "record": ".captionkit.json",
        "vtt": ".vtt",
        "srt": ".srt",
        "ttml": ".ttml",
        "txt": ".txt",
    }
    assert all(kind.name == name for name, kind in FORMATS.items())


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_reads_what_it_writes(story, name):
    """A format that was added is written unchecked, or cannot be given to `diff`."""
    written = FORMATS[name].write(story)
    verify_written(story, written, name)
    assert read_captions(written, f"ferry{FORMATS[name].suffix}")[0].text == "The ferry is back."
    assert written.endswith("\n")
    assert not written.endswith("\n\n")
    assert (GOLDEN / f"ferry{FORMATS[name].suffix}").exists()


def test_an_unknown_name_is_told_with_the_known_ones():
    """`--formats vvt` ends in a traceback, or writes nothing and says nothing."""
    with pytest.raises(UsageError, match=r"no format 'vvt'\. The formats are record, vtt, srt, ttml, txt"):
        format_named("vvt")
    with pytest.raises(UsageError):
        verify_written(None, "", "vvt")


def test_the_cues_of_a_record_carry_names(story):
    """`diff RECORD` does not know who speaks."""
    cues = read_captions(FORMATS["record"].write(story), "ferry.captionkit.json")
    assert cues[1] == FileCue(4100, 5100, ("We won't, Ines",), ("Zoë Ng-Ruiz <zoe&co>",))
    assert cues[0].voice is None


def test_a_record_that_loses_a_field_is_not_put_in_place(story):
    """A record that cannot give back what was known makes every later page wrong."""
    written = FORMATS["record"].write(story)
    with pytest.raises(FormatError, match="a field is lost"):
        verify_written(replace(story, files=()), written, "record")
