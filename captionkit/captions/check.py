"""Check cues against the rules of a style, and a caption file against those of its format too.

To add a rule: (1) write a function in `rules_time` or `rules_text` that takes the `Cues` and yields a `Violation`
with a sentence and the number for each cue that breaks the rule; (2) enter it in `RULES` with its level;
(3) give it a mutation in the tests, so that it raises exactly this rule; (4) say in docs/styles.md what it asks.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

from captionkit.captions import rules_text, rules_time
from captionkit.captions.breaks import grammar_for
from captionkit.captions.checked import Cues, Rule, Violation
from captionkit.captions.style import Style
from captionkit.captions.times import ClipTiming
from captionkit.model import CaptionFile, Check, Cue, FileCue, Level, Span

RULES: dict[str, Rule] = {
    "empty": Rule("error", rules_text.empty),
    "order": Rule("error", rules_time.order),
    "overlap": Rule("error", rules_time.overlap),
    "past_end": Rule("error", rules_time.past_end),
    "missing": Rule("error", rules_time.missing),
    "line_count": Rule("error", rules_text.line_count),
    "line_length": Rule("error", rules_text.line_length),
    "max_duration": Rule("error", rules_time.max_duration),
    "min_duration": Rule("warning", rules_time.min_duration),
    "gap": Rule("warning", rules_time.gap),
    "reading_speed": Rule("warning", rules_time.reading_speed),
    "shot": Rule("warning", rules_time.shot),
    "sync": Rule("warning", rules_time.sync),
    "orphan": Rule("warning", rules_text.orphan),
    "bad_break": Rule("warning", rules_text.bad_breaks),
    "speakers": Rule("warning", rules_text.speakers),
    "dashes": Rule("warning", rules_text.dashes),
    "speaker_notation": Rule("warning", rules_text.speaker_notation),
    "sound_notation": Rule("warning", rules_text.sound_notation),
}
"""Every rule by name. Errors are avoidable in any layout; warnings may be unavoidable in fast speech."""


@dataclass(frozen=True, slots=True)
class Against:
    """What a file is checked against.

    `clip` and `voiced` are None where the clip is not at hand: the end of the clip is then not known, nor where
    somebody speaks, and gaps are judged for any usual frame rate.
    """

    style: Style
    clip: ClipTiming | None = None
    voiced: tuple[Span, ...] | None = None


def check_cues(
    cues: tuple[Cue, ...], style: Style, clip: ClipTiming, voiced: tuple[Span, ...] | None = None
) -> tuple[Check, ...]:
    """Which rules the cues break, in the order of the cues.

    Args:
        cues: as they are; nothing is assumed about their times or lines. Labels count as part of the lines they
            stand before.
        style: the numbers they are checked against.
        clip: its length (the last cue's end where the clip is not at hand), frame rate and shots.
        voiced: where somebody speaks, in order; None where the sound was not analysed.
    """
    return tuple(check for check, _ in _violations(cues, style, clip, voiced))


def check_caption_file(file: CaptionFile, against: Against) -> tuple[Check, ...]:
    """Everything that is wrong with a file, in the order of its lines; each with line and column, if it has lines."""
    clip = against.clip or ClipTiming(max((max(c.start_ms, c.end_ms) for c in file.cues), default=0))
    of_format = [
        Check(fault.rule, fault.level, fault.message, line=fault.line, column=fault.column) for fault in file.faults
    ]
    found = _violations(tuple(map(_with_one_speaker, file.cues)), against.style, clip, against.voiced)
    if not file.timing_lines:
        return (*of_format, *(check for check, _ in found))
    of_style = [
        replace(check, line=file.timing_lines[check.cue - 1] + line, column=1) if check.cue else check
        for check, line in found
    ]
    return tuple(sorted((*of_format, *of_style), key=lambda check: check.line or _line_at(file, check)))


def _with_one_speaker(cue: FileCue) -> Cue:
    """A cue for the rules, which only compare speakers: a name is as good as an id."""
    names = {name for name in cue.names if name}
    return Cue(cue.start_ms, cue.end_ms, cue.lines, names.pop() if len(names) == 1 else None)


def _line_at(file: CaptionFile, check: Check) -> int:
    """The line of the cue before a missing one."""
    at_ms = check.start_ms or 0
    before = (line for cue, line in zip(file.cues, file.timing_lines, strict=True) if cue.start_ms <= at_ms)
    return max(before, default=0)


def _violations(
    cues: tuple[Cue, ...], style: Style, clip: ClipTiming, voiced: tuple[Span, ...] | None
) -> tuple[tuple[Check, int], ...]:
    """What `check_cues` finds, each with the line of its cue, counted from 1; 0 for the whole cue."""
    shown = tuple(replace(c, lines=c.shown_lines, labels=(), speakers=()) if c.labels else c for c in cues)
    grammar = grammar_for(word for cue in shown for line in cue.lines for word in line.split())
    seen = Cues(shown, style, clip, grammar, voiced)
    found = [
        (_check(name, rule.level, violation, shown), violation.line)
        for name, rule in RULES.items()
        for violation in rule.find(seen)
    ]
    starts = sorted(cue.start_ms for cue in shown)
    return tuple(sorted(found, key=lambda pair: pair[0].cue or bisect_right(starts, pair[0].start_ms or 0)))


def _check(name: str, level: Level, found: Violation, cues: tuple[Cue, ...]) -> Check:
    if found.cue is None:
        return Check(name, level, found.message, found.start_ms)
    return Check(name, level, found.message, cues[found.cue].start_ms, found.cue + 1)
