"""Groups of like vectors."""

from __future__ import annotations

import numpy as np
import pytest

from captionkit.hearing.clustering import joinings


def unit(*rows: tuple[float, ...]) -> np.ndarray:
    given = np.array(rows, np.float32)
    return given / np.linalg.norm(given, axis=1, keepdims=True)


def test_the_likest_are_joined_first() -> None:
    """Two people would be one, and one of them two."""
    vectors = unit((1, 0), (0, 1), (1, 0.1), (0.2, 1))
    steps = [(round(likeness, 3), [list(g).index(one) for one in g]) for likeness, g in joinings(vectors, np.ones(4))]
    assert steps[0] == (0.995, [0, 1, 2, 3])
    assert steps[1] == (0.981, [0, 1, 0, 3])
    assert steps[2] == (0.148, [0, 1, 0, 1])
    assert steps[3] == (-np.inf, [0, 0, 0, 0])


def test_a_group_is_where_its_weight_is() -> None:
    """A second of noise would count as much as a minute of speech."""
    vectors = unit((1, 0), (0.8, 0.6), (0, 1))
    likeness = {weight: list(joinings(vectors, np.array([1.0, weight, 1.0])))[1][0] for weight in (0.01, 100.0)}
    assert likeness[0.01] == pytest.approx(0.01, abs=0.01)
    assert likeness[100.0] == pytest.approx(0.6, abs=0.01)


def test_noise_cancels_out_in_a_group() -> None:
    """Noise would part one voice into many: the mean over pairs stays low however many are heard."""
    rng = np.random.default_rng(3)
    vectors = unit(*(np.eye(1, 200)[0] + rng.normal(0, 0.07, (40, 200))))
    pairs = (vectors @ vectors.T)[np.triu_indices(40, 1)].mean()
    last = [likeness for likeness, _ in joinings(vectors, np.ones(40))][-2]
    assert pairs < 0.55 < 0.6 < last


@pytest.mark.parametrize("seed", range(5))
def test_each_joining_is_of_the_likest_two(seed: int) -> None:
    """The order would be right for easy clips alone, and a voice be joined with another's."""
    rng = np.random.default_rng(seed)
    vectors, weights = unit(*rng.normal(0.6, 1, size=(14, 4))), rng.uniform(0.5, 2, 14)
    for likeness, group in list(joinings(vectors, weights))[:-1]:
        sums = [(vectors * weights[:, None])[group == one].sum(axis=0) for one in set(group)]
        units = unit(*sums).astype(float)
        assert likeness == pytest.approx((units @ units.T - 9 * np.eye(len(units))).max(), abs=1e-5)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_every_vector_ends_in_the_one_group(count: int) -> None:
    """Words of a lost vector would have no speaker."""
    steps = list(joinings(unit(*np.random.default_rng(1).normal(size=(count, 5))), np.ones(count)))
    assert len(steps) == count
    assert [len(set(group)) for _, group in steps] == list(range(count, 0, -1))
