"""Measure the loudness of speech, and normalise it.

The results of the voice activity detector and the recogniser depend on the level, which says nothing about the words.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_BLOCK = 6_400
_STEP = 1_600
"""400 ms and 100 ms at 16 kHz: the blocks of ITU-R BS.1770-5, annex 1, which overlap by three quarters."""
RELATIVE_GATE_DB = -10.0
"""Blocks further than this below the mean power of those above the absolute gate are ignored (BS.1770-5)."""
SILENCE_DBFS = -80.0
"""Blocks below are silence, and silence is not amplified: dither and rounding of 16-bit samples lie at -96 to -101,
speech in the quietest recording tested, attenuated by 20 dB, at -60. BS.1770 has -70, for finished programmes.
"""


def speech_dbfs(samples: NDArray[np.float32]) -> float | None:
    """The loudness of the sound without silence and background, in decibels of full scale.

    The blocks are gated as in BS.1770, without its K-weighting; the result is the median of the remaining ones instead
    of their mean, so that clicks do not matter.

    Args:
        samples: mono, 16 kHz, between -1 and 1.

    Returns:
        None if everything is silent.
    """
    powers = _block_powers(samples)
    powers = powers[powers > 10 ** (SILENCE_DBFS / 10)]
    if not powers.size:
        return None
    loud = powers[powers > powers.mean() * 10 ** (RELATIVE_GATE_DB / 10)]
    return 10 * math.log10(float(np.median(loud)))


def _block_powers(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean squares of blocks of 400 ms, 100 ms apart; a shorter sound is one block."""
    steps = samples[: samples.size // _STEP * _STEP].reshape(-1, _STEP)
    sums = np.einsum("ij,ij->i", steps, steps, dtype=np.float64)
    across = _BLOCK // _STEP
    if len(sums) < across:
        return np.array([float(np.square(samples, dtype=np.float64).mean())]) if samples.size else np.zeros(0)
    return np.convolve(sums, np.ones(across), "valid") / _BLOCK


def levelled(samples: NDArray[np.float32], dbfs: float) -> NDArray[np.float32]:
    """The sound with its speech at this loudness; silence is not changed. Samples may exceed -1 and 1."""
    found = speech_dbfs(samples)
    if found is None:
        return samples
    return samples * np.float32(10 ** ((dbfs - found) / 20))
