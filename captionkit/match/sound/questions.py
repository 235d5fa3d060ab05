"""Which edits the sound is asked about, and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from captionkit.match.sound.context import LEAST_ALIKE, MARKS, SoundContext, place_of, said_range, sound_likeness
from captionkit.match.sound.fillers import FillerReading, filler_readings
from captionkit.match.sound.stretches import Slot, Stretch, stretches
from captionkit.model import Edit, Finding, PartFinding, Word

UNSURE_PROBABILITY = 0.5
LONGEST_INVENTED_WORDS = 3
"""No recogniser is sure of more words in a row that nobody said."""
LONGEST_ASKED_WORDS = 12
MOST_EDITS = 12
MOST_OUTSIDE_WORDS = 2
MOST_WORDS_APART = 3
LEAST_GAIN = 10.0
"""As a similarity in percent: what words outside a part must add to be taken for a part of its last word."""


@dataclass(frozen=True, slots=True)
class Question:
    """An edit of a part that the sound is asked about, by their numbers."""

    part: int
    number: int
    edit: Edit
    slot: Slot
    talk: tuple[FillerReading, ...]

    def place(self) -> tuple[int, int]:
        """Where its words stand in the transcript."""
        return self.slot.first, self.slot.last


def is_weighed(part: PartFinding) -> bool:
    """Whether the sound is asked about a part: it was found, and does not differ too much to be worth it."""
    return part.verdict != "not_found" and len(part.edits) <= MOST_EDITS


def questions(finding: Finding, scale: SoundContext) -> Iterator[tuple[Stretch, tuple[Question, ...]]]:
    """What to ask about a quote: differences that stand close together are one question, also over its parts."""
    weighed_parts = [(at, part) for at, part in enumerate(finding.parts) if is_weighed(part)]
    items: list[Question] = []
    found = (item for at, part in weighed_parts for item in _questions_about_part(part, at, scale))
    for item in sorted(found, key=Question.place):
        if not items or items[-1].slot.last <= item.slot.first:
            items.append(item)
    left = iter(items)
    for stretch in stretches([item.slot for item in items], len(scale.heard.words)):
        yield stretch, tuple(islice(left, len(stretch.slots)))


def _questions_about_part(part: PartFinding, at: int, scale: SoundContext) -> Iterator[Question]:
    said = range(*said_range(part, scale))
    for number, edit in enumerate(part.edits):
        place = place_of(edit, scale.starts_ms)
        if place is None or not _worth_asking(edit, scale.heard.words[slice(*place)]):
            continue
        talk = tuple(filler_readings(edit, place, scale))
        first, last = _whole_sound(edit, place, said, scale)
        for slot in _word_by_word(edit, (first, last), scale) if not talk else ():
            yield Question(at, number, edit, slot, ())
        if talk:
            readings = (edit.published, *(reading.text for reading in talk))
            yield Question(at, number, edit, Slot(first, last, readings), talk)


def _word_by_word(edit: Edit, place: tuple[int, int], scale: SoundContext) -> Iterator[Slot]:
    """As many printed words as heard ones, one at a time, so that a misheard neighbour does not carry a change along;
    others as one."""
    first, last = place
    printed = edit.published.split()
    apart: list[Slot] = []
    if len(printed) == last - first <= MOST_WORDS_APART:
        pairs = zip(printed, scale.heard.words[first:last])
        differ = [word.strip(MARKS).casefold() != said.text.strip(MARKS).casefold() for word, said in pairs]
        apart = [Slot(first + at, first + at + 1, (printed[at],)) for at, differs in enumerate(differ) if differs]
    yield from apart or [Slot(first, last, (edit.published,))]


def _whole_sound(edit: Edit, place: tuple[int, int], said: range, scale: SoundContext) -> tuple[int, int]:
    """The heard words that a printed word at the edge of a part sounds like: some may be outside (`and | more`)."""
    first, last = place
    if not edit.published or not edit.heard or not said:
        return place
    words = scale.heard.words
    lefts = range(max(0, first - MOST_OUTSIDE_WORDS), first + 1) if first == said.start else (first,)
    rights = range(last, min(len(words), last + MOST_OUTSIDE_WORDS) + 1) if last == said.stop else (last,)
    options = [(left, right) for left in lefts for right in rights]

    def likeness(option: tuple[int, int]) -> float:
        return sound_likeness(edit.published, " ".join(w.text.strip(MARKS) for w in words[slice(*option)]))

    best = max(options, key=likeness)
    return best if likeness(best) >= max(LEAST_ALIKE, likeness(place) + LEAST_GAIN) else place


def _worth_asking(edit: Edit, heard: Sequence[Word]) -> bool:
    """Changes that count or may count, and short forms written out: recognisers often write one for the other."""
    if len(heard) > LONGEST_ASKED_WORDS:
        return False
    if len(heard) > LONGEST_INVENTED_WORDS and not edit.published:
        return any(w.probability < UNSURE_PROBABILITY for w in heard)
    if edit.severity == "tidied":
        return bool(edit.published and edit.heard)
    return edit.severity in {"altered", "uncertain"}
