"""Where the printed and the heard words of a piece differ: runs of columns, widened to whole words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from captionkit.match.align import Alignment
from captionkit.match.language import MatchLanguage
from captionkit.match.pieces import Piece
from captionkit.match.same_text import are_written_alike
from captionkit.match.tokens import MatchToken
from captionkit.match.tokens.ranges import is_dash
from captionkit.match.transcript import MatchTranscript

Edge = Literal["", "start", "end"]


@dataclass(frozen=True, slots=True)
class Column:
    """A printed word, by its index in the piece, next to a heard one, by its index in the transcript's tokens.

    A column with neither holds the words of a bracket.
    """

    printed: int | None = None
    heard: int | None = None
    bracket: tuple[MatchToken, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedPiece:
    """A piece of a quote, its fit in the transcript, and the text of its part, which its offsets point into."""

    piece: Piece
    fit: Alignment
    text: str
    transcript: MatchTranscript

    def printed(self, column: Column) -> MatchToken | None:
        """The printed word of a column, if there is one."""
        return None if column.printed is None else self.piece.words[column.printed]

    def heard(self, column: Column) -> MatchToken | None:
        """The heard word of a column, if there is one."""
        return None if column.heard is None else self.transcript.tokens[column.heard]


@dataclass(frozen=True, slots=True)
class Difference:
    """A run of printed and heard words that differ.

    Ranges are `first` to `last`, exclusive, of whole words as they are written; an empty range says where words would
    be. `columns` are those of the run whose words differ: none if only short forms do. `edge` tells at which end of its
    piece a bracket is.
    """

    piece: Piece
    printed: tuple[int, int]
    heard: tuple[int, int]
    columns: tuple[Column, ...]
    edge: Edge = ""

    @property
    def bracket(self) -> tuple[MatchToken, ...]:
        """The bracketed words of the run."""
        return tuple(token for column in self.columns for token in column.bracket)

    @property
    def new(self) -> tuple[MatchToken, ...]:
        """The printed words that were not heard."""
        return tuple(self.piece.words[c.printed] for c in self.columns if c.printed is not None)

    @property
    def lost(self) -> tuple[int, ...]:
        """The heard words, by index, that were not printed."""
        return tuple(c.heard for c in self.columns if c.heard is not None)


def differences(placed: PlacedPiece) -> tuple[Difference, ...]:
    """The differences of one piece, in order."""
    columns = _columns(placed)
    runs = _runs(_differing(columns, placed))
    found: list[Difference] = []
    while runs:
        first, last = runs.pop(0)
        difference = _difference(columns, (first, last), placed)
        if _is_same_text(difference, placed):
            continue
        if runs and runs[0][0] == last + 1 and _is_same_text(_difference(columns, (first, runs[0][1]), placed), placed):
            runs.pop(0)  # one text with the word between them: `2.5 years`, `two years and a half`
            continue
        found.append(difference)
    return tuple(found)


def _runs(differs: list[bool]) -> list[tuple[int, int]]:
    """The ranges of columns that differ."""
    groups = ((differ, [at for at, _ in group]) for differ, group in groupby(enumerate(differs), lambda pair: pair[1]))
    return [(group[0], group[-1] + 1) for differ, group in groups if differ]


def _columns(placed: PlacedPiece) -> list[Column]:
    brackets = dict(placed.piece.brackets)
    columns = []
    for pair in placed.fit.pairs:
        if pair.printed is not None and pair.printed in brackets:
            columns.append(Column(bracket=brackets.pop(pair.printed)))
        columns.append(Column(pair.printed, pair.heard))
    return columns + [Column(bracket=words) for words in brackets.values()]


def _is_changed(column: Column, placed: PlacedPiece) -> bool:
    printed, heard = placed.printed(column), placed.heard(column)
    if printed is None or heard is None:
        return True
    language = placed.transcript.language
    return printed.form != heard.form and _meanings(printed, language).isdisjoint(_meanings(heard, language))


def _meanings(token: MatchToken, language: MatchLanguage) -> frozenset[str]:
    """A word and all that it may be short for in its place."""
    if token.means and token.form in language.alternatives:
        return frozenset((token.form, *token.means))
    return language.readings(token.form)


def _differing(columns: list[Column], placed: PlacedPiece) -> list[bool]:
    """For each column, whether its words differ or belong to a longer written word of which a part differs.

    Words also differ if only one of them is part of a short form.
    """
    sides = [(placed.printed(column), placed.heard(column)) for column in columns]
    differs = [p is None or h is None or p.form != h.form or p.short != h.short for p, h in sides]
    joined = [
        _are_joined(before[0], after[0], placed.text) or _are_joined(before[1], after[1], placed.transcript.text)
        for before, after in zip(sides, sides[1:])
    ]
    for order in (range(len(joined)), range(len(joined) - 1, -1, -1)):
        for at in order:
            if joined[at]:
                differs[at] = differs[at + 1] = differs[at] or differs[at + 1]
    return differs


def _are_joined(left: MatchToken | None, right: MatchToken | None, text: str) -> bool:
    """Whether two tokens are written without a space between them."""
    if left is None or right is None:
        return False
    return not any(c.isspace() for c in text[left.end : right.start])


def _difference(columns: list[Column], run: tuple[int, int], placed: PlacedPiece) -> Difference:
    first, last = run
    own, after = columns[first:last], columns[last:]
    edge: Edge = ""
    if any(c.bracket for c in own):
        edge = "start" if first == 0 else "end" if last == len(columns) else ""
    return Difference(
        placed.piece,
        _range([c.printed for c in own], [c.printed for c in after], len(placed.piece.words)),
        _range([c.heard for c in own], [c.heard for c in after], placed.fit.last),
        tuple(c for c in own if _is_changed(c, placed)),
        edge,
    )


def _range(own: Iterable[int | None], after: Iterable[int | None], end: int) -> tuple[int, int]:
    """From the first to the last index, or an empty range before the next one."""
    indexes = [index for index in own if index is not None]
    if indexes:
        return indexes[0], indexes[-1] + 1
    following = next((index for index in after if index is not None), end)
    return following, following


def _is_same_text(difference: Difference, placed: PlacedPiece) -> bool:
    """Whether a run without brackets has the same words, only divided, joined or spelt differently (`re-elect`,
    `anymore`, `St. Paul`)."""
    transcript = placed.transcript
    printed = difference.piece.words[slice(*difference.printed)]
    heard = transcript.tokens[slice(*difference.heard)]
    if difference.bracket:
        return False
    if are_written_alike(printed, heard, transcript.language):
        return True
    return are_written_alike(
        [token for token in printed if not is_dash(token, placed.text)],
        [token for token in heard if not is_dash(token, transcript.text)],
        transcript.language,
    )
