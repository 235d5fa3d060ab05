"""A folder or a manifest → the clips to caption, each with its article and the name of its outputs in OUT."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, TypedDict

from captionkit.article import parse_credit_option
from captionkit.captions import load_style
from captionkit.errors import CaptionkitError, InputError
from captionkit.files import files_listed, read_text
from captionkit.formats import RECORD
from captionkit.library.ledger import known_rows
from captionkit.model import Credit
from captionkit.text import speaker_count

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
"""The stem of an article that belongs to all clips of its folder."""

MOST_ROWS = 100_000
NAMES_SEPARATOR = ";"
"""Between the names of one role in a cell of a .csv file."""
COLUMNS = ("clip", "article", "language", "style", "speakers", "audio_stream")
"""The columns that are not the role of a credit."""
TYPO_RATIO = 0.85
"""A column at least this similar to one of `COLUMNS` (difflib's ratio) is a typing error, not a role."""

INDEX_PAGE_NAME = "index.html"
"""The index page of all clips, in OUT itself."""
LONGEST_BYTES = 200
"""Of a stem: with the longest suffix and the name of a temporary file it stays within the 255 that disks allow."""
_DIGEST_LETTERS = 8
_LIKE_OUTPUTS = (".qa", ".embed", ".captioned", ".captionkit")
"""The transcript page of a clip `a.qa.mp4` would have the name of the QA report of `a.mp4`."""


class ClipOptions(TypedDict, total=False):
    """What a manifest sets for one clip: fields of `CaptionOptions`. What is missing is as for the whole batch."""

    language: str
    style: str
    speakers: int | None
    audio_stream: int


@dataclass(frozen=True, slots=True)
class PlannedClip:
    """One clip of the library. `output` is where its files go: a path in OUT, without the suffixes of the files."""

    clip: Path
    article: str | None = None
    output: str = ""
    credits: tuple[Credit, ...] = ()
    options: ClipOptions = field(default_factory=ClipOptions)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the library that is left out: where it is and why."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The clips of a library in order, each with an output of its own, and what is left out."""

    entries: tuple[PlannedClip, ...]
    problems: tuple[Problem, ...] = ()


def make_plan(library: Path, out: Path) -> Plan:
    """List the clips of a library. Only the manifest and captionkit's own records and ledger are opened.

    Args:
        library: a folder, or a manifest (.csv, .jsonl).
        out: the folder of the outputs; what is in it is not a clip, unless it is the library's own folder.

    Raises:
        InputError: there is no such library, it cannot be read, or OUT has another file in the ledger's place.
    """
    if library.is_dir():
        found, root = _folder_plan(library, out), library
    elif library.is_file() and library.suffix.lower() in READERS:
        found, root = read_manifest(library), library.parent
    else:
        reason = "it is not a folder or a manifest" if library.exists() else "there is no such folder or manifest"
        raise InputError(library, reason, "Give a folder of clips, or a .csv or .jsonl file with a column `clip`.")
    named = {row.clip: output for output, row in known_rows(out).items()}
    return Plan(name_outputs(found.entries, root, named), found.problems)


def _folder_plan(library: Path, out: Path) -> Plan:
    """The clips of a folder and of the folders in it, in the order of their paths."""
    entries: list[PlannedClip] = []
    problems: list[Problem] = []
    root, outside = library.resolve(), out.resolve()

    def unreadable(error: OSError) -> None:
        problems.append(Problem(str(error.filename), f"this folder cannot be read ({error.strerror})"))

    for folder, folders, files in os.walk(library, onerror=unreadable):
        here = Path(folder)
        problems += [
            Problem(str(here / name), "it is a link to a folder, and links to folders are not followed")
            for name in sorted(folders)
            if (here / name).is_symlink()
        ]
        folders[:] = sorted(d for d in folders if not d.startswith(".") and (here / d).resolve() != outside)
        for name in _clip_names(here, files):
            if reason := _link_problem(here / name, root):
                problems.append(Problem(str(here / name), reason))
            else:
                entries.append(PlannedClip(here / name, _article_of(name, here, files)))
    return Plan(tuple(entries), tuple(problems))


def _clip_names(here: Path, files: list[str]) -> list[str]:
    """The names of the media files, without hidden ones and the copies that captionkit made."""
    media = (n for n in files if Path(n).suffix.lower() in MEDIA_SUFFIXES and not n.startswith("."))
    return sorted(n for n in media if not _is_captioned_copy(here / n))


def _is_captioned_copy(path: Path) -> bool:
    stem, _, made = path.stem.rpartition(".")
    return made == "captioned" and path.name in files_listed(path.with_name(stem + RECORD.suffix))


def _link_problem(path: Path, root: Path) -> str | None:
    """Why a link is not followed; None for a plain file and for a link to a file in the library."""
    if not path.is_symlink():
        return None
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "it is a link to a file that does not exist"
    return None if target.is_relative_to(root) else f"it is a link out of the library, to {target}"


def _article_of(clip: str, here: Path, files: list[str]) -> str | None:
    """The article with the clip's stem, else the folder's; never a page that captionkit wrote."""
    stem = Path(clip).stem
    ours: dict[str, str] | None = None
    for wanted in (stem, SHARED_ARTICLE):
        for suffix in ARTICLE_SUFFIXES:
            for name in sorted(n for n in files if n.startswith(wanted) and n[len(wanted) :].lower() == suffix):
                if ours is None:
                    ours = files_listed(here / (stem + RECORD.suffix))
                if name not in ours:
                    return str(here / name)
    return None


def name_outputs(
    entries: Iterable[PlannedClip], root: Path, named: Mapping[str, str] = MappingProxyType({})
) -> tuple[PlannedClip, ...]:
    """Set the `output` of entries, the same whatever their order.

    It is the clip's path in the library without its suffix. The suffix stays if two clips of a folder have the same
    stem (on any disk: letter case and forms of accents are ignored) or if the clip's page would have the name of the
    index page. A digest is added if that is not enough or the name is too long.

    Args:
        entries: the clips.
        root: the library's folder.
        named: clip → the output that it has already, which it keeps.
    """
    listed = tuple(entries)
    plain = [_path_in(root, e.clip) for e in listed]
    short = Counter([PurePosixPath(INDEX_PAGE_NAME).stem, *(_case_free(p.with_suffix("")) for p in plain)])
    wanted = [
        p if short[_case_free(p.with_suffix(""))] > 1 or p.stem.endswith(_LIKE_OUTPUTS) else p.with_suffix("")
        for p in plain
    ]
    known = [named.get(str(e.clip)) for e in listed]
    taken = Counter(_case_free(PurePosixPath(k or w)) for k, w in zip(known, wanted))
    return tuple(
        replace(e, output=k or str(_fitting(w, e.clip, taken[_case_free(w)] > 1)))
        for e, w, k in zip(listed, wanted, known)
    )


def _path_in(root: Path, clip: Path) -> PurePosixPath:
    """The clip's path below the root; only its name if it is elsewhere."""
    inside = clip.is_relative_to(root) and ".." not in clip.relative_to(root).parts
    return PurePosixPath(clip.relative_to(root) if inside else clip.name)


def _case_free(path: PurePosixPath) -> str:
    return unicodedata.normalize("NFC", str(path)).casefold()


def _fitting(path: PurePosixPath, clip: Path, shared: bool) -> PurePosixPath:
    encoded = path.name.encode("utf-8", "surrogateescape")
    if not shared and len(encoded) <= LONGEST_BYTES:
        return path
    digest = hashlib.sha256(str(clip).encode("utf-8", "surrogateescape")).hexdigest()[:_DIGEST_LETTERS]
    return path.with_name(f"{encoded[:LONGEST_BYTES - 20].decode('utf-8', 'ignore')}-{digest}")


ManifestRow = tuple[int, dict[str, Any] | str]
"""The line where a row begins, counted from 1, and its cells by column; or what is wrong with it."""


class _InvalidRow(Exception):
    """Why a row cannot be used."""


def read_manifest(path: Path) -> Plan:
    """The entries of a manifest, without outputs, and its invalid rows.

    `clip` and `article` are paths relative to the manifest's folder, or absolute; an article may be an http(s) address.
    `language`, `style`, `speakers` and `audio_stream` are options of the clip; every other column is a credit's role.

    Raises:
        InputError: the manifest cannot be read, or has no column `clip`.
    """
    rows = READERS[path.suffix.lower()](read_text(path).lstrip("\ufeff"), path)
    entries: list[PlannedClip] = []
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    for line, row in rows:
        try:
            entry = _entry(row, path.parent)
            where = os.path.realpath(entry.clip)
            if where in lines:
                raise _InvalidRow(f"{entry.clip} is already in line {lines[where]}")
            lines[where] = line
            entries.append(entry)
        except (_InvalidRow, CaptionkitError) as error:
            problems.append(Problem(f"{path}, line {line}", str(error).rstrip(".")))
        if len(lines) + len(problems) > MOST_ROWS:
            raise InputError(path, f"it has more than {MOST_ROWS:,} rows", "Split it.")
    return Plan(tuple(entries), tuple(problems))


def _csv_rows(text: str, path: Path) -> Iterator[ManifestRow]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            if header is None:
                header = [name.strip().lower() for name in cells]
                _require_clip_column(header, path)
            elif len(cells) > len(header):
                yield line, f"it has {len(cells)} cells, and the first line has {len(header)}"
            elif any(cell.strip() for cell in cells):
                yield line, dict(zip(header, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        yield line, f"the file is not valid CSV from here on ({error})"
    if header is None:
        _require_clip_column([], path)


def _require_clip_column(header: list[str], path: Path) -> None:
    if "clip" not in header:
        raise InputError(path, "its first line names no column `clip`", "Name the columns there, like clip,article.")
    if len(set(header)) < len(header):
        raise InputError(path, "its first line names a column twice", "Give each column a different name.")


def _json_rows(text: str, path: Path) -> Iterator[ManifestRow]:
    for line, written in enumerate(text.split("\n"), 1):
        if not written.strip():
            continue
        try:
            row = json.loads(written)
        except (ValueError, RecursionError):
            yield line, "it is not valid JSON"
            continue
        yield line, row if isinstance(row, dict) else "it is not an object like {\"clip\": \"a.mp4\"}"


READERS: dict[str, Callable[[str, Path], Iterator[ManifestRow]]] = {".csv": _csv_rows, ".jsonl": _json_rows}
"""Suffix → the reader of a manifest's rows.

To add a kind of manifest:

1. Write a function here from the text and the path (for messages) to rows with the numbers of their lines.
2. Yield a sentence in place of the cells for a row that cannot be used; raise an InputError only for the whole file.
3. Enter it here by its suffix, in lower case.
4. Name the suffix in the help of `cli/batch.py`, and test it in tests/library/test_library_plan.py.
"""


def _entry(row: dict[str, Any] | str, folder: Path) -> PlannedClip:
    if isinstance(row, str):
        raise _InvalidRow(row)
    clip, article = _cell(row, "clip"), _cell(row, "article")
    if not clip:
        raise _InvalidRow("it names no clip")
    path = folder / clip
    _require_file(path)
    if article and "://" not in article:
        article = str(folder / article)
        _require_file(Path(article))
    credits = tuple(credit for role in row if role not in COLUMNS if (credit := _credit(role, row[role])))
    return PlannedClip(path, article, credits=credits, options=_options(row, folder))


def _require_file(path: Path) -> None:
    try:
        if not path.is_file():
            raise _InvalidRow(f"{path}: there is no such file")
    except OSError as error:
        raise _InvalidRow(f"{path}: it cannot be accessed ({error.strerror})") from None


def _cell(row: dict[str, Any], column: str) -> str | None:
    """The text of a cell, None if it is empty or missing."""
    value = row.get(column)
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise _InvalidRow(f"{column} is not text")
    text = "" if value is None else str(value).strip()
    if "\0" in text:
        raise _InvalidRow(f"{column} contains a null character")
    return text or None


def _credit(role: str, value: Any) -> Credit | None:
    if meant := get_close_matches(role, COLUMNS, 1, TYPO_RATIO):
        raise _InvalidRow(f"there is no column `{role}`; name it `{meant[0]}`")
    names = value.split(NAMES_SEPARATOR) if isinstance(value, str) else value or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _InvalidRow(f"{role} is neither a name nor a list of names")
    found = [parse_credit_option(f"{role}={name}") for name in names if name.strip()]
    return Credit(found[0].role, tuple(dict.fromkeys(n for c in found for n in c.names))) if found else None


def _options(row: dict[str, Any], folder: Path) -> ClipOptions:
    options = ClipOptions()
    if language := _cell(row, "language"):
        options["language"] = language
    if style := _cell(row, "style"):
        options["style"] = str(folder / style) if style.lower().endswith(".toml") else style
        load_style(options["style"])
    if speakers := _cell(row, "speakers"):
        options["speakers"] = speaker_count(speakers)
    if stream := _cell(row, "audio_stream"):
        if not (stream.isascii() and stream.isdecimal() and len(stream) < 4):
            raise _InvalidRow(f"audio_stream is {stream!r}, not a whole number")
        options["audio_stream"] = int(stream)
    return options
