"""One clip of a library as a worker gets it, and what the worker has to say: the messages between the processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from captionkit.model import Record
from captionkit.pipeline.options import CaptionOptions
from captionkit.publish import OutputOptions
from captionkit.speech.weights.find import Weights


@dataclass(frozen=True, slots=True)
class Job:
    """A clip to caption. `output` is its name in the ledger."""

    output: str
    clip: Path
    options: CaptionOptions
    writing: OutputOptions


@dataclass(frozen=True, slots=True)
class Setup:
    """What holds for every job of a worker."""

    weights: Weights
    threads: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The clip says it is this long; 0 where it does not say."""

    duration_ms: int


@dataclass(frozen=True, slots=True)
class Stage:
    """What is being done, and how much of it, between 0 and 1; None where that is unknown."""

    name: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Ready:
    """The record is made, and every output may be written: the worker waits to be told `Go`.

    `stamp` is of the media as it was read.
    """

    media_sha256: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Go:
    """Write the outputs."""


@dataclass(frozen=True, slots=True)
class Captioned:
    """All that is known of the clip, with `stamp` of the media as it was read. Nothing is written."""

    record: Record
    stamp: str


@dataclass(frozen=True, slots=True)
class Done:
    """The outputs are in place."""

    record: Path


@dataclass(frozen=True, slots=True)
class Failed:
    """The clip could not be captioned.

    `reason` is the same for all clips with this trouble, `message` the whole sentence.
    `record` is what was written anyway, as for a clip in which nobody speaks.
    """

    reason: str
    message: str
    record: Path | None = None


Message = Opened | Stage | Ready | Captioned | Done | Failed
OVER = (Captioned, Done, Failed)
"""The last message of a clip is one of these."""
