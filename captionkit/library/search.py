"""Where something is said in a library: a person's words as a query, and a quotation by the matcher."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from captionkit.errors import UsageError
from captionkit.formats import FORMATS
from captionkit.formats.disk import read_text
from captionkit.library.index import Index
from captionkit.match import Heard, find_quotes
from captionkit.model import VERDICTS, Finding, Part, Quote
from captionkit.pages.options import relative_href
from captionkit.pages.render import clean
from captionkit.record import record_from_json
from captionkit.timecode import seconds_from_ms

MAX_CHARACTERS = 2000
MAX_TERMS = 64
CONTEXT_WORDS = 12
RARE_WORDS = 12
"""A quotation is looked for by so many of its rarest words."""
CANDIDATES = 10
"""So many clips are held against a quotation, those with its rarest words first."""

_BEGIN, _END = "\x1c", "\x1d"
"""Blanks to Python, so no word of a transcript holds them."""
_TERM = re.compile(r'["“”]([^"“”]*)["“”]?(\*?)|([^\s"“”]+)')


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """Which passages count: by a speaker's name or part of it, and by the day of the record (`2026-11-20`)."""

    speaker: str = ""
    since: str = ""
    until: str = ""
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A clip in the library; `page` is the transcript page's address from there, at the time, None without a page."""

    record: str
    clip: str
    title: str
    day: str
    start_ms: int
    page: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage: the words around, each with whether it was looked for."""

    place: Place
    speaker: str | None
    words: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A clip in which a quotation is said."""

    place: Place
    finding: Finding


def fts_query(text: str, speaker: str = "") -> str:
    """A person's words as an FTS5 expression: all of them, "a phrase", the begin* of a word.

    Every word is quoted, so that nothing a person writes is taken for an operator.

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
    """The passages in which all of a query is said, the best first.

    Raises:
        UsageError: as `fts_query`.
    """
    rows = index.connection.execute(
        "SELECT r.path, r.clip, r.title, r.day, r.files, p.own, p.starts_ms, t.speaker, "
        "highlight(search_text, 0, ?, ?) FROM search_text AS t JOIN search_passages AS p ON p.id = t.rowid "
        "JOIN search_records AS r ON r.id = p.record WHERE search_text MATCH ? "
        "AND (? = '' OR r.day >= ?) AND (? = '' OR r.day <= ?) ORDER BY t.rank",
        (
            *(_BEGIN, _END, fts_query(text, options.speaker)),
            *(options.since, options.since, options.until, options.until),
        ),
    )
    hits: list[Hit] = []
    for path, clip, title, day, files, own, starts, speaker, marked in rows:
        words = tuple(_words(marked))
        first = next((i for i, (_, hit) in enumerate(words) if hit), 0)
        if first >= own:
            continue
        place = _place((path, clip, title, day, files), json.loads(starts)[first])
        hits.append(Hit(place, speaker, words[max(0, first - CONTEXT_WORDS) : first + 2 * CONTEXT_WORDS]))
        if len(hits) == options.limit:
            break
    return tuple(hits)


def find_quotation(index: Index, text: str, limit: int) -> tuple[Quoted, ...]:
    """The clips in which a quotation is said, by the matcher's tolerance, the best verdict first.

    Raises:
        UsageError: there is no word in it, or it is too long.
        FormatError: a record cannot be read.
    """
    if len(text) > MAX_CHARACTERS:
        raise UsageError(f"A quotation has at most {MAX_CHARACTERS:,} characters.")
    if not _has_word(text):
        raise UsageError("There is no word in the quotation.")
    quote = Quote("q1", "speech", (Part(clean(" ".join(text.split()))),))
    found = [quoted for row in _candidates(index, text) if (quoted := _held_against(index, row, quote))]
    return tuple(sorted(found, key=lambda quoted: VERDICTS.index(quoted.finding.verdict))[:limit])


def _held_against(index: Index, row: tuple[str, str, str, str, str], quote: Quote) -> Quoted | None:
    path = index.out / row[0]
    record = record_from_json(read_text(path), path)
    names = record.article.names if record.article else ()
    [finding] = find_quotes((quote,), Heard(record.transcript.words, record.transcript.language), names)
    starts = [span.start_ms for part in finding.parts for span in part.spans]
    return Quoted(_place(row, min(starts)), finding) if starts else None


def _candidates(index: Index, text: str) -> list[tuple[str, str, str, str, str]]:
    """The records that hold the rarest words of a text, by their best passage."""
    counts, count = {}, "SELECT doc FROM search_words WHERE term = ? AND col = 'said'"
    for word in dict.fromkeys(re.findall(r"[^\W_]+", _folded(text))):
        row = index.connection.execute(count, (word,)).fetchone()
        if row:
            counts[word] = row[0]
    rarest = sorted(counts, key=counts.__getitem__)[:RARE_WORDS]
    if not rarest:
        return []
    return index.connection.execute(
        "SELECT r.path, r.clip, r.title, r.day, r.files FROM (SELECT p.record AS record, t.rank AS score "
        "FROM search_text AS t JOIN search_passages AS p ON p.id = t.rowid WHERE search_text MATCH ?) "
        "JOIN search_records AS r ON r.id = record GROUP BY r.id ORDER BY min(score) LIMIT ?",
        (f"said : ({' OR '.join(map(_quoted, rarest))})", CANDIDATES),
    ).fetchall()


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


def _folded(text: str) -> str:
    """As the index writes words: lower case, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", clean(text)).lower() if not unicodedata.combining(c))


def _words(marked: str) -> Iterator[tuple[str, bool]]:
    inside = False
    for word in marked.split(" "):
        hit = inside or _BEGIN in word
        if _BEGIN in word or _END in word:
            inside = word.rfind(_BEGIN) > word.rfind(_END)
        yield word.replace(_BEGIN, "").replace(_END, ""), hit


def _place(row: tuple[str, str, str, str, str], start_ms: int) -> Place:
    path, clip, title, day, files = row
    page = PurePosixPath(path.removesuffix(FORMATS["record"].suffix) + ".html")
    has_page = page.name in json.loads(files)
    href = f"{relative_href(page.as_posix())}#t={seconds_from_ms(start_ms):g}"
    return Place(path, clip, title, day, start_ms, href if has_page else None)
