"""Rules about the text of cues: lines, breaks, speakers, sounds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from captionkit.captions.breaks import bad_break, ends_with_mark
from captionkit.captions.checked import Cues, Violation, count_words, shows_sound, spoken_lines
from captionkit.captions.credit_cue import begins_credit
from captionkit.captions.notation import labels_of, sound_way, speaker_ways, style_sound_way, without_labels
from captionkit.captions.scripts import columns
from captionkit.model import Cue

_FEW_WORDS = 3


def empty(seen: Cues) -> Iterator[Violation]:
    """A cue shows nothing."""
    for index, cue in enumerate(seen.cues):
        if not cue.text.strip():
            yield Violation(index, "The cue shows nothing.")


def line_count(seen: Cues) -> Iterator[Violation]:
    """A cue has too many lines."""
    most = seen.style.max_lines
    for index, cue in enumerate(seen.cues):
        if len(cue.lines) > most:
            yield Violation(index, f"The cue has {len(cue.lines)} lines; {seen.style.name} allows {most}.")


def line_length(seen: Cues) -> Iterator[Violation]:
    """A line is too long."""
    most = seen.style.max_chars_per_line
    for index, cue in enumerate(seen.cues):
        for number, line in enumerate(cue.lines, 1):
            if columns(line) > most:
                message = f"Line {number} has {columns(line)} characters; {seen.style.name} allows {most}."
                yield Violation(index, message, number)


def orphan(seen: Cues) -> Iterator[Violation]:
    """One word stands alone on a line, or in a cue that continues a sentence."""
    for index, cue in enumerate(seen.cues):
        words = [count_words(line) for line in spoken_lines(cue)]
        if len(words) > 1 and 1 in words and sum(words) > _FEW_WORDS and not _is_dialogue(cue):
            number = words.index(1) + 1
            yield Violation(index, f"Line {number} is one word alone, of the cue's {sum(words)}.", number)
    for index, before, cue in seen.pairs():
        alone = count_words(cue.text) == 1
        if alone and seen.runs_on(before, cue) and not ends_with_mark(before.text, "sentence_marks"):
            yield Violation(index, "The cue is one word alone, left over from the sentence above it.")


def bad_breaks(seen: Cues) -> Iterator[Violation]:
    """A break splits words that belong together, inside a cue or between two."""
    for index, cue in enumerate(seen.cues):
        for number, (above, below) in enumerate(pairwise(cue.lines), 2):
            if without_labels(above) and not labels_of(below) and not begins_credit(below):
                yield from _split_unit(seen, Violation(index, "", number), above, below)
    for index, before, cue in seen.pairs():
        if before.lines and cue.lines and seen.runs_on(before, cue):
            yield from _split_unit(seen, Violation(index, ""), before.lines[-1], cue.lines[0])


def speaker_notation(seen: Cues) -> Iterator[Violation]:
    """A speaker is shown in another way than the style's."""
    ways = speaker_ways(seen.style)
    for index, cue in enumerate(seen.cues):
        for number, line in enumerate(cue.lines, 1):
            if sound_way(line) and not _names_next_line(cue, number):
                continue
            for label in labels_of(line):
                if label.way not in ways:
                    shown = f"“{label.text.strip()}” shows a speaker by {label.way}"
                    yield Violation(index, f"{shown}; {seen.style.name} has {_listed(ways)}.", number)


def dashes(seen: Cues) -> Iterator[Violation]:
    """Of two speakers in a cue, only the second is marked."""
    for index, cue in enumerate(seen.cues if seen.style.speakers_per_cue > 1 else ()):
        marked = [bool(line) and any(not label.names for label in labels_of(line)) for line in cue.lines]
        if any(marked[1:]) and not marked[0]:
            number = marked.index(True) + 1
            yield Violation(index, f"Line {number} begins another speaker's words; line 1 has no mark.", number)


def speakers(seen: Cues) -> Iterator[Violation]:
    """A cue has more speakers than the style allows."""
    most = seen.style.speakers_per_cue
    for index, cue in enumerate(seen.cues):
        found = 1 + sum(bool(labels_of(line)) and not sound_way(line) for line in cue.lines[1:])
        if found > most:
            yield Violation(index, f"The cue has {found} speakers; {seen.style.name} allows {most}.")


def sound_notation(seen: Cues) -> Iterator[Violation]:
    """A sound is written in another way than the style's."""
    asked = style_sound_way(seen.style)
    for index, cue in enumerate(seen.cues):
        for number, line in enumerate(cue.lines, 1):
            way = sound_way(line)
            if way is None or _names_next_line(cue, number):
                continue
            if way == asked and line.isupper() and seen.style.sound.islower():
                way = f"{way}, in capitals"
            if way != asked:
                message = f"“{line.strip()}” is a sound in {way}; {seen.style.name} writes “{seen.style.sound}”."
                yield Violation(index, message, number)


def _split_unit(seen: Cues, place: Violation, above: str, below: str) -> Iterator[Violation]:
    last, first = above.split()[-1:], below.split()[:1]
    kind = bad_break(last[0], first[0], seen.grammar) if last and first else None
    if kind is not None:
        parts = seen.grammar.classes[kind].parts
        yield place._replace(message=f"The break “{last[0]} | {first[0]}” splits {parts}.")


def _is_dialogue(cue: Cue) -> bool:
    """Whether a cue has a line for each of two speakers, or for a sound."""
    return shows_sound(cue) or any(labels_of(line) or sound_way(line) for line in cue.lines)


def _names_next_line(cue: Cue, number: int) -> bool:
    """Whether a line is the name of the speaker of the lines below it."""
    below = cue.lines[number : number + 1]
    named = any(label.names for label in labels_of(cue.lines[number - 1]))
    return named and bool(below) and not sound_way(below[0])


def _listed(ways: frozenset[str]) -> str:
    return " or ".join(sorted(ways)) or "no such mark"
