"""Sentences spoken by free speech synthesis, many in one clip, as they are or through a telephone or noise.

Needs flite and espeak-ng: `apt-get install flite espeak-ng`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sound_changes import write_sound

from captionkit.media import MediaLimits, decode_clip

Samples = NDArray[np.float32]

RATE = 16_000
PAUSE_S = 0.7
LOUDNESS_DBFS = -23.0
"""Every sentence is brought to this level (its root mean square): the loudness that broadcasters agree on (EBU R 128)."""
TELEPHONE_HZ = (200.0, 400.0, 3_100.0, 3_700.0)
"""Where a telephone begins to let sound through, lets all of it through, begins to fade and ends: half-way points are
the 300 and 3,400 Hz of ITU-T G.712."""
NOISE_SEED = 2

VOICES: Mapping[str, tuple[str, ...]] = {
    "flite slt": ("flite", "-voice", "slt"),
    "flite rms": ("flite", "-voice", "rms"),
    "flite awb": ("flite", "-voice", "awb"),
    "flite kal": ("flite", "-voice", "kal"),
    "espeak en-us 150": ("espeak-ng", "-v", "en-us", "-s", "150", "-p", "50"),
    "espeak en-us 180 low": ("espeak-ng", "-v", "en-us", "-s", "180", "-p", "35"),
    "espeak en-gb 160": ("espeak-ng", "-v", "en-gb", "-s", "160", "-p", "50"),
    "espeak en-gb 175 high": ("espeak-ng", "-v", "en-gb", "-s", "175", "-p", "65"),
}


def speak(sentences: Sequence[str], voice: str, condition: str, place: Path) -> None:
    """Write a clip in which a voice of `VOICES` says sentences one after the other, in one of `CONDITIONS`."""
    pause = np.zeros(round(PAUSE_S * RATE), np.float32)
    pieces = [pause, *(piece for sentence in sentences for piece in (_said(sentence, voice), pause))]
    write_sound(place, CONDITIONS[condition](np.concatenate(pieces))[np.newaxis], RATE)


def _said(sentence: str, voice: str) -> Samples:
    program, *arguments = VOICES[voice]
    if shutil.which(program) is None:
        sys.exit(f"{program} is not installed: `apt-get install flite espeak-ng` brings what this measurement speaks with.")
    with tempfile.TemporaryDirectory(prefix="captionkit-speech-") as folder:
        wav = Path(folder) / "said.wav"
        text = ("-t", sentence, "-o", str(wav)) if program == "flite" else ("-w", str(wav), sentence)
        subprocess.run([program, *arguments, *text], check=True, capture_output=True)
        samples = decode_clip(wav, None, MediaLimits()).samples
    return samples * np.float32(10 ** (LOUDNESS_DBFS / 20) / max(1e-6, _level(samples)))


def _level(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


def _telephone(samples: Samples) -> Samples:
    """The band of a telephone alone, as loud as before."""
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum = np.fft.rfft(samples) * np.interp(hertz, TELEPHONE_HZ, (0.0, 1.0, 1.0, 0.0))
    narrow = np.fft.irfft(spectrum, len(samples)).astype(np.float32)
    return narrow * np.float32(_level(samples) / _level(narrow))


def _noisy(decibels: float) -> Callable[[Samples], Samples]:
    """Pink noise, so many decibels under the level of the sentences."""

    def change(samples: Samples) -> Samples:
        spectrum = np.fft.rfft(np.random.default_rng(NOISE_SEED).standard_normal(len(samples)))
        spectrum /= np.sqrt(np.maximum(1, np.arange(len(spectrum))))
        noise = np.fft.irfft(spectrum, len(samples))
        return (samples + noise * 10 ** ((LOUDNESS_DBFS - decibels) / 20) / np.sqrt(np.mean(noise**2))).astype(np.float32)

    return change


CONDITIONS: Mapping[str, Callable[[Samples], Samples]] = {
    "as it is": lambda samples: samples,
    "telephone": _telephone,
    "noise 15 dB": _noisy(15.0),
    "noise 10 dB": _noisy(10.0),
}
