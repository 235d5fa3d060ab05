"""Cues for sounds in the style's notation, only where nobody speaks for long enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from captionkit.captions.lines import wrap
from captionkit.captions.scripts import columns
from captionkit.captions.style import Style
from captionkit.captions.times import ClipTiming
from captionkit.model import AudioEvent, Cue, Span


def add_sounds(
    cues: Sequence[Cue], sounds: Sequence[AudioEvent], style: Style, clip: ClipTiming, closing: Cue | None = None
) -> tuple[Cue, ...]:
    """The cues with a cue for each sound that has room between them.

    Args:
        cues: the speech, in order.
        sounds: the audio events.
        style: its notation and numbers.
        clip: its length and frame rate.
        closing: the cue with the credits, which keeps its place.

    Returns:
        all but `closing`, in order. A sound cue stands in the first stretch of its sound without another cue
        that is long enough for the style and for reading, no longer than the style lets a cue stand; a sound
        without such a stretch has none.
    """
    taken = [Span(cue.start_ms, cue.end_ms) for cue in (*cues, *([closing] if closing else []))]
    added: list[Cue] = []
    for sound in sorted(sounds, key=lambda sound: (sound.start_ms, sound.end_ms)):
        cue = _sound_cue(sound, taken, style, clip)
        if cue is not None:
            added.append(cue)
            taken.append(Span(cue.start_ms, cue.end_ms))
    return tuple(sorted((*cues, *added), key=lambda cue: cue.start_ms))


def sound_text(kind: str, style: Style) -> str:
    """A sound as the style writes it: `[music playing]`, `MUSIC PLAYS`."""
    words = dict(style.sound_words).get(kind, kind.replace("_", " "))
    if "SOUND" in style.sound:
        return style.sound.replace("SOUND", words.upper())
    return style.sound.replace("sound", words)


def _sound_cue(sound: AudioEvent, taken: Sequence[Span], style: Style, clip: ClipTiming) -> Cue | None:
    """A cue for the sound in the first stretch that has room for it."""
    lines = wrap(sound_text(sound.kind, style), style)
    if lines is None:
        return None
    needed = style.reading_ms(sum(map(columns, lines)), sum(len(line.split()) for line in lines))
    needed = max(needed, style.shortest_ms)
    for free in _free(sound, taken, style, clip):
        end = min(free.end_ms, free.start_ms + style.longest_ms)
        if 0 < free.end_ms - end < style.close_gaps_under_ms:
            end = free.end_ms - style.close_gaps_under_ms
        if end - free.start_ms >= needed:
            return Cue(free.start_ms, end, lines, sound=sound.kind)
    return None


def _free(sound: AudioEvent, taken: Sequence[Span], style: Style, clip: ClipTiming) -> Iterator[Span]:
    """The stretches of a sound beside other cues, each the style's gap from its neighbours.

    A gap that the style would close is closed, so that no cue blinks.
    """
    gap = clip.frames_ms(style.min_gap_frames)
    end_of_all = min(sound.end_ms, clip.duration_ms)
    edges = [Span(0, 0), *sorted(taken, key=lambda s: s.start_ms), Span(clip.duration_ms, clip.duration_ms)]
    for index in range(len(edges) - 1):
        before, after = edges[index].end_ms, edges[index + 1].start_ms
        first = before + gap if index else 0
        last = after - gap if index + 2 < len(edges) else after
        start, end = max(sound.start_ms, first), min(end_of_all, last)
        if end <= start:
            continue
        if index and start - before < style.close_gaps_under_ms:
            start = first
        if index + 2 < len(edges) and after - end < style.close_gaps_under_ms:
            end = last
        yield Span(start, end)
