"""A small library, heard by a real worker of a real Dask cluster."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def dask(captionkit, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Starts a program of Dask in a folder of its own, until the test is over."""
    (tmp_path / "far").mkdir()
    processes: list[subprocess.Popen[bytes]] = []
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

    def start(*arguments: str | Path) -> None:
        command = [sys.executable, "-m", "dask", *map(str, arguments), "--host", "127.0.0.1", "--no-dashboard"]
        processes.append(subprocess.Popen(command, cwd=tmp_path / "far", env=captionkit.environment(), **quiet))

    yield start
    for process in processes:
        process.kill()
        process.wait()


def address_in(file: Path) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text()).endswith("}"):
            return str(json.loads(text)["address"])
        time.sleep(0.05)
    raise AssertionError("the scheduler did not start")


def test_a_cluster_writes_what_a_run_writes(
    captionkit, dask, opening: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The captions of a clip would depend on the machine that heard it, or name paths that only hold there."""
    monkeypatch.chdir(tmp_path)
    Path("library").mkdir()
    shutil.copy(opening, "library/one.mp4")
    Path("library/two.mp4").write_bytes(opening.read_bytes() + b"another")
    Path("library/two.md").write_text("# Tunnel\n\nProducer: Ana Oyelaran\n\n“A tunnel,” said Bo Lindqvist.\n")
    Path("library/broken.mp4").write_bytes(b"no media")
    dask("scheduler", "--port", "0", "--scheduler-file", tmp_path / "scheduler.json")
    address = address_in(tmp_path / "scheduler.json")
    dask("worker", address, "--nthreads", "1")
    there = captionkit("batch", "library", "-o", "out", "--model", "base", "--offline", "--dask", address)
    assert there.code == 4 and "2 done, 1 failed, 0 left out" in there.out, there.err
    here = captionkit("run", "library/two.mp4", "--article", "library/two.md", "--model", "base", "-o", "alone")
    assert here.code == 0
    for suffix in (".vtt", ".srt", ".txt"):
        assert Path("out/two").with_suffix(suffix).read_text() == Path("alone/two").with_suffix(suffix).read_text()
    assert json.loads(Path("out/two.captionkit.json").read_text())["article"]["source"] == "library/two.md"
    again = captionkit("batch", "library", "-o", "out", "--model", "base", "--offline")
    assert "3 clips: 0 to caption" in again.err
