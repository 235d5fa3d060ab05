"""Convert a caption file to another format, with every word and time that it has, and report what is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from captionkit.errors import FormatError, UsageError
from captionkit.files import read_text, require_free, write_all
from captionkit.formats import FORMATS, Format, format_of, read_file, verify_written
from captionkit.formats.presentation import captions_of
from captionkit.model import CaptionFile, FileCue
from captionkit.record import record_from_json
from captionkit.text import share_time

KINDS = {
    "voices": "who speaks, by name",
    "mixed_voices": "who speaks, in lines with more than one voice",
    "notes": "the comments",
    "language": "the language",
    "times": "the times of single captions: a paragraph has only the time it starts",
    "ids": "the captions' identifiers",
    "settings": "the position and alignment of captions",
    "positions": "the position of captions",
    "regions": "the regions",
    "styles": "the styles",
    "tags": "markup inside the text, such as italics, colours and times of words",
    "metadata": "the metadata",
    "signs": "some characters that players take for markup: look-alikes are written instead",
    "analysis": "the times of single words and the findings, which only a record holds",
}
"""Kind of content that a format may have no place for → how a message names it (see `Format.carries`)."""

MS_PER_LETTER = 60
"""The assumed length of the last paragraph of a plain transcript, about 17 letters a second."""


def convert_captions(source: Path, target: Path, force: bool = False) -> tuple[str, ...]:
    """Write the captions of one file in the format that another file's name says.

    Args:
        source: a .vtt, .srt, .ttml, .txt or record.
        target: a .vtt, .srt, .ttml or .txt.
        force: whether a file at `target` may be replaced; never `source` itself.

    Returns:
        A sentence for each kind of content that is not in the new file.

    Raises:
        UsageError: no such format is written.
        OverwriteError: there is something at `target` already.
        InputError: `source` cannot be read, `target` cannot be written, or a word would be lost.
    """
    kind, carry = _writer(target)
    require_free(source, target, force)
    text = read_text(source)
    guessed: tuple[str, ...] = ()
    if _holds(source) == "record":
        record = record_from_json(text, source)
        file, written = captions_of(record), kind.write(record)
        verify_written(record, written, kind.name)
    else:
        file = read_file(text, source)
        if "times" in kind.carries:
            file, guessed = _with_times(file, source)
        written = carry(file)
    if not file.cues:
        raise FormatError(source, "there are no captions in it", "Check that it is the right file.")
    kinds = [one for one in _kinds(source, file) if one not in kind.carries]
    if "times" in kind.carries and _lines(read_file(written, target)) != _lines(file):
        kinds.append("signs")
    write_all({target: written.encode("utf-8", "replace")})
    return (*(f"{target.name} does not hold {KINDS[one]}." for one in kinds), *guessed)


def _writer(target: Path) -> tuple[Format, Callable[[CaptionFile], str]]:
    kind = format_of(target)
    if kind is None or kind.carry is None:
        known = ", ".join(one.suffix for one in FORMATS.values() if one.carry)
        raise UsageError(f"{target}: captions cannot be converted to this kind of file. Name one of {known}.")
    return kind, kind.carry


def _with_times(file: CaptionFile, source: Path) -> tuple[CaptionFile, tuple[str, ...]]:
    """Captions that each have an end. The end of a plain transcript's last paragraph is not known."""
    if _holds(source) != "paragraphs" or not file.cues:
        return file, ()
    starts = [cue.start_ms for cue in file.cues]
    if starts != sorted(starts) or not starts[-1]:
        remedy = "Give a .vtt, .srt or .ttml, or a transcript with times such as [0:28] before its paragraphs."
        raise FormatError(source, "it has no times for captions, or they run backwards", remedy)
    said = f"{source.name} has paragraphs, not captions: each became a caption, and the end of the last is a guess."
    return replace(file, cues=tuple(_until_the_next(file.cues))), (said,)


def _until_the_next(cues: tuple[FileCue, ...]) -> Iterator[FileCue]:
    """Each paragraph until the next time; those of one time, which is in seconds, share it in proportion to letters."""
    together = [tuple(run) for _, run in groupby(cues, key=lambda cue: cue.start_ms)]
    last = together[-1]
    last_ms = last[0].start_ms + MS_PER_LETTER * sum(len(cue.text) for cue in last)
    ends = [*(run[0].start_ms for run in together[1:]), last_ms]
    for run, end_ms in zip(together, ends, strict=True):
        spans = share_time([cue.text for cue in run], run[0].start_ms, end_ms)
        for cue, (at_ms, until_ms) in zip(run, spans, strict=True):
            yield replace(cue, start_ms=at_ms, end_ms=until_ms)


def _holds(source: Path) -> str:
    kind = format_of(source)
    return kind.holds if kind else ""


def _kinds(source: Path, file: CaptionFile) -> Iterator[str]:
    """The kinds of content in a file, in the order of `KINDS`."""
    holds = _holds(source)
    there = {
        "voices": any(cue.names for cue in file.cues),
        "notes": bool(file.notes),
        "language": file.language is not None,
        "times": holds in ("captions", "record"),
        "analysis": holds == "record",
    }
    return (one for one in KINDS if there.get(one, one in file.beside))


def _lines(file: CaptionFile) -> list[tuple[str, ...]]:
    return [cue.lines for cue in file.cues]
