"""The page over a library: every clip with its state, the verdicts of its quotes, its checks and its pages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from captionkit.model import VERDICTS, Verdict
from captionkit.pages.options import relative_href
from captionkit.pages.qa import FACES, Face
from captionkit.pages.render import render_page

PAGE_MARK = '<meta name="captionkit-page" content="library">'
"""Stands in the head of every such page, so that a page of somebody else's is not taken for one."""

_LINKS = ((".qa.html", "Quote check"), (".vtt", "WebVTT"), (".srt", "SRT"), (".txt", "Text"))
State = Literal["done", "waiting", "writing", "failed"]
_STATES: dict[State, tuple[str, str]] = {
    "done": ("✓", "Done"),
    "waiting": ("…", "Waiting"),
    "writing": ("…", "Being written"),
    "failed": ("✕", "Failed"),
}
"""The sign and the word for each state, the best first."""


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One clip as the page shows it.

    `clip` and `files` are paths; those of files are seen from the page. `verdicts` are counts, none for a clip
    without quotes; `broken` is how many quotes break the policy they were held against. `duration_ms` is None
    where the clip has no record that can be read; `reason` says why.
    """

    clip: str
    title: str
    state: State = "done"
    reason: str = ""
    duration_ms: int | None = None
    verdicts: tuple[tuple[Verdict, int], ...] = ()
    errors: int = 0
    warnings: int = 0
    files: tuple[str, ...] = ()
    broken: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    entry: LibraryEntry
    sign: str
    state: str
    trouble: int
    page: str
    links: tuple[tuple[str, str], ...]
    verdicts: tuple[tuple[Face, int], ...]
    severity: int


@dataclass(frozen=True, slots=True)
class _LibraryView:
    mark: str
    rows: tuple[_Row, ...]
    states: tuple[tuple[str, int], ...]
    verdicts: tuple[tuple[Face, int], ...]
    broken: int


def library_page(entries: tuple[LibraryEntry, ...]) -> str:
    """Every clip of a library in one table, as one HTML document; it reads without JavaScript."""
    rows = tuple(_row(entry) for entry in entries)
    totals: Counter[str] = Counter()
    for entry in entries:
        totals.update(dict(entry.verdicts))
    faces = tuple((face, totals[face.verdict]) for face in FACES.values() if totals[face.verdict])
    states = tuple(Counter(row.state for row in rows).most_common())
    broken = sum(entry.broken for entry in entries)
    return render_page("library", _LibraryView(PAGE_MARK, rows, states, faces, broken), player=False)


def _row(entry: LibraryEntry) -> _Row:
    sign, state = _STATES[entry.state]
    counts = dict(entry.verdicts)
    return _Row(
        entry=entry,
        sign=sign,
        state=state,
        trouble=tuple(_STATES).index(entry.state),
        page=next((relative_href(f) for f in entry.files if _is_transcript(f)), ""),
        links=tuple((label, relative_href(f)) for end, label in _LINKS for f in entry.files if f.endswith(end)),
        verdicts=tuple((face, counts[face.verdict]) for face in FACES.values() if counts.get(face.verdict)),
        severity=sum(1000**VERDICTS.index(v) * min(n, 999) for v, n in entry.verdicts),
    )


def _is_transcript(file: str) -> bool:
    return PurePosixPath(file).suffix == ".html" and not file.endswith((".qa.html", ".embed.html"))
