"""Several runs at once, and runs that are ended on the way."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

SUFFIXES = (".captionkit.json", ".html", ".srt", ".txt", ".vtt")


def test_two_first_runs_at_once_both_succeed(fresh, opening: Path, tmp_path: Path) -> None:
    """Two clips captioned at once on a fresh machine would destroy each other's weights, or wait for ever."""
    runs = [fresh.start("run", opening, "--model", "base", "--offline", "-o", tmp_path / name) for name in ("a", "b")]
    for run in runs:
        _, err = run.communicate(timeout=120)
        assert (run.returncode, err) == (0, "")
    a, b = (json.loads((tmp_path / name / "opening.captionkit.json").read_text()) for name in ("a", "b"))
    assert a["transcript"] == b["transcript"] and a["cues"] == b["cues"]
    (weights,) = (tmp_path / "cache" / "weights").glob("[!.]*")
    assert weights.name == "base"
    kept = list((tmp_path / "cache" / "recognition").iterdir())
    assert sum(len(path.suffixes) == 1 for path in kept) == 1
    assert not list((tmp_path / "cache").rglob("*.part"))


def test_two_runs_into_one_folder_leave_whole_files(captionkit, harbor, tmp_path: Path) -> None:
    """A double click would leave files that are half of each run, and a record that disowns them."""
    arguments = ("run", harbor.clip, "--article", harbor.article, "--model", "base", "--offline", "-o", tmp_path)
    runs = [captionkit.start(*arguments) for _ in range(3)]
    codes = [run.wait(timeout=120) for run in runs]
    for run in runs:
        run.communicate()
    assert codes.count(0) >= 1 and set(codes) <= {0, 3}
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([f"clip{s}" for s in SUFFIXES] + ["clip.qa.html"])
    assert (tmp_path / "clip.vtt").read_text() == harbor.file(".vtt").read_text()
    assert captionkit(*arguments).code == 0


def run_until(captionkit, clip: Path, out: Path, there: Path, after_s: float) -> subprocess.Popen[str]:
    """A first run on a clip, going on since a path is there for some time."""
    run = captionkit.start("run", clip, "--model", "base", "--offline", "-o", out)
    deadline = time.monotonic() + 60
    while not there.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(after_s)
    return run


@pytest.mark.parametrize(("there", "after_s"), [("out", 0.0), ("cache/weights/base", 0.7)])
def test_an_interrupted_run_leaves_nothing_half_written(
    fresh, harbor, tmp_path: Path, there: str, after_s: float
) -> None:
    """After ctrl-C there would be half a caption file, a traceback, or an exit code that says all is well."""
    run = run_until(fresh, harbor.clip, tmp_path / "out", tmp_path / there, after_s)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert (run.returncode, out) == (130, "")
    assert err.strip() == "captionkit: interrupted; no file is half written."
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("after_s", [0.5, 2.0])
def test_a_killed_run_leaves_no_half_file_and_the_next_succeeds(
    captionkit, opening: Path, remux, tmp_path: Path, after_s: float
) -> None:
    """After a crash or a power cut half a file would be published, or every later run refused."""
    clip, out = tmp_path / "clip.mkv", tmp_path / "out"
    remux(opening, clip, until_s=10 + after_s)
    run = run_until(captionkit, clip, out, out, after_s)
    run.kill()
    run.communicate(timeout=60)
    left = sorted(p.name for p in out.iterdir())
    assert left in ([], sorted(f"clip{s}" for s in SUFFIXES))
    again = captionkit("run", clip, "--model", "base", "--offline", "-o", out)
    assert again.code == 0, again.err
    assert sorted(p.name for p in out.iterdir()) == sorted(f"clip{s}" for s in SUFFIXES)


def test_damaged_weights_are_never_loaded(fresh, opening: Path, tmp_path: Path) -> None:
    """A tampered model would hear what somebody else wants."""
    assert fresh("models", "get", "base").code == 0
    weights = tmp_path / "cache" / "weights" / "base" / "model.bin"
    with weights.open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\x00" * 64)
    run = fresh("run", opening, "--model", "base", "--offline", "-o", tmp_path / "out")
    assert (run.code, run.out) == (3, "")
    assert "model.bin has the SHA-256" in run.err and "They were not loaded." in run.err
    assert fresh("models", "get", "base").code == 0
    assert fresh("models", "verify", "base").code == 0
