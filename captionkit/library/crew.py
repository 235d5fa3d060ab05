"""Worker processes: jobs go in, messages come out; one that hangs or dies costs its own clip and nothing else."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection, resource_tracker
from multiprocessing.process import BaseProcess

from captionkit.library.jobs import Done, Failed, Go, Job, Message, Opened, Ready, Setup
from captionkit.library.worker import Caption, serve

LONGEST_BELIEVED_MS = 6 * 3_600_000
"""A file that says it is longer gets no more time."""
WORKER_BYTES = 1_500_000_000
"""Beside the weights, what a worker takes at most for a clip of an hour."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a worker is taken to hang: `start_s` to load and open, then `start_s` and `times_length` times the clip.

    A worker that did `clips` clips is replaced, so that no library's leak adds up.
    """

    start_s: float = 300.0
    times_length: float = 20.0
    clips: int = 100


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    line: connection.Connection
    job: Job | None = None
    deadline: float = 0.0
    clips: int = 0


def workers_and_threads(wanted: int | None, clips: int, weights_bytes: int) -> tuple[int, int]:
    """How many workers, and threads for each.

    One worker a core: clips are then decoded and pages written while others are heard, and small models gain little
    from more threads. Fewer where the memory that is free would not hold them, or there are fewer clips.

    Args:
        wanted: how many workers were asked for; None to fit them to the machine.
        clips: how many there are to do.
        weights_bytes: the size of the weights on the disk.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    fitting = min(cores, _free_bytes() // (WORKER_BYTES + 2 * weights_bytes))
    count = max(1, min(wanted or fitting, clips))
    return count, max(1, cores // count)


def _free_bytes() -> int:
    """The memory that could be had, as Linux tells it; without end where nothing tells."""
    with suppress(OSError, ValueError), open("/proc/meminfo", encoding="ascii") as told:  # noqa: PTH123
        for line in told:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 1 << 62


@dataclass(frozen=True, slots=True)
class Crew:
    """How many workers, and what each of them does."""

    count: int
    setup: Setup
    caption: Caption
    limits: Limits = Limits()

    def work(self, jobs: Iterable[Job]) -> Generator[tuple[int, Job, Message], None, None]:
        """Let the workers do all jobs.

        Yields:
            Number of the worker, job and message, as they come; for each job one `Done` or `Failed`, its last. A worker
            that is `Ready` writes once the next message is asked for. Closed early, it ends the workers at once.
        """
        left = iter(jobs)
        workers: dict[int, _Worker] = {}
        try:
            for number in range(self.count):
                self._next_job(workers, number, left)
            while workers:
                for number, message in self._messages(workers):
                    worker = workers[number]
                    job, over = worker.job, isinstance(message, Done | Failed)
                    assert job is not None
                    yield number, job, message
                    if isinstance(message, Opened):
                        worker.deadline = time.monotonic() + self._seconds_for(message)
                    elif isinstance(message, Ready):
                        with suppress(OSError):
                            worker.line.send(Go())
                    elif over:
                        self._next_job(workers, number, left)
        finally:
            for worker in workers.values():
                _end(worker)

    def _next_job(self, workers: dict[int, _Worker], number: int, left: Iterator[Job]) -> None:
        """Give a worker its next job, a new worker in its place where it is used up; end it where none is left."""
        worker = workers.get(number)
        job = next(left, None)
        if worker is not None and (job is None or worker.clips >= self.limits.clips or not worker.process.is_alive()):
            _end(workers.pop(number))
            worker = None
        if job is None:
            return
        worker = workers[number] = worker or self._started(number)
        worker.job, worker.clips = job, worker.clips + 1
        worker.deadline = time.monotonic() + self.limits.start_s
        with suppress(OSError):  # it has just died, which its line will tell
            worker.line.send(job)

    def _started(self, number: int) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        name = f"captionkit worker {number + 1}"
        process = context.Process(target=serve, args=(theirs, self.setup, self.caption), name=name, daemon=True)
        with _interrupts_held():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def _messages(self, workers: dict[int, _Worker]) -> Iterator[tuple[int, Message]]:
        """What the workers say next; for one that died or ran out of time, that its clip failed."""
        first = min(worker.deadline for worker in workers.values())
        lines = {worker.line: number for number, worker in workers.items()}
        heard = connection.wait(list(lines), max(0.0, first - time.monotonic()))
        for line in heard:
            number = lines[line]  # type: ignore[index]
            try:
                yield number, workers[number].line.recv()
            except (EOFError, OSError):
                yield number, _died(workers[number])
        for number in set(workers) - {lines[line] for line in heard}:  # type: ignore[index]
            if time.monotonic() > workers[number].deadline:
                yield number, _hung(workers[number])

    def _seconds_for(self, clip: Opened) -> float:
        return self.limits.start_s + self.limits.times_length * min(clip.duration_ms, LONGEST_BELIEVED_MS) / 1000


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Keep Ctrl-C for later, where the system can: a worker cut off while it starts would print a traceback.

    What starts meanwhile never hears of Ctrl-C.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # started by the first worker, it would let them through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _died(worker: _Worker) -> Failed:
    worker.process.join()
    code = worker.process.exitcode or 0
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    reason = f"the worker that had it died ({how}); where memory runs out the system ends processes like this"
    return _failed(worker, reason)


def _hung(worker: _Worker) -> Failed:
    _end(worker)
    return _failed(worker, "it took longer than its time limit; --time-limit gives more")


def _failed(worker: _Worker, reason: str) -> Failed:
    return Failed(reason, f"{worker.job.clip if worker.job else '?'}: {reason}.")


def _end(worker: _Worker) -> None:
    worker.line.close()
    worker.process.kill()
    worker.process.join()
