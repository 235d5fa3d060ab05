"""The bench's plots, as SVG: time against the clip's length, against the library's size, and the tools beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from results import Row

INK = "#1f4e79"
SIZE_INCHES = (6.4, 3.2)


def draw_plots(found: Mapping[str, Sequence[Row]], folder: Path) -> list[Path]:
    """Draw what the parts of a bench found into a folder; the plots that there was enough for."""
    plots = {
        folder / "speed_tools.svg": partial(_draw_tools, found.get("speed", ())),
        folder / "speed_length.svg": partial(_draw_growth, found.get("lengths", ()), "length of the clip, minutes"),
        folder / "speed_library.svg": partial(_draw_growth, found.get("libraries", ()), "clips in the library"),
    }
    return [place for place, draw in plots.items() if draw(place)]


def _draw_growth(rows: Sequence[Row], unit: str, place: Path) -> bool:
    """Wall time of the rows that have a size against it, on logarithmic scales, with the line of equal cost."""
    points = sorted((row.size, row.wall_s) for row in rows if row.size and row.wall_s)
    if len(points) < 2:
        return False
    figure, axes = _axes()
    sizes, walls = zip(*points)
    axes.loglog(sizes, walls, "o-", color=INK, label="measured")
    axes.loglog(sizes, [walls[0] * s / sizes[0] for s in sizes], ":", color="gray", label="in proportion to the first")
    for axis, ticks, form in ((axes.xaxis, sizes, "g"), (axes.yaxis, walls, ".0f")):
        axis.set_ticks(ticks, [f"{tick:{form}}" for tick in ticks])
        axis.set_ticks([], minor=True)
    axes.set_xlabel(unit)
    axes.set_ylabel("wall, s")
    axes.legend(frameon=False)
    return _save(figure, place)


def _draw_tools(rows: Sequence[Row], place: Path) -> bool:
    """A bar for the wall time of each row that has a word error rate, which is written beside it."""
    timed = [row for row in rows if row.wall_s and row.wer is not None][::-1]
    if not timed:
        return False
    figure, axes = _axes()
    figure.set_figheight(0.8 + 0.36 * len(timed))
    bars = axes.barh([row.measure for row in timed], [row.wall_s for row in timed], color=INK)
    axes.bar_label(bars, [f" WER {row.wer:.3f}" for row in timed])
    axes.margins(x=0.2)
    axes.set_xlabel("wall, s")
    return _save(figure, place)


def _axes() -> tuple[Any, Any]:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "captionkit"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=SIZE_INCHES)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Any, place: Path) -> bool:
    figure.savefig(place, bbox_inches="tight", metadata={"Date": None})
    return True
