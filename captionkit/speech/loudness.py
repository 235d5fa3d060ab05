"""How loud the speech in a sound is, and the sound brought to one loudness.

What the voice detector and the recogniser make of a sound depends on its level, which says nothing of its words.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_BLOCK = 6_400
_STEP = 1_600
"""400 ms and 100 ms at 16 kHz: the blocks of ITU-R BS.1770-5, annex 1, which lets neighbours overlap by three
quarters."""
RELATIVE_GATE_DB = -10.0
"""Blocks further than this below the mean power of those above the absolute gate do not count (BS.1770-5)."""
SILENCE_DBFS = -80.0
"""Blocks below are silence, and silence is not amplified: dither and rounding of 16-bit samples lie at -96 to -101,
speech in the quietest recording that was tried, taken down by 20 dB, at -60. BS.1770 has -70, for finished programmes.
"""


def speech_dbfs(samples: NDArray[np.float32]) -> float | None:
    """The loudness of what is not silent or background, in decibels of full scale.

    The blocks are gated as in BS.1770, without its filter for the ear; the median of those left, instead of their
    mean, so that clicks do not decide.

    Args:
        samples: mono, 16 kHz, between -1 and 1.

    Returns:
        None where all is silence.
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
    """The sound with its speech at this loudness; silence as it is. Samples may then lie beyond -1 and 1."""
    found = speech_dbfs(samples)
    if found is None:
        return samples
    return samples * np.float32(10 ** ((dbfs - found) / 20))
