"""Words that are easily taken for one another and change a meaning, and words that restarts are taken for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from captionkit.match.language import language_data
from captionkit.text import toml_names, toml_tables

_WORD = re.compile(r"^(\W*)([\w'’]+)(\W*)$")


@dataclass(frozen=True, slots=True)
class _Confusables:
    """Pairs both ways, and auxiliaries that take a negation; plain lower case."""

    pairs: Mapping[str, tuple[str, ...]]
    auxiliaries: frozenset[str]


@cache
def _confusables(code: str) -> _Confusables:
    """The data of a language; nothing for one that has no file."""
    if f"{code}_confusables" not in toml_names(__package__, "data"):
        return _Confusables({}, frozenset())
    data = toml_tables(__package__, f"data/{code}_confusables.toml")
    pairs: dict[str, tuple[str, ...]] = {}
    for one, other in data["pairs"]:
        pairs[one] = (*pairs.get(one, ()), other)
        pairs[other] = (*pairs.get(other, ()), one)
    return _Confusables(pairs, frozenset(data["auxiliaries"]))


def alternatives(text: str, code: str) -> tuple[str, ...]:
    """Other readings of a word as the transcript writes it, with its punctuation; empty for most words.

    `fifteen` may be `fifty`, `15` `50`, `million` `billion`, `can't` `can`, and the other way round.
    """
    match = _WORD.match(text)
    if match is None:
        return ()
    opening, word, closing = match.groups()
    data = _confusables(code)
    plain = word.replace("’", "'").casefold()
    found = [*data.pairs.get(plain, ()), *_negated(plain, data.auxiliaries)]
    return tuple(opening + (f.capitalize() if word[0].isupper() else f) + closing for f in found)


def _negated(plain: str, auxiliaries: frozenset[str]) -> list[str]:
    """`didn't` for `did` and the other way round; `won't` and `can't` are among the pairs."""
    if plain.endswith("n't") and plain[:-3] in auxiliaries:
        return [plain[:-3]]
    return [f"{plain}n't"] if plain in auxiliaries else []


def sounds_like_restart(text: str, following: str, code: str) -> str | None:
    """The short form of the word after it that a word may have been (`wear` before `we` → `we're`), None for most.

    Args:
        text: the word as the transcript writes it.
        following: the word after it, lower case.
        code: of the language.
    """
    from jellyfish import metaphone

    sound = metaphone("".join(c for c in text.casefold() if c.isalpha()))
    endings = language_data(code).restart_endings
    return next((following + e for e in endings if sound and metaphone(following + e.strip("'")) == sound), None)
