from __future__ import annotations

import json
import math
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captionkit.media import SAMPLE_RATE, Audio, level_warnings, levels, measure_levels
from captionkit.model import Levels

GOOD = Levels(peak_dbfs=-3.0, loudness_dbfs=-20.0, clipped_share=0.0, silent_share=0.2)


def sound(*stretches: tuple[float, float]) -> Audio:
    """A tone in stretches of (seconds, amplitude)."""
    pieces = [
        amplitude * np.sin(2 * np.pi * 500 * np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE)
        for seconds, amplitude in stretches
    ]
    samples = np.clip(np.concatenate(pieces), -1, 1).astype(np.float32)
    return Audio(samples, duration_ms=samples.size // 16, sha256="")


def test_a_tone_has_the_level_that_it_was_made_with() -> None:
    """A warning would be given for good sound, or kept back for bad."""
    found = measure_levels(sound((4, 0.5)))
    assert found.peak_dbfs == pytest.approx(20 * math.log10(0.5), abs=0.1)
    assert found.loudness_dbfs == pytest.approx(20 * math.log10(0.5 / math.sqrt(2)), abs=0.1)
    assert (found.clipped_share, found.silent_share) == (0.0, 0.0)


def test_pauses_do_not_make_speech_quiet() -> None:
    """A clip with long pauses would be called too quiet."""
    found = measure_levels(sound((2, 0.0), (4, 0.5), (4, 0.0)))
    assert found.silent_share == pytest.approx(0.6, abs=0.03)
    assert found.loudness_dbfs == pytest.approx(20 * math.log10(0.5 / math.sqrt(2)), abs=0.3)


def test_clipping_is_counted() -> None:
    """Overdriven sound would be blamed on the recogniser."""
    found = measure_levels(sound((3, 0.5), (1, 2.0)))
    share_of_a_cut_sine = 2 * math.acos(0.5) / math.pi
    assert found.clipped_share == pytest.approx(share_of_a_cut_sine / 4, abs=0.01)
    assert [check.rule for check in level_warnings(found)] == ["levels_clipped"]


@pytest.mark.parametrize("seconds", [0.0, 0.0001, 0.3, 5.0])
def test_digital_silence_can_be_written_down(seconds: float) -> None:
    """The record would hold -Infinity, which no JSON reader takes."""
    audio = replace(sound((seconds, 0.0)), duration_ms=0)
    found = measure_levels(audio)
    assert found.peak_dbfs == found.loudness_dbfs == levels.FLOOR_DBFS
    assert json.loads(json.dumps(asdict(found), allow_nan=False))
    if seconds >= 0.3:
        assert [check.rule for check in level_warnings(found)] == ["levels_silent"]


def test_a_long_clip_is_measured_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """The levels of a long meeting would be those of its first minutes, or need all the memory."""
    audio = sound((3, 0.0), (3, 0.5), (2, 0.9))
    whole = measure_levels(audio)
    monkeypatch.setattr(levels, "_PIECE_SAMPLES", SAMPLE_RATE)
    pieces = measure_levels(audio)
    assert asdict(pieces) == pytest.approx(asdict(whole), abs=0.05)


@pytest.mark.parametrize(
    ("field", "fine", "bad", "rule"),
    [
        ("loudness_dbfs", levels.QUIET_DBFS, levels.QUIET_DBFS - 0.1, "levels_quiet"),
        ("clipped_share", levels.CLIPPED_SHARE - 1e-6, levels.CLIPPED_SHARE, "levels_clipped"),
        ("silent_share", levels.SILENT_SHARE - 1e-6, levels.SILENT_SHARE, "levels_silent"),
    ],
)
def test_a_warning_starts_at_its_bound(field: str, fine: float, bad: float, rule: str) -> None:
    """The user would be warned of good sound, or not of sound that spoils the words."""
    assert level_warnings(replace(GOOD, **{field: fine})) == ()
    (warning,) = level_warnings(replace(GOOD, **{field: bad}))
    assert (warning.rule, warning.level) == (rule, "warning")
    assert warning.message.endswith((".", ")."))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-2, 2, width=32), max_size=400), st.integers(1, 100))
def test_any_samples_have_levels_in_range(values: list[float], times: int) -> None:
    """Odd sound would end the run with an error in a mere measurement."""
    samples = np.tile(np.array(values, dtype=np.float32), times)
    found = measure_levels(Audio(samples, duration_ms=0, sha256=""))
    assert levels.FLOOR_DBFS <= found.peak_dbfs <= 0.1
    assert found.loudness_dbfs >= levels.FLOOR_DBFS
    assert 0 <= found.clipped_share <= 1 and 0 <= found.silent_share <= 1
