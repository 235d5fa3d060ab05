"""A batch beside a loop of `captionkit run` on the same clips, and a batch's memory over many short clips.

    python tests/bench/batch.py CLIP [--clips 12] [--seconds 12] [--rounds 3] [--many 100]

The clips are cut from CLIP a little apart, so that no two have the same bytes, and nothing that was heard is kept from
one run to the next. Prints wall times, interleaved, their ratio, and the workers' memory in the second and the last quarter.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import av

COMMAND = (sys.executable, "-m", "captionkit.cli.main")
WITH = ("--model", "base", "--offline")
SAMPLE_EVERY_S = 0.25


def main() -> None:
    """Cut, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("clip", type=Path)
    parser.add_argument("--clips", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--many", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        library = cut(asked.clip, desk / "library", asked.clips, asked.seconds)
        print(f"{asked.clips} clips of {asked.seconds:.0f} s, {os.cpu_count()} cores")
        ratios = []
        for number in range(asked.rounds):
            loop_s = timed(desk, lambda out: [call("run", clip, "-o", out) for clip in sorted(library.iterdir())])
            batch_s = timed(desk, lambda out: call("batch", library, "-o", out))
            ratios.append(batch_s / loop_s)
            print(f"round {number + 1}: loop of run {loop_s:.1f} s, batch {batch_s:.1f} s, ratio {ratios[-1]:.2f}")
        print(f"median ratio {statistics.median(ratios):.2f}")
        many = cut(asked.clip, desk / "many", asked.many, 4.0)
        quarters(desk, many)


def cut(clip: Path, folder: Path, count: int, seconds: float) -> Path:
    """`count` clips of the sound of `clip`, each beginning a little later, its packets as they are."""
    folder.mkdir()
    with av.open(str(clip)) as given:
        stream = given.streams.audio[0]
        packets = [p for p in given.demux(stream) if p.dts is not None]
        length = float(packets[-1].pts * packets[-1].time_base)
        for number in range(count):
            start = (length - seconds) * number / count
            with av.open(str(folder / f"clip{number:03}.m4a"), "w", format="mp4") as made:
                copy = made.add_stream_from_template(stream)
                first = None
                for packet in packets:
                    at = float(packet.pts * packet.time_base) if first is None else None
                    if first is None and at < start:
                        continue
                    first = packet.pts if first is None else first
                    if float((packet.pts - first) * packet.time_base) > seconds:
                        break
                    part = av.Packet(bytes(packet))
                    part.pts = part.dts = packet.pts - first
                    part.time_base, part.stream, part.is_keyframe = packet.time_base, copy, True
                    made.mux(part)
    return folder


def call(*arguments: str | Path) -> None:
    """One call of captionkit, which may find nobody speaking in a clip."""
    ended = subprocess.run([*COMMAND, *map(str, arguments), *WITH], capture_output=True, text=True)
    if ended.returncode not in (0, 3, 4):
        sys.exit(ended.stderr)


def timed(desk: Path, work) -> float:
    """Seconds of a work that is given an empty folder; what was heard before is forgotten."""
    cache = desk / "cache"
    for kept in ("heard", "voices"):
        shutil.rmtree(cache / kept, ignore_errors=True)
    os.environ["CAPTIONKIT_CACHE"] = str(cache)
    if not (cache / "weights").exists():
        subprocess.run([*COMMAND, "models", "get", "base"], check=True, capture_output=True)
    out = desk / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    started = time.perf_counter()
    work(out)
    return time.perf_counter() - started


def quarters(desk: Path, library: Path) -> None:
    """Memory of a whole batch, its workers with it, in the second and the last quarter of the clips."""
    out, samples, over = desk / "out", [], threading.Event()

    def sample() -> None:
        while not over.wait(SAMPLE_EVERY_S):
            done = len(list(out.glob("*.captionkit.json")))
            samples.append((done, resident_bytes(os.getpid()) - own_bytes(os.getpid())))

    sampler = threading.Thread(target=sample)
    sampler.start()
    seconds = timed(desk, lambda folder: call("batch", library, "-o", folder))
    over.set()
    sampler.join()
    count = len(list(library.iterdir()))
    second, last = (
        max(size for done, size in samples if low * count <= done < high * count) / 2**20
        for low, high in ((0.25, 0.5), (0.75, 1.0))
    )
    print(f"{count} clips of 4 s in {seconds:.0f} s: {second:.0f} MiB at most in the second quarter, "
          f"{last:.0f} in the last, ratio {last / second:.3f}")


def own_bytes(pid: int) -> int:
    """Resident memory of a process; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def resident_bytes(pid: int) -> int:
    """Resident memory of a process and all below it."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children = [int(c) for task in tasks for c in (task / "children").read_text().split()]
    except OSError:
        return 0
    return own_bytes(pid) + sum(map(resident_bytes, children))


if __name__ == "__main__":
    main()
