"""The clips of a library before anything is done with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from captionkit.model import Credit


@dataclass(frozen=True, slots=True)
class ClipOptions:
    """What a manifest asks for one clip; None is what holds for the whole batch. `speakers` as in `CaptionOptions`."""

    language: str | None = None
    style: str | None = None
    speakers: int | str | None = None
    audio_stream: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One clip of the library. `output` is where its files go: a path in OUT, before the suffixes of the files."""

    clip: Path
    article: str | None = None
    output: str = ""
    credits: tuple[Credit, ...] = ()
    options: ClipOptions = ClipOptions()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the library that is left out: where it stands and why."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The clips of a library in order, each with an output of its own, and what is left out."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
