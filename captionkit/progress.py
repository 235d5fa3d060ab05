"""How a long stage tells the edge how far it is."""

from __future__ import annotations

from collections.abc import Callable

Report = Callable[[str, float | None], None]
"""Told what is being done (`listening`), and how much of it is, between 0 and 1; None where that is unknown."""


def silent_report(stage: str, share: float | None) -> None:
    """A `Report` that tells nobody."""
