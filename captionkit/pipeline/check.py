"""Caption files on disk, checked against a style and, where it is given, against their clip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from captionkit.captions import Against, ClipTiming, Style, check_caption_file
from captionkit.errors import FormatError
from captionkit.files import read_bytes
from captionkit.formats import CAPTION_SUFFIXES, format_of
from captionkit.model import CaptionFile, Check, Span


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
    file = _read(path)
    return CheckedFile(path, len(file.cues), check_caption_file(file, against))


def check_files(paths: Iterable[Path], against: Against) -> Iterator[CheckedFile]:
    """Check each file; one that cannot be read is reported and does not stop the others."""
    for path in paths:
        try:
            yield check_file(path, against)
        except FormatError as error:
            yield CheckedFile(path, unread=str(error))


def against_clip(style: Style, media: Path | None) -> Against:
    """What files of a clip are checked against: the style, and the clip's length, frame rate and where somebody speaks.

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
    """Voiced spans that touch, joined: the detector splits long ones."""
    found: list[Span] = []
    for span in voiced:
        if found and span.start_ms <= found[-1].end_ms:
            found[-1] = Span(found[-1].start_ms, max(found[-1].end_ms, span.end_ms))
        else:
            found.append(span)
    return tuple(found)


def _read(path: Path) -> CaptionFile:
    kind = format_of(path)
    if kind is None or kind.holds != "captions":
        remedy = f"Give a file that ends in one of {', '.join(CAPTION_SUFFIXES)}."
        raise FormatError(path, "its format is unknown", remedy)
    return kind.read(read_bytes(path), path)
