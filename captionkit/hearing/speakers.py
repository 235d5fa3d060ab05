"""Who speaks when: the words of a transcript, each with the voice that says it.

Speech is cut at sentence ends and pauses, where voices change; each run between is heard in windows of the encoder's
length. Windows of like voices are grouped, and every word is given a group by the best way through the whole clip: a
change of voice costs little at the edge of a run and much inside one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from captionkit.hearing.clustering import joinings
from captionkit.hearing.embedding import WINDOW_MS, voiceprints
from captionkit.model import Span, Speaker, Word
from captionkit.sentence_spans import sentence_spans
from captionkit.timecode import MS_PER_SECOND

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Embed = Callable[[Floats, Sequence[Span]], Floats]

SAME_VOICE = 0.75
"""Groups of windows with a cosine under this are two voices. In real recordings of people who take turns
0.70 to 0.79 find the right number (docs/measurements.md)."""
UNKNOWN_VOICE = 0.6
"""What a voice that was not found scores everywhere: less like any that was found, words have no speaker."""
PAUSE_MS = 250
STEP_MS = 800
"""Windows in a long run begin about so far apart: each half over the next."""
LEAST_WINDOW_MS = 800
"""A shorter window says too little of a voice to take part in the grouping."""
LEAST_VOICE_MS = 2_500
"""A group whose windows come to less is no voice."""
MOST_GROUPED = 1_500
"""Of more windows, every second, third, … alone takes part in the grouping."""
CHANGE_COST = 0.05
CHANGE_COST_IN_RUN = 0.3
"""What a change of voice costs between runs and inside one, in seconds times cosine."""
SHORTEST_WORD_MS = 100


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of sound inside the run of words `first` to `last` (left out)."""

    span: Span
    first: int
    last: int


def with_speakers(
    words: tuple[Word, ...], samples: Floats, count: int | None = None, embed: Embed = voiceprints
) -> tuple[tuple[Word, ...], tuple[Speaker, ...]]:
    """The words, each with the voice that says it, and the voices in order of appearance, all without a name.

    Args:
        words: the transcript, in order of time.
        samples: the sound, mono, 16 kHz.
        count: how many voices there are; None to find out.
        embed: stretches of sound → rows of length 1, those of one voice close together.

    Returns:
        The same words, `speaker` set where it is known. Fewer voices than `count` where no more can be told apart.

    Raises:
        WeightsError: the weights of `embed` are not here, or are not the known ones.
    """
    if not words:
        return (), ()
    edges = _edges(words)
    windows = [window for first, last in pairwise(edges) for window in _windows(words, first, last)]
    vectors = embed(samples, [window.span for window in windows])
    voices = _voices(vectors, [window.span.duration_ms for window in windows], count)
    labels = _best_way(_scores(words, windows, vectors @ voices.T), frozenset(edges))
    order = dict.fromkeys(label for label in labels if label < len(voices))
    ids = {label: f"s{number}" for number, label in enumerate(order, 1)}
    spoken = tuple(replace(word, speaker=ids.get(label)) for word, label in zip(words, labels, strict=True))
    return spoken, tuple(map(Speaker, ids.values()))


def _edges(words: Sequence[Word]) -> list[int]:
    """The first word of every run, and the number of words; a run ends with a sentence or at a pause."""
    ends = {end for _, end in sentence_spans(" ".join(w.text for w in words))}
    edges, at = [0], 0
    for place, (before, after) in enumerate(pairwise(words), 1):
        at += len(before.text)
        # A sentence's span may hold the blank after it.
        if at in ends or at + 1 in ends or after.start_ms - before.end_ms >= PAUSE_MS:
            edges.append(place)
        at += 1
    return [*edges, len(words)]


def _windows(words: Sequence[Word], first: int, last: int) -> list[_Window]:
    """Stretches of at most the encoder's length that cover a run, evenly laid."""
    start_ms, end_ms = words[first].start_ms, max(w.end_ms for w in words[first:last])
    spare_ms = end_ms - start_ms - WINDOW_MS
    if spare_ms <= 0:
        return [_Window(Span(start_ms, end_ms), first, last)]
    steps = max(1, round(spare_ms / STEP_MS))
    begins = [start_ms + spare_ms * step // steps for step in range(steps + 1)]
    return [_Window(Span(begin, begin + WINDOW_MS), first, last) for begin in begins]


def _voices(vectors: Floats, lengths_ms: Sequence[int], count: int | None) -> Floats:
    """One row of length 1 for each voice."""
    import numpy as np

    lengths = np.array(lengths_ms, np.float64)
    telling = np.flatnonzero(lengths >= LEAST_WINDOW_MS)
    if not telling.size:
        telling = np.arange(len(lengths))
    stride = -(-len(telling) // MOST_GROUPED)
    telling = telling[::stride]
    weighted = vectors[telling] * np.maximum(lengths[telling], 1.0)[:, None]
    groups = _groups(vectors[telling], lengths[telling] * stride, count)
    sums = np.stack([weighted[group].sum(axis=0) for group in groups])
    unit: Floats = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return unit


def _groups(vectors: Floats, lengths_ms: NDArray[np.float64], count: int | None) -> list[NDArray[np.bool_]]:
    """Which vectors make up each voice: as many groups as asked for, else until no two are of one voice.

    Where no group has enough speech for a voice, the largest is one all the same.
    """
    import numpy as np

    chosen: NDArray[np.int64] = np.zeros(len(vectors), np.int64)
    most = 0
    for likeness, group in joinings(vectors, np.maximum(lengths_ms, 1.0)):
        if count is None:
            if likeness < SAME_VOICE:
                chosen = group
                break
            continue
        enough = min(count, int((np.bincount(group, lengths_ms) >= LEAST_VOICE_MS).sum()))
        if enough >= most:
            chosen, most = group, enough
    speech_ms = np.bincount(chosen, lengths_ms)
    large = np.flatnonzero(speech_ms >= LEAST_VOICE_MS)
    return [chosen == one for one in (large if large.size else [speech_ms.argmax()])]


def _scores(words: Sequence[Word], windows: Sequence[_Window], likeness: Floats) -> NDArray[np.float64]:
    """How well each voice fits each word, in seconds times cosine; the last column is the unknown voice.

    A word is as like a voice as the windows are in which its middle lies.
    """
    import numpy as np

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
    import numpy as np

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
