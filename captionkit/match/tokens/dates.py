"""Dates → month and day, in whatever order they are written."""

from __future__ import annotations

from dataclasses import replace

from captionkit.match.language import MatchLanguage
from captionkit.match.tokens.token import MatchToken, is_number


def with_dates(found: list[MatchToken], text: str, language: MatchLanguage) -> list[MatchToken]:
    """`December 9`, `9 December` and `the ninth of December` as month and day."""
    out: list[MatchToken] = []
    for at, token in enumerate(found):
        if _names_month(found, at, text, language) and (count := _day_before(out, text)):
            day = out[-count] if count < 3 else out[-2]
            first = out[-count]
            whole = replace(token, start=first.start, after_ellipsis=first.after_ellipsis)
            out[-count:] = [whole, replace(whole, form=_day(day), after_ellipsis=False)]
        elif out and _is_day(token) and _is_month(out[-1], token, text, language):
            out.append(replace(token, form=_day(token)))
        elif len(out) > 1 and _is_spoken_day(out, token, language):
            out[-2:] = [replace(out[-2], end=out[-1].end), token]
        else:
            out.append(token)
    return out


def _is_spoken_day(out: list[MatchToken], token: MatchToken, language: MatchLanguage) -> bool:
    """Whether a token is the day of `March the 20th`."""
    return (
        out[-1].form == language.numbers.the != "" and out[-2].form in language.months and token.form.endswith("th")
    )


def _day(token: MatchToken) -> str:
    return token.form.removesuffix("th") + "th"


def _day_before(out: list[MatchToken], text: str) -> int:
    """How many tokens at the end are the day of a month that follows (`9`, `the ninth of`); 0 if there is no day."""
    forms = [token.form for token in out[-3:]]
    if len(forms) == 3 and forms[0] == "the" and forms[2] == "of" and _is_day(out[-2]):
        return 3
    if len(forms) >= 2 and forms[-1] == "of" and forms[-2].endswith("th") and _is_day(out[-2]):
        return 2
    return 1 if out and _is_day(out[-1]) and text[out[-1].start].isdigit() else 0


def _names_month(found: list[MatchToken], at: int, text: str, language: MatchLanguage) -> bool:
    """Whether a word after a day is a month; `may` and `march` need a capital and no verb after them."""
    if found[at].form not in language.month_words:
        return found[at].form in language.months
    following = found[at + 1].form if at + 1 < len(found) else ""
    is_name = text[found[at].start].isupper() or text.islower()
    return is_name and following not in language.month_breakers


def _is_month(token: MatchToken, day: MatchToken, text: str, language: MatchLanguage) -> bool:
    """Whether a token before a day is a month; `may` and `march` are only before figures and ordinals."""
    sure = token.form not in language.month_words or day.form.endswith("th") or text[day.start].isdigit()
    return sure and token.form in language.months


def _is_day(token: MatchToken) -> bool:
    figures = token.form.removeprefix("#").removesuffix("th")
    return is_number(token.form) and figures.isdigit() and 1 <= int(figures) <= 31
