"""Spoken forms of written English: numbers, signs and abbreviations as words of a pronouncing dictionary.

Forced alignment needs to know what is spoken. Where a written word can be said in several ways ("2026", "NATO"), all
are given, and the sound decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, product

from captionkit.text import toml_tables

Way = tuple[str, ...]
"""One way of saying a written word: spoken words in lower case; the name of a letter ends in a full stop."""

MOST_WAYS = 6
LONGEST_TEXT = 64
MOST_PIECES = 12
MOST_DIGITS = 15
MOST_SPELT_DIGITS = 5
MOST_INITIALS = 5
_MARKS = ".,!?;:…\"'()[]{}“”‘«»¡¿*"
_AMOUNT = re.compile(r"([$£€¥]?)(\d[\d,]*)((?:\.\d+)?)((?:st|nd|rd|th|s|[kmb]n?)?)(?![a-z])")
_PIECE = re.compile(_AMOUNT.pattern + r"|([a-z]+(?:'[a-z]+)*)|(.)")


def ways_said(texts: Sequence[str]) -> list[tuple[Way, ...]]:
    """The ways of saying each word of a text, the most probable first, at most `MOST_WAYS`.

    Args:
        texts: the words as written, in order; a currency is said after the last word of its number.

    Returns:
        An entry for each word; empty if a word is not said, or it is unknown how.
    """
    found: list[tuple[Way, ...]] = []
    due: Way = ()
    for text, following in zip(texts, [*texts[1:], ""]):
        currency = _currency_of_scaled(text, following)
        ways = _ways(text.replace(currency, "", 1))
        found.append(tuple((*way, *due) for way in ways))
        due = _said(_table("currencies")[currency][0]) if currency else ()
    return found


def _currency_of_scaled(text: str, following: str) -> str:
    """The sign of the `$1.2` before `million`; empty for any other word."""
    amount = _AMOUNT.fullmatch(_plain(text)) if len(text) <= LONGEST_TEXT else None
    return amount[1] if amount and _plain(following[:LONGEST_TEXT]) in _table("scales") else ""


def _ways(text: str) -> list[Way]:
    plain = _plain(text) if len(text) <= LONGEST_TEXT else ""
    if not plain:
        return []
    whole = plain + "." if "." in plain and text.endswith(".") else plain
    return list(dict.fromkeys(way for way in islice(_candidates(text, plain, whole), MOST_WAYS) if way))


def _candidates(text: str, plain: str, whole: str) -> Iterator[Way]:
    """The word as it may be in the dictionary, as an abbreviation, as initials, and piece by piece."""
    if plain in _table("short"):
        yield from map(_said, _table("short")[plain])
    elif not any(c.isdigit() for c in plain):
        yield (whole,)
    letters = [c for c in text if c.isalpha()]
    if 2 <= len(letters) <= MOST_INITIALS and all(c.isupper() for c in letters):
        yield tuple(f"{c}." for c in plain if c.isalpha())
    pieces = list(islice(_PIECE.finditer(plain), MOST_PIECES + 1))
    if len(pieces) <= MOST_PIECES and (len(pieces) > 1 or not pieces or not pieces[0][5]):
        for parts in product(*map(_ways_of_piece, pieces)):
            yield tuple(word for part in parts for word in part)


def _plain(text: str) -> str:
    """Lower case without accents and surrounding punctuation, with straight apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("½", " and a half"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip(_MARKS)


def _said(text: str) -> Way:
    return tuple(text.split())


def _ways_of_piece(piece: re.Match[str]) -> list[Way]:
    currency, whole, fraction, ending, letters, sign = piece.groups()
    if letters:
        return [(letters,)]
    if sign:
        return [_said(way) for way in _table("signs").get(sign, ("",))]
    scale = _said(_table("scales")[ending][0]) if ending in _table("scales") else ()
    unit = _said(_table("currencies")[currency][0]) if currency else ()
    numbers = _decimal(whole, fraction) if fraction else _number(whole, ending)
    return [(*number, *scale, *unit) for number in numbers]


def _decimal(whole: str, fraction: str) -> list[Way]:
    digits = tuple(word for digit in fraction[1:] for word in _cardinal(digit))
    return [(*number, "point", *digits) for number in _number(whole, "")[:1]]


def _number(written: str, ending: str) -> list[Way]:
    """The ways of saying a whole number: as a cardinal or ordinal, in pairs of digits, digit by digit."""
    digits = written.replace(",", "")
    if len(digits) > MOST_DIGITS:
        return []
    if ending in {"st", "nd", "rd", "th"}:
        return _with_and(_cardinal(digits, "ordinal"))
    ways = _with_and(_cardinal(digits))
    if 3 <= len(digits) <= 4 and "," not in written and digits[0] != "0":
        ways.insert(0, _in_pairs(digits))
    if 2 < len(digits) <= MOST_SPELT_DIGITS or digits[0] == "0":
        ways.append(tuple(word for digit in digits for word in _cardinal(digit)))
    return [(*way[:-1], _plural(way[-1])) for way in ways] if ending == "s" else ways


def _with_and(words: Way) -> list[Way]:
    without = tuple(word for word in words if word != "and")
    return list(dict.fromkeys([without, words]))


def _in_pairs(digits: str) -> Way:
    """`nineteen eighty four`, `nineteen oh five`, `nineteen hundred`, for three or four digits."""
    head, tail = _cardinal(digits[:-2]), digits[-2:]
    if tail == "00":
        return (*head, "hundred")
    return (*head, "oh", *_cardinal(tail[1])) if tail[0] == "0" else (*head, *_cardinal(tail))


def _cardinal(digits: str, kind: str = "cardinal") -> Way:
    from num2words import num2words

    return tuple(re.findall(r"[a-z]+", num2words(int(digits), to=kind)))


def _plural(word: str) -> str:
    return word[:-1] + "ies" if word.endswith("y") else word + ("es" if word.endswith("x") else "s")


@cache
def _table(name: str) -> Mapping[str, tuple[str, ...]]:
    """A table of `spoken_en.toml`."""
    return {key: tuple(ways) for key, ways in toml_tables(__package__, "spoken_en.toml")[name].items()}
