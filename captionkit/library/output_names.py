"""Where in OUT each clip's files go: the library's folders are kept, and no two clips share a name."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from captionkit.library.planned_clips import PlannedClip

INDEX_PAGE_NAME = "index.html"
"""The page over all clips, in OUT itself."""
LONGEST_BYTES = 200
"""Of a stem; the longest suffix and the name of a file that is being written fit into the 255 that disks allow."""
_DIGEST_LETTERS = 8
_LIKE_OUTPUTS = (".qa", ".embed", ".captioned", ".captionkit")
"""A clip `a.qa.mp4` would have the transcript page that is the QA report of `a.mp4`."""


def name_outputs(
    entries: Iterable[PlannedClip], root: Path, named: Mapping[str, str] = MappingProxyType({})
) -> tuple[PlannedClip, ...]:
    """Entries with their `output`, the same whatever their order.

    That is the clip's path in the library without its suffix; with the suffix, where two clips of a folder have one
    stem (on any disk: letter case and forms of accents do not count) or its page would have the name of the library's
    (`index.html`); with a digest, where that is still not enough or the name is too long.

    Args:
        entries: the clips.
        root: the library's folder.
        named: clip → the output it has already, which it keeps whatever comes beside it.
    """
    listed = tuple(entries)
    plain = [_path_in(root, e.clip) for e in listed]
    short = Counter([PurePosixPath(INDEX_PAGE_NAME).stem, *(_as_on_any_disk(p.with_suffix("")) for p in plain)])
    wanted = [
        p if short[_as_on_any_disk(p.with_suffix(""))] > 1 or p.stem.endswith(_LIKE_OUTPUTS) else p.with_suffix("")
        for p in plain
    ]
    kept = [named.get(str(e.clip)) for e in listed]
    taken = Counter(_as_on_any_disk(PurePosixPath(k or w)) for k, w in zip(kept, wanted))
    return tuple(
        replace(e, output=k or str(_fitting(w, e.clip, taken[_as_on_any_disk(w)] > 1)))
        for e, w, k in zip(listed, wanted, kept)
    )


def _path_in(root: Path, clip: Path) -> PurePosixPath:
    """The clip's path below the root; for one that lies elsewhere its name alone."""
    inside = clip.is_relative_to(root) and ".." not in clip.relative_to(root).parts
    return PurePosixPath(clip.relative_to(root) if inside else clip.name)


def _as_on_any_disk(path: PurePosixPath) -> str:
    return unicodedata.normalize("NFC", str(path)).casefold()


def _fitting(path: PurePosixPath, clip: Path, shared: bool) -> PurePosixPath:
    encoded = path.name.encode("utf-8", "surrogateescape")
    if not shared and len(encoded) <= LONGEST_BYTES:
        return path
    digest = hashlib.sha256(str(clip).encode("utf-8", "surrogateescape")).hexdigest()[:_DIGEST_LETTERS]
    return path.with_name(f"{encoded[:LONGEST_BYTES - 20].decode('utf-8', 'ignore')}-{digest}")
