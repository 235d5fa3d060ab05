"""Where the printed and the heard words of a fit are not one: runs of columns, widened to whole words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from captionkit.match.align import Alignment
from captionkit.match.heard import Heard
from captionkit.match.language import Language
from captionkit.match.normalise import Token, is_dash
from captionkit.match.numbers import is_number
from captionkit.match.pieces import Piece

Edge = Literal["", "start", "end"]


@dataclass(frozen=True, slots=True)
class Column:
    """A printed word, by its index in the piece, beside a heard one, by its index in the transcript's tokens.

    A column with neither holds the words of a bracket.
    """

    printed: int | None = None
    heard: int | None = None
    bracket: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A run of printed and heard words that are not one.

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
    def bracket(self) -> tuple[Token, ...]:
        """The bracketed words of the run."""
        return tuple(token for column in self.columns for token in column.bracket)

    @property
    def new(self) -> tuple[Token, ...]:
        """The printed words that were not heard."""
        return tuple(self.piece.words[c.printed] for c in self.columns if c.printed is not None)

    @property
    def lost(self) -> tuple[int, ...]:
        """The heard words, by index, that were not printed."""
        return tuple(c.heard for c in self.columns if c.heard is not None)


def differences(piece: Piece, fit: Alignment, text: str, heard: Heard) -> tuple[Difference, ...]:
    """The differences of one piece, in order.

    Args:
        piece: what is printed.
        fit: where it is heard.
        text: the text of the part that the piece's offsets point into.
        heard: the transcript.
    """
    columns = _columns(piece, fit)
    differs = _widened([_differs(column, piece, heard) for column in columns], columns, (piece, text, heard))
    found = []
    at = 0
    while at < len(columns):
        end = at
        while end < len(columns) and differs[end]:
            end += 1
        if end > at:
            difference = _difference(columns, (at, end), piece, (fit, heard))
            if difference.bracket or not _is_written_alike(difference, text, heard):
                found.append(difference)
        at = end + 1
    return tuple(found)


def _columns(piece: Piece, fit: Alignment) -> list[Column]:
    brackets = dict(piece.brackets)
    columns = []
    for pair in fit.pairs:
        if pair.printed is not None and pair.printed in brackets:
            columns.append(Column(bracket=brackets.pop(pair.printed)))
        columns.append(Column(pair.printed, pair.heard))
    return columns + [Column(bracket=words) for words in brackets.values()]


def _is_changed(column: Column, piece: Piece, heard: Heard) -> bool:
    if column.printed is None or column.heard is None:
        return True
    return not heard.language.are_one(piece.words[column.printed].form, heard.tokens[column.heard].form)


def _differs(column: Column, piece: Piece, heard: Heard) -> bool:
    """Whether the words are not one, or only one of them is part of a short form."""
    if column.printed is None or column.heard is None:
        return True
    printed, spoken = piece.words[column.printed], heard.tokens[column.heard]
    return printed.form != spoken.form or printed.short != spoken.short


def _widened(differs: list[bool], columns: list[Column], texts: tuple[Piece, str, Heard]) -> list[bool]:
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


def _are_one_word(left: Token | None, right: Token | None, text: str) -> bool:
    """Whether no blank stands between two tokens."""
    if left is None or right is None:
        return False
    return not any(c.isspace() for c in text[left.end : right.start])


def _difference(
    columns: list[Column], run: tuple[int, int], piece: Piece, place: tuple[Alignment, Heard]
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


def _is_written_alike(difference: Difference, text: str, heard: Heard) -> bool:
    """The same words divided, joined or spelt otherwise (`re-elect`, `anymore`, `St. Paul`)."""
    printed = difference.piece.words[slice(*difference.printed)]
    spoken = heard.tokens[slice(*difference.heard)]
    return are_written_alike(
        [token for token in printed if not is_dash(token, text)],
        [token for token in spoken if not is_dash(token, heard.text)],
        heard.language,
    )


def are_written_alike(printed: Sequence[Token], heard: Sequence[Token], language: Language) -> bool:
    """Whether two runs are one text for the ear, for all that the eye sees."""
    words, spoken = written_words(printed), written_words(heard)
    if len(words) == len(spoken):
        return all(_are_alike(p, h, language) for p, h in zip(words, spoken, strict=True))
    negations = [language.count_negations(tuple(t.form for t in run)) for run in (printed, heard)]
    return bool(words and spoken) and negations[0] == negations[1] and _letters(words) == _letters(spoken)


def written_words(run: Sequence[Token]) -> list[str]:
    """The words of a run, short forms as they are written."""
    words: list[str] = []
    before: Token | None = None
    for token in run:
        if not (token.short and before is not None and before.short and before.start == token.start):
            words.append(token.short or token.form)
        before = token
    return words


def _are_alike(printed: str, heard: str, language: Language) -> bool:
    if _letters([printed]) == _letters([heard]) and not _apart_by_apostrophe(printed, heard, language):
        return True
    return not language.alike.get(printed, frozenset()).isdisjoint(language.alike.get(heard, frozenset()))


def _apart_by_apostrophe(printed: str, heard: str, language: Language) -> bool:
    """Whether one is a short form and the other a word of the same letters that is said otherwise (`we're`, `were`)."""
    return printed != heard and not language.apostrophe_tells.isdisjoint({printed, heard})


def _letters(words: list[str]) -> str:
    """Letters and figures alone; the point of a decimal is one."""
    return "".join(c for word in words for c in word if c.isalnum() or (c == "." and is_number(word)))
