"""The whole way on the sample, with the real recogniser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import wave
from pathlib import Path
from typing import Any

import pytest
import webvtt

from captionkit.hearing.weights import WeightsOptions, find_weights

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "harbor"
OTHER_STORY = """<html><head><title>A ferry named twice</title></head><body><article><h1>A ferry named twice</h1>
<p>Captain Ebba Lindqvist of Sandvik told the Norrland Post that she would sail. “The ice is thinner than it was,”
Lindqvist said.</p><p>Marta Oyelowo and Peder Wassberg, of the Aachener Berg company, did not answer.</p>
</article></body></html>"""

pytestmark = pytest.mark.recogniser


def captionkit(cache: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does, with a cache of the test's own."""
    return subprocess.run(
        [sys.executable, "-m", "captionkit.cli.main", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "CAPTIONKIT_CACHE": str(cache)},
    )


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def sample(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], float]:
    """The folder of the sample's files, its record, and how long the run took, in seconds."""
    out = tmp_path_factory.mktemp("harbor")
    started = time.perf_counter()
    done = captionkit(
        cache, "run", SAMPLE / "clip.mp4", "--article", SAMPLE / "article.html", "-o", out, "--model", "base", "--offline"
    )
    assert done.returncode == 0, done.stderr
    return out, json.loads((out / "clip.captionkit.json").read_text()), time.perf_counter() - started


def test_every_quote_is_found_attributed_and_judged(sample: tuple[Path, dict[str, Any], float]) -> None:
    """A standards editor would act on a wrong verdict."""
    quotes = sample[1]["quotes"]
    assert [(q["speaker"], q["verdict"]) for q in quotes if q["kind"] == "speech"] == [
        ("Ana Oyelaran", "tidied"),
        ("Piotr Wasilewski", "verbatim"),
        ("Piotr Wasilewski", "verbatim"),
        ("Ana Oyelaran", "verbatim"),
        ("Ana Oyelaran", "verbatim"),
    ]
    assert [(p["text"], p["verdict"]) for q in quotes if q["kind"] == "phrase" for p in q["parts"]] == [
        ("longest red light", "verbatim")
    ]
    assert all(p["spans"] for q in quotes for p in q["parts"])


def test_names_are_spelt_and_what_was_heard_is_kept(sample: tuple[Path, dict[str, Any], float]) -> None:
    """A misspelt mayor in the captions is the first thing a newsroom is rung up about."""
    words = sample[1]["transcript"]["words"]
    texts = {w["text"].strip(".,?") for w in words}
    assert {"Oyelaran", "Wasilewski", "Achterberg"} <= texts
    assert all(w["heard"] != w["text"] for w in words if "heard" in w)


def test_captions_keep_the_limits_and_every_word(sample: tuple[Path, dict[str, Any], float]) -> None:
    """A caption that is too long, too short or lacks a word does not air."""
    out, record, _ = sample
    cues = record["cues"]
    assert " ".join(" ".join(c["lines"]) for c in cues).split() == [w["text"] for w in record["transcript"]["words"]]
    assert all(len(c["lines"]) <= 2 and max(map(len, c["lines"])) <= 42 for c in cues)
    assert all(833 <= c["end_ms"] - c["start_ms"] <= 7000 for c in cues)
    assert all(a["end_ms"] < b["start_ms"] for a, b in zip(cues, cues[1:]))
    assert cues[-1]["end_ms"] <= record["clip"]["duration_ms"]
    assert len(webvtt.read(out / "clip.vtt")) == len(cues) + 1, "the credits close the captions"
    assert len(webvtt.from_srt(out / "clip.srt")) == len(cues) + 1


def test_credits_are_the_clips(sample: tuple[Path, dict[str, Any], float]) -> None:
    """The producer and the editor must be named, the author of the text must not be taken for them."""
    out, record, _ = sample
    assert record["credits"] == {"producer": ["Marguerite Delacroix-Huang"], "editor": ["Tomás Ó Briain"]}
    assert "Edited by Tomás Ó Briain" in (out / "clip.vtt").read_text()


def test_another_story_changes_no_word_and_is_quick(
    sample: tuple[Path, dict[str, Any], float], cache: Path, tmp_path: Path
) -> None:
    """Names that are not spoken must never be written, and a corrected article must not cost a coffee break."""
    page = tmp_path / "other.html"
    page.write_text(OTHER_STORY, encoding="utf-8")
    started = time.perf_counter()
    done = captionkit(
        cache, "run", SAMPLE / "clip.mp4", "--article", page, "-o", tmp_path, "--model", "base", "--offline"
    )
    took_s = time.perf_counter() - started
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "clip.captionkit.json").read_text())
    heard = [w.get("heard", w["text"]) for w in sample[1]["transcript"]["words"]]
    assert " ".join(w["text"] for w in record["transcript"]["words"]).split() == " ".join(heard).split()
    assert took_s < 0.5 * sample[2]


def test_silence_is_no_speech(cache: Path, tmp_path: Path) -> None:
    """Recognisers write “Thank you” into silence; captions of it would be invented."""
    clip = tmp_path / "silence.wav"
    with wave.open(str(clip), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 16_000 * 5))
    done = captionkit(cache, "run", clip, "--model", "base", "--offline")
    assert done.returncode == 3
    assert "no speech" in done.stderr
    assert json.loads((tmp_path / "silence.captionkit.json").read_text())["transcript"]["words"] == []
    assert not (tmp_path / "silence.vtt").exists()


def test_the_weights_are_the_official_ones(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights from other people's packages are used only if they are bit for bit the official ones."""
    monkeypatch.setenv("CAPTIONKIT_CACHE", str(cache))
    weights = find_weights("base", WeightsOptions(offline=True))
    assert weights.sha256 == "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
