"""Speaker diarisation: assign a speaker to each word of a transcript.

Speech is split at sentence ends and pauses, where speakers change; each run in between is embedded in windows of the
encoder's length. So is speech without recognised words, as in a meeting far from the microphone. The windows are
clustered by speaker, and every word gets a speaker by the best path through the whole clip (Viterbi): a change of
speaker costs little between runs and much inside one.

How similar two speakers are to the encoder depends on the sound: in a telephone call all are more similar than in a
studio. So two clusters are two speakers if they are less similar to each other than their own windows are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from captionkit.model import Span, Speaker, Word
from captionkit.speech.clustering import Tree, split_clusters
from captionkit.speech.embedding import WINDOW_MS, voiceprints
from captionkit.text import sentence_ends
from captionkit.timecode import MS_PER_SECOND

Floats = NDArray[np.float32]
Embed = Callable[[Floats, Sequence[Span]], Floats]

SAME_SPEAKER = 0.63
"""Two clusters are two speakers if their similarity is a smaller share of that within them (docs/measurements.md)."""
UNKNOWN_SPEAKER = 0.1
"""The similarity of an unknown speaker to every window: words less similar to all known speakers have none."""
PAUSE_MS = 250
STEP_MS = 1_000
"""About how far apart windows in a long run begin: each overlaps the next by a third."""
LEAST_WINDOW_MS = 800
"""A shorter window says too little about its speaker to be clustered."""
LEAST_SPEAKER_MS = 2_500
"""A cluster with less speech is not a speaker."""
OTHER_SPEAKER = 0.4
"""Two clusters less similar than this are two speakers even if one is brief."""
ATTEMPTS = (
    (LEAST_SPEAKER_MS, SAME_SPEAKER),
    (1_500, OTHER_SPEAKER),
    (LEAST_SPEAKER_MS, float("inf")),
    (1_500, float("inf")),
    (LEAST_WINDOW_MS, float("inf")),
)
"""If a number of speakers is requested: the least speech of a speaker, and the highest similarity of two. Each pair is
tried if those before it give too few."""
MOST_GROUPED = 1_500
"""Of more windows, only every second, third, … is clustered."""
CHANGE_COST = 0.03
CHANGE_COST_IN_RUN = 0.2
"""The cost of a change of speaker between runs and inside one, in seconds times cosine."""
SHORTEST_WORD_MS = 100


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of sound inside the run `words[first:last]`."""

    span: Span
    first: int
    last: int


def with_speakers(
    words: tuple[Word, ...],
    samples: Floats,
    count: int | None = None,
    embed: Embed = voiceprints,
    voiced: Sequence[Span] = (),
) -> tuple[tuple[Word, ...], tuple[Speaker, ...]]:
    """Assign a speaker to each word.

    Args:
        words: the transcript, in order of time.
        samples: the sound, mono, 16 kHz.
        count: how many speakers there are; None to find out.
        embed: stretches of sound → rows of length 1, those of one speaker close together.
        voiced: the spans with speech, with words or without.

    Returns:
        The same words, `speaker` set where it is known, and the speakers in order of appearance, without names: fewer
        than `count` if no more can be distinguished.
    """
    if not words:
        return (), ()
    edges = _edges(words)
    windows = [window for first, last in pairwise(edges) for window in _windows(words, first, last)]
    windows += [_Window(span, 0, 0) for span in _wordless(words, edges, voiced)]
    vectors = embed(samples, [window.span for window in windows])
    centroids = _centroids(vectors, [window.span for window in windows], count)
    labels = _best_path(_scores(words, windows, vectors @ centroids.T), frozenset(edges))
    order = dict.fromkeys(label for label in labels if label < len(centroids))
    ids = {label: f"s{number}" for number, label in enumerate(order, 1)}
    spoken = tuple(replace(word, speaker=ids.get(label)) for word, label in zip(words, labels, strict=True))
    return spoken, tuple(map(Speaker, ids.values()))


def _edges(words: Sequence[Word]) -> list[int]:
    """The index of the first word of every run, and the number of words; a run ends with a sentence or at a pause."""
    ends = sentence_ends([word.text for word in words])
    edges = [0]
    for place, (before, after) in enumerate(pairwise(words), 1):
        if ends[place - 1] or after.start_ms - before.end_ms >= PAUSE_MS:
            edges.append(place)
    return [*edges, len(words)]


def _windows(words: Sequence[Word], first: int, last: int) -> list[_Window]:
    """Windows of at most the encoder's length that cover a run."""
    return [_Window(span, first, last) for span in _spread(*_bounds(words, first, last))]


def _bounds(words: Sequence[Word], first: int, last: int) -> tuple[int, int]:
    return words[first].start_ms, max(w.end_ms for w in words[first:last])


def _spread(start_ms: int, end_ms: int) -> list[Span]:
    """Spans of at most the encoder's length, evenly distributed over a longer one."""
    spare_ms = end_ms - start_ms - WINDOW_MS
    if spare_ms <= 0:
        return [Span(start_ms, end_ms)]
    steps = max(1, round(spare_ms / STEP_MS))
    begins = [start_ms + spare_ms * step // steps for step in range(steps + 1)]
    return [Span(begin, begin + WINDOW_MS) for begin in begins]


def _wordless(words: Sequence[Word], edges: Sequence[int], voiced: Sequence[Span]) -> Iterator[Span]:
    """Windows over speech between the runs of words, where it is long enough to identify a speaker."""
    bounds = [_bounds(words, first, last) for first, last in pairwise(edges)]
    starts_ms, ends_ms = (tuple(side) for side in zip(*bounds))
    gaps = list(zip((0, *ends_ms), (*starts_ms, max((span.end_ms for span in voiced), default=0))))
    for span in voiced:
        for end_ms, start_ms in gaps:
            begin_ms, stop_ms = max(span.start_ms, end_ms), min(span.end_ms, start_ms)
            if stop_ms - begin_ms >= LEAST_WINDOW_MS:
                yield from _spread(begin_ms, stop_ms)


def _centroids(vectors: Floats, spans: Sequence[Span], count: int | None) -> Floats:
    """The mean direction of each speaker's windows: one row of length 1 for each."""
    lengths = np.array([span.duration_ms for span in spans], np.float64)
    usable = np.flatnonzero(lengths >= LEAST_WINDOW_MS)
    if not usable.size:
        usable = np.arange(len(lengths))
    stride = -(-len(usable) // MOST_GROUPED)
    usable = usable[::stride]
    weights = np.maximum(lengths[usable], 1.0)
    clusters = _clusters(vectors[usable], weights * stride, _apart([spans[at] for at in usable]), count)
    weighted = vectors[usable] * weights[:, None]
    sums = np.stack([weighted[cluster].sum(axis=0) for cluster in clusters])
    unit: Floats = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return unit


def _apart(spans: Sequence[Span]) -> NDArray[np.bool_]:
    """Which pairs of spans do not overlap: the others are similar whoever speaks."""
    starts, ends = (np.array([getattr(span, edge) for span in spans]) for edge in ("start_ms", "end_ms"))
    first_ends = starts[None, :] >= ends[:, None]
    apart: NDArray[np.bool_] = first_ends | first_ends.T
    return apart


def _clusters(
    vectors: Floats, lengths_ms: NDArray[np.float64], apart: NDArray[np.bool_], count: int | None
) -> list[NDArray[np.int64]]:
    """The vectors of each speaker: as many clusters as requested, else those that differ as two speakers do."""
    tree = Tree(vectors, lengths_ms, apart)
    tries = ATTEMPTS if count else ((LEAST_SPEAKER_MS, SAME_SPEAKER),)
    most = count or len(vectors)
    clusters: list[int] = []
    for least_ms, below in tries:
        found = split_clusters(tree, least_ms, below, most)
        clusters = max(clusters, found, key=len)
        if len(clusters) == most:
            break
    return [tree.core(cluster, LEAST_SPEAKER_MS, SAME_SPEAKER) for cluster in clusters]


def _scores(words: Sequence[Word], windows: Sequence[_Window], similarity: Floats) -> NDArray[np.float64]:
    """How well each speaker fits each word, in seconds times cosine; the last column is the unknown speaker.

    A word is as similar to a speaker as the windows that contain its middle are.
    """
    middles = np.array([(w.start_ms + w.end_ms) / 2 for w in words])
    seconds = np.array([max(SHORTEST_WORD_MS, w.end_ms - w.start_ms) / MS_PER_SECOND for w in words])
    sums, counts = np.zeros((len(words), similarity.shape[1])), np.zeros(len(words))
    for window, row in zip(windows, similarity, strict=True):
        inside = slice(window.first, window.last)
        if window.span.duration_ms == WINDOW_MS:
            begin, end = np.searchsorted(middles[inside], (window.span.start_ms, window.span.end_ms + 1))
            inside = slice(window.first + begin, window.first + end)
        sums[inside] += row
        counts[inside] += 1
    known = sums / np.maximum(counts, 1)[:, None]
    unknown = np.full((len(words), 1), UNKNOWN_SPEAKER)
    scores: NDArray[np.float64] = np.hstack([known, unknown]) * seconds[:, None]
    return scores


def _best_path(scores: NDArray[np.float64], edges: frozenset[int]) -> list[int]:
    """The column for each row with the largest sum, minus the cost of the changes (Viterbi)."""
    columns = np.arange(scores.shape[1])
    total = scores[0].copy()
    came_from = []
    for row in range(1, len(scores)):
        cost = CHANGE_COST if row in edges else CHANGE_COST_IN_RUN
        best = int(total.argmax())
        stays = total >= total[best] - cost
        came_from.append(np.where(stays, columns, best))
        total = np.where(stays, total, total[best] - cost) + scores[row]
    way = [int(total.argmax())]
    for before in reversed(came_from):
        way.append(int(before[way[-1]]))
    return way[::-1]
