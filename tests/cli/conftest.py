"""A command line that is called inside the test, and the small files it is given."""

from __future__ import annotations

import sys
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from captionkit.cli import main


@dataclass(frozen=True)
class Called:
    """What a call ended with, and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Called]:
    """`call("run", "clip.mp4")` as in a shell that stands in an empty folder with an empty cache."""
    monkeypatch.setenv("CAPTIONKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CAPTIONKIT_TRACEBACK", raising=False)
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")

    def captionkit(*arguments: str | Path) -> Called:
        monkeypatch.setattr(sys, "argv", ["captionkit", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main.main()
        printed = capsys.readouterr()
        return Called(int(end.value.code or 0), printed.out, printed.err)

    return captionkit


@pytest.fixture
def wav() -> Callable[[str], Path]:
    """Write a second of faint noise under a name."""

    def write(name: str) -> Path:
        samples = np.random.default_rng(1).normal(0, 900, 16_000).astype("<i2")
        with wave.open(name, "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(samples.tobytes())
        return Path(name)

    return write
