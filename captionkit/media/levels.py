"""Measure the levels of the sound, and warn where they may harm recognition.

Measured on the decoded 16 kHz mono samples, with pydub.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from captionkit.media.audio import SAMPLE_RATE, Audio
from captionkit.model import Check, Levels

if TYPE_CHECKING:
    from pydub import AudioSegment


FLOOR_DBFS = -96.0
"""The level of digital silence: one step of 16-bit samples, 20 log10(2^-16)."""

SILENCE_DBFS = -50.0
"""Half a second with less power is silence: below distant speech and above the noise of a good microphone."""

QUIET_DBFS = -40.0
CLIPPED_SHARE = 0.001
SILENT_SHARE = 0.9

_SILENCE_MS = 500
_SEEK_MS = 100
_PIECE_SAMPLES = 300 * SAMPLE_RATE
_FULL_SCALE = 1 << 15
_CLIPPED = _FULL_SCALE - 8
"""How close to full scale a clipped wave is after lossy encoding."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Measurements of some samples; `clipped` and `silent` are numbers of samples."""

    samples: int
    peak: float
    energy: float
    clipped: int
    silent: float


def measure_levels(audio: Audio) -> Levels:
    """Peak, loudness, and the shares of the sound that are clipped and silent.

    Loudness is the mean power of the sound without its silent parts.
    """
    pieces = [_measure(piece) for piece in _pieces(audio.samples)]
    count = sum(piece.samples for piece in pieces)
    silent = sum(piece.silent for piece in pieces) / count if count else 1.0
    power = sum(piece.energy for piece in pieces) / (count * (1 - silent)) if silent < 1 else 0.0
    return Levels(
        peak_dbfs=_dbfs(max((piece.peak for piece in pieces), default=0.0)),
        loudness_dbfs=_dbfs(math.sqrt(power)),
        clipped_share=sum(piece.clipped for piece in pieces) / count if count else 0.0,
        silent_share=silent,
    )


def level_warnings(levels: Levels) -> tuple[Check, ...]:
    """Warnings about levels that may harm recognition."""
    if levels.silent_share >= SILENT_SHARE:
        advice = "check whether the right sound stream was used (--audio-stream)"
        return (Check("levels_silent", "warning", f"{levels.silent_share:.0%} of the sound is silence: {advice}."),)
    found = []
    if levels.loudness_dbfs < QUIET_DBFS:
        message = f"The sound is very quiet ({levels.loudness_dbfs:.0f} dBFS): words may be missing."
        found.append(Check("levels_quiet", "warning", message))
    if levels.clipped_share >= CLIPPED_SHARE:
        message = f"The sound is overdriven ({levels.clipped_share:.1%} of it is clipped): words may be wrong."
        found.append(Check("levels_clipped", "warning", message))
    return tuple(found)


def _pieces(samples: NDArray[np.float32]) -> Iterator[NDArray[np.int16]]:
    """The sound in pieces of five minutes, as 16-bit steps, so that a long clip is not copied as a whole."""
    for start in range(0, samples.size, _PIECE_SAMPLES):
        scaled = samples[start : start + _PIECE_SAMPLES] * np.float32(_FULL_SCALE)
        yield np.clip(scaled, -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)


def _measure(steps: NDArray[np.int16]) -> _Piece:
    segment = _segment(steps)
    return _Piece(
        samples=steps.size,
        peak=segment.max / _FULL_SCALE,
        energy=(segment.rms / _FULL_SCALE) ** 2 * steps.size,
        clipped=int((steps >= _CLIPPED).sum() + (steps <= -_CLIPPED).sum()),
        silent=_silent_share(segment) * steps.size,
    )


def _segment(steps: NDArray[np.int16]) -> AudioSegment:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydub warns that there is no ffmpeg program, which is not needed here
        from pydub import AudioSegment
    return AudioSegment(data=steps.tobytes(), sample_width=2, frame_rate=SAMPLE_RATE, channels=1)


def _silent_share(segment: AudioSegment) -> float:
    from pydub.silence import detect_silence

    length_ms = len(segment)
    if not length_ms:
        return 0.0
    found = detect_silence(segment, min(_SILENCE_MS, length_ms), SILENCE_DBFS, _SEEK_MS)
    return float(sum(end_ms - start_ms for start_ms, end_ms in found) / length_ms)


def _dbfs(amplitude: float) -> float:
    """Decibels of full scale; never minus infinity, which JSON cannot express."""
    return round(20 * math.log10(amplitude), 1) if amplitude else FLOOR_DBFS
