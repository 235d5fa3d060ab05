"""Shares with the interval that they are good for."""

from __future__ import annotations

from math import sqrt

CONFIDENT = 1.96
"""Standard deviations of a normal distribution within which 95 % lie."""


def wilson(count: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson's score (1927): right for few cases and for shares near 0 and 1."""
    if not whole:
        return 0.0, 1.0
    share, squared = count / whole, CONFIDENT**2
    middle = (share + squared / (2 * whole)) / (1 + squared / whole)
    reach = CONFIDENT * sqrt(share * (1 - share) / whole + squared / (4 * whole**2)) / (1 + squared / whole)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def shown_share(count: int, whole: int) -> str:
    """A share in percent with its interval, `5.0 (2.3–10.4)`; a dash where there is nothing to take a share of."""
    if not whole:
        return "–"
    low, high = wilson(count, whole)
    return f"{100 * count / whole:.1f} ({100 * low:.1f}–{100 * high:.1f})"
