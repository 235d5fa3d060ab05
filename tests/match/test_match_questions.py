"""How the sound is asked: which differences are one question, and how a wording is written for it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.match.sound.stretches import AS_HEARD, MOST_WORDINGS, Slot, choices, stretches
from captionkit.match.sound.wording import worded, written_like

NAMES = frozenset({"Xi", "Oyelaran"})


def asked(text: str, *slots: tuple[int, int, str]) -> list[str]:
    """Every wording of the one stretch that some slots of a text make, the printed one first."""
    words = text.split()
    (stretch,) = stretches([Slot(first, last, (reading,)) for first, last, reading in slots], len(words))
    return [worded(words, stretch, choice, NAMES, "en") for choice in choices(stretch)]


@pytest.mark.parametrize(
    ("printed", "heard", "before", "written"),
    [
        ("um", ["arm,"], "tonight,", "um,"),
        ("Fifty", ["15"], "another", "50"),
        ("50", ["Fifteen"], "", "Fifty"),
        ("fifty million dollars", ["$15", "million."], "costs", "$50 million."),
        ("fifth", ["4th"], "the", "5th"),
        ("1.5 million", ["two", "million"], "spent", "1.5 million"),
        ("Three", ["tree"], "at", "three"),
        ("xi", ["Zai."], "that", "xi."),
        ("Xi", ["zai"], "that", "Xi"),
        ("I'm", ["am"], "and", "I'm"),
        ("NATO", ["nature"], "for", "NATO"),
        ("we will", ["“We’re"], "", "“We will"),
        ("a, b", ["see;", "dee."], "to", "a; b."),
        ("not", [], "is", "not"),
        ("Not", [], "is", "not"),
        ("not", [], "over.", "Not"),
    ],
)
def test_a_wording_is_written_as_the_words_it_replaces(
    printed: str, heard: list[str], before: str, written: str
) -> None:
    """The sound would be asked about a comma, a capital or a figure instead of a word: 5 nats for `arm,` and `um`."""
    assert written_like(printed, heard, before, NAMES, "en") == written


def test_what_is_left_out_leaves_whole_sentences() -> None:
    """A sentence without its end or its capital is no wording that a recogniser would write."""
    assert asked("It is not dangerous.", (2, 3, ""))[0] == "is dangerous."
    assert asked("We won it, however. Nobody cheered.", (3, 4, ""))[0] == "it. Nobody"
    assert asked("We won. However, nobody cheered.", (2, 3, ""))[0] == "won. Nobody"
    assert asked("and tonight, arm, tonight we build", (1, 3, ""))[0] == "and tonight"


def test_differences_that_stand_together_are_one_question() -> None:
    """One mishearing is often cut in three: each would be asked about with the errors of the others in place."""
    words = ["It", "failed", "because", "I", "failed", "to", "approach", "some", "people."]
    slots = [Slot(3, 4, ("of a",)), Slot(5, 6, ("",)), Slot(7, 8, ("to",))]
    (stretch,) = stretches(slots, len(words))
    assert (stretch.first, stretch.last) == (2, 9)
    wordings = [worded(words, stretch, choice, NAMES, "en") for choice in choices(stretch)]
    assert wordings[0] == "because of a failed approach to people."
    assert len(wordings) == len(set(wordings)) == 2**3 - 1


def test_differences_far_apart_are_asked_about_apart() -> None:
    """What is surely changed would carry along what was only misheard."""
    found = stretches([Slot(1, 2, ("a",)), Slot(5, 6, ("b",))], 10)
    assert [(s.first, s.last) for s in found] == [(0, 3), (4, 7)]


SLOTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(1, 2)), min_size=1, max_size=8)


def laid(parts: list[tuple[int, int, int]]) -> tuple[list[Slot], int]:
    """Slots one after another from gaps, lengths and numbers of readings, and the number of words of the transcript."""
    slots, at = [], 0
    for gap, length, readings in parts:
        at += gap
        slots.append(Slot(at, at + length, tuple(f"p{at}r{n}" for n in range(readings))))
        at += length
    return slots, at + 1


@given(SLOTS)
def test_every_slot_is_asked_about_in_order(parts: list[tuple[int, int, int]]) -> None:
    """A difference would never be held against the sound, or twice."""
    slots, size = laid(parts)
    found = stretches(slots, size)
    assert [slot for stretch in found for slot in stretch.slots] == slots
    assert all(0 <= s.first <= s.slots[0].first and s.slots[-1].last <= s.last <= size for s in found)
    assert all(b.slots[0].first > a.slots[-1].last for a, b in pairwise(found))


@given(SLOTS)
def test_the_printed_wording_is_always_asked_about(parts: list[tuple[int, int, int]]) -> None:
    """Many differences in a row would go unasked, or cost a minute."""
    slots, size = laid(parts)
    for stretch in stretches(slots, size):
        found = choices(stretch)
        assert found[0] == (0,) * len(stretch.slots)
        assert (AS_HEARD,) * len(stretch.slots) not in found
        assert len(found) == len(set(found))
        assert len(found) < MOST_WORDINGS or len(found) <= 6 * len(stretch.slots)
        for at, slot in enumerate(stretch.slots):
            assert {choice[at] for choice in found} >= set(range(len(slot.readings)))


@given(SLOTS)
def test_no_heard_word_is_lost_from_a_wording(parts: list[tuple[int, int, int]]) -> None:
    """The sound would be asked about words that nobody said, or said without their neighbours."""
    slots, size = laid(parts)
    words = [f"w{n}" for n in range(size)]
    for stretch in stretches(slots, size):
        for choice in choices(stretch):
            kept = [n for n in range(stretch.first, stretch.last)
                    if not any(s.first <= n < s.last and c != AS_HEARD for s, c in zip(stretch.slots, choice))]
            put = [s.readings[c] for s, c in zip(stretch.slots, choice) if c != AS_HEARD]
            written = worded(words, stretch, choice, frozenset(), "en").lower().split()
            assert sorted(written) == sorted([*(words[n] for n in kept), *put])
