"""Words whose times or lengths no layout could use as they are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from captionkit.captions.scripts import columns
from captionkit.captions.tokens import ordered_spans, tokens_from
from captionkit.model import Span, Word

URL = "https://www.calder-harbor.example/councillors/minutes/2026-11-24/borings?page=2"


def words_at(*times: tuple[int, int]) -> list[Word]:
    return [Word(f"w{index}", start, end) for index, (start, end) in enumerate(times)]


def test_ordinary_times_are_left_alone() -> None:
    """Lost: sync, moved by a repair that was not needed."""
    times = [(0, 200), (200, 400), (900, 1000)]
    assert ordered_spans(words_at(*times), 2000) == [Span(*time) for time in times]


def test_one_wild_time_does_not_move_its_neighbours() -> None:
    """Lost: every caption after a single word that the recogniser put at the wrong end of the clip."""
    spans = ordered_spans(words_at((0, 200), (90_000, 90_100), (300, 500), (600, 800)), 100_000)
    assert spans == [Span(0, 200), Span(200, 300), Span(300, 500), Span(600, 800)]


def test_a_step_back_is_put_between_its_neighbours() -> None:
    """Lost: cues that run backwards at the seam of two windows."""
    spans = ordered_spans(words_at((0, 400), (500, 900), (450, 950), (1000, 1300)), 2000)
    assert spans == [Span(0, 400), Span(400, 450), Span(450, 950), Span(1000, 1300)]


def test_words_in_each_others_time_share_it() -> None:
    """Lost: two cues at once where two people talk at once."""
    assert ordered_spans(words_at((0, 900), (400, 1000)), 2000) == [Span(0, 400), Span(400, 1000)]


def test_nothing_is_said_after_the_clip() -> None:
    """Lost: a player that stops with a caption still on screen."""
    assert ordered_spans(words_at((0, 900), (950, 1400), (1300, 1500)), 1000) == [
        Span(0, 900),
        Span(950, 1000),
        Span(1000, 1000),
    ]


def test_a_long_address_is_broken_at_its_own_marks() -> None:
    """Lost: a web address that cannot be read, or that runs out of the picture."""
    tokens = tokens_from([Word(URL, 0, 8000)], 42, 10_000)
    assert [token.text for token in tokens] == [
        "https://www.calder-harbor.example/",
        "councillors/minutes/2026-11-24/borings?",
        "page=2",
    ]
    assert [token.inside for token in tokens] == [False, True, True]
    assert (tokens[0].start_ms, tokens[-1].end_ms) == (0, 8000)


def test_a_long_word_without_marks_is_broken_at_the_line_and_keeps_its_letters() -> None:
    """Lost: letters of a long word."""
    text = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    tokens = tokens_from([Word(text, 0, 5000)], 42, 10_000)
    assert [len(token.text) for token in tokens] == [42, len(text) - 42]
    assert "".join(token.text for token in tokens) == text


def test_a_word_that_just_fits_is_not_broken() -> None:
    """Lost: a word in two for no reason."""
    assert len(tokens_from([Word("x" * 42, 0, 500)], 42, 1000)) == 1
    assert len(tokens_from([Word("x" * 43, 0, 500)], 42, 1000)) == 2


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=300), st.integers(10, 50))
def test_no_letter_is_lost_and_every_piece_fits(text: str, line: int) -> None:
    """Lost: letters, or a line longer than the style allows, in any script."""
    tokens = tokens_from([Word(text, 0, 1000)], line, 1000)
    assert "".join(token.text for token in tokens) == text
    assert all(token.text and columns(token.text) <= line for token in tokens)


def test_a_letter_keeps_its_accent() -> None:
    """Lost: an accent that begins the next line, on no letter."""
    text = "x" + "e\u0301" * 60
    tokens = tokens_from([Word(text, 0, 1000)], 42, 1000)
    assert "".join(token.text for token in tokens) == text
    assert len(tokens) == 3
    assert not any(token.text.startswith("\u0301") for token in tokens)


def test_a_word_as_long_as_a_book_is_done_in_a_moment() -> None:
    """Lost: a run that hangs on one hostile word."""
    assert len(tokens_from([Word("é" * 200_000, 0, 1000)], 42, 1000)) == 4762
