"""Finding the article's paragraphs in a page's markup."""

from __future__ import annotations

import pytest

from captionkit.article import parse_article
from captionkit.article.page import read_page
from captionkit.errors import ArticleError

BODY = (
    "<p>The new span over the Tarn opened on Monday after nine years of work and two of waiting.</p>"
    "<p>“It holds,” said Ann Roe, who drew it.</p>"
)


def _texts(markup: str) -> list[str]:
    return [block.text for block in read_page(markup).blocks]


@pytest.mark.parametrize(
    "around",
    [
        "<nav><p>“Sport” says the menu, and more, and more</p></nav>",
        "<aside><p><b>“I saw it,”</b> says a driver in another story altogether</p></aside>",
        '<div class="related-stories"><p>“I saw it,” says a driver in another story</p></div>',
        '<section id="mostRead"><p>“I saw it,” says a driver in another story</p></section>',
        "<figure><img><figcaption>“The span” at dawn</figcaption></figure>",
        '<p class="wp-caption-text">“The span” at dawn</p>',
        "<p><a href='/x'>“I saw it,” says a driver in another story</a></p>",
        "<p>Read more: “I saw it,” says a driver</p>",
        "<p>ADVERTISEMENT</p>",
        "<div hidden><p>“Hidden”</p></div>",
        '<div style="display: none"><p>“Hidden”</p></div>',
        "<form><p>“Sign up” for our letter</p></form>",
        "<script>var q = '<p>“No,” he said</p>';</script>",
        "<footer><p>“All the news,” says our motto</p></footer>",
        '<div class="NewsletterSignup"><p>“All the news” by mail</p></div>',
    ],
)
def test_what_stands_around_the_article_is_left_out(around: str) -> None:
    """A quotation from a related story would be reported as missing from the clip."""
    opening, quotation = BODY.split("<p>“")
    page = f"<html><body><article>{opening}{around}<p>“{quotation}</article></body></html>"
    assert parse_article(page, "x", "html").text == parse_article(f"<article>{BODY}</article>", "x", "html").text


@pytest.mark.parametrize(
    "page",
    [
        f"<body><article>{BODY}</article><article><p>Teaser</p></article></body>",
        f"<body><main><div>{BODY}</div></main></body>",
        f'<body><div role="main">{BODY}</div><p>Cookies?</p></body>',
        f'<body><div class="x"><div itemprop="articleBody">{BODY}</div><p>Cookies?</p></div></body>',
        f'<body><div class="page has-sidebar sidebar">{BODY}</div></body>',
        f"<body><form>{BODY}</form></body>",
        f"<title>Span</title><script>1</script><article>{BODY}</article>",
    ],
)
def test_the_article_is_found_wherever_the_page_puts_it(page: str) -> None:
    """Content management systems differ; if the article is not found, the clip is not checked."""
    assert _texts(page)[:2] == [
        "The new span over the Tarn opened on Monday after nine years of work and two of waiting.",
        "“It holds,” said Ann Roe, who drew it.",
    ]


def test_a_page_without_structure_is_arbitrated_and_loses_no_quotation() -> None:
    """Old pages have only <div> and <p>: the story must be found, without the list of others."""
    story = "".join(
        f"<p>The council met again on day {n} and spoke at length about the bridge, the money and the "
        f"fish.</p>"
        f"<blockquote>“Day {n} was long,” said Ann Roe.</blockquote>"
        for n in range(6)
    )
    menu = "".join(f'<li><a href="/{n}">“Story {n},” says a paper</a></li>' for n in range(12))
    texts = _texts(f"<html><body><div><ul>{menu}</ul></div><div>{story}</div><div>© 2026</div></body></html>")
    assert [text for text in texts if "was long" in text] == [f"“Day {n} was long,” said Ann Roe." for n in range(6)]
    assert not any("says a paper" in text for text in texts)


def test_damaged_markup_keeps_every_word() -> None:
    """Unclosed tags are common; words lost with them may be quotations."""
    page = "<article><p>One <b>two<p>“Three <i>four,” said <a href='/x'></a> Ann Roe.<p>stray line"
    assert _texts(page) == ["One two", "“Three four,” said Ann Roe.", "stray line"]


def test_line_breaks_make_paragraphs_where_two_stand_together() -> None:
    """Some systems print paragraphs with <br><br>; one long paragraph would mix up who speaks."""
    assert _texts("<article>One.<br><br>Two<br>lines.<br/> <br/>Three.</article>") == [
        "One.",
        "Two\nlines.",
        "Three.",
    ]


def test_q_elements_get_the_marks_that_a_browser_prints() -> None:
    """Without marks the quotation would not be found."""
    page = "<article><p>He said <q>so <q>it</q> is</q> and <q>“no.”</q></p></article>"
    assert _texts(page) == ["He said “so ‘it’ is” and “no.”"]


def test_entities_are_decoded_once() -> None:
    """`&amp;quot;` is printed as `&quot;`: a second decoding would invent a quotation mark."""
    assert _texts("<article><p>AT&amp;amp;T &ldquo;so&rdquo; &amp;quot;x&amp;quot;</p></article>") == [
        "AT&amp;T “so” &quot;x&quot;"
    ]


def test_a_pull_quote_that_repeats_the_text_counts_once() -> None:
    """Counted twice, a sentence would seem to be said twice."""
    pull = '<aside class="pullquote"><p>“It holds.”</p><cite>Ann Roe</cite></aside>'
    article = parse_article(f"<article>{pull}{BODY}</article>", "x.html", "html")
    assert [q.parts[0].text for q in article.quotes] == ["It holds,"]
    fresh = pull.replace("It holds.", "I drew it twice, and then I drew it again.")
    article = parse_article(f"<article>{BODY}{fresh}</article>", "x.html", "html")
    assert [q.parts[0].text for q in article.quotes] == [
        "It holds,",
        "I drew it twice, and then I drew it again.",
    ]


def test_a_blockquote_is_one_quotation_with_its_source() -> None:
    """A letter set off as a block has no marks, but is a person's words."""
    page = (
        f"<article>{BODY}<p>In a letter, mayor Bo Lind wrote:</p><blockquote><p>We are glad.</p><p>We are "
        "tired.</p></blockquote><blockquote><p>Nobody asked me.</p><footer>— Eva Falk, "
        "neighbor</footer></blockquote>"
        "</article>"
    )
    quotes = parse_article(page, "x.html", "html").quotes
    assert [(q.speaker, q.parts[0].text) for q in quotes[1:]] == [
        ("Bo Lind", "We are glad. We are tired."),
        ("Eva Falk", "Nobody asked me."),
    ]


def test_a_page_drawn_by_a_script_is_read_from_its_json_ld() -> None:
    """Some pages have their text only there."""
    page = (
        '<html><head><script type="application/ld+json">{"@type": "NewsArticle", "headline": "H", '
        '"articleBody": '
        '"Ann Roe drew the span.\\n\\n“It holds,” Roe said."}</script></head><body><div '
        'id="app"></div></body></html>'
    )
    article = parse_article(page, "x.html", "html")
    assert article.text == "Ann Roe drew the span.\n\n“It holds,” Roe said."
    assert article.quotes[0].speaker == "Ann Roe"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Span opens - Tarn Echo</title>", "Span opens"),
        (
            '<meta property="og:title" content="Span opens"><title>Tarn Echo | Span opens</title>',
            "Span opens",
        ),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Span opens"}</script>',
            "Span opens",
        ),
    ],
)
def test_title_without_the_name_of_the_site(head: str, title: str) -> None:
    """The title heads the transcript page and the report."""
    assert read_page(f"<html><head>{head}</head><body><article>{BODY}</article></body></html>").title == title


@pytest.mark.parametrize(
    ("head", "day"),
    [
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-10-14T21:40:00-04:00"}</script>',
            "2026-10-14",
        ),
        ('<meta property="article:published_time" content="2026-01-02">', "2026-01-02"),
        (
            '<meta name="DC.date" content="2026-01-02T00:00Z"><meta property="article:published_time" content="soon">',
            "2026-01-02",
        ),
        ('<meta name="date" content="14 October 2026">', None),
        ('<meta name="date" content="2026-13-41">', None),
        ("", None),
    ],
)
def test_the_day_of_publication_is_read_or_left_open(head: str, day: str | None) -> None:
    """A search by date would miss the story, or find it under a day that nobody printed."""
    page = f"<html><head>{head}</head><body><article><p>The bridge opened on 3 March 2025, they said.</p></article></body></html>"
    assert parse_article(page, "page.html", "html").published == day


def test_the_printed_headline_is_the_title() -> None:
    """The printed one has typographic marks; the heading of the site is not the title."""
    page = (
        "<html><head><title>Tarn's span opens - Tarn Echo</title></head><body><h1>Tarn Echo</h1>"
        f"<article><h1>Tarn’s span opens</h1>{BODY}</article></body></html>"
    )
    article = parse_article(page, "x.html", "html")
    assert article.title == "Tarn’s span opens"
    assert "span opens" not in article.text


def test_plain_text_and_markdown_give_the_same_article() -> None:
    """Many newsrooms keep their copy as text; it must be read as well as the page."""
    text = "Span opens\n\nThe span over the Tarn\nopened.\n\n“It holds,” said Ann Roe."
    markdown = "# Span opens\n\nThe span over the *Tarn*\nopened.\n\n“It holds,” said [Ann Roe](http://x)."
    plain, marked = parse_article(text, "a.txt", "text"), parse_article(markdown, "a.md", "markdown")
    assert plain.title == marked.title == "Span opens"
    assert plain.text == marked.text == "The span over the Tarn opened.\n\n“It holds,” said Ann Roe."
    assert plain.quotes == marked.quotes


def test_markdown_front_matter_and_quotation_blocks() -> None:
    """A `>` block is a quotation; the front matter is not text."""
    markdown = "---\ntitle: 'Span opens'\ndate: 2026\n---\n\nAnn Roe wrote:\n\n> It holds.\n"
    article = parse_article(markdown, "a.md", "markdown")
    assert (article.title, article.text) == ("Span opens", "Ann Roe wrote:\n\nIt holds.")
    assert [(q.speaker, q.parts[0].text) for q in article.quotes] == [("Ann Roe", "It holds.")]


def test_text_without_empty_lines_has_a_paragraph_a_line() -> None:
    """Copied text often has single line breaks."""
    assert parse_article("Span opens\nIt opened.\nIt closed.", "a.txt", "text").text == "It opened.\n\nIt closed."


def test_a_heading_repeats_and_does_not_count() -> None:
    """`“Nobody asked the fish”` over the paragraph that says it is one quotation, not two."""
    page = (
        f"<article>{BODY}<h2>“It holds”</h2><h2>The ‘great’ span</h2><h2>“We drew it three times over.”</h2></article>"
    )
    quotes = parse_article(page, "x.html", "html").quotes
    assert [q.parts[0].text for q in quotes] == ["It holds,", "We drew it three times over."]


def test_bylines_are_not_text() -> None:
    """A name in a byline would be treated as a person of the story."""
    page = f"<article><p>By Ida Lund and Per Moe</p>{BODY}</article>"
    article = parse_article(page, "x.html", "html")
    assert "Ida" not in article.text
    assert article.names[:3] == ("Ann Roe", "Ida Lund", "Per Moe")


@pytest.mark.parametrize("markup", ["", "   ", "<html></html>", "<body><nav>Home</nav></body>", "<!-- x -->", "\x00"])
def test_a_page_without_an_article_says_so(markup: str) -> None:
    """An empty report would look like an article without quotations."""
    with pytest.raises(ArticleError, match=r"^page\.html: no article was found on the page\. Save "):
        parse_article(markup, "page.html", "html")


def test_the_hash_is_of_the_bytes_that_came() -> None:
    """The record proves which version of the page was checked."""
    data = b"T\n\n\xefne line."
    assert parse_article(data, "a.txt", "text").sha256 == (
        "74dc97099565c3958f3360c5a60fdd3ab328a68ae1b333f27e6aa57ac21a5f3c"
    )
