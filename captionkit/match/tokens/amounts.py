"""Runs of raw tokens that are one number or an amount of money."""

from __future__ import annotations

import re
from dataclasses import replace

from captionkit.match.language import MatchLanguage
from captionkit.match.tokens.number_readings import other_readings
from captionkit.match.tokens.numbers import LONGEST_NUMBER_WORDS, read_number
from captionkit.match.tokens.token import MatchToken, is_number, negative

_PARTS = re.compile(r"[,;:.!?()—…]")
_CLOCK_POINT = re.compile(r"\d{1,2}\.[0-5]\d")


def unbroken_run(words: list[MatchToken], at: int, text: str, language: MatchLanguage) -> list[MatchToken]:
    """The words from `at` on that may form one number: no mark, bracket or ellipsis separates them.

    A comma does, unless it follows `thousand` or `million`.
    """
    first = words[at]
    run = [first]
    for word in words[at + 1 : at + LONGEST_NUMBER_WORDS]:
        between = text[run[-1].end : word.start]
        scaled = run[-1].form in language.numbers.scales and between.strip() == ","
        if word.bracketed != first.bracketed or word.after_ellipsis or (_PARTS.search(between) and not scaled):
            break
        run.append(word)
    return run


def number_at(words: list[MatchToken], language: MatchLanguage) -> tuple[list[MatchToken], int] | None:
    """A number at the start of some words."""
    forms = [word.form for word in words]
    if _is_clock(words, language):
        forms[0] = forms[0].replace(".", ":")
    read = read_number(forms, language.numbers)
    if read is None:
        return None
    form, count = read
    others = other_readings(forms[:count], language)
    return [replace(words[0], form=form, end=words[count - 1].end, others=words[0].others + others)], count


def _is_clock(words: list[MatchToken], language: MatchLanguage) -> bool:
    """Whether figures with a point are a time of day (`7.30pm`)."""
    return len(words) > 1 and words[1].form in language.clock_words and bool(_CLOCK_POINT.fullmatch(words[0].form))


def signed_at(words: list[MatchToken], language: MatchLanguage) -> tuple[list[MatchToken], int] | None:
    """A negative number at the start of some words: `-2.5`, `minus two point five`, `-$5`."""
    if len(words) < 2 or words[0].form not in language.numbers.minus:
        return None
    run = money_at(words[1:], language) or number_at(words[1:], language)
    if run is None or not _is_plain(run[0][0].form):
        return None
    first = words[0]
    number = replace(run[0][0], form=negative(run[0][0].form), start=first.start, others=())
    rest = [replace(word, start=first.start) for word in run[0][1:]]
    return [replace(number, after_ellipsis=first.after_ellipsis), *rest], run[1] + 1


def _is_plain(form: str) -> bool:
    """Whether a form is a number and neither an ordinal nor a decade."""
    return is_number(form) and form[-1].isdigit() and not form.startswith("#-")


def money_at(words: list[MatchToken], language: MatchLanguage) -> tuple[list[MatchToken], int] | None:
    """`$1.2 million` at the start of some words in the order it is spoken: the number, then the currency."""
    sign = words[0]
    name = language.currency.get(sign.form)
    if name is None:
        return None
    amount = words[1:] if not sign.form.isalpha() and words[1:2] and words[1].start == sign.end else []
    below = bool(amount) and amount[0].form in language.numbers.minus
    amount = amount[1:] if below else amount
    read = read_number([word.form for word in amount], language.numbers)
    if read is None:
        return [replace(sign, form=name)], 1
    form, count = read
    whole = replace(sign, form=negative(form) if below else form, end=amount[count - 1].end)
    return [whole, replace(whole, form=name, after_ellipsis=False)], 1 + below + count


def with_cents(found: list[MatchToken], language: MatchLanguage) -> list[MatchToken]:
    """`one dollar (and) fifty cents` as 1.5 dollars; `pounds sterling` as pounds."""
    out: list[MatchToken] = []
    for token in found:
        if token.form == language.numbers.sterling != "" and out and out[-1].form in language.currency.values():
            out[-1] = replace(out[-1], end=token.end)
            continue
        cut = 2 if out and out[-1].form == language.numbers.conjunction else 1
        if token.form not in language.cents or len(out) < cut + 2 or not is_number(out[-1].form):
            out.append(token)
            continue
        cents, rest = out[-1], out[:-1]
        if rest[-1].form == language.numbers.conjunction:
            rest = rest[:-1]
        out.append(token)
        if len(rest) > 1 and rest[-1].form in language.currency.values() and _adds_up(rest[-2].form, cents.form):
            form = f"{rest[-2].form}.{int(cents.form[1:]):02}".rstrip("0").rstrip(".")
            out = [*rest[:-2], replace(rest[-2], form=form, end=token.end)]
            out.append(replace(rest[-1], start=rest[-2].start, end=token.end))
    return out


def _adds_up(whole: str, cents: str) -> bool:
    """Whether two forms are a whole amount and less than a hundred cents."""
    return whole.removeprefix("#").removeprefix("-").isdigit() and cents[1:].isdigit() and int(cents[1:]) < 100
