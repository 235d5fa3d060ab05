"""Where a quote is found: pieces, chains of places, their edges, and the limits of all of it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from captionkit.match import MatchTranscript, find_quotes
from captionkit.match.pieces import pieces
from captionkit.model import Part, Span, Speaker

LONG_TALK = " ".join(
    f"On day {n} the crew of boat {n * 7 % 90} met at pier {n % 40}, and captain {name} told them to wait."
    for n, name in enumerate(["Orla", "Pim", "Quill", "Rasmus", "Sorrel", "Tove", "Ulla"] * 75)
)
"""Some ten thousand words that repeat themselves, as a long meeting does."""


def _cut(*texts: str) -> list[tuple[str, str]]:
    parts = tuple(Part(text.removeprefix("+"), continues=text.startswith("+")) for text in texts)
    return [(piece.boundary, " ".join(word.form for word in piece.words)) for piece in pieces(parts, "en")]


@pytest.mark.parametrize(
    ("texts", "cut"),
    [
        (("We tried. We failed.",), [("start", "we tried"), ("sentence", "we failed")]),
        (("We tried … we failed.",), [("start", "we tried"), ("ellipsis", "we failed")]),
        (("We tried,", "+and we failed."), [("start", "we tried"), ("seam", "and we failed")]),
        (("We tried …", "+and we failed."), [("start", "we tried"), ("ellipsis", "and we failed")]),
        (("We tried,", "+… we failed."), [("start", "we tried"), ("ellipsis", "we failed")]),
        (("We tried.", "We failed."), [("start", "we tried"), ("part", "we failed")]),
        (("… we tried. …",), [("start", "we tried")]),
        (("No. We tried it.",), [("start", "no we tried it")]),
        (("We tried it. No.",), [("start", "we tried it no")]),
        (("It is what I cannot say.",), [("start", "it is what i can not say")]),
        (("[They] tried it",), [("start", "tried it")]),
        (("—", "We tried."), [("start", "we tried")]),
        ((), []),
    ],
)
def test_pieces(texts, cut):
    """What stands between two pieces decides whether words between them are lost, marked or nobody's business."""
    assert _cut(*texts) == cut


def test_a_sentence_without_end_is_cut():
    """A page without full stops must not take the time or the memory of its square."""
    assert [len(words.split()) for _, words in _cut("word " * 300)] == [120, 120, 60]


def test_refrains(desk):
    """Said again and again, printed once: the first place, and all others."""
    said = "We will win. They will not. We will win. Some of us will. We will win the day."
    part = desk.part(said, "We will win")
    assert part.spans == (desk.time("We will win.", 1, said),)
    assert [span.start_ms // 1000 for span in part.elsewhere] == [6, 13]


def test_refrain_printed_as_often_as_said(desk):
    """Two sentences of the same words are two places, and neither is "elsewhere"."""
    said = "They came. We will win. We will win. And then they left again for the hills."
    part = desk.part(said, "We will win. We will win.")
    assert (part.verdict, part.spans, part.elsewhere) == (
        "verbatim",
        (desk.time("We will win. We will win.", 1, said),),
        (),
    )


def test_printed_twice_and_said_once(desk):
    """A sentence that is printed twice cannot be the same passage twice."""
    said = "They came to the hall at noon. We tried all of it. They left for the hills in the evening."
    finding = desk.find(said, "We tried all of it. We tried all of it.")
    assert (finding.verdict, finding.reordered) == ("altered", False)
    assert finding.parts[0].reason == "these words were not found"


def test_a_few_words_between_an_end_and_an_ellipsis(desk):
    """One word that is said a hundred times is sought next to its neighbours."""
    part = desk.in_story("We tried. We … filled the hall, we begged.").parts[0]
    assert part.verdict == "elided"
    assert part.heard == "We tried. We … filled the hall, we begged."


def test_like_sentences_side_by_side(desk):
    """The second of two like sentences has its own place, even where the first one's words would fit it better."""
    said = "Half of them have jobs. They're not lazy. They are working two jobs, three jobs, and they still can't pay."
    part = desk.part(said, "They’re not lazy. They aren’t working two jobs.")
    assert (part.verdict, part.reason) == ("altered", "negation added")
    assert part.spans == (desk.time("They're not lazy. They are working two jobs,", 1, said),)


def test_a_changed_word_at_either_end(desk):
    """The first or last word changed is "changed", not "added" with the true word out of sight."""
    part = desk.in_story("My mother was born on that ship.").parts[0]
    assert [(e.kind, e.published, e.heard) for e in part.edits] == [("replace", "ship", "boat")]
    part = desk.in_story("Today the ferry has crossed the sound since 1952.").parts[0]
    assert [(e.kind, e.published, e.heard) for e in part.edits] == [("insert", "Today", "")]
    part = desk.in_story("Every ferry has crossed the sound since 1952.").parts[0]
    assert [(e.kind, e.published, e.heard) for e in part.edits] == [("replace", "Every", "The")]


def test_a_statement_that_shares_a_few_words(desk):
    """ "We failed" is in every transcript; the statement it stands in is not in this one."""
    text = "We failed. The council regrets every hour of delay that passengers were put to during the dispute in May."
    assert desk.in_story(text).verdict == "not_found"


def test_a_long_sentence_of_a_part_that_is_not_in_the_clip(desk):
    """Half of a quote from another place makes the whole one altered, and says which half."""
    part = desk.in_story("I am proud of the answer we gave. The minister has thanked us for our patience.").parts[0]
    assert (part.verdict, part.reason) == ("altered", "these words were not found")
    assert part.edits[-1].published == "The minister has thanked us for our patience"


def test_capitals_without_punctuation(desk):
    """A vendor's captions have no case, no full stops and no commas; verdicts hold all the same."""
    said = " ".join(desk.story.upper().replace(".", "").replace(",", "").split())
    assert desk.part(said, "It costs £1.2 million a year, and the fares bring in 300,000.").verdict == "verbatim"
    assert desk.part(said, "We can keep this service.").reason == "negation lost"
    assert desk.part(said, "We will look for another operator, and we will look abroad.").verdict == "tidied"
    assert desk.part(said, "We tried. We failed.").reason == "words cut without a mark"
    assert desk.part(said, "They have to drive 40 miles … in winter.").verdict == "elided"


def test_sounds_in_captions_are_no_words(desk):
    """[Applause] in the middle of a sentence was not said."""
    said = "We wrote to the minister, [applause] we filled the hall, and [inaudible] we begged for weeks."
    part = desk.part(said, "We wrote to the minister, we filled the hall, and we begged for weeks.")
    assert (part.verdict, part.edits) == ("verbatim", ())


@pytest.mark.parametrize("said", ["", "We", "[Applause]", "♪ ♪", "— …"])
@pytest.mark.parametrize("text", ["We have waited long enough.", "…", "🚢", "“”", "\u200b", ""])
def test_next_to_nothing(desk, said, text):
    """An empty transcript or a quote without a word is a plain answer, not a crash."""
    part = desk.part(said, text)
    assert (part.verdict, part.spans, part.elsewhere) == ("not_found", (), ())
    assert part.reason


def test_one_word(desk):
    """The smallest clip there is."""
    assert desk.part("Yes", "Yes").verdict == "verbatim"


def test_german(desk):
    """Another language loses its negations as easily."""
    said = desk.heard(
        "Guten Abend. Wir haben, ähm, lange genug gewartet, und ich habe nicht vor, das zu ändern. Es kostet zwei Millionen "
        "Euro. Danke.",
        "de",
    )
    assert desk.part(said, "Es kostet 2 Millionen Euro.").verdict == "verbatim"
    assert desk.part(said, "Wir haben lange genug gewartet, und ich habe nicht vor").verdict == "tidied"
    part = desk.part(said, "und ich habe vor, das zu ändern")
    assert (part.verdict, part.reason) == ("altered", "negation lost")


def test_french(desk):
    """And another."""
    said = desk.heard("Bonsoir à tous. Nous n’allons pas attendre, euh, un an de plus, et ça coûte 3 %. Merci.", "fr")
    assert desk.part(said, "Nous n'allons pas attendre un an de plus").verdict == "tidied"
    assert desk.part(said, "Nous allons attendre un an de plus").reason == "negation lost"


@pytest.mark.parametrize(
    "text",
    [
        "." * 9000,
        "a." * 3000,
        "[" * 3000,
        "1," * 2000,
        "n't" * 2000,
        "I'd've'd've" * 100,
        "one hundred and " * 500,
        "é\u0301" * 2000,
    ],
    ids=lambda text: text[:6],
)
def test_hostile_text_takes_no_time(desk, text):
    """A page made to stop the run by one quote must not."""
    started = time.perf_counter()
    desk.part(desk.broadcast, text)
    assert time.perf_counter() - started < 2


def test_a_long_transcript_and_many_quotes(desk):
    """An hour's meeting against a page of quotes is done while the reader blinks."""
    said = desk.heard(LONG_TALK)
    _ = said.index
    sentences = LONG_TALK.split(". ")
    quotes = [sentences[n * 17] + "." for n in range(20)]
    started = time.perf_counter()
    findings = [desk.part(said, text) for text in quotes]
    assert time.perf_counter() - started < 20 * 0.1
    assert {part.verdict for part in findings} == {"verbatim"}
    assert [part.spans[0].start_ms // 1000 for part in findings] == [
        len(" ".join(s + "." for s in sentences[: n * 17]).split()) for n in range(20)
    ]


def test_of_two_places_the_one_in_the_speakers_voice_is_meant(desk) -> None:
    """A reporter's reading would be played as the minister's own words."""
    said = "We will keep the ferry running. She was asked twice. We will, um, keep the ferry running."
    words = desk.heard(said).words
    spoken = tuple(replace(word, speaker="s1" if n < 10 else "s2") for n, word in enumerate(words))
    quote = replace(desk.quote("We will keep the ferry running."), speaker="Ida Castellan")
    alone = find_quotes((quote,), MatchTranscript(spoken))[0].parts[0]
    assert (alone.spans, alone.elsewhere) == ((Span(0, 6_000),), (Span(10_000, 17_000),))
    speakers = (Speaker("s1", "Lena Orsi"), Speaker("s2", "Ida Castellan"))
    told = find_quotes((quote,), MatchTranscript(spoken, speakers=speakers))[0].parts[0]
    assert (told.spans, told.elsewhere) == ((Span(10_000, 17_000),), (Span(0, 6_000),))


def test_a_voice_without_a_name_speaks_against_no_place(desk) -> None:
    """Quotes would move away from where they fit best, on no evidence."""
    words = tuple(replace(word, speaker="s1") for word in desk.heard("We will keep the ferry running.").words)
    heard = MatchTranscript(words, speakers=(Speaker("s1"),))
    assert not heard.is_by_another(0, 6, "Ida Castellan")
    assert not replace(heard, speakers=(Speaker("s1", "Lena Orsi"),)).is_by_another(0, 6, None)
    assert replace(heard, speakers=(Speaker("s1", "Lena Orsi"),)).is_by_another(0, 6, "Ida Castellan")
