"""The workers of a Dask cluster as a pool: they hear the clips, and every file is written here.

So it does not matter that a worker that was thought lost may still be at work: what it hears is thrown away.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from captionkit import __version__
from captionkit.errors import InputError
from captionkit.library.cluster_process import BEAT_S, TOPIC, Errand, Unfit, hear_here, version_here
from captionkit.library.jobs import Captioned, Failed, Job, Message, Ready, Setup, Stage
from captionkit.library.pool import Limits
from captionkit.library.process import Hear, hear_job, outcome, prepare_job, write_job
from captionkit.model import Record
from captionkit.speech.weights.catalogue import catalogue
from captionkit.speech.weights.find import AUTO, Weights

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_S = 10.0
"""How long the scheduler may take to answer."""
NO_WORKER_S = 60.0
"""How long a cluster may be without a worker that can take a clip."""
RESULT_S = 60.0
"""How long a record may be on its way."""
GPU = "GPU"
"""The resource that workers offer which have a GPU to give, one each clip."""

_RESUME = "What is done stays done; run the same call again to go on."


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the scheduler is, and what its workers do with a clip. With `gpu` only workers that offer one get clips."""

    address: str
    gpu: bool = False
    hear: Hear = hear_job


@dataclass(slots=True)
class _Sent:
    """A clip that a worker has, or will get; `number` stands for its worker in messages."""

    job: Job
    number: int
    future: Future


@dataclass(frozen=True, slots=True)
class ClusterPool:
    """As many clips at once as the workers of a cluster have threads."""

    cluster: Cluster
    setup: Setup
    limits: Limits

    def work(self, jobs: Iterable[Job]) -> Generator[tuple[int, Job, Message], None, None]:
        """Let the workers hear all jobs, and write the outputs here.

        Yields:
            As `Pool.work`. After `Ready` the outputs are written once the next message is asked for. Closed early, it
            cancels what the workers are at.

        Raises:
            InputError: there is no scheduler, no worker, one that cannot do the work, or the scheduler went away.
        """
        with _connected(self.cluster.address) as client:
            errand = Errand(__version__, self.setup, self.limits, self.cluster.hear)
            desk = _Desk(client, self.cluster, errand)
            client.subscribe_topic(TOPIC, lambda event: desk.inbox.put((event[1]["key"], event[1])))
            desk.require_same_version()
            try:
                yield from desk.messages(iter(jobs))
            finally:
                with suppress(Exception):
                    client.cancel([sent.future for sent in desk.sent.values()])


@dataclass(slots=True)
class _Desk:
    """What is under way on a cluster: `sent` by the key of the task, and what comes in about it."""

    client: Client
    cluster: Cluster
    errand: Errand
    sent: dict[str, _Sent] = field(default_factory=dict)
    inbox: SimpleQueue[tuple[str, dict[str, Any] | None]] = field(default_factory=SimpleQueue)
    places: int = 0
    looked_s: float = 0.0
    alone_since_s: float = field(default_factory=time.monotonic)

    def require_same_version(self) -> None:
        """See that the workers that are there have this captionkit."""
        answers = self.client.run(version_here, on_error="return")
        for worker, version in sorted(answers.items()):
            if version == __version__:
                continue
            has = f"captionkit {version}" if isinstance(version, str) else f"no captionkit that can be used ({version})"
            raise InputError(worker, f"this worker has {has}", f"Install captionkit {__version__} on it.")

    def messages(self, left: Iterator[Job]) -> Generator[tuple[int, Job, Message], None, None]:
        """Keep every place busy until no job is left. Never more is sent than there are places: a worker that is lost
        counts against every clip that waits for it, too.
        """
        job = next(left, None)
        while job is not None or self.sent:
            self._look()
            while job is not None and len(self.sent) < self.places:
                if isinstance(refused := outcome(job, partial(prepare_job, job)), Failed):
                    yield 0, job, refused
                else:
                    self._send(job)
                job = next(left, None)
            try:
                key, told = self.inbox.get(timeout=BEAT_S)
            except Empty:
                continue
            yield from self._about(key, told)

    def _look(self) -> None:
        """Count the places again, at most once a beat."""
        if time.monotonic() < self.looked_s + BEAT_S:
            return
        try:
            workers = self.client.scheduler_info(n_workers=-1)["workers"].values()
        except OSError:
            raise self._gone() from None
        self.looked_s = time.monotonic()
        self.places = sum(
            min(w["nthreads"], int(w["resources"].get(GPU, 0))) if self.cluster.gpu else w["nthreads"] for w in workers
        )
        if self.places:
            self.alone_since_s = self.looked_s
        elif self.looked_s > self.alone_since_s + NO_WORKER_S:
            wanted = f" --resources {GPU}=1" if self.cluster.gpu else ""
            reason = f"it has had no worker{' with a GPU' if self.cluster.gpu else ''} for {NO_WORKER_S:.0f} s"
            raise InputError(self.cluster.address, reason, f"Start one: `dask worker ADDRESS{wanted}`. {_RESUME}")

    def _send(self, job: Job) -> None:
        taken = {sent.number for sent in self.sent.values()}
        number = next(n for n in range(len(taken) + 1) if n not in taken)
        key = f"captionkit-{uuid4().hex}"
        far = _seen_from_anywhere(job, self.errand.setup.weights)
        resources = {GPU: 1} if self.cluster.gpu else {}
        future = self.client.submit(hear_here, far, self.errand, key=key, resources=resources)
        self.sent[key] = _Sent(job, number, future)
        future.add_done_callback(self._tell_done)

    def _tell_done(self, future: Future) -> None:
        self.inbox.put((str(future.key), None))

    def _about(self, key: str, told: dict[str, Any] | None) -> Generator[tuple[int, Job, Message], None, None]:
        """Messages for what came in: how far a clip is, or, where `told` is None, that its task is over."""
        sent = self.sent.get(key)
        if sent is None:
            return
        if told is not None:
            yield sent.number, sent.job, Stage(told["name"], told["share"])
            return
        result = self._result(sent)
        if result is None:
            sent.future.add_done_callback(self._tell_done)
            return
        del self.sent[key]
        if isinstance(result, Captioned):
            yield sent.number, sent.job, Ready(result.record.clip.sha256, result.stamp)
            record = _with_own_source(result.record, sent.job)
            yield sent.number, sent.job, outcome(sent.job, lambda: write_job(sent.job, record))
        else:
            yield sent.number, sent.job, result

    def _result(self, sent: _Sent) -> Captioned | Failed | None:
        """What came of a task; None where the worker was lost before it had sent it, so that it is done again."""
        from distributed import CancelledError, KilledWorker, TimeoutError

        try:
            result = sent.future.result(timeout=RESULT_S)
        except CancelledError:
            raise self._gone() from None
        except TimeoutError:
            return None
        except KilledWorker as error:
            reason = f"{error.allowed_failures + 1} workers of the cluster were lost while they had it"
            return Failed(reason, f"{sent.job.clip}: {reason}.")
        except Exception as error:
            reason = f"one of its workers cannot take clips ({type(error).__name__}: {error})"
            remedy = f"Install captionkit {__version__} on all of them, with the same Python. {_RESUME}"
            raise InputError(self.cluster.address, reason, remedy) from None
        if isinstance(result, Unfit):
            return self._refused(sent.job, result)
        assert isinstance(result, Captioned | Failed)
        return result

    def _refused(self, job: Job, unfit: Unfit) -> Failed:
        """An error for a lost clip; where the worker is to blame it must be fixed before it takes all the clips."""
        if unfit.clip_unseen and not job.clip.exists():
            return Failed("it is gone", f"{job.clip}: it is gone.")
        raise InputError(unfit.worker, unfit.reason, f"{unfit.remedy} {_RESUME}")

    def _gone(self) -> InputError:
        return InputError(self.cluster.address, "the scheduler went away", _RESUME)


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError:
        raise InputError("--dask", "Dask is not installed here", 'Run `pip install "captionkit[cluster]"`.') from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is said in sentences
    made: SimpleQueue[Client | Exception] = SimpleQueue()

    def connect() -> None:
        try:
            made.put(Client(address, timeout=CONNECT_S, set_as_default=False, name="captionkit"))
        except Exception as error:
            made.put(error)

    # beside, since Dask waits for ever for the first words of something that is not a scheduler
    threading.Thread(target=connect, daemon=True).start()
    try:
        client = made.get(timeout=1.5 * CONNECT_S)
    except Empty:
        client = TimeoutError("what is there does not speak as one")
    if isinstance(client, Exception):
        reason = f"no Dask scheduler can be reached there ({' '.join(str(client).split()) or type(client).__name__})"
        raise InputError(address, reason, "Start one with `dask scheduler`, or look at the address.")
    try:
        yield client
    finally:
        client.close(timeout=CONNECT_S)


def _seen_from_anywhere(job: Job, weights: Weights) -> Job:
    """A job whose paths hold in whatever folder a worker runs. Known weights go by their name, by which each worker
    finds its own, and others by their place on the shared storage.
    """
    options = job.options
    known = options.model == AUTO or options.model in catalogue().models
    far = replace(
        options,
        model=weights.name if known else str(weights.folder.absolute()),
        article=None if options.article is None else _absolute(options.article),
        style=_absolute(options.style),
    )
    return replace(job, clip=job.clip.absolute(), options=far)


def _absolute(path: str) -> str:
    """The whole path of a file that is here; an address, or the name of a style, as it is."""
    return str(Path(path).absolute()) if Path(path).exists() else path


def _with_own_source(record: Record, job: Job) -> Record:
    """The record with the article's path as it was given here, as `captionkit run` would have it."""
    if record.article is None or job.options.article is None:
        return record
    return replace(record, article=replace(record.article, source=job.options.article))
