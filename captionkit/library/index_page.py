"""`index.html`: the page over all clips of a library, from the ledger and the index."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from captionkit.errors import OverwriteError
from captionkit.files import write_all
from captionkit.library.index import RECORD_SUFFIX, Index, open_index
from captionkit.library.ledger import Row
from captionkit.library.output_names import INDEX_PAGE_NAME
from captionkit.pages.library import PAGE_MARK, LibraryEntry, library_page

_HEAD_BYTES = 65_536
"""The styles stand before the mark."""


def require_index_page(out: Path) -> None:
    """See that the page can be written.

    Raises:
        OverwriteError: a file that is no such page is there: a person's, or the transcript of a clip named `index`.
    """
    page = out / INDEX_PAGE_NAME
    if not page.is_file():
        return
    with page.open("rb") as file:
        if PAGE_MARK.encode() not in file.read(_HEAD_BYTES):
            raise OverwriteError(page, "it is there already, and is no page of a library", "Move it away.")


def write_index_page(out: Path, rows: Iterable[Row]) -> None:
    """Write the page over every clip: those of the ledger, and records that came into the folder in another way.

    Raises:
        OverwriteError: as `require_index_page`.
        InputError: the index or the page cannot be written.
    """
    require_index_page(out)
    with open_index(out) as index:
        entries = _entries(index, rows)
    write_all({out / INDEX_PAGE_NAME: library_page(entries).encode()})


def _entries(index: Index, rows: Iterable[Row]) -> tuple[LibraryEntry, ...]:
    columns = "path, clip, title, duration_ms, verdicts, policy, errors, warnings, files"
    entries = {row[0]: _entry(*row) for row in index.connection.execute(f"SELECT {columns} FROM search_records")}
    for left in index.unread:
        entries[left.path] = LibraryEntry(left.path, left.path, state="failed", reason=left.reason)
    for row in rows:
        path = row.output + RECORD_SUFFIX
        entries[path] = _with_ledger(row, entries.get(path))
    return tuple(entries[path] for path in sorted(entries))


def _entry(
    path: str,
    clip: str,
    title: str,
    duration_ms: int,
    verdicts: str,
    policy: str,
    errors: int,
    warnings: int,
    files: str,
) -> LibraryEntry:
    folder = PurePosixPath(path).parent
    return LibraryEntry(
        clip=str(folder / clip),
        title=title,
        duration_ms=duration_ms,
        verdicts=tuple(json.loads(verdicts).items()),
        broken=json.loads(policy).get("forbidden", 0),
        errors=errors,
        warnings=warnings,
        files=tuple(str(folder / name) for name in json.loads(files)),
    )


def _with_ledger(row: Row, known: LibraryEntry | None) -> LibraryEntry:
    clip = Path(row.clip)
    if known is None:
        reason = "its record is gone; the next batch makes it again" if row.state == "done" else row.reason or ""
        state = "waiting" if row.state == "done" else row.state
        return LibraryEntry(str(PurePosixPath(row.output).parent / clip.name), clip.stem, state, reason)
    return known if row.state == "done" else replace(known, state=row.state, reason=row.reason or "")
