"""`captionkit run`, and beside its files how far the sound's answers are from changing what was found.

    python tests/bench/run_with_distances.py DISTANCES.json ARGUMENTS...

Every answer of the sound is shifted by so many nats, all alike, towards the printed or the heard words, and the quotes
are weighed again: DISTANCES.json tells of each part the smallest shift that changes its verdict, and of each piece of
evidence the smallest one that changes what it supports. What no shift up to `LARGEST_SHIFT_NATS` changes is null.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import captionkit.pipeline.analysis
from captionkit.cli.main import main as captionkit_main
from captionkit.match import SoundScorer, weighed
from captionkit.match.sound.context import Weigh
from captionkit.model import Evidence, Finding, Margin, PartFinding

STEP_NATS = 0.25
LARGEST_SHIFT_NATS = 8.0

Key = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class _Shifted:
    """What was found with every answer shifted by so many nats."""

    nats: float
    findings: tuple[Finding, ...]


def main() -> None:
    """Run the command line with the weighing watched."""
    place = sys.argv.pop(1)
    captionkit.pipeline.analysis.weighed = partial(_weighed_and_measured, Path(place))
    captionkit_main()


def _weighed_and_measured(
    place: Path, findings: tuple[Finding, ...], heard: Any, sound: SoundScorer, names: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    found = weighed(findings, heard, sound, names)
    shifted = [_Shifted(nats, weighed(findings, heard, _shifted_sound(sound, nats), names)) for nats in _shifts()]
    place.write_text(json.dumps([_part(part, at, shifted) for at, part in _parts(found)]), encoding="utf-8")
    return found


def _shifts() -> Iterator[float]:
    """The nearest first, each both ways."""
    for step in range(1, round(LARGEST_SHIFT_NATS / STEP_NATS) + 1):
        yield from (step * STEP_NATS, -step * STEP_NATS)


def _shifted_sound(sound: SoundScorer, nats: float) -> SoundScorer:
    return SoundScorer(partial(_moved, sound.weigh, nats), tuple(partial(_moved, view, nats) for view in sound.views))


def _moved(weigh: Weigh, nats: float, place: tuple[int, int], wordings: Sequence[str]) -> list[Margin] | None:
    margins = weigh(place, wordings)
    return margins and [replace(margin, sound_nats=margin.sound_nats + nats) for margin in margins]


def _parts(findings: Sequence[Finding]) -> Iterator[tuple[tuple[int, int], PartFinding]]:
    for at, finding in enumerate(findings):
        yield from (((at, k), part) for k, part in enumerate(finding.parts))


def _part(part: PartFinding, at: tuple[int, int], shifted: Sequence[_Shifted]) -> dict[str, Any]:
    others = [(s.nats, s.findings[at[0]].parts[at[1]]) for s in shifted]
    return {
        "text": part.part.text,
        "nats": next((nats for nats, other in others if other.verdict != part.verdict), None),
        "evidence": [
            {
                **{"published": e.published, "heard": e.heard, "doubt": e.doubt},
                "nats": next((n for n, other in others if _supports(other, e) != e.supports), None),
            }
            for e in part.evidence
        ],
    }


def _supports(part: PartFinding, evidence: Evidence) -> str | None:
    key = _key(evidence)
    return next((e.supports for e in part.evidence if _key(e) == key), None)


def _key(evidence: Evidence) -> Key:
    return evidence.published, evidence.heard, evidence.doubt


if __name__ == "__main__":
    main()
