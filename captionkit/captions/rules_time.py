"""Rules about the times of cues."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from captionkit.captions.checked import Cues, Violation, at, count_words, shows_sound
from captionkit.captions.scripts import columns
from captionkit.timecode import MS_PER_MINUTE, MS_PER_SECOND, frame_ms

_ROUNDING_MS = 1
_FASTEST_FPS = 30.0
_SLOWEST_FPS = 24_000 / 1001
"""Nearly every video has a frame rate between these, where the file does not say."""


def order(seen: Cues) -> Iterator[Violation]:
    """A cue ends before it starts, or starts before the one above it."""
    for index, cue in enumerate(seen.cues):
        if cue.end_ms < cue.start_ms:
            yield Violation(index, f"The cue ends at {at(cue.end_ms)}, before it starts.")
    for index, before, cue in seen.pairs():
        if cue.start_ms < before.start_ms:
            yield Violation(index, f"The cue starts at {at(cue.start_ms)}, the one above it at {at(before.start_ms)}.")


def overlap(seen: Cues) -> Iterator[Violation]:
    """A cue starts before the one above it ends."""
    for index, before, cue in seen.pairs():
        if before.start_ms <= cue.start_ms < before.end_ms:
            early_ms = before.end_ms - cue.start_ms
            yield Violation(index, f"The cue starts {early_ms} ms before the one above it ends.")


def past_end(seen: Cues) -> Iterator[Violation]:
    """A cue stays after the clip's end."""
    for index, cue in enumerate(seen.cues):
        late = max(cue.start_ms, cue.end_ms) - seen.clip.duration_ms
        if late > 0:
            yield Violation(index, f"The cue stands until {late} ms after the clip's end.")


def max_duration(seen: Cues) -> Iterator[Violation]:
    """A cue stays longer than the style allows."""
    most = seen.style.max_duration_ms
    for index, cue in enumerate(seen.cues):
        shown = cue.end_ms - cue.start_ms
        if most and shown > most:
            yield Violation(index, f"The cue stands {shown} ms; {seen.style.name} allows {most} ms.")


def min_duration(seen: Cues) -> Iterator[Violation]:
    """A cue stays shorter than the style asks."""
    least = seen.style.min_duration_ms
    for index, cue in enumerate(seen.cues):
        shown = cue.end_ms - cue.start_ms
        if 0 <= shown < least:
            yield Violation(index, f"The cue stands {shown} ms; {seen.style.name} asks for {least} ms.")


def gap(seen: Cues) -> Iterator[Violation]:
    """Two cues are too close, or a gap is left open that the style closes."""
    frames, closed = seen.style.min_gap_frames, seen.style.close_gaps_under_ms
    least = most = seen.clip.frames_ms(frames)
    if seen.clip.fps is None:
        least, most = frame_ms(_FASTEST_FPS, frames), frame_ms(_SLOWEST_FPS, frames)
    asked = f"asks for {frames} frames ({least} ms)"
    wish = f"closes it to {frames} frames ({most} ms)" if frames else f"leaves none or {closed} ms"
    for index, before, cue in seen.pairs():
        found = cue.start_ms - before.end_ms
        if 0 <= found < least - _ROUNDING_MS:
            yield Violation(index, f"The gap before the cue is {found} ms; {seen.style.name} {asked}.")
        elif most + _ROUNDING_MS < found < closed:
            yield Violation(index, f"The gap before the cue is {found} ms; {seen.style.name} {wish}.")


def reading_speed(seen: Cues) -> Iterator[Violation]:
    """A cue ends before it can be read."""
    characters, words = seen.style.max_chars_per_second, seen.style.max_words_per_minute
    for index, cue in enumerate(seen.cues):
        shown = cue.end_ms - cue.start_ms
        if shown <= 0:
            continue
        asked = sum(map(columns, cue.lines))
        if characters and asked * MS_PER_SECOND > characters * shown:
            speed = f"{_tenths_up(asked * MS_PER_SECOND, shown)} characters a second"
            yield Violation(index, f"The cue asks for {speed}; {seen.style.name} allows {characters}.")
        spoken = sum(map(count_words, cue.lines))
        if words and spoken * MS_PER_MINUTE > words * shown:
            speed = f"{_tenths_up(spoken * MS_PER_MINUTE, shown)} words a minute"
            yield Violation(index, f"The cue asks for {speed}; {seen.style.name} allows {words}.")


def _tenths_up(whole: int, parts: int) -> str:
    """A rate that is over a limit, rounded up so that it reads as over it."""
    return f"{-(-10 * whole // parts) / 10:.1f}"


def shot(seen: Cues) -> Iterator[Violation]:
    """A cue starts just after a shot change it could start on, or ends just after one."""
    near, frame = seen.style.snap_to_shot_ms, seen.clip.frames_ms(1)
    shots = seen.clip.shots_ms if near else ()
    for index, cue in enumerate(seen.cues):
        before = seen.cues[index - 1].end_ms if index else 0
        cut = _last_cut(shots, cue.start_ms)
        if cut is not None and before <= cut and frame < cue.start_ms - cut <= near:
            late = cue.start_ms - cut
            yield Violation(index, f"The cue starts {late} ms after the cut at {at(cut)}; it should start on it.")
        cut = _last_cut(shots, cue.end_ms)
        if cut is not None and cue.start_ms < cut and frame < cue.end_ms - cut <= near:
            late = cue.end_ms - cut
            yield Violation(index, f"The cue hangs {late} ms over the cut at {at(cut)}; it should end before it.")


def _last_cut(shots: tuple[int, ...], at_ms: int) -> int | None:
    place = bisect_right(shots, at_ms)
    return shots[place - 1] if place else None


def sync(seen: Cues) -> Iterator[Violation]:
    """Nobody speaks near a cue's start."""
    near = seen.style.sync_ms
    if seen.voiced is None or not near:
        return
    starts = [span.start_ms for span in seen.voiced]
    for index, cue in enumerate(seen.cues):
        place = bisect_right(starts, cue.start_ms + near)
        spoken = place > 0 and seen.voiced[place - 1].end_ms >= cue.start_ms - near
        if not spoken and not shows_sound(cue):
            yield Violation(index, f"Nobody speaks within {near} ms of the cue's start.")


def missing(seen: Cues) -> Iterator[Violation]:
    """Somebody speaks and there is no cue."""
    cues = sorted(seen.cues, key=lambda cue: cue.start_ms)
    for voice in seen.voiced or ():
        at_ms = voice.start_ms
        for cue in cues:
            if cue.start_ms > voice.end_ms:
                break
            if cue.start_ms - at_ms >= LEAST_MISSING_MS:
                yield _missing(at_ms, cue.start_ms)
            at_ms = max(at_ms, cue.end_ms)
        if voice.end_ms - at_ms >= LEAST_MISSING_MS:
            yield _missing(at_ms, voice.end_ms)


LEAST_MISSING_MS = 1500
"""Shorter speech without a cue is ignored: a breath, a laugh, the detector's own margin."""


def _missing(start_ms: int, end_ms: int) -> Violation:
    message = f"Somebody speaks from {at(start_ms)} to {at(end_ms)}, and there is no caption."
    return Violation(None, message, start_ms=start_ms)
