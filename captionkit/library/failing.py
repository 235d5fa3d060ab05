"""Whether a library may go out: the clips whose quotes have what was not to be."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from captionkit.library.index import open_index
from captionkit.library.ledger import Row
from captionkit.model import BROKEN_POLICY


def failing_clips(out: Path, rows: Iterable[Row], wanted: frozenset[str]) -> tuple[str, ...]:
    """The clips, of those that are done, with a quote of a wanted verdict.

    Args:
        out: the folder of the ledger and the records.
        rows: the clips to look at.
        wanted: verdicts, and `policy` for what the policy of a record forbids.

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
