"""Groups of like vectors."""

from __future__ import annotations

import numpy as np
import pytest

from captionkit.speech.clustering import Tree, merges, split_clusters


def unit(*rows: tuple[float, ...]) -> np.ndarray:
    given = np.array(rows, np.float32)
    return given / np.linalg.norm(given, axis=1, keepdims=True)


def test_the_likest_are_joined_first() -> None:
    """Two people would be one, and one of them two."""
    vectors = unit((1, 0), (0, 1), (1, 0.1), (0.2, 1))
    steps = [(round(likeness, 3), [list(g).index(one) for one in g]) for likeness, g in merges(vectors, np.ones(4))]
    assert steps[0] == (0.995, [0, 1, 2, 3])
    assert steps[1] == (0.981, [0, 1, 0, 3])
    assert steps[2] == (0.148, [0, 1, 0, 1])
    assert steps[3] == (-np.inf, [0, 0, 0, 0])


def test_a_group_is_where_its_weight_is() -> None:
    """A second of noise would count as much as a minute of speech."""
    vectors = unit((1, 0), (0.8, 0.6), (0, 1))
    likeness = {weight: list(merges(vectors, np.array([1.0, weight, 1.0])))[1][0] for weight in (0.01, 100.0)}
    assert likeness[0.01] == pytest.approx(0.01, abs=0.01)
    assert likeness[100.0] == pytest.approx(0.6, abs=0.01)


def test_noise_cancels_out_in_a_group() -> None:
    """Noise would part one voice into many: the mean over pairs stays low however many are heard."""
    rng = np.random.default_rng(3)
    vectors = unit(*(np.eye(1, 200)[0] + rng.normal(0, 0.07, (40, 200))))
    pairs = (vectors @ vectors.T)[np.triu_indices(40, 1)].mean()
    last = [likeness for likeness, _ in merges(vectors, np.ones(40))][-2]
    assert pairs < 0.55 < 0.6 < last


@pytest.mark.parametrize("seed", range(5))
def test_each_joining_is_of_the_likest_two(seed: int) -> None:
    """The order would be right for easy clips alone, and a voice be joined with another's."""
    rng = np.random.default_rng(seed)
    vectors, weights = unit(*rng.normal(0.6, 1, size=(14, 4))), rng.uniform(0.5, 2, 14)
    for likeness, group in list(merges(vectors, weights))[:-1]:
        sums = [(vectors * weights[:, None])[group == one].sum(axis=0) for one in set(group)]
        units = unit(*sums).astype(float)
        assert likeness == pytest.approx((units @ units.T - 9 * np.eye(len(units))).max(), abs=1e-5)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_every_vector_ends_in_the_one_group(count: int) -> None:
    """Words of a lost vector would have no speaker."""
    steps = list(merges(unit(*np.random.default_rng(1).normal(size=(count, 5))), np.ones(count)))
    assert len(steps) == count
    assert [len(set(group)) for _, group in steps] == list(range(count, 0, -1))


def tree(vectors: np.ndarray, weights: np.ndarray | None = None, apart: np.ndarray | None = None) -> Tree:
    """Vectors joined; each counts as much and may be compared with every other but itself, where nothing else is said."""
    count = len(vectors)
    return Tree(
        vectors,
        np.ones(count) if weights is None else weights,
        ~np.eye(count, dtype=bool) if apart is None else apart,
    )


def around(seed: int, *groups: tuple[int, int]) -> np.ndarray:
    """Noisy vectors: so many around each axis."""
    rng = np.random.default_rng(seed)
    return unit(*(np.eye(1, 30, axis)[0] + rng.normal(0, 0.1, 30) for axis, count in groups for _ in range(count)))


def groups(made: Tree, least: float, below: float, most: int) -> list[list[int]]:
    """The vectors of each group, what is light and unlike left out."""
    return sorted(sorted(map(int, made.core(group, least, 0.6))) for group in split_clusters(made, least, below, most))


def test_groups_that_differ_are_parted_and_others_are_not() -> None:
    """Two people would be one, or one person two."""
    made = tree(around(1, (0, 5), (1, 5)))
    assert groups(made, 2, 0.6, 9) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]
    assert groups(tree(around(2, (0, 10))), 2, 0.6, 9) == [list(range(10))]


def test_as_many_groups_as_wanted_and_the_most_different_first() -> None:
    """`--speakers 2` would part one person and leave two others together."""
    between = unit(*(around(8, (0, 4)) + around(4, (1, 4))))
    vectors = np.concatenate([around(3, (0, 4)), between, around(5, (2, 4))])
    made = tree(vectors)
    assert groups(made, 2, np.inf, 1) == [list(range(12))]
    assert groups(made, 2, np.inf, 2) == [list(range(8)), [8, 9, 10, 11]]
    assert groups(made, 2, np.inf, 3) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]


def test_what_is_too_light_is_passed_over() -> None:
    """A cough, or a moment in which two speak at once, would hide that two people talk."""
    made = tree(around(6, (0, 4), (1, 4), (2, 1)))
    assert groups(made, 2, 0.6, 9) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert made.fork(made.root, 5) is None


def test_the_likeness_of_a_fork_is_a_share_of_that_within() -> None:
    """What a noisy line does to all voices alike would decide who is who."""
    vectors = around(7, (0, 6), (1, 6))
    pairs = vectors @ vectors.T
    first, second = slice(0, 6), slice(6, 12)
    within = [(pairs[side, side].sum() - 6) / 30 for side in (first, second)]
    fork = tree(vectors).fork(22, 2)
    assert fork is not None
    assert fork.similarity == pytest.approx(pairs[first, second].mean() / np.sqrt(within[0] * within[1]), rel=1e-4)


def test_stretches_that_share_sound_are_not_compared() -> None:
    """Windows half over one another are alike whoever speaks, so every voice would seem to differ from itself."""
    vectors = unit((1, 0, 0), (1, 0, 0), (0.6, 0.8, 0), (0.6, 0.8, 0))
    apart = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]], bool)
    fork = tree(vectors, apart=apart).fork(6, 2)
    assert fork is not None
    assert fork.similarity == pytest.approx(0.6 / 0.6)


def test_one_vector_has_no_fork() -> None:
    """A clip of one word would end in an error."""
    assert groups(tree(unit((1, 0))), 0, np.inf, 3) == [[0]]
