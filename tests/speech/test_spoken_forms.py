"""English writing → how it is said."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.speech.spoken_forms import MOST_WAYS, ways_said


def said(*texts: str) -> list[list[str]]:
    return [[" ".join(way) for way in ways] for ways in ways_said(texts)]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("2026", "twenty twenty six"),
        ("2026", "two thousand twenty six"),
        ("1905", "nineteen oh five"),
        ("1900", "nineteen hundred"),
        ("1990s", "nineteen nineties"),
        ("911", "nine one one"),
        ("1,200", "one thousand two hundred"),
        ("105", "one hundred and five"),
        ("9th", "ninth"),
        ("1.25", "one point two five"),
        ("50%", "fifty percent"),
        ("$40", "forty dollars"),
        ("£5m", "five million pounds"),
        ("5½", "five and a half"),
        ("7-2", "seven to two"),
        ("10:30", "ten thirty"),
        ("R&D", "r and d"),
        ("Dr.", "doctor"),
        ("U.S.", "u.s."),
        ("NATO", "nato"),
        ("NATO", "n. a. t. o."),
        ("“Hello,”", "hello"),
        ("don’t", "don't"),
        ("Ó", "o"),
        ("Nguyễn", "nguyen"),
        ("Delacroix-Huang", "delacroix huang"),
        ("COVID-19", "covid nineteen"),
    ],
)
def test_a_writing_is_said(text: str, way: str) -> None:
    """The aligner would look for other sounds than those spoken, and the word and its neighbours have wrong times."""
    assert way in said(text)[0]


def test_the_unit_of_money_follows_the_whole_amount() -> None:
    """`million` would be looked for after `dollars`."""
    assert said("$1.2", "million", "more") == [["one point two"], ["million dollars"], ["more"]]
    assert said("$1.2", "more") == [["one point two dollars"], ["more"]]


@pytest.mark.parametrize("text", ["…", "?!", "1" * 16, "a" * 65])
def test_what_is_not_said_has_no_way(text: str) -> None:
    """A mark would be looked for in the sound."""
    assert said(text) == [[]]


@given(st.lists(st.text(min_size=1, max_size=30), max_size=6))
def test_any_writing_gets_few_ways(texts: list[str]) -> None:
    """A word in another script, or a strange sign, would stop the run."""
    found = ways_said(texts)
    assert len(found) == len(texts)
    assert all(len(ways) <= MOST_WAYS and all(word for way in ways for word in way) for ways in found)


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "-" * 10_000, "1," * 5_000, "$" + "9" * 10_000, "a'" * 5_000, "1.1" * 20]
)
def test_an_absurd_word_costs_no_time(text: str) -> None:
    """One word of a hostile transcript would hold up the run."""
    started = time.perf_counter()
    assert len(ways_said([text] * 20)) == 20
    assert time.perf_counter() - started < 0.5
