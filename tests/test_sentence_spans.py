"""Sentence ends without nupunkt, as on Python 3.10."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from captionkit.sentence_spans import sentence_spans, spans_by_marks


def test_titles_months_and_initials_end_no_sentence() -> None:
    """A speaker's name would be torn from the title, and the quote from the speaker."""
    text = "Gov. J. Ito came on Dec. 9. “It is over,” said Dr. Lee. Was it?"
    assert [text[a:b].strip() for a, b in spans_by_marks(text)] == [
        "Gov. J. Ito came on Dec. 9.",
        "“It is over,” said Dr. Lee.",
        "Was it?",
    ]


@given(st.text(alphabet="aB .!?”\n", max_size=60))
def test_no_letter_is_outside_every_sentence(text: str) -> None:
    """A word outside every sentence would be read by nobody."""
    for spans in (spans_by_marks(text), sentence_spans(text)):
        covered = {i for a, b in spans for i in range(a, b)}
        assert all(i in covered for i, c in enumerate(text) if c.isalpha())
