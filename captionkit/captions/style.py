"""Caption styles: the numbers a house or a broadcaster asks for, each with its source.

To add a style: write `styles/NAME.toml` with one table a number (`value`, `source`), as in
`styles/netflix-en.toml`. It is then known by its name, nothing else is to be changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from captionkit.captions.data import data_names, parse_toml, read_data
from captionkit.errors import InputError, UsageError

DEFAULT_STYLE = "netflix-en"

BOUNDS: dict[str, tuple[int, int]] = {
    "max_chars_per_line": (10, 120),
    "max_lines": (1, 4),
    "min_duration_ms": (1, 5_000),
    "max_duration_ms": (1_000, 30_000),
    "max_chars_per_second": (5, 60),
    "min_gap_frames": (0, 12),
    "close_gaps_under_ms": (0, 2_000),
    "linger_ms": (0, 3_000),
    "snap_to_shot_ms": (0, 1_000),
}
"""The least and the most each number of a style may be; what lies outside is a slip of the pen."""

_MAX_FILE_BYTES = 64 * 1024
_REMEDY = "Compare it with a style that captionkit brings (docs/styles.md)."


@dataclass(frozen=True, slots=True)
class Style:
    """How captions are to look and how long they stand.

    `min_gap_frames` keep two cues apart; a gap under `close_gaps_under_ms` is closed to that. A cue may
    stand `linger_ms` after its last sound so that it can be read. `snap_to_shot_ms` is how near a shot
    change must be to draw a cue's edge to it, 0 for never. `sources` says for each number, by its field's
    name, who asks for it.

    Raises:
        ValueError: a number is out of its bounds, or two contradict each other.
    """

    name: str
    title: str
    max_chars_per_line: int
    max_lines: int
    min_duration_ms: int
    max_duration_ms: int
    max_chars_per_second: int
    min_gap_frames: int
    close_gaps_under_ms: int
    linger_ms: int
    snap_to_shot_ms: int
    sources: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no caption could obey."""
        for number, (least, most) in BOUNDS.items():
            if not least <= getattr(self, number) <= most:
                raise ValueError(f"{number} is {getattr(self, number)}, not between {least} and {most}")
        if self.min_duration_ms >= self.max_duration_ms:
            shortest, longest = self.min_duration_ms, self.max_duration_ms
            raise ValueError(f"min_duration_ms ({shortest}) is not under max_duration_ms ({longest})")


def style_names() -> tuple[str, ...]:
    """The styles that captionkit brings, in alphabetical order."""
    return data_names("styles")


def load_style(name_or_path: str | Path = DEFAULT_STYLE) -> Style:
    """The style of a known name, or the one in a .toml file of the user's own.

    Raises:
        UsageError: no style has this name; the message lists those there are.
        InputError: the file cannot be read or is no style.
    """
    if str(name_or_path) in style_names():
        return _style(read_data(f"styles/{name_or_path}.toml"), str(name_or_path))
    path = Path(name_or_path)
    if path.suffix.lower() != ".toml":
        raise UsageError(
            f"There is no style named {str(name_or_path)!r}. Known are {', '.join(style_names())}; "
            "for a style of your own give the path of its .toml file."
        )
    return _style(_read_style_file(path), str(path))


def _read_style_file(path: Path) -> dict[str, Any]:
    """The tables of a user's file, which may be anything."""
    try:
        if path.is_fifo():
            raise InputError(path, "is no plain file", "Give the path of a style file.")
        with path.open("rb") as file:
            content = file.read(_MAX_FILE_BYTES + 1)
    except OSError as error:
        reason = f"cannot be read ({error.strerror})"
        raise InputError(path, reason, "Give the path of a style file.") from error
    if len(content) > _MAX_FILE_BYTES:
        raise InputError(path, f"is longer than {_MAX_FILE_BYTES} bytes, so it is no style", _REMEDY)
    try:
        return parse_toml(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"is not TOML ({error})", _REMEDY) from error


def _style(tables: dict[str, Any], source: str) -> Style:
    """The style that the tables spell out; every number must be there, and nothing else."""
    unknown = set(tables) - {"name", "title", *BOUNDS}
    if unknown:
        raise InputError(source, f"has {', '.join(sorted(unknown))}, which no style has", _REMEDY)
    values: dict[str, Any] = {key: _text(tables.get(key), key, source) for key in ("name", "title")}
    values |= {key: _number(tables.get(key), key, source) for key in BOUNDS}
    try:
        return Style(**values, sources=tuple((key, tables[key]["source"]) for key in BOUNDS))
    except ValueError as error:
        raise InputError(source, str(error), _REMEDY) from error


def _text(value: object, key: str, source: str) -> str:
    """A text of a style file, which must be there."""
    if not isinstance(value, str) or not value.strip():
        raise InputError(source, f"has no {key}", _REMEDY)
    return value


def _number(table: object, key: str, source: str) -> int:
    """The value of one table of a style file, after a look at its shape."""
    if not isinstance(table, dict):
        raise InputError(source, f"has no table [{key}]", _REMEDY)
    value, origin = table.get("value"), table.get("source")
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputError(source, f"has no whole number as value in [{key}]", _REMEDY)
    if not isinstance(origin, str) or not origin.strip():
        raise InputError(source, f"does not say in [{key}] who asks for that number (source)", _REMEDY)
    return value
