"""How a clip is captioned, and how progress is reported; without the libraries that caption it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from captionkit.captions import DEFAULT_STYLE
from captionkit.model import Credit, Policy

Report = Callable[[str, float | None], None]
"""Called with the name of the stage (`listening`) and its progress between 0 and 1; None where that is unknown."""


def silent_report(stage: str, share: float | None) -> None:
    """A `Report` that shows nothing."""


@dataclass(frozen=True, slots=True)
class CaptionOptions:
    """How one clip is captioned.

    `article` is a path or an http(s) address, None for a clip without one. `credits` given here take precedence over
    the article's, role by role. `compute_type` is one of `model.COMPUTE_TYPES`. With `respell`, names are spelt as the
    article spells them. `speakers` is their number, None to find it out, 0 not to distinguish them. `policy` is what
    the quotes are checked against; it changes nothing else.
    """

    article: str | None = None
    model: str = "auto"
    device: str = "auto"
    compute_type: str = "auto"
    language: str | None = None
    audio_stream: int | None = None
    style: str = DEFAULT_STYLE
    credits: tuple[Credit, ...] = ()
    respell: bool = True
    speakers: int | None = None
    offline: bool = False
    allow_private: bool = False
    policy: Policy | None = None
