"""The rows of the bench, and the one table of docs/measurements.md that they are entered into."""

from __future__ import annotations

import platform
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from processors import CPU_INFO, instruction_sets
from tables import markdown_table

MIB = 1 << 20
HEAD = ("measure", "value", "target", "command", "date", "processor", "commit")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quotient and what it is a quotient of.

    `most` is its upper limit, None where there is no target. `wer_held` is whether the word error rate is no higher
    either; None where the target does not ask for it.
    """

    value: float
    of: str
    most: float | None = None
    wer_held: bool | None = None

    @property
    def target(self) -> str:
        """The target, and whether it was missed; empty where there is none."""
        if self.most is None:
            return ""
        missed = "" if self.value <= self.most and self.wer_held is not False else ": **missed**"
        return f"≤ {self.most:g}" + ("" if self.wer_held is None else ", WER not higher") + missed


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. What does not apply, or could not be measured, is None. `size` is its position on a plot."""

    measure: str
    wall_s: float | None = None
    wer: float | None = None
    peak_bytes: float | None = None
    ratio: Ratio | None = None
    size: float | None = None

    @property
    def value(self) -> str:
        """Everything that was measured, with units."""
        parts = (
            _written(self.wall_s, ".3f" if self.wall_s is not None and self.wall_s < 1 else ".2f", "{} s"),
            _written(self.wer, ".4f", "WER {}"),
            _written(self.peak_bytes and self.peak_bytes / MIB, ".0f", "peak {} MiB"),
            f"{self.ratio.value:.2f} ({self.ratio.of})" if self.ratio else "",
        )
        return ", ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When, on which processor and on which commit something was measured."""

    date: str
    processor: str
    commit: str


def circumstances(cores: int) -> Circumstances:
    """Today, the processor with its cores and newest instruction set, and the commit, `+` where files differ from it."""
    names = re.findall(r"model name\s*: (.+)", CPU_INFO.read_text("utf-8")) if CPU_INFO.exists() else []
    name = names[0] if names else platform.machine()
    commit = subprocess.run(
        ["git", "describe", "--always", "--exclude=*", "--dirty=+"],
        cwd=Path(__file__).parent, capture_output=True, text=True,
    ).stdout.strip()
    return Circumstances(
        datetime.now(UTC).date().isoformat(), f"{name}, {cores} cores, {instruction_sets()[0]}", commit or "unknown"
    )


def entries(rows: Sequence[Row], command: str, measured: Circumstances) -> list[tuple[str, ...]]:
    """The rows of one command as cells of the table."""
    return [
        (row.measure, row.value, row.ratio.target if row.ratio else "", f"`{command}`",
         measured.date, measured.processor, measured.commit)
        for row in rows
    ]  # fmt: skip


def results_table(cells: Sequence[Sequence[str]]) -> str:
    """Cells as Markdown."""
    return markdown_table(HEAD, cells, left=len(HEAD))


def merged(old: str, cells: Sequence[tuple[str, ...]]) -> str:
    """The Markdown table `old` with new rows in the place of those of the same measure; other rows stay."""
    lines = [line for line in old.splitlines() if line.startswith("| ")]
    known = [tuple(cell.strip() for cell in line.strip("| ").split(" | ")) for line in lines]
    known = [row for row in known if row[0] != HEAD[0] and set(row[0]) != {"-"}]
    rows = {row[0]: row for row in (*known, *cells)}
    return results_table(list(rows.values()))


def _written(value: float | None, form: str, text: str) -> str:
    return "" if value is None else text.format(f"{value:{form}}")
