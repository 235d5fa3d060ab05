"""Turn a page into an `Article`: the steps of this room, in order."""

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
"""A longer text is not an article."""
MAX_QUOTATIONS = 5_000

READERS = {"html": read_page, "text": read_plain, "markdown": read_markdown}
"""The reader of each kind of file.

To add a kind: 1. name it in `Kind` of `fetch.py`; 2. add its suffix to `KINDS_BY_SUFFIX` and 3. its media type to
`KINDS_BY_TYPE` there; 4. add a function from text to `Page` here.
"""


def read_article(source: str, options: ArticleOptions) -> Article:
    """The article behind a path (.html, .htm, .txt, .md) or an http(s) address.

    Raises:
        ArticleError: it cannot be fetched or has no text; the message says what to do.
    """
    fetched = fetch(source, options)
    return parse_article(fetched.data, source, fetched.kind, fetched.charset)


def parse_article(markup: bytes | str, source: str, kind: Kind, charset: str | None = None) -> Article:
    """The article in a page's bytes or text: body, quotations, names, and credits of the clip.

    `source` is its name in messages, `charset` the encoding that a server named. No access to disk or network.

    Raises:
        ArticleError: it has no text, or more than an article has.
    """
    data = markup if isinstance(markup, bytes) else markup.encode("utf-8", "surrogatepass")
    page = READERS[kind](decode_page(data, charset) if isinstance(markup, bytes) else markup.replace("\x00", ""))
    words = language(page.language)
    blocks, authors = _without_bylines(article_only(page.blocks, page.title, words), words)
    body = laid_out(without_repeated_pulls(blocks))
    _reject_unusable(source, body.text)
    reading = _read(source, body, words)
    attributions = attribute(reading.runs, reading.sentences, reading.register, words)
    credited = _credits(page, blocks, words)
    people = (*authors, *page.metadata.authors, *(n for c in credited for n in c.names), *page.metadata.people)
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
        raise ArticleError(source, f"it has more than {MAX_QUOTATIONS:,} quotations", "Give only the article.")
    sentences = find_sentences(body, runs, words)
    return Reading(body, runs, sentences, find_people(find_mentions(sentences, words), words))


def _without_bylines(blocks: Iterable[Block], words: ArticleLanguage) -> tuple[list[Block], list[str]]:
    others: list[Block] = []
    authors: list[str] = []
    for block in blocks:
        names = names_in_byline(block.text, words)
        authors += names
        others += [] if names else [block]
    return others, authors


def _reject_unusable(source: str, text: str) -> None:
    if not text.strip():
        raise ArticleError(
            source, "no article was found on the page", "Save the article's text as .txt and give that file."
        )
    if len(text) > MAX_CHARACTERS:
        raise ArticleError(source, f"its text has more than {MAX_CHARACTERS:,} characters", "Give only the article.")


def _credits(page: Page, blocks: Sequence[Block], words: ArticleLanguage) -> tuple[Credit, ...]:
    """The text overrides captions under videos and pictures, which override JSON-LD."""
    in_text = find_credits((block.text for block in blocks), words)
    in_captions = find_credits(page.captions, words)
    return merge_credits(merge_credits(page.metadata.credits, in_captions), in_text)
