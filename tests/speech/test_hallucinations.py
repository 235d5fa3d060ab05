"""The guard against invented words: what it sets aside, and what it must leave alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.model import Span, Word
from captionkit.speech.hallucinations import RULES, SHORTEST_LOOP, Suspects, phantom_phrases, quarantine

VOICE = (Span(0, 1_000_000),)
SURE = -0.2


def said(text: str, probability: float = 0.9, start_ms: int = 1_000, pace_ms: int = 300) -> tuple[Word, ...]:
    """Words at an even pace, with one probability."""
    return tuple(
        Word(token, start_ms + i * pace_ms, start_ms + (i + 1) * pace_ms - 20, probability)
        for i, token in enumerate(text.split())
    )


def split(
    words: tuple[Word, ...], mean_logprob: float = SURE, voiced: tuple[Span, ...] = VOICE
) -> tuple[str, list[tuple[str, str]]]:
    """The kept text, and the runs set aside with their reasons."""
    kept, aside = quarantine(Suspects(words, mean_logprob, voiced))
    return " ".join(w.text for w in kept), [(q.text, q.reason) for q in aside]


def test_ordinary_speech_is_kept_whole() -> None:
    """A viewer would miss words that were spoken."""
    assert split(said("We have waited long enough.")) == ("We have waited long enough.", [])


def test_no_words_are_no_trouble() -> None:
    """A silent window would end the run with a fault."""
    assert quarantine(Suspects((), -5.0, ())) == ((), ())


def test_a_passage_that_was_guessed_whole_is_set_aside() -> None:
    """Crowd noise would be captioned as a sentence that nobody said."""
    kept, aside = split(said("She sells many shells", 0.2), -1.2)
    assert kept == ""
    assert [text for text, _ in aside] == ["She sells many shells"]
    assert "guessing" in aside[0][1]


@pytest.mark.parametrize(
    ("words", "mean_logprob"),
    [
        (said("She sells many shells", 0.2), -0.99),
        (said("She sells many", 0.2) + said("shells", 0.36, 1_900), -3.0),
        (said("She sells many shells", 0.35), -3.0),
    ],
)
def test_one_sure_word_or_a_sure_decoder_keeps_a_passage(words: tuple[Word, ...], mean_logprob: float) -> None:
    """A witness who mumbles into a bad line would lose all captions."""
    assert split(words, mean_logprob)[0] == "She sells many shells"


def test_an_improbable_word_without_voice_is_set_aside() -> None:
    """A word that the recogniser dreamt into a pause would be shown."""
    voiced = (Span(0, 2_000),)
    words = said("We begin", 0.9, 1_000) + said("States.", 0.2, 5_000)
    assert split(words, voiced=voiced) == ("We begin", [("States.", "there is no speech in the sound there")])


@pytest.mark.parametrize(
    ("probability", "voiced"),
    [
        (0.35, ()),
        (0.2, (Span(5_000, 5_300),)),
        (0.2, (Span(4_700, 4_900),)),
        (0.2, (Span(5_350, 6_000),)),
    ],
)
def test_a_probable_word_or_one_beside_a_voice_is_kept(probability: float, voiced: tuple[Span, ...]) -> None:
    """The detector's voice ends a little early: the last word of an answer would be lost."""
    assert split(said("enough.", probability, 5_000), voiced=voiced)[0] == "enough."


def test_a_word_without_length_is_judged_by_what_is_around_it() -> None:
    """A word whose start and end fall together would end the run with a division by zero."""
    assert split((Word("a", 5_000, 5_000, 0.1),), voiced=(Span(4_900, 5_100),))[0] == "a"
    assert split((Word("a", 0, 0, 0.1),), voiced=())[0] == ""


def test_a_decoder_in_circles_is_cut_after_two_rounds() -> None:
    """Half a minute of captions would say the same three words."""
    words = said("thank you all " * 6 + "good night")
    kept, aside = split(words)
    assert kept == "thank you all thank you all good night"
    assert [(text, reason.split(",")[0]) for text, reason in aside] == [
        ("thank you all " * 3 + "thank you all", "repeated 6 times in a row")
    ]


def test_case_and_punctuation_do_not_hide_a_loop() -> None:
    """A loop that the recogniser punctuates would be shown whole."""
    assert split(said("No! no, No. no no"))[0] == "No! no,"


@pytest.mark.parametrize(
    "text", ["no no no", "never, never, never give up", "we we we will", "day by day by day by night"]
)
def test_what_people_repeat_is_kept(text: str) -> None:
    """A stammer or an emphasis, which was said, would vanish from the transcript."""
    assert split(said(text)) == (text, [])


def test_rounds_are_counted_to_the_bound() -> None:
    """The limit would be off by one: real repeats lost, or loops shown."""
    assert split(said("so " * (SHORTEST_LOOP - 1)))[1] == []
    assert split(said("so " * SHORTEST_LOOP))[0] == "so so"


def test_words_faster_than_speech_are_set_aside() -> None:
    """A window's worth of invented words would be squeezed into one flash of a cue."""
    rushed = said("and then we all went home", 0.2, pace_ms=50)
    kept, aside = split(rushed)
    assert kept == ""
    assert "faster than anybody speaks" in aside[0][1]


@pytest.mark.parametrize(("probability", "pace_ms"), [(0.2, 64), (0.4, 30)])
def test_fast_speech_is_kept_where_it_is_possible_or_sure(probability: float, pace_ms: int) -> None:
    """A fast speaker's captions would have holes."""
    text = "and then we all went home"
    assert split(said(text, probability, pace_ms=pace_ms))[0] == text


def test_a_phantom_phrase_over_little_voice_is_set_aside() -> None:
    """A cough in a pause would be captioned as thanks."""
    kept, aside = split(said("Thank you very much.", 0.6), voiced=(Span(1_000, 1_800),))
    assert kept == ""
    assert aside[0][0] == "Thank you very much." and "known to hallucinate" in aside[0][1]


@pytest.mark.parametrize(
    ("text", "probability", "voiced"),
    [
        ("Thank you very much.", 0.9, (Span(1_000, 1_800),)),
        ("Thank you very much.", 0.6, (Span(1_000, 3_000),)),
        ("Thank you very much, Devon.", 0.6, (Span(1_000, 1_800),)),
    ],
)
def test_thanks_that_were_said_are_kept(text: str, probability: float, voiced: tuple[Span, ...]) -> None:
    """The thanks at the end of an interview would be missing."""
    words = said(text, probability, pace_ms=500)
    assert split(words, voiced=voiced)[0] == text


def test_the_phantom_phrases_are_those_of_the_file() -> None:
    """An edit of the list that spoils it (a blank, a capital, a comment read as a phrase) would go unseen."""
    phrases = phantom_phrases()
    assert {"you", "thank you very much", "thanks for watching", "bye-bye"} <= phrases
    assert all(p and p == p.lower().strip(" .,!?…#") for p in phrases)


def test_every_listed_phrase_can_be_met() -> None:
    """A line of the list that no text can ever equal would guard nothing."""
    for phrase in phantom_phrases():
        words = said(phrase.capitalize() + ".", 0.5)
        assert split(words, voiced=(Span(900, 1_200),))[0] == "", phrase


def test_what_is_set_aside_is_what_was_heard() -> None:
    """The list of what was set aside would show the article's spelling of a word that nobody may have said."""
    word = Word("Oyelaran", 1_000, 1_500, 0.1, heard="oil around")
    assert split((word,), voiced=())[1] == [("oil around", "there is no speech in the sound there")]


def test_runs_with_different_reasons_are_told_apart() -> None:
    """The report would give one reason for words that were set aside for another."""
    words = said("no " * 5, 0.9, 1_000) + said("States.", 0.2, 90_000)
    _, aside = split(words, voiced=(Span(0, 3_000),))
    assert [text for text, _ in aside] == ["no no no", "States."]


words_strategy = st.lists(
    st.builds(
        lambda text, start, length, p: Word(text, start, start + length, p),
        st.sampled_from(["so", "we", "you", "the", "arm", "thank", "Thank,", "you.", "bye"]),
        st.integers(0, 60_000),
        st.integers(0, 2_000),
        st.floats(0, 1),
    ),
    max_size=40,
).map(lambda words: tuple(sorted(words, key=lambda w: (w.start_ms, w.end_ms))))
spans_strategy = st.lists(
    st.builds(lambda start, length: Span(start, start + length), st.integers(0, 60_000), st.integers(1, 9_000)),
    max_size=6,
).map(tuple)


@given(words_strategy, st.floats(-5, 0), spans_strategy)
def test_nothing_is_dropped_unseen(words: tuple[Word, ...], mean_logprob: float, voiced: tuple[Span, ...]) -> None:
    """A word could be in neither the captions nor the list of what was set aside."""
    kept, aside = quarantine(Suspects(words, mean_logprob, voiced))
    both = [w.text for w in kept] + [text for q in aside for text in q.text.split()]
    assert sorted(both) == sorted(w.text for w in words)
    rest = iter(words)
    assert all(word in rest for word in kept)
    assert all(q.reason for q in aside)


@given(words_strategy, st.floats(-5, 0), spans_strategy)
def test_sure_words_that_do_not_repeat_are_never_set_aside(
    words: tuple[Word, ...], mean_logprob: float, voiced: tuple[Span, ...]
) -> None:
    """A rule without evidence against a word would silence a speaker."""
    different = tuple(Word(f"{w.text}{i}", w.start_ms, w.end_ms, max(w.probability, 0.71)) for i, w in enumerate(words))
    assert quarantine(Suspects(different, mean_logprob, voiced)) == (different, ())


def test_the_rules_are_those_that_are_documented() -> None:
    """A rule could be dropped from the guard without anybody noticing."""
    assert list(RULES) == ["unsure_window", "no_voice", "loop", "impossible_rate", "phantom_phrase"]
