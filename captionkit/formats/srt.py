"""SubRip as players read it: numbered cues, times with a comma, plain text.

SubRip has no standard, comments, voices or escapes. What a player could take for markup is therefore written
with look-alikes (`playable`), and the credits stand in the closing cue or nowhere. On reading, what some players
stumble over is a fault. What was written is checked with webvtt-py.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from captionkit.formats.reading import Reading, decoded_utf8, excerpt, lines_of_text, resolved
from captionkit.formats.verify import differs, require_same
from captionkit.model import CaptionFile, FileCue
from captionkit.timecode import MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, parse_timestamp, timestamp

_ARROW = "-->"
_TIME = r"(\d{1,4}):(\d{1,2}):(\d{1,2})([.,])(\d{1,3})"
_TIMING = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}(?P<rest>.*)")
_TAG = re.compile(r"<(/?)(b|i|u|s|font)(?:\s[^<>]*)?>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_POSITION = re.compile(r"\{\\[^{}]*\}")
_COORDINATES = re.compile(r"(?:\s+[XY][12]:\d{1,5})*\s*")
_LONG_ARROW = re.compile(r"--+>")
_WHAT = "the SubRip"


def text_of(file: CaptionFile) -> str:
    """Captions as SubRip, each line `playable`."""
    return "\n".join(_block(number, cue) for number, cue in enumerate(file.cues, start=1))


def verify_text(file: CaptionFile, text: str) -> None:
    """Read a written text back with webvtt-py.

    Raises:
        FormatError: a cue is lost, or its times or its lines differ.
    """
    import webvtt
    from webvtt.errors import MalformedFileError

    if not file.cues:
        return
    try:
        captions = webvtt.from_buffer(io.StringIO(text), format="srt").captions
    except MalformedFileError:
        raise differs(_WHAT, "it is not SubRip") from None
    meant = (FileCue(cue.start_ms, cue.end_ms, playable_lines(cue)) for cue in file.cues)
    found = (FileCue(parse_timestamp(c.start), parse_timestamp(c.end), tuple(c.lines)) for c in captions)
    require_same(tuple(meant), tuple(found), _WHAT)


def playable_lines(cue: FileCue) -> tuple[str, ...]:
    """The lines of a cue, each `playable`."""
    return tuple(playable("\n".join(cue.lines)).split("\n"))


def playable(text: str) -> str:
    """A text that no player takes for markup.

    `-->` becomes an arrow, because it would end the cue; `{` and `}` become round brackets, because `{\\an8}` moves
    the cue; `<` becomes `‹` (and then `>` becomes `›`), because players drop what follows a `<`.
    """
    text = _LONG_ARROW.sub("→", text).replace("{", "(").replace("}", ")")
    return text.replace("<", "‹").replace(">", "›") if "<" in text else text


def read(data: bytes, source: str | Path) -> CaptionFile:
    """The cues that players show of a SubRip file, its faults and what it holds besides.

    Numbers may be missing or wrong, times may have a dot, blank lines may stand inside a cue. Nothing is rejected:
    `CaptionFile` says what is lost. `source` is not used.
    """
    found = Reading()
    lines = lines_of_text(_decoded(data, found))
    starts = [index for index, line in enumerate(lines) if _is_timing(line)]
    if not starts:
        found.refused = "there is no caption in it" if any(map(str.strip, lines)) else ""
        found.error("block", "There is no caption in the file.", 1)
        return found.result()
    _note_before(lines[: starts[0]], found)
    for count, (here, after) in enumerate(zip(starts, [*starts[1:], None], strict=True), 1):
        _note_number(lines, here, count, found)
        _read_cue(lines, here, after, found)
    return found.result()


def _decoded(data: bytes, found: Reading) -> str:
    """UTF-8, or Windows-1252 as older tools write it, which is noted."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            found.warn("encoding", "The file is not UTF-8; it was read as Windows-1252.", 1)
            return data.decode("cp1252", "replace").replace("\0", "\ufffd")
    return decoded_utf8(data, found)


def _is_timing(line: str) -> bool:
    """Whether a line is meant to be a timing line: an arrow with digits before or after it."""
    before, arrow, after = line.partition(_ARROW)
    return bool(arrow) and (before.strip()[:1].isdigit() or after.strip()[:1].isdigit())


def _note_before(lines: list[str], found: Reading) -> None:
    """Note what stands above the first cue, except its number."""
    for number, line in enumerate(lines, 1):
        last = number == len(lines)
        if line.strip() and not (last and line.strip().isdecimal()):
            found.error("block", f"“{excerpt(line)}” belongs to no cue and is not shown.", number)


def _note_number(lines: list[str], at: int, count: int, found: Reading) -> None:
    number = lines[at - 1].strip() if at else ""
    if not number.isdecimal():
        found.warn("identifier", f"The cue has no number; it would be {count}.", at + 1)
    elif int(number[:9]) != count:
        found.warn("identifier", f"The cue has the number {excerpt(number)}; it would be {count}.", at)
    elif at > 1 and lines[at - 2].strip():
        found.error("block", "No blank line stands before this cue, and some players show its number.", at)


def _read_cue(lines: list[str], at: int, after: int | None, found: Reading) -> None:
    """The cue whose times stand in line `at`; the next cue's stand in line `after`."""
    block = lines[at + 1 : after]
    if after is not None and block and block[-1].strip().isdecimal():
        block = block[:-1]
    while block and not block[-1].strip():
        block = block[:-1]
    times = _read_times(lines[at], at + 1, found)
    if times is None:
        found.lost_cues += 1
        return
    if times[0] == times[1]:
        found.error("timing", "The cue ends as it starts and never shows.", at + 1)
    for number, line in enumerate(block, at + 2):
        if not line.strip():
            found.error("block", "A blank line stands inside the cue; many players drop what follows.", number)
            break
    _note_tags(block, at + 2, found)
    _note_swallowed(block, at + 2, found)
    if any(map(_POSITION.search, block)):
        found.holds("positions")
    shown = tuple(resolved(_TAG.sub("", _POSITION.sub("", line))) for line in block if line.strip())
    found.add(FileCue(*times, shown), at + 1)


def _read_times(line: str, number: int, found: Reading) -> tuple[int, int] | None:
    match = _TIMING.fullmatch(line)
    if match is None:
        found.error("timing", f"The cue is not shown: “{excerpt(line)}” has no times in it.", number)
        return None
    groups = match.groups()
    start, end = _ms(groups[:5]), _ms(groups[5:10])
    if start is None or end is None:
        found.error("timing", f"The cue is not shown: “{excerpt(line)}” has over 59 minutes or seconds.", number)
        return None
    whole = all(len(groups[k]) >= 2 for k in (0, 1, 2, 5, 6, 7)) and all(len(groups[k]) == 3 for k in (4, 9))
    if not whole or "." in (groups[3], groups[8]):
        wish = "SubRip's times have two digits, a comma and three digits: 00:00:01,000"
        found.warn("timing", f"{wish}.", number)
    if match["rest"].strip():
        found.holds("positions")
    if not _COORDINATES.fullmatch(match["rest"]):
        message = f"“{excerpt(match['rest'])}” after the times is ignored."
        found.warn("timing", message, number, match.start("rest") + 1)
    return start, end


def _ms(parts: tuple[str, ...]) -> int | None:
    hours, minutes, seconds, _, millis = parts
    if int(minutes) > 59 or int(seconds) > 59:
        return None
    whole = int(hours) * MS_PER_HOUR + int(minutes) * MS_PER_MINUTE + int(seconds) * MS_PER_SECOND
    return whole + int(millis.ljust(3, "0"))


def _note_tags(block: list[str], first: int, found: Reading) -> None:
    """Note tags that are not closed in their cue, or that close nothing."""
    opened: list[tuple[str, int, int]] = []
    for number, line in enumerate(block, first):
        for tag in _TAG.finditer(line):
            found.holds("tags")
            name = tag[2].lower()
            if not tag[1]:
                opened.append((name, number, tag.start() + 1))
            elif opened and opened[-1][0] == name:
                opened.pop()
            else:
                found.warn("tag", f"“{tag[0]}” closes no tag that is open here.", number, tag.start() + 1)
    for name, number, column in opened:
        found.warn("tag", f"“<{name}>” is not closed.", number, column)


def _note_swallowed(block: list[str], first: int, found: Reading) -> None:
    """Note text that some players take for markup and do not show."""
    for number, line in enumerate(block, first):
        if _ARROW in line:
            message = f"“{_ARROW}” in a text is read as times by some players."
            found.warn("block", message, number, line.index(_ARROW) + 1)
        for tag in _ANY_TAG.finditer(line):
            if not _TAG.fullmatch(tag[0]):
                message = f"“{excerpt(tag[0])}” looks like a tag, and some players do not show it."
                found.warn("tag", message, number, tag.start() + 1)


def _block(number: int, cue: FileCue) -> str:
    times = f"{timestamp(cue.start_ms, ',')} --> {timestamp(cue.end_ms, ',')}"
    return "\n".join([str(number), times, *playable_lines(cue)]) + "\n"
