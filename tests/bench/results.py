"""The one table of the bench: a row for each thing measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tables import markdown_table

MIB = 1 << 20
HEAD = ("measure", "wall, s", "WER", "peak, MiB", "ratio", "ratio of", "target", "")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quotient, what of what it is, and the most it should be, None where nothing is aimed at.

    `wer_held` tells whether the word error rate is not higher either; None where the target does not ask for it.
    """

    value: float
    of: str
    most: float | None = None
    wer_held: bool | None = None

    @property
    def target(self) -> str:
        """The target in words."""
        if self.most is None:
            return ""
        return f"≤ {self.most:g}" + ("" if self.wer_held is None else ", WER not higher")

    @property
    def met(self) -> str:
        """Whether the target is met."""
        if self.most is None:
            return ""
        return "met" if self.value <= self.most and self.wer_held is not False else "missed"


@dataclass(frozen=True, slots=True)
class Row:
    """Something measured; what does not apply to it, or could not be measured, is None. `size` is its place on a plot."""

    measure: str
    wall_s: float | None = None
    wer: float | None = None
    peak_bytes: float | None = None
    ratio: Ratio | None = None
    size: float | None = None


def results_table(rows: Sequence[Row]) -> str:
    """All rows as Markdown."""
    return markdown_table(HEAD, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    ratio = row.ratio
    return (
        row.measure,
        _shown(row.wall_s, ".3f" if row.wall_s is not None and row.wall_s < 1 else ".2f"),
        _shown(row.wer, ".4f"),
        _shown(row.peak_bytes and row.peak_bytes / MIB, ".0f"),
        *((f"{ratio.value:.2f}", ratio.of, ratio.target, ratio.met) if ratio else ("", "", "", "")),
    )


def _shown(value: float | None, form: str) -> str:
    return "" if value is None else f"{value:{form}}"
