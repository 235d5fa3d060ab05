"""A folder or a manifest → the clips to caption, each with its article and a name of its own in OUT."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from captionkit.errors import InputError
from captionkit.files import files_listed
from captionkit.formats import FORMATS
from captionkit.library.ledger import known_rows
from captionkit.library.manifest import READERS, read_manifest
from captionkit.library.output_names import name_outputs
from captionkit.library.planned_clips import Plan, PlannedClip, Problem

MEDIA_SUFFIXES = frozenset(
    f".{kind}"
    for kinds in (
        ("3gp", "avi", "flv", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "mxf", "ts", "webm", "wmv"),
        ("aac", "aif", "aiff", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav", "wma"),
    )
    for kind in kinds
)
"""What counts as a clip in a folder; a manifest may name any file."""
ARTICLE_SUFFIXES = (".html", ".htm", ".txt", ".md")
SHARED_ARTICLE = "article"
"""The stem of an article that goes with the clips of its folder."""


def make_plan(library: Path, out: Path) -> Plan:
    """What there is in a library. Nothing is opened but the manifest and captionkit's own records and ledger.

    Args:
        library: a folder, or a manifest (.csv, .jsonl).
        out: where the outputs go; nothing in it counts as a clip of the library, unless it is the library's own folder.

    Raises:
        InputError: there is no such library, or it cannot be read, or OUT holds something else where the ledger
            should be.
    """
    if library.is_dir():
        found, root = _in_folder(library, out), library
    elif library.is_file() and library.suffix.lower() in READERS:
        found, root = read_manifest(library), library.parent
    else:
        reason = "it is no folder and no manifest" if library.exists() else "there is no such folder or manifest"
        raise InputError(library, reason, "Give a folder of clips, or a .csv or .jsonl file with a column `clip`.")
    named = {row.clip: output for output, row in known_rows(out).items()}
    return Plan(name_outputs(found.entries, root, named), found.problems)


def _in_folder(library: Path, out: Path) -> Plan:
    """The clips of a folder and the folders in it, in the order of their paths."""
    entries: list[PlannedClip] = []
    problems: list[Problem] = []
    root, outside = library.resolve(), out.resolve()

    def unreadable(error: OSError) -> None:
        problems.append(Problem(str(error.filename), f"this folder cannot be read ({error.strerror})"))

    for folder, folders, files in os.walk(library, onerror=unreadable):
        here = Path(folder)
        problems += _linked_folders(here, folders)
        folders[:] = sorted(d for d in folders if not d.startswith(".") and (here / d).resolve() != outside)
        for name in _clips(here, files):
            if reason := _leads_out(here / name, root):
                problems.append(Problem(str(here / name), reason))
            else:
                entries.append(PlannedClip(here / name, _article_of(name, here, files)))
    return Plan(tuple(entries), tuple(problems))


def _linked_folders(here: Path, folders: list[str]) -> Iterator[Problem]:
    for name in sorted(folders):
        if (here / name).is_symlink():
            yield Problem(str(here / name), "it is a link to a folder, and links to folders are not followed")


def _clips(here: Path, files: list[str]) -> list[str]:
    """The names of the media files, without hidden ones and the copies that captionkit made."""
    media = (n for n in files if Path(n).suffix.lower() in MEDIA_SUFFIXES and not n.startswith("."))
    return sorted(n for n in media if not _is_captioned_copy(here / n))


def _is_captioned_copy(path: Path) -> bool:
    stem, _, made = path.stem.rpartition(".")
    return made == "captioned" and path.name in files_listed(path.with_name(stem + FORMATS["record"].suffix))


def _leads_out(path: Path, root: Path) -> str | None:
    """Why a link is not followed, None for a plain file and for a link to one in the library."""
    if not path.is_symlink():
        return None
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "it is a link that leads nowhere"
    return None if target.is_relative_to(root) else f"it is a link out of the library, to {target}"


def _article_of(clip: str, here: Path, files: list[str]) -> str | None:
    """The clip's article: of its own stem, else the folder's; a page that captionkit wrote is none."""
    stem = Path(clip).stem
    ours: dict[str, str] | None = None
    for wanted in (stem, SHARED_ARTICLE):
        for suffix in ARTICLE_SUFFIXES:
            for name in sorted(n for n in files if n.startswith(wanted) and n[len(wanted) :].lower() == suffix):
                if ours is None:
                    ours = files_listed(here / (stem + FORMATS["record"].suffix))
                if name not in ours:
                    return str(here / name)
    return None
