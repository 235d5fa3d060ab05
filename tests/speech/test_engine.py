"""The loaded model: what it may compute with, and how much it is given at once."""

from __future__ import annotations

from types import SimpleNamespace

import ctranslate2
import numpy as np
import pytest

from captionkit.errors import UsageError
from captionkit.model import ModelUsed, Span
from captionkit.speech.device import chosen_device, require_compute_type
from captionkit.speech.engine import Engine, encode_window


@pytest.fixture
def old_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor without 16-bit floating point, and no graphics card."""

    def supported(device: str) -> set[str]:
        if device == "cuda":
            raise RuntimeError("CUDA failed with error CUDA driver version is insufficient for CUDA runtime version")
        return {"float32", "int8", "int8_float32", "int16"}

    monkeypatch.setattr(ctranslate2, "get_supported_compute_types", supported)
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 0)


@pytest.mark.parametrize("compute_type", ["auto", "int8", "int16", "float32"])
def test_what_the_machine_can_compute_with_is_taken(old_machine: None, compute_type: str) -> None:
    """A setting that works would be refused."""
    require_compute_type("cpu", compute_type)


def test_what_the_machine_cannot_compute_with_is_refused(old_machine: None) -> None:
    """CTranslate2 would take other numbers unasked, or end with a message about its own parts."""
    with pytest.raises(UsageError) as raised:
        require_compute_type("cpu", "float16")
    told = "float16 cannot be computed on cpu here. Take one of: int8, int8_float32, int16, float32; or auto."
    assert str(raised.value) == told


def test_a_device_that_is_missing_is_no_matter_of_numbers(old_machine: None) -> None:
    """Who asks for a graphics card that is not there would be told to change the numbers."""
    require_compute_type("cuda", "float16")


def test_without_a_graphics_card_the_processor_computes(old_machine: None) -> None:
    """`--device auto` would fail on most machines."""
    assert (chosen_device("auto"), chosen_device("cuda")) == ("cpu", "cuda")


@pytest.fixture
def engine() -> Engine:
    """An encoder that gives back what it is given; a frame of features for each 10 ms."""
    whisper = SimpleNamespace(
        feature_extractor=lambda cut: np.zeros((80, cut.size // 160 + 1), np.float32), encode=lambda features: features
    )
    return Engine(whisper, ModelUsed("toy", "0" * 64, "cpu", "int8"))


def seconds(count: float) -> np.ndarray:
    return np.zeros(int(count * 16_000), np.float32)


@pytest.mark.parametrize("length_s", [2, 15, 30])
def test_a_short_clip_is_filled_up_to_30_s(engine: Engine, length_s: int) -> None:
    """Short clips would lose their last words, and be taken for another language."""
    window = encode_window(engine, seconds(length_s), Span(0, 1_000 * length_s))
    assert (window.encoded.shape[-1], window.frames) == (3_000, 100 * length_s)


@pytest.mark.parametrize(("length_ms", "frames"), [(4_000, 2_400), (21_000, 2_400), (21_010, 3_000), (30_000, 3_000)])
def test_windows_of_a_longer_clip_are_filled_up_to_24_s(engine: Engine, length_ms: int, frames: int) -> None:
    """Hearing would take a quarter longer, or the last words of a long window come without any silence after them."""
    assert encode_window(engine, seconds(30.1), Span(0, length_ms)).encoded.shape[-1] == frames
    assert encode_window(engine, seconds(30.1), Span(0, length_ms), filled=True).encoded.shape[-1] == 3_000
