"""How loud speech is, and the sound brought to one loudness."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.speech.loudness import levelled, speech_dbfs

RATE_HZ = 16_000


def tone(dbfs: float, seconds: float) -> np.ndarray:
    """A tone of this power."""
    times = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return (10 ** (dbfs / 20) * np.sqrt(2) * np.sin(2 * np.pi * 220 * times)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE_HZ), np.float32)


@pytest.mark.parametrize("dbfs", [-70.0, -30.0, -3.0])
def test_loudness_is_the_power_of_the_speech(dbfs: float) -> None:
    """Every limit that was measured at one loudness would hold for another."""
    assert speech_dbfs(tone(dbfs, 2)) == pytest.approx(dbfs, abs=0.05)


def test_a_sound_shorter_than_a_block_has_a_loudness() -> None:
    """A single word would end with a fault, or be heard at its own level."""
    assert speech_dbfs(tone(-30, 0.25)) == pytest.approx(-30, abs=0.05)


def test_long_silences_do_not_decide() -> None:
    """A short statement in a long silent clip would be taken for quiet, and pushed far over the level looked for."""
    sound = np.concatenate([silence(60), tone(-20, 3), silence(60)])
    assert speech_dbfs(sound) == pytest.approx(-20, abs=1)


def test_background_under_the_speech_does_not_decide() -> None:
    """The hum of a hall between the sentences would set the level."""
    sound = np.concatenate([tone(-45, 20), tone(-20, 10), tone(-45, 20)])
    assert speech_dbfs(sound) == pytest.approx(-20, abs=0.1)


def test_clicks_do_not_decide() -> None:
    """A knock on the microphone would make the speaker too quiet to be found."""
    sound = tone(-35, 20)
    sound[:: 5 * RATE_HZ] = 1.0
    assert speech_dbfs(sound) == pytest.approx(-35, abs=0.2)


@pytest.mark.parametrize(
    "sound", [silence(0), silence(0.1), silence(3), tone(-96, 3)], ids=["none", "short", "long", "dither"]
)
def test_silence_is_left_as_it_is(sound: np.ndarray) -> None:
    """Rounding noise would be blown up until it seems a voice, and words be invented in it."""
    assert speech_dbfs(sound) is None
    assert levelled(sound, -20) is sound


@given(st.floats(-40, 6), st.floats(-40, -10))
def test_every_level_becomes_the_same(gain_db: float, wanted_dbfs: float) -> None:
    """The same recording turned down would have other words, or none."""
    sound = np.concatenate([tone(-25, 2), silence(1), tone(-33, 1)])
    turned = (sound * 10 ** (gain_db / 20)).astype(np.float32)
    assert np.allclose(levelled(turned, wanted_dbfs), levelled(sound, wanted_dbfs), rtol=1e-4, atol=1e-6)
    assert speech_dbfs(levelled(turned, wanted_dbfs)) == pytest.approx(wanted_dbfs, abs=0.01)
