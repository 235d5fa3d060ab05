"""Text → lines: at most so many, none too long, broken where it reads best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import NamedTuple

from captionkit.captions.breaks import break_cost, ends_with_mark, grammar_for
from captionkit.captions.scripts import columns, word_count
from captionkit.captions.style import Style

_IMBALANCE = 12.0
_TOP_HEAVY = 0.5
_ORPHAN = 10.0
_FEW_WORDS = 3


@dataclass(frozen=True, slots=True)
class TokenRun:
    """A run of tokens, measured once so that the width of any part of it is known in constant time.

    `reach[i]` is where token i would begin if all stood in one line, the space before it included;
    `spaced[i]` is 1 where it has such a space; `costs[i]` is what a break before token i costs. `reserved[i]` is
    the room to be left before token i where it begins a cue: columns of its first line, and whole lines.
    """

    texts: tuple[str, ...]
    spaced: tuple[int, ...]
    reach: tuple[int, ...]
    costs: tuple[float, ...]
    reserved: tuple[tuple[int, int], ...]

    def columns(self, first: int, last: int) -> int:
        """The width of the tokens `first` to `last` (left out) in one line."""
        return self.reach[last] - self.reach[first] - self.spaced[first]

    def words(self, first: int, last: int) -> int:
        """The words among the tokens `first` to `last` (left out); where no spaces separate them, by their columns."""
        spaces = sum(self.spaced[first + 1 : last])
        return last - first if spaces == last - first - 1 else word_count(self.columns(first, last))

    def text(self, first: int, last: int) -> str:
        """The tokens `first` to `last` (left out) as one line."""
        spaces = ("", " ")
        return "".join((spaces[self.spaced[i]] if i > first else "") + self.texts[i] for i in range(first, last))


def measured(
    texts: Sequence[str],
    spaced: Sequence[bool],
    costs: Sequence[float],
    reserved: Sequence[tuple[int, int]] | None = None,
) -> TokenRun:
    """Measure a run of tokens; `costs[i]` is the cost of a break before token i, `reserved[i]` the room before it."""
    spaces = tuple(map(int, spaced))
    reach = [0]
    for text, space in zip(texts, spaces, strict=True):
        reach.append(reach[-1] + space + max(1, columns(text)))
    return TokenRun(tuple(texts), spaces, tuple(reach), tuple(costs), tuple(reserved or ((0, 0),) * len(spaces)))


def best_lines(run: TokenRun, first: int, last: int, style: Style) -> tuple[float, tuple[int, ...]]:
    """How to break the tokens `first` to `last` (left out) into lines.

    Returns:
        what it costs, `inf` where the lines of the style do not hold them, and the tokens that begin a
        further line. One line is taken wherever it is enough (Netflix, General, Line Treatment).
    """
    reserved_columns, reserved_lines = run.reserved[first]
    room = _Room(style.max_lines - reserved_lines, style.max_chars_per_line, reserved_columns)
    return _best_lines(run, first, last, room)


def lines_of(run: TokenRun, first: int, last: int, style: Style) -> tuple[str, ...]:
    """The tokens `first` to `last` (left out) in their best lines; they must fit."""
    _, cuts = best_lines(run, first, last, style)
    edges = (first, *cuts, last)
    return tuple(run.text(a, b) for a, b in pairwise(edges))


def wrap(text: str, style: Style) -> tuple[str, ...] | None:
    """A text without times in its best lines, None where it does not fit in one cue."""
    words = text.split()
    grammar = grammar_for(words)
    costs = [0.0] + [break_cost(a, b, grammar, ends_with_mark(a, "sentence_marks")) for a, b in pairwise(words)]
    run = measured(words, [index > 0 for index in range(len(words))], costs)
    cost, _ = best_lines(run, 0, len(words), style)
    return None if cost == inf else lines_of(run, 0, len(words), style)


class _Room(NamedTuple):
    """How many lines there are, how wide, and how much of the first one is taken."""

    lines: int
    width: int
    taken: int = 0

    @property
    def columns(self) -> int:
        """The widest text that the lines could hold."""
        return self.lines * (self.width + 1) - 1 - self.taken


def _best_lines(run: TokenRun, first: int, last: int, room: _Room) -> tuple[float, tuple[int, ...]]:
    total = run.columns(first, last) + room.taken
    if total <= room.width:
        return 0.0, ()
    best: tuple[float, tuple[int, ...]] = (inf, ())
    if total - room.taken > room.columns or room.lines == 1:
        return best
    below = _Room(room.lines - 1, room.width)
    for cut in range(first + 1, last):
        top = run.columns(first, cut) + room.taken
        if top > room.width:
            break
        if run.columns(cut, last) > below.columns:
            continue
        cost, cuts = _best_lines(run, cut, last, below)
        if cost == inf:
            continue
        cost += run.costs[cut] + _shape_cost((first, cut, last), top, total)
        if cost < best[0]:
            best = cost, (cut, *cuts)
    return best


def _shape_cost(edges: tuple[int, int, int], top: int, total: int) -> float:
    """What the shape of a line and the rest below it costs: no skew, and no word alone on its line."""
    first, cut, last = edges
    rest = total - top
    skew = (top - rest) / total
    cost = _IMBALANCE * skew * skew + (_TOP_HEAVY if top > rest else 0.0)
    alone = cut - first == 1 or last - cut == 1
    return cost + (_ORPHAN if alone and last - first > _FEW_WORDS else 0.0)
