"""SubRip as players read it. It has no standard: what some players stumble over is noted."""

from __future__ import annotations

import re
from itertools import pairwise

from captionkit.formats.faults import Scan, Scanned, lines_of_text, text_of
from captionkit.model import Cue
from captionkit.timecode import MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND

_ARROW = "-->"
_TIME = r"(\d{1,4}):(\d{1,2}):(\d{1,2})([.,])(\d{1,3})"
_TIMING = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}(?P<rest>.*)")
_TAG = re.compile(r"<(/?)(b|i|u|s|font)(?:\s[^<>]*)?>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_POSITION = re.compile(r"\{\\[^{}]*\}")
_COORDINATES = re.compile(r"(?:\s+[XY][12]:\d{1,5})*\s*")
_SHOWN = 40


def scan(data: bytes) -> Scanned:
    """The cues that players show of a SubRip file, and its faults."""
    found = Scan()
    lines = lines_of_text(_text(data, found))
    starts = [index for index, line in enumerate(lines) if _is_timing(line)]
    if not starts:
        found.error("block", "There is no caption in the file.", 1)
        return found.done()
    _note_before(lines[: starts[0]], found)
    for count, (here, after) in enumerate(pairwise([*starts, None]), 1):
        assert here is not None
        _note_number(lines, here, count, found)
        _read_cue(lines, here, after, found)
    return found.done()


def _text(data: bytes, found: Scan) -> str:
    """UTF-8, or Windows-1252 as older tools write it, which is noted."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            found.warn("encoding", "The file is not UTF-8; it was read as Windows-1252.", 1)
            return data.decode("cp1252", "replace").replace("\0", "\ufffd")
    text = text_of(data, found)
    return data.decode("utf-16", "replace") if text is None else text


def _is_timing(line: str) -> bool:
    """Whether a line is meant to hold times: an arrow, and digits before or after it."""
    before, arrow, after = line.partition(_ARROW)
    return bool(arrow) and (before.strip()[:1].isdigit() or after.strip()[:1].isdigit())


def _note_before(lines: list[str], found: Scan) -> None:
    """What stands above the first cue, its number aside."""
    for number, line in enumerate(lines, 1):
        last = number == len(lines)
        if line.strip() and not (last and line.strip().isdecimal()):
            found.error("block", f"“{_short(line)}” belongs to no cue and is not shown.", number)


def _note_number(lines: list[str], at: int, count: int, found: Scan) -> None:
    number = lines[at - 1].strip() if at else ""
    if not number.isdecimal():
        found.warn("identifier", f"The cue has no number; it would be {count}.", at + 1)
    elif int(number[:9]) != count:
        found.warn("identifier", f"The cue has the number {_short(number)}; it would be {count}.", at)
    elif at > 1 and lines[at - 2].strip():
        found.error("block", "No blank line stands before this cue, and some players show its number.", at)


def _read_cue(lines: list[str], at: int, after: int | None, found: Scan) -> None:
    """The cue whose times stand in line `at`; the next cue's stand in line `after`."""
    block = lines[at + 1 : after]
    if after is not None and block and block[-1].strip().isdecimal():
        block = block[:-1]
    while block and not block[-1].strip():
        block = block[:-1]
    times = _read_times(lines[at], at + 1, found)
    if times is None:
        return
    if times[0] == times[1]:
        found.error("timing", "The cue ends as it starts and never shows.", at + 1)
    for number, line in enumerate(block, at + 2):
        if not line.strip():
            found.error("block", "A blank line stands inside the cue; many players drop what follows.", number)
            break
    _note_tags(block, at + 2, found)
    _note_swallowed(block, at + 2, found)
    shown = tuple(_TAG.sub("", _POSITION.sub("", line)) for line in block if line.strip())
    found.cues.append(Cue(*times, shown))
    found.lines.append(at + 1)


def _read_times(line: str, number: int, found: Scan) -> tuple[int, int] | None:
    match = _TIMING.fullmatch(line)
    if match is None:
        found.error("timing", f"The cue is not shown: “{_short(line)}” holds no times.", number)
        return None
    groups = match.groups()
    start, end = _ms(groups[:5]), _ms(groups[5:10])
    if start is None or end is None:
        found.error("timing", f"The cue is not shown: “{_short(line)}” has over 59 minutes or seconds.", number)
        return None
    whole = all(len(groups[k]) >= 2 for k in (0, 1, 2, 5, 6, 7)) and all(len(groups[k]) == 3 for k in (4, 9))
    if not whole or "." in (groups[3], groups[8]):
        wish = "SubRip's times have two digits, a comma and three digits: 00:00:01,000"
        found.warn("timing", f"{wish}.", number)
    if not _COORDINATES.fullmatch(match["rest"]):
        message = f"“{_short(match['rest'])}” after the times is passed over."
        found.warn("timing", message, number, match.start("rest") + 1)
    return start, end


def _ms(parts: tuple[str, ...]) -> int | None:
    hours, minutes, seconds, _, millis = parts
    if int(minutes) > 59 or int(seconds) > 59:
        return None
    whole = int(hours) * MS_PER_HOUR + int(minutes) * MS_PER_MINUTE + int(seconds) * MS_PER_SECOND
    return whole + int(millis.ljust(3, "0"))


def _note_tags(block: list[str], first: int, found: Scan) -> None:
    """Tags that are not closed in their cue, or close nothing."""
    opened: list[tuple[str, int, int]] = []
    for number, line in enumerate(block, first):
        for tag in _TAG.finditer(line):
            name = tag[2].lower()
            if not tag[1]:
                opened.append((name, number, tag.start() + 1))
            elif opened and opened[-1][0] == name:
                opened.pop()
            else:
                found.warn("tag", f"“{tag[0]}” closes no tag that is open here.", number, tag.start() + 1)
    for name, number, column in opened:
        found.warn("tag", f"“<{name}>” is not closed.", number, column)


def _note_swallowed(block: list[str], first: int, found: Scan) -> None:
    """Text that some players take for markup and do not show."""
    for number, line in enumerate(block, first):
        if _ARROW in line:
            message = f"“{_ARROW}” in a text is taken for times by some players."
            found.warn("block", message, number, line.index(_ARROW) + 1)
        for tag in _ANY_TAG.finditer(line):
            if not _TAG.fullmatch(tag[0]):
                message = f"“{_short(tag[0])}” looks like a tag, and some players do not show it."
                found.warn("tag", message, number, tag.start() + 1)


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
