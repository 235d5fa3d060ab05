"""What the sound says of another wording of what was heard."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.model import Margin, ModelUsed, Span, Word
from captionkit.speech.evidence import CONTEXT_PAD_MS, CONTEXT_WORDS, LONGEST_MS, MOST_WORDS, SoundEvidence
from captionkit.speech.recognition import RecognisedPassage, Recognition


class FakeListener:
    """The likelier, the fewer letters, and half as much so with nothing to hear; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Span, list[str], str]] = []

    def logprobs(self, span: Span, wordings: Sequence[str], language: str) -> list[float]:
        self.asked.append((span, list(wordings), language))
        return [-float(len(w)) for w in wordings]

    def expected(self, wordings: Sequence[str], language: str) -> list[float]:
        return [-len(w) / 2 for w in wordings]


def said(text: str, start_ms: int = 0, pace_ms: int = 300) -> tuple[Word, ...]:
    return tuple(
        Word(token, start_ms + pace_ms * i, start_ms + pace_ms * i + pace_ms - 20)
        for i, token in enumerate(text.split())
    )


def hearing(*spans: Span) -> Recognition:
    used = ModelUsed("base", "1" * 64, "cpu", "int8")
    return Recognition("en", 1.0, used, tuple(RecognisedPassage(s, (), -0.2) for s in spans), spans)


WORDS = said("We will not cut it.") + said("It was worth it.", 5_000)
TWO = hearing(Span(0, 1_600), Span(4_900, 6_300))


def ask(
    place: tuple[int, int],
    *wordings: str,
    words: tuple[Word, ...] = WORDS,
    heard: Recognition = TWO,
) -> tuple[list[Margin] | None, FakeListener]:
    listener = FakeListener()
    return SoundEvidence(words, heard, listener).margins(place, wordings), listener  # type: ignore[arg-type]


def test_the_passage_is_asked_whole_with_the_words_exchanged() -> None:
    """Sound cut at a word's edge tells nothing: the verdict of a quote would be chance."""
    margins, listener = ask((2, 3), "now")
    assert listener.asked == [(Span(0, 1_600), ["We will not cut it.", "We will now cut it."], "en")]
    assert margins == [Margin(0.0, 0.0)]


def test_a_positive_margin_speaks_for_what_was_heard() -> None:
    """Every verdict that the sound decides would be turned round."""
    margins, _ = ask((2, 3), "most certainly not", "")
    assert margins == [Margin(15.0, 7.5), Margin(-4.0, -2.0)]


def test_words_can_be_put_in_or_left_out() -> None:
    """A lost `not` or an added one could not be weighed."""
    _, listener = ask((2, 2), "surely")
    assert listener.asked[0][1] == ["We will not cut it.", "We will surely not cut it."]
    _, listener = ask((2, 3), "")
    assert listener.asked[0][1] == ["We will not cut it.", "We will cut it."]


@pytest.mark.parametrize(
    ("place", "text"),
    [((0, 0), "And We will not cut it."), ((9, 9), "It was worth it. And"), ((0, 1), "And will not cut it.")],
)
def test_the_edges_of_the_clip_can_be_asked_about(place: tuple[int, int], text: str) -> None:
    """A quote that begins or ends the clip would end the run with a fault."""
    assert ask(place, "And")[1].asked[0][1][1] == text


def test_words_over_a_seam_are_asked_in_both_passages() -> None:
    """A change at a pause between two passages could not be weighed."""
    _, listener = ask((4, 6), "them. That")
    assert listener.asked == [
        (Span(0, 6_300), ["We will not cut it. It was worth it.", "We will not cut them. That was worth it."], "en")
    ]


def test_a_long_passage_is_asked_in_part() -> None:
    """Whisper hears 30 s at a time: what lies behind would be judged without being heard."""
    words = said("word " * 200)
    _, listener = ask((100, 101), "other", words=words, heard=hearing(Span(0, 60_000)))
    ((span, texts, _),) = listener.asked
    first, last = 100 - CONTEXT_WORDS, 101 + CONTEXT_WORDS
    assert span == Span(words[first].start_ms - CONTEXT_PAD_MS, words[last - 1].end_ms + CONTEXT_PAD_MS)
    assert texts[1].split() == ["word"] * CONTEXT_WORDS + ["other"] + ["word"] * CONTEXT_WORDS


def test_what_is_too_long_is_not_asked() -> None:
    """The sound's answer would be about another stretch than the one in question."""
    words = said("word " * 30, pace_ms=3_000)
    margins, listener = ask((0, 30), "other", words=words, heard=hearing(Span(0, 90_000)))
    assert margins is None and listener.asked == []


@given(st.data())
def test_every_question_fits_whisper_and_keeps_all_other_words(data: st.DataObject) -> None:
    """Words beside the question would be weighed too, or the question be cut off unseen."""
    words = said("one two three " * data.draw(st.integers(1, 60)), pace_ms=data.draw(st.sampled_from([100, 300, 900])))
    first = data.draw(st.integers(0, len(words)))
    last = data.draw(st.integers(first, min(len(words), first + 6)))
    edges = sorted({0, *data.draw(st.lists(st.integers(0, words[-1].end_ms), max_size=4)), words[-1].end_ms + 1})
    heard = hearing(*(Span(a, b) for a, b in zip(edges, edges[1:])))
    margins, listener = ask((first, last), "four", words=words, heard=heard)
    if margins is None:
        return
    ((span, (as_heard, other), _),) = listener.asked
    assert span.duration_ms <= LONGEST_MS and len(as_heard.split()) <= MOST_WORDS + (last - first)
    replaced = other.split()
    at = replaced.index("four")
    before, after = replaced[:at], replaced[at + 1 :]
    middle = [w.text for w in words[first:last]]
    assert as_heard.split() == before + middle + after
    asked = [w for w in words if span.start_ms <= w.start_ms < span.end_ms]
    assert set(as_heard.split()) <= {w.text for w in asked} | set(middle)
