"""The user's cache of weights: where it is, and how a set gets into it whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from captionkit.cache import CACHE_VARIABLE, cache_folder
from captionkit.errors import WeightsError
from captionkit.speech.weights.catalogue import KnownModel
from captionkit.speech.weights.integrity import damage

LOCK_WAIT_S = 600.0
"""How long to wait for another process that is fetching the same weights."""


def cached_folder(model: KnownModel) -> Path:
    """Where the files of a known model are, once they are in the cache."""
    return cache_folder() / "weights" / model.name


def install(model: KnownModel, fill: Callable[[Path], None]) -> Path:
    """Let `fill` write a model's files into a folder aside, check them, and put them in place in one step.

    One process does it at a time; one that had to wait finds the work done. What a broken download left
    behind stays aside, for the next try to go on from.

    Returns:
        The folder in the cache, every file of it checked.

    Raises:
        WeightsError: no room, no right to write, or what was written is not the known model.
    """
    from filelock import FileLock, Timeout

    folder = cached_folder(model)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f".{model.name}.lock", timeout=LOCK_WAIT_S):
            if damage(model, folder) is not None:
                _put(model, fill, folder)
    except Timeout:
        raise WeightsError(
            model.name,
            f"another captionkit has been fetching it for over {LOCK_WAIT_S / 60:.0f} minutes",
            "Wait for that one or end it, then try again.",
        ) from None
    except OSError as error:
        raise WeightsError(
            model.name,
            f"its files cannot be written to {folder.parent} ({error.strerror or error})",
            f"Make room or give leave to write there, or set {CACHE_VARIABLE} to another folder.",
        ) from error
    return folder


def _put(model: KnownModel, fill: Callable[[Path], None], folder: Path) -> None:
    aside = folder.with_name(f".{model.name}.part")
    aside.mkdir(exist_ok=True)
    _require_room(model, aside)
    try:
        fill(aside)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    wrong = damage(model, aside)
    if wrong is not None:
        shutil.rmtree(aside)
        raise WeightsError(
            model.name,
            f"what arrived is not the model that captionkit knows: {wrong}",
            f"Nothing of it was kept. Try `captionkit models get {model.name}`; if it stays so, "
            "look at HF_ENDPOINT and at the packages that bring weights.",
        )
    _swap(aside, folder)


def _swap(new: Path, folder: Path) -> None:
    """Put `new` where `folder` is; a damaged one that stands there goes away."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _require_room(model: KnownModel, aside: Path) -> None:
    written = sum(path.stat().st_size for path in aside.rglob("*") if path.is_file())
    needed, free = model.size_bytes - written, shutil.disk_usage(aside).free
    if needed > free:
        raise WeightsError(
            model.name,
            f"its files need {needed / 1e6:.0f} MB more, and {aside.parent} has {free / 1e6:.0f} MB free",
            f"Make room there, or set {CACHE_VARIABLE} to a folder that has it.",
        )
