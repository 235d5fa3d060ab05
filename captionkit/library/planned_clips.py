"""The clips of a library before they are captioned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from captionkit.model import Credit


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """One clip of the library.

    `output` is where its files go: a path in OUT, without the suffixes of the files. `options` are the fields of
    `CaptionOptions` that a manifest sets for this clip.
    """

    clip: Path
    article: str | None = None
    output: str = ""
    credits: tuple[Credit, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the library that is left out: where it is, and why."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The clips of a library in order, each with its own output, and what is left out."""

    entries: tuple[PlannedClip, ...]
    problems: tuple[Problem, ...] = ()
