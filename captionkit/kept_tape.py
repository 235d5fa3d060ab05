"""Shots and sounds kept on disk as hearings are, so that a clip is searched for them once."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from captionkit.media import Audio, Shots
from captionkit.model import Sound
from captionkit.speech.hearing_cache import UNUSABLE, kept_text, put
from captionkit.speech.weights.install import cache_folder

TAPE_VERSION = 1
"""To be counted up when the way shots or sounds are found changes."""


def kept_shots(audio: Audio, find: Callable[[], Shots]) -> Shots:
    """The shots of a clip, found by `find` where no earlier run kept them; a search cut short is not kept."""
    path = _path(audio, "shots")
    with contextlib.suppress(*UNUSABLE):
        starts, damaged_ms = json.loads(kept_text(path))
        return Shots(_times(starts, audio), None if damaged_ms is None else int(damaged_ms))
    shots = find()
    if audio.has_video and shots.searched_ms is None:
        put(path, json.dumps([shots.starts_ms, shots.damaged_ms]))
    return shots


def kept_sounds(audio: Audio, find: Callable[[], tuple[Sound, ...] | None]) -> tuple[Sound, ...] | None:
    """The sounds of a clip, found by `find` where no earlier run kept them; None, for not looked for, is not kept."""
    path = _path(audio, "sounds")
    with contextlib.suppress(*UNUSABLE):
        return tuple(Sound(str(kind), *_times([start, end], audio)) for kind, start, end in json.loads(kept_text(path)))
    sounds = find()
    if sounds is not None:
        put(path, json.dumps([[sound.kind, sound.start_ms, sound.end_ms] for sound in sounds]))
    return sounds


def _path(audio: Audio, what: str) -> Path:
    key = f"{TAPE_VERSION}|{what}|{audio.sha256}|{audio.stream}"
    return cache_folder() / "tape" / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.json"


def _times(times: list[int], audio: Audio) -> tuple[int, ...]:
    """Times of a kept file.

    Raises:
        ValueError: they are not in order within the clip.
    """
    whole = [0, *map(int, times), audio.duration_ms]
    if any(later < earlier for earlier, later in pairwise(whole)):
        raise ValueError(f"no times of a clip of {audio.duration_ms} ms: {times}")
    return tuple(whole[1:-1])
