"""Agglomerative clustering of vectors, in plain NumPy.

All vectors are merged into one cluster, which is then split where its two sides are less similar to each other than
each is in itself.
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
"""The similarity of stretches of one speaker, where a cluster has no two to compare (docs/measurements.md)."""
_LEAST_WITHIN = 0.05
"""The least similarity that is assumed within a cluster."""


@dataclass(frozen=True, slots=True)
class Fork:
    """A cluster that consists of two large ones; `similarity` is theirs, as a share of the similarity within each."""

    similarity: float
    sides: tuple[int, int]


class Tree:
    """Vectors merged step by step, from each alone to all in one, and the forks at which they can be split again."""

    def __init__(self, vectors: NDArray[np.float32], weights: NDArray[np.float64], apart: NDArray[np.bool_]) -> None:
        """Merge the vectors.

        Args:
            vectors: one a row, of length 1. At most a few thousand (`merges`).
            weights: the weight of each.
            apart: which pairs may be compared: those of spans that do not overlap.
        """
        self._weights = weights
        self._pairs = np.outer(weights, weights) * apart
        self._similarity = (vectors @ vectors.T) * self._pairs
        self._merged: list[tuple[int, int]] = []
        self._members: list[Indices] = [np.array([one]) for one in range(len(vectors))]
        nodes = list(range(len(vectors)))
        for (_, before), (_, after) in pairwise(merges(vectors, weights)):
            moved = int((before != after).argmax())
            kept, lost = int(after[moved]), int(before[moved])
            self._merged.append((nodes[kept], nodes[lost]))
            self._members.append(np.concatenate([self._members[node] for node in self._merged[-1]]))
            nodes[kept] = len(self._members) - 1

    @property
    def root(self) -> int:
        """The cluster of all vectors."""
        return len(self._members) - 1

    def fork(self, node: int, least: float) -> Fork | None:
        """The first place below a cluster at which both sides have at least this weight; None where there is none.

        A lighter side that is merged so late is similar to nothing: noise, or two speakers at once. It is skipped.
        """
        count = len(self._members) - len(self._merged)
        while node >= count:
            sides = self._merged[node - count]
            one, other = (float(self._weights[self._members[side]].sum()) for side in sides)
            if min(one, other) >= least:
                return Fork(self._share(*sides), sides)
            node = sides[0] if one >= other else sides[1]
        return None

    def core(self, node: int, least: float, below: float) -> Indices:
        """The vectors of a cluster without lighter parts that were merged last and differ (`Fork.similarity`)."""
        count = len(self._members) - len(self._merged)
        while node >= count:
            sides = self._merged[node - count]
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
        """The mean similarity of the vectors of two clusters; None where no two may be compared."""
        block = np.ix_(self._members[one], self._members[other])
        pairs = float(self._pairs[block].sum())
        return float(self._similarity[block].sum()) / pairs if pairs > 0 else None


def split_clusters(tree: Tree, least: float, below: float, most: int) -> list[int]:
    """Repeatedly split the cluster whose sides are least similar.

    Args:
        tree: the merged vectors.
        least: the least weight of a cluster.
        below: only a fork with a smaller similarity is split.
        most: how many clusters there may be.

    Returns:
        The clusters, for `Tree.core`.
    """
    leaves = [tree.root]
    forks = [tree.fork(tree.root, least)]
    while len(leaves) < most:
        best = min((fork for fork in forks if fork), key=lambda fork: fork.similarity, default=None)
        if best is None or best.similarity >= below:
            break
        at = forks.index(best)
        leaves[at : at + 1] = best.sides
        forks[at : at + 1] = [tree.fork(side, least) for side in best.sides]
    return leaves


def merges(vectors: NDArray[np.float32], weights: NDArray[np.float64]) -> Iterator[tuple[float, NDArray[np.int64]]]:
    """Repeatedly merge the two most similar clusters, from each vector alone to all in one.

    The similarity of two clusters is the cosine of their weighted sums, so that the noise of vectors cancels out as
    clusters grow, which it does not in a mean over pairs.

    Args:
        vectors: one a row, of length 1. Time and memory grow with the square of their number: at most a few thousand.
        weights: the weight of each.

    Yields:
        Before each merge, the similarity of the two clusters that are merged next, and the cluster of every vector;
        finally `-inf` and the single cluster.
    """
    count = len(vectors)
    group: NDArray[np.int64] = np.arange(count)
    sums = vectors * weights[:, None]
    units = np.array(vectors, np.float64)
    similarity = units @ units.T
    np.fill_diagonal(similarity, -np.inf)
    nearest = similarity.argmax(axis=1)
    for _ in range(count - 1):
        best = similarity[np.arange(count), nearest]
        kept = int(best.argmax())
        lost = int(nearest[kept])
        yield float(best[kept]), group
        group = np.where(group == lost, kept, group)
        sums[kept] += sums[lost]
        units[kept] = sums[kept] / max(_TINY, float(np.linalg.norm(sums[kept])))
        fresh = np.where(np.isneginf(similarity[kept]), -np.inf, units @ units[kept])
        similarity[lost], similarity[:, lost] = -np.inf, -np.inf
        similarity[kept], similarity[:, kept] = fresh, fresh
        similarity[kept, lost] = similarity[lost, kept] = -np.inf
        # Other rows need not know that the merged cluster is now their nearest: its own row does.
        stale = np.isin(nearest, (kept, lost))
        stale[kept] = True
        nearest[stale] = similarity[stale].argmax(axis=1)
    yield -np.inf, group
