"""The two ends of a fit, where an alignment cannot tell a changed word from one that was not said.

A quote may be anywhere in a long transcript, so a first or last word that differs costs the same whether it is aligned
with the word next to the passage or with none. Words that are only divided differently (`anymore`, heard as `any more`)
belong to the passage; other words do within their sentence. A passage does not end within a short form: `it is` was not
said where `it isn't` was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from captionkit.match.align import Alignment, Pair, SearchIndex, alignment, are_alike

_MOST_JOINED = 3
"""At most this many heard words next to a passage may be the rest of a word that is printed as one."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One end of a fit, seen from outside, so that both ends are treated the same way.

    `step` is the direction outwards (-1 or 1), `room` the number of heard words outside the fit before a neighbour.
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

    def is_sentence_end(self, inner: int, outer: int) -> bool:
        """Whether a sentence ends between two neighbouring heard words."""
        return self.heard.words[min(inner, outer)].ends_sentence


def with_edges(fit: Alignment, printed: Sequence[str], heard: SearchIndex, room: tuple[int, int]) -> Alignment:
    """A fit with its first and last words aligned again.

    Args:
        fit: the result of the alignment.
        printed: the forms of the piece.
        heard: the transcript.
        room: the range of heard words that it may use, the fit included.
    """
    pairs = list(fit.pairs)
    pairs = _aligned_end(pairs, _Side(printed, heard, -1, fit.first - room[0]))
    pairs = _aligned_end(pairs[::-1], _Side(printed, heard, 1, room[1] - fit.last))[::-1]
    inner = alignment(fit.cost, pairs)
    begin = max(room[0], heard.words[inner.first].unit[0])
    end = min(room[1], heard.words[inner.last - 1].unit[1])
    before = [Pair(None, at) for at in range(begin, inner.first)]
    after = [Pair(None, at) for at in range(inner.last, end)]
    return alignment(fit.cost, [*before, *pairs, *after])


def _aligned_end(pairs: list[Pair], side: _Side) -> list[Pair]:
    """The columns of a fit from one end inwards, with that end aligned again."""
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
    """The block with heard words from outside, if together they have the letters of the printed ones."""
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
    """Columns of the words of both sides; the last ones of the longer side are alone."""
    size = max(len(printed), len(heard))
    return [Pair(*(row[n] if n < len(row) else None for row in (printed, heard))) for n in range(size)]


def _as_far_as_the_sentence(block: list[Pair], rest: list[Pair], side: _Side) -> list[Pair]:
    """The block with its dissimilar outer words aligned with the next words of the sentence, if there are any."""
    alike = next((at for at, pair in enumerate(block) if _is_alike(pair, side)), len(block))
    inner_block = block[alike:]
    dissimilar = [pair.printed for pair in block[:alike] if pair.printed is not None]
    inner = (inner_block + rest)[0].heard
    taken = [pair.heard for pair in block[:alike] if pair.heard is not None]
    room = side.room + len(taken)
    aligned: list[Pair] = []
    for printed in reversed(dissimilar):
        outer = None if inner is None or not room else inner + side.step
        if outer is not None and inner is not None and side.is_sentence_end(inner, outer):
            outer = None
        aligned.append(Pair(printed, outer))
        inner, room = outer, room - 1
    return aligned[::-1] + inner_block


def _is_alike(pair: Pair, side: _Side) -> bool:
    if pair.printed is None or pair.heard is None:
        return False
    return are_alike(side.printed[pair.printed], side.heard.words[pair.heard].form, side.heard.language)
