"""Times as text and as seconds. Times are integers in milliseconds from the start of the clip."""

from __future__ import annotations

import re
from datetime import date

MS_PER_SECOND = 1000
MS_PER_MINUTE = 60 * MS_PER_SECOND
MS_PER_HOUR = 60 * MS_PER_MINUTE

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_TIMESTAMP = re.compile(r"(?:(\d{1,6}):)?([0-5]?\d):([0-5]?\d)[.,](\d{3})")


def ms_from_seconds(seconds: float) -> int:
    """Seconds, rounded to the nearest millisecond."""
    return round(seconds * MS_PER_SECOND)


def seconds_from_ms(ms: int) -> float:
    """Milliseconds as seconds, for libraries that use them."""
    return ms / MS_PER_SECOND


def frame_ms(fps: float, frames: int = 1) -> int:
    """The duration of `frames` frames at `fps`, rounded up to a whole millisecond."""
    return -int(-frames * MS_PER_SECOND // fps)


def timestamp(ms: int, decimal_mark: str = ".") -> str:
    """`HH:MM:SS.mmm`, as WebVTT writes it; SubRip uses a comma as the decimal mark."""
    if ms < 0:
        raise ValueError(f"a caption time cannot be negative: {ms} ms")
    hours, rest = divmod(ms, MS_PER_HOUR)
    minutes, rest = divmod(rest, MS_PER_MINUTE)
    seconds, millis = divmod(rest, MS_PER_SECOND)
    return f"{hours:02}:{minutes:02}:{seconds:02}{decimal_mark}{millis:03}"


def parse_timestamp(text: str) -> int:
    """Milliseconds from `HH:MM:SS.mmm`, `MM:SS.mmm` or the same with a comma.

    Raises:
        ValueError: the text is not such a time.
    """
    match = _TIMESTAMP.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a caption time: {text!r}")
    hours, minutes, seconds, millis = (int(group or 0) for group in match.groups())
    return hours * MS_PER_HOUR + minutes * MS_PER_MINUTE + seconds * MS_PER_SECOND + millis


def clock(ms: int) -> str:
    """A time for display: `1:03`, or `1:02:03` from one hour on."""
    hours, rest = divmod(ms // MS_PER_SECOND, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def iso_duration(ms: int) -> str:
    """An ISO 8601 duration, as schema.org and `<time datetime>` require: `PT1M3.250S`."""
    minutes, rest = divmod(ms, MS_PER_MINUTE)
    hours, minutes = divmod(minutes, 60)
    head = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    return f"PT{head}{rest // MS_PER_SECOND}.{rest % MS_PER_SECOND:03}S"


def day(iso_date: str) -> str:
    """A date for display: `2026-11-20` → `20 November 2026`.

    Raises:
        ValueError: the text is not such a date.
    """
    when = date.fromisoformat(iso_date)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
