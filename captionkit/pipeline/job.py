"""One clip to caption, and the models and the stopwatch that go with it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from captionkit.model import Speaker, Word
from captionkit.pipeline.options import CaptionOptions, Report
from captionkit.speech.clip_model import ClipModel
from captionkit.speech.engine import Engine, load_engine
from captionkit.speech.recognise import recognise
from captionkit.speech.recognition import Recognition
from captionkit.speech.speakers import with_speakers
from captionkit.speech.weights.find import Weights, WeightsOptions, find_weights

Result = TypeVar("Result")
MOST_THREADS = 8


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
