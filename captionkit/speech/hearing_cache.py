"""Hearings kept on disk, so that a clip is heard once: by its media, the weights and the settings."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import secrets
from pathlib import Path

from captionkit.speech.passages import HEARING_VERSION, Hearing, hearing_from_json, hearing_to_json
from captionkit.speech.weights.install import cache_folder

MOST_KEPT = 2_000
LARGEST_BYTES = 64 * 1024 * 1024
UNUSABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What a missing or damaged file leads to."""


def kept_path(
    media_sha256: str, stream: int, weights_sha256: str, language: str | None, compute_type: str = "auto"
) -> Path:
    """Where the hearing of a clip's sound stream is kept; language (None for any) and compute type as asked for."""
    key = f"{HEARING_VERSION}|{media_sha256}|{stream}|{weights_sha256}|{language or ''}|{compute_type}"
    return cache_folder() / "heard" / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.json"


def read_kept(path: Path) -> Hearing | None:
    """A kept hearing; None where there is none or it cannot be used, which costs time and nothing else."""
    with contextlib.suppress(*UNUSABLE):
        return hearing_from_json(kept_text(path))
    return None


def read_answers(path: Path) -> dict[str, float]:
    """What the sound answered in earlier runs about the hearing kept at `path`; empty where nothing is kept."""
    with contextlib.suppress(*UNUSABLE):
        answers = {k: float(v) for k, v in json.loads(kept_text(_answers_path(path))).items()}
        return answers if all(map(math.isfinite, answers.values())) else {}
    return {}


def keep_answers(path: Path, answers: dict[str, float]) -> None:
    """Keep the answers beside the hearing; a disk that refuses costs time and nothing else."""
    put(_answers_path(path), json.dumps(answers))


def read_times(path: Path) -> dict[str, list[list[int]]]:
    """Word times found in earlier runs for the hearing kept at `path`, by window; empty where nothing is kept."""
    with contextlib.suppress(*UNUSABLE):
        kept = json.loads(kept_text(_times_path(path)))
        return {key: [[int(a), int(b)] for a, b in times] for key, times in kept.items()}
    return {}


def keep_times(path: Path, times: dict[str, list[list[int]]]) -> None:
    """Keep word times beside the hearing; a disk that refuses costs time and nothing else."""
    put(_times_path(path), json.dumps(times, separators=(",", ":")))


def _times_path(path: Path) -> Path:
    return path.with_suffix(".times.json")


def _answers_path(path: Path) -> Path:
    return path.with_suffix(".answers.json")


def keep(path: Path, hearing: Hearing) -> None:
    """Keep a hearing; a disk that is full or not ours costs the next run time and nothing else."""
    put(path, hearing_to_json(hearing))


def kept_text(path: Path) -> str:
    """The text of a kept file.

    Raises:
        ValueError, OSError: it is too large to be one, or cannot be read.
    """
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"{path} is too large to be kept by captionkit")
    return path.read_text(encoding="utf-8")


def put(path: Path, text: str) -> None:
    """Write a file whole, and forget the oldest where there are too many; a disk that refuses is no error."""
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
