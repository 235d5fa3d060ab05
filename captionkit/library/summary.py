"""What came of a batch: counted by reason for people, and clip by clip for a machine."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from captionkit.library.ledger import Row
from captionkit.library.planned_clips import Problem

REPORT_COLUMNS = ("clip", "article", "output", "state", "reason", "record", "seconds")


def summary_lines(rows: Iterable[Row], problems: Iterable[Problem]) -> list[str]:
    """How many are done, and why the others are not, the commonest reason first."""
    listed = tuple(rows)
    left_out = tuple(problems)
    failed = [row for row in listed if row.state == "failed"]
    lines = [f"{sum(row.state == 'done' for row in listed)} done, {len(failed)} failed, {len(left_out)} left out"]
    for reason, count in Counter(row.reason or "" for row in failed).most_common():
        lines.append(f"{count} failed: {reason}")
        lines += [f"    {row.clip}" for row in failed if row.reason == reason]
    return lines + [f"left out: {problem.where}: {problem.reason}" for problem in left_out]


def report_text(rows: Iterable[Row], problems: Iterable[Problem], suffix: str) -> str:
    """The report for a file with a suffix of `REPORTS`: each clip, and what was left out with the state `left_out`."""
    told: list[dict[str, Any]] = [{name: asdict(row)[name] for name in REPORT_COLUMNS} for row in rows]
    empty = dict.fromkeys(REPORT_COLUMNS)
    told += [{**empty, "clip": p.where, "state": "left_out", "reason": p.reason} for p in problems]
    return REPORTS[suffix](told)


def _as_json(told: list[dict[str, Any]]) -> str:
    return json.dumps({"clips": told}, ensure_ascii=False, indent=2) + "\n"


def _as_csv(told: list[dict[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, REPORT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(told)
    return text.getvalue()


REPORTS: dict[str, Callable[[list[dict[str, Any]]], str]] = {".json": _as_json, ".csv": _as_csv}
"""Suffix of a report → how it is written."""
