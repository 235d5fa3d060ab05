"""What the sound is asked with, and the places of words and edits in the transcript."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from captionkit.match.sound.thresholds import Thresholds
from captionkit.match.tokens import tokens
from captionkit.match.transcript import MatchTranscript
from captionkit.model import Edit, Evidence, Margin, PartFinding, Span, Word

Weigh = Callable[[tuple[int, int], Sequence[str]], "list[Margin] | None"]
"""How much likelier `words[first:last]` are than each of some other wordings of them; None where the sound cannot be
asked. The pipeline passes it in."""
MARKS = ".,;:!?…\"“”"
LEAST_ALIKE = 66.0
"""In percent, of letters and phonetic keys together: from here on two wordings sound alike."""


@dataclass(frozen=True, slots=True)
class SoundScorer:
    """The sound that verdicts are weighed against.

    `views` answer the same questions in other ways: another stretch of the sound, another model. They are asked only
    before a change that decides a meaning is put down to the recogniser.
    """

    weigh: Weigh
    views: tuple[Weigh, ...] = ()


@dataclass(frozen=True, slots=True)
class SoundContext:
    """What one part is weighed with."""

    heard: MatchTranscript
    sound: SoundScorer
    limits: Thresholds
    starts_ms: tuple[int, ...]
    names: frozenset[str]


def place_of(edit: Edit, starts_ms: tuple[int, ...]) -> tuple[int, int] | None:
    """The words an edit is about, as a range of the transcript; an empty one where words would be put in."""
    if edit.start_ms is None or edit.end_ms is None or not (edit.published or edit.heard):
        return None
    first = bisect_left(starts_ms, edit.start_ms)
    if not edit.heard:
        return first, first
    return first, max(first + 1, bisect_left(starts_ms, edit.end_ms))


def said_range(part: PartFinding, scale: SoundContext) -> tuple[int, int]:
    """The words of the transcript from the first to the last that a part is found in; an empty range without any."""
    if not part.spans:
        return 0, 0
    return (
        bisect_left(scale.starts_ms, part.spans[0].start_ms),
        bisect_left(scale.starts_ms, max(span.end_ms for span in part.spans)),
    )


def said_in(part: PartFinding, scale: SoundContext) -> Iterator[int]:
    """The words of the transcript that a part is found in, by index."""
    for span in part.spans:
        yield from range(bisect_left(scale.starts_ms, span.start_ms), bisect_left(scale.starts_ms, span.end_ms))


def word_forms(words: Sequence[Word], code: str) -> list[str]:
    """The comparable forms of transcript words."""
    return [t.form for w in words for t in tokens(w.text, code)]


def text_forms(text: str, scale: SoundContext) -> list[str]:
    """The comparable forms of a text."""
    return [t.form for t in tokens(text, scale.heard.code)]


def sound_likeness(one: str, other: str) -> float:
    """How alike two wordings sound, in percent: letters and phonetic keys, half each."""
    from jellyfish import metaphone
    from rapidfuzz import fuzz

    keys = metaphone(one), metaphone(other)
    letters: float = fuzz.ratio(one.casefold(), other.casefold())
    return (letters + fuzz.ratio(*keys)) / 2


def other_reading(text: str, other: str, margin: Margin, span: Span) -> Evidence:
    """Another reading of words that agree, as evidence: positive for the reading."""
    nats = round(-margin.sound_nats, 1), round(-margin.expected_nats, 1)
    return Evidence(text, other, nats[0], "neither", span.start_ms, span.end_ms, nats[1], doubt=True)
