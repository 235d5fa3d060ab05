"""`captionkit batch` beside shell loops on the same clips, and what a batch costs by the size of the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from clips import cut
from processes import Sampled, beside_python, run_measured, run_sampled
from results import Ratio, Row
from workshop import OPTIONS, SAMPLE, SOME_FAILED, Workshop, say, total_s, whisper_ctranslate2

WORKERS = (1, 2)
MOST_OF_LOOP = 0.6
MOST_OF_QUARTER = 1.05
SIZED_CLIP_S = 4.0
LOOP_OF_RUN, LOOP_OF_PEER = "loop of captionkit run", "loop of whisper-ctranslate2"


@dataclass(frozen=True, slots=True)
class Library:
    """How many clips, how long each, and how often every way goes through them."""

    clips: int
    seconds: float
    rounds: int


def batch_rows(shop: Workshop, library: Library) -> list[Row]:
    """Both loops and a batch with 1 and 2 workers in turn."""
    folder = cut(SAMPLE.clip, shop.folder / "library", library.clips, library.seconds)
    ways: dict[str, Callable[[], float]] = {LOOP_OF_RUN: lambda: _loop_of_run(shop, folder)}
    batches = {count: f"batch, {count} worker{'s' * (count > 1)}" for count in WORKERS}
    ways |= {name: _batch_with(shop, folder, count) for count, name in batches.items()}
    ways[LOOP_OF_PEER] = lambda: _loop_of_peer(shop, folder)
    walls: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(library.rounds):
        for name, way in ways.items():
            say(f"{library.clips} clips: {name}, round {number + 1} of {library.rounds}")
            walls[name].append(way())
    loop_s = median(walls[LOOP_OF_RUN])
    rows = []
    for name, found in walls.items():
        most = MOST_OF_LOOP if name == batches[max(WORKERS)] else None
        ratio = None if name == LOOP_OF_RUN else Ratio(median(found) / loop_s, "this / loop of run", most)
        rows.append(Row(f"{library.clips} clips of {library.seconds:g} s: {name}", median(found), ratio=ratio))
    return rows


def _loop_of_run(shop: Workshop, folder: Path) -> float:
    shop.forget()
    out = shop.empty("out")
    return total_s(shop.captionkit("run", clip, "--output", out) for clip in sorted(folder.iterdir()))


def _loop_of_peer(shop: Workshop, folder: Path) -> float:
    out = shop.empty("out")
    return total_s(run_measured(whisper_ctranslate2(shop.weights, clip, out)) for clip in sorted(folder.iterdir()))


def _batch_with(shop: Workshop, folder: Path, workers: int) -> Callable[[], float]:
    def way() -> float:
        shop.forget()
        return shop.captionkit("batch", folder, "--output", shop.empty("out"), "--workers", str(workers)).wall_s

    return way


def size_rows(shop: Workshop, sizes: Sequence[int]) -> list[Row]:
    """One batch a size with its time a clip beside the smallest, and the last one's memory in its quarters."""
    rows: list[Row] = []
    watched: Sampled | None = None
    for size in sorted(sizes):
        say(f"a library of {size} clips")
        folder = cut(SAMPLE.clip, shop.folder / f"library{size}", size, SIZED_CLIP_S)
        shop.forget()
        watched = _watched(shop, folder)
        first_s, first = (rows[0].wall_s or 0.0, rows[0].size or size) if rows else (watched.wall_s, size)
        ratio = Ratio(watched.wall_s / size / (first_s / first), "a clip / of the fewest")
        name = f"library: {size} clips of {SIZED_CLIP_S:g} s"
        rows.append(Row(name, watched.wall_s, None, watched.peak_bytes, ratio, size))
    return [*rows, _quarters(watched, max(sizes))] if watched else rows


def _watched(shop: Workshop, folder: Path) -> Sampled:
    out = shop.empty("out")
    command: list[str | Path] = [beside_python("captionkit"), "batch", folder, "--output", out, *OPTIONS]
    return run_sampled(command, shop.env, lambda: len(list(out.glob("*.captionkit.json"))), (0, SOME_FAILED))


def _quarters(watched: Sampled, count: int) -> Row:
    """Peak memory of the whole batch, its workers with it, in the second and in the last quarter of the clips."""
    second, last = (
        max((size for done, size in watched.samples if low * count <= done < high * count), default=0)
        for low, high in ((0.25, 0.5), (0.75, 1.0))
    )
    name = f"library: memory over {count} clips"
    if not second:
        return Row(f"{name} (too quick to tell)")
    ratio = Ratio(last / second, "last / second quarter", MOST_OF_QUARTER)
    return Row(name, peak_bytes=last, ratio=ratio)
