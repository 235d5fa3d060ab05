"""The transcript page as a reader and a search engine get it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import html

import captionkit
from captionkit.model import Record, Review
from captionkit.pages import PageOptions, transcript_embed, transcript_page

Options = Callable[[Record], PageOptions]

MAX_PAGE_BYTES = 60_000
MAX_WORD_BYTES = 80


def text_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def structured(page: html.HtmlElement) -> dict[str, object]:
    [script] = page.xpath("//script[@type='application/ld+json']")
    data: dict[str, object] = json.loads(script.text)
    return data


@pytest.fixture(scope="module")
def page(story: Record, options_for: Options) -> html.HtmlElement:
    return html.document_fromstring(transcript_page(story, options_for(story)))


def test_every_word_stands_in_order(page: html.HtmlElement, story: Record) -> None:
    """A deaf reader misses what the others hear."""
    shown = [(int(span.get("data-at")), span.text_content()) for span in page.xpath("//*[@data-at]")]
    assert shown == [(word.start_ms, word.text) for word in story.transcript.words]


def test_speakers_and_sounds_stand_in_order(page: html.HtmlElement) -> None:
    """A reader cannot tell who speaks, or does not learn of the music."""
    shown = [text_of(e) for e in page.xpath("//h3 | //p[@class='sound']/span")]
    assert shown == [
        "[Music]",
        "Speaker 1",
        "Speaker 2",
        "Imani Okonkwo-Reyes",
        "[Applause]",
        "Speaker 2",
        "Tadeusz Wren",
        "[Laughter]",
        "Speaker 2",
        "Imani Okonkwo-Reyes",
    ]


def test_times_are_buttons_with_a_name(page: html.HtmlElement) -> None:
    """The transcript can only be played by mouse."""
    buttons = page.xpath("//button[@class='time']")
    assert text_of(buttons[1]) == "Play from 0:03"
    assert [int(b.get("data-from")) for b in buttons][:3] == [0, 3_000, 9_000]


def test_the_captions_travel_inside_the_page(
    page: html.HtmlElement, story: Record, options_for: Options
) -> None:
    """Captions do not show when the page is opened from a disk."""
    [track] = page.xpath("//video/track")
    assert (track.get("kind"), track.get("srclang")) == ("captions", "en")
    assert track.get("default") is not None
    head, data = track.get("src").split(",")
    assert head == "data:text/vtt;base64"
    assert base64.b64decode(data).decode() == options_for(story).vtt_text


def test_a_caption_file_alone_is_linked(story: Record) -> None:
    """A newsroom that serves its captions as a file gets a page without any."""
    options = PageOptions("clip.mp4", vtt_href="clip.vtt")
    [track] = html.document_fromstring(transcript_page(story, options)).xpath("//track")
    assert track.get("src") == "clip.vtt"


def test_credits_stand_above_the_clip(page: html.HtmlElement) -> None:
    """The people who made the clip are not named where readers look."""
    [credits] = page.xpath("//header//dl")
    assert [text_of(term) for term in credits.xpath(".//dt")] == ["Producer", "Editor"]
    assert [text_of(names) for names in credits.xpath(".//dd")] == [
        "Marguerite Delacroix-Huang, Oluwaseun Béla",
        "Tomás Ó Briain",
    ]


def test_unreviewed_captions_are_marked_so(page: html.HtmlElement, story: Record) -> None:
    """Readers take a machine's words for checked ones."""
    assert "Automatic captions, not yet reviewed" in text_of(page.xpath("//main")[0])
    reviewed = transcript_page(replace(story, review=Review("Ines <Q>", "2026-11-02")), PageOptions("clip.mp4"))
    shown = "reviewed by <bdi>Ines &lt;Q&gt;</bdi> on <time datetime=\"2026-11-02\">2 November 2026</time>"
    assert shown in reviewed
    assert "not yet reviewed" not in reviewed


def test_quotes_are_marked_both_ways(page: html.HtmlElement) -> None:
    """A reader of the article cannot get from a quote to the sound, nor back."""
    for link in page.xpath("//a[@class='ref'] | //ol[@class='quotes']//a"):
        [target] = page.xpath(f"//*[@id='{link.get('href')[1:]}']")
        assert target is not None
    assert next(text_of(li) for li in page.xpath("//ol[@class='quotes']/li")) == (
        "We will cut the night service. Imani Okonkwo-Reyes, in the transcript at 0:15, in other words"
    )
    quoted = [span.text_content() for span in page.xpath("//*[@data-at and contains(@class, 'quoted')]")]
    assert quoted[:2] == ["ghost", "bus,"]


def test_quotes_are_marked_only_when_asked(story: Record) -> None:
    """Every transcript shows where the article departs from it, to every reader."""
    page = html.document_fromstring(transcript_page(story, PageOptions("clip.mp4")))
    assert not page.xpath("//a[@class='ref'] | //*[contains(@class, 'quoted')] | //ol[@class='quotes']")


def test_the_video_is_described_for_search_engines(page: html.HtmlElement, story: Record) -> None:
    """The clip and its credits are not found."""
    data = structured(page)
    assert data["@type"] == "VideoObject"
    assert data["uploadDate"] == "2026-11-20"
    assert data["duration"] == "PT55.000S"
    assert data["transcript"] == " ".join(word.text for word in story.transcript.words)
    assert data["caption"] == {
        "@type": "MediaObject",
        "contentUrl": "night-bus.vtt",
        "encodingFormat": "text/vtt",
        "inLanguage": "en",
    }
    assert data["producer"] == [
        {"@type": "Person", "name": "Marguerite Delacroix-Huang"},
        {"@type": "Person", "name": "Oluwaseun Béla"},
    ]
    assert data["editor"] == [{"@type": "Person", "name": "Tomás Ó Briain"}]


def test_sound_alone_is_played_as_sound(bare: Record, options_for: Options) -> None:
    """A podcast shows an empty black picture."""
    page = html.document_fromstring(transcript_page(bare, options_for(bare)))
    assert page.xpath("//audio[@controls]/track")
    assert not page.xpath("//video")
    assert structured(page)["@type"] == "AudioObject"
    assert page.xpath("string(//h1)") == "voice memo"


def test_a_clip_cut_short_is_told(story: Record) -> None:
    """A reader believes that the speech ended where the file broke off."""
    short = replace(story, clip=replace(story.clip, truncated=True))
    assert "file is incomplete" in transcript_page(short, PageOptions("clip.mp4"))


def test_files_are_offered_by_what_they_are(page: html.HtmlElement) -> None:
    """Nobody knows which of four files is the subtitles."""
    links = [(a.text, a.get("href")) for a in page.xpath("//ul[@class='files']//a[@download]")]
    assert links == [
        ("Captions, WebVTT", "night-bus.vtt"),
        ("Captions, SRT", "night-bus.srt"),
        ("Transcript, plain text", "night-bus.txt"),
        ("Record, JSON", "night-bus.captionkit.json"),
    ]


def test_the_page_says_what_made_it(page: html.HtmlElement) -> None:
    """A second run cannot tell its own page from somebody else's, and refuses to replace it."""
    assert page.xpath("//meta[@name='generator']/@content") == [f"captionkit {captionkit.__version__}"]


def test_the_page_is_light(story: Record) -> None:
    """A reader on a phone waits for a page that weighs more than its picture."""
    one = replace(story, transcript=replace(story.transcript, words=story.transcript.words[:1]), findings=())
    plain = PageOptions("clip.mp4")
    empty, full = (len(transcript_page(record, plain).encode()) for record in (one, story))
    assert empty < MAX_PAGE_BYTES
    assert (full - empty) / len(story.transcript.words) < MAX_WORD_BYTES


def test_a_clip_in_which_nobody_speaks_has_a_page(story: Record) -> None:
    """A clip of music alone ends in an error."""
    silent = replace(story, transcript=replace(story.transcript, words=()), sounds=(), findings=(), cues=())
    assert "No speech was detected in this clip." in transcript_page(silent, PageOptions("clip.mp4"))


def test_an_unknown_language_is_left_out(story: Record) -> None:
    """A screen reader changes to a voice of a language that does not exist."""
    odd = replace(story, transcript=replace(story.transcript, language="klingon?"))
    page = html.document_fromstring(transcript_page(odd, PageOptions("clip.mp4", vtt_text="WEBVTT\n")))
    assert page.xpath("//main//@lang") == []
    assert page.xpath("//track/@srclang") == []


def test_cues_are_not_needed(story: Record) -> None:
    """A record without captions yet cannot be read."""
    page = html.document_fromstring(transcript_page(replace(story, cues=()), PageOptions("a.mp4")))
    assert not page.xpath("//track")
    assert len(page.xpath("//*[@data-at]")) == len(story.transcript.words)


def test_the_part_has_no_document_of_its_own(story: Record, options_for: Options) -> None:
    """A content management system refuses it, or the newsroom's page gets two titles and two main headings."""
    tree = html.fragment_fromstring(transcript_embed(story, options_for(story)))
    tags = {element.tag for element in tree.iter()}
    assert not tags & {"html", "head", "body", "title", "meta", "h1", "main", "header", "footer"}
    assert (tree.tag, tree.get("class"), tree.get("lang")) == ("div", "captionkit", "en")


def test_the_part_says_all_that_the_page_says(story: Record, options_for: Options) -> None:
    """Words, credits or the warning get lost on the way into the newsroom's own page."""
    part, page = (
        html.fromstring(made(story, options_for(story))) for made in (transcript_embed, transcript_page)
    )
    for path in ("//*[@data-at]", "//dl[@class='credits']", "//p[@class='notice']", "//ol", "//ul[@class='files']"):
        assert [text_of(e) for e in part.xpath(path)] == [text_of(e) for e in page.xpath(path)] != []
    assert structured(part) == structured(page)
    assert part.xpath("//track/@src") == page.xpath("//track/@src")


def test_ids_of_the_part_are_its_own(story: Record, options_for: Options) -> None:
    """A second clip's buttons play the first, or the newsroom's own search box breaks."""
    tree = html.fromstring(transcript_embed(story, options_for(story)))
    ids = tree.xpath("//@id")
    assert len(set(ids)) == len(ids)
    pointed = [href[1:] for href in tree.xpath("//a/@href") if href.startswith("#")]
    pointed += tree.xpath("//@for | //@aria-labelledby")
    assert set(pointed) <= set(ids)
    assert all(id_.startswith("captionkit-9f9f9f9f-") for id_ in ids)
    odd = replace(story, clip=replace(story.clip, sha256='"><b>'))
    assert "captionkit-clip-query" in transcript_embed(odd, options_for(odd))


def test_styles_of_the_part_are_bound_to_it(story: Record) -> None:
    """The newsroom's own headings and buttons change their looks."""
    [style] = html.fromstring(transcript_embed(story, PageOptions("clip.mp4"))).xpath("//style/text()")
    assert style.startswith(".captionkit {") and style.rstrip().endswith("}")
    assert not re.search(r":root|\bhtml\b|\bbody\b|@import", style)
    depth = 0
    for sign in re.findall("[{}]", style)[:-1]:
        depth += 1 if sign == "{" else -1
        assert depth > 0, "a rule stands outside"
