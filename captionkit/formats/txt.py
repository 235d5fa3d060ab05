"""The plain transcript: title, credits, then a paragraph for each turn or long pause, with its time.

    Council backs the tunnel
    Producer: Marguerite Lacroix
    Made automatically by captionkit, not yet reviewed by a person.

    [0:28] Ana Oyelaran
    This council was elected to build, and tonight we build.

The name stands only where the speaker is known by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise, zip_longest
from pathlib import Path

from captionkit.errors import FormatError
from captionkit.formats.shown import (
    MADE,
    CaptionFile,
    clean_lines,
    credit_lines,
    name_shown,
    one_line,
    review_line,
    title,
)
from captionkit.formats.verify import differs
from captionkit.model import Cue, Record
from captionkit.timecode import clock, parse_timestamp

PAUSE_MS = 2000
"""A pause from this length on begins a paragraph."""

CONVERTED = "Converted by captionkit."
"""The line of the head that marks a transcript made from another file as ours."""

_TIME = r"\[((?:\d{1,4}:)?[0-5]?\d:[0-5]\d(?:\.\d{3})?)\]"
_OUR_STAMP = re.compile(r"(?<=\n\n)" + _TIME)
_ANY_STAMP = re.compile("^" + _TIME, re.MULTILINE)


def write(record: Record) -> str:
    """All words of the transcript as paragraphs, under the title and the credits."""
    names = {speaker.id: name_shown(speaker.name) or "" for speaker in record.speakers}
    return _text((title(record), *credit_lines(record), review_line(record)), _words(record), names)


def carry(file: CaptionFile) -> str:
    """The captions of another file as a transcript, read back and compared; its comments stand at the head.

    Raises:
        FormatError: a word is lost, added or changed.
    """
    cues = tuple(one for cue in file.cues for one in _by_voice(cue))
    text = _text((*clean_lines(file.notes), CONVERTED), cues, {cue.speaker: cue.speaker for cue in cues if cue.speaker})
    _require_same(cues, text)
    return text


def verify(record: Record, text: str) -> None:
    """Read `text` back and hold its words against the transcript's.

    Raises:
        FormatError: a word is lost, added or changed.
    """
    _require_same(_words(record), text)


def read(text: str, source: str | Path) -> CaptionFile:
    """What a transcript says, ours or not, a cue for each `[0:28]` that begins a line.

    A cue ends where the next one starts, and the last at its own start: a plain transcript says no more.
    Without any time there is one cue at 0 ms. Of ours, the head is a note and speakers are told from words.

    Args:
        text: what the file holds, its lines ending in a line feed.
        source: the file, as the user gave it, for the error's sentence.

    Raises:
        FormatError: there is no text.
    """
    top = text.partition("\n\n")[0].split("\n")
    ours = CONVERTED in top or any(line.startswith(MADE) for line in top)
    head, *stamped = (_OUR_STAMP if ours else _ANY_STAMP).split(text)
    blocks = [] if ours else [_cue(0, head, ours)]
    blocks += [
        _cue(_start_ms(at), block, ours) for at, block in zip(stamped[::2], stamped[1::2], strict=True)
    ]
    cues = [cue for cue in blocks if cue.lines]
    if not cues and not ours:
        raise FormatError(source, "there is no text in it", "Check that it is a transcript.")
    ends = [max(cue.start_ms, after.start_ms) for cue, after in pairwise(cues)]
    timed = (*(replace(cue, end_ms=end) for cue, end in zip(cues, ends, strict=False)), *cues[-1:])
    note = "\n".join(line for line in top if line != CONVERTED)
    return CaptionFile(timed, (note,) if ours and note else ())


def _text(head: Iterable[str], cues: Iterable[Cue], names: Mapping[str, str]) -> str:
    paragraphs = (_paragraph(run, names.get(run[0].speaker or "", "")) for run in _paragraphs(cues))
    return "\n\n".join(["\n".join(head), *paragraphs]) + "\n"


def _require_same(expected: Iterable[Cue], text: str) -> None:
    theirs = " ".join(cue.text for cue in read(text, "the transcript").cues).split()
    ours = " ".join(cue.text for cue in expected).split()
    for number, (meant, found) in enumerate(zip_longest(ours, theirs), start=1):
        if meant != found:
            raise differs("the transcript", f"word {number} is {found!r} instead of {meant!r}")


def _by_voice(cue: Cue) -> tuple[Cue, ...]:
    """A cue for each line where the lines are said by different people."""
    if not cue.speakers:
        return (cue,)
    lines = zip(cue.lines, cue.speakers, strict=True)
    return tuple(Cue(cue.start_ms, cue.end_ms, (line,), name) for line, name in lines)


def _words(record: Record) -> tuple[Cue, ...]:
    """Each word of the transcript as a cue of its own."""
    return tuple(
        Cue(word.start_ms, word.end_ms, (one_line(word.text),), word.speaker) for word in record.transcript.words
    )


def _paragraphs(cues: Iterable[Cue]) -> list[list[Cue]]:
    """The cues in runs of one speaker without a long pause."""
    runs: list[list[Cue]] = []
    for cue in cues:
        before = runs[-1][-1] if runs else None
        if before and before.speaker == cue.speaker and cue.start_ms - before.end_ms < PAUSE_MS:
            runs[-1].append(cue)
        else:
            runs.append([cue])
    return runs


def _paragraph(cues: list[Cue], name: str) -> str:
    stamp = f"[{clock(cues[0].start_ms)}] {name}".rstrip()
    return f"{stamp}\n" + " ".join(cue.text for cue in cues)


def _start_ms(stamp: str) -> int:
    return parse_timestamp(stamp if "." in stamp else f"{stamp}.000")


def _cue(start_ms: int, block: str, ours: bool) -> Cue:
    """A cue from what follows a time: in our own files the rest of that line is the speaker's name."""
    name, _, rest = block.partition("\n") if ours else ("", "", block)
    return Cue(start_ms, start_ms, clean_lines([rest]), name.strip() or None)
