"""Find weights in installed Python packages, without importing the packages."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from captionkit.speech.weights.catalogue import KnownModel

Parts = Mapping[str, tuple[Path, ...]]
"""File name of a model → the parts that make up the file, in order."""


def installed_parts(model: KnownModel) -> Parts | None:
    """The parts of every file of a known model; None if one of its packages is not installed."""
    if not model.packaged:
        return None
    found = {file.name: tuple(package_file(part) for part in file.parts) for file in model.files}
    whole = {name: tuple(path for path in paths if path is not None) for name, paths in found.items()}
    return whole if all(len(whole[name]) == len(found[name]) for name in found) else None


def folder_of(parts: Parts) -> Path | None:
    """The folder with all files, ready to be loaded; None if they must be joined first."""
    folders = {path.parent for paths in parts.values() for path in paths}
    in_place = len(folders) == 1 and all(len(paths) == 1 and paths[0].name == name for name, paths in parts.items())
    return folders.pop() if in_place else None


def join(parts: Parts, folder: Path) -> None:
    """Write every file into `folder`, joined from its parts."""
    for name, paths in parts.items():
        with (folder / name).open("wb") as whole:
            for path in paths:
                with path.open("rb") as part:
                    shutil.copyfileobj(part, whole, 1 << 20)


def package_file(part: str) -> Path | None:
    """A file of an installed package, by a path that begins with the package's import name; None if there is none."""
    package, _, inside = part.partition("/")
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / inside
    return path if path.is_file() else None
