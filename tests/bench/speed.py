"""A whole `captionkit run`, everything on, beside the tools a newsroom would use instead, in turn on one clip."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from processes import Ran, run_measured
from results import Ratio, Row
from workshop import Material, Workshop, say, stable_ts, whisper_ctranslate2

OURS, SEQUENTIAL, BATCHED, STABLE = (
    *("captionkit run", "whisper-ctranslate2", "whisper-ctranslate2 --batched True"),
    "stable-ts --faster_whisper",
)
MOST_OF = {SEQUENTIAL: 0.6, BATCHED: 1.0}
"""The most of a peer's time that a run should take."""
MOST_MEMORY_OF_PEER = 1.2


@dataclass(frozen=True, slots=True)
class Heard:
    """One run of a tool, and how far its words are from what is spoken; of ours also the recogniser's seconds."""

    ran: Ran
    wer: float
    recognise_s: float = 0.0


Tool = Callable[[Workshop, Material], "Heard | None"]


def speed_rows(shop: Workshop, material: Material, rounds: int) -> list[Row]:
    """Every tool in turn, `rounds` times over; a row for each, and one for the recogniser's part of ours."""
    runs: dict[str, list[Heard]] = {name: [] for name in TOOLS}
    for number in range(rounds):
        say(f"{material.name}: round {number + 1} of {rounds}")
        for name, tool in TOOLS.items():
            heard = tool(shop, material)
            runs[name] += [heard] if heard else []
    ours = runs.pop(OURS)
    ours_s, stage_s = median(h.ran.wall_s for h in ours), median(h.recognise_s for h in ours)
    return [
        _row(material, OURS, ours, None),
        Row(f"{material.name}: its recogniser alone", stage_s, ratio=Ratio(stage_s / ours_s, "this / run")),
        *(_row(material, name, found, ours) for name, found in runs.items()),
        _memory(material, ours, runs[SEQUENTIAL]),
    ]


def _row(material: Material, name: str, runs: list[Heard], ours: list[Heard] | None) -> Row:
    label = f"{material.name}: {name}"
    if not runs:
        return Row(f"{label} (not installed)")
    wall_s, wer = median(h.ran.wall_s for h in runs), median(h.wer for h in runs)
    peak = median(h.ran.peak_bytes for h in runs)
    if ours is None:
        return Row(label, wall_s, wer, peak)
    most = MOST_OF.get(name)
    not_higher = median(h.wer for h in ours) <= wer if most else None
    ratio = Ratio(median(h.ran.wall_s for h in ours) / wall_s, "run / this", most, not_higher)
    return Row(label, wall_s, wer, peak, ratio)


def _memory(material: Material, ours: list[Heard], peer: list[Heard]) -> Row:
    peaks = [median(h.ran.peak_bytes for h in runs) for runs in (ours, peer)]
    ratio = Ratio(peaks[0] / peaks[1], f"run / {SEQUENTIAL}", MOST_MEMORY_OF_PEER)
    return Row(f"{material.name}: peak memory", peak_bytes=peaks[0], ratio=ratio)


def _captionkit(shop: Workshop, material: Material) -> Heard:
    shop.forget()
    out = shop.empty("ours")
    ran = shop.captionkit("run", material.clip, "--article", material.article, "--output", out)
    record = json.loads(next(out.glob("*.captionkit.json")).read_text("utf-8"))
    heard = " ".join(word["text"] for word in record["transcript"]["words"])
    return Heard(ran, material.word_error_rate(heard), record["timings"]["recognise_s"])


def _sequential(shop: Workshop, material: Material) -> Heard:
    return _peer(material, shop.empty("peer"), whisper_ctranslate2(shop.weights, material.clip, shop.folder / "peer"))


def _batched(shop: Workshop, material: Material) -> Heard:
    command = whisper_ctranslate2(shop.weights, material.clip, shop.folder / "peer", batched=True)
    return _peer(material, shop.empty("peer"), command)


def _stable(shop: Workshop, material: Material) -> Heard | None:
    command = stable_ts(shop.weights, material.clip, shop.folder / "peer")
    return _peer(material, shop.empty("peer"), command) if command else None


def _peer(material: Material, out: Path, command: list[str | Path]) -> Heard:
    ran = run_measured(command)
    written = json.loads((out / f"{material.clip.stem}.json").read_text("utf-8"))
    return Heard(ran, material.word_error_rate(" ".join(segment["text"] for segment in written["segments"])))


TOOLS: dict[str, Tool] = {OURS: _captionkit, SEQUENTIAL: _sequential, BATCHED: _batched, STABLE: _stable}
