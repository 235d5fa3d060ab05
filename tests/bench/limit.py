"""The recogniser beside the limit: what CTranslate2 alone needs to encode the voiced windows and decode their tokens.

    python tests/bench/limit.py CLIP...

The limit has no voice activity detection, no features, no beam, no word times, no second hearing of anything and no
language detection: each window of a clip is encoded once, filled up to 24 s (30 s where one is longer), and all are
decoded greedily, in as many batches as there are cores. Model and threads are the recogniser's, in one process, loaded
before; like the recogniser, the limit has a core at work on each window or batch.
"""

from __future__ import annotations

import math
import multiprocessing
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from results import Ratio, Row, circumstances, entries, results_table
from workshop import CORES, MODEL, Material, Workshop, say, use_cores

FILLED_FRAMES, LONGEST_FRAMES = 2_400, 3_000
MOST_OF_LIMIT = 1.6
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class LimitTimes:
    """Medians of seconds: the recogniser as it is, the encoder passes, the greedy decoding; and how much there was."""

    recognise_s: float
    encode_s: float
    decode_s: float
    windows: int
    tokens: int
    text: str

    @property
    def limit_s(self) -> float:
        """Encoding and decoding."""
        return self.encode_s + self.decode_s


def limit_rows(shop: Workshop, material: Material, rounds: int) -> list[Row]:
    """The recogniser in a process of its own, warm, the limit, and the one over the other."""
    say(f"{material.name}: the limit")
    times = apart(shop.weights, material.clip, rounds)
    passes = f"{times.windows} encoder passes + greedy decoding of {times.tokens} tokens"
    return [
        Row(f"{material.name}: recogniser, weights loaded before", times.recognise_s),
        Row(
            f"{material.name}: the limit, {passes}",
            times.limit_s,
            material.word_error_rate(times.text),
            ratio=Ratio(times.recognise_s / times.limit_s, "recogniser / this", MOST_OF_LIMIT),
        ),
    ]


def apart(weights: Path, clip: Path, rounds: int) -> LimitTimes:
    """`measured`, in a process of its own: the bench stays small, or its children would start with its memory."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measured, weights, clip, rounds).result()


def measured(weights: Path, clip: Path, rounds: int) -> LimitTimes:
    """The recogniser and the limit in turn on one clip, after one unmeasured turn of the recogniser."""
    from captionkit.media import MediaLimits, decode_clip
    from captionkit.speech.clip_model import ClipModel
    from captionkit.speech.engine import load_engine
    from captionkit.speech.recognise import recognise
    from captionkit.speech.weights.find import WeightsOptions, find_weights

    engine = load_engine(find_weights(str(weights), WeightsOptions(offline=True)), "cpu", CORES)
    samples = decode_clip(clip, None, MediaLimits()).samples

    def recogniser() -> Any:
        return recognise(ClipModel(samples, lambda: engine, threads=CORES), None, lambda done, whole: None)

    language = recogniser().language
    features = _windows(engine, samples)
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        recogniser()
        heard = time.perf_counter()
        with ThreadPoolExecutor(CORES) as cores:
            encoded = list(cores.map(engine.whisper.encode, features))
            passed = time.perf_counter()
            each = math.ceil(len(encoded) / CORES)
            batches = [encoded[at : at + each] for at in range(0, len(encoded), each)]
            ids = [window for batch in cores.map(partial(_greedy, engine, language), batches) for window in batch]
        found.append((heard - started, passed - heard, time.perf_counter() - passed))
    recognise_s, encode_s, decode_s = (median(column) for column in zip(*found))
    text = "".join(engine.tokenizer(language).decode(window) for window in ids)
    return LimitTimes(recognise_s, encode_s, decode_s, len(features), sum(map(len, ids)), text)


def _windows(engine: Any, samples: Any) -> list[Any]:
    """Features of the windows that the recogniser would listen to, filled up to one length."""
    from faster_whisper.audio import pad_or_trim

    from captionkit.speech.voice_activity import SAMPLES_PER_MS, voiced_spans, windows

    spans = windows(voiced_spans(samples), len(samples) // SAMPLES_PER_MS)
    cuts = [samples[s.start_ms * SAMPLES_PER_MS : s.end_ms * SAMPLES_PER_MS] for s in spans]
    features = [engine.whisper.feature_extractor(cut)[..., :-1] for cut in cuts]
    fits = all(f.shape[-1] <= FILLED_FRAMES for f in features)
    return [pad_or_trim(f, FILLED_FRAMES if fits else LONGEST_FRAMES) for f in features]


def _greedy(engine: Any, language: str, encoded: Sequence[Any]) -> list[list[int]]:
    """Text tokens of each window of a batch."""
    import ctranslate2
    import numpy as np
    from faster_whisper.transcribe import get_suppressed_tokens

    tokenizer = engine.tokenizer(language)
    prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    results = engine.whisper.model.generate(
        ctranslate2.StorageView.from_array(np.concatenate([np.asarray(e) for e in encoded])),
        [prompt] * len(encoded),
        beam_size=1,
        suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
    )
    return [[i for i in result.sequences_ids[0] if i < tokenizer.eot] for result in results]


def main() -> None:
    """A table for the clips on the command line, with the weights of captionkit's own cache."""
    from captionkit.speech.weights.find import WeightsOptions, find_weights

    use_cores(CORES)
    weights = find_weights(MODEL, WeightsOptions(offline=True)).folder
    rows = []
    for clip in map(Path, sys.argv[1:]):
        times = apart(weights, clip, ROUNDS)
        ratio = Ratio(times.recognise_s / times.limit_s, "recogniser / limit", MOST_OF_LIMIT)
        rows += [
            Row(f"{clip}: recogniser", times.recognise_s, ratio=ratio),
            Row(f"{clip}: {times.windows} encoder passes", times.encode_s),
            Row(f"{clip}: greedy decoding of {times.tokens} tokens", times.decode_s),
        ]
    if not rows:
        sys.exit("usage: python tests/bench/limit.py CLIP...")
    print(results_table(entries(rows, "limit.py", circumstances(CORES))))


if __name__ == "__main__":
    main()
