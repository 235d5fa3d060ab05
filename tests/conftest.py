"""Settings of all tests, and one small record with what is awkward in it: markup, a nameless speaker, accents."""

import signal
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings

from captionkit.model import (
    Article,
    AudioEvent,
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
    Quarantined,
    Quote,
    Record,
    Span,
    Speaker,
    Transcript,
    Word,
)

settings.register_profile("captionkit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("captionkit")

# Under nohup, or in the background of a script, programs start with Ctrl-C ignored; those that are tested must hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)

WORDS = (
    Word("The", 1000, 1200, 0.99, "s1"),
    Word("ferry", 1200, 1500, 0.98, "s1"),
    Word("is", 1500, 1600, 0.99, "s1"),
    Word("back.", 1600, 2100, 0.97, "s1"),
    Word("We", 4100, 4300, 0.9, "s2"),
    Word("won't,", 4300, 4700, 0.5, "s2", None, True),
    Word("Ines", 4700, 5100, 0.4, "s2", "Innis"),
    Word("R&D", 5200, 5600, 0.8, "s3"),
    Word("<sic>", 5600, 5900, 0.8, "s3"),
)


def _finding() -> Finding:
    first = Part("We will,", 40, 48)
    second = Part("and soon.", 60, 69, continues=True)
    quote = Quote("q1", "speech", (first, second), "Zoë Ng-Ruiz", (), "said, before the quote")
    edit = Edit("replace", "will", "won't", "altered", "negation lost", 4300, 4700)
    evidence = Evidence("We will", "We won't", 11.25, "heard", 4100, 4700)
    parts = (
        PartFinding(first, "altered", (Span(4100, 4700),), "We won't,", (edit,), (), "said so", (evidence,)),
        PartFinding(second, "not_found"),
    )
    return Finding(quote, "not_found", parts)


@pytest.fixture
def story() -> Record:
    finding = _finding()
    credits_ = (Credit("producer", ("A. B. Müller", "Ó Briain, Tomás")), Credit("editor", ("Li Wei",)))
    return Record(
        clip=Clip("/home/somebody/ferry.mp4", "0" * 64, 12000, 25.0, Levels(-1.5, -20.25, 0.0, 0.5), True, (4080, 9000)),
        transcript=Transcript(
            "en",
            WORDS,
            ModelUsed("base", "1" * 64, "cpu", "int8"),
            0.75,
            (Quarantined("Thank you very much.", 8000, 9000, "no voice under it"),),
            (Span(1000, 2100), Span(4100, 5900)),
        ),
        speakers=(Speaker("s1"), Speaker("s2", "Zoë Ng-Ruiz <zoe&co>", ("q1",)), Speaker("s3")),
        sounds=(AudioEvent("music", 0, 900),),
        cues=(
            Cue(1000, 2100, ("The ferry", "is back."), "s1"),
            Cue(4100, 5100, ("We won't, Ines",), "s2"),
            Cue(5200, 5900, ("R&D <sic>",), "s3"),
        ),
        credit_cue=Cue(8000, 11000, ("Produced by A. B. Müller", "and Tomás Ó Briain")),
        article=Article(
            "drafts/ferry.html",
            "Ferry --> back",
            "Zoë Ng-Ruiz answered.\n\nShe said: “We will,” and then “and soon.”",
            "2" * 64,
            (finding.quote,),
            ("Zoë Ng-Ruiz",),
            credits_[:1],
        ),
        credits=credits_,
        findings=(finding,),
        checks=(),
        timings=(("recognise_s", 1.5),),
        files=(("ferry.vtt", "3" * 64),),
    )


@pytest.fixture
def captioned(story):
    """A function: the story with other cues and no closing cue."""
    return lambda *cues: replace(story, cues=cues, credit_cue=None)
