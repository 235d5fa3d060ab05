"""Put decoded frames at their time in the clip, as 16 kHz mono samples."""

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
"""If a frame is farther from the end of the samples so far, its timestamp is used."""

OVERLAP_S = 1.0
"""A frame up to this far back is a repetition; one further back follows a clock reset."""

_BATCH_SAMPLES = 500_000
_BYTES_PER_SAMPLE = 2
_FULL_SCALE = 1 << 15


class TooLongError(Exception):
    """The sound is longer than the limit."""


class Timeline:
    """Takes frames in the order of the file, and places them in the time of the clip.

    A player plays a frame at its timestamp. Missing sound is replaced by silence; repeated frames are dropped; after a
    clock reset, as in recordings of a broadcast, the sound continues without a gap.
    """

    def __init__(self, start_s: float, longest_gap_s: float, limit_s: float) -> None:
        """Begin a clip.

        Args:
            start_s: the timestamp of the start of the clip.
            longest_gap_s: a larger jump ahead is a clock reset.
            limit_s: the longest clip allowed.
        """
        self._start_s = start_s
        self._longest_gap_s = longest_gap_s
        self._limit_s = limit_s
        self._end_s = 0.0
        self._missing: list[Span] = []
        self._sound = bytearray()
        self._resampler = _Resampler()

    def add(self, frame: AudioFrame) -> None:
        """Add a decoded frame.

        Raises:
            TooLongError: it would lie beyond the limit.
        """
        drift_s = 0.0 if frame.time is None else frame.time - self._start_s - self._end_s
        if drift_s < -OVERLAP_S or drift_s > self._longest_gap_s:
            self._start_s += drift_s
            drift_s = 0.0
        if drift_s < -DRIFT_S:
            return
        gap_s = drift_s if drift_s > DRIFT_S else 0.0
        end_s = self._end_s + gap_s + frame.samples / frame.sample_rate
        if end_s > self._limit_s:
            raise TooLongError
        if gap_s:
            self._add_silence(gap_s)
        self._end_s = end_s
        self._sound += self._resampler.resample(frame)

    def missing(self) -> tuple[Span, ...]:
        """The gaps after the first sound."""
        return tuple(self._missing)

    def samples(self) -> NDArray[np.float32]:
        """The whole sound, float32 between -1 and 1; nothing can be added afterwards."""
        self._sound += self._resampler.rest()
        samples = np.frombuffer(self._sound, dtype=np.int16).astype(np.float32)
        samples /= _FULL_SCALE
        return samples

    def _add_silence(self, gap_s: float) -> None:
        until_s = self._end_s + gap_s
        if self._end_s:
            self._missing.append(Span(ms_from_seconds(self._end_s), ms_from_seconds(until_s)))
        self._sound += self._resampler.rest()
        lacking = round(until_s * SAMPLE_RATE) * _BYTES_PER_SAMPLE - len(self._sound)
        self._sound += bytes(max(0, lacking))


class _Resampler:
    """Converts frames to bytes of 16-bit mono, many at a time; their format may change."""

    def __init__(self) -> None:
        self._kind: tuple[str, str, int] | None = None
        self._begin()

    def resample(self, frame: AudioFrame) -> bytes:
        """The bytes that are ready so far."""
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        before = b"" if self._kind in (None, kind) else self.rest()
        self._kind = kind
        frame.pts = None  # it is placed already: the resampler must not move it
        self._waiting.write(frame)
        return before if self._waiting.samples < _BATCH_SAMPLES else before + self._convert()

    def rest(self) -> bytes:
        """The remaining bytes; the next frame starts from scratch."""
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
