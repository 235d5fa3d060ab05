"""The user's cache of weights: a model is written completely or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from captionkit.cache import CACHE_VARIABLE, cache_folder
from captionkit.errors import WeightsError
from captionkit.speech.weights.catalogue import KnownModel
from captionkit.speech.weights.integrity import damage

LOCK_WAIT_S = 600.0
"""How long to wait for another process that is downloading the same weights."""


def cached_folder(model: KnownModel) -> Path:
    """The folder of a known model in the cache, whether or not it exists."""
    return cache_folder() / "weights" / model.name


def install(model: KnownModel, fill: Callable[[Path], None]) -> Path:
    """Let `fill` write the files of a model into a temporary folder, check them, and move them into place in one step.

    Only one process does this at a time; one that had to wait finds the model installed. The files of an interrupted
    download stay in the temporary folder, so that the next attempt resumes it.

    Returns:
        The folder in the cache, every file checked.

    Raises:
        WeightsError: no space, no permission, or the files are not those of the known model.
    """
    from filelock import FileLock, Timeout

    folder = cached_folder(model)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f".{model.name}.lock", timeout=LOCK_WAIT_S):
            if damage(model, folder) is not None:
                _fill(model, fill, folder)
    except Timeout:
        raise WeightsError(
            model.name,
            f"another captionkit has been downloading it for over {LOCK_WAIT_S / 60:.0f} minutes",
            "Wait for that one or end it, then try again.",
        ) from None
    except OSError as error:
        raise WeightsError(
            model.name,
            f"its files cannot be written to {folder.parent} ({error.strerror or error})",
            f"Free space or allow writing there, or set {CACHE_VARIABLE} to another folder.",
        ) from error
    return folder


def _fill(model: KnownModel, fill: Callable[[Path], None], folder: Path) -> None:
    temporary = folder.with_name(f".{model.name}.part")
    temporary.mkdir(exist_ok=True)
    _require_room(model, temporary)
    try:
        fill(temporary)
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    wrong = damage(model, temporary)
    if wrong is not None:
        shutil.rmtree(temporary)
        raise WeightsError(
            model.name,
            f"its files are not those of the model that captionkit knows: {wrong}",
            f"They were deleted. Try `captionkit models get {model.name}`; if it fails again, "
            "check HF_ENDPOINT and the packages that bring weights.",
        )
    _swap(temporary, folder)


def _swap(new: Path, folder: Path) -> None:
    """Replace `folder`, which may hold damaged files, by `new`."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _require_room(model: KnownModel, temporary: Path) -> None:
    written = sum(path.stat().st_size for path in temporary.rglob("*") if path.is_file())
    needed, free = model.size_bytes - written, shutil.disk_usage(temporary).free
    if needed > free:
        raise WeightsError(
            model.name,
            f"its files need {needed / 1e6:.0f} MB more, and {temporary.parent} has {free / 1e6:.0f} MB free",
            f"Free space there, or set {CACHE_VARIABLE} to another folder.",
        )
