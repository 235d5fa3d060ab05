"""When a cue starts and ends.

Where not all goals can be met, those at the end of this list are given up first: no word lost, cues in order and
never overlapping, none past the clip's end, the longest duration, the shortest duration, the gap. `check` reports
what was given up.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from captionkit.captions.style import Style
from captionkit.model import Span
from captionkit.timecode import frame_ms

ASSUMED_FPS = 25.0
"""The frame rate that gaps are counted in where the clip has no picture."""

_SLIDE_SHOW_FPS = 12.0
_FARTHEST_SHIFT_MS = 1000


@dataclass(frozen=True, slots=True)
class ClipTiming:
    """How long a clip is, its frame rate (None for sound alone) and the first frame of each new shot.

    Raises:
        ValueError: a negative length, an invalid frame rate, or shots that are not in ascending order.
    """

    duration_ms: int
    fps: float | None = None
    shots_ms: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Reject invalid values."""
        if self.duration_ms < 0:
            raise ValueError(f"a clip cannot last {self.duration_ms} ms")
        if self.fps is not None and not (isfinite(self.fps) and self.fps > 0):
            raise ValueError(f"a clip cannot have {self.fps} frames a second")
        if any(later <= earlier for earlier, later in pairwise(self.shots_ms)):
            raise ValueError("the shots of a clip must be in order, each once")

    def frames_ms(self, frames: int) -> int:
        """How long this many frames last, rounded up.

        A slide show's frames are too long to count in: under 12 a second they count as 1/25 s each.
        """
        fps = self.fps if self.fps is not None and self.fps >= _SLIDE_SHOW_FPS else ASSUMED_FPS
        return frame_ms(fps, frames)


def cue_spans(spoken: Sequence[Span], style: Style, clip: ClipTiming) -> tuple[Span, ...]:
    """The times on screen of the cues whose words are said at these times, in their order.

    In at the first sound, or on the cut where a shot begins just before it; out as long after the last sound
    as the style lets a cue linger and the next one leaves room, for that is time to read; a small gap to the
    next cue is closed.
    """
    ins = _in_times(spoken, style, clip)
    shown = [Span(start, max(start, said.end_ms)) for start, said in zip(ins, spoken, strict=True)]
    return tuple(
        Span(said.start_ms, out_time(said, next_in, style, clip))
        for said, next_in in zip(shown, (*ins[1:], None), strict=True)
    )


def out_time(said: Span, next_in_ms: int | None, style: Style, clip: ClipTiming) -> int:
    """When a cue ends that starts as `said` begins; the next starts at `next_in_ms` (None: there is none)."""
    start = said.start_ms
    bound = clip.duration_ms if next_in_ms is None else next_in_ms
    gap = 0 if next_in_ms is None else clip.frames_ms(style.min_gap_frames)
    latest = min(bound - gap, start + style.longest_ms)
    out = min(max(said.end_ms + style.linger_ms, start + style.shortest_ms), latest)
    out = _before_a_cut(out, said, style, clip)
    if next_in_ms is not None and bound - out < style.close_gaps_under_ms:
        out = latest
    if out - start < style.shortest_ms:
        out = min(start + style.shortest_ms, bound)
    return max(start, out)


def _before_a_cut(out: int, said: Span, style: Style, clip: ClipTiming) -> int:
    """The end, moved to the smallest gap before a shot change that the cue would otherwise linger past."""
    cut_at = bisect_left(clip.shots_ms, said.end_ms)
    if not style.snap_to_shot_ms or cut_at == len(clip.shots_ms):
        return out
    before_cut = clip.shots_ms[cut_at] - clip.frames_ms(style.min_gap_frames)
    long_enough = before_cut >= said.start_ms + style.shortest_ms
    return before_cut if before_cut < out and long_enough else out


def _in_times(spoken: Sequence[Span], style: Style, clip: ClipTiming) -> list[int]:
    """When each cue starts: with its first sound, moved only as far as cues that are too close must be.

    Where cues would follow faster than the shortest duration allows, all of them are moved as little as possible
    (least squares), none farther than a second; the BBC lets captions be 1.5 s off at most.
    """
    wanted = _snapped_to_shots(spoken, style, clip)
    apart = style.shortest_ms + clip.frames_ms(style.min_gap_frames)
    moved = _spaced_out(wanted, apart, style.shortest_ms, clip.duration_ms)
    near = [
        min(max(new, old - _FARTHEST_SHIFT_MS), old + _FARTHEST_SHIFT_MS)
        for new, old in zip(moved, wanted, strict=True)
    ]
    return _spaced_out(near, clip.frames_ms(1), clip.frames_ms(1), clip.duration_ms)


def _snapped_to_shots(spoken: Sequence[Span], style: Style, clip: ClipTiming) -> list[int]:
    """The first sound of each cue, or the cut just before it if nobody speaks across that cut."""
    starts: list[int] = []
    silent_since = 0
    for said in spoken:
        start = said.start_ms
        shot = bisect_right(clip.shots_ms, start) - 1
        cut = clip.shots_ms[shot] if shot >= 0 else -1
        near = start - cut <= style.snap_to_shot_ms and said.end_ms - cut <= style.longest_ms
        on_cut = silent_since <= cut and near
        starts.append(cut if on_cut else start)
        silent_since = said.end_ms
    return starts


def _spaced_out(wanted: Sequence[int], apart: int, last: int, duration_ms: int) -> list[int]:
    """Times nearest to the wanted ones that stand `apart` or more, the last one `last` before the clip's end.

    Least squares by pooling neighbours in conflict (isotonic regression on the times less their share of the
    distances); where the clip is too short for it all, the distances shrink evenly.
    """
    if not wanted:
        return []
    apart = min(apart, duration_ms // len(wanted))
    last = min(last, duration_ms // len(wanted))
    latest = duration_ms - last - apart * (len(wanted) - 1)
    pools: list[tuple[int, int]] = []
    for index, time in enumerate(wanted):
        total, count = time - index * apart, 1
        while pools and pools[-1][0] * count > total * pools[-1][1]:
            total, count = total + pools[-1][0], count + pools[-1][1]
            pools.pop()
        pools.append((total, count))
    levels = [total // count for total, count in pools for _ in range(count)]
    return [min(max(level, 0), latest) + index * apart for index, level in enumerate(levels)]
