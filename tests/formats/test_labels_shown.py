"""Labels and sounds of a record's cues, as the caption files show them."""

from __future__ import annotations

import pytest

from captionkit.formats import FORMATS, read_captions, read_file
from captionkit.model import Clip, Cue, Record, Speaker, Transcript
from captionkit.record import record_from_json, record_to_json

RECORD = Record(
    Clip("a.mp4", "0" * 64, 30_000),
    Transcript("en", ()),
    speakers=(Speaker("s1", "Ana Cole"), Speaker("s2")),
    cues=(
        Cue(0, 900, ("[music playing]",), sound="music"),
        Cue(1000, 3000, ("We waited", "for long."), "s1", ("(Ana Cole)\n", "")),
        Cue(4000, 5000, ("Did you?", "Yes."), labels=("-", "-"), speakers=("s2", "s1")),
        Cue(9000, 9900, ("[applause]",), sound="applause"),
    ),
    credit_cue=Cue(6000, 8000, ("Produced by Bo Lind",)),
)
SHOWN = [
    ("[music playing]",),
    ("(Ana Cole)", "We waited", "for long."),
    ("-Did you?", "-Yes."),
    ("Produced by Bo Lind",),
    ("[applause]",),
]


@pytest.mark.parametrize("name", ["vtt", "srt"])
def test_labels_stand_before_their_lines_and_cues_in_order(name: str) -> None:
    """Who speaks would be known in the record only, and a closing sound would stand out of order."""
    text = FORMATS[name].write(RECORD)
    FORMATS[name].verify(RECORD, text)
    cues = read_captions(text, f"a.{name}")
    assert [cue.lines for cue in cues] == SHOWN
    assert [cue.start_ms for cue in cues] == [0, 1000, 4000, 6000, 9000]


@pytest.mark.parametrize("name", ["vtt", "ttml"])
def test_each_line_of_a_shared_cue_is_its_speakers(name: str) -> None:
    """What one person said would be put in the other's mouth, or neither would be named."""
    text = FORMATS[name].write(RECORD)
    shared = next(cue for cue in read_captions(text, f"a.{name}") if len(cue.lines) == 2)
    assert shared.voices == (None, "Ana Cole")
    if name == "vtt":
        assert "-Did you?\n<v Ana Cole>-Yes.</v>\n" in text


def test_a_transcript_parts_the_speakers_of_one_cue() -> None:
    """A dialogue in one cue would be one person's paragraph in the transcript."""
    text = FORMATS["vtt"].write(RECORD)
    written = convert_text(text)
    assert "[0:04]\n-Did you?\n\n[0:04] Ana Cole\n-Yes.\n" in written


def convert_text(vtt: str) -> str:
    """A WebVTT file as a plain transcript."""
    carry = FORMATS["txt"].carry
    assert carry is not None
    return carry(read_file(vtt, "a.vtt"))


def test_a_record_keeps_labels_speakers_and_sounds() -> None:
    """Files made again from the record would lose who speaks."""
    assert record_from_json(record_to_json(RECORD), "a").cues == RECORD.cues


def test_labels_that_belong_to_no_line_are_refused() -> None:
    """A damaged record would end in a traceback, or show a name before the wrong line."""
    for extra in ({"labels": ("-",)}, {"speakers": ("s1", "s2", "s1")}):
        with pytest.raises(ValueError, match="for each line"):
            Cue(0, 1000, ("a", "b"), **extra)  # type: ignore[arg-type]
