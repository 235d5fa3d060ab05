"""The text of a WebVTT cue as the W3C's parser takes it: tags, timestamps, character references."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from html.entities import html5
from itertools import accumulate

from captionkit.formats.faults import Scan
from captionkit.timecode import parse_timestamp

_PIECE = re.compile(r"<[^>]*>?|&")
_TAG = re.compile(r"<(/?)([^\s.>/]*)((?:\.[^\s.>]*)*)(?:\s+([^>]*))?>")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TIME = re.compile(r"(?:\d{2,9}:)?[0-5]\d:[0-5]\d\.\d{3}")
_TAGS = frozenset({"c", "i", "b", "u", "ruby", "rt", "v", "lang"})
_NEEDS_A_NAME = {"v": "the speaker's name", "lang": "a language"}
_SHOWN = 30
_LONGEST_BARE = max(len(name) for name in html5 if not name.endswith(";"))


@dataclass(slots=True)
class _Reading:
    """The text so far, and the tags that are open."""

    times: tuple[int, int]
    first_line: int
    scan: Scan
    source: str
    starts: list[int]
    text: list[str] = field(default_factory=list)
    opened: list[tuple[str, int]] = field(default_factory=list)
    voices: set[str] = field(default_factory=set)
    last_ms: int = 0

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of a character of the source."""
        line = bisect_right(self.starts, at) - 1
        return self.first_line + line, at - self.starts[line] + 1


def read_cue_text(
    lines: list[str], times: tuple[int, int], first_line: int, scan: Scan
) -> tuple[tuple[str, ...], str | None]:
    """What a cue shows, as lines, and the one voice it names.

    Args:
        lines: the lines under the cue's times.
        times: the cue's start and end in milliseconds, between which its timestamps must lie.
        first_line: the number of the first line.
        scan: where faults go.
    """
    source = "\n".join(lines)
    if "<" not in source and "&" not in source:
        return tuple(lines), None
    starts = list(accumulate((len(line) + 1 for line in lines[:-1]), initial=0))
    reading = _Reading(times, first_line, scan, source, starts)
    at = 0
    for piece in _PIECE.finditer(source):
        if piece.start() < at:
            continue
        reading.text.append(source[at : piece.start()])
        at = _read_piece(reading, piece)
    reading.text.append(source[at:])
    for name, opened_at in reading.opened:
        if name != "v":
            scan.warn("tag", f"“<{name}>” is not closed.", *reading.place(opened_at))
    voice = next(iter(reading.voices)) if len(reading.voices) == 1 else None
    return tuple("".join(reading.text).split("\n")), voice


def _read_piece(reading: _Reading, piece: re.Match[str]) -> int:
    """Take in a tag or an ampersand, and say where the text goes on."""
    if piece[0] == "&":
        return _read_reference(reading, piece.start())
    if not piece[0].endswith(">"):
        message = f"“{_short(piece[0])}” is not shown: “<” begins a tag that never ends; write &lt;."
        reading.scan.error("tag", message, *reading.place(piece.start()))
    elif _TIME.fullmatch(piece[0][1:-1]):
        _read_time(reading, piece)
    else:
        _read_tag(reading, piece)
    return piece.end()


def _read_reference(reading: _Reading, at: int) -> int:
    """Take in a character reference; some of HTML's need no semicolon, which WebVTT forbids and browsers bear."""
    match = _REFERENCE.match(reading.source, at)
    if match and (match[0][1] == "#" or match[0][1:] in html5):
        reading.text.append(html.unescape(match[0]))
        return match.end()
    place = reading.place(at)
    bare = _bare_reference(reading.source, at)
    if bare:
        reading.text.append(html5[bare])
        reading.scan.warn("escape", f"“&{bare}” has no semicolon and shows as “{html5[bare]}”.", *place)
        return at + 1 + len(bare)
    shown = f"“{match[0]}” is no character reference" if match else "“&” stands alone"
    reading.scan.warn("escape", f"{shown}; write &amp; for the sign itself.", *place)
    reading.text.append("&")
    return at + 1


def _bare_reference(source: str, at: int) -> str:
    """The longest name of a reference without a semicolon that stands behind an ampersand, "" for none."""
    ahead = source[at + 1 : at + 1 + _LONGEST_BARE]
    return next((ahead[:n] for n in range(len(ahead), 1, -1) if ahead[:n] in html5), "")


def _read_time(reading: _Reading, piece: re.Match[str]) -> None:
    at_ms = parse_timestamp(piece[0][1:-1])
    start_ms, end_ms = reading.times
    if not max(start_ms, reading.last_ms) < at_ms < end_ms:
        message = f"The timestamp {piece[0]} does not lie after the one before it and inside the cue."
        reading.scan.warn("tag", message, *reading.place(piece.start()))
    reading.last_ms = max(reading.last_ms, at_ms)


def _read_tag(reading: _Reading, piece: re.Match[str]) -> None:
    tag = _TAG.fullmatch(piece[0])
    place = reading.place(piece.start())
    closing, name, _, annotation = tag.groups() if tag else ("", "", "", None)
    if name not in _TAGS:
        message = f"“{_short(piece[0])}” is no tag of WebVTT and is dropped; for the signs write &lt; and &gt;."
        reading.scan.error("tag", message, *place)
    elif closing:
        _close(reading, name, place)
    elif name == "rt" and not (reading.opened and reading.opened[-1][0] == "ruby"):
        reading.scan.error("tag", "“<rt>” stands outside <ruby> and is dropped.", *place)
    else:
        _open(reading, name, " ".join(html.unescape(annotation or "").split()), piece.start())


def _open(reading: _Reading, name: str, annotation: str, at: int) -> None:
    reading.opened.append((name, at))
    if name in _NEEDS_A_NAME and not annotation:
        reading.scan.warn("tag", f"“<{name}>” does not say {_NEEDS_A_NAME[name]}.", *reading.place(at))
    if name == "v" and annotation:
        reading.voices.add(annotation)


def _close(reading: _Reading, name: str, place: tuple[int, int]) -> None:
    """An end tag closes the innermost tag alone; </ruby> closes an open <rt> with it."""
    if name == "ruby" and [opened for opened, _ in reading.opened[-2:]] == ["ruby", "rt"]:
        reading.opened.pop()
    if reading.opened and reading.opened[-1][0] == name:
        reading.opened.pop()
    else:
        reading.scan.error("tag", f"“</{name}>” closes no tag that is open here and is dropped.", *place)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
