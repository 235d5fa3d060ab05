"""The known models on this machine, in the user's cache or in installed packages, and whether they are intact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from captionkit.errors import WeightsError
from captionkit.speech.weights.catalogue import WEIGHTS_FILE, KnownModel, catalogue
from captionkit.speech.weights.install import cached_folder, install
from captionkit.speech.weights.integrity import damage, damage_in_parts
from captionkit.speech.weights.packaged import Parts, folder_of, installed_parts, join


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """Where a known model is. `folder` is None on the hub; `damage` says what is wrong with its files."""

    name: str
    place: Literal["cache", "package", "hub"]
    size_bytes: int
    folder: Path | None = None
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the files of a model are on this machine; `folder` is None where they must be joined before use."""

    kind: Literal["cache", "package"]
    parts: Parts
    folder: Path | None


def model_status(name: str) -> ModelStatus:
    """Where a known model is, and whether its files are intact; they are hashed.

    Raises:
        UsageError: there is no such model.
    """
    model = catalogue().named(name)
    place = _place(model)
    if place is None:
        return ModelStatus(name, "hub", model.size_bytes)
    folder = place.folder or place.parts[WEIGHTS_FILE][0].parent
    return ModelStatus(name, place.kind, model.size_bytes, folder, _damage(model, place))


def require_intact(found: Iterable[ModelStatus]) -> None:
    """Check that every model is on this machine and undamaged.

    Raises:
        WeightsError: one or more are not; the message names the first.
    """
    faults = [(one.name, one.damage or "it is not on this machine") for one in found if one.damage or not one.folder]
    if not faults:
        return
    name, fault = faults[0]
    others = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    raise WeightsError(name, f"{fault}{others}", f"Run `captionkit models get {name}` to fetch it again.")


def is_here(model: KnownModel) -> bool:
    """Whether a known model is on this machine, damaged or not."""
    return _place(model) is not None


def folder_here(model: KnownModel) -> Path | None:
    """The folder of a known model on this machine, its files checked; None where it is not here.

    Raises:
        WeightsError: its files are damaged.
    """
    place = _place(model)
    if place is None:
        return None
    if place.folder is None:
        return _joined(model, place.parts)
    wrong = _damage(model, place)
    if wrong is not None:
        reason = f"its files in {place.folder} are damaged or changed: {wrong}"
        remedy = f"They were not loaded. Run `captionkit models get {model.name}` to replace them."
        raise WeightsError(model.name, reason, remedy)
    return place.folder


def intact_folder(model: KnownModel) -> Path | None:
    """The folder of a known model with undamaged files, from the cache or else from packages; None without any."""
    place = _place(model)
    if place is not None and place.folder is not None and _damage(model, place) is None:
        return place.folder
    parts = installed_parts(model)
    return _joined(model, parts) if parts is not None and damage_in_parts(model, parts) is None else None


def _place(model: KnownModel) -> _Place | None:
    folder = cached_folder(model)
    if folder.exists():
        return _Place("cache", {file.name: (folder / file.name,) for file in model.files}, folder)
    parts = installed_parts(model)
    return None if parts is None else _Place("package", parts, folder_of(parts))


def _damage(model: KnownModel, place: _Place) -> str | None:
    return damage(model, place.folder) if place.folder else damage_in_parts(model, place.parts)


def _joined(model: KnownModel, parts: Parts) -> Path:
    return install(model, lambda temporary: join(parts, temporary))
