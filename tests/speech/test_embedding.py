"""Voices as vectors: the same numbers as PyTorch and Kaldi's features give."""

from __future__ import annotations

import numpy as np
import pytest

from captionkit.model import Span
from captionkit.speech import embedding
from captionkit.speech.embedding import SIZE, WINDOW_MS, voiceprints

WINDOW = Span(0, WINDOW_MS)


def hum(loudness: float = 0.1) -> np.ndarray:
    """1.6 s of a voice-like tone of 120 Hz that swells three times a second."""
    t = np.arange(25_600) / 16_000
    tone = sum(np.sin(2 * np.pi * 120 * k * t) / k for k in range(1, 21))
    return (loudness * (1 + 0.5 * np.sin(2 * np.pi * 3 * t)) * tone).astype(np.float32)


def test_bands_are_those_of_kaldi() -> None:
    """The encoder would hear every voice through the wrong ears, and tell nobody apart.

    The values were computed in float64 from Kaldi's definitions.
    """
    bands = embedding._bands(hum(), WINDOW)
    given = [float(bands[place]) for place in ((0, 0), (40, 3), (80, 10), (80, 40))]
    assert bands.shape == (148, 80)
    assert given == pytest.approx([0.42622, 0.86669, 0.40910, 0.43409], abs=1e-3)


def test_vectors_are_those_of_the_original() -> None:
    """A weight in the wrong place gives numbers too, and voices would be told apart by chance.

    The twelve largest numbers of the vector, from PyTorch 2.13.0 with 3D-Speaker's network and weights. Those here are
    rounded to 8 bits, which turns the vector by less than 10 degrees.
    """
    places = [12, 22, 23, 35, 69, 76, 100, 103, 108, 117, 165, 171]
    expected = [0.1385, -0.1633, 0.1542, -0.1740, -0.1465, 0.1603, 0.1343, -0.1346, 0.2109, 0.1452, -0.1637, -0.1530]
    vector = voiceprints(hum(), [WINDOW])[0]
    assert vector[places].tolist() == pytest.approx(expected, abs=0.02)


def test_loudness_does_not_count() -> None:
    """One person near the microphone and far from it would be two."""
    loud, soft = (voiceprints(hum(loudness), [WINDOW])[0] for loudness in (0.3, 0.03))
    assert loud @ soft > 0.9


def test_the_line_does_not_count() -> None:
    """Whoever is heard over a duller microphone as well would be two."""
    dull = np.convolve(hum(), [0.5, 0.5], "same").astype(np.float32)
    near, far = (voiceprints(sound, [WINDOW])[0] for sound in (hum(), dull))
    assert near @ far > 0.9


@pytest.mark.parametrize(("start_ms", "end_ms"), [(0, 0), (0, 200), (1500, 1900), (9000, 9500)])
def test_brief_silent_and_missing_sound_have_a_vector_too(start_ms: int, end_ms: int) -> None:
    """A word at the very end of a clip would end the run with an error."""
    vectors = voiceprints(np.concatenate([hum(), np.zeros(1600, np.float32)]), [Span(start_ms, end_ms)])
    assert vectors.shape == (1, SIZE)
    assert np.isfinite(vectors).all()


def test_a_vector_does_not_depend_on_the_others_beside_it() -> None:
    """Who speaks would depend on how many others do."""
    spans = [Span(10 * n, 10 * n + 800) for n in range(20)]
    together = voiceprints(hum(), spans)
    assert together.shape == (20, SIZE)
    assert np.allclose(together[17], voiceprints(hum(), spans[17:18])[0], atol=1e-4)


def test_threads_change_no_vector() -> None:
    """The same clip would have other speakers on a machine with more cores."""
    spans = [Span(10 * k, 1500 + 10 * k) for k in range(40)]
    assert np.array_equal(voiceprints(hum(), spans, 3), voiceprints(hum(), spans))


def test_no_stretches_have_no_vectors() -> None:
    """A clip without speech would end the run with an error."""
    assert voiceprints(hum(), []).shape == (0, SIZE)
