"""The workers of a Dask cluster as a pool: they caption the clips, and every file is written on this machine.

So a worker that was considered lost but is still running does no harm: its result is discarded.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from captionkit import __version__
from captionkit.errors import InputError
from captionkit.library.cluster_process import (
    BEAT_S,
    TOPIC,
    BatchSetup,
    UnusableWorker,
    caption_on_worker,
    installed_version,
)
from captionkit.library.pool import Limits, Messages
from captionkit.library.process import (
    Captioned,
    Failed,
    Job,
    MakeRecord,
    Ready,
    Setup,
    Stage,
    make_record,
    outcome,
    write_job,
)
from captionkit.model import Record
from captionkit.publish import prepare
from captionkit.speech.weights.catalogue import catalogue
from captionkit.speech.weights.find import AUTO, Weights

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_S = 10.0
"""How long the scheduler may take to answer, in seconds."""
CONNECT_TRIES = 3
"""Dask's client asserts that the scheduler's greeting comes alone; on a busy machine it sometimes does not."""
NO_WORKER_S = 60.0
"""How long a cluster may have no worker that can take a clip, in seconds."""
RESULT_S = 60.0
"""How long the transfer of a record may take, in seconds."""
GPU = "GPU"
"""The Dask resource of workers that have a GPU; each clip takes one."""

_RESUME = "What is done stays done; run the same command again to continue."


@dataclass(frozen=True, slots=True)
class Cluster:
    """The address of the scheduler, and what its workers do with a clip; with `gpu`, only those with a GPU get one."""

    address: str
    gpu: bool = False
    make_record: MakeRecord = make_record


@dataclass(slots=True)
class _SentJob:
    """A clip that was sent to the cluster; `number` stands for its worker in messages."""

    job: Job
    number: int
    future: Future


@dataclass(frozen=True, slots=True)
class ClusterPool:
    """A pool of as many clips at once as the workers of a cluster have threads."""

    cluster: Cluster
    setup: Setup
    limits: Limits

    def work(self, jobs: Iterable[Job]) -> Messages:
        """Let the workers caption all clips, and write the outputs here.

        Yields:
            As `Pool.work`. After `Ready` the outputs are written once the next message is requested. Closed early, it
            cancels the clips that were sent.

        Raises:
            InputError: there is no scheduler, no worker, an unusable worker, or the connection was lost.
        """
        with _connected(self.cluster.address) as client:
            batch = BatchSetup(__version__, self.setup, self.limits, self.cluster.make_record)
            dispatcher = _Dispatcher(client, self.cluster, batch)
            client.subscribe_topic(TOPIC, lambda event: dispatcher.inbox.put((event[1]["key"], event[1])))
            dispatcher.require_same_version()
            try:
                yield from dispatcher.messages(iter(jobs))
            finally:
                with suppress(Exception):
                    client.cancel([sent.future for sent in dispatcher.sent.values()])


@dataclass(slots=True)
class _Dispatcher:
    """The clips `sent` to a cluster, by the key of their task, and the `inbox` of events about them.

    An event is the key of a task and its progress, None if the task has ended. `places` is how many clips the cluster
    takes at once, as of `counted_s`; `empty_since_s` is when it was last seen to have workers. Both in seconds of the
    monotonic clock.
    """

    client: Client
    cluster: Cluster
    batch: BatchSetup
    sent: dict[str, _SentJob] = field(default_factory=dict)
    inbox: SimpleQueue[tuple[str, dict[str, Any] | None]] = field(default_factory=SimpleQueue)
    places: int = 0
    counted_s: float = 0.0
    empty_since_s: float = field(default_factory=time.monotonic)

    def require_same_version(self) -> None:
        """Make sure that the workers have this version of captionkit."""
        answers = self.client.run(installed_version, on_error="return")
        for worker, version in sorted(answers.items()):
            if version == __version__:
                continue
            has = f"captionkit {version}" if isinstance(version, str) else f"no usable captionkit ({version})"
            raise InputError(worker, f"this worker has {has}", f"Install captionkit {__version__} on it.")

    def messages(self, left: Iterator[Job]) -> Messages:
        """Send jobs and yield messages until no job is left.

        Never more clips are sent than there are places: Dask blames a lost worker on every clip that waited for it.
        """
        job = next(left, None)
        while job is not None or self.sent:
            self._count_places()
            while job is not None and len(self.sent) < self.places:
                check = partial(prepare, job.clip, job.writing, job.options.article)
                if isinstance(refused := outcome(job, check), Failed):
                    yield 0, job, refused
                else:
                    self._send(job)
                job = next(left, None)
            try:
                key, progress = self.inbox.get(timeout=BEAT_S)
            except Empty:
                continue
            yield from self._messages_of(key, progress)

    def _count_places(self) -> None:
        """Count the places again, at most once every `BEAT_S`."""
        if time.monotonic() < self.counted_s + BEAT_S:
            return
        try:
            workers = self.client.scheduler_info(n_workers=-1)["workers"].values()
        except OSError:
            raise self._gone() from None
        self.counted_s = time.monotonic()
        self.places = sum(
            min(w["nthreads"], int(w["resources"].get(GPU, 0))) if self.cluster.gpu else w["nthreads"] for w in workers
        )
        if self.places:
            self.empty_since_s = self.counted_s
        elif self.counted_s > self.empty_since_s + NO_WORKER_S:
            wanted = f" --resources {GPU}=1" if self.cluster.gpu else ""
            reason = f"it has had no worker{' with a GPU' if self.cluster.gpu else ''} for {NO_WORKER_S:.0f} s"
            raise InputError(self.cluster.address, reason, f"Start one: `dask worker ADDRESS{wanted}`. {_RESUME}")

    def _send(self, job: Job) -> None:
        taken = {sent.number for sent in self.sent.values()}
        number = next(n for n in range(len(taken) + 1) if n not in taken)
        key = f"captionkit-{uuid4().hex}"
        remote = _with_absolute_paths(job, self.batch.setup.weights)
        resources = {GPU: 1} if self.cluster.gpu else {}
        future = self.client.submit(caption_on_worker, remote, self.batch, key=key, resources=resources)
        self.sent[key] = _SentJob(job, number, future)
        future.add_done_callback(self._ended)

    def _ended(self, future: Future) -> None:
        self.inbox.put((str(future.key), None))

    def _messages_of(self, key: str, progress: dict[str, Any] | None) -> Messages:
        """The messages of an event: the progress of a clip, or its result if its task has ended."""
        sent = self.sent.get(key)
        if sent is None:
            return
        if progress is not None:
            yield sent.number, sent.job, Stage(progress["name"], progress["share"])
            return
        result = self._result(sent)
        if result is None:
            sent.future.add_done_callback(self._ended)
            return
        del self.sent[key]
        if isinstance(result, Captioned):
            yield sent.number, sent.job, Ready(result.record.clip.sha256, result.stamp)
            record = _with_own_source(result.record, sent.job)
            yield sent.number, sent.job, outcome(sent.job, lambda: write_job(sent.job, record))
        else:
            yield sent.number, sent.job, result

    def _result(self, sent: _SentJob) -> Captioned | Failed | None:
        """The result of a task; None if its worker was lost before it had sent it: Dask then runs the task again."""
        from distributed import CancelledError, KilledWorker, TimeoutError

        try:
            result = sent.future.result(timeout=RESULT_S)
        except CancelledError:
            raise self._gone() from None
        except TimeoutError:
            return None
        except KilledWorker as error:
            reason = f"{error.allowed_failures + 1} workers of the cluster were lost while they had the clip"
            return Failed(reason, f"{sent.job.clip}: {reason}.")
        except Exception as error:
            reason = f"one of its workers cannot take clips ({type(error).__name__}: {error})"
            remedy = f"Install captionkit {__version__} on all of them, with the same Python. {_RESUME}"
            raise InputError(self.cluster.address, reason, remedy) from None
        if isinstance(result, UnusableWorker):
            return self._refused(sent.job, result)
        assert isinstance(result, Captioned | Failed)
        return result

    def _refused(self, job: Job, worker: UnusableWorker) -> Failed:
        """That the clip does not exist any more; if it does, the worker is at fault, and the batch stops."""
        if worker.clip_missing and not job.clip.exists():
            return Failed("it does not exist any more", f"{job.clip}: it does not exist any more.")
        raise InputError(worker.worker, worker.reason, f"{worker.remedy} {_RESUME}")

    def _gone(self) -> InputError:
        return InputError(self.cluster.address, "the connection to the scheduler was lost", _RESUME)


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError:
        raise InputError("--dask", "Dask is not installed here", 'Run `pip install "captionkit[cluster]"`.') from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we report the errors that matter
    made: SimpleQueue[Client | Exception] = SimpleQueue()

    def connect() -> None:
        for tries_left in reversed(range(CONNECT_TRIES)):
            try:
                return made.put(Client(address, timeout=CONNECT_S, set_as_default=False, name="captionkit"))
            except Exception as error:
                if not isinstance(error, AssertionError) or not tries_left:
                    return made.put(error)

    # in a thread, since Dask waits indefinitely for the handshake of something that is not a scheduler
    threading.Thread(target=connect, daemon=True).start()
    try:
        client = made.get(timeout=1.5 * CONNECT_S)
    except Empty:
        client = TimeoutError("what is there does not answer as one")
    if isinstance(client, Exception):
        reason = f"no Dask scheduler can be reached there ({' '.join(str(client).split()) or type(client).__name__})"
        raise InputError(address, reason, "Start one with `dask scheduler`, or check the address.")
    try:
        yield client
    finally:
        client.close(timeout=CONNECT_S)


def _with_absolute_paths(job: Job, weights: Weights) -> Job:
    """A job whose paths are valid in any working directory.

    Known weights are given by name, so that each worker finds its own; others by their path on the shared storage.
    """
    options = job.options
    known = options.model == AUTO or options.model in catalogue().models
    remote = replace(
        options,
        model=weights.name if known else str(weights.folder.absolute()),
        article=None if options.article is None else _absolute(options.article),
        style=_absolute(options.style),
    )
    return replace(job, clip=job.clip.absolute(), options=remote)


def _absolute(path: str) -> str:
    """The absolute path of a file that exists; an address, or the name of a style, unchanged."""
    return str(Path(path).absolute()) if Path(path).exists() else path


def _with_own_source(record: Record, job: Job) -> Record:
    """The record with the article's path as it was given here, the same as from `captionkit run`."""
    if record.article is None or job.options.article is None:
        return record
    return replace(record, article=replace(record.article, source=job.options.article))
