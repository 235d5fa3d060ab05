"""The result of a batch: a summary for people, a report file for programs, and the clips that `--fail-on` names."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from captionkit.library.index import open_index
from captionkit.library.ledger import Row
from captionkit.library.plan import Problem
from captionkit.model import BROKEN_POLICY

REPORT_COLUMNS = ("clip", "article", "output", "state", "reason", "record", "seconds")


def summary_lines(rows: Iterable[Row], problems: Iterable[Problem]) -> list[str]:
    """How many clips are done, and why the others are not, the most common reason first."""
    rows, problems = tuple(rows), tuple(problems)
    failed = [row for row in rows if row.state == "failed"]
    lines = [f"{sum(row.state == 'done' for row in rows)} done, {len(failed)} failed, {len(problems)} left out"]
    for reason, count in Counter(row.reason or "" for row in failed).most_common():
        lines.append(f"{count} failed: {reason}")
        lines += [f"    {row.clip}" for row in failed if row.reason == reason]
    return lines + [f"left out: {problem.where}: {problem.reason}" for problem in problems]


def report_text(rows: Iterable[Row], problems: Iterable[Problem], suffix: str) -> str:
    """The report for a file with a suffix of `REPORTS`: each clip, and what was left out with the state `left_out`."""
    listed: list[dict[str, Any]] = [{name: asdict(row)[name] for name in REPORT_COLUMNS} for row in rows]
    empty = dict.fromkeys(REPORT_COLUMNS)
    listed += [{**empty, "clip": p.where, "state": "left_out", "reason": p.reason} for p in problems]
    return REPORTS[suffix](listed)


def _as_json(listed: list[dict[str, Any]]) -> str:
    return json.dumps({"clips": listed}, ensure_ascii=False, indent=2) + "\n"


def _as_csv(listed: list[dict[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, REPORT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue()


REPORTS: dict[str, Callable[[list[dict[str, Any]]], str]] = {".json": _as_json, ".csv": _as_csv}
"""Suffix → the function that makes the text of a report.

To add a kind of report:

1. Write a function here from the rows, by column, to the text.
2. Write every column of `REPORT_COLUMNS`, for those that were left out too.
3. Enter it here by its suffix, in lower case.
4. Name the suffix in the help of `--report` in `cli/batch.py`, and test it in tests/cli/test_batch_command.py.
"""


def failing_clips(out: Path, rows: Iterable[Row], wanted: frozenset[str]) -> tuple[str, ...]:
    """The clips, of those that are done, with a quote of a wanted verdict.

    Args:
        out: the folder of the ledger and the records.
        rows: the clips to check.
        wanted: verdicts, and `policy` for quotes that the policy of their record forbids.

    Raises:
        InputError: as `open_index`.
    """
    done = {row.record: row.clip for row in rows if row.state == "done"}
    if not wanted or not done:
        return ()
    with open_index(out) as index:
        counted = index.connection.execute("SELECT path, verdicts, policy FROM search_records ORDER BY path").fetchall()
    return tuple(done[path] for path, *counts in counted if path in done and _has(wanted, *counts))


def _has(wanted: frozenset[str], verdicts: str, policy: str) -> bool:
    forbidden = BROKEN_POLICY in wanted and "forbidden" in json.loads(policy)
    return forbidden or not wanted.isdisjoint(json.loads(verdicts))
