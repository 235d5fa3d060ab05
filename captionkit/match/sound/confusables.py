"""Words that are easily taken for one another and change a meaning, and words that restarts are taken for."""

from __future__ import annotations

import re

from captionkit.match.language import match_language

_WORD = re.compile(r"^(\W*)([\w'’]+)(\W*)$")


def alternatives(text: str, code: str) -> tuple[str, ...]:
    """Other readings of a word as the transcript writes it, with its punctuation; empty for most words.

    `fifteen` may be `fifty`, `15` `50`, `million` `billion`, `can't` `can`, and the other way round.
    """
    match = _WORD.match(text)
    if match is None:
        return ()
    opening, word, closing = match.groups()
    language = match_language(code)
    plain = word.replace("’", "'").casefold()
    found = list(language.confusable_pairs.get(plain, ()))
    if plain.removesuffix("n't") in language.auxiliaries:
        found.append(plain.removesuffix("n't") if plain.endswith("n't") else f"{plain}n't")
    return tuple(opening + (f.capitalize() if word[0].isupper() else f) + closing for f in found)


def sounds_like_restart(text: str, following: str, code: str) -> str | None:
    """The short form of the following word that a word may have been (`wear` before `we` → `we're`), None for most.

    Args:
        text: the word as the transcript writes it.
        following: the word after it, lower case.
        code: of the language.
    """
    from jellyfish import metaphone

    sound = metaphone("".join(c for c in text.casefold() if c.isalpha()))
    endings = match_language(code).restart_endings
    return next((following + e for e in endings if sound and metaphone(following + e.strip("'")) == sound), None)
