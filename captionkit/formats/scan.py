"""A caption file as its players see it: the cues they show, and every fault that makes them show something else.

Nothing is refused here: what a player drops is a fault with its place, and the rest goes on. To add a format:
write a module with `scan(data: bytes) -> Scanned`, and enter it in `SCANNERS` by its suffix.
"""

from __future__ import annotations

from collections.abc import Callable

from captionkit.formats import scan_srt, scan_vtt
from captionkit.formats.faults import Scanned

SCANNERS: dict[str, Callable[[bytes], Scanned]] = {".vtt": scan_vtt.scan, ".srt": scan_srt.scan}
"""Suffix of a file → what reads it."""


def scanner_for(name: str) -> Callable[[bytes], Scanned] | None:
    """What reads a file of that name, None where its suffix is none of `SCANNERS`."""
    return next((scan for suffix, scan in SCANNERS.items() if name.lower().endswith(suffix)), None)
