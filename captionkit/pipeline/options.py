"""How a clip is captioned, with which models, and how progress and times are reported."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from captionkit.captions import DEFAULT_STYLE
from captionkit.model import Credit, Policy, Speaker, Word
from captionkit.speech.clip_model import ClipModel
from captionkit.speech.engine import Engine, load_engine
from captionkit.speech.recognise import recognise
from captionkit.speech.recognition import Recognition
from captionkit.speech.speakers import with_speakers
from captionkit.speech.weights.find import Weights, WeightsOptions, find_weights

Result = TypeVar("Result")
Report = Callable[[str, float | None], None]
"""Called with the name of the stage (`listening`) and its progress between 0 and 1; None where that is unknown."""
MOST_THREADS = 8


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


@dataclass(frozen=True, slots=True)
class Models:
    """How weights are found and loaded, and what is done with them; a process that captions many clips loads them once.

    `threads` is how many the model computes with, 0 for all usable cores.
    `open_model`, `recognise` and `find_speakers` are the speech room's own, unless a test puts others in their place.
    """

    find: Callable[[str, WeightsOptions], Weights] = find_weights
    load: Callable[[Weights, str, int, str], Engine] = load_engine
    threads: int = 0
    open_model: Callable[..., ClipModel] = ClipModel
    recognise: Callable[..., Recognition] = recognise
    find_speakers: Callable[..., tuple[tuple[Word, ...], tuple[Speaker, ...]]] = with_speakers


@dataclass(slots=True)
class Stopwatch:
    """Seconds by stage, in the order in which the stages began."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def over(self, stage: str) -> Iterator[None]:
        """Add the time that the block takes to a stage."""
        started = time.perf_counter()
        yield
        self.seconds[f"{stage}_s"] = round(self.seconds.get(f"{stage}_s", 0.0) + time.perf_counter() - started, 3)

    def timed(self, stage: str, work: Callable[[], Result]) -> Result:
        """The result of `work`, its time added to a stage."""
        with self.over(stage):
            return work()


@dataclass(frozen=True, slots=True)
class Job:
    """One clip to caption: the file, how, with which models, and where progress and times are reported."""

    clip: Path
    options: CaptionOptions
    models: Models
    report: Report
    watch: Stopwatch


def usable_cores() -> int:
    """The cores this process may use, at most `MOST_THREADS`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(MOST_THREADS, cores or 1)
