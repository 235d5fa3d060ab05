"""Write a copy of a clip with its captions as a track. Pictures and sound are copied without encoding them again.

To add a container, add one line to `CONTAINERS`: the suffix of its files, FFmpeg's name for it, and the kind of caption
track that its players show. A new kind of track also needs the syntax of its text in `publish.TRACK_TEXTS`.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from captionkit.errors import FormatError, MediaError
from captionkit.files import write_with
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
"""FFmpeg cannot open a text track without a header; it is not written to the copy."""

_TITLE = "Captions"
_UNKNOWN_LANGUAGE = "und"
_LONGEST_TEXT = 0xFFFF
"""The length of a mov_text sample is stored in two bytes."""

_MOST_REORDERED = 16
"""H.264 and HEVC reorder at most this many pictures."""

_COPIED = ("video", "audio", "subtitle")


@dataclass(frozen=True, slots=True)
class CaptionTrack:
    """The captions to write: the language (`en`, None if unknown), and start, end (ms) and text of each cue.

    The texts are in the syntax of the clip's `track_codec`.
    """

    language: str | None
    cues: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Container:
    """How one kind of media file holds captions.

    `muxer` and `codec` are FFmpeg's names. `bibliographic` says which of ISO 639-2's two codes names a language.
    """

    muxer: str
    codec: str
    options: tuple[tuple[str, str], ...] = ()
    bibliographic: bool = False

    def payload(self, text: str) -> bytes:
        """The bytes of a cue's packet."""
        data = text.encode()
        return len(data[:_LONGEST_TEXT]).to_bytes(2, "big") + data[:_LONGEST_TEXT] if self.codec == "mov_text" else data


_FAST_START = (("movflags", "faststart"),)
CONTAINERS: dict[str, Container] = {
    ".mp4": Container("mp4", "mov_text", _FAST_START),
    ".m4v": Container("mp4", "mov_text", _FAST_START),
    ".mov": Container("mov", "mov_text", _FAST_START, bibliographic=True),
    ".mkv": Container("matroska", "subrip", bibliographic=True),
    ".webm": Container("webm", "webvtt", bibliographic=True),
}
"""Suffix of the clip → how its copy holds captions."""


def track_codec(clip: Path) -> str:
    """The kind of caption track in a copy of a clip: `mov_text`, `subrip` or `webvtt`.

    Raises:
        MediaError: the clip's container cannot hold captions.
    """
    return _container(clip).codec


def embed(track: CaptionTrack, clip: Path, target: Path) -> tuple[str, int]:
    """Write a copy of a clip with its captions in it, read it back and compare it, and only then put it in place.

    Args:
        track: the captions; players show them unless the viewer turns them off.
        clip: the media file; its suffix decides the container.
        target: where the copy goes, in an existing folder.

    Returns:
        The copy's sha256, and how many data tracks (neither picture, sound nor text) could not be copied.

    Raises:
        MediaError: the clip's container cannot hold captions, or cannot be read or written again.
        InputError: the copy cannot be written, or does not read back as intended.
    """
    container = _container(clip)
    left_out = 0

    def write(temporary: Path) -> None:
        nonlocal left_out
        left_out = _copied(track, clip, temporary, container)

    return write_with(target, write), left_out


def _container(clip: Path) -> Container:
    if clip.suffix.lower() not in CONTAINERS:
        remedy = f"Captions can be put into {', '.join(CONTAINERS)}; publish the .vtt or .srt beside it."
        raise MediaError(clip, f"a {clip.suffix or 'file without a suffix'} holds no captions inside", remedy)
    return CONTAINERS[clip.suffix.lower()]


def _copied(captions: CaptionTrack, clip: Path, target: Path, container: Container) -> int:
    import av

    remedy = "Publish the .vtt or .srt beside it."
    try:
        with av.open(_url(clip)) as source:
            with av.open(_url(target), "w", format=container.muxer, options=dict(container.options)) as copy:
                streams = {stream.index: copied for stream in source.streams if (copied := _track(stream, copy))}
                packets = deque(_captions(captions, source, copy, container))
                expected = _mux(source, copy, streams, packets)
            left_out = _left_out(source)
        _require_same(target, expected, [container.payload(text) for _, _, text in captions.cues])
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise MediaError(clip, f"no copy of it can be made ({error.strerror})", remedy) from None
    except ValueError as error:
        raise MediaError(clip, f"no copy of it can be made ({error})", remedy) from None
    return left_out


def _url(path: Path) -> str:
    """The absolute path: FFmpeg would take `12:30.mp4` for an address."""
    return str(path.absolute())


def _track(stream: Stream, copy: OutputContainer) -> Stream | None:
    """A copy of a track, still without packets; None where it has none or cannot be copied."""
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
        # Apple's players accept HEVC only under the name hvc1, and FFmpeg would choose another.
        if copy.format.name in ("mp4", "mov") and stream.codec_context.codec_tag.strip("\0"):
            copied.codec_context.codec_tag = stream.codec_context.codec_tag
    return copied


def _left_out(source: InputContainer) -> int:
    """The number of data tracks that are not in the copy; FFmpeg makes timecode and chapter tracks itself."""
    data = [s for s in source.streams if s.type not in (*_COPIED, "attachment") and "timecode" not in s.metadata]
    return max(0, len(data) - bool(source.chapters()))


def _captions(
    captions: CaptionTrack, source: InputContainer, copy: OutputContainer, container: Container
) -> Iterator[_Timed]:
    """Add the caption track, and yield a packet for each cue; its times count from the start of the clip."""
    import av
    from av.stream import Disposition
    from av.subtitles.stream import SubtitleStream

    copy.metadata.update(source.metadata)
    copy.set_chapters(source.chapters())
    track = copy.add_stream(container.codec)
    assert isinstance(track, SubtitleStream), "the codecs of `CONTAINERS` are for text"
    track.codec_context.subtitle_header = _ASS_HEADER
    track.time_base = _MS
    track.metadata.update(title=_TITLE, language=_language(captions.language, container))
    track.disposition = Disposition.default | Disposition.captions
    first_ms = round((source.start_time or 0) * _MICROSECOND / _MS)
    for start_ms, end_ms, text in captions.cues:
        packet: Packet[Stream] = av.Packet(container.payload(text))
        packet.stream, packet.time_base = track, _MS
        packet.pts = packet.dts = first_ms + start_ms
        packet.duration = max(0, end_ms - start_ms)
        yield packet.dts * _MS, packet


def _mux(
    source: InputContainer, copy: OutputContainer, streams: dict[int, Stream], captions: deque[_Timed]
) -> list[str]:
    """Copy every packet, with the captions in between by their times, and return a digest of each track."""
    digests = {index: hashlib.sha256(_properties(source.streams[index])) for index in streams}
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
    """The packets, each with a time of decoding, without the empty ones that only end a stream.

    Matroska does not store such times, and FFmpeg cannot derive those of the first pictures where pictures are
    reordered. They get the first known one, because a muxer needs times that never decrease.
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


def _properties(stream: Stream) -> bytes:
    """What a player must know of a track besides its packets, as far as both containers store it."""
    from av.video.stream import VideoStream

    name = stream.codec_context.name
    if not isinstance(stream, VideoStream):
        return name.encode()
    context = stream.codec_context
    return f"{name} {context.width} {context.height} {stream.sample_aspect_ratio}".encode()


def _require_same(path: Path, expected: list[str], texts: list[bytes]) -> None:
    """Read the copy back: the last track must hold the captions, the others the same bytes as the clip."""
    import av

    with av.open(_url(path)) as copy:
        *copied, captions = [stream for stream in copy.streams if stream.type in _COPIED]
        digests = {stream.index: hashlib.sha256(_properties(stream)) for stream in copied}
        found = []
        for packet in copy.demux([*copied, captions]):
            if packet.stream_index == captions.index:
                found.append(bytes(packet))
            else:
                digests[packet.stream_index].update(bytes(packet))
    if [digest.hexdigest() for digest in digests.values()] != expected:
        raise _differs("its pictures or its sound are not those of the clip")
    if [text for text in found if text.strip(b"\0")] != texts:
        raise _differs("its captions are not those of the record")


def _differs(how: str) -> FormatError:
    remedy = "It was not put in place. This is a fault of captionkit: please report it, with the record."
    return FormatError("the copy of the clip", f"it does not read back as it was written: {how}", remedy)


def _language(code: str | None, container: Container) -> str:
    """The ISO 639-2 code of a language that the container uses; `und` for an unknown one."""
    known = _languages().get((code or "").split("-")[0].lower())
    if known is None:
        return _UNKNOWN_LANGUAGE
    return known[-1] if container.bibliographic else known[0]


@cache
def _languages() -> dict[str, list[str]]:
    lines = files(__package__).joinpath("languages.txt").read_text(encoding="utf-8").splitlines()
    return {code: others for code, *others in (line.split() for line in lines if not line.startswith("#"))}
