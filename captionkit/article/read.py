"""A page to an `Article`: the way through this room, one line a step."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from captionkit.article.attribution import attribute
from captionkit.article.blocks import Block, Body, Page, article_only, laid_out, without_repeated_pulls
from captionkit.article.classify import Reading, to_quotes
from captionkit.article.credits import find_credits, merge_credits, names_in_byline
from captionkit.article.decode import decode_page
from captionkit.article.fetch import ArticleOptions, Kind, fetch
from captionkit.article.language import ArticleLanguage, language
from captionkit.article.mentions import find_mentions
from captionkit.article.page import read_page
from captionkit.article.people import find_people, listed_names
from captionkit.article.plain import read_markdown, read_plain
from captionkit.article.quotes import find_runs
from captionkit.article.sentences import find_sentences
from captionkit.errors import ArticleError
from captionkit.model import Article, Credit

MAX_CHARACTERS = 1_000_000
"""A longer text is no article: it is a long novel."""
MAX_QUOTATIONS = 5_000

READERS = {"html": read_page, "text": read_plain, "markdown": read_markdown}
"""How each kind of file is read. To add one: its suffix and media type in `fetch.py`, a reader here."""


def read_article(source: str, options: ArticleOptions) -> Article:
    """The article behind a path (.html, .htm, .txt, .md) or an http(s) address.

    Raises:
        ArticleError: it cannot be fetched or holds no text; the message says what to do.
    """
    fetched = fetch(source, options)
    return parse_article(fetched.data, source, fetched.kind, fetched.charset)


def parse_article(markup: bytes | str, source: str, kind: Kind, charset: str | None = None) -> Article:
    """The article in a page's bytes or text: body, quotations, names, and credits of the clip.

    `source` is what messages call it; `charset` the encoding that a server named. Neither disk nor network is
    touched.

    Raises:
        ArticleError: there is no text in it, or more than an article has.
    """
    data = markup if isinstance(markup, bytes) else markup.encode("utf-8", "surrogatepass")
    page = READERS[kind](decode_page(data, charset) if isinstance(markup, bytes) else markup.replace("\x00", ""))
    words = language(page.language)
    blocks, authors = _without_bylines(article_only(page.blocks, page.title, words), words)
    body = laid_out(without_repeated_pulls(blocks))
    _refuse_what_is_no_article(source, body.text)
    reading = _read(source, body, words)
    attributions = attribute(reading.runs, reading.sentences, reading.register, words)
    credited = _credits(page, blocks, words)
    people = (
        *authors,
        *page.metadata.authors,
        *(n for c in credited for n in c.names),
        *page.metadata.people,
    )
    return Article(
        source=source,
        title=page.title or PurePath(source).stem,
        text=body.text,
        sha256=hashlib.sha256(data).hexdigest(),
        quotes=to_quotes(reading, attributions, words),
        names=listed_names(reading.register, people),
        credits=credited,
        published=page.metadata.published,
    )


def _read(source: str, body: Body, words: ArticleLanguage) -> Reading:
    runs = find_runs(body, words)
    if len(runs) > MAX_QUOTATIONS:
        raise ArticleError(source, f"it holds more than {MAX_QUOTATIONS:,} quotations", "Give the article alone.")
    sentences = find_sentences(body, runs, words)
    return Reading(body, runs, sentences, find_people(find_mentions(sentences, words), words))


def _without_bylines(blocks: Iterable[Block], words: ArticleLanguage) -> tuple[list[Block], list[str]]:
    kept: list[Block] = []
    authors: list[str] = []
    for block in blocks:
        names = names_in_byline(block.text, words)
        authors += names
        kept += [] if names else [block]
    return kept, authors


def _refuse_what_is_no_article(source: str, text: str) -> None:
    if not text.strip():
        raise ArticleError(source, "no article was found on the page", "Save the article's text as .txt and give that.")
    if len(text) > MAX_CHARACTERS:
        raise ArticleError(source, f"its text has more than {MAX_CHARACTERS:,} characters", "Give the article alone.")


def _credits(page: Page, blocks: Sequence[Block], words: ArticleLanguage) -> tuple[Credit, ...]:
    """Prose wins over JSON-LD; lines under films and pictures are read after the text."""
    in_text = find_credits((block.text for block in blocks), words)
    in_captions = find_credits(page.captions, words)
    return merge_credits(merge_credits(page.metadata.credits, in_captions), in_text)
