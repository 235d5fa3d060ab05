"""One clip on two kinds of processor: CTranslate2 takes other kernels for each, which `CT2_FORCE_CPU_ISA` can choose."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

SETS = ("AVX2", "GENERIC")
"""What nearly every processor has, and what every one has."""
UNTIL_S = 34.0
"""The mayor's first answer is over, of which the article prints less than she says."""
ROUNDING_NATS = 0.02


@pytest.fixture(scope="module")
def records(
    captionkit, harbor, remux: Callable[..., None], tmp_path_factory: pytest.TempPathFactory
) -> list[dict[str, Any]]:
    """The start of the sample as float32, heard anew with each set of instructions."""
    folder = tmp_path_factory.mktemp("sets")
    clip = folder / "start.mp4"
    remux(harbor.clip, clip, until_s=UNTIL_S)
    made = []
    for instructions in SETS:
        out = folder / instructions
        model = ("--model", captionkit.cache / "weights" / "base", "--compute-type", "float32", "--offline")
        environment = {"CT2_FORCE_CPU_ISA": instructions, "CAPTIONKIT_CACHE": str(folder / f"cache-{instructions}")}
        run = captionkit("run", clip, "--article", harbor.article, *model, "-o", out, **environment)
        assert run.code == 0, run.err
        made.append(json.loads((out / "start.captionkit.json").read_text(encoding="utf-8")))
    return made


def margins(record: dict[str, Any]) -> list[float]:
    """Every margin of every part, in order."""
    parts = [part for quote in record["quotes"] for part in quote["parts"]]
    return [evidence["margin_nats"] for part in parts for evidence in part.get("evidence", [])]


def test_float32_gives_the_same_words_and_verdicts_on_every_processor(records: list[dict[str, Any]]) -> None:
    """A record could not be made again on another machine: a quote is `verbatim` on the desk and `altered` on the server."""
    one, other = records
    assert one["transcript"]["model"]["compute_type"] == "float32"
    assert [w["text"] for w in one["transcript"]["words"]] == [w["text"] for w in other["transcript"]["words"]]
    assert len(one["transcript"]["words"]) > 60
    verdicts = [[(q["id"], q["verdict"]) for q in record["quotes"]] for record in records]
    assert verdicts[0] == verdicts[1]


def test_float32_gives_the_same_margins_on_every_processor(records: list[dict[str, Any]]) -> None:
    """A margin would fall on either side of its threshold, by the processor."""
    one, other = map(margins, records)
    assert len(one) == len(other) > 0
    assert all(abs(a - b) <= ROUNDING_NATS for a, b in zip(one, other)), list(zip(one, other))
