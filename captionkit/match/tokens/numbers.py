"""Numbers in words and in figures → one form.

`twenty nineteen`, `two thousand nineteen` and `2019` are one number; so are `one point two million` and
`1.2 million`, `two thirds`, `2/3` and `⅔`. A form is `#` and the value in figures: a decimal if it is finite, else a
fraction (`#2/3`). An ordinal ends in `th` whatever its last figure, a decade in `s`; a negative value begins with `-`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import gcd

from captionkit.match.language import NumberWords

VULGAR = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
"""Fractions that are one character."""
FIGURES = re.compile(
    rf"(\d{{1,15}}(?:[,\u00a0\u2009\u202f]\d{{3}}){{0,4}}|(?=\.))(\.\d{{1,15}})?([{VULGAR}])?"
    r"(st|nd|rd|th|s|[kmb]n?|mln|tn)?"
)
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_FRACTION = re.compile(r"(\d{1,4})/(\d{1,4})")
_CODE = re.compile(r"0\d{2,14}")
"""Figures that name something (`007`, the end of `555-0123`): their zeros count."""
_SEPARATORS = re.compile(r"[,\u00a0\u2009\u202f]")
LONGEST_NUMBER_WORDS = 24
"""`one billion, two hundred and thirty-four million, …` has up to 20."""
_MOST_DECIMALS = 15
_DENOMINATORS = frozenset([*range(2, 11), 16, 32, 64, 100, 1000])
"""The denominators of fractions in figures: `9/11` and `24/7` are not fractions."""
_LEAST_DIVIDED = 1_000_000
""" "A million and a half" is 1.5 million; "two thousand and a half" is 2000.5."""
Read = tuple[str, int]
"""The form of a number, and how many words it takes."""


@dataclass(frozen=True, slots=True)
class ReadNumber:
    """A number in words: its value, how many words it takes, and the ending of its form."""

    value: Fraction
    count: int
    suffix: str = ""


def is_share(written: str) -> bool:
    """Whether figures with a slash are a fraction (`2/3`), not two numbers (`9/11`, `24/7`)."""
    return _written_fraction(written) is not None


def read_number(words: Sequence[str], known: NumberWords) -> Read | None:
    """The number that some words begin with.

    Args:
        words: lower-case words, split at hyphens; at most `LONGEST_NUMBER_WORDS` are read. Figures have a
            point before decimals, and commas or narrow spaces between thousands.
        known: the number words of the language.

    Returns:
        Its form and how many words it takes; None where no number is there.
    """
    if not words:
        return None
    ahead = words[:LONGEST_NUMBER_WORDS]
    if clock := CLOCK.fullmatch(ahead[0]):
        return number_form(Fraction(int(clock[1] + clock[2]) if clock[2] != "00" else int(clock[1]))), 1
    if _CODE.fullmatch(ahead[0]):
        return f"#{_ascii(ahead[0])}", 1
    if figures := FIGURES.fullmatch(ahead[0]):
        found = _from_figures(ahead, figures, known)
    else:
        found = _from_words(ahead, known)
    return None if found is None else (number_form(found.value, found.suffix), found.count)


def number_form(value: Fraction, suffix: str = "") -> str:
    """The form of a value: a decimal if it is one, else a fraction."""
    rest = value.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    if rest != 1:
        return f"#{value.numerator}/{value.denominator}{suffix}"
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    text = str(value.numerator) if value.denominator == 1 else f"{decimal.normalize():f}"
    return f"#{text}{suffix}"


def _from_figures(words: Sequence[str], figures: re.Match[str], known: NumberWords) -> ReadNumber | None:
    whole, decimals, vulgar, suffix = figures.groups()
    value = Fraction(_ascii(_SEPARATORS.sub("", whole) or "0") + _ascii(decimals or ""))
    if vulgar:
        value += Fraction(unicodedata.numeric(vulgar)).limit_denominator(10)
    if suffix in {"st", "nd", "rd", "th", "s"}:
        return ReadNumber(value, 1, "s" if suffix == "s" else "th")
    if suffix:
        scale = known.short_scales.get(suffix)
        return ReadNumber(value * scale, 1) if scale else None
    following = _word(words, 1)
    if following and following == known.hundred:
        return ReadNumber(value * 100, 2)
    if (fraction := _written_fraction(following)) and not (decimals or vulgar):
        return _scaled(words, ReadNumber(value + fraction, 2), known)
    return _finished(words, ReadNumber(value, 1), known)


def _word(words: Sequence[str], at: int) -> str:
    """The word at an index, empty after the last one."""
    return words[at] if at < len(words) else ""


def _ascii(figures: str) -> str:
    """Figures of any script in ASCII."""
    return "".join(c if c == "." else str(unicodedata.digit(c)) for c in figures)


def _written_fraction(word: str) -> Fraction | None:
    """The value of `2/3`; None for what is not a fraction (`9/11`)."""
    found = _FRACTION.fullmatch(word)
    if found is None or int(found[2]) not in _DENOMINATORS or not 0 < int(found[1]) < int(found[2]):
        return None
    return Fraction(int(found[1]), int(found[2]))


def _from_words(words: Sequence[str], known: NumberWords) -> ReadNumber | None:
    first = words[0]
    if fraction := _written_fraction(first):
        return _scaled(words, ReadNumber(fraction, 1), known)
    if share := _share(words, known, bare=True):
        return _scaled(words, share, known)
    if pair := _pair_of_figures(words, known):
        return pair
    if first == known.point != "":
        return _bare_decimals(words, known)
    if first in known.ordinals:
        return ReadNumber(Fraction(known.ordinals[first]), 1, "th")
    if first in known.ordinal_scales:
        return ReadNumber(Fraction(known.ordinal_scales[first]), 1, "th")
    if first in known.decades:
        return ReadNumber(Fraction(known.decades[first]), 1, "s")
    if first in known.one:
        return _after_one(words, known)
    if first in known.cardinals or first in known.scales or first == known.hundred != "":
        return _cardinal(words, known)
    return None


def _bare_decimals(words: Sequence[str], known: NumberWords) -> ReadNumber | None:
    """`point five percent`, `point two million`: without what is divided, `point` may be a word of the sentence."""
    decimals = _decimals(words, 1, known)
    if decimals is None:
        return None
    found = ReadNumber(*decimals)
    divided = _scale(words, found.count, known) or known.divisible.intersection(words[found.count : found.count + 1])
    return _finished(words, found, known) if divided else None


def _after_one(words: Sequence[str], known: NumberWords) -> ReadNumber | None:
    """`a million`, `a hundred and six`, French `un virgule cinq`; the article alone is not a number."""
    following = _word(words, 1)
    if following and following == known.point and (decimals := _decimals(words, 2, known)):
        return _finished(words, ReadNumber(1 + decimals[0], decimals[1]), known)
    if not following or (following != known.hundred and following not in known.scales):
        return None
    found = _cardinal(words[1:], known)
    return ReadNumber(found.value, found.count + 1, found.suffix)


def _share(words: Sequence[str], known: NumberWords, bare: bool = False) -> ReadNumber | None:
    """`a third`, `one quarter`, `three quarters`; with `bare`, also `half` on its own."""
    first, following = _word(words, 0), _word(words, 1)
    if bare and first and first == known.half:
        return ReadNumber(Fraction(1, 2), 1)
    value = 1 if first in known.one else known.cardinals.get(first, 0)
    if value == 1:
        ordinal_scale = following in known.ordinal_scales and first not in known.one
        of_month = list(words[2:3]) == [known.of] and known.months.intersection(words[3:4])
        if following not in known.shares or ordinal_scale or of_month:
            return None
        return ReadNumber(Fraction(1, known.shares[following]), 2)
    among = known.shares.get(following.removesuffix("s"), 0) if following.endswith("s") else 0
    return ReadNumber(Fraction(value, among), 2) if among and _divides(Fraction(value), among) else None


def _divides(value: Fraction, among: int) -> bool:
    """Whether a value and a denominator are a fraction: two thirds are; two quarters (of a year) are two."""
    return value.denominator == 1 and 1 < value < among and gcd(value.numerator, among) == 1


def _scaled(words: Sequence[str], found: ReadNumber, known: NumberWords) -> ReadNumber:
    """A fraction and the million it is a share of: `half a million`, `two thirds of a million`, `½ million`."""
    at = found.count
    ordinal = words[at - 1].removesuffix("s") in known.shares and words[at - 1] not in known.pure_fractions
    if scale := _scale(words, at, known) if not ordinal or words[at - 1].endswith("s") else None:
        return ReadNumber(found.value * scale, at + 1)
    at += known.of != "" and _word(words, at) == known.of
    if not known.is_one(_word(words, at)) and _word(words, at) != "1":
        return found
    if scale := _scale(words, at + 1, known):
        return ReadNumber(found.value * scale, at + 2)
    return ReadNumber(found.value, at + 1) if known.divisible.intersection(words[at + 1 : at + 2]) else found


def _scale(words: Sequence[str], at: int, known: NumberWords) -> int | None:
    """What a word multiplies a number before it by: `million`, `bn`."""
    word = _word(words, at)
    return known.scales.get(word) or (known.short_scales.get(word) if len(word) > 1 else None)


def two_figures(words: Sequence[str], known: NumberWords) -> tuple[int, int] | None:
    """A number from 10 to 99 in words: its value and how many words it takes."""
    value = known.cardinals.get(_word(words, 0), -1)
    if not 10 <= value <= 90:
        return None
    unit = known.cardinals.get(_word(words, 1), -1)
    if value >= 20 and 1 <= unit <= 9:
        return value + unit, 2
    return value, 1


def _pair_of_figures(words: Sequence[str], known: NumberWords) -> ReadNumber | None:
    """Two numbers in a row that are one: `nineteen eighty four`, `nineteen eighties`, `one oh five`."""
    pair = two_figures(words, known)
    first, at = pair or (known.cardinals.get(words[0], -1), 1)
    if first < 1 or len(words) <= at:
        return None
    following = words[at]
    if following in known.nought and len(words) > at + 1:
        unit = known.cardinals.get(words[at + 1], -1)
        return ReadNumber(Fraction(100 * first + unit), at + 2) if 1 <= unit <= 9 else None
    if not 11 <= first <= 20 or at > 1:
        return None
    if following in known.decades or (known.hundred and following == f"{known.hundred}s"):
        return ReadNumber(Fraction(100 * first + known.decades.get(following, 0)), 2, "s")
    rest = two_figures(words[1:], known)
    return ReadNumber(Fraction(100 * first + rest[0]), 1 + rest[1]) if rest else None


def _cardinal(words: Sequence[str], known: NumberWords) -> ReadNumber:
    """A cardinal in words with what may follow it, or an ordinal that ends in one word (`twenty first`)."""
    total = current = 0
    last, at = -1, 0
    while at < len(words):
        word = words[at]
        if ordinal := _ordinal_end(words, at, (current, last), known):
            return ReadNumber(Fraction(total + ordinal[0]), at + ordinal[1], "th")
        if word in known.cardinals and _may_follow(last, known.cardinals[word]):
            current += known.cardinals[word]
            last = known.cardinals[word]
        elif word == known.hundred and last < 100:
            current, last = (current or 1) * 100, 100
        elif word in known.scales and (current or total < known.scales[word]):
            total = _times(total, current, known.scales[word])
            current, last = 0, 1000
        elif not _joins(words, at, last, known):
            break
        at += 1
    return _finished(words, ReadNumber(Fraction(total + current), at), known)


def _times(total: int, current: int, scale: int) -> int:
    """A number with a scale after it, which multiplies the words since the last scale, or all of them if that was
    smaller (`one thousand two hundred million`)."""
    return (total + current or 1) * scale if total < scale else total + (current or 1) * scale


def _ordinal_end(words: Sequence[str], at: int, so_far: tuple[int, int], known: NumberWords) -> tuple[int, int] | None:
    """The ordinal that ends a number (`hundred and first`, `two thousandth`): its value together with the words since
    the last thousand, and how many words it takes."""
    current, last = so_far
    word = words[at]
    if not at:
        return None
    if word in known.ordinal_scales:
        return ((current or 1) * known.ordinal_scales[word], 1) if current or last >= 100 else None
    if last >= 100 and word == known.conjunction and known.ordinals.get(_word(words, at + 1)):
        return current + known.ordinals[words[at + 1]], 2
    if word in known.ordinals and _may_follow(last, known.ordinals[word]):
        return current + known.ordinals[word], 1
    return None


def _joins(words: Sequence[str], at: int, last: int, known: NumberWords) -> bool:
    """Whether a word is the `and` of `two hundred and six`, without a fraction after it (`and three quarters`)."""
    if last < 100 or words[at] != known.conjunction or _share(words[at + 1 :], known):
        return False
    return _word(words, at + 1) in known.cardinals


def _may_follow(last: int, value: int) -> bool:
    """Whether a word of this value may continue a number whose last word had the value `last`."""
    if last == -1 or last >= 100:
        return True
    return 20 <= last <= 90 and 1 <= value <= 9


def _finished(words: Sequence[str], found: ReadNumber, known: NumberWords) -> ReadNumber:
    """A number with what follows it: decimals, `and a half`, `thirds`, `million`."""
    value, at = found.value, found.count
    following = _word(words, at)
    if following and following == known.point and (decimals := _decimals(words, at + 1, known)):
        value, at = value + decimals[0], decimals[1]
    elif share := and_share(words, at, known):
        is_part = words[at + share.count - 1] in known.pure_fractions
        scale_before = known.scales.get(words[at - 1], 1)
        before = scale_before if is_part and scale_before >= _LEAST_DIVIDED else 1
        value, at = value + share.value * before, at + share.count
        if before > 1:
            return ReadNumber(value, at)
    elif following.endswith("s") and (among := known.shares.get(following[:-1])) and _divides(value, among):
        return _scaled(words, ReadNumber(value / among, at + 1), known)
    if scale := _scale(words, at, known):
        share = and_share(words, at + 1, known)
        if share and words[at + share.count] in known.pure_fractions and scale >= _LEAST_DIVIDED:
            return ReadNumber((value + share.value) * scale, at + 1 + share.count)
        return ReadNumber(value * scale, at + 1)
    return ReadNumber(value, at)


def and_share(words: Sequence[str], at: int, known: NumberWords) -> ReadNumber | None:
    """The fraction of `two and a half`."""
    if not known.conjunction or _word(words, at) != known.conjunction:
        return None
    share = _share(words[at + 1 :], known)
    return ReadNumber(share.value, share.count + 1) if share else None


def _decimals(words: Sequence[str], first: int, known: NumberWords) -> tuple[Fraction, int] | None:
    """The decimals after `point`, one word per figure: their value, and the index after the last one."""
    figures, at = "", first
    while at < len(words) and len(figures) < _MOST_DECIMALS:
        pair = two_figures(words[at:], known)
        figure = str(pair[0]) if pair else figure_of(words[at], known)
        if figure is None:
            break
        figures += figure
        at += pair[1] if pair else 1
    return (Fraction(f"0.{figures}"), at) if figures else None


def figure_of(word: str, known: NumberWords) -> str | None:
    """The figure or figures that a word stands for; None for other words."""
    if word.isascii() and word.isdigit():
        return word
    value = 0 if word in known.nought else known.cardinals.get(word)
    return None if value is None else str(value)
