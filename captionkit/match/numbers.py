"""Numbers in words and in figures, brought to one form.

`twenty nineteen`, `two thousand nineteen` and `2019` are one number; so are `one point two million` and
`1.2 million`. A form is `#` and the value in figures; an ordinal ends in `th` whatever its last figure, a
decade in `s`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from captionkit.match.language import language_data

FIGURES = re.compile(r"(\d{1,15}(?:[,\u00a0\u2009\u202f]\d{3}){0,4})(\.\d{1,6})?(½)?(st|nd|rd|th|s|[kmb]n?|tn)?")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_SEPARATORS = re.compile(r"[,\u00a0\u2009\u202f]")
LONGEST_NUMBER_WORDS = 14
_MOST_DECIMALS = 6

Read = tuple[str, int]
"""The form of a number, and how many words it takes."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The number words of a language, each with its value."""

    cardinals: Mapping[str, int]
    ordinals: Mapping[str, int]
    decades: Mapping[str, int]
    scales: Mapping[str, int]
    short_scales: Mapping[str, int]
    hundred: str
    conjunction: str
    point: str
    half: tuple[str, ...]
    nought: frozenset[str]
    one: frozenset[str]


@cache
def _words(code: str) -> _Words:
    numbers = language_data(code).numbers
    return _Words(
        cardinals=_counted(numbers["units"], 1, 0) | _counted(numbers["tens"], 10, 2),
        ordinals=_counted(numbers["ordinal_units"], 1, 0) | _counted(numbers["ordinal_tens"], 10, 2),
        decades=_counted(numbers["decades"], 10, 2),
        scales=numbers["scales"],
        short_scales=numbers["short_scales"],
        hundred=numbers["hundred"],
        conjunction=numbers["and"],
        point=numbers["point"],
        half=tuple(numbers["half"]),
        nought=frozenset(numbers["nought"]),
        one=frozenset(numbers["one"]),
    )


def _counted(words: list[str], step: int, first: int) -> dict[str, int]:
    """Words in order with their values; an empty word leaves its value out."""
    return {word: step * value for value, word in enumerate(words, start=first) if word}


def is_number(form: str) -> bool:
    """Whether a form is a number's."""
    return form.startswith("#")


def read_number(words: Sequence[str], code: str = "en") -> Read | None:
    """The number that some words begin with.

    Args:
        words: lower-case words, hyphens already split; `LONGEST_NUMBER_WORDS` of them are looked at.
        code: the language.

    Returns:
        Its form and how many words it takes; None where no number stands there.
    """
    if not words:
        return None
    known, ahead = _words(code), words[:LONGEST_NUMBER_WORDS]
    if clock := CLOCK.fullmatch(ahead[0]):
        return _form(int(clock[1] + clock[2]) if clock[2] != "00" else int(clock[1])), 1
    if figures := FIGURES.fullmatch(ahead[0]):
        return _from_figures(ahead, figures, known)
    return _from_words(ahead, known)


def _form(value: Decimal | int, suffix: str = "") -> str:
    number = Decimal(value)
    text = str(int(number)) if number == number.to_integral_value() else f"{number.normalize():f}"
    return f"#{text}{suffix}"


def _from_figures(words: Sequence[str], figures: re.Match[str], known: _Words) -> Read | None:
    whole, fraction, half, suffix = figures.groups()
    value = Decimal(_SEPARATORS.sub("", whole) + (fraction or "")) + (Decimal("0.5") if half else 0)
    if suffix in {"st", "nd", "rd", "th"}:
        return _form(value, "th"), 1
    if suffix == "s":
        return _form(value, "s"), 1
    if suffix:
        scale = known.short_scales.get(suffix)
        return (_form(value * scale), 1) if scale else None
    following = words[1] if len(words) > 1 else ""
    scale = 100 if following and following == known.hundred else known.scales.get(following)
    return (_form(value * scale), 2) if scale else (_form(value), 1)


def _from_words(words: Sequence[str], known: _Words) -> Read | None:
    first = words[0]
    if pair := _pair_of_figures(words, known):
        return pair
    if first in known.ordinals:
        return _form(known.ordinals[first], "th"), 1
    if first in known.decades:
        return _form(known.decades[first], "s"), 1
    if first in known.one:
        following = words[1] if len(words) > 1 else ""
        if not following or (following != known.hundred and following not in known.scales):
            return None
        form, count = _cardinal(words[1:], known)
        return form, count + 1
    if first in known.cardinals or first in known.scales or first == known.hundred:
        return _cardinal(words, known)
    return None


def _two_figures(words: Sequence[str], known: _Words) -> tuple[int, int] | None:
    """A number from 10 to 99 in words: its value and how many words it takes."""
    value = known.cardinals.get(words[0], -1) if words else -1
    if not 10 <= value <= 90:
        return None
    unit = known.cardinals.get(words[1], -1) if len(words) > 1 else -1
    if value >= 20 and 1 <= unit <= 9:
        return value + unit, 2
    return value, 1


def _pair_of_figures(words: Sequence[str], known: _Words) -> Read | None:
    """Two figures after one another: `nineteen eighty four`, `nineteen eighties`, `one oh five`, 1100 to 2099."""
    first = known.cardinals.get(words[0], -1)
    if not 1 <= first <= 20 or len(words) < 2:
        return None
    following = words[1]
    if following in known.nought and len(words) > 2:
        unit = known.cardinals.get(words[2], -1)
        return (_form(100 * first + unit), 3) if 1 <= unit <= 9 else None
    if first < 11:
        return None
    if following in known.decades:
        return _form(100 * first + known.decades[following], "s"), 2
    rest = _two_figures(words[1:], known)
    return (_form(100 * first + rest[0]), 1 + rest[1]) if rest else None


def _cardinal(words: Sequence[str], known: _Words) -> Read:
    """A cardinal in words, with its decimals and scales, ending in an ordinal where one stands (`twenty
    first`)."""
    total = current = Decimal(0)
    last, at = -1, 0
    while at < len(words):
        word = words[at]
        if word in known.cardinals and _may_follow(last, known.cardinals[word]):
            current += known.cardinals[word]
            last = known.cardinals[word]
        elif at and word in known.ordinals and _may_follow(last, known.ordinals[word]):
            return _form(total + current + known.ordinals[word], "th"), at + 1
        elif word == known.hundred and last < 100:
            current = (current or Decimal(1)) * 100
            last = 100
        elif word in known.scales and (current or not at):
            total += (current or Decimal(1)) * known.scales[word]
            current, last = Decimal(0), 1000
        elif word == known.point and at and words[at + 1 : at + 2] and _figure(words[at + 1], known) is not None:
            return _with_decimals(words, at, total + current, known)
        elif at and known.half and tuple(words[at : at + len(known.half)]) == known.half:
            return _with_scale(words, at + len(known.half), total + current + Decimal("0.5"), known)
        elif not _joins(words, at, last, known):
            break
        at += 1
    return _form(total + current), at


def _joins(words: Sequence[str], at: int, last: int, known: _Words) -> bool:
    """Whether this word is the `and` of `two hundred and six`."""
    goes_on = last >= 100 and words[at] == known.conjunction and at + 1 < len(words)
    return goes_on and words[at + 1] in known.cardinals and _may_follow(last, known.cardinals[words[at + 1]])


def _may_follow(last: int, value: int) -> bool:
    """Whether a word of this value goes on the number whose last word had the value `last`."""
    if last == -1 or last >= 100:
        return True
    return 20 <= last <= 90 and 1 <= value <= 9


def _figure(word: str, known: _Words) -> int | None:
    return 0 if word in known.nought else known.cardinals.get(word)


def _with_decimals(words: Sequence[str], point: int, whole: Decimal, known: _Words) -> Read:
    """The decimals after `point`, one word a figure, and a scale after them."""
    figures, at = "", point + 1
    while at < len(words) and len(figures) < _MOST_DECIMALS:
        pair = _two_figures(words[at:], known)
        figure = pair[0] if pair else _figure(words[at], known)
        if figure is None:
            break
        figures += str(figure)
        at += pair[1] if pair else 1
    return _with_scale(words, at, whole + Decimal(f"0.{figures}"), known)


def _with_scale(words: Sequence[str], at: int, value: Decimal, known: _Words) -> Read:
    scale = known.scales.get(words[at]) if at < len(words) else None
    return (_form(value * scale), at + 1) if scale else (_form(value), at)
