"""What runs on the workers of a cluster: each clip goes to a process that has the weights loaded, as it would here.

A Dask worker's own process never hears anything. So a clip that crashes or hangs takes neither the Dask worker nor the
clips beside it along, is ended in time, and costs its clip alone.
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
from captionkit.library.jobs import OVER, Captioned, Failed, Job, Setup, Stage
from captionkit.library.pool import Limits, Worker, start_worker
from captionkit.library.process import Hear
from captionkit.speech.weights.find import Weights, WeightsOptions, find_weights

if TYPE_CHECKING:
    from distributed import Worker as DaskWorker

TOPIC = "captionkit"
"""Under this topic the workers tell how far they are."""
BEAT_S = 1.0
"""How often a worker looks whether its clip is still wanted, and tells how far it is at most."""
IDLE_S = 60.0
"""How long a process keeps its weights loaded while no clip comes."""

_idle: list[_Idle] = []
_idle_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Errand:
    """What holds for every clip of a batch. `version` is of the captionkit that sends it."""

    version: str
    setup: Setup
    limits: Limits
    hear: Hear


@dataclass(frozen=True, slots=True)
class Unfit:
    """This worker can caption no clip as it was set up. `clip_unseen` where it does not see the clip."""

    worker: str
    reason: str
    remedy: str
    clip_unseen: bool = False


@dataclass(frozen=True, slots=True)
class _Idle:
    """A process without a clip, and the timer that will end it."""

    errand: Errand
    process: Worker
    timer: threading.Timer


def version_here() -> str:
    """The captionkit that is installed on a worker."""
    return __version__


def hear_here(job: Job, errand: Errand) -> Captioned | Failed | Unfit:
    """Caption a clip on the Dask worker that this is called on. Nothing is written.

    What it tells under `TOPIC` has the task's key, the stage and how much of it is done.
    """
    from distributed import get_worker

    dask_worker = get_worker()
    key = dask_worker.get_current_task()
    tell = _teller(dask_worker, str(key))
    tell(Stage("opening", None))
    errand, unfit = _errand_here(job, errand, dask_worker.address)
    if unfit is not None:
        return unfit
    process = _borrowed(errand)
    process.give(job)
    message = _last_message(process, lambda: _is_wanted(dask_worker, str(key)), tell)
    _give_back(errand, process)
    return message


def _errand_here(job: Job, errand: Errand, worker: str) -> tuple[Errand, Unfit | None]:
    """The errand with the weights of this machine, and why this worker cannot do it."""
    if errand.version != __version__:
        remedy = f"Install captionkit {errand.version} on it."
        return errand, Unfit(worker, f"this worker has captionkit {__version__}, not {errand.version}", remedy)
    if not job.clip.exists():
        remedy = "Mount the library there under the same path as here."
        return errand, Unfit(worker, f"this worker does not see {job.clip}", remedy, clip_unseen=True)
    try:
        weights = _weights_here(job.options.model, job.options.offline, job.options.device)
    except CaptionkitError as error:
        return errand, Unfit(worker, f"this worker has no weights. {error}", "Fetch them there.")
    if weights.sha256 != errand.setup.weights.sha256:
        reason = f"this worker's weights in {weights.folder} are others than those of this batch"
        return errand, Unfit(worker, reason, "Put the same weights there.")
    return replace(errand, setup=replace(errand.setup, weights=weights)), None


@cache
def _weights_here(model: str, offline: bool, device: str) -> Weights:
    """The weights in this machine's cache or on the shared storage, looked for once a process."""
    return find_weights(model, WeightsOptions(offline, device))


def _teller(dask_worker: DaskWorker, key: str) -> Callable[[Stage], None]:
    """Sends to the caller how far a clip is; drops what comes faster than it can be looked at."""
    last_name, last_s = "", 0.0

    def tell(stage: Stage) -> None:
        nonlocal last_name, last_s
        if stage.name != last_name or time.monotonic() >= last_s + BEAT_S:
            last_name, last_s = stage.name, time.monotonic()
            dask_worker.log_event(TOPIC, {"key": key, "name": stage.name, "share": stage.share})

    return tell


def _is_wanted(dask_worker: DaskWorker, key: str) -> bool:
    """Whether the caller still waits for a clip: it may have been ended, or this worker be closing."""
    task = dask_worker.state.tasks.get(key)
    closing = dask_worker.status.name in ("closing", "closed", "failed")
    return task is not None and task.state == "executing" and not closing


def _last_message(process: Worker, is_wanted: Callable[[], bool], tell: Callable[[Stage], None]) -> Captioned | Failed:
    """Wait for what comes of a clip, at most until its time is over; end the process where nobody waits for it."""
    while is_wanted():
        heard = connection.wait([process.line], BEAT_S)
        message = process.next_message() if heard else process.overdue()
        if isinstance(message, Stage):
            tell(message)
        elif isinstance(message, OVER):
            assert isinstance(message, Captioned | Failed)
            return message
    process.end()
    return Failed("it was cancelled", "it was cancelled")


def _borrowed(errand: Errand) -> Worker:
    """A process that has this errand's weights loaded, else a new one in the place of one that has others."""
    with _idle_lock:
        found = next((idle for idle in _idle if idle.errand == errand), _idle[0] if _idle else None)
        if found is not None:
            _idle.remove(found)
    if found is not None:
        found.timer.cancel()
        if found.errand == errand and found.process.usable:
            return found.process
        found.process.end()
    # a Dask worker under a nanny is a daemonic process, which may have no children; ours end with it by themselves
    multiprocessing.current_process().daemon = False
    return start_worker(errand.setup, errand.hear, errand.limits)


def _give_back(errand: Errand, process: Worker) -> None:
    """Keep a process for the next clip, for a while."""
    if not process.usable:
        process.end()
        return
    timer = threading.Timer(IDLE_S, lambda: _retire(idle))
    timer.daemon = True
    idle = _Idle(errand, process, timer)
    with _idle_lock:
        _idle.append(idle)
    timer.start()


def _retire(idle: _Idle) -> None:
    with _idle_lock:
        if idle not in _idle:
            return
        _idle.remove(idle)
    idle.process.end()
