"""Word errors, by one rule for every tool: what is compared, and what is not."""

from __future__ import annotations

from dataclasses import dataclass

from captionkit.match.tokens import tokens

NORMALISATION = (
    "case, punctuation, hyphens, British or American spelling, short forms (`can't`, `can not`) and numbers in "
    "words or figures do not count; fillers do"
)
"""What `word_errors` compares, for the reader of a table."""


@dataclass(frozen=True, slots=True)
class WordErrors:
    """How a text differs from its reference, in words of the reference."""

    substituted: int
    deleted: int
    inserted: int
    spoken: int

    @property
    def rate(self) -> float | None:
        """The word error rate; None where the reference has no words."""
        wrong = self.substituted + self.deleted + self.inserted
        return wrong / self.spoken if self.spoken else None


def word_errors(reference: str, heard: str, language: str) -> WordErrors:
    """The fewest word errors that turn the reference into what was heard, after normalisation."""
    import jiwer

    said, found = _plain(reference, language), _plain(heard, language)
    if not said:
        return WordErrors(0, 0, len(found.split()), 0)
    result = jiwer.process_words(said, found)
    return WordErrors(result.substitutions, result.deletions, result.insertions, len(said.split()))


def _plain(text: str, language: str) -> str:
    return " ".join(token.form.replace(" ", "") for token in tokens(text, language))
