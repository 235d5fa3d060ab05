"""Check the files of known models by SHA-256, each time before they are loaded.

Results are not cached between runs: times and sizes can be forged and disks fail, and SHA-256 of the 145 MB of base
takes 0.1 s on a processor with SHA instructions, 0.3 s without.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from captionkit.files import file_sha256
from captionkit.speech.weights.catalogue import KnownModel

_READ_BY_LOADER = frozenset(
    {"config.json", "preprocessor_config.json", "tokenizer.json", "vocabulary.json", "vocabulary.txt"}
)


def damage(model: KnownModel, folder: Path) -> str | None:
    """What is wrong with the files of a model in `folder`, in words; None if every byte is right.

    An additional file counts if faster-whisper would read it: it can change the result.
    """
    names = {file.name for file in model.files}
    for stranger in sorted(_READ_BY_LOADER - names):
        if (folder / stranger).exists():
            return f"{stranger} does not belong to it"
    return damage_in_parts(model, {file.name: (folder / file.name,) for file in model.files})


def damage_in_parts(model: KnownModel, parts: Mapping[str, tuple[Path, ...]]) -> str | None:
    """As `damage`, for files in parts: file name → its parts, in order."""
    for file in sorted(model.files, key=lambda file: file.size_bytes):
        wrong = _wrong(parts[file.name], file.size_bytes, file.sha256)
        if wrong is not None:
            return f"{file.name} {wrong}"
    return None


def _wrong(paths: tuple[Path, ...], size_bytes: int, sha256: str) -> str | None:
    try:
        if not all(path.is_file() for path in paths):
            return "is missing"
        found_bytes = sum(path.stat().st_size for path in paths)
        if found_bytes != size_bytes:
            return f"has {found_bytes} bytes instead of {size_bytes}"
        found = file_sha256(*paths)
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    return None if found == sha256 else f"has the SHA-256 {found[:12]}… instead of {sha256[:12]}…"
