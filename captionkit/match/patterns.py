"""The pieces a text is cut into before its words are compared, as regular expressions for a language."""

from __future__ import annotations

import re
from functools import cache

from captionkit.match.language import Separators
from captionkit.match.numbers import VULGAR

ELLIPSIS = "…"
DASHES = frozenset("-‐‑‒–—")
HYPHENS = "‐‑‒–-"
"""Dashes that may stand between two figures or before one; a long dash separates sentences."""
MINUS = "−"
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts written without spaces, compared letter by letter: Thai, Lao, Burmese, Khmer, kana, Han."""
CURRENCY_SIGNS = "$£€¥₹"
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


@cache
def piece_pattern(separators: Separators) -> re.Pattern[str]:
    """What a text is cut into: words, figures and the marks that count, hyphens split.

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
    """Figures with a point before decimals and nothing between thousands, whatever they are written with."""
    whole = re.match(rf"(?!0)\d{{1,3}}(?:{_class(separators.thousands + _ARABIC['thousands'])}\d{{3}})+(?!\d)", written)
    end = whole.end() if whole else 0
    rest = written[end:].replace(separators.decimal, ".").replace(_ARABIC["decimal"], ".")
    return "".join(c for c in written[:end] if c.isdigit()) + rest
