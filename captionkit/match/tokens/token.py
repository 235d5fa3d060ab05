"""The comparable word, and the characters and forms that the other modules of this room test for."""

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
    """A word to compare. `form` is compared; `start` and `end` are offsets into the text it comes from.

    `short` is the short form that the word is a part of (`can't`), empty otherwise. `bracketed` words stand
    in [brackets]; `after_ellipsis` is true of the first word after an ellipsis. `joint` is what stands before it.
    `others` are further readings of the word, each in forms (`thirty-second` lasts 30 seconds, or is the 32nd);
    `means` are the words that a short form stands for here (`'s` is `has` only before a participle).
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
