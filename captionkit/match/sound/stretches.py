"""Stretches of the transcript that are asked about together, and the ways to read each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

JOINED_WORDS = 2
"""Differences with at most this many equal words between them are one question, since one recognition error often shows
as two differences."""
MOST_WORDINGS = 16
"""Wordings of one stretch: all ways of reading up to four differences."""


@dataclass(frozen=True, slots=True)
class Slot:
    """`words[first:last]` of the transcript, which an edit is about, and what else may have been said there.

    `readings` are texts; an empty one leaves the words out. An empty range is where words would be inserted.
    """

    first: int
    last: int
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Slots that are asked about together: `words[first:last]` holds them and one word on each side."""

    first: int
    last: int
    slots: tuple[Slot, ...]


Choice = tuple[int, ...]
"""For each slot of a stretch the chosen reading, by its index in `readings`; `AS_HEARD` for the recognised words."""
AS_HEARD = -1


def stretches(slots: Sequence[Slot], size: int) -> tuple[Stretch, ...]:
    """Slots that are close together joined into stretches, in order.

    Args:
        slots: in order, without overlaps.
        size: how many words the transcript has.
    """
    groups: list[list[Slot]] = []
    for slot in slots:
        if groups and slot.first - groups[-1][-1].last <= JOINED_WORDS:
            groups[-1].append(slot)
        else:
            groups.append([slot])
    return tuple(Stretch(max(0, g[0].first - 1), min(size, g[-1].last + 1), tuple(g)) for g in groups)


def choices(stretch: Stretch) -> tuple[Choice, ...]:
    """The wordings worth asking about, other than the heard one; the printed one comes first.

    All combinations if there are at most `MOST_WORDINGS`; else the printed wording, and the printed and the heard one
    with a single slot read otherwise.
    """
    options = [range(AS_HEARD, len(slot.readings)) for slot in stretch.slots]
    printed, heard = (0,) * len(options), (AS_HEARD,) * len(options)
    every: Iterator[Choice] = product(*options)
    if prod(map(len, options)) > MOST_WORDINGS:
        every = (
            (*base[:at], reading, *base[at + 1 :])
            for base in (printed, heard)
            for at, option in enumerate(options)
            for reading in option
        )
    return tuple(choice for choice in dict.fromkeys([printed, *every]) if choice != heard)
