"""Words → what a reader sees: speakers, paragraphs, phrases, and audio events in their place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from captionkit.model import AudioEvent, Record, Span, Turn, Word
from captionkit.text import word_sentences

PARAGRAPH_WORDS = 55
"""A paragraph ends with the sentence that passes this many words."""
PARAGRAPH_PAUSE_MS = 2_000
PHRASE_WORDS = 14
"""No phrase that is marked while it plays is longer."""
PHRASE_PAUSE_MS = 700
UNKNOWN_SPEAKER = "Speaker not known"
"""The heading of words without a speaker; without it they would seem to be the previous speaker's."""
_CLAUSE_WORDS = 6
_CLAUSE_ENDS = (",", ";", ":", "—", "–")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A few words said together; `first` is the index of its first word in the transcript."""

    first: int
    words: tuple[Word, ...]

    @property
    def span(self) -> Span:
        """When it is said."""
        start = self.words[0].start_ms
        return Span(start, max(start, self.words[-1].end_ms))


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of phrases, or an audio event."""

    start_ms: int
    phrases: tuple[Phrase, ...] = ()
    sound: AudioEvent | None = None


@dataclass(frozen=True, slots=True)
class SpeakerPassage:
    """What one speaker says without a break; `label` is None where speakers are not known or nobody speaks."""

    label: str | None
    blocks: tuple[Block, ...]


def turns(words: tuple[Word, ...]) -> tuple[Turn, ...]:
    """Every run of words by one speaker."""
    runs = [[i for i, _ in run] for _, run in groupby(enumerate(words), key=lambda pair: pair[1].speaker)]
    return tuple(Turn(words[run[0]].speaker, run[0], run[-1] + 1) for run in runs)


def passages(record: Record) -> tuple[SpeakerPassage, ...]:
    """The transcript as it is read: speakers' paragraphs, with each audio event where it is heard."""
    words = record.transcript.words
    labels = record.speaker_labels
    unknown = UNKNOWN_SPEAKER if labels else None
    ends = {last for _, last in word_sentences(words)}
    pending = _sounds_by_place(words, record.sounds)
    found: list[SpeakerPassage] = []
    for turn in turns(words):
        found += _standing_alone(pending.pop(turn.first, []))
        blocks = tuple(_turn_blocks(words, turn, ends, pending))
        found.append(SpeakerPassage(labels.get(turn.speaker or "", unknown), blocks))
    return (*found, *_standing_alone(pending.pop(len(words), [])))


def words_within(words: tuple[Word, ...], span: Span) -> tuple[int, int]:
    """The words whose midpoint is in the span, as `(first, last)`, half-open; `(0, 0)` for none."""
    inside = [i for i, w in enumerate(words) if span.start_ms <= (w.start_ms + w.end_ms) / 2 < span.end_ms]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _sounds_by_place(words: tuple[Word, ...], sounds: Iterable[AudioEvent]) -> dict[int, list[AudioEvent]]:
    """Audio events by the word they stand before: the first whose midpoint is after the event's start."""
    place: dict[int, list[AudioEvent]] = defaultdict(list)
    for sound in sorted(sounds, key=lambda s: s.start_ms):
        after = (i for i, w in enumerate(words) if w.start_ms + w.end_ms > 2 * sound.start_ms)
        place[next(after, len(words))].append(sound)
    return place


def _standing_alone(sounds: list[AudioEvent]) -> list[SpeakerPassage]:
    return [SpeakerPassage(None, (Block(sound.start_ms, sound=sound),)) for sound in sounds]


def _turn_blocks(
    words: tuple[Word, ...], turn: Turn, ends: set[int], pending: dict[int, list[AudioEvent]]
) -> Iterator[Block]:
    """One turn's paragraphs, split by the audio events inside it; those are removed from `pending`."""
    breaks = [i for i in range(turn.first + 1, turn.last) if i in pending]
    for first, last in pairwise((turn.first, *breaks, turn.last)):
        for sound in pending.pop(first, []):
            yield Block(sound.start_ms, sound=sound)
        for phrases in _paragraphs(tuple(_phrases(words, Turn(turn.speaker, first, last), ends)), ends):
            yield Block(phrases[0].span.start_ms, phrases)


def _phrases(words: tuple[Word, ...], run: Turn, sentence_ends: set[int]) -> Iterator[Phrase]:
    first = run.first
    for i in range(run.first + 1, run.last + 1):
        length = i - first
        clause = length >= _CLAUSE_WORDS and words[i - 1].text.endswith(_CLAUSE_ENDS)
        paused = i < run.last and words[i].start_ms - words[i - 1].end_ms >= PHRASE_PAUSE_MS
        if i == run.last or i in sentence_ends or clause or paused or length >= PHRASE_WORDS:
            yield Phrase(first, words[first:i])
            first = i


def _paragraphs(phrases: tuple[Phrase, ...], sentence_ends: set[int]) -> Iterator[tuple[Phrase, ...]]:
    held: list[Phrase] = []
    for phrase in phrases:
        if held and _paragraph_ends(held, phrase, sentence_ends):
            yield tuple(held)
            held = []
        held.append(phrase)
    if held:
        yield tuple(held)


def _paragraph_ends(held: list[Phrase], following: Phrase, sentence_ends: set[int]) -> bool:
    length = following.first - held[0].first
    if following.first not in sentence_ends:
        return length >= 2 * PARAGRAPH_WORDS
    pause = following.span.start_ms - held[-1].span.end_ms
    return length >= PARAGRAPH_WORDS or pause >= PARAGRAPH_PAUSE_MS
