"""Speech the decoder passed over: found by voice without words, and heard again on its own.

Whisper leaves out whole sentences now and then, most of all where speakers change fast. The sound of a lost
sentence shows as a gap between two words, or as one word stretched over seconds.
"""

from __future__ import annotations

from dataclasses import replace

from captionkit.model import Span
from captionkit.speech.recognition import RecognisedWord
from captionkit.speech.voice_activity import voice_within

SHORTEST_OMISSION_MS = 700
SHORTEST_VOICE_MS = 300
WORD_BASE_MS = 300
WORD_MS_PER_LETTER = 90
"""A slow word of n letters takes up to `WORD_BASE_MS + n * WORD_MS_PER_LETTER`."""


def without_stretching(words: tuple[RecognisedWord, ...], voiced: tuple[Span, ...]) -> tuple[RecognisedWord, ...]:
    """The words, each no longer than it can take to say; what is cut off may be a pause or an omission.

    A stretched word keeps the end that has more voice under it, its last where both have.
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


def holes(words: tuple[RecognisedWord, ...], window: Span, voiced: tuple[Span, ...]) -> tuple[Span, ...]:
    """Stretches of a window, in order, that have voice for longer than `SHORTEST_OMISSION_MS` and no word.

    Args:
        words: the words heard in it, unstretched.
        window: the stretch that was listened to.
        voiced: where there is a voice.
    """
    starts = [window.start_ms, *(t.end_ms for t in words)]
    ends = [*(t.start_ms for t in words), window.end_ms]
    gaps = [Span(start, end) for start, end in zip(starts, ends) if end > start]
    return tuple(_to_voice(g, voiced) for g in gaps if voice_within(voiced, g) >= SHORTEST_OMISSION_MS)


def _to_voice(gap: Span, voiced: tuple[Span, ...]) -> Span:
    """A gap without the silence or the music at its ends, nor the last of a voice that has its words already."""
    inside = [v for v in voiced if v.overlap_ms(gap) >= SHORTEST_VOICE_MS] or [v for v in voiced if v.overlap_ms(gap)]
    return Span(max(gap.start_ms, inside[0].start_ms), min(gap.end_ms, inside[-1].end_ms))


def without_echo(found: tuple[RecognisedWord, ...], before: str, after: str) -> tuple[RecognisedWord, ...]:
    """Words heard in a hole, less a first or last word that repeats its neighbour outside the hole."""
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
