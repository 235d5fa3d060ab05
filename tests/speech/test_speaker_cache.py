"""Voiceprints that are kept: heard once, used as they were, and never trusted when damaged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from captionkit.model import Span
from captionkit.speech.embedding import SIZE
from captionkit.speech.speaker_cache import kept_voiceprints

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


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "heard" / "clip.json"


def test_a_stretch_is_heard_once(place: Path) -> None:
    """A run with a corrected article would listen to every voice again."""
    ear = Ear()
    first = kept_voiceprints(place, ear)(SOUND, SPANS)
    second = kept_voiceprints(place, ear)(SOUND, [*SPANS, Span(5_000, 5_500)])
    assert ear.heard == [*SPANS, Span(5_000, 5_500)]
    assert np.array_equal(first, second[:2])
    assert np.allclose(first, Ear()(SOUND, SPANS), atol=1e-3)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"spans": [[0, 900]], "vectors": "AAAA"}', "encoder", "nan"])
def test_what_is_damaged_is_heard_again(damage: str, place: Path) -> None:
    """A damaged file would end the run, or put words into another's mouth."""
    kept_voiceprints(place, Ear())(SOUND, SPANS)
    file = place.parents[1] / "voices" / place.name
    data = json.loads(file.read_text())
    if damage == "encoder":
        damage = json.dumps(data | {"encoder": "0" * 64})
    elif damage == "nan":
        damage = json.dumps(data | {"vectors": "/////w" + data["vectors"][6:]})
    file.write_text(damage)
    ear = Ear()
    assert kept_voiceprints(place, ear)(SOUND, SPANS).shape == (2, SIZE)
    assert ear.heard == SPANS


def test_a_disk_that_refuses_costs_time_alone(tmp_path: Path) -> None:
    """A full disk would leave the clip without captions."""
    (tmp_path / "voices").write_text("a file where the folder should be")
    assert kept_voiceprints(tmp_path / "heard" / "clip.json", Ear())(SOUND, SPANS).shape == (2, SIZE)
