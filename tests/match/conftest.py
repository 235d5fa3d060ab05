"""Transcripts and quotes from plain text, with times that a test can count: word n lasts from second n to n + 1."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pytest

from captionkit.match import Heard, find_quotes
from captionkit.model import Finding, Part, PartFinding, Quote, QuoteKind, Span, Word

MS_A_WORD = 1000

STORY = " ".join(
    ["Nobody", "has", "told", "us", "when", "the", "boats", "will", "stop.", "Tonight,", "the", "last", "ferry", "to", "Fernwick", "may", "sail", "in", "March.", "Here", "is", "Lena", "Orsi.", "The", "ferry", "has", "crossed", "the", "sound", "since", "nineteen", "fifty-two.", "Council", "leader", "Ida", "Castellan", "says", "the", "money", "has", "run", "out.", "We", "can't", "keep", "this", "service.", "I've", "said", "that", "to", "every", "family", "on", "the", "island.", "We,", "we're,", "we", "will", "look", "for", "another", "operator,", "and", "we", "will", "look", "abroad.", "The", "board", "met", "for", "nine", "hours.", "We", "read", "every", "letter.", "I", "am", "proud", "of", "the", "answer", "we", "gave.", "It", "costs", "one", "point", "two", "million", "pounds", "a", "year,", "and", "the", "fares", "bring", "in", "three", "hundred", "thousand.", "The", "vote", "was", "seven", "to", "two.", "And", "the", "islanders?", "Nobody", "likes", "it.", "They", "have", "to", "drive", "forty", "miles", "to", "the", "bridge,", "and", "some", "of", "them", "will", "not", "make", "that", "drive", "in", "winter.", "Captain", "Joel", "Abara", "has", "run", "the", "boat", "for", "twenty", "years.", "His", "brother,", "Dan", "Abara,", "sells", "the", "tickets.", "I", "could've", "told", "them", "in", "twenty", "nineteen.", "We're", "gonna", "lose", "people.", "You", "know,", "them", "engines", "was", "never", "built", "for", "that.", "My", "grandfather", "used", "to", "say,", "the", "sea", "keeps", "its", "own", "books.", "We", "tried.", "We", "wrote", "to", "the", "minister,", "we", "filled", "the", "hall,", "we", "begged.", "We", "failed.", "Nobody", "has", "told", "us", "when", "the", "boats", "will", "stop.", "In", "a", "letter,", "the", "harbour", "office", "called", "the", "plan", "cheap", "but", "risky.", "Dan", "Abara", "put", "it", "more", "simply.", "That", "ship", "has", "sailed,", "as", "they", "say.", "I", "was", "born", "on", "that", "boat.", "My", "mother", "was", "born", "on", "that", "boat.", "Castellan", "was", "asked", "whether", "the", "plan", "was", "cruel.", "I", "would", "not", "call", "it", "cruel.", "I", "would", "call", "it", "honest.", "Between", "twenty", "ten", "and", "twenty", "fifteen", "we", "lost", "sixty", "percent", "of", "our", "riders.", "The", "ferry", "is", "the", "last", "thing", "I", "would", "cut,", "and", "I", "told", "the", "minister", "so.", "A", "year", "ago", "she", "wrote,", "quote,", "the", "ferry", "is", "the", "last", "thing", "I", "would", "cut.", "Lena", "Orsi,", "on", "the", "quay", "at", "Fernwick."]
)
"""A broadcast of an invented story: a tease, an anchor, a reporter, three people who answer."""


@dataclass(frozen=True)
class Newsroom:
    """What every test of this room does: lay quotes beside a transcript."""

    story: str = STORY

    @cached_property
    def broadcast(self) -> Heard:
        """The transcript of the story."""
        return self.heard(self.story)

    def heard(self, text: str, code: str = "en") -> Heard:
        """A transcript of a text."""
        words = (Word(word, n * MS_A_WORD, (n + 1) * MS_A_WORD) for n, word in enumerate(text.split()))
        return Heard(tuple(words), code)

    def quote(self, *texts: str, kind: QuoteKind = "speech") -> Quote:
        """A quote of some parts; one that begins with a plus sign goes on the sentence before it."""
        parts = tuple(Part(text.removeprefix("+"), continues=text.startswith("+")) for text in texts)
        return Quote("q1", kind, parts)

    def find(self, said: str | Heard, *texts: str, kind: QuoteKind = "speech", names: str = "") -> Finding:
        """The finding of one quote; `names` of the article with commas between them."""
        transcript = said if isinstance(said, Heard) else self.heard(said)
        listed = tuple(name.strip() for name in names.split(",") if name)
        return find_quotes((self.quote(*texts, kind=kind),), transcript, listed)[0]

    def part(self, said: str | Heard, text: str, kind: QuoteKind = "speech", names: str = "") -> PartFinding:
        """The finding of a quote of one part."""
        return self.find(said, text, kind=kind, names=names).parts[0]

    def in_story(self, *texts: str, kind: QuoteKind = "speech", names: str = "Ida Castellan, Joel Abara") -> Finding:
        """The finding of a quote in the story."""
        return self.find(self.broadcast, *texts, kind=kind, names=names)

    def time(self, words: str, occurrence: int = 1, said: str = STORY) -> Span:
        """When some words of a transcript are said, as the transcript writes them."""
        text, wanted = said.split(), words.split()
        starts = [n for n in range(len(text)) if text[n : n + len(wanted)] == wanted]
        first = starts[occurrence - 1]
        return Span(first * MS_A_WORD, (first + len(wanted)) * MS_A_WORD)


@pytest.fixture(scope="session")
def desk() -> Newsroom:
    """The helpers of this room's tests."""
    return Newsroom()
