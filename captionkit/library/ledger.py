"""The state of every clip, in OUT/library.sqlite, so that an interrupted batch continues where it stopped."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Literal

from captionkit.errors import InputError

LEDGER_NAME = "library.sqlite"
WAIT_S = 30.0
"""How long to wait for a search that is reading, in seconds."""

State = Literal["waiting", "writing", "done", "failed"]
"""`writing`: the outputs may be written, and are being put in place. `record` is then the one of an earlier batch."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a clip's outputs were made from; the same key gives the same outputs.

    `stamp` is the media's size, times and inode: while it stays the same, the file need not be read. `article_sha256`
    is of the page, "" without one; `settings` is a digest of all options and credits.
    """

    media_sha256: str = ""
    stamp: str = ""
    article_sha256: str = ""
    weights_sha256: str = ""
    settings: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One clip. `output` and `record` are paths in OUT, `record` None if none was written; `seconds` is the time taken.

    `reason` says why a clip failed.
    """

    output: str
    clip: str
    article: str | None
    state: State
    reason: str | None = None
    record: str | None = None
    seconds: float | None = None
    key: Key = Key()


_CREATE = """
CREATE TABLE IF NOT EXISTS clips (
    output TEXT PRIMARY KEY, clip TEXT NOT NULL, article TEXT,
    state TEXT NOT NULL, reason TEXT, record TEXT, seconds REAL,
    media_sha256 TEXT NOT NULL, stamp TEXT NOT NULL, article_sha256 TEXT NOT NULL, weights_sha256 TEXT NOT NULL,
    settings TEXT NOT NULL
) WITHOUT ROWID
"""
_ROW_COLUMNS = tuple(field.name for field in fields(Row) if field.name != "key")
_COLUMNS = (*_ROW_COLUMNS, *(field.name for field in fields(Key)))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM clips"
_PUT = f"INSERT OR REPLACE INTO clips ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"


class Ledger:
    """The table `clips`. Only one process writes; rows are on the disk when `put` returns."""

    def __init__(self, out: Path) -> None:
        """Open the ledger of an existing folder, or create it.

        Raises:
            InputError: the file is not a ledger, or cannot be written.
        """
        self.path = out / LEDGER_NAME
        try:
            self._database = sqlite3.connect(self.path, timeout=WAIT_S, isolation_level=None)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute(_CREATE)
            self._database.execute(_SELECT)
        except sqlite3.Error as error:
            reason = f"it cannot be used as the ledger of a library ({error})"
            raise InputError(self.path, reason, "Move it away, or choose another folder with -o.") from None

    def rows(self) -> dict[str, Row]:
        """All rows by output."""
        return {row.output: row for row in map(_row, self._database.execute(_SELECT))}

    def put(self, *rows: Row) -> None:
        """Write all rows or none; each replaces the row with the same output.

        Raises:
            InputError: the disk is full or cannot be written.
        """
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(_PUT, [(*astuple(row)[:-1], *astuple(row.key)) for row in rows])
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            remedy = "Free some space; the same command continues where this one stopped."
            raise InputError(self.path, f"it cannot be written ({error})", remedy) from None

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def known_rows(out: Path) -> dict[str, Row]:
    """The rows of a folder's ledger by output; none if there is no ledger. Nothing is created.

    Raises:
        InputError: the file is not a ledger.
    """
    if not (out / LEDGER_NAME).exists():
        return {}
    with closing(Ledger(out)) as ledger:
        return ledger.rows()


def _row(values: tuple[str, ...]) -> Row:
    first = len(_ROW_COLUMNS)
    return Row(*values[:first], Key(*values[first:]))  # type: ignore[call-arg, arg-type]
