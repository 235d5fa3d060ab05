"""Numbers in words and in figures, brought to one form.

`twenty nineteen`, `two thousand nineteen` and `2019` are one number; so are `one point two million` and
`1.2 million`, `two thirds`, `2/3` and `⅔`. A form is `#` and the value in figures: a decimal where it is a whole one,
else a fraction (`#2/3`). An ordinal ends in `th` whatever its last figure, a decade in `s`; a negative value begins
with `-`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import gcd

from captionkit.match.language import Language, language_data

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
"""What a fraction in figures is read as a fraction with: `9/11` and `24/7` are none."""
_LEAST_DIVIDED = 1_000_000
""" "A million and a half" is 1.5 million; "two thousand and a half" is 2000.5."""
_LEAST_ORDINAL_SHARE = 3
"""`a third` is a share; `a second` is none."""

Read = tuple[str, int]
"""The form of a number, and how many words it takes."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The number words of a language, each with its value."""

    cardinals: Mapping[str, int]
    ordinals: Mapping[str, int]
    ordinal_scales: Mapping[str, int]
    decades: Mapping[str, int]
    scales: Mapping[str, int]
    short_scales: Mapping[str, int]
    shares: Mapping[str, int]
    """What divides into so many (`quarter`, `third`)."""
    fractions: Mapping[str, int]
    """Those among them that are not ordinals."""
    half: str
    hundred: str
    conjunction: str
    of: str
    point: str
    nought: frozenset[str]
    one: frozenset[str]
    divisible: frozenset[str]
    months: frozenset[str]
    second: str


@dataclass(frozen=True, slots=True)
class _Value:
    """A number read so far: its value, how many words it takes, and the ending of its form."""

    value: Fraction
    count: int
    suffix: str = ""


@cache
def _words(code: str) -> _Words:
    language = language_data(code)
    numbers = language.numbers
    units = _counted(numbers["ordinal_units"], 1, 0)
    ordinals = units | _counted(numbers["ordinal_tens"], 10, 2)
    fractions = dict(numbers["fractions"]) | ({numbers["half"]: 2} if numbers["half"] else {})
    shares = {word: value for word, value in ordinals.items() if value >= _LEAST_ORDINAL_SHARE}
    return _Words(
        cardinals=_counted(numbers["units"], 1, 0) | _counted(numbers["tens"], 10, 2),
        ordinals=ordinals,
        ordinal_scales=numbers["ordinal_scales"],
        decades=_counted(numbers["decades"], 10, 2),
        scales=numbers["scales"],
        short_scales=numbers["short_scales"],
        shares=shares | numbers["ordinal_scales"] | fractions,
        fractions=fractions,
        half=numbers["half"],
        hundred=numbers["hundred"],
        conjunction=numbers["and"],
        of=numbers["of"],
        point=numbers["point"],
        nought=frozenset(numbers["nought"]),
        one=frozenset(numbers["one"]),
        divisible=frozenset(numbers["shares"]),
        months=language.months,
        second=numbers["second"],
    )


def _counted(words: list[str], step: int, first: int) -> dict[str, int]:
    """Words in order with their values; an empty word leaves its value out."""
    return {word: step * value for value, word in enumerate(words, start=first) if word}


def is_number(form: str) -> bool:
    """Whether a form is a number's."""
    return form.startswith("#")


def negative(form: str) -> str:
    """The form of a negative number."""
    return f"#-{form[1:]}"


def is_share(written: str) -> bool:
    """Whether `2/3` is a share of something; `9/11` and `24/7` are two numbers."""
    return _written_fraction(written) is not None


def read_number(words: Sequence[str], code: str = "en") -> Read | None:
    """The number that some words begin with.

    Args:
        words: lower-case words, hyphens already split; `LONGEST_NUMBER_WORDS` of them are looked at. Figures have a
            point before decimals, and commas or narrow spaces between thousands.
        code: the language.

    Returns:
        Its form and how many words it takes; None where no number is there.
    """
    if not words:
        return None
    known, ahead = _words(code), words[:LONGEST_NUMBER_WORDS]
    if clock := CLOCK.fullmatch(ahead[0]):
        return _form(Fraction(int(clock[1] + clock[2]) if clock[2] != "00" else int(clock[1]))), 1
    if _CODE.fullmatch(ahead[0]):
        return f"#{_ascii(ahead[0])}", 1
    if figures := FIGURES.fullmatch(ahead[0]):
        found = _from_figures(ahead, figures, known)
    else:
        found = _from_words(ahead, known)
    return None if found is None else (_form(found.value, found.suffix), found.count)


def other_readings(words: Sequence[str], language: Language) -> tuple[tuple[str, ...], ...]:
    """What else the words of one number may say, as forms: `thirty-second` is an ordinal, or 30 and a unit.

    Args:
        words: the words of the number and no others.
        language: their language's data.
    """
    known = _words(language.code)
    if len(words) == 1:
        return _other_word(words[0], known, language)
    if words[0] == known.point:
        figures = [_figure(word, known) for word in words[1:]]
        return ((words[0], *(f"#{figure}" for figure in figures)),) if None not in figures else ()
    if words[-1] == known.second:
        count = read_number(words[:-1], language.code)
        ordinal = _form(Fraction(known.ordinals[known.second]), "th")
        return ((count[0], ordinal),) if count and count[1] == len(words) - 1 else ()
    return _other_share(words, known) or _other_pair(words, known) or _other_sum(words, language.code, known)


def _other_word(word: str, known: _Words, language: Language) -> tuple[tuple[str, ...], ...]:
    """`5m` may be five meters, and `one` is a part of `anyone`."""
    figures = FIGURES.fullmatch(word)
    if figures and figures[4] in known.short_scales:
        return _other_scale(word.removesuffix(figures[4]), figures[4], language)
    return ((word,),) if known.cardinals.get(word) == 1 else ()


def _other_scale(figures: str, letter: str, language: Language) -> tuple[tuple[str, ...], ...]:
    """`5m` may be five meters, and `5k` five K."""
    plain = read_number([figures], language.code)
    units = [*language.units.get(letter, ()), letter]
    return tuple((plain[0], unit) for unit in dict.fromkeys(units)) if plain else ()


def _other_sum(words: Sequence[str], code: str, known: _Words) -> tuple[tuple[str, ...], ...]:
    """`in 2019 and a half of them` has two numbers."""
    for at in range(1, len(words)):
        share = _and_share(words, at, known)
        if share and at + share.count == len(words) and (before := read_number(words[:at], code)):
            return ((before[0], known.conjunction, _form(share.value)),)
    return ()


def _other_pair(words: Sequence[str], known: _Words) -> tuple[tuple[str, ...], ...]:
    """`twenty twenty` may be two numbers, `20/20` or `20-20`."""
    pair = _two_figures(words, known)
    if pair is None or pair[1] == len(words) or any(word not in known.cardinals for word in words):
        return ()
    rest = _two_figures(words[pair[1] :], known)
    return ((f"#{pair[0]}", f"#{rest[0]}"),) if rest and pair[1] + rest[1] == len(words) else ()


def _other_share(words: Sequence[str], known: _Words) -> tuple[tuple[str, ...], ...]:
    """`a third` may be one of many, and the one hundredth one of 100 equal shares."""
    if len(words) != 2 or not (words[0] in known.one or known.cardinals.get(words[0]) == 1):
        return ()
    one = words[0] if words[0] in known.one else "#1"
    if words[1] in known.ordinal_scales:
        value = known.ordinal_scales[words[1]]
        return ((one, _form(Fraction(value), "th")),) if one != "#1" else ((_form(Fraction(1, value)),),)
    if words[1] in known.ordinals and words[1] in known.shares:
        return ((one, _form(Fraction(known.ordinals[words[1]]), "th")),)
    return ()


def _form(value: Fraction, suffix: str = "") -> str:
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


def _from_figures(words: Sequence[str], figures: re.Match[str], known: _Words) -> _Value | None:
    whole, decimals, vulgar, suffix = figures.groups()
    value = Fraction(_ascii(_SEPARATORS.sub("", whole) or "0") + _ascii(decimals or ""))
    if vulgar:
        value += Fraction(unicodedata.numeric(vulgar)).limit_denominator(10)
    if suffix in {"st", "nd", "rd", "th"}:
        return _Value(value, 1, "th")
    if suffix == "s":
        return _Value(value, 1, "s")
    if suffix:
        scale = known.short_scales.get(suffix)
        return _Value(value * scale, 1) if scale else None
    following = words[1] if len(words) > 1 else ""
    if following and following == known.hundred:
        return _Value(value * 100, 2)
    if (fraction := _written_fraction(following)) and not (decimals or vulgar):
        return _scaled(words, _Value(value + fraction, 2), known)
    return _finished(words, _Value(value, 1), known)


def _ascii(figures: str) -> str:
    """Figures of any script as those of ASCII."""
    return "".join(c if c == "." else str(unicodedata.digit(c)) for c in figures)


def _written_fraction(word: str) -> Fraction | None:
    """`2/3`, if it is a share of something."""
    found = _FRACTION.fullmatch(word)
    if found is None or int(found[2]) not in _DENOMINATORS or not 0 < int(found[1]) < int(found[2]):
        return None
    return Fraction(int(found[1]), int(found[2]))


def _from_words(words: Sequence[str], known: _Words) -> _Value | None:
    first = words[0]
    if fraction := _written_fraction(first):
        return _scaled(words, _Value(fraction, 1), known)
    if share := _share(words, known, bare=True):
        return _scaled(words, share, known)
    if pair := _pair_of_figures(words, known):
        return pair
    if first == known.point != "":
        return _bare_decimals(words, known)
    if first in known.ordinals:
        return _Value(Fraction(known.ordinals[first]), 1, "th")
    if first in known.ordinal_scales:
        return _Value(Fraction(known.ordinal_scales[first]), 1, "th")
    if first in known.decades:
        return _Value(Fraction(known.decades[first]), 1, "s")
    if first in known.one:
        return _after_one(words, known)
    if first in known.cardinals or first in known.scales or first == known.hundred != "":
        return _cardinal(words, known)
    return None


def _bare_decimals(words: Sequence[str], known: _Words) -> _Value | None:
    """`point five percent`, `point two million`: without what is divided, `point` may be a word of the sentence."""
    decimals = _decimals(words, 1, known)
    if decimals is None:
        return None
    found = _Value(*decimals)
    divided = _scale(words, found.count, known) or known.divisible.intersection(words[found.count : found.count + 1])
    return _finished(words, found, known) if divided else None


def _after_one(words: Sequence[str], known: _Words) -> _Value | None:
    """`a million`, `a hundred and six`, French `un virgule cinq`; the article alone is not a number."""
    following = words[1] if len(words) > 1 else ""
    if following and following == known.point and (decimals := _decimals(words, 2, known)):
        return _finished(words, _Value(1 + decimals[0], decimals[1]), known)
    if not following or (following != known.hundred and following not in known.scales):
        return None
    found = _cardinal(words[1:], known)
    return _Value(found.value, found.count + 1, found.suffix)


def _share(words: Sequence[str], known: _Words, bare: bool = False) -> _Value | None:
    """`a third`, `one quarter`, `three quarters`, and `half` on its own where it may stand `bare`."""
    first, following = words[0] if words else "", words[1] if len(words) > 1 else ""
    if bare and first and first == known.half:
        return _Value(Fraction(1, 2), 1)
    value = 1 if first in known.one else known.cardinals.get(first, 0)
    if value == 1:
        ordinal_scale = following in known.ordinal_scales and first not in known.one
        of_month = list(words[2:3]) == [known.of] and known.months.intersection(words[3:4])
        if following not in known.shares or ordinal_scale or of_month:
            return None
        return _Value(Fraction(1, known.shares[following]), 2)
    among = known.shares.get(following.removesuffix("s"), 0) if following.endswith("s") else 0
    return _Value(Fraction(value, among), 2) if among and _divides(Fraction(value), among) else None


def _divides(value: Fraction, among: int) -> bool:
    """Whether so many of so many shares are one fraction: two thirds are, two quarters of a year are two."""
    return value.denominator == 1 and 1 < value < among and gcd(value.numerator, among) == 1


def _scaled(words: Sequence[str], found: _Value, known: _Words) -> _Value:
    """A fraction and the million it is a share of: `half a million`, `two thirds of a million`, `½ million`."""
    at = found.count
    ordinal = words[at - 1].removesuffix("s") in known.shares and words[at - 1] not in known.fractions
    if scale := _scale(words, at, known) if not ordinal or words[at - 1].endswith("s") else None:
        return _Value(found.value * scale, at + 1)
    if words[at : at + 1] == [known.of] or tuple(words[at : at + 1]) == (known.of,):
        at += 1
    one = words[at] if at < len(words) else ""
    if not (one in known.one or known.cardinals.get(one) == 1 or one == "1"):
        return found
    if scale := _scale(words, at + 1, known):
        return _Value(found.value * scale, at + 2)
    return _Value(found.value, at + 1) if known.divisible.intersection(words[at + 1 : at + 2]) else found


def _scale(words: Sequence[str], at: int, known: _Words) -> int | None:
    """What a word multiplies a number before it by: `million`, `bn`."""
    word = words[at] if at < len(words) else ""
    return known.scales.get(word) or (known.short_scales.get(word) if len(word) > 1 else None)


def _two_figures(words: Sequence[str], known: _Words) -> tuple[int, int] | None:
    """A number from 10 to 99 in words: its value and how many words it takes."""
    value = known.cardinals.get(words[0], -1) if words else -1
    if not 10 <= value <= 90:
        return None
    unit = known.cardinals.get(words[1], -1) if len(words) > 1 else -1
    if value >= 20 and 1 <= unit <= 9:
        return value + unit, 2
    return value, 1


def _pair_of_figures(words: Sequence[str], known: _Words) -> _Value | None:
    """Two figures after one another: `nineteen eighty four`, `nineteen eighties`, `one oh five`."""
    pair = _two_figures(words, known)
    first, at = pair or (known.cardinals.get(words[0], -1), 1)
    if first < 1 or len(words) <= at:
        return None
    following = words[at]
    if following in known.nought and len(words) > at + 1:
        unit = known.cardinals.get(words[at + 1], -1)
        return _Value(Fraction(100 * first + unit), at + 2) if 1 <= unit <= 9 else None
    if first > 20 or at > 1:
        return None
    if first < 11:
        return None
    if following in known.decades or (known.hundred and following == f"{known.hundred}s"):
        return _Value(Fraction(100 * first + known.decades.get(following, 0)), 2, "s")
    rest = _two_figures(words[1:], known)
    return _Value(Fraction(100 * first + rest[0]), 1 + rest[1]) if rest else None


def _cardinal(words: Sequence[str], known: _Words) -> _Value:
    """A cardinal in words, with what may follow it, ending in an ordinal where one stands (`twenty first`)."""
    total = current = 0
    last, at = -1, 0
    while at < len(words):
        word = words[at]
        if ordinal := _ordinal_end(words, at, (current, last), known):
            return _Value(Fraction(total + ordinal[0]), at + ordinal[1], "th")
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
    return _finished(words, _Value(Fraction(total + current), at), known)


def _times(total: int, current: int, scale: int) -> int:
    """A number with a scale after it: of the words since the last one, or of all where that was a smaller one (`one
    thousand two hundred million`)."""
    if total < scale:
        return ((total + current) or 1) * scale
    return total + (current or 1) * scale


def _ordinal_end(words: Sequence[str], at: int, so_far: tuple[int, int], known: _Words) -> tuple[int, int] | None:
    """The ordinal that ends a number (`hundred and first`, `two thousandth`), with what it adds up to with the words
    since the last thousand, and how many words it takes."""
    current, last = so_far
    word = words[at]
    if not at:
        return None
    if word in known.ordinal_scales:
        return ((current or 1) * known.ordinal_scales[word], 1) if current or last >= 100 else None
    if last >= 100 and word == known.conjunction and known.ordinals.get("".join(words[at + 1 : at + 2])):
        return current + known.ordinals[words[at + 1]], 2
    if word in known.ordinals and _may_follow(last, known.ordinals[word]):
        return current + known.ordinals[word], 1
    return None


def _joins(words: Sequence[str], at: int, last: int, known: _Words) -> bool:
    """Whether this word is the `and` of `two hundred and six`, and no share follows (`and three quarters`)."""
    if last < 100 or words[at] != known.conjunction or _share(words[at + 1 :], known):
        return False
    return at + 1 < len(words) and words[at + 1] in known.cardinals


def _may_follow(last: int, value: int) -> bool:
    """Whether a word of this value goes on the number whose last word had the value `last`."""
    if last == -1 or last >= 100:
        return True
    return 20 <= last <= 90 and 1 <= value <= 9


def _finished(words: Sequence[str], found: _Value, known: _Words) -> _Value:
    """A number with what goes on after it: decimals, `and a half`, `thirds`, `million`."""
    value, at = found.value, found.count
    following = words[at] if at < len(words) else ""
    if following and following == known.point and (decimals := _decimals(words, at + 1, known)):
        value, at = value + decimals[0], decimals[1]
    elif share := _and_share(words, at, known):
        is_part = words[at + share.count - 1] in known.fractions
        scale_before = known.scales.get(words[at - 1], 1)
        before = scale_before if is_part and scale_before >= _LEAST_DIVIDED else 1
        value, at = value + share.value * before, at + share.count
        if before > 1:
            return _Value(value, at)
    elif following.endswith("s") and (among := known.shares.get(following[:-1])) and _divides(value, among):
        return _scaled(words, _Value(value / among, at + 1), known)
    if scale := _scale(words, at, known):
        share = _and_share(words, at + 1, known)
        extra = share if share and words[at + share.count] in known.fractions and scale >= _LEAST_DIVIDED else None
        return _Value((value + (extra.value if extra else 0)) * scale, at + 1 + (extra.count if extra else 0))
    return _Value(value, at)


def _and_share(words: Sequence[str], at: int, known: _Words) -> _Value | None:
    """The fraction of `two and a half`."""
    if at >= len(words) or words[at] != known.conjunction or not known.conjunction:
        return None
    share = _share(words[at + 1 :], known)
    return _Value(share.value, share.count + 1) if share else None


def _decimals(words: Sequence[str], first: int, known: _Words) -> tuple[Fraction, int] | None:
    """The decimals after `point`, one word a figure: their value, and the word that they end before."""
    figures, at = "", first
    while at < len(words) and len(figures) < _MOST_DECIMALS:
        pair = _two_figures(words[at:], known)
        figure = str(pair[0]) if pair else _figure(words[at], known)
        if figure is None:
            break
        figures += figure
        at += pair[1] if pair else 1
    return (Fraction(f"0.{figures}"), at) if figures else None


def _figure(word: str, known: _Words) -> str | None:
    """One figure, or several written as such."""
    if word.isascii() and word.isdigit():
        return word
    value = 0 if word in known.nought else known.cardinals.get(word)
    return None if value is None else str(value)
