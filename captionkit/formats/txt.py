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
from dataclasses import replace
from itertools import pairwise, zip_longest
from pathlib import Path

from captionkit.errors import FormatError
from captionkit.formats.shown import MADE, clean_lines, credit_lines, one_line, review_line, title
from captionkit.formats.verify import differs
from captionkit.model import Cue, Record, Word
from captionkit.timecode import clock, parse_timestamp

PAUSE_MS = 2000
"""A pause from this length on begins a paragraph."""

_TIME = r"\[((?:\d{1,4}:)?[0-5]?\d:[0-5]\d(?:\.\d{3})?)\]"
_OUR_STAMP = re.compile(r"(?<=\n\n)" + _TIME)
_ANY_STAMP = re.compile("^" + _TIME, re.MULTILINE)


def write(record: Record) -> str:
    """All words of the transcript as paragraphs, under the title and the credits."""
    head = "\n".join([title(record), *credit_lines(record), review_line(record)])
    paragraphs = [_paragraph(words, record) for words in _paragraphs(record.transcript.words)]
    return "\n\n".join([head, *paragraphs]) + "\n"


def read(text: str, source: str | Path) -> tuple[Cue, ...]:
    """The text of a transcript, ours or not, a cue for each `[0:28]` that begins a line.

    A cue ends where the next one starts, and the last at its own start: a plain transcript says no more.
    Without any time there is one cue at 0 ms. Of ours, the head is left out and speakers are told from words.

    Args:
        text: what the file holds, its lines ending in a line feed.
        source: the file, as the user gave it, for the error's sentence.

    Raises:
        FormatError: there is no text.
    """
    ours = MADE in text.partition("\n\n")[0]
    head, *stamped = (_OUR_STAMP if ours else _ANY_STAMP).split(text)
    blocks = [] if ours else [_cue(0, head, ours)]
    blocks += [
        _cue(_start_ms(at), block, ours) for at, block in zip(stamped[::2], stamped[1::2], strict=True)
    ]
    cues = [cue for cue in blocks if cue.lines]
    if not cues and not ours:
        raise FormatError(source, "there is no text in it", "Check that it is a transcript.")
    ends = [max(cue.start_ms, after.start_ms) for cue, after in pairwise(cues)]
    return (*(replace(cue, end_ms=end) for cue, end in zip(cues, ends, strict=False)), *cues[-1:])


def verify(record: Record, text: str) -> None:
    """Read `text` back and hold its words against the transcript's.

    Raises:
        FormatError: a word is lost, added or changed.
    """
    found = " ".join(cue.text for cue in read(text, "the transcript")).split()
    expected = [one_line(word.text) for word in record.transcript.words]
    for number, (ours, theirs) in enumerate(zip_longest(expected, found), start=1):
        if ours != theirs:
            raise differs("the transcript", f"word {number} is {theirs!r} instead of {ours!r}")


def _paragraphs(words: tuple[Word, ...]) -> list[list[Word]]:
    """The words in runs of one speaker without a long pause."""
    runs: list[list[Word]] = []
    for word in words:
        before = runs[-1][-1] if runs else None
        if before and before.speaker == word.speaker and word.start_ms - before.end_ms < PAUSE_MS:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _paragraph(words: list[Word], record: Record) -> str:
    name = one_line(record.speaker_name(words[0].speaker) or "")
    stamp = f"[{clock(words[0].start_ms)}] {name}".rstrip()
    return f"{stamp}\n" + " ".join(one_line(word.text) for word in words)


def _start_ms(stamp: str) -> int:
    return parse_timestamp(stamp if "." in stamp else f"{stamp}.000")


def _cue(start_ms: int, block: str, ours: bool) -> Cue:
    """A cue from what follows a time: in our own files the rest of that line is the speaker's name."""
    name, _, rest = block.partition("\n") if ours else ("", "", block)
    return Cue(start_ms, start_ms, clean_lines([rest]), name.strip() or None)
