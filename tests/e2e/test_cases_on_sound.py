"""A standards editor's cases on the sample's own sound: one article that quotes it in many ways, true and false."""

from __future__ import annotations

import json
from html import escape

import pytest

CASES = {
    "verbatim": ("verbatim", "We have waited long enough."),
    "restart tidied": ("tidied", "This council was elected to build, and tonight we build."),
    "money in figures": ("verbatim", "The first borings will cost $1.2 million."),
    "number changed": ("altered", "The first borings will cost $1.2 billion."),
    "number sounds alike": ("altered", "You could keep it going another fifty years."),
    "years": ("verbatim", "inspected bridges for the county since 2008"),
    "negation lost": ("altered", "The bridge is tired, but it is dangerous."),
    "negation added": ("altered", "We have not waited long enough."),
    "negation lost at the edge": ("altered", "Everybody in the room was convinced."),
    "silent splice": ("altered", "I would not bet my house on it either."),
    "ellipsis over two answers": ("elided", "The bridge is tired … You could keep it going another fifteen years."),
    "bracket adds words": ("tidied", "You could keep it [the bridge] going another fifteen years."),
    "bracket replaces words": ("tidied", "[The bridge] is tired, but it is not dangerous."),
    "short form written out": ("tidied", "We are going to spend one point two million dollars to find out what is down there."),
    "grammar mended": ("altered", "The bridge was tired, but it is not dangerous."),
    "idiom changed": ("altered", "I would not bet the farm on it."),
    "nested quote": ("verbatim", "He used to tell me, ‘The harbor always wins, so you had better make a friend of it.’"),
    "not in the clip": ("not_found", "The committee will publish its findings on pensions before the autumn recess."),
    "two words, exact": ("verbatim", "Work starts."),
}


def article() -> str:
    """A page that prints every case as a quote of its own."""
    quotes = [f"<p>“{escape(text)}” the mayor said.</p>" for _, text in CASES.values()]
    return f"<article><h1>Calder Harbor</h1><p>Mayor Ana Oyelaran spoke.</p>{''.join(quotes)}</article>"


@pytest.fixture(scope="module")
def findings(harbor, captionkit, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """Every case's quote as the record has it; the clip is not heard again."""
    folder = tmp_path_factory.mktemp("cases")
    page = folder / "article.html"
    page.write_text(article(), encoding="utf-8")
    run = captionkit("run", harbor.clip, "--article", page, "--model", "base", "--offline", "-o", folder)
    assert run.code == 0, run.err
    record = json.loads((folder / f"{harbor.clip.stem}.captionkit.json").read_text(encoding="utf-8"))
    assert len(record["quotes"]) == len(CASES)
    return dict(zip(CASES, record["quotes"], strict=True))


@pytest.mark.parametrize("case", CASES)
def test_the_case_is_judged_as_an_editor_would(findings: dict[str, dict], case: str) -> None:
    """A change would pass, or a true quote be accused, on real sound where the words alone get it right."""
    finding = findings[case]
    assert finding["verdict"] == CASES[case][0], finding
