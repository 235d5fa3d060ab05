"""A quote cut into the pieces that are looked for one by one: at ellipses, sentence ends and part boundaries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from captionkit.match.normalise import Token, tokens
from captionkit.model import Part

Joint = Literal["start", "sentence", "ellipsis", "part", "seam"]
"""What stands before a piece: nothing; a sentence end within its part; an ellipsis; the end of another part, after
which other words may have been said; a seam, where two parts are one sentence."""

_SENTENCE_END = re.compile(r"[.!?]+[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")
SHORTEST_SENTENCE_WORDS = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words to be found in one place: `words` without the bracketed ones, and those by where they stand.

    `brackets` pairs the index in `words` before which a bracket stands with its text. Offsets of the tokens are
    into the text of the part.
    """

    part: int
    joint: Joint
    words: tuple[Token, ...]
    brackets: tuple[tuple[int, str], ...] = ()


def pieces(parts: tuple[Part, ...], code: str) -> tuple[Piece, ...]:
    """All pieces of a quote in order; a part without words has none."""
    found: list[Piece] = []
    for index, part in enumerate(parts):
        joint: Joint = "start" if not found else "seam" if part.continues else "part"
        for run, mark in _runs(part.text, tokens(part.text, code)):
            found.append(_piece(index, mark or joint, run, part.text))
    return tuple(p for p in found if p.words)


def _runs(text: str, words: tuple[Token, ...]) -> list[tuple[list[Token], Joint | None]]:
    """Words cut at ellipses and sentence ends, each run with the mark before it; None before the first."""
    ends = {m.end() for m in _SENTENCE_END.finditer(text)}
    runs: list[tuple[list[Token], Joint | None]] = []
    for word in words:
        if not runs:
            runs.append(([word], None))
        elif word.after_ellipsis:
            runs.append(([word], "ellipsis"))
        elif _starts_sentence(word, ends) and len(runs[-1][0]) >= SHORTEST_SENTENCE_WORDS:
            runs.append(([word], "sentence"))
        else:
            runs[-1][0].append(word)
    if len(runs) > 1 and len(runs[-1][0]) < SHORTEST_SENTENCE_WORDS and runs[-1][1] == "sentence":
        runs[-2][0].extend(runs.pop()[0])
    return runs


def _starts_sentence(word: Token, ends: set[int]) -> bool:
    """Whether a sentence end lies just before a word, its opening marks apart."""
    return any(word.start - back in ends for back in range(3))


def _piece(part: int, joint: Joint, run: list[Token], text: str) -> Piece:
    words: list[Token] = []
    brackets: dict[int, list[Token]] = {}
    for token in run:
        if token.bracketed:
            brackets.setdefault(len(words), []).append(token)
        else:
            words.append(token)
    marked = tuple((at, text[found[0].start : found[-1].end]) for at, found in brackets.items())
    return Piece(part, joint, tuple(words), marked)
