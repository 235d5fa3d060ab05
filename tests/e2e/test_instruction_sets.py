"""The sample on other processors: CTranslate2 held to older instruction sets, each of which rounds otherwise."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jiwer
import pytest
import webvtt

from captionkit.match.tokens import tokens

SAMPLE = Path(__file__).parents[2] / "samples" / "harbor"
PROCESSORS = Path(__file__).parents[1] / "bench" / "processors.py"
RESTART = "This council was elected to build, and tonight we build."
"""`tonight, um, tonight we build` was said; where the sound leaves the filler open, nobody is accused."""
MOST_WORD_ERRORS = 0.045
NAMES = ("Oyelaran", "Wasilewski", "Achterberg", "Piotr", "Ana")


def older_sets() -> tuple[str, ...]:
    """The instruction sets that this processor has besides its own, which the other tests here run on."""
    spec = importlib.util.spec_from_file_location("processors", PROCESSORS)
    assert spec and spec.loader
    processors = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(processors)
    _, *others = processors.instruction_sets()
    return tuple(others)


@pytest.fixture(scope="module", params=older_sets())
def out(request: pytest.FixtureRequest, captionkit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The files of the sample as another processor makes them, with nothing kept of what this one heard."""
    folder = tmp_path_factory.mktemp(request.param)
    arguments = (SAMPLE / "clip.mp4", "--article", SAMPLE / "article.html", "--model", "base", "--offline")
    set_apart = {"CAPTIONKIT_CACHE": str(folder / "cache"), "CT2_FORCE_CPU_ISA": request.param}
    run = captionkit("run", *arguments, "-o", folder / "out", **set_apart)
    assert run.code == 0, run.err
    yield folder / "out"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def record(out: Path) -> dict[str, Any]:
    """The record of that run."""
    return json.loads((out / "clip.captionkit.json").read_text(encoding="utf-8"))


def plain(text: str) -> str:
    return " ".join(token.form for token in tokens(text, "en"))


def test_nobody_is_accused_wrongly_on_any_processor(record: dict[str, Any]) -> None:
    """On a newsroom's other computer the same clip would accuse the same article of what it did not do."""
    parts = [part for quote in record["quotes"] for part in quote["parts"]]
    assert len(parts) == 7
    for part in parts:
        right = {"tidied", "verbatim", "uncertain"} if part["text"] == RESTART else {"verbatim"}
        assert part["verdict"] in right, part


def test_names_are_spelt_on_any_processor(record: dict[str, Any]) -> None:
    """The mayor's name would be right in captions made on one computer and wrong on another."""
    spoken = (SAMPLE / "words.txt").read_text(encoding="utf-8")
    words = [word["text"] for word in record["transcript"]["words"]]
    assert {name: sum(w.startswith(name) for w in words) for name in NAMES} == {n: spoken.count(n) for n in NAMES}


def test_the_words_are_those_that_are_said_on_any_processor(record: dict[str, Any]) -> None:
    """Captions would be good only on the kind of computer they were tried on."""
    spoken = (SAMPLE / "words.txt").read_text(encoding="utf-8")
    heard = " ".join(word["text"] for word in record["transcript"]["words"])
    assert jiwer.wer(plain(spoken), plain(heard)) <= MOST_WORD_ERRORS


def test_no_word_and_no_credit_is_lost_on_any_processor(out: Path, record: dict[str, Any]) -> None:
    """A viewer would miss words that the transcript has, or not read who made the clip."""
    words = [word["text"] for word in record["transcript"]["words"]]
    assert [w for cue in record["cues"] if "sound" not in cue for w in " ".join(cue["lines"]).split()] == words
    assert record["credits"] == {"producer": ["Marguerite Delacroix-Huang"], "editor": ["Tomás Ó Briain"]}
    closing = webvtt.read(out / "clip.vtt")[-1]
    assert " ".join(closing.text.split()) == "Produced by Marguerite Delacroix-Huang Edited by Tomás Ó Briain"
