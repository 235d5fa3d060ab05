"""Captions as a track inside a copy of the clip. Pictures and sound are copied as they are, not encoded again.

To add a container, add one line to `CONTAINERS`: FFmpeg's name for it, the kind of track that its players show, and
how a cue's text is written there.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from captionkit.errors import MediaError
from captionkit.files import write_with
from captionkit.formats.srt import playable_lines
from captionkit.formats.verify import differs
from captionkit.formats.vtt import cue_text
from captionkit.model import CaptionFile, FileCue
from captionkit.timecode import MS_PER_SECOND

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.stream import Stream

    _Timed = tuple[Fraction, Packet[Any]]
    """A packet with its time of decoding in seconds."""

_MS = Fraction(1, MS_PER_SECOND)
_MICROSECOND = Fraction(1, 1_000_000)
_ASS_HEADER = b"[Script Info]\nScriptType: v4.00+\n"
"""FFmpeg opens no text track without one; nothing of it is written."""

_TITLE = "Captions"
_UNKNOWN_LANGUAGE = "und"
_LONGEST_TEXT = 0xFFFF
"""A mov_text sample has its length in two bytes."""

_MOST_REORDERED = 16
"""H.264 and HEVC hold back no more pictures than this."""

_COPIED = ("video", "audio", "subtitle")


@dataclass(frozen=True, slots=True)
class Container:
    """How one kind of media file holds captions.

    `muxer` and `codec` are FFmpeg's names, `payload` makes the bytes of a cue. `bibliographic` says which of ISO
    639-2's two codes names a language.
    """

    muxer: str
    codec: str
    payload: Callable[[FileCue], bytes]
    options: tuple[tuple[str, str], ...] = ()
    bibliographic: bool = False


def _mov_text(cue: FileCue) -> bytes:
    text = "\n".join(cue.lines).encode()[:_LONGEST_TEXT]
    return len(text).to_bytes(2, "big") + text


def _subrip(cue: FileCue) -> bytes:
    return "\n".join(playable_lines(cue)).encode()


def _webvtt(cue: FileCue) -> bytes:
    return cue_text(cue).encode()


_STARTS_AT_ONCE = (("movflags", "faststart"),)
CONTAINERS: dict[str, Container] = {
    ".mp4": Container("mp4", "mov_text", _mov_text, _STARTS_AT_ONCE),
    ".m4v": Container("mp4", "mov_text", _mov_text, _STARTS_AT_ONCE),
    ".mov": Container("mov", "mov_text", _mov_text, _STARTS_AT_ONCE, bibliographic=True),
    ".mkv": Container("matroska", "subrip", _subrip, bibliographic=True),
    ".webm": Container("webm", "webvtt", _webvtt, bibliographic=True),
}
"""Suffix of the clip → how its copy holds captions."""


def embed(file: CaptionFile, clip: Path, target: Path) -> tuple[str, int]:
    """Write a copy of a clip with its captions in it, read it back and compare, and only then put it in place.

    Args:
        file: the captions; the track's language is the file's, its captions are shown unless the viewer turns them off.
        clip: the media file; its kind is told by its suffix.
        target: where the copy goes, in a folder that is there.

    Returns:
        The copy's sha256, and how many tracks with neither picture, sound nor text could not be copied.

    Raises:
        MediaError: the clip's container holds no captions, or cannot be read or written again.
        InputError: the copy cannot be written, or does not read back as it was meant.
    """
    container = CONTAINERS.get(clip.suffix.lower())
    if container is None:
        known = ", ".join(CONTAINERS)
        remedy = f"Captions can be put into {known}; publish the .vtt or .srt beside it."
        raise MediaError(clip, f"a {clip.suffix or 'file without a suffix'} holds no captions inside", remedy)
    left_out = 0

    def write(temporary: Path) -> None:
        nonlocal left_out
        left_out = _copied(file, clip, temporary, container)

    return write_with(target, write), left_out


def _copied(file: CaptionFile, clip: Path, target: Path, container: Container) -> int:
    import av

    remedy = "Publish the .vtt or .srt beside it."
    try:
        with av.open(_url(clip)) as source:
            with av.open(_url(target), "w", format=container.muxer, options=dict(container.options)) as copy:
                streams = {stream.index: copied for stream in source.streams if (copied := _track(stream, copy))}
                captions = deque(_captions(file, source, copy, container))
                meant = _mux(source, copy, streams, captions)
            left_out = _left_out(source)
        _require_same(target, meant, [container.payload(cue) for cue in file.cues])
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise MediaError(clip, f"no copy of it can be made ({error.strerror})", remedy) from None
    except ValueError as error:
        raise MediaError(clip, f"no copy of it can be made ({error})", remedy) from None
    return left_out


def _url(path: Path) -> str:
    """From the root on, for FFmpeg takes `12:30.mp4` for an address."""
    return str(path.absolute())


def _track(stream: Stream, copy: OutputContainer) -> Stream | None:
    """The same track in the copy, without its packets yet; None for what has none or cannot be copied."""
    from av.stream import AttachmentStream
    from av.video.stream import VideoStream

    if isinstance(stream, AttachmentStream):
        copy.add_attachment(stream.name or "", stream.mimetype or "", stream.data)
    if stream.type not in _COPIED:
        return None
    copied = copy.add_stream_from_template(stream, opaque=True)
    copied.metadata.update(stream.metadata)
    copied.disposition = stream.disposition
    if isinstance(stream, VideoStream) and isinstance(copied, VideoStream):
        if stream.average_rate:
            copied.codec_context.framerate = stream.average_rate
        # Apple's players take HEVC under the name hvc1 alone, and FFmpeg would write its own choice.
        if copy.format.name in ("mp4", "mov") and stream.codec_context.codec_tag.strip("\0"):
            copied.codec_context.codec_tag = stream.codec_context.codec_tag
    return copied


def _left_out(source: InputContainer) -> int:
    """How many data tracks are not in the copy; timecode and chapters are made anew from what is said of them."""
    data = [s for s in source.streams if s.type not in (*_COPIED, "attachment") and "timecode" not in s.metadata]
    return max(0, len(data) - bool(source.chapters()))


def _captions(
    file: CaptionFile, source: InputContainer, copy: OutputContainer, container: Container
) -> Iterator[_Timed]:
    """A track for the captions, and a packet for each; times count from the clip's first instant."""
    import av
    from av.stream import Disposition
    from av.subtitles.stream import SubtitleStream

    copy.metadata.update(source.metadata)
    copy.set_chapters(source.chapters())
    track = copy.add_stream(container.codec)
    assert isinstance(track, SubtitleStream), "the codecs of `CONTAINERS` are for text"
    track.codec_context.subtitle_header = _ASS_HEADER
    track.time_base = _MS
    track.metadata.update(title=_TITLE, language=_language(file.language, container))
    track.disposition = Disposition.default | Disposition.captions
    first_ms = round((source.start_time or 0) * _MICROSECOND / _MS)
    for cue in file.cues:
        packet: Packet[Stream] = av.Packet(container.payload(cue))
        packet.stream, packet.time_base = track, _MS
        packet.pts = packet.dts = first_ms + cue.start_ms
        packet.duration = max(0, cue.end_ms - cue.start_ms)
        yield packet.dts * _MS, packet


def _mux(
    source: InputContainer, copy: OutputContainer, streams: dict[int, Stream], captions: deque[_Timed]
) -> list[str]:
    """Copy every packet, the captions among them by their times, and tell what each track holds."""
    digests = {index: hashlib.sha256(_looks(source.streams[index])) for index in streams}
    for at, packet in _timed(source.demux([source.streams[index] for index in streams])):
        while captions and captions[0][0] <= at:
            copy.mux(captions.popleft()[1])
        digests[packet.stream_index].update(bytes(packet))
        packet.stream = streams[packet.stream_index]
        copy.mux(packet)
    for _, packet in captions:
        copy.mux(packet)
    return [digest.hexdigest() for digest in digests.values()]


def _timed(packets: Iterable[Packet[Any]]) -> Iterator[_Timed]:
    """The packets, each with a time of decoding; what only ends a stream is left out.

    Matroska has no such times, and FFmpeg cannot tell those of the first pictures where pictures are stored out of
    their order. They get the first one that it can tell, for a muxer wants times that never go back.
    """
    last: dict[int, int] = {}
    waiting: dict[int, list[Packet[Any]]] = {}
    for packet in packets:
        if packet.dts is None and not packet.size:
            continue
        early = waiting.setdefault(packet.stream_index, [])
        early.append(packet)
        dts = last.get(packet.stream_index) if packet.dts is None else packet.dts
        if dts is None and len(early) > _MOST_REORDERED:
            dts = _earliest(early)
        if dts is not None:
            last[packet.stream_index] = dts
            yield from _all_at(dts, early)
            early.clear()
    for early in waiting.values():
        yield from _all_at(_earliest(early), early)


def _earliest(packets: list[Packet[Any]]) -> int:
    return min((packet.pts for packet in packets if packet.pts is not None), default=0)


def _all_at(dts: int, packets: list[Packet[Any]]) -> Iterator[_Timed]:
    for packet in packets:
        packet.dts = dts
        yield dts * packet.time_base, packet


def _looks(stream: Stream) -> bytes:
    """What a player must know of a track besides its packets, as far as both files say it."""
    from av.video.stream import VideoStream

    name = stream.codec_context.name
    if not isinstance(stream, VideoStream):
        return name.encode()
    context = stream.codec_context
    return f"{name} {context.width} {context.height} {stream.sample_aspect_ratio}".encode()


def _require_same(path: Path, meant: list[str], texts: list[bytes]) -> None:
    """Read the copy back: every track holds the same bytes, and the last the captions."""
    import av

    with av.open(_url(path)) as copy:
        *copied, captions = [stream for stream in copy.streams if stream.type in _COPIED]
        digests = {stream.index: hashlib.sha256(_looks(stream)) for stream in copied}
        found = []
        for packet in copy.demux([*copied, captions]):
            if packet.stream_index == captions.index:
                found.append(bytes(packet))
            else:
                digests[packet.stream_index].update(bytes(packet))
    if [digest.hexdigest() for digest in digests.values()] != meant:
        raise differs("the copy of the clip", "its pictures or its sound are not the clip's")
    if [text for text in found if text.strip(b"\0")] != texts:
        raise differs("the copy of the clip", "its captions are others")


def _language(code: str | None, container: Container) -> str:
    """The three letters of a language, as the container wants them."""
    known = _languages().get((code or "").split("-")[0].lower())
    if known is None:
        return _UNKNOWN_LANGUAGE
    return known[-1] if container.bibliographic else known[0]


@cache
def _languages() -> dict[str, list[str]]:
    lines = files("captionkit.formats").joinpath("languages.txt").read_text(encoding="utf-8").splitlines()
    return {code: others for code, *others in (line.split() for line in lines if not line.startswith("#"))}
