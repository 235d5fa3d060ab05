"""Where a quote is said: the places that each piece fits, and the best chain of places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from captionkit.match.align import FREE_MATCH, MISS, Alignment, SearchIndex, alignments, search_index, shifted
from captionkit.match.edges import with_edges
from captionkit.match.pieces import Piece

MOST_COST_RATIOS = ((12, 0.45), (6, 0.38), (3, 0.31))
"""Pairs of a number of words and the highest cost per printed word at which a piece of at least that many words counts
as found: few words fit easily. Two words and fewer must be exact, or be heard next to a piece that was found."""
LONG_PIECE_WORDS = 6
"""With this many words found, a part counts as present; fewer must be half of it."""
SURE_RATIO = 0.31
NEIGHBOUR_WORDS = 3
"""A neighbour is a piece found at no more than `SURE_RATIO` per word, with at most this many heard words between."""
REORDER_COST = 0.8
GAP_COST = 0.05
SEAM_COST = 0.2
COST_A_GAP_WORD = 0.004
MOST_GAP_COST = 0.6
"""Costs of the step from one piece to the next: backward; over heard words where other words are expected, or within
one sentence or part; for each of them; and at most, so that no distance costs more than a changed word."""
OTHER_SPEAKER_COST = 0.5
"""Half a changed word: of two places that fit about as well, the one by the quote's speaker is chosen."""
SAME_COST = 0.3
"""Another place has the same words if it costs at most this much more: two fillers, but no other word."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece was found; `fit` is None if it was not. `others` are ranges of heard words that fit as well."""

    piece: Piece
    fit: Alignment | None
    others: tuple[tuple[int, int], ...] = ()


def locate(
    found: tuple[Piece, ...], heard: SearchIndex, is_by_another: Callable[[int, int], bool] = lambda first, last: False
) -> tuple[Place, ...]:
    """The best place of every piece of a quote, by fit, order, gaps and speaker.

    Args:
        found: the pieces, in order.
        heard: the transcript.
        is_by_another: whether a range of heard words is by somebody else than the quote's speaker.
    """
    forms = [[word.form for word in piece.words] for piece in found]
    fits = _fits(forms, heard)
    chain = _best_chain(found, fits, is_by_another)
    counts = _counting(found, chain)
    places = []
    for index, piece in enumerate(found):
        fit = chain[index]
        if fit is None or not counts[index]:
            places.append(Place(piece, None))
            continue
        fitted = with_edges(fit, forms[index], heard, _room((fit.first, fit.last), chain, len(heard.words)))
        places.append(Place(piece, fitted, _as_good(fit, fits[index])))
    return tuple(places)


def _fits(forms: list[list[str]], heard: SearchIndex) -> list[tuple[Alignment, ...]]:
    """The fits of every piece; a short piece fits in many places, so those next to longer pieces come first."""
    fits = [alignments(words, heard) if len(words) >= LONG_PIECE_WORDS else () for words in forms]
    for index, words in enumerate(forms):
        if len(words) < LONG_PIECE_WORDS:
            before = next((found for found in reversed(fits[:index]) if found), ())
            after = next((found for found in fits[index + 1 :] if found), ())
            near = [*(fit.last for fit in _best(before)), *(fit.first for fit in _best(after))]
            fits[index] = alignments(words, heard, near)
    return _with_neighbours(forms, fits, heard)


def _best(options: tuple[Alignment, ...]) -> tuple[Alignment, ...]:
    return tuple(fit for fit in options if fit.cost <= options[0].cost + SAME_COST)


def _with_neighbours(
    forms: list[list[str]], fits: list[tuple[Alignment, ...]], heard: SearchIndex
) -> list[tuple[Alignment, ...]]:
    """The fits of every piece, and one more right next to a neighbour whose best fit overlaps its own."""
    wider = list(fits)
    for before in range(len(forms) - 1):
        after = before + 1
        if not fits[before] or not fits[after]:
            continue
        left, right = fits[before][0], fits[after][0]
        if left.first < right.last and right.first < left.last:
            reach = [2 * len(forms[index]) + NEIGHBOUR_WORDS for index in (before, after)]
            wider[before] += _within(forms[before], heard, (right.first - reach[0], right.first))
            wider[after] += _within(forms[after], heard, (left.last, left.last + reach[1]))
    return wider


def _within(words: list[str], heard: SearchIndex, span: tuple[int, int]) -> tuple[Alignment, ...]:
    """The best fit in a stretch of the transcript, if there is one."""
    first = max(0, span[0])
    stretch = search_index(heard.words[first : span[1]], heard.language)
    return tuple(shifted(fit, first) for fit in alignments(words, stretch, most=1))


def _room(span: tuple[int, int], chain: list[Alignment | None], size: int) -> tuple[int, int]:
    """The range of heard words around a fit, up to the quote's next pieces on both sides; `size` is their number."""
    others = [other for other in chain if other is not None]
    low = max((other.last for other in others if other.last <= span[0]), default=0)
    high = min((other.first for other in others if other.first >= span[1]), default=size)
    return low, high


def _best_chain(
    found: tuple[Piece, ...], fits: list[tuple[Alignment, ...]], is_by_another: Callable[[int, int], bool]
) -> list[Alignment | None]:
    """One fit or none for each piece, at the least total cost (Viterbi)."""
    states: list[Alignment | None] = [None]
    costs, steps = [0.0], []
    for piece, options in zip(found, fits, strict=True):
        reached: list[float] = []
        back: list[int] = []
        for fit in (*options, None):
            ways = [cost + _step(before, fit, piece) for cost, before in zip(costs, states, strict=True)]
            cheapest = min(range(len(ways)), key=ways.__getitem__)
            own = fit.cost if fit else len(piece.words) * MISS
            if fit and is_by_another(fit.first, fit.last):
                own += OTHER_SPEAKER_COST
            reached.append(own + ways[cheapest])
            back.append(cheapest)
        states, costs = [*options, None], reached
        steps.append((states, back))
    chain: list[Alignment | None] = []
    at = min(range(len(costs)), key=costs.__getitem__)
    for states, back in reversed(steps):
        chain.append(states[at])
        at = back[at]
    return chain[::-1]


def _step(before: Alignment | None, after: Alignment | None, piece: Piece) -> float:
    """What it costs to go on at one place after another."""
    if before is None or after is None:
        return 0.0
    if after.first < before.last:
        overlapping = after.last > before.first
        return float("inf") if overlapping else REORDER_COST
    gap = after.first - before.last
    if gap == 0:
        return 0.0
    opening = SEAM_COST if piece.boundary in {"sentence", "seam"} else GAP_COST
    return min(MOST_GAP_COST, opening + COST_A_GAP_WORD * gap)


def _counting(found: tuple[Piece, ...], chain: list[Alignment | None]) -> list[bool]:
    """Which fits count: those that are good enough, in parts of which a long piece or half of the words is found.

    Every transcript has a few words of any statement.
    """
    counts = [_counts(index, found, chain) for index in range(len(found))]
    present = set()
    for part in {piece.part for piece in found}:
        own = [index for index, piece in enumerate(found) if piece.part == part]
        sizes = [len(found[index].words) for index in own if counts[index]]
        if max(sizes, default=0) >= LONG_PIECE_WORDS or 2 * sum(sizes) >= sum(len(found[i].words) for i in own):
            present.add(part)
    return [counts[index] and piece.part in present for index, piece in enumerate(found)]


def _counts(index: int, found: tuple[Piece, ...], chain: list[Alignment | None]) -> bool:
    """Whether a fit is good enough to say that the piece was found there."""
    fit = chain[index]
    if fit is None:
        return False
    words = len(found[index].words)
    limit = next((ratio for least, ratio in MOST_COST_RATIOS if words >= least), FREE_MATCH)
    if fit.cost <= words * limit:
        return True
    return _has_neighbour(index, found, chain)


def _has_neighbour(index: int, found: tuple[Piece, ...], chain: list[Alignment | None]) -> bool:
    """Whether the piece before or after it is certain and heard right next to it."""
    fit = chain[index]
    for other in (index - 1, index + 1):
        if not 0 <= other < len(found) or fit is None:
            continue
        neighbour = chain[other]
        if neighbour is None or neighbour.cost / len(found[other].words) > SURE_RATIO:
            continue
        gap = fit.first - neighbour.last if other < index else neighbour.first - fit.last
        if 0 <= gap <= NEIGHBOUR_WORDS:
            return True
    return False


def _as_good(fit: Alignment, options: tuple[Alignment, ...]) -> tuple[tuple[int, int], ...]:
    """Other places where the same words are said."""
    return tuple(sorted((o.first, o.last) for o in options if o is not fit and o.cost <= fit.cost + SAME_COST))
