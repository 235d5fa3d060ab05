"""Vectors → groups of like ones: agglomerative clustering, in plain NumPy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TINY = 1e-9


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
    import numpy as np

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
