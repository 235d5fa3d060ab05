"""TTML: what is written, what comes back, and what strangers' files hold."""

from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ttconv.filters.doc.imsc11text import IMSC11TextFilter
from ttconv.imsc import reader as ttconv_reader
from ttconv.isd import ISD
from ttconv.model import Br, Text

from captionkit.errors import FormatError
from captionkit.formats import FORMATS, read_captions, read_file, verify_written
from captionkit.formats.presentation import captions_of
from captionkit.model import CaptionFile, Clip, Cue, FileCue, Record, Speaker, Transcript

GOLDEN = Path(__file__).parents[1] / "golden" / "formats" / "ferry.ttml"
AWKWARD = st.text() | st.text(st.sampled_from("<>&;-{}'\"]! \n\r\0\t#1\u200f\u2028\ufffe\uffffé\U0001f980"))


@st.composite
def captions(draw) -> Record:
    """A record with any text in its cues, some of them by a speaker with any name."""
    times = sorted(draw(st.lists(st.integers(0, 10**8), min_size=2, max_size=6, unique=True)))
    cues = tuple(
        Cue(start, end, tuple(draw(st.lists(AWKWARD, max_size=3))), draw(st.sampled_from([None, "s1"])))
        for start, end in pairwise(times)
    )
    return Record(Clip("a.mp4", "", 1), Transcript("en", ()), (Speaker("s1", draw(AWKWARD)),), cues=cues)


def shown_by_ttconv(text: str) -> list[tuple[int, int, str]]:
    """What ttconv's own reader makes of a document: each stretch of time with the text on the screen."""
    document = ttconv_reader.to_model(ElementTree.ElementTree(ElementTree.fromstring(text)))
    IMSC11TextFilter().process(document)
    stretches = ISD.generate_isd_sequence(document)
    found = []
    for (begin, screen), after in zip(stretches, [*stretches[1:], None]):
        parts = [element for region in screen.iter_regions() for element in region.dfs_iterator()]
        shown = "".join("\n" if isinstance(p, Br) else p.get_text() for p in parts if isinstance(p, Br | Text))
        if shown:
            found.append((int(begin * 1000), int(after[0] * 1000), shown))
    return found


def test_golden(story):
    """A broadcaster's system meets another document than last week."""
    written = FORMATS["ttml"].write(story)
    assert written == GOLDEN.read_text(encoding="utf-8")
    verify_written(story, written, "ttml")


def test_another_reader_shows_the_same(story):
    """What we read back is right to us alone, and an IMSC player shows something else."""
    cues = captions_of(story).cues
    assert shown_by_ttconv(FORMATS["ttml"].write(story)) == [(c.start_ms, c.end_ms, "\n".join(c.lines)) for c in cues]


@settings(deadline=None, max_examples=60)
@given(captions())
def test_nothing_is_lost(record):
    """Words with `<`, `&` or two blanks in them vanish from the captions, or a cue does, or its speaker."""
    written = FORMATS["ttml"].write(record)
    verify_written(record, written, "ttml")
    assert read_captions(written, "a.ttml") == captions_of(record).cues


def test_notes_and_language_come_back(story):
    """Who made the clip, and that nobody reviewed it, is gone after a change of format."""
    file = read_file(FORMATS["ttml"].write(story), "a.ttml")
    assert file == captions_of(story)


def test_a_lost_speaker_is_found(story):
    """Deaf viewers are not told who speaks, and nobody notices."""
    with pytest.raises(FormatError, match=r"cue 2 .* by 'Zoë"):
        verify_written(story, FORMATS["ttml"].write(story).replace(' ttm:agent="s1"', ""), "ttml")


VENDOR = """<?xml version="1.0" encoding="UTF-8"?>
<!-- by hand -->
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:p="http://www.w3.org/ns/ttml#parameter" xml:lang="de"
    xmlns:s="http://www.w3.org/ns/ttml#styling" xmlns:m="http://www.w3.org/ns/ttml#metadata"
    xmlns:ebu="urn:ebu:tt:metadata" p:frameRate="25" p:tickRate="1000">
  <head>
    <metadata>
      <m:title>Der  Bus</m:title><ebu:documentMetadata/>
      <m:agent xml:id="a" type="person"><m:name type="full">Ana &amp; Ben</m:name></m:agent>
      <m:agent xml:id="b"><m:name>Bo</m:name></m:agent>
    </metadata>
    <styling><style xml:id="x" s:color="red"/></styling>
    <layout><region xml:id="r1"/><region xml:id="r2"/></layout>
  </head>
  <body begin="10s">
    <div begin="1s">
      <p begin="00:00:00.500" dur="500ms" m:agent="a">Es  ist
        <span s:color="red">spät</span>,<br/> 3 &lt; 4.</p>
      <p begin="2000t" end="00:00:03:05" xml:id="c2"><span m:agent="a">Nein.</span><br/><span m:agent="b">Doch.</span></p>
      <p begin="3300ms" end="3800ms"><span m:agent="b">Ja?</span> <span m:agent="a">Ja.</span></p>
      <p><span begin="4s" end="5s">eins</span> <span begin="5s" end="6s">zwei</span></p>
      <p begin="7s" end="9s" xml:space="preserve">a  b<metadata><m:desc>Seufzt</m:desc></metadata></p>
    </div>
    <div timeContainer="seq" begin="1m"><p dur="1s">x</p><p dur="1.5s" m:agent="a b">y</p></div>
  </body>
</tt>
"""


def test_a_vendors_ttml():
    """`diff` and `check` see other times, words or speakers than the captions a vendor delivered."""
    assert read_file(VENDOR, "x.TTML") == CaptionFile(
        (
            FileCue(11_500, 12_000, ("Es ist spät,", "3 < 4."), ("Ana & Ben", "Ana & Ben")),
            FileCue(13_000, 14_200, ("Nein.", "Doch."), ("Ana & Ben", "Bo")),
            FileCue(14_300, 14_800, ("Ja?",), ("Bo",)),
            FileCue(14_300, 14_800, ("Ja.",), ("Ana & Ben",)),
            FileCue(15_000, 16_000, ("eins",)),
            FileCue(16_000, 17_000, ("zwei",)),
            FileCue(18_000, 20_000, ("a  b",)),
            FileCue(70_000, 71_000, ("x",)),
            FileCue(71_000, 72_500, ("y",)),
        ),
        ("Der  Bus", "Seufzt"),
        "de",
        ("styles", "regions", "metadata", "tags", "ids", "mixed_voices"),
    )


def document(body: str, attributes: str = "") -> str:
    return f'<tt xmlns="http://www.w3.org/ns/ttml" {attributes}><body>{body}</body></tt>'


BOMB = '<!DOCTYPE tt [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>'
RATE = 'xmlns:p="http://www.w3.org/ns/ttml#parameter" p:'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it is not well-formed XML"),
        ("WEBVTT", "it is not well-formed XML"),
        ("<tt/>", "it is not TTML"),
        (BOMB + document("<p>&b;</p>"), "it declares a document type"),
        ("<div>" * 60 + "</div>" * 60, "more than 50 levels of nesting"),
        (document('<p begin="1s">x</p>'), "the caption at 0:01 has no end"),
        (document('<p begin="x" end="2s">x</p>'), "its time begin='x' cannot be read"),
        (document(f'<p begin="{"9" * 5000}s" end="2s">x</p>'), "its time begin='9999"),
        (document('<p begin="1f" end="2s">x</p>', f'{RATE}frameRate="0"'), "its frame rate or tick rate"),
        (document('<p begin="1f" end="2s">x</p>', f'{RATE}frameRateMultiplier="1 0"'), "its frame rate or tick rate"),
        (document('<div timeContainer="seq"><p>x</p><p dur="1s">y</p></div>'), "a caption in a sequence has no end"),
    ],
)
def test_what_cannot_be_read_is_said(text, told):
    """A person gets a traceback, or a few lines of entities fill the memory of a shared machine."""
    with pytest.raises(FormatError, match=told):
        read_captions(text, "x.ttml")


@pytest.mark.parametrize("more", [0, 1])
def test_too_many_elements(monkeypatch, more):
    """A file of small elements takes a hundred times its size in memory."""
    monkeypatch.setattr("captionkit.formats.ttml.reader.MAX_ELEMENTS", 4)
    text = document('<p begin="1s" end="2s">x' + "<br/>" * (1 + more) + "</p>")
    if not more:
        assert read_captions(text, "x.ttml") == (FileCue(1000, 2000, ("x",)),)
        return
    with pytest.raises(FormatError, match="more than 4 elements"):
        read_captions(text, "x.ttml")


def test_empty_paragraphs_and_pictures_are_no_captions():
    """A picture's place or a stray blank becomes a caption of nothing."""
    text = document('<p begin="1s" end="2s"> <br/> </p><p> </p><div begin="1s" end="2s"/>')
    assert read_captions(text, "x.ttml") == ()


@settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from("<>/p&;= \"'xbegin1s!CDATA[]-?")))
def test_any_text_is_read_or_refused(text):
    """A hostile file ends in a traceback."""
    for given_text in (text, document(text), document(f'<p begin="1s" end="2s">{text}</p>')):
        with suppress(FormatError):
            read_captions(given_text, "x.ttml")


def test_no_cues(captioned):
    """A clip whose every word is quarantined fails instead of giving an empty document."""
    written = FORMATS["ttml"].write(captioned())
    verify_written(captioned(), written, "ttml")
    assert read_captions(written, "x.ttml") == ()


def test_a_language_that_is_not_known_is_not_named(captioned):
    """Captions in Welsh are read out by an English voice."""
    file = replace(captions_of(captioned(Cue(0, 1000, ("Hm.",)))), language=None)
    assert read_file(FORMATS["ttml"].carry(file), "x.ttml") == file
