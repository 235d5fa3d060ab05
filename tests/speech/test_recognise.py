"""The slow stage, with a decoder that is told what to write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from captionkit.errors import UsageError
from captionkit.model import ModelUsed, Span
from captionkit.speech import recognise as room
from captionkit.speech.engine import Hypothesis
from captionkit.speech.recognise import recognise
from captionkit.speech.recognition import RecognisedWord, Recognition

USED = ModelUsed("toy", "0" * 64, "cpu", "int8")
MINUTE = np.zeros(60 * 16_000, np.float32)


def said(text: str, start_ms: int, pace_ms: int = 500) -> tuple[RecognisedWord, ...]:
    return tuple(
        RecognisedWord(token, start_ms + pace_ms * i, start_ms + pace_ms * (i + 1), 0.9, 1)
        for i, token in enumerate(text.split())
    )


@dataclass
class Engine:
    multilingual: bool = True
    used: ModelUsed = USED


@dataclass
class Toy:
    """A clip and what the decoder writes for each window, `again` for any other; it stands in for a listener."""

    voiced: tuple[Span, ...]
    writes: dict[Span, Hypothesis]
    languages: dict[object, dict[str, float]] = field(default_factory=dict)
    again: Hypothesis = Hypothesis((), -0.1, 0.0)
    faint: tuple[Span, ...] = ()
    samples: np.ndarray = field(default_factory=lambda: MINUTE)
    engine: Engine = field(default_factory=Engine)
    decoded: list[tuple[Span, str]] = field(default_factory=list)

    def window(self, span: Span) -> Span:
        return span

    def together(self, ask: Callable, items: Iterable) -> Iterator:
        return map(ask, items)

    def decode(self, engine: Engine, window: Span, language: str, beam: int) -> Hypothesis:
        self.decoded.append((window, language))
        return self.writes.get(window, self.again)


@pytest.fixture
def hear(monkeypatch: pytest.MonkeyPatch):
    """Hear a toy: `hear(toy, language)` gives the hearing."""

    def run(toy: Toy, language: str | None = "en", progress=lambda done, whole: None) -> Recognition:
        monkeypatch.setattr(room, "voiced_spans", lambda samples: toy.voiced)
        monkeypatch.setattr(room, "faint_spans", lambda samples, voiced: toy.faint)
        monkeypatch.setattr(room, "decode", toy.decode)
        monkeypatch.setattr(room, "encode_window", lambda engine, samples, span, filled: (span, filled))
        monkeypatch.setattr(room, "language_probabilities", lambda engine, window: toy.languages[window])
        return recognise(toy, language, progress)  # type: ignore[arg-type]

    return run


FIRST, SECOND = Span(0, 10_100), Span(29_900, 40_000)


def two_windows() -> Toy:
    """Two stretches of speech far apart: two windows."""
    return Toy(
        (Span(200, 9_900), Span(30_100, 39_800)),
        {
            Span(0, 10_100): Hypothesis(said("one " * 19, 200), -0.2, 1.0),
            Span(29_900, 40_000): Hypothesis(said("two " * 19, 30_100), -0.3, 1.0),
        },
    )


def test_every_window_is_written_down_in_order(hear) -> None:
    """Part of the clip would have no captions."""
    hearing = hear(two_windows())
    assert [(p.span, p.mean_logprob) for p in hearing.passages] == [(FIRST, -0.2), (SECOND, -0.3)]
    assert [p.words[0].text for p in hearing.passages] == ["one", "two"]
    assert (hearing.language, hearing.language_probability, hearing.model) == ("en", 1.0, USED)
    assert hearing.voiced == (Span(200, 9_900), Span(30_100, 39_800))


def test_windows_are_heard_one_by_one_in_order(hear) -> None:
    """A window beside another is rounded otherwise: a machine with more cores would write down other words."""
    toy = Toy(tuple(Span(12_000 * k + 200, 12_000 * k + 9_900) for k in range(9)), {})
    toy.samples = np.zeros(108 * 16_000, np.float32)
    toy.writes = {
        Span(12_000 * k, 12_000 * k + 10_100): Hypothesis(said("one " * 19, 12_000 * k + 200), -0.2, 1.0)
        for k in range(9)
    }
    hearing = hear(toy)
    assert [window for window, _ in toy.decoded] == list(toy.writes)
    assert [p.span.start_ms for p in hearing.passages] == [12_000 * k for k in range(9)]


def test_the_user_is_told_how_far_it_is(hear) -> None:
    """A long clip would look as if it hung."""
    told: list[tuple[int, int]] = []
    hear(two_windows(), progress=lambda done, whole: told.append((done, whole)))
    assert told == [(10_100, 40_000), (40_000, 40_000)]


def test_a_clip_without_voice_is_not_listened_to(hear) -> None:
    """The recogniser would invent words into silence."""
    toy = Toy((), {})
    hearing = hear(toy, None)
    assert hearing.passages == () and toy.decoded == []
    assert (hearing.language, hearing.language_probability) == ("und", 0.0)


def test_the_language_is_detected_over_the_longest_windows(hear) -> None:
    """A German word at the start would make an English clip German."""
    toy = two_windows()
    toy.languages = {FIRST: {"de": 0.0625, "en": 0.9375}, SECOND: {"de": 0.125, "en": 0.875}}
    hearing = hear(toy, None)
    assert (hearing.language, hearing.language_probability) == ("en", 0.90625)
    assert {language for _, language in toy.decoded} == {"en"}


def test_a_language_that_is_not_sure_is_asked_about_with_30_s(hear) -> None:
    """A German proverb in a longer clip would be written down as Yiddish."""
    toy = two_windows()
    toy.languages = {FIRST: {"yi": 0.75, "de": 0.25}, SECOND: {"yi": 0.5, "de": 0.5}}
    toy.languages |= {(FIRST, True): {"yi": 0.25, "de": 0.75}, (SECOND, True): {"yi": 0.125, "de": 0.875}}
    hearing = hear(toy, None)
    assert (hearing.language, hearing.language_probability) == ("de", 0.8125)
    assert {language for _, language in toy.decoded} == {"de"}


def test_a_clip_of_30_s_is_one_window(hear) -> None:
    """A short statement would be cut in two, and take twice the time; its windows are of 30 s as they are."""
    toy = Toy((Span(200, 13_000), Span(14_000, 26_000)), {}, {Span(0, 26_200): {"yi": 0.6, "de": 0.4}})
    toy.samples = np.zeros(30 * 16_000, np.float32)
    hearing = hear(toy, None)
    assert [p.span for p in hearing.passages[:1]] == [Span(0, 26_200)]
    assert (hearing.language, hearing.language_probability) == ("yi", 0.6)


@pytest.mark.parametrize(
    ("voice", "window"),
    [
        (Span(1_800, 8_200), Span(0, 10_000)),
        (Span(2_400, 8_200), Span(2_200, 10_000)),
        (Span(1_800, 7_700), Span(0, 7_900)),
    ],
)
def test_a_short_clip_is_heard_to_its_ends_where_they_are_near(hear, voice: Span, window: Span) -> None:
    """The last word of a proverb would be lost at one level of the recording and heard at another; seconds of music
    before it would be given words."""
    toy = Toy((voice,), {})
    toy.samples = np.zeros(10 * 16_000, np.float32)
    assert [p.span for p in hear(toy).passages[:1]] == [window]


def test_the_named_language_is_not_asked_about(hear) -> None:
    """`--language` would be a wish and no order."""
    toy = two_windows()
    assert (hear(toy, "de").language, hear(toy, "de").language_probability) == ("de", 1.0)
    assert {language for _, language in toy.decoded} == {"de"}


def test_an_english_model_hears_english(hear) -> None:
    """The small English models could not be used without naming the language."""
    toy = two_windows()
    toy.engine = Engine(multilingual=False)
    assert hear(toy, None).language == "en"
    assert hear(toy, "en").language == "en"


def test_an_english_model_is_not_asked_for_german(hear) -> None:
    """A German clip would be captioned in English nonsense, and the user thinks it was heard as German."""
    toy = two_windows()
    toy.engine = Engine(multilingual=False)
    with pytest.raises(UsageError, match=r"toy recognises English only"):
        hear(toy, "de")


@pytest.mark.parametrize("language", ["klingon", "EN", "en-GB", "und"])
def test_a_language_that_whisper_does_not_know_is_refused(hear, language: str) -> None:
    """The user of `--language english` would see a fault of the program."""
    with pytest.raises(UsageError, match="does not know the language"):
        hear(two_windows(), language)


@pytest.mark.parametrize(
    "bad", [Hypothesis(said("so " * 9, 200), -1.01, 1.0), Hypothesis(said("so " * 9, 200), -0.1, 2.5)]
)
def test_a_window_that_went_wrong_is_heard_in_halves(hear, bad: Hypothesis) -> None:
    """A window in which the decoder went in circles would stay nonsense."""
    toy = Toy(
        (Span(200, 4_000), Span(5_000, 5_800), Span(6_000, 9_900)),
        {
            Span(0, 10_100): bad,
            Span(0, 4_500): Hypothesis(said("one " * 8, 200), -0.2, 1.0),
            Span(4_500, 10_100): Hypothesis(said("two " * 10, 5_000), -0.2, 1.0),
        },
    )
    hearing = hear(toy)
    assert [p.span for p in hearing.passages] == [Span(0, 4_500), Span(4_500, 10_100)]
    assert [p.words[0].text for p in hearing.passages] == ["one", "two"]


@pytest.mark.parametrize("voiced", [(Span(200, 9_900),), (Span(0, 1_000), Span(1_500, 3_500))])
def test_a_window_that_cannot_be_halved_is_kept_as_it_is(hear, voiced: tuple[Span, ...]) -> None:
    """A bad line would be heard for ever, or its words lost unseen before the guard can judge them."""
    window = Span(0, voiced[-1].end_ms + 200)
    toy = Toy(voiced, {window: Hypothesis(said("so " * 19, 200), -3.0, 1.0)})
    assert hear(toy).passages[0].words != ()
    assert len(toy.decoded) <= 3


def with_a_hole(again: Hypothesis) -> Toy:
    """`one …` to 4 s, nothing to 8 s although somebody speaks, `… ten` after it."""
    words = said("one two three four", 0, 1_000) + said("nine ten", 8_000, 1_000)
    return Toy((Span(0, 10_000),), {Span(0, 10_200): Hypothesis(words, -0.2, 1.0)}, again=again)


def test_what_was_passed_over_is_heard_again(hear) -> None:
    """A whole sentence would be missing from the captions."""
    toy = with_a_hole(Hypothesis(said("five six seven", 4_500), -0.3, 1.0))
    assert [p.text for p in hear(toy).passages] == ["one two three four nine ten", "five six seven"]
    (_, (again, _)) = toy.decoded
    assert 3_000 <= again.start_ms <= 4_000 and 8_000 <= again.end_ms <= 8_500


def test_the_neighbours_of_a_hole_are_not_doubled(hear) -> None:
    """`We will will build`: a word at the seam would stand twice."""
    assert hear(with_a_hole(Hypothesis(said("Four. five six nine", 4_500), -0.3, 1.0))).passages[1].text == "five six"


@pytest.mark.parametrize(
    "again",
    [
        Hypothesis(said("five six", 4_500), -0.71, 1.0),
        Hypothesis(said("five six", 4_500), -0.3, 2.5),
        Hypothesis((), -0.1, 0.0),
        Hypothesis(said("four nine", 4_500), -0.1, 1.0),
    ],
)
def test_an_unsure_second_hearing_adds_nothing(hear, again: Hypothesis) -> None:
    """Laughter between two sentences would get words."""
    assert len(hear(with_a_hole(again)).passages) == 1


QUIET = Span(15_000, 18_000)


def test_a_quiet_speaker_is_heard_where_the_recogniser_is_sure(hear) -> None:
    """A question asked away from the microphone would be missing, and nobody told."""
    toy = two_windows()
    toy.faint, toy.again = (QUIET,), Hypothesis(said("who pays", 15_500), -0.4, 1.0)
    hearing = hear(toy)
    assert [p.text for p in hearing.passages][1:2] == ["who pays"]
    assert hearing.voiced == (Span(200, 9_900), QUIET, Span(30_100, 39_800))


def test_a_quiet_speaker_who_was_heard_is_not_heard_twice(hear) -> None:
    """Every word in a pause of the voice detector would stand twice in the captions."""
    words = (*said("one", 200), *said("who pays for it", 15_000, 700))
    toy = Toy((Span(200, 700), Span(18_100, 18_700)), {Span(0, 18_900): Hypothesis(words, -0.2, 1.0)})
    toy.faint, toy.again = (QUIET,), Hypothesis(said("who pays for it", 15_000, 700), -0.4, 1.0)
    assert " ".join(p.text for p in hear(toy).passages).count("pays") == 1


def test_a_murmur_adds_nothing(hear) -> None:
    """Words would be invented for rain and crowds, and a voice entered under them."""
    toy = two_windows()
    toy.faint, toy.again = (QUIET,), Hypothesis(said("thank you", 15_500), -0.71, 1.0)
    hearing = hear(toy)
    assert len(hearing.passages) == 2 and QUIET not in hearing.voiced


def test_a_clip_with_nothing_but_a_quiet_speaker_is_heard(hear) -> None:
    """A whole recording would come out as a clip without speech."""
    toy = Toy((), {}, {QUIET: {"de": 0.9375, "en": 0.0625}}, Hypothesis(said("wer zahlt", 15_500), -0.4, 1.0))
    toy.faint = (QUIET,)
    hearing = hear(toy, None)
    assert (hearing.language, hearing.language_probability, hearing.voiced) == ("de", 0.9375, (QUIET,))
    assert {language for _, language in toy.decoded} == {"de"}


def test_a_clip_of_murmurs_has_no_language(hear) -> None:
    """Music would be said to be in Welsh."""
    toy = Toy((), {}, {QUIET: {"cy": 0.9375}}, Hypothesis(said("you", 15_500), -2.0, 1.0))
    toy.faint = (QUIET,)
    hearing = hear(toy, None)
    assert (hearing.language, hearing.passages, hearing.voiced) == ("und", (), ())
