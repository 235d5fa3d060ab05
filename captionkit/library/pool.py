"""A pool of worker processes: jobs go in, messages come out; a worker that hangs or dies fails only its own clip."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection, resource_tracker
from multiprocessing.process import BaseProcess
from types import FrameType

from captionkit.library.process import LAST, Caption, Failed, Go, Job, Message, Opened, Ready, Setup, serve

LONGEST_BELIEVED_MS = 6 * 3_600_000
"""A file whose header has a greater length gets no more time."""
Messages = Generator[tuple[int, Job, Message], None, None]
"""Number of the worker, job and message."""
WORKER_BYTES = 1_500_000_000
"""The most memory that a worker takes for a clip of an hour, without the weights."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a worker is considered hung, and replaced.

    It has `start_s` seconds to load the weights and open the clip, then `start_s` and `times_length` times the length
    of the clip. After `clips` clips it is replaced, so that memory leaks of libraries do not add up.
    """

    start_s: float = 300.0
    times_length: float = 20.0
    clips: int = 100


@dataclass(slots=True)
class WorkerProcess:
    """A worker process, and the clip that it has."""

    process: BaseProcess
    line: connection.Connection
    limits: Limits
    job: Job | None = None
    deadline: float = 0.0
    clips: int = 0

    @property
    def usable(self) -> bool:
        """Whether it may get another clip."""
        return self.clips < self.limits.clips and self.process.is_alive()

    def give(self, job: Job) -> None:
        """Start a clip."""
        self.job, self.clips = job, self.clips + 1
        self.deadline = time.monotonic() + self.limits.start_s
        with suppress(OSError):  # if it has just died, `next_message` reports it
            self.line.send(job)

    def go(self) -> None:
        """Permit it to write."""
        with suppress(OSError):
            self.line.send(Go())

    def next_message(self) -> Message:
        """Wait for its next message; if it died, that its clip failed."""
        try:
            message: Message = self.line.recv()
        except (EOFError, OSError):
            return self._died()
        if isinstance(message, Opened):
            length_s = min(message.duration_ms, LONGEST_BELIEVED_MS) / 1000
            self.deadline = time.monotonic() + self.limits.start_s + self.limits.times_length * length_s
        return message

    def overdue(self) -> Failed | None:
        """End it after its deadline, and return that its clip failed; None before the deadline."""
        if time.monotonic() <= self.deadline:
            return None
        self.end()
        return self._failed("it took longer than its time limit; --time-limit sets a longer one")

    def end(self) -> None:
        """End it at once."""
        self.line.close()
        self.process.kill()
        self.process.join()

    def _died(self) -> Failed:
        self.process.join()
        code = self.process.exitcode or 0
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return self._failed(f"its worker died ({how}); the system ends processes like this when memory runs out")

    def _failed(self, reason: str) -> Failed:
        return Failed(reason, f"{self.job.clip if self.job else '?'}: {reason}.")


def start_worker(setup: Setup, caption: Caption, limits: Limits, name: str = "captionkit worker") -> WorkerProcess:
    """Start a worker as a child of this process, with which it ends."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, setup, caption), name=name, daemon=True)
    with _interrupts_deferred():
        process.start()
    theirs.close()
    return WorkerProcess(process, ours, limits)


@contextmanager
def _interrupts_deferred() -> Iterator[None]:
    """Defer Ctrl-C where the system can: a worker that is interrupted while it starts would print a traceback.

    What is started in the block never receives Ctrl-C.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # started by the first worker, it would unblock them again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with _interrupt_remembered():
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _interrupt_remembered() -> Iterator[None]:
    """Defer Ctrl-C to the end of the block also where a library's thread, which blocks no signal, receives it."""
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    received: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: received.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if received:
        handler(*received[0])


def workers_and_threads(wanted: int | None, clips: int, weights_bytes: int) -> tuple[int, int]:
    """The number of workers, and of threads for each.

    One worker for each core: clips are then decoded and pages written while others are transcribed, and small models
    gain little from more threads. Fewer if there is not enough free memory or there are fewer clips.

    Args:
        wanted: the number of workers that was asked for; None to fit it to the machine.
        clips: the number of clips to caption.
        weights_bytes: the size of the weights on the disk.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    fitting = min(cores, _free_bytes() // (WORKER_BYTES + 2 * weights_bytes))
    count = max(1, min(wanted or fitting, clips))
    return count, max(1, cores // count)


def _free_bytes() -> int:
    """The available memory according to Linux; a number larger than any memory on other systems."""
    with suppress(OSError, ValueError), open("/proc/meminfo", encoding="ascii") as lines:  # noqa: PTH123
        for line in lines:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 1 << 62


@dataclass(frozen=True, slots=True)
class Pool:
    """`count` workers, and what each of them does with a clip."""

    count: int
    setup: Setup
    caption: Caption
    limits: Limits = Limits()

    def work(self, jobs: Iterable[Job]) -> Messages:
        """Let the workers do all jobs.

        Yields:
            Number of the worker, job and message, as they arrive; the last message of each job is `Done` or `Failed`. A
            worker that is `Ready` writes once the next message is requested. Closed early, it ends the workers at once.
        """
        left = iter(jobs)
        workers: dict[int, WorkerProcess] = {}
        try:
            for number in range(self.count):
                self._next_job(workers, number, left)
            while workers:
                for number, message in _messages(workers):
                    worker = workers[number]
                    assert worker.job is not None
                    yield number, worker.job, message
                    if isinstance(message, Ready):
                        worker.go()
                    elif isinstance(message, LAST):
                        self._next_job(workers, number, left)
        finally:
            for worker in workers.values():
                worker.end()

    def _next_job(self, workers: dict[int, WorkerProcess], number: int, left: Iterator[Job]) -> None:
        """Give a worker its next job, starting or replacing the worker if necessary; end it if no job is left."""
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


def _messages(workers: dict[int, WorkerProcess]) -> Iterator[tuple[int, Message]]:
    """The next messages of the workers; for one that died or passed its deadline, that its clip failed."""
    first = min(worker.deadline for worker in workers.values())
    lines = {worker.line: number for number, worker in workers.items()}
    readable = connection.wait(list(lines), max(0.0, first - time.monotonic()))
    numbers = [lines[line] for line in readable]  # type: ignore[index]
    for number in numbers:
        yield number, workers[number].next_message()
    for number in set(workers) - set(numbers):
        if late := workers[number].overdue():
            yield number, late
