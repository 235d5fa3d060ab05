"""WebVTT (W3C): written by our own serializer, read as the W3C's parser reads it, checked with webvtt-py too.

Every `&`, `<` and `>` of a cue is escaped, so no text can become a tag or a new cue. Where the speaker of a
cue is known by name it carries a voice tag. The NOTE at the head says what the file is and who made the clip.
"""

from __future__ import annotations

import html
import re

from captionkit.formats.presentation import clean_lines
from captionkit.formats.verify import differs, require_same
from captionkit.formats.vtt.reader import read
from captionkit.model import CaptionFile, FileCue
from captionkit.timecode import parse_timestamp, timestamp

__all__ = ["cue_text", "read", "text_of", "verify_text"]

_ARROW = re.compile(r"--+>")
_HYPHENS = re.compile("--$")
_WHAT = "the WebVTT"


def cue_text(cue: FileCue) -> str:
    """The lines of a cue as WebVTT has them below its times: escaped, and with voice tags for named speakers."""
    if not cue.names or cue.voice:
        return _voice_tag(cue.voice) + "\n".join(map(_escaped, cue.lines))
    lines = zip(cue.lines, cue.names, strict=True)
    return "\n".join(f"{_voice_tag(name)}{_escaped(line)}{'</v>' if name else ''}" for line, name in lines)


def text_of(file: CaptionFile) -> str:
    """Captions as WebVTT, with the file's comments, each in a NOTE at the head."""
    notes = [f"NOTE\n{note}" for note in map(_note, file.notes) if note]
    cues = [_block(number, cue) for number, cue in enumerate(file.cues, start=1)]
    return "\n\n".join(["WEBVTT", *notes, *cues]) + "\n"


def verify_text(file: CaptionFile, text: str) -> None:
    """Read a written text with our own reader, and with one that shares no code with it.

    Raises:
        FormatError: a cue is lost, or its times, its lines or its voice differ.
    """
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
