"""Published and heard text compared word by word for display: which words are on one side only."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from captionkit.model import Edit

Mark = Literal["same", "only", "gap"]

LONGEST_WORDS = 600
"""Longer texts are shown without marks: no quote is that long, and comparing takes n² steps."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row: `same` on both sides or `only` on this one; a `gap` has no words, the other side has.

    Runs are separated by one space.
    """

    text: str
    mark: Mark = "same"


def diff_runs(published: str, heard: str, edits: tuple[Edit, ...]) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The published and the heard text as runs.

    Only the words of `edits` are marked, so that two ways to write a number stay unmarked. Edits are searched for in
    order, first where a plain comparison of words sees a difference. If no edit can be found in the text, everything
    that the plain comparison sees is marked.
    """
    printed, spoken = _Side.of(published), _Side.of(heard)
    if max(len(printed.words), len(spoken.words)) > LONGEST_WORDS:
        return printed.runs(set()), spoken.runs(set())
    changed = _changed(printed.keys, spoken.keys)
    for edit in edits:
        printed.take(edit.published, [range(op[0], op[1]) for op in changed])
        spoken.take(edit.heard, [range(op[2], op[3]) for op in changed])
    if edits and not printed.only and not spoken.only:
        for p1, p2, h1, h2 in changed:
            printed.only.update(range(p1, p2))
            spoken.only.update(range(h1, h2))
    return printed.runs(_gaps(spoken, printed)), spoken.runs(_gaps(printed, spoken))


@dataclass(slots=True)
class _Side:
    """The words of one text, and which of them are on this side only."""

    words: list[str]
    keys: list[str]
    only: set[int]
    cursor: int = 0

    @classmethod
    def of(cls, text: str) -> _Side:
        words = text.split()
        return cls(words, [_key(word) for word in words], set())

    def take(self, text: str, likely: list[range]) -> None:
        """Mark the words of `text` at or after the cursor, preferably in one of the `likely` places."""
        wanted = [_key(word) for word in text.split()]
        size = len(wanted)
        starts = range(self.cursor, len(self.words) - size + 1)
        places = [i for i in starts if size and self.keys[i : i + size] == wanted]
        if not places:
            return
        start = next((i for i in places if any(i < r.stop and r.start < i + size for r in likely)), places[0])
        self.cursor = start + size
        self.only.update(range(start, self.cursor))

    def same(self) -> list[int]:
        return [i for i in range(len(self.words)) if i not in self.only]

    def runs(self, gaps: set[int]) -> tuple[Run, ...]:
        found: list[Run] = []
        for i, word in enumerate(self.words):
            mark: Mark = "only" if i in self.only else "same"
            if i in gaps:
                found.append(Run("", "gap"))
            if found and found[-1].mark == mark:
                found[-1] = Run(f"{found[-1].text} {word}", mark)
            else:
                found.append(Run(word, mark))
        return (*found, Run("", "gap")) if len(self.words) in gaps else tuple(found)


def _changed(a: list[str], b: list[str]) -> list[tuple[int, int, int, int]]:
    """Where a plain comparison sees a difference: for each `(i, j, k, m)`, `a[i:j]` against `b[k:m]`."""
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return [code[1:] for code in codes if code[0] != "equal"]


def _gaps(fuller: _Side, barer: _Side) -> set[int]:
    """The indices in `barer` before which words are missing that only `fuller` has; none beside its own words."""
    a, b = fuller.same(), barer.same()
    matcher = SequenceMatcher(None, [fuller.keys[i] for i in a], [barer.keys[i] for i in b], autojunk=False)
    pair = {a[m.a + n]: b[m.b + n] for m in matcher.get_matching_blocks() for n in range(m.size)}
    places = (max((pair[j] + 1 for j in pair if j < i), default=0) for i in fuller.only)
    return {at for at in places if at not in barer.only and at - 1 not in barer.only}


def _key(word: str) -> str:
    """What two words that count as the same share: case, punctuation and hyphens are ignored."""
    return "".join(c for c in word.casefold().replace("’", "'") if c.isalnum() or c == "'").strip("'")
