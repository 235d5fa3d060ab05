"""What else the words of one number may say: `thirty-second`, `5m`, `twenty twenty`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from captionkit.match.language import MatchLanguage, NumberWords
from captionkit.match.tokens.numbers import FIGURES, and_share, figure_of, number_form, read_number, two_figures


def other_readings(words: Sequence[str], language: MatchLanguage) -> tuple[tuple[str, ...], ...]:
    """What else the words of one number may say, as forms: `thirty-second` is an ordinal, or 30 and a unit.

    Args:
        words: the words of the number and no others.
        language: their language's data.
    """
    known = language.numbers
    if len(words) == 1:
        return _other_word(words[0], known, language)
    if words[0] == known.point:
        figures = [figure_of(word, known) for word in words[1:]]
        return ((words[0], *(f"#{figure}" for figure in figures)),) if None not in figures else ()
    if words[-1] == known.second:
        count = read_number(words[:-1], known)
        ordinal = number_form(Fraction(known.ordinals[known.second]), "th")
        return ((count[0], ordinal),) if count and count[1] == len(words) - 1 else ()
    return _other_share(words, known) or _other_pair(words, known) or _other_sum(words, known)


def _other_word(word: str, known: NumberWords, language: MatchLanguage) -> tuple[tuple[str, ...], ...]:
    """`5m` may be five meters, and `one` is a part of `anyone`."""
    figures = FIGURES.fullmatch(word)
    if figures and figures[4] in known.short_scales:
        return _other_scale(word.removesuffix(figures[4]), figures[4], language)
    return ((word,),) if known.cardinals.get(word) == 1 else ()


def _other_scale(figures: str, letter: str, language: MatchLanguage) -> tuple[tuple[str, ...], ...]:
    """`5m` may be five meters, and `5k` five K."""
    plain = read_number([figures], language.numbers)
    units = [*language.units.get(letter, ()), letter]
    return tuple((plain[0], unit) for unit in dict.fromkeys(units)) if plain else ()


def _other_sum(words: Sequence[str], known: NumberWords) -> tuple[tuple[str, ...], ...]:
    """`in 2019 and a half of them` has two numbers."""
    for at in range(1, len(words)):
        share = and_share(words, at, known)
        if share and at + share.count == len(words) and (before := read_number(words[:at], known)):
            return ((before[0], known.conjunction, number_form(share.value)),)
    return ()


def _other_pair(words: Sequence[str], known: NumberWords) -> tuple[tuple[str, ...], ...]:
    """`twenty twenty` may be two numbers, `20/20` or `20-20`."""
    pair = two_figures(words, known)
    if pair is None or pair[1] == len(words) or any(word not in known.cardinals for word in words):
        return ()
    rest = two_figures(words[pair[1] :], known)
    return ((f"#{pair[0]}", f"#{rest[0]}"),) if rest and pair[1] + rest[1] == len(words) else ()


def _other_share(words: Sequence[str], known: NumberWords) -> tuple[tuple[str, ...], ...]:
    """`a third` may be one of many, and the one hundredth one of 100 equal shares."""
    if len(words) != 2 or not known.is_one(words[0]):
        return ()
    one = words[0] if words[0] in known.one else "#1"
    if words[1] in known.ordinal_scales:
        value = known.ordinal_scales[words[1]]
        return ((one, number_form(Fraction(value), "th")),) if one != "#1" else ((number_form(Fraction(1, value)),),)
    if words[1] in known.ordinals and words[1] in known.shares:
        return ((one, number_form(Fraction(known.ordinals[words[1]]), "th")),)
    return ()
