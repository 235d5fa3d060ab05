"""Do cues keep the rules of a style? Any cues: ours, a vendor's, another tool's.

To add a rule: (1) write a function in `rules_time` or `rules_text` that takes the `Cues` and yields a `Finding`
with a sentence and the number for each cue that breaks the rule; (2) enter it in `RULES` with its level;
(3) give it a mutation in the tests, so that it raises exactly this rule; (4) say in docs/styles.md what it asks.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from captionkit.captions import rules_text, rules_time
from captionkit.captions.breaks import grammar_for
from captionkit.captions.checked import Cues, Finding, Rule
from captionkit.captions.style import Style
from captionkit.captions.times import ClipTiming
from captionkit.model import Check, Cue, Level, Span

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
"""Every rule by name. Errors are what no layout has to do; warnings are what fast speech can force."""


def check_cues(
    cues: tuple[Cue, ...], style: Style, clip: ClipTiming, voiced: tuple[Span, ...] | None = None
) -> tuple[Check, ...]:
    """What in the cues breaks the rules, in the order of the cues.

    Args:
        cues: as they stand in a file; nothing is taken for granted about their times or lines. Labels count
            as part of the lines they stand before.
        style: the numbers they are held against.
        clip: its length (without the clip at hand: the last cue's end), frame rate and shots.
        voiced: where somebody speaks, in order; None where nobody listened.

    """
    return tuple(check for check, _ in found_in(cues, style, clip, voiced))


def found_in(
    cues: tuple[Cue, ...], style: Style, clip: ClipTiming, voiced: tuple[Span, ...] | None = None
) -> tuple[tuple[Check, int], ...]:
    """What `check_cues` finds, each with the line of its cue, counted from 1; 0 for the whole cue."""
    shown = tuple(replace(c, lines=c.shown_lines, labels=(), speakers=()) if c.labels else c for c in cues)
    grammar = grammar_for(word for cue in shown for line in cue.lines for word in line.split())
    seen = Cues(shown, style, clip, grammar, voiced)
    found = [
        (_check(name, rule.level, finding, shown), finding.line)
        for name, rule in RULES.items()
        for finding in rule.find(seen)
    ]
    starts = sorted(cue.start_ms for cue in shown)
    return tuple(sorted(found, key=lambda pair: pair[0].cue or bisect_right(starts, pair[0].start_ms or 0)))


def _check(name: str, level: Level, finding: Finding, cues: tuple[Cue, ...]) -> Check:
    if finding.cue is None:
        return Check(name, level, finding.message, finding.start_ms)
    return Check(name, level, finding.message, cues[finding.cue].start_ms, finding.cue + 1)
