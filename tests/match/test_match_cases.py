"""The cases a standards editor knows: each printed quote beside a broadcast that has wrong places enough."""

from __future__ import annotations

from captionkit.model import Edit


def _why(edit: Edit) -> tuple[str, str, str, str]:
    return edit.published, edit.heard, edit.severity, edit.reason


def test_lost_negation(desk):
    """ "We can keep this service" is the opposite of what was said; it must not pass as her words."""
    part = desk.in_story("We can keep this service,").parts[0]
    assert (part.verdict, part.reason) == ("altered", "negation lost")
    assert [_why(e) for e in part.edits] == [("can", "can't", "altered", "negation lost")]
    assert part.spans == (desk.time("We can't keep this service."),)
    assert (part.edits[0].start_ms, part.edits[0].end_ms) == (
        desk.time("can't").start_ms,
        desk.time("can't").end_ms,
    )


def test_lost_negation_in_full_words(desk):
    """A dropped "not" costs one word of twelve, and the sense of the sentence."""
    part = desk.in_story("and some of them will make that drive in winter").parts[0]
    assert (part.verdict, part.reason) == ("altered", "negation lost")
    assert part.spans == (desk.time("and some of them will not make that drive in winter."),)


def test_added_negation(desk):
    """A "not" that nobody said is worse than one lost: it puts words into a mouth."""
    part = desk.in_story("I am not proud of the answer we gave.").parts[0]
    assert (part.verdict, part.reason) == ("altered", "negation added")
    assert part.spans == (desk.time("I am proud of the answer we gave."),)


def test_negation_in_a_prefix(desk):
    """ "Unwilling" for "willing" is a negation, and must be called one."""
    said = "We meet here every spring. That is one that we are willing to accept this year. Thank you all for coming."
    part = desk.part(said, "one that we are unwilling to accept this year")
    assert (part.verdict, part.reason) == ("altered", "negation added")


def test_a_negation_right_before_the_quote(desk):
    """A quote that begins behind the "not" of its clause says the opposite and has every word right."""
    part = desk.part("Not being able to use it is frustrating for us.", "Being able to use it is frustrating for us.")
    assert (part.verdict, part.reason) == ("altered", "negation lost")


def test_a_negation_right_after_the_quote(desk):
    """So does one that ends before it."""
    said = "You asked and I told them that we will not. That is all there is to say about it."
    part = desk.part(said, "I told them that we will.")
    assert (part.verdict, part.reason) == ("altered", "negation lost")


def test_words_quoted_from_the_middle_of_a_negated_clause(desk):
    """The article's own words carry the "not" in `was not "a priority for the county"`: that is no change."""
    said = "The harbor was not a priority for the county this year."
    assert desk.part(said, "a priority for the county this year").verdict == "verbatim"


def test_a_no_that_answers_is_no_negation_of_the_quote(desk):
    """ "No we will appeal" is an answer and a sentence; leaving out the answer alters nothing."""
    said = "No we will appeal this ruling in the spring."
    assert desk.part(said, "We will appeal this ruling in the spring.").verdict == "verbatim"


def test_silent_splice(desk):
    """Two true sentences with eleven words cut between them read as one thought that was not spoken."""
    part = desk.in_story("We tried. We failed,").parts[0]
    assert (part.verdict, part.reason) == ("altered", "words cut without a mark")
    assert part.spans == (desk.time("We tried."), desk.time("We failed."))
    assert part.edits[0].heard == "We wrote to the minister, we filled the hall, we begged"
    assert part.heard == "We tried. We wrote to the minister, we filled the hall, we begged. We failed."


def test_splice_over_answers_far_apart(desk):
    """Halves of two answers made one sentence: the passage is found and called a splice, not lost."""
    part = desk.in_story("We will look for another operator, because the sea keeps its own books.").parts[0]
    assert (part.verdict, part.reason) == ("altered", "words cut without a mark")
    assert part.spans[0] == desk.time("We, we're, we will look for another operator,")
    assert part.spans[1].end_ms == desk.time("the sea keeps its own books.").end_ms


def test_a_long_cut_is_called_a_cut(desk):
    """Sentences left out are a splice, whatever number or "not" stands in them."""
    part = desk.in_story("I am proud of the answer we gave. The vote was seven to two.").parts[0]
    assert (part.verdict, part.reason) == ("altered", "words cut without a mark")


def test_ellipsis_over_two_answers(desk):
    """The article marks what it leaves out; both places must be there to listen to."""
    part = desk.in_story("It costs £1.2 million a year … some of them will not make that drive in winter.").parts[0]
    assert part.verdict == "elided"
    assert part.reason == "words left out where the article marks it"
    assert part.spans == (
        desk.time("It costs one point two million pounds a year,"),
        desk.time("some of them will not make that drive in winter."),
    )


def test_ellipsis_with_nothing_missing(desk):
    """An ellipsis printed for a pause is no omission."""
    part = desk.in_story("That ship has sailed … as they say.").parts[0]
    assert (part.verdict, part.edits) == ("verbatim", ())


def test_ellipsis_and_another_change(desk):
    """The ellipsis excuses what it stands for, and nothing else."""
    part = desk.in_story("They have to drive 40 miles … and some of them will not make that trip in winter.").parts[0]
    assert (part.verdict, part.reason) == ("altered", "word changed")


def test_ellipsis_that_hides_a_negation(desk):
    """An ellipsis in the middle of a clause cannot take the "not" out of it."""
    part = desk.in_story("some of them will … make that drive in winter").parts[0]
    assert (part.verdict, part.reason) == ("altered", "negation lost behind an ellipsis")


def test_ellipsis_over_a_whole_answer(desk):
    """A "No." that is a sentence of its own may be left out at an ellipsis."""
    said = "Here is the mayor. It is over for this year. No. I am proud of what we did. And now the weather."
    assert desk.part(said, "It is over for this year … I am proud of what we did.").verdict == "elided"


def test_sentences_reordered_between_parts(desk):
    """Reordering is allowed and must be reported: the record says so, and every part keeps its place."""
    finding = desk.in_story("My mother was born on that boat,", "That ship has sailed, as they say.")
    assert (finding.verdict, finding.reordered) == ("verbatim", True)
    assert finding.parts[0].spans == (desk.time("My mother was born on that boat."),)
    assert finding.parts[1].spans == (desk.time("That ship has sailed, as they say."),)


def test_sentences_reordered_within_a_part(desk):
    """Within one pair of marks another order is another statement."""
    finding = desk.in_story("My mother was born on that boat. That ship has sailed, as they say.")
    assert (finding.verdict, finding.reordered) == ("altered", True)
    assert finding.parts[0].reason == "printed in another order than said"


def test_parts_in_order_are_not_reordered(desk):
    """A false "reordered" sends an editor looking for nothing."""
    finding = desk.in_story("That ship has sailed, as they say.", "My mother was born on that boat,")
    assert (finding.verdict, finding.reordered) == ("verbatim", False)


def test_bracket_replaces_words(desk):
    """Marked, so allowed: the reader can see that "[everybody]" is the paper's word."""
    part = desk.in_story("I've said that to [everybody] on the island.").parts[0]
    assert (part.verdict, part.reason) == ("tidied", "a marked [bracket] stands for the words said")
    assert [(e.published, e.heard) for e in part.edits] == [("[everybody]", "every family")]


def test_bracket_at_the_start_or_end(desk):
    """ "[Islanders] have to drive" for "They have to drive" is the commonest bracket of all."""
    part = desk.in_story("I've said that to every family on [Fernwick].").parts[0]
    assert (part.verdict, part.reason) == ("tidied", "a marked [bracket] stands here")
    part = desk.in_story("[Islanders] have to drive 40 miles to the bridge,").parts[0]
    assert (part.verdict, part.reason) == ("tidied", "a marked [bracket] stands here")
    assert part.spans == (desk.time("have to drive forty miles to the bridge,"),)


def test_bracket_adds_words(desk):
    """What the paper adds in brackets is not held against the speaker."""
    part = desk.in_story("The board [of the company] met for nine hours.").parts[0]
    assert (part.verdict, part.reason) == ("tidied", "a marked [bracket] adds words")
    assert [(e.kind, e.published) for e in part.edits] == [("insert", "[of the company]")]


def test_bracket_hides_a_negation(desk):
    """A bracket must not be a way to turn a sentence round."""
    for text in ("We [will] keep this service.", "I [would] call it cruel.", "[She would] call it cruel."):
        part = desk.in_story(text).parts[0]
        assert (part.verdict, part.reason) == ("altered", "negation lost behind a bracket"), text
    part = desk.in_story("I would [not] call it honest.").parts[0]
    assert (part.verdict, part.reason) == ("altered", "negation added in a bracket")


def test_bracket_changes_a_number(desk):
    """Nor a way to change an amount."""
    part = desk.in_story("They have to drive [50] miles to the bridge").parts[0]
    assert (part.verdict, part.reason) == ("altered", "number changed in a bracket")


def test_bracket_over_one_letter(desk):
    """ "[T]hey" is how papers begin a sentence in the middle; no word differs."""
    part = desk.in_story("[T]hey have to drive forty miles to the bridge").parts[0]
    assert (part.verdict, part.edits) == ("verbatim", ())


def test_restart_is_tidied(desk):
    """Nobody prints "We, we're, we will"; the span still begins where she does."""
    part = desk.in_story("We will look for another operator, and we will look abroad.").parts[0]
    assert (part.verdict, part.reason) == ("tidied", "repeat or false start dropped")
    assert [(e.kind, e.heard) for e in part.edits] == [("delete", "We, we're")]
    assert part.spans == (desk.time("We, we're, we will look for another operator, and we will look abroad."),)


def test_money_said_in_words(desk):
    """Figures and signs are the paper's way to write, not a change."""
    part = desk.in_story("It costs £1.2 million a year, and the fares bring in 300,000.").parts[0]
    assert (part.verdict, part.reason, part.edits) == ("verbatim", "the same words", ())


def test_money_changed(desk):
    """£1.5 million for £1.2 million looks just as well in print."""
    part = desk.in_story("It costs £1.5 million a year, and the fares bring in 300,000.").parts[0]
    assert (part.verdict, part.reason) == ("altered", "number changed")
    assert [(e.published, e.heard) for e in part.edits] == [("£1.5 million", "one point two million pounds")]


def test_years_and_ranges(desk):
    """Years, percentages and scores are written in many ways and said in one."""
    part = desk.in_story("Between 2010 and 2015 we lost 60% of our riders.").parts[0]
    assert (part.verdict, part.edits) == ("verbatim", ())
    assert desk.in_story("The vote was 7–2.").verdict == "verbatim"
    part = desk.in_story("Between 2010 and 2050 we lost 60% of our riders.").parts[0]
    assert (part.verdict, part.reason) == ("altered", "number changed")


def test_gonna_and_could_have(desk):
    """Spoken short forms are written out in print: tidied, either way round."""
    part = desk.in_story("I could have told them in 2019. We are going to lose people.").parts[0]
    assert part.verdict == "tidied"
    assert [(e.published, e.heard) for e in part.edits] == [
        ("could have", "could've"),
        ("We are going to", "We're gonna"),
    ]
    assert desk.in_story("We cannot keep this service.").verdict == "tidied"
    assert desk.in_story("They've to drive 40 miles to the bridge").verdict == "tidied"


def test_grammar_mended(desk):
    """The paper made his sentence better than he did, which the house rules do not allow."""
    part = desk.in_story("Those engines were never built for that.").parts[0]
    assert (part.verdict, part.reason) == ("altered", "grammar changed")
    assert [(e.published, e.heard) for e in part.edits] == [("Those", "them"), ("were", "was")]


def test_discourse_marker_dropped(desk):
    """ "You know" says nothing and may go."""
    part = desk.in_story("We're gonna lose people. Them engines was never built for that.").parts[0]
    assert (part.verdict, part.reason) == ("tidied", "discourse marker dropped")


def test_two_word_fragment(desk):
    """Two words prove little: they need to be exact, and all places where they stand are given."""
    part = desk.in_story("We begged").parts[0]
    assert (part.verdict, part.spans) == ("verbatim", (desk.time("we begged."),))
    assert desk.in_story("We pleaded").parts[0].verdict == "not_found"
    part = desk.in_story("Dan Abara", kind="phrase").parts[0]
    assert (part.verdict, len(part.spans), len(part.elsewhere)) == ("verbatim", 1, 1)


def test_few_words_that_do_not_fit(desk):
    """Three words of four may be anybody's: better "listen" than a false alarm."""
    finding = desk.in_story("We read every newspaper.")
    assert finding.verdict == "uncertain"
    assert finding.parts[0].reason == "too few words to be sure that this is the passage: word changed"


def test_few_words_beside_another_part(desk):
    """Next to a part that is surely there, few words are enough to be sure."""
    finding = desk.in_story("We read every newspaper,", "I am proud of the answer we gave.")
    assert [part.verdict for part in finding.parts] == ["altered", "verbatim"]


def test_few_words_changed_into_like_ones(desk):
    """One word of four in another form is that passage; three of four might be another."""
    said = "Here is the captain. Them engine was wrecked. We need new ones by the spring. And now the weather."
    assert desk.part(said, "Those engine was wrecked.").verdict == "altered"
    assert desk.part(said, "Those engines were wrecked.").verdict == "uncertain"


def test_one_is_no_number(desk):
    """ "One" for "boat" is a word changed; to call it a lost number would mislead."""
    said = "Here is the captain. That is the one we wanted for the island. And now the weather."
    assert desk.part(said, "That is the boat we wanted for the island.").reason == "word changed"


def test_scare_quotes_and_titles(desk):
    """A phrase is there word for word, or it is not in this clip; a near miss is no alteration of it."""
    part = desk.in_story("cheap but risky", kind="phrase").parts[0]
    assert (part.verdict, part.spans) == ("verbatim", (desk.time("cheap but risky."),))
    part = desk.in_story("cheap but reckless", kind="phrase").parts[0]
    assert (part.verdict, part.spans, part.elsewhere) == ("not_found", (), ())
    part = desk.in_story("We read every newspaper", kind="phrase").parts[0]
    assert (part.verdict, part.reason) == ("not_found", "no passage of this clip has these words")
    assert desk.in_story("The Sea Lanes Act", kind="phrase").verdict == "not_found"


def test_nested_quote(desk):
    """Marks inside marks are no words."""
    part = desk.in_story("My grandfather used to say, ‘The sea keeps its own books.’").parts[0]
    assert (part.verdict, part.edits) == ("verbatim", ())
    assert part.spans == (desk.time("My grandfather used to say, the sea keeps its own books."),)


def test_several_paragraphs(desk):
    """A long quote comes as one part, paragraphs joined by a blank; no sentence of it may go unseen."""
    text = "Nobody likes it. They have to drive 40 miles to the bridge, and some of them will not make that drive in winter."
    part = desk.in_story(text).parts[0]
    assert (part.verdict, part.edits) == ("verbatim", ())
    assert part.spans[0].start_ms == desk.time("Nobody likes it.").start_ms
    assert part.spans[0].end_ms == desk.time("in winter.").end_ms
    shorter = desk.in_story(text.replace(" to the bridge", "")).parts[0]
    assert (shorter.verdict, shorter.reason) == ("altered", "words cut without a mark")


def test_interrupted_quote(desk):
    """`"A," she said, "and b."` is one sentence: nothing may be lost at its seam."""
    whole = desk.in_story(
        "They have to drive 40 miles to the bridge,", "+and some of them will not make that drive in winter."
    )
    assert [part.verdict for part in whole.parts] == ["verbatim", "verbatim"]
    lost = desk.in_story("They have to drive 40 miles,", "+and some of them will not make that drive in winter.")
    assert [part.verdict for part in lost.parts] == ["verbatim", "altered"]
    assert lost.parts[1].edits[0].heard == "to the bridge"
    assert lost.parts[1].heard.startswith("to the bridge, and some")


def test_negation_lost_at_the_seam(desk):
    """The word that is most easily lost in an interruption is the one that decides."""
    said = (
        "We choose to do this, not because it is easy, but because it is hard. And we will do it together, all of us."
    )
    finding = desk.find(said, "We choose to do this,", "+because it is easy, but because it is hard.")
    assert [part.verdict for part in finding.parts] == ["verbatim", "altered"]
    assert finding.parts[1].reason == "negation lost"


def test_whole_sentences_with_words_between(desk):
    """Between two whole sentences of one quote other words may have been said."""
    finding = desk.in_story("The board met for nine hours,", "I am proud of the answer we gave.")
    assert [(part.verdict, part.edits) for part in finding.parts] == [("verbatim", ()), ("verbatim", ())]


def test_said_twice(desk):
    """Tease and interview: one place is given, the other is not hidden."""
    part = desk.in_story("Nobody has told us when the boats will stop,").parts[0]
    line = "Nobody has told us when the boats will stop."
    assert (part.verdict, part.spans) == ("verbatim", (desk.time(line, 1),))
    assert part.elsewhere == (desk.time(line, 2),)


def test_said_twice_beside_another_part(desk):
    """Of two places, the one next to the rest of the quote is meant."""
    finding = desk.in_story("We failed,", "Nobody has told us when the boats will stop.")
    line = "Nobody has told us when the boats will stop."
    assert finding.parts[1].spans == (desk.time(line, 2),)
    assert finding.parts[1].elsewhere == (desk.time(line, 1),)


def test_from_a_statement(desk):
    """What is not in the clip is not found, and that says nothing more."""
    part = desk.in_story(
        "No decision about the timetable has been taken, and none will be before the public hearing in May."
    ).parts[0]
    assert (part.verdict, part.spans, part.heard, part.edits) == ("not_found", (), "", ())
    assert part.reason == "no passage of this clip matches; it may have been said elsewhere"


def test_idiom_changed(desk):
    """Another idiom of the same sense is not what he said."""
    part = desk.in_story("That train has left, as they say. I was born on that boat.").parts[0]
    assert part.verdict == "altered"
    assert [(e.published, e.heard) for e in part.edits] == [("train", "ship"), ("left", "sailed")]


def test_reporter_reads_the_quote_aloud(desk):
    """Where a reporter reads it out too, both places are given, the first one first."""
    part = desk.in_story("The ferry is the last thing I would cut,").parts[0]
    line = "ferry is the last thing I would"
    assert part.verdict == "verbatim"
    assert part.spans[0].overlap_ms(desk.time(line, 1)) == 7000
    assert [span.overlap_ms(desk.time(line, 2)) for span in part.elsewhere] == [7000]


def test_name_changed(desk):
    """Two brothers with one surname: the wrong first name makes it the other one's boat."""
    part = desk.part(
        "We asked around the quay. I sold my boat to Joel Abara last year. He paid in cash.",
        "I sold my boat to Dan Abara last year.",
        names="Joel Abara, Dan Abara",
    )
    assert (part.verdict, part.reason) == ("altered", "name changed")


def test_name_spelt_otherwise(desk):
    """A recogniser's spelling of a name is no alteration, and no proof either."""
    part = desk.part(
        "We asked around the quay. I sold my boat to Joel Abarah last year. He paid in cash.",
        "I sold my boat to Joel Abara last year.",
        names="Joel Abara",
    )
    assert (part.verdict, part.reason) == ("uncertain", "a name that sounds the same is spelt otherwise")


def test_date_changed(desk):
    """A meeting on Thursday is another meeting."""
    part = desk.part(
        "Here is what we know tonight. The committee meets on Tuesday at noon to decide. More at ten.",
        "The committee meets on Thursday at noon to decide.",
    )
    assert (part.verdict, part.reason) == ("altered", "date changed")


def test_tense_changed(desk):
    """ "Reports" for "reported" may hide that it is over."""
    part = desk.part(
        "Here is what we know tonight. The committee reported every fault to us in writing. More at ten.",
        "The committee reports every fault to us in writing.",
    )
    assert (part.verdict, part.reason) == ("altered", "grammar changed")


def test_a_short_form_is_not_the_word_of_the_same_letters(desk):
    """ "We were willing" in place of "we're willing" puts a promise into the past."""
    part = desk.part("It is one that we're willing to accept today.", "It is one that we were willing to accept today.")
    assert (part.verdict, part.reason) == ("altered", "grammar changed")
