"""What a speaker says on the way and a quote may leave out, and what only looks like it."""

from __future__ import annotations

import pytest

BEFORE = "Good evening and thank you for coming to this hall tonight."
AFTER = "The next item is the minutes of the last meeting."


@pytest.mark.parametrize(
    ("said", "printed", "reason"),
    [
        ("We will, um, build it here this year.", "We will build it here this year.", "filler dropped"),
        ("We will, you know, build it here this year.", "We will build it here this year.", "discourse marker dropped"),
        ("We will I mean build it here this year.", "We will build it here this year.", "discourse marker dropped"),
        ("It was late. Well, we built it here.", "It was late. We built it here.", "discourse marker dropped"),
        ("It was late. So we built it here.", "It was late. We built it here.", "discourse marker dropped"),
        ("It was, like, late when we built it here.", "It was late when we built it here.", "discourse marker dropped"),
        (
            "We will, we will build it here this year.",
            "We will build it here this year.",
            "repeat or false start dropped",
        ),
        ("In the end we will, we, we will build it.", "In the end we will build it.", "repeat or false start dropped"),
        ("In the end we will, um, we will build it.", "In the end we will build it.", "repeat or false start dropped"),
        (
            "In the end it's, it was late for us all.",
            "In the end it was late for us all.",
            "repeat or false start dropped",
        ),
        (
            "In the end th- the hall was too small.",
            "In the end the hall was too small.",
            "repeat or false start dropped",
        ),
        (
            "In the end no, no, no, we will build it.",
            "In the end no, we will build it.",
            "repeat or false start dropped",
        ),
        ("I mean, I would build it here this year.", "I would build it here this year.", None),
        ("In the end I mean, I would build it here.", "In the end I would build it here.", "discourse marker dropped"),
    ],
)
def test_disfluencies_may_be_dropped(desk, said, printed, reason):
    """Every newspaper tidies these; to call it a change would be a false alarm in every second quote."""
    part = desk.part(f"{BEFORE} {said} {AFTER}", printed)
    assert part.verdict == ("tidied" if reason else "verbatim")
    assert part.reason == (reason or "the same words")


@pytest.mark.parametrize(
    ("said", "printed", "reason"),
    [
        (
            "He did well in the second race of the day.",
            "He did in the second race of the day.",
            "words cut without a mark",
        ),
        ("It was like a war zone down on the quay.", "It was a war zone down on the quay.", "words cut without a mark"),
        (
            "I am right behind you on this one, mayor.",
            "I am behind you on this one, mayor.",
            "words cut without a mark",
        ),
        (
            "It is kind of broken, and we all can see it.",
            "It is broken, and we all can see it.",
            "words cut without a mark",
        ),
        (
            "We have so many of them here in this town.",
            "We have many of them here in this town.",
            "words cut without a mark",
        ),
        (
            "Do you know the man who did this to us all?",
            "Do the man who did this to us all?",
            "words cut without a mark",
        ),
        (
            "We really do expect that of all our people.",
            "We do expect that of all our people.",
            "words cut without a mark",
        ),
        ("We hardly expect that of all our people.", "We expect that of all our people.", "negation lost"),
        (
            "I asked him. He said no, he said yes, and then he left.",
            "I asked him. He said yes, and then he left.",
            "negation lost",
        ),
        (
            "We drove the ferry here. He used to tell me that.",
            "We drove the ferry. He used to tell me that.",
            "words cut without a mark",
        ),
        (
            "We blamed all alleged members of the group for it.",
            "We blamed alleged members of the group for it.",
            "words cut without a mark",
        ),
        ("In the end I don't, I can say we did it.", "In the end I can say we did it.", "negation lost"),
        (
            "We have forty well-known people in the hall.",
            "We have forty known people in the hall.",
            "words cut without a mark",
        ),
        (
            "That is what he came to. Tomorrow we go home.",
            "That is what he came. Tomorrow we go home.",
            "words cut without a mark",
        ),
        ("They didn't, did win the cup here last year.", "They did win the cup here last year.", "negation lost"),
        ("We gave them four million for it last year.", "We gave them for it last year.", "number lost"),
    ],
)
def test_words_that_say_something_may_not(desk, said, printed, reason):
    """Each of these looks like a disfluency but is not one: left out without a mark, it changes what was said."""
    part = desk.part(f"{BEFORE} {said} {AFTER}", printed)
    assert (part.verdict, part.reason) == ("altered", reason)


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("We are going to build it here.", "We’re gonna build it here."),
        ("We're gonna build it here.", "We are going to build it here."),
        ("I gotta build it here this year.", "I have to build it here this year."),
        ("I gotta build it here this year.", "I’ve got to build it here this year."),
        ("Mary's going to build it here.", "Mary is going to build it here."),
        ("They would've built it by now.", "They would have built it by now."),
        ("They cannot build it by now.", "They can’t build it by now."),
        ("They will not build it by now.", "They won’t build it by now."),
        ("He'd build it here this year.", "He would build it here this year."),
        ("It ain't built in a single year.", "It is not built in a single year."),
        ("We're buildin' it here this year.", "We’re building it here this year."),
        ("Tell 'em to build it here this year.", "Tell them to build it here this year."),
        ("Cause we need to build it this year.", "Because we need to build it this year."),
    ],
)
def test_short_forms_are_tidied(desk, said, printed):
    """Written out or contracted, the words are the speaker's."""
    part = desk.part(f"{BEFORE} {said} {AFTER}", printed)
    assert (part.verdict, part.reason) == ("tidied", "a short form written out, or the other way round")
    assert part.spans[0].duration_ms == 1000 * len(said.split())


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("It won't work any more around here.", "It won’t work anymore around here."),
        ("Around here it won't work any more.", "Around here it won’t work anymore."),
        ("Anymore of this and we will go home.", "Any more of this and we will go home."),
        ("We need healthcare here in this town.", "We need health care here in this town."),
        ("They re-elected him here in this town.", "They reelected him here in this town."),
        ("The council's plan is on their own table.", "The councils plan is on there own table."),
        ("We met at St. Paul at seven thirty p.m.", "We met at Saint Paul at 7:30 PM."),
        ("DONT TELL ME IT CANT BE DONE IN TIME", "Don’t tell me it can’t be done in time."),
        ("Flight nine one one left at ten AM sharp.", "Flight 911 left at 10 a.m. sharp."),
        ("We lost seven two in the second half.", "We lost 7–2 in the second half."),
    ],
)
def test_spelling_is_no_difference(desk, said, printed):
    """A transcript spells by ear and a paper by its style book; the words are the same."""
    part = desk.part(f"{BEFORE} {said} {AFTER}", printed)
    assert (part.verdict, part.edits) == ("verbatim", ())
    assert part.spans[0].duration_ms == 1000 * len(said.split())


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("They were not able to see what we did.", "They were notable to see what we did."),
        ("We will do it now here in this town.", "We will do it nowhere in this town."),
        ("It costs 15 a month for each of us.", "It costs 1.5 a month for each of us."),
        ("We filed all of it in the spring.", "We filled all of it in the spring."),
    ],
)
def test_letters_alone_do_not_make_words_the_same(desk, said, printed):
    """ "Notable" has the letters of "not able" and the opposite sense."""
    assert desk.part(f"{BEFORE} {said} {AFTER}", printed).verdict == "altered"


def test_a_printed_disfluency_that_was_not_heard(desk):
    """Recognisers drop "um" and repeats by themselves: that the page prints one is no invention of words."""
    said = f"{BEFORE} In the end we will build it here. {AFTER}"
    reasons = {
        "In the end we will, um, build it here.": "a filler that was not heard",
        "In the end we will, you know, build it here.": "a discourse marker that was not heard",
        "In the end we will, we will build it here.": "a repeat that was not heard",
    }
    for printed, reason in reasons.items():
        part = desk.part(said, printed)
        assert (part.verdict, part.reason) == ("tidied", reason)
    assert desk.part(said, "In the end we will not, not build it here.").reason == "negation added"


def test_a_negation_in_the_last_word(desk):
    """A passage must not end within "isn't": the "not" belongs to it."""
    said = f"{BEFORE} I won't pretend that it is fine, because it isn't. {AFTER}"
    part = desk.part(said, "I won’t pretend that it is fine, because it is.")
    assert (part.verdict, part.reason) == ("altered", "negation lost")
    assert [(e.published, e.heard) for e in part.edits] == [("is", "isn't")]
    assert desk.part(said, "I won’t pretend that it is fine, because it is not.").verdict == "tidied"


def test_a_false_start_before_another_part(desk):
    """A false start belongs to the part it starts, never to the one before it."""
    said = f"{BEFORE} We have waited long enough. This year, this year we build it. {AFTER}"
    finding = desk.find(said, "We have waited long enough,", "This year we build it.")
    assert [part.verdict for part in finding.parts] == ["verbatim", "tidied"]
    assert finding.parts[1].heard == "This year, this year we build it."


def test_a_false_start_begins_with_its_first_word(desk):
    """The button that plays a quote should not start on an "um"."""
    part = desk.part(f"{BEFORE} Um, this year, this year we build it. {AFTER}", "This year we build it.")
    assert (part.verdict, part.heard) == ("tidied", "this year, this year we build it.")
