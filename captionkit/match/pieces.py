"""Quote → the pieces that are searched for one at a time: split at parts, ellipses and sentence ends."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Literal

from captionkit.match.tokens import MatchToken, ends_with_ellipsis, tokens
from captionkit.model import Part

Boundary = Literal["start", "sentence", "ellipsis", "part", "seam"]
"""What is before a piece: nothing; a sentence end within its part; an ellipsis; the end of another part, after which
other words may have been said; a seam, where two parts are one sentence."""
_SENTENCE_END = re.compile(r"(?<![.!?])[.!?]+[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")
SHORTEST_SENTENCE_WORDS = 2
LONGEST_PIECE_WORDS = 120
"""A longer sentence is searched for in pieces, which limits the time and memory of the search."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words to be found in one place: `words` without the bracketed ones.

    `brackets` are pairs of an index in `words` and the words of the bracket before it. The offsets of the tokens are
    those in the text of the part.
    """

    part: int
    boundary: Boundary
    words: tuple[MatchToken, ...]
    brackets: tuple[tuple[int, tuple[MatchToken, ...]], ...] = ()


def pieces(parts: tuple[Part, ...], code: str) -> tuple[Piece, ...]:
    """All pieces of a quote in order; a part without words has none."""
    found: list[Piece] = []
    elided = False
    for index, part in enumerate(parts):
        boundary: Boundary = "start" if not found else "part"
        if found and part.continues:
            boundary = "ellipsis" if elided else "seam"
        for run, mark in _runs(part.text, tokens(part.text, code), boundary):
            found.append(_piece(index, mark, run))
        elided = ends_with_ellipsis(part.text)
    return tuple(piece for piece in found if piece.words)


def _runs(text: str, words: tuple[MatchToken, ...], boundary: Boundary) -> list[tuple[list[MatchToken], Boundary]]:
    """Words split at ellipses and sentence ends, each run with its boundary; `boundary` is that of the first run."""
    starts = [word.start for word in words]
    openings = {bisect_left(starts, match.end()) for match in _SENTENCE_END.finditer(text)}
    runs: list[tuple[list[MatchToken], Boundary]] = []
    for index, word in enumerate(words):
        if not runs:
            runs.append(([word], "ellipsis" if boundary == "seam" and word.after_ellipsis else boundary))
            continue
        length = len(runs[-1][0])
        if word.after_ellipsis:
            runs.append(([word], "ellipsis"))
        elif length >= (SHORTEST_SENTENCE_WORDS if index in openings else LONGEST_PIECE_WORDS):
            runs.append(([word], "sentence"))
        else:
            runs[-1][0].append(word)
    if len(runs) > 1 and len(runs[-1][0]) < SHORTEST_SENTENCE_WORDS and runs[-1][1] == "sentence":
        runs[-2][0].extend(runs.pop()[0])
    return runs


def _piece(part: int, boundary: Boundary, run: list[MatchToken]) -> Piece:
    words: list[MatchToken] = []
    brackets: dict[int, list[MatchToken]] = {}
    for token in run:
        if token.bracketed:
            brackets.setdefault(len(words), []).append(token)
        else:
            words.append(token)
    return Piece(part, boundary, tuple(words), tuple((at, tuple(found)) for at, found in brackets.items()))
