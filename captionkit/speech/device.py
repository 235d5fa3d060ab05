"""The device that the model computes on, and with which numbers."""

from __future__ import annotations

from captionkit.errors import UsageError
from captionkit.model import COMPUTE_TYPES


def chosen_device(device: str) -> str:
    """`cpu` or `cuda`: for `auto`, CUDA where this machine has such a device."""
    if device != "auto":
        return device
    import ctranslate2

    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def require_compute_type(device: str, compute_type: str) -> None:
    """Reject a compute type that a device of this machine does not support.

    Args:
        device: `cpu` or `cuda`.
        compute_type: one of `model.COMPUTE_TYPES`.

    Raises:
        UsageError: it is not supported; the message names those that are.
    """
    if compute_type == "auto":
        return
    import ctranslate2

    try:
        supported = ctranslate2.get_supported_compute_types(device)
    except (RuntimeError, ValueError):
        return  # there is no such device: loading the weights gives a better message
    if compute_type not in supported:
        known = ", ".join(kind for kind in COMPUTE_TYPES[1:] if kind in supported)
        raise UsageError(f"{compute_type} cannot be computed on {device} here. Take one of: {known}; or auto.")
