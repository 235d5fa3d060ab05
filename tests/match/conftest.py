"""Transcripts and quotes from plain text, with times that tests can count: word n lasts from n to n + 1 seconds."""

from __future__ import annotations

from captionkit.match import Heard, find_quotes
from captionkit.model import Finding, Part, PartFinding, Quote, QuoteKind, Span, Word

MS_A_WORD = 1000


def heard(text: str, code: str = "en") -> Heard:
    """A transcript of a text, one second a word."""
    words = tuple(
        Word(word, n * MS_A_WORD, (n + 1) * MS_A_WORD) for n, word in enumerate(text.split())
    )
    return Heard(words, code)


def quote(*texts: str, kind: QuoteKind = "speech", speaker: str | None = None) -> Quote:
    """A quote of some parts; one that begins with a plus sign goes on the sentence before it."""
    parts = tuple(Part(text.removeprefix("+"), continues=text.startswith("+")) for text in texts)
    return Quote("q1", kind, parts, speaker)


def find(transcript: Heard | str, *texts: str, kind: QuoteKind = "speech", names: tuple[str, ...] = ()) -> Finding:
    """The finding of one quote in a transcript."""
    said = transcript if isinstance(transcript, Heard) else heard(transcript)
    return find_quotes((quote(*texts, kind=kind),), said, names)[0]


def find_part(transcript: Heard | str, text: str, kind: QuoteKind = "speech", names: tuple[str, ...] = ()) -> PartFinding:
    """The finding of a quote of one part."""
    return find(transcript, text, kind=kind, names=names).parts[0]


def place(transcript: str, words: str, occurrence: int = 1) -> Span:
    """When some words of a transcript are said, found by their text: the span that a finding should have."""
    text, wanted = transcript.split(), words.split()
    starts = [n for n in range(len(text)) if text[n : n + len(wanted)] == wanted]
    first = starts[occurrence - 1]
    return Span(first * MS_A_WORD, (first + len(wanted)) * MS_A_WORD)
