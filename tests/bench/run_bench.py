"""`make bench`: captionkit beside the tools a newsroom would use instead, measured in one run.

Every pair of commands runs in turn, A B A B, on the same cores, the same clip and the same weights, so that
whatever else the machine does falls on both; the medians are compared, and only the ratios carry over to
another machine.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from processes import Ran, beside_python, run_measured
from tables import markdown_table
from words import NORMALISATION, word_errors

ROOT = Path(__file__).parents[2]
HARBOR = ROOT / "samples" / "harbor"
OTHER_ARTICLE = Path(__file__).with_name("other_story.html")
CORRECTED_ARTICLE = Path(__file__).with_name("harbor_corrected.html")
MODEL = "base"
CORES = 2
REPEATS = 3
HELP_REPEATS = 11
MIB = 1 << 20

HEAD = ("measure", "ours", "peer", "ratio", "target", "")


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder for one bench: captionkit's cache, with the weights in it, and what the tools write."""

    folder: Path

    @property
    def env(self) -> dict[str, str]:
        """What points captionkit at this cache."""
        return {"CAPTIONKIT_CACHE": str(self.folder / "cache")}

    @property
    def weights(self) -> Path:
        """The weights that both tools load."""
        return self.folder / "cache" / "weights" / MODEL

    @property
    def record(self) -> Path:
        """What captionkit wrote last."""
        return self.folder / "ours" / "clip.captionkit.json"

    @property
    def peer_text(self) -> Path:
        """What whisper-ctranslate2 wrote last."""
        return self.folder / "peer" / "clip.txt"

    def forget_hearings(self) -> None:
        """Make captionkit hear the clip anew."""
        shutil.rmtree(self.folder / "cache" / "heard", ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Round:
    """One turn of each: the whole run, the peer, the run again with another article, and with new wordings."""

    ours: Ran
    peer: Ran
    other: Ran
    reworded: Ran
    our_wer: float
    peer_wer: float


def main() -> None:
    """Measure everything and print one table."""
    cores = _use_cores(CORES)
    with tempfile.TemporaryDirectory(prefix="captionkit-bench-") as folder:
        shop = Workshop(Path(folder))
        run_measured([beside_python("captionkit"), "models", "get", MODEL], shop.env)
        rounds = [_round(shop, k + 1) for k in range(REPEATS)]
    starts = [_start() for _ in range(HELP_REPEATS)]
    print(markdown_table(HEAD, _rows(rounds, starts)))
    print(
        f"\nsamples/harbor/clip.mp4, {MODEL} int8, {cores} cores; medians of {REPEATS} runs each in turn "
        f"({HELP_REPEATS} for --help).\nWord errors: {NORMALISATION}."
    )


def _use_cores(wanted: int) -> int:
    """Keep this process and all it starts to so many cores, where the system can; how many it is."""
    if not hasattr(os, "sched_setaffinity"):
        return os.cpu_count() or 1
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:wanted])
    return len(os.sched_getaffinity(0))


def _round(shop: Workshop, number: int) -> Round:
    print(f"round {number} of {REPEATS}", file=sys.stderr)
    shop.forget_hearings()
    ours = run_measured(_captionkit(shop, HARBOR / "article.html"), shop.env)
    our_words = " ".join(w["text"] for w in json.loads(shop.record.read_text("utf-8"))["transcript"]["words"])
    peer = run_measured(_whisper_ctranslate2(shop))
    other = run_measured(_captionkit(shop, OTHER_ARTICLE), shop.env)
    reworded = run_measured(_captionkit(shop, CORRECTED_ARTICLE), shop.env)
    return Round(ours, peer, other, reworded, _wer(our_words), _wer(shop.peer_text.read_text("utf-8")))


def _captionkit(shop: Workshop, article: Path) -> list[str | Path]:
    command = [beside_python("captionkit"), "run", HARBOR / "clip.mp4", "--article", article]
    return [*command, "--model", MODEL, "--device", "cpu", "--output", shop.record.parent]


def _whisper_ctranslate2(shop: Workshop) -> list[str | Path]:
    """The peer as a newsroom would call it: word times, voice activity detection, every output it has."""
    return [
        beside_python("whisper-ctranslate2"),
        HARBOR / "clip.mp4",
        *("--model_directory", shop.weights),
        *("--word_timestamps", "True", "--vad_filter", "True"),
        *("--device", "cpu", "--compute_type", "int8", "--threads", str(CORES)),
        *("--output_format", "all", "--output_dir", shop.peer_text.parent),
    ]


def _wer(heard: str) -> float:
    rate = word_errors((HARBOR / "words.txt").read_text("utf-8"), heard, "en").rate
    assert rate is not None
    return rate


def _start() -> tuple[float, float]:
    """Seconds to show captionkit's help, and to import click, which the help cannot do without."""
    ours = run_measured([beside_python("captionkit"), "--help"])
    return ours.wall_s, run_measured([sys.executable, "-c", "import click"]).wall_s


def _rows(rounds: list[Round], starts: list[tuple[float, float]]) -> list[tuple[str, ...]]:
    wall_s = median(r.ours.wall_s for r in rounds)
    walls = wall_s, median(r.peer.wall_s for r in rounds)
    peaks = median(r.ours.peak_bytes for r in rounds) / MIB, median(r.peer.peak_bytes for r in rounds) / MIB
    errors = median(r.our_wer for r in rounds), median(r.peer_wer for r in rounds)
    helps = median(ours for ours, _ in starts), median(peer for _, peer in starts)
    return [
        _row("wall, s: run beside whisper-ctranslate2", walls, 1.0, ".2f"),
        _row("peak memory, MiB: the same two", peaks, 1.2, ".0f"),
        _row("word error rate: the same two", errors, 1.0, ".4f"),
        _row(
            "wall, s: second run, another story's article, beside the first",
            (median(r.other.wall_s for r in rounds), wall_s),
            0.15,
            ".2f",
        ),
        _row(
            "wall, s: second run, some quotes reworded, beside the first",
            (median(r.reworded.wall_s for r in rounds), wall_s),
            0.15,
            ".2f",
        ),
        _row("wall, s: captionkit --help beside import click", helps, 3.0, ".3f"),
    ]


def _row(measure: str, pair: tuple[float, float], most: float, form: str) -> tuple[str, ...]:
    ours, peer = pair
    ratio = ours / peer if peer else float("inf")
    return (
        *(measure, f"{ours:{form}}", f"{peer:{form}}", f"{ratio:.2f}"),
        *(f"≤ {most:g}", "met" if ratio <= most else "missed"),
    )


if __name__ == "__main__":
    main()
