"""In and out times."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captionkit.captions import ClipTiming, Style, load_style
from captionkit.captions.times import cue_spans
from captionkit.model import Span

CLIP = ClipTiming(60_000, 25.0)


def test_in_at_the_first_sound_out_half_a_second_after_the_last(netflix: Style) -> None:
    """Lost: sync, and the moment a reader needs at the end."""
    assert cue_spans([Span(1000, 3000), Span(9000, 11_000)], netflix, CLIP) == (
        Span(1000, 3500),
        Span(9000, 11_500),
    )


@pytest.mark.parametrize(
    ("gap_ms", "out_ms"), [(0, 2920), (79, 2999), (300, 3220), (999, 3919), (1001, 3500)]
)
def test_small_gaps_are_closed_to_two_frames(netflix: Style, gap_ms: int, out_ms: int) -> None:
    """Lost: captions that blink, which Netflix turns away (gaps of 3 to 11 frames)."""
    first, _ = cue_spans([Span(1000, 3000), Span(3000 + gap_ms, 6000)], netflix, CLIP)
    assert first == Span(1000, out_ms)


@pytest.mark.parametrize(
    ("fps", "gap_ms"), [(None, 80), (25.0, 80), (24.0, 84), (30000 / 1001, 67), (60.0, 34), (1.0, 80)]
)
def test_two_frames_are_counted_at_the_clips_own_rate(netflix: Style, fps: float | None, gap_ms: int) -> None:
    """Lost: the gap at any rate but 25, and whole seconds of text on a slide show."""
    first, second = cue_spans([Span(1000, 3000), Span(3000, 6000)], netflix, ClipTiming(60_000, fps))
    assert second.start_ms - first.end_ms == gap_ms


def test_a_short_cue_stands_its_five_sixths_of_a_second(netflix: Style) -> None:
    """Lost: "No." gone before it is read."""
    brisk = replace(netflix, linger_ms=0)
    assert cue_spans([Span(1000, 1200)], brisk, CLIP) == (Span(1000, 1833),)


def test_cues_too_close_share_the_shift(netflix: Style) -> None:
    """Lost: the shortest duration where two people answer each other fast, or the sync of one of them."""
    spans = cue_spans([Span(5000, 5400), Span(5400, 8000)], netflix, CLIP)
    assert [span.start_ms for span in spans] == [4743, 5656]
    assert spans[0].end_ms - spans[0].start_ms == 833


def test_no_cue_is_shifted_by_more_than_a_second(netflix: Style) -> None:
    """Lost: captions that run seconds after the speech for the sake of their duration."""
    said = [Span(10_000 + 300 * index, 10_300 + 300 * index) for index in range(30)]
    spans = cue_spans(said, netflix, CLIP)
    assert max(abs(shown.start_ms - sound.start_ms) for shown, sound in zip(spans, said, strict=True)) <= 1000


def test_the_last_cue_ends_with_the_clip_and_comes_earlier_if_it_must(netflix: Style) -> None:
    """Lost: the last word of a clip, said as the picture goes."""
    assert cue_spans([Span(59_800, 60_000)], netflix, CLIP) == (Span(59_167, 60_000),)


def test_a_clip_too_short_for_all_shows_all(netflix: Style) -> None:
    """Lost: a crash or a caption after the end on a clip of half a second."""
    assert cue_spans([Span(0, 400)], netflix, ClipTiming(500)) == (Span(0, 500),)
    spans = cue_spans([Span(0, 0)] * 5, netflix, ClipTiming(500))
    assert spans == tuple(Span(start, start + 100) for start in range(0, 500, 100))


def test_no_cue_stands_longer_than_seven_seconds(netflix: Style) -> None:
    """Lost: a word that the recogniser stretched over a minute of music stays on screen."""
    assert cue_spans([Span(1000, 50_000)], netflix, CLIP) == (Span(1000, 8000),)


def test_edges_are_drawn_to_shot_changes(netflix: Style) -> None:
    """Lost: captions that flash over a cut."""
    clip = replace(CLIP, shots_ms=(0, 4000, 8000))
    spans = cue_spans([Span(300, 3700), Span(4200, 7900)], netflix, clip)
    assert spans == (Span(0, 3920), Span(4000, 7920))
    off = replace(netflix, snap_to_shot_ms=0)
    assert cue_spans([Span(300, 3700)], off, clip) == (Span(300, 4200),)


def test_a_cut_makes_no_cue_too_short_to_read_or_its_words_too_early_to_stay(netflix: Style) -> None:
    """Lost: a caption cut off at a shot change, or at seven seconds, because it came with the cut before."""
    clip = replace(CLIP, shots_ms=(0, 4000))
    assert cue_spans([Span(3200, 3900)], netflix, clip) == (Span(3200, 4400),)
    assert cue_spans([Span(4300, 11_200)], netflix, clip) == (Span(4300, 11_300),)


def test_speech_that_runs_across_a_cut_keeps_its_cue(netflix: Style) -> None:
    """Lost: words said over a cut away to another picture."""
    clip = replace(CLIP, shots_ms=(0, 4000))
    spans = cue_spans([Span(1000, 4100), Span(4150, 7000)], netflix, clip)
    assert spans == (Span(1000, 4070), Span(4150, 7500))


@pytest.mark.parametrize(
    "bad",
    [
        {"duration_ms": -1},
        {"duration_ms": 1, "fps": 0.0},
        {"duration_ms": 1, "fps": float("nan")},
        {"duration_ms": 1, "shots_ms": (5, 5)},
    ],
)
def test_a_clip_that_cannot_be_is_refused(bad: dict[str, float]) -> None:
    """Lost: nonsense times from a nonsense probe, found only on air."""
    with pytest.raises(ValueError, match="clip"):
        ClipTiming(**bad)  # type: ignore[arg-type]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 9000)), min_size=1, max_size=30),
    st.integers(0, 20_000),
    st.sampled_from([None, 23.976, 25.0, 50.0]),
)
def test_order_and_bounds_hold_for_any_speech(
    steps: list[tuple[int, int]], duration_ms: int, fps: float | None
) -> None:
    """Lost: cues one over the other or past the end, whatever the recogniser measured."""
    said, at = [], 0
    for step, length in steps:
        at = min(at + step, duration_ms)
        said.append(Span(at, min(at + length, duration_ms)))
    style = load_style()
    spans = cue_spans(said, style, ClipTiming(duration_ms, fps))
    edges = [edge for span in spans for edge in (span.start_ms, span.end_ms)]
    assert edges == sorted(edges)
    assert edges[-1] <= duration_ms
    assert all(span.duration_ms <= style.max_duration_ms for span in spans)
    if duration_ms >= 40 * len(spans):
        assert all(span.duration_ms > 0 for span in spans)
