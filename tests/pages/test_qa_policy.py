"""The QA report of quotes that were held against a policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import html

from captionkit.match.policy.load import load_policy
from captionkit.model import POLICY_KINDS, Record
from captionkit.pages import PageOptions, qa_page, transcript_page
from captionkit.pages.library import LibraryEntry, library_page

Options = Callable[[Record], PageOptions]


def text_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture(scope="module")
def page(held: Record, options_for: Options) -> html.HtmlElement:
    return html.document_fromstring(qa_page(held, options_for(held)))


def card(page: html.HtmlElement, number: int) -> html.HtmlElement:
    [article] = page.xpath(f"//article[@id='quote-{number}']")
    return article


def test_each_quote_says_in_words_what_the_house_says(page: html.HtmlElement) -> None:
    """An editor would have to look every edit up, or tell colours apart."""
    shown = {n: text_of(found[0]) for n in range(1, 9) if (found := card(page, n).xpath("./h3//*[contains(@class, 'policy')]"))}
    assert shown == {
        1: "✕ Breaks the policy of AP",
        2: "? Listen first, then the policy of AP decides",
        4: "✓ Allowed by the policy of AP",
        5: "? Listen first, then the policy of AP decides",
        6: "✕ Breaks the policy of AP",
    }


def test_the_deciding_cell_stands_with_the_edit(page: html.HtmlElement) -> None:
    """An editor could not argue with the desk, for want of the rule."""
    [told] = card(page, 1).xpath(".//ul[@class='rulings']/li")
    assert text_of(told) == (
        "✕ Breaks the policy of AP: words, names, numbers or negations changed, added or lost "
        "(AP Stylebook, “quotations in the news”, as reported by Writing Explained; date not known)."
    )
    [told] = card(page, 4).xpath(".//ul[@class='rulings']/li")
    assert text_of(told).startswith("✓ Allowed by the policy of AP: words left out at an ellipsis (AP Stylebook, “ellipsis”")


def test_the_order_of_parts_is_judged_where_it_is_told(page: html.HtmlElement) -> None:
    """That parts were turned round would look forbidden, or allowed, where no source speaks of it."""
    assert "said in another order. – The policy of AP does not say: order changed." in text_of(card(page, 6))


def test_the_count_comes_before_the_quotes(page: html.HtmlElement) -> None:
    """The one quote that breaks the house's rule would have to be looked for."""
    [line] = page.xpath("//p[@class='held']")
    assert text_of(line) == (
        "Checked against the policy of AP: 2 ✕ Breaks the policy of AP; 2 ? Listen first, then the policy of AP decides; "
        "1 ✓ Allowed by the policy of AP. The verdicts do not depend on it. What it says"
    )


def test_all_cells_are_listed_with_their_sources(page: html.HtmlElement) -> None:
    """Nobody could see what the house was taken to say."""
    policy = load_policy("ap")
    rows = page.xpath("//section[@id='policy']//dl/div")
    assert len(rows) == len(POLICY_KINDS)
    for row, cell in zip(rows, policy.cells, strict=True):
        shown = text_of(row)
        assert cell.state.capitalize() in shown and cell.source in shown and cell.url in shown and cell.says in shown
    assert "Forbidden; at an ellipsis allowed" in text_of(rows[0])
    assert not page.xpath("//section[@id='policy']//a")


def test_verdicts_and_words_are_as_without_it(story: Record, held: Record, options_for: Options) -> None:
    """The report would tell another story for another house."""
    pages = [html.document_fromstring(qa_page(r, options_for(r))) for r in (replace(held, policy=None, findings=story.findings), held)]
    for path in ("//article/@data-verdict", "//button[@data-show]//text()", "//dl[@class='compare']//text()"):
        assert pages[0].xpath(path) == pages[1].xpath(path)
    assert "policy of" not in text_of(pages[0])
    assert transcript_page(held, options_for(held)) == transcript_page(story, options_for(story))


def test_a_library_shows_how_many_break_it() -> None:
    """The one clip of a thousand that the house forbids would have to be looked for."""
    clips = (LibraryEntry("a.mp4", "A", broken=2), LibraryEntry("b.mp4", "B", broken=1), LibraryEntry("c.mp4", "C"))
    page = html.document_fromstring(library_page(clips))
    assert "✕ 3 break the policy" in text_of(page.xpath("//ul[@class='totals']")[0])
    cells = [text_of(cell) for cell in page.xpath("//td[@data-label='Quotes']")]
    assert [("policy" in cell) for cell in cells] == [True, True, False]
    assert "✕ 1 breaks the policy" in cells[1]
