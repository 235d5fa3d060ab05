"""A manifest (.csv, .jsonl) → entries; a bad row is named by its line and stops no other."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from captionkit.article import parse_credit_option
from captionkit.captions import load_style
from captionkit.errors import CaptionkitError, InputError, UsageError
from captionkit.files import read_text
from captionkit.library.planned_clips import Plan, PlannedClip, Problem
from captionkit.model import Credit

MOST_ROWS = 100_000
NAMES_SEPARATOR = ";"
"""Between the names of one role in a cell of a .csv file."""
MOST_SPEAKERS = 100
COLUMNS = ("clip", "article", "language", "style", "speakers", "audio_stream")
"""What is not a credit's role."""
SLIP_LIKENESS = 0.85
"""A column at least so like one of `COLUMNS` (difflib's ratio) is a slip of the keyboard and no role."""

Row = tuple[int, dict[str, Any] | str]
"""The line a row begins on, and its cells; or what is wrong with it."""


class _BadRow(Exception):
    """Why a row cannot be used."""


def read_manifest(path: Path) -> Plan:
    """The entries of a manifest, without outputs, and its bad rows.

    `clip` and `article` are paths from the manifest's folder, or absolute; an article may be an http(s) address.
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
                raise _BadRow(f"{entry.clip} stands in line {lines[where]} already")
            lines[where] = line
            entries.append(entry)
        except (_BadRow, CaptionkitError) as error:
            problems.append(Problem(f"{path}, line {line}", str(error).rstrip(".")))
        if len(lines) + len(problems) > MOST_ROWS:
            raise InputError(path, f"it has more than {MOST_ROWS:,} rows", "Split it.")
    return Plan(tuple(entries), tuple(problems))


def _csv_rows(text: str, path: Path) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            if header is None:
                header = [name.strip().lower() for name in cells]
                _require_clip(header, path)
            elif len(cells) > len(header):
                yield line, f"it has {len(cells)} cells, and the first line names {len(header)}"
            elif any(cell.strip() for cell in cells):
                yield line, dict(zip(header, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        yield line, f"from here on it is not CSV ({error})"
    if header is None:
        _require_clip([], path)


def _require_clip(header: list[str], path: Path) -> None:
    if "clip" not in header:
        raise InputError(path, "its first line has no column `clip`", "Name the columns there, such as clip,article.")
    if len(set(header)) < len(header):
        raise InputError(path, "its first line names a column twice", "Give each column its own name.")


def _json_rows(text: str, path: Path) -> Iterator[Row]:
    for line, written in enumerate(text.split("\n"), 1):
        if not written.strip():
            continue
        try:
            row = json.loads(written)
        except (ValueError, RecursionError):
            yield line, "it is not JSON"
            continue
        yield line, row if isinstance(row, dict) else "it is not an object like {\"clip\": \"a.mp4\"}"


READERS: dict[str, Callable[[str, Path], Iterator[Row]]] = {".csv": _csv_rows, ".jsonl": _json_rows}
"""Suffix → rows of a manifest."""


def _entry(row: dict[str, Any] | str, folder: Path) -> PlannedClip:
    if isinstance(row, str):
        raise _BadRow(row)
    clip, article = _cell(row, "clip"), _cell(row, "article")
    if not clip:
        raise _BadRow("it names no clip")
    path = folder / clip
    _require_file(path)
    if article and "://" not in article:
        article = str(folder / article)
        _require_file(Path(article))
    credits = tuple(
        credit
        for role in row
        if role not in COLUMNS
        for credit in _credit(role, row[role])
    )
    return PlannedClip(path, article, credits=credits, options=_options(row, folder))


def speaker_count(text: str) -> int | None:
    """The number of speakers in `N`, `auto` (None: to be found out) or `off` (0: not distinguished).

    Raises:
        UsageError: it is another text.
    """
    if text == "auto":
        return None
    if text == "off":
        return 0
    if text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= MOST_SPEAKERS:
        return int(text)
    raise UsageError(f"{text!r} is not a number from 1 to {MOST_SPEAKERS}, `auto` or `off`.")


def _require_file(path: Path) -> None:
    try:
        if not path.is_file():
            raise _BadRow(f"{path}: there is no such file")
    except OSError as error:
        raise _BadRow(f"{path}: it cannot be read ({error.strerror})") from None


def _cell(row: dict[str, Any], column: str) -> str | None:
    """The text of a cell, None where it is empty or missing."""
    value = row.get(column)
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise _BadRow(f"{column} is not text")
    text = "" if value is None else str(value).strip()
    if "\0" in text:
        raise _BadRow(f"{column} contains a character that names cannot have")
    return text or None


def _credit(role: str, value: Any) -> Iterator[Credit]:
    if meant := get_close_matches(role, COLUMNS, 1, SLIP_LIKENESS):
        raise _BadRow(f"there is no column `{role}`; name it `{meant[0]}`")
    names = value.split(NAMES_SEPARATOR) if isinstance(value, str) else value or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _BadRow(f"{role} is neither a name nor a list of names")
    found = [parse_credit_option(f"{role}={name}") for name in names if name.strip()]
    if found:
        yield Credit(found[0].role, tuple(dict.fromkeys(n for credit in found for n in credit.names)))


def _options(row: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The fields of `CaptionOptions` that a row sets."""
    language, style = _cell(row, "language"), _cell(row, "style")
    if style and style.lower().endswith(".toml"):
        style = str(folder / style)
    if style:
        load_style(style)
    changes: dict[str, Any] = {"language": language, "style": style, "audio_stream": _whole(row, "audio_stream")}
    given = {name: value for name, value in changes.items() if value is not None}
    if speakers := _cell(row, "speakers"):
        given["speakers"] = speaker_count(speakers)
    return given


def _whole(row: dict[str, Any], column: str) -> int | None:
    text = _cell(row, column)
    if text is not None and not (text.isascii() and text.isdecimal() and len(text) < 4):
        raise _BadRow(f"{column} is {text!r}, not a whole number")
    return None if text is None else int(text)
