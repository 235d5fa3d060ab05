"""The plain transcript: title, credits, then a paragraph for each speaker turn or after a long pause, with its time.

    Council backs the tunnel
    Producer: Marguerite Lacroix
    Made automatically by captionkit, not yet reviewed by a person.

    [0:28] Ana Oyelaran
    This council was elected to build, and tonight we build.

The name is given only where it is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from pathlib import Path

from captionkit.errors import FormatError
from captionkit.formats.presentation import MADE, clean_lines, credit_lines, name_shown, one_line, review_line, title
from captionkit.formats.reading import whole_text
from captionkit.formats.verify import differs
from captionkit.model import CaptionFile, FileCue, Record
from captionkit.timecode import clock, parse_timestamp

PAUSE_MS = 2000
"""A pause of this length or more starts a new paragraph."""

CONVERTED = "Converted by captionkit."
"""The line at the top that marks a transcript converted from another file as ours."""

_TIME = r"\[((?:\d{1,4}:)?[0-5]?\d:[0-5]\d(?:\.\d{3})?)\]"
_OUR_STAMP = re.compile(r"(?<=\n\n)" + _TIME)
_ANY_STAMP = re.compile("^" + _TIME, re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Speech:
    """Text by one speaker: `who` distinguishes the speakers, `name` is what is shown."""

    start_ms: int
    end_ms: int
    text: str
    who: str | None
    name: str | None


def write(record: Record) -> str:
    """All words of the transcript as paragraphs, under the title and the credits."""
    return _text((title(record), *credit_lines(record), review_line(record)), _words(record))


def carry(file: CaptionFile) -> str:
    """The captions of another file as a transcript, read back and compared; its comments stand at the head.

    Raises:
        FormatError: a word is lost, added or changed.
    """
    speeches = [speech for cue in file.cues for speech in _by_voice(cue)]
    text = _text((*clean_lines(file.notes), CONVERTED), speeches)
    _require_same(speeches, text)
    return text


def verify(record: Record, text: str) -> None:
    """Read `text` back and compare its words with the transcript's.

    Raises:
        FormatError: a word is lost, added or changed.
    """
    _require_same(_words(record), text)


def read(data: bytes, source: str | Path) -> CaptionFile:
    """What a transcript says, ours or not, a cue for each `[0:28]` that begins a line.

    A cue ends where the next one starts, and the last at its own start: a plain transcript does not say more.
    Without any time there is one cue at 0 ms. Of ours, the head is a note, and names are separated from words.

    Args:
        data: the file's bytes.
        source: the file, as the user gave it, for the error's sentence.

    Raises:
        FormatError: there is no text.
    """
    text = whole_text(data, source)
    top = text.partition("\n\n")[0].split("\n")
    ours = CONVERTED in top or any(line.startswith(MADE) for line in top)
    head, *stamped = (_OUR_STAMP if ours else _ANY_STAMP).split(text)
    blocks = [] if ours else [_cue(0, head, ours)]
    blocks += [_cue(_start_ms(at), block, ours) for at, block in zip(stamped[::2], stamped[1::2], strict=True)]
    cues = [cue for cue in blocks if cue.lines]
    if not cues and not ours:
        raise FormatError(source, "there is no text in it", "Check that it is a transcript.")
    ends = [max(cue.start_ms, after.start_ms) for cue, after in pairwise(cues)]
    timed = (*(replace(cue, end_ms=end) for cue, end in zip(cues, ends, strict=False)), *cues[-1:])
    note = "\n".join(line for line in top if line != CONVERTED)
    return CaptionFile(timed, (note,) if ours and note else ())


def _text(head: Iterable[str], speeches: Iterable[_Speech]) -> str:
    return "\n\n".join(["\n".join(head), *map(_paragraph, _paragraphs(speeches))]) + "\n"


def _require_same(expected: Iterable[_Speech], text: str) -> None:
    found = read(text.encode("utf-8", "replace"), "the transcript").cues
    theirs = " ".join(cue.text for cue in found).split()
    ours = " ".join(speech.text for speech in expected).split()
    for number, (meant, found_word) in enumerate(zip_longest(ours, theirs), start=1):
        if meant != found_word:
            raise differs("the transcript", f"word {number} is {found_word!r} instead of {meant!r}")


def _by_voice(cue: FileCue) -> Iterable[_Speech]:
    """The speech of the cue, or for each line where the lines are said by different people."""
    if not cue.names or cue.voice:
        return [_Speech(cue.start_ms, cue.end_ms, cue.text, cue.voice, cue.voice)]
    lines = zip(cue.lines, cue.names, strict=True)
    return [_Speech(cue.start_ms, cue.end_ms, line, name, name) for line, name in lines]


def _words(record: Record) -> list[_Speech]:
    """Each word of the transcript as a speech of its own."""
    names = {speaker.id: name_shown(speaker.name) for speaker in record.speakers}
    return [
        _Speech(word.start_ms, word.end_ms, one_line(word.text), word.speaker, names.get(word.speaker or ""))
        for word in record.transcript.words
    ]


def _paragraphs(speeches: Iterable[_Speech]) -> list[list[_Speech]]:
    """The speeches in runs of one speaker without a long pause."""
    runs: list[list[_Speech]] = []
    for speech in speeches:
        before = runs[-1][-1] if runs else None
        if before and before.who == speech.who and speech.start_ms - before.end_ms < PAUSE_MS:
            runs[-1].append(speech)
        else:
            runs.append([speech])
    return runs


def _paragraph(run: list[_Speech]) -> str:
    stamp = f"[{clock(run[0].start_ms)}] {run[0].name or ''}".rstrip()
    return f"{stamp}\n" + " ".join(speech.text for speech in run)


def _start_ms(stamp: str) -> int:
    return parse_timestamp(stamp if "." in stamp else f"{stamp}.000")


def _cue(start_ms: int, block: str, ours: bool) -> FileCue:
    """A cue from what follows a time: in our own files the rest of that line is the speaker's name."""
    name, _, rest = block.partition("\n") if ours else ("", "", block)
    lines = clean_lines([rest])
    return FileCue(start_ms, start_ms, lines, (name.strip(),) * len(lines) if name.strip() else ())
