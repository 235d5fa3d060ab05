"""WebVTT as the W3C's parser reads it (https://www.w3.org/TR/webvtt1/, section 6), with faults for what it drops.

Blocks, times and settings are read here, the text of cues in `payload`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from captionkit.formats.presentation import file_cue
from captionkit.formats.reading import Reading, decoded_utf8, excerpt, lines_of_text
from captionkit.formats.vtt.payload import read_cue_text
from captionkit.model import CaptionFile
from captionkit.timecode import MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND

_ARROW = "-->"
_SPACES = " \t\f"
_TIME = re.compile(r"(?:(\d{1,6}):)?(\d\d):(\d\d)\.(\d{3})(?!\d)")
_NEARLY_TIME = re.compile(r"[\d:.,;]*")
_KINDS = {"STYLE": "styles", "REGION": "regions"}
_PERCENT = r"\d{1,9}(?:\.\d{1,9})?%"
_SETTINGS: dict[str, re.Pattern[str]] = {
    "vertical": re.compile("rl|lr"),
    "line": re.compile(rf"(?:-?\d{{1,9}}(?:\.\d{{1,9}})?|{_PERCENT})(?:,(?:start|center|end))?"),
    "position": re.compile(rf"{_PERCENT}(?:,(?:line-left|center|line-right))?"),
    "size": re.compile(_PERCENT),
    "align": re.compile("start|center|end|left|right"),
    "region": re.compile(r".+"),
}


@dataclass(slots=True)
class _Block:
    """Lines up to a blank one, or to the next line with an arrow; `first` is the number of the first."""

    first: int
    head: list[str] = field(default_factory=list)
    timing: int | None = None
    text: list[str] = field(default_factory=list)


def read(data: bytes, source: str | Path) -> CaptionFile:
    """The cues that a browser shows of a WebVTT file, its faults, its comments and what it holds besides.

    Nothing is rejected: `CaptionFile` says what is lost. `source` is not used.
    """
    found = Reading()
    lines = lines_of_text(decoded_utf8(data, found))
    ids: dict[str, int] = {}
    at = _after_header(lines, found)
    while at < len(lines):
        if not lines[at]:
            at += 1
            continue
        block, at = _block(lines, at, found)
        if block.timing is None:
            _read_other(block, found)
        elif _is_noted(block, lines):
            found.lost_cues += 1
        else:
            _read_cue(block, lines[block.timing], ids, found)
    return found.result()


def _after_header(lines: list[str], found: Reading) -> int:
    """The index of the first line after the header; without one, the first line."""
    first = lines[0] if lines else ""
    if not re.match(r"WEBVTT(?:[ \t]|$)", first):
        found.refused = "it is not WebVTT"
        reason = "a space must follow WEBVTT" if first.startswith("WEBVTT") else "players show nothing of it"
        found.error("header", f"The file does not begin with the line WEBVTT: {reason}.", 1)
        is_cue = any(_ARROW in line for line in lines[:2])
        return 0 if is_cue else 1
    at = 1
    while at < len(lines) and lines[at] and _ARROW not in lines[at]:
        at += 1
    if at > 1 or first[6:].strip():
        found.holds("metadata")
    if at < len(lines) and lines[at]:
        found.warn("header", "A blank line must follow the header.", at + 1)
    elif at > 1:
        found.warn("header", f"“{excerpt(lines[1])}” stands in the header and is ignored.", 2)
    return at


def _block(lines: list[str], at: int, found: Reading) -> tuple[_Block, int]:
    """Collect a block from line `at` on, and the index of the line after it."""
    block = _Block(at + 1)
    while at < len(lines) and lines[at]:
        line = lines[at]
        if _ARROW in line:
            if block.timing is not None or len(block.head) > 1:
                _note_no_blank_line(block, lines, at, found)
                return block, at
            block.timing = at
        else:
            (block.head if block.timing is None else block.text).append(line)
        at += 1
    return block, at


def _note_no_blank_line(block: _Block, lines: list[str], at: int, found: Reading) -> None:
    """A line with an arrow ends the block before it, whatever it was meant to be."""
    if not _TIME.search(lines[at]):
        message = f"“{_ARROW}” in “{excerpt(lines[at])}” ends the text here; write --&gt;."
        found.error("block", message, at + 1, lines[at].index(_ARROW) + 1)
    elif block.text:
        message = f"No blank line stands before this cue, so “{excerpt(lines[at - 1])}” shows in the one above."
        found.error("block", message, at + 1)
    elif block.timing is not None:
        found.error("block", "No blank line stands before this cue; the one above shows nothing.", at + 1)


def _is_noted(block: _Block, lines: list[str]) -> bool:
    """Whether a block is the rest of a text that an arrow broke off, which `_note_no_blank_line` has reported."""
    broken_off = block.timing == block.first - 1 and block.first > 2 and bool(lines[block.first - 2])
    return broken_off and not _TIME.search(lines[block.first - 1])


def _read_other(block: _Block, found: Reading) -> None:
    """A block without times is a comment, a style, a region, or lost."""
    first, rest = block.head[0], block.head[1:]
    kind = re.split(r"[ \t]", first, maxsplit=1)[0]
    if kind == "NOTE":
        found.notes.append("\n".join([first[4:], *rest]).strip())
        return
    if first.rstrip(_SPACES) in _KINDS:
        found.holds(_KINDS[kind])
        if found.cues:
            found.error("block", f"{kind} stands after a cue and is ignored; move it to the head.", block.first)
        elif not rest:
            found.warn("block", f"{kind} is empty.", block.first)
        return
    found.error("block", f"“{excerpt(first)}” belongs to no cue and is not shown.", block.first)


def _read_cue(block: _Block, timing: str, ids: dict[str, int], found: Reading) -> None:
    """The cue of a block, unless its times make players drop it."""
    assert block.timing is not None
    number = block.timing + 1
    if block.head:
        _note_identifier(block, ids, found)
    times = _read_times(timing, number, found)
    if times is None:
        if timing.startswith("NOTE"):
            found.notes.append("\n".join([timing[4:], *block.text]).strip())
        else:
            found.lost_cues += 1
        return
    start_ms, end_ms, settings = times
    if start_ms == end_ms:
        found.error("timing", "The cue ends as it starts and never shows.", number)
    _read_settings(timing, settings, number, found)
    lines = read_cue_text(block.text, (start_ms, end_ms), number + 1, found)
    found.add(file_cue(start_ms, end_ms, lines), number)


def _note_identifier(block: _Block, ids: dict[str, int], found: Reading) -> None:
    name = block.head[0]
    if not name.isdecimal():
        found.holds("ids")
    if re.match(r"NOTE(?:[ \t]|$)", name):
        found.error("block", f"The comment holds “{_ARROW}” and is read as a cue.", block.first)
    elif name in ids:
        message = f"The cue at line {ids[name]} has the identifier “{excerpt(name)}” as well."
        found.warn("identifier", message, block.first)
    ids.setdefault(name, block.first)


def _read_times(line: str, number: int, found: Reading) -> tuple[int, int, int] | None:
    """Start, end and where the settings begin; None where the parser drops the cue."""
    start_at = _past_spaces(line, 0)
    start = _time_at(line, start_at)
    if start is None:
        _note_dropped(line, start_at, number, found)
        return None
    arrow_at = _past_spaces(line, start.end)
    end_at = _past_spaces(line, arrow_at + len(_ARROW))
    end = _time_at(line, end_at) if line.startswith(_ARROW, arrow_at) else None
    if end is None:
        _note_dropped(line, end_at if line.startswith(_ARROW, arrow_at) else arrow_at, number, found)
        return None
    if arrow_at == start.end or end_at == arrow_at + len(_ARROW):
        found.warn("timing", f"A space must stand on both sides of {_ARROW}.", number, arrow_at + 1)
    if start.short or end.short:
        found.warn("timing", "Hours have two digits or more.", number)
    return start.ms, end.ms, end.end


class _Time(NamedTuple):
    """A time in milliseconds, where it ends in its line, and whether its hours have one digit only."""

    ms: int
    end: int
    short: bool


def _time_at(line: str, at: int) -> _Time | None:
    match = _TIME.match(line, at)
    if match is None:
        return None
    hours, minutes, seconds, millis = (int(part or 0) for part in match.groups())
    if minutes > 59 or seconds > 59:
        return None
    ms = hours * MS_PER_HOUR + minutes * MS_PER_MINUTE + seconds * MS_PER_SECOND + millis
    return _Time(ms, match.end(), match[1] is not None and len(match[1]) < 2)


def _note_dropped(line: str, at: int, number: int, found: Reading) -> None:
    """Say why the times cannot be read."""
    near = _NEARLY_TIME.match(line, at)
    text = near[0] if near else ""
    if "," in text:
        reason = f"“{excerpt(text)}” has a comma; WebVTT has a full stop before the milliseconds"
    elif text:
        reason = f"“{excerpt(text)}” is not a time like 00:01.000"
    else:
        reason = f"“{excerpt(line[at:])}” stands where a time or {_ARROW} must" if line[at:] else "a time is missing"
    found.error("timing", f"The cue is not shown: {reason}.", number, at + 1)


def _read_settings(line: str, at: int, number: int, found: Reading) -> None:
    """Note every setting that the parser ignores."""
    for match in re.finditer(r"[^ \t\f]+", line[at:]):
        found.holds("settings")
        name, colon, value = match[0].partition(":")
        known = _SETTINGS.get(name)
        if known and colon and known.fullmatch(value) and _within(value):
            continue
        reason = f"is not a value of {name}" if known and colon else "is not a setting of WebVTT"
        found.error("setting", f"“{excerpt(match[0])}” {reason} and is ignored.", number, at + match.start() + 1)


def _within(value: str) -> bool:
    """Whether a percentage, if it is one, is at most 100."""
    number, percent, _ = value.partition("%")
    return not percent or float(number) <= 100


def _past_spaces(line: str, at: int) -> int:
    while at < len(line) and line[at] in _SPACES:
        at += 1
    return at
