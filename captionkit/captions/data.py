"""The data files of this room, read once."""

from __future__ import annotations

import sys
from functools import cache
from importlib.resources import files
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@cache
def read_data(path: str) -> dict[str, Any]:
    """The tables of the data file at `path`, counted from this room's folder."""
    return parse_toml(files(__package__).joinpath(path).read_text(encoding="utf-8"))


def data_names(folder: str) -> tuple[str, ...]:
    """The names of the data files in `folder`, without their ending, in alphabetical order."""
    entries = files(__package__).joinpath(folder).iterdir()
    return tuple(sorted(e.name.removesuffix(".toml") for e in entries if e.name.endswith(".toml")))


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text.

    Raises:
        ValueError: the text is not TOML.
    """
    return tomllib.loads(text)
