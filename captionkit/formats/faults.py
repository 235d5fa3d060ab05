"""What a scanner of caption files finds: cues with their places, and faults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from captionkit.model import Cue, Level

FORMAT_RULES: dict[str, str] = {
    "encoding": "The bytes are text in UTF-8 without NUL.",
    "header": "The file begins with WEBVTT and a blank line.",
    "timing": "A cue's times are whole: 00:01.000 --> 00:02.000 in WebVTT, 00:00:01,000 --> 00:00:02,000 in SubRip.",
    "setting": "A cue's settings are those of WebVTT, with values it knows.",
    "block": "Every text belongs to a cue, and blank lines part the cues.",
    "tag": "Tags are those of the format, closed, and no text looks like one.",
    "escape": "& stands only where it begins a character reference.",
    "identifier": "No two cues have one identifier; in SubRip they are numbered from 1.",
}
"""The rules of the formats themselves, by name, whatever the style."""

MOST_FAULTS = 1000
"""A file that is no captions at all is not worth a longer list."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a file breaks a rule of its format; `line` and `column` count from 1, columns in characters."""

    rule: str
    level: Level
    message: str
    line: int
    column: int = 1


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a player shows of a file.

    `lines` are the numbers of the cues' timing lines, below which their text follows; empty where a format does not go
    by lines.
    """

    cues: tuple[Cue, ...]
    lines: tuple[int, ...]
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class Scan:
    """A scan under way."""

    cues: list[Cue] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def error(self, rule: str, message: str, line: int, column: int = 1) -> None:
        """Note what a player drops or shows otherwise."""
        self._note("error", rule, message, line, column)

    def warn(self, rule: str, message: str, line: int, column: int = 1) -> None:
        """Note what the format forbids and players bear."""
        self._note("warning", rule, message, line, column)

    def _note(self, level: Level, rule: str, message: str, line: int, column: int) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(rule, level, message, line, column))

    def done(self) -> Scanned:
        """All that was found, faults by their place."""
        faults = sorted(self.faults, key=lambda fault: (fault.line, fault.column))
        return Scanned(tuple(self.cues), tuple(self.lines), tuple(faults))


_BREAK = re.compile(r"\r\n|\n|\r")
_INVALID = "\udc80-\udcff"


def text_of(data: bytes, scan: Scan) -> str | None:
    """UTF-8 text without its byte order mark; bytes that are none, and NUL, become U+FFFD and are noted.

    None where the bytes are UTF-16, which is noted too.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        scan.error("encoding", "The file is UTF-16, which players do not read; save it as UTF-8.", 1)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
        for line, column, char in _odd(text, re.compile(f"[{_INVALID}]+")):
            shown = " ".join(f"{ord(c) - 0xDC00:02X}" for c in char[:4])
            scan.error("encoding", f"The bytes {shown} are no UTF-8; they show as “�”.", line, column)
        text = re.sub(f"[{_INVALID}]", "\ufffd", text)
    if "\0" in text:
        for line, column, _ in _odd(text, re.compile("\0+")):
            scan.error("encoding", "The character NUL shows as “�”.", line, column)
        text = text.replace("\0", "\ufffd")
    return text


def lines_of_text(text: str) -> list[str]:
    """The lines of a text, whatever ends them; a last line break begins no further line."""
    lines = _BREAK.split(text) if "\r" in text else text.split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


def _odd(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    """The first places where a pattern is found: line, column, what."""
    found = 0
    for number, line in enumerate(lines_of_text(text), 1):
        for match in pattern.finditer(line):
            yield number, match.start() + 1, match[0]
            found += 1
            if found == MOST_FAULTS:
                return
