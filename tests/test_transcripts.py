"""Transcripts from files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.article import ArticleOptions, read_article
from captionkit.captions.spoken import words_of_cue
from captionkit.errors import FormatError
from captionkit.model import Article, Clip, FileCue, Finding, Part, PartFinding, Quote, Record, Transcript, Word
from captionkit.pipeline.compare import compare_quotes, is_transcript, read_transcript
from captionkit.pipeline.options import CaptionOptions
from captionkit.record import record_to_json

WEBVTT = """WEBVTT

1
00:00:01.000 --> 00:00:02.000
<v Ada>We waited</v>

00:00:02.000 --> 00:00:04.000
long &amp; hard.
"""
SUBRIP = """1
00:00:01,000 --> 00:00:02,000
We waited

2
00:00:02,000 --> 00:00:04,000
long & hard.
"""


@pytest.mark.parametrize("name", ["a.vtt", "a.srt", "a.txt", "a.captionkit.json", "A.VTT", "x.y/b.Txt"])
def test_text_is_known_by_its_name(name: str) -> None:
    """A vendor's caption file would be sent to the decoder, which says that it is no media."""
    assert is_transcript(Path(name))


@pytest.mark.parametrize("name", ["a.mp4", "a.wav", "vtt", "a.json", "a.vtt.mp4", "txt.m4a"])
def test_media_is_heard(name: str) -> None:
    """A clip would be read as text."""
    assert not is_transcript(Path(name))


@pytest.mark.parametrize(("name", "text"), [("a.vtt", WEBVTT), ("a.srt", SUBRIP)])
def test_a_caption_file_gives_its_words_with_times(tmp_path: Path, name: str, text: str) -> None:
    """The diff would place a quote in another part of the clip than the vendor's captions do."""
    (tmp_path / name).write_text(text)
    transcript, record = read_transcript(tmp_path / name)
    words, language = transcript.words, transcript.language
    assert record is None
    assert [w.text for w in words] == ["We", "waited", "long", "&", "hard."]
    assert [(w.start_ms, w.end_ms) for w in words] == [
        (1000, 1250),
        (1250, 2000),
        (2000, 2800),
        (2800, 3000),
        (3000, 4000),
    ]
    assert language == "en"


def test_a_voice_of_the_file_stays_with_its_words(tmp_path: Path) -> None:
    """Who speaks, which the vendor's file says, would be lost."""
    (tmp_path / "a.vtt").write_text(WEBVTT)
    assert [w.speaker for w in read_transcript(tmp_path / "a.vtt")[0].words] == ["Ada", "Ada", None, None, None]


def test_plain_text_gives_its_words(tmp_path: Path) -> None:
    """A transcript without times could not be held against an article at all."""
    (tmp_path / "a.txt").write_text("We waited\nlong & hard.\n")
    assert [w.text for w in read_transcript(tmp_path / "a.txt")[0].words] == ["We", "waited", "long", "&", "hard."]


def test_a_record_gives_the_words_that_were_heard(tmp_path: Path) -> None:
    """A diff of our own record would see other words or another language than the run did."""
    words = (Word("Ja,", 10, 20, 0.5), Word("Ines", 30, 40, 0.25, heard="Innis"))
    path = tmp_path / "a.captionkit.json"
    record = Record(Clip("a.mp4", "0" * 64, 50), Transcript("de", words))
    path.write_text(record_to_json(record))
    assert read_transcript(path) == (record.transcript, record)


PART = PartFinding(Part("We waited"), "uncertain", reason="the sound does not decide")
FINDING = Finding(Quote("q1", "speech", (PART.part,), "Ada"), "uncertain", (PART,))
JUDGED = Record(
    Clip("a.mp4", "0" * 64, 50),
    Transcript("en", (Word("We", 10, 20),)),
    article=Article("a.html", "A", "Text.", "5" * 64, (FINDING.quote,)),
    findings=(FINDING,),
)


@pytest.mark.parametrize(
    ("sha256", "verdict"), [("same", "uncertain"), ("6" * 64, "not_found"), (None, "not_found")], ids=["same", "other", "none"]
)
def test_a_record_of_this_very_article_knows_its_findings(tmp_path: Path, sha256: str | None, verdict: str) -> None:
    """What the sound decided would be lost, or another article's verdicts be given for this one."""
    page = tmp_path / "a.txt"
    page.write_text('The ferry is back\n\n"We waited for many years," said Mayor Ines Okafor of the ferry company.\n')
    article = read_article(str(page), ArticleOptions())
    of_record = None if sha256 is None else replace(article, sha256=article.sha256 if sha256 == "same" else sha256)
    path = tmp_path / "a.captionkit.json"
    path.write_text(record_to_json(replace(JUDGED, article=of_record)))
    (finding,) = compare_quotes(path, CaptionOptions(str(page)))
    assert finding.verdict == verdict and (finding == FINDING) is (sha256 == "same")


@pytest.mark.parametrize("name", ["empty.srt", "head.vtt", "silent.captionkit.json"])
def test_a_transcript_without_words_is_refused(tmp_path: Path, name: str) -> None:
    """An empty caption file would pass every check of quotes."""
    silent = record_to_json(replace(JUDGED, transcript=Transcript("en", ())))
    (tmp_path / name).write_text({"empty.srt": "", "head.vtt": "WEBVTT\n"}.get(name, silent))
    with pytest.raises(FormatError, match=f"{name}: there are no words in it"):
        read_transcript(tmp_path / name)


@pytest.mark.parametrize("name", ["gone.vtt", "gone.srt", "gone.txt", "gone.captionkit.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    """The person would see a traceback for a slip of the keyboard."""
    with pytest.raises(FormatError, match=f"{name}: there is no such file"):
        read_transcript(tmp_path / name)


@pytest.mark.parametrize("name", ["a.vtt", "a.captionkit.json"])
def test_bytes_that_are_no_transcript_are_refused(tmp_path: Path, name: str) -> None:
    """Rubbish would come out as words, or as a traceback."""
    (tmp_path / name).write_bytes(bytes(range(256)) * 20)
    with pytest.raises(FormatError, match=name):
        read_transcript(tmp_path / name)


LINES = st.lists(st.text(min_size=0, max_size=30).map(lambda line: line.rstrip("])*")), min_size=1, max_size=3).map(tuple)
"""Lines of words: none shows a sound."""


def test_captions_in_capitals_are_words() -> None:
    """Every quote would be reported as not found in a broadcaster's captions that know no small letters."""
    cue = FileCue(0, 1_000, ("APPLAUSE WAS HEARD", "IN THE HALL"))
    assert " ".join(w.text for w in words_of_cue(cue)) == "APPLAUSE WAS HEARD IN THE HALL"


def test_a_line_that_shows_a_sound_has_no_words() -> None:
    """`[applause]` inside a quote would be reported as words that the article cut."""
    assert [w.text for w in words_of_cue(FileCue(0, 1_000, ("We build.", "[applause]")))] == ["We", "build."]


@given(LINES, st.integers(0, 10**9), st.integers(-5_000, 60_000))
def test_no_word_of_a_cue_is_lost_and_time_goes_forward(lines: tuple[str, ...], start_ms: int, length_ms: int) -> None:
    """A quote would be reported as cut, or played from the wrong place, though the captions have it."""
    cue = FileCue(start_ms, max(0, start_ms + length_ms), lines)
    words = words_of_cue(cue)
    assert [w.text for w in words] == " ".join(lines).split()
    assert all(a.end_ms == b.start_ms for a, b in zip(words, words[1:]))
    if words:
        assert words[0].start_ms == start_ms
        assert words[-1].end_ms == max(start_ms, cue.end_ms)


def test_a_sound_in_a_caption_file_is_no_word(tmp_path: Path) -> None:
    """A quote would count as altered because somebody applauded in the middle of it."""
    (tmp_path / "a.srt").write_text(SUBRIP.replace("long", "[applause]\nlong"))
    words = read_transcript(tmp_path / "a.srt")[0].words
    assert [w.text for w in words] == ["We", "waited", "long", "&", "hard."]
