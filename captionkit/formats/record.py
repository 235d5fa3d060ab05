"""The record as a format among the others: the whole of it, and the cues in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from captionkit.formats.shown import CaptionFile
from captionkit.formats.verify import differs
from captionkit.model import Record
from captionkit.record import record_from_json, record_to_dict, record_to_json


def write(record: Record) -> str:
    """The record as JSON."""
    return record_to_json(record)


def read(text: str, source: str | Path) -> CaptionFile:
    """The cues of a record as they stand in it, with the speakers' names where they are known.

    Raises:
        FormatError: the text is no record.
    """
    record = record_from_json(text, source)
    cues = tuple(replace(cue, speaker=record.speaker_name(cue.speaker)) for cue in record.cues)
    return CaptionFile(cues, language=record.transcript.language)


def verify(record: Record, text: str) -> None:
    """Read `text` back and hold it against the record.

    Raises:
        FormatError: a field is lost or changed.
    """
    if record_to_dict(record_from_json(text, "the record")) != record_to_dict(record):
        raise differs("the record", "a field is lost")
