"""Batches with workers that hear nothing: whatever happens, each clip is whole, done once, and told of."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from captionkit.errors import InputError
from captionkit.library.batch import BatchOptions, tasks_of
from captionkit.library.index import open_index
from captionkit.library.ledger import Key, Ledger, Row, known_rows
from captionkit.library.plan import make_plan
from captionkit.library.pool import _interrupts_deferred
from captionkit.library.process import Job, Message, Ready, Setup, caption_job
from captionkit.library.search import SearchOptions, search
from captionkit.match.policy.load import load_policy
from captionkit.model import Clip, Policy, Record, Transcript
from captionkit.pipeline.options import CaptionOptions
from captionkit.publish import OutputOptions
from captionkit.speech.weights.find import Weights

FAKE = Path(__file__).with_name("fake_worker.py")
SUFFIXES = (".captionkit.json", ".html", ".srt", ".txt", ".vtt")


class Desk:
    """A library, OUT, and a log of what workers wrote."""

    def __init__(self, folder: Path) -> None:
        self.library, self.out, self.log = folder / "library", folder / "out", folder / "log"
        self.library.mkdir()
        self.log.touch()

    def clips(self, **contents: str) -> None:
        for name, content in contents.items():
            (self.library / f"{name}.mp4").write_text(content)

    def start(self, *flags: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "FAKE_WORKER_LOG": str(self.log), "PYTHONPATH": str(FAKE.parents[2])}
        command = [sys.executable, str(FAKE), str(self.library), str(self.out), *flags]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)

    def run(self, *flags: str) -> dict[str, tuple[str, str]]:
        out, err = (process := self.start(*flags)).communicate(timeout=50)
        assert process.returncode == 0, err
        return {name: (state, reason) for name, state, reason in (line.split("\t") for line in out.splitlines())}

    def written(self) -> list[str]:
        """The clips written since the last call, in order."""
        names = self.log.read_text().split()
        self.log.write_text("")
        return sorted(names)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_clip_s_trouble_is_its_own(desk: Desk) -> None:
    """One broken file in a thousand would end the batch, or hang it for ever, or pass for done."""
    desk.clips(a="a", b="die", c="refuse", d="hang", e="e", f="f", g="g", h="h")
    rows = desk.run("--impatient")
    assert {name for name, (state, _) in rows.items() if state == "done"} == set("aefgh") == set(desk.written())
    assert "SIGKILL" in rows["b"][1]
    assert rows["c"] == ("failed", "there is no sound in it")
    assert "time limit" in rows["d"][1]


def test_done_is_not_done_again_and_changed_is(desk: Desk) -> None:
    """A night's work would be repeated for one new clip, or a corrected article would never be looked at."""
    desk.clips(a="a", b="b", c="c", d="refuse")
    (desk.library / "c.html").write_text("<p>One.</p>")
    desk.run()
    assert desk.written() == ["a", "b", "c"]
    (desk.library / "a.mp4").touch()
    assert desk.run()["d"][0] == "failed"
    assert desk.written() == []
    desk.clips(b="another", e="e")
    (desk.library / "c.html").write_text("<p>Two.</p>")
    (desk.out / "a.captionkit.json").rename(desk.out / "elsewhere")
    for path in desk.out.glob("a.*"):
        path.unlink()
    desk.run()
    assert desk.written() == ["a", "b", "c", "e"]


def test_failed_is_tried_again_when_asked_or_changed(desk: Desk) -> None:
    """A clip that failed once would never be captioned, or would fail anew at each call."""
    desk.clips(a="refuse", b="refuse")
    desk.run()
    desk.clips(a="mended")
    assert desk.run() == {"a": ("done", ""), "b": ("failed", "there is no sound in it")}
    assert desk.run("--retry")["b"][0] == "failed"


def test_two_batches_on_one_folder(desk: Desk) -> None:
    """Two batches would write one clip's files at the same time."""
    desk.clips(a="hang", b="b")
    first = desk.start()
    deadline = time.monotonic() + 20
    while not desk.written() and time.monotonic() < deadline:
        time.sleep(0.05)
    _, err = (second := desk.start()).communicate(timeout=20)
    assert second.returncode != 0 and "another batch is using it" in err
    first.kill()
    first.communicate()


def test_a_person_s_file_is_not_replaced(desk: Desk) -> None:
    """A batch would throw away captions that somebody corrected by hand."""
    desk.clips(a="a", b="b")
    desk.out.mkdir()
    (desk.out / "a.vtt").write_text("mine")
    rows = desk.run()
    assert "captionkit did not write it" in rows["a"][1] and rows["b"][0] == "done"
    assert (desk.out / "a.vtt").read_text() == "mine"


def test_a_batch_can_be_searched_and_looked_over(desk: Desk) -> None:
    """What was captioned in a night cannot be found in the morning, nor what failed be seen."""
    desk.clips(a="a", b="refuse")
    desk.run()
    text = (desk.out / "index.html").read_text()
    assert 'href="a.html"' in text and "there is no sound in it" in text
    with open_index(desk.out) as index:
        assert {hit.place.record for hit in search(index, "word", SearchOptions())} == {"a.captionkit.json"}
    desk.clips(c="hang", d="d")
    process = desk.start()
    deadline = time.monotonic() + 20
    while (row := known_rows(desk.out).get("d")) is None or row.state != "done":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    text = (desk.out / "index.html").read_text()
    assert 'href="d.html"' in text and "Waiting" in text, "a batch that was interrupted leaves an old page"


def test_a_front_page_of_somebody_else_is_told_of_first(desk: Desk) -> None:
    """A batch of hours would end in a refusal, or replace a site's own page."""
    desk.clips(a="a")
    desk.out.mkdir()
    (desk.out / "index.html").write_text("mine")
    _, err = (process := desk.start()).communicate(timeout=20)
    assert process.returncode != 0 and "is not the index page of a library" in err
    assert desk.written() == [] and (desk.out / "index.html").read_text() == "mine"


def test_a_disk_that_takes_no_more_costs_no_file(desk: Desk) -> None:
    """Half a caption file would pass for a whole one, or the batch would end with a traceback."""
    desk.clips(a="a", b="fill")
    rows = desk.run()
    assert rows["a"] == ("done", "") and rows["b"][0] == "failed" and "large" in rows["b"][1]
    assert [p.name for p in desk.out.rglob("b*")] == []
    desk.clips(b="b")
    assert desk.run()["b"] == ("done", "")
    assert_whole(desk.out, "b")


@pytest.mark.parametrize("how", ["changes", "vanishes"])
def test_a_clip_that_is_not_the_same_when_it_was_heard(tmp_path: Path, monkeypatch, how: str) -> None:
    """Captions of one clip would stand beside another, which was put in its place while it was heard."""
    clip = tmp_path / "a.mp4"
    clip.write_bytes(b"one")
    job = Job("a", clip, CaptionOptions(), OutputOptions(tmp_path / "out"))

    def caption_clip(*_: object) -> Record:
        if how == "changes":
            clip.write_bytes(b"another")
        else:
            clip.unlink()
        return Record(Clip("a.mp4", "0" * 64, 1000), Transcript("en", ()))

    monkeypatch.setattr("captionkit.pipeline.caption.caption_clip", caption_clip)
    monkeypatch.setattr("captionkit.media.probe.announced_ms", lambda _: 1000)
    told: list[Message] = []
    with pytest.raises(InputError, match="changed while it was read" if how == "changes" else "cannot be accessed"):
        caption_job(job, Setup(Weights("fake", tmp_path, ""), 1), told.append)
    assert not any(isinstance(message, Ready) for message in told) and not list((tmp_path / "out").iterdir())


def assert_whole(out: Path, name: str) -> None:
    """All files of a clip are there, and the record lists each as it is."""
    record = json.loads((out / f"{name}.captionkit.json").read_text())
    files = record["files"]
    assert sorted(files) == sorted(name + suffix for suffix in SUFFIXES if suffix != ".captionkit.json")
    for file, digest in files.items():
        assert hashlib.sha256((out / file).read_bytes()).hexdigest() == digest


def test_killed_at_any_moment_it_goes_on(desk: Desk) -> None:
    """After a power cut a night's work would be lost or done twice, or half a file would pass for a whole one."""
    names = [f"clip{i:03}" for i in range(120)]
    desk.clips(**{name: name for name in names})
    chance = random.Random(5)
    for _ in range(20):
        process = desk.start()
        time.sleep(chance.uniform(0.3, 1.3))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for path in desk.out.glob("*.captionkit.json"):
            json.loads(path.read_text())
    assert {state for state, _ in desk.run().values()} == {"done"}
    written = desk.written()
    assert len(written) == len(set(written))
    for name in names:
        assert_whole(desk.out, name)
    assert not [p for p in desk.out.rglob("*") if p.name.endswith(".part")]


def test_the_ledger_keeps_what_it_is_given(tmp_path: Path) -> None:
    """What was done would be forgotten, and done again."""
    row = Row("a/é", "/x/é.mp4", None, "done", None, "a/é.captionkit.json", 1.5, Key("m", "s", "", "w", "o"))
    with closing(Ledger(tmp_path)) as ledger:
        ledger.put(row, Row("b", "b.mp4", "b.html", "failed", "why"))
        ledger.put(Row("b", "b.mp4", "b.html", "waiting"))
    with closing(Ledger(tmp_path)) as ledger:
        assert ledger.rows() == {"a/é": row, "b": Row("b", "b.mp4", "b.html", "waiting")}
        assert ledger.rows() == {"a/é": row, "b": Row("b", "b.mp4", "b.html", "waiting")}


def test_a_set_that_was_half_put_in_place_is_made_whole(desk: Desk) -> None:
    """A clip whose files were just being put in place when the power went would be refused as somebody else's work."""
    desk.clips(a="a")
    desk.run()
    with closing(Ledger(desk.out)) as ledger:
        row = ledger.rows()["a"]
        ledger.put(Row(row.output, row.clip, row.article, "writing", None, None, row.seconds, row.key))
    (desk.out / "a.captionkit.json").unlink()
    (desk.out / "a.vtt").write_text("of an earlier batch")
    assert desk.run() == {"a": ("done", "")}
    assert_whole(desk.out, "a")


def test_another_policy_is_another_setting(tmp_path: Path) -> None:
    """Records would keep what the house said before it changed its rules, or another house's rulings."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "a.mp4").write_text("a")
    out, house = tmp_path / "out", load_policy("ap")
    out.mkdir()
    changed = replace(house, cells=(replace(house.cells[0], state="allowed"), *house.cells[1:]))

    def need(policy: Policy | None) -> tuple[str, Row]:
        options = BatchOptions(CaptionOptions(policy=policy), OutputOptions(out))
        [task] = tasks_of(make_plan(tmp_path / "library", out), options, "w" * 64)
        return task.need, task.row

    _, row = need(house)
    with closing(Ledger(out)) as ledger:
        ledger.put(replace(row, state="done", record="a.captionkit.json"))
    (out / "a.captionkit.json").touch()
    assert [need(policy)[0] for policy in (house, changed, load_policy("nyt"), None)] == [
        "done",
        "changed",
        "changed",
        "changed",
    ]


def test_ctrl_c_waits_until_a_worker_has_started() -> None:
    """A worker whose start is interrupted prints a traceback; a thread of NumPy may receive the signal as well."""
    ended = threading.Event()
    threading.Thread(target=ended.wait, args=(10,), daemon=True).start()
    reached = False
    with pytest.raises(KeyboardInterrupt), _interrupts_deferred():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
        reached = True
    ended.set()
    assert reached


def test_a_worker_starts_without_the_libraries_of_the_recogniser() -> None:
    """Each new process, and the batch itself, would take seconds to start, and Ctrl-C find threads of NumPy."""
    code = (
        "import sys, captionkit.library.batch, captionkit.library.process; "
        "print([m for m in ('numpy', 'av', 'faster_whisper', 'onnxruntime') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
