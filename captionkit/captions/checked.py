"""What a check rule is given, and what it reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from captionkit.captions.breaks import Grammar
from captionkit.captions.notation import labels_of, sound_way, without_labels
from captionkit.captions.scripts import columns, is_unspaced, word_count
from captionkit.captions.style import Style
from captionkit.captions.times import ClipTiming
from captionkit.model import Cue, Level, Span
from captionkit.timecode import timestamp

_RUNS_ON_WITHIN_MS = 1000


@dataclass(frozen=True, slots=True)
class Cues:
    """Cues with everything that a rule may need.

    The lines of `cues` hold what is shown. `voiced` is where somebody speaks, None where the sound was not analysed.
    """

    cues: tuple[Cue, ...]
    style: Style
    clip: ClipTiming
    grammar: Grammar
    voiced: tuple[Span, ...] | None = None

    def pairs(self) -> Iterator[tuple[int, Cue, Cue]]:
        """Each cue but the first, with its index and the one before it."""
        return ((i, self.cues[i - 1], self.cues[i]) for i in range(1, len(self.cues)))

    def runs_on(self, before: Cue, after: Cue) -> bool:
        """Whether the same speaker continues from cue to cue without a long pause."""
        near = 0 <= after.start_ms - before.end_ms < _RUNS_ON_WITHIN_MS
        if not near or before.speaker != after.speaker or not after.lines:
            return False
        return not labels_of(after.lines[0]) and not shows_sound(before) and not shows_sound(after)


class Violation(NamedTuple):
    """The cue that breaks a rule (its index; None where one is missing), what is wrong, and which line of it."""

    cue: int | None
    message: str
    line: int = 0
    start_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """The level of a rule, and the function that finds the cues that break it."""

    level: Level
    find: Callable[[Cues], Iterator[Violation]]


def shows_sound(cue: Cue) -> bool:
    """Whether a cue shows a sound and no words."""
    return cue.sound is not None or (bool(cue.lines) and all(map(sound_way, cue.lines)))


def spoken_lines(cue: Cue) -> tuple[str, ...]:
    """The words of each line, without the labels before them."""
    return tuple(map(without_labels, cue.lines))


def count_words(text: str) -> int:
    """The number of words in a text; where its script has no spaces, as many as fill the same width in English."""
    if text.isascii():
        return len(text.split())
    return word_count(columns(text)) if any(map(is_unspaced, text)) else len(text.split())


def at(ms: int) -> str:
    """A cue's time for a message; a file may hold a negative one."""
    return timestamp(ms) if ms >= 0 else f"{ms} ms"
