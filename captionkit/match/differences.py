"""Where the printed and the heard words of a fit differ: runs of columns, widened to whole words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile
from typing import Literal

from captionkit.match.align import Alignment
from captionkit.match.heard import Heard
from captionkit.match.language import Language
from captionkit.match.normalise import Token, is_dash
from captionkit.match.numbers import is_number
from captionkit.match.pieces import Piece

Edge = Literal["", "start", "end"]
_MOST_READINGS = 16
_LONGEST_REREAD_WORDS = 40
"""A longer run is no other reading of a number; trying all would take long in a cut of an hour."""
_LEAST_SPELT = 3
"""So many figures are read out one at a time; two may be a score."""
_SPELT = re.compile(r"#\d(?:0\d)?")
"""A figure said on its own, or two with a zero between them, which read as one number (`five oh one`)."""
_PLAIN = re.compile(r"#\d+")
_AMOUNT = re.compile(r"#(\d+)\.(\d{1,2})")


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
    texts: tuple[str, Alignment, Heard],
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


def _is_changed(column: Column, piece: Piece, heard: Heard) -> bool:
    if column.printed is None or column.heard is None:
        return True
    printed, spoken = piece.words[column.printed], heard.tokens[column.heard]
    if printed.form == spoken.form:
        return False
    return _meanings(printed, heard.language).isdisjoint(_meanings(spoken, heard.language))


def _meanings(token: Token, language: Language) -> frozenset[str]:
    """A word and all that it may be short for where it stands."""
    if token.means and token.form in language.alternatives:
        return frozenset((token.form, *token.means))
    return language.readings(token.form)


def _differs(column: Column, piece: Piece, heard: Heard) -> bool:
    """Whether the words differ, or only one of them is part of a short form."""
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
    """Whether two tokens follow one another without a space."""
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
    if are_written_alike(printed, spoken, heard.language):
        return True
    return are_written_alike(
        [token for token in printed if not is_dash(token, text)],
        [token for token in spoken if not is_dash(token, heard.text)],
        heard.language,
    )


def are_written_alike(printed: Sequence[Token], heard: Sequence[Token], language: Language) -> bool:
    """Whether two runs are one text for the ear, for all that the eye sees.

    One of them may be read otherwise than at first sight (`Token.others`), never both at once: `30-second` and `32nd`
    are both the `thirty-second`, and not one another.
    """
    if _are_one_text(printed, heard, language):
        return True
    if max(len(printed), len(heard)) > _LONGEST_REREAD_WORDS:
        return False
    return any(_are_one_text(other, heard, language) for other in _otherwise(printed, language)) or any(
        _are_one_text(printed, other, language) for other in _otherwise(heard, language)
    )


def _are_one_text(printed: Sequence[Token], heard: Sequence[Token], language: Language) -> bool:
    words, spoken = written_words(printed), written_words(heard)
    if len(words) == len(spoken):
        return all(_are_alike(p, h, language) for p, h in zip(words, spoken, strict=True))
    negations = [language.count_negations(tuple(t.form for t in run)) for run in (printed, heard)]
    if not words or not spoken or negations[0] != negations[1] or split_prefix(printed, heard, language):
        return False
    return _joined(printed) == _joined(heard) or _are_spelt(printed, heard) or _are_spelt(heard, printed)


def _otherwise(run: Sequence[Token], language: Language) -> Iterator[list[Token]]:
    """Other readings of a run: all that its words allow, at most `_MOST_READINGS`."""
    readings: list[list[Token]] = [[]]
    for token in run:
        options = [[token], *([_read_as(token, form) for form in other] for other in token.others)]
        readings = [[*reading, *option] for reading in readings for option in options][:_MOST_READINGS]
    yield from readings[1:]
    for reading in readings:
        yield from _money_otherwise(reading, language)
        yield from _halves_otherwise(reading, language)


def _read_as(token: Token, form: str) -> Token:
    return replace(token, form=form, short="", joint="|" if is_number(form) else "", others=())


def _money_otherwise(run: list[Token], language: Language) -> Iterator[list[Token]]:
    """`a dollar` as $1, `$0.50` as 50 cents, `$9.99` as nine ninety-nine, `point five` as 0.5."""
    for at, token in enumerate(run[:-1]):
        unit, rest = run[at + 1], run[at + 2 :]
        if unit.form in language.cents_of and (amount := _AMOUNT.fullmatch(token.form)):
            whole, cents = amount[1], int(amount[2].ljust(2, "0"))
            if whole == "0":
                yield [*run[:at], _read_as(token, f"#{cents}"), _read_as(unit, language.cents_of[unit.form]), *rest]
            else:
                pounds, pence = _read_as(token, f"#{whole}"), _read_as(unit, f"#{cents}")
                yield [*run[:at], pounds, pence, *rest]
                yield [*run[:at], pounds, unit, pence, *rest]
        if unit.form in language.cents_of and token.form in language.numbers["one"]:
            yield [*run[:at], _read_as(token, "#1"), *run[at + 1 :]]
        if token.form == language.numbers["point"] and (figures := _spelt_out(run[at + 1 :], language)):
            number = f"#0.{''.join(figures)}".rstrip("0")
            yield [*run[:at], _read_as(token, number), *run[at + 1 + len(figures) :]]


def _spelt_out(run: list[Token], language: Language) -> list[str]:
    """The figures that a run begins with, said one at a time, `oh` among them."""
    figures = ["0" if token.form in language.numbers["nought"] else token.form.removeprefix("#") for token in run]
    return list(takewhile(str.isdigit, figures))


def _halves_otherwise(run: list[Token], language: Language) -> Iterator[list[Token]]:
    """`an hour and a half` as 1.5 hours."""
    for at in range(len(run) - 3):
        number, unit, conjunction, share = run[at : at + 4]
        whole = "#1" if number.form in language.numbers["one"] else number.form
        below_one = share.form.startswith("#0.") and conjunction.form == language.numbers["and"]
        if below_one and _PLAIN.fullmatch(whole) and unit.form.isalpha():
            plural = unit.form if unit.form.endswith("s") else unit.form + "s"
            sum_ = _read_as(number, whole + share.form.removeprefix("#0"))
            yield [*run[:at], sum_, _read_as(unit, plural), *run[at + 4 :]]


def split_prefix(printed: Sequence[Token], heard: Sequence[Token], language: Language) -> str:
    """Which side writes as one word what on the other is a word and a prefix that says no: `printed` (`indirect`, heard
    `in direct`), `heard`, or none."""
    if _joins_prefix(printed, heard, language):
        return "printed"
    return "heard" if _joins_prefix(heard, printed, language) else ""


def _joins_prefix(one: Sequence[Token], other: Sequence[Token], language: Language) -> bool:
    """Whether a word of one run is a negating prefix and the rest of the word, apart by a space, in the other."""
    words = {letters for token in one if (letters := _letters(token.short or token.form)) not in language.joined}
    for first, rest in zip(other, other[1:]):
        prefix, stem = _letters(first.short or first.form), _letters(rest.form)
        least = language.split_prefixes.get(prefix)
        if least is not None and len(stem) >= least and rest.joint == "" and prefix + stem in words:
            return True
    return False


def written_words(run: Sequence[Token]) -> list[str]:
    """The words of a run, short forms as they are written."""
    return [token.short or token.form for at, token in enumerate(run) if not _goes_on(run, at)]


def _are_alike(printed: str, heard: str, language: Language) -> bool:
    if _letters(printed) == _letters(heard) and not _apart_by_apostrophe(printed, heard, language):
        return True
    return not language.alike.get(printed, frozenset()).isdisjoint(language.alike.get(heard, frozenset()))


def _apart_by_apostrophe(printed: str, heard: str, language: Language) -> bool:
    """Whether one is a short form and the other a word of the same letters that is said otherwise (`we're`, `were`)."""
    return printed != heard and not language.apostrophe_tells.isdisjoint({printed, heard})


def _letters(word: str) -> str:
    """Letters and figures alone; of a number, all of it that says its value."""
    return word[1:] if is_number(word) else "".join(c for c in word.casefold() if c.isalnum())


def _joined(run: Sequence[Token]) -> str:
    """The letters and figures of a run without a gap; of two numbers only where no mark separates them (`nine one one`,
    not `3-4` or `1/2`)."""
    text, before = "", ""
    for word, joint in zip(written_words(run), _joints(run), strict=True):
        both = _is_figures(word) and _is_figures(before)
        apart = both and (joint == "|" or not (_PLAIN.fullmatch(word) and _PLAIN.fullmatch(before)))
        text += (" " if apart else "") + _letters(word)
        before = word
    return text


def _is_figures(word: str) -> bool:
    return is_number(word) or word.isdigit()


def _joints(run: Sequence[Token]) -> list[str]:
    """What comes before each of the written words of a run."""
    return [token.joint for at, token in enumerate(run) if not _goes_on(run, at)]


def _goes_on(run: Sequence[Token], at: int) -> bool:
    """Whether a token is a further part of the short form that the one before is a part of."""
    token, before = run[at], run[at - 1] if at else None
    return bool(token.short and before is not None and before.short and before.start == token.start)


def _are_spelt(one: Sequence[Token], other: Sequence[Token]) -> bool:
    """Whether one run says one at a time the figures of the other (`five five five …` and `555-0123`)."""
    forms, figures = [token.form for token in one], [token.form for token in other]
    if len(forms) < _LEAST_SPELT or any(token.joint == "|" for token in one):
        return False
    if not all(_SPELT.fullmatch(form) for form in forms) or not all(_PLAIN.fullmatch(form) for form in figures):
        return False
    return "".join(form[1:] for form in forms) == "".join(form[1:] for form in figures)
