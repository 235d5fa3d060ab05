"""The comparable word, and the characters that count in comparing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ELLIPSIS = "…"
DASHES = frozenset("-‐‑‒–—")
HYPHENS = "‐‑‒–-"
"""Dashes that may stand between two figures or before one; a long dash separates sentences."""
CURRENCY_SIGNS = "$£€¥₹"
Joint = Literal["", "-", "|"]
"""What is between a word and the one before it: nothing that counts, a hyphen, or (between two numbers) a mark that
separates them."""


@dataclass(frozen=True, slots=True)
class MatchToken:
    """A comparable word: its `form`, and its offsets `start` and `end` in the text.

    `short` is the short form that the word is a part of (`can't`), else empty. `bracketed` words are in [brackets].
    `after_ellipsis` marks the first word after an ellipsis. `joint` is what is before it. `others` are further
    readings, each as forms (`thirty-second` may last 30 seconds or be the 32nd). `means` are the words that a short
    form stands for in its place (`'s` is `has` only before a participle).
    """

    form: str
    start: int
    end: int
    short: str = ""
    bracketed: bool = False
    after_ellipsis: bool = False
    joint: Joint = ""
    others: tuple[tuple[str, ...], ...] = ()
    means: tuple[str, ...] = ()


def is_number(form: str) -> bool:
    """Whether a form is a number's."""
    return form.startswith("#")


def negative(form: str) -> str:
    """The form of a negative number."""
    return f"#-{form[1:]}"
