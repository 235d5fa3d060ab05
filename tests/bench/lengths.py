"""What a run costs by the length of the clip: the sample joined to itself."""

from __future__ import annotations

from collections.abc import Sequence

from clips import joined
from results import Ratio, Row
from workshop import SAMPLE, Workshop, say

SECONDS_A_MINUTE = 60


def length_rows(shop: Workshop, minutes: Sequence[float]) -> list[Row]:
    """One run a length, with its time a minute beside that of the shortest."""
    rows: list[Row] = []
    for length in sorted(minutes):
        say(f"a clip of {length:g} minutes")
        clip = joined(SAMPLE.clip, shop.folder / f"{length:g}.mp4", length * SECONDS_A_MINUTE)
        shop.forget()
        ran = shop.captionkit("run", clip, "--article", SAMPLE.article, "--output", shop.empty("ours"))
        first_s, first = (rows[0].wall_s or 0.0, rows[0].size or length) if rows else (ran.wall_s, length)
        ratio = Ratio(ran.wall_s / length / (first_s / first), "a minute / of the shortest")
        rows.append(Row(f"length: {length:g} min", ran.wall_s, None, ran.peak_bytes, ratio, length))
        clip.unlink()
    return rows
