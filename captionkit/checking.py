"""Caption files on disk, compared with a style and, where it is given, against their clip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from captionkit.captions import SCANNERS, Against, ClipTiming, Scanned, Style, check_scanned, scanner_for
from captionkit.errors import FormatError
from captionkit.files import read_bytes, read_text
from captionkit.formats import FORMATS, format_of, read_file
from captionkit.model import Check, Span


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A caption file and what was found in it; `unread` says why it could not be checked, if so."""

    path: Path
    cues: int = 0
    checks: tuple[Check, ...] = ()
    unread: str | None = None

    def count(self, level: str) -> int:
        """The findings of a level."""
        return sum(check.level == level for check in self.checks)


def check_file(path: Path, against: Against) -> CheckedFile:
    """Check one file.

    Raises:
        FormatError: it cannot be read.
    """
    scanned = _scanned(path)
    return CheckedFile(path, len(scanned.cues), check_scanned(scanned, against))


def check_files(paths: Iterable[Path], against: Against) -> Iterator[CheckedFile]:
    """Check each file; one that cannot be read is told as such and stops none of the others."""
    for path in paths:
        try:
            yield check_file(path, against)
        except FormatError as error:
            yield CheckedFile(path, unread=str(error))


def against_clip(style: Style, media: Path | None) -> Against:
    """What files of a clip are compared with: the style, and the clip's length, frame rate and voices.

    Raises:
        MediaError: the clip cannot be decoded.
    """
    if media is None:
        return Against(style)
    from captionkit.media import MediaLimits, decode_clip, find_shots
    from captionkit.speech.voice_activity import voiced_spans

    audio = decode_clip(media, None, MediaLimits())
    voiced = voiced_spans(audio.samples)
    return Against(style, ClipTiming(audio.duration_ms, audio.fps, find_shots(media, audio).starts_ms), _joined(voiced))


def _joined(voiced: tuple[Span, ...]) -> tuple[Span, ...]:
    """Voices that touch as one: the detector cuts long ones."""
    found: list[Span] = []
    for span in voiced:
        if found and span.start_ms <= found[-1].end_ms:
            found[-1] = Span(found[-1].start_ms, max(found[-1].end_ms, span.end_ms))
        else:
            found.append(span)
    return tuple(found)


def _scanned(path: Path) -> Scanned:
    """What players show of a file, with its faults. TTML is read whole or not at all, and its cues have no lines."""
    if scan := scanner_for(path.name):
        return scan(read_bytes(path))
    if format_of(path) is FORMATS["ttml"]:
        return Scanned(read_file(read_text(path), path).cues, (), ())
    known = ", ".join((*SCANNERS, FORMATS["ttml"].suffix))
    raise FormatError(path, "its kind is not known", f"Give a file that ends in one of {known}.")
