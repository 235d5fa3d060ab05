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

from captionkit.library.jobs import OVER, Failed, Go, Job, Message, Opened, Ready, Setup
from captionkit.library.process import Caption, serve

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
class Worker:
    """A worker process, and the clip that it has."""

    process: BaseProcess
    line: connection.Connection
    limits: Limits
    job: Job | None = None
    deadline: float = 0.0
    clips: int = 0

    @property
    def usable(self) -> bool:
        """Whether it may have another clip."""
        return self.clips < self.limits.clips and self.process.is_alive()

    def give(self, job: Job) -> None:
        """Let it begin with a clip."""
        self.job, self.clips = job, self.clips + 1
        self.deadline = time.monotonic() + self.limits.start_s
        with suppress(OSError):  # it has just died, which its line will tell
            self.line.send(job)

    def go(self) -> None:
        """Let it write."""
        with suppress(OSError):
            self.line.send(Go())

    def next_message(self) -> Message:
        """What it says next; where it died, that its clip failed. It waits for a word of the worker."""
        try:
            message: Message = self.line.recv()
        except (EOFError, OSError):
            return self._died()
        if isinstance(message, Opened):
            length_s = min(message.duration_ms, LONGEST_BELIEVED_MS) / 1000
            self.deadline = time.monotonic() + self.limits.start_s + self.limits.times_length * length_s
        return message

    def overdue(self) -> Failed | None:
        """That its clip failed, the worker being ended, where its time is over; else None."""
        if time.monotonic() <= self.deadline:
            return None
        self.end()
        return self._failed("it took longer than its time limit; --time-limit gives more")

    def end(self) -> None:
        """End it at once."""
        self.line.close()
        self.process.kill()
        self.process.join()

    def _died(self) -> Failed:
        self.process.join()
        code = self.process.exitcode or 0
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return self._failed(
            f"the worker that had it died ({how}); where memory runs out the system ends processes like this"
        )

    def _failed(self, reason: str) -> Failed:
        return Failed(reason, f"{self.job.clip if self.job else '?'}: {reason}.")


def start_worker(setup: Setup, caption: Caption, limits: Limits, name: str = "captionkit worker") -> Worker:
    """A new worker, a child of this process, that ends with it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, setup, caption), name=name, daemon=True)
    with _interrupts_held():
        process.start()
    theirs.close()
    return Worker(process, ours, limits)


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
class Pool:
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
        workers: dict[int, Worker] = {}
        try:
            for number in range(self.count):
                self._next_job(workers, number, left)
            while workers:
                for number, message in self._messages(workers):
                    worker = workers[number]
                    assert worker.job is not None
                    yield number, worker.job, message
                    if isinstance(message, Ready):
                        worker.go()
                    elif isinstance(message, OVER):
                        self._next_job(workers, number, left)
        finally:
            for worker in workers.values():
                worker.end()

    def _next_job(self, workers: dict[int, Worker], number: int, left: Iterator[Job]) -> None:
        """Give a worker its next job, a new worker in its place where it is used up; end it where none is left."""
        worker = workers.get(number)
        job = next(left, None)
        if worker is not None and (job is None or not worker.usable):
            workers.pop(number).end()
            worker = None
        if job is None:
            return
        if worker is None:
            name = f"captionkit worker {number + 1}"
            worker = workers[number] = start_worker(self.setup, self.caption, self.limits, name)
        worker.give(job)

    def _messages(self, workers: dict[int, Worker]) -> Iterator[tuple[int, Message]]:
        """What the workers say next; for one that died or ran out of time, that its clip failed."""
        first = min(worker.deadline for worker in workers.values())
        lines = {worker.line: number for number, worker in workers.items()}
        heard = connection.wait(list(lines), max(0.0, first - time.monotonic()))
        numbers = [lines[line] for line in heard]  # type: ignore[index]
        for number in numbers:
            yield number, workers[number].next_message()
        for number in set(workers) - set(numbers):
            if late := workers[number].overdue():
                yield number, late
