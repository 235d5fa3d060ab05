"""The stage that gives the transcript its true times: guards, laws, and what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.model import Span, Transcript, Word, WordTimes
from captionkit.speech import alignment as timing
from captionkit.speech.alignment import Found, in_order, true_times
from captionkit.speech.pronunciations import Pronunciations

SECONDS = 12
SILENCE = np.zeros(16_000 * SECONDS, np.float32)
TEXT = ["we", "were", "elected", "to", "build", "and", "tonight", "we", "build"]
VOICED = (Span(1_000, 11_000),)


def words(text: Sequence[str] = TEXT, start_ms: int = 1_200, step_ms: int = 400) -> tuple[Word, ...]:
    return tuple(Word(token, start_ms + i * step_ms, start_ms + i * step_ms + 300, 0.9) for i, token in enumerate(text))


def transcript(
    spoken: tuple[Word, ...] | None = None, voiced: tuple[Span, ...] = VOICED, language: str = "en"
) -> Transcript:
    return Transcript(language, words() if spoken is None else spoken, voiced=voiced)


class FakeAligner:
    """Puts words where it is told, counted from the start of what it hears."""

    asked: list[int]

    def __init__(self) -> None:
        self.asked = []
        self.answers: list[tuple[Span, ...] | None] = []
        self.move_ms = 50

    def align(self, samples: np.ndarray, sounds: Sequence[Pronunciations]) -> tuple[Span, ...] | None:
        self.asked.append(len(sounds))
        if self.answers:
            return self.answers.pop(0)
        return tuple(Span(400 + self.move_ms + i * 400, 700 + self.move_ms + i * 400) for i in range(len(sounds)))


@pytest.fixture
def aligner(monkeypatch: pytest.MonkeyPatch) -> FakeAligner:
    fake = FakeAligner()
    monkeypatch.setattr(timing, "Aligner", lambda: fake)
    return fake


def timed(found: Transcript) -> list[tuple[int, int, bool]]:
    return [(w.start_ms, w.end_ms, w.aligned) for w in found.words]


def test_words_get_the_times_that_were_found(aligner: FakeAligner) -> None:
    """Captions would keep the recogniser's times, 60 to 160 ms off."""
    found = true_times(transcript(), SILENCE, {})
    assert timed(found)[:2] == [(1_250, 1_550, True), (1_650, 1_950, True)]
    assert [replace(w, start_ms=0, end_ms=0, aligned=False) for w in found.words] == [
        replace(w, start_ms=0, end_ms=0) for w in words()
    ]
    assert found.times is not None and (found.times.aligner or "").startswith("pocketsphinx 5.1.1")


def test_another_language_keeps_the_recognisers_times(aligner: FakeAligner) -> None:
    """German words would be pressed into English sounds."""
    found = true_times(transcript(language="de"), SILENCE, {})
    assert [(w.start_ms, w.end_ms) for w in found.words] == [(w.start_ms, w.end_ms) for w in words()]
    assert found.times == WordTimes(None, "only English is aligned, and the language is de")
    assert not aligner.asked and not any(w.aligned for w in found.words)


def test_without_the_aligner_the_record_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run would fail, or nobody could tell why the times are poor and how to better them."""
    monkeypatch.setattr(timing, "aligner_version", lambda: None)
    found = true_times(transcript(), SILENCE, {})
    assert found.times is not None and found.times.aligner is None
    assert "pip install pocketsphinx==5.1.1" in found.times.reason
    assert not any(w.aligned for w in found.words)


def test_a_broken_aligner_is_said_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged installation would cost the captions themselves."""

    class Broken(FakeAligner):
        def align(self, samples: np.ndarray, sounds: Sequence[Pronunciations]) -> None:
            raise RuntimeError("no acoustic model")

    monkeypatch.setattr(timing, "Aligner", Broken)
    found = true_times(transcript(), SILENCE, {})
    assert found.times == WordTimes(None, "pocketsphinx 5.1.1 failed (no acoustic model)")
    assert [w.text for w in found.words] == TEXT and not any(w.aligned for w in found.words)


def test_a_window_that_does_not_fit_is_halved(aligner: FakeAligner) -> None:
    """One odd sentence would take the true times from all of its window."""
    aligner.answers = [None]
    assert all(w.aligned for w in true_times(transcript(), SILENCE, {}).words)
    assert sum(aligner.asked[1:]) == aligner.asked[0] == len(TEXT)


def test_what_cannot_be_aligned_keeps_the_recognisers_times(aligner: FakeAligner) -> None:
    """Words would vanish, or stand at the start of the clip."""
    aligner.answers = [None] * 99
    assert timed(true_times(transcript(), SILENCE, {})) == [(w.start_ms, w.end_ms, False) for w in words()]
    assert len(aligner.asked) < 10


@pytest.mark.parametrize(
    ("move_ms", "crushed", "voiced"),
    [(1_500, (), VOICED), (0, (60, 60, 210), VOICED), (400, (), (Span(1_000, 1_100), Span(10_000, 11_000)))],
    ids=["far", "crushed", "voiceless"],
)
def test_an_alignment_that_cannot_be_right_is_not_taken(
    aligner: FakeAligner, move_ms: int, crushed: tuple[int, ...], voiced: tuple[Span, ...]
) -> None:
    """Words that are not in the sound would push the others seconds away, or stand in silence."""
    lengths = [*crushed, *[300] * (len(TEXT) - len(crushed))]
    starts = [400 + move_ms + i * 400 for i in range(len(TEXT))]
    aligner.answers = [tuple(Span(a, a + length) for a, length in zip(starts, lengths)), *[None] * 99]
    found = true_times(transcript(voiced=voiced), SILENCE, {})
    assert not any(w.aligned for w in found.words)


def test_a_word_seconds_early_after_silence_is_put_right(aligner: FakeAligner) -> None:
    """The first word after a pause, which the recogniser puts seconds early, would stay there."""
    spoken = words()
    early = (replace(spoken[0], start_ms=0, end_ms=600), *spoken[1:])
    voiced = (Span(3_000, 11_000),)
    late = tuple(Span(300 + i * 400, 600 + i * 400) for i in range(len(TEXT)))
    aligner.answers = [late]
    moved = tuple(replace(w, start_ms=w.start_ms + 1_800, end_ms=w.end_ms + 1_800) for w in early[1:])
    found = true_times(transcript((early[0], *moved), voiced), SILENCE, {})
    assert found.words[0].aligned and found.words[0].start_ms == 3_100


def test_what_cannot_be_said_stays_between_its_neighbours(aligner: FakeAligner) -> None:
    """A dash or a word in another script would take the times from its window, or cross its neighbours."""
    spoken = words([*TEXT[:3], "日本", *TEXT[3:]])
    found = true_times(transcript(spoken), SILENCE, {})
    assert [w.aligned for w in found.words] == [True] * 3 + [False] + [True] * 6
    assert [w.text for w in found.words] == [w.text for w in spoken]


def test_what_was_aligned_is_not_aligned_again(aligner: FakeAligner) -> None:
    """A second run, with a corrected article, would take as long as the first."""
    known: dict[str, Found] = {}
    first = true_times(transcript(), SILENCE, known)
    assert aligner.asked and true_times(transcript(), SILENCE, known) == first
    asked = len(aligner.asked)
    respelt = (replace(words()[0], text="Wee", heard="we"), *words()[1:])
    found = true_times(transcript(respelt), SILENCE, known)
    assert len(aligner.asked) == asked == 1 and timed(found) == timed(first)
    true_times(transcript((replace(words()[0], text="he"), *words()[1:])), SILENCE, known)
    assert len(aligner.asked) == 2


@pytest.mark.parametrize("damaged", [[], [(-5, 9)] * 6, [(9, 5)] * 6])
def test_damaged_known_times_cost_no_word(aligner: FakeAligner, damaged: Found) -> None:
    """A damaged cache entry would stop every later run of the clip."""
    known: dict[str, Found] = {}
    true_times(transcript(), SILENCE, known)
    found = true_times(transcript(), SILENCE, dict.fromkeys(known, damaged))
    assert [w.text for w in found.words] == TEXT


def test_a_respelt_word_is_looked_for_as_it_was_heard(aligner: FakeAligner) -> None:
    """A name that was heard as several words would have the times of one of them, or none."""
    spoken = (
        words()[0],
        replace(words()[1], text="Oyelaran,", heard="oh you laryn,", end_ms=2_400),
        *words(start_ms=1_600)[2:],
    )
    found = true_times(transcript(spoken), SILENCE, {})
    assert aligner.asked == [len(TEXT) + 2] and [w.text for w in found.words] == [w.text for w in spoken]
    assert timed(found)[:3] == [(1_250, 1_550, True), (1_650, 2_750, True), (2_850, 3_150, True)]
    assert found.words[1].heard == "oh you laryn,"


def test_hours_of_words_without_windows_end_well(aligner: FakeAligner) -> None:
    """A transcript without any voiced stretch would lose its words."""
    spoken = words(["no"] * 3_000, 0, 0)
    found = true_times(transcript(spoken, ()), SILENCE, {})
    assert len(found.words) == 3_000


def test_a_transcript_without_words_stays_empty(aligner: FakeAligner) -> None:
    """A clip of applause would load the aligner, or end with a fault."""
    assert true_times(transcript(()), SILENCE, {}).words == () and not aligner.asked


def test_aligned_words_keep_their_times_before_others() -> None:
    """A word that could not be aligned would push its aligned neighbours away."""
    kept, aligned = Word("we", 5_000, 5_300), Word("build", 4_800, 5_100, aligned=True)
    assert [(w.start_ms, w.end_ms) for w in in_order((kept, aligned), (), 9_000)] == [(4_800, 4_800), (4_800, 5_100)]


DURATION_MS = 20_000
anywhere = st.integers(0, DURATION_MS + 2_000)
spoken_words = st.builds(
    lambda text, times, aligned: Word(text, *sorted(times), aligned=aligned),
    st.sampled_from(["we", "build", "2026", "—"]),
    st.tuples(anywhere, anywhere),
    st.booleans(),
)


def _apart(edges: list[int]) -> tuple[Span, ...]:
    edges = sorted(set(edges))
    return tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2]))


@given(st.lists(spoken_words, max_size=8), st.lists(st.integers(0, DURATION_MS), max_size=12).map(_apart))
def test_the_laws_of_times(given_words: list[Word], voiced: tuple[Span, ...]) -> None:
    """A word would be lost, start in silence, end after the clip, or come before the word in front of it."""
    found = in_order(tuple(given_words), voiced, DURATION_MS)
    assert [(w.text, w.aligned) for w in found] == [(w.text, w.aligned) for w in given_words]
    for before, after in zip(found, found[1:]):
        assert before.start_ms <= after.start_ms and before.end_ms <= after.start_ms
    for word in found:
        assert word.start_ms <= word.end_ms <= DURATION_MS
        if not any(v.start_ms <= word.start_ms < v.end_ms for v in voiced):
            assert not any(word.start_ms < v.start_ms < word.end_ms for v in voiced)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=8), st.booleans())
def test_times_that_are_right_stay(lengths: list[int], aligned: bool) -> None:
    """Good times would be changed for no reason."""
    at, spoken = 1_000, []
    for length in lengths:
        spoken.append(Word("we", at, at + length, aligned=aligned))
        at += length + 50
    assert in_order(tuple(spoken), (Span(900, 9_000),), DURATION_MS) == tuple(spoken)
