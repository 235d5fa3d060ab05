"""Whatever a clip, an article or a record says, the page stays the page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from captionkit.model import Record
from captionkit.pages import PageOptions, qa_page, transcript_embed, transcript_page
from captionkit.pages.library import LibraryEntry, library_page
from captionkit.text import clean

Options = Callable[[Record], PageOptions]
Make = Callable[[str], Record]
Kinds = set[tuple[str, frozenset[str]]]

DOCUMENTS = [transcript_page, qa_page]
PAGES = pytest.mark.parametrize("page", DOCUMENTS)
ALL = pytest.mark.parametrize("page", [*DOCUMENTS, transcript_embed])
ANY_TEXT = st.text(min_size=1, max_size=40).filter(str.strip) | st.lists(
    st.sampled_from(["<", ">", "&", '"', "'", "</script>", "<!--", "]]>", "{{", "{%", "\x00", "a", " "]),
    min_size=1,
    max_size=12,
).map("".join).filter(str.strip)


def kinds_of(page: str) -> Kinds:
    """Every element of the page as its tag and the names of its attributes."""
    return {
        (str(e.tag), frozenset(e.attrib) - {"lang", "srclang"}) for e in html.document_fromstring(page).iter()
    }


def squeezed(text: str) -> str:
    return " ".join(clean(text).split())


@pytest.fixture(scope="module")
def known_kinds(story: Record, bare: Record, filled_with: Make, options_for: Options) -> Kinds:
    """What the templates write when the text is harmless."""
    records = (story, bare, filled_with("a"), filled_with("Fine."))
    return set().union(
        *(kinds_of(page(r, options_for(r))) for r in records for page in (transcript_page, qa_page, transcript_embed))
    )


@ALL
@given(text=ANY_TEXT)
@settings(max_examples=60, deadline=None)
def test_no_text_becomes_markup(
    page: Callable[[Record, PageOptions], str],
    known_kinds: Kinds,
    filled_with: Make,
    options_for: Options,
    text: str,
) -> None:
    """A headline or a spoken word runs a script in every reader's browser."""
    record = filled_with(text)
    shown = page(record, options_for(record))
    assert kinds_of(shown) <= known_kinds
    tree = html.document_fromstring(shown)
    if page in DOCUMENTS:
        assert squeezed(tree.xpath("//h1")[0].text_content()) == squeezed(text.strip())
    shown.encode()


@given(text=ANY_TEXT)
@settings(max_examples=60, deadline=None)
def test_every_text_is_shown_as_it_is(filled_with: Make, options_for: Options, text: str) -> None:
    """A name or a word with `<` or `&` in it is shown mangled."""
    record = filled_with(text)
    transcript = html.document_fromstring(transcript_page(record, options_for(record)))
    shown = [span.text_content() for span in transcript.xpath("//*[@data-at]")]
    assert shown == [clean(word.text) for word in record.transcript.words]
    report = html.document_fromstring(qa_page(record, options_for(record)))
    for place in (
        "//bdi[@class='voice'] | //header//bdi[1]",
        "//p[@class='reason']",
        "//section[@id='checks']//li",
    ):
        assert squeezed(text) in squeezed(report.xpath(place)[0].text_content())


@given(text=ANY_TEXT)
@settings(max_examples=60, deadline=None)
def test_structured_data_stays_data(filled_with: Make, options_for: Options, text: str) -> None:
    """A title ends the data's script element, and what follows it runs."""
    record = filled_with(text)
    shown = transcript_page(record, options_for(record))
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', shown, re.DOTALL)
    assert not set("<>&\u2028\u2029") & set(data)
    assert clean(json.loads(data)["producer"][0]["name"]) == clean(text)


@ALL
@pytest.mark.parametrize("name", ["story", "bare", "hostile"])
def test_nothing_is_asked_of_another_host(
    page: Callable[[Record, PageOptions], str],
    name: str,
    options_for: Options,
    request: pytest.FixtureRequest,
) -> None:
    """Every reader's visit is told to a third party, or the page breaks without a network."""
    record: Record = request.getfixturevalue(name)
    shown = page(record, options_for(record))
    tree = html.document_fromstring(shown)
    addresses = tree.xpath("//@src | //@href | //@poster | //@srcset | //@action | //@data | //@formaction")
    assert addresses
    for address in addresses:
        assert address.startswith(("data:text/vtt;base64,", "#")) or re.fullmatch(r"[\w.%-]+", address), (
            address
        )
    assert not tree.xpath("//link | //iframe | //object | //embed | //base | //img | //form[@action]")
    for text in [*tree.xpath("//style/text()"), *tree.xpath("//script[@type='module']/text()")]:
        assert not re.search(
            r"url\(|@import|https?:|fetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\(", text
        )


@PAGES
def test_the_policy_lets_nothing_run_but_the_page_itself(
    page: Callable[[Record, PageOptions], str], story: Record, options_for: Options
) -> None:
    """One slip in the escaping is enough for a foreign script."""
    shown = page(story, options_for(story))
    policy = html.document_fromstring(shown).xpath(
        "string(//meta[@http-equiv='Content-Security-Policy']/@content)"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    for directive, tag in (("style-src", "<style>"), ("script-src", '<script type="module">')):
        pattern = f"{tag}(.*?)</{directive.removesuffix('-src')}>"
        [inlined] = re.findall(pattern, shown, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inlined.encode()).digest()).decode()
        assert rules[directive] == f"'sha256-{digest}'"
    assert rules["default-src"] == "'none'"
    assert rules["media-src"] == "'self' data:"
    assert not {"img-src", "connect-src", "frame-src", "object-src"} & set(rules)


@ALL
def test_the_page_can_always_be_written(
    page: Callable[[Record, PageOptions], str], hostile: Record, options_for: Options
) -> None:
    """Half a character in a headline, and the run ends without a page."""
    shown = page(hostile, options_for(hostile)).encode()
    assert b"\x00" not in shown


@given(text=ANY_TEXT)
@settings(max_examples=60, deadline=None)
def test_no_text_becomes_markup_in_the_library(clips_filled_with: Callable[[str], tuple[LibraryEntry, ...]], text: str) -> None:
    """A headline, a file's name or a reason runs a script in the overview, or is shown mangled."""
    harmless = kinds_of(library_page(clips_filled_with("a")))
    shown = library_page(clips_filled_with(text))
    assert kinds_of(shown) <= harmless
    tree = html.document_fromstring(shown)
    for place in ("//td[1]//a", "//td[1]//bdi[2]", "//span[@class='reason']"):
        assert squeezed(text) in squeezed(tree.xpath(place)[0].text_content())
    assert all(re.fullmatch(r"(#clips)|[\w.%~/-]+", href) for href in tree.xpath("//@href"))
