"""Batches on a real Dask scheduler with real workers that hear nothing: whatever is lost, each clip is done once."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from captionkit.errors import InputError
from captionkit.library import cluster, cluster_process
from captionkit.library.cluster import Cluster, ClusterPool
from captionkit.library.cluster_process import BatchSetup, UnusableWorker
from captionkit.library.pool import Limits
from captionkit.library.process import Job, Setup, make_record
from captionkit.pipeline.options import CaptionOptions
from captionkit.publish import OutputOptions
from captionkit.speech.weights.find import Weights

FAKE = Path(__file__).with_name("fake_worker.py")


def wait_for(what: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)


class Machines:
    """A scheduler and workers, with a log of which process heard what; and batches that use them."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.folder, self.heard_log = folder, folder / "heard"
        self.heard_log.touch()
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(FAKE.parents[2]), str(FAKE.parent)]),
            "FAKE_WORKER_HEARD": str(self.heard_log),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        address_file = folder / "scheduler.json"
        self.scheduler = self.dask(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(address_file)
        )
        wait_for(lambda: address_file.exists() and address_file.read_text().endswith("}"))
        self.address = json.loads(address_file.read_text())["address"]
        for _ in range(workers):
            self.dask("worker", self.address, "--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard")

    def dask(self, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"log{len(self.processes)}").open("wb")
        command = [sys.executable, "-m", "dask", *arguments]
        with log:
            process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, cwd=self.folder)
        self.processes.append(process)
        return process

    def close(self) -> None:
        """End all; a Dask worker ends with its nanny."""
        for process in self.processes:
            process.kill()
            process.wait()

    def heard(self) -> list[tuple[str, int, int]]:
        """Clip, process and Dask worker, in order."""
        rows = (line.split() for line in self.heard_log.read_text().splitlines())
        return [(name, int(process), int(worker)) for name, process, worker in rows]


class Batch:
    """A library and OUT, of which the workers see the library only."""

    def __init__(self, machines: Machines, folder: Path) -> None:
        self.machines, self.library, self.out, self.log = machines, folder / "library", folder / "out", folder / "log"
        self.library.mkdir()
        self.log.touch()
        machines.heard_log.write_text("")

    def clips(self, **contents: str) -> None:
        for name, content in contents.items():
            (self.library / f"{name}.mp4").write_text(content)

    def start(self, *flags: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(FAKE), "library", "out", f"--dask={self.machines.address}", *flags]
        return subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.library.parent,
            env={**self.machines.environment, "FAKE_WORKER_LOG": str(self.log)},
        )

    def done(self) -> list[str]:
        return sorted(self.log.read_text().split())


def rows_of(process: subprocess.Popen[str]) -> dict[str, tuple[str, str]]:
    out, err = process.communicate(timeout=90)
    assert process.returncode == 0, err
    return {name: (state, reason) for name, state, reason in (line.split("\t") for line in out.splitlines())}


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    machines = Machines(tmp_path_factory.mktemp("machines"), workers=2)
    yield machines
    machines.close()


@pytest.fixture
def batch(machines: Machines, tmp_path: Path) -> Batch:
    return Batch(machines, tmp_path)


def test_a_worker_is_killed_and_every_clip_is_done_once(batch: Batch) -> None:
    """A machine that goes down in the night would take clips with it, or have them done twice."""
    names = [f"clip{i:02}" for i in range(12)]
    batch.clips(**dict.fromkeys(names, "slow"))
    process = batch.start()
    wait_for(lambda: len({worker for _, _, worker in batch.machines.heard()}) == 2 and len(batch.done()) >= 2)
    lost_clip, _, lost_worker = batch.machines.heard()[-1]
    os.kill(lost_worker, signal.SIGKILL)
    assert rows_of(process) == dict.fromkeys(names, ("done", ""))
    assert batch.done() == names
    heard = [name for name, _, _ in batch.machines.heard()]
    assert sorted(heard) == sorted([*names, lost_clip])
    for name in names:
        files = json.loads((batch.out / f"{name}.captionkit.json").read_text())["files"]
        assert sorted(files) == [f"{name}.{suffix}" for suffix in ("html", "srt", "txt", "vtt")]
        assert all(hashlib.sha256((batch.out / f).read_bytes()).hexdigest() == d for f, d in files.items())


def test_a_process_hears_many_clips(batch: Batch) -> None:
    """The weights would be loaded anew for each clip."""
    batch.clips(a="a", b="b", c="c", d="d", e="e", f="f")
    rows_of(batch.start())
    assert len({process for _, process, _ in batch.machines.heard()}) <= 4  # one is replaced after three clips
    assert len(batch.machines.heard()) == 6


def test_a_clip_s_trouble_is_its_own(batch: Batch) -> None:
    """A poisoned clip would be tried for ever and take one machine after another down, or hold one for ever."""
    batch.clips(a="a", b="die", c="refuse", d="hang", e="fell", f="f", g="g")
    rows = rows_of(batch.start("--impatient"))
    assert {name for name, (state, _) in rows.items() if state == "done"} == {"a", "f", "g"} == set(batch.done())
    assert "SIGKILL" in rows["b"][1] and "time limit" in rows["d"][1]
    assert rows["c"] == ("failed", "there is no sound in it")
    assert rows["e"] == ("failed", "2 workers of the cluster were lost while they had the clip")
    heard = [name for name, _, _ in batch.machines.heard()]
    assert heard.count("b") == heard.count("d") == 1 and heard.count("e") == 2


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    except OSError:
        return False


def test_ctrl_c_cancels_and_the_next_call_goes_on(batch: Batch) -> None:
    """The machines would go on with clips that nobody waits for, or what was done would be done again."""
    batch.clips(a="a", b="hang", c="hang")
    process = batch.start()
    wait_for(lambda: batch.done() == ["a"] and {"b", "c"} <= {name for name, _, _ in batch.machines.heard()})
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=15)
    processes = [process for name, process, _ in batch.machines.heard() if name != "a"]
    wait_for(lambda: not any(map(is_running, processes)), 20)
    batch.clips(b="b", c="c")
    assert rows_of(batch.start()) == dict.fromkeys("abc", ("done", ""))
    assert batch.done() == ["a", "b", "c"]


def test_the_scheduler_goes_away(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A batch would hang for ever, or forget what was done."""
    machines = Machines(tmp_path_factory.mktemp("machines"), workers=1)
    batch = Batch(machines, tmp_path)
    batch.clips(a="a", b="hang")
    process = batch.start()
    wait_for(lambda: batch.done() == ["a"] and len(machines.heard()) == 2)
    machines.scheduler.kill()
    _, err = process.communicate(timeout=30)
    assert "the connection to the scheduler was lost. What is done stays done" in err
    wait_for(lambda: not any(is_running(process) for _, process, _ in machines.heard()))
    machines.close()


def job_of(clip: Path) -> Job:
    return Job(clip.stem, clip, CaptionOptions(), OutputOptions(clip.parent))


def errand(**different: str) -> BatchSetup:
    sent = BatchSetup(cluster.__version__, Setup(Weights("base", Path("/w"), "0" * 64), 1), Limits(), make_record)
    return replace(sent, **different)


def test_a_worker_that_cannot_do_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker without the storage would fail every clip of the library, and another captionkit caption them otherwise."""
    clip = tmp_path / "a.mp4"
    clip.touch()
    monkeypatch.setattr(cluster_process, "_local_weights", lambda *_: Weights("base", Path("/other"), "1" * 64))

    def why(clip: Path, sent: BatchSetup) -> str:
        unusable = cluster_process._local_setup(job_of(clip), sent, "tcp://w:1")
        assert isinstance(unusable, UnusableWorker)
        return unusable.reason

    assert why(clip, errand(version="9")).endswith("not 9")
    assert why(tmp_path / "b.mp4", errand()) == f"this worker does not have {tmp_path / 'b.mp4'}"
    assert "differ from those of this batch" in why(clip, errand())


def refusal(address: str) -> str:
    setup = Setup(Weights("base", Path("/w"), "0" * 64), 1)
    with pytest.raises(InputError) as refused:
        list(ClusterPool(Cluster(address), setup, Limits()).work([]))
    return str(refused.value)


def test_no_scheduler_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistyped address would hang, or end in a traceback."""
    monkeypatch.setattr(cluster, "CONNECT_S", 0.5)
    assert "tcp://127.0.0.1:9: no Dask scheduler can be reached there" in refusal("tcp://127.0.0.1:9")
    assert "tls://127.0.0.1:9: no Dask scheduler can be reached there" in refusal("tls://127.0.0.1:9")


def test_what_is_no_scheduler_is_said() -> None:
    """An address of something else would be waited for without end."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[2]); from captionkit.library import cluster as c; c.CONNECT_S = 0.5\n"
        "list(c.ClusterPool(c.Cluster(sys.argv[1]), None, None).work([]))"
    )
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        command = [sys.executable, "-c", code, address, str(FAKE.parents[2])]
        told = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert told.returncode != 0 and "does not answer as one" in told.stderr


def test_dask_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody would know what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert 'Run `pip install "captionkit[cluster]"`.' in refusal("tcp://127.0.0.1:9")


def test_gpu_workers_are_asked_for(batch: Batch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Clips that want a GPU would go to machines without one; a cluster without any would hang for ever."""
    monkeypatch.setattr(cluster, "NO_WORKER_S", 1.5)
    crew = ClusterPool(Cluster(batch.machines.address, gpu=True), errand().setup, Limits())
    with pytest.raises(InputError, match=r"no worker with a GPU for .* --resources GPU=1"):
        list(crew.work([job_of(tmp_path / "a.mp4")]))
