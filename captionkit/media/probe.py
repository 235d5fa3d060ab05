"""What an opened media file says of itself, and how far that is to be believed."""

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
"""A jump ahead by more is a clock set anew, in formats that allow that (ffmpeg's dts_delta_threshold)."""

_CLOCK_MAY_JUMP = 0x0200
"""FFmpeg's AVFMT_TS_DISCONT, which PyAV gives as a bare number."""

_FORMATS_THAT_ESTIMATE = ("mp3", "aac")
_RATE_ROUNDING = 8
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What holds for a whole file.

    `start_s` is the time written on its first instant, which a player shows as 0. `announced_s` is the length
    the file says it has, None where it says nothing and the length could only be guessed. A gap in the sound
    by more than `longest_gap_s` is a clock set anew.
    """

    start_s: float
    announced_s: float | None
    longest_gap_s: float
    fps: float | None
    has_video: bool


def facts(container: InputContainer, sound: AudioStream) -> Facts:
    """What holds for an opened file and the sound stream that was chosen."""
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
    """How long a file says that it is, at once and without a look at what is in it; 0 where it does not say."""
    import av

    try:
        with av.open(str(path)) as container:
            return max(0, container.duration or 0) // 1000
    except (OSError, ValueError):
        return 0


def sound_stream(container: InputContainer, wanted: int | None, path: Path) -> AudioStream:
    """The sound stream of that number, counted from 0; the first where None is wanted.

    Raises:
        MediaError: there is no sound, no stream of that number, or no decoder for it.
    """
    streams = container.streams.audio
    if not streams:
        raise MediaError(path, "it has no sound", "Give the version of the clip that has its sound.")
    number = wanted or 0
    if 0 <= number < len(streams) and streams[number].codec_context is None:
        raise MediaError(path, "its sound is in a form that nothing here decodes", "Convert it to mp4 first.")
    if 0 <= number < len(streams):
        return streams[number]
    there_are = "one sound stream, number 0" if len(streams) == 1 else f"{len(streams)} sound streams, from 0"
    raise MediaError(
        path,
        f"there is no sound stream {number}, for it has {there_are}",
        "Choose another with --audio-stream.",
    )


def moving_picture(container: InputContainer) -> VideoStream | None:
    """The video, None for sound alone; the cover of a sound file is no video."""
    from av.stream import Disposition

    videos = container.streams.video
    return next((one for one in videos if not one.disposition & Disposition.attached_pic), None)


def riff_is_cut(file: BinaryIO, size_bytes: int) -> bool:
    """Whether a WAV or AVI file is shorter than its head says, which FFmpeg overlooks.

    A recorder that was stopped hard leaves 0 or all ones there, which says nothing.
    """
    head = file.read(8)
    file.seek(0)
    promised = int.from_bytes(head[4:8], "little")
    return head[:4] == b"RIFF" and promised != 0xFFFF_FFFF and promised + 8 > size_bytes


def _announced_s(container: InputContainer, sound: AudioStream) -> float | None:
    """The length in the file's own head.

    Without one, FFmpeg divides the size of an mp3 or aac file by the bit rate of its first frame, which is
    far off where the rate varies. File and stream then have the same rate, but for rounding.
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
