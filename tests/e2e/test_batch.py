"""A small library, heard by real workers."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import time
from pathlib import Path


def test_a_library_is_captioned_once(captionkit, opening: Path, tmp_path: Path) -> None:
    """A batch would write something else than `run`, hide a broken clip, or do all again at each call."""
    library, out = tmp_path / "library", tmp_path / "out"
    (library / "ä b").mkdir(parents=True)
    shutil.copy(opening, library / "ä b" / "one.mp4")
    (library / "two.mp4").write_bytes(opening.read_bytes() + b"another")
    (library / "two.md").write_text("# Tunnel\n\nProducer: Ana Oyelaran\n\n“A tunnel,” said Bo Lindqvist.\n")
    (library / "broken.mp4").write_bytes(b"no media")
    arguments = ("batch", library, "-o", out, "--model", "base", "--offline", "--report", tmp_path / "report.json")
    first = captionkit(*arguments)
    assert first.code == 4, first.err
    assert "2 done, 1 failed, 0 left out" in first.out
    report = json.loads((tmp_path / "report.json").read_text())["clips"]
    assert {c["output"]: c["state"] for c in report} == {"broken": "failed", "two": "done", "ä b/one": "done"}
    alone = captionkit("run", library / "two.mp4", "--article", library / "two.md", "--model", "base", "-o", tmp_path / "a")
    assert alone.code == 0
    for name in ("two.vtt", "two.srt", "two.txt"):
        assert (out / name).read_text() == (tmp_path / "a" / name).read_text()
    assert (out / "two.qa.html").exists() and (out / "ä b" / "one.html").exists()
    again = captionkit(*arguments)
    assert "3 clips: 0 to caption, 0 of them with an article; 2 done and 1 failed before" in again.err
    rows = sqlite3.connect(out / "library.sqlite").execute("SELECT output, state FROM clips WHERE state = 'done'")
    assert dict(rows) == {"two": "done", "ä b/one": "done"}


def test_ctrl_c_ends_it(captionkit, opening: Path, tmp_path: Path) -> None:
    """Ctrl-C would leave workers behind, a traceback, or an exit code that says all is well."""
    (tmp_path / "library").mkdir()
    shutil.copy(opening, tmp_path / "library")
    process = captionkit.start("batch", tmp_path / "library", "-o", tmp_path / "out", "--model", "base", "--offline")
    deadline = time.monotonic() + 30
    while not (tmp_path / "out" / "library.sqlite").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130 and "Traceback" not in err
