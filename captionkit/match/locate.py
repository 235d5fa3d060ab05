"""Where a quote is said: the places each piece fits, and the chain of places that makes the best sense."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from captionkit.match.align import FREE_MATCH, MISS, Alignment, SearchIndex, alignments, search_index, shifted
from captionkit.match.edges import with_edges
from captionkit.match.pieces import Piece

MOST_COST_RATIOS = ((12, 0.45), (6, 0.38), (3, 0.31))
"""The highest cost per printed word at which a piece of at least so many words counts as found: few words fit easily.
Two words and fewer must be exact, or be heard beside a piece that was found."""
LONG_PIECE_WORDS = 6
"""With this many words found, a part counts as present; fewer must be half of it."""
SURE_RATIO = 0.31
NEIGHBOUR_WORDS = 3
"""A neighbour is a piece found at no more than this cost a word, with at most so many heard words between."""
REORDER_COST = 0.8
GAP_COST = 0.05
SEAM_COST = 0.2
COST_A_GAP_WORD = 0.004
MOST_GAP_COST = 0.6
"""Costs of going on from one piece to the next: backward; over heard words where others may stand, or within one
sentence or part; for each of them; and at most, so that no distance weighs more than a changed word."""
OTHER_SPEAKER_COST = 0.5
"""Half a changed word: of two places that fit about as well, the one in the voice of the quote's speaker is meant."""
SAME_COST = 0.3
"""Another place counts as saying the same words up to this much more cost: two fillers, and no other word."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one piece was found; `fit` is None where it was not. `others` fit as well, by heard-word range."""

    piece: Piece
    fit: Alignment | None
    others: tuple[tuple[int, int], ...] = ()


def locate(
    found: tuple[Piece, ...], heard: SearchIndex, is_by_another: Callable[[int, int], bool] = lambda first, last: False
) -> tuple[Place, ...]:
    """The best place of every piece of a quote, over how well it fits, order, gap and voice.

    Args:
        found: the pieces, in order.
        heard: the transcript.
        is_by_another: whether a range of heard words is in the voice of somebody else than the quote's speaker.
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
        settled = with_edges(fit, forms[index], heard, _room((fit.first, fit.last), chain, len(heard.words)))
        places.append(Place(piece, settled, _as_good(fit, fits[index])))
    return tuple(places)


def _fits(forms: list[list[str]], heard: SearchIndex) -> list[tuple[Alignment, ...]]:
    """The places of every piece; of those that few words have everywhere, the ones next to longer pieces."""
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
    """The places of every piece, with one right beside a neighbour whose words the best of them runs into."""
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
    """The heard words around some up to the quote's next pieces on both sides; `size` is how many there are."""
    others = [other for other in chain if other is not None]
    low = max((other.last for other in others if other.last <= span[0]), default=0)
    high = min((other.first for other in others if other.first >= span[1]), default=size)
    return low, high


def _best_chain(
    found: tuple[Piece, ...], fits: list[tuple[Alignment, ...]], is_by_another: Callable[[int, int], bool]
) -> list[Alignment | None]:
    """One fit or none for each piece, at the least total cost (Viterbi)."""
    states: list[list[Alignment | None]] = [[*options, None] for options in fits]
    costs: list[list[float]] = []
    came: list[list[int]] = []
    for index, options in enumerate(states):
        reached: list[float] = []
        back: list[int] = []
        for fit in options:
            own = fit.cost if fit else len(found[index].words) * MISS
            if fit and is_by_another(fit.first, fit.last):
                own += OTHER_SPEAKER_COST
            before = [0.0]
            if index:
                steps = [_step(previous, fit, found[index]) for previous in states[index - 1]]
                before = [cost + step for cost, step in zip(costs[-1], steps, strict=True)]
            cheapest = min(range(len(before)), key=before.__getitem__)
            reached.append(own + before[cheapest])
            back.append(cheapest)
        costs.append(reached)
        came.append(back)
    chain: list[Alignment | None] = []
    at = min(range(len(costs[-1])), key=costs[-1].__getitem__) if costs else 0
    for index in range(len(states) - 1, -1, -1):
        chain.append(states[index][at])
        at = came[index][at]
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
    opening = SEAM_COST if piece.joint in {"sentence", "seam"} else GAP_COST
    return min(MOST_GAP_COST, opening + COST_A_GAP_WORD * gap)


def _counting(found: tuple[Piece, ...], chain: list[Alignment | None]) -> list[bool]:
    """Which fits count: those that are good enough, in parts of which a long piece or half of the words is found.

    A few words of a statement are in every transcript.
    """
    counts = [_counts(index, found, chain) for index in range(len(found))]
    surely = set()
    for part in {piece.part for piece in found}:
        own = [index for index, piece in enumerate(found) if piece.part == part]
        sizes = [len(found[index].words) for index in own if counts[index]]
        if max(sizes, default=0) >= LONG_PIECE_WORDS or 2 * sum(sizes) >= sum(len(found[i].words) for i in own):
            surely.add(part)
    return [counts[index] and piece.part in surely for index, piece in enumerate(found)]


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
    """Whether the piece before or after it, surely found, is heard right beside it."""
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
