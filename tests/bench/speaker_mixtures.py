"""Make conversations of real voices, with the turns told, out of recordings of one voice each.

    python tests/bench/speaker_mixtures.py VOICES OUT [SEED]

VOICES holds one folder a voice, with its recordings. Half of the voices (every second by name) are mixed into OUT/tuning,
the others into OUT/held, so that nothing is tuned on a voice that it is measured on. Every mixture is NAME.wav with
NAME.wav.turns.json beside it, as `speakers.py` wants them: turns of 1 to 6 s in random order, 0.1 to 0.6 s between them,
in one of the `ROOMS`. A meeting is short, and so are its turns, of which many begin before the last one has ended. The same seed gives the same mixtures.
"""

from __future__ import annotations

import json
import sys
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from captionkit.media import MediaLimits, decode_clip
from captionkit.speech.voice_activity import SAMPLE_RATE_HZ, SAMPLES_PER_MS, voiced_spans
from captionkit.timecode import MS_PER_SECOND

Floats = np.ndarray
SPLITS = ("tuning", "held")
TURNS_MS = (1_000, 6_000)
MEETING_TURNS_MS = (500, 3_000)
GAPS_MS = (100, 600)
OVERLAPS_MS = (200, 700)
OVERLAPPING = 0.4
"""The share of turns in a meeting that begin before the last one has ended."""
LOUDNESS_DB = -24.0
LOUDNESS_SPREAD_DB = 4.0
LONGEST_MS, LONGEST_MEETING_MS = 90_000, 30_000
SHARES = {1: [(1.0,)], 2: [(1, 1), (4, 1)], 3: [(1, 1, 1), (16, 3, 1)], 4: [(1, 1, 1, 1), (8, 4, 2, 1)], 5: [(1,) * 5]}
"""For each number of voices, how much of the speech each has; the last ones also as uneven as 80, 15 and 5."""
LEAST_SPEECH_MS = 2_500
"""A voice with less is not counted on to be told apart, so each has at least so much."""
TRIES = 2
"""Mixtures of each kind, shares and room."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """The sound of a conversation and its turns: the voice, the first sample and the last."""

    sound: Floats
    turns: tuple[tuple[str, int, int], ...]


def main() -> None:
    """Write the mixtures of both halves of the voices."""
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: python tests/bench/speaker_mixtures.py VOICES OUT [SEED]")
    voices, out, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) == 4 else 1
    folders = sorted(folder for folder in voices.iterdir() if folder.is_dir())
    for split, half in zip(SPLITS, (folders[::2], folders[1::2])):
        pieces = {folder.name: _pieces(folder) for folder in half}
        rng = np.random.default_rng(seed)
        (out / split).mkdir(parents=True, exist_ok=True)
        for name, mixture in _mixtures(pieces, rng).items():
            _write(out / split / f"{name}.wav", mixture)


def _pieces(folder: Path) -> list[Floats]:
    """What a voice says, cut at its pauses, in stretches of one loudness."""
    found = []
    for recording in sorted(folder.iterdir()):
        samples = decode_clip(recording, None, MediaLimits()).samples
        for span in voiced_spans(samples, TURNS_MS[1]):
            piece = samples[span.start_ms * SAMPLES_PER_MS : span.end_ms * SAMPLES_PER_MS]
            found.append(_at(piece, LOUDNESS_DB))
    return found


def _at(sound: Floats, loudness_db: float) -> Floats:
    return sound * np.float32(10 ** (loudness_db / 20) / max(1e-6, float(np.sqrt(np.mean(sound**2)))))


def _mixtures(pieces: dict[str, list[Floats]], rng: np.random.Generator) -> dict[str, Mixture]:
    """Mixtures by name, of every number of voices, division of the speech and room."""
    made: dict[str, Mixture] = {}
    for count, divisions in SHARES.items():
        for number, shares in enumerate(divisions):
            for room, change in ROOMS.items():
                for take in range(TRIES):
                    names = list(rng.choice(sorted(pieces), count, replace=False))
                    dry = _conversation(names, shares, pieces, room == "meeting", rng)
                    name = f"{count}{'ab'[number]}_{room}_{take}"
                    made[name] = Mixture(change(dry.sound, rng), dry.turns)
    return made


def _conversation(
    names: list[str], shares: tuple[float, ...], pieces: dict[str, list[Floats]], meeting: bool, rng: np.random.Generator
) -> Mixture:
    """Turns of the voices in random order, none twice in a row where that can be helped, no stretch used twice."""
    left = {name: [pieces[name][k] for k in rng.permutation(len(pieces[name]))] for name in names}
    longest = (LONGEST_MEETING_MS if meeting else LONGEST_MS) * SAMPLES_PER_MS
    scale = min(longest / sum(shares), *(sum(map(len, left[n])) / s for n, s in zip(names, shares)))
    wanted = {n: max(LEAST_SPEECH_MS * SAMPLES_PER_MS, s * scale) for n, s in zip(names, shares)}
    loud = {name: rng.uniform(-LOUDNESS_SPREAD_DB, LOUDNESS_SPREAD_DB) for name in names}
    sound, turns, at, last = np.zeros(0, np.float32), [], 0, ""
    while talking := [name for name in names if left[name] and wanted[name] > 0]:
        others = [name for name in talking if name != last] or talking
        weights = np.array([wanted[name] for name in others])
        last = str(rng.choice(others, p=weights / weights.sum()))
        turn = _turn(left[last], MEETING_TURNS_MS if meeting else TURNS_MS, rng)
        wanted[last] -= len(turn)
        if meeting and turns and rng.random() < OVERLAPPING:
            begin = max(turns[-1][1], at - int(rng.uniform(*OVERLAPS_MS)) * SAMPLES_PER_MS)
        else:
            begin = at + int(rng.uniform(*GAPS_MS)) * SAMPLES_PER_MS
        end = begin + len(turn)
        sound = np.pad(sound, (0, max(0, end - len(sound))))
        sound[begin:end] += turn * np.float32(10 ** (loud[last] / 20))
        turns.append((last, begin, end))
        at = max(at, end)
    return Mixture(np.pad(sound, (0, SAMPLE_RATE_HZ // 2)), tuple(turns))


def _turn(left: list[Floats], limits_ms: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Take stretches until they are as long as a turn drawn at random, one of 1 to 2 s as likely as one of 2 to 4 s.

    What is over is left for another turn.
    """
    wanted = round(SAMPLES_PER_MS * np.exp(rng.uniform(*np.log(limits_ms))))
    taken: list[Floats] = []
    while left and sum(map(len, taken)) < wanted:
        taken.append(left.pop())
    whole = np.concatenate(taken)
    if len(whole) - wanted > limits_ms[0] * SAMPLES_PER_MS:
        left.append(whole[wanted:])
        return whole[:wanted]
    return whole


def _noisy(sound: Floats, rng: np.random.Generator, below_db: float) -> Floats:
    """With a noise like that of a room: falling 3 dB an octave, so many dB under the speech."""
    spectrum = np.fft.rfft(rng.normal(0, 1, len(sound)))
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(1, np.arange(len(spectrum)))), len(sound)).astype(np.float32)
    return sound + _at(noise, LOUDNESS_DB - below_db)


def _band(sound: Floats, low_hz: float, high_hz: float) -> Floats:
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE_HZ)
    spectrum *= 1 / np.sqrt((1 + (low_hz / np.maximum(hz, 1e-3)) ** 8) * (1 + (hz / high_hz) ** 16))
    return np.fft.irfft(spectrum, len(sound)).astype(np.float32)


def _phone(sound: Floats, rng: np.random.Generator) -> Floats:
    """300 to 3400 Hz, quantised as a telephone line does (mu law, 8 bits)."""
    banded = _band(_noisy(sound, rng, 30), 300, 3400)
    squeezed = np.sign(banded) * np.log1p(255 * np.abs(np.clip(banded, -1, 1))) / np.log(256)
    coded = np.round(squeezed * 127) / 127
    return _band((np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255).astype(np.float32), 300, 3400)


def _hall(sound: Floats, rng: np.random.Generator, seconds: float = 0.5) -> Floats:
    """With an echo that loses 60 dB in so many seconds, half as loud as the direct sound."""
    t = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    echo = rng.normal(0, 1, t.size) * 10 ** (-3 * t / seconds)
    echo *= np.sqrt(0.5 / np.sum(echo**2))
    echo[0] += 1
    size = len(sound) + len(echo)
    heard = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(echo, size), size)[: len(sound)]
    return _noisy(heard.astype(np.float32), rng, 35)


ROOMS: dict[str, Callable[[Floats, np.random.Generator], Floats]] = {
    "studio": lambda sound, rng: _noisy(sound, rng, 45),
    "phone": _phone,
    "noise": lambda sound, rng: _noisy(sound, rng, 15),
    "hall": _hall,
    "meeting": lambda sound, rng: _noisy(_hall(sound, rng, 0.7), rng, 20) * np.float32(0.2),
}
"""What becomes of the dry sound in each room."""


def _write(path: Path, mixture: Mixture) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes((np.clip(mixture.sound, -1, 1) * 32767).astype("<i2").tobytes())
    per_second = SAMPLES_PER_MS * MS_PER_SECOND
    told = [{"speaker": who, "start": begin / per_second, "end": end / per_second} for who, begin, end in mixture.turns]
    path.with_name(f"{path.name}.turns.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
