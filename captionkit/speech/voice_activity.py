"""Voice activity detection, and the windows that are given to the recogniser.

The detector is Silero's, as faster-whisper ships it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from captionkit.model import Span
from captionkit.speech.loudness import levelled
from captionkit.timecode import MS_PER_SECOND

SAMPLE_RATE_HZ = 16_000
SAMPLES_PER_MS = SAMPLE_RATE_HZ // MS_PER_SECOND

SURE_VOICE = 0.5
FAINT_VOICE = 0.3
"""The probability from which Silero's result counts as speech: its default, and a lower one for a second search where
none was found.

At 0.3 it finds speech in a reverberant hall that it misses at 0.5, and in recordings without speech some music and
machines, of which the recogniser is not confident; at 0.15 also hens and most pauses between spoken sentences.
"""
SHORTEST_PAUSE_MS = 160
SPEECH_PAD_MS = 100
SHORTEST_SPEECH_MS = 90
WINDOW_PAD_MS = 200
SHORTEST_UNVOICED_MS = 800
SHORTEST_FAINT_MS = 300
"""How long a pause must be for a second search, and how much speech must be in it: a short answer."""
VOICE_DBFS = -30.0
"""The loudness at which speech is detected. At -35 to -25 dBFS most speech is found under rain, crowds, machines or
music that are 5 dB louder, and in a reverberant hall: there 21.6 s at -35, 17.4 at -25, but 10.2 at -15 and 6.2 at
-45."""


@dataclass(frozen=True, slots=True)
class WindowLimits:
    """How long a window may be. Whisper takes 30 s at a time, and drops words from long, dense windows."""

    longest_ms: int = 20_000
    shortest_ms: int = 9_000


def voiced_spans(samples: NDArray[np.float32], longest_ms: int = 20_000) -> tuple[Span, ...]:
    """The spans with speech, in order, with at most `SPEECH_PAD_MS` of silence on either side.

    The sound is normalised to one loudness first, because Silero's result depends on the level.

    Args:
        samples: mono, 16 kHz, between -1 and 1.
        longest_ms: a longer span is split at its quietest moment.
    """
    return _detected(samples, longest_ms, SURE_VOICE)


def faint_spans(samples: NDArray[np.float32], voiced: tuple[Span, ...], longest_ms: int = 20_000) -> tuple[Span, ...]:
    """Spans between the voiced ones that may have speech nevertheless, in order.

    Each gap is normalised to the usual loudness on its own, so that a quiet speaker beside a loud one is found, and
    searched again with a lower threshold. The recogniser decides whether there are words.

    Args:
        samples: mono, 16 kHz, between -1 and 1.
        voiced: what `voiced_spans` found in them.
        longest_ms: the longest span to return.
    """
    duration_ms = samples.size // SAMPLES_PER_MS
    starts = [0, *(v.end_ms for v in voiced)]
    ends = [*(v.start_ms for v in voiced), duration_ms]
    gaps = [Span(start, end) for start, end in zip(starts, ends) if end - start >= SHORTEST_UNVOICED_MS]
    return tuple(span for gap in gaps for span in _faint_in(samples, gap, longest_ms))


def _faint_in(samples: NDArray[np.float32], gap: Span, longest_ms: int) -> Iterator[Span]:
    """Spans of one gap that may have speech, joined over short pauses."""
    cut = samples[gap.start_ms * SAMPLES_PER_MS : gap.end_ms * SAMPLES_PER_MS]
    found = _detected(cut, longest_ms, FAINT_VOICE)
    spans = [Span(gap.start_ms + v.start_ms, gap.start_ms + v.end_ms) for v in found]
    for joined in windows(tuple(spans), gap.end_ms, WindowLimits(longest_ms, longest_ms)):
        inside = Span(max(gap.start_ms, joined.start_ms), joined.end_ms)
        if voice_within(tuple(spans), inside) >= SHORTEST_FAINT_MS:
            yield inside


def _detected(samples: NDArray[np.float32], longest_ms: int, threshold: float) -> tuple[Span, ...]:
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    if samples.size == 0:
        return ()
    found = get_speech_timestamps(
        levelled(samples, VOICE_DBFS),
        VadOptions(
            threshold=threshold,
            min_silence_duration_ms=SHORTEST_PAUSE_MS,
            min_speech_duration_ms=SHORTEST_SPEECH_MS,
            speech_pad_ms=SPEECH_PAD_MS,
            max_speech_duration_s=longest_ms / MS_PER_SECOND,
        ),
    )
    return tuple(Span(s["start"] // SAMPLES_PER_MS, s["end"] // SAMPLES_PER_MS) for s in found)


def windows(voiced: tuple[Span, ...], duration_ms: int, limits: WindowLimits = WindowLimits()) -> tuple[Span, ...]:
    """Join spans with speech into windows, split at the longest pause that leaves a window neither too long nor short.

    Each window extends `WINDOW_PAD_MS` into the silence on both sides, but not into another window: the detector
    fires late on a soft first sound.
    """
    found: list[Span] = []
    first = 0
    while first < len(voiced):
        last = _last_of_window(voiced, first, limits)
        found.append(Span(voiced[first].start_ms, voiced[last].end_ms))
        first = last + 1
    return _padded(found, duration_ms)


def _padded(found: list[Span], duration_ms: int) -> tuple[Span, ...]:
    padded = []
    for k, span in enumerate(found):
        floor_ms = (found[k - 1].end_ms + span.start_ms) // 2 if k else 0
        ceiling_ms = (span.end_ms + found[k + 1].start_ms) // 2 if k + 1 < len(found) else duration_ms
        padded.append(Span(max(floor_ms, span.start_ms - WINDOW_PAD_MS), min(ceiling_ms, span.end_ms + WINDOW_PAD_MS)))
    return tuple(padded)


def _last_of_window(voiced: tuple[Span, ...], first: int, limits: WindowLimits) -> int:
    start_ms = voiced[first].start_ms
    last = first
    while last + 1 < len(voiced) and voiced[last + 1].end_ms - start_ms <= limits.longest_ms:
        last += 1
    if last + 1 == len(voiced):
        return last
    candidates = [k for k in range(first, last + 1) if voiced[k].end_ms - start_ms >= limits.shortest_ms]
    return max(candidates or [last], key=lambda k: voiced[k + 1].start_ms - voiced[k].end_ms)


def voice_within(voiced: tuple[Span, ...], span: Span) -> int:
    """Milliseconds of speech inside a span."""
    return sum(v.overlap_ms(span) for v in voiced)
