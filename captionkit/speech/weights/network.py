"""The small ONNX networks that are part of this package; `NAME.txt` beside each names its source and licence."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


@cache
def load_network(name: str) -> InferenceSession:
    """The network in `NAME.onnx`, loaded once, on one thread of the CPU."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model = files(__package__).joinpath(f"{name}.onnx").read_bytes()
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])
