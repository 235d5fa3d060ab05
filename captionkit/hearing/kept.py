"""Hearings kept on disk, so that a clip is heard once: by its media, the weights and the settings."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import secrets
from pathlib import Path

from captionkit.hearing.cache import cache_folder
from captionkit.hearing.passages import HEARING_VERSION, Hearing, hearing_from_json, hearing_to_json

MOST_KEPT = 2_000
LARGEST_BYTES = 64 * 1024 * 1024
_UNUSABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What a missing or damaged file leads to."""


def kept_path(media_sha256: str, stream: int, weights_sha256: str, language: str | None) -> Path:
    """Where the hearing of a clip's sound stream is kept; `language` is the one asked for, None for any."""
    key = f"{HEARING_VERSION}|{media_sha256}|{stream}|{weights_sha256}|{language or ''}"
    return cache_folder() / "heard" / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.json"


def read_kept(path: Path) -> Hearing | None:
    """A kept hearing; None where there is none or it cannot be used, which costs time and nothing else."""
    with contextlib.suppress(*_UNUSABLE):
        if path.stat().st_size <= LARGEST_BYTES:
            return hearing_from_json(path.read_text(encoding="utf-8"))
    return None


def read_answers(path: Path) -> dict[str, float]:
    """What the sound answered in earlier runs about the hearing kept at `path`; empty where nothing is kept."""
    with contextlib.suppress(*_UNUSABLE):
        file = _answers_path(path)
        if file.stat().st_size <= LARGEST_BYTES:
            answers = {k: float(v) for k, v in json.loads(file.read_text(encoding="utf-8")).items()}
            return answers if all(map(math.isfinite, answers.values())) else {}
    return {}


def keep_answers(path: Path, answers: dict[str, float]) -> None:
    """Keep the answers beside the hearing; a disk that refuses costs time and nothing else."""
    _put(_answers_path(path), json.dumps(answers))


def read_times(path: Path) -> dict[str, list[list[int]]]:
    """Word times found in earlier runs for the hearing kept at `path`, by window; empty where nothing is kept."""
    with contextlib.suppress(*_UNUSABLE):
        file = _times_path(path)
        if file.stat().st_size <= LARGEST_BYTES:
            kept = json.loads(file.read_text(encoding="utf-8"))
            return {key: [[int(a), int(b)] for a, b in times] for key, times in kept.items()}
    return {}


def keep_times(path: Path, times: dict[str, list[list[int]]]) -> None:
    """Keep word times beside the hearing; a disk that refuses costs time and nothing else."""
    _put(_times_path(path), json.dumps(times, separators=(",", ":")))


def _times_path(path: Path) -> Path:
    return path.with_suffix(".times.json")


def _answers_path(path: Path) -> Path:
    return path.with_suffix(".answers.json")


def keep(path: Path, hearing: Hearing) -> None:
    """Keep a hearing; a disk that is full or not ours costs the next run time and nothing else."""
    _put(path, hearing_to_json(hearing))


def _put(path: Path, text: str) -> None:
    """Write a file whole, and forget the oldest where there are too many."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{secrets.token_hex(8)}.part")
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _forget_oldest(path.parent)


def _forget_oldest(folder: Path) -> None:
    entries = sorted(folder.glob("*.json"), key=lambda p: p.stat().st_mtime)
    for old in entries[: max(0, len(entries) - MOST_KEPT)]:
        old.unlink(missing_ok=True)
