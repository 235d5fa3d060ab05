"""The result of recognition, before names are corrected: passages of sound with their words.

Recognition is the slow step, so its result is cached, and everything after it starts from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from captionkit.model import ModelUsed, Span, Word

RECOGNITION_VERSION = 8
"""Increased whenever recognition gives other results than before; entries cached under another number are not used."""


@dataclass(frozen=True, slots=True)
class RecognisedWord:
    """A word as the decoder wrote it. `pieces` is the number of its tokens: one for a word the model knows well."""

    text: str
    start_ms: int
    end_ms: int
    probability: float
    pieces: int

    def __post_init__(self) -> None:
        """Reject values that a word cannot have, as in a damaged cache entry."""
        Word(self.text, self.start_ms, self.end_ms, self.probability)
        if not (self.probability >= 0 and self.pieces > 0):
            raise ValueError(f"a word cannot have the probability {self.probability} and {self.pieces} pieces")


@dataclass(frozen=True, slots=True)
class RecognisedPassage:
    """A stretch of sound and its words. `mean_logprob` is the decoder's mean log probability of a token."""

    span: Span
    words: tuple[RecognisedWord, ...]
    mean_logprob: float

    @property
    def text(self) -> str:
        """The words as one text."""
        return " ".join(w.text for w in self.words)


@dataclass(frozen=True, slots=True)
class Recognition:
    """All passages of a clip in order of time, and the spans with speech (`voiced`)."""

    language: str
    language_probability: float
    model: ModelUsed
    passages: tuple[RecognisedPassage, ...]
    voiced: tuple[Span, ...]
