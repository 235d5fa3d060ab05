"""Decode a media file to samples."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from captionkit.errors import MediaError
from captionkit.files import file_sha256
from captionkit.media.audio import SAMPLE_RATE, Audio
from captionkit.media.probe import Facts, facts, moving_picture, riff_is_cut, sound_stream
from captionkit.media.timeline import Timeline, TooLongError
from captionkit.model import Span
from captionkit.timecode import MS_PER_HOUR, clock, ms_from_seconds, seconds_from_ms

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet


SHORTFALL_S = 0.5
"""If more of the announced length is missing, the file counts as truncated."""

_FORGIVING_PYAV = 19
"""From this version on PyAV accepts titles in any encoding, and has no option for it."""

_FAILED_READS = 100
"""After this many consecutive failures the rest of a damaged file is skipped."""

_READ_BYTES = 1 << 18
_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """The longest and largest file that is decoded; `wall_s` is how long decoding may take."""

    duration_ms: int = 6 * MS_PER_HOUR
    size_bytes: int = 64 * _GIB
    wall_s: float = 1800.0


@dataclass(frozen=True, slots=True, eq=False)
class _Decoded:
    """The decoded sound, its gaps, and when the last packet of any stream ends."""

    samples: NDArray[np.float32]
    missing: tuple[Span, ...]
    end_s: float


def decode_clip(path: Path, stream: int | None, limits: MediaLimits) -> Audio:
    """Decode the sound of an audio or video file.

    `stream` is the number of the audio stream, from 0; None takes the first. A truncated file is decoded as far as it
    goes; damaged parts are replaced by silence.

    Raises:
        MediaError: the file is missing, not a file, empty or not media, has no such stream or no sound, exceeds
            a limit, or was changed meanwhile.
    """
    from av import FFmpegError

    size_bytes = _size_bytes(path, limits)
    try:
        with path.open("rb") as file, ThreadPoolExecutor(1) as beside:
            begun = _state(os.fstat(file.fileno()))
            cut = riff_is_cut(file, size_bytes)
            with open_media(file, path) as container:
                sound = sound_stream(container, stream, path)
                sha256 = beside.submit(file_sha256, path)
                about = facts(container, sound)
                decoded = _decode(container, sound, about, limits, path)
            digest = sha256.result()
            if _state(path.stat()) != begun:
                remedy = "Wait until it is written completely, then try again."
                raise MediaError(path, "it changed while it was read", remedy)
            cut = cut or decoded.end_s < (about.announced_s or 0.0) - SHORTFALL_S
            return Audio(
                samples=decoded.samples,
                duration_ms=ms_from_seconds(_length_s(decoded, about, cut)),
                sha256=digest,
                stream=stream or 0,
                fps=about.fps,
                has_video=about.has_video,
                truncated=cut,
                missing=decoded.missing,
            )
    except TooLongError:
        longest = clock(limits.duration_ms)
        raise MediaError(path, f"it is longer than {longest}", "Split it, and caption the pieces.") from None
    except FFmpegError as error:
        raise MediaError(
            path, f"its sound cannot be converted ({error.strerror})", "Convert it to mp4 first."
        ) from error
    except OSError as error:
        raise MediaError(
            path, f"it cannot be read ({error.strerror or error})", "Check the permissions of the file, and the disk."
        ) from error


def _state(stat_result: os.stat_result) -> tuple[int, int, int]:
    """Identifies a file and its version."""
    return stat_result.st_ino, stat_result.st_size, stat_result.st_mtime_ns


def _size_bytes(path: Path, limits: MediaLimits) -> int:
    """The size of the file, after checking that it can be read."""
    try:
        state = path.stat()
    except FileNotFoundError:
        raise MediaError(path, "there is no such file", "Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MediaError(path, f"it cannot be reached ({reason})", "Check the name and the permissions.") from error
    if stat.S_ISDIR(state.st_mode):
        raise MediaError(path, "this is a folder", "Name one media file.")
    if not stat.S_ISREG(state.st_mode):
        raise MediaError(path, "this is not a regular file", "Save the clip as a file first.")
    if state.st_size == 0:
        raise MediaError(path, "the file is empty", "Copy or download it again.")
    if state.st_size > limits.size_bytes:
        allowed = f"{limits.size_bytes / _GIB:.0f} GiB"
        raise MediaError(path, f"the file is larger than {allowed}", "Give only its sound, or a smaller copy.")
    return state.st_size


def open_media(file: BinaryIO, path: Path) -> InputContainer:
    """Open the container in an open file; `path` is for the error message.

    FFmpeg gets neither the name nor permission to open anything else: a playlist disguised as a clip would make it read
    other files of this machine, or download from its network.

    Raises:
        MediaError: it is not media, or truncated before its index.
    """
    import av

    options: dict[str, Any] = {
        "buffer_size": _READ_BYTES,
        "container_options": {"protocol_whitelist": "none"},
    }
    if int(av.__version__.partition(".")[0]) < _FORGIVING_PYAV:
        options["metadata_errors"] = "ignore"
    try:
        container: InputContainer = av.open(_Unnamed(file), mode="r", **options)
    except (av.FFmpegError, ValueError) as error:
        raise MediaError(
            path,
            "this is not media that FFmpeg can read, or it is cut off before its index",
            "If it plays, convert it to mp4; if not, get a complete copy.",
        ) from error
    return container


class _Unnamed:
    """A file for PyAV without its name, which may look like an address."""

    def __init__(self, file: BinaryIO) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell


def _decode(container: InputContainer, sound: AudioStream, about: Facts, limits: MediaLimits, path: Path) -> _Decoded:
    limit_s = seconds_from_ms(limits.duration_ms)
    if (about.announced_s or 0.0) > limit_s + SHORTFALL_S:
        raise TooLongError
    timeline = Timeline(about.start_s, about.longest_gap_s, limit_s)
    deadline = time.monotonic() + limits.wall_s
    end_s = 0.0
    for packet, packet_end_s in _packets(container, sound):
        if time.monotonic() > deadline:
            raise MediaError(path, f"decoding takes over {limits.wall_s:.0f} s", "Convert it to mp4 first.")
        ahead_s = packet_end_s - about.start_s - end_s
        end_s += ahead_s if 0 < ahead_s <= about.longest_gap_s else 0
        for frame in _frames(packet) if packet.stream.index == sound.index else ():
            timeline.add(frame)
    samples = timeline.samples()
    if not samples.size:
        raise MediaError(path, "none of its sound can be decoded", "Get a complete copy of the clip.")
    return _Decoded(samples, timeline.missing(), end_s)


def _packets(container: InputContainer, sound: AudioStream) -> Iterator[tuple[Packet[Any], float]]:
    """The packets of the sound and the video, each with its end in seconds, as far as the file can be read."""
    video = moving_picture(container)
    streams = [sound] if video is None else [sound, video]
    tick_s = {stream.index: float(stream.time_base or 0) for stream in streams}
    for packet in read_packets(container, streams):
        end = 0 if packet.pts is None else packet.pts + (packet.duration or 0)
        yield packet, end * tick_s[packet.stream.index]


def read_packets(container: InputContainer, streams: list[Any]) -> Iterator[Packet[Any]]:
    """The packets of some streams, as far as the file can be read."""
    import av

    failures = 0
    while failures < _FAILED_READS:
        try:
            for packet in container.demux(streams):
                yield packet
                failures = 0
        except (av.FFmpegError, IndexError):  # raised by PyAV for a stream that begins later
            failures += 1
        else:
            return


def _frames(packet: Packet[Any]) -> list[AudioFrame]:
    """The frames in a packet of sound; none if it is damaged."""
    import av

    try:
        frames: list[Any] = packet.decode()
    except av.FFmpegError:
        return []
    return frames


def _length_s(decoded: _Decoded, about: Facts, cut: bool) -> float:
    """The length of the clip: as announced, unless the file holds less or more."""
    sound_s = decoded.samples.size / SAMPLE_RATE
    reached_s = max(sound_s, decoded.end_s) if about.has_video else sound_s
    if about.announced_s is None or cut:
        return reached_s
    return about.announced_s if sound_s <= about.announced_s + SHORTFALL_S else sound_s
