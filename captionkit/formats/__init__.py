"""The text files that captionkit writes and reads, each in a module that knows the model and no other format.

To add a format:

1. Write `captionkit/formats/NAME.py` with `write(record) -> str`, `verify(record, text)`, which reads the
   text back and raises `FormatError` where it does not say what the record says, `read(text, source)`, which
   gives a `CaptionFile`, and `carry(file) -> str`, which writes and verifies another file's captions.
   `shown.py` has the clean lines, the cues in order and the credits.
2. Add one entry to `FORMATS`; `carries` names what the format has a place for (`captionkit/formats/convert.py`).
3. Add a golden file to `tests/golden/formats/` and the name to the lists in `tests/formats/`.
4. Say in docs/files.md what the file holds and what it cannot hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from captionkit.errors import FormatError, UsageError
from captionkit.formats import record as record_format
from captionkit.formats import srt, ttml, txt, vtt
from captionkit.formats.shown import CaptionFile
from captionkit.model import Cue, Record

MAX_CHARACTERS = 16 * 1024 * 1024
"""A day of captions is about 3 million characters."""


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of text file.

    `suffix` comes after the clip's stem. `write` makes the text, `verify` reads it back, `read` takes what a
    text with line feeds says and the file's name. `carry` writes the captions of another file; it is None for
    the record, which holds more than any of them can give. `carries` names what else than words stays.
    """

    name: str
    suffix: str
    write: Callable[[Record], str]
    verify: Callable[[Record, str], None]
    read: Callable[[str, str | Path], CaptionFile]
    carry: Callable[[CaptionFile], str] | None = None
    carries: frozenset[str] = frozenset()


FORMATS: dict[str, Format] = {
    "record": Format("record", ".captionkit.json", record_format.write, record_format.verify, record_format.read),
    "vtt": Format(
        "vtt", ".vtt", vtt.write, vtt.verify, vtt.read, vtt.carry, frozenset({"times", "voices", "notes"})
    ),
    "srt": Format("srt", ".srt", srt.write, srt.verify, srt.read, srt.carry, frozenset({"times"})),
    "ttml": Format(
        "ttml",
        ".ttml",
        ttml.write,
        ttml.verify,
        ttml.read,
        ttml.carry,
        frozenset({"times", "voices", "notes", "language"}),
    ),
    "txt": Format("txt", ".txt", txt.write, txt.verify, txt.read, txt.carry, frozenset({"voices", "notes"})),
}


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: there is none.
    """
    if name not in FORMATS:
        raise UsageError(f"There is no format {name!r}. The formats are {', '.join(FORMATS)}.")
    return FORMATS[name]


def verify_written(record: Record, text: str, format_name: str) -> None:
    """Read `text` back before it is put in place, and hold it against the record it was written from.

    Raises:
        FormatError: it differs; the sentence names the first difference.
        UsageError: there is no such format.
    """
    format_named(format_name).verify(record, text)


def format_of(path: str | Path) -> Format | None:
    """The format that a file's name says, None where it is none that is read here."""
    return next((kind for kind in FORMATS.values() if str(path).lower().endswith(kind.suffix)), None)


def read_captions(text: str, source: str | Path) -> tuple[Cue, ...]:
    """The cues of `read_file`.

    Raises:
        FormatError: as `read_file`.
    """
    return read_file(text, source).cues


def read_file(text: str, source: str | Path) -> CaptionFile:
    """What a caption file or transcript says, ours or anybody's, with any line ends or byte order mark.

    `Cue.speaker` is the name that the file gives, None where it gives none. Times are as written: in a file
    that captionkit did not write a cue may end before it starts.

    Args:
        text: what the file holds.
        source: the file, as the user gave it; its suffix says which format it is.

    Raises:
        FormatError: the suffix is none that is read here, or the text is too large or not of that format.
    """
    if len(text) > MAX_CHARACTERS:
        raise FormatError(
            source, f"it holds more than {MAX_CHARACTERS:,} characters", "Give one clip's captions."
        )
    kind = format_of(source)
    if kind is None:
        known = ", ".join(kind.suffix for kind in FORMATS.values())
        raise FormatError(source, "its kind is not known", f"Give a file that ends in {known}.")
    return kind.read(_unix(text), source)


def _unix(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
