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
"""A longer run cannot be another reading of a number, and trying all would take long in a cut of an hour."""
_LEAST_SPELT = 3
"""At least this many figures are said one at a time; two may be a score."""
_SPELT = re.compile(r"#\d(?:0\d)?")
"""A figure said on its own, or two with a zero between them, which read as one number (`five oh one`)."""
_PLAIN = re.compile(r"#\d+")
_AMOUNT = re.compile(r"#(\d+)\.(\d{1,2})")


def are_written_alike(printed: Sequence[MatchToken], heard: Sequence[MatchToken], language: MatchLanguage) -> bool:
    """Whether two runs sound the same, whatever their spelling.

    One of them may be read in another way than the usual one (`MatchToken.others`), never both at once: `30-second`
    and `32nd` both sound like `thirty-second`, but are not the same.
    """
    if _are_same(printed, heard, language):
        return True
    if max(len(printed), len(heard)) > _LONGEST_REREAD_WORDS:
        return False
    return any(_are_same(other, heard, language) for other in _other_readings(printed, language)) or any(
        _are_same(printed, other, language) for other in _other_readings(heard, language)
    )


def written_words(run: Sequence[MatchToken]) -> list[str]:
    """The words of a run, short forms as they are written."""
    return [token.short or token.form for token in _first_tokens(run)]


def split_prefix(printed: Sequence[MatchToken], heard: Sequence[MatchToken], language: MatchLanguage) -> str:
    """Which side joins a word and its negating prefix that the other side splits: `printed` (`indirect`, heard as
    `in direct`), `heard`, or empty for neither."""
    if _joins_prefix(printed, heard, language):
        return "printed"
    return "heard" if _joins_prefix(heard, printed, language) else ""


def _are_same(printed: Sequence[MatchToken], heard: Sequence[MatchToken], language: MatchLanguage) -> bool:
    words, said = written_words(printed), written_words(heard)
    if len(words) == len(said):
        return all(_are_same_word(p, h, language) for p, h in zip(words, said, strict=True))
    negations = [language.count_negations(tuple(t.form for t in run)) for run in (printed, heard)]
    if not words or not said or negations[0] != negations[1] or split_prefix(printed, heard, language):
        return False
    return _joined(printed) == _joined(heard) or _are_spelt(printed, heard) or _are_spelt(heard, printed)


def _other_readings(run: Sequence[MatchToken], language: MatchLanguage) -> Iterator[list[MatchToken]]:
    """Other readings of a run: all that its words allow, at most `_MOST_READINGS`."""
    readings: list[list[MatchToken]] = [[]]
    for token in run:
        options = [[token], *([_read_as(token, form) for form in other] for other in token.others)]
        readings = [[*reading, *option] for reading in readings for option in options][:_MOST_READINGS]
    yield from readings[1:]
    for reading in readings:
        yield from _money_readings(reading, language)
        yield from _half_readings(reading, language)


def _read_as(token: MatchToken, form: str) -> MatchToken:
    return replace(token, form=form, short="", joint="|" if is_number(form) else "", others=())


def _money_readings(run: list[MatchToken], language: MatchLanguage) -> Iterator[list[MatchToken]]:
    """`a dollar` as $1, `$0.50` as 50 cents, `$9.99` as nine ninety-nine, `point five` as 0.5."""
    for at, (token, unit) in enumerate(zip(run, run[1:])):
        before, rest = run[:at], run[at + 2 :]
        is_money = unit.form in language.cents_of
        if is_money and (amount := _AMOUNT.fullmatch(token.form)):
            cents = f"#{int(amount[2].ljust(2, '0'))}"
            if amount[1] == "0":
                yield [*before, _read_as(token, cents), _read_as(unit, language.cents_of[unit.form]), *rest]
            else:
                whole, part = _read_as(token, f"#{amount[1]}"), _read_as(unit, cents)
                yield [*before, whole, part, *rest]
                yield [*before, whole, unit, part, *rest]
        if is_money and token.form in language.numbers.one:
            yield [*before, _read_as(token, "#1"), unit, *rest]
        if token.form == language.numbers.point and (figures := _spelt_out(run[at + 1 :], language)):
            number = f"#0.{''.join(figures)}".rstrip("0")
            yield [*before, _read_as(token, number), *run[at + 1 + len(figures) :]]


def _spelt_out(run: list[MatchToken], language: MatchLanguage) -> list[str]:
    """The figures that a run begins with, said one at a time, `oh` among them."""
    figures = ["0" if token.form in language.numbers.nought else token.form.removeprefix("#") for token in run]
    return list(takewhile(str.isdigit, figures))


def _half_readings(run: list[MatchToken], language: MatchLanguage) -> Iterator[list[MatchToken]]:
    """`an hour and a half` as 1.5 hours."""
    for at in range(len(run) - 3):
        number, unit, conjunction, share = run[at : at + 4]
        whole = "#1" if number.form in language.numbers.one else number.form
        is_below_one = share.form.startswith("#0.") and conjunction.form == language.numbers.conjunction
        if is_below_one and _PLAIN.fullmatch(whole) and unit.form.isalpha():
            plural = unit.form if unit.form.endswith("s") else unit.form + "s"
            total = _read_as(number, whole + share.form.removeprefix("#0"))
            yield [*run[:at], total, _read_as(unit, plural), *run[at + 4 :]]


def _joins_prefix(one: Sequence[MatchToken], other: Sequence[MatchToken], language: MatchLanguage) -> bool:
    """Whether one run has as one word what the other has as a negating prefix and the rest of the word."""
    words = {_letters(token.short or token.form) for token in one} - language.joined
    for first, rest in zip(other, other[1:]):
        prefix, stem = _letters(first.short or first.form), _letters(rest.form)
        least = language.split_prefixes.get(prefix)
        if least is not None and len(stem) >= least and rest.joint == "" and prefix + stem in words:
            return True
    return False


def _are_same_word(printed: str, heard: str, language: MatchLanguage) -> bool:
    """Whether two words have the same letters or are listed as sounding alike; a short form and a word of the same
    letters that sounds different (`we're`, `were`) are not the same."""
    differ_by_apostrophe = printed != heard and not language.apostrophe_tells.isdisjoint({printed, heard})
    if _letters(printed) == _letters(heard) and not differ_by_apostrophe:
        return True
    return not language.alike.get(printed, frozenset()).isdisjoint(language.alike.get(heard, frozenset()))


def _letters(word: str) -> str:
    """The letters and figures of a word; of a number, everything that tells its value."""
    return word[1:] if is_number(word) else "".join(c for c in word.casefold() if c.isalnum())


def _joined(run: Sequence[MatchToken]) -> str:
    """The letters and figures of a run without gaps; between two numbers only where no mark separates them (`nine one
    one`, not `3-4` or `1/2`)."""
    text, before = "", ""
    for token in _first_tokens(run):
        word = token.short or token.form
        are_figures = _is_figures(word) and _is_figures(before)
        are_apart = token.joint == "|" or not (_PLAIN.fullmatch(word) and _PLAIN.fullmatch(before))
        text += (" " if are_figures and are_apart else "") + _letters(word)
        before = word
    return text


def _is_figures(word: str) -> bool:
    return is_number(word) or word.isdigit()


def _first_tokens(run: Sequence[MatchToken]) -> list[MatchToken]:
    """The tokens of a run without further parts of the short form that the token before belongs to."""
    return [
        token
        for before, token in zip((None, *run), run)
        if not (before and token.short and before.short and before.start == token.start)
    ]


def _are_spelt(one: Sequence[MatchToken], other: Sequence[MatchToken]) -> bool:
    """Whether one run says the figures of the other one at a time (`five five five …` and `555-0123`)."""
    forms, figures = [token.form for token in one], [token.form for token in other]
    if len(forms) < _LEAST_SPELT or any(token.joint == "|" for token in one):
        return False
    if not all(map(_SPELT.fullmatch, forms)) or not all(map(_PLAIN.fullmatch, figures)):
        return False
    return "".join(form[1:] for form in forms) == "".join(form[1:] for form in figures)
