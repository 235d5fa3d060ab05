"""A worker: a process that loads the weights once and captions one clip after another."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from functools import cache, partial
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from captionkit.errors import CaptionkitError, InputError
from captionkit.library.jobs import Captioned, Done, Failed, Go, Job, Message, Opened, Ready, Setup, Stage

if TYPE_CHECKING:
    from captionkit.model import Record
    from captionkit.speech.engine import Engine
    from captionkit.speech.weights.find import Weights

T = TypeVar("T")
_NO_SPEECH = "no speech was detected in it"
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

Tell = Callable[[Message], None]
"""Sends a message to the caller; after `Ready` it returns when the caller has said `Go`."""
Hear = Callable[[Job, Setup, Tell], Captioned | Failed]
"""Captions one clip and writes nothing; raises where it cannot."""
Caption = Callable[[Job, Setup, Tell], Captioned | Done | Failed]
"""What a worker does with a clip: captions it, and may write its outputs; raises where it cannot."""


def serve(line: connection.Connection, setup: Setup, caption: Caption) -> None:
    """Work until the caller hangs up: a `Job` comes in, messages go out, the last one `Done` or `Failed`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the caller ends its workers itself
    threading.Thread(target=_end_with_caller, daemon=True).start()
    for variable in THREAD_VARIABLES:
        os.environ[variable] = str(setup.threads)

    def tell(message: Message) -> None:
        line.send(message)
        if isinstance(message, Ready):
            assert isinstance(line.recv(), Go)

    try:
        while True:
            job: Job = line.recv()
            line.send(outcome(job, partial(caption, job, setup, tell)))
    except (EOFError, OSError):
        return


def _end_with_caller() -> None:
    """End at once when the caller is gone, however it went: nobody would write down what is done from then on."""
    caller = parent_process()
    if caller is not None:
        connection.wait([caller.sentinel])
        os._exit(1)


def outcome(job: Job, work: Callable[[], T]) -> T | Failed:
    """What comes of some work on a clip, or that it failed, and why."""
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
    except Exception as error:  # one clip's trouble never touches another's
        reason = f"an internal error of captionkit ({type(error).__name__}: {error})"
        return Failed(reason, f"{job.clip}: {reason}")


def caption_job(job: Job, setup: Setup, tell: Tell) -> Done | Failed:
    """Caption one clip and write its outputs, once the caller has said that they may be.

    Raises:
        CaptionkitError: the clip or its article cannot be used, or it changed while it was read.
    """
    prepare_job(job)
    captioned = hear_job(job, setup, tell)
    tell(Stage("writing", None))
    tell(Ready(captioned.record.clip.sha256, captioned.stamp))
    return write_job(job, captioned.record)


def prepare_job(job: Job) -> None:
    """See that the outputs of a clip may be written.

    Raises:
        CaptionkitError: as `outputs.prepare`.
    """
    from captionkit.publish import prepare

    prepare(job.clip, job.writing, job.options.article)


def hear_job(job: Job, setup: Setup, tell: Tell) -> Captioned:
    """Caption one clip. Nothing is written.

    Raises:
        CaptionkitError: the clip or its article cannot be used, or it changed while it was read.
    """
    from captionkit.errors import MediaError
    from captionkit.media.probe import announced_ms
    from captionkit.pipeline.caption import caption_clip
    from captionkit.pipeline.options import Models

    stamp = media_stamp(job.clip)
    tell(Opened(announced_ms(job.clip)))
    models = Models(lambda *_: setup.weights, _engine, setup.threads)
    record = caption_clip(job.clip, job.options, lambda name, share: tell(Stage(name, share)), models)
    if media_stamp(job.clip) != stamp:
        raise MediaError(job.clip, "it changed while it was read", "Run the batch again when it is whole.")
    return Captioned(record, stamp)


def write_job(job: Job, record: Record) -> Done | Failed:
    """Write the outputs of a clip.

    Raises:
        CaptionkitError: as `outputs.write_outputs`.
    """
    from captionkit.publish import write_outputs

    record, paths = write_outputs(record, job.clip, job.writing)
    if not record.transcript.words:
        return Failed(_NO_SPEECH, f"{job.clip}: {_NO_SPEECH}. What was heard is in {paths[0]}.", paths[0])
    return Done(paths[0])


@cache
def _engine(weights: Weights, device: str, threads: int, compute_type: str) -> Engine:
    """The engine of this process, loaded for its first clip."""
    from captionkit.speech.engine import load_engine

    return load_engine(weights, device, threads, compute_type)


def media_stamp(path: Path) -> str:
    """A file's size, times and place on the disk: while they stay, so does what is in it.

    Raises:
        InputError: it is gone.
    """
    try:
        known = path.stat()
    except OSError as error:
        raise InputError(path, f"it cannot be looked at ({error.strerror})", "Look where it is now.") from None
    return f"{known.st_size}:{known.st_mtime_ns}:{known.st_ctime_ns}:{known.st_ino}"
