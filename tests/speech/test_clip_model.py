"""The sound that can be asked, and what it remembers."""

from __future__ import annotations

import time
from threading import Barrier

import numpy as np
import pytest

from captionkit.model import Span
from captionkit.speech import clip_model as room
from captionkit.speech.clip_model import ClipModel
from captionkit.speech.engine import Window

SILENCE = Span(0, 5_000)
SOUND = np.zeros(16_000, np.float32)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What the model was asked to do, in order: `load`, `encode`, `score`."""
    done: list[tuple] = []

    def encode(engine: object, samples: object, span: Span) -> Window:
        done.append(("encode", span))
        return Window(span, np.zeros((1, 100), np.float32), 100)

    def score(engine: object, window: Window, language: str, wording: str, hotwords: str | None = None) -> list[float]:
        done.append(("score", window.span, wording, language, hotwords))
        return [-float(len(word)) for word in wording.split()]

    monkeypatch.setattr(room, "encode_window", encode)
    monkeypatch.setattr(room, "silent_windows", lambda engine: (Window(SILENCE, np.zeros((1, 100), np.float32), 100),))
    monkeypatch.setattr(room, "word_logprobs", score)
    return done


def listening(done: list[tuple], answers: dict[str, float] | None = None) -> ClipModel:
    return ClipModel(SOUND, lambda: done.append(("load",)) or "engine", {} if answers is None else answers)  # type: ignore[arg-type,return-value]


def test_the_model_is_loaded_once_and_only_when_it_is_needed(model: list[tuple]) -> None:
    """A second run on a clip would load the recogniser for nothing."""
    listener = listening(model)
    assert model == []
    listener.logprobs(Span(0, 500), ["a", "bb"], "en")
    listener.logprobs(Span(500, 900), ["a"], "en")
    assert [step[0] for step in model].count("load") == 1


def test_each_wording_gets_its_own_answer(model: list[tuple]) -> None:
    """The margin of one wording would be taken for another's: the wrong name, the wrong verdict."""
    listener = listening(model)
    assert listener.logprobs(Span(0, 500), ["four", "a", "four", ""], "en") == [-4.0, -1.0, -4.0, 0.0]


def test_the_words_of_a_wording_are_answered_one_by_one_and_once(model: list[tuple]) -> None:
    """A second run would load the model to ask again what each word cost."""
    listener = listening(model)
    assert listener.logprobs_by_word(Span(0, 500), "a bb a", "en", "Ana") == [-1.0, -2.0, -1.0]
    again = listening(model, dict(listener.answers))
    model.clear()
    assert again.logprobs_by_word(Span(0, 500), "a bb a", "en", "Ana") == [-1.0, -2.0, -1.0]
    assert again.logprobs_by_word(Span(0, 500), "", "en") == [] and model == []


def test_a_question_is_put_once(model: list[tuple]) -> None:
    """Names and quotes that ask the same would each cost time."""
    listener = listening(model)
    listener.logprobs(Span(0, 500), ["a", "b"], "en")
    listener.logprobs(Span(0, 500), ["b", "c"], "en")
    assert [step[2] for step in model if step[0] == "score"] == ["a", "b", "c"]
    assert [step for step in model if step[0] == "encode"] == [("encode", Span(0, 500))]


def test_other_sound_language_or_hotwords_are_another_question(model: list[tuple]) -> None:
    """What the sound says of one stretch would be taken for another's."""
    listener = listening(model)
    for span, language, hotwords in [
        (Span(0, 500), "en", None),
        (Span(0, 501), "en", None),
        (Span(1, 500), "en", None),
        (Span(0, 500), "de", None),
        (Span(0, 500), "en", "Ana Oyelaran"),
    ]:
        listener.logprobs(span, ["a"], language, hotwords)
    assert len(listener.answers) == 5
    assert len([step for step in model if step[0] == "score"]) == 5


def test_what_was_answered_before_needs_no_model(model: list[tuple]) -> None:
    """A corrected comma in the article would take as long as the first run."""
    first = listening(model)
    first.logprobs(Span(0, 500), ["a", "b"], "en", "Ana")
    model.clear()
    second = listening(model, dict(first.answers))
    assert second.logprobs(Span(0, 500), ["b", "a"], "en", "Ana") == [-1.0, -1.0]
    assert model == []


def test_many_questions_are_answered_side_by_side_and_in_order(model: list[tuple]) -> None:
    """One core would stand idle, or an answer be taken for another's."""
    listener = ClipModel(SOUND, lambda: "engine", threads=2)  # type: ignore[arg-type,return-value]
    meeting = Barrier(2, timeout=10)

    def slow(name: str) -> str:
        meeting.wait()
        if name in "ac":
            time.sleep(0.01)
        return name.upper()

    assert list(listener.together(slow, "abcd")) == ["A", "B", "C", "D"]


def test_many_questions_encode_the_sound_once(model: list[tuple]) -> None:
    """Every thread would load the model and encode the passage for itself."""
    listener = ClipModel(SOUND, lambda: model.append(("load",)) or "engine", threads=4)  # type: ignore[arg-type,return-value]
    wordings = ["x" * n for n in range(1, 9)]
    assert listener.logprobs(Span(0, 500), wordings, "en") == [-float(n) for n in range(1, 9)]
    assert [step[0] for step in model[:2]] == ["load", "encode"]
    assert sorted(step[0] for step in model[2:]) == ["score"] * 8


def test_threads_that_ask_first_together_load_one_model() -> None:
    """A corrected article would load the weights twice, into twice the memory."""
    loaded: list[str] = []

    def load() -> str:
        time.sleep(0.02)
        loaded.append("engine")
        return "engine"

    listener = ClipModel(SOUND, load, threads=4)  # type: ignore[arg-type]
    assert list(listener.together(lambda _: listener.engine, range(4))) == ["engine"] * 4
    assert loaded == ["engine"]


def test_encoded_sound_is_kept_within_bounds(model: list[tuple], monkeypatch: pytest.MonkeyPatch) -> None:
    """A clip of an hour would fill the memory with encoded sound."""
    monkeypatch.setattr(room, "MOST_WINDOW_BYTES", 1_000)
    listener = listening(model)
    for start in range(5):
        listener.window(Span(start, 10))
    listener.window(Span(4, 10))
    assert [step[1].start_ms for step in model if step[0] == "encode"] == [0, 1, 2, 3, 4]
    listener.window(Span(0, 10))
    assert [step[1].start_ms for step in model if step[0] == "encode"][5:] == [0]


def test_what_the_model_expects_is_asked_over_silence(model: list[tuple]) -> None:
    """A likely wording would be taken for one that was heard."""
    listener = listening(model)
    assert listener.expected(["a", "bb"], "en") == [-1.0, -2.0]
    assert listener.expected(["bb", "a"], "en") == [-2.0, -1.0]
    assert [step for step in model if step[0] == "score"] == [
        ("score", SILENCE, wording, "en", None) for wording in ("a", "bb")
    ]


def test_what_is_expected_is_not_taken_for_what_is_heard(model: list[tuple]) -> None:
    """The sound would not be asked at all."""
    listener = listening(model)
    listener.expected(["a"], "en")
    listener.logprobs(Span(0, 500), ["a"], "en")
    assert [step[1] for step in model if step[0] == "score"] == [SILENCE, Span(0, 500)]
