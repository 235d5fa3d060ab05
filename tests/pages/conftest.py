"""Records made by hand: one story with everything in it, and the shapes that break pages."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace

import pytest

from captionkit.match.policy.judge import with_policy
from captionkit.match.policy.load import load_policy
from captionkit.model import (
    VERDICTS,
    Article,
    AudioEvent,
    Check,
    Clip,
    Credit,
    Cue,
    Edit,
    Evidence,
    Finding,
    Levels,
    ModelUsed,
    Part,
    PartFinding,
    Policy,
    PolicyCell,
    PolicyFinding,
    Quarantined,
    Quote,
    Record,
    Review,
    Ruling,
    Span,
    Speaker,
    Transcript,
    Verdict,
    Word,
)
from captionkit.pages import PageOptions
from captionkit.pages.library import LibraryEntry
from captionkit.text import clean

WORD_MS = 320

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></script><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}{%raw%}",
    "<!--<script>-->",
    "&lt;b&gt;&amp;",
    "\u202eevil\u2028\u2029\x00\ud800",
    "' onmouseover='alert(1)",
    "]]><iframe/src=//evil.example>",
)

_SAID = (
    ("s1", 3_000, "The last night bus in Ellerby left its depot this morning. Jonas Achterbusch has more."),
    ("s2", 9_000, "They called it the ghost bus, and for thirty years it ran from midnight to five."),
    (
        "s3",
        15_500,
        "We will not cut the night service. It cost us fifty thousand a year, and it was worth it.",
    ),
    ("s2", 23_500, "The council voted five to four. Some of those who ride it were in the hall."),
    ("s4", 31_000, "I drove it for nineteen years, in snow, in fog, and I never once ran empty."),
    ("s4", 37_500, "It was, um, it was a kitchen table on wheels. People told you things."),
    ("s2", 43_500, "Imani Okonkwo-Reyes says the ghost bus may return in spring."),
    ("s3", 48_000, "Give us until spring, and we will have an answer for you."),
)


def said(speaker: str | None, start_ms: int, text: str) -> tuple[Word, ...]:
    """Words at an even pace."""
    return tuple(
        Word(token, start_ms + i * WORD_MS, start_ms + (i + 1) * WORD_MS - 20, 0.97, speaker)
        for i, token in enumerate(text.split())
    )


def words_of_the_story() -> tuple[Word, ...]:
    words = [word for speaker, start, text in _SAID for word in said(speaker, start, text)]
    changes = {
        "Okonkwo-Reyes": {"heard": "Oconquo-Rays", "probability": 0.41},
        "Achterbusch": {"heard": "actor-bush", "probability": 0.38},
        "fifty": {"doubtful": True, "probability": 0.52},
    }
    return tuple(replace(word, **changes.get(word.text, {})) for word in words)


def span_of(words: tuple[Word, ...], text: str, after_ms: int = 0) -> Span:
    """Where the words of `text` are said."""
    wanted = text.split()
    for i, word in enumerate(words):
        if word.start_ms >= after_ms and [w.text for w in words[i : i + len(wanted)]] == wanted:
            return Span(word.start_ms, words[i + len(wanted) - 1].end_ms)
    raise AssertionError(f"nobody says {text!r}")


def part_finding(
    words: tuple[Word, ...], text: str, verdict: Verdict, heard: str, *edits: Edit
) -> PartFinding:
    """A part that is said in one run."""
    return PartFinding(Part(text), verdict, (span_of(words, heard),), heard, edits)


def quote_finding(quote_id: str, speaker: str | None, reason: str, *parts: PartFinding) -> Finding:
    """A sentence somebody said, with its worst part's verdict."""
    quote = Quote(quote_id, "speech", tuple(p.part for p in parts), speaker, reason=reason)
    return Finding(quote, max((p.verdict for p in parts), key=VERDICTS.index), parts)


def findings_of_the_story(words: tuple[Word, ...]) -> tuple[Finding, ...]:
    """Every verdict, in the article's order."""
    councillor, driver = "Imani Okonkwo-Reyes", "Tadeusz Wren"
    lost = part_finding(
        words,
        "We will cut the night service.",
        "altered",
        "We will not cut the night service.",
        Edit("delete", "", "not", "altered", "negation lost"),
    )
    cost = part_finding(
        words,
        "It cost us fifteen thousand a year,",
        "uncertain",
        "It cost us fifty thousand a year,",
        Edit("replace", "fifteen", "fifty", "uncertain", "number"),
    )
    drove = part_finding(
        words,
        "I drove it for nineteen years … and I never once ran empty.",
        "elided",
        "I drove it for nineteen years, in snow, in fog, and I never once ran empty.",
        Edit("delete", "", "in snow, in fog,", "elided", "words left out at the ellipsis"),
    )
    kitchen = part_finding(
        words,
        "It was a kitchen table on wheels.",
        "tidied",
        "It was, um, it was a kitchen table on wheels.",
        Edit("delete", "", "um, it was", "tidied", "filler and restart dropped"),
    )
    told = part_finding(words, "People told you things,", "verbatim", "People told you things.")
    table = part_finding(
        words,
        "a kitchen table.",
        "altered",
        "a kitchen table on wheels.",
        Edit("delete", "", "on wheels.", "altered", "words cut without a mark"),
    )
    ghost = part_finding(words, "ghost bus", "verbatim", "ghost bus,")
    spring = "Give us until spring, and we will have an answer for you."
    vote = PartFinding(Part("I have always voted with the riders of this town."), "not_found")
    either = (councillor, "Bartholomew Reyes")
    return (
        quote_finding(
            "q1",
            councillor,
            "“said Imani Okonkwo-Reyes” follows the quote",
            replace(
                lost,
                reason="Negation lost",
                evidence=(Evidence("We will cut", "We will not cut", 14.2, "heard", 15_500, 17_700, 3.1),),
            ),
        ),
        quote_finding(
            "q2",
            councillor,
            "the pronoun “she” follows her quote",
            replace(
                cost,
                reason="The sound does not decide between fifteen and fifty",
                evidence=(Evidence("fifteen", "fifty", 0.6, "neither", 18_700, 19_300),),
            ),
        ),
        Finding(
            Quote("q3", "speech", (vote.part,), None, either, "“Reyes” could be two people"),
            "not_found",
            (vote,),
        ),
        quote_finding(
            "q4",
            driver,
            "“Wren said” follows the quote",
            replace(
                drove,
                spans=(
                    span_of(words, "I drove it for nineteen years,"),
                    span_of(words, "and I never once ran empty."),
                ),
            ),
        ),
        quote_finding("q5", driver, "he is the last speaker", kitchen),
        replace(
            quote_finding(
                "q6",
                councillor,
                "“she said” interrupts the quote",
                told,
                replace(table, reason="Words cut without a mark"),
            ),
            reordered=True,
        ),
        Finding(
            Quote("p1", "phrase", (ghost.part,), reason="too short for a sentence"),
            "verbatim",
            (replace(ghost, elsewhere=(span_of(words, "ghost bus", 40_000),)),),
        ),
        quote_finding(
            "q7", councillor, "“she said” stands before it", part_finding(words, spring, "verbatim", spring)
        ),
    )


def cues_of(words: tuple[Word, ...]) -> tuple[Cue, ...]:
    """Captions of seven words, good enough to show on a page."""
    groups = [words[i : i + 7] for i in range(0, len(words), 7)]
    return tuple(
        Cue(g[0].start_ms, g[-1].end_ms, (" ".join(w.text for w in g),), g[0].speaker) for g in groups
    )


def vtt_of(cues: tuple[Cue, ...]) -> str:
    """Just enough WebVTT for the browser."""

    def time(ms: int) -> str:
        return f"{ms // 60_000:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"

    return "WEBVTT\n\n" + "\n".join(
        f"{time(cue.start_ms)} --> {time(cue.end_ms)}\n{html.escape(cue.text)}\n" for cue in cues
    )


def story_record() -> Record:
    words = words_of_the_story()
    return Record(
        clip=Clip("night-bus.mp4", "9f" * 32, 55_000, 25.0, Levels(-1.2, -19.4, 0.0, 0.12)),
        transcript=Transcript(
            "en",
            words,
            ModelUsed("base", "d01c3014" * 8, "cpu", "int8"),
            0.98,
            (Quarantined("Thank you very much.", 52_500, 53_900, "No voice is heard under these words"),),
            (Span(2_900, 8_000), Span(8_900, 51_500), Span(53_000, 54_400)),
        ),
        speakers=(
            Speaker("s1"),
            Speaker("s2"),
            Speaker("s3", "Imani Okonkwo-Reyes", ("q1", "q7")),
            Speaker("s4", "Tadeusz Wren", ("q4",)),
        ),
        sounds=(
            AudioEvent("music", 0, 2_900),
            AudioEvent("applause", 21_600, 23_400),
            AudioEvent("laughter", 42_000, 43_200),
        ),
        cues=cues_of(words),
        article=Article("night-bus.html", "Ellerby’s last night bus makes way for a vote", "…", published="2026-11-20"),
        credits=(
            Credit("producer", ("Marguerite Delacroix-Huang", "Oluwaseun Béla")),
            Credit("editor", ("Tomás Ó Briain",)),
        ),
        findings=findings_of_the_story(words),
        checks=(
            Check("reading_speed", "warning", "21.4 characters a second, the style allows 20", 15_500, 6),
            Check("line_length", "error", "A line of 44 characters, the style allows 42", 31_000, 10),
        ),
        timings=(("recognise_s", 9.8), ("match_s", 0.2)),
    )


@pytest.fixture(scope="session")
def story() -> Record:
    """A clip of 55 s with every verdict, named and unnamed speakers, sounds, and all a report can show."""
    return story_record()


@pytest.fixture(scope="session")
def held() -> Record:
    """The same held against AP's policy, which forbids, allows, does not say and has to wait."""
    record, policy = story_record(), load_policy("ap")
    drove = record.findings[3]
    edit = replace(drove.parts[0].edits[0], reason="words left out where the article marks it")
    marked = replace(drove, parts=(replace(drove.parts[0], edits=(edit,)),))
    findings = (*record.findings[:3], marked, *record.findings[4:])
    return replace(record, findings=with_policy(findings, policy, "en"), policy=policy)


@pytest.fixture(scope="session")
def bare() -> Record:
    """The least a clip can be: words without speakers, no article, sound alone."""
    return bare_record()


def bare_record() -> Record:
    words = said(None, 500, "Nothing but a voice in the dark. It goes on, and then it stops.")
    return Record(Clip("voice memo.mp3", "00" * 32, 6_000), Transcript("en", words), cues=cues_of(words))


@pytest.fixture(scope="session")
def filled_with() -> Callable[[str], Record]:
    """Makes a record with one text wherever a record holds text that came from outside."""
    return filled_record


@pytest.fixture(scope="session")
def hostile(filled_with: Callable[[str], Record]) -> Record:
    """Every text of the record tries to break out of the page."""
    return filled_with("".join(HOSTILE))


def filled_record(text: str) -> Record:
    token = "".join(text.split()) or "x"
    words = tuple(replace(w, text=token, heard=token, doubtful=True) for w in said("s1", 500, "a b c d"))
    part = Part(text)
    found = PartFinding(
        part,
        "altered",
        (Span(500, 1_200),),
        text,
        (Edit("replace", text, text, "altered", text),),
        (Span(1_200, 1_500),),
        text,
        (Evidence(text, text, 1.0, "heard", 500, 900),),
        PolicyFinding(text, text, "forbidden", (Ruling("forbidden", "cuts", 0, False, text, text, text),)),
    )
    order = PolicyFinding(text, text, "forbidden", (Ruling("forbidden", "order", None, False, text, text, text),))
    return Record(
        clip=Clip(text, text, 6_000, 25.0),
        transcript=Transcript(
            text,
            words,
            ModelUsed(text, text, text, text),
            0.5,
            (Quarantined(text, 2_000, 3_000, text),),
            (Span(0, 5_000),),
        ),
        speakers=(Speaker("s1", text, (text,)),),
        sounds=(AudioEvent(text, 0, 400),),
        cues=(Cue(500, 1_800, (text,), "s1"),),
        article=Article(text, text, text),
        credits=(Credit("producer", (text,)), Credit(text, (text,))),
        findings=(Finding(Quote(text, "speech", (part,), text, (text,), text), "altered", (found,), True, order),),
        checks=(Check(text, "warning", text, 500, 1),),
        timings=((text, 1.0),),
        review=Review(text, "2026-11-20") if text.strip() else None,
        policy=Policy(text, text, (PolicyCell("cuts", "forbidden", None, text, text, text, text),), text),
    )


@pytest.fixture(scope="session")
def options_for() -> Callable[[Record], PageOptions]:
    """Makes the options that go with a record whose files stand beside the page."""
    return options_of


def options_of(record: Record) -> PageOptions:
    clip_href = "sound.m4a" if record.clip.fps is None else "clip.mp4"
    return PageOptions(
        clip_href,
        vtt_text=vtt_of(record.cues),
        vtt_href="night-bus.vtt",
        downloads=("night-bus.vtt", "night-bus.srt", "night-bus.txt", "night-bus.captionkit.json"),
        style="netflix-en",
        mark_quotes=True,
    )


@pytest.fixture(scope="session")
def clips() -> tuple[LibraryEntry, ...]:
    """A library with a clip in every state; the pages of the first stand beside that of the library."""
    return (
        LibraryEntry(
            "night-bus.mp4",
            "Ellerby’s last night bus makes way for a vote",
            duration_ms=55_000,
            verdicts=(("verbatim", 3), ("uncertain", 1), ("altered", 2), ("not_found", 1)),
            errors=1,
            warnings=1,
            files=("story.html", "story.qa.html", "night-bus.vtt", "night-bus.srt", "night-bus.txt"),
        ),
        LibraryEntry("desk 2/café.mp4", "Café", duration_ms=6_000, warnings=12, files=("desk 2/café.html",)),
        LibraryEntry("moon.mp3", "A moon", duration_ms=600_000, verdicts=(("verbatim", 12),), files=("bare.html",)),
        LibraryEntry("silent.mov", "silent", "failed", "there is no sound in it"),
        LibraryEntry("queue/late.mp4", "late", "waiting"),
        LibraryEntry("queue/now.mp4", "now", "writing"),
    )


@pytest.fixture(scope="session")
def clips_filled_with() -> Callable[[str], tuple[LibraryEntry, ...]]:
    """Makes a library with one text wherever its page shows text that came from outside."""
    return filled_clips


def filled_clips(text: str) -> tuple[LibraryEntry, ...]:
    counts: tuple[tuple[Verdict, int], ...] = (("altered", 1),)
    made = tuple(clean(text) + end for end in (".html", ".qa.html", ".vtt", ".srt", ".txt"))
    return (
        LibraryEntry(text, text, "done", "", 1_000, counts, 1, 1, made),
        LibraryEntry(text, text, "failed", text),
    )
