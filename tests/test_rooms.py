"""What docs/design.md says about the rooms and import-linter cannot check to the module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "captionkit"
NETWORK = ("socket", "ssl", "http", "urllib.request", "huggingface_hub", "distributed")
MEDIA = ("av", "pydub")


def imported(module: Path) -> Iterator[str]:
    """The name of every absolute import, also of those inside functions."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(*libraries: str) -> set[str]:
    """The modules that import one of the libraries, as paths inside the package."""
    prefixes = tuple(f"{library}." for library in libraries)
    modules = PACKAGE.rglob("*.py")
    return {
        str(module.relative_to(PACKAGE)) for module in modules if any(f"{i}.".startswith(prefixes) for i in imported(module))
    }


def test_only_these_modules_use_the_network() -> None:
    """A newsroom that captions offline would leak the name of a story from a module nobody thought of."""
    cluster = {"library/cluster.py", "library/cluster_process.py"}
    assert importers(*NETWORK) == {"article/fetch.py", "speech/weights/hub.py", *cluster}


def test_only_the_media_room_opens_media() -> None:
    """A damaged file would crash a room that does not know how to read one."""
    found = importers(*MEDIA)
    assert found
    assert {path for path in found if not path.startswith("media/")} == set()
