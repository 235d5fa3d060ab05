"""Hostile pages: the time stays linear, and the error is a clear message."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captionkit.article import parse_article
from captionkit.article.fetch import Kind
from captionkit.errors import ArticleError

HOSTILE = {
    "a million quotation marks": "<article><p>" + '"' * 1_000_000 + " “Hi,” said Ann Roe.</p></article>",
    "opening marks only": "<article><p>" + '"a ' * 200_000 + "</p></article>",
    "single marks only": "<article><p>" + "‘a " * 120_000 + "</p></article>",
    "tags that nest a hundred thousand deep": "<article>" + "<div>" * 100_000 + "<p>“Hi,” said Ann Roe.",
    "q elements that nest": "<article><p>" + "<q>a" * 150_000,
    "open angle brackets": "<" * 2_000_000,
    "brackets in JSON-LD": "<script type=application/ld+json>" + "[" * 900_000 + "</script><p>“Hi,” he said.",
    "verbs of speech": "<article><p>" + "said, " * 60_000 + "</p></article>",
    "capitals": "<article><p>" + "Ann Roe " * 50_000 + "</p></article>",
    "one long word": "<article><p>" + "a" * 900_000 + "</p></article>",
}  # fmt: skip


@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_takes_seconds_not_minutes(markup: str) -> None:
    """One bad page must not stop a night's batch."""
    began = time.perf_counter()
    try:
        parse_article(markup, "page.html", "html")
    except ArticleError as error:
        assert str(error).startswith("page.html: ")
    assert time.perf_counter() - began < 10


PIECES = """
Ann Roe Dr. Ms. Dupree Raymond Dupree’s Mayor mayor the a of in said told asked he she they it who “
” " ' ‘ ’ , . : ; — - ( ) and to saying according sister his statement county County Council 43
year-old Jr. van de <p> <q> </q> by The <blockquote> </blockquote> <h2> </h2> <a> </a> <aside>
Produced edited Video was ! ? « » „ & NEW-PARAGRAPH
"""


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES.split()), min_size=1, max_size=60),
    st.sampled_from(["html", "text", "markdown"]),
)
def test_no_order_of_words_and_marks_breaks_the_reading(pieces: list[str], kind: Kind) -> None:
    """Any order of words gives an article or an error message, and offsets fit the words."""
    try:
        article = parse_article(" ".join(pieces).replace("NEW-PARAGRAPH", "\n\n"), "x", kind)
    except ArticleError:
        return
    for part in (part for quote in article.quotes for part in quote.parts):
        printed = article.text[part.start : part.end]
        assert "".join(filter(str.isalnum, printed)) == "".join(filter(str.isalnum, part.text))


def test_words_behind_deep_nesting_are_not_lost() -> None:
    """The parser stops at a certain depth; the article may be below it."""
    page = "<article>" + "<div>" * 5_000 + "<p>“Hi,” said Ann Roe.</p>"
    assert [quote.speaker for quote in parse_article(page, "x", "html").quotes] == ["Ann Roe"]


def test_more_text_or_quotations_than_an_article_has_is_rejected() -> None:
    """A dump of a database would otherwise be searched for in the clip."""
    with pytest.raises(ArticleError, match="more than 1,000,000 characters"):
        parse_article("word " * 250_000, "x.txt", "text")
    with pytest.raises(ArticleError, match="more than 5,000 quotations"):
        parse_article("“Aa bb” " * 5_001, "x.txt", "text")


@pytest.mark.parametrize(
    "script",
    [
        "{",
        "null",
        "[[]]",
        '{"@type": 5, "author": {"name": ["x"]}}',
        '{"@id": "#a", "video": {"@id": "#a"}}',
        "// <![CDATA[ {} ]]>",
    ],
)
def test_broken_json_ld_is_ignored(script: str) -> None:
    """Many sites ship broken JSON; the article is still there."""
    page = f"<script type='application/ld+json'>{script}</script><p>“Hi,” said Ann Roe.</p>"
    assert parse_article(page, "x", "html").quotes[0].speaker == "Ann Roe"


def test_control_and_direction_marks_do_not_reach_the_text() -> None:
    """They can make a report show other words than it contains."""
    article = parse_article("“Hi\u202e\u200b,\x07”\u00ad said Ann\u00a0Roe.\ufeff\x00", "x.txt", "text")
    assert article.text == "“Hi,” said Ann Roe."
