"""Milliseconds and text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.timecode import (
    MS_PER_HOUR,
    clock,
    day,
    frame_ms,
    iso_duration,
    ms_from_seconds,
    parse_timestamp,
    seconds_from_ms,
    timestamp,
)

DAY_MS = 24 * MS_PER_HOUR
TIMES = st.integers(0, 999_999 * MS_PER_HOUR)


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "00:00:00.000"),
        (1, "00:00:00.001"),
        (999, "00:00:00.999"),
        (1_000, "00:00:01.000"),
        (59_999, "00:00:59.999"),
        (60_000, "00:01:00.000"),
        (3_599_999, "00:59:59.999"),
        (3_600_000, "01:00:00.000"),
        (DAY_MS, "24:00:00.000"),
        (100 * MS_PER_HOUR, "100:00:00.000"),
    ],
)
def test_a_time_is_written_as_webvtt_wants_it(ms: int, text: str) -> None:
    """A player drops every cue whose time is off by a digit, so captions vanish at the hour."""
    assert timestamp(ms) == text
    assert timestamp(ms, ",") == text.replace(".", ",")


def test_a_time_before_the_clip_is_refused() -> None:
    """A caption file with a negative time is not read by any player."""
    with pytest.raises(ValueError, match="cannot be negative: -1 ms"):
        timestamp(-1)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("00:00.000", 0),
        ("00:01.500", 1_500),
        ("1:02,003", 62_003),
        ("59:59.999", 3_599_999),
        ("01:00:00,000", MS_PER_HOUR),
        ("0:00:00.001", 1),
        ("999999:59:59.999", 1_000_000 * MS_PER_HOUR - 1),
        ("  00:00:07.000\t", 7_000),
    ],
)
def test_the_times_of_both_caption_formats_are_read(text: str, ms: int) -> None:
    """A vendor's file with short or comma times would be refused, or its captions shifted."""
    assert parse_timestamp(text) == ms


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.500",
        "00:60.000",
        "60:00.000",
        "00:00:60.000",
        "00:60:00.000",
        "00:00.00",
        "00:00.0000",
        "00:00",
        "-0:01.000",
        "00:00:01;000",
        "1000000:00:00.000",
        "00:00:01.000 00:00:02.000",
        "a" * 100_000,
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """Nonsense in a caption file would be taken for a time, and a cue shown at the wrong moment."""
    with pytest.raises(ValueError, match="not a caption time"):
        parse_timestamp(text)


@given(TIMES, st.sampled_from([".", ","]))
def test_a_time_reads_back_as_it_was_written(ms: int, decimal_mark: str) -> None:
    """Captions would drift by a little each time a file is read and written."""
    assert parse_timestamp(timestamp(ms, decimal_mark)) == ms


@given(st.integers(0, DAY_MS))
def test_seconds_and_milliseconds_are_one_time(ms: int) -> None:
    """A word's time would change on its way through a library that counts in seconds."""
    assert ms_from_seconds(seconds_from_ms(ms)) == ms


@pytest.mark.parametrize(("seconds", "ms"), [(0.0004, 0), (0.0006, 1), (1.2345, 1234), (1.2346, 1235)])
def test_seconds_go_to_the_nearest_millisecond(seconds: float, ms: int) -> None:
    """Every word would be a fraction early."""
    assert ms_from_seconds(seconds) == ms


@pytest.mark.parametrize(
    ("fps", "frames", "ms"),
    [(25, 1, 40), (25, 2, 80), (24, 2, 84), (29.97, 2, 67), (30000 / 1001, 2, 67), (50, 2, 40), (25, 0, 0)],
)
def test_frames_are_never_rounded_down(fps: float, frames: int, ms: int) -> None:
    """Two frames of gap would come out as one and a bit, which the style's check then finds in our own file."""
    assert frame_ms(fps, frames) == ms


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "0:00"), (999, "0:00"), (59_999, "0:59"), (60_000, "1:00"), (3_599_999, "59:59"), (3_600_000, "1:00:00")],
)
def test_a_person_reads_minutes_and_hours(ms: int, text: str) -> None:
    """An editor would look for the quote at another place of the clip than it is."""
    assert clock(ms) == text


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "PT0.000S"),
        (3_250, "PT3.250S"),
        (63_250, "PT1M3.250S"),
        (MS_PER_HOUR, "PT1H0.000S"),
        (MS_PER_HOUR + 60_001, "PT1H1M0.001S"),
    ],
)
def test_search_engines_are_told_how_long_the_clip_is(ms: int, text: str) -> None:
    """The page's length of the clip would be thrown out as no ISO 8601 duration."""
    assert iso_duration(ms) == text
    assert re.fullmatch(r"PT(\d+H)?(\d+M)?\d+\.\d{3}S", text)


def test_a_day_is_written_for_people() -> None:
    """Readers take the second of November for the eleventh of February."""
    assert day("2026-11-02") == "2 November 2026"
    with pytest.raises(ValueError):
        day("2026-13-01")
