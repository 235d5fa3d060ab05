"""What was heard, before any name is spelt: passages of sound with their words, and their place on disk.

Hearing a clip is the slow step, so it is kept (`kept.py`) and everything after it starts from here.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from captionkit.model import ModelUsed, Span, Word

HEARING_VERSION = 8
"""Raised whenever this room hears otherwise than before; what was kept under another number is not used."""


@dataclass(frozen=True, slots=True)
class HeardWord:
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
class Passage:
    """A stretch of sound and its words. `mean_logprob` is the decoder's sureness, a mean over tokens."""

    span: Span
    words: tuple[HeardWord, ...]
    mean_logprob: float

    @property
    def text(self) -> str:
        """The words as one text."""
        return " ".join(w.text for w in self.words)


@dataclass(frozen=True, slots=True)
class Hearing:
    """All passages of a clip in order of time, and where there is a voice."""

    language: str
    language_probability: float
    model: ModelUsed
    passages: tuple[Passage, ...]
    voiced: tuple[Span, ...]


def hearing_to_json(hearing: Hearing) -> str:
    """A hearing as JSON, on one line."""
    return json.dumps(asdict(hearing), ensure_ascii=False, separators=(",", ":"))


def hearing_from_json(text: str) -> Hearing:
    """The hearing that `hearing_to_json` wrote.

    Raises:
        ValueError, KeyError, TypeError: the text is something else.
    """
    data: dict[str, Any] = json.loads(text)
    return Hearing(
        str(data["language"]),
        float(data["language_probability"]),
        ModelUsed(**data["model"]),
        tuple(_passage(p) for p in data["passages"]),
        tuple(Span(**s) for s in data["voiced"]),
    )


def _passage(data: dict[str, Any]) -> Passage:
    words = tuple(HeardWord(**w) for w in data["words"])
    return Passage(Span(**data["span"]), words, float(data["mean_logprob"]))
