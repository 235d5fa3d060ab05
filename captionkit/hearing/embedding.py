"""Voices as vectors: stretches of sound by one speaker lie close together, whatever is said.

The one function that others use is `voiceprints`; a better encoder takes its place by the same signature. This one is
GE2E in NumPy, with the weights that Resemblyzer's wheel brings (`ge2e.toml`).
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from captionkit.errors import WeightsError
from captionkit.hearing.packaged import package_file
from captionkit.hearing.voice import SAMPLE_RATE_HZ, SAMPLES_PER_MS
from captionkit.model import Span

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WINDOW_MS = 1_600
"""How long a stretch the encoder was trained on (Wan et al. 2018, section 3.2: 140 to 180 frames)."""

SIZE = 256
"""Numbers in one vector."""

_VERSION = 1
"""Raised whenever the same sound gets another vector than before."""
_FRAME_SAMPLES = 400
_HOP_SAMPLES = 160
_BANDS = 40
_WINDOW_FRAMES = WINDOW_MS * SAMPLES_PER_MS // _HOP_SAMPLES
_LAYERS = 3
_HIDDEN = SIZE
_LOUDNESS = 10 ** (-30 / 20)
"""Root mean square that the encoder was trained at: -30 dBFS."""
_SILENT = 1e-5
_FLOOR_SHARE = 0.1
_FLOOR_GAIN = 1.5
"""A steady noise has, in each band, so many times the power that so great a share of the clip stays under."""
_FLOOR_FRAMES = 3_000
_BATCH = 64


@dataclass(frozen=True, slots=True)
class _Encoder:
    """The weights of each layer's gates, for its input and its own state side by side, and the last projection."""

    gates: tuple[tuple[Floats, Floats], ...]
    projection: tuple[Floats, Floats]


def voiceprints(samples: Floats, spans: Sequence[Span], threads: int = 1) -> Floats:
    """One vector of length 1 for each stretch of sound.

    Args:
        samples: mono, 16 kHz, between -1 and 1.
        spans: stretches inside it, best `WINDOW_MS` long; of a longer one only so much is heard, a shorter one is
            heard over and over.
        threads: how many batches of stretches are heard at once.

    Returns:
        float32, one row a span; the product of two rows is the cosine of their angle.

    Raises:
        WeightsError: the weights are not installed, or are not the known ones.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits

    encoder = _encoder()
    batches = [spans[at : at + _BATCH] for at in range(0, len(spans), _BATCH)]
    # The matrices are too small for threads: on a busy machine waiting for each other makes them ten times slower.
    with threadpool_limits(limits=1, user_api="blas"):
        floor = _noise_floor(samples)

        def rows(batch: Sequence[Span]) -> Floats:
            return _encoded(encoder, np.stack([_mel(samples, span, floor) for span in batch]))

        with ThreadPoolExecutor(threads) as pool:
            return np.concatenate([np.empty((0, SIZE), np.float32), *pool.map(rows, batches)])


def _encoded(encoder: _Encoder, mels: Floats) -> Floats:
    """The LSTM's last output, projected: `mels` is (stretches, frames, bands)."""
    import numpy as np

    count = len(mels)
    states: list[Floats] = [np.zeros((count, _HIDDEN), np.float32) for _ in encoder.gates]
    cells = [np.zeros((count, _HIDDEN), np.float32) for _ in encoder.gates]
    for frame in range(mels.shape[1]):
        below = mels[:, frame]
        for layer, (weights, biases) in enumerate(encoder.gates):
            summed = np.concatenate([below, states[layer]], axis=1) @ weights
            summed += biases
            below = states[layer] = _step(summed, cells[layer])
    weights, biases = encoder.projection
    raw = np.maximum(below @ weights + biases, 0)
    unit: Floats = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), _SILENT)
    return unit


def _step(summed: Floats, cells: Floats) -> Floats:
    """One step of a layer: the new state; `summed` is used up and `cells` are brought up to date.

    Gates stand in the order input, forget, cell, output. Their sums come halved (`_halved`), for a sigmoid is
    half a tanh of the half.
    """
    import numpy as np

    np.tanh(summed, out=summed)
    entering, kept, new, shown = np.split(summed, 4, axis=1)
    for gate in (entering, kept, shown):
        gate *= 0.5
        gate += 0.5
    cells *= kept
    entering *= new
    cells += entering
    state: Floats = shown * np.tanh(cells)
    return state


def _mel(samples: Floats, span: Span, floor: Floats | float = 0.0) -> Floats:
    """The sound of a stretch as the encoder hears it: (frames, bands), at its loudness, less a steady noise."""
    import numpy as np

    end_ms = min(span.end_ms, span.start_ms + WINDOW_MS)
    sound = samples[span.start_ms * SAMPLES_PER_MS : end_ms * SAMPLES_PER_MS]
    loudness = float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) if sound.size else 0.0
    power = np.maximum(_bands(sound, _HOP_SAMPLES) - floor, 0) * (_LOUDNESS / max(_SILENT, loudness)) ** 2
    return np.resize(power.astype(np.float32), (_WINDOW_FRAMES, _BANDS))


def _noise_floor(samples: Floats) -> Floats:
    """The power of a steady noise in each band. Voices in one hiss sound alike: without this, five were taken for three
    at 20 dB of white noise (docs/measurements.md).

    At most `_FLOOR_FRAMES` frames, evenly spread, are looked at, however long the clip.
    """
    import numpy as np

    hops = max(1, len(samples) // (_HOP_SAMPLES * _FLOOR_FRAMES))
    quiet: Floats = np.quantile(_bands(samples, hops * _HOP_SAMPLES), _FLOOR_SHARE, axis=0).astype(np.float32)
    return quiet * np.float32(_FLOOR_GAIN)


def _bands(sound: Floats, hop_samples: int) -> Floats:
    """Power in 40 mel bands, as librosa computes it, of a frame of 25 ms every so many samples."""
    import numpy as np

    padded = np.pad(sound.astype(np.float32, copy=False), _FRAME_SAMPLES // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME_SAMPLES)[::hop_samples]
    window, filters = _filters()
    power: Floats = (np.abs(np.fft.rfft(frames * window, axis=1)) ** 2 @ filters).astype(np.float32)
    return power


@lru_cache(maxsize=1)
def _filters() -> tuple[Floats, Floats]:
    """A periodic Hann window, and triangles on Slaney's mel scale of equal area (librosa's defaults)."""
    import numpy as np

    linear_hz, break_hz, step = 200 / 3, 1000.0, np.log(6.4) / 27
    break_mel = break_hz / linear_hz
    top_hz = SAMPLE_RATE_HZ / 2
    mels = np.linspace(0, break_mel + np.log(top_hz / break_hz) / step, _BANDS + 2)
    edges = np.where(mels < break_mel, mels * linear_hz, break_hz * np.exp(step * (mels - break_mel)))
    bins = np.linspace(0, top_hz, _FRAME_SAMPLES // 2 + 1)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    triangles = np.clip(np.minimum(rising, falling), 0, None) * 2 / (edges[2:] - edges[:-2])
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FRAME_SAMPLES) / _FRAME_SAMPLES)
    return hann.astype(np.float32), triangles.astype(np.float32)


@lru_cache(maxsize=1)
def _known() -> dict[str, Any]:
    """What `ge2e.toml` says of the file."""
    return tomllib.loads(Path(__file__).with_name("ge2e.toml").read_text(encoding="utf-8"))


def encoder_id() -> str:
    """What vectors come from: those of another encoder, or of another version of this code, are not to be mixed in."""
    return f"{_VERSION}|{_known()['sha256']}"


@lru_cache(maxsize=1)
def _encoder() -> _Encoder:
    return _read_encoder(_checked(_known()), _known()["tensors"])


def _checked(known: dict[str, Any]) -> bytes:
    """The bytes of the weights, as installed, once their hash is right."""
    install = f"`{known['install']}` brings the known ones; without them nobody is told apart."
    path = package_file(known["part"])
    if path is None:
        raise WeightsError(known["part"], "the weights that tell speakers apart are not installed", install)
    try:
        right_size = path.stat().st_size == known["bytes"]
        data = path.read_bytes() if right_size else b""
    except OSError as error:
        raise WeightsError(path, f"it cannot be read ({error.strerror or error})", install) from error
    if hashlib.sha256(data).hexdigest() != known["sha256"]:
        raise WeightsError(path, "these are not the weights that captionkit knows; they were not used", install)
    return data


def _read_encoder(data: bytes, tensors: dict[str, Any]) -> _Encoder:
    """The encoder in a file whose hash is known, by the place and shape of each tensor (`ge2e.toml`)."""
    import numpy as np

    def taken(name: str) -> Floats:
        place = tensors[name]
        count = int(np.prod(place["shape"]))
        return np.frombuffer(data, "<f4", count, place["at"]).reshape(place["shape"]).astype(np.float32)

    def layer(number: int) -> tuple[Floats, Floats]:
        weights = np.concatenate([taken(f"{kind}_weights_{number}") for kind in ("input", "state")], axis=1)
        biases = taken(f"input_biases_{number}") + taken(f"state_biases_{number}")
        return _halved([weights.T, biases])

    projection = taken("projection_weights").T, taken("projection_biases")
    return _Encoder(tuple(layer(number) for number in range(_LAYERS)), projection)


def _halved(arrays: Iterable[Floats]) -> tuple[Floats, Floats]:
    """Weights and biases with the columns of the three sigmoid gates halved (`_step`)."""
    import numpy as np

    half = np.repeat(np.array([0.5, 0.5, 1.0, 0.5], np.float32), _HIDDEN)
    weights, biases = (np.ascontiguousarray(array * half) for array in arrays)
    return weights, biases
