"""What depends on the script: how wide a text is, where spaces go, where a line may never break.

Latin, Cyrillic, Greek, Hebrew, Arabic, Devanagari, Hangul and all others with spaces between words are laid
out word by word. Right-to-left text keeps its reading order; the player reverses each line by the Unicode
bidirectional algorithm. Han and kana are set token beside token, with the marks of `scripts.toml` kept away from a
line's beginning and end, and words in katakana kept whole. Thai, Lao, Khmer and Burmese have no spaces between words
either, and may be broken only between words, which needs a dictionary: they are rejected (`unbreakable_language`).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from captionkit.text import toml_tables

COLUMNS_PER_WORD = 6
"""The columns of an average English word, its space included."""

_ZERO_WIDTH_JOINER = "\u200d"


def columns(text: str) -> int:
    """How many columns a text takes: a wide character two, a combining or invisible one none."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(character) for character in text)


def side_by_side(before: str, after: str) -> bool:
    """Whether two tokens are written without a space between them."""
    if before.isascii() and after.isascii():
        return False
    return (is_unspaced(before[-1]) and is_unspaced(after[0])) or is_mark(after[0])


def keeps_together(before: str, after: str) -> bool:
    """Whether no line may end between two tokens, whatever the cost elsewhere."""
    if before.isascii() and after.isascii():
        return False
    if is_mark(after[0]) or after[0] == _ZERO_WIDTH_JOINER or before[-1] == _ZERO_WIDTH_JOINER:
        return True
    if not side_by_side(before, after):
        return False
    if after[0] in marks("never_first") or before[-1] in marks("never_last"):
        return True
    return _is_katakana(before[-1]) and _is_katakana(after[0])


def unbreakable_language(code: str) -> str | None:
    """The name of a language whose lines cannot be broken here, by its code (`th`); None for all others."""
    name: str | None = _data()["unbreakable"].get(code)
    return name


def word_count(text_columns: int) -> int:
    """The number of words that a text without spaces counts as, for a reading speed in words a minute."""
    return max(1, text_columns // COLUMNS_PER_WORD)


@cache
def marks(kind: str) -> frozenset[str]:
    """One of the sets of marks in scripts.toml."""
    return frozenset(_data()[kind])


@cache
def abbreviations() -> frozenset[str]:
    """Words whose full stop does not end a sentence, bare, in several languages."""
    return frozenset(_data()["abbreviations"].split())


@cache
def is_unspaced(character: str) -> bool:
    """Whether the character belongs to a script without spaces between words."""
    return any(int(first, 16) <= ord(character) <= int(last, 16) for first, last in _data()["unspaced"])


def _is_katakana(character: str) -> bool:
    return "\u30a1" <= character <= "\u30fa" or character == "ー"


def is_mark(character: str) -> bool:
    """Whether the character sits on the one before it (a combining accent, a vowel sign)."""
    return unicodedata.category(character).startswith("M")


@cache
def _columns_of(character: str) -> int:
    """The columns of one character."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _data() -> dict[str, Any]:
    return toml_tables(__package__, "scripts.toml")
