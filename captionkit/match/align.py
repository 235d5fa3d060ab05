"""Where the words of a quote best fit into the words that were heard.

A semi-global alignment with affine gaps (Gotoh 1982) of a short sequence in a long one, one numpy operation a
row, so that an hour's transcript costs milliseconds a quote. Words that sound alike cost less than strangers;
a run of heard words that the quote leaves out costs little more than one, since quotes are cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MISS = 1.0
"""Cost of a printed word that was not heard, and of one heard word in place of an unlike one."""
GAP_OPEN = 0.9
GAP_EXTEND = 0.12
"""Cost of the first and of each further heard word that the quote leaves out."""
FREE_WORD = 0.15
"""Cost of a heard filler, whether it opens a gap or not."""
LIKE_DISCOUNT = 0.7
"""How much of a replacement's cost two words spelt nearly alike save."""
LEAST_LIKENESS = 50.0


@dataclass(frozen=True, slots=True)
class Pair:
    """One column: index of the printed word and of the heard word, None where the other side has no word."""

    printed: int | None
    heard: int | None


@dataclass(frozen=True, slots=True)
class Alignment:
    """A fit: its cost, and its columns from the first to the last column with a printed word."""

    cost: float
    pairs: tuple[Pair, ...]

    @property
    def first(self) -> int:
        """Index of the first heard word."""
        return min((p.heard for p in self.pairs if p.heard is not None), default=0)

    @property
    def last(self) -> int:
        """Index after the last heard word."""
        return max((p.heard + 1 for p in self.pairs if p.heard is not None), default=0)


@dataclass(frozen=True, slots=True)
class HeardText:
    """The transcript ready to be searched: forms, one number for each different form, and which words are free."""

    forms: tuple[str, ...]
    vocabulary: tuple[str, ...]
    numbers: NDArray[np.int64]
    gap_steps: NDArray[np.float64]


def heard_text(forms: Sequence[str], fillers: frozenset[str]) -> HeardText:
    """Index the heard forms once for all quotes."""
    import numpy as np

    number: dict[str, int] = {}
    numbers = np.array([number.setdefault(f, len(number)) for f in forms], dtype=np.int64)
    steps = np.array([FREE_WORD if f in fillers else GAP_EXTEND for f in forms])
    return HeardText(tuple(forms), tuple(number), numbers, steps)


def alignments(printed: Sequence[str], heard: HeardText, most: int = 8) -> tuple[Alignment, ...]:
    """The best fits of the printed forms, no two sharing a heard word, the cheapest first.

    Args:
        printed: forms of the quote, at least one.
        heard: the transcript.
        most: how many to give at most.
    """
    import numpy as np

    if not printed or not heard.forms:
        return ()
    costs = _replacement_costs(printed, heard)
    matched, gapped = _fill(costs, heard.gap_steps)
    ends = np.minimum(matched[-1], np.inf)
    order = np.argsort(ends, kind="stable")
    found: list[Alignment] = []
    taken = np.zeros(len(heard.forms) + 1, dtype=bool)
    limit = len(printed) * MISS
    for end in order[: 50 * most]:
        if ends[end] >= limit or len(found) == most:
            break
        if taken[end]:
            continue
        fit = _trace(matched, gapped, costs, (int(end), heard.gap_steps))
        if fit.last > fit.first and not taken[fit.first + 1 : fit.last + 1].any():
            found.append(fit)
            taken[fit.first + 1 : fit.last + 1] = True
        taken[end] = True
    return tuple(found)


def _replacement_costs(printed: Sequence[str], heard: HeardText) -> NDArray[np.float64]:
    """Cost of every printed form in place of every heard word, 0 where they are one."""
    import numpy as np
    from rapidfuzz import fuzz, process

    likeness = process.cdist(printed, heard.vocabulary, scorer=fuzz.ratio, dtype=np.float64)
    likeness[likeness < LEAST_LIKENESS] = 0.0
    costs = MISS * (1 - LIKE_DISCOUNT * likeness / 100)
    same = np.array([[p == h for h in heard.vocabulary] for p in printed])
    costs[same] = 0.0
    for row, form in enumerate(printed):
        if form.startswith("#"):
            costs[row, ~same[row]] = np.where(
                [h.startswith("#") for h in np.array(heard.vocabulary)[~same[row]]], MISS * 0.6, MISS
            )
    result: NDArray[np.float64] = costs[:, heard.numbers]
    return result


def _fill(
    costs: NDArray[np.float64], gap_steps: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cheapest cost of ending in a printed word, and of ending inside a gap of heard words, at every place."""
    import numpy as np

    rows, columns = costs.shape
    matched = np.full((rows + 1, columns + 1), np.inf)
    gapped = np.full((rows + 1, columns + 1), np.inf)
    matched[0] = 0.0
    so_far = np.concatenate(([0.0], np.cumsum(gap_steps)))
    opening = np.concatenate(([0.0], np.where(gap_steps == FREE_WORD, 0.0, GAP_OPEN - GAP_EXTEND)))
    for row in range(1, rows + 1):
        before = np.minimum(matched[row - 1], gapped[row - 1])
        matched[row, 1:] = np.minimum(before[:-1] + costs[row - 1], matched[row - 1, 1:] + MISS)
        matched[row, 0] = row * MISS
        if row < rows:
            cheapest = np.minimum.accumulate(matched[row, :-1] - so_far[:-1] + opening[1:])
            gapped[row, 1:] = cheapest + so_far[1:]
    return matched, gapped


def _trace(
    matched: NDArray[np.float64],
    gapped: NDArray[np.float64],
    costs: NDArray[np.float64],
    start: tuple[int, NDArray[np.float64]],
) -> Alignment:
    """Follow the cheapest way back from a place in the last row."""
    column, gap_steps = start
    row = len(costs)
    total = float(matched[row, column])
    pairs: list[Pair] = []
    while row:
        if column and _close(matched[row, column], min(matched[row - 1, column - 1], gapped[row - 1, column - 1]) + costs[row - 1, column - 1]):
            pairs.append(Pair(row - 1, column - 1))
            row, column = row - 1, column - 1
            if row and gapped[row, column] < matched[row, column]:
                column = _through_gap(pairs, matched[row], gapped[row], (column, gap_steps))
        else:
            pairs.append(Pair(row - 1, None))
            row -= 1
    pairs.reverse()
    return Alignment(total, tuple(pairs))


def _through_gap(
    pairs: list[Pair],
    matched: NDArray[np.float64],
    gapped: NDArray[np.float64],
    place: tuple[int, NDArray[np.float64]],
) -> int:
    """Walk back over left-out heard words to the column where the gap was opened."""
    column, gap_steps = place
    target = float(gapped[column])
    spent = 0.0
    while column:
        step = float(gap_steps[column - 1])
        opening = 0.0 if step == FREE_WORD else GAP_OPEN - GAP_EXTEND
        pairs.append(Pair(None, column - 1))
        column -= 1
        spent += step
        if _close(target, float(matched[column]) + spent + opening):
            break
    return column


def _close(left: float, right: float) -> bool:
    return abs(left - right) < 1e-9
