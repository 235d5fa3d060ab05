"""Which edits the sound is asked about, and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from captionkit.match.sound.context import LEAST_LIKENESS, MARKS, SoundContext, sound_likeness
from captionkit.match.sound.fillers import FillerReading, filler_readings
from captionkit.match.sound.stretches import Slot, Stretch, stretches
from captionkit.model import Edit, Finding, PartFinding, Word

UNSURE_PROBABILITY = 0.5
LONGEST_INVENTED_WORDS = 3
"""A recogniser is never sure of more words in a row that nobody said."""
LONGEST_ASKED_WORDS = 12
MOST_EDITS = 12
MOST_OUTSIDE_WORDS = 2
MOST_WORDS_APART = 3
LEAST_GAIN = 10.0
"""In percent of likeness: what words outside a part must add to be taken for a piece of its first or last word."""


@dataclass(frozen=True, slots=True)
class Question:
    """An edit that the sound is asked about: its part and its number in it, its slot, and the fillers it may be."""

    part: int
    number: int
    edit: Edit
    slot: Slot
    fillers: tuple[FillerReading, ...] = ()

    @property
    def place(self) -> tuple[int, int]:
        """The range of its words in the transcript."""
        return self.slot.first, self.slot.last


def is_asked_about(part: PartFinding) -> bool:
    """Whether the sound is asked about a part: it was found and does not differ too much."""
    return part.verdict != "not_found" and len(part.edits) <= MOST_EDITS


def questions(finding: Finding, context: SoundContext) -> Iterator[tuple[Stretch, tuple[Question, ...]]]:
    """What to ask about a quote: differences that are close together are one question, even across parts."""
    found: list[Question] = []
    every = (q for at, part in enumerate(finding.parts) for q in _questions_about_part(part, at, context))
    for question in sorted(every, key=lambda question: question.place):
        if not found or found[-1].slot.last <= question.slot.first:
            found.append(question)
    left = iter(found)
    for stretch in stretches([question.slot for question in found], len(context.words)):
        yield stretch, tuple(islice(left, len(stretch.slots)))


def _questions_about_part(part: PartFinding, at: int, context: SoundContext) -> Iterator[Question]:
    said = context.said_range(part)
    for number, edit in enumerate(part.edits if is_asked_about(part) else ()):
        place = context.place_of(edit)
        if place is None or not _is_worth_asking(edit, context.words[slice(*place)]):
            continue
        fillers = tuple(filler_readings(edit, place, context))
        first, last = _whole_sound(edit, place, said, context)
        if fillers:
            readings = (edit.published, *(reading.text for reading in fillers))
            yield Question(at, number, edit, Slot(first, last, readings), fillers)
        else:
            yield from (Question(at, number, edit, slot) for slot in _word_by_word(edit, (first, last), context))


def _word_by_word(edit: Edit, place: tuple[int, int], context: SoundContext) -> list[Slot]:
    """One slot for each word that differs where as many words are printed as heard, so that a real change is not
    dismissed with a recognition error next to it; else one slot for all."""
    first, last = place
    printed = edit.published.split()
    apart: list[Slot] = []
    if len(printed) == last - first <= MOST_WORDS_APART:
        apart = [
            Slot(first + at, first + at + 1, (word,))
            for at, word in enumerate(printed)
            if word.strip(MARKS).casefold() != context.texts[first + at].strip(MARKS).casefold()
        ]
    return apart or [Slot(first, last, (edit.published,))]


def _whole_sound(edit: Edit, place: tuple[int, int], said: range, context: SoundContext) -> tuple[int, int]:
    """The heard words that a printed word at the edge of a part sounds like; some may be outside it (`and | more`)."""
    first, last = place
    if not edit.published or not edit.heard or not said:
        return place
    texts = context.texts
    lefts = range(max(0, first - MOST_OUTSIDE_WORDS), first + 1) if first == said.start else (first,)
    rights = range(last, min(len(texts), last + MOST_OUTSIDE_WORDS) + 1) if last == said.stop else (last,)
    options = [(left, right) for left in lefts for right in rights]

    def likeness(option: tuple[int, int]) -> float:
        return sound_likeness(edit.published, " ".join(text.strip(MARKS) for text in texts[slice(*option)]))

    best = max(options, key=likeness)
    return best if likeness(best) >= max(LEAST_LIKENESS, likeness(place) + LEAST_GAIN) else place


def _is_worth_asking(edit: Edit, heard: Sequence[Word]) -> bool:
    """Changes that count or may count, and short forms written out: recognisers often write one for the other."""
    if len(heard) > LONGEST_ASKED_WORDS:
        return False
    if len(heard) > LONGEST_INVENTED_WORDS and not edit.published:
        return any(word.probability < UNSURE_PROBABILITY for word in heard)
    if edit.severity == "tidied":
        return bool(edit.published and edit.heard)
    return edit.severity in {"altered", "uncertain"}
