"""Changes to a clip's sound that no listener hears, written as sound files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

SHIFT_S = 0.010
DITHER_DBFS = -70.0
AAC_BITS_PER_S = 128_000
CD_RATE, DAT_RATE = 44_100, 48_000
AAC_RATES = frozenset([8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, CD_RATE, DAT_RATE])
"""Rates in Hz up to 48 kHz that AAC has (ISO/IEC 14496-3)."""
DITHER_SEED = 1
FULL_SCALE = 32_767


@dataclass(frozen=True, slots=True)
class SoundChange:
    """How samples (channels × frames, full scale 1.0, at a rate in Hz) are changed, and how they are then written.

    `rate` gives the rate of the file from that of the clip; None keeps it.
    """

    apply: Callable[[Samples, int], Samples] = lambda samples, rate: samples
    codec: str = "pcm_s16le"
    suffix: str = ".wav"
    rate: Callable[[int], int] | None = None


def _gain(decibels: float) -> SoundChange:
    return SoundChange(lambda samples, rate: samples * np.float32(10 ** (decibels / 20)))


def _later(samples: Samples, rate: int) -> Samples:
    return np.pad(samples, ((0, 0), (round(SHIFT_S * rate), 0)))


def _dithered(samples: Samples, rate: int) -> Samples:
    noise = np.random.default_rng(DITHER_SEED).standard_normal(samples.shape, dtype=np.float32)
    return samples + np.float32(10 ** (DITHER_DBFS / 20)) * noise


CHANGES: Mapping[str, SoundChange] = {
    "gain-1": _gain(-1.0),
    "gain-3": _gain(-3.0),
    "shift": SoundChange(_later),
    "aac": SoundChange(codec="aac", suffix=".m4a", rate=lambda rate: rate if rate in AAC_RATES else CD_RATE),
    "resampled": SoundChange(rate=lambda rate: DAT_RATE if rate == CD_RATE else CD_RATE),
    "dither": SoundChange(_dithered),
}
"""Every change by name: quieter by 1 and 3 dB, 10 ms of silence in front, AAC at 128 kbit/s (whose
encoder puts 1,024 samples in front), 44.1 kHz (48 where it is 44.1 already), and noise of −70 dBFS."""


def write_changed(media: Path, name: str, folder: Path) -> Path:
    """The first sound stream of a clip with a change of `CHANGES` made to it, as a new file in `folder`.

    A file of an earlier call is used again.
    """
    change = CHANGES[name]
    made = folder / f"{media.stem}.{name}{change.suffix}"
    if made.exists():
        return made
    samples, rate = read_sound(media)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = made.with_name(f"unfinished-{made.name}")
    write_sound(unfinished, change.apply(samples, rate), rate, change)
    return unfinished.replace(made)


def read_sound(media: Path) -> tuple[Samples, int]:
    """The first sound stream of a clip, one or two channels × frames, and the rate in Hz; more channels become two."""
    with av.open(str(media)) as given:
        stream = given.streams.audio[0]
        planar = av.AudioResampler("fltp", "mono" if stream.channels == 1 else "stereo")
        frames = [piece.to_ndarray() for frame in given.decode(stream) for piece in planar.resample(frame)]
        frames += [piece.to_ndarray() for piece in planar.resample(None)]
        return np.concatenate(frames, axis=1).astype(np.float32), stream.rate


def write_sound(place: Path, samples: Samples, rate: int, change: SoundChange = SoundChange()) -> None:
    """Samples (channels × frames, at a rate in Hz; louder than full scale is clipped) as a sound file."""
    whole = np.clip(np.round(samples * FULL_SCALE), -FULL_SCALE - 1, FULL_SCALE).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(whole), "s16p", "stereo" if len(whole) == 2 else "mono")
    frame.sample_rate = rate
    with av.open(str(place), "w") as made:
        stream = made.add_stream(change.codec, rate=change.rate(rate) if change.rate else rate)
        stream.layout = frame.layout
        if change.codec == "aac":
            stream.bit_rate = AAC_BITS_PER_S
        resampler = av.AudioResampler(stream.format, stream.layout, stream.rate, stream.frame_size or None)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            made.mux(stream.encode(piece))
        made.mux(stream.encode(None))
