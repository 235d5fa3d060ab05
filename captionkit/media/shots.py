"""Detect the cuts between shots.

Two consecutive frames of different shots differ much more than their neighbours do. Non-reference frames are skipped
at first, which saves most of the decoding; where there is a cut among them, they are decoded too.
"""

from __future__ import annotations

import math
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from captionkit.errors import MediaError
from captionkit.media.audio import Audio
from captionkit.media.decode import open_media, read_packets
from captionkit.media.probe import Facts, facts, moving_picture, sound_stream
from captionkit.model import Check
from captionkit.timecode import clock as clock_time
from captionkit.timecode import ms_from_seconds, seconds_from_ms

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream


WIDTH, HEIGHT = 64, 36
"""Frames are compared at this size, in colour."""

LEAST_CHANGE = 20.0
"""The least difference of a cut: the mean over the pixels of the sum over brightness and both colours, in steps of 255.

Between plain pictures of the same brightness it is 29; a title that flies in makes 15.
"""

TIMES_ITS_NEIGHBOURS = 3.0
"""How much larger than the changes around it a cut must be; fades, pans and camera shake are not."""

BACK_AGAIN = 0.5
"""A change is a flash if a later frame differs from the one before it by less than this share of the change."""

FLASH_MS = 300
"""A flash is shorter; of changes closer to each other than this, the largest is the cut."""

_FLASH_S = seconds_from_ms(FLASH_MS)
_SKIPPED: Literal["NONREF"] = "NONREF"
_NEIGHBOURS = 8
_LATE_PACKETS = 64
_OVERLAP_S = 1.0
_SHARE_OF_LENGTH, _LEAST_S = 0.1, 10.0
"""How long the search may take: a share of the length of the clip, at least this many seconds."""


@dataclass(frozen=True, slots=True)
class Shots:
    """When each shot after the first begins, exact to the frame, and what was not searched.

    `damaged_ms` is the first place where the picture could not be decoded, `searched_ms` how far the search came in
    its time limit; both None if everything was searched.
    """

    starts_ms: tuple[int, ...] = ()
    damaged_ms: int | None = None
    searched_ms: int | None = None


class _Picture(NamedTuple):
    """A small copy of a frame: its time in the clip and in the stream, and its int16 values (3, HEIGHT, WIDTH)."""

    at_s: float
    pts: int
    values: NDArray[np.int16]


@dataclass(slots=True)
class _Change:
    """Two consecutive pictures that differ much; `place` is its number among all changes.

    `back` is the least difference of a later picture from the one before the change, or of an earlier one from the one
    after it. `hidden`: frames between the two were skipped.
    """

    place: int
    before: _Picture
    after: _Picture
    amount: float
    hidden: bool
    back: float = math.inf


def find_shots(path: Path, audio: Audio, clock: Callable[[], float] = time.monotonic) -> Shots:
    """Find the cuts of a video, exact to the frame, at any frame rate.

    Args:
        path: the media file.
        audio: the same clip, decoded.
        clock: returns the time in seconds.

    Returns:
        The shots; none for a clip without video.
    """
    import av

    if not audio.has_video:
        return Shots()
    try:
        with path.open("rb") as file, open_media(file, path) as container:
            about = facts(container, sound_stream(container, audio.stream, path))
            return _search(container, about, audio.duration_ms, clock)
    except (MediaError, av.FFmpegError, OSError):
        return Shots(damaged_ms=0)


def shot_warnings(shots: Shots) -> tuple[Check, ...]:
    """A warning if a part of the video was not searched."""
    if shots.damaged_ms is not None:
        message = f"The video is damaged at {clock_time(shots.damaged_ms)}: shot changes around there are not known."
        return (Check("shots", "warning", message, shots.damaged_ms),)
    if shots.searched_ms is not None:
        message = f"The video takes too long to decode: shot changes are known up to {clock_time(shots.searched_ms)}."
        return (Check("shots", "warning", message, shots.searched_ms),)
    return ()


def _search(container: InputContainer, about: Facts, duration_ms: int, clock: Callable[[], float]) -> Shots:
    import av

    video = moving_picture(container)
    assert video is not None
    video.codec_context.options = {"skip_loop_filter": "all"}
    video.codec_context.skip_frame = _SKIPPED
    deadline = clock() + max(_LEAST_S, seconds_from_ms(duration_ms) * _SHARE_OF_LENGTH)
    reel, damaged_ms = _Reel(about), None
    for packet in read_packets(container, [video]):
        if clock() > deadline:
            return Shots(_starts(container, video, reel, duration_ms), damaged_ms, ms_from_seconds(reel.reached_s))
        try:
            reel.announce(packet.pts)
            for frame in packet.decode():
                reel.show(frame)
        except av.FFmpegError:
            reel.tear()
            damaged_ms = ms_from_seconds(reel.reached_s) if damaged_ms is None else damaged_ms
    return Shots(_starts(container, video, reel, duration_ms), damaged_ms)


def _starts(container: InputContainer, video: VideoStream, reel: _Reel, duration_ms: int) -> tuple[int, ...]:
    """The times of the cuts, in order; the exact frame is searched for where frames were skipped."""
    cuts = reel.cuts()
    exact = [_exact_s(container, video, cut) if cut.hidden else cut.after.at_s for cut in cuts]
    found = sorted({ms_from_seconds(at_s) for at_s in exact})
    return tuple(at_ms for at_ms in found if 0 < at_ms < duration_ms)


def _exact_s(container: InputContainer, video: VideoStream, cut: _Change) -> float:
    """The time of the first frame of the new shot, from all frames between the two pictures."""
    import av

    tick_s, shrinker = float(video.time_base or 0), _Shrinker()
    pictures = [cut.before]
    try:
        container.seek(cut.before.pts, stream=video)
        for frame in _frames_until(container, video, cut):
            ticks = (frame.pts or 0) - cut.before.pts
            if 0 < ticks <= cut.after.pts - cut.before.pts:
                pictures.append(shrinker.picture(frame, cut.before.at_s + ticks * tick_s))
    except av.FFmpegError:
        return cut.after.at_s
    steps = [(_difference(a, b), b.at_s) for a, b in zip(pictures, pictures[1:])]
    return max(steps)[1] if steps else cut.after.at_s


def _frames_until(container: InputContainer, video: VideoStream, cut: _Change) -> Iterator[VideoFrame]:
    """The frames from the key frame before a change to its end; before the change without non-reference frames."""
    video.codec_context.skip_frame = _SKIPPED
    for packet in container.demux(video):
        if packet.pts is not None and packet.pts > cut.before.pts:
            video.codec_context.skip_frame = "DEFAULT"
        for frame in packet.decode():
            yield frame
            if frame.pts is not None and frame.pts >= cut.after.pts:
                return


class _Reel:
    """Compares the pictures in the order in which they are shown, and collects the changes that may be cuts."""

    def __init__(self, about: Facts) -> None:
        """Begin a clip."""
        self.reached_s = 0.0
        self._shrinker = _Shrinker()
        self._start_s = about.start_s
        self._longest_gap_s = about.longest_gap_s
        self._announced: deque[int] = deque(maxlen=_LATE_PACKETS)
        self._recent: deque[_Picture] = deque()
        self._amounts: array[float] = array("f")
        self._changes: list[_Change] = []
        self._open: deque[_Change] = deque()

    def announce(self, pts: int | None) -> None:
        """Register a packet, whose frame may be skipped."""
        if pts is not None:
            self._announced.append(pts)

    def tear(self) -> None:
        """Pictures are missing here: the next one is not compared with the previous one."""
        self._recent.clear()
        self._open.clear()

    def show(self, frame: VideoFrame) -> None:
        """Add a decoded frame."""
        if frame.time is None or frame.pts is None:
            return
        if frame.is_corrupt:
            self.tear()
            return
        at_s = frame.time - self._start_s
        if at_s < self.reached_s - _OVERLAP_S or at_s > self.reached_s + self._longest_gap_s:
            self._start_s += at_s - self.reached_s
            at_s = self.reached_s
            self.tear()
        picture = self._shrinker.picture(frame, at_s)
        if self._recent and at_s > self._recent[-1].at_s:
            self._compare(picture)
        self.reached_s = max(self.reached_s, at_s)
        self._recent.append(picture)
        while self._recent[0].at_s < at_s - _FLASH_S:
            self._recent.popleft()

    def cuts(self) -> list[_Change]:
        """The changes that are cuts: not flashes, and far larger than those around them."""
        found: list[_Change] = []
        for change in self._changes:
            if change.back < BACK_AGAIN * change.amount or not self._stands_out(change.place, change.amount):
                continue
            if found and change.after.at_s - found[-1].after.at_s < _FLASH_S:
                if change.amount <= found[-1].amount:
                    continue
                found.pop()
            found.append(change)
        return found

    def _compare(self, picture: _Picture) -> None:
        while self._open and self._open[0].after.at_s < picture.at_s - _FLASH_S:
            self._open.popleft()
        for change in self._open:
            change.back = min(change.back, _difference(change.before, picture))
        before = self._recent[-1]
        amount = _difference(before, picture)
        place = len(self._amounts)
        self._amounts.append(amount)
        if amount < LEAST_CHANGE or not self._stands_out(place, amount):
            return
        earlier = (_difference(p, picture) for p in self._recent if p is not before)
        hidden = any(before.pts < pts < picture.pts for pts in self._announced)
        change = _Change(place, before, picture, amount, hidden, min(earlier, default=math.inf))
        self._changes.append(change)
        self._open.append(change)

    def _stands_out(self, place: int, amount: float) -> bool:
        """Whether a change is far larger than those around it that are known so far.

        The largest of those is ignored: it may be a cut as well.
        """
        around = [*self._amounts[max(0, place - _NEIGHBOURS) : place], *self._amounts[place + 1 :][:_NEIGHBOURS]]
        if len(around) < 2:
            return True
        return amount >= TIMES_ITS_NEIGHBOURS * (sum(around) - max(around)) / (len(around) - 1)


class _Shrinker:
    """Makes small copies of frames; the converter is set up once."""

    def __init__(self) -> None:
        """Make the converter."""
        from av.video.reformatter import VideoReformatter

        self._reformatter = VideoReformatter()

    def picture(self, frame: VideoFrame, at_s: float) -> _Picture:
        """A small copy of a frame that is shown at `at_s` in the clip."""
        small = self._reformatter.reformat(frame, WIDTH, HEIGHT, "yuv444p", interpolation="FAST_BILINEAR")
        return _Picture(at_s, frame.pts or 0, small.to_ndarray().astype(np.int16))


def _difference(one: _Picture, other: _Picture) -> float:
    """The mean over the pixels of the differences in brightness and both colours together, in steps of 255."""
    return float(np.abs(one.values - other.values).sum()) / (WIDTH * HEIGHT)
