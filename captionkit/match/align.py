"""Alignment: where the words of a quote fit best in the words that were heard.

A semi-global alignment with affine gaps (Gotoh 1982) of a short sequence in a long one, with one numpy operation per
row, so that a quote takes milliseconds in an hour's transcript. A similar word costs less than a different one. A run
of heard words that the quote leaves out costs little more than a single one, since quotes are cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from captionkit.match.language import MatchLanguage
from captionkit.match.tokens import is_number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MISS = 1.0
"""Cost of a printed word that was not heard, and of one heard word in place of a dissimilar one."""
GAP_OPEN = 0.8
GAP_EXTEND = 0.06
"""Cost of the first and of each further heard word that the quote leaves out."""
FREE_WORD = 0.05
"""Cost of a heard filler or a word of a discourse marker, whether it opens a gap or not."""
FREE_MATCH = 0.3
"""Cost of such a word for a printed one: more than leaving it out, so that in `I mean, I will` the second `I` is
matched."""
LEAP = 3.0
"""The highest cost of a gap, no matter how many words it leaves out: quotes are spliced from answers far apart."""
LIKE_DISCOUNT = 0.7
"""The share of a replacement's cost that is saved by two words with nearly the same spelling."""
LEAST_LIKENESS = 60.0
"""From this similarity in spelling on (0 to 100) two words count as alike."""
OTHER_NUMBER = 0.6
"""Cost of one number in place of another."""
OTHER_FORM = 0.4
"""Cost of a word in place of another form of it (`were` for `was`)."""
MOST_COST_A_WORD = 0.6
"""A fit that costs more per printed word is rejected."""
WORTH_CHECKING = 2.5
"""How much more than the best a fit may cost: order and gap never make up for more."""
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Pair:
    """One column: index of the printed word and of the heard word, None where the other side has no word."""

    printed: int | None
    heard: int | None


@dataclass(frozen=True, slots=True)
class Alignment:
    """A fit: its cost, its columns from the first to the last with a printed word, and the heard words `first` to
    `last` (exclusive) that they cover."""

    cost: float
    pairs: tuple[Pair, ...]
    first: int
    last: int


def alignment(cost: float, pairs: Sequence[Pair]) -> Alignment:
    """A fit from its columns."""
    heard = [pair.heard for pair in pairs if pair.heard is not None]
    return Alignment(cost, tuple(pairs), heard[0] if heard else 0, heard[-1] + 1 if heard else 0)


def shifted(fit: Alignment, by: int) -> Alignment:
    """A fit in a stretch of a transcript that begins at word `by`, as a fit in the whole transcript."""
    pairs = (Pair(pair.printed, None if pair.heard is None else pair.heard + by) for pair in fit.pairs)
    return alignment(fit.cost, tuple(pairs))


@dataclass(frozen=True, slots=True)
class IndexedWord:
    """A heard word to search in.

    `is_free` words are often left out of quotes (fillers and discourse markers). `unit` is the range of words that are
    written as one short form with it (`can`, `not`).
    """

    form: str
    is_free: bool
    ends_sentence: bool
    unit: tuple[int, int]


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """A transcript indexed for search.

    `numbers` gives each word as an index into `vocabulary`, `places` the indexes of all forms that a form may stand
    for, `groups` those of all words in a group of `MatchLanguage.grammar`. `opening` is the cost of beginning a gap
    with each word, `so_far` the cost in a gap of all words before each word.
    """

    words: tuple[IndexedWord, ...]
    language: MatchLanguage
    vocabulary: tuple[str, ...]
    numbers: NDArray[np.int64]
    places: dict[str, list[int]]
    groups: dict[int, list[int]]
    opening: NDArray[np.float64]
    so_far: NDArray[np.float64]

    def same_as(self, form: str) -> list[int]:
        """Indexes into the vocabulary of all forms that are the same word as this one."""
        return [index for reading in self.language.readings(form) for index in self.places.get(reading, ())]

    def forms_of(self, form: str) -> list[int]:
        """Indexes into the vocabulary of other inflections of a word, and of a currency for its cents or the other way
        round."""
        groups = self.language.grammar.get(form, ())
        found = [index for group in groups for index in self.groups.get(group, ())]
        cents = self.language.cents_of
        money = [cents[form]] if form in cents else [name for name in cents if cents[name] == form]
        return found + [index for name in money for index in self.places.get(name, ())]


def search_index(words: Sequence[IndexedWord], language: MatchLanguage) -> SearchIndex:
    """Index a transcript once for all quotes."""
    import numpy as np

    index: dict[str, int] = {}
    numbers = np.array([index.setdefault(word.form, len(index)) for word in words], dtype=np.int64)
    places: dict[str, list[int]] = {}
    groups: dict[int, list[int]] = {}
    for form, number in index.items():
        for reading in language.readings(form):
            places.setdefault(reading, []).append(number)
        for group in language.grammar.get(form, ()):
            groups.setdefault(group, []).append(number)
    is_free = np.array([word.is_free for word in words], dtype=bool)
    opening = np.where(is_free, 0.0, GAP_OPEN - GAP_EXTEND)
    so_far = np.concatenate(([0.0], np.cumsum(np.where(is_free, FREE_WORD, GAP_EXTEND))))
    return SearchIndex(tuple(words), language, tuple(index), numbers, places, groups, opening, so_far)


def alignments(
    printed: Sequence[str], heard: SearchIndex, near: Sequence[int] = (), most: int = 8
) -> tuple[Alignment, ...]:
    """The best fits of the printed forms, the cheapest first; no two share a heard word.

    None costs more than `MOST_COST_A_WORD` per printed word, nor `WORTH_CHECKING` more than the best.

    Args:
        printed: forms of the quote.
        heard: the transcript.
        near: indexes of heard words; of fits that cost the same, those that end nearest to one come first.
        most: the largest number of fits.
    """
    import numpy as np

    if not printed or not heard.words:
        return ()
    costs = _replacement_costs(printed, heard)
    matched, gapped = _fill(costs, heard)
    table = _Table(costs, matched, gapped, heard)
    ends = matched[-1]
    limit = min(float(ends.min()) + WORTH_CHECKING, len(printed) * MOST_COST_A_WORD)
    found: list[Alignment] = []
    taken = np.zeros(len(heard.words) + 1, dtype=bool)
    for end in map(int, _order(ends, near)):
        if ends[end] > limit or len(found) == most:
            break
        if taken[end]:
            continue
        fit = _trace(table, end)
        if fit.last > fit.first and not taken[fit.first + 1 : fit.last].any():
            found.append(fit)
            taken[fit.first + 1 : fit.last + 1] = True
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Table:
    """The costs of replacements, and of ending in a printed word and inside a gap, at every place."""

    costs: NDArray[np.float64]
    matched: NDArray[np.float64]
    gapped: NDArray[np.float64]
    heard: SearchIndex


def are_alike(printed: str, heard: str, language: MatchLanguage) -> bool:
    """Whether one form may be the other one misheard or changed, rather than a different word."""
    from rapidfuzz import fuzz

    if is_number(printed) or is_number(heard):
        return is_number(printed) and is_number(heard)
    return language.are_inflections(printed, heard) or fuzz.ratio(printed, heard) >= LEAST_LIKENESS


def _replacement_costs(printed: Sequence[str], heard: SearchIndex) -> NDArray[np.float64]:
    """Cost of every printed form in place of every heard word, 0 where they are the same."""
    import numpy as np
    from rapidfuzz import fuzz, process

    likeness = process.cdist(
        printed, heard.vocabulary, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, dtype=np.float64
    )
    costs = MISS * (1 - LIKE_DISCOUNT * likeness / 100)
    numerals = np.array([is_number(form) for form in heard.vocabulary])
    costs[:, numerals] = MISS
    for row, form in enumerate(printed):
        if is_number(form):
            costs[row] = np.where(numerals, OTHER_NUMBER, MISS)
        costs[row, heard.forms_of(form)] = OTHER_FORM
        costs[row, heard.same_as(form)] = 0.0
    result: NDArray[np.float64] = costs[:, heard.numbers] + np.where(heard.opening == 0.0, FREE_MATCH, 0.0)
    return result


def _fill(costs: NDArray[np.float64], heard: SearchIndex) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest cost of ending in a printed word, and of ending inside a gap of heard words, at every place."""
    import numpy as np

    rows, columns = costs.shape
    matched = np.full((rows + 1, columns + 1), np.inf)
    gapped = np.full((rows + 1, columns + 1), np.inf)
    matched[0] = 0.0
    so_far = heard.so_far
    for row in range(1, rows + 1):
        before = np.minimum(matched[row - 1], gapped[row - 1])
        matched[row, 1:] = np.minimum(before[:-1] + costs[row - 1], matched[row - 1, 1:] + MISS)
        matched[row, 0] = row * MISS
        if row < rows:
            opened = np.minimum.accumulate(matched[row, :-1] - so_far[:-1] + heard.opening)
            leapt = np.minimum.accumulate(matched[row, :-1]) + LEAP
            gapped[row, 1:] = np.minimum(opened + so_far[1:], leapt)
    return matched, gapped


def _order(ends: NDArray[np.float64], near: Sequence[int]) -> NDArray[np.int64]:
    """The places a fit may end at, the cheapest first, then the nearest."""
    import numpy as np

    if not near:
        return np.argsort(ends, kind="stable")
    distance = np.abs(np.arange(len(ends))[:, None] - np.array(near)).min(axis=1)
    order: NDArray[np.int64] = np.lexsort((distance, np.round(ends, 6)))
    return order


def _trace(table: _Table, end: int) -> Alignment:
    """The cheapest fit that ends at a place in the last row, found by going back through the table."""
    matched, gapped, costs = table.matched, table.gapped, table.costs
    row, column = len(costs), end
    pairs: list[Pair] = []
    while row:
        before = min(matched[row - 1, column - 1], gapped[row - 1, column - 1]) if column else 0.0
        if not column or not _close(matched[row, column], before + costs[row - 1, column - 1]):
            pairs.append(Pair(row - 1, None))
            row -= 1
            continue
        pairs.append(Pair(row - 1, column - 1))
        row, column = row - 1, column - 1
        if row and gapped[row, column] < matched[row, column]:
            start = _gap_start(table, row, column)
            pairs += [Pair(None, heard) for heard in range(column - 1, start - 1, -1)]
            column = start
    pairs.reverse()
    return alignment(float(matched[-1, end]), pairs)


def _gap_start(table: _Table, row: int, column: int) -> int:
    """The column where the gap of heard words that ends at `column` was opened."""
    import numpy as np

    heard = table.heard
    gaps = heard.so_far[column] - heard.so_far[:column] + heard.opening[:column]
    costs = table.matched[row, :column] + np.minimum(gaps, LEAP)
    return int(np.flatnonzero(np.abs(costs - table.gapped[row, column]) < TOLERANCE)[-1])


def _close(left: float, right: float) -> bool:
    return abs(left - right) < TOLERANCE
