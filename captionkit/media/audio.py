"""What the recogniser hears: one clip's sound as samples, and what the file says of itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from captionkit.model import Span

SAMPLE_RATE = 16_000
"""Samples a second, mono: what Whisper hears."""


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """The sound of a clip.

    `samples` are float32 between -1 and 1, mono, `SAMPLE_RATE` a second; sample 0 is the clip's start as a
    player shows it. `duration_ms` is the clip's own length, which a video may have beyond its sound. `fps` is
    the video's average frame rate, None without video. `stream` counts the file's sound streams from 0.
    `truncated` says that the file ends before the length it announces. `missing` is where the file holds no
    sound between sounds, for it is damaged or was made so: the samples are silent there.
    """

    samples: NDArray[np.float32]
    duration_ms: int
    sha256: str
    stream: int = 0
    fps: float | None = None
    has_video: bool = False
    truncated: bool = False
    missing: tuple[Span, ...] = ()
