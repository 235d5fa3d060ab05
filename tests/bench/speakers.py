"""Who speaks when, against turns told by people: how many voices, how pure, and the diarization error rate.

    python tests/bench/speakers.py [--voiced] FOLDER...

Every media file of the folders with NAME.turns.json beside it is heard: `[{"speaker", "start", "end"}]`, in seconds.
`--voiced` asks no recogniser: stretches of voice are cut into "words" of 300 ms, so that many mixtures (made by
`speaker_mixtures.py`) are judged fast, and apart from what the recogniser hears. Further tables sum up each folder, with
the number of speakers found out and given, and show what a range of the threshold that parts voices does.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
from tables import markdown_table

from captionkit.media import MediaLimits, decode_clip
from captionkit.model import Span, Word
from captionkit.pipeline.caption import caption_clip
from captionkit.pipeline.options import CaptionOptions
from captionkit.speech import speakers
from captionkit.speech.embedding import voiceprints
from captionkit.speech.voice_activity import voiced_spans
from captionkit.timecode import MS_PER_SECOND

MODEL = "base"
STEP_MS = 10
BRIDGED_MS = 500
"""Words of one voice with a shorter pause between them are one stretch of speech."""
MOST_MAPPED = 7
THRESHOLDS = (0.45, 0.50, 0.55, 0.60, 0.65, 0.70)
VOICED_WORD_MS = 300
VOICED_PAD_MS = 60
"""So much of the silence that the detector leaves on either side of a voice is in no word."""
PURE = 0.95
HEAD = ("recording", "speakers", "found", "purity", "coverage", "unknown", "DER", "confused", "speakers, s", "recognition, s")
SUMMED = ("folder", "number", "clips", "right", "within one", "mean purity", "pure")
"""`pure` is the share of clips with a purity of at least `PURE`."""


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


@dataclass(frozen=True, slots=True)
class Heard:
    """A clip, what is said in it, its voiceprints once they were asked for, and what took how long."""

    clip: Path
    words: tuple[Word, ...]
    turns: tuple[Turn, ...]
    voiced: tuple[Span, ...]
    samples: np.ndarray
    vectors: dict[Span, np.ndarray]
    took_s: dict[str, float]

    @property
    def number(self) -> int:
        """How many speakers there really are."""
        return len({turn.speaker for turn in self.turns})

    def told(self, count: int | None = None) -> Told:
        """How well its words are given to speakers."""
        words, _ = speakers.with_speakers(self.words, self.samples, count, self._embed, self.voiced)
        return judged(words, self.turns)

    def _embed(self, samples: np.ndarray, spans: Sequence[Span]) -> np.ndarray:
        if new := [span for span in dict.fromkeys(spans) if span not in self.vectors]:
            began = time.process_time()
            self.vectors.update(zip(new, voiceprints(samples, new)))
            self.took_s["speakers_s"] = self.took_s.get("speakers_s", 0.0) + time.process_time() - began
        return np.stack([self.vectors[span] for span in spans])


def main() -> None:
    """Print the tables for the folders on the command line."""
    voiced = "--voiced" in sys.argv
    folders = [Path(name) for name in sys.argv[1:] if name != "--voiced"]
    found = {folder: [clip for clip in sorted(folder.iterdir()) if _turns_path(clip).is_file()] for folder in folders}
    if not any(found.values()):
        sys.exit("usage: python tests/bench/speakers.py [--voiced] FOLDER...")
    hear = _voiced if voiced else _recognised
    heard = {folder: [hear(clip) for clip in clips] for folder, clips in found.items()}
    print(markdown_table(HEAD, [_row(one) for clips in heard.values() for one in clips]))
    print()
    print(markdown_table(SUMMED, [row for folder, clips in heard.items() for row in _summed(folder.name, clips)]))
    print(f"\nThe same over thresholds (now {speakers.SAME_SPEAKER}): voices found, purity / coverage.\n")
    rows = [(one.clip.name, *_over_thresholds(one)) for clips in heard.values() for one in clips]
    print(markdown_table(("recording", *(f"{t:.2f}" for t in THRESHOLDS)), rows))


def _recognised(clip: Path) -> Heard:
    with tempfile.TemporaryDirectory(prefix="captionkit-bench-") as cache:
        os.environ["CAPTIONKIT_CACHE"] = cache
        record = caption_clip(clip, CaptionOptions(model=MODEL, offline=True))
    spoken = record.transcript
    return Heard(clip, spoken.words, _turns(clip), spoken.voiced, _samples(clip), {}, dict(record.timings))


def _voiced(clip: Path) -> Heard:
    samples = _samples(clip)
    return Heard(clip, voiced_words(samples), _turns(clip), (), samples, {}, {})


def _samples(clip: Path) -> np.ndarray:
    return decode_clip(clip, None, MediaLimits()).samples


def voiced_words(samples: np.ndarray) -> tuple[Word, ...]:
    """Stretches of voice, cut into even pieces that stand for words."""
    words = []
    for span in voiced_spans(samples):
        start_ms, end_ms = span.start_ms + VOICED_PAD_MS, span.end_ms - VOICED_PAD_MS
        if end_ms - start_ms < VOICED_WORD_MS // 2:
            start_ms, end_ms = span.start_ms, span.end_ms
        edges = np.linspace(start_ms, end_ms, max(1, round((end_ms - start_ms) / VOICED_WORD_MS)) + 1).astype(int)
        words += [Word("a", int(begin), int(end)) for begin, end in pairwise(edges)]
    return tuple(words)


def _turns_path(clip: Path) -> Path:
    return clip.with_name(f"{clip.name}.turns.json")


def _turns(clip: Path) -> tuple[Turn, ...]:
    told = json.loads(_turns_path(clip).read_text(encoding="utf-8"))
    return tuple(
        Turn(str(t["speaker"]), round(t["start"] * MS_PER_SECOND), round(t["end"] * MS_PER_SECOND)) for t in told
    )


def _row(heard: Heard) -> tuple[str, ...]:
    told = heard.told()
    return (
        heard.clip.name,
        str(heard.number),
        str(told.voices),
        *(f"{share:.3f}" for share in (told.purity, told.coverage, told.unknown, told.der, told.confused)),
        *(f"{heard.took_s[key]:.2f}" if key in heard.took_s else "–" for key in ("speakers_s", "recognise_s")),
    )


def _summed(name: str, clips: Sequence[Heard]) -> Iterator[tuple[str, ...]]:
    """How many clips have the right number, and how pure they are, with the number found out and with it given."""
    for given in (False, True):
        told = [one.told(one.number if given else None) for one in clips]
        off = np.array([abs(t.voices - one.number) for t, one in zip(told, clips)])
        purity = np.array([t.purity for t in told])
        shares = (off == 0).mean(), (off <= 1).mean(), purity.mean(), (purity >= PURE).mean()
        yield name, "given" if given else "found out", str(len(clips)), *(f"{share:.3f}" for share in shares)


def _over_thresholds(heard: Heard) -> list[str]:
    cells, usual = [], speakers.SAME_SPEAKER
    for threshold in THRESHOLDS:
        speakers.SAME_SPEAKER = threshold
        told = heard.told()
        cells.append(f"{told.voices}, {told.purity:.2f} / {told.coverage:.2f}")
    speakers.SAME_SPEAKER = usual
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
