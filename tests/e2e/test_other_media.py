"""Clips that are no news clips, are broken, or come in other containers."""

from __future__ import annotations

import json
import statistics
import wave
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import av
import jiwer
import numpy as np
import pytest

from captionkit.match.tokens import tokens

RATE = 16_000
PRIMING_MS = 1_024 * 1_000 // 24_000
"""The first frame of the sample's AAC, which mp4 marks as not to be played: the test's copies play it, so that their words
come later by as much."""
ALIGNER_FRAME_MS = 10
INTRODUCTION = {"tunnel", "Calder", "council", "borings"}


def silence(times: np.ndarray) -> np.ndarray:
    return np.zeros_like(times)


def noise(times: np.ndarray) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 0.2, times.size)


def tones(times: np.ndarray) -> np.ndarray:
    """A melody of pure tones, two a second."""
    notes = np.array([262, 330, 392, 523, 392, 330])[(times * 2).astype(int) % 6]
    return 0.4 * np.sin(2 * np.pi * notes * times)


def drum(times: np.ndarray) -> np.ndarray:
    """A beat twice a second: a falling tone with a burst of noise."""
    since = times % 0.5
    beat = 0.6 * np.sin(2 * np.pi * (60 + 80 * np.exp(-since * 30)) * since)
    return np.exp(-since * 18) * (beat + 0.3 * np.random.default_rng(2).normal(0, 1, times.size))


@pytest.mark.parametrize("sound", [silence, noise, tones, drum])
def test_nothing_is_invented(captionkit, tmp_path: Path, sound: Callable[[np.ndarray], np.ndarray]) -> None:
    """Silence, noise or music would be captioned with words that nobody said."""
    samples = np.clip(sound(np.arange(12 * RATE) / RATE), -1, 1) * 32_000
    with wave.open(str(tmp_path / "clip.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
    run = captionkit("run", tmp_path / "clip.wav", "--model", "base", "--offline")
    assert (run.code, run.out) == (3, "")
    assert "clip.wav: no speech was detected" in run.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["clip.captionkit.json", "clip.wav"]
    record = json.loads((tmp_path / "clip.captionkit.json").read_text())
    assert record["transcript"]["words"] == [] and record["cues"] == []


def words_of(captionkit, clip: Path, *arguments: str) -> dict[str, Any]:
    """The record of a clip, without an article."""
    run = captionkit("run", clip, "--model", "base", "--offline", *arguments)
    assert run.code == 0, run.err
    return json.loads(clip.with_suffix(".captionkit.json").read_text())


def text(words: Iterable[dict[str, Any]]) -> str:
    return " ".join(w["text"].strip(".,").lower() for w in words)


def letters_apart(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> float:
    """The share of letters that differ, numbers in words or figures alike: a rare name comes out otherwise every time."""
    forms = (" ".join(token.form for token in tokens(text(words), "en")) for words in (one, other))
    return float(jiwer.cer(*forms))


@pytest.fixture(scope="session")
def opening_words(captionkit, opening: Path) -> list[dict[str, Any]]:
    """What is heard in the opening as it is."""
    words = words_of(captionkit, opening)["transcript"]["words"]
    assert len(words) > 20
    return words


@pytest.mark.parametrize("suffix", [".mkv", ".mov"])
def test_another_container_has_the_same_words(
    captionkit, opening: Path, opening_words: list[dict[str, Any]], remux, tmp_path: Path, suffix: str
) -> None:
    """A clip from another camera or editor could not be captioned, or its captions were late."""
    remux(opening, tmp_path / f"clip{suffix}")
    record = words_of(captionkit, tmp_path / f"clip{suffix}")
    words = record["transcript"]["words"]
    assert letters_apart(opening_words, words) < 0.05
    late_ms = [w["start_ms"] - before["start_ms"] for w, before in zip(words, opening_words)]
    assert abs(statistics.median(late_ms)) <= PRIMING_MS + ALIGNER_FRAME_MS
    assert record["clip"]["fps"] == pytest.approx(25.0, rel=0.01)


def reencode(source: Path, target: Path, codec: str, rate: int) -> None:
    """The sound of a clip alone, encoded anew."""
    with av.open(str(source)) as given, av.open(str(target), "w") as made:
        stream = made.add_stream(codec, rate=rate)
        stream.layout = "mono"
        stream.bit_rate = 96_000
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=rate)
        for frame in given.decode(given.streams.audio[0]):
            for piece in resampler.resample(frame):
                made.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            made.mux(stream.encode(piece))
        made.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("suffix", "codec", "rate"),
    [(".mp3", "libmp3lame", 44_100), (".webm", "libopus", 48_000), (".wav", "pcm_s16le", 8_000)],
)
def test_sound_alone_is_captioned(
    captionkit,
    opening: Path,
    opening_words: list[dict[str, Any]],
    tmp_path: Path,
    suffix: str,
    codec: str,
    rate: int,
) -> None:
    """A radio piece, a podcast or a telephone recording could not be captioned."""
    clip = tmp_path / f"sound{suffix}"
    reencode(opening, clip, codec, rate)
    record = words_of(captionkit, clip)
    assert record["clip"]["fps"] is None
    assert letters_apart(opening_words, record["transcript"]["words"]) < 0.12
    assert "<audio" in clip.with_suffix(".html").read_text()


def test_a_clip_that_is_cut_off_is_used_as_far_as_it_goes(captionkit, harbor, tmp_path: Path) -> None:
    """Half a download would give nothing, or pass for the whole clip."""
    clip = tmp_path / "half.mp4"
    data = harbor.clip.read_bytes()
    clip.write_bytes(data[: len(data) // 2])
    record = words_of(captionkit, clip)
    assert record["clip"]["truncated"] is True
    assert 40_000 < record["clip"]["duration_ms"] < 70_000
    assert "media_truncated" in [c["rule"] for c in record["checks"]]
    assert all(c["end_ms"] <= record["clip"]["duration_ms"] for c in record["cues"])
    whole = " ".join(w.get("heard", w["text"]).strip(".,").lower() for w in harbor.record["transcript"]["words"])
    half = text(record["transcript"]["words"])
    assert jiwer.wer(whole[: len(half)], half) < 0.1


def test_the_sound_stream_can_be_chosen(captionkit, opening: Path, tmp_path: Path) -> None:
    """A clip whose first stream is the interpreter, or silent, could not be captioned."""
    clip = tmp_path / "two.mkv"
    with av.open(str(opening)) as given, av.open(str(clip), "w") as made:
        silent, spoken = made.add_stream("aac", rate=48_000), made.add_stream("aac", rate=48_000)
        silent.layout = spoken.layout = "mono"
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=48_000)
        for frame in given.decode(given.streams.audio[0]):
            for piece in resampler.resample(frame):
                made.mux(spoken.encode(piece))
                quiet = av.AudioFrame.from_ndarray(np.zeros_like(piece.to_ndarray()), format="fltp", layout="mono")
                quiet.sample_rate, quiet.pts, quiet.time_base = 48_000, piece.pts, piece.time_base
                made.mux(silent.encode(quiet))
        made.mux(silent.encode(None) + spoken.encode(None))
    first = captionkit("run", clip, "--model", "base", "--offline")
    assert first.code == 3 and "no speech was detected" in first.err
    record = words_of(captionkit, clip, "--audio-stream", "1")
    assert INTRODUCTION & {w["text"].strip(".,") for w in record["transcript"]["words"]}
    third = captionkit("run", clip, "--model", "base", "--offline", "--audio-stream", "2")
    assert third.code == 3 and "there is no sound stream 2" in third.err


def test_a_language_that_is_named_is_kept_apart(captionkit, opening: Path, opening_words, tmp_path: Path) -> None:
    """`--language` would be ignored where the clip was heard before."""
    run = captionkit("run", opening, "--model", "base", "--offline", "--language", "en", "-o", tmp_path)
    assert run.code == 0
    record = json.loads((tmp_path / "opening.captionkit.json").read_text())
    assert record["transcript"]["language"] == "en" and record["transcript"]["language_probability"] == 1.0
    assert text(record["transcript"]["words"]) == text(opening_words)
