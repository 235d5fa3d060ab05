"""WebVTT (W3C): written by our own serializer, read by webvtt-py.

Every `&`, `<` and `>` of a cue is escaped, so no text can become a tag or a new cue. Where the speaker of a
cue is known by name it carries a voice tag. The NOTE at the head says what the file is and who made the clip.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from captionkit.errors import FormatError
from captionkit.formats.markup import plain_text, voice
from captionkit.formats.shown import clean_lines, credit_lines, one_line, review_line, shown_cues, title
from captionkit.formats.verify import require_same
from captionkit.model import Cue, Record
from captionkit.timecode import parse_timestamp, timestamp

if TYPE_CHECKING:
    from webvtt import Caption

_ARROW = re.compile(r"--+>")
_USER = re.compile(r"//[^/?#]*@")
_HEADER = "WEBVTT"
_REMEDY = "Every cue needs a line such as 00:00:01.000 --> 00:00:02.500; mend it and try again."


def write(record: Record) -> str:
    """The record's cues as WebVTT, with the title, the sources and the credits in a NOTE at the head."""
    cues = [_block(number, cue, record) for number, cue in enumerate(shown_cues(record), start=1)]
    return "\n\n".join([_HEADER, _note(record), *cues]) + "\n"


def read(text: str, source: str | Path) -> tuple[Cue, ...]:
    """The cues of a WebVTT file: lines as plain text, the voice's name as the speaker, times as written.

    Args:
        text: what the file holds, its lines ending in a line feed.
        source: the file, as the user gave it, for the error's sentence.

    Raises:
        FormatError: the text has no WebVTT header, or a cue's times cannot be read.
    """
    import webvtt
    from webvtt.errors import MalformedFileError

    try:
        captions = webvtt.from_string(text).captions
    except MalformedFileError:
        remedy = "A WebVTT file begins with the line WEBVTT; check that this is one."
        raise FormatError(source, "it is not WebVTT", remedy) from None
    _refuse_lost_cues(text, len(captions), source)
    try:
        return tuple(map(_cue, captions))
    except ValueError as error:
        raise FormatError(source, str(error), _REMEDY) from None


def verify(record: Record, text: str) -> None:
    """Read `text` back and hold it against the record's cues.

    Raises:
        FormatError: a cue is lost, or its times, its lines or its voice differ.
    """
    named = (replace(cue, speaker=_name(cue, record) or None) for cue in shown_cues(record))
    require_same(tuple(named), read(text, "the WebVTT"), "the WebVTT")


def _note(record: Record) -> str:
    lines = [review_line(record), f"Title: {title(record)}", f"Clip: {PurePath(record.clip.file).name}"]
    if record.article:
        lines.append(f"Article: {_public(record.article.source)}")
    lines.extend(credit_lines(record))
    return "\n".join(["NOTE", *(_ARROW.sub("→", one_line(line)) for line in lines)])


def _public(source: str) -> str:
    """An address without a user's name in it; of a path the file's name alone, for captions are published."""
    if source.startswith(("http://", "https://")):
        return _USER.sub("//", source, count=1)
    return PurePath(source).name


def _block(number: int, cue: Cue, record: Record) -> str:
    times = f"{timestamp(cue.start_ms)} --> {timestamp(cue.end_ms)}"
    name = _name(cue, record)
    return f"{number}\n{times}\n{_voice_tag(name)}" + "\n".join(map(_escaped, cue.lines))


def _voice_tag(name: str) -> str:
    if not name:
        return ""
    # A name that ends in two hyphens would make an arrow of the tag's end; readers strip the blank.
    gap = " " if name.endswith("--") else ""
    return f"<v {_escaped(name)}{gap}>"


def _name(cue: Cue, record: Record) -> str:
    return " ".join(one_line(record.speaker_name(cue.speaker) or "").split())


def _cue(caption: Caption) -> Cue:
    start_ms, end_ms = parse_timestamp(caption.start), parse_timestamp(caption.end)
    lines = clean_lines([plain_text(caption.raw_text)])
    return Cue(start_ms, end_ms, lines, voice(caption.raw_text))


def _refuse_lost_cues(text: str, found: int, source: str | Path) -> None:
    """A cue whose times are malformed is passed over by every reader: say so instead."""
    lines = (line for line in text.split("\n") if not line.startswith("NOTE"))
    lost = sum("-->" in line for line in lines) - found
    if lost > 0:
        raise FormatError(source, f"the times of {lost} of its {found + lost} cues cannot be read", _REMEDY)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
