"""The word diff an editor reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.model import Edit
from captionkit.pages.worddiff import LONGEST_WORDS, Run, diff_runs


def as_text(runs: tuple[Run, ...]) -> str:
    """Runs with their marks: `[only]`, `^` for a gap."""
    shown = {"same": "{}", "only": "[{}]", "gap": "^"}
    return " ".join(shown[run.mark].format(run.text) for run in runs)


@pytest.mark.parametrize(
    ("published", "heard", "edits", "expected"),
    [
        (
            "We will cut the service.",
            "We will not cut the service.",
            (Edit("delete", "", "not"),),
            ("We will ^ cut the service.", "We will [not] cut the service."),
        ),
        (
            "It cost fifteen thousand,",
            "It cost fifty thousand.",
            (Edit("replace", "fifteen", "fifty"),),
            ("It cost [fifteen] thousand,", "It cost [fifty] thousand."),
        ),
        (
            "I never said that,",
            "I said that",
            (Edit("insert", "never", ""),),
            ("I [never] said that,", "I ^ said that"),
        ),
        (
            "It was a table",
            "It was, um, it was a table",
            (Edit("delete", "", "um, it was"),),
            ("It was ^ a table", "It was, [um, it was] a table"),
        ),
        (
            "and tonight we build",
            "and tonight, um, tonight we build",
            (Edit("delete", "", "um, tonight"),),
            ("and tonight ^ we build", "and tonight, [um, tonight] we build"),
        ),
        ("the end", "well the end now", (Edit("delete", "", "now"),), ("the end ^", "well the end [now]")),
        ("gone", "", (), ("gone", "")),
    ],
)
def test_the_words_that_differ_are_marked(
    published: str, heard: str, edits: tuple[Edit, ...], expected: tuple[str, str]
) -> None:
    """An editor has to compare two lines by eye, and overlooks the one word that matters."""
    assert tuple(as_text(runs) for runs in diff_runs(published, heard, edits)) == expected


def test_two_ways_to_write_a_number_are_not_marked() -> None:
    """“$1.2 million” would look altered because it was spoken in words."""
    texts = "It cost $1.2 million then", "It cost one point two million dollars then"
    assert tuple(as_text(runs) for runs in diff_runs(*texts, ())) == texts


def test_of_two_places_the_one_that_differs_is_marked() -> None:
    """The mark would stand on an innocent word that only looks the same."""
    _, heard = diff_runs("the cat and dog", "the cat and the dog", (Edit("delete", "", "the"),))
    assert as_text(heard) == "the cat and [the] dog"


def test_an_edit_that_is_nowhere_in_the_text_still_shows_a_difference() -> None:
    """An altered quote would stand there without a single mark."""
    published, heard = diff_runs("We'll go", "We won't go", (Edit("replace", "will", "will not"),))
    assert (as_text(published), as_text(heard)) == ("[We'll] go", "[We won't] go")


def test_a_text_without_end_is_shown_unmarked() -> None:
    """A page of one endless quote would keep the editor waiting for minutes."""
    text = "a b " * LONGEST_WORDS
    published, _ = diff_runs(text, text, (Edit("delete", "", "a"),))
    assert published == (Run(" ".join(text.split())),)


@given(
    st.text("ab ’'-.…", max_size=40),
    st.text("ab ’'-.…", max_size=40),
    st.lists(st.builds(Edit, st.just("replace"), *[st.text("ab ", max_size=6)] * 2), max_size=4),
)
def test_no_word_is_lost(published: str, heard: str, edits: list[Edit]) -> None:
    """The report would show another quote than the article prints."""
    for text, runs in zip((published, heard), diff_runs(published, heard, tuple(edits)), strict=True):
        assert " ".join(run.text for run in runs if run.mark != "gap").split() == text.split()
