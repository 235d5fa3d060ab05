"""The search tables of `library.sqlite`: what is said in every record of a folder of outputs.

The tables are made from the records alone and can be made again from them at any time. Their names begin with
`search_`; everything else in the file is left unchanged.
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
from itertools import groupby, takewhile
from pathlib import Path

from captionkit.errors import FormatError, InputError
from captionkit.files import read_text
from captionkit.formats import RECORD
from captionkit.library.ledger import LEDGER_NAME, WAIT_S
from captionkit.model import POLICY_VERDICTS, VERDICTS, Record, Word
from captionkit.record import record_from_json
from captionkit.text import clean, word_sentences

RECORD_SUFFIX = RECORD.suffix
ROWS_A_RECORD = 1 << 20
"""Passages of record n are numbered from n times this, in reverse: descending numbers go from the record that was
changed last to the first one, and through each clip in its order. No readable record has as many passages."""
PASSAGE_WORDS = 40
"""A passage ends before the sentence that would exceed this many words; a longer sentence is cut."""
LOOKAHEAD_WORDS = 20
"""Each passage includes as many of its speaker's next words, so that a phrase across its end is found."""
_VERSION = 2
_RECORDS_AT_ONCE = 200
"""Records for each transaction, so that an interruption of the first indexing of a library loses little."""

_TABLES = """
CREATE TABLE search_version (version INTEGER NOT NULL);
CREATE TABLE search_records (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, modified_ns INTEGER NOT NULL, size INTEGER NOT NULL,
    day TEXT NOT NULL, clip TEXT NOT NULL, title TEXT NOT NULL, duration_ms INTEGER NOT NULL,
    verdicts TEXT NOT NULL, policy TEXT NOT NULL, errors INTEGER NOT NULL, warnings INTEGER NOT NULL,
    files TEXT NOT NULL);
CREATE VIRTUAL TABLE search_text USING fts5 (
    said, speaker, own UNINDEXED, starts_ms UNINDEXED, tokenize = "unicode61 remove_diacritics 2", prefix = "1 2");
"""
_NAMES = ("search_text", "search_records", "search_version")

_State = tuple[int, int]
"""A record's modification time in nanoseconds and its size in bytes."""


@dataclass(frozen=True, slots=True)
class UnreadRecord:
    """A record that could not be read, by its path in the library, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Index:
    """An open index that is up to date, and the records that it had to leave out."""

    out: Path
    connection: sqlite3.Connection
    unread: tuple[UnreadRecord, ...]


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """Consecutive words of one speaker.

    `said` are its words and those after it, separated by spaces, and `starts_ms` when each begins; the first `own` are
    the passage itself. What a database cannot store is replaced by U+FFFD. `speaker` is a name, or `Speaker 2`; None if
    speakers were not distinguished.
    """

    said: str
    starts_ms: tuple[int, ...]
    own: int
    speaker: str | None


@contextmanager
def open_index(out: Path) -> Iterator[Index]:
    """The index of a folder of outputs, updated first by the modification time and size of each record.

    Raises:
        InputError: there is no such folder, it has no record, or the index cannot be read or written.
    """
    remedy = "Give the folder that `captionkit run -o` or `captionkit batch -o` wrote to."
    if not out.is_dir():
        raise InputError(out, "there is no such folder", remedy)
    found = dict(_records(out))
    if not found and not (out / LEDGER_NAME).exists():
        raise InputError(out, f"there is no record (*{RECORD_SUFFIX}) in it", remedy)
    with _database(out) as connection:
        yield Index(out, connection, _refresh(connection, out, found))


def add_record(out: Path, path: str) -> None:
    """Put a record, by its path in the library, into the index; it replaces an earlier one of that path.

    An unreadable record is left out, and reported whenever the index is opened.

    Raises:
        InputError: the index cannot be written.
    """
    with _database(out) as connection, _transaction(connection):
        _put(connection, out, path)


@contextmanager
def _database(out: Path) -> Iterator[sqlite3.Connection]:
    path = out / LEDGER_NAME
    try:
        with closing(sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            _make_tables(connection)
            yield connection
    except sqlite3.Error as error:
        remedy = "Check that the folder can be written; move a damaged file away, and search makes its tables again."
        raise InputError(path, f"the index cannot be used ({error})", remedy) from None


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
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
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'search_version'").fetchone() is None:
        return False
    row = connection.execute("SELECT version FROM search_version").fetchone()
    return row is not None and row["version"] == _VERSION


def _refresh(connection: sqlite3.Connection, out: Path, found: dict[str, _State]) -> tuple[UnreadRecord, ...]:
    """Read new and changed records, the oldest first, and remove those that are gone; return the unreadable ones."""
    rows = connection.execute("SELECT path, modified_ns, size FROM search_records")
    known = {path: (modified_ns, size) for path, modified_ns, size in rows}
    if gone := known.keys() - found.keys():
        with _transaction(connection):
            for path in gone:
                _remove(connection, path)
    changed = sorted((path for path in found if known.get(path) != found[path]), key=found.__getitem__)
    unread: list[UnreadRecord | None] = []
    for at in range(0, len(changed), _RECORDS_AT_ONCE):
        with _transaction(connection):
            unread += [_put(connection, out, path) for path in changed[at : at + _RECORDS_AT_ONCE]]
    return tuple(filter(None, unread))


def _records(out: Path) -> Iterator[tuple[str, _State]]:
    """Every record in a folder and below by its path there; links are ignored."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(out / folder) as listing:
            for entry in listing:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif entry.name.endswith(RECORD_SUFFIX) and entry.is_file(follow_symlinks=False):
                    state = entry.stat()
                    yield path, (state.st_mtime_ns, state.st_size)


def _put(connection: sqlite3.Connection, out: Path, path: str) -> UnreadRecord | None:
    """Replace a record in the index; return why it could not be read and was removed, if so."""
    if clean(path) != path:
        return UnreadRecord(path, "its name contains characters that are not text")
    _remove(connection, path)
    try:
        state = _state(out / path)
        record = record_from_json(read_text(out / path), out / path)
    except FormatError as error:
        return UnreadRecord(path, error.reason)
    published = record.article.published if record.article else None
    day = published or date.fromtimestamp(state[0] / 1e9).isoformat()
    number = connection.execute(
        f"INSERT INTO search_records VALUES (NULL{', ?' * 12})",
        (path, *state, day, *_summary(record)),
    ).lastrowid
    assert number is not None
    connection.executemany(
        "INSERT INTO search_text (rowid, said, speaker, own, starts_ms) VALUES (?, ?, ?, ?, ?)",
        (
            (number * ROWS_A_RECORD + i, passage.said, passage.speaker, passage.own, json.dumps(passage.starts_ms))
            for i, passage in enumerate(reversed(indexed_passages(record)))
        ),
    )
    return None


def _state(file: Path) -> _State:
    try:
        state = file.stat()
    except OSError as error:
        raise FormatError(file, f"it cannot be read ({error.strerror})", "Make it again.") from None
    return state.st_mtime_ns, state.st_size


def _remove(connection: sqlite3.Connection, path: str) -> None:
    known = connection.execute("SELECT id FROM search_records WHERE path = ?", (path,)).fetchone()
    if known is None:
        return
    first = known["id"] * ROWS_A_RECORD
    connection.execute("DELETE FROM search_text WHERE rowid >= ? AND rowid < ?", (first, first + ROWS_A_RECORD))
    connection.execute("DELETE FROM search_records WHERE id = ?", tuple(known))


def _summary(record: Record) -> tuple[str | int, ...]:
    """What a hit and the index page show of a record: clip, title, length, counts, and the files made from it."""
    verdicts = Counter(finding.verdict for finding in record.findings)
    policies = Counter(finding.policy.verdict for finding in record.findings if finding.policy)
    levels = Counter(check.level for check in record.checks)
    return (
        clean(record.clip.file),
        clean(record.title),
        record.clip.duration_ms,
        json.dumps({verdict: verdicts[verdict] for verdict in VERDICTS if verdicts[verdict]}),
        json.dumps({verdict: policies[verdict] for verdict in POLICY_VERDICTS if policies[verdict]}),
        levels["error"],
        levels["warning"],
        json.dumps([name for name, _ in record.files if "/" not in name and clean(name) == name]),
    )


def indexed_passages(record: Record) -> tuple[IndexedPassage, ...]:
    """The whole transcript in passages: every word is some passage's own, once."""
    words, labels = record.transcript.words, record.speaker_labels
    return tuple(_passage(words, first, last, labels) for first, last in _cuts(words))


def _passage(words: tuple[Word, ...], first: int, last: int, labels: dict[str, str]) -> IndexedPassage:
    speaker = words[first].speaker
    ahead = takewhile(lambda word: word.speaker == speaker, words[last : last + LOOKAHEAD_WORDS])
    said = (*words[first:last], *ahead)
    label = labels.get(speaker or "")
    return IndexedPassage(
        " ".join(clean(word.text) for word in said),
        tuple(word.start_ms for word in said),
        last - first,
        None if label is None else clean(label),
    )


def _cuts(words: tuple[Word, ...]) -> list[tuple[int, int]]:
    """Sentences of one speaker, joined and cut to `PASSAGE_WORDS`: the first word of each passage and the end."""
    cuts: list[tuple[int, int]] = []
    for _, spoken in groupby(word_sentences(words), key=lambda sentence: words[sentence[0]].speaker):
        turn: list[tuple[int, int]] = []
        for first, last in spoken:
            if turn and last - turn[-1][0] <= PASSAGE_WORDS:
                turn[-1] = (turn[-1][0], last)
            else:
                turn += [(at, min(at + PASSAGE_WORDS, last)) for at in range(first, last, PASSAGE_WORDS)]
        cuts += turn
    return cuts
