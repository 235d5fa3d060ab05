"""Do cues keep the rules of a style? Any cues: ours, a vendor's, another tool's.

To add a rule: (1) write a function that takes the `Cues` and yields, for each cue that breaks the rule, its
index and a sentence with the number; (2) enter it in `RULES` with its level; (3) give it a clean and a broken
case in the tests, so that each raises exactly it; (4) say in docs/styles.md what it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from captionkit.captions.breaks import Grammar, bad_break, ends_with_mark, grammar_for
from captionkit.captions.scripts import columns, is_unspaced
from captionkit.captions.style import Style
from captionkit.captions.times import ClipTiming
from captionkit.model import Check, Cue, Level
from captionkit.timecode import MS_PER_SECOND, timestamp

_RUNS_ON_WITHIN_MS = 1000
_FEW_WORDS = 3
_ROUNDING_MS = 1


@dataclass(frozen=True, slots=True)
class Cues:
    """Cues with all that a rule may want to know about them."""

    cues: tuple[Cue, ...]
    style: Style
    clip: ClipTiming
    grammar: Grammar

    def pairs(self) -> Iterator[tuple[int, Cue, Cue]]:
        """Each cue but the first, with its index and the one before it."""
        return ((i, self.cues[i - 1], self.cues[i]) for i in range(1, len(self.cues)))

    def runs_on(self, before: Cue, after: Cue) -> bool:
        """Whether one voice goes on from cue to cue without a long silence."""
        return before.speaker == after.speaker and 0 <= after.start_ms - before.end_ms < _RUNS_ON_WITHIN_MS


Finding = tuple[int, str]
"""Index of the cue, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How bad it is to break a rule, and how to find the cues that do."""

    level: Level
    find: Callable[[Cues], Iterator[Finding]]


def check_cues(cues: tuple[Cue, ...], style: Style, clip: ClipTiming) -> tuple[Check, ...]:
    """What in the cues breaks the rules, in the order of the cues.

    Args:
        cues: as they stand in a file; nothing is taken for granted about their times or lines.
        style: the numbers they are held against.
        clip: its length (without the clip at hand: the last cue's end) and frame rate.
    """
    grammar = grammar_for(word for cue in cues for line in cue.lines for word in line.split())
    seen = Cues(cues, style, clip, grammar)
    found = [
        Check(name, rule.level, message, cues[index].start_ms, index + 1)
        for name, rule in RULES.items()
        for index, message in rule.find(seen)
    ]
    return tuple(sorted(found, key=lambda check: check.cue or 0))


def _empty(seen: Cues) -> Iterator[Finding]:
    for index, cue in enumerate(seen.cues):
        if not cue.text.strip():
            yield index, "The cue shows nothing."


def _order(seen: Cues) -> Iterator[Finding]:
    for index, cue in enumerate(seen.cues):
        if cue.end_ms < cue.start_ms:
            yield index, f"The cue ends at {_at(cue.end_ms)}, before it starts."
    for index, before, cue in seen.pairs():
        if cue.start_ms < before.start_ms:
            yield index, f"The cue starts at {_at(cue.start_ms)}, the one above it at {_at(before.start_ms)}."


def _overlap(seen: Cues) -> Iterator[Finding]:
    for index, before, cue in seen.pairs():
        if before.start_ms <= cue.start_ms < before.end_ms:
            yield index, f"The cue starts {before.end_ms - cue.start_ms} ms before the one above it has gone."


def _past_end(seen: Cues) -> Iterator[Finding]:
    for index, cue in enumerate(seen.cues):
        late = max(cue.start_ms, cue.end_ms) - seen.clip.duration_ms
        if late > 0:
            yield index, f"The cue stands until {late} ms after the clip's end."


def _line_count(seen: Cues) -> Iterator[Finding]:
    most = seen.style.max_lines
    for index, cue in enumerate(seen.cues):
        if len(cue.lines) > most:
            yield index, f"The cue has {len(cue.lines)} lines; {seen.style.name} allows {most}."


def _line_length(seen: Cues) -> Iterator[Finding]:
    most = seen.style.max_chars_per_line
    for index, cue in enumerate(seen.cues):
        for number, line in enumerate(cue.lines, 1):
            if columns(line) > most:
                yield index, f"Line {number} has {columns(line)} characters; {seen.style.name} allows {most}."


def _max_duration(seen: Cues) -> Iterator[Finding]:
    most = seen.style.max_duration_ms
    for index, cue in enumerate(seen.cues):
        shown = cue.end_ms - cue.start_ms
        if shown > most:
            yield index, f"The cue stands {shown} ms; {seen.style.name} allows {most} ms."


def _min_duration(seen: Cues) -> Iterator[Finding]:
    least = seen.style.min_duration_ms
    for index, cue in enumerate(seen.cues):
        shown = cue.end_ms - cue.start_ms
        if 0 <= shown < least:
            yield index, f"The cue stands {shown} ms; {seen.style.name} asks for {least} ms."


def _gap(seen: Cues) -> Iterator[Finding]:
    least, closed = seen.clip.frames_ms(seen.style.min_gap_frames), seen.style.close_gaps_under_ms
    for index, before, cue in seen.pairs():
        gap = cue.start_ms - before.end_ms
        if 0 <= gap < least - _ROUNDING_MS:
            yield index, f"The gap before the cue is {gap} ms; {seen.style.name} asks for {least} ms."
        elif least + _ROUNDING_MS < gap < closed:
            yield index, f"The gap before the cue is {gap} ms; {seen.style.name} closes it to {least} ms."


def _reading_speed(seen: Cues) -> Iterator[Finding]:
    most = seen.style.max_chars_per_second
    for index, cue in enumerate(seen.cues):
        shown = cue.end_ms - cue.start_ms
        characters = sum(map(columns, cue.lines))
        if shown > 0 and characters * MS_PER_SECOND > most * shown:
            speed = characters * MS_PER_SECOND / shown
            yield index, f"The cue asks for {speed:.1f} characters a second; {seen.style.name} allows {most}."


def _orphan(seen: Cues) -> Iterator[Finding]:
    for index, cue in enumerate(seen.cues):
        words = [_count_words(line) for line in cue.lines]
        if len(words) > 1 and 1 in words and sum(words) > _FEW_WORDS:
            yield index, f"Line {words.index(1) + 1} is one word alone, of the cue's {sum(words)}."
    for index, before, cue in seen.pairs():
        alone = _count_words(cue.text) == 1
        if alone and seen.runs_on(before, cue) and not ends_with_mark(before.text, "sentence_marks"):
            yield index, "The cue is one word alone, left over from the sentence above it."


def _count_words(text: str) -> int:
    """The words of a text; where its script has no blanks, two columns count as one."""
    return max(columns(text) // 2, 1) if any(map(is_unspaced, text)) else len(text.split())


def _bad_break(seen: Cues) -> Iterator[Finding]:
    for index, cue in enumerate(seen.cues):
        for above, below in pairwise(cue.lines):
            yield from _parted(seen, index, above, below)
    for index, before, cue in seen.pairs():
        if before.lines and cue.lines and seen.runs_on(before, cue):
            yield from _parted(seen, index, before.lines[-1], cue.lines[0])


def _parted(seen: Cues, index: int, above: str, below: str) -> Iterator[Finding]:
    last, first = above.split()[-1:], below.split()[:1]
    kind = bad_break(last[0], first[0], seen.grammar) if last and first else None
    if kind is not None:
        yield index, f"The break “{last[0]} | {first[0]}” parts {seen.grammar.classes[kind].parts}."


def _at(ms: int) -> str:
    """A cue's time for a message; a file may hold a negative one."""
    return timestamp(ms) if ms >= 0 else f"{ms} ms"


RULES: dict[str, Rule] = {
    "empty": Rule("error", _empty),
    "order": Rule("error", _order),
    "overlap": Rule("error", _overlap),
    "past_end": Rule("error", _past_end),
    "line_count": Rule("error", _line_count),
    "line_length": Rule("error", _line_length),
    "max_duration": Rule("error", _max_duration),
    "min_duration": Rule("warning", _min_duration),
    "gap": Rule("warning", _gap),
    "reading_speed": Rule("warning", _reading_speed),
    "orphan": Rule("warning", _orphan),
    "bad_break": Rule("warning", _bad_break),
}
"""Every rule by name. Errors are what no layout has to do; warnings are what fast speech can force."""
