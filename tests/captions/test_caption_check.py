"""The check: a clean file, and the smallest change to it that breaks each rule and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from captionkit.captions import RULES, ClipTiming, Style, check_cues
from captionkit.model import Cue

CLIP = ClipTiming(13_000, 25.0)
CLEAN = (
    Cue(1000, 3300, ("The bridge is tired,", "but it is not dangerous."), "s1"),
    Cue(3380, 5700, ("You could keep it going", "another fifteen years."), "s1"),
    Cue(6700, 8100, ("Is that a realistic number?",), "s2"),
)


def broken(index: int, **change: object) -> tuple[Cue, ...]:
    return tuple(replace(cue, **change) if at == index else cue for at, cue in enumerate(CLEAN))  # type: ignore[arg-type]


MUTATIONS: dict[str, tuple[tuple[Cue, ...], int, str]] = {
    "empty": (broken(2, lines=(" ",)), 3, "The cue shows nothing."),
    "order": (broken(1, start_ms=900, end_ms=3900), 2, "The cue starts at 00:00:00.900, the one above it at"),
    "overlap": (broken(1, start_ms=3299), 2, "The cue starts 1 ms before the one above it has gone."),
    "past_end": (
        broken(2, end_ms=13_001, start_ms=11_000),
        3,
        "The cue stands until 1 ms after the clip's end.",
    ),
    "line_count": (broken(2, lines=("Yes, yes.", "No, no.", "Well, well."), end_ms=9000), 3, "3 lines"),
    "line_length": (
        broken(2, lines=("Is that a most realistic number at all???!!",), end_ms=9000),
        3,
        "Line 1 has 43 characters; netflix-en allows 42.",
    ),
    "max_duration": (
        (Cue(0, 3500, ("No.",)), Cue(4000, 11_001, ("The bridge",))),
        2,
        "The cue stands 7001 ms; netflix-en allows 7000 ms.",
    ),
    "min_duration": (
        broken(2, lines=("Is it?",), end_ms=7532),
        3,
        "The cue stands 832 ms; netflix-en asks for 833 ms.",
    ),
    "gap": (broken(1, start_ms=3340), 2, "The gap before the cue is 40 ms; netflix-en asks for 80 ms."),
    "reading_speed": (
        broken(2, end_ms=8000),
        3,
        "The cue asks for 20.8 characters a second; netflix-en allows 20.",
    ),
    "orphan": (
        broken(0, lines=("The old bridge is tired, even", "dangerous.")),
        1,
        "Line 2 is one word alone, of the cue's 7.",
    ),
    "bad_break": (
        broken(0, lines=("The bridge is tired, but", "it is not dangerous.")),
        1,
        "The break “but | it” parts a conjunction from its clause.",
    ),
}


def test_a_clean_file_is_clean(netflix: Style) -> None:
    """Lost: trust in every other finding."""
    assert check_cues(CLEAN, netflix, CLIP) == ()
    assert check_cues((), netflix, CLIP) == ()


def test_findings_stand_in_the_order_of_the_cues(netflix: Style) -> None:
    """Lost: a report that can be worked through from top to bottom."""
    cues = (Cue(0, 900, ("x" * 43,)), Cue(1000, 2000, ("",)), Cue(1500, 1600, ("and the", "bridge")))
    found = [check.cue or 0 for check in check_cues(cues, netflix, CLIP)]
    assert found == sorted(found)
    assert set(found) == {1, 2, 3}


def test_one_voice_that_cuts_off_another_breaks_no_phrase(netflix: Style) -> None:
    """Lost: trust in `check` where people talk across each other."""
    cues = (Cue(0, 2000, ("I went to the",), "s1"), Cue(2080, 4000, ("Stop.",), "s2"))
    assert check_cues(cues, netflix, CLIP) == ()


def test_every_rule_has_its_mutation() -> None:
    """Lost: a rule that is never tried, and so may never fire."""
    assert set(MUTATIONS) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_each_mutation_raises_exactly_its_rule(netflix: Style, rule: str) -> None:
    """Lost: a fault that goes on air unseen, or one blamed on the wrong rule."""
    cues, cue, message = MUTATIONS[rule]
    (check,) = check_cues(cues, netflix, CLIP)
    assert (check.rule, check.level, check.cue) == (rule, RULES[rule].level, cue)
    assert check.start_ms == cues[cue - 1].start_ms
    assert message in check.message


@pytest.mark.parametrize(
    ("cues", "rule", "message"),
    [
        (
            broken(1, start_ms=3700, end_ms=6000),
            "gap",
            "The gap before the cue is 400 ms; netflix-en closes it to 80 ms.",
        ),
        (broken(2, end_ms=5000), "order", "The cue ends at 00:00:05.000, before it starts."),
        (
            (
                *CLEAN[:2],
                Cue(6700, 8100, ("Is that a realistic",), "s2"),
                Cue(8180, 9000, ("number?",), "s2"),
            ),
            "orphan",
            "The cue is one word alone, left over from the sentence above it.",
        ),
        (
            (
                *CLEAN[:2],
                Cue(6000, 7600, ("Is four hundred and the",), "s2"),
                Cue(7680, 9000, ("state?",), "s2"),
            ),
            "bad_break",
            "The break “the | state?” parts an article or determiner from its noun.",
        ),
    ],
)
def test_a_rules_other_side(netflix: Style, cues: tuple[Cue, ...], rule: str, message: str) -> None:
    """Lost: half of a rule."""
    assert message in [check.message for check in check_cues(cues, netflix, CLIP) if check.rule == rule]


def test_what_just_keeps_a_rule_is_not_blamed(netflix: Style) -> None:
    """Lost: trust in `check`, by one millisecond or one letter."""
    just = (
        Cue(0, 833, ("Is it?",)),
        Cue(913, 7913, ("x" * 42, "y" * 42)),
        Cue(8413, 9763, ("Is that a realistic number?",)),
        Cue(12_000, 13_000, ("Yes.",)),
    )
    assert check_cues(just, netflix, CLIP) == ()


def test_times_that_no_file_should_hold_are_reported_not_raised(netflix: Style) -> None:
    """Lost: a traceback on somebody else's broken file."""
    cues = (Cue(-500, -800, ()), Cue(-900, 99_000_000, ("x" * 500,)))
    assert {"order", "empty", "past_end", "line_length", "max_duration"} <= {
        check.rule for check in check_cues(cues, netflix, CLIP)
    }
