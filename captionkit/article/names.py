"""The names that the recogniser is told to expect, none of them taken from quoted words."""

from __future__ import annotations

from collections.abc import Iterable

from captionkit.article.people import Register

MAX_NAMES = 60
"""The recogniser looks at no more than about so many."""


def listed_names(register: Register, people: Iterable[str]) -> tuple[str, ...]:
    """People first, then places and bodies, in order of appearance, each once and in its fullest form.

    `register` was made from the text outside quotation marks. `people` are names that stand outside the
    text: byline, credits, JSON-LD. A name that is only a part of one before it (`Dupree`) is left out.
    """
    appearing = dict.fromkeys(
        number for found in register.mentions for mention in found for number in register.meant[mention]
    )
    entities = [register.entities[number] for number in appearing if register.entities[number].certain]
    named = [entity.name for entity in entities if entity.kind == "person"]
    others = [entity.name for entity in entities if entity.kind != "person"]
    kept: list[str] = []
    seen: set[str] = set()
    for name in (*named, *people, *others):
        words = name.lower().split()
        if len(kept) < MAX_NAMES and not (name.lower() in seen or (len(words) == 1 and words[0] in seen)):
            kept.append(name)
            seen.update((name.lower(), *words))
    return tuple(kept)
