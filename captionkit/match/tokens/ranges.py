"""Ranges and scores with a dash, and what separates a token from the one before it."""

from __future__ import annotations

from dataclasses import replace

from captionkit.match.tokens.token import CURRENCY_SIGNS, DASHES, HYPHENS, Joint, MatchToken, is_number


def is_dash(token: MatchToken, text: str) -> bool:
    """Whether a token is the `to` that a dash between two figures stands for (`7–2`)."""
    return token.form == "to" and text[token.start : token.end] in DASHES


def with_ranges(found: list[MatchToken], text: str, spelt: list[tuple[int, int]]) -> list[MatchToken]:
    """The tokens with the `to` of a range or a score with a dash (`7–2`, `$10-20 million`, `5%-10%`) inserted.

    Of two equal currencies or percent signs the first need not be said; a currency that is written only before the
    first number is said after the second.
    """
    out: list[MatchToken] = []
    for at, token in enumerate(found):
        before = out[-1] if out else None
        dash = _dash_between(before, token, text) if before is not None else None
        if before is None or dash is None or any(start <= dash < end for start, end in spelt):
            out.append(token)
            continue
        run = [MatchToken("to", dash, dash + 1, bracketed=token.bracketed, joint="-"), token]
        following = found[at + 1].form if at + 1 < len(found) else ""
        if not is_number(before.form) and following == before.form:
            out[-1] = replace(before, others=(*before.others, ()))
        elif not is_number(before.form) and _has_sign(before, text) and not _has_sign(token, text):
            run.append(replace(out.pop(), start=token.start, end=token.end))
        out += run
    return out


def _has_sign(token: MatchToken, text: str) -> bool:
    return text[token.start] in CURRENCY_SIGNS


def _dash_between(before: MatchToken, token: MatchToken, text: str) -> int | None:
    """The offset of the dash between two numbers in figures; None if there is none."""
    between = text[before.end : token.start]
    dash = between.strip()
    spaced = len(between) > 1 and dash not in HYPHENS
    if len(dash) != 1 or dash not in DASHES or spaced or not is_number(token.form):
        return None
    ends_number = text[before.end - 1].isnumeric() or text[before.end - 1] == "%"
    starts_number = text[token.start].isnumeric() or _has_sign(token, text)
    return before.end + between.index(dash) if ends_number and starts_number else None


def with_joints(found: list[MatchToken], text: str, spelt: list[tuple[int, int]]) -> list[MatchToken]:
    """The tokens with their joints."""
    out: list[MatchToken] = []
    for token in found:
        joint = _joint(out[-1], token, text, spelt) if out else ""
        out.append(token if joint == token.joint else replace(token, joint=joint))
    return out


def _joint(before: MatchToken, token: MatchToken, text: str, spelt: list[tuple[int, int]]) -> Joint:
    between = text[before.end : token.start]
    is_hyphen = len(between) == 1 and between in DASHES
    if not is_number(token.form):
        return "-" if is_hyphen else ""
    if is_dash(before, text):
        return "|"
    if not is_number(before.form) or any(start < token.start < end for start, end in spelt):
        return ""
    if is_hyphen and not text[token.start].isdigit():
        return "-"
    return "" if between.isspace() else "|"
