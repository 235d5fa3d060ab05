"""The text files that captionkit writes and reads, each in a module or folder that uses the model and no other format.

To add a format:

1. Write `captionkit/formats/NAME.py` with `text_of(file) -> str`; `verify_text(file, text)`, which reads the text back
   and raises `FormatError` where it differs from the captions; and `read(data, source)`, which gives a `CaptionFile`
   with cues and faults. `presentation.py` has the clean lines, `reading.py` what a reader of text lines needs.
2. Add one entry to `FORMATS`; the fields of `Format` say what other modules ask about a format.
3. Add a golden file to `tests/golden/formats/` and the name to the lists in `tests/formats/`.
4. Say in docs/files.md what the file holds and what it cannot hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Literal

from captionkit.errors import FormatError, UsageError
from captionkit.formats import record as record_format
from captionkit.formats import srt, ttml, txt, vtt
from captionkit.formats.presentation import captions_of, clean_cue
from captionkit.formats.reading import FORMAT_RULES
from captionkit.model import CaptionFile, FileCue, Record

__all__ = [
    "CAPTION_SUFFIXES",
    "FORMATS",
    "FORMAT_RULES",
    "RECORD",
    "Format",
    "format_named",
    "format_of",
    "read_captions",
    "read_file",
    "verify_written",
]

MAX_CHARACTERS = 16 * 1024 * 1024
"""A day of captions is about 3 million characters."""


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of text file.

    `suffix` comes after the clip's stem. `write` makes the text, `verify` reads it back, `read` takes a file's bytes
    and its name, and rejects nothing that a player shows something of. `carry` writes the captions of another file; it
    is None for the record, which holds more than any of them can give.

    `holds` says what the cues of a file are: captions with times of their own, paragraphs of a transcript, or those of
    a record. `carries` names what else than words a file has a place for (`captionkit/formats/convert.py`).
    `by_default` says whether `run` writes it where no format is named. `remedy` is the advice for a file that
    cannot be read.
    """

    name: str
    suffix: str
    holds: Literal["captions", "paragraphs", "record"]
    write: Callable[[Record], str]
    verify: Callable[[Record, str], None]
    read: Callable[[bytes, str | Path], CaptionFile]
    carry: Callable[[CaptionFile], str] | None = None
    carries: frozenset[str] = frozenset()
    by_default: bool = True
    remedy: str = ""


def _caption_format(kind: ModuleType, carries: str, remedy: str = "", by_default: bool = True) -> Format:
    """The format of a module that writes captions (`text_of`), verifies them (`verify_text`) and reads them."""

    def carry(file: CaptionFile) -> str:
        text: str = kind.text_of(file)
        kind.verify_text(file, text)
        return text

    return Format(
        name := kind.__name__.rpartition(".")[2],
        f".{name}",
        "captions",
        lambda record: kind.text_of(captions_of(record)),
        lambda record, text: kind.verify_text(captions_of(record), text),
        kind.read,
        carry,
        frozenset(carries.split()),
        by_default,
        remedy,
    )


FORMATS: dict[str, Format] = {
    "record": Format(
        "record", ".captionkit.json", "record", record_format.write, record_format.verify, record_format.read
    ),
    "vtt": _caption_format(
        vtt,
        "times voices notes",
        "The first line must be WEBVTT, and every cue needs times such as 00:00:01.000 --> 00:00:02.500.",
    ),
    "srt": _caption_format(
        srt, "times", "A SubRip (.srt) file has cues, each with times such as 00:00:01,000 --> 00:00:02,500."
    ),
    "ttml": _caption_format(ttml, "times voices notes language", by_default=False),
    "txt": Format(
        "txt", ".txt", "paragraphs", txt.write, txt.verify, txt.read, txt.carry, frozenset({"voices", "notes"})
    ),
}

RECORD = FORMATS["record"]
"""The format of records, from which all others are written."""

CAPTION_SUFFIXES = tuple(kind.suffix for kind in FORMATS.values() if kind.holds == "captions")


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in FORMATS:
        raise UsageError(f"There is no format {name!r}. The formats are {', '.join(FORMATS)}.")
    return FORMATS[name]


def verify_written(record: Record, text: str, format_name: str) -> None:
    """Read `text` back before it is put in place, and compare it with the record it was written from.

    Raises:
        FormatError: it differs; the sentence names the first difference.
        UsageError: there is no such format.
    """
    format_named(format_name).verify(record, text)


def format_of(path: str | Path) -> Format | None:
    """The format that a file's name says, None where it is none that is read here."""
    return next((kind for kind in FORMATS.values() if str(path).lower().endswith(kind.suffix)), None)


def read_captions(text: str, source: str | Path) -> tuple[FileCue, ...]:
    """The cues of `read_file`.

    Raises:
        FormatError: as `read_file`.
    """
    return read_file(text, source).cues


def read_file(text: str, source: str | Path) -> CaptionFile:
    """What a caption file or transcript says, ours or anybody's, with any line ends or byte order mark.

    The cues are those that a player shows, their lines clean. Times are as written: in a file that captionkit did not
    write a cue may end before it starts.

    Args:
        text: what the file holds.
        source: the file, as the user gave it; its suffix says which format it is.

    Raises:
        FormatError: the suffix is none that is read here, the text is too large or not of that format, or the times
            of a cue cannot be read, so that it would be lost.
    """
    if len(text) > MAX_CHARACTERS:
        raise FormatError(source, f"it holds more than {MAX_CHARACTERS:,} characters", "Give one clip's captions.")
    kind = format_of(source)
    if kind is None:
        known = ", ".join(kind.suffix for kind in FORMATS.values())
        raise FormatError(source, "its format is unknown", f"Give a file that ends in {known}.")
    file = kind.read(text.encode("utf-8", "replace"), source)
    if file.refused:
        raise FormatError(source, file.refused, kind.remedy)
    if file.lost_cues:
        all_cues = file.lost_cues + len(file.cues)
        raise FormatError(source, f"the times of {file.lost_cues} of its {all_cues} cues cannot be read", kind.remedy)
    return replace(file, cues=tuple(map(clean_cue, file.cues)))
