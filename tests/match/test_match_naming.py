"""Voices and names: who says a person's words is that person, unless anything speaks against it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from captionkit.match import MatchTranscript, find_quotes, name_speakers
from captionkit.model import Part, Quote, QuoteKind, Speaker, Word

ANCHOR = "A tunnel under the harbor moved a step closer tonight."
REPORTER = "For forty years drivers have had one way across. The mayor says those days are numbered."
MAYOR = "We have waited long enough. This council was elected to build."
ENGINEER = "The bridge is tired, but it is not dangerous."
NAMES = ("Ana Oyelaran", "Piotr Wasilewski", "Devon Achterberg", "Calder Harbor", "Houston")


def broadcast(*turns: tuple[str | None, str]) -> MatchTranscript:
    """Turns of a voice and what it says, a word a second."""
    words = [(voice, token) for voice, text in turns for token in text.split()]
    return MatchTranscript(tuple(Word(token, 1000 * n, 1000 * n + 900, speaker=voice) for n, (voice, token) in enumerate(words)))


def quote(id_: str, speaker: str | None, *texts: str, kind: QuoteKind = "speech") -> Quote:
    return Quote(id_, kind, tuple(map(Part, texts)), speaker)


def named(heard: MatchTranscript, *quotes: Quote) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The voices that have a name, with the name and why."""
    speakers = tuple(map(Speaker, sorted({w.speaker for w in heard.words if w.speaker})))
    found = name_speakers(speakers, find_quotes(quotes, heard, NAMES), heard, NAMES)
    assert [s.id for s in found] == [s.id for s in speakers]
    return {s.id: (s.name, s.because) for s in found if s.name}


STORY = broadcast(("s1", ANCHOR), ("s2", REPORTER), ("s3", MAYOR), ("s2", REPORTER), ("s4", ENGINEER))


def test_a_quote_names_the_voice_that_says_it() -> None:
    """The captions would show a number where the article says who speaks."""
    quotes = (
        quote("q1", "Ana Oyelaran", "We have waited long enough,"),
        quote("q2", "Piotr Wasilewski", "The bridge is tired, but it is not dangerous,"),
        quote("q3", "Ana Oyelaran", "This council was elected to build."),
    )
    assert named(STORY, *quotes) == {
        "s3": ("Ana Oyelaran", ("q1", "q3")),
        "s4": ("Piotr Wasilewski", ("q2",)),
    }


@pytest.mark.parametrize(
    "printed",
    [
        "The bridge is tired, but it is not dangerous,",
        "The bridge is tired … it is not dangerous,",
        "The bridge is tired, but it is dangerous,",
        "The bridge is old, but it is not dangerous,",
    ],
)
def test_a_quote_that_was_changed_a_little_still_names(printed: str) -> None:
    """Whoever is misquoted would be nameless."""
    assert named(STORY, quote("q1", "Piotr Wasilewski", printed)) == {"s4": ("Piotr Wasilewski", ("q1",))}


@pytest.mark.parametrize(
    "printed",
    [
        "The boats were late and it is not dangerous,",
        "Nobody in this town has ever asked me that.",
        "not dangerous",
        "it is not",
    ],
)
def test_a_quote_that_was_not_surely_found_names_nobody(printed: str) -> None:
    """A stranger would be given the name of somebody who was not in the clip."""
    assert named(STORY, quote("q1", "Piotr Wasilewski", printed)) == {}


def test_a_quote_that_the_sound_does_not_decide_names_nobody() -> None:
    """A name would rest on words that may not have been said."""
    (found,) = find_quotes((quote("q1", "Piotr Wasilewski", ENGINEER),), STORY, NAMES)
    doubted = replace(found, parts=tuple(replace(part, verdict="uncertain") for part in found.parts))
    speakers = (Speaker("s4"),)
    assert name_speakers(speakers, (found,), STORY, NAMES)[0].name == "Piotr Wasilewski"
    assert name_speakers(speakers, (doubted,), STORY, NAMES) == speakers


def test_a_quote_of_nobody_names_nobody() -> None:
    """A voice would be called None, or by a phrase."""
    phrase = quote("p1", "Piotr Wasilewski", "The bridge is tired, but it is not dangerous", kind="phrase")
    assert named(STORY, quote("q1", None, "The bridge is tired, but it is not dangerous,"), phrase) == {}


def test_a_quote_over_two_voices_names_neither() -> None:
    """The one who finishes another's sentence would be taken for that person."""
    heard = broadcast(("s1", "The bridge is tired, but"), ("s2", "it is not dangerous."))
    assert named(heard, quote("q1", "Piotr Wasilewski", "The bridge is tired, but it is not dangerous.")) == {}


def test_parts_said_by_two_voices_name_neither() -> None:
    """A quote pieced together from two people would name one of them."""
    pieced = quote("q1", "Ana Oyelaran", "We have waited long enough,", "The bridge is tired, but it is not dangerous.")
    assert named(STORY, pieced) == {}


def test_words_of_an_unknown_voice_name_nobody() -> None:
    """Words without a speaker would name whoever stands beside them."""
    heard = broadcast(("s1", ANCHOR), (None, ENGINEER))
    assert named(heard, quote("q1", "Piotr Wasilewski", ENGINEER)) == {}


def test_what_two_voices_say_names_neither() -> None:
    """A reporter who repeats a sentence would be taken for the one who said it."""
    heard = broadcast(("s1", ENGINEER), ("s2", "So you say. " + ENGINEER))
    assert named(heard, quote("q1", "Piotr Wasilewski", ENGINEER)) == {}


def test_what_one_voice_says_twice_still_names_it() -> None:
    """A refrain would cost the speaker the name."""
    heard = broadcast(("s1", ENGINEER), ("s2", ANCHOR), ("s1", ENGINEER))
    assert named(heard, quote("q1", "Piotr Wasilewski", ENGINEER)) == {"s1": ("Piotr Wasilewski", ("q1",))}


def test_two_names_for_a_voice_name_nobody() -> None:
    """A reporter who reads out two people's words would be taken for one of them."""
    heard = broadcast(("s1", MAYOR + " " + ENGINEER), ("s2", ANCHOR))
    quotes = quote("q1", "Ana Oyelaran", "We have waited long enough."), quote("q2", "Piotr Wasilewski", ENGINEER)
    assert named(heard, *quotes) == {}


def test_two_voices_for_a_name_name_neither() -> None:
    """Of a statement read out and the same person's interview, the reader could get the name."""
    heard = broadcast(("s1", "We have waited long enough."), ("s2", "This council was elected to build."), ("s3", ANCHOR))
    quotes = (
        quote("q1", "Ana Oyelaran", "We have waited long enough."),
        quote("q2", "Ana Oyelaran", "This council was elected to build."),
    )
    assert named(heard, *quotes) == {}


@pytest.mark.parametrize("mention", ["Oyelaran", "Oyelaran's", "Oyeleran", "Mayor OYELARAN,"])
def test_whoever_speaks_of_a_person_is_not_that_person(mention: str) -> None:
    """The reporter who reads out a statement would be shown under the name of who wrote it."""
    heard = broadcast(("s1", f"In a letter {mention} wrote to us: {MAYOR}"), ("s2", ENGINEER))
    assert named(heard, quote("q1", "Ana Oyelaran", "This council was elected to build.")) == {}


def test_a_short_surname_must_be_said_as_it_is() -> None:
    """Dr Ward could not speak of the wards."""
    said = "We have waited in the wards for long enough."
    heard = broadcast(("s1", said), ("s2", ANCHOR))
    assert named(heard, quote("q1", "Otto Ward", said)) == {"s1": ("Otto Ward", ("q1",))}


@pytest.mark.parametrize(
    ("words", "because"),
    [
        ("In Calder Harbor, I'm Devon Achterberg.", "said: I'm Devon Achterberg"),
        ("My name is Devon Achterberg, good evening.", "said: My name is Devon Achterberg"),
        ("I am Devon Achterberg and this is the news.", "said: I am Devon Achterberg"),
    ],
)
def test_a_voice_that_says_its_own_name_has_it(words: str, because: str) -> None:
    """The reporter would be a number although the sign-off says who it was."""
    assert named(broadcast(("s1", ANCHOR), ("s2", words))) == {"s2": ("Devon Achterberg", (because,))}


@pytest.mark.parametrize(
    "words",
    [
        "I'm Devon Achterberg's editor.",
        "I'm with Devon Achterberg.",
        "This is Devon Achterberg.",
        "Our reporter Devon Achterberg has the story.",
        "I'm Devon.",
        "I'm Houston.",
        "I'm Marta Achterberg.",
        "I'm",
        "Devon Achterberg, I'm told",
    ],
)
def test_a_name_that_is_not_ones_own_names_nobody(words: str) -> None:
    """The anchor would be shown under the reporter's name."""
    assert named(broadcast(("s1", words), ("s2", ANCHOR))) == {}


def test_a_name_begun_by_one_and_ended_by_another_names_neither() -> None:
    """`I'm—` `Devon Achterberg!` would name the one who was interrupted."""
    assert named(broadcast(("s1", "And I'm"), ("s2", "Devon Achterberg!"))) == {}


def test_saying_ones_own_name_does_not_count_as_speaking_of_oneself() -> None:
    """Whoever introduces themselves would lose the name that the quotes give them."""
    heard = broadcast(("s1", "I'm Ana Oyelaran. " + MAYOR), ("s2", ANCHOR))
    assert named(heard, quote("q1", "Ana Oyelaran", "This council was elected to build.")) == {
        "s1": ("Ana Oyelaran", ("q1", "said: I'm Ana Oyelaran"))
    }


def test_a_quote_and_ones_own_word_that_disagree_name_nobody() -> None:
    """A reporter who reads a statement out and signs off would get one of the two names."""
    heard = broadcast(("s1", MAYOR + " I'm Devon Achterberg."), ("s2", ANCHOR))
    assert named(heard, quote("q1", "Ana Oyelaran", "This council was elected to build.")) == {}
