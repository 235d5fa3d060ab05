"""A worker process: it loads the weights once and captions one clip after another; and the messages it exchanges."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from captionkit.errors import CaptionkitError, InputError, MediaError
from captionkit.model import Record
from captionkit.pipeline.options import CaptionOptions
from captionkit.publish import OutputOptions, prepare, write_outputs
from captionkit.speech.weights.find import Weights

if TYPE_CHECKING:
    from captionkit.speech.engine import Engine

T = TypeVar("T")
_NO_SPEECH = "no speech was detected in it"
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Job:
    """A clip to caption. `output` is its name in the ledger."""

    output: str
    clip: Path
    options: CaptionOptions
    writing: OutputOptions


@dataclass(frozen=True, slots=True)
class Setup:
    """What is the same for every job of a worker."""

    weights: Weights
    threads: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The clip is open, and has this length according to its header; 0 if the header has none."""

    duration_ms: int


@dataclass(frozen=True, slots=True)
class Stage:
    """The name of the stage, and its progress between 0 and 1; None if that is unknown."""

    name: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Ready:
    """The record is made and every output may be written: the worker waits for `Go`.

    `stamp` is that of the media as it was read.
    """

    media_sha256: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Go:
    """Permission to write the outputs."""


@dataclass(frozen=True, slots=True)
class Captioned:
    """The record of the clip, with the `stamp` of the media as it was read. Nothing is written."""

    record: Record
    stamp: str


@dataclass(frozen=True, slots=True)
class Done:
    """The outputs are in place."""

    record: Path


@dataclass(frozen=True, slots=True)
class Failed:
    """The clip could not be captioned.

    `reason` is the same for all clips with this problem, `message` the whole sentence. `record` is the path of the
    record that was written nevertheless, as for a clip without speech.
    """

    reason: str
    message: str
    record: Path | None = None


Message = Opened | Stage | Ready | Captioned | Done | Failed
LAST = (Captioned, Done, Failed)
"""The last message of a clip is one of these."""

Send = Callable[[Message], None]
"""Sends a message to the caller; after `Ready` it returns when the caller has sent `Go`."""
MakeRecord = Callable[[Job, Setup, Send], Captioned | Failed]
"""Captions one clip and writes nothing; raises if it cannot."""
Caption = Callable[[Job, Setup, Send], Captioned | Done | Failed]
"""What a worker does with a clip: captions it, and may write its outputs; raises if it cannot."""


def serve(line: connection.Connection, setup: Setup, caption: Caption) -> None:
    """Receive jobs and send messages, the last one of each job in `LAST`, until the caller closes the connection."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the caller ends its workers itself
    threading.Thread(target=_end_with_caller, daemon=True).start()
    for variable in THREAD_VARIABLES:
        os.environ[variable] = str(setup.threads)

    def send(message: Message) -> None:
        line.send(message)
        if isinstance(message, Ready):
            assert isinstance(line.recv(), Go)

    try:
        while True:
            job: Job = line.recv()
            line.send(outcome(job, partial(caption, job, setup, send)))
    except (EOFError, OSError):
        return


def _end_with_caller() -> None:
    """End at once when the caller has ended in any way: nothing that is done from then on would be recorded."""
    caller = parent_process()
    if caller is not None:
        connection.wait([caller.sentinel])
        os._exit(1)


def outcome(job: Job, work: Callable[[], T]) -> T | Failed:
    """The result of some work on a clip, or why it failed."""
    try:
        return work()
    except (EOFError, BrokenPipeError):
        raise
    except InputError as error:
        return Failed(error.reason, str(error))
    except CaptionkitError as error:
        return Failed(str(error), str(error))
    except MemoryError:
        return Failed("there was not enough memory", f"{job.clip}: there was not enough memory.")
    except OSError as error:
        return Failed(error.strerror or str(error), f"{job.clip}: {error}")
    except Exception as error:  # a failure of one clip never affects another
        reason = f"an internal error of captionkit ({type(error).__name__}: {error})"
        return Failed(reason, f"{job.clip}: {reason}")


def caption_job(job: Job, setup: Setup, send: Send) -> Done | Failed:
    """Caption one clip, and write its outputs once the caller permits it.

    Raises:
        CaptionkitError: the clip or its article cannot be used, or it changed while it was read.
    """
    prepare(job.clip, job.writing, job.options.article)
    captioned = make_record(job, setup, send)
    send(Stage("writing", None))
    send(Ready(captioned.record.clip.sha256, captioned.stamp))
    return write_job(job, captioned.record)


def make_record(job: Job, setup: Setup, send: Send) -> Captioned:
    """Caption one clip. Nothing is written.

    Raises:
        CaptionkitError: the clip or its article cannot be used, or it changed while it was read.
    """
    from captionkit.media.probe import announced_ms
    from captionkit.pipeline.caption import caption_clip
    from captionkit.pipeline.job import Models

    stamp = media_stamp(job.clip)
    send(Opened(announced_ms(job.clip)))
    models = Models(lambda *_: setup.weights, _engine, setup.threads)
    record = caption_clip(job.clip, job.options, lambda name, share: send(Stage(name, share)), models)
    if media_stamp(job.clip) != stamp:
        raise MediaError(job.clip, "it changed while it was read", "Run the batch again when it is complete.")
    return Captioned(record, stamp)


def write_job(job: Job, record: Record) -> Done | Failed:
    """Write the outputs of a clip.

    Raises:
        CaptionkitError: as `publish.write_outputs`.
    """
    record, paths = write_outputs(record, job.clip, job.writing)
    if not record.transcript.words:
        return Failed(_NO_SPEECH, f"{job.clip}: {_NO_SPEECH}. Its record is {paths[0]}.", paths[0])
    return Done(paths[0])


@cache
def _engine(weights: Weights, device: str, threads: int, compute_type: str) -> Engine:
    """The engine of this process, loaded for its first clip."""
    from captionkit.speech.engine import load_engine

    return load_engine(weights, device, threads, compute_type)


def media_stamp(path: Path) -> str:
    """A file's size, times and inode: while they stay the same, so does its content.

    Raises:
        InputError: the file does not exist or cannot be accessed.
    """
    try:
        known = path.stat()
    except OSError as error:
        raise InputError(path, f"it cannot be accessed ({error.strerror})", "Check where it is now.") from None
    return f"{known.st_size}:{known.st_mtime_ns}:{known.st_ctime_ns}:{known.st_ino}"
