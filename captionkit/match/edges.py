"""The two ends of a fit, where an alignment cannot tell a changed word from one that was not said.

A quote is laid somewhere into a long transcript, so a first or last word that differs costs the same whether
the word beside the passage is taken for it or not. Two things decide: words that are only divided otherwise
(`anymore`, heard as `any more`) belong to the passage; other words do as far as their sentence goes. And a
passage does not end within a short form: `it is` was not said where `it isn't` was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from captionkit.match.align import Alignment, Pair, SearchIndex, alignment, are_alike

_MOST_JOINED = 3
"""So many heard words beside a passage may be the rest of a word that is printed as one."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One end of a fit seen from outside: the texts run inwards, so that both ends are handled alike.

    `room` is how many heard words are outside the fit before a neighbour, `step` the way outwards.
    """

    printed: Sequence[str]
    heard: SearchIndex
    step: int
    room: int

    def joined(self, printed: list[int], heard: list[int]) -> tuple[str, str]:
        """The letters and figures of both, in reading order."""
        order = slice(None, None, -self.step)
        said = (self.heard.words[i] for i in heard[order])
        return (
            "".join(self.printed[i] for i in printed[order]).replace("#", ""),
            "".join(word.form for word in said if not word.is_free).replace("#", ""),
        )

    def parted(self, inner: int, outer: int) -> bool:
        """Whether a sentence ends between two neighbouring heard words."""
        return self.heard.words[min(inner, outer)].ends_sentence


def with_edges(fit: Alignment, printed: Sequence[str], heard: SearchIndex, room: tuple[int, int]) -> Alignment:
    """A fit whose first and last words are settled.

    Args:
        fit: as the alignment gives it.
        printed: the forms it is a fit of.
        heard: the transcript.
        room: the heard words it may use, as a range that holds the fit.
    """
    pairs = list(fit.pairs)
    pairs = _settled(pairs, _Side(printed, heard, -1, fit.first - room[0]))
    pairs = _settled(pairs[::-1], _Side(printed, heard, 1, room[1] - fit.last))[::-1]
    settled = alignment(fit.cost, pairs)
    begin = max(room[0], heard.words[settled.first].unit[0])
    end = min(room[1], heard.words[settled.last - 1].unit[1])
    before = [Pair(None, at) for at in range(begin, settled.first)]
    after = [Pair(None, at) for at in range(settled.last, end)]
    return alignment(fit.cost, [*before, *pairs, *after])


def _settled(pairs: list[Pair], side: _Side) -> list[Pair]:
    """The columns of a fit from one end inwards, with that end settled."""
    exact = next((at for at, pair in enumerate(pairs) if _is_exact(pair, side)), None)
    if not exact:
        return pairs
    block, rest = pairs[:exact], pairs[exact:]
    return (_as_joined(block, rest, side) or _as_far_as_the_sentence(block, rest, side)) + rest


def _is_exact(pair: Pair, side: _Side) -> bool:
    if pair.printed is None or pair.heard is None:
        return False
    return side.heard.language.are_same(side.printed[pair.printed], side.heard.words[pair.heard].form)


def _as_joined(block: list[Pair], rest: list[Pair], side: _Side) -> list[Pair] | None:
    """The block with heard words from outside, where together they have the letters of the printed ones."""
    printed = [pair.printed for pair in block if pair.printed is not None]
    inside = [pair.heard for pair in block if pair.heard is not None]
    outermost = inside[0] if inside else rest[0].heard
    if outermost is None:
        return None
    for extra in range(min(_MOST_JOINED, side.room) + 1):
        heard = [outermost + side.step * n for n in range(extra, 0, -1)] + inside
        letters = side.joined(printed, heard)
        if heard and letters[0] == letters[1]:
            return _columns(printed, heard)
    return None


def _columns(printed: list[int], heard: list[int]) -> list[Pair]:
    """Words of both sides beside one another, the longer side's last ones alone."""
    size = max(len(printed), len(heard))
    return [Pair(*(row[n] if n < len(row) else None for row in (printed, heard))) for n in range(size)]


def _as_far_as_the_sentence(block: list[Pair], rest: list[Pair], side: _Side) -> list[Pair]:
    """The block with its outer strangers aligned again: each beside the next word of the sentence, if there is
    one."""
    alike = next((at for at, pair in enumerate(block) if _is_alike(pair, side)), len(block))
    kept = block[alike:]
    strangers = [pair.printed for pair in block[:alike] if pair.printed is not None]
    inner = (kept + rest)[0].heard
    taken = [pair.heard for pair in block[:alike] if pair.heard is not None]
    room = side.room + len(taken)
    laid: list[Pair] = []
    for printed in reversed(strangers):
        outer = None if inner is None or not room else inner + side.step
        if outer is not None and inner is not None and side.parted(inner, outer):
            outer = None
        laid.append(Pair(printed, outer))
        inner, room = outer, room - 1
    return laid[::-1] + kept


def _is_alike(pair: Pair, side: _Side) -> bool:
    if pair.printed is None or pair.heard is None:
        return False
    return are_alike(side.printed[pair.printed], side.heard.words[pair.heard].form, side.heard.language)
