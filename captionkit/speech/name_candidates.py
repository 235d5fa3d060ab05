"""Find the words of a passage that may be a misrecognised name of the article, by spelling and sound of the letters.

Nothing here asks the model; `name_spelling` does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from captionkit.speech.recognition import RecognisedWord

LEAST_LIKENESS = 66.0
LEAST_SHORT_LIKENESS = 74.0
LEAST_PAIRED_LIKENESS = 52.0
LEAST_SOUND_LIKENESS = 60.0
"""In percent, of letters and phonetic keys together: for a name on its own, for one of at most `SHORT_LETTERS`, and
for one beside the other half of a full name; and of phonetic keys alone. They save questions: the sound decides."""
SHORT_LETTERS = 4
SURE_PROBABILITY = 0.9
SURE_KNOWN_PROBABILITY = 0.6
"""Ordinary words with a higher probability are not candidates: any, and one without the other half of a name beside
it."""
LONGEST_MISHEARING_WORDS = 3
MOST_QUESTIONS = 12
QUOTES = '"”’»)]}'
CLOSING = ".,!?;:…" + QUOTES
ENDING = (".", "!", "?", "…")
OPENING = "\"'“‘¿¡([{"
POSSESSIVES = ("'s", "’s")
PARTICLES = frozenset(
    ["abu", "al", "bin", "da", "de", "del", "den", "der", "di", "du", "el", "ibn", "la", "le", "mac", "van", "von"]
)
"""Parts of names that are written in lower case, so that they indicate a name without a capital."""
CAPITAL_NOUNS = frozenset({"de", "lb"})
"""Languages that write every noun with a capital, so that a capital does not indicate a name."""
UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
"""Letters that Unicode does not decompose into a base letter and a mark."""


@dataclass(frozen=True, slots=True)
class Occurring:
    """What the rest of the clip shows: name words that are said in it, and (recognised, name) of corrected words."""

    said: frozenset[str] = frozenset()
    settled: frozenset[tuple[str, str]] = frozenset()


NOTHING_KNOWN = Occurring()


@dataclass(frozen=True, slots=True)
class Change:
    """`words[first:last]` may be the word `name`; `likeness` in percent.

    `plural`: with an `s` that is not part of the name: a plural, or beside the other half of the name a possessive.
    `beside`: the other half of the same full name stands beside it.
    """

    first: int
    last: int
    name: str
    likeness: float
    plural: bool = False
    beside: bool = False

    @property
    def is_long(self) -> bool:
        """Whether the name has more than two letters."""
        return len(plain(self.name)) > 2


Changes = tuple[Change, ...]
"""Changes that are made together."""


@dataclass(frozen=True, slots=True)
class PassageWords:
    """The words of a passage, the letters of each (`plain`), and which are not ordinary words."""

    words: tuple[RecognisedWord, ...]
    letters: tuple[str, ...]
    odd: tuple[bool, ...]

    @classmethod
    def of(cls, words: tuple[RecognisedWord, ...], language: str) -> PassageWords:
        """The words with their letters."""
        odd = tuple(_is_odd(words, k, language) for k in range(len(words)))
        return cls(words, tuple(plain(without_possessive(w.text)) for w in words), odd)

    def replaced(self, change: Change) -> tuple[RecognisedWord, ...]:
        """The words that a change replaces."""
        return self.words[change.first : change.last]

    def letters_of(self, change: Change) -> str:
        """The letters of the words that a change replaces."""
        return "".join(self.letters[change.first : change.last])

    def odd_of(self, change: Change) -> tuple[bool, ...]:
        """Which of the words that a change replaces are not ordinary words."""
        return self.odd[change.first : change.last]

    def in_pieces(self, change: Change) -> bool:
        """Whether the recogniser had to spell out each word that a change replaces."""
        return all(map(_in_pieces, self.replaced(change)))

    def runs(self) -> Iterator[tuple[int, int]]:
        """Start and end of every run of words that may be one word of a name."""
        count = len(self.words)
        for first in range(count):
            yield from ((first, last) for last in range(first + 1, min(first + LONGEST_MISHEARING_WORDS, count) + 1))


def plain(text: str) -> str:
    """Letters and digits only, without case or accents, for comparing words."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(UNDECOMPOSED)
    return "".join(c for c in decomposed if c.isalnum())


def without_possessive(text: str) -> str:
    """A word without closing punctuation and without the `'s` of a possessive."""
    bare = text.rstrip(CLOSING)
    return bare[:-2] if bare.endswith(POSSESSIVES) else bare


def starts_with_capital(text: str) -> bool:
    """Whether a word begins with a capital, after opening punctuation."""
    return text.lstrip(OPENING)[:1].isupper()


@cache
def phonetic_key(letters: str) -> str:
    """How letters sound in English, by Metaphone."""
    from jellyfish import metaphone

    return metaphone(letters)


def candidates(said: PassageWords, names: tuple[str, ...], occurring: Occurring) -> list[Changes]:
    """Every change worth asking about, alone and with its neighbour in the same name, the most similar first.

    Args:
        said: the words of a passage.
        names: full names as the article writes them.
        occurring: the names that the rest of the clip shows.
    """
    found = {name: _changes(said, name) for name in dict.fromkeys(word for full in names for word in full.split())}
    sets = dict.fromkeys([*_single(said, found, names, occurring), *_paired(said, found, names)])
    beside = {(replace(c, beside=False),) for changes in sets for c in changes if c.beside}
    worth = [changes for changes in sets if changes not in beside]
    return sorted(worth, key=lambda changes: -sum(c.likeness for c in changes) / len(changes))[:MOST_QUESTIONS]


def is_spelt_as_name(change: Change, said: PassageWords) -> bool:
    """Whether the words of a change are a name as they stand: several with capitals, or one that is not ordinary."""
    words = said.replaced(change)
    capitals = all(starts_with_capital(word.text) for word in words)
    return change.is_long and capitals and (len(words) > 1 or said.odd[change.first])


def _is_odd(words: tuple[RecognisedWord, ...], k: int, language: str) -> bool:
    """Whether a word is spelt out in pieces, or has a capital that is not due to the start of a sentence."""
    if _in_pieces(words[k]):
        return True
    starts = k == 0 or words[k - 1].text.rstrip(QUOTES).endswith(ENDING)
    bare = words[k].text.strip(OPENING + CLOSING)
    pronoun = bare.replace("’", "'").split("'")[0] == "I"
    return bare[:1].isupper() and not (starts or pronoun or language in CAPITAL_NOUNS)


def _in_pieces(word: RecognisedWord) -> bool:
    return word.pieces > 1 + (word.text[-1] in CLOSING)


def _single(
    said: PassageWords, found: dict[str, list[Change]], names: tuple[str, ...], occurring: Occurring
) -> Iterator[Changes]:
    """Changes on their own. A word that is another name of the article is not changed."""
    own = {plain(name) for name in found}
    for name, changes in found.items():
        expected = _is_expected(name, names, occurring)
        for change in changes:
            fits = _stands_alone(change, said, name in occurring.said) and (expected or said.in_pieces(change))
            if fits and not own & set(said.letters[change.first : change.last]):
                yield (change,)


def _paired(said: PassageWords, found: dict[str, list[Change]], names: tuple[str, ...]) -> Iterator[Changes]:
    """Two neighbours of a name changed together, and one of them beside the other as it was recognised."""
    letters = said.letters
    for left, right in dict.fromkeys(pair for full in names for pair in pairwise(full.split())):
        yield from ((c, d) for c in found[left] for d in found[right] if c.last == d.first and c.is_long and d.is_long)
        halves = [(c, c.last) for c in found[left] if letters[c.last : c.last + 1] == (plain(right),)]
        halves += [(d, d.first - 1) for d in found[right] if d.first and letters[d.first - 1] == plain(left)]
        # `Will Browne` is not said in `they will ~browne`.
        for c, at in halves:
            yield (replace(c, beside=starts_with_capital(said.words[at].text) or letters[at] in PARTICLES),)


def _changes(said: PassageWords, name: str) -> list[Change]:
    """The runs of words, uncertain or not ordinary, that are similar to a name and differ from it."""
    letters = plain(without_possessive(name))
    if len(letters) < 2:
        return []
    found: list[Change] = []
    certain = -1
    for first, last in said.runs():
        if first == certain:
            continue
        if not (said.odd[last - 1] or said.words[last - 1].probability < SURE_PROBABILITY):
            certain = first
            continue
        if letters not in said.letters[first:last]:
            found += _similar(said, Change(first, last, name, 0.0), letters)
    return found


def _similar(said: PassageWords, change: Change, letters: str) -> Iterator[Change]:
    """The change with its likeness, and as a plural, each where it is similar enough."""
    run = said.letters_of(change)
    change = replace(change, likeness=_likeness(run, letters))
    if change.likeness >= LEAST_PAIRED_LIKENESS and not (run == letters and is_spelt_as_name(change, said)):
        yield change
    several = _likeness(run[:-1], letters) if _may_be_plural(said.words[change.last - 1], change.name) else 0.0
    if several > change.likeness:
        yield replace(change, likeness=several, plural=True)


def _may_be_plural(word: RecognisedWord, name: str) -> bool:
    bare = word.text.rstrip(CLOSING)
    return bare.endswith("s") and not bare.endswith(POSSESSIVES) and not name.endswith("s")


def _stands_alone(change: Change, said: PassageWords, elsewhere: bool) -> bool:
    """Whether a change is worth a question without its other half beside it; `elsewhere`: the clip has the name.

    Not where the recogniser is certain of a name it knows: another Mark than the article's Marc.
    """
    short = len(plain(change.name)) <= SHORT_LETTERS
    if not change.is_long or change.likeness < (LEAST_SHORT_LIKENESS if short else LEAST_LIKENESS):
        return False
    words = zip(said.replaced(change), said.odd_of(change))
    return all(_in_pieces(w) or w.probability < SURE_KNOWN_PROBABILITY or (elsewhere and odd) for w, odd in words)


def _is_expected(name: str, names: Iterable[str], occurring: Occurring) -> bool:
    """Whether a word of a name is said on its own: not a given name of somebody whom the clip does not mention else.

    Given names that sound alike (Anna, Ana) are common, and the sound cannot distinguish them.
    """
    for full in names:
        parts = full.split()
        if name in parts[1:] or parts == [name] or (name in parts and occurring.said & set(parts)):
            return True
    return False


def _likeness(recognised: str, name: str) -> float:
    """How similar two words are, in percent: letters and phonetic keys, half each; 0 where they sound different."""
    from rapidfuzz import fuzz

    if abs(len(recognised) - len(name)) > max(4, len(name)):
        return 0.0
    sound = fuzz.ratio(phonetic_key(recognised), phonetic_key(name))
    return (sound + fuzz.ratio(recognised, name)) / 2 if sound >= LEAST_SOUND_LIKENESS else 0.0
