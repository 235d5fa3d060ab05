"""The index page of a library: every clip with its state, the verdicts of its quotes, its checks and its pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from captionkit.model import VERDICTS, Verdict
from captionkit.pages.options import relative_href
from captionkit.pages.parts import VERDICT_LABELS, VerdictLabel
from captionkit.pages.render import render_page

PAGE_MARK = '<meta name="captionkit-page" content="library">'
"""In the head of every such page, so that another page is not mistaken for one."""

_LINKS = ((".qa.html", "Quote check"), (".vtt", "WebVTT"), (".srt", "SRT"), (".txt", "Text"))
State = Literal["done", "waiting", "writing", "failed"]
_STATES: dict[State, tuple[str, str]] = {
    "done": ("✓", "Done"),
    "waiting": ("…", "Waiting"),
    "writing": ("…", "Being written"),
    "failed": ("✕", "Failed"),
}
"""The symbol and the word for each state, the best first."""


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One clip as the page shows it.

    `clip` and `files` are paths; those of files are relative to the page. `verdicts` are counts, none for a clip
    without quotes; `broken` is how many quotes break the policy they were checked against. `duration_ms` is None
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
    verdicts: tuple[tuple[VerdictLabel, int], ...]
    severity: int


@dataclass(frozen=True, slots=True)
class _LibraryView:
    mark: str
    rows: tuple[_Row, ...]
    states: tuple[tuple[str, int], ...]
    verdicts: tuple[tuple[VerdictLabel, int], ...]
    broken: int


def library_page(entries: tuple[LibraryEntry, ...]) -> str:
    """Every clip of a library in one table, as one HTML document, readable without JavaScript."""
    rows = tuple(_row(entry) for entry in entries)
    totals: Counter[Verdict] = Counter()
    for entry in entries:
        totals.update(dict(entry.verdicts))
    verdicts = _labelled(totals)
    states = tuple(Counter(row.state for row in rows).most_common())
    broken = sum(entry.broken for entry in entries)
    return render_page("library", _LibraryView(PAGE_MARK, rows, states, verdicts, broken), player=False)


def _row(entry: LibraryEntry) -> _Row:
    sign, state = _STATES[entry.state]
    return _Row(
        entry=entry,
        sign=sign,
        state=state,
        trouble=tuple(_STATES).index(entry.state),
        page=next((relative_href(f) for f in entry.files if _is_transcript(f)), ""),
        links=tuple((label, relative_href(f)) for end, label in _LINKS for f in entry.files if f.endswith(end)),
        verdicts=_labelled(dict(entry.verdicts)),
        severity=sum(1000**VERDICTS.index(v) * min(n, 999) for v, n in entry.verdicts),
    )


def _labelled(counts: Mapping[Verdict, int]) -> tuple[tuple[VerdictLabel, int], ...]:
    return tuple((label, counts[v]) for v, label in VERDICT_LABELS.items() if counts.get(v))


def _is_transcript(file: str) -> bool:
    return PurePosixPath(file).suffix == ".html" and not file.endswith((".qa.html", ".embed.html"))
