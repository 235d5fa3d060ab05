"""The closing cue that says who made the clip."""

from __future__ import annotations

from collections.abc import Sequence

from captionkit.captions.lines import wrap
from captionkit.captions.scripts import columns
from captionkit.captions.style import Style
from captionkit.captions.times import ClipTiming
from captionkit.model import Credit, Cue
from captionkit.text import toml_tables


def credit_cue(credits: Sequence[Credit], cues: Sequence[Cue], style: Style, clip: ClipTiming) -> Cue | None:
    """A cue with the credits after the last one, until the clip's end or as long as the style lets it stand.

    Returns:
        the cue, without a speaker; None where there are no credits, no cues to close, more names than the
        lines of one cue hold, or no time to read them before the clip ends. They are then for the NOTE alone.
    """
    lines = _credit_lines([credit for credit in credits if credit.names], style)
    if not lines or not cues:
        return None
    start = cues[-1].end_ms + clip.frames_ms(style.min_gap_frames)
    end = min(start + style.longest_ms, clip.duration_ms)
    to_read = style.reading_ms(sum(map(columns, lines)), sum(len(line.split()) for line in lines))
    if end - start < max(style.shortest_ms, to_read):
        return None
    return Cue(start, end, lines)


def begins_credit(line: str) -> bool:
    """Whether a line begins as one of a closing cue does: `Edited by …`."""
    return line.startswith(tuple(toml_tables(__package__, "credits.toml").values()))


def _credit_lines(credits: Sequence[Credit], style: Style) -> tuple[str, ...]:
    """The credits one a line where that fits, else in running text; empty where they do not fit at all."""
    lines = tuple(map(_credit_text, credits))
    if len(lines) <= style.max_lines and all(columns(line) <= style.max_chars_per_line for line in lines):
        return lines
    return wrap(". ".join(lines), style) or ()


def _credit_text(credit: Credit) -> str:
    """`Produced by A, B and C`."""
    *others, last = [" ".join(name.split()) for name in credit.names]
    names = f"{', '.join(others)} and {last}" if others else last
    phrase = toml_tables(__package__, "credits.toml").get(credit.role)
    return f"{phrase} {names}" if phrase else f"{credit.role.capitalize()}: {names}"
