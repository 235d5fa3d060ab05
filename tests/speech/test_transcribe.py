"""What was heard → the transcript."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from captionkit.model import ModelUsed, Span
from captionkit.speech.recognition import RecognisedPassage, RecognisedWord, Recognition
from captionkit.speech.transcribe import transcribe

MODEL = ModelUsed("base", "1" * 64, "cpu", "int8")


class FakeListener:
    """Likes every wording with Oyelaran in it."""

    def logprobs(self, span: Span, wordings: Sequence[str], language: str, hotwords: str | None = None) -> list[float]:
        return [-1.0 if "Oyelaran" in w else -9.0 for w in wordings]

    def logprobs_by_word(self, span: Span, wording: str, language: str, hotwords: str | None = None) -> list[float]:
        return [-9.0 if word == "Oilerant" else 0.0 for word in wording.split()]

    def together(self, ask: Callable, items: Iterable) -> Iterator:
        return map(ask, items)


class DeafListener:
    """Fails the test when it is asked."""

    def logprobs(self, *args: object) -> list[float]:
        raise AssertionError("the sound was asked")

    def together(self, ask: Callable, items: Iterable) -> Iterator:
        return map(ask, items)


def passage(text: str, start_ms: int, probability: float = 0.9, mean_logprob: float = -0.2) -> RecognisedPassage:
    words = tuple(
        RecognisedWord(token, start_ms + 300 * i, start_ms + 300 * i + 280, probability, 1)
        for i, token in enumerate(text.split())
    )
    return RecognisedPassage(Span(start_ms, start_ms + 300 * len(words) + 1), words, mean_logprob)


def hearing(*passages: RecognisedPassage) -> Recognition:
    return Recognition("en", 0.987654, MODEL, passages, (Span(0, 10**7),))


def test_what_was_heard_comes_out_whole() -> None:
    """Words, times, language and model of the transcript would not be those that were heard."""
    found = transcribe(hearing(passage("We build.", 1_000), passage("We do.", 2_000)), (), DeafListener())  # type: ignore[arg-type]
    assert [(w.text, w.start_ms, w.end_ms, w.probability, w.heard) for w in found.words] == [
        ("We", 1_000, 1_280, 0.9, None),
        ("build.", 1_300, 1_580, 0.9, None),
        ("We", 2_000, 2_280, 0.9, None),
        ("do.", 2_300, 2_580, 0.9, None),
    ]
    assert (found.language, found.language_probability, found.model) == ("en", 0.9877, MODEL)
    assert found.voiced == (Span(0, 10**7),)


def test_a_name_that_is_clear_once_is_spelt_in_every_passage() -> None:
    """A name would be right in one caption and as it was heard in the next."""

    class Unsure(FakeListener):
        def logprobs(
            self, span: Span, wordings: Sequence[str], language: str, hotwords: str | None = None
        ) -> list[float]:
            clear = span.start_ms == 1_000
            return [-9.0 + (6.0 if clear else -1.0) * ("Oyelaran" in w) for w in wordings]

    heard = hearing(
        *(passage(text, at, 0.3) for text, at in (("says Oilerant now.", 1_000), ("so Oilerant left.", 9_000)))
    )
    alone = hearing(heard.passages[1])
    names = ("Ana Oyelaran",)
    assert [w.text for w in transcribe(heard, names, Unsure()).words] == [
        "says",
        "Oyelaran",
        "now.",
        "so",
        "Oyelaran",
        "left.",
    ]  # type: ignore[arg-type]
    assert [w.text for w in transcribe(alone, names, Unsure()).words] == ["so", "Oilerant", "left."]  # type: ignore[arg-type]


def test_what_was_passed_over_takes_its_place() -> None:
    """A sentence that was heard on a second listening would stand at the end of the window."""
    window = passage("one two", 1_000)
    late = passage("five", 5_000)
    hole = passage("three four", 2_000)
    found = transcribe(
        hearing(RecognisedPassage(Span(0, 6_000), window.words + late.words, -0.2), hole), (), DeafListener()
    )  # type: ignore[arg-type]
    assert [w.text for w in found.words] == ["one", "two", "three", "four", "five"]


def test_no_word_lasts_into_the_next() -> None:
    """Two captions would be on screen at once."""
    words = (RecognisedWord("one", 0, 900, 0.9, 1), RecognisedWord("two", 500, 800, 0.9, 1))
    found = transcribe(hearing(RecognisedPassage(Span(0, 1_000), words, -0.2)), (), DeafListener())  # type: ignore[arg-type]
    assert [(w.start_ms, w.end_ms) for w in found.words] == [(0, 500), (500, 800)]


def test_a_name_is_spelt_and_what_was_heard_is_kept() -> None:
    """The editor could not see that a spelling comes from the article and not from the sound."""
    found = transcribe(hearing(passage("Mayor Oilerant", 0, 0.5)), ("Ana Oyelaran",), FakeListener())  # type: ignore[arg-type]
    assert [(w.text, w.heard) for w in found.words] == [("Mayor", None), ("Oyelaran", "Oilerant")]


def test_without_names_the_sound_is_not_asked() -> None:
    """`--no-respell` would spell all the same, and a clip without an article load the recogniser twice."""
    assert len(transcribe(hearing(passage("Mayor Oilerant", 0, 0.5)), (), DeafListener()).words) == 2  # type: ignore[arg-type]


def test_invented_words_are_set_aside_with_their_reason() -> None:
    """A sentence that nobody said would be published, or vanish without a trace."""
    found = transcribe(
        hearing(passage("We build.", 0), passage("Rain sells shells", 9_000, 0.1, -2.0)), (), DeafListener()
    )  # type: ignore[arg-type]
    assert [w.text for w in found.words] == ["We", "build."]
    ((text, start_ms, reason),) = [(q.text, q.start_ms, q.reason) for q in found.quarantined]
    assert (text, start_ms) == ("Rain sells shells", 9_000)
    assert reason


def test_a_clip_without_speech_has_an_empty_transcript() -> None:
    """A clip of applause would end with a fault."""
    assert transcribe(hearing(), ("Ana Oyelaran",), DeafListener()).words == ()  # type: ignore[arg-type]


heard_words = st.builds(
    lambda text, start, length, p: RecognisedWord(text, start, start + length, p, 1),
    st.sampled_from(["we", "Thank", "you.", "Oilerant", "no"]),
    st.integers(0, 30_000),
    st.integers(0, 3_000),
    st.floats(0, 1),
)


@given(
    st.lists(
        st.builds(
            lambda words, sure: RecognisedPassage(Span(0, 33_000), tuple(words), sure),
            st.lists(heard_words, max_size=8).map(lambda words: sorted(words, key=lambda w: w.start_ms)),
            st.floats(-3, 0),
        ),
        max_size=4,
    ),
    st.sampled_from([(), ("Ana Oyelaran",)]),
)
def test_every_heard_word_is_shown_or_set_aside_in_order(
    passages: list[RecognisedPassage], names: tuple[str, ...]
) -> None:
    """A word could be lost between hearing and captions without anybody being told."""
    found = transcribe(Recognition("en", 1.0, MODEL, tuple(passages), ()), names, FakeListener())  # type: ignore[arg-type]
    shown = [token for w in found.words for token in (w.heard or w.text).split()]
    aside = [token for q in found.quarantined for token in q.text.split()]
    assert sorted(shown + aside) == sorted(w.text for p in passages for w in p.words)
    for before, after in zip(found.words, found.words[1:]):
        assert before.end_ms <= after.start_ms
