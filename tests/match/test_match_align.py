"""The alignment: as cheap as any, and true to the cost it claims."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from captionkit.match.align import (
    FREE_MATCH,
    FREE_WORD,
    GAP_EXTEND,
    GAP_OPEN,
    LEAP,
    MISS,
    MOST_COST_A_WORD,
    OTHER_FORM,
    OTHER_NUMBER,
    Alignment,
    IndexedWord,
    SearchIndex,
    alignments,
    search_index,
)
from captionkit.match.language import match_language

WORDS = ["harbor", "zoo", "fly", "kettle", "um", "#1", "#2", "was", "were"]
"""No two are alike, but the numbers among themselves and the last two, which are forms of one word."""
PRINTED = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)
SAID = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14)


def _index(forms: list[str]) -> SearchIndex:
    words = [IndexedWord(form, form == "um", False, (at, at + 1)) for at, form in enumerate(forms)]
    return search_index(words, match_language())


def _replacement(printed: str, heard: str) -> float:
    if printed == heard:
        return FREE_MATCH if heard == "um" else 0.0
    if printed[0] == heard[0] == "#":
        return OTHER_NUMBER
    if {printed, heard} == {"was", "were"}:
        return OTHER_FORM
    return MISS + FREE_MATCH if heard == "um" else MISS


def _gap(words: list[str]) -> float:
    """Cost of heard words that are left out."""
    steps = [FREE_WORD if word == "um" else GAP_EXTEND for word in words]
    opening = 0.0 if words[0] == "um" else GAP_OPEN - GAP_EXTEND
    return min(LEAP, opening + sum(steps))


def _least_cost(printed: list[str], heard: list[str]) -> float:
    """By trying everything: the printed words before `i` are laid, the last of them ends before heard word `j`."""

    @cache
    def ending(i: int, j: int) -> float:
        if i == 0:
            return 0.0
        costs = [ending(i - 1, j) + MISS]
        if j:
            reached = [ending(i - 1, j - 1)]
            if i > 1:
                reached += [ending(i - 1, k) + _gap(heard[k : j - 1]) for k in range(j - 1)]
            costs.append(min(reached) + _replacement(printed[i - 1], heard[j - 1]))
        return min(costs)

    return min(ending(len(printed), j) for j in range(len(heard) + 1))


def _cost_of(fit: Alignment, printed: list[str], heard: list[str]) -> float:
    total, gap = 0.0, []
    for pair in fit.pairs:
        if pair.printed is None:
            gap.append(heard[pair.heard])
            continue
        total += _gap(gap) if gap else 0.0
        gap = []
        total += MISS if pair.heard is None else _replacement(printed[pair.printed], heard[pair.heard])
    assert not gap
    return total


@given(PRINTED, SAID)
def test_the_best_fit_is_the_cheapest(printed, heard):
    """A quote laid anywhere but where it fits best is judged by words that are not its own."""
    best = _least_cost(printed, heard)
    fits = alignments(printed, _index(heard))
    limit = MOST_COST_A_WORD * len(printed)
    if best > limit + 1e-6:
        assert fits == ()
    elif best < limit - 1e-6:
        assert abs(fits[0].cost - best) < 1e-6


@given(PRINTED, SAID)
def test_columns_are_true(printed, heard):
    """The word diff shows these columns: every printed word once, heard words without a hole, the cost theirs."""
    for fit in alignments(printed, _index(heard)):
        assert [pair.printed for pair in fit.pairs if pair.printed is not None] == list(range(len(printed)))
        said = [pair.heard for pair in fit.pairs if pair.heard is not None]
        assert said == list(range(fit.first, fit.last))
        assert abs(_cost_of(fit, printed, heard) - fit.cost) < 1e-6


@given(PRINTED, SAID)
def test_places_do_not_overlap(printed, heard):
    """One passage given twice would look like the words were said twice."""
    fits = alignments(printed, _index(heard))
    ranges = sorted((fit.first, fit.last) for fit in fits)
    assert all(a[1] <= b[0] for a, b in zip(ranges, ranges[1:]))
    assert [fit.cost for fit in fits] == sorted(fit.cost for fit in fits)


def test_every_place_is_found():
    """Said three times, found three times."""
    heard = ["zoo", "harbor", "fly", "um", "harbor", "fly", "kettle", "harbor", "fly"]
    fits = alignments(["harbor", "fly"], _index(heard))
    assert [(fit.first, fit.last, fit.cost) for fit in fits] == [(1, 3, 0.0), (4, 6, 0.0), (7, 9, 0.0)]


def test_nothing_to_lay_and_nothing_to_lay_it_on():
    """An empty transcript is no error."""
    assert alignments([], _index(["zoo"])) == ()
    assert alignments(["zoo"], _index([])) == ()


def test_a_cut_is_found_however_long():
    """A splice of two answers an hour apart is one fit, and costs no more than a few changed words."""
    heard = ["harbor", "fly", "harbor", "zoo"] + ["um", "were"] * 3000 + ["kettle", "#1", "kettle", "#2"]
    fit = alignments(["harbor", "fly", "harbor", "zoo", "kettle", "#1", "kettle", "#2"], _index(heard))[0]
    assert (fit.first, fit.last, fit.cost) == (0, len(heard), LEAP)
