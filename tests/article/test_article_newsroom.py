"""Short articles in the ways newsrooms write, each with what a careful editor says of its quotations.

`newsroom.txt` holds them: the article, then a line a quotation: `q SPEAKER | part | part` for speech (`+` for
a part that goes on the sentence of the part before), `p` for a phrase, `?` with the candidates where the
speaker cannot be decided.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from captionkit.article import parse_article
from captionkit.model import Article, Quote

CASES = Path(__file__).with_name("newsroom.txt").read_text("utf-8").split("=== ")[1:]


def _parsed(case: str) -> tuple[Article, list[str]]:
    text, _, wanted = case.partition("\n")[2].partition("\n---\n")
    if text.lstrip().startswith("<"):
        return parse_article(text, "page.html", "html"), wanted.strip().splitlines()
    return parse_article(f"A headline\n\n{text}", "page.txt", "text"), wanted.strip().splitlines()


def _line(quote: Quote) -> str:
    parts = " | ".join("+" * part.continues + part.text for part in quote.parts)
    if quote.kind == "speech" and quote.speaker is None and quote.candidates:
        return f"? {'; '.join(quote.candidates)} | {parts}"
    return f"{quote.kind.replace('speech', 'q')[0]} {quote.speaker or '-'} | {parts}"


@pytest.mark.parametrize("case", CASES, ids=[case.partition("\n")[0].replace(" ", "-") for case in CASES])
def test_quotations_and_speakers(case: str) -> None:
    """A quotation that is missed, invented or attributed to the wrong speaker makes every later verdict wrong."""
    article, wanted = _parsed(case)
    assert [_line(quote) for quote in article.quotes] == wanted


@pytest.mark.parametrize("case", CASES[::5], ids=lambda case: case.partition("\n")[0].replace(" ", "-"))
def test_offsets_point_at_the_printed_words(case: str) -> None:
    """Wrong offsets would mark the wrong words of the article in the report."""
    article, _ = _parsed(case)
    for quote in article.quotes:
        for part in quote.parts:
            printed = article.text[part.start : part.end]
            assert "".join(filter(str.isalnum, printed)) == "".join(filter(str.isalnum, part.text))
            assert printed == printed.strip()


def test_ids_number_speech_and_phrases_in_order_of_appearance() -> None:
    """Quotations are called by these ids in the record, the report and the editor's notes."""
    article = parse_article(
        "H\n\n“A one,” said Ann Roe. The “big rig” left. “B two,” she said. A “small rig” stayed.",
        "x",
        "text",
    )
    assert [quote.id for quote in article.quotes] == ["q1", "p1", "q2", "p2"]


def test_every_quotation_says_why() -> None:
    """An editor who disagrees with the speaker must see the evidence."""
    article = parse_article("H\n\nMayor Ana Poe left. “We build,” the mayor said.", "x", "text")
    assert article.quotes[0].reason == "attributed directly; “the mayor said” stands after it; “the mayor” is Ana Poe"
