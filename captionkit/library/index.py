"""What stands in a library: the search tables of `library.sqlite`, and the page over all clips.

The tables are made from the records alone and can be made again from them at any time. Their names begin with
`search_`; whatever else the file holds is left as it is, and of the ledger of `captionkit batch` only `clips` is read.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from captionkit.errors import FormatError, InputError, OverwriteError
from captionkit.formats import FORMATS
from captionkit.formats.disk import read_text, write_all
from captionkit.library.passages import indexed_passages
from captionkit.model import VERDICTS, Record
from captionkit.pages.library import PAGE_MARK, LibraryEntry, library_page
from captionkit.pages.parts import title
from captionkit.pages.render import clean
from captionkit.record import record_from_json

DATABASE = "library.sqlite"
INDEX_PAGE = "index.html"
_VERSION = 1
_BUSY_S = 60
_RECORDS_AT_ONCE = 200
"""Reading a library for the first time is cut into transactions of this many records, so that a break loses little."""
_HEAD_BYTES = 65_536
"""The styles stand before the mark."""

_TABLES = """
CREATE TABLE search_version (version INTEGER NOT NULL);
CREATE TABLE search_records (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, modified_ns INTEGER NOT NULL, size INTEGER NOT NULL,
    day TEXT NOT NULL, clip TEXT NOT NULL, title TEXT NOT NULL, duration_ms INTEGER NOT NULL,
    verdicts TEXT NOT NULL, errors INTEGER NOT NULL, warnings INTEGER NOT NULL, files TEXT NOT NULL);
CREATE TABLE search_passages (
    id INTEGER PRIMARY KEY, record INTEGER NOT NULL, own INTEGER NOT NULL, starts_ms TEXT NOT NULL);
CREATE INDEX search_passages_of ON search_passages (record);
CREATE VIRTUAL TABLE search_text USING fts5 (said, speaker, tokenize = "unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE search_words USING fts5vocab (search_text, col);
INSERT INTO search_text (search_text, rank) VALUES ('rank', 'bm25(1.0, 0.0)');
"""
_NAMES = ("search_words", "search_text", "search_passages", "search_records", "search_version")


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that could not be read, by its path in the library, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Index:
    """An open index that is up to date, and the records it had to leave out."""

    out: Path
    connection: sqlite3.Connection
    unread: tuple[Unread, ...]

    @property
    def clips(self) -> int:
        """How many records can be searched."""
        return int(self.connection.execute("SELECT count(*) FROM search_records").fetchone()[0])


@contextmanager
def open_index(out: Path) -> Iterator[Index]:
    """The index of a folder of outputs, made or brought up to date first: by each record's time of change and size.

    Raises:
        InputError: there is no such folder, or the index cannot be read or written.
    """
    if not out.is_dir():
        raise InputError(out, "there is no such folder", "Give the folder that `captionkit run -o` wrote to.")
    with _database(out) as connection:
        yield Index(out, connection, _refresh(connection, out))


def add_record(out: Path, record_path: Path) -> None:
    """Put a record's transcript into the index of a library, in place of what an earlier one of that path left there.

    Raises:
        FormatError: the record cannot be read; the index stays as it was.
        InputError: the index cannot be written.
        ValueError: the record does not stand in the library.
    """
    path = record_path.absolute().relative_to(out.absolute()).as_posix()
    with _database(out) as connection, _transaction(connection):
        _put(connection, out, path)


def write_index_page(out: Path) -> None:
    """Write `index.html` over every clip of a library: those of the ledger, where there is one, and all records.

    Raises:
        OverwriteError: a file that is no such page stands there.
        InputError: the index or the page cannot be written.
    """
    page = out / INDEX_PAGE
    _refuse_foreign(page)
    with open_index(out) as index:
        entries = _entries(index)
    write_all({page: library_page(entries).encode()})


@contextmanager
def _database(out: Path) -> Iterator[sqlite3.Connection]:
    path = out / DATABASE
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)) as connection:
            _make_tables(connection)
            yield connection
    except sqlite3.DatabaseError as error:
        remedy = "See that the folder may be written; if the file is damaged, delete it: search makes its part again."
        raise InputError(path, f"the index cannot be used ({error})", remedy) from None


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _make_tables(connection: sqlite3.Connection) -> None:
    if _is_current(connection):
        return
    with _transaction(connection):
        if _is_current(connection):
            return
        for name in _NAMES:
            connection.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in filter(str.strip, _TABLES.split(";")):
            connection.execute(statement)
        connection.execute("INSERT INTO search_version VALUES (?)", (_VERSION,))


def _is_current(connection: sqlite3.Connection) -> bool:
    if not _has_table(connection, "search_version"):
        return False
    return bool(connection.execute("SELECT version FROM search_version").fetchone() == (_VERSION,))


def _has_table(connection: sqlite3.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone() is not None


def _refresh(connection: sqlite3.Connection, out: Path) -> tuple[Unread, ...]:
    """Read what is new or changed, forget what is gone; what could not be read."""
    rows = connection.execute("SELECT path, modified_ns, size FROM search_records")
    known = {path: (modified_ns, size) for path, modified_ns, size in rows}
    found = dict(_records(out))
    gone = [path for path in known if path not in found]
    changed = [path for path, state in found.items() if known.get(path) != state]
    unread: list[Unread] = []
    if gone:
        with _transaction(connection):
            for path in gone:
                _remove(connection, path)
    for at in range(0, len(changed), _RECORDS_AT_ONCE):
        with _transaction(connection):
            unread += [u for path in changed[at : at + _RECORDS_AT_ONCE] if (u := _try(connection, out, path))]
    return tuple(unread)


def _try(connection: sqlite3.Connection, out: Path, path: str) -> Unread | None:
    try:
        _put(connection, out, path)
    except FormatError as error:
        _remove(connection, path)
        return Unread(path, error.reason)
    return None


def _records(out: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    """Every record in a folder and below by its path there, with its time of change and size; links are passed over."""
    suffix = FORMATS["record"].suffix
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(out / folder) as listing:
            for entry in sorted(listing, key=lambda e: e.name):
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif entry.name.endswith(suffix) and entry.is_file(follow_symlinks=False):
                    state = entry.stat()
                    yield path, (state.st_mtime_ns, state.st_size)


def _put(connection: sqlite3.Connection, out: Path, path: str) -> None:
    file = out / path
    if clean(path) != path:
        raise FormatError(file, "its name holds what no text can", "Rename it.")
    try:
        state = file.stat()
    except OSError as error:
        raise FormatError(file, f"it cannot be read ({error.strerror})", "Make it again.") from None
    record = record_from_json(read_text(file), file)
    _remove(connection, path)
    number = connection.execute(
        "INSERT INTO search_records VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (path, state.st_mtime_ns, state.st_size, date.fromtimestamp(state.st_mtime).isoformat(), *_summary(record)),
    ).lastrowid
    for passage in indexed_passages(record):
        row = connection.execute(
            "INSERT INTO search_passages VALUES (NULL, ?, ?, ?)", (number, passage.own, json.dumps(passage.starts_ms))
        ).lastrowid
        connection.execute(
            "INSERT INTO search_text (rowid, said, speaker) VALUES (?, ?, ?)", (row, passage.said, passage.speaker)
        )


def _remove(connection: sqlite3.Connection, path: str) -> None:
    known = connection.execute("SELECT id FROM search_records WHERE path = ?", (path,)).fetchone()
    if known is None:
        return
    passages = "SELECT id FROM search_passages WHERE record = ?"
    connection.execute(f"DELETE FROM search_text WHERE rowid IN ({passages})", known)
    connection.execute("DELETE FROM search_passages WHERE record = ?", known)
    connection.execute("DELETE FROM search_records WHERE id = ?", known)


def _summary(record: Record) -> tuple[Any, ...]:
    """What the page and a hit show of a record: clip, title, length, counts, and the files made from it."""
    verdicts = Counter(finding.verdict for finding in record.findings)
    levels = Counter(check.level for check in record.checks)
    return (
        clean(record.clip.file),
        clean(title(record)),
        record.clip.duration_ms,
        json.dumps({verdict: verdicts[verdict] for verdict in VERDICTS if verdicts[verdict]}),
        levels["error"],
        levels["warning"],
        json.dumps([name for name, _ in record.files]),
    )


def _entries(index: Index) -> tuple[LibraryEntry, ...]:
    rows = index.connection.execute(
        "SELECT path, clip, title, duration_ms, verdicts, errors, warnings, files FROM search_records ORDER BY path"
    )
    records = {row[0]: _entry(*row) for row in rows}
    unread = {u.path: LibraryEntry(u.path, u.path, state="failed", reason=u.reason) for u in index.unread}
    listed = tuple(_ledger_entry(row, records, unread) for row in _ledger(index.connection))
    return (*listed, *records.values(), *unread.values())


def _entry(path: str, clip: str, title: str, *numbers: Any) -> LibraryEntry:
    duration_ms, verdicts, errors, warnings, files = numbers
    folder = path.rpartition("/")[0]
    return LibraryEntry(
        clip=f"{folder}/{clip}" if folder else clip,
        title=title,
        duration_ms=duration_ms,
        verdicts=tuple(json.loads(verdicts).items()),
        errors=errors,
        warnings=warnings,
        files=tuple(f"{folder}/{name}" if folder else name for name in json.loads(files)),
    )


def _ledger(connection: sqlite3.Connection) -> list[tuple[str, str, str | None, str | None]]:
    if not _has_table(connection, "clips"):
        return []
    return connection.execute("SELECT clip, state, reason, record FROM clips ORDER BY output").fetchall()


def _ledger_entry(
    row: tuple[str, str, str | None, str | None], records: dict[str, LibraryEntry], unread: dict[str, LibraryEntry]
) -> LibraryEntry:
    """A clip of the ledger with what its record adds; the record is taken out, so that it is not listed twice."""
    clip, state, reason, record = row
    known = records.pop(record or "", None) or unread.pop(record or "", None)
    if known is None:
        return LibraryEntry(clip, Path(clip).stem, state=state, reason=reason or "")
    return known if state == "done" else known.with_state(state, reason or "")


def _refuse_foreign(page: Path) -> None:
    """Leave a page alone that is not this one: a person's, or the transcript of a clip named `index`."""
    if not page.is_file():
        return
    with page.open("rb") as file:
        if PAGE_MARK.encode() not in file.read(_HEAD_BYTES):
            raise OverwriteError(page, "it is there already, and is no page of a library", "Move it away.")
