"""The article's names in what was heard.

A recogniser writes a name it does not know as something that sounds like it: `et Sterberg` for Achterberg. Where
words sound like a name of the article and the recogniser was unsure of them, the model is asked again, with the
article's names as hotwords, how likely the sound makes what was heard and how likely the name. Only a name
that is clearly likelier takes the place of the heard words; those stay with the word as `heard`.

The names are hotwords for this question alone. Given to the decoder itself they also change other words and
make it pass over whole sentences (docs/design.md).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from captionkit.hearing.listener import Listener
from captionkit.hearing.passages import HeardWord, Passage

LEAST_MARGIN_NATS = 2.0
"""Told the names, the model must find the name this much likelier than what it heard. On two news segments names
that are spoken won by 3.1 to 16.6 nats, those of the other story lost by 8.4 and more (docs/design.md)."""
GAIN_BESIDE_NATS = 0.5
"""What a name may win by making the words after it likelier; 0.2 at most was seen (docs/measurements.md)."""
LEAST_LIKENESS = 66.0
LEAST_SHORT_LIKENESS = 74.0
LEAST_PAIRED_LIKENESS = 52.0
LEAST_SOUND_LIKENESS = 60.0
"""In percent, of letters and phonetic keys together: for a name on its own, for one of at most `SHORT_LETTERS`, and
for one beside the other half of a full name; and of phonetic keys alone. They save questions: the sound decides."""
SHORT_LETTERS = 4
SURE_PROBABILITY = 0.9
SURE_KNOWN_PROBABILITY = 0.6
"""Surer words than these are not asked about: any word, and a word on its own that the model knows whole."""
LONGEST_MISHEARING_WORDS = 3
MOST_QUESTIONS = 12
CLOSING = ".,!?;:…"
POSSESSIVES = ("'s", "’s")


@dataclass(frozen=True, slots=True)
class Spelt:
    """A word to show, and what was heard in its place where that is something else."""

    word: HeardWord
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class _Change:
    """`words[first:last]` may be the word `name`."""

    first: int
    last: int
    name: str
    likeness: float


_Way = tuple[_Change, ...]
"""Changes that are tried together, neighbours in the clip and in the name."""


def plain(text: str) -> str:
    """Letters and digits alone, without case or accents, by which words are compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if c.isalnum())


def without_possessive(text: str) -> str:
    """A word without closing punctuation and without the `'s` of a possessive."""
    bare = text.rstrip(CLOSING)
    return bare[:-2] if bare.endswith(POSSESSIVES) else bare


def with_names(
    passage: Passage, names: tuple[str, ...], language: str, listener: Listener
) -> tuple[Spelt, ...]:
    """The words of a passage, with the article's names in place of what they were misheard as.

    Args:
        passage: what was heard.
        names: full names as the article writes them.
        language: of the passage.
        listener: asked for the sound only where a word is like a name.
    """
    words = passage.words
    ways = _ways(words, names)
    if not ways:
        return tuple(Spelt(w) for w in words)
    asked = {change.name for way in ways for change in way}
    hotwords = ", ".join(name for name in names if asked & set(name.split()))
    as_heard = listener.logprobs_by_word(passage.span, passage.text, language, hotwords)

    def margin(way: _Way) -> float:
        wording = " ".join(s.word.text for s in _shown(words, way))
        return listener.logprobs(passage.span, [wording], language, hotwords)[0] - sum(as_heard)

    return _shown(words, _agreed(_margins(ways, as_heard, margin)))


def _ways(words: tuple[HeardWord, ...], names: tuple[str, ...]) -> list[_Way]:
    """Every change worth asking about, alone and with its neighbour in the same name, the likest first."""
    spoken = [plain(without_possessive(w.text)) for w in words]
    found: dict[str, list[_Change]] = {}
    for name in dict.fromkeys(word for full in names for word in full.split()):
        found[name] = _changes(words, spoken, name)
    ways: list[_Way] = [(c,) for changes in found.values() for c in changes if _stands_alone(c, words)]
    for left, right in dict.fromkeys(pair for full in names for pair in pairwise(full.split())):
        ways += [(c, d) for c in found[left] for d in found[right] if c.last == d.first]
        ways += [(c,) for c in found[left] if spoken[c.last : c.last + 1] == [plain(right)]]
        ways += [(d,) for d in found[right] if d.first and spoken[d.first - 1] == plain(left)]
    unique = dict.fromkeys(ways)
    return sorted(unique, key=lambda way: -sum(c.likeness for c in way) / len(way))[:MOST_QUESTIONS]


def _changes(words: tuple[HeardWord, ...], spoken: list[str], name: str) -> list[_Change]:
    """The runs of unsure words that are like a name and are not it already."""
    letters = plain(without_possessive(name))
    if len(letters) < 3:
        return []
    found = []
    for first in range(len(words)):
        for last in range(first + 1, min(first + LONGEST_MISHEARING_WORDS, len(words)) + 1):
            if not _unsure(words[last - 1], SURE_PROBABILITY):
                break
            likeness = _likeness("".join(spoken[first:last]), letters)
            if likeness >= LEAST_PAIRED_LIKENESS and letters not in spoken[first:last]:
                found.append(_Change(first, last, name, likeness))
    return found


def _stands_alone(change: _Change, words: tuple[HeardWord, ...]) -> bool:
    """Whether a change is worth a question without its other half beside it."""
    short = len(plain(change.name)) <= SHORT_LETTERS
    if change.likeness < (LEAST_SHORT_LIKENESS if short else LEAST_LIKENESS):
        return False
    return all(_unsure(w, SURE_KNOWN_PROBABILITY) for w in words[change.first : change.last])


def _unsure(word: HeardWord, sure_probability: float) -> bool:
    """A word the decoder was not sure of, or had to spell out in pieces since it knows no such word."""
    return word.probability < sure_probability or word.pieces > 1 + (word.text[-1] in CLOSING)


def _likeness(heard: str, name: str) -> float:
    """How alike two words are, in percent: letters and phonetic keys, half each; 0 where they sound different."""
    from rapidfuzz import fuzz

    if abs(len(heard) - len(name)) > max(4, len(name)):
        return 0.0
    sound = fuzz.ratio(_sound(heard), _sound(name))
    return (sound + fuzz.ratio(heard, name)) / 2 if sound >= LEAST_SOUND_LIKENESS else 0.0


@cache
def _sound(letters: str) -> str:
    from jellyfish import metaphone

    return metaphone(letters)


def _margins(ways: list[_Way], as_heard: list[float], margin: Callable[[_Way], float]) -> dict[_Way, float]:
    """How much likelier each way is than what was heard, where that can matter.

    A way cannot win more than the words it replaces lose. So those that may win most are asked about first, and what
    cannot win enough, or not more than one agreed on before that touches it, is not asked about.
    """
    most = {way: GAIN_BESIDE_NATS - sum(sum(as_heard[c.first : c.last]) for c in way) for way in ways}
    found: dict[_Way, float] = {}
    for way in sorted(ways, key=lambda way: -most[way]):
        agreed = _agreed({other: nats for other, nats in found.items() if nats >= most[way]})
        if most[way] >= LEAST_MARGIN_NATS and not _touches(way, agreed):
            found[way] = margin(way)
    return found


def _touches(way: _Way, others: _Way) -> bool:
    return any(c.first < other.last and other.first < c.last for c in way for other in others)


def _agreed(margins: dict[_Way, float]) -> _Way:
    """The changes the sound speaks for, the clearest first, none touching another's words; in order."""
    agreed: _Way = ()
    for way, margin in sorted(margins.items(), key=lambda item: -item[1]):
        if margin >= LEAST_MARGIN_NATS and not _touches(way, agreed):
            agreed += way
    return tuple(sorted(agreed, key=lambda c: c.first))


def _shown(words: tuple[HeardWord, ...], changes: _Way) -> tuple[Spelt, ...]:
    shown: list[Spelt] = []
    at = 0
    for change in changes:
        shown += [Spelt(w) for w in words[at : change.first]]
        replaced = words[change.first : change.last]
        shown.append(Spelt(_in_place(change.name, replaced), " ".join(w.text for w in replaced)))
        at = change.last
    return tuple(shown + [Spelt(w) for w in words[at:]])


def _in_place(name: str, replaced: tuple[HeardWord, ...]) -> HeardWord:
    """The name with the times and the closing punctuation (a possessive too) of what it replaces."""
    tail = replaced[-1].text
    closing = tail[len(tail.rstrip(CLOSING)) :]
    if tail.rstrip(CLOSING).endswith(POSSESSIVES) and not name.endswith("s"):
        closing = tail.rstrip(CLOSING)[-2:] + closing
    return HeardWord(
        name.rstrip(CLOSING) + closing,
        replaced[0].start_ms,
        replaced[-1].end_ms,
        min(w.probability for w in replaced),
        sum(w.pieces for w in replaced),
    )
