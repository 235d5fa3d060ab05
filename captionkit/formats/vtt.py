"""WebVTT (W3C): written by our own serializer, read by webvtt-py.

Every `&`, `<` and `>` of a cue is escaped, so no text can become a tag or a new cue. Where the speaker of a
cue is known by name it carries a voice tag. The NOTE at the head says what the file is and who made the clip.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from captionkit.errors import FormatError
from captionkit.formats.markup import has_tags, voiced_runs
from captionkit.formats.shown import (
    CaptionFile,
    VoicedLines,
    captions_of,
    clean_lines,
    name_shown,
    voiced_cue,
    voiced_lines,
)
from captionkit.formats.verify import require_same
from captionkit.model import Cue, Record
from captionkit.timecode import parse_timestamp, timestamp

if TYPE_CHECKING:
    from webvtt import Caption, WebVTT

_ARROW = re.compile(r"--+>")
_HYPHENS = re.compile("--$")
_HEADER = "WEBVTT"
_REMEDY = "Every cue needs a line such as 00:00:01.000 --> 00:00:02.500; mend it and try again."


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
    """Read `text` back and hold it against the record's cues.

    Raises:
        FormatError: a cue is lost, or its times, its lines or its voice differ.
    """
    _require_same(captions_of(record), text)


def read(text: str, source: str | Path) -> CaptionFile:
    """What a WebVTT file says: lines as plain text, the voice's name as the speaker, times as written.

    Args:
        text: what the file holds, its lines ending in a line feed.
        source: the file, as the user gave it, for the error's sentence.

    Raises:
        FormatError: the text has no WebVTT header, or a cue's times cannot be read.
    """
    import webvtt
    from webvtt.errors import MalformedFileError

    try:
        found = webvtt.from_string(text)
    except MalformedFileError:
        remedy = "A WebVTT file begins with the line WEBVTT; check that this is one."
        raise FormatError(source, "it is not WebVTT", remedy) from None
    _refuse_lost_cues(text, len(found.captions), source)
    try:
        cues = tuple(map(_cue, found.captions))
    except ValueError as error:
        raise FormatError(source, str(error), _REMEDY) from None
    return CaptionFile(cues, tuple(_notes(found)), beside=tuple(dict.fromkeys(_beside(found))))


def cue_text(cue: Cue) -> str:
    """The lines of a cue as WebVTT has them below its times: escaped, and with voice tags for named speakers."""
    if not cue.speakers:
        return _voice_tag(cue.speaker) + "\n".join(map(_escaped, cue.lines))
    lines = zip(cue.lines, cue.speakers, strict=True)
    return "\n".join(f"{_voice_tag(name)}{_escaped(line)}{'</v>' if name else ''}" for line, name in lines)


def _text(file: CaptionFile) -> str:
    notes = [f"NOTE\n{note}" for note in map(_note, file.notes) if note]
    cues = [_block(number, cue) for number, cue in enumerate(file.cues, start=1)]
    return "\n\n".join([_HEADER, *notes, *cues]) + "\n"


def _require_same(file: CaptionFile, text: str) -> None:
    require_same(file.cues, read(text, "the WebVTT").cues, "the WebVTT")


def _note(note: str) -> str:
    return _ARROW.sub("→", "\n".join(clean_lines([note])))


def _block(number: int, cue: Cue) -> str:
    return f"{number}\n{timestamp(cue.start_ms)} --> {timestamp(cue.end_ms)}\n{cue_text(cue)}"


def _voice_tag(name: str | None) -> str:
    if not name:
        return ""
    # A name that ends in two hyphens would make an arrow of the tag's end.
    return f"<v {_HYPHENS.sub('-&#45;', _escaped(name))}>"


def _cue(caption: Caption) -> Cue:
    start_ms, end_ms = parse_timestamp(caption.start), parse_timestamp(caption.end)
    return voiced_cue(start_ms, end_ms, _voiced_lines(caption))


def _voiced_lines(caption: Caption) -> VoicedLines:
    return voiced_lines((text, name_shown(voice)) for text, voice in voiced_runs(caption.raw_text))


def _notes(found: WebVTT) -> Iterator[str]:
    yield from filter(None, found.header_comments)
    for items in (found.styles, found.regions, found.captions):
        yield from (note for item in items for note in item.comments if note)
    yield from filter(None, found.footer_comments)


def _beside(found: WebVTT) -> Iterator[str]:
    """The kinds of things in a file that are neither cues nor comments; our own numbers are no identifiers."""
    if found.metadata or found.header_text.strip():
        yield "metadata"
    if found.styles:
        yield "styles"
    if found.regions:
        yield "regions"
    for caption in found.captions:
        if str(caption.settings):
            yield "settings"
        if caption.identifier and not caption.identifier.isdecimal():
            yield "ids"
        if has_tags(caption.raw_text):
            yield "tags"
        if any(len(names) > 1 for _, names in _voiced_lines(caption)):
            yield "mixed_voices"


def _refuse_lost_cues(text: str, found: int, source: str | Path) -> None:
    """A cue whose times are malformed is passed over by every reader: say so instead."""
    lines = (line for line in text.split("\n") if not line.startswith("NOTE"))
    lost = sum("-->" in line for line in lines) - found
    if lost > 0:
        raise FormatError(source, f"the times of {lost} of its {found + lost} cues cannot be read", _REMEDY)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
