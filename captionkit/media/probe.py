"""Read the properties of a media file, and correct those that are unreliable."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from captionkit.errors import MediaError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.stream import VideoStream

BROADCAST_GAP_S = 10.0
"""A larger jump ahead is a clock reset, in formats that allow it (ffmpeg's dts_delta_threshold)."""

_CLOCK_MAY_JUMP = 0x0200
"""FFmpeg's AVFMT_TS_DISCONT, which PyAV has only as a number."""

_FORMATS_THAT_ESTIMATE = ("mp3", "aac")
_RATE_ROUNDING = 8
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """Properties of a whole file.

    `start_s` is the timestamp of its start, which a player shows as 0. `announced_s` is the length in its header, None
    if there is none and it could only be estimated. A gap in the sound of more than `longest_gap_s` is a clock reset.
    """

    start_s: float
    announced_s: float | None
    longest_gap_s: float
    fps: float | None
    has_video: bool


def facts(container: InputContainer, sound: AudioStream) -> Facts:
    """The properties of an opened file, given the chosen audio stream."""
    broadcast = bool(container.format.flags & _CLOCK_MAY_JUMP)
    announced_s = None if broadcast else _announced_s(container, sound)
    video = moving_picture(container)
    return Facts(
        start_s=(container.start_time or 0) / _MICROSECONDS,
        announced_s=announced_s,
        longest_gap_s=BROADCAST_GAP_S if broadcast else announced_s or math.inf,
        fps=_fps(video) if video else None,
        has_video=video is not None,
    )


def announced_ms(path: Path) -> int:
    """The length in the header of a file, without decoding it; 0 if there is none."""
    import av

    try:
        with av.open(str(path)) as container:
            return max(0, container.duration or 0) // 1000
    except (OSError, ValueError):
        return 0


def sound_stream(container: InputContainer, wanted: int | None, path: Path) -> AudioStream:
    """The audio stream of that number, from 0; None takes the first.

    Raises:
        MediaError: there is no sound, no stream of that number, or no decoder for it.
    """
    streams = container.streams.audio
    if not streams:
        raise MediaError(path, "it has no sound", "Give the version of the clip that has its sound.")
    number = wanted or 0
    if 0 <= number < len(streams) and streams[number].codec_context is None:
        raise MediaError(path, "there is no decoder for its sound", "Convert it to mp4 first.")
    if 0 <= number < len(streams):
        return streams[number]
    there_are = "one sound stream, number 0" if len(streams) == 1 else f"{len(streams)} sound streams, from 0"
    raise MediaError(
        path,
        f"there is no sound stream {number}; it has {there_are}",
        "Choose another with --audio-stream.",
    )


def moving_picture(container: InputContainer) -> VideoStream | None:
    """The video stream; None for audio files, whose cover image is not a video."""
    from av.stream import Disposition

    videos = container.streams.video
    return next((one for one in videos if not one.disposition & Disposition.attached_pic), None)


def riff_is_cut(file: BinaryIO, size_bytes: int) -> bool:
    """Whether a WAV or AVI file is shorter than its header says, which FFmpeg does not report.

    A recorder that was interrupted leaves 0 or all ones there, which means unknown.
    """
    head = file.read(8)
    file.seek(0)
    promised = int.from_bytes(head[4:8], "little")
    return head[:4] == b"RIFF" and promised != 0xFFFF_FFFF and promised + 8 > size_bytes


def _announced_s(container: InputContainer, sound: AudioStream) -> float | None:
    """The length in the file's header.

    Without one, FFmpeg divides the size of an mp3 or aac file by the bit rate of its first frame, which is wrong if the
    rate varies. File and stream then have the same rate, except for rounding.
    """
    if container.duration is None:
        return None
    guessed = abs(container.bit_rate - (sound.codec_context.bit_rate or 0)) <= _RATE_ROUNDING
    if guessed and container.format.name in _FORMATS_THAT_ESTIMATE:
        return None
    return container.duration / _MICROSECONDS


def _fps(video: VideoStream) -> float | None:
    rate = video.average_rate or video.guessed_rate
    fps = float(rate) if rate else 0.0
    return fps if 0 < fps < 1000 else None
