"""What the readers of WebVTT and SubRip share: decoding bytes, lines, and the cues and faults found so far."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from captionkit.files import decoded
from captionkit.formats.presentation import unix_lines
from captionkit.model import CaptionFile, Fault, FileCue, Level

FORMAT_RULES: dict[str, str] = {
    "encoding": "The bytes are text in UTF-8 without NUL.",
    "header": "The file begins with WEBVTT and a blank line.",
    "timing": "A cue's times are complete: 00:01.000 --> 00:02.000 in WebVTT, 00:00:01,000 --> 00:00:02,000 in SubRip.",
    "setting": "A cue's settings are those of WebVTT, with values it knows.",
    "block": "Every text belongs to a cue, and blank lines separate the cues.",
    "tag": "Tags are those of the format and closed, and no text looks like one.",
    "escape": "& stands only where it begins a character reference.",
    "identifier": "No two cues have one identifier; in SubRip they are numbered from 1.",
}
"""The rules of the formats themselves, by name, whatever the style."""

MOST_FAULTS = 1000
"""A file that is not a caption file at all is not worth a longer list."""

LONGEST_EXCERPT = 40


@dataclass(slots=True)
class Reading:
    """A file being read; `result` gives what `CaptionFile` describes."""

    cues: list[FileCue] = field(default_factory=list)
    timing_lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    lost_cues: int = 0
    refused: str = ""

    def error(self, rule: str, message: str, line: int, column: int = 1) -> None:
        """Note what a player drops or shows differently."""
        self._note("error", rule, message, line, column)

    def warn(self, rule: str, message: str, line: int, column: int = 1) -> None:
        """Note what the format forbids and players tolerate."""
        self._note("warning", rule, message, line, column)

    def _note(self, level: Level, rule: str, message: str, line: int, column: int) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(rule, level, message, line, column))

    def add(self, cue: FileCue, timing_line: int) -> None:
        """Add a cue, and the number of the line with its times."""
        self.cues.append(cue)
        self.timing_lines.append(timing_line)

    def holds(self, kind: str) -> None:
        """Note that the file holds something of a kind of `CaptionFile.beside`."""
        if kind not in self.beside:
            self.beside.append(kind)

    def result(self) -> CaptionFile:
        """All that was found, faults by their place."""
        return CaptionFile(
            tuple(self.cues),
            tuple(filter(None, self.notes)),
            beside=tuple(self.beside),
            faults=tuple(sorted(self.faults, key=lambda fault: (fault.line, fault.column))),
            timing_lines=tuple(self.timing_lines),
            lost_cues=self.lost_cues,
            refused=self.refused,
        )


_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)


def resolved(text: str) -> str:
    """A text with its character references (`&amp;`) resolved.

    Only complete references of sane length: `html.unescape` also takes `&notes` and a million digits.
    """
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text)


def excerpt(text: str, longest: int = LONGEST_EXCERPT) -> str:
    """The beginning of a text, for a message."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def whole_text(data: bytes, source: str | Path) -> str:
    """The text of a file without its byte order mark, each line ending in a line feed.

    Raises:
        FormatError: the text is in an unknown encoding.
    """
    return unix_lines(decoded(data, source).removeprefix("\ufeff"))


_BREAK = re.compile(r"\r\n|\n|\r")
_INVALID = "\udc80-\udcff"


def decoded_utf8(data: bytes, reading: Reading) -> str:
    """UTF-8 text without its byte order mark; invalid bytes, and NUL, become U+FFFD and are noted.

    UTF-16 is read too, and noted.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        reading.error("encoding", "The file is UTF-16, which players do not read; save it as UTF-8.", 1)
        return data.decode("utf-16", "replace")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
        for line, column, char in _places(text, re.compile(f"[{_INVALID}]+")):
            shown = " ".join(f"{ord(c) - 0xDC00:02X}" for c in char[:4])
            reading.error("encoding", f"The bytes {shown} are not UTF-8; they show as “�”.", line, column)
        text = re.sub(f"[{_INVALID}]", "\ufffd", text)
    if "\0" in text:
        for line, column, _ in _places(text, re.compile("\0+")):
            reading.error("encoding", "The character NUL shows as “�”.", line, column)
        text = text.replace("\0", "\ufffd")
    return text


def lines_of_text(text: str) -> list[str]:
    """The lines of a text, whatever ends them; a line break at the end does not begin another line."""
    lines = _BREAK.split(text) if "\r" in text else text.split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


def _places(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    """The first places where a pattern is found: line, column, what."""
    found = 0
    for number, line in enumerate(lines_of_text(text), 1):
        for match in pattern.finditer(line):
            yield number, match.start() + 1, match[0]
            found += 1
            if found == MOST_FAULTS:
                return
