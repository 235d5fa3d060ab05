"""The plain transcript: paragraphs, and what strangers' text files hold."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captionkit.errors import FormatError
from captionkit.formats import read_captions, txt, verify_written
from captionkit.formats.presentation import one_line
from captionkit.model import Clip, FileCue, Record, Review, Speaker, Transcript, Word

GOLDEN = Path(__file__).parents[1] / "golden" / "formats"
TOKENS = st.text(min_size=1).filter(lambda t: not any(c.isspace() for c in t)) | st.sampled_from(
    ["[0:28]", "[1:00:00]", "Made", "automatically", "\0", "<b>", "-->"]
)


@st.composite
def transcripts(draw) -> Record:
    """A record with any words, some of them by a speaker with any name, and with a title."""
    times = sorted(draw(st.lists(st.integers(0, 10**5), min_size=1, max_size=20)))
    words = tuple(Word(draw(TOKENS), at, at, 1.0, draw(st.sampled_from([None, "s1", "s2"]))) for at in times)
    name = draw(st.text())
    review = Review(draw(st.text()) + "x", "2026-11-20") if draw(st.booleans()) else None
    return Record(Clip(draw(st.text()), "", 1), Transcript("en", words), (Speaker("s1", name),), review=review)


def test_golden(story):
    """The transcript that an editor pastes into the CMS looks other than last week."""
    written = txt.write(story)
    assert written == (GOLDEN / "ferry.txt").read_text(encoding="utf-8")
    verify_written(story, written, "txt")


@settings(deadline=None)
@given(transcripts())
def test_no_word_is_lost(record):
    """A transcript offered instead of the sound leaves out words, or has the names of speakers among them."""
    written = txt.write(record)
    verify_written(record, written, "txt")
    back = read_captions(written, "a.txt")
    assert " ".join(cue.text for cue in back).split() == [one_line(w.text) for w in record.transcript.words]


@pytest.mark.parametrize(("pause_ms", "paragraphs"), [(1999, 1), (2000, 2)])
def test_a_long_pause_begins_a_paragraph(pause_ms, paragraphs):
    """A transcript of an hour by one speaker is one block that nobody can read."""
    words = (Word("One.", 0, 100), Word("Two.", 100 + pause_ms, 9000))
    written = txt.write(Record(Clip("a.mp4", "", 1), Transcript("en", words)))
    assert written.count("[0:0") == paragraphs


def test_read_our_own(story):
    """`diff` of our own transcript takes the title, the credits and the names for spoken words."""
    assert read_captions(txt.write(story), "a.txt") == (
        FileCue(1000, 4000, ("The ferry is back.",)),
        FileCue(4000, 5000, ("We won't, Ines",), ("Zoë Ng-Ruiz <zoe&co>",)),
        FileCue(5000, 5000, ("R&D <sic>",)),
    )


def test_read_anybodys():
    """`diff` of a transcript by hand finds times among the words, or loses the first paragraph."""
    assert read_captions("Good evening.\r\n\r\nIt is late.", "a.txt") == (
        FileCue(0, 0, ("Good evening.", "It is late.")),
    )
    assert read_captions("Intro.\n[0:10] It is\nlate.\n[1:00:02.500]\nYes.", "a.txt") == (
        FileCue(0, 10000, ("Intro.",)),
        FileCue(10000, 3602500, ("It is", "late.")),
        FileCue(3602500, 3602500, ("Yes.",)),
    )


def test_times_that_go_back():
    """A transcript with one wrong time gives a cue of negative length, which no other stage can hold."""
    assert read_captions("[0:10] b\n[0:05] a", "a.txt") == (
        FileCue(10000, 10000, ("b",)),
        FileCue(5000, 5000, ("a",)),
    )


@pytest.mark.parametrize("text", ["", " \n\n", "\ufeff"])
def test_nothing_to_read(text):
    """An empty file by mistake reads as a clip in which no quote was said."""
    with pytest.raises(FormatError, match="there is no text in it"):
        read_captions(text, "a.txt")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda t: t.replace("ferry ", ""), "word 2 is 'is' instead of 'ferry'"),
        (lambda t: t[: t.rindex(" <sic>")], "word 9 is None instead of '<sic>'"),
        (lambda t: t + "\nmore", "word 10 is 'more' instead of None"),
    ],
)
def test_a_lost_word_is_found_before_it_is_put_in_place(story, damage, told):
    """A fault of ours leaves words out of the transcript, and nobody compares."""
    with pytest.raises(FormatError, match=told):
        verify_written(replace(story), damage(txt.write(story)), "txt")
