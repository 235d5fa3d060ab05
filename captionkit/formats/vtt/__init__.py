"""WebVTT (W3C): written by our own serializer, read as the W3C's parser reads it, checked with webvtt-py too.

Every `&`, `<` and `>` of a cue is escaped, so no text can become a tag or a new cue. Where the speaker of a
cue is known by name it carries a voice tag. The NOTE at the head says what the file is and who made the clip.
"""

from __future__ import annotations

import html
import re

from captionkit.formats.presentation import captions_of, clean_lines
from captionkit.formats.verify import differs, require_same
from captionkit.formats.vtt.reader import read
from captionkit.model import CaptionFile, FileCue, Record
from captionkit.timecode import parse_timestamp, timestamp

__all__ = ["carry", "cue_text", "read", "verify", "write"]

_ARROW = re.compile(r"--+>")
_HYPHENS = re.compile("--$")
_WHAT = "the WebVTT"


def write(record: Record) -> str:
    """The record's cues as WebVTT, with the title, the sources and the credits in a NOTE at the head."""
    return _text(captions_of(record))


def carry(file: CaptionFile) -> str:
    """The captions of another file as WebVTT, read back and compared; its comments stand at the head.

    Raises:
        FormatError: a cue is lost, or its times, its lines or its voice differ.
    """
    text = _text(file)
    _require_same(file, text)
    return text


def verify(record: Record, text: str) -> None:
    """Read `text` back and compare it with the record's cues.

    Raises:
        FormatError: a cue is lost, or its times, its lines or its voice differ.
    """
    _require_same(captions_of(record), text)


def cue_text(cue: FileCue) -> str:
    """The lines of a cue as WebVTT has them below its times: escaped, and with voice tags for named speakers."""
    if not cue.names or cue.voice:
        return _voice_tag(cue.voice) + "\n".join(map(_escaped, cue.lines))
    lines = zip(cue.lines, cue.names, strict=True)
    return "\n".join(f"{_voice_tag(name)}{_escaped(line)}{'</v>' if name else ''}" for line, name in lines)


def _text(file: CaptionFile) -> str:
    notes = [f"NOTE\n{note}" for note in map(_note, file.notes) if note]
    cues = [_block(number, cue) for number, cue in enumerate(file.cues, start=1)]
    return "\n\n".join(["WEBVTT", *notes, *cues]) + "\n"


def _require_same(file: CaptionFile, text: str) -> None:
    """Read the text with our own reader, and with one that shares no code with it."""
    import webvtt
    from webvtt.errors import MalformedFileError

    require_same(file.cues, read(text.encode("utf-8", "replace"), _WHAT).cues, _WHAT)
    try:
        captions = webvtt.from_string(text).captions
    except MalformedFileError:
        raise differs(_WHAT, "webvtt-py cannot read it") from None
    found = [(parse_timestamp(c.start), parse_timestamp(c.end), c.raw_text) for c in captions]
    if found != [(cue.start_ms, cue.end_ms, cue_text(cue)) for cue in file.cues]:
        raise differs(_WHAT, "webvtt-py reads other cues")


def _note(note: str) -> str:
    return _ARROW.sub("→", "\n".join(clean_lines([note])))


def _block(number: int, cue: FileCue) -> str:
    return f"{number}\n{timestamp(cue.start_ms)} --> {timestamp(cue.end_ms)}\n{cue_text(cue)}"


def _voice_tag(name: str | None) -> str:
    if not name:
        return ""
    # A name that ends in two hyphens would make an arrow of the tag's end.
    return f"<v {_HYPHENS.sub('-&#45;', _escaped(name))}>"


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
