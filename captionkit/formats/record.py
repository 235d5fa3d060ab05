"""The record as a format among the others: the whole of it, and the cues in it."""

from __future__ import annotations

from pathlib import Path

from captionkit.formats.presentation import file_cue
from captionkit.formats.reading import whole_text
from captionkit.formats.verify import differs
from captionkit.model import CaptionFile, Record
from captionkit.record import record_from_json, record_to_dict, record_to_json


def write(record: Record) -> str:
    """The record as JSON."""
    return record_to_json(record)


def read(data: bytes, source: str | Path) -> CaptionFile:
    """The cues of a record as they stand in it, with the speakers' names where they are known.

    Raises:
        FormatError: the text is not a record.
    """
    record = record_from_json(whole_text(data, source), source)
    cues = []
    for cue in record.cues:
        names = [(record.speaker_name(speaker),) for speaker in cue.voices]
        cues.append(file_cue(cue.start_ms, cue.end_ms, tuple(zip(cue.lines, names, strict=True))))
    return CaptionFile(tuple(cues), language=record.transcript.language)


def verify(record: Record, text: str) -> None:
    """Read `text` back and compare it with the record.

    Raises:
        FormatError: a field is lost or changed.
    """
    if record_to_dict(record_from_json(text, "the record")) != record_to_dict(record):
        raise differs("the record", "a field is lost")
