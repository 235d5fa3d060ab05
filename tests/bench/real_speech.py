"""Real recordings through captionkit and through faster-whisper alone, same weights: word errors side by side.

    python tests/bench/real_speech.py FOLDER...

Every media file of the folders is heard. Its reference is the text in NAME.txt beside it (`talk.wav.txt`);
a recording without one is judged by the words that are written for it: in music or rain each is an invention.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tables import markdown_table
from words import NORMALISATION, WordErrors, word_errors

from captionkit.errors import CaptionkitError
from captionkit.pipeline.caption import caption_clip
from captionkit.pipeline.options import CaptionOptions
from captionkit.speech.weights.find import WeightsOptions, find_weights

MODEL = "base"
THREADS = 2
MEDIA = frozenset(
    [".aac", ".avi", ".flac", ".m4a", ".mkv", ".mov", ".mp3", ".mp4", ".ogg", ".opus", ".ts", ".wav", ".webm"]
)
HEAD = (
    *("recording", "words spoken", "captionkit", "faster-whisper", "ratio"),
    *("captionkit sub/del/ins", "faster-whisper sub/del/ins", "set aside"),
)

Tool = Callable[[Path], "Heard | None"]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a tool wrote for a recording, and how many words it set aside as invented."""

    text: str
    language: str
    set_aside: int = 0


def main() -> None:
    """Print one table for the folders on the command line."""
    if len(sys.argv) < 2:
        sys.exit("usage: python tests/bench/real_speech.py FOLDER...")
    clips = [clip for folder in sys.argv[1:] for clip in _media(Path(folder))]
    weights = find_weights(MODEL, WeightsOptions(offline=True))
    alone = _faster_whisper(weights.folder)
    with tempfile.TemporaryDirectory(prefix="captionkit-bench-") as cache:
        os.environ["CAPTIONKIT_CACHE"] = cache
        rows = [_row(clip, _captionkit(weights.folder), alone) for clip in clips]
    print(markdown_table(HEAD, rows))
    print(
        f"\n{MODEL} int8 on the processor, no article; word error rate where there is a reference, else the "
        f"number of words written.\nWord errors: {NORMALISATION}."
    )


def _media(folder: Path) -> Iterator[Path]:
    found = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in MEDIA]
    if not found:
        sys.exit(f"{folder}: no media file is in it.")
    yield from found


def _captionkit(weights: Path) -> Tool:
    def hear(clip: Path) -> Heard | None:
        try:
            transcript = caption_clip(clip, CaptionOptions(model=str(weights), device="cpu", offline=True)).transcript
        except CaptionkitError as error:
            print(error, file=sys.stderr)
            return None
        set_aside = sum(len(run.text.split()) for run in transcript.quarantined)
        return Heard(" ".join(w.text for w in transcript.words), transcript.language, set_aside)

    return hear


def _faster_whisper(weights: Path) -> Tool:
    """The recogniser as its own README calls it, with voice activity detection."""
    from faster_whisper import WhisperModel

    model: Any = WhisperModel(str(weights), device="cpu", compute_type="int8", cpu_threads=THREADS)

    def hear(clip: Path) -> Heard | None:
        try:
            segments, info = model.transcribe(str(clip), vad_filter=True)
            return Heard("".join(s.text for s in segments), info.language)
        except Exception as error:  # whatever it stumbles over, the table goes on
            print(f"{clip.name}: faster-whisper: {type(error).__name__}: {error}", file=sys.stderr)
            return None

    return hear


def _row(clip: Path, captionkit: Tool, alone: Tool) -> tuple[str, ...]:
    print(clip.name, file=sys.stderr)
    ours, theirs = captionkit(clip), alone(clip)
    place = clip.with_name(f"{clip.name}.txt")
    reference = place.read_text("utf-8") if place.exists() else ""
    set_aside = str(ours.set_aside) if ours else ""
    a, b = _errors(reference, ours), _errors(reference, theirs)
    spoken = str(a.spoken) if a and a.spoken else "–"
    return (clip.name, spoken, _rate(a), _rate(b), _ratio(a, b), _kinds(a), _kinds(b), set_aside)


def _errors(reference: str, heard: Heard | None) -> WordErrors | None:
    return word_errors(reference, heard.text, heard.language) if heard else None


def _rate(errors: WordErrors | None) -> str:
    if errors is None:
        return "refused"
    return f"{errors.inserted} words" if errors.rate is None else f"{errors.rate:.3f}"


def _ratio(ours: WordErrors | None, theirs: WordErrors | None) -> str:
    if not (ours and theirs and ours.rate is not None and theirs.rate):
        return ""
    return f"{ours.rate / theirs.rate:.2f}"


def _kinds(errors: WordErrors | None) -> str:
    if errors is None or errors.rate is None:
        return ""
    return f"{errors.substituted}/{errors.deleted}/{errors.inserted}"


if __name__ == "__main__":
    main()
