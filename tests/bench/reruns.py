"""What a second run of the sample costs, and how soon the command answers at all."""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

from processes import beside_python, run_measured
from results import Ratio, Row
from workshop import SAMPLE, Workshop, say

OTHER_ARTICLE = Path(__file__).with_name("other_story.html")
CORRECTED_ARTICLE = Path(__file__).with_name("harbor_corrected.html")
AGAIN = {"another story's article": OTHER_ARTICLE, "some quotes reworded": CORRECTED_ARTICLE}
MOST_OF_FIRST = 0.15
MOST_OF_IMPORT = 3.0
HELP_ROUNDS = 11


def rerun_rows(shop: Workshop, rounds: int) -> list[Row]:
    """A first run and two more with other articles, in turn; then `--help` beside an import it cannot do without."""
    first: list[float] = []
    again: dict[str, list[float]] = {name: [] for name in AGAIN}
    for number in range(rounds):
        say(f"second runs: round {number + 1} of {rounds}")
        shop.forget()
        out = shop.empty("ours")
        first.append(_run_s(shop, SAMPLE.article, out))
        for name, article in AGAIN.items():
            again[name].append(_run_s(shop, article, out))
    rows = [
        Row(
            f"{SAMPLE.name}: second run, {name}",
            median(walls),
            ratio=Ratio(median(walls) / median(first), "this / first run", MOST_OF_FIRST),
        )
        for name, walls in again.items()
    ]
    return [*rows, _help_row()]


def _run_s(shop: Workshop, article: Path, out: Path) -> float:
    return shop.captionkit("run", SAMPLE.clip, "--article", article, "--output", out).wall_s


def _help_row() -> Row:
    helps, imports = [], []
    for _ in range(HELP_ROUNDS):
        helps.append(run_measured([beside_python("captionkit"), "--help"]).wall_s)
        imports.append(run_measured([sys.executable, "-c", "import click"]).wall_s)
    ratio = Ratio(median(helps) / median(imports), "this / import click", MOST_OF_IMPORT)
    return Row("captionkit --help", median(helps), ratio=ratio)
