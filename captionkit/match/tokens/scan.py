"""Text → raw tokens: words, figures and the marks that matter, each with its offsets."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import replace
from functools import cache

from captionkit.match.language import MatchLanguage, Separators
from captionkit.match.tokens.numbers import VULGAR, is_share
from captionkit.match.tokens.token import CURRENCY_SIGNS, ELLIPSIS, HYPHENS, MatchToken

MINUS = "−"
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts written without spaces, compared letter by letter: Thai, Lao, Burmese, Khmer, kana, Han."""
SIGN = (
    rf"(?<![^\s(\[\"“„‘'«¿¡])[{MINUS}{HYPHENS}](?=[{CURRENCY_SIGNS}]?\.?\d)"
    rf"|(?<=[{CURRENCY_SIGNS}])[{MINUS}{HYPHENS}](?=\d)"
)
"""The sign of a negative number: at the start of a word, right before a figure or a currency sign, never between
figures (`the 7-2 vote`) nor before a word."""
SPELT = re.compile(
    rf"(?<![\w{HYPHENS}])(?:\d(?:[{HYPHENS}]\d){{2,}}|(?:1[{HYPHENS}])?\d{{3}}[{HYPHENS}]\d{{3}}[{HYPHENS}]\d{{4}})"
    rf"(?![\w{HYPHENS}])"
)
"""Figures that are said one at a time, whatever separates them: `9-1-1`, `800-555-0123`."""
_ARABIC = {"decimal": "\u066b", "thousands": "\u066c"}
"""Separators of Arabic figures, the same in every language."""
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´＇′‛", "'"))
_GLUE = "_"
"""In flattened text, replaces characters inside a word that are not letters: combining marks, zero-width characters."""
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_LETTERS_WITH_POINTS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?")
_NO_POINT = re.compile(r"[^.]+")
_COMBINING = re.compile("[\u0300-\u036f]")


@cache
def token_pattern(separators: Separators) -> re.Pattern[str]:
    """The pattern of a raw token: a word, a figure or a mark that counts; hyphens separate.

    Args:
        separators: how the text's language writes numbers.
    """
    return re.compile(
        rf"""
          (?P<sign>{SIGN})
        | [{UNSPACED}]_*
        | (?<!:)\d{{1,2}}:\d{{2}}(?![\w:])
        | (?P<fraction>(?<![\w/])\d{{1,4}}[/\u2044]\d{{1,4}}(?![\w/]))
        | (?P<figures>{_figures(separators)}(?:(?:st|nd|rd|th|s|k|mn?|mln|bn?|tn)(?!\w))?)
        | (?P<vulgar>[{VULGAR}])
        | [^\W\d_{UNSPACED}{VULGAR}](?:(?![{UNSPACED}{VULGAR}])\w|['.](?=[^\W_]))*'?
        | \.{{2,}} | \.(?:\s\.){{2,}} | {ELLIPSIS}
        | [{CURRENCY_SIGNS}¢%&°{MINUS}] | \#(?=\d) | \+(?=[{CURRENCY_SIGNS}]?\d) | (?<=\d)\+
        """,
        re.VERBOSE,
    )


def _figures(separators: Separators) -> str:
    """Figures with thousands and decimals. Where commas mark decimals, a point that no three figures follow does so,
    too (`1.5 millones` in Mexico)."""
    between = _class(separators.thousands + _ARABIC["thousands"])
    decimal = _class(separators.decimal + "." + _ARABIC["decimal"])
    grouped = rf"(?!0)\d{{1,3}}(?:{between}\d{{3}})+(?!\d|{between}\d{{3}}(?!\d))"
    whole = rf"(?:{grouped}|(?!{grouped})\d+)"
    return rf"(?:(?<!\d{decimal}){whole}{decimal}\d+(?!\d|{decimal}\d)|{whole}|(?<![\w.,])\.\d+)"


def _class(characters: str) -> str:
    """Any of some characters, safe in a verbose expression."""
    return "[" + "".join(f"\\u{ord(c):04x}" for c in characters) + "]"


def plain_figures(written: str, separators: Separators) -> str:
    """Figures with a point before decimals and nothing between thousands, whatever their separators."""
    whole = re.match(rf"(?!0)\d{{1,3}}(?:{_class(separators.thousands + _ARABIC['thousands'])}\d{{3}})+(?!\d)", written)
    end = whole.end() if whole else 0
    rest = written[end:].replace(separators.decimal, ".").replace(_ARABIC["decimal"], ".")
    return "".join(c for c in written[:end] if c.isdigit()) + rest


def scanned(text: str, language: MatchLanguage) -> list[MatchToken]:
    """The raw tokens of a text: words, figures and the marks that matter, with their offsets."""
    brackets = [match.span() for match in _BRACKETS.finditer(text)]
    starts = [start for start, _ in brackets]
    flat = flat_text(text)
    shouts = not any(c.islower() for c in text) and len(text.split()) > 1
    found: list[MatchToken] = []
    for match in token_pattern(language.separators).finditer(flat):
        start, end = match.span()
        nearest = bisect_right(starts, start) - 1
        inside = nearest >= 0 and start < brackets[nearest][1]
        token = MatchToken(_raw_form(match, text, language), start, end, bracketed=inside)
        if not shouts and text[start:end].isupper() and len(token.form) > 1 and token.form in language.fillers:
            token = replace(token, form=token.form.upper())
        found += _split(token, text, language)
    return _letters_in_brackets(found)


def _raw_form(match: re.Match[str], text: str, language: MatchLanguage) -> str:
    """The form of a raw token: figures with a decimal point, fractions as `1/2`, a sign as its word."""
    written = text[match.start() : match.end()]
    if match["sign"]:
        return language.numbers.minus[0]
    if match["vulgar"]:
        return unicodedata.normalize("NFKC", written).replace("\u2044", "/")
    if match["fraction"]:
        return written.replace("\u2044", "/")
    return plain_figures(match[0], language.separators) if match["figures"] else _form(written, language)


def flat_text(text: str) -> str:
    """A text in lower case and compatibility forms, of the same length, so that offsets stay valid."""
    plain = text.replace("_", " ").translate(_APOSTROPHES)
    if plain.isascii():
        return plain.lower()
    return "".join(map(_flat_character, plain))


def _flat_character(character: str) -> str:
    if character.isascii():
        return character.lower()
    if unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"}:
        return _GLUE
    if unicodedata.category(character) == "No":
        return character
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character


def _form(written: str, language: MatchLanguage) -> str:
    """The form of a word: case, compatibility forms and invisible characters do not count."""
    form = written.translate(_APOSTROPHES).casefold()
    if not form.isascii():
        visible = "".join(c for c in form if unicodedata.category(c) != "Cf" and not "\ufe00" <= c <= "\ufe0f")
        form = unicodedata.normalize("NFKC", visible).casefold()
        if language.folds_accents:
            form = _COMBINING.sub("", unicodedata.normalize("NFD", form))
        form = unicodedata.normalize("NFC", form)
    if form.startswith("."):
        return ELLIPSIS
    return form.replace(".", "") if _LETTERS_WITH_POINTS.fullmatch(form) else form.strip("'") or form


def _split(token: MatchToken, text: str, language: MatchLanguage) -> list[MatchToken]:
    """One token, or two where no space follows a full stop (`end.Start`), or a slash separates two numbers (`24/7`)."""
    if "/" in token.form and not is_share(token.form):
        at = next(at for at in range(token.start, token.end) if text[at] in "/\u2044")
        first, last = token.form.split("/")
        return [replace(token, form=first, end=at), replace(token, form=last, start=at + 1)]
    if "." not in token.form or token.form[0].isdigit() or token.form[1:].isdigit():
        return [token]
    found = []
    for match in _NO_POINT.finditer(text, token.start, token.end):
        start, end = match.span()
        found.append(replace(token, form=_form(match[0], language), start=start, end=end))
    return found


def _letters_in_brackets(found: list[MatchToken]) -> list[MatchToken]:
    """`[T]he` is the word `The`; `walk[ed]` is one word in brackets, since its ending was not said."""
    out: list[MatchToken] = []
    for token in found:
        before = out[-1] if out else None
        if before is None or before.bracketed == token.bracketed or token.start != before.end + 1:
            out.append(token)
            continue
        only_case = before.bracketed and len(before.form) == 1
        out[-1] = replace(before, form=before.form + token.form, end=token.end, bracketed=not only_case)
    return out
