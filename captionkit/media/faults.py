"""Warnings about damaged media files that can still be used."""

from __future__ import annotations

from captionkit.media.audio import Audio
from captionkit.model import Check
from captionkit.timecode import clock, seconds_from_ms

SHORTEST_GAP_MS = 200
"""A shorter gap cannot hide a word."""


def file_warnings(audio: Audio) -> tuple[Check, ...]:
    """A warning that the file is truncated, and one for each gap in the sound."""
    cut = Check(
        "media_truncated",
        "warning",
        f"The file is cut off at {clock(audio.duration_ms)}: get a complete copy, and caption it again.",
        start_ms=audio.duration_ms,
    )
    gaps = tuple(
        Check(
            "media_gap",
            "warning",
            f"The file holds no sound for {seconds_from_ms(span.duration_ms):.1f} s: listen to another copy.",
            start_ms=span.start_ms,
        )
        for span in audio.missing
        if span.duration_ms >= SHORTEST_GAP_MS
    )
    return (cut, *gaps) if audio.truncated else gaps
