"""Search in a library: words that a person types, and a quotation by the rules of the quote check."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import PurePosixPath

from captionkit.errors import UsageError
from captionkit.files import read_text
from captionkit.library.index import RECORD_SUFFIX, ROWS_A_RECORD, Index
from captionkit.model import Finding, Part, Quote, severity
from captionkit.pages.options import relative_href
from captionkit.record import record_from_json
from captionkit.text import clean
from captionkit.timecode import seconds_from_ms

MAX_CHARACTERS = 2000
MAX_TERMS = 64
CONTEXT_WORDS = 12
COMMON = 2000
"""A quotation is searched for by its rarest words: those that are in fewer passages than this together."""
SCREENED = 100
"""How many passages are compared with a quotation, letter by letter."""
MIN_SIMILARITY = 50.0
"""The similarity that they need, out of 100: less than the quote check requires; random words score about 40."""
CANDIDATES = 3
"""How many clips, those with the most similar passages, the quote check is run on."""
_LAST_DAY = "9999-12-31"

_BEGIN, _END = "\x1c", "\x1d"
"""White space to Python, so that no word of a transcript contains them."""
_TERM = re.compile(r'["“”]([^"“”]*)["“”]?(\*?)|([^\s"“”]+)')


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Which passages to find: by a speaker's name or part of it, and by the clip's day (`2026-11-20`); how many."""

    speaker: str = ""
    since: str = ""
    until: str = ""
    limit: int = 20


@dataclass(frozen=True, slots=True)
class ClipPlace:
    """A place in a clip of the library.

    `day` is the article's, else the day when the record was written; `page` is the address of the transcript page at
    this time, relative to the library, None without a page.
    """

    record: str
    clip: str
    title: str
    day: str
    start_ms: int
    page: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with the words that were searched for: words, each with whether it is one of those."""

    place: ClipPlace
    speaker: str | None
    words: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class QuotationHit:
    """A clip in which a quotation is said."""

    place: ClipPlace
    finding: Finding


def fts_query(text: str, speaker: str = "") -> str:
    """The FTS5 expression for what a person typed: words, all of which are required, "a phrase", a word pref*.

    Every word is quoted, so that nothing in it is taken for an operator.

    Raises:
        UsageError: there is no word in it, or there are too many.
    """
    if len(text) > MAX_CHARACTERS:
        raise UsageError(f"A search has at most {MAX_CHARACTERS:,} characters.")
    terms = [term for match in _TERM.finditer(clean(text)) if (term := _term(match))]
    if not terms:
        raise UsageError("There is no word to search for. Give one or more words, or a phrase in quotation marks.")
    if len(terms) > MAX_TERMS:
        raise UsageError(f"A search has at most {MAX_TERMS} words and phrases.")
    said = f"said : ({' AND '.join(terms)})"
    if not speaker:
        return said
    names = [_quoted(name) for name in clean(speaker[:MAX_CHARACTERS]).split()[:MAX_TERMS] if _has_word(name)]
    if not names:
        raise UsageError(f"There is no name in --speaker {speaker!r}.")
    return f"{said} AND speaker : ({' AND '.join(names)})"


def search(index: Index, text: str, options: SearchOptions) -> tuple[Hit, ...]:
    """The passages that contain all of a query: the record that was changed last first, each in its order.

    Raises:
        UsageError: as `fts_query`.
    """
    query = fts_query(text, options.speaker)
    days = (options.since, options.until or _LAST_DAY)
    first, last = index.connection.execute(
        "SELECT min(id), max(id) FROM search_records WHERE day BETWEEN ? AND ?", days
    ).fetchone()
    if first is None:
        return ()
    rows = index.connection.execute(
        "SELECT r.path, r.clip, r.title, r.day, r.files, t.own, t.starts_ms, t.speaker, "
        "highlight(search_text, 0, ?, ?) AS marked "
        "FROM search_text AS t CROSS JOIN search_records AS r ON r.id = t.rowid / ? "
        "WHERE search_text MATCH ? AND t.rowid BETWEEN ? AND ? AND r.day BETWEEN ? AND ? ORDER BY t.rowid DESC",
        (
            *(_BEGIN, _END, ROWS_A_RECORD, query),
            *(first * ROWS_A_RECORD, (last + 1) * ROWS_A_RECORD - 1, *days),
        ),
    )
    return tuple(islice(filter(None, map(_hit, rows)), options.limit))


def _hit(row: sqlite3.Row) -> Hit | None:
    """A passage as it is shown; None if the words belong to the next one, which this one includes as lookahead."""
    words = tuple(_words(row["marked"]))
    at = next(i for i, (_, found) in enumerate(words) if found)
    if at >= row["own"]:
        return None
    place = _place(row, json.loads(row["starts_ms"])[at])
    return Hit(place, row["speaker"], words[max(0, at - CONTEXT_WORDS) : at + 2 * CONTEXT_WORDS])


def find_quotation(index: Index, text: str, limit: int) -> tuple[QuotationHit, ...]:
    """The clips in which a quotation is said, by the rules of the quote check, the best verdict first.

    Raises:
        UsageError: there is no word in it, or it is too long.
        FormatError: a record cannot be read.
    """
    if len(text) > MAX_CHARACTERS:
        raise UsageError(f"A quotation has at most {MAX_CHARACTERS:,} characters.")
    words = dict.fromkeys(re.findall(r"[^\W_]+", clean(text)))
    if not words:
        raise UsageError("There is no word in the quotation.")
    quotation = clean(" ".join(text.split()))
    quote = Quote("q1", "speech", (Part(quotation),))
    numbers = _candidates(index, quotation, tuple(words))
    found = [hit for number in numbers if (hit := _quotation_hit(index, number, quote))]
    return tuple(sorted(found, key=lambda hit: severity(hit.finding.verdict))[:limit])


def _quotation_hit(index: Index, number: int, quote: Quote) -> QuotationHit | None:
    """The place of a quotation in the record with a number; None if it is not found there."""
    from captionkit.match import MatchTranscript, find_quotes

    row = index.connection.execute("SELECT * FROM search_records WHERE id = ?", (number,)).fetchone()
    path = index.out / row["path"]
    record = record_from_json(read_text(path), path)
    names = record.article.names if record.article else ()
    [finding] = find_quotes((quote,), MatchTranscript(record.transcript.words, record.transcript.language), names)
    starts = [span.start_ms for part in finding.parts for span in part.spans]
    return QuotationHit(_place(row, min(starts)), finding) if starts else None


def _candidates(index: Index, quotation: str, words: tuple[str, ...]) -> list[int]:
    """The records with the passages most similar to a quotation, of those that contain its rarest words.

    If all of its words are common, of those that contain every word that is known, the last changed first.
    """
    from rapidfuzz import fuzz, process
    from rapidfuzz.utils import default_process

    counts = {word: count for word in words if (count := _count(index, word))}
    if not counts:
        return []
    rare = _rarest(counts)
    joint, order = (" OR ", "rank") if rare else (" AND ", "rowid DESC")
    terms = map(_quoted, (rare or tuple(counts))[:MAX_TERMS])
    rows = index.connection.execute(
        f"SELECT rowid / ?, said FROM search_text WHERE search_text MATCH ? ORDER BY {order} LIMIT ?",
        (ROWS_A_RECORD, f"said : ({joint.join(terms)})", SCREENED),
    ).fetchall()
    similar = process.extract(
        quotation,
        [said for _, said in rows],
        scorer=fuzz.partial_ratio,
        processor=default_process,
        score_cutoff=MIN_SIMILARITY,
        limit=None,
    )
    return list(dict.fromkeys(rows[at][0] for _, _, at in similar))[:CANDIDATES]


def _rarest(counts: dict[str, int]) -> tuple[str, ...]:
    """The rarest words, as many as are in fewer than `COMMON` passages together."""
    rarest = sorted(counts, key=counts.__getitem__)
    sums = accumulate(counts[word] for word in rarest)
    return tuple(word for word, total in zip(rarest, sums) if total < COMMON)


def _count(index: Index, word: str) -> int:
    """How many passages contain a word; counted up to `COMMON`."""
    counted = "SELECT count(*) FROM (SELECT 1 FROM search_text WHERE search_text MATCH ? LIMIT ?)"
    return int(index.connection.execute(counted, (f"said : {_quoted(word)}", COMMON)).fetchone()[0])


def _term(match: re.Match[str]) -> str:
    phrase, star, word = match.groups()
    text = word if phrase is None else phrase
    if not _has_word(text):
        return ""
    return _quoted(text) + ("*" if star or (word or "").endswith("*") else "")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _has_word(text: str) -> bool:
    return any(unicodedata.category(c)[0] in "LN" for c in text)


def _words(marked: str) -> Iterator[tuple[str, bool]]:
    inside = False
    for word in marked.split(" "):
        hit = inside or _BEGIN in word
        if _BEGIN in word or _END in word:
            inside = word.rfind(_BEGIN) > word.rfind(_END)
        yield word.replace(_BEGIN, "").replace(_END, ""), hit


def _place(row: sqlite3.Row, start_ms: int) -> ClipPlace:
    page = PurePosixPath(row["path"].removesuffix(RECORD_SUFFIX) + ".html")
    has_page = page.name in json.loads(row["files"])
    href = f"{relative_href(page.as_posix())}#t={seconds_from_ms(start_ms):.10g}"
    return ClipPlace(row["path"], row["clip"], row["title"], row["day"], start_ms, href if has_page else None)
