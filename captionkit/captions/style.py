"""Caption styles: the numbers and notations that a broadcaster or newsroom asks for, each with its source.

To add a style:

1. Copy `styles/netflix-en.toml` to `styles/NAME.toml`.
2. Set `name`, `title` and, for each number and notation, its `value`.
3. Give each its `source`: who asks for it, and where.
4. Run `pytest tests/captions`; the style is then known by its name, in the commands as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from captionkit.errors import InputError, UsageError
from captionkit.files import read_text
from captionkit.text import parse_toml, toml_names, toml_tables
from captionkit.timecode import MS_PER_MINUTE, MS_PER_SECOND

DEFAULT_STYLE = "netflix-en"

BOUNDS: dict[str, tuple[int, int]] = {
    "max_chars_per_line": (10, 120),
    "max_lines": (1, 4),
    "speakers_per_cue": (1, 2),
    "min_duration_ms": (0, 5_000),
    "max_duration_ms": (1_000, 30_000),
    "max_chars_per_second": (5, 60),
    "max_words_per_minute": (60, 400),
    "min_gap_frames": (0, 12),
    "close_gaps_under_ms": (0, 2_000),
    "linger_ms": (0, 3_000),
    "snap_to_shot_ms": (0, 1_000),
    "sync_ms": (40, 5_000),
}
"""The least and the most each number of a style may be; what lies outside is a mistake."""

MAY_BE_NONE = frozenset({"max_duration_ms", "max_chars_per_second", "max_words_per_minute", "sync_ms"})
"""Numbers that may also be 0: the style does not ask for one."""

NOTATIONS = ("speaker_named", "speaker_name", "speaker_mark", "sound")
"""What a style says in text rather than in numbers."""

NAMED_WHEN = ("never", "first", "change")

SHORTEST_MS = 833
LONGEST_MS = 7_000
CHARS_PER_SECOND = 20
"""What the layout keeps to where a style names no number; the check then asks for nothing."""

_LONGEST_NOTATION = 20
_MAX_CHARACTERS = 64 * 1024
_REMEDY = "Compare it with a style that comes with captionkit (docs/styles.md)."


@dataclass(frozen=True, slots=True)
class Style:
    """How captions look and how long they stay on screen.

    `min_gap_frames` is the least gap between two cues; a gap under `close_gaps_under_ms` is closed to that. A cue may
    stay for `linger_ms` after its last sound so that it can be read. `snap_to_shot_ms` is how near a shot change must
    be for a cue's edge to be moved to it, 0 for never. `sync_ms` is how far from speech a cue may start.

    `speaker_named` says when a speaker's name is shown: never, at their first words, or at each change of
    speaker. `speaker_name` is how, with Name (or NAME, for capitals) where the name goes; a line feed at its
    end puts it on a line of its own. `speaker_mark` shows a change of speaker where there is no name. `sound` is
    how a sound is written, with sound (or SOUND) where its words go; `sound_words` are those words by kind.
    `sources` says for each number and notation, by its field's name, who asks for it.

    Raises:
        ValueError: a number is out of its bounds, a notation has no placeholder, or two
            numbers contradict each other.
    """

    name: str
    title: str
    max_chars_per_line: int
    max_lines: int
    speakers_per_cue: int
    min_duration_ms: int
    max_duration_ms: int
    max_chars_per_second: int
    max_words_per_minute: int
    min_gap_frames: int
    close_gaps_under_ms: int
    linger_ms: int
    snap_to_shot_ms: int
    sync_ms: int
    speaker_named: str
    speaker_name: str
    speaker_mark: str
    sound: str
    sound_words: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Reject numbers and notations that no caption could follow."""
        for number, (least, most) in BOUNDS.items():
            value = getattr(self, number)
            if not least <= value <= most and not (value == 0 and number in MAY_BE_NONE):
                raise ValueError(f"{number} is {value}, not between {least} and {most}")
        if self.max_duration_ms and self.min_duration_ms >= self.max_duration_ms:
            shortest, longest = self.min_duration_ms, self.max_duration_ms
            raise ValueError(f"min_duration_ms ({shortest}) is not under max_duration_ms ({longest})")
        self._check_notations()

    def _check_notations(self) -> None:
        for notation in NOTATIONS:
            text = getattr(self, notation)
            if len(text) > _LONGEST_NOTATION or not text.removesuffix("\n").isprintable():
                raise ValueError(f"{notation} is not a short text in one line")
        if self.speaker_named not in NAMED_WHEN:
            raise ValueError(f"speaker_named is {self.speaker_named!r}, not one of {', '.join(NAMED_WHEN)}")
        if "Name" not in self.speaker_name and "NAME" not in self.speaker_name:
            raise ValueError("speaker_name does not say where the Name goes")
        if self.speaker_name.endswith("\n") and self.max_lines == 1:
            raise ValueError("speaker_name takes a line of its own, and max_lines is 1")
        if self.speakers_per_cue == 2 and not (self.speaker_mark and self.max_lines > 1):
            raise ValueError("two speakers in a cue need two lines and a speaker_mark")
        if "sound" not in self.sound and "SOUND" not in self.sound:
            raise ValueError("sound does not say where the sound goes")

    @property
    def shortest_ms(self) -> int:
        """How long the layout lets a cue stand at least."""
        return self.min_duration_ms or SHORTEST_MS

    @property
    def longest_ms(self) -> int:
        """How long the layout lets a cue stand at most."""
        return self.max_duration_ms or max(LONGEST_MS, 2 * self.shortest_ms)

    def reading_ms(self, columns: int, words: int) -> int:
        """How long a text of so many columns and words must stand to be read at the style's speed."""
        speed = self.max_chars_per_second or (0 if self.max_words_per_minute else CHARS_PER_SECOND)
        by_columns = -(-columns * MS_PER_SECOND // speed) if speed else 0
        if not self.max_words_per_minute:
            return by_columns
        return max(by_columns, -(-words * MS_PER_MINUTE // self.max_words_per_minute))


def style_names() -> tuple[str, ...]:
    """The styles that come with captionkit, in alphabetical order."""
    return toml_names(__package__, "styles")


def load_style(name_or_path: str | Path = DEFAULT_STYLE) -> Style:
    """The style of a known name, or the one in a .toml file of the user's own.

    Raises:
        UsageError: no style has this name; the message lists those there are.
        InputError: the file cannot be read or is not a style.
    """
    if str(name_or_path) in style_names():
        return _style(toml_tables(__package__, f"styles/{name_or_path}.toml"), str(name_or_path))
    path = Path(name_or_path)
    if path.suffix.lower() != ".toml":
        raise UsageError(
            f"There is no style named {str(name_or_path)!r}. Known are {', '.join(style_names())}; "
            "for a style of your own give the path of its .toml file."
        )
    return _style(_read_style_file(path), str(path))


def _read_style_file(path: Path) -> dict[str, Any]:
    """The tables of a user's file, which may be anything."""
    text = read_text(path).removeprefix("\ufeff")
    if len(text) > _MAX_CHARACTERS:
        raise InputError(path, f"is longer than {_MAX_CHARACTERS} characters, so it is not a style", _REMEDY)
    try:
        return parse_toml(text)
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"is not TOML ({error})", _REMEDY) from error


def _style(tables: dict[str, Any], source: str) -> Style:
    """The style that the tables spell out; every number and notation must be there, and nothing else."""
    tables = dict(tables)
    words = tables.pop("sound_words", {})
    unknown = set(tables) - {"name", "title", *BOUNDS, *NOTATIONS}
    if unknown:
        raise InputError(source, f"has {', '.join(sorted(unknown))}, which is not part of a style", _REMEDY)
    values: dict[str, Any] = {key: _text(tables.get(key), key, source) for key in ("name", "title")}
    values |= {key: _value(tables.get(key), key, source) for key in (*BOUNDS, *NOTATIONS)}
    sources = tuple((key, tables[key]["source"]) for key in (*BOUNDS, *NOTATIONS))
    try:
        return Style(**values, sound_words=_sound_words(words, source), sources=sources)
    except ValueError as error:
        raise InputError(source, str(error), _REMEDY) from error


def _text(value: object, key: str, source: str) -> str:
    """A text of a style file, which must be there."""
    if not isinstance(value, str) or not value.strip():
        raise InputError(source, f"has no {key}", _REMEDY)
    return value


def _value(table: object, key: str, source: str) -> int | str:
    """The value of one table of a style file, after its shape is checked."""
    if not isinstance(table, dict):
        raise InputError(source, f"has no table [{key}]", _REMEDY)
    value, origin = table.get("value"), table.get("source")
    if key in BOUNDS and (not isinstance(value, int) or isinstance(value, bool)):
        raise InputError(source, f"has no whole number as value in [{key}]", _REMEDY)
    if key in NOTATIONS and not isinstance(value, str):
        raise InputError(source, f"has no text as value in [{key}]", _REMEDY)
    if not isinstance(origin, str) or not origin.strip():
        raise InputError(source, f"does not say in [{key}] who asks for that (source)", _REMEDY)
    assert isinstance(value, (int, str))
    return value


def _sound_words(table: object, source: str) -> tuple[tuple[str, str], ...]:
    """The words for sounds by their kind, which a style may give."""
    if not isinstance(table, dict) or not all(isinstance(w, str) and w.strip() for w in table.values()):
        raise InputError(source, "has something other than words in [sound_words]", _REMEDY)
    return tuple((kind, " ".join(words.split())) for kind, words in table.items())
