"""Hearings kept on disk, so that a clip is heard once: by its media, the weights and the settings."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from pathlib import Path

from captionkit.hearing.cache import cache_folder
from captionkit.hearing.passages import HEARING_VERSION, Hearing, hearing_from_json, hearing_to_json

MOST_KEPT = 2_000
LARGEST_BYTES = 64 * 1024 * 1024


def kept_path(media_sha256: str, stream: int, weights_sha256: str, language: str | None) -> Path:
    """Where the hearing of a clip's sound stream is kept; `language` is the one asked for, None for any."""
    key = f"{HEARING_VERSION}|{media_sha256}|{stream}|{weights_sha256}|{language or ''}"
    return cache_folder() / "heard" / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.json"


def read_kept(path: Path) -> Hearing | None:
    """A kept hearing; None where there is none or it cannot be used, which costs time and nothing else."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        if path.stat().st_size <= LARGEST_BYTES:
            return hearing_from_json(path.read_text(encoding="utf-8"))
    return None


def keep(path: Path, hearing: Hearing) -> None:
    """Keep a hearing; a disk that is full or not ours costs the next run time and nothing else."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{secrets.token_hex(8)}.part")
        try:
            temporary.write_text(hearing_to_json(hearing), encoding="utf-8")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _forget_oldest(path.parent)


def _forget_oldest(folder: Path) -> None:
    entries = sorted(folder.glob("*.json"), key=lambda p: p.stat().st_mtime)
    for old in entries[: max(0, len(entries) - MOST_KEPT)]:
        old.unlink(missing_ok=True)
