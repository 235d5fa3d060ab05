"""Who speaks when, with voices of clay: each is a direction, and every stretch of sound is near that of its voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captionkit.model import Span, Speaker, Word
from captionkit.speech import speakers as room
from captionkit.speech.clustering import Tree
from captionkit.speech.speakers import with_speakers

SIZE = 64
ALIKE = 0.3
SILENCE = np.zeros(16_000, np.float32)
LONG = "the first borings will cost more than the whole bridge did when it was built."
SHORT = "is that so?"


@dataclass(frozen=True)
class Scene:
    """Words with the voice that really says each, 300 ms a word; `embed` hears who it is."""

    words: tuple[Word, ...]
    voices: tuple[str, ...]
    noise: float = 0.4
    alike: float = ALIKE

    def embed(self, samples: object, spans: Sequence[Span]) -> np.ndarray:
        """A row for each span: the voices heard in it by their share, and noise that is the span's own."""
        rows = []
        for span in spans:
            heard = sum(
                (span.overlap_ms(w.span) * direction(v, self.alike) for w, v in zip(self.words, self.voices)),
                np.zeros(SIZE),
            )
            noise = np.random.default_rng(span.start_ms).normal(0, 1, SIZE)
            row = heard / max(1e-9, np.linalg.norm(heard)) + self.noise * noise / np.linalg.norm(noise)
            rows.append(row / np.linalg.norm(row))
        return np.array(rows, np.float32).reshape(-1, SIZE)

    def told(self, count: int | None = None) -> tuple[Word, ...]:
        """The words with the voices that are found."""
        return with_speakers(self.words, SILENCE, count, self.embed)[0]


def direction(voice: str, alike: float = ALIKE) -> np.ndarray:
    """The direction of a voice; those of two have a cosine of about 0.1, as real ones do."""
    own = np.random.default_rng(sum(map(ord, voice))).normal(0, 1, SIZE)
    row = alike * np.ones(SIZE) / np.sqrt(SIZE) + own / np.linalg.norm(own)
    return row / np.linalg.norm(row)


def scene(*turns: tuple[str, str], gap_ms: int = 0, noise: float = 0.4, alike: float = ALIKE) -> Scene:
    """Turns of a voice and its words, one after the other, with so much silence between them."""
    words: list[Word] = []
    voices: list[str] = []
    at = 500
    for voice, text in turns:
        for token in text.split():
            words.append(Word(token, at, at + 300))
            voices.append(voice)
            at += 300
        at += gap_ms
    return Scene(tuple(words), tuple(voices), noise, alike)


def turns_of(words: Sequence[Word]) -> list[tuple[str | None, int]]:
    """Each turn's speaker and how many words it has."""
    return [(speaker, len(list(run))) for speaker, run in groupby(w.speaker for w in words)]


def test_voices_that_take_turns_are_told_apart() -> None:
    """A viewer could not tell who says what."""
    said = scene(("anna", LONG), ("ben", LONG), ("anna", SHORT), ("cleo", LONG), ("ben", LONG))
    assert turns_of(said.told()) == [("s1", 15), ("s2", 15), ("s1", 3), ("s3", 15), ("s2", 15)]


def test_speakers_are_listed_in_order_of_appearance_and_without_names() -> None:
    """The record would name people that nothing names."""
    said = scene(("cleo", LONG), ("anna", LONG), ("cleo", LONG))
    _, speakers = with_speakers(said.words, SILENCE, None, said.embed)
    assert speakers == (Speaker("s1"), Speaker("s2"))


def test_one_voice_is_one_speaker() -> None:
    """A speech would be cut up among people who are not there."""
    said = scene(*[("anna", LONG)] * 8, noise=0.6)
    assert turns_of(said.told()) == [("s1", 120)]


def test_a_question_of_a_second_is_heard_as_another_voice() -> None:
    """The reporter's question would stand as the words of the person who is asked."""
    said = scene(("anna", LONG), ("ben", LONG), ("anna", SHORT), ("ben", LONG))
    assert turns_of(said.told())[1:3] == [("s2", 15), ("s1", 3)]


def test_a_word_that_tells_nothing_goes_with_its_neighbours() -> None:
    """One noisy word would make two changes of speaker and three captions."""
    said = scene(("anna", LONG), ("anna", "yes."), ("anna", LONG), ("ben", LONG))
    yes = said.words[15].span
    either = direction("anna") + 1.2 * direction("ben")
    either /= np.linalg.norm(either)

    def embed(samples: object, spans: Sequence[Span]) -> np.ndarray:
        rows = said.embed(samples, spans)
        return np.array([either if s == yes else r for s, r in zip(spans, rows)], np.float32)

    words, _ = with_speakers(said.words, SILENCE, None, embed)
    assert turns_of(words) == [("s1", 31), ("s2", 15)]


def test_a_change_without_a_full_stop_is_found_at_the_pause() -> None:
    """Where the recogniser writes no full stop, two people would be one."""
    bare = LONG.rstrip(".")
    said = scene(("anna", bare), ("ben", bare), ("anna", "is that so"), ("ben", bare), gap_ms=400)
    assert turns_of(said.told()) == [("s1", 15), ("s2", 15), ("s1", 3), ("s2", 15)]


def test_a_change_inside_a_run_is_found_to_a_word_or_three() -> None:
    """Where neither mark nor pause shows the change, the second speaker would be lost."""
    bare = LONG.rstrip(".")
    said = scene(("anna", LONG), ("ben", LONG), ("anna", bare + " " + bare), ("ben", LONG), noise=0.2)
    told = said.told()
    assert [speaker for speaker, _ in turns_of(told)] == ["s1", "s2", "s1", "s2"]
    assert abs(turns_of(told)[2][1] - 30) <= 3


def test_a_voice_like_no_other_and_too_brief_has_no_speaker() -> None:
    """A passer-by would be shown as somebody who was heard before."""
    said = scene(("anna", LONG), ("ben", LONG), ("zoe", "we love it here now."), ("anna", LONG), noise=0.2)
    assert turns_of(said.told()) == [("s1", 15), ("s2", 15), (None, 5), ("s1", 15)]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_as_many_voices_as_asked_for(count: int) -> None:
    """`--speakers 2` would not do what it says."""
    said = scene(("anna", LONG), ("ben", LONG), ("cleo", LONG), ("anna", LONG))
    assert len({w.speaker for w in said.told(count)} - {None}) == count


def test_the_voices_asked_for_are_those_that_differ_most() -> None:
    """`--speakers 2` would make two of one person, and leave the other with the first."""
    said = scene(("anna", LONG), ("ben", LONG), ("anna", LONG + " " + LONG), ("ben", LONG), ("anna", LONG), noise=1.2)
    assert turns_of(said.told(2)) == [("s1", 15), ("s2", 15), ("s1", 30), ("s2", 15), ("s1", 15)]


def test_fewer_voices_than_asked_for_where_there_are_no_more() -> None:
    """Voices would be made up to reach a number."""
    said = scene(("anna", "yes."), ("ben", LONG))
    assert len({w.speaker for w in said.told(9)} - {None}) < 9


def test_voices_on_a_line_that_makes_all_alike_are_told_apart() -> None:
    """The two sides of a telephone call would be one speaker: their cosine is that of one voice in a noisy street."""
    said = scene(*[("anna", LONG), ("ben", LONG)] * 3, noise=0.2, alike=1.2)
    assert direction("anna", 1.2) @ direction("ben", 1.2) > 0.5
    assert turns_of(said.told()) == [("s1", 15), ("s2", 15)] * 3


def test_a_noisy_voice_is_one_although_no_two_stretches_of_it_are_much_alike() -> None:
    """A speech in a storm would be cut up among people who are not there."""
    said = scene(*[("anna", LONG)] * 8, noise=1.1)
    rows = said.embed(None, [Span(500, 2_000), Span(2_000, 3_500)])
    assert rows[0] @ rows[1] < 0.5
    assert turns_of(said.told()) == [("s1", 120)]


def test_a_brief_voice_is_found_where_the_number_is_given() -> None:
    """`--speakers 2` would give one, since the second says a sentence of a second and a half alone."""
    said = scene(("anna", LONG), ("ben", "we love it here now."), ("anna", LONG), noise=0.2)
    assert turns_of(said.told(2)) == [("s1", 15), ("s2", 5), ("s1", 15)]


def test_voice_without_words_says_who_is_there() -> None:
    """In a meeting of which little is understood, most who speak would be nobody."""
    said = scene(("anna", "we"), ("anna", LONG), ("ben", "yes we do see it."), ("ben", LONG), noise=0.2)
    heard = tuple(said.words[at] for at in (0, *range(16, 21)))

    def told(*voiced: Span) -> list[tuple[str | None, int]]:
        return turns_of(with_speakers(heard, SILENCE, None, said.embed, voiced)[0])

    assert told() == [(None, 1), ("s1", 5)]
    assert told(Span(500, 11_300)) == [("s1", 1), ("s2", 5)]


def test_a_word_or_two_are_one_speaker() -> None:
    """A clip of one exclamation would end in an error."""
    assert turns_of(scene(("anna", "Yes!")).told()) == [("s1", 1)]


def test_no_words_have_no_speakers() -> None:
    """A silent clip would end in an error."""
    assert with_speakers((), SILENCE, None, scene().embed) == ((), ())


def test_a_long_clip_is_grouped_by_a_sample_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory that grouping takes would grow with the square of a clip's length."""
    grouped: list[int] = []

    def spied(vectors: np.ndarray, weights: np.ndarray, apart: np.ndarray) -> Tree:
        grouped.append(len(vectors))
        return Tree(vectors, weights, apart)

    monkeypatch.setattr(room, "MOST_GROUPED", 20)
    monkeypatch.setattr(room, "Tree", spied)
    said = scene(*[("anna", LONG), ("ben", LONG)] * 8)
    assert [speaker for speaker, _ in turns_of(said.told())] == ["s1", "s2"] * 8
    assert grouped[0] <= 20


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["anna", "ben", "cleo"]), st.sampled_from([LONG, SHORT, "oh", "well. yes"])),
        max_size=8,
    ),
    st.integers(0, 600),
    st.sampled_from([None, 1, 2, 5]),
)
def test_no_word_is_lost_or_changed(turns: list[tuple[str, str]], gap_ms: int, count: int | None) -> None:
    """Captions would lack words, or their times would move, because somebody asked who speaks."""
    said = scene(*turns, gap_ms=gap_ms)
    words, speakers = with_speakers(said.words, SILENCE, count, said.embed)
    assert [(w.text, w.start_ms, w.end_ms) for w in words] == [(w.text, w.start_ms, w.end_ms) for w in said.words]
    assert list(dict.fromkeys(w.speaker for w in words if w.speaker)) == [s.id for s in speakers]
    assert [s.id for s in speakers] == [f"s{n}" for n in range(1, len(speakers) + 1)]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(1, 3), st.integers(0, 10**6))
def test_the_way_through_is_the_best_of_all(rows: int, columns: int, seed: int) -> None:
    """A turn would begin a sentence early or late although the sound is clear."""
    rng = np.random.default_rng(seed)
    scores, edges = rng.normal(0, 0.3, (rows, columns)), frozenset(map(int, rng.integers(0, 5, 2)))

    def worth(way: Sequence[int]) -> float:
        costs = (
            (room.CHANGE_COST if row in edges else room.CHANGE_COST_IN_RUN) * (way[row] != way[row - 1])
            for row in range(1, rows)
        )
        return sum(scores[row, column] for row, column in enumerate(way)) - sum(costs)

    best = max(map(worth, product(range(columns), repeat=rows)))
    assert worth(room._best_path(scores, edges)) == pytest.approx(best)
