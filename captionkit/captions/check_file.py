"""The check of a caption file: its format, then its cues."""

from __future__ import annotations

from dataclasses import dataclass, replace

from captionkit.captions.check import found_in
from captionkit.captions.style import Style
from captionkit.captions.times import ClipTiming
from captionkit.formats.faults import Scanned
from captionkit.model import Check, Span


@dataclass(frozen=True, slots=True)
class Against:
    """What a file is held against.

    `clip` and `voiced` are None where the clip is not at hand: the end of the clip is then not known, nor where
    somebody speaks, and gaps are judged for any usual frame rate.
    """

    style: Style
    clip: ClipTiming | None = None
    voiced: tuple[Span, ...] | None = None


def check_scanned(scanned: Scanned, against: Against) -> tuple[Check, ...]:
    """Everything that is wrong with a file, in the order of its lines; each with line and column, if it has lines."""
    clip = against.clip or ClipTiming(max((max(c.start_ms, c.end_ms) for c in scanned.cues), default=0))
    of_format = [
        Check(fault.rule, fault.level, fault.message, line=fault.line, column=fault.column)
        for fault in scanned.faults
    ]
    found = found_in(scanned.cues, against.style, clip, against.voiced)
    if not scanned.lines:
        return (*of_format, *(check for check, _ in found))
    of_style = [
        replace(check, line=scanned.lines[check.cue - 1] + line, column=1) if check.cue else check
        for check, line in found
    ]
    return tuple(sorted((*of_format, *of_style), key=lambda check: check.line or _line_at(scanned, check)))


def _line_at(scanned: Scanned, check: Check) -> int:
    """The line of the cue before a missing one."""
    at_ms = check.start_ms or 0
    before = (line for cue, line in zip(scanned.cues, scanned.lines, strict=True) if cue.start_ms <= at_ms)
    return max(before, default=0)
