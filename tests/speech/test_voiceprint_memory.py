"""The memory of voiceprints: computed once, used as they were, and never trusted when damaged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from captionkit.model import Span
from captionkit.speech.embedding import SIZE, remembering

SOUND = np.zeros(100, np.float32)
SPANS = [Span(0, 900), Span(900, 1_800)]


class Ear:
    """An encoder that remembers what it was asked."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self.heard: list[Span] = []

    def __call__(self, samples: object, spans: Sequence[Span]) -> np.ndarray:
        """A row that depends on the span alone."""
        self.heard += spans
        rows = np.array([np.random.default_rng(s.start_ms).normal(size=SIZE) for s in spans])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_a_span_is_computed_once() -> None:
    """A run with a corrected article would compute every voiceprint again."""
    ear, known = Ear(), {}
    first = remembering(known, ear)(SOUND, SPANS)
    second = remembering(known, ear)(SOUND, [*SPANS, Span(5_000, 5_500)])
    assert ear.heard == [*SPANS, Span(5_000, 5_500)]
    assert np.array_equal(first, second[:2])
    assert np.allclose(first, Ear()(SOUND, SPANS), atol=1e-3)


@pytest.mark.parametrize("damaged", [b"", b"AAAA", b"\xff\xff" * SIZE])
def test_a_damaged_vector_is_computed_again(damaged: bytes) -> None:
    """A damaged cache entry would end the run, or attribute words to the wrong speaker."""
    known = {"0-900": damaged}
    ear = Ear()
    assert np.isfinite(remembering(known, ear)(SOUND, SPANS)).all()
    assert ear.heard == SPANS
