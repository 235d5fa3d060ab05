"""What depends on the script: how wide a text is, where blanks stand, where a line may never break.

Latin, Cyrillic, Greek, Hebrew, Arabic, Devanagari, Hangul and all others with blanks between words are laid
out word by word. Right-to-left text keeps its reading order; the player turns each line round by the Unicode
bidirectional algorithm. Han and kana are set token beside token, with the marks of `scripts.toml` kept off a line's
beginning and end, and words in katakana whole. Thai, Lao, Khmer and Burmese have no blanks between words either, and
may be broken between words alone, which takes a dictionary that is not here: they are refused (`unbreakable_language`).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from captionkit.text import toml_tables

COLUMNS_PER_WORD = 6
"""A word of English takes so many, its blank included."""

_ZERO_WIDTH_JOINER = "\u200d"


def columns(text: str) -> int:
    """How many columns a text takes: a wide character two, a combining or invisible one none."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(character) for character in text)


def side_by_side(before: str, after: str) -> bool:
    """Whether no blank stands between two tokens."""
    if before.isascii() and after.isascii():
        return False
    return (is_unspaced(before[-1]) and is_unspaced(after[0])) or is_mark(after[0])


def never_parted(before: str, after: str) -> bool:
    """Whether no line may end between two tokens, whatever it costs elsewhere."""
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
    """How many words so many columns of text without blanks come to, for a reading speed that is told in words."""
    return max(1, text_columns // COLUMNS_PER_WORD)


@cache
def marks(kind: str) -> frozenset[str]:
    """One of the sets of marks in scripts.toml."""
    return frozenset(_data()[kind])


@cache
def abbreviations() -> frozenset[str]:
    """Words whose full stop ends no sentence, bare, of several languages."""
    return frozenset(_data()["abbreviations"].split())


@cache
def is_unspaced(character: str) -> bool:
    """Whether the character belongs to a script that has no blanks between words."""
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
