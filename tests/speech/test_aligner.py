"""Forced alignment of known words with real sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from captionkit.media import MediaLimits, decode_clip
from captionkit.speech.aligner import Aligner, shortest_ms
from captionkit.speech.pronunciations import Pronunciations, pronounce
from captionkit.speech.spoken_forms import ways_said

SAMPLE = Path(__file__).parents[2] / "samples" / "harbor" / "clip.mp4"
FIRST_MS, LAST_MS = 3_444, 6_864
SENTENCE = "A tunnel under Calder Harbor moved a step closer tonight."
STARTS_MS = (3_519, 3_607, 3_969, 4_194, 4_569, 5_144, 5_431, 5_494, 5_794, 6_144)
"""When the synthesiser of the sample began each word, good to about 40 ms."""


@pytest.fixture(scope="module")
def clip() -> NDArray[np.float32]:
    samples: NDArray[np.float32] = decode_clip(SAMPLE, None, MediaLimits()).samples
    return samples


@pytest.fixture(scope="module")
def sentence(clip: NDArray[np.float32]) -> NDArray[np.float32]:
    return clip[FIRST_MS * 16 : LAST_MS * 16]


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    return Aligner()


def sounds(text: str) -> list[Pronunciations]:
    return pronounce(ways_said(text.split()))


def starts_ms(aligner: Aligner, samples: NDArray[np.float32], text: str) -> list[int]:
    spans = aligner.align(samples, sounds(text))
    assert spans is not None
    return [FIRST_MS + span.start_ms for span in spans]


def test_words_are_found_where_they_are_said(aligner: Aligner, sentence: NDArray[np.float32]) -> None:
    """Captions would come before or after the voice."""
    found = starts_ms(aligner, sentence, SENTENCE)
    off = [abs(a - b) for a, b in zip(found, STARTS_MS)]
    assert max(off) <= 80 and sorted(off)[len(off) // 2] <= 30


def test_words_that_were_left_out_do_not_move_the_others(aligner: Aligner, sentence: NDArray[np.float32]) -> None:
    """A word the recogniser passed over would spoil the times of its neighbours."""
    found = starts_ms(aligner, sentence, "A tunnel under Calder Harbor tonight.")
    spoken = [*STARTS_MS[:5], STARTS_MS[9]]
    assert max(abs(a - b) for a, b in zip(found, spoken)) <= 80


def test_a_number_of_several_words_is_one_span(aligner: Aligner, clip: NDArray[np.float32]) -> None:
    """`7-2` would have the times of its first word alone, or spoil the whole window."""
    spans = aligner.align(
        clip[6_800 * 16 : 10_700 * 16], sounds("The City Council voted 7-2 to fund the first borings.")
    )
    assert spans is not None
    number = spans[4]
    assert abs(6_800 + number.start_ms - 8_325) <= 60 and 6_800 + number.end_ms >= 8_774


def test_the_sound_chooses_among_pronunciations(aligner: Aligner, sentence: NDArray[np.float32]) -> None:
    """A name that was respelt would be looked for as it is spelt, where it was said as it was heard."""
    words = sounds(SENTENCE)
    words[1] = ("S IH K S T IY", *words[1])
    spans = aligner.align(sentence, words)
    assert spans is not None and abs(FIRST_MS + spans[1].start_ms - STARTS_MS[1]) <= 60


def test_spans_are_in_order_and_within_the_sound(aligner: Aligner, sentence: NDArray[np.float32]) -> None:
    """Two captions would be on screen at once, or one after the clip's end."""
    spans = aligner.align(sentence, sounds(SENTENCE))
    assert spans is not None
    edges = [edge for span in spans for edge in (span.start_ms, span.end_ms)]
    assert edges == sorted(edges) and edges[-1] <= LAST_MS - FIRST_MS


def test_more_words_than_fit_are_refused_at_once(aligner: Aligner, sentence: NDArray[np.float32]) -> None:
    """Thousands of words in a second, as a hostile file may have, would hold up the run."""
    assert aligner.align(sentence, sounds(SENTENCE) * 1_000) is None


@pytest.mark.parametrize("length", [0, 100, 1_600])
def test_next_to_no_sound_is_refused(aligner: Aligner, length: int) -> None:
    """A clip of a few samples would end with a fault."""
    assert aligner.align(np.zeros(length, np.float32), sounds("tonight")) is None


def test_no_words_are_refused(aligner: Aligner, sentence: NDArray[np.float32]) -> None:
    """A window of nothing but dashes would end with a fault."""
    assert aligner.align(sentence, []) is None


def test_silence_and_loud_noise_end_well(aligner: Aligner) -> None:
    """A muted or overdriven clip would end with a fault."""
    noise = np.random.default_rng(1).uniform(-9, 9, 32_000).astype(np.float32)
    for samples in (np.zeros(32_000, np.float32), noise):
        spans = aligner.align(samples, sounds("we build"))
        assert spans is None or len(spans) == 2


def test_a_word_takes_30_ms_a_phone() -> None:
    """Words crushed into a place where they are not said would pass for found."""
    assert shortest_ms(("HH AH L OW", "HH EH L")) == 90
