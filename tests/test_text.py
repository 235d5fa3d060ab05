"""Text helpers: sentence ends and sharing time by letters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from captionkit.text import sentence_ends, sentence_spans, share_time


def test_titles_months_and_initials_do_not_end_a_sentence() -> None:
    """A speaker's name would be separated from the title, and the quote from the speaker."""
    text = "Gov. J. Ito came on Dec. 9. “It is over,” said Dr. Lee. Was it?"
    assert [text[a:b].strip() for a, b in sentence_spans(text)] == [
        "Gov. J. Ito came on Dec. 9.",
        "“It is over,” said Dr. Lee.",
        "Was it?",
    ]


@given(st.text(alphabet="aB .!?”\n", max_size=60))
def test_no_letter_is_outside_every_sentence(text: str) -> None:
    """A word outside every sentence would be missing from the article's text."""
    covered = {i for a, b in sentence_spans(text) for i in range(a, b)}
    assert all(i in covered for i, c in enumerate(text) if c.isalpha())


def test_a_sentence_ends_with_the_word_that_carries_its_mark() -> None:
    """A caption would run over the end of a sentence."""
    assert sentence_ends(["Was", "it", "Dr.", "Lee?", "Yes."]) == [False, False, False, True, True]


@given(st.lists(st.text(min_size=1, max_size=9), max_size=9), st.integers(0, 10**7), st.integers(0, 10**5))
def test_shared_time_is_contiguous_and_complete(texts: list[str], start_ms: int, length_ms: int) -> None:
    """Words of a vendor's captions would overlap, or leave their cue."""
    shares = list(share_time(texts, start_ms, start_ms + length_ms))
    bounds = [start_ms, *(end for _, end in shares)]
    assert [start for start, _ in shares] == bounds[:-1]
    assert bounds == sorted(bounds) and (not texts or bounds[-1] == start_ms + length_ms)


def test_time_is_shared_in_proportion_to_letters() -> None:
    """A long word would be as short as a short one."""
    assert list(share_time(["a", "bbb"], 1000, 2000)) == [(1000, 1250), (1250, 2000)]
    assert list(share_time(["", ""], 5, 9)) == [(5, 5), (5, 5)]
