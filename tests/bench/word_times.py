"""Word starts against hand-made ones, captionkit end to end beside faster-whisper alone.

    python tests/bench/word_times.py FOLDER

FOLDER holds recordings, each with `NAME.words.json` beside it: a list of `{"word", "start", "end"}` in seconds. Words
that were heard as they are spoken are compared; `*` in the reference is no word.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tables import markdown_table

from captionkit.pipeline.caption import caption_clip
from captionkit.pipeline.options import CaptionOptions
from captionkit.speech.weights.find import WeightsOptions, find_weights
from captionkit.timecode import ms_from_seconds

MODEL = "base"
HEAD = ("word starts", "words", "median error, ms", "mean, ms", "within 50 ms", "stage beside recognition")

Timed = list[tuple[str, int]]
"""Words in lower case without marks, each with its start in milliseconds."""


def main() -> None:
    """Print one table for the folder on the command line."""
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/bench/word_times.py FOLDER")
    references = sorted(Path(sys.argv[1]).glob("*.words.json"))
    if not references:
        sys.exit(f"{sys.argv[1]}: no NAME.words.json is in it.")
    weights = find_weights(MODEL, WeightsOptions(offline=True)).folder
    ours: list[int] = []
    theirs: list[int] = []
    spent = {"times_s": 0.0, "recognise_s": 0.0}
    alone = _faster_whisper(weights)
    with tempfile.TemporaryDirectory(prefix="captionkit-bench-") as cache:
        os.environ["CAPTIONKIT_CACHE"] = cache
        for reference in references:
            clip = reference.with_name(reference.name.removesuffix(".words.json"))
            spoken = _timed((w["word"], ms_from_seconds(w["start"])) for w in json.loads(reference.read_text("utf-8")))
            record = caption_clip(clip, CaptionOptions(model=str(weights), device="cpu", offline=True))
            ours += _errors(spoken, _timed((w.text, w.start_ms) for w in record.transcript.words))
            theirs += _errors(spoken, _timed(alone(clip)))
            spent = {stage: s + dict(record.timings)[stage] for stage, s in spent.items()}
    share = f"{spent['times_s'] / spent['recognise_s']:.2f}"
    print(markdown_table(HEAD, [("captionkit", *_row(ours), share), ("faster-whisper", *_row(theirs), "")]))


def _faster_whisper(weights: Path) -> Any:
    from faster_whisper import WhisperModel

    model: Any = WhisperModel(str(weights), device="cpu", compute_type="int8", cpu_threads=2)

    def hear(clip: Path) -> Iterable[tuple[str, int]]:
        segments, _ = model.transcribe(str(clip), vad_filter=True, word_timestamps=True)
        return [(word.word, ms_from_seconds(word.start)) for segment in segments for word in segment.words]

    return hear


def _timed(words: Iterable[tuple[str, int]]) -> Timed:
    plain = (("".join(c for c in text.casefold() if c.isalnum() or c == "'"), ms) for text, ms in words)
    return [(text, ms) for text, ms in plain if text]


def _errors(spoken: Timed, heard: Timed) -> list[int]:
    """Milliseconds between the starts of the words that are the same in both."""
    matcher = difflib.SequenceMatcher(None, [t for t, _ in spoken], [t for t, _ in heard], autojunk=False)
    return [
        abs(spoken[block.a + k][1] - heard[block.b + k][1])
        for block in matcher.get_matching_blocks()
        for k in range(block.size)
    ]


def _row(errors: list[int]) -> tuple[str, ...]:
    errors = sorted(errors)
    within = sum(error <= 50 for error in errors) / len(errors)
    return (str(len(errors)), str(errors[len(errors) // 2]), f"{sum(errors) / len(errors):.0f}", f"{within:.2f}")


if __name__ == "__main__":
    main()
