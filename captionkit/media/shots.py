"""Where the picture cuts from one shot to the next.

Two pictures in a row of different shots differ much more than their neighbours do. Frames that no other frame is made
from are passed over at first, which saves most of the decoding; where a cut falls among them, they are decoded too.
"""

from __future__ import annotations

import math
import time
from array import array
from collections import deque
from collections.abc import Iterator
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
from captionkit.timecode import clock, ms_from_seconds, seconds_from_ms

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream


WIDTH, HEIGHT = 64, 36
"""Pictures are compared at this size, in colour."""

LEAST_CHANGE = 20.0
"""Mean difference, of 255 steps of brightness and both colours together, under which nothing is a cut.

Between plain pictures of the same brightness it is 29; a title that flies in makes 15.
"""

TIMES_ITS_NEIGHBOURS = 3.0
"""How much more than the pictures around it a cut must change; fades, pans and wobble do not."""

BACK_AGAIN = 0.5
"""A picture that is this much nearer to one before a change than the change itself has come back: it was a flash."""

FLASH_MS = 300
"""A flash is over by then; of changes nearer to each other than this, the largest is the cut."""

_FLASH_S = seconds_from_ms(FLASH_MS)
_SKIPPED: Literal["NONREF"] = "NONREF"
_NEIGHBOURS = 8
_LATE_PACKETS = 64
_OVERLAP_S = 1.0
_SHARE_OF_LENGTH, _LEAST_S = 0.1, 10.0
"""How long the search may take: a share of the clip's length, or this long for a short one."""


@dataclass(frozen=True, slots=True)
class Shots:
    """When each shot after the first begins, on the frame, and what kept the search from the whole picture.

    `damaged_ms` is where the picture could not be decoded first, `searched_ms` how far the search came in the time
    it may take; both None where all is well.
    """

    starts_ms: tuple[int, ...] = ()
    damaged_ms: int | None = None
    searched_ms: int | None = None


class _Picture(NamedTuple):
    """One frame: when it is shown, by the clip's clock and the stream's own, and its int16 (3, HEIGHT, WIDTH)."""

    at_s: float
    pts: int
    values: NDArray[np.int16]


@dataclass(slots=True)
class _Change:
    """Two pictures in a row that differ much; `place` counts the pictures, `back` is how near it comes back.

    `hidden` says that frames between the two were passed over.
    """

    place: int
    before: _Picture
    after: _Picture
    amount: float
    hidden: bool
    back: float = math.inf


def find_shots(path: Path, audio: Audio) -> Shots:
    """The cuts in a clip's picture, exact to the frame, whatever the rate of frames; none without a picture.

    Args:
        path: the media file.
        audio: the same clip, decoded.
    """
    import av

    if not audio.has_video:
        return Shots()
    try:
        with path.open("rb") as file, open_media(file, path) as container:
            about = facts(container, sound_stream(container, audio.stream, path))
            return _search(container, about, audio.duration_ms)
    except (MediaError, av.FFmpegError, OSError):
        return Shots(damaged_ms=0)


def shot_warnings(shots: Shots) -> tuple[Check, ...]:
    """A warning where a part of the picture was not searched."""
    if shots.damaged_ms is not None:
        message = f"The picture is damaged at {clock(shots.damaged_ms)}: shot changes around there are not known."
        return (Check("shots", "warning", message, shots.damaged_ms),)
    if shots.searched_ms is not None:
        message = f"The picture takes long to decode: shot changes are known up to {clock(shots.searched_ms)} only."
        return (Check("shots", "warning", message, shots.searched_ms),)
    return ()


def _search(container: InputContainer, about: Facts, duration_ms: int) -> Shots:
    import av

    video = moving_picture(container)
    assert video is not None
    video.codec_context.options = {"skip_loop_filter": "all"}
    video.codec_context.skip_frame = _SKIPPED
    deadline = time.monotonic() + max(_LEAST_S, seconds_from_ms(duration_ms) * _SHARE_OF_LENGTH)
    reel, damaged_ms = _Reel(about), None
    for packet in read_packets(container, [video]):
        if time.monotonic() > deadline:
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
    """When the cuts are, in order; the exact frame is looked up where it was passed over."""
    cuts = reel.cuts()
    exact = [_exact_s(container, video, cut) if cut.hidden else cut.after.at_s for cut in cuts]
    found = sorted({ms_from_seconds(at_s) for at_s in exact})
    return tuple(at_ms for at_ms in found if 0 < at_ms < duration_ms)


def _exact_s(container: InputContainer, video: VideoStream, cut: _Change) -> float:
    """When the first frame of the new shot is shown, by all frames between the two pictures that differ."""
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
    """The frames from the key frame before a change to its end; of those before the change only some."""
    video.codec_context.skip_frame = _SKIPPED
    for packet in container.demux(video):
        if packet.pts is not None and packet.pts > cut.before.pts:
            video.codec_context.skip_frame = "DEFAULT"
        for frame in packet.decode():
            yield frame
            if frame.pts is not None and frame.pts >= cut.after.pts:
                return


class _Reel:
    """Takes the pictures in the order in which they are shown, and keeps the changes that may be cuts."""

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
        """A packet whose frame may be passed over."""
        if pts is not None:
            self._announced.append(pts)

    def tear(self) -> None:
        """Pictures are missing here: the next one is not compared with the last."""
        self._recent.clear()
        self._open.clear()

    def show(self, frame: VideoFrame) -> None:
        """Put one decoded frame behind the others."""
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
        """The changes that are cuts: not back again at once, and far larger than those around them."""
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
        """Whether a change is far larger than those around it, as far as they are known by now.

        The largest of those is left out: it may be a cut as well.
        """
        around = [*self._amounts[max(0, place - _NEIGHBOURS) : place], *self._amounts[place + 1 :][:_NEIGHBOURS]]
        if len(around) < 2:
            return True
        return amount >= TIMES_ITS_NEIGHBOURS * (sum(around) - max(around)) / (len(around) - 1)


class _Shrinker:
    """Makes small copies of frames; it keeps what it has set up for their size."""

    def __init__(self) -> None:
        """Set up nothing yet."""
        from av.video.reformatter import VideoReformatter

        self._reformatter = VideoReformatter()

    def picture(self, frame: VideoFrame, at_s: float) -> _Picture:
        """A small copy of a frame that is shown at `at_s` of the clip."""
        small = self._reformatter.reformat(frame, WIDTH, HEIGHT, "yuv444p", interpolation="FAST_BILINEAR")
        return _Picture(at_s, frame.pts or 0, small.to_ndarray().astype(np.int16))


def _difference(one: _Picture, other: _Picture) -> float:
    """Mean difference of brightness and both colours together, of 255 steps."""
    return float(np.abs(one.values - other.values).sum()) / (WIDTH * HEIGHT)
