"""The bench's plots, as SVG: time against the clip's length, against the library's size, and the tools beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from results import Row

INK = "#1f4e79"
SIZE_INCHES = (6.4, 3.2)


def draw_growth(rows: Sequence[Row], unit: str, place: Path) -> None:
    """Wall time of the rows that have a size against it, on logarithmic scales, with the line of equal cost."""
    points = sorted((row.size, row.wall_s) for row in rows if row.size and row.wall_s)
    if len(points) < 2:
        return
    figure, axes = _axes()
    sizes, walls = zip(*points)
    axes.loglog(sizes, walls, "o-", color=INK, label="measured")
    axes.loglog(sizes, [walls[0] * s / sizes[0] for s in sizes], ":", color="gray", label="in proportion to the first")
    axes.set_xticks(sizes, [f"{size:g}" for size in sizes])
    axes.set_xticks([], minor=True)
    axes.set_xlabel(unit)
    axes.set_ylabel("wall, s")
    axes.legend(frameon=False)
    _save(figure, place)


def draw_tools(rows: Sequence[Row], place: Path) -> None:
    """A bar for the wall time of each row that has a word error rate, which is written beside it."""
    timed = [row for row in rows if row.wall_s and row.wer is not None][::-1]
    if not timed:
        return
    figure, axes = _axes()
    figure.set_figheight(0.8 + 0.36 * len(timed))
    bars = axes.barh([row.measure for row in timed], [row.wall_s for row in timed], color=INK)
    axes.bar_label(bars, [f" WER {row.wer:.3f}" for row in timed])
    axes.margins(x=0.2)
    axes.set_xlabel("wall, s")
    _save(figure, place)


def _axes() -> tuple[Any, Any]:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "captionkit"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=SIZE_INCHES)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Any, place: Path) -> None:
    figure.savefig(place, bbox_inches="tight", metadata={"Date": None})
