"""Voices as vectors: the same numbers as PyTorch and librosa give, and only from the weights that are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from captionkit.errors import WeightsError
from captionkit.hearing import embedding
from captionkit.hearing.embedding import SIZE, voiceprints
from captionkit.hearing.packaged import package_file
from captionkit.model import Span

with_weights = pytest.mark.skipif(
    package_file("resemblyzer/pretrained.pt") is None, reason="the weights of resemblyzer are not installed"
)


def hum(loudness: float = 0.1) -> np.ndarray:
    """1.6 s of a voice-like tone of 120 Hz that swells three times a second."""
    t = np.arange(25_600) / 16_000
    tone = sum(np.sin(2 * np.pi * 120 * k * t) / k for k in range(1, 21))
    return (loudness * (1 + 0.5 * np.sin(2 * np.pi * 3 * t)) * tone).astype(np.float32)


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    """Each test reads the weights for itself."""
    embedding._encoder.cache_clear()


def test_bands_are_those_of_librosa() -> None:
    """The encoder would hear every voice through the wrong ears, and take all for one."""
    bands = embedding._mel(hum(), Span(0, 1600))
    given = [float(bands[place]) for place in ((0, 0), (40, 3), (80, 10), (80, 25), (159, 39))]
    assert bands.shape == (160, 40)
    assert given == pytest.approx([0.0788050, 0.0470490, 0.00467254, 4.97319e-05, 4.13824e-09], rel=1e-4)


@with_weights
def test_vectors_are_those_of_the_original() -> None:
    """A gate in the wrong place gives numbers too, and voices would be told apart by chance.

    The twelve largest numbers of the vector, from PyTorch 1.12.1 with Resemblyzer's weights and librosa 0.10.2.
    """
    bands = embedding._mel(hum(), Span(0, 1600))
    vector = embedding._encoded(embedding._encoder(), bands[None])[0]
    places = [11, 36, 82, 91, 111, 122, 146, 180, 189, 202, 246, 248]
    expected = [0.1448, 0.1502, 0.1741, 0.1844, 0.1962, 0.1877, 0.1993, 0.1419, 0.2282, 0.1573, 0.2163, 0.1584]
    assert sorted(np.argsort(-vector)[:12].tolist()) == places
    assert vector[places].tolist() == pytest.approx(expected, abs=2e-4)


@with_weights
def test_loudness_does_not_count() -> None:
    """One person near the microphone and far from it would be two."""
    loud, soft = (voiceprints(hum(loudness), [Span(0, 1600)])[0] for loudness in (0.3, 0.003))
    assert loud @ soft == pytest.approx(1, abs=1e-3)


@with_weights
def test_a_steady_noise_does_not_count() -> None:
    """All who speak in one hiss or hum would sound alike, and be one speaker."""
    said = np.concatenate([hum(), np.zeros(9_600, np.float32)])
    hissing = said + np.random.default_rng(1).normal(0, 0.02, said.size).astype(np.float32)
    clean, heard = (voiceprints(sound, [Span(0, 1600)])[0] for sound in (said, hissing))
    raw = embedding._encoded(embedding._encoder(), embedding._mel(hissing, Span(0, 1600))[None])[0]
    assert clean @ heard > 0.9 > clean @ raw


@with_weights
@pytest.mark.parametrize(("start_ms", "end_ms"), [(0, 0), (0, 200), (1500, 1900), (9000, 9500)])
def test_brief_silent_and_missing_sound_have_a_vector_too(start_ms: int, end_ms: int) -> None:
    """A word at the very end of a clip would end the run with an error."""
    vectors = voiceprints(np.concatenate([hum(), np.zeros(1600, np.float32)]), [Span(start_ms, end_ms)])
    assert vectors.shape == (1, SIZE)
    assert np.isfinite(vectors).all()


@with_weights
def test_a_vector_does_not_depend_on_the_others_beside_it() -> None:
    """Who speaks would depend on how many others do."""
    spans = [Span(10 * n, 10 * n + 800) for n in range(70)]
    together = voiceprints(hum(), spans)
    assert together.shape == (70, SIZE)
    assert np.allclose(together[66], voiceprints(hum(), spans[66:67])[0], atol=1e-5)


@with_weights
def test_threads_change_no_vector() -> None:
    """The same clip would have other speakers on a machine with more cores."""
    spans = [Span(10 * k, 1600 + 10 * k) for k in range(150)]
    assert np.array_equal(voiceprints(hum(), spans, 3), voiceprints(hum(), spans))


def test_without_weights_the_message_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The person would not know what to install, or install two gigabytes of PyTorch."""
    monkeypatch.setattr(embedding, "package_file", lambda part: None)
    with pytest.raises(WeightsError, match=r"`pip install --no-deps resemblyzer==0\.1\.4`"):
        voiceprints(hum(), [Span(0, 1600)])


@pytest.mark.parametrize("change", ["shorter", "same size"])
def test_other_weights_are_refused_unread(change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A forged file of weights would be loaded."""
    size = embedding._known()["bytes"]
    forged = tmp_path / "pretrained.pt"
    forged.write_bytes(b"\0" * (size if change == "same size" else 10))
    monkeypatch.setattr(embedding, "package_file", lambda part: forged)
    with pytest.raises(WeightsError, match="not the weights that captionkit knows"):
        voiceprints(hum(), [Span(0, 1600)])
