"""SubRip, as players read it: numbered cues, times with a comma, plain text.

SubRip has no comments, no voices and no escapes. What a player could take for markup is therefore written
with look-alikes (`playable`), and the credits stand in the closing cue or nowhere.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from captionkit.errors import FormatError
from captionkit.formats.markup import has_tags, plain_text
from captionkit.formats.shown import CaptionFile, captions_of, clean_lines
from captionkit.formats.verify import differs, require_same
from captionkit.model import Cue, Record
from captionkit.timecode import parse_timestamp, timestamp

_ARROW = re.compile(r"--+>")
_TIMING = re.compile(r"\s*\d[^>]{0,30}-->\s*\d")
_REMEDY = "A cue needs a line such as 00:00:01,000 --> 00:00:02,500; mend it and try again."
_POSITION = re.compile(r"\{\\[^{}]*\}")


def write(record: Record) -> str:
    """The record's cues as SubRip."""
    return _text(_playable_cues(captions_of(record)))


def carry(file: CaptionFile) -> str:
    """The captions of another file as SubRip, read back and compared.

    Raises:
        FormatError: a cue is lost, or its times or its lines differ.
    """
    cues = _playable_cues(file)
    text = _text(cues)
    _require_same(cues, text)
    return text


def verify(record: Record, text: str) -> None:
    """Read `text` back with webvtt-py and hold it against the record's cues.

    Raises:
        FormatError: a cue is lost, or its times or its lines differ.
    """
    _require_same(_playable_cues(captions_of(record)), text)


def playable_lines(cue: Cue) -> tuple[str, ...]:
    """The lines of a cue, each `playable`."""
    return tuple(playable("\n".join(cue.lines)).split("\n"))


def playable(text: str) -> str:
    """A text in which no player finds markup.

    `-->` becomes an arrow, for it would end the cue; `{` and `}` become round brackets, for `{\\an8}` moves
    the cue; `<` becomes `‹` (and then `>` becomes `›`), for players drop what stands behind a `<`.
    """
    text = _ARROW.sub("→", text).replace("{", "(").replace("}", ")")
    return text.replace("<", "‹").replace(">", "›") if "<" in text else text


def read(text: str, source: str | Path) -> CaptionFile:
    """What a SubRip file says: lines as plain text, times as written.

    Numbers may be missing or wrong, times may have a dot, blank lines may stand inside a cue.

    Args:
        text: what the file holds, its lines ending in a line feed.
        source: the file, as the user gave it, for the error's sentence.

    Raises:
        FormatError: there is no cue in the text, or a cue's times cannot be read.
    """
    lines = text.split("\n")
    starts = [at for at, line in enumerate(lines) if _TIMING.match(line)]
    if not starts and text.strip():
        raise FormatError(source, "there is no caption in it", "Check that it is a SubRip (.srt) file.")
    blocks = [lines[here:after] for here, after in pairwise([*starts, len(lines)])]
    blocks[:-1] = map(_without_number, blocks[:-1])
    cues = tuple(_cue(block, at, source) for block, at in zip(blocks, starts, strict=True))
    return CaptionFile(cues, beside=tuple(dict.fromkeys(kind for block in blocks for kind in _beside(block))))


def _text(cues: tuple[Cue, ...]) -> str:
    return "\n".join(_block(number, cue) for number, cue in enumerate(cues, start=1))


def _require_same(expected: tuple[Cue, ...], text: str) -> None:
    import webvtt
    from webvtt.errors import MalformedFileError

    if not expected:
        return
    try:
        captions = webvtt.from_buffer(io.StringIO(text), format="srt").captions
    except MalformedFileError:
        raise differs("the SubRip", "it is no SubRip") from None
    found = (Cue(parse_timestamp(c.start), parse_timestamp(c.end), tuple(c.lines)) for c in captions)
    require_same(expected, tuple(found), "the SubRip")


def _playable_cues(file: CaptionFile) -> tuple[Cue, ...]:
    return tuple(replace(cue, lines=playable_lines(cue), speaker=None, speakers=()) for cue in file.cues)


def _beside(block: list[str]) -> Iterator[str]:
    """The kinds of things in a cue that are no text."""
    timing, *payload = block
    if len(timing.partition("-->")[2].split()) > 1 or any(map(_POSITION.search, payload)):
        yield "positions"
    if has_tags("\n".join(payload)):
        yield "tags"


def _block(number: int, cue: Cue) -> str:
    times = f"{timestamp(cue.start_ms, ',')} --> {timestamp(cue.end_ms, ',')}"
    return "\n".join([str(number), times, *cue.lines]) + "\n"


def _cue(block: list[str], at: int, source: str | Path) -> Cue:
    """A cue from its timing line, number `at` in the file, and the lines of text after it."""
    timing, *payload = block
    start, _, end = timing.partition("-->")
    try:
        start_ms, end_ms = parse_timestamp(start), parse_timestamp(end.split()[0])
    except ValueError as error:
        raise FormatError(source, f"line {at + 1}: {error}", _REMEDY) from None
    return Cue(start_ms, end_ms, clean_lines([plain_text(_POSITION.sub("", "\n".join(payload)))]))


def _without_number(block: list[str]) -> list[str]:
    """A cue's lines without the next cue's number, where they end with one."""
    return block[:-1] if block[-1].strip().isdecimal() else block
