"""A transcript cut into the passages that a search finds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, takewhile

from captionkit.model import Record, Word
from captionkit.text import clean, word_sentences

PASSAGE_WORDS = 40
"""A passage ends with the sentence that would pass this many words; one longer sentence is cut."""
LOOKAHEAD_WORDS = 20
"""Each passage carries so many words of what its speaker goes on to say, so that a phrase over its end is found."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What one speaker says at a stretch.

    `said` are its words and those it looks ahead to, one space between them, and `starts_ms` when each begins; the
    first `own` are the passage itself. What a database cannot hold is replaced by U+FFFD. `speaker` is a name, or
    `Speaker 2`; None where voices were not distinguished.
    """

    said: str
    starts_ms: tuple[int, ...]
    own: int
    speaker: str | None


def indexed_passages(record: Record) -> tuple[Indexed, ...]:
    """The whole transcript in passages: every word is some passage's own, once."""
    words, labels = record.transcript.words, record.speaker_labels
    return tuple(_passage(words, first, last, labels) for first, last in _cuts(words))


def _passage(words: tuple[Word, ...], first: int, last: int, labels: dict[str, str]) -> Indexed:
    speaker = words[first].speaker
    ahead = takewhile(lambda word: word.speaker == speaker, words[last : last + LOOKAHEAD_WORDS])
    said = (*words[first:last], *ahead)
    label = labels.get(speaker or "")
    return Indexed(
        " ".join(clean(word.text) for word in said),
        tuple(word.start_ms for word in said),
        last - first,
        None if label is None else clean(label),
    )


def _cuts(words: tuple[Word, ...]) -> list[tuple[int, int]]:
    """Sentences of one speaker, joined and cut to `PASSAGE_WORDS`."""
    cuts: list[tuple[int, int]] = []
    for _, spoken in groupby(word_sentences(words), key=lambda sentence: words[sentence[0]].speaker):
        turn: list[tuple[int, int]] = []
        for first, last in spoken:
            if turn and last - turn[-1][0] <= PASSAGE_WORDS:
                turn[-1] = (turn[-1][0], last)
            else:
                turn += [(at, min(at + PASSAGE_WORDS, last)) for at in range(first, last, PASSAGE_WORDS)]
        cuts += turn
    return cuts
