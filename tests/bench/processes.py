"""Run a command and measure it from outside: wall time and peak memory, the same way for every tool."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

KIB = 1024
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


def beside_python(name: str) -> Path:
    """A console script of the environment this Python is of.

    Raises:
        SystemExit: it is not installed there.
    """
    script = Path(sys.executable).with_name(name)
    if not script.exists():
        sys.exit(f"{name} is not beside {sys.executable}: run `make bench`, which installs it.")
    return script
