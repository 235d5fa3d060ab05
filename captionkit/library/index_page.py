"""`index.html`: the page with all clips of a library, from the ledger and the index."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from captionkit.errors import OverwriteError
from captionkit.files import write_all
from captionkit.library.index import RECORD_SUFFIX, Index, open_index
from captionkit.library.ledger import Row
from captionkit.library.plan import INDEX_PAGE_NAME
from captionkit.pages.library import PAGE_MARK, LibraryEntry, library_page

_HEAD_BYTES = 65_536
"""How much of the page is read; the styles come before the mark."""


def require_index_page(out: Path) -> None:
    """Make sure that the page may be written.

    Raises:
        OverwriteError: another file has its name: a person's, or the transcript of a clip named `index`.
    """
    page = out / INDEX_PAGE_NAME
    if not page.is_file():
        return
    with page.open("rb") as file:
        if PAGE_MARK.encode() not in file.read(_HEAD_BYTES):
            raise OverwriteError(page, "it exists already, and is not the index page of a library", "Move it away.")


def write_index_page(out: Path, rows: Iterable[Row]) -> None:
    """Write the page with every clip: those of the ledger, and records that came into the folder in another way.

    Raises:
        OverwriteError: as `require_index_page`.
        InputError: the index or the page cannot be written.
    """
    require_index_page(out)
    with open_index(out) as index:
        entries = _entries(index, rows)
    write_all({out / INDEX_PAGE_NAME: library_page(entries).encode()})


def _entries(index: Index, rows: Iterable[Row]) -> tuple[LibraryEntry, ...]:
    entries = {row["path"]: _entry(row) for row in index.connection.execute("SELECT * FROM search_records")}
    for left in index.unread:
        entries[left.path] = LibraryEntry(left.path, left.path, state="failed", reason=left.reason)
    for row in rows:
        path = row.output + RECORD_SUFFIX
        entries[path] = _with_ledger(row, entries.get(path))
    return tuple(entries[path] for path in sorted(entries))


def _entry(row: sqlite3.Row) -> LibraryEntry:
    folder = PurePosixPath(row["path"]).parent
    return LibraryEntry(
        clip=str(folder / row["clip"]),
        title=row["title"],
        duration_ms=row["duration_ms"],
        verdicts=tuple(json.loads(row["verdicts"]).items()),
        broken=json.loads(row["policy"]).get("forbidden", 0),
        errors=row["errors"],
        warnings=row["warnings"],
        files=tuple(str(folder / name) for name in json.loads(row["files"])),
    )


def _with_ledger(row: Row, known: LibraryEntry | None) -> LibraryEntry:
    clip = Path(row.clip)
    if known is None:
        reason = "its record is missing; the next batch makes it again" if row.state == "done" else row.reason or ""
        state = "waiting" if row.state == "done" else row.state
        return LibraryEntry(str(PurePosixPath(row.output).parent / clip.name), clip.stem, state, reason)
    return known if row.state == "done" else replace(known, state=row.state, reason=row.reason or "")
