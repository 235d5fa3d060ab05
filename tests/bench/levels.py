"""Recordings at other levels: what a level changes in the words, beside faster-whisper alone with the same weights.

    python tests/bench/levels.py FOLDER...

Every recording with its text in NAME.txt beside it is heard at -20, -9, -3, 0 and +6 dB, rounded to 16 bits and clipped as a
recorder would. faster-whisper hears it as it is, without voice detection.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from real_speech import MEDIA, MODEL, THREADS
from tables import markdown_table
from words import NORMALISATION, word_errors

from captionkit.media import MediaLimits, decode_clip
from captionkit.speech.clip_model import ClipModel
from captionkit.speech.engine import Engine, load_engine
from captionkit.speech.recognise import recognise
from captionkit.speech.transcribe import transcribe
from captionkit.speech.weights.find import WeightsOptions, find_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEVELS_DB = (-20, -9, -3, 0, 6)
MOST_WER_CHANGE = 0.02
_FULL_SCALE = 1 << 15
HEAD = (
    *("recording", "level, dB", "words", "WER", "beside 0 dB", "language"),
    *("faster-whisper words", "faster-whisper WER", "faster-whisper language", ""),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """How many words were heard, their word error rate, and the language."""

    words: int
    wer: float
    language: str


def main() -> None:
    """Print one table for the folders on the command line."""
    if len(sys.argv) < 2:
        sys.exit("usage: python tests/bench/levels.py FOLDER...")
    clips = [clip for folder in sys.argv[1:] for clip in _with_reference(Path(folder))]
    weights = find_weights(MODEL, WeightsOptions(offline=True))
    engine = load_engine(weights, "cpu", THREADS)
    alone = _faster_whisper(weights.folder)
    print(markdown_table(HEAD, [row for clip in clips for row in _rows(clip, engine, alone)]))
    print(
        f"\n{MODEL} int8 on the processor. `fewer` marks fewer words than faster-whisper has, `other` a word error rate more "
        f"than {MOST_WER_CHANGE} from that at 0 dB, `language` another language than at 0 dB.\nWord errors: {NORMALISATION}."
    )


def _with_reference(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in MEDIA and path.with_name(f"{path.name}.txt").exists():
            yield path


def _rows(clip: Path, engine: Engine, alone: Callable[[NDArray[np.float32], str], Heard]) -> Iterator[tuple[str, ...]]:
    print(clip.name, file=sys.stderr)
    reference = clip.with_name(f"{clip.name}.txt").read_text("utf-8")
    samples = decode_clip(clip, None, MediaLimits()).samples
    theirs = alone(samples, reference)
    ours = {level: _captionkit(engine, at_level(samples, level), reference) for level in LEVELS_DB}
    for level, heard in ours.items():
        change = heard.wer - ours[0].wer
        faults = {
            "fewer": heard.words < theirs.words,
            "other": abs(change) > MOST_WER_CHANGE,
            "language": heard.language != ours[0].language,
        }
        yield (
            *(clip.name, f"{level:+d}", str(heard.words), f"{heard.wer:.3f}", f"{change:+.3f}", heard.language),
            *(str(theirs.words), f"{theirs.wer:.3f}", theirs.language),
            " ".join(name for name, there in faults.items() if there),
        )


def at_level(samples: NDArray[np.float32], level_db: float) -> NDArray[np.float32]:
    """The sound so much louder, in steps of 16 bits and cut off at full scale."""
    import numpy as np

    steps = np.round(samples * np.float32(_FULL_SCALE * 10 ** (level_db / 20)))
    return (np.clip(steps, -_FULL_SCALE, _FULL_SCALE - 1) / _FULL_SCALE).astype(np.float32)


def _captionkit(engine: Engine, samples: NDArray[np.float32], reference: str) -> Heard:
    listener = ClipModel(samples, lambda: engine, threads=THREADS)
    transcript = transcribe(recognise(listener, None, lambda done, whole: None), (), listener)
    return _judged(reference, " ".join(word.text for word in transcript.words), transcript.language)


def _faster_whisper(weights: Path) -> Callable[[NDArray[np.float32], str], Heard]:
    from faster_whisper import WhisperModel

    model: Any = WhisperModel(str(weights), device="cpu", compute_type="int8", cpu_threads=THREADS)

    def hear(samples: NDArray[np.float32], reference: str) -> Heard:
        segments, info = model.transcribe(samples)
        return _judged(reference, "".join(segment.text for segment in segments), info.language)

    return hear


def _judged(reference: str, text: str, language: str) -> Heard:
    rate = word_errors(reference, text, "en" if language == "und" else language).rate
    if rate is None:
        sys.exit("a reference has no words to measure by.")
    return Heard(len(text.split()), rate, language)


if __name__ == "__main__":
    main()
