"""Who speaks when: the words of a transcript, each with the voice that says it.

Speech is cut at sentence ends and pauses, where voices change; each run between is heard in windows of the encoder's
length. So is voice in which no words were heard, as in a meeting far from the microphone: it tells who is there, too.
Windows of like voices are grouped, and every word is given a group by the best way through the whole clip: a change
of voice costs little at the edge of a run and much inside one.

How like two voices are to the encoder depends on the sound: in a telephone call all are more alike than in a studio. So
two groups are two voices where they are less like each other than their own windows are among themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from captionkit.model import Span, Speaker, Word
from captionkit.speech.clustering import Tree, parted
from captionkit.speech.embedding import WINDOW_MS, voiceprints
from captionkit.text import sentence_ends
from captionkit.timecode import MS_PER_SECOND

Floats = NDArray[np.float32]
Embed = Callable[[Floats, Sequence[Span]], Floats]

SAME_VOICE = 0.63
"""Two groups whose likeness is a smaller share of the likeness within them are two voices (docs/measurements.md)."""
UNKNOWN_VOICE = 0.1
"""What a voice that was not found scores everywhere: less like any that was found, words have no speaker."""
PAUSE_MS = 250
STEP_MS = 1_000
"""Windows in a long run begin about so far apart: each a third over the next."""
LEAST_WINDOW_MS = 800
"""A shorter window says too little of a voice to take part in the grouping."""
LEAST_VOICE_MS = 2_500
"""A group whose windows come to less is no voice."""
OTHER_VOICE = 0.4
"""Two groups less like each other than this are two voices even where one is brief."""
ASKED_FOR = (
    (LEAST_VOICE_MS, SAME_VOICE),
    (1_500, OTHER_VOICE),
    (LEAST_VOICE_MS, float("inf")),
    (1_500, float("inf")),
    (LEAST_WINDOW_MS, float("inf")),
)
"""Where a number of voices was asked for: how much speech a voice has at least, and how like another it may be. Each
pair is tried where those before give too few."""
MOST_GROUPED = 1_500
"""Of more windows, every second, third, … alone takes part in the grouping."""
CHANGE_COST = 0.03
CHANGE_COST_IN_RUN = 0.2
"""What a change of voice costs between runs and inside one, in seconds times cosine."""
SHORTEST_WORD_MS = 100


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of sound inside the run of words `first` to `last` (left out)."""

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
    """The words, each with the voice that says it, and the voices in order of appearance, all without a name.

    Args:
        words: the transcript, in order of time.
        samples: the sound, mono, 16 kHz.
        count: how many voices there are; None to find out.
        embed: stretches of sound → rows of length 1, those of one voice close together.
        voiced: where somebody speaks, whether or not words were heard there.

    Returns:
        The same words, `speaker` set where it is known. Fewer voices than `count` where no more can be told apart.
    """
    if not words:
        return (), ()
    edges = _edges(words)
    windows = [window for first, last in pairwise(edges) for window in _windows(words, first, last)]
    windows += [_Window(span, 0, 0) for span in _wordless(words, edges, voiced)]
    vectors = embed(samples, [window.span for window in windows])
    voices = _voices(vectors, [window.span for window in windows], count)
    labels = _best_way(_scores(words, windows, vectors @ voices.T), frozenset(edges))
    order = dict.fromkeys(label for label in labels if label < len(voices))
    ids = {label: f"s{number}" for number, label in enumerate(order, 1)}
    spoken = tuple(replace(word, speaker=ids.get(label)) for word, label in zip(words, labels, strict=True))
    return spoken, tuple(map(Speaker, ids.values()))


def _edges(words: Sequence[Word]) -> list[int]:
    """The first word of every run, and the number of words; a run ends with a sentence or at a pause."""
    ends = sentence_ends([word.text for word in words])
    edges = [0]
    for place, (before, after) in enumerate(pairwise(words), 1):
        if ends[place - 1] or after.start_ms - before.end_ms >= PAUSE_MS:
            edges.append(place)
    return [*edges, len(words)]


def _windows(words: Sequence[Word], first: int, last: int) -> list[_Window]:
    """Stretches of at most the encoder's length that cover a run."""
    return [_Window(span, first, last) for span in _laid(*_bounds(words, first, last))]


def _bounds(words: Sequence[Word], first: int, last: int) -> tuple[int, int]:
    return words[first].start_ms, max(w.end_ms for w in words[first:last])


def _laid(start_ms: int, end_ms: int) -> list[Span]:
    """Stretches of at most the encoder's length, evenly laid over a longer one."""
    spare_ms = end_ms - start_ms - WINDOW_MS
    if spare_ms <= 0:
        return [Span(start_ms, end_ms)]
    steps = max(1, round(spare_ms / STEP_MS))
    begins = [start_ms + spare_ms * step // steps for step in range(steps + 1)]
    return [Span(begin, begin + WINDOW_MS) for begin in begins]


def _wordless(words: Sequence[Word], edges: Sequence[int], voiced: Sequence[Span]) -> Iterator[Span]:
    """Windows over voice that lies between the runs of words and is long enough to say something of it."""
    bounds = [_bounds(words, first, last) for first, last in pairwise(edges)]
    starts_ms, ends_ms = (tuple(side) for side in zip(*bounds))
    gaps = list(zip((0, *ends_ms), (*starts_ms, max((span.end_ms for span in voiced), default=0))))
    for span in voiced:
        for end_ms, start_ms in gaps:
            begin_ms, stop_ms = max(span.start_ms, end_ms), min(span.end_ms, start_ms)
            if stop_ms - begin_ms >= LEAST_WINDOW_MS:
                yield from _laid(begin_ms, stop_ms)


def _voices(vectors: Floats, spans: Sequence[Span], count: int | None) -> Floats:
    """One row of length 1 for each voice."""
    lengths = np.array([span.duration_ms for span in spans], np.float64)
    telling = np.flatnonzero(lengths >= LEAST_WINDOW_MS)
    if not telling.size:
        telling = np.arange(len(lengths))
    stride = -(-len(telling) // MOST_GROUPED)
    telling = telling[::stride]
    weights = np.maximum(lengths[telling], 1.0)
    groups = _groups(vectors[telling], weights * stride, _apart([spans[at] for at in telling]), count)
    weighted = vectors[telling] * weights[:, None]
    sums = np.stack([weighted[group].sum(axis=0) for group in groups])
    unit: Floats = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return unit


def _apart(spans: Sequence[Span]) -> NDArray[np.bool_]:
    """Which pairs of stretches share no sound: the others are alike whoever speaks."""
    starts, ends = (np.array([getattr(span, edge) for span in spans]) for edge in ("start_ms", "end_ms"))
    first_ends = starts[None, :] >= ends[:, None]
    apart: NDArray[np.bool_] = first_ends | first_ends.T
    return apart


def _groups(
    vectors: Floats, lengths_ms: NDArray[np.float64], apart: NDArray[np.bool_], count: int | None
) -> list[NDArray[np.int64]]:
    """Which vectors make up each voice: as many groups as asked for, else those that differ as two voices do."""
    tree = Tree(vectors, lengths_ms, apart)
    tries = ASKED_FOR if count else ((LEAST_VOICE_MS, SAME_VOICE),)
    most = count or len(vectors)
    groups: list[int] = []
    for least_ms, below in tries:
        found = parted(tree, least_ms, below, most)
        groups = max(groups, found, key=len)
        if len(groups) == most:
            break
    return [tree.core(group, LEAST_VOICE_MS, SAME_VOICE) for group in groups]


def _scores(words: Sequence[Word], windows: Sequence[_Window], likeness: Floats) -> NDArray[np.float64]:
    """How well each voice fits each word, in seconds times cosine; the last column is the unknown voice.

    A word is as like a voice as the windows are in which its middle lies.
    """
    middles = np.array([(w.start_ms + w.end_ms) / 2 for w in words])
    seconds = np.array([max(SHORTEST_WORD_MS, w.end_ms - w.start_ms) / MS_PER_SECOND for w in words])
    sums, counts = np.zeros((len(words), likeness.shape[1])), np.zeros(len(words))
    for window, row in zip(windows, likeness, strict=True):
        inside = slice(window.first, window.last)
        if window.span.duration_ms == WINDOW_MS:
            begin, end = np.searchsorted(middles[inside], (window.span.start_ms, window.span.end_ms + 1))
            inside = slice(window.first + begin, window.first + end)
        sums[inside] += row
        counts[inside] += 1
    known = sums / np.maximum(counts, 1)[:, None]
    unknown = np.full((len(words), 1), UNKNOWN_VOICE)
    scores: NDArray[np.float64] = np.hstack([known, unknown]) * seconds[:, None]
    return scores


def _best_way(scores: NDArray[np.float64], edges: frozenset[int]) -> list[int]:
    """The column for each row that makes the sum largest, less the cost of the changes (Viterbi)."""
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
