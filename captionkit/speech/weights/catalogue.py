"""The models that captionkit knows by name, as listed in `weights.toml`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from captionkit.errors import UsageError
from captionkit.text import toml_tables

WEIGHTS_FILE = "model.bin"


@dataclass(frozen=True, slots=True)
class KnownFile:
    """One file of a model, with its expected size and hash.

    `parts` are the files of installed Python packages that, joined in order, make up this file: each a path that begins
    with the package's import name. Empty if no package has it.
    """

    name: str
    size_bytes: int
    sha256: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model: its repository on the hub, and all its files."""

    name: str
    repository: str
    revision: str
    files: tuple[KnownFile, ...]
    english_only: bool = False

    @property
    def size_bytes(self) -> int:
        """The size of all files."""
        return sum(file.size_bytes for file in self.files)

    @property
    def sha256(self) -> str:
        """The hash of the weights, which identifies the model in a record."""
        return next(file.sha256 for file in self.files if file.name == WEIGHTS_FILE)

    @property
    def packaged(self) -> bool:
        """Whether Python packages have every file."""
        return all(file.parts for file in self.files)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All known models by name, in the order of `weights.toml`, and the models that `auto` prefers."""

    models: Mapping[str, KnownModel]
    auto_cuda: str
    auto_cpu: str

    def named(self, name: str) -> KnownModel:
        """The model of that name.

        Raises:
            UsageError: there is no such model.
        """
        if name in self.models:
            return self.models[name]
        near = difflib.get_close_matches(name, self.models, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise UsageError(
            f"{name}: no such model. {hint}The known ones are {', '.join(self.models)}; "
            f"or give the folder that holds {WEIGHTS_FILE}."
        )


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The content of `weights.toml`."""
    data = toml_tables(__package__, "weights.toml")
    models = [_model(entry) for entry in data["model"]]
    return Catalogue({model.name: model for model in models}, data["auto"]["cuda"], data["auto"]["cpu"])


def _model(entry: dict[str, Any]) -> KnownModel:
    parts = entry.get("parts", {})
    files = tuple(
        KnownFile(file["name"], file["bytes"], file["sha256"], tuple(parts.get(file["name"], ())))
        for file in entry["files"]
    )
    return KnownModel(entry["name"], entry["repository"], entry["revision"], files, entry.get("english_only", False))
