"""Find speech that the decoder dropped, so that it can be decoded again on its own.

Whisper sometimes leaves out whole sentences, mostly where speakers change fast. A dropped sentence shows as a gap
between two words, or as one word stretched over seconds.
"""

from __future__ import annotations

from dataclasses import replace

from captionkit.model import Span
from captionkit.speech.recognition import RecognisedWord
from captionkit.speech.voice_activity import voice_within

SHORTEST_DROPPED_MS = 700
SHORTEST_VOICE_MS = 300
WORD_BASE_MS = 300
WORD_MS_PER_LETTER = 90
"""A slow word of n letters takes up to `WORD_BASE_MS + n * WORD_MS_PER_LETTER`."""


def without_stretching(words: tuple[RecognisedWord, ...], voiced: tuple[Span, ...]) -> tuple[RecognisedWord, ...]:
    """The words, each no longer than saying it can take; the rest may be a pause or dropped speech.

    A stretched word keeps the end with more speech, its last one if both have the same.
    """
    return tuple(_compact(t, voiced) for t in words)


def _compact(word: RecognisedWord, voiced: tuple[Span, ...]) -> RecognisedWord:
    longest_ms = WORD_BASE_MS + WORD_MS_PER_LETTER * sum(c.isalnum() for c in word.text)
    if word.end_ms - word.start_ms <= longest_ms:
        return word
    head = Span(word.start_ms, word.start_ms + longest_ms)
    tail = Span(word.end_ms - longest_ms, word.end_ms)
    if voice_within(voiced, head) > voice_within(voiced, tail):
        return replace(word, end_ms=head.end_ms)
    return replace(word, start_ms=tail.start_ms)


def dropped_spans(words: tuple[RecognisedWord, ...], window: Span, voiced: tuple[Span, ...]) -> tuple[Span, ...]:
    """Stretches of a window, in order, without a word and with speech for at least `SHORTEST_DROPPED_MS`.

    Args:
        words: the words recognised in it, from `without_stretching`.
        window: the stretch that was decoded.
        voiced: the spans with speech.
    """
    starts = [window.start_ms, *(t.end_ms for t in words)]
    ends = [*(t.start_ms for t in words), window.end_ms]
    gaps = [Span(start, end) for start, end in zip(starts, ends) if end > start]
    return tuple(_to_voice(g, voiced) for g in gaps if voice_within(voiced, g) >= SHORTEST_DROPPED_MS)


def _to_voice(gap: Span, voiced: tuple[Span, ...]) -> Span:
    """A gap without silence or music at its ends, and without the end of speech that has its words."""
    inside = [v for v in voiced if v.overlap_ms(gap) >= SHORTEST_VOICE_MS] or [v for v in voiced if v.overlap_ms(gap)]
    return Span(max(gap.start_ms, inside[0].start_ms), min(gap.end_ms, inside[-1].end_ms))


def without_echo(found: tuple[RecognisedWord, ...], before: str, after: str) -> tuple[RecognisedWord, ...]:
    """Words recognised in a gap, without first or last words that repeat the neighbour outside the gap."""
    words = list(found)
    while words and _echoes(words[0].text, before):
        words.pop(0)
    while words and _echoes(words[-1].text, after):
        words.pop()
    return tuple(words)


def _echoes(text: str, neighbour: str) -> bool:
    return bool(_plain(text)) and _plain(text) == _plain(neighbour)


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
