"""The weights that captionkit knows by name: `weights.toml`, read once."""

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
    """One file of a set of weights, with the bytes it must have.

    `parts` are the files of installed Python packages that, joined in order, are this file: each a path that
    begins with the package's import name. Empty where no package brings it.
    """

    name: str
    size_bytes: int
    sha256: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A set of weights: where the hub keeps it, and every file of it."""

    name: str
    repository: str
    revision: str
    files: tuple[KnownFile, ...]
    english_only: bool = False

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(file.size_bytes for file in self.files)

    @property
    def sha256(self) -> str:
        """The hash of the weights themselves, which identifies the model in a record."""
        return next(file.sha256 for file in self.files if file.name == WEIGHTS_FILE)

    @property
    def packaged(self) -> bool:
        """Whether Python packages bring every file."""
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
            UsageError: nothing is known by it.
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
    """What `weights.toml` says."""
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
