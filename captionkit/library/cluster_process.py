"""What runs on the workers of a cluster: each clip is captioned by a worker process that has the weights loaded.

The Dask worker's own process captions nothing. So a clip that crashes or hangs affects neither the Dask worker nor
other clips, and is ended after its deadline.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import connection
from typing import TYPE_CHECKING

from captionkit import __version__
from captionkit.errors import CaptionkitError
from captionkit.library.pool import Limits, WorkerProcess, start_worker
from captionkit.library.process import LAST, Captioned, Failed, Job, MakeRecord, Setup, Stage
from captionkit.speech.weights.find import Weights, WeightsOptions, find_weights

if TYPE_CHECKING:
    from distributed import Worker as DaskWorker

TOPIC = "captionkit"
"""The Dask topic under which the workers report progress."""
BEAT_S = 1.0
"""How often a worker checks whether its clip is still wanted, and reports progress at most, in seconds."""
IDLE_S = 60.0
"""How long an idle process keeps its weights loaded, in seconds."""

_idle: list[_Idle] = []
_idle_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class BatchSetup:
    """What is the same for every clip of a batch. `version` is that of the captionkit that runs the batch."""

    version: str
    setup: Setup
    limits: Limits
    make_record: MakeRecord


@dataclass(frozen=True, slots=True)
class UnusableWorker:
    """Why a worker cannot caption clips. `clip_missing` if it has no such file as the clip."""

    worker: str
    reason: str
    remedy: str
    clip_missing: bool = False


@dataclass(frozen=True, slots=True)
class _Idle:
    """A process without a clip, and the timer that ends it."""

    batch: BatchSetup
    process: WorkerProcess
    timer: threading.Timer


def installed_version() -> str:
    """The version of captionkit on the worker that this runs on."""
    return __version__


def caption_on_worker(job: Job, batch: BatchSetup) -> Captioned | Failed | UnusableWorker:
    """Caption a clip on the Dask worker that this runs on. Nothing is written.

    Events under `TOPIC` have the key of the task, the stage and its progress.
    """
    from distributed import get_worker

    dask_worker = get_worker()
    key = dask_worker.get_current_task()
    report = _reporter(dask_worker, str(key))
    report(Stage("opening", None))
    local = _local_setup(job, batch, dask_worker.address)
    if isinstance(local, UnusableWorker):
        return local
    process = _take_process(local)
    process.give(job)
    message = _last_message(process, lambda: _is_wanted(dask_worker, str(key)), report)
    _give_back(local, process)
    return message


def _local_setup(job: Job, batch: BatchSetup, worker: str) -> BatchSetup | UnusableWorker:
    """The setup with the weights of this machine, or why the worker cannot be used."""
    if batch.version != __version__:
        remedy = f"Install captionkit {batch.version} on it."
        return UnusableWorker(worker, f"this worker has captionkit {__version__}, not {batch.version}", remedy)
    if not job.clip.exists():
        remedy = "Mount the library there under the same path as here."
        return UnusableWorker(worker, f"this worker does not have {job.clip}", remedy, clip_missing=True)
    try:
        weights = _local_weights(job.options.model, job.options.offline, job.options.device)
    except CaptionkitError as error:
        return UnusableWorker(worker, f"this worker has no weights. {error}", "Fetch them there.")
    if weights.sha256 != batch.setup.weights.sha256:
        reason = f"this worker's weights in {weights.folder} differ from those of this batch"
        return UnusableWorker(worker, reason, "Put the same weights there.")
    return replace(batch, setup=replace(batch.setup, weights=weights))


@cache
def _local_weights(model: str, offline: bool, device: str) -> Weights:
    """The weights in this machine's cache or on the shared storage, found once in each process."""
    return find_weights(model, WeightsOptions(offline, device))


def _reporter(dask_worker: DaskWorker, key: str) -> Callable[[Stage], None]:
    """A function that reports progress to the caller, at most once every `BEAT_S` within a stage."""
    last_name, last_s = "", 0.0

    def report(stage: Stage) -> None:
        nonlocal last_name, last_s
        if stage.name != last_name or time.monotonic() >= last_s + BEAT_S:
            last_name, last_s = stage.name, time.monotonic()
            dask_worker.log_event(TOPIC, {"key": key, "name": stage.name, "share": stage.share})

    return report


def _is_wanted(dask_worker: DaskWorker, key: str) -> bool:
    """Whether the caller still waits for a clip: the batch may have ended, or this worker may be closing."""
    task = dask_worker.state.tasks.get(key)
    closing = dask_worker.status.name in ("closing", "closed", "failed")
    return task is not None and task.state == "executing" and not closing


def _last_message(
    process: WorkerProcess, is_wanted: Callable[[], bool], report: Callable[[Stage], None]
) -> Captioned | Failed:
    """Wait for the result of a clip, until its deadline at most; end the process if the clip is no longer wanted."""
    while is_wanted():
        readable = connection.wait([process.line], BEAT_S)
        message = process.next_message() if readable else process.overdue()
        if isinstance(message, Stage):
            report(message)
        elif isinstance(message, LAST):
            assert isinstance(message, Captioned | Failed)
            return message
    process.end()
    return Failed("it was cancelled", "it was cancelled")


def _take_process(batch: BatchSetup) -> WorkerProcess:
    """A process that has the weights of a batch loaded, else a new one that replaces one with other weights."""
    with _idle_lock:
        found = next((idle for idle in _idle if idle.batch == batch), _idle[0] if _idle else None)
        if found is not None:
            _idle.remove(found)
    if found is not None:
        found.timer.cancel()
        if found.batch == batch and found.process.usable:
            return found.process
        found.process.end()
    # a Dask worker under a nanny is a daemonic process, which may not have children; ours end with it
    multiprocessing.current_process().daemon = False
    return start_worker(batch.setup, batch.make_record, batch.limits)


def _give_back(batch: BatchSetup, process: WorkerProcess) -> None:
    """Keep a process for the next clip, for `IDLE_S` at most."""
    if not process.usable:
        process.end()
        return
    timer = threading.Timer(IDLE_S, lambda: _end_idle(idle))
    timer.daemon = True
    idle = _Idle(batch, process, timer)
    with _idle_lock:
        _idle.append(idle)
    timer.start()


def _end_idle(idle: _Idle) -> None:
    with _idle_lock:
        if idle not in _idle:
            return
        _idle.remove(idle)
    idle.process.end()
