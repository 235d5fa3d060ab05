"""Speaker embeddings: the vectors of stretches by one speaker are close together, whatever is said.

To use a better encoder, replace `voiceprints` by a function with the same signature. This one is
CAM++ (Wang et al. 2023), trained by 3D-Speaker, with its weights in `voiceprint.onnx` (licence: `voiceprint.txt`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from captionkit.model import Span
from captionkit.speech.voice_activity import SAMPLE_RATE_HZ, SAMPLES_PER_MS
from captionkit.speech.weights.network import load_network

Floats = NDArray[np.float32]
Embed = Callable[[Floats, Sequence[Span]], Floats]

WINDOW_MS = 1_500
"""The length of a stretch. Longer ones distinguish speakers better and more often contain two of them; the network is
converted for at most 2 s (tests/bench/voiceprint_network.py)."""

SIZE = 192
"""The length of a vector."""

_ENCODER = "campplus-zh-en-common-advanced/1"
"""The number at the end is increased whenever the same sound gets another vector than before."""
_FRAME_SAMPLES = 400
_HOP_SAMPLES = 160
_TRANSFORM = 512
_BANDS = 80
_LOWEST_HZ = 20.0
_PRE_EMPHASIS = 0.97
_LEAST_POWER = 1.1920929e-07
"""The float32 epsilon that torchaudio uses as the minimum of every band before the logarithm."""
_WINDOW_FRAMES = (WINDOW_MS * SAMPLES_PER_MS - _FRAME_SAMPLES) // _HOP_SAMPLES + 1
_TINY = 1e-9
_BATCH = 4
"""Larger batches are not faster, and 16 took 130 MiB more."""


def voiceprints(samples: Floats, spans: Sequence[Span], threads: int = 1) -> Floats:
    """One vector of length 1 for each stretch of sound.

    Args:
        samples: mono, 16 kHz, between -1 and 1.
        spans: stretches inside it, ideally `WINDOW_MS` long; a longer one is cut to that, a shorter one is repeated.
        threads: how many batches are computed in parallel.

    Returns:
        float32, one row per span; the product of two rows is the cosine of their angle.
    """
    network = load_network("voiceprint")
    batches = [spans[at : at + _BATCH] for at in range(0, len(spans), _BATCH)]

    def rows(batch: Sequence[Span]) -> Floats:
        raw: Floats = network.run(["voice"], {"bands": np.stack([_bands(samples, span) for span in batch])})[0]
        unit: Floats = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), _TINY)
        return unit

    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate([np.empty((0, SIZE), np.float32), *pool.map(rows, batches)])


def remembering(known: dict[str, bytes], embed: Embed = voiceprints) -> Embed:
    """`embed` with a cache: only spans that are not in it are computed, and added to it.

    Args:
        known: vectors as float16, little-endian, by their span (`0-1500`). A damaged one is computed again.
        embed: samples and spans → rows of length 1.
    """

    def remembered(samples: Floats, spans: Sequence[Span]) -> Floats:
        new = [span for span in dict.fromkeys(spans) if not _is_vector(known.get(_name(span)))]
        if new:
            # Rounded before use, so that a second run gets the same values as the first one.
            vectors = embed(samples, new).astype("<f2")
            known.update((_name(span), vector.tobytes()) for span, vector in zip(new, vectors, strict=True))
        rows = np.frombuffer(b"".join(known[_name(span)] for span in spans), "<f2")
        return rows.reshape(-1, SIZE).astype(np.float32)

    return remembered


def _name(span: Span) -> str:
    return f"{span.start_ms}-{span.end_ms}"


def _is_vector(data: bytes | None) -> bool:
    return data is not None and len(data) == 2 * SIZE and bool(np.isfinite(np.frombuffer(data, "<f2")).all())


def encoder_id() -> str:
    """Identifies the encoder and its version: vectors of different ones must not be mixed."""
    return _ENCODER


def _bands(samples: Floats, span: Span) -> Floats:
    """The encoder's input for a stretch: (frames, bands), the logarithm of each band's power minus its mean.

    Subtracting the mean removes the loudness and the frequency response of the line.
    """
    end_ms = min(span.end_ms, span.start_ms + WINDOW_MS)
    sound = samples[span.start_ms * SAMPLES_PER_MS : end_ms * SAMPLES_PER_MS]
    found = _log_power(np.pad(sound, (0, max(0, _FRAME_SAMPLES - sound.size))))
    heard = np.resize(found, (_WINDOW_FRAMES, _BANDS))
    evened: Floats = heard - heard.mean(axis=0)
    return evened


def _log_power(sound: Floats) -> Floats:
    """Power in 80 mel bands, as Kaldi computes it without dither, of a frame of 25 ms every 10 ms."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, _FRAME_SAMPLES)[::_HOP_SAMPLES]
    frames = frames - frames.mean(axis=1, keepdims=True)
    sharper = frames - _PRE_EMPHASIS * np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    window, filters = _filters()
    power = np.abs(np.fft.rfft(sharper * window, _TRANSFORM)) ** 2 @ filters
    logarithm: Floats = np.log(np.maximum(power, _LEAST_POWER)).astype(np.float32)
    return logarithm


@lru_cache(maxsize=1)
def _filters() -> tuple[Floats, Floats]:
    """Kaldi's "povey" window (Hann to the power of 0.85), and triangles on its mel scale, 20 Hz to 8 kHz."""
    bins_hz = np.arange(_TRANSFORM // 2 + 1) * SAMPLE_RATE_HZ / _TRANSFORM
    lowest, highest = 1127 * np.log(1 + np.array([_LOWEST_HZ, SAMPLE_RATE_HZ / 2]) / 700)
    edges = np.linspace(lowest, highest, _BANDS + 2)
    mels = 1127 * np.log(1 + bins_hz / 700)[:, None]
    rising = (mels - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - mels) / (edges[2:] - edges[1:-1])
    triangles = np.clip(np.minimum(rising, falling), 0, None)
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FRAME_SAMPLES) / (_FRAME_SAMPLES - 1))
    return (hann**0.85).astype(np.float32), triangles.astype(np.float32)
