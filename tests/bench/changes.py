"""Known changes made to what was said, as an article might make them: the truth that verdicts are measured against."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from jellyfish import metaphone
from rapidfuzz import fuzz

MOST_OF_A_KIND = 3
"""Changes of one kind made to one run of words, so that long sentences do not drown short ones."""
LEAST_LETTERS = 4
LEAST_LIKENESS = 66.0
FILLERS = frozenset({"um", "uh", "er", "erm"})
AUXILIARIES = frozenset(
    ["is", "are", "was", "were", "will", "would", "could", "should", "can", "do", "does", "did", "has", "have", "had", "may", "might", "must"]
)
NEGATIONS = frozenset({"not", "never", "no", "nothing", "nobody"})
NUMBERS = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    *("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
    *("hundred", "thousand", "million", "billion"),
)
LIKE_NUMBERS: Mapping[str, str] = {
    **{"thirteen": "thirty", "fourteen": "forty", "fifteen": "fifty", "sixteen": "sixty"},
    **{"seventeen": "seventy", "eighteen": "eighty", "nineteen": "ninety", "million": "billion"},
    **{"thirty": "thirteen", "forty": "fourteen", "fifty": "fifteen", "sixty": "sixteen"},
    **{"seventy": "seventeen", "eighty": "eighteen", "ninety": "nineteen", "billion": "million"},
}
GRAMMAR: Mapping[str, str] = {
    **{"was": "were", "were": "was", "is": "was", "are": "were", "has": "had", "have": "had", "had": "has"},
    **{"will": "would", "would": "will", "can": "could", "could": "can", "this": "that", "these": "those"},
}
SHORT_FORMS: Mapping[str, str] = {
    **{"i'm": "I am", "we're": "we are", "it's": "it is", "can't": "cannot", "won't": "will not"},
    **{"doesn't": "does not", "wouldn't": "would not", "could've": "could have", "gonna": "going to"},
    **{"i've": "I have", "it is": "it's", "i am": "I'm", "we will": "we'll"},
}
FUNCTION_WORDS = frozenset(
    ["a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "and", "or", "but", "as", "that", "this", "it", "he", "she", "we", "they", "you", "i", "his", "her", "him", "its", "their", "our", "my", "be", "been", "is", "are", "was", "were", "will", "would", "with", "from", "so", "if", "not", "than", "then", "there", "which", "who"]
)

Words = tuple[str, ...]
Change = Callable[[Words, int, Sequence[str]], Iterator[Words]]


@dataclass(frozen=True, slots=True)
class Case:
    """What was said, what an article would print of it, and whether that is altered."""

    kind: str
    said: Words
    printed: Words
    altered: bool


def cases(said: Words, vocabulary: Sequence[str]) -> Iterator[Case]:
    """A run of words unchanged, and with every known change made to it, at most `MOST_OF_A_KIND` of a kind.

    Args:
        said: the words as they were said.
        vocabulary: words to swap others for.
    """
    yield Case("nothing changed", said, said, False)
    for kind, (change, altered) in CHANGES.items():
        made = [w for at in range(len(said)) for w in change(said, at, vocabulary) if plain(w) != plain(said)]
        made.sort(key=lambda words: sha256(" ".join(words).encode()).digest())
        for printed in dict.fromkeys(made[:MOST_OF_A_KIND]):
            yield Case(kind, said, printed, altered)


def plain(words: Words) -> list[str]:
    """Words as they are compared: lower case, letters, figures and apostrophes alone."""
    return [bare(w) for w in words if bare(w)]


def bare(word: str) -> str:
    """One word in lower case without the punctuation around it."""
    return re.sub(r"^[^\w']+|[^\w']+$", "", word.replace("’", "'").casefold())


def _put(words: Words, at: int, size: int, new: Sequence[str]) -> Words:
    """Words with `size` of them from `at` on exchanged, the punctuation after them kept."""
    last = words[at + size - 1]
    closing = last[len(last.rstrip(".,;:!?")) :]
    put = [*new[:-1], new[-1] + closing] if new else []
    return (*words[:at], *put, *words[at + size :])


def _is_content(word: str) -> bool:
    return len(bare(word)) >= LEAST_LETTERS and bare(word) not in FUNCTION_WORDS | AUXILIARIES and bare(word).isalpha()


def _pick(options: Sequence[str], key: str) -> Iterator[str]:
    """One option, by a hash: the same in every run."""
    if options:
        yield options[int.from_bytes(sha256(key.encode()).digest()[:4], "big") % len(options)]


def _swapped(words: Words, at: int, vocabulary: Sequence[str]) -> Iterator[Words]:
    word = bare(words[at])
    if _is_content(word):
        unlike = [v for v in vocabulary if _is_content(v) and fuzz.ratio(v, word) < 50]
        yield from (_put(words, at, 1, [new]) for new in _pick(unlike, " ".join(words) + str(at)))


def _swapped_for_like(words: Words, at: int, vocabulary: Sequence[str]) -> Iterator[Words]:
    """Like in sound and not the same: what an ear might take for it."""
    word = bare(words[at])
    if not _is_content(word):
        return
    likely = [v for v in vocabulary if v != word and metaphone(v) != metaphone(word) and _is_content(v)]
    like = [v for v in likely if fuzz.ratio(v, word) + fuzz.ratio(metaphone(v), metaphone(word)) >= 2 * LEAST_LIKENESS]
    yield from (_put(words, at, 1, [new]) for new in _pick(like, " ".join(words) + str(at)))


def _negated(words: Words, at: int, _: Sequence[str]) -> Iterator[Words]:
    if bare(words[at]) in AUXILIARIES and bare("".join(words[at + 1 : at + 2])) not in NEGATIONS:
        yield _put(words, at, 1, [words[at], "not"]) if words[at][-1].isalnum() else words


def _not_negated(words: Words, at: int, _: Sequence[str]) -> Iterator[Words]:
    word = bare(words[at])
    if word in {"not", "never"} and at:
        yield (*words[:at], *words[at + 1 :])
    elif word == "won't":
        yield _put(words, at, 1, ["will"])
    elif word.endswith("n't"):
        yield _put(words, at, 1, ["can" if word == "can't" else word.removesuffix("n't")])


def _renumbered(words: Words, at: int, _: Sequence[str]) -> Iterator[Words]:
    word = bare(words[at])
    if word in LIKE_NUMBERS:
        yield _put(words, at, 1, [LIKE_NUMBERS[word]])
    if word in NUMBERS:
        yield from (_put(words, at, 1, [n]) for n in _pick([n for n in NUMBERS if n != word], f"{words}{at}"))


def _grammar(words: Words, at: int, _: Sequence[str]) -> Iterator[Words]:
    if bare(words[at]) in GRAMMAR:
        yield _put(words, at, 1, [GRAMMAR[bare(words[at])]])


def _cut(words: Words, at: int, _: Sequence[str]) -> Iterator[Words]:
    """One to three words cut inside, one of them of some weight."""
    for size in (1, 2, 3):
        cut = words[at : at + size]
        near = [*words[max(0, at - size) : at], *words[at + size : at + 2 * size]]
        if at and at + size < len(words) and any(_is_content(w) and bare(w) not in map(bare, near) for w in cut):
            yield (*words[:at], *words[at + size :])


def _without_talk(words: Words, at: int, _: Sequence[str]) -> Iterator[Words]:
    word = bare(words[at])
    again = [bare(w) for w in words[at + 1 : at + 3]]
    if word in FILLERS or word in again[:1]:
        yield (*words[:at], *words[at + 1 :])
    elif again and again[0] in FILLERS and again[1:] == [word]:
        yield (*words[: at + 1], *words[at + 3 :])


def _short_forms(words: Words, at: int, _: Sequence[str]) -> Iterator[Words]:
    for size in (1, 2):
        full = SHORT_FORMS.get(" ".join(map(bare, words[at : at + size])))
        if full and len(words[at : at + size]) == size:
            yield _put(words, at, size, full.split())


CHANGES: Mapping[str, tuple[Change, bool]] = {
    "filler or repeat dropped": (_without_talk, False),
    "short form written out or made": (_short_forms, False),
    "word swapped": (_swapped, True),
    "word swapped for one like it": (_swapped_for_like, True),
    "negation added": (_negated, True),
    "negation dropped": (_not_negated, True),
    "number changed": (_renumbered, True),
    "grammar changed": (_grammar, True),
    "words cut": (_cut, True),
}
"""Every known change: how it is made, and whether it alters what was said."""
