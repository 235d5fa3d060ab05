"""Whether two runs of words are the same text, however each is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from captionkit.match.language import MatchLanguage
from captionkit.match.tokens import MatchToken, is_number

_MOST_READINGS = 16
_LONGEST_REREAD_WORDS = 40
"""A longer run is no other reading of a number; trying all would take long in a cut of an hour."""
_LEAST_SPELT = 3
"""So many figures are read out one at a time; two may be a score."""
_SPELT = re.compile(r"#\d(?:0\d)?")
"""A figure said on its own, or two with a zero between them, which read as one number (`five oh one`)."""
_PLAIN = re.compile(r"#\d+")
_AMOUNT = re.compile(r"#(\d+)\.(\d{1,2})")


def are_written_alike(printed: Sequence[MatchToken], heard: Sequence[MatchToken], language: MatchLanguage) -> bool:
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


def _are_one_text(printed: Sequence[MatchToken], heard: Sequence[MatchToken], language: MatchLanguage) -> bool:
    words, spoken = written_words(printed), written_words(heard)
    if len(words) == len(spoken):
        return all(_are_words_alike(p, h, language) for p, h in zip(words, spoken, strict=True))
    negations = [language.count_negations(tuple(t.form for t in run)) for run in (printed, heard)]
    if not words or not spoken or negations[0] != negations[1] or split_prefix(printed, heard, language):
        return False
    return _joined(printed) == _joined(heard) or _are_spelt(printed, heard) or _are_spelt(heard, printed)


def _otherwise(run: Sequence[MatchToken], language: MatchLanguage) -> Iterator[list[MatchToken]]:
    """Other readings of a run: all that its words allow, at most `_MOST_READINGS`."""
    readings: list[list[MatchToken]] = [[]]
    for token in run:
        options = [[token], *([_read_as(token, form) for form in other] for other in token.others)]
        readings = [[*reading, *option] for reading in readings for option in options][:_MOST_READINGS]
    yield from readings[1:]
    for reading in readings:
        yield from _money_otherwise(reading, language)
        yield from _halves_otherwise(reading, language)


def _read_as(token: MatchToken, form: str) -> MatchToken:
    return replace(token, form=form, short="", joint="|" if is_number(form) else "", others=())


def _money_otherwise(run: list[MatchToken], language: MatchLanguage) -> Iterator[list[MatchToken]]:
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
        if unit.form in language.cents_of and token.form in language.numbers.one:
            yield [*run[:at], _read_as(token, "#1"), *run[at + 1 :]]
        if token.form == language.numbers.point and (figures := _spelt_out(run[at + 1 :], language)):
            number = f"#0.{''.join(figures)}".rstrip("0")
            yield [*run[:at], _read_as(token, number), *run[at + 1 + len(figures) :]]


def _spelt_out(run: list[MatchToken], language: MatchLanguage) -> list[str]:
    """The figures that a run begins with, said one at a time, `oh` among them."""
    figures = ["0" if token.form in language.numbers.nought else token.form.removeprefix("#") for token in run]
    return list(takewhile(str.isdigit, figures))


def _halves_otherwise(run: list[MatchToken], language: MatchLanguage) -> Iterator[list[MatchToken]]:
    """`an hour and a half` as 1.5 hours."""
    for at in range(len(run) - 3):
        number, unit, conjunction, share = run[at : at + 4]
        whole = "#1" if number.form in language.numbers.one else number.form
        below_one = share.form.startswith("#0.") and conjunction.form == language.numbers.conjunction
        if below_one and _PLAIN.fullmatch(whole) and unit.form.isalpha():
            plural = unit.form if unit.form.endswith("s") else unit.form + "s"
            sum_ = _read_as(number, whole + share.form.removeprefix("#0"))
            yield [*run[:at], sum_, _read_as(unit, plural), *run[at + 4 :]]


def split_prefix(printed: Sequence[MatchToken], heard: Sequence[MatchToken], language: MatchLanguage) -> str:
    """Which side writes as one word what on the other is a word and a prefix that says no: `printed` (`indirect`, heard
    `in direct`), `heard`, or none."""
    if _joins_prefix(printed, heard, language):
        return "printed"
    return "heard" if _joins_prefix(heard, printed, language) else ""


def _joins_prefix(one: Sequence[MatchToken], other: Sequence[MatchToken], language: MatchLanguage) -> bool:
    """Whether a word of one run is a negating prefix and the rest of the word, apart by a space, in the other."""
    words = {letters for token in one if (letters := _letters(token.short or token.form)) not in language.joined}
    for first, rest in zip(other, other[1:]):
        prefix, stem = _letters(first.short or first.form), _letters(rest.form)
        least = language.split_prefixes.get(prefix)
        if least is not None and len(stem) >= least and rest.joint == "" and prefix + stem in words:
            return True
    return False


def written_words(run: Sequence[MatchToken]) -> list[str]:
    """The words of a run, short forms as they are written."""
    return [token.short or token.form for at, token in enumerate(run) if not _goes_on(run, at)]


def _are_words_alike(printed: str, heard: str, language: MatchLanguage) -> bool:
    if _letters(printed) == _letters(heard) and not _apart_by_apostrophe(printed, heard, language):
        return True
    return not language.alike.get(printed, frozenset()).isdisjoint(language.alike.get(heard, frozenset()))


def _apart_by_apostrophe(printed: str, heard: str, language: MatchLanguage) -> bool:
    """Whether one is a short form and the other a word of the same letters that is said otherwise (`we're`, `were`)."""
    return printed != heard and not language.apostrophe_tells.isdisjoint({printed, heard})


def _letters(word: str) -> str:
    """Letters and figures alone; of a number, all of it that says its value."""
    return word[1:] if is_number(word) else "".join(c for c in word.casefold() if c.isalnum())


def _joined(run: Sequence[MatchToken]) -> str:
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


def _joints(run: Sequence[MatchToken]) -> list[str]:
    """What comes before each of the written words of a run."""
    return [token.joint for at, token in enumerate(run) if not _goes_on(run, at)]


def _goes_on(run: Sequence[MatchToken], at: int) -> bool:
    """Whether a token is a further part of the short form that the one before is a part of."""
    token, before = run[at], run[at - 1] if at else None
    return bool(token.short and before is not None and before.short and before.start == token.start)


def _are_spelt(one: Sequence[MatchToken], other: Sequence[MatchToken]) -> bool:
    """Whether one run says one at a time the figures of the other (`five five five …` and `555-0123`)."""
    forms, figures = [token.form for token in one], [token.form for token in other]
    if len(forms) < _LEAST_SPELT or any(token.joint == "|" for token in one):
        return False
    if not all(_SPELT.fullmatch(form) for form in forms) or not all(_PLAIN.fullmatch(form) for form in figures):
        return False
    return "".join(form[1:] for form in forms) == "".join(form[1:] for form in figures)
