"""Vectors → groups of like ones: agglomerative clustering, in plain NumPy.

All are joined to one group, which is then parted where its two sides are less like each other than each is itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]

_TINY = 1e-9
_USUAL_WITHIN = 0.6
"""How like stretches of one voice are to each other, where a group has no two to compare (docs/measurements.md)."""
_LEAST_WITHIN = 0.05
"""A group of vectors that are less like each other than this is taken to be so like."""


@dataclass(frozen=True, slots=True)
class Fork:
    """A group that falls into two large ones, and how like these are, as a share of how like each is itself."""

    likeness: float
    sides: tuple[int, int]


class Tree:
    """Vectors joined two by two, from each alone to all in one, and the forks at which they can be parted again."""

    def __init__(self, vectors: NDArray[np.float32], weights: NDArray[np.float64], apart: NDArray[np.bool_]) -> None:
        """Join the vectors.

        Args:
            vectors: one a row, of length 1. At most some thousand (`joinings`).
            weights: how much each counts.
            apart: which pairs may be compared: those of stretches of sound that share none of it.
        """
        self._weights = weights
        self._pairs = np.outer(weights, weights) * apart
        self._likeness = (vectors @ vectors.T) * self._pairs
        self._joined: list[tuple[int, int]] = []
        self._members: list[Indices] = [np.array([one]) for one in range(len(vectors))]
        nodes = list(range(len(vectors)))
        for (_, before), (_, after) in pairwise(joinings(vectors, weights)):
            moved = int((before != after).argmax())
            kept, lost = int(after[moved]), int(before[moved])
            self._joined.append((nodes[kept], nodes[lost]))
            self._members.append(np.concatenate([self._members[node] for node in self._joined[-1]]))
            nodes[kept] = len(self._members) - 1

    @property
    def root(self) -> int:
        """The group of all."""
        return len(self._members) - 1

    def fork(self, node: int, least: float) -> Fork | None:
        """The first place below a group at which both sides weigh at least so much; None where there is none.

        What is lighter and joined so late is like neither side: noise, or two voices at once. It is passed over.
        """
        count = len(self._members) - len(self._joined)
        while node >= count:
            sides = self._joined[node - count]
            one, other = (float(self._weights[self._members[side]].sum()) for side in sides)
            if min(one, other) >= least:
                return Fork(self._share(*sides), sides)
            node = sides[0] if one >= other else sides[1]
        return None

    def core(self, node: int, least: float, below: float) -> Indices:
        """The vectors of a group without what is lighter, joined last, and unlike the rest (`Fork.likeness`)."""
        count = len(self._members) - len(self._joined)
        while node >= count:
            sides = self._joined[node - count]
            one, other = (float(self._weights[self._members[side]].sum()) for side in sides)
            if min(one, other) >= least or self._share(*sides) >= below:
                break
            node = sides[0] if one >= other else sides[1]
        return self._members[node]

    def _share(self, one: int, other: int) -> float:
        between = self._mean(one, other)
        within = [self._mean(side, side) for side in (one, other)]
        known = [mean for mean in within if mean is not None] or [_USUAL_WITHIN]
        product = max(_LEAST_WITHIN, known[0]) * max(_LEAST_WITHIN, known[-1])
        return 1.0 if between is None else between / float(product**0.5)

    def _mean(self, one: int, other: int) -> float | None:
        """How like the vectors of two groups are on average; None where no two may be compared."""
        block = np.ix_(self._members[one], self._members[other])
        pairs = float(self._pairs[block].sum())
        return float(self._likeness[block].sum()) / pairs if pairs > 0 else None


def parted(tree: Tree, least: float, below: float, most: int) -> list[int]:
    """The groups into which vectors fall: the fork with the least likeness is parted first, again and again.

    Args:
        tree: the vectors, joined.
        least: what a group must weigh.
        below: only a fork with a smaller likeness is parted.
        most: how many groups there may be.

    Returns:
        The groups, for `Tree.core`.
    """
    leaves = [tree.root]
    forks = [tree.fork(tree.root, least)]
    while len(leaves) < most:
        best = min((fork for fork in forks if fork), key=lambda fork: fork.likeness, default=None)
        if best is None or best.likeness >= below:
            break
        at = forks.index(best)
        leaves[at : at + 1] = best.sides
        forks[at : at + 1] = [tree.fork(side, least) for side in best.sides]
    return leaves


def joinings(vectors: NDArray[np.float32], weights: NDArray[np.float64]) -> Iterator[tuple[float, NDArray[np.int64]]]:
    """Join the two likest groups again and again, from each vector alone to all in one.

    Two groups are as like as their weighted sums: the cosine of the angle between these. Of noisy vectors the noise
    thus cancels out as groups grow, which a mean over pairs does not do.

    Args:
        vectors: one a row, of length 1. Time and memory grow with the square of their number: at most some thousand.
        weights: how much each counts.

    Yields:
        Before each joining, how like the two groups are that are joined next, and the group of every vector as it
        stands; at last `-inf` and the one group.
    """
    count = len(vectors)
    group: NDArray[np.int64] = np.arange(count)
    sums = vectors * weights[:, None]
    units = np.array(vectors, np.float64)
    likeness = units @ units.T
    np.fill_diagonal(likeness, -np.inf)
    nearest = likeness.argmax(axis=1)
    for _ in range(count - 1):
        best = likeness[np.arange(count), nearest]
        kept = int(best.argmax())
        lost = int(nearest[kept])
        yield float(best[kept]), group
        group = np.where(group == lost, kept, group)
        sums[kept] += sums[lost]
        units[kept] = sums[kept] / max(_TINY, float(np.linalg.norm(sums[kept])))
        fresh = np.where(np.isneginf(likeness[kept]), -np.inf, units @ units[kept])
        likeness[lost], likeness[:, lost] = -np.inf, -np.inf
        likeness[kept], likeness[:, kept] = fresh, fresh
        likeness[kept, lost] = likeness[lost, kept] = -np.inf
        # A row whose nearest is now the joined group need not learn of it: the group's own row does.
        stale = np.isin(nearest, (kept, lost))
        stale[kept] = True
        nearest[stale] = likeness[stale].argmax(axis=1)
    yield -np.inf, group
