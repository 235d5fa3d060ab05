"""`captionkit check`: caption files of anybody, held against a style."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

CLEAN = "WEBVTT\n\n00:01.000 --> 00:03.000\nThe bridge is tired.\n"
SLOW = CLEAN.replace("00:03.000", "00:01.500")
LONG = CLEAN.replace("tired", "t" * 42)
BROKEN = CLEAN.replace("00:03.000", "00:03,000")
SRT = "1\n00:00:01,000 --> 00:00:03,000\nThe bridge is tired.\n"


@pytest.fixture
def desk(call) -> None:
    """Clean, slightly wrong and broken files."""
    for name, text in {"clean": CLEAN, "slow": SLOW, "long": LONG, "broken": BROKEN}.items():
        Path(f"{name}.vtt").write_text(text)
    Path("clean.srt").write_text(SRT)


def test_clean_files_end_with_0(call, desk) -> None:
    """A build that checks its captions would stop for nothing."""
    called = call("check", "clean.vtt", "clean.srt")
    assert (called.code, called.err) == (0, "")
    assert called.out == "clean.vtt: 0 errors, 0 warnings in 1 cue\nclean.srt: 0 errors, 0 warnings in 1 cue\n"


def test_warnings_end_with_0_and_errors_with_1(call, desk) -> None:
    """A build could not tell what must be mended from what fast speech forces."""
    assert call("check", "slow.vtt").code == 0
    called = call("check", "slow.vtt", "long.vtt")
    assert called.code == 1
    assert "slow.vtt:3:1: cue 1 at 00:00:01.000, warning: The cue stands 500 ms" in called.out
    assert "long.vtt:4:1: cue 1 at 00:00:01.000, error: Line 1 has 57 characters" in called.out
    assert "[line_length]" in called.out


def test_a_format_error_has_its_line_and_column(call, desk) -> None:
    """The editor would have to search for the comma."""
    called = call("check", "broken.vtt")
    assert called.code == 1
    assert called.out.startswith("broken.vtt:3:15: error: The cue is not shown: “00:03,000” has a comma")


def test_a_file_that_cannot_be_read_ends_with_3_and_stops_no_other(call, desk) -> None:
    """One wrong path would hide what is wrong with all other files."""
    Path("notes.docx").write_text("x")
    called = call("check", "nowhere.vtt", "long.vtt", "notes.docx", "clean.vtt")
    assert called.code == 3
    assert "nowhere.vtt: there is no such file." in called.err
    assert "notes.docx: its format is unknown. Give a file that ends in one of .vtt, .srt, .ttml." in called.err
    assert "long.vtt: 1 error," in called.out
    assert "clean.vtt: 0 errors" in called.out


def test_ttml_is_held_against_the_style_too(call, desk) -> None:
    """A broadcaster that delivers TTML could check it only by way of another format."""
    assert call("convert", "long.vtt", "long.ttml").code == 0
    called = call("check", "long.ttml")
    assert called.code == 1
    assert called.out.startswith("long.ttml: cue 1 at 00:00:01.000, error: Line 1 has 57 characters")
    Path("broken.ttml").write_text("<tt>")
    called = call("check", "broken.ttml", "long.ttml")
    assert called.code == 3
    assert "broken.ttml: it is not well-formed XML" in called.err
    assert "long.ttml: 1 error" in called.out


def test_json_has_every_finding_with_its_place(call, desk) -> None:
    """No other tool could work with what was found."""
    called = call("check", "long.vtt", "broken.vtt", "nowhere.vtt", "--format", "json")
    assert called.code == 3
    told = json.loads(called.out)
    assert told["style"] == "netflix-en"
    assert [file["file"] for file in told["files"]] == ["long.vtt", "broken.vtt", "nowhere.vtt"]
    assert told["files"][0] | {"warnings": 0} == {
        "file": "long.vtt", "cues": 1, "errors": 1, "warnings": 0, "unread": None,
    }  # fmt: skip
    assert "there is no such file" in told["files"][2]["unread"]
    (long,) = [f for f in told["findings"] if f["rule"] == "line_length"]
    assert long == {
        "file": "long.vtt",
        "rule": "line_length",
        "level": "error",
        "cue": 1,
        "start_ms": 1000,
        "line": 4,
        "column": 1,
        "message": "Line 1 has 57 characters; netflix-en allows 42.",
    }


def test_a_house_style_of_its_own(call, desk) -> None:
    """A newsroom could not check by its own rules."""
    Path("house.toml").write_text("name = 'house'")
    called = call("check", "clean.vtt", "--style", "house.toml")
    assert (called.code, called.out) == (3, "")
    assert "house.toml: has no title. Compare it with a style that comes with captionkit" in called.err
    assert call("check", "clean.vtt", "--style", "bbc").code == 0
    assert call("check", "clean.vtt", "--style", "nobody").code == 2


def test_every_style_is_listed_with_its_sources(call) -> None:
    """Nobody could tell who asks for a number."""
    called = call("check", "--list-styles")
    assert called.code == 0
    for name in ("netflix-en", "bbc", "dcmp", "wai", "plain"):
        assert f"\n{name}: " in f"\n{called.out}"
    assert "max_chars_per_line = 37\n      3.1, Line length: 37 characters in broadcast" in called.out
    listed = json.loads(call("check", "--list-styles", "--format", "json").out)["styles"]
    assert listed[0]["numbers"]["max_lines"] == {"value": 2, "source": listed[0]["numbers"]["max_lines"]["source"]}


def test_nothing_to_check_is_wrong_usage(call) -> None:
    """A pattern that matches no file would pass for clean captions."""
    assert call("check").code == 2


def test_the_clip_tells_its_length_and_where_somebody_speaks(
    call, desk, wav, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Captions for another cut of the clip, or a passage without any, would go out."""
    from captionkit.model import Span
    from captionkit.speech import voice_activity as voice

    monkeypatch.setattr(voice, "voiced_spans", lambda samples: (Span(5000, 6000), Span(6000, 9000)))
    wav("clip.wav")
    called = call("check", "clean.vtt", "--media", "clip.wav")
    assert called.code == 1
    assert "The cue stands until 2000 ms after the clip's end. [past_end]" in called.out
    assert "Nobody speaks within 500 ms of the cue's start. [sync]" in called.out
    assert "Somebody speaks from 00:00:05.000 to 00:00:09.000, and there is no caption. [missing]" in called.out
    assert called.out.count("[missing]") == 1
    assert call("check", "clean.vtt", "--media", "nowhere.wav").code == 3


def test_a_file_cannot_write_to_the_terminal(call, desk) -> None:
    """A caption file from outside could take over the screen."""
    Path("evil\x1b[2J.vtt").write_text(CLEAN + "\n\x1b[2J evil\n")
    assert "\x1b" not in call("check", "evil\x1b[2J.vtt").out


def test_a_hundred_files_take_no_time(call) -> None:
    """A library of captions would take an hour. (On a machine with nothing else to do it is hundreds a second.)"""
    cues = "".join(f"\n00:{n:02}.000 --> 00:{n:02}.900\nThe bridge is tired,\nbut <i>safe</i>.\n" for n in range(50))
    for n in range(100):
        Path(f"{n}.vtt").write_text(f"WEBVTT\n{cues}")
    call("check", "0.vtt")
    begun = time.perf_counter()
    called = call("check", *(f"{n}.vtt" for n in range(100)))
    assert called.out.count("in 50 cues") == 100
    assert time.perf_counter() - begun < 3.0


def test_no_model_is_loaded_for_text(tmp_path: Path) -> None:
    """Every check would wait seconds for a recogniser that it does not use."""
    Path(tmp_path, "clean.vtt").write_text(CLEAN)
    code = (
        "import sys; sys.argv = ['captionkit', 'check', 'clean.vtt']\n"
        "from captionkit.cli.main import _exit_code; _exit_code()\n"
        "print([m for m in ('numpy', 'faster_whisper', 'av', 'ctranslate2', 'webvtt', 'nupunkt') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"
