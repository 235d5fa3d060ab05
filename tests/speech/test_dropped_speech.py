"""Speech that the decoder passed over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.model import Span
from captionkit.speech.dropped_speech import (
    SHORTEST_DROPPED_MS,
    dropped_spans,
    without_echo,
    without_stretching,
)
from captionkit.speech.recognition import RecognisedWord
from captionkit.speech.voice_activity import voice_within

WINDOW = Span(0, 20_000)


def word(text: str, start_ms: int, end_ms: int) -> RecognisedWord:
    return RecognisedWord(text, start_ms, end_ms, 0.9, 1)


def words(text: str) -> tuple[RecognisedWord, ...]:
    return tuple(word(token, 100 * i, 100 * i + 90) for i, token in enumerate(text.split()))


def test_a_word_of_ordinary_length_keeps_its_times() -> None:
    """Word times, which are good, would be made worse."""
    heard = (word("bridge,", 1_000, 1_000 + 300 + 6 * 90), word("a", 2_000, 2_390))
    assert without_stretching(heard, ()) == heard


def test_a_stretched_word_keeps_the_end_with_the_voice() -> None:
    """A caption would stand through the seconds of applause that follow its last word."""
    heard = word("so", 1_000, 5_000)
    assert without_stretching((heard,), (Span(900, 1_500),)) == (word("so", 1_000, 1_480),)
    assert without_stretching((heard,), (Span(4_700, 5_000),)) == (word("so", 4_520, 5_000),)


def test_a_word_stretched_over_speech_gives_the_speech_back() -> None:
    """A sentence that the decoder swallowed into one word would never be heard again."""
    voiced = (Span(1_000, 5_000),)
    heard = without_stretching((word("so", 1_000, 5_000),), voiced)
    assert heard == (word("so", 4_520, 5_000),)
    assert dropped_spans(heard, Span(1_000, 5_000), voiced) == (Span(1_000, 4_520),)


def test_a_hole_is_voice_without_words() -> None:
    """A whole sentence would be missing from the captions."""
    heard = (word("one", 0, 500), word("two", 4_000, 4_400), word("three", 4_500, 20_000))
    voiced = (Span(0, 500), Span(1_000, 3_000), Span(4_000, 20_000))
    assert dropped_spans(heard, WINDOW, voiced) == (Span(1_000, 3_000),)


def test_a_pause_is_no_hole() -> None:
    """The recogniser would be made to hear words in a pause."""
    heard = (word("one", 0, 500), word("two", 9_000, 20_000))
    assert dropped_spans(heard, WINDOW, (Span(0, 600), Span(8_800, 20_000))) == ()


@pytest.mark.parametrize(("length_ms", "found"), [(SHORTEST_DROPPED_MS - 1, 0), (SHORTEST_DROPPED_MS, 1)])
def test_the_shortest_hole_counts_to_the_millisecond(length_ms: int, found: int) -> None:
    """Short sentences would be lost, or breaths listened to again and again."""
    heard = (word("one", 0, 5_000), word("two", 5_000 + length_ms, 20_000))
    assert len(dropped_spans(heard, WINDOW, (WINDOW,))) == found


def test_a_window_without_words_is_one_hole() -> None:
    """A window that the decoder left empty would stay empty."""
    assert dropped_spans((), WINDOW, (Span(2_000, 9_000),)) == (Span(2_000, 9_000),)
    assert dropped_spans((), WINDOW, ()) == ()


def test_a_hole_leaves_out_the_tail_of_a_voice_that_has_its_words() -> None:
    """The last sound of the word before would be heard a second time, and doubled."""
    heard = (word("one", 0, 1_000), word("two", 6_000, 20_000))
    voiced = (Span(0, 1_200), Span(3_000, 5_000), Span(5_900, 20_000))
    assert dropped_spans(heard, WINDOW, voiced) == (Span(3_000, 5_000),)


def test_many_short_voices_make_a_hole_too() -> None:
    """Short cries one after another would be passed over, each too short for itself."""
    voiced = tuple(Span(at, at + 200) for at in range(1_000, 6_000, 500))
    assert dropped_spans((word("one", 0, 900), word("two", 7_000, 20_000)), WINDOW, voiced) == (Span(1_000, 5_700),)


@pytest.mark.parametrize(
    ("found", "before", "after", "left"),
    [
        ("We will build", "we", "Build.", "will"),
        ("we, we will", "We", "", "will"),
        ("it goes on", "", "", "it goes on"),
        ("Yes", "yes.", "no", ""),
        ("yes yes", "no", "Yes!", ""),
        ("on and on", "and", "and", "on and on"),
    ],
)
def test_a_neighbour_is_not_said_twice(found: str, before: str, after: str, left: str) -> None:
    """A word at the edge of a hole would stand twice in the captions."""
    assert " ".join(w.text for w in without_echo(words(found), before, after)) == left


def test_no_neighbour_swallows_no_word() -> None:
    """Where there is no word beside a hole, a lone sign without letters must not eat what was heard."""
    assert without_echo(words("– yes"), "", "") == words("– yes")


@st.composite
def voices(draw: st.DrawFn) -> tuple[Span, ...]:
    at, found = 0, []
    for _ in range(draw(st.integers(0, 6))):
        start = at + draw(st.integers(1, 3_000))
        at = start + draw(st.integers(1, 6_000))
        found.append(Span(start, at))
    return tuple(found)


@st.composite
def heard_in_order(draw: st.DrawFn) -> tuple[RecognisedWord, ...]:
    at, found = 0, []
    for _ in range(draw(st.integers(0, 8))):
        start = at + draw(st.integers(0, 2_000))
        at = start + draw(st.integers(0, 4_000))
        found.append(word(draw(st.sampled_from(["a", "tonight,", "Oyelaran"])), start, at))
    return tuple(found)


@given(heard_in_order(), voices())
def test_no_word_is_lost_or_moved_out_of_its_time(heard: tuple[RecognisedWord, ...], voiced: tuple[Span, ...]) -> None:
    """A word would be lost, or shown where it is not said."""
    for before, after in zip(heard, without_stretching(heard, voiced), strict=True):
        assert (after.text, after.probability, after.pieces) == (before.text, before.probability, before.pieces)
        assert before.start_ms <= after.start_ms <= after.end_ms <= before.end_ms


@given(heard_in_order(), voices())
def test_holes_lie_between_words_and_inside_the_window(
    heard: tuple[RecognisedWord, ...], voiced: tuple[Span, ...]
) -> None:
    """The recogniser would hear words again that it has written down already."""
    window = Span(0, max([30_000, *(w.end_ms for w in heard)]))
    for hole in dropped_spans(heard, window, voiced):
        assert window.start_ms <= hole.start_ms < hole.end_ms <= window.end_ms
        assert voice_within(voiced, hole) > 0
        assert not any(hole.overlap_ms(Span(w.start_ms, w.end_ms)) for w in heard)
