"""What the sound is asked with, and the places of parts and edits in the transcript."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from captionkit.match.sound.stretches import Choice, Stretch
from captionkit.match.sound.thresholds import Thresholds
from captionkit.match.sound.wording import worded, written_like
from captionkit.match.tokens import tokens
from captionkit.match.transcript import MatchTranscript
from captionkit.model import Edit, Evidence, Margin, PartFinding, Span, Word

Weigh = Callable[[tuple[int, int], Sequence[str]], "list[Margin] | None"]
"""How much likelier `words[first:last]` are than each of some other wordings of them; None where the sound cannot be
asked. The pipeline passes it in."""
MARKS = ".,;:!?…\"“”"
LEAST_LIKENESS = 66.0
"""In percent: from this `sound_likeness` on, two wordings sound alike."""


@dataclass(frozen=True, slots=True)
class SoundScorer:
    """The sound that verdicts are checked against.

    `views` answer the same questions in other ways: from another stretch of the sound, by another model. They are asked
    only before a difference that decides a meaning is explained as a recognition error.
    """

    weigh: Weigh
    views: tuple[Weigh, ...] = ()


@dataclass(frozen=True)
class SoundContext:
    """What a part is checked with. `names` are the single words of the article's names."""

    transcript: MatchTranscript
    scorer: SoundScorer
    limits: Thresholds
    names: frozenset[str]

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of the transcript."""
        return self.transcript.words

    @cached_property
    def texts(self) -> list[str]:
        """The words of the transcript as written."""
        return [word.text for word in self.words]

    def forms(self, first: int, last: int) -> list[str]:
        """The comparable forms of `words[first:last]`, as far as there are such words."""
        return [form for word in self.words[max(0, first) : max(0, last)] for form in self.forms_of(word.text)]

    def forms_of(self, text: str) -> list[str]:
        """The comparable forms of a text."""
        return [token.form for token in tokens(text, self.transcript.code)]

    def wording(self, stretch: Stretch, choice: Choice) -> str:
        """A stretch of the transcript with the chosen readings."""
        return worded(self.texts, stretch, choice, self.names, self.transcript.code)

    def written_at(self, place: int, text: str) -> str:
        """A text as the recogniser would write it in place of one word."""
        before = self.texts[place - 1] if place else ""
        return written_like(text, [self.texts[place]], before, self.names, self.transcript.code)

    def index_at(self, time_ms: int) -> int:
        """The index of the first word that starts at a time or later."""
        return bisect_left(self.transcript.starts_ms, time_ms)

    def place_of(self, edit: Edit) -> tuple[int, int] | None:
        """The range of words that an edit is about, empty where words would be inserted; None if it has no time."""
        if edit.start_ms is None or edit.end_ms is None or not (edit.published or edit.heard):
            return None
        first = self.index_at(edit.start_ms)
        return (first, max(first + 1, self.index_at(edit.end_ms))) if edit.heard else (first, first)

    def said_range(self, part: PartFinding) -> range:
        """The words from the first to the last that a part was found in."""
        if not part.spans:
            return range(0)
        return range(self.index_at(part.spans[0].start_ms), self.index_at(max(span.end_ms for span in part.spans)))

    def said_words(self, part: PartFinding) -> Iterator[int]:
        """The indexes of the words that a part was found in."""
        for span in part.spans:
            yield from range(self.index_at(span.start_ms), self.index_at(span.end_ms))


def sound_likeness(one: str, other: str) -> float:
    """How alike two wordings sound, in percent: the mean for their letters and for their phonetic keys."""
    from jellyfish import metaphone
    from rapidfuzz import fuzz

    letters: float = fuzz.ratio(one.casefold(), other.casefold())
    return (letters + fuzz.ratio(metaphone(one), metaphone(other))) / 2


def other_reading(text: str, other: str, margin: Margin, span: Span) -> Evidence:
    """Evidence for another reading of words that agree; its margins are positive for that reading."""
    nats = round(-margin.sound_nats, 1), round(-margin.expected_nats, 1)
    return Evidence(text, other, nats[0], "neither", span.start_ms, span.end_ms, nats[1], doubt=True)
