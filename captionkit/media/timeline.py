"""Decoded frames laid out in the clip's own time, as 16 kHz mono samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from captionkit.media.audio import SAMPLE_RATE
from captionkit.model import Span
from captionkit.timecode import ms_from_seconds

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame


DRIFT_S = 0.04
"""How far a frame may be from where the samples so far end before its own time is believed."""

OVERLAP_S = 1.0
"""A frame this far back repeats what is there; one further back comes from a clock set anew."""

_BATCH_SAMPLES = 500_000
_BYTES_PER_SAMPLE = 2
_FULL_SCALE = 1 << 15


class TooLongError(Exception):
    """The sound goes on beyond what was allowed."""


class Timeline:
    """Takes frames in the order of the file and keeps clip time right.

    A player shows a frame at the time that is written on it. Where sound is missing, silence stands for it;
    frames that repeat what is there are dropped; where a clock was set anew, as in recordings cut from a
    broadcast, the sound goes on without a break.
    """

    def __init__(self, start_s: float, longest_gap_s: float, limit_s: float) -> None:
        """Begin a clip.

        Args:
            start_s: the time that is written on the clip's first instant.
            longest_gap_s: a jump ahead by more is a clock set anew.
            limit_s: how long the clip may become.
        """
        self._start_s = start_s
        self._longest_gap_s = longest_gap_s
        self._limit_s = limit_s
        self._heard_s = 0.0
        self._missing: list[Span] = []
        self._sound = bytearray()
        self._resampler = _Resampler()

    def add(self, frame: AudioFrame) -> None:
        """Put one decoded frame in its place.

        Raises:
            TooLongError: it would lie beyond the limit.
        """
        drift_s = 0.0 if frame.time is None else frame.time - self._start_s - self._heard_s
        if drift_s < -OVERLAP_S or drift_s > self._longest_gap_s:
            self._start_s += drift_s
            drift_s = 0.0
        if drift_s < -DRIFT_S:
            return
        gap_s = drift_s if drift_s > DRIFT_S else 0.0
        end_s = self._heard_s + gap_s + frame.samples / frame.sample_rate
        if end_s > self._limit_s:
            raise TooLongError
        if gap_s:
            self._be_silent_for(gap_s)
        self._heard_s = end_s
        self._sound += self._resampler.resample(frame)

    def missing(self) -> tuple[Span, ...]:
        """Where there was no sound after the first."""
        return tuple(self._missing)

    def samples(self) -> NDArray[np.float32]:
        """All of it, float32 between -1 and 1; nothing can be added afterwards."""
        self._sound += self._resampler.rest()
        samples = np.frombuffer(self._sound, dtype=np.int16).astype(np.float32)
        samples /= _FULL_SCALE
        return samples

    def _be_silent_for(self, gap_s: float) -> None:
        until_s = self._heard_s + gap_s
        if self._heard_s:
            self._missing.append(Span(ms_from_seconds(self._heard_s), ms_from_seconds(until_s)))
        self._sound += self._resampler.rest()
        lacking = round(until_s * SAMPLE_RATE) * _BYTES_PER_SAMPLE - len(self._sound)
        self._sound += bytes(max(0, lacking))


class _Resampler:
    """Frames of any kind to bytes of 16-bit mono, many at a time; the kind may change on the way."""

    def __init__(self) -> None:
        self._kind: tuple[str, str, int] | None = None
        self._begin()

    def resample(self, frame: AudioFrame) -> bytes:
        """What is ready by now."""
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        before = b"" if self._kind in (None, kind) else self.rest()
        self._kind = kind
        frame.pts = None  # placed already: nothing may pull at it any more
        self._waiting.write(frame)
        return before if self._waiting.samples < _BATCH_SAMPLES else before + self._convert()

    def rest(self) -> bytes:
        """What is still inside; the next frame begins anew."""
        rest = b"" if self._kind is None else self._convert() + _bytes(self._resampler.resample(None))
        self._kind = None
        self._begin()
        return rest

    def _convert(self) -> bytes:
        frame = self._waiting.read()
        return b"" if frame is None else _bytes(self._resampler.resample(frame))

    def _begin(self) -> None:
        from av.audio.fifo import AudioFifo
        from av.audio.resampler import AudioResampler

        self._waiting = AudioFifo()
        self._resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)


def _bytes(frames: list[AudioFrame]) -> bytes:
    return b"".join(frame.to_ndarray().tobytes() for frame in frames)
