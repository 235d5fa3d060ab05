"""Where the printed and the heard words of a fit differ: runs of columns, widened to whole words."""

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
    """A printed word, by its index in the piece, beside a heard one, by its index in the transcript's tokens.

    A column with neither holds the words of a bracket.
    """

    printed: int | None = None
    heard: int | None = None
    bracket: tuple[MatchToken, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A run of printed and heard words that differ.

    Ranges are `first` to `last`, exclusive, of whole words as they are written; an empty range says where
    words would stand. `columns` are those of the run whose words differ: none where only short forms do.
    `edge` tells on which end of its piece a bracket stands.
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


def differences(piece: Piece, fit: Alignment, text: str, heard: MatchTranscript) -> tuple[Difference, ...]:
    """The differences of one piece, in order.

    Args:
        piece: what is printed.
        fit: where it is heard.
        text: the text of the part that the piece's offsets point into.
        heard: the transcript.
    """
    columns = _columns(piece, fit)
    differs = _widened([_differs(column, piece, heard) for column in columns], columns, (piece, text, heard))
    runs = _runs(differs)
    found: list[Difference] = []
    skip = False
    for at, run in enumerate(runs):
        following = runs[at + 1] if at + 1 < len(runs) else None
        if skip:
            skip = False
            continue
        difference = _difference(columns, run, piece, (fit, heard))
        if difference.bracket or not _is_written_alike(difference, text, heard):
            skip = following is not None and _are_one_run(columns, (run, following), piece, (text, fit, heard))
            found += [] if skip else [difference]
    return tuple(found)


def _runs(differs: list[bool]) -> list[tuple[int, int]]:
    """The ranges of columns that differ."""
    runs: list[tuple[int, int]] = []
    at = 0
    for is_different, group in groupby(differs):
        end = at + len(list(group))
        runs += [(at, end)] if is_different else []
        at = end
    return runs


def _are_one_run(
    columns: list[Column],
    runs: tuple[tuple[int, int], tuple[int, int]],
    piece: Piece,
    texts: tuple[str, Alignment, MatchTranscript],
) -> bool:
    """Whether two runs are one text with the one word between them (`2.5 years`, `two years and a half`)."""
    text, fit, heard = texts
    (first, end), (start, last) = runs
    if start != end + 1:
        return False
    whole = _difference(columns, (first, last), piece, (fit, heard))
    return not whole.bracket and _is_written_alike(whole, text, heard)


def _columns(piece: Piece, fit: Alignment) -> list[Column]:
    brackets = dict(piece.brackets)
    columns = []
    for pair in fit.pairs:
        if pair.printed is not None and pair.printed in brackets:
            columns.append(Column(bracket=brackets.pop(pair.printed)))
        columns.append(Column(pair.printed, pair.heard))
    return columns + [Column(bracket=words) for words in brackets.values()]


def _is_changed(column: Column, piece: Piece, heard: MatchTranscript) -> bool:
    if column.printed is None or column.heard is None:
        return True
    printed, spoken = piece.words[column.printed], heard.tokens[column.heard]
    if printed.form == spoken.form:
        return False
    return _meanings(printed, heard.language).isdisjoint(_meanings(spoken, heard.language))


def _meanings(token: MatchToken, language: MatchLanguage) -> frozenset[str]:
    """A word and all that it may be short for where it stands."""
    if token.means and token.form in language.alternatives:
        return frozenset((token.form, *token.means))
    return language.readings(token.form)


def _differs(column: Column, piece: Piece, heard: MatchTranscript) -> bool:
    """Whether the words differ, or only one of them is part of a short form."""
    if column.printed is None or column.heard is None:
        return True
    printed, spoken = piece.words[column.printed], heard.tokens[column.heard]
    return printed.form != spoken.form or printed.short != spoken.short


def _widened(differs: list[bool], columns: list[Column], texts: tuple[Piece, str, MatchTranscript]) -> list[bool]:
    """The same with all columns of a word marked where one is, on either side."""
    piece, text, heard = texts
    printed = [None if c.printed is None else piece.words[c.printed] for c in columns]
    spoken = [None if c.heard is None else heard.tokens[c.heard] for c in columns]
    joined = [
        _are_one_word(printed[at], printed[at + 1], text) or _are_one_word(spoken[at], spoken[at + 1], heard.text)
        for at in range(len(columns) - 1)
    ]
    wide = list(differs)
    for order in (range(len(joined)), range(len(joined) - 1, -1, -1)):
        for at in order:
            if joined[at]:
                wide[at] = wide[at + 1] = wide[at] or wide[at + 1]
    return wide


def _are_one_word(left: MatchToken | None, right: MatchToken | None, text: str) -> bool:
    """Whether two tokens follow one another without a space."""
    if left is None or right is None:
        return False
    return not any(c.isspace() for c in text[left.end : right.start])


def _difference(
    columns: list[Column], run: tuple[int, int], piece: Piece, place: tuple[Alignment, MatchTranscript]
) -> Difference:
    fit, heard = place
    first, last = run
    own = columns[first:last]
    edge: Edge = ""
    if any(c.bracket for c in own):
        edge = "start" if first == 0 else "end" if last == len(columns) else ""
    return Difference(
        piece,
        _range([c.printed for c in own], [c.printed for c in columns[last:]], len(piece.words)),
        _range([c.heard for c in own], [c.heard for c in columns[last:]], fit.last),
        tuple(c for c in own if _is_changed(c, piece, heard)),
        edge,
    )


def _range(own: Iterable[int | None], after: Iterable[int | None], end: int) -> tuple[int, int]:
    """From the first to the last index, or an empty range before the next one."""
    there = [index for index in own if index is not None]
    if there:
        return there[0], there[-1] + 1
    following = next((index for index in after if index is not None), end)
    return following, following


def _is_written_alike(difference: Difference, text: str, heard: MatchTranscript) -> bool:
    """The same words divided, joined or spelt otherwise (`re-elect`, `anymore`, `St. Paul`)."""
    printed = difference.piece.words[slice(*difference.printed)]
    spoken = heard.tokens[slice(*difference.heard)]
    if are_written_alike(printed, spoken, heard.language):
        return True
    return are_written_alike(
        [token for token in printed if not is_dash(token, text)],
        [token for token in spoken if not is_dash(token, heard.text)],
        heard.language,
    )
