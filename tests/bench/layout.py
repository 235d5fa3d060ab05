"""The layout beside a peer's: `python tests/bench/layout.py CLIP…`, each clip with its `article.html` where it has one.

captionkit and whisper-ctranslate2 hear each clip with the same weights; the peer breaks lines by its own options
(--max_line_width 42 --max_line_count 2, word timestamps). Both sets of captions, as they are shown (ours with speakers,
sounds and credits), are held against one style by `captionkit check`'s own rules.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from tables import markdown_table

from captionkit.captions import Against, ClipTiming, Style, check_caption_file, load_style
from captionkit.captions.scripts import columns
from captionkit.formats import read_captions
from captionkit.formats.presentation import captions_of
from captionkit.model import CaptionFile, FileCue
from captionkit.pipeline.caption import caption_clip
from captionkit.pipeline.options import CaptionOptions
from captionkit.speech.weights.find import WeightsOptions, find_weights
from captionkit.timecode import MS_PER_SECOND

MODEL = "base"
STYLES = ("netflix-en", "bbc", "dcmp", "wai", "plain")
FAST = 20
"""Characters a second that few readers follow, whatever the style."""
HEAD = ("clip, style", "cues", "errors", f"over {FAST} cps", "share of peer's", "bad breaks", "share of peer's", "orphans")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one set of captions comes to."""

    cues: int
    errors: int
    fast: float
    rules: Counter[str]


def main() -> None:
    """Print one table for all clips."""
    rows = [row for clip in map(Path, sys.argv[1:]) for row in _rows(clip)]
    print(markdown_table(HEAD, rows))


def _rows(clip: Path) -> list[tuple[str, ...]]:
    article = clip.with_name("article.html")
    options = CaptionOptions(article=str(article) if article.is_file() else None, model=MODEL, offline=True)
    theirs = _peer_cues(clip)
    rows = []
    for style in map(load_style, STYLES):
        record = caption_clip(clip, replace(options, style=style.name))
        timing = ClipTiming(record.clip.duration_ms, record.clip.fps, record.clip.shots_ms)
        ours = _measured(captions_of(record).cues, style, timing)
        peer = _measured(theirs, style, timing)
        rows.append(_row(f"{clip.parent.name}, {style.name}", ours, peer))
        rows.append(_row(f"{clip.parent.name}, {style.name}, the peer", peer, None))
    return rows


def _row(name: str, ours: Measured, peer: Measured | None) -> tuple[str, ...]:
    bad, peer_bad = ours.rules["bad_break"], peer.rules["bad_break"] if peer else 0
    return (
        name,
        str(ours.cues),
        str(ours.errors),
        f"{ours.fast:.3f}",
        f"{ours.fast / peer.fast:.2f}" if peer and peer.fast else "",
        str(bad),
        f"{bad / peer_bad:.2f}" if peer_bad else "",
        str(ours.rules["orphan"]),
    )


def _measured(cues: tuple[FileCue, ...], style: Style, timing: ClipTiming) -> Measured:
    found = check_caption_file(CaptionFile(cues), Against(style, timing))
    fast = sum(_speed(cue) > FAST for cue in cues) / len(cues)
    return Measured(len(cues), sum(c.level == "error" for c in found), fast, Counter(c.rule for c in found))


def _speed(cue: FileCue) -> float:
    return sum(map(columns, cue.lines)) * MS_PER_SECOND / max(1, cue.end_ms - cue.start_ms)


def _peer_cues(clip: Path) -> tuple[FileCue, ...]:
    """The cues that whisper-ctranslate2 writes of a clip."""
    weights = find_weights(MODEL, WeightsOptions(offline=True, device="cpu"))
    peer = shutil.which("whisper-ctranslate2")
    if peer is None:
        sys.exit("whisper-ctranslate2 is not installed: pip install whisper-ctranslate2")
    width = ["--word_timestamps", "True", "--max_line_width", "42", "--max_line_count", "2"]
    with tempfile.TemporaryDirectory() as folder:
        where = ["--model_directory", str(weights.folder), "--output_dir", folder, "--output_format", "srt"]
        how = ["--device", "cpu", "--compute_type", "int8", "--language", "en", "--vad_filter", "True"]
        subprocess.run([peer, str(clip), *where, *how, *width], check=True, capture_output=True)
        path = Path(folder, clip.stem + ".srt")
        return read_captions(path.read_text(encoding="utf-8"), path)


if __name__ == "__main__":
    main()
