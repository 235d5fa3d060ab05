"""Make captionkit/speech/music_or_noise.onnx from the weights in the inaSpeechSegmenter 0.6.8 wheel.

    pip download --no-deps inaSpeechSegmenter==0.6.8 && unzip inaSpeechSegmenter-0.6.8-*.whl
    pip install h5py onnx
    python music_or_noise.py inaSpeechSegmenter/keras_speech_music_noise_cnn.hdf5 music_or_noise.onnx

The network is the one of Doukhan et al., "An open-source speaker gender detection framework" (ICASSP 2018); batch
normalisation is folded into the layer before it, and the mel filters in front of it become its first layer. Weights
are kept as 16-bit floats, which halves the file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SAMPLE_RATE, FFT = 16_000, 512
FRAMES, FILTERS, USED_FILTERS = 68, 24, 21
LOWEST_HZ, HIGHEST_HZ = 100.0, 8000.0
FLOOR = 1e-10


def mel_filters() -> np.ndarray:
    """Triangles of equal area on the mel scale, as inaSpeechSegmenter's features have them: (257, 21)."""
    ends = 1127 * np.log(1 + np.array([LOWEST_HZ, HIGHEST_HZ]) / 700)
    edges = 700 * (np.exp(np.linspace(*ends, FILTERS + 2) / 1127) - 1)
    hz = np.arange(FFT // 2 + 1) * SAMPLE_RATE / FFT
    filters = np.zeros((hz.size, FILTERS))
    for k, (low, middle, high) in enumerate(zip(edges, edges[1:], edges[2:])):
        triangle = np.minimum((hz - low) / (middle - low), (high - hz) / (high - middle))
        filters[:, k] = np.maximum(0, triangle) * 2 / (high - low)
        filters[int(high * FFT / SAMPLE_RATE), k] = 0
    return filters[:, :USED_FILTERS]


class Graph:
    """Nodes in a row, each fed by the one before."""

    def __init__(self) -> None:
        """Begin at the input: power spectra, patches x frames x bins."""
        self.nodes: list[Any] = []
        self.values: list[Any] = []
        self.last = "power"

    def constant(self, values: np.ndarray, half: bool = False) -> str:
        """A constant's name; a large one is kept in 16 bits and widened when the file is loaded."""
        name = f"c{len(self.values)}"
        if not half:
            self.values.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
            return name
        self.values.append(numpy_helper.from_array(np.ascontiguousarray(values, dtype=np.float16), name))
        self.nodes.append(helper.make_node("Cast", [name], [name + "w"], to=TensorProto.FLOAT))
        return name + "w"

    def add(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """One more node; without inputs it takes what the last one gave."""
        name = name or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs or (self.last,)), [name], **attributes))
        self.last = name
        return name


def convert(source: Path, target: Path) -> None:
    """Write the ONNX file."""
    graph = Graph()
    _add_features(graph)
    with h5py.File(source) as file:
        config = json.loads(file.attrs["model_config"])["config"]
        layers = config["layers"] if isinstance(config, dict) else config
        _add_layers(graph, layers, file["model_weights"])
    given = helper.make_tensor_value_info("power", TensorProto.FLOAT, ["patches", FRAMES, FFT // 2 + 1])
    bands = helper.make_tensor_value_info("bands", TensorProto.FLOAT, ["patches", FRAMES, USED_FILTERS])
    classes = helper.make_tensor_value_info("classes", TensorProto.FLOAT, ["patches", 3])
    whole = helper.make_graph(graph.nodes, "music_or_noise", [given], [bands, classes], graph.values)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    model.doc_string = "speech, music, noise: weights of inaSpeechSegmenter 0.6.8, (c) 2018 Ina, MIT"
    onnx.checker.check_model(model)
    onnx.save(model, target)


def _add_features(graph: Graph) -> None:
    """Power spectra → log mel patches of mean 0 and deviation 1."""
    graph.add("MatMul", graph.last, graph.constant(mel_filters().astype(np.float32)))
    graph.add("Max", graph.last, graph.constant(np.float32(FLOOR)))
    bands = graph.add("Log", name="bands")
    centred = graph.add("Sub", bands, graph.add("ReduceMean", axes=[1, 2]))
    variance = graph.add("ReduceMean", graph.add("Mul", centred, centred), axes=[1, 2])
    deviation = graph.add("Sqrt", graph.add("Add", variance, graph.constant(np.float32(FLOOR))))
    graph.add("Div", centred, deviation)
    graph.add("Unsqueeze", graph.last, graph.constant(np.array([1])))


def _add_layers(graph: Graph, layers: list[Any], weights: Any) -> None:
    for layer, after in zip(layers, [*layers[1:], None]):
        kind, config = layer["class_name"], layer["config"]
        if kind in ("Conv2D", "Dense"):
            kernel, bias = _weights(weights, config["name"])
            if after and after["class_name"] == "BatchNormalization":
                kernel, bias = _folded(kernel, bias, _weights(weights, after["config"]["name"]), after["config"]["epsilon"])
            if kind == "Conv2D":
                kernel = kernel.transpose(3, 2, 0, 1)
            inputs = (graph.last, graph.constant(kernel, half=True), graph.constant(bias.astype(np.float32)))
            graph.add("Conv" if kind == "Conv2D" else "Gemm", *inputs)
        if kind == "Activation" or config.get("activation") == "relu":
            graph.add("Relu")
        if config.get("activation") == "softmax":
            graph.add("Softmax", name="classes", axis=1)
        if kind == "MaxPooling2D":
            padding = {"same": "SAME_UPPER", "valid": "VALID"}[config["padding"]]
            graph.add("MaxPool", kernel_shape=config["pool_size"], strides=config["strides"], auto_pad=padding)
        if kind == "Flatten":
            graph.add("Flatten", graph.add("Transpose", perm=[0, 2, 3, 1]))


def _weights(weights: Any, name: str) -> list[np.ndarray]:
    group = weights[name]
    return [np.array(group[key]) for key in group.attrs["weight_names"]]


def _folded(kernel: np.ndarray, bias: np.ndarray, norm: list[np.ndarray], epsilon: float) -> tuple[np.ndarray, np.ndarray]:
    """A layer and the batch normalisation behind it as one layer."""
    scale, shift, mean, variance = norm
    factor = scale / np.sqrt(variance + epsilon)
    return kernel * factor, (bias - mean) * factor + shift


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
