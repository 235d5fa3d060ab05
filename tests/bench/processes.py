"""Run a command and measure it from outside: wall time and peak memory, the same way for every tool."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

KIB = 1024
SAMPLE_EVERY_S = 0.25
RU_MAXRSS_BYTES = 1 if sys.platform == "darwin" else KIB
"""The unit of `ru_maxrss`: bytes on macOS, KiB elsewhere (getrusage(2) of either)."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a command: seconds from start to exit, peak resident memory of it and its children, exit code."""

    wall_s: float
    peak_bytes: int
    exit_code: int


def run_measured(
    command: Sequence[str | Path], env: Mapping[str, str] | None = None, may_exit: tuple[int, ...] = (0,)
) -> Ran:
    """Run a command to its end, its standard output thrown away.

    Args:
        command: the program and its arguments.
        env: variables set besides those of this process.
        may_exit: exit codes that count as done.

    Raises:
        SystemExit: it ended with another code; what it wrote on standard error is shown.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        [str(part) for part in command],
        env={**os.environ, **(env or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        complaints = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in may_exit:
        shown = complaints.decode(errors="replace").strip()
        sys.exit(f"{' '.join(map(str, command))}\nended with {process.returncode}:\n{shown}")
    return Ran(wall_s, usage.ru_maxrss * RU_MAXRSS_BYTES, process.returncode)


@dataclass(frozen=True, slots=True)
class Sampled:
    """A run watched while it went on: pairs of how much was done and the memory of it and all below it, in bytes."""

    wall_s: float
    samples: tuple[tuple[int, int], ...]

    @property
    def peak_bytes(self) -> int:
        """The most memory of all processes together."""
        return max((size for _, size in self.samples), default=0)


def run_sampled(
    command: Sequence[str | Path], env: Mapping[str, str], done: Callable[[], int], may_exit: tuple[int, ...] = (0,)
) -> Sampled:
    """Run a command to its end and look at its memory, and at how much is `done`, every `SAMPLE_EVERY_S`.

    Raises:
        SystemExit: it ended with a code that is not one of `may_exit`.
    """
    samples, started = [], time.perf_counter()
    words = [str(part) for part in command]
    with subprocess.Popen(
        words, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            samples.append((done(), resident_bytes(process.pid)))
            time.sleep(SAMPLE_EVERY_S)
    if process.returncode not in may_exit:
        sys.exit(f"{' '.join(words)}\nended with {process.returncode}")
    return Sampled(time.perf_counter() - started, tuple(samples))


def resident_bytes(pid: int) -> int:
    """Resident memory of a process and all below it, as Linux tells it; 0 where it is gone."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return 0
    return own + sum(map(resident_bytes, children))


def beside_python(name: str) -> Path:
    """A console script of the environment this Python is of.

    Raises:
        SystemExit: it is not installed there.
    """
    script = Path(sys.executable).with_name(name)
    if not script.exists():
        sys.exit(f"{name} is not beside {sys.executable}: run `make bench`, which installs it.")
    return script
