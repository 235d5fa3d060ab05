"""The loaded Whisper model: encode, decode, time and score windows of sound.

Everything here works on a `Window`: a stretch of the clip, encoded once. The encoder's output is used for decoding,
word times and evidence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from captionkit.errors import WeightsError
from captionkit.model import ModelUsed, Span
from captionkit.speech.device import require_compute_type
from captionkit.speech.loudness import levelled
from captionkit.speech.recognition import RecognisedWord
from captionkit.speech.voice_activity import SAMPLES_PER_MS
from captionkit.speech.weights.tokenizer import load_tokenizer
from captionkit.timecode import ms_from_seconds

if TYPE_CHECKING:
    from captionkit.speech.weights.find import Weights


WHISPER_FRAMES = 3_000
WINDOW_FRAMES = 2_400
QUIET_TAIL_FRAMES = 300
"""Windows are padded with silence to 24 s instead of Whisper's 30 s, or to 30 s where the padding would be shorter than
3 s: the encoder costs a fifth less, the words are the same, and windows of one length can be decoded together."""
SHORT_CLIP_MS = 10 * WHISPER_FRAMES
"""The windows of a clip of at most 30 s are padded to 30 s: with less padding Whisper takes a few words for another
language, and loses their end."""
WINDOW_DBFS = -20.0
"""The loudness to which each window is normalised."""
MOST_WORKERS = 4
"""A clip of two minutes has no more batches of windows to decode in parallel, and each worker takes memory."""
FRAME_MS = 10
SILENCES: tuple[tuple[int, float | None], ...] = ((200, None), (200, -60.0), (300, -40.0))
"""Length in frames and level in dBFS of the white noise of the silences over which the model is asked what it
expects by itself; None for digital silence. Over four instruction sets the answer over one silence of 5 s deviates by
0.39 nats, their mean by 0.15 (docs/evidence.md)."""
SILENCE_SEED = 20_261_124
LONGEST_TEXT_TOKENS = 448
LONGEST_HOTWORD_TOKENS = 220
LONGEST_WORDING_TOKENS = 220
WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
"""Languages written without spaces between words; each of their tokens stays a word."""
_PREPENDED = "\"'“¿([{-"
_APPENDED = "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True)
class Engine:
    """A Whisper model in memory, with the fixed tokenizer. `whisper` is a `faster_whisper.WhisperModel`."""

    whisper: Any
    used: ModelUsed

    @property
    def multilingual(self) -> bool:
        """Whether it knows other languages than English."""
        return bool(self.whisper.model.is_multilingual)

    @cached_property
    def _tokenizers(self) -> dict[str, Any]:
        return {}

    def tokenizer(self, language: str) -> Any:
        """faster-whisper's tokenizer for a language."""
        from faster_whisper.tokenizer import Tokenizer

        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(
                self.whisper.hf_tokenizer, self.multilingual, task="transcribe", language=language
            )
        return self._tokenizers[language]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of sound with its encoder output (`ctranslate2.StorageView`) and length in 10 ms frames."""

    span: Span
    encoded: Any
    frames: int

    @property
    def encoded_bytes(self) -> int:
        """How much memory the encoder output takes, as 32-bit numbers."""
        return 4 * int(math.prod(self.encoded.shape))


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """The decoder's result for a window. `mean_logprob` is per token; `repetition` is the gzip ratio of the text."""

    words: tuple[RecognisedWord, ...]
    mean_logprob: float
    repetition: float


def load_engine(weights: Weights, device: str, threads: int, compute_type: str = "auto") -> Engine:
    """Load verified weights.

    On a CPU each thread is a worker of its own, up to `MOST_WORKERS`, which share the remaining threads: two windows in
    parallel take little more than half the time of two in sequence on two threads, because the decoder's matrices are
    too small to be shared.

    Args:
        weights: their folder and name.
        device: `cpu` or `cuda`.
        threads: how many to use on a CPU.
        compute_type: one of `model.COMPUTE_TYPES`; `auto` is int8 on a CPU and float16 on CUDA.

    Raises:
        UsageError: this machine cannot compute with that type.
        WeightsError: they cannot be loaded, or not on this device.
    """
    from faster_whisper import WhisperModel

    require_compute_type(device, compute_type)
    if compute_type == "auto":
        compute_type = "float16" if device == "cuda" else "int8"
    workers = min(threads, MOST_WORKERS) if device == "cpu" else 1
    try:
        whisper = WhisperModel(
            str(weights.folder),
            device=device,
            compute_type=compute_type,
            cpu_threads=threads // workers,
            num_workers=workers,
            local_files_only=True,
        )
        whisper.hf_tokenizer = load_tokenizer(weights.folder)
    except Exception as error:  # the tokenizers library raises nothing more specific
        reason = f"these weights cannot be loaded on {device} ({str(error).rstrip('.')})"
        remedy = "Try another --device or --model; `captionkit models list` lists the models."
        raise WeightsError(weights.folder, reason, remedy) from error
    return Engine(whisper, ModelUsed(weights.name, weights.sha256, device, compute_type))


def encode_window(engine: Engine, samples: NDArray[np.float32], span: Span, filled: bool = False) -> Window:
    """Normalise the loudness of a stretch of at most 30 s, and encode it.

    `filled`: pad it to 30 s in any case.
    """
    from faster_whisper.audio import pad_or_trim

    cut = levelled(samples[span.start_ms * SAMPLES_PER_MS : span.end_ms * SAMPLES_PER_MS], WINDOW_DBFS)
    features = engine.whisper.feature_extractor(cut)[..., :-1]
    frames = min(features.shape[-1], WHISPER_FRAMES)
    short = filled or is_short(samples)
    padded = WHISPER_FRAMES if short or frames + QUIET_TAIL_FRAMES > WINDOW_FRAMES else WINDOW_FRAMES
    return Window(span, engine.whisper.encode(pad_or_trim(features, padded)), frames)


def is_short(samples: NDArray[np.float32]) -> bool:
    """Whether the whole clip fits into Whisper's 30 s."""
    return samples.size <= SHORT_CLIP_MS * SAMPLES_PER_MS


def silent_windows(engine: Engine) -> tuple[Window, ...]:
    """Windows without speech, encoded: what is more probable there, the model expects by itself.

    There is one for each of `SILENCES`: over a single silence the result depends on rounding and on the silence.
    """
    found = []
    for frames, noise_db in SILENCES:
        count = frames * FRAME_MS * SAMPLES_PER_MS
        noise = np.random.default_rng(SILENCE_SEED).standard_normal(count)
        sound = (noise * (10 ** (noise_db / 20) if noise_db is not None else 0.0)).astype(np.float32)
        features = engine.whisper.feature_extractor(sound)[..., :frames]
        found.append(Window(Span(0, frames * FRAME_MS), engine.whisper.encode(features), frames))
    return tuple(found)


def decode(engine: Engine, window: Window, language: str, beam: int) -> Hypothesis:
    """Decode a window, without Whisper's timestamp tokens, and time its words."""
    from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens

    tokenizer = engine.tokenizer(language)
    (result,) = engine.whisper.model.generate(
        window.encoded,
        [prompt(engine, language, None)],
        beam_size=beam,
        max_length=LONGEST_TEXT_TOKENS,
        suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
        return_scores=True,
    )
    ids = [i for i in result.sequences_ids[0] if i < tokenizer.eot]
    repetition = float(get_compression_ratio(tokenizer.decode(ids))) if ids else 0.0
    return Hypothesis(time_words(engine, window, language, ids), float(result.scores[0]), repetition)


def prompt(engine: Engine, language: str, hotwords: str | None) -> list[int]:
    """The decoder's prompt: hotwords, if any, then language and task, without timestamps."""
    tokenizer = engine.tokenizer(language)
    start = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
    if not hotwords:
        return start
    return [tokenizer.sot_prev, *tokenizer.encode(" " + hotwords)[:LONGEST_HOTWORD_TOKENS], *start]


def time_words(engine: Engine, window: Window, language: str, ids: list[int]) -> tuple[RecognisedWord, ...]:
    """The words of token ids, with their times in the clip by the model's cross-attention.

    Pieces without a space before them belong to the previous word, except in scripts without spaces: there only Latin
    letters and digits do (2026).
    """
    from faster_whisper.transcribe import merge_punctuations

    if not ids:
        return ()
    found = engine.whisper.find_alignment(engine.tokenizer(language), [ids], window.encoded, window.frames)[0]
    merge_punctuations(found, _PREPENDED, _APPENDED)
    words: list[RecognisedWord] = []
    for piece in found:
        text = piece["word"]
        if not text.strip():
            continue
        start_ms, end_ms = _on_clip(window, piece["start"]), _on_clip(window, piece["end"])
        word = RecognisedWord(
            "".join(text.split()),
            start_ms,
            max(start_ms, end_ms),
            float(piece["probability"]),
            len(piece["tokens"]),
        )
        belongs = language not in WITHOUT_SPACES or (words and _is_latin(words[-1].text[-1] + word.text[0]))
        merge = words and not text.startswith(" ") and belongs
        words.append(_merged(words.pop(), word) if merge else word)
    return tuple(words)


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalnum()


def _on_clip(window: Window, seconds: float) -> int:
    return min(window.span.start_ms + ms_from_seconds(float(seconds)), window.span.end_ms)


def _merged(left: RecognisedWord, right: RecognisedWord) -> RecognisedWord:
    return RecognisedWord(
        left.text + right.text,
        left.start_ms,
        max(left.end_ms, right.end_ms),
        min(left.probability, right.probability),
        left.pieces + right.pieces,
    )


def word_logprobs(
    engine: Engine, window: Window, language: str, wording: str, hotwords: str | None = None
) -> list[float]:
    """The log probability, in nats, of each word of a wording as the whole text of a window.

    CTranslate2's `align` returns the model's probability of each token, given the text before it.
    """
    pieces = [engine.tokenizer(language).encode(" " + word) for word in wording.split()]
    if not pieces:
        return []
    ids = list(chain.from_iterable(pieces))[:LONGEST_WORDING_TOKENS]
    (found,) = engine.whisper.model.align(window.encoded, prompt(engine, language, hotwords), [ids], window.frames)
    logprobs = iter([math.log(max(p, 1e-10)) for p in found.text_token_probs])
    return [sum(islice(logprobs, len(piece))) for piece in pieces]


def language_probabilities(engine: Engine, window: Window) -> dict[str, float]:
    """The probability of each language in a window, by its code (`en`)."""
    return {token[2:-2]: float(p) for token, p in engine.whisper.model.detect_language(window.encoded)[0]}


def language_codes() -> frozenset[str]:
    """The codes of the languages that Whisper knows (`en`)."""
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    return frozenset(_LANGUAGE_CODES)
