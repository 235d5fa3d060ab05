"""The decoded sound of a clip, and the properties of its file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from captionkit.model import Span

SAMPLE_RATE = 16_000
"""Samples per second, mono: the input of Whisper."""


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """The sound of a clip.

    `samples` are float32 between -1 and 1, mono, `SAMPLE_RATE` per second; sample 0 is the start of the clip.
    `duration_ms` is the length of the clip; a video may be longer than its sound. `fps` is the average frame rate, None
    without video. `stream` is the number of the audio stream, from 0. `truncated`: the file ends before its announced
    length. `missing`: gaps in the sound, because the file is damaged or was made so; the samples are silent there.
    """

    samples: NDArray[np.float32]
    duration_ms: int
    sha256: str
    stream: int = 0
    fps: float | None = None
    has_video: bool = False
    truncated: bool = False
    missing: tuple[Span, ...] = ()
