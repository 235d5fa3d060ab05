"""Who speaks when, in real sound: the sample, as it is, over a telephone, and with the same voice all along."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from captionkit.media import MediaLimits, decode_clip
from captionkit.model import Word
from captionkit.speech.speakers import with_speakers

CLIP = Path(__file__).parents[2] / "samples" / "harbor" / "clip.mp4"
TURNS = [
    ("anchor", 3_519, 13_400),
    ("reporter", 14_095, 27_000),
    ("mayor", 27_635, 33_500),
    ("reporter", 34_163, 49_900),
    ("engineer", 50_438, 58_000),
    ("reporter", 58_416, 61_300),
    ("engineer", 61_656, 65_400),
    ("reporter", 69_162, 72_800),
    ("mayor", 73_318, 87_900),
    ("reporter", 90_169, 103_400),
    ("anchor", 104_079, 105_800),
]
"""Who speaks when in the sample, in milliseconds."""


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    """The sample's sound."""
    return decode_clip(CLIP, None, MediaLimits()).samples


def words_of(*speakers: str) -> tuple[tuple[Word, ...], list[str]]:
    """Even pieces of 300 ms that stand for the words of some of the speakers, and who says each."""
    said = [
        (Word("a", start_ms, start_ms + 300), who)
        for who, begin_ms, end_ms in TURNS
        if who in speakers
        for start_ms in range(begin_ms, end_ms - 300, 300)
    ]
    return tuple(word for word, _ in said), [who for _, who in said]


def purity(words: tuple[Word, ...], who: list[str]) -> float:
    """The share of words whose voice is mostly their speaker's."""
    pairs = Counter((word.speaker, one) for word, one in zip(words, who))
    return sum(max(n for (v, _), n in pairs.items() if v == voice) for voice in {v for v, _ in pairs}) / len(words)


def over_the_phone(sound: np.ndarray) -> np.ndarray:
    """300 to 3400 Hz alone, and a hiss 30 dB under the speech."""
    hissing = sound + np.random.default_rng(1).normal(0, 0.03 * sound.std(), sound.size)
    spectrum, hz = np.fft.rfft(hissing), np.fft.rfftfreq(sound.size, 1 / 16_000)
    spectrum[(hz < 300) | (hz > 3_400)] = 0
    return np.fft.irfft(spectrum, sound.size).astype(np.float32)


@pytest.mark.parametrize("line", ["studio", "phone"])
def test_four_people_are_four_voices(line: str, sound: np.ndarray) -> None:
    """A viewer could not tell who says what, least of all where the story comes by telephone."""
    words, who = words_of("anchor", "reporter", "mayor", "engineer")
    told, voices = with_speakers(words, over_the_phone(sound) if line == "phone" else sound)
    assert len(voices) == 4
    assert purity(told, who) >= 0.95


def test_one_person_is_one_voice(sound: np.ndarray) -> None:
    """A speech would be cut up among people who are not there."""
    words, _ = words_of("reporter")
    _, voices = with_speakers(words, sound)
    assert len(voices) == 1


def test_two_speakers_asked_for_are_two(sound: np.ndarray) -> None:
    """`--speakers 2` would answer with one."""
    words, who = words_of("mayor", "engineer")
    told, voices = with_speakers(words, over_the_phone(sound), 2)
    assert len(voices) == 2
    assert purity(told, who) >= 0.95
