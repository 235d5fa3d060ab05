"""One keyed store on disk for results that are slow to compute: words, answers, times, speakers, shots, audio events.

An entry that is missing, damaged or cannot be written costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

CACHE_VARIABLE = "CAPTIONKIT_CACHE"
MOST_ENTRIES = 2_000
"""Of one kind; the oldest are deleted."""
LARGEST_BYTES = 64 * 1024 * 1024

KINDS = ("recognition", "answers", "times", "voiceprints", "shots", "audio_events")
"""What is stored, each kind in a folder of its own. To add one, name it here, and read and write it in the pipeline."""

T = TypeVar("T")
Value = TypeVar("Value")


def cache_folder() -> Path:
    """The folder of everything that captionkit can make or download again: `CAPTIONKIT_CACHE` or the system's place."""
    from platformdirs import user_cache_path

    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen).expanduser() if chosen else user_cache_path("captionkit", appauthor=False)


def cache_key(*parts: object) -> str:
    """The key of an entry: a digest of everything that the entry depends on."""
    return hashlib.sha256("|".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()[:40]


def read_entry(kind: str, key: str, type_: type[T]) -> T | None:
    """The value stored under a key; None where there is none, or it is damaged or too large.

    Args:
        kind: one of `KINDS`.
        key: of `cache_key`.
        type_: what the entry is read as; a dataclass validates itself.
    """
    path = _path(kind, key)
    with contextlib.suppress(OSError, ValueError, RecursionError, msgspec.MsgspecError):
        if path.stat().st_size <= LARGEST_BYTES:
            return msgspec.json.decode(path.read_bytes(), type=type_)
    return None


def write_entry(kind: str, key: str, value: object) -> None:
    """Store a value under a key, and delete the oldest entries where there are too many of its kind."""
    path = _path(kind, key)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{secrets.token_hex(8)}.part")
        try:
            temporary.write_bytes(msgspec.json.encode(value))
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _delete_oldest(path.parent)


@contextmanager
def remembered(kind: str, key: str, values: type[Value]) -> Iterator[dict[str, Value]]:
    """The values stored under a key, by name, for a stage that adds to them; they are stored again if it did.

    Args:
        kind: one of `KINDS`.
        key: of `cache_key`.
        values: the type of each value.
    """
    known: dict[str, Value] = read_entry(kind, key, dict[str, values]) or {}  # type: ignore[valid-type]
    count = len(known)
    try:
        yield known
    finally:
        if len(known) > count:
            write_entry(kind, key, known)


def _path(kind: str, key: str) -> Path:
    if kind not in KINDS:
        raise KeyError(kind)
    return cache_folder() / kind / f"{key}.json"


def _delete_oldest(folder: Path) -> None:
    entries = sorted(folder.glob("*.json"), key=lambda entry: entry.stat().st_mtime)
    for old in entries[: max(0, len(entries) - MOST_ENTRIES)]:
        old.unlink(missing_ok=True)
