"""Scripts other than the Latin."""

from __future__ import annotations

import pytest

from captionkit.captions.scripts import columns, keeps_together, side_by_side


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("harbor", 6),
        ("Tomás", 5),
        ("Toma\u0301s", 5),
        ("橋", 2),
        ("مَرحبا", 5),
        ("🎵", 2),
        ("a\u200bb", 2),
        ("ｱ", 1),
        ("부산", 4),
        ("", 0),
    ],
)
def test_width_is_what_is_seen(text: str, wide: int) -> None:
    """Lost: Chinese lines twice as wide as the picture, or accents counted as letters."""
    assert columns(text) == wide


@pytest.mark.parametrize(
    ("before", "after", "together"),
    [
        ("橋", "を", True),
        ("橋を", "渡る", True),
        ("สะพาน", "ใหม่", True),
        ("bridge", "is", False),
        ("橋", "bridge", False),
        ("다리", "위", False),
        ("جسر", "جديد", False),
        ("e", "\u0301", True),
    ],
)
def test_blanks_stand_where_the_script_has_them(before: str, after: str, together: bool) -> None:
    """Lost: Japanese with a blank between every two characters, or Korean without any."""
    assert side_by_side(before, after) is together


@pytest.mark.parametrize(
    ("before", "after", "bound"),
    [
        ("橋", "。", True),
        ("「", "橋", True),
        ("メニ", "ュー", True),
        ("橋", "が", False),
        ("ト", "ン", True),
        ("ル", "計", False),
        ("ナ", "・", True),
        ("・", "オ", False),
        ("bridge", "is", False),
        ("a", "\u0301", True),
    ],
)
def test_no_line_begins_with_a_closing_mark(before: str, after: str, bound: bool) -> None:
    """Lost: a Japanese line that begins with a full stop."""
    assert keeps_together(before, after) is bound
