"""Media for the tests, written here: bursts of a tone at known times, over a grey picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

CODECS = {
    "mp4": ("aac", "mpeg4"),
    "mov": ("aac", "mpeg4"),
    "m4a": ("aac", ""),
    "mkv": ("aac", "mpeg4"),
    "webm": ("libopus", "libvpx"),
    "ts": ("aac", "mpeg4"),
    "avi": ("libmp3lame", "mpeg4"),
    "mp3": ("libmp3lame", ""),
    "ogg": ("libopus", ""),
    "flac": ("flac", ""),
    "wav": ("pcm_s16le", ""),
    "aac": ("aac", ""),
}
"""Container to its sound and its video codec."""

MUXERS = {"m4a": "ipod", "mkv": "matroska", "ts": "mpegts", "aac": "adts"}

RATE = 48_000


@dataclass(frozen=True)
class Recipe:
    """What is in a clip. Times in seconds of the clip."""

    kind: str = "mp4"
    bursts: tuple[float, ...] = (2.0,)
    seconds: float = 5.0
    fps: str | None = None
    video_seconds: float = 5.0
    sound_from: float = 0.0
    video_from: float = 0.0
    skip_at: tuple[float, float] | None = None
    streams: int = 1
    bit_rate: int = 64_000
    options: dict[str, str] = field(default_factory=dict)


def tone_bursts(recipe: Recipe, stream: int = 0) -> np.ndarray:
    """0.1 s of tone at each burst over faint noise, at 1 kHz in stream 0, at 2 kHz in stream 1."""
    times = np.arange(int(recipe.seconds * RATE)) / RATE
    tone = 0.5 * np.sin(2 * np.pi * 1000 * (stream + 1) * times)
    heard = np.zeros_like(times, dtype=bool)
    for burst in recipe.bursts:
        heard |= (times >= burst) & (times < burst + 0.1)
    noise = np.random.default_rng(1).normal(0, 0.01, times.size)
    return (np.where(heard, tone, 0) + noise).astype(np.float32)


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Write a clip: `make(kind="mkv", fps="25")`; the fields are those of `Recipe`."""

    def write(name: str | None = None, **fields: Any) -> Path:
        recipe = Recipe(**fields)
        path = tmp_path / (name or f"clip.{recipe.kind}")
        muxer = MUXERS.get(recipe.kind, recipe.kind)
        with av.open(str(path), "w", format=muxer, options=recipe.options) as container:
            tracks = list(_sound_tracks(container, recipe))
            if recipe.fps:
                tracks.append(_video_track(container, recipe))
            _mux(container, tracks)
        return path

    return write


Packets = Iterator[tuple[float, Any]]


def _sound_tracks(container: Any, recipe: Recipe) -> Iterator[Packets]:
    for number in range(recipe.streams):
        stream = container.add_stream(CODECS[recipe.kind][0], rate=RATE)
        stream.layout = "mono"
        stream.bit_rate = recipe.bit_rate
        yield _sound(stream, recipe, tone_bursts(recipe, number))


def _sound(stream: Any, recipe: Recipe, samples: np.ndarray) -> Packets:
    size = stream.codec_context.frame_size or 1024
    for at in range(0, len(samples), size):
        frame = av.AudioFrame.from_ndarray(samples[None, at : at + size].copy(), format="fltp", layout="mono")
        frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
        skip_from, skipped = recipe.skip_at or (0.0, 0.0)
        late = recipe.sound_from + (skipped if at / RATE >= skip_from else 0.0)
        frame.pts = at + round(late * RATE)
        for packet in stream.encode(frame):
            yield at / RATE + late, packet
    for packet in stream.encode(None):
        yield float("inf"), packet


def _video_track(container: Any, recipe: Recipe) -> Packets:
    stream = container.add_stream(CODECS[recipe.kind][1], rate=Fraction(recipe.fps))
    stream.width = stream.height = 64
    stream.pix_fmt = "yuv420p"
    return _video(stream, recipe)


def _video(stream: Any, recipe: Recipe) -> Packets:
    fps = Fraction(recipe.fps)
    for number in range(int(recipe.video_seconds * fps)):
        frame = av.VideoFrame.from_ndarray(np.full((96, 64), number % 200, np.uint8), format="yuv420p")
        frame.time_base = 1 / fps
        frame.pts = number + round(recipe.video_from * fps)
        for packet in stream.encode(frame):
            yield float(frame.pts / fps), packet
    for packet in stream.encode(None):
        yield float("inf"), packet


def _mux(container: Any, tracks: list[Packets]) -> None:
    """Write the packets of all tracks in the order of their times."""
    waiting = [[next(track, None), track] for track in tracks]
    while waiting := [pair for pair in waiting if pair[0] is not None]:
        pair = min(waiting, key=lambda pair: pair[0][0])
        container.mux(pair[0][1])
        pair[0] = next(pair[1], None)
