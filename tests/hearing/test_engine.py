"""The loaded model: what it may compute with."""

from __future__ import annotations

import ctranslate2
import pytest

from captionkit.errors import UsageError
from captionkit.hearing.engine import chosen_device, require_compute_type


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
