"""Where somebody speaks, and the windows the recogniser listens to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.media import MediaLimits, decode_clip
from captionkit.model import Span
from captionkit.speech.voice_activity import (
    SAMPLE_RATE_HZ,
    SAMPLES_PER_MS,
    WINDOW_PAD_MS,
    WindowLimits,
    faint_spans,
    voice_within,
    voiced_spans,
    windows,
)

LIMITS = WindowLimits()


def test_the_rate_is_whispers() -> None:
    """Every time of the clip would be wrong by the same factor."""
    assert SAMPLE_RATE_HZ == 16_000 and SAMPLES_PER_MS == 16


def test_no_sound_has_no_voice() -> None:
    """A clip that holds no sample would end with a fault."""
    assert voiced_spans(np.zeros(0, np.float32)) == ()


def test_silence_has_no_voice() -> None:
    """The recogniser would be let loose on silence, where it invents."""
    assert voiced_spans(np.zeros(5 * SAMPLE_RATE_HZ, np.float32)) == ()


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """Eight seconds of the sample's speech: its anchor."""
    sample = Path(__file__).parents[2] / "samples" / "harbor" / "clip.mp4"
    return decode_clip(sample, None, MediaLimits()).samples[4 * SAMPLE_RATE_HZ : 12 * SAMPLE_RATE_HZ]


@pytest.mark.parametrize("gain_db", [-40, -20, -9, -3, 3])
def test_the_level_does_not_change_where_a_voice_is(speech: np.ndarray, gain_db: int) -> None:
    """A recording turned down by 3 dB would lose a third of its words, and one by 9 dB all."""
    found, turned = voiced_spans(speech), voiced_spans((speech * 10 ** (gain_db / 20)).astype(np.float32))
    assert len(found) == len(turned) > 0
    assert all(abs(a.start_ms - b.start_ms) <= 32 and abs(a.end_ms - b.end_ms) <= 32 for a, b in zip(found, turned))


def test_a_quiet_speaker_beside_a_loud_one_is_found_at_a_second_look(speech: np.ndarray) -> None:
    """The question from the hall would have no words, and nobody would be told."""
    hall = np.concatenate([speech, np.zeros(SAMPLE_RATE_HZ, np.float32), speech * np.float32(0.003)])
    voiced = voiced_spans(hall)
    assert voice_within(voiced, Span(9_000, 17_000)) == 0
    faint = faint_spans(hall, voiced)
    assert voice_within(faint, Span(9_000, 17_000)) > 4_000
    assert all(v.overlap_ms(f) == 0 for v in voiced for f in faint)


@pytest.mark.parametrize("dbfs", [-100, -60, -20])
def test_noise_is_no_quiet_speaker(dbfs: int) -> None:
    """Every pause of a recording that hisses would be listened to, and words invented for it."""
    noise = np.random.default_rng(0).standard_normal(10 * SAMPLE_RATE_HZ).astype(np.float32)
    assert faint_spans(noise * np.float32(10 ** (dbfs / 20)), ()) == ()


def test_pauses_cut_windows_where_they_are_longest() -> None:
    """A window's seam would fall inside a sentence, and a word at it would be lost or doubled."""
    voiced = (Span(0, 8_000), Span(8_200, 11_000), Span(12_500, 15_000), Span(15_300, 26_000))
    assert windows(voiced, 30_000) == (Span(0, 11_200), Span(12_300, 26_200))


def test_a_short_clip_is_one_window() -> None:
    """A short answer would be torn apart at its first pause."""
    assert windows((Span(500, 2_000), Span(4_000, 6_000)), 7_000) == (Span(300, 6_200),)


def test_windows_end_with_the_clip() -> None:
    """The recogniser would be asked for sound beyond the end, and words placed there."""
    assert windows((Span(100, 990),), 1_000) == (Span(0, 1_000),)


def test_neighbours_share_a_short_pause() -> None:
    """A sound between two windows would be heard twice, and a word doubled."""
    voiced = (Span(0, 15_000), Span(15_200, 30_000))
    assert windows(voiced, 30_000) == (Span(0, 15_100), Span(15_100, 30_000))


def test_no_voice_no_windows() -> None:
    """A silent clip would be listened to."""
    assert windows((), 10_000) == ()


@st.composite
def voices(draw: st.DrawFn) -> tuple[Span, ...]:
    at, found = 0, []
    for _ in range(draw(st.integers(0, 30))):
        start = at + draw(st.integers(0, 5_000))
        at = start + draw(st.integers(90, LIMITS.longest_ms))
        found.append(Span(start, at))
    return tuple(found)


@given(voices(), st.integers(0, 5_000))
def test_every_voice_is_in_one_window_and_no_window_is_too_long(voiced: tuple[Span, ...], silence_ms: int) -> None:
    """Speech would be passed over, heard twice, or pressed into a window that Whisper cuts at 30 s."""
    duration_ms = (voiced[-1].end_ms if voiced else 0) + silence_ms
    found = windows(voiced, duration_ms)
    for voice in voiced:
        assert sum(w.start_ms <= voice.start_ms and voice.end_ms <= w.end_ms for w in found) == 1
    assert all(a.end_ms <= b.start_ms for a, b in zip(found, found[1:]))
    assert all(w.duration_ms <= LIMITS.longest_ms + 2 * WINDOW_PAD_MS for w in found)
    assert all(w.start_ms >= 0 and w.end_ms <= duration_ms for w in found)
    assert all(voice_within(voiced, w) for w in found)


@given(voices())
def test_windows_are_not_cut_shorter_than_they_need_be(voiced: tuple[Span, ...]) -> None:
    """Windows of one word each would take the recogniser its context and the user much time."""
    duration_ms = voiced[-1].end_ms if voiced else 0
    found = windows(voiced, duration_ms)
    for window, following in zip(found, found[1:]):
        first_after = next(v for v in voiced if v.start_ms >= following.start_ms)
        too_short = window.duration_ms < LIMITS.shortest_ms
        assert not too_short or first_after.end_ms - window.start_ms > LIMITS.longest_ms


@pytest.mark.parametrize(
    ("span", "voice_ms"),
    [(Span(0, 100), 0), (Span(0, 1_500), 500), (Span(1_200, 1_300), 100), (Span(0, 9_000), 1_500), (Span(5, 5), 0)],
)
def test_voice_is_measured_to_the_millisecond(span: Span, voice_ms: int) -> None:
    """The guard would take voice for silence, and set spoken words aside."""
    assert voice_within((Span(1_000, 2_000), Span(3_000, 3_500)), span) == voice_ms
