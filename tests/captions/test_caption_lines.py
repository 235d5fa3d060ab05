"""Text in lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from captionkit.captions import Style
from captionkit.captions.lines import wrap


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("We have waited long enough.", ("We have waited long enough.",)),
        ("x" * 42, ("x" * 42,)),
        (
            "For forty years, drivers on the east side have had one way across the water,",
            ("For forty years, drivers on the east side", "have had one way across the water,"),
        ),
        (
            "A tunnel under Calder Harbor moved a step closer tonight.",
            ("A tunnel under Calder Harbor", "moved a step closer tonight."),
        ),
        (
            "The bridge is tired, but it is not dangerous to anybody.",
            ("The bridge is tired,", "but it is not dangerous to anybody."),
        ),
        (
            "It's over for this budget year. We looked at every line.",
            ("It's over for this budget year.", "We looked at every line."),
        ),
        (
            "The waiting room at the Hollis Clinic fills before seven in the morning.",
            ("The waiting room at the Hollis Clinic", "fills before seven in the morning."),
        ),
        (
            "They spoke to Commissioner Lucia Ferrante about it yesterday.",
            ("They spoke to Commissioner Lucia Ferrante", "about it yesterday."),
        ),
    ],
)
def test_lines_break_where_an_editor_breaks_them(netflix: Style, text: str, lines: tuple[str, ...]) -> None:
    """Lost: lines that read in one breath."""
    assert wrap(text, netflix) == lines


def test_what_does_not_fit_is_said_not_squeezed(netflix: Style) -> None:
    """Lost: a line too long for the screen, passed on as if it were none."""
    assert wrap(" ".join(["x" * 21] * 4), netflix) is None
    assert wrap(" ".join(["x" * 42] * 2), netflix) == ("x" * 42, "x" * 42)
    assert wrap("x" * 43, netflix) is None


def test_no_word_is_left_alone_on_a_line(netflix: Style) -> None:
    """Lost: "tonight." alone under a full line."""
    lines = wrap("The harbor council voted again this evening tonight.", netflix)
    assert lines is not None
    assert min(len(line.split()) for line in lines) > 1
    text = "Unfortunately, the bridge over the harbor is tired."
    assert wrap(text, netflix) == ("Unfortunately, the bridge", "over the harbor is tired.")


def test_three_lines_where_a_house_allows_them(netflix: Style) -> None:
    """Lost: styles with another number of lines."""
    house = replace(netflix, max_lines=3, max_chars_per_line=26)
    text = "The bridge is tired, but it is not dangerous, and we will keep it."
    assert wrap(text, house) == ("The bridge is tired,", "but it is not dangerous,", "and we will keep it.")
