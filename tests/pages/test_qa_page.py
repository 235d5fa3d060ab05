"""The QA report as a standards editor gets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import html

from captionkit.match.policy.load import load_policy
from captionkit.model import POLICY_KINDS, VERDICTS, Clip, Cue, Evidence, Record, Span, Transcript
from captionkit.pages import PageOptions, qa_page, transcript_page
from captionkit.pages.library import LibraryEntry, library_page
from captionkit.pages.parts import VERDICT_LABELS

Options = Callable[[Record], PageOptions]


def text_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture(scope="module")
def page(story: Record, options_for: Options) -> html.HtmlElement:
    return html.document_fromstring(qa_page(story, options_for(story)))


@pytest.fixture(scope="module")
def policy_page(held: Record, options_for: Options) -> html.HtmlElement:
    return html.document_fromstring(qa_page(held, options_for(held)))


def card(page: html.HtmlElement, number: int) -> html.HtmlElement:
    [article] = page.xpath(f"//article[@id='quote-{number}']")
    return article


def test_counts_come_before_the_quotes(page: html.HtmlElement) -> None:
    """An editor has to read the whole report to learn whether anything is wrong."""
    main = text_of(page.xpath("//main")[0])
    assert main.index("8 quotes in the article") < main.index("Negation lost")
    counts = [text_of(button) for button in page.xpath("//button[@data-show]")]
    assert counts == [
        "8 All quotes",
        "1 ∅ Not found in this clip",
        "2 ≠ Altered",
        "1 ? Uncertain",
        "1 … Elided",
        "1 ≈ Tidied",
        "2 = Verbatim",
    ]


def test_the_worst_quotes_come_first(page: html.HtmlElement) -> None:
    """The one altered quote stands at the end of forty right ones."""
    order = [VERDICTS.index(v) for v in page.xpath("//article/@data-verdict")]
    assert order == sorted(order, reverse=True)
    assert [h.get("id") for h in page.xpath("//article")][1:3] == ["quote-1", "quote-6"]


def test_a_verdict_is_a_word_and_a_symbol(page: html.HtmlElement) -> None:
    """An editor who does not see colours cannot tell altered from verbatim."""
    for verdict, label in VERDICT_LABELS.items():
        heading = page.xpath(f"string((//article[@data-verdict='{verdict}']/h3)[1])")
        assert label.label in heading
        assert label.symbol in heading
    assert len({label.symbol for label in VERDICT_LABELS.values()}) == len(VERDICTS)


def test_the_difference_is_marked_and_said(page: html.HtmlElement) -> None:
    """The lost “not” is to be found by comparing two lines, or only by colour."""
    first = card(page, 1)
    assert [text_of(d) for d in first.xpath(".//dd//del")] == ["(only in the clip: not)"]
    assert first.xpath("count(.//*[@class='gap' and @aria-hidden='true'])") == 1
    assert "“not” was heard and is not printed: negation lost." in text_of(first)
    second = card(page, 2)
    assert [text_of(i) for i in second.xpath(".//dd//ins")] == ["(only in the article: fifteen)"]


def test_each_place_has_a_button_and_a_sentence_around_it(page: html.HtmlElement) -> None:
    """The editor cannot hear the words, or does not see what they answered."""
    fourth = card(page, 4)
    spans = [(int(b.get("data-from")), int(b.get("data-to"))) for b in fourth.xpath(".//button")]
    assert spans[0] == (31_000, 32_900)
    assert spans[1] == (25_420, 36_100)
    assert spans[2] == (34_200, 36_100)
    assert [text_of(p) for p in fourth.xpath(".//p[@class='context']")] == [
        "Speaker 2: Some of those who ride it were in the hall. "
        "Tadeusz Wren: I drove it for nineteen years, in snow, in fog, and I never once ran empty.",
        "I drove it for nineteen years, in snow, in fog, and I never once ran empty. "
        "It was, um, it was a kitchen table on wheels.",
    ]


def test_the_sound_is_quoted(page: html.HtmlElement) -> None:
    """An editor cannot tell a recogniser's slip from an article's."""
    assert (
        "It supports “We will not cut”, as heard, and not “We will cut”, as published: +14.2 nats for what was heard "
        "with the audio, +3.1 without it."
        in text_of(card(page, 1))
    )
    assert "It does not decide between “fifteen”, as published, and “fifty”" in text_of(card(page, 2))


def test_speaker_and_voice_are_given_with_their_reasons(page: html.HtmlElement) -> None:
    """A quote in the wrong mouth goes unseen."""
    assert "“said Imani Okonkwo-Reyes” follows the quote" in text_of(card(page, 1))
    assert "Imani Okonkwo-Reyes, named by quote 1 and quote 8" in text_of(card(page, 1))
    sixth = text_of(card(page, 6))
    assert "Tadeusz Wren, named by quote 4. The article names somebody else." in sixth
    assert "In the clip its parts are said in another order." in sixth
    assert "Imani Okonkwo-Reyes, Bartholomew Reyes" in text_of(card(page, 3))


def test_not_found_never_reads_as_not_said(
    page: html.HtmlElement, story: Record, options_for: Options
) -> None:
    """A newsroom takes down a true quote that was given in another interview."""
    third = text_of(card(page, 3))
    assert "Not found in this clip" in third
    assert "says nothing about whether the words were spoken elsewhere" in third
    for words in ("not said", "never said", "invented", "did not say"):
        assert words not in text_of(page.xpath("//body")[0]).lower()


def test_other_places_are_offered(page: html.HtmlElement) -> None:
    """The editor listens to the tease and misses the interview."""
    seventh = card(page, 7)
    assert "The same words also at" in text_of(seventh)
    assert seventh.xpath(".//button[@data-from='44780' and @data-to='45400']")


def test_what_the_machine_changed_or_kept_out_is_listed(page: html.HtmlElement) -> None:
    """A name respelt wrongly, or words left out, are seen by nobody."""
    sections = {s.get("id"): text_of(s) for s in page.xpath("//section[@id]")}
    assert "Okonkwo-Reyes, heard as “Oconquo-Rays”" in sections["names"]
    assert "Achterbusch, heard as “actor-bush”" in sections["names"]
    assert "fifty probability 0.52" in sections["doubtful"]
    assert "“Thank you very much.” No voice is heard under these words" in sections["quarantined"]
    assert "A voice for 1.4 seconds, and no caption" in sections["voice"]
    assert "✕ Error at 0:31 A line of 44 characters" in sections["checks"]
    assert sections["checks"].index("Error") < sections["checks"].index("Warning")
    for name in ("names", "doubtful", "quarantined", "voice"):
        assert page.xpath(f"//section[@id='{name}']//button[@data-from and @data-to]"), name


def test_how_it_was_made_is_told(page: html.HtmlElement) -> None:
    """Nobody can repeat the check."""
    text = text_of(page.xpath("//section[@aria-labelledby='made-title']")[0])
    assert "night-bus.mp4, 0:55, 25 frames a second" in text
    for said in ("base, int8 on cpu", "d01c3014", "netflix-en", "recognise 9.8 s"):
        assert said in text


def test_what_verbatim_promises_is_told(page: html.HtmlElement) -> None:
    """“Verbatim” is taken for more than a recogniser can promise."""
    [promise] = page.xpath("//p[@class='promise']")
    assert "cannot promise that no “um” or repeated word was said" in text_of(promise)


def test_without_an_article_the_rest_is_still_reported(bare: Record, options_for: Options) -> None:
    """A clip without an article gets no report, or a broken one."""
    text = text_of(html.document_fromstring(qa_page(bare, options_for(bare))).xpath("//main")[0])
    assert "No article was given with this clip" in text
    assert "Voice activity was not measured in this clip." in text
    assert "voice memo.mp3, 0:06, audio only" in text


def test_a_quote_outside_the_words_still_has_its_place(story: Record) -> None:
    """One span without words under it takes the whole report down."""
    [finding, *_] = story.findings
    [part] = finding.parts
    moved = replace(finding, parts=(replace(part, spans=(Span(54_500, 54_900),)),))
    page = html.document_fromstring(qa_page(replace(story, findings=(moved,)), PageOptions("a.mp4")))
    assert len(card(page, 1).xpath(".//button")) == 1


@pytest.mark.parametrize(
    ("voiced", "cues", "expected"),
    [
        ([(0, 5_000)], [(0, 5_000)], []),
        ([(0, 5_000)], [(1_000, 2_000)], [(0, 1_000), (2_000, 5_000)]),
        ([(0, 5_000)], [(2_000, 3_000), (0, 1_000)], [(1_000, 2_000), (3_000, 5_000)]),
        ([(1_000, 5_000)], [(0, 4_501)], []),
        ([(1_000, 5_000)], [(0, 4_500)], [(4_500, 5_000)]),
        ([(0, 1_000), (4_000, 5_000)], [(500, 4_200)], [(0, 500), (4_200, 5_000)]),
        ([(0, 5_000)], [(0, 3_000), (1_000, 2_000)], [(3_000, 5_000)]),
    ],
)
def test_voice_without_captions(
    voiced: list[tuple[int, int]], cues: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    """Somebody speaks, nothing is shown, and nobody notices."""
    record = Record(
        Clip("a.mp4", "", 9_000),
        Transcript("en", (), voiced=tuple(Span(*v) for v in voiced)),
        cues=tuple(Cue(*c, ("x",)) for c in cues),
    )
    page = html.document_fromstring(qa_page(record, PageOptions("a.mp4")))
    buttons = page.xpath("//section[@id='voice']//button")
    assert [(int(b.get("data-from")), int(b.get("data-to"))) for b in buttons] == expected
    assert ("Every stretch of voice has captions." in text_of(page)) == (not expected)


def test_another_reading_is_not_called_heard(story: Record) -> None:
    """The page would say that somebody heard `can't` where nobody did."""
    doubt = Evidence("can", "can't", -0.4, "neither", 1_000, 1_400, -2.0, doubt=True)
    [finding, *_] = story.findings
    doubted = replace(finding, parts=(replace(finding.parts[0], evidence=(doubt,)),))
    page = html.document_fromstring(qa_page(replace(story, findings=(doubted,)), PageOptions("a.mp4")))
    assert (
        "It does not decide between “can”, as heard, and “can't”: −0.4 nats for that with the audio, −2.0 without it."
        in text_of(card(page, 1))
    )


def test_each_quote_says_in_words_what_the_house_says(policy_page: html.HtmlElement) -> None:
    """An editor would have to look every edit up, or tell colours apart."""
    shown = {n: text_of(found[0]) for n in range(1, 9) if (found := card(policy_page, n).xpath("./h3//*[contains(@class, 'policy')]"))}
    assert shown == {
        1: "✕ Breaks the policy of AP",
        2: "? Listen first, then the policy of AP decides",
        4: "✓ Allowed by the policy of AP",
        5: "? Listen first, then the policy of AP decides",
        6: "✕ Breaks the policy of AP",
    }


def test_the_deciding_cell_stands_with_the_edit(policy_page: html.HtmlElement) -> None:
    """An editor could not argue with the desk, for want of the rule."""
    [told] = card(policy_page, 1).xpath(".//ul[@class='rulings']/li")
    assert text_of(told) == (
        "✕ Breaks the policy of AP: words, names, numbers or negations changed, added or lost "
        "(AP Stylebook, “quotations in the news”, as reported by Writing Explained; date not known)."
    )
    [told] = card(policy_page, 4).xpath(".//ul[@class='rulings']/li")
    assert text_of(told).startswith("✓ Allowed by the policy of AP: words left out at an ellipsis (AP Stylebook, “ellipsis”")


def test_the_order_of_parts_is_judged_where_it_is_told(policy_page: html.HtmlElement) -> None:
    """That parts were turned round would look forbidden, or allowed, where no source speaks of it."""
    assert "said in another order. – The policy of AP does not say: order changed." in text_of(card(policy_page, 6))


def test_the_count_comes_before_the_quotes(policy_page: html.HtmlElement) -> None:
    """The one quote that breaks the house's rule would have to be looked for."""
    [line] = policy_page.xpath("//p[@class='held']")
    assert text_of(line) == (
        "Checked against the policy of AP: 2 ✕ Breaks the policy of AP; 2 ? Listen first, then the policy of AP decides; "
        "1 ✓ Allowed by the policy of AP. The verdicts do not depend on it. What it says"
    )


def test_all_cells_are_listed_with_their_sources(policy_page: html.HtmlElement) -> None:
    """Nobody could see what the house was taken to say."""
    policy = load_policy("ap")
    rows = policy_page.xpath("//section[@id='policy']//dl/div")
    assert len(rows) == len(POLICY_KINDS)
    for row, cell in zip(rows, policy.cells, strict=True):
        shown = text_of(row)
        assert cell.state.capitalize() in shown and cell.source in shown and cell.url in shown and cell.says in shown
    assert "Forbidden; at an ellipsis allowed" in text_of(rows[0])
    assert not policy_page.xpath("//section[@id='policy']//a")


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
