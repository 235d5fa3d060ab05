"""Where a bench works: one set of weights for every tool, and a cache that is emptied between runs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from processes import Ran, beside_python, run_measured
from words import word_errors

MODEL = "base"
CORES = 2
NO_SPEECH, SOME_FAILED = 3, 4
"""Exit codes of captionkit that a clip cut out of another may rightly lead to."""

Command = list[str | Path]


@dataclass(frozen=True, slots=True)
class Material:
    """A clip, its article, and a text file of every word that is spoken in it."""

    clip: Path
    article: Path
    words: Path

    @property
    def name(self) -> str:
        """The clip's name in the table."""
        return f"{self.clip.parent.name}/{self.clip.name}"

    def word_error_rate(self, heard: str) -> float:
        """How far what was heard is from what is spoken."""
        rate = word_errors(self.words.read_text("utf-8"), heard, "en").rate
        if rate is None:
            sys.exit(f"{self.words} has no words to measure by.")
        return rate


SAMPLE_FOLDER = Path(__file__).parents[2] / "samples" / "harbor"
SAMPLE = Material(SAMPLE_FOLDER / "clip.mp4", SAMPLE_FOLDER / "article.html", SAMPLE_FOLDER / "words.txt")


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder for one bench, with captionkit's cache and the weights in it."""

    folder: Path

    @property
    def cache(self) -> Path:
        """captionkit's cache."""
        return self.folder / "cache"

    @property
    def env(self) -> dict[str, str]:
        """What points captionkit at this cache."""
        return {"CAPTIONKIT_CACHE": str(self.cache)}

    @property
    def weights(self) -> Path:
        """The weights that every tool loads."""
        return self.cache / "weights" / MODEL

    def fetch_weights(self) -> None:
        """Put the weights into the cache."""
        run_measured([beside_python("captionkit"), "models", "get", MODEL], self.env)

    def forget(self) -> None:
        """Empty the cache of all that earlier runs heard, told apart or looked at; the weights stay."""
        for kept in self.cache.iterdir():
            if kept.is_dir() and kept != self.weights.parent:
                shutil.rmtree(kept)

    def empty(self, name: str) -> Path:
        """An empty folder to write into."""
        made = self.folder / name
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        return made

    def captionkit(self, command: str, *arguments: str | Path) -> Ran:
        """One call of `captionkit run` or `batch` with the weights of this bench."""
        whole = [beside_python("captionkit"), command, *arguments, *OPTIONS]
        return run_measured(whole, self.env, (0, NO_SPEECH, SOME_FAILED) if command == "batch" else (0, NO_SPEECH))


OPTIONS = ("--model", MODEL, "--device", "cpu", "--offline")
"""What every measured call of captionkit is given."""


def whisper_ctranslate2(weights: Path, clip: Path, out: Path, batched: bool = False) -> Command:
    """The peer as a newsroom would call it: word times, voice activity detection, every output it has."""
    return [
        *(beside_python("whisper-ctranslate2"), clip, "--model_directory", weights),
        *("--word_timestamps", "True", "--vad_filter", "True", "--batched", str(batched)),
        *("--device", "cpu", "--compute_type", "int8", "--threads", str(CORES)),
        *("--output_format", "all", "--output_dir", out),
    ]


def stable_ts(weights: Path, clip: Path, out: Path) -> Command | None:
    """stable-ts on the same CTranslate2 weights; None where it is not installed. It needs PyTorch and ffmpeg."""
    script = shutil.which("stable-ts", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if script is None:
        return None
    return [
        *(script, str(clip), "--faster_whisper", "--model", str(weights), "--model_option", "compute_type=int8"),
        *("--device", "cpu", "--threads", str(CORES), "--overwrite", "--verbose", "0"),
        *("--output", str(out / f"{clip.stem}.json")),
    ]


def use_cores(wanted: int) -> int:
    """Keep this process and all it starts to so many cores, where the system can; how many it is."""
    if not hasattr(os, "sched_setaffinity"):
        return os.cpu_count() or 1
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:wanted])
    return len(os.sched_getaffinity(0))


def say(message: str) -> None:
    """A line on how far the bench is, beside the table."""
    print(message, file=sys.stderr, flush=True)


def total_s(runs: Iterable[Ran]) -> float:
    """Seconds of runs one after the other."""
    return sum(run.wall_s for run in runs)
