"""What the sound says of another wording of something that was heard.

The passages that were heard are asked again, whole, with some of their words exchanged: no sound is cut at a
word's edge, and each passage is encoded once. The same wordings are asked about over silence: what is likelier
there the model expects by itself, and the difference is what it owes to the sound. (The decoder's own language
model, estimated without sound: Meng et al. 2021, "Internal language model estimation".)
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from captionkit.model import Margin, Span, Word
from captionkit.speech.listener import Listener
from captionkit.speech.passages import Hearing

LONGEST_MS = 29_500
MOST_WORDS = 110
"""Whisper hears 30 s at a time, and its text has 224 tokens."""
CONTEXT_WORDS = 12
CONTEXT_PAD_MS = 120
NEAR_WORDS = 4

_Stretch = tuple[Span, int, int]
"""Sound, and the range of words that are said in it."""


def wording_margins(
    words: tuple[Word, ...], place: tuple[int, int], wordings: Sequence[str], sound: tuple[Hearing, Listener]
) -> list[Margin] | None:
    """How much likelier the heard words are than each other wording of them.

    Args:
        words: the transcript.
        place: `words[first:last]` is what the wordings stand for; empty where words would be put in.
        wordings: the texts to put there; may be empty.
        sound: what was heard, and the sound.

    Returns:
        A margin a wording; None where the place is too
        long to be asked about.
    """
    hearing, _ = sound
    return _margins(words, place, wordings, _stretch(words, place, hearing), sound)


def near_margins(
    words: tuple[Word, ...], place: tuple[int, int], wordings: Sequence[str], sound: tuple[Hearing, Listener]
) -> list[Margin] | None:
    """The same from a short stretch around the place alone: another view, with less of the text to lean on."""
    return _margins(words, place, wordings, _near(words, place, NEAR_WORDS), sound)


def _margins(
    words: tuple[Word, ...],
    place: tuple[int, int],
    wordings: Sequence[str],
    stretch: _Stretch | None,
    sound: tuple[Hearing, Listener],
) -> list[Margin] | None:
    if stretch is None:
        return None
    hearing, listener = sound
    first, last = place
    span, begin, end = stretch
    before = [w.text for w in words[begin:first]]
    after = [w.text for w in words[last:end]]
    heard = [w.text for w in words[first:last]]
    texts = [" ".join(before + middle + after) for middle in (heard, *([w] if w else [] for w in wordings))]
    heard_logprob, *others = listener.logprobs(span, texts, hearing.language)
    heard_expected, *expected = listener.expected(texts, hearing.language)
    return [
        Margin(heard_logprob - other, heard_expected - unheard)
        for other, unheard in zip(others, expected, strict=True)
    ]


def _stretch(words: tuple[Word, ...], place: tuple[int, int], hearing: Hearing) -> _Stretch | None:
    """The sound to ask about and the range of words said in it: the passages the words are in, or part of one."""
    first, last = place
    start_ms, end_ms = words[max(0, min(first, last - 1))].start_ms, words[max(0, min(last, len(words)) - 1)].end_ms
    spans = [
        p.span for p in hearing.passages if p.span.end_ms > start_ms and p.span.start_ms < max(end_ms, start_ms + 1)
    ]
    if spans:
        whole = Span(min(s.start_ms for s in spans), max(s.end_ms for s in spans))
        starts = [w.start_ms for w in words]
        begin, end = bisect_right(starts, whole.start_ms - 1), bisect_right(starts, whole.end_ms - 1)
        if whole.duration_ms <= LONGEST_MS and end - begin <= MOST_WORDS:
            return whole, begin, end
    return _near(words, place, CONTEXT_WORDS)


def _near(words: tuple[Word, ...], place: tuple[int, int], context_words: int) -> _Stretch | None:
    """A place with so many words on each side; None where that is too long."""
    first, last = place
    begin, end = max(0, first - context_words), min(len(words), last + context_words)
    part = Span(max(0, words[begin].start_ms - CONTEXT_PAD_MS), words[end - 1].end_ms + CONTEXT_PAD_MS)
    return (part, begin, end) if part.duration_ms <= LONGEST_MS else None
