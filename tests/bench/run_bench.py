"""`make bench`: captionkit beside the tools a newsroom would use instead, and beside itself, in one table.

    python tests/bench/run_bench.py [--clip MEDIA ARTICLE WORDS]... [--only PART]... [--write FILE.md] [--plots FOLDER]

What is compared runs in turn, A B A B, on the same cores, clips and weights, so that whatever else the machine does
falls on all; the medians are compared, and only the ratios carry over to another machine.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lengths import length_rows
from libraries import Library, batch_rows, size_rows
from limit import limit_rows
from plots import draw_plots
from reruns import rerun_rows
from results import Row, circumstances, entries, merged, results_table
from speed import speed_rows
from words import NORMALISATION
from workshop import CORES, MODEL, SAMPLE, Material, Workshop, say, use_cores

SEARCH = Path(__file__).with_name("search.py")
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and how thoroughly."""

    materials: tuple[Material, ...]
    rounds: int
    library: Library
    lengths: tuple[float, ...]
    sizes: tuple[int, ...]


Part = Callable[[Workshop, Plan], list[Row]]

PARTS: dict[str, Part] = {
    "speed": lambda shop, plan: [row for clip in plan.materials for row in speed_rows(shop, clip, plan.rounds)],
    "limit": lambda shop, plan: [row for clip in plan.materials for row in limit_rows(shop, clip, plan.rounds)],
    "reruns": lambda shop, plan: rerun_rows(shop, plan.rounds),
    "batch": lambda shop, plan: batch_rows(shop, plan.library),
    "lengths": lambda shop, plan: length_rows(shop, plan.lengths),
    "libraries": lambda shop, plan: size_rows(shop, plan.sizes),
}


def main() -> None:
    """Measure, print the table, and put it and its plots where they are asked for."""
    options = _options()
    started, cores = time.perf_counter(), use_cores(CORES)
    plan = _plan(options)
    with tempfile.TemporaryDirectory(prefix="captionkit-bench-") as folder:
        shop = Workshop(Path(folder))
        shop.fetch_weights()
        found = {name: part(shop, plan) for name, part in PARTS.items() if name in (options.only or PARTS)}
    measured = circumstances(cores)
    cells = [
        cell for name, rows in found.items() for cell in entries(rows, f"run_bench.py --only {name}", measured)
    ]
    print(f"{results_table(cells)}\n\n{_note(plan, time.perf_counter() - started)}")
    if options.plots:
        draw_plots(found, options.plots)
    if options.write:
        _write(options.write, cells)
    if SEARCH.exists() and "search" in (options.only or ["search"]):
        say("search")
        print(flush=True)
        subprocess.run([sys.executable, SEARCH, str(options.records)], check=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clip", nargs=3, type=Path, action="append", metavar=("MEDIA", "ARTICLE", "WORDS"),
                        help="a clip instead of the sample, its article, and a text file of every word in it; repeatable")
    parser.add_argument("--only", action="append", choices=[*PARTS, "search"], help="this part alone; repeatable")
    parser.add_argument("--rounds", type=int, default=3, help="how often every tool hears a clip")
    parser.add_argument("--lengths", type=float, nargs="+", default=[1, 5], metavar="MINUTES")
    parser.add_argument("--clips", type=int, default=24, help="how many clips batch and loops go through")
    parser.add_argument("--clip-seconds", type=float, default=6.0, help="how long each of them is")
    parser.add_argument("--batch-rounds", type=int, default=2)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100], metavar="CLIPS", help="sizes of a library")
    parser.add_argument("--records", type=int, default=10_000, help="how many records are searched")
    parser.add_argument("--write", type=Path, help=f"update the table of this file, between {BEGIN} and {END}")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="draw the plots into this folder")
    return parser.parse_args()


def _plan(options: argparse.Namespace) -> Plan:
    return Plan(
        tuple(Material(*paths) for paths in options.clip or ()) or (SAMPLE,),
        options.rounds,
        Library(options.clips, options.clip_seconds, options.batch_rounds),
        tuple(options.lengths),
        tuple(options.sizes),
    )


def _note(plan: Plan, took_s: float) -> str:
    return (
        f"{MODEL} int8; medians of {plan.rounds} runs each in turn (batch and loops {plan.library.rounds}, "
        f"lengths and libraries one); measured in {took_s / 60:.0f} minutes.\nWord errors: {NORMALISATION}."
    )


def _write(place: Path, cells: list[tuple[str, ...]]) -> None:
    """Enter the cells into the table between the marks of a Markdown file; measures that are not among them stay."""
    before, begin, rest = place.read_text("utf-8").partition(BEGIN)
    old, end, after = rest.partition(END)
    if not (begin and end):
        sys.exit(f"{place} has no {BEGIN} and {END} to put the table between.")
    place.write_text(f"{before}{begin}\n\n{merged(old, cells)}\n\n{end}{after}", "utf-8")


if __name__ == "__main__":
    main()
