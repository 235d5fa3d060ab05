"""Who speaks when, against turns told by people: how many voices, how pure, and the diarization error rate.

    python tests/bench/speakers.py FOLDER...

Every media file of the folders with NAME.turns.json beside it is heard: `[{"speaker", "start", "end"}]`, in seconds.
A second table shows the same over a range of the threshold that parts voices.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np
from tables import markdown_table

from captionkit.hearing import speakers
from captionkit.media import MediaLimits, decode_clip
from captionkit.model import Record, Word
from captionkit.pipeline import CaptionOptions, caption_clip
from captionkit.timecode import MS_PER_SECOND

MODEL = "base"
STEP_MS = 10
BRIDGED_MS = 500
"""Words of one voice with a shorter pause between them are one stretch of speech."""
MOST_MAPPED = 7
THRESHOLDS = (0.68, 0.70, 0.72, 0.74, 0.75, 0.76, 0.78, 0.80, 0.82)
HEAD = ("recording", "speakers", "found", "purity", "coverage", "unknown", "DER", "confused", "speakers, s", "recognition, s")


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of one speaker, in milliseconds; turns may overlap."""

    speaker: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Told:
    """How well words were given to speakers.

    `purity` is the share of words whose voice is mostly their speaker's; `coverage` the share whose speaker is mostly
    their voice's; `unknown` words have no voice, and count as impure. `der` is the diarization error rate: time missed,
    too much and confused, over the time spoken, overlaps included, without a collar; `confused` is that part alone.
    """

    voices: int
    purity: float
    coverage: float
    unknown: float
    der: float
    confused: float


def main() -> None:
    """Print both tables for the folders on the command line."""
    clips = [clip for folder in sys.argv[1:] for clip in sorted(Path(folder).iterdir()) if _turns_path(clip).is_file()]
    if not clips:
        sys.exit("usage: python tests/bench/speakers.py FOLDER...")
    with tempfile.TemporaryDirectory(prefix="captionkit-bench-") as cache:
        os.environ["CAPTIONKIT_CACHE"] = cache
        records = {clip: caption_clip(clip, CaptionOptions(model=MODEL, offline=True)) for clip in clips}
    print(markdown_table(HEAD, [_row(clip, record) for clip, record in records.items()]))
    print(f"\nThe same over thresholds (now {speakers.SAME_VOICE}): voices found, purity / coverage.\n")
    rows = [(clip.name, *_over_thresholds(clip, record)) for clip, record in records.items()]
    print(markdown_table(("recording", *(f"{t:.2f}" for t in THRESHOLDS)), rows))


def _turns_path(clip: Path) -> Path:
    return clip.with_name(f"{clip.name}.turns.json")


def _turns(clip: Path) -> tuple[Turn, ...]:
    told = json.loads(_turns_path(clip).read_text(encoding="utf-8"))
    return tuple(
        Turn(str(t["speaker"]), round(t["start"] * MS_PER_SECOND), round(t["end"] * MS_PER_SECOND)) for t in told
    )


def _row(clip: Path, record: Record) -> tuple[str, ...]:
    turns, took = _turns(clip), dict(record.timings)
    told = judged(record.transcript.words, turns)
    return (
        clip.name,
        str(len({turn.speaker for turn in turns})),
        str(told.voices),
        *(f"{share:.3f}" for share in (told.purity, told.coverage, told.unknown, told.der, told.confused)),
        f"{took['speakers_s']:.2f}",
        f"{took['recognise_s']:.2f}",
    )


def _over_thresholds(clip: Path, record: Record) -> list[str]:
    samples, turns, cells = decode_clip(clip, None, MediaLimits()).samples, _turns(clip), []
    usual = speakers.SAME_VOICE
    for threshold in THRESHOLDS:
        speakers.SAME_VOICE = threshold
        words, _ = speakers.with_speakers(record.transcript.words, samples)
        told = judged(words, turns)
        cells.append(f"{told.voices}, {told.purity:.2f} / {told.coverage:.2f}")
    speakers.SAME_VOICE = usual
    return cells


def judged(words: Sequence[Word], turns: Sequence[Turn]) -> Told:
    """Words with voices, held against the turns of speakers."""
    pairs = Counter((word.speaker, _nearest(word, turns)) for word in words)
    known = {pair: count for pair, count in pairs.items() if pair[0] is not None}
    voices, whole = {voice for voice, _ in known}, max(1, len(words))
    purest = sum(max(n for (v, _), n in known.items() if v == voice) for voice in voices)
    covered = sum(
        max((n for (_, w), n in known.items() if w == who), default=0) for who in {who for _, who in known}
    )
    unknown = 1 - sum(known.values()) / whole
    return Told(len(voices), purest / whole, covered / whole, unknown, *error_rates(words, turns))


def _nearest(word: Word, turns: Sequence[Turn]) -> str:
    middle = (word.start_ms + word.end_ms) / 2
    return min(turns, key=lambda turn: max(turn.start_ms - middle, middle - turn.end_ms, 0)).speaker


def error_rates(words: Sequence[Word], turns: Sequence[Turn]) -> tuple[float, float]:
    """The diarization error rate and its confused part, under the best matching of voices to speakers."""
    frames = max(max(t.end_ms for t in turns), max((w.end_ms for w in words), default=0)) // STEP_MS + 1
    real = _active([(t.speaker, t.start_ms, t.end_ms) for t in turns], frames)
    ours = _active(_stretches(words), frames)
    together = np.array([[int((a & b).sum()) for b in real.values()] for a in ours.values()]).reshape(len(ours), -1)
    spoken, said = sum(real.values(), np.zeros(frames, int)), sum(ours.values(), np.zeros(frames, int))
    right = _best_matching(together)
    errors, confused = np.maximum(spoken, said).sum() - right, np.minimum(spoken, said).sum() - right
    return float(errors / spoken.sum()), float(confused / spoken.sum())


def _stretches(words: Sequence[Word]) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for word in words:
        if word.speaker is None:
            continue
        if found and found[-1][0] == word.speaker and word.start_ms - found[-1][2] < BRIDGED_MS:
            found[-1] = (word.speaker, found[-1][1], word.end_ms)
        else:
            found.append((word.speaker, word.start_ms, word.end_ms))
    return found


def _active(stretches: Sequence[tuple[str, int, int]], frames: int) -> dict[str, np.ndarray]:
    """For each name, in which frames it speaks."""
    active = {name: np.zeros(frames, bool) for name, _, _ in stretches}
    for name, start_ms, end_ms in stretches:
        active[name][start_ms // STEP_MS : end_ms // STEP_MS] = True
    return active


def _best_matching(together: np.ndarray) -> int:
    """The most frames that can agree when each voice stands for one speaker; exact for few, greedy for many."""
    few, many = sorted(together.shape)
    table = together if together.shape[0] == few else together.T
    if many <= MOST_MAPPED:
        return max(sum(int(table[i, j]) for i, j in enumerate(order)) for order in permutations(range(many), few))
    total, left = 0, table.copy()
    while left.size and left.max() > 0:
        row, column = np.unravel_index(left.argmax(), left.shape)
        total += int(left[row, column])
        left[row], left[:, column] = 0, 0
    return total


if __name__ == "__main__":
    main()
