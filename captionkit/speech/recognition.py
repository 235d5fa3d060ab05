"""What was recognised, before any name is respelt: passages of sound with their words.

Recognising a clip is the slow step, so its result is cached and everything after it starts from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from captionkit.model import ModelUsed, Span, Word

RECOGNITION_VERSION = 8
"""Increased whenever recognition gives other results than before; entries cached under another number are not used."""


@dataclass(frozen=True, slots=True)
class RecognisedWord:
    """A word as the decoder wrote it. `pieces` is how many tokens it took: one for a word the model knows well."""

    text: str
    start_ms: int
    end_ms: int
    probability: float
    pieces: int

    def __post_init__(self) -> None:
        """Refuse what is no word of a clip, as a damaged file may hold."""
        Word(self.text, self.start_ms, self.end_ms, self.probability)
        if not (self.probability >= 0 and self.pieces > 0):
            raise ValueError(f"no word has the probability {self.probability} and {self.pieces} pieces")


@dataclass(frozen=True, slots=True)
class RecognisedPassage:
    """A stretch of sound and its words. `mean_logprob` is the decoder's sureness, a mean over tokens."""

    span: Span
    words: tuple[RecognisedWord, ...]
    mean_logprob: float

    @property
    def text(self) -> str:
        """The words as one text."""
        return " ".join(w.text for w in self.words)


@dataclass(frozen=True, slots=True)
class Recognition:
    """All passages of a clip in order of time, and where there is a voice."""

    language: str
    language_probability: float
    model: ModelUsed
    passages: tuple[RecognisedPassage, ...]
    voiced: tuple[Span, ...]
