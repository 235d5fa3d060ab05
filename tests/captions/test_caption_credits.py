"""The closing cue with the credits."""

from __future__ import annotations

import pytest

from captionkit.captions import ClipTiming, Style, credit_cue
from captionkit.model import Credit, Cue

LAST = (Cue(1000, 5000, ("Devon, thank you.",)),)
PRODUCER = Credit("producer", ("Marguerite Delacroix-Huang",))
EDITOR = Credit("editor", ("Tomás Ó Briain",))


def test_one_credit_a_line_after_the_last_word(netflix: Style) -> None:
    """Lost: the names of those who made the clip."""
    assert credit_cue((PRODUCER, EDITOR), LAST, netflix, ClipTiming(9000, 25.0)) == Cue(
        5080, 9000, ("Produced by Marguerite Delacroix-Huang", "Edited by Tomás Ó Briain")
    )


def test_it_stands_no_longer_than_the_style_allows(netflix: Style) -> None:
    """Lost: a minute of music under two names."""
    cue = credit_cue((PRODUCER,), LAST, netflix, ClipTiming(60_000, 25.0))
    assert cue == Cue(5080, 12_080, ("Produced by Marguerite Delacroix-Huang",))


def test_no_time_to_read_means_no_cue(netflix: Style) -> None:
    """Lost: credits that flash by, or a cue over the last words."""
    needed = 5080 + 62 * 50
    assert credit_cue((PRODUCER, EDITOR), LAST, netflix, ClipTiming(needed, 25.0)) is not None
    assert credit_cue((PRODUCER, EDITOR), LAST, netflix, ClipTiming(needed - 1, 25.0)) is None
    short = (Credit("editor", ("Bo",)),)
    assert credit_cue(short, LAST, netflix, ClipTiming(5080 + 833, 25.0)) is not None
    assert credit_cue(short, LAST, netflix, ClipTiming(5080 + 832, 25.0)) is None


def test_nothing_to_say_means_no_cue(netflix: Style) -> None:
    """Lost: an empty caption at the end of every clip."""
    clip = ClipTiming(60_000, 25.0)
    assert credit_cue((), LAST, netflix, clip) is None
    assert credit_cue((Credit("editor", ()),), LAST, netflix, clip) is None
    assert credit_cue((PRODUCER,), (), netflix, clip) is None


@pytest.mark.parametrize(
    ("credits", "lines"),
    [
        ((Credit("producer", ("Ana Ito", "Bo Li", "Cy Orr")),), ("Produced by Ana Ito, Bo Li and Cy Orr",)),
        (
            (Credit("producer", ("Marguerite Delacroix-Huang", "Tomás Ó Briain")),),
            ("Produced by Marguerite Delacroix-Huang", "and Tomás Ó Briain"),
        ),
        (
            (Credit("producer", ("Ana Ito",)), Credit("editor", ("Bo Li",)), Credit("camera", ("Cy Orr",))),
            ("Produced by Ana Ito.", "Edited by Bo Li. Filmed by Cy Orr"),
        ),
        ((Credit("sound designer", ("Bo  Li",)),), ("Sound designer: Bo Li",)),
        ((Credit("producer", tuple(f"Somebody Number{n}" for n in range(9))),), None),
        ((Credit("producer", ("x" * 100,)),), None),
    ],
)
def test_names_fit_or_stay_in_the_note(
    netflix: Style, credits: tuple[Credit, ...], lines: tuple[str, ...] | None
) -> None:
    """Lost: a list of names cut off after the second line."""
    cue = credit_cue(credits, LAST, netflix, ClipTiming(60_000, 25.0))
    assert (cue and cue.lines) == lines
