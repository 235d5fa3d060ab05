"""What every format shows of a record: clean lines, cues in order, title and credits; and cues made of text runs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePath

from captionkit.model import CaptionFile, Cue, FileCue, Record

MADE = "Made automatically by captionkit, "
"""The beginning of the line that says what made a file and whether it was reviewed; `txt` recognises its own by it."""

_USER = re.compile(r"//[^/?#]*@")
_SPACES = "\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"


def captions_of(record: Record) -> CaptionFile:
    """What every caption file made from a record says: its cues, and one note with the title, the sources and credits.

    A cue's lines are clean and include its labels, and its speakers are given by name where one is known. A cue that
    shows nothing is left out; the closing cue stands where its time says.
    """
    closing = () if record.credit_cue is None else (record.credit_cue,)
    cues = sorted((*record.cues, *closing), key=lambda cue: cue.start_ms)
    shown = (_shown_cue(cue, record) for cue in cues)
    note = "\n".join(map(one_line, _note_lines(record)))
    return CaptionFile(tuple(cue for cue in shown if cue.lines), (note,), record.transcript.language)


def _shown_cue(cue: Cue, record: Record) -> FileCue:
    names = [name_shown(record.speaker_name(speaker)) for speaker in cue.voices]
    # A label may stand on a line of its own.
    heights = [1 + label.count("\n") for label in cue.labels] or [1] * len(cue.lines)
    by_line = (name for name, height in zip(names, heights, strict=True) for _ in range(height))
    lines = tuple((line, (name,)) for line, name in zip(cue.shown_lines, by_line, strict=True))
    return clean_cue(file_cue(cue.start_ms, cue.end_ms, lines))


NamedLines = tuple[tuple[str, tuple[str | None, ...]], ...]
"""Lines, each with the names of those who have words in it, None for nobody who is named."""


def named_lines(runs: Iterable[tuple[str, str | None]]) -> NamedLines:
    """The lines of a text that comes in runs, each run with the name of who says it, None where nobody is named."""
    lines: list[list[tuple[str, str | None]]] = [[]]
    for text, name in runs:
        here, *below = text.split("\n")
        lines[-1].append((here, name))
        lines += [[(line, name)] for line in below]
    return tuple(
        ("".join(text for text, _ in line), tuple(dict.fromkeys(name for text, name in line if text.strip())))
        for line in lines
    )


def file_cue(start_ms: int, end_ms: int, lines: NamedLines) -> FileCue:
    """A cue of the lines of `named_lines`; no name is given where several people speak in one line."""
    texts = tuple(text for text, _ in lines)
    mixed = any(len(names) > 1 for _, names in lines)
    names = () if mixed else tuple(name for _, found in lines for name in found or (None,))
    return FileCue(start_ms, end_ms, texts, names if any(names) else ())


def clean_cue(cue: FileCue) -> FileCue:
    """A cue with the lines of `clean_lines`; a line that becomes two keeps its name on both."""
    pairs = [(clean, name) for line, name in zip(cue.lines, cue.voices, strict=True) for clean in clean_lines([line])]
    names = tuple(name for _, name in pairs)
    return FileCue(cue.start_ms, cue.end_ms, tuple(line for line, _ in pairs), names if any(names) else ())


def name_shown(name: str | None) -> str | None:
    """A speaker's name as one clean line with single spaces, None where there is none."""
    return " ".join(one_line(name or "").split()) or None


def _note_lines(record: Record) -> Iterable[str]:
    yield review_line(record)
    yield f"Title: {title(record)}"
    yield f"Clip: {PurePath(record.clip.file).name}"
    if record.article:
        yield f"Article: {_public(record.article.source)}"
    yield from credit_lines(record)


def _public(source: str) -> str:
    """An address without user name; of a path only the file's name, because captions are published."""
    if source.startswith(("http://", "https://")):
        return _USER.sub("//", source, count=1)
    return PurePath(source).name


def clean_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines that are safe in every caption format and in a terminal.

    A line break inside a line splits it in two; spaces at both ends and empty lines are removed; tabs and similar
    characters become spaces. What cannot be shown becomes U+FFFD: NUL and other control characters, lone surrogates,
    and U+FFFE and U+FFFF, which XML has no way to write and at which Chromium ends a caption. Everything else,
    such as emoji and direction marks, stays as it is.
    """
    text = unix_lines("\n".join(lines))
    return tuple(line for line in map(str.strip, map(_showable, text.split("\n"))) if line)


def unix_lines(text: str) -> str:
    """A text with a line feed for every kind of line break."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _showable(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(map(_shown, line))


def _shown(character: str) -> str:
    if character in _SPACES:
        return " "
    hidden = unicodedata.category(character) in ("Cc", "Cs") or character in "\ufffe\uffff"
    return "\ufffd" if hidden else character


def one_line(text: str) -> str:
    """A text as one clean line."""
    return " ".join(clean_lines([text]))


def title(record: Record) -> str:
    """The record's title as one clean line."""
    return one_line(record.title)


def review_line(record: Record) -> str:
    """Who reviewed the captions, or that nobody has: W3C WAI says that automatic captions alone are not enough."""
    if record.review is None:
        return f"{MADE}not yet reviewed by a person."
    return one_line(f"{MADE}reviewed by {record.review.by} on {record.review.on}.")


def credit_lines(record: Record) -> tuple[str, ...]:
    """One line a role: `Producer: Ana Oyelaran, Ben Cole`."""
    return tuple(one_line(f"{credit.role.capitalize()}: {', '.join(credit.names)}") for credit in record.credits)
