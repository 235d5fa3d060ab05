"""What a policy says of real findings: each kind of edit, and the guards against misreading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.match.policy.judge import breaks_policy, with_policy
from captionkit.match.policy.load import load_policy, policy_names
from captionkit.model import (
    POLICY_KINDS,
    POLICY_VERDICTS,
    VERDICTS,
    Edit,
    Evidence,
    Finding,
    Part,
    PartFinding,
    Policy,
    PolicyCell,
    Quote,
    Span,
)

BUS = "The council met on Monday. {} The vote was nine to two. Nobody was surprised at all."
CASES = {
    "fillers": ("We will, um, keep the night bus.", "We will keep the night bus."),
    "repeats": ("We will, we will keep the night bus.", "We will keep the night bus."),
    "discourse_markers": ("We will, you know, keep the night bus.", "We will keep the night bus."),
    "short_forms": ("We're gonna keep the night bus.", "We're going to keep the night bus."),
    "grammar": ("The drivers was proud of the night bus.", "The drivers were proud of the night bus."),
    "ellipsis": ("We will keep the old and noisy night bus.", "We will keep the … night bus."),
    "brackets": ("We will keep it for the whole winter.", "We will keep [the night bus] for the whole winter."),
    "sentences_joined": (
        "We kept the night bus. The whole town had asked for that. It was worth it.",
        "We kept the night bus. It was worth it.",
    ),
    "order": (
        "We kept the night bus for years. It was worth every penny spent.",
        "It was worth every penny spent. We kept the night bus for years.",
    ),
    "cuts": ("We will keep the rather noisy night bus.", "We will keep the night bus."),
    "words": ("We will keep the night bus for twelve years.", "We will keep the night bus for twenty years."),
}


@pytest.mark.parametrize("kind", POLICY_KINDS)
def test_each_kind_of_edit_is_found_in_speech(held, tools, kind: str) -> None:
    """An edit would be judged by a cell that was written for another one."""
    policy_of, rulings = tools
    said, printed = CASES[kind]
    for state in ("allowed", "forbidden", "unknown"):
        cells = (PolicyCell(k, state if k == kind else "unknown", source=k, date="2026") for k in POLICY_KINDS)  # type: ignore[arg-type]
        part = held(policy_of(*cells), BUS.format(said), printed).parts[0]
        assert rulings(part.policy) == [(kind, state, kind == "ellipsis")]
        assert (part.policy.verdict, part.policy.edits[0].source, part.policy.edits[0].date) == (state, kind, "2026")


def test_ap_wants_an_ellipsis_for_a_filler(held, tools) -> None:
    """The condition "only with an ellipsis" would allow too much, or accuse a desk that does it right."""
    _, rulings = tools
    said = BUS.format("We will, um, keep the night bus.")
    silent = held("ap", said, "We will keep the night bus.")
    marked = held("ap", said, "We will … keep the night bus.")
    assert (silent.verdict, silent.policy.verdict) == ("tidied", "forbidden")
    assert (marked.verdict, marked.policy.verdict) == ("elided", "allowed")
    assert rulings(silent.parts[0].policy) == [("fillers", "forbidden", False)]
    assert rulings(marked.parts[0].policy) == [("fillers", "allowed", True)]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("We will, uh, um, keep the night bus.", "fillers"),
        ("We will, you know, keep the night bus.", "discourse_markers"),
        ("We will, we will keep the night bus.", "repeats"),
        ("We will, um, we will keep the night bus.", "repeats"),
        ("We will, will keep the night bus.", "repeats"),
        ("We will certainly keep the night bus.", "ellipsis"),
    ],
)
def test_what_stood_behind_an_ellipsis_is_told(held, tools, said: str, kind: str) -> None:
    """A policy that allows a mark for slips of the tongue alone could not be written."""
    policy_of, rulings = tools
    cells = (PolicyCell(k, "forbidden", "allowed" if k != "ellipsis" else None) for k in POLICY_KINDS)
    part = held(policy_of(*cells), BUS.format(said), "We will … keep the night bus.").parts[0]
    verdict = "forbidden" if kind == "ellipsis" else "allowed"
    assert rulings(part.policy) == [(kind, verdict, True)]


def test_an_ellipsis_elsewhere_marks_no_repeat(held, tools) -> None:
    """One ellipsis for a pause would cover whatever was left out silently in the quote."""
    _, rulings = tools
    said = BUS.format("We will, we will keep the night bus.")
    part = held("ap", said, "We will keep the … night bus.").parts[0]
    assert rulings(part.policy) == [("repeats", "forbidden", False)]


def test_what_may_go_silently_may_go_with_a_mark(held, tools) -> None:
    """A desk that marks more than its house asks for would be accused."""
    policy_of, rulings = tools
    policy = policy_of(PolicyCell("fillers", "allowed"), PolicyCell("ellipsis", "forbidden", source="E"))
    part = held(policy, BUS.format("We will, um, keep the night bus."), "We will … keep the night bus.").parts[0]
    assert rulings(part.policy) == [("fillers", "allowed", True)]
    policy = policy_of(PolicyCell("fillers", "forbidden"), PolicyCell("ellipsis", "allowed", source="E"))
    part = held(policy, BUS.format("We will, um, keep the night bus."), "We will … keep the night bus.").parts[0]
    assert rulings(part.policy) == [("fillers", "allowed", True)]
    assert part.policy.edits[0].source == "E"


def test_grammar_mended_stays_altered_and_is_allowed(held) -> None:
    """The verdict would depend on the house, or an editor of The Guardian be sent after every mended verb."""
    said, printed = CASES["grammar"]
    for name, verdict in [("guardian", "allowed"), ("wsj", "allowed"), ("ap", "forbidden"), ("nyt", "forbidden")]:
        finding = held(name, BUS.format(said), printed)
        assert (finding.verdict, finding.policy.verdict) == ("altered", verdict)
        assert breaks_policy(finding) == (verdict == "forbidden")


def test_a_deletion_at_reuters_wants_a_mark(held) -> None:
    """The agency's rule is that deletions are shown."""
    said, printed = CASES["cuts"]
    assert held("reuters", BUS.format(said), printed).policy.verdict == "forbidden"
    assert held("reuters", BUS.format(said), "We will keep the … night bus.").policy.verdict == "allowed"


@pytest.mark.parametrize("name", policy_names())
def test_the_same_words_are_nothing_to_judge(held, name: str) -> None:
    """A quote without an edit would be listed as allowed, as if there had been something to allow."""
    finding = held(name, BUS.format("We will keep the night bus."), "We will keep the night bus.")
    assert (finding.verdict, finding.policy, finding.parts[0].policy) == ("verbatim", None, None)
    finding = held(name, BUS.format(""), "Something that nobody ever said in this clip at all.")
    assert (finding.verdict, finding.policy, finding.parts[0].policy) == ("not_found", None, None)


def test_no_house_may_be_broken_while_the_words_are_open(held) -> None:
    """A house would be said to be broken by words that perhaps nobody said."""
    said, printed = CASES["cuts"]
    finding = held("ap", BUS.format(said), printed)
    part = replace(finding.parts[0], verdict="uncertain")
    told = with_policy((replace(finding, parts=(part,), verdict="uncertain"),), load_policy("ap"), "en")[0]
    assert (told.policy.verdict, told.parts[0].policy.verdict) == ("undecided", "undecided")
    assert [ruling.verdict for ruling in told.parts[0].policy.edits] == ["undecided"]
    bare = replace(part, edits=())
    told = with_policy((replace(finding, parts=(bare,), verdict="uncertain"),), load_policy("ap"), "en")[0]
    assert (told.policy.verdict, told.parts[0].policy.edits) == ("undecided", ())


def test_a_printed_filler_that_was_not_heard_is_open(held, tools) -> None:
    """Recognisers drop fillers by themselves: a desk that prints every "um" would be accused of dropping one."""
    _, rulings = tools
    part = held("ap", BUS.format("We will keep the night bus."), "We will, um, keep the night bus.").parts[0]
    assert (part.verdict, rulings(part.policy)) == ("tidied", [("fillers", "undecided", False)])


def test_a_filler_that_was_heard_as_another_word_is_no_edit() -> None:
    """The sound says that the printed "um" was said: there is nothing left to judge."""
    edit = Edit("replace", "um", "arm", "tidied", "filler: “arm” stands for “um”")
    part = PartFinding(Part("We, um, build"), "tidied", (Span(0, 9),), "We arm build", (edit,))
    finding = Finding(Quote("q1", "speech", (part.part,)), "tidied", (part,))
    told = with_policy((finding,), load_policy("ap"), "en")[0]
    assert (told.policy, told.parts[0].policy) == (None, None)


def test_a_reading_that_the_sound_leaves_open_is_open() -> None:
    """Whether "I am" was said as "I'm" is not known, so no house can be said to allow or forbid it."""
    doubt = Evidence("I am", "I'm", 0.2, "neither", 0, 9, doubt=True)
    part = PartFinding(Part("I am here"), "tidied", (Span(0, 9),), "I am here", evidence=(doubt,))
    finding = Finding(Quote("q1", "speech", (part.part,)), "tidied", (part,))
    assert with_policy((finding,), load_policy("ap"), "en")[0].policy.verdict == "undecided"


def test_parts_in_another_order_are_judged_with_the_quote(held, tools) -> None:
    """Sentences turned round between two parts would pass, since each part is verbatim."""
    policy_of, rulings = tools
    said = BUS.format("We kept the night bus for years. It was worth every penny spent.")
    parts = ("It was worth every penny spent,", "We kept the night bus for years.")
    finding = held(policy_of(PolicyCell("order", "forbidden", source="O", date="2026")), said, *parts)
    assert (finding.verdict, finding.reordered) == ("verbatim", True)
    assert (finding.policy.verdict, rulings(finding.policy)) == ("forbidden", [("order", "forbidden", False)])
    assert finding.policy.edits[0].edit is None
    assert held("ap", said, *parts).policy.verdict == "unknown"


def test_the_worst_edit_decides(held, tools) -> None:
    """One allowed edit would hide a forbidden one."""
    policy_of, rulings = tools
    policy = policy_of(PolicyCell("fillers", "allowed"), PolicyCell("cuts", "forbidden"))
    said = BUS.format("We will, um, keep the rather noisy night bus.")
    finding = held(policy, said, "We will keep the night bus.")
    assert rulings(finding.parts[0].policy) == [("fillers", "allowed", False), ("cuts", "forbidden", False)]
    assert (finding.policy.verdict, [r.edit for r in finding.parts[0].policy.edits]) == ("forbidden", [0, 1])


def test_a_long_sentence_is_no_two_sentences(held, tools) -> None:
    """A sentence of more than 120 words is looked for in pieces; a cut there joins no sentences."""
    _, rulings = tools
    words = [f"word{n}" for n in range(130)]
    said = " ".join([*words[:120], "and", "furthermore", *words[120:]]) + "."
    part = held("reuters", said, " ".join(words) + ".").parts[0]
    assert rulings(part.policy) == [("cuts", "forbidden", False)]


REASONS = st.sampled_from(
    [
        "filler dropped",
        "words cut without a mark",
        "words left out where the article marks it",
        "grammar changed",
        "misheard by the recogniser: the sound supports the printed words",
        "a filler that was not heard",
        "something that nobody has thought of yet",
    ]
)
STATES = st.sampled_from(["allowed", "forbidden", "unknown"])
EDITS = st.builds(
    Edit,
    st.sampled_from(["replace", "insert", "delete"]),
    st.text(max_size=9),
    st.text(max_size=9),
    st.sampled_from(VERDICTS),
    REASONS,
    between_sentences=st.booleans(),
)
CELLS = st.builds(PolicyCell, st.sampled_from(list(POLICY_KINDS)), STATES, st.none() | STATES)
POLICIES = st.lists(CELLS, max_size=12, unique_by=lambda cell: cell.kind).map(lambda c: Policy("h", "H", tuple(c)))


@st.composite
def findings(draw) -> Finding:
    parts = tuple(
        PartFinding(Part("text"), draw(st.sampled_from(VERDICTS)), heard=draw(st.text(max_size=9)), edits=tuple(edits))
        for edits in draw(st.lists(st.lists(EDITS, max_size=3), min_size=1, max_size=3))
    )
    quote = Quote("q1", "speech", tuple(part.part for part in parts))
    return Finding(quote, draw(st.sampled_from(VERDICTS)), parts, draw(st.booleans()))


def without_policy(finding: Finding) -> Finding:
    return replace(finding, policy=None, parts=tuple(replace(part, policy=None) for part in finding.parts))


@given(st.lists(findings(), max_size=3).map(tuple), POLICIES, POLICIES)
def test_a_policy_changes_nothing_but_what_it_says(found: tuple[Finding, ...], policy: Policy, other: Policy) -> None:
    """A verdict would depend on whose house asks, and two houses could not trust each other's records."""
    told = with_policy(found, policy, "en")
    assert tuple(map(without_policy, told)) == found
    assert with_policy(with_policy(found, other, "en"), policy, "en") == told


@given(findings(), POLICIES)
def test_what_is_told_follows_from_the_cells(finding: Finding, policy: Policy) -> None:
    """A quote would be forbidden that no cell forbids, or be allowed where a cell forbids."""
    told = with_policy((finding,), policy, "en")[0]
    states = {cell.state for cell in policy.cells} | {cell.with_ellipsis for cell in policy.cells}
    assert all(part.policy is None for part in told.parts if part.verdict in ("verbatim", "not_found"))
    for held in _held(told):
        assert held.verdict != "forbidden" or "forbidden" in states
        assert held.verdict != "allowed" or "allowed" in states
        assert not held.edits or held.verdict in {r.verdict for r in held.edits} or held is told.policy
    assert (told.policy is None) == (all(part.policy is None for part in told.parts) and not finding.reordered)
    if told.policy:
        verdicts = [held.verdict for held in _held(told) if held is not told.policy]
        verdicts += [ruling.verdict for ruling in told.policy.edits]
        assert told.policy.verdict == max(verdicts, key=POLICY_VERDICTS.index)


def _held(told: Finding) -> Iterator:
    return (held for held in (told.policy, *(part.policy for part in told.parts)) if held)
