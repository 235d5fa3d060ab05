"""`captionkit diff`: a transcript held against its article, without a model."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
import time
from pathlib import Path

import pytest

from captionkit.model import Article, Clip, Edit, Finding, Part, PartFinding, Quote, Record, Span, Transcript, Word
from captionkit.pipeline import compare
from captionkit.pipeline.options import CaptionOptions
from captionkit.record import record_to_json

SAID = "We will not cut the night service. It cost us fifty thousand a year, and it was worth it."
ARTICLE = """The bus is saved

The night bus is saved, the council of Ellerby said on Monday, after a long night in the town hall.

"We will cut the night service," said Mayor Ines Okafor. "It cost us fifty thousand a year, and it was worth it."

"Nobody ever asked the drivers of this town," said Tadeusz Wren.
"""


@pytest.fixture
def desk(call) -> None:
    """A transcript in every form, and the article."""
    Path("a.txt").write_text(SAID)
    Path("a.srt").write_text(f"1\n00:01:03,000 --> 00:01:09,000\n{SAID}\n")
    Path("a.vtt").write_text(f"WEBVTT\n\n01:03.000 --> 01:09.000\n{SAID}\n")
    words = tuple(Word(w, 63_000 + 300 * i, 63_280 + 300 * i) for i, w in enumerate(SAID.split()))
    record = Record(Clip("a.mp4", "0" * 64, 90_000), Transcript("en", words))
    Path("a.captionkit.json").write_text(record_to_json(record))
    Path("page.txt").write_text(ARTICLE)


def verdicts(text: str) -> dict[str, str]:
    return {quote["id"]: quote["verdict"] for quote in json.loads(text)["quotes"]}


@pytest.mark.parametrize("name", ["a.txt", "a.srt", "a.vtt", "a.captionkit.json"])
def test_every_kind_of_transcript_gives_the_same_verdicts(call, desk, name: str) -> None:
    """A vendor's captions would be judged otherwise than ours."""
    called = call("diff", name, "page.txt", "--json")
    assert (called.code, called.err) == (0, "")
    assert verdicts(called.out) == {"q1": "altered", "q2": "not_found"}
    quotes = json.loads(called.out)["quotes"]
    assert [q["speaker"] for q in quotes] == ["Ines Okafor", "Tadeusz Wren"]
    assert [p["verdict"] for p in quotes[0]["parts"]] == ["altered", "verbatim"]
    if name != "a.txt":
        assert quotes[0]["parts"][0]["spans"][0]["start_ms"] == 63_000


def test_the_words_that_differ_are_shown(call, desk) -> None:
    """The editor would have to compare the texts by eye."""
    called = call("diff", "a.srt", "page.txt")
    lines = called.out.splitlines()
    assert lines[0].startswith("– not_found  q2  Tadeusz Wren"), "in the order of the QA report"
    altered = next(n for n, line in enumerate(lines) if line.startswith("✗ altered  q1  Ines Okafor"))
    assert "1:03" in lines[altered + 1] and "“We will cut the night service,”" in lines[altered + 1]
    assert "heard “not”" in called.out


def test_a_long_quote_is_not_cut_off_in_a_pipe(call, desk) -> None:
    """The end of a quote, where the change may be, would be missing in a log or a mail."""
    quote = "We will cut the night service, " + "and then another one of the many, " * 8 + "and that is that."
    Path("long.txt").write_text(f'The bus\n\n"{quote}" said Mayor Ines Okafor.\n')
    called = call("diff", "a.srt", "long.txt")
    assert quote.rstrip(",") in called.out
    assert all(line == line.rstrip() for line in called.out.splitlines())


def test_a_terminal_is_not_too_narrow(call, desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a small terminal words would be cut off at the edge."""

    class Screen(io.StringIO):
        """A terminal."""

        def isatty(self) -> bool:
            """Say so."""
            return True

    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    call("diff", "a.srt", "page.txt")
    shown = re.sub(r"\x1b\[[\d;]*m", "", screen.getvalue())
    assert all(len(line) <= 40 for line in shown.splitlines())
    assert "It cost us fifty thousand a year, and it was worth it." in " ".join(shown.split())


def test_no_text_can_steer_the_terminal(call, desk) -> None:
    """A record or a page from outside could clear the screen or hide its own altered quote."""
    evil = "cut \x1b[2J\x07\x9b the\rservice"
    edit = Edit("replace", evil, evil, reason=evil)
    part = PartFinding(Part(evil), "altered", (Span(1_000, 2_000),), evil, (edit,), reason=evil)
    finding = Finding(Quote("q1", "speech", (part.part,), evil), "altered", (part,))
    page = Article("page.txt", evil, evil, hashlib.sha256(Path("page.txt").read_bytes()).hexdigest())
    record = Record(
        Clip(evil, "0" * 64, 9_000), Transcript("en", (Word("We", 0, 9),)), article=page, findings=(finding,)
    )
    Path("evil.captionkit.json").write_text(record_to_json(record))
    called = call("diff", "evil.captionkit.json", "page.txt")
    assert called.out.count("[2J") == 6
    assert not any((c < " " or "\x7f" <= c < "\xa0") and c != "\n" for c in called.out)


@pytest.mark.parametrize(
    ("wanted", "code"), [("altered", 1), ("not_found", 1), ("uncertain,elided", 0), ("verbatim", 0), ("", 0)]
)
def test_fail_on_is_a_gate(call, desk, wanted: str, code: int) -> None:
    """A publishing script would let an altered quote pass, or stop a right one."""
    assert call("diff", "a.srt", "page.txt", "--fail-on", wanted).code == code
    assert call("diff", "a.srt", "page.txt", "--fail-on", wanted, "--json").code == code


def test_an_article_without_quotes_says_so(call, desk) -> None:
    """Nothing at all would be printed, and the editor wonder whether it ran."""
    Path("bare.txt").write_text("The bus\n\nThe bus is saved, the council of Ellerby said on Monday.\n")
    called = call("diff", "a.srt", "bare.txt", "--fail-on", "altered")
    assert (called.code, called.out) == (0, "No quotation was found in the article.\n")
    assert call("diff", "a.srt", "bare.txt", "--json").out == '{\n  "quotes": []\n}\n'


REFUSED = [
    ("gone.vtt page.txt", 3, "gone.vtt: there is no such file"),
    ("gone.mp4 page.txt", 3, "gone.mp4: there is no such file"),
    ("a.srt gone.txt", 3, "gone.txt: no such file"),
    ("empty.srt page.txt", 3, "empty.srt: there are no words in it"),
    ("empty.vtt page.txt", 3, "empty.vtt: it is not WebVTT"),
    ("head.vtt page.txt", 3, "head.vtt: there are no words in it"),
    ("empty.txt page.txt", 3, "empty.txt: there is no text in it"),
    ("other.captionkit.json page.txt", 3, "other.captionkit.json: it is not a record of captionkit"),
    ("silent.captionkit.json page.txt", 3, "silent.captionkit.json: there are no words in it"),
    ("folder.vtt page.txt", 3, "folder.vtt: it is a folder"),
    ("page.html page.txt", 3, "page.html: this is not media that FFmpeg can read"),
    ("a.srt hiss.txt", 3, "hiss.txt: this is not text"),
    ("a.srt page.txt --fail-on wrong", 2, "wrong is not a verdict"),
    ("a.srt", 2, "Missing argument 'ARTICLE'"),
]


@pytest.mark.parametrize(("line", "code", "sentence"), REFUSED, ids=[line for line, _, _ in REFUSED])
def test_what_cannot_be_used_is_a_sentence(call, desk, line: str, code: int, sentence: str) -> None:
    """An empty caption file would pass the gate, or the person see a traceback."""
    for name in ("empty.srt", "empty.vtt", "empty.txt"):
        Path(name).touch()
    Path("head.vtt").write_text("WEBVTT\n")
    Path("other.captionkit.json").write_text("{}")
    Path("silent.captionkit.json").write_text(record_to_json(Record(Clip("a.mp4", "0" * 64, 9), Transcript("en", ()))))
    Path("folder.vtt").mkdir()
    Path("page.html").write_text("<p>hello</p>")
    Path("hiss.txt").write_bytes(bytes(range(256)) * 9)
    called = call("diff", *line.split(" "))
    assert (called.code, called.out) == (code, "")
    assert sentence in called.err
    assert "Traceback" not in called.err and "internal error" not in called.err


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Media is heard as `SAID`; what was asked for is in the list."""
    asked: list[object] = []

    def caption_clip(clip: Path, options: object, report: object) -> Record:
        asked.append(options)
        words = (Word("Hello", 0, 100),) if clip.name == "speech.mp4" else ()
        return Record(Clip(clip.name, "0" * 64, 9), Transcript("en", words))

    monkeypatch.setattr(compare, "caption_clip", caption_clip)
    return asked


def test_media_is_heard(call, desk, heard: list[object]) -> None:
    """A clip could not be compared without writing its captions first."""
    wanted = ("--model", "base", "--compute-type", "float32", "--offline", "--allow-private")
    called = call("diff", "speech.mp4", "page.txt", *wanted, "--json")
    assert (called.code, called.out) == (0, '{\n  "quotes": []\n}\n')
    options = CaptionOptions("page.txt", "base", compute_type="float32", offline=True, allow_private=True)
    assert heard == [options]


def test_media_without_speech_is_a_sentence(call, desk, heard: list[object]) -> None:
    """A clip of applause would pass the gate."""
    called = call("diff", "applause.mp4", "page.txt", "--fail-on", "altered")
    assert (called.code, called.out) == (3, "")
    assert "applause.mp4: no speech was detected in it" in called.err


def test_text_is_compared_in_a_second(call, desk) -> None:
    """An editor would not run it at every change."""
    call("diff", "a.srt", "page.txt")
    started = time.perf_counter()
    call("diff", "a.srt", "page.txt")
    assert time.perf_counter() - started < 1
