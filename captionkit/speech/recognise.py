"""Recognise the words of a clip: the slow stage.

The clip is cut into windows at pauses. Each is encoded and decoded once; speech that was dropped is decoded again, and
so are stretches that seemed to have no voice. Nothing of the article is used in this stage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from captionkit.errors import UsageError
from captionkit.model import Span
from captionkit.speech.clip_model import ClipModel
from captionkit.speech.dropped_speech import dropped_spans, without_echo, without_stretching
from captionkit.speech.engine import (
    Engine,
    Hypothesis,
    Window,
    decode,
    encode_window,
    is_short,
    language_codes,
    language_probabilities,
)
from captionkit.speech.recognition import RecognisedPassage, RecognisedWord, Recognition
from captionkit.speech.voice_activity import SAMPLES_PER_MS, WindowLimits, faint_spans, voiced_spans, windows

Progress = Callable[[int, int], None]
"""Called with the milliseconds done and the milliseconds in all."""

BEAM = 5
WORST_MEAN_LOGPROB = -1.0
WORST_REPETITION = 2.4
"""Whisper's own limits (Radford et al. 2022, section 4.5): beyond them a window is decoded again in halves."""
SHORTEST_SPLIT_MS = 4_000
SHORT_CLIP_WINDOWS = WindowLimits(longest_ms=29_000, shortest_ms=20_000)
"""A clip that fits into Whisper's 30 s is a single window where its speech is no longer than this."""
SHORT_CLIP_EDGE_MS = 2_000
"""Its window extends to an end of the clip that is no farther away: where speech begins depends on the level by a frame
or two, and with it the words. At -20 to +6 dB 2 of 48 transcripts of short recordings then differ from that at 0 dB,
instead of 4."""
LANGUAGE_WINDOWS = 4
SURE_LANGUAGE = 0.9
"""A language less probable than this, in windows of less than 30 s, is detected again with 30 s."""
DROPPED_PAD_MS = 150
SURE_MEAN_LOGPROB = -0.7


@dataclass(frozen=True, slots=True)
class _Clip:
    model: ClipModel
    voiced: tuple[Span, ...]
    language: str


def recognise(model: ClipModel, language: str | None, progress: Progress) -> Recognition:
    """Recognise the passages and words of a clip.

    Args:
        model: the model with the sound of the clip.
        language: a code like `en`; None to detect it.
        progress: called after each window.

    Returns:
        The recognition; without passages where nobody speaks.

    Raises:
        UsageError: the model does not know the language.
    """
    voiced = voiced_spans(model.samples)
    faint = faint_spans(model.samples, voiced)
    spans = _windows(model, voiced)
    spoken, probability = _language(model, spans or faint, language)
    clip = _Clip(model, voiced, spoken)
    found: list[RecognisedPassage] = []
    for span, passages in zip(spans, model.together(partial(_of_window, clip), spans)):
        found += passages
        progress(span.end_ms, spans[-1].end_ms)
    recognition = _with_faint(clip, Recognition(spoken, probability, model.engine.used, _ordered(found), voiced), faint)
    return (
        recognition
        if recognition.voiced or language
        else replace(recognition, language="und", language_probability=0.0)
    )


def _windows(model: ClipModel, voiced: tuple[Span, ...]) -> tuple[Span, ...]:
    """The windows of a clip; the only window of a short clip extends to the ends of the clip if these are near."""
    duration_ms = len(model.samples) // SAMPLES_PER_MS
    if not is_short(model.samples):
        return windows(voiced, duration_ms)
    spans = windows(voiced, duration_ms, SHORT_CLIP_WINDOWS)
    if len(spans) != 1:
        return spans
    start_ms, end_ms = spans[0].start_ms, spans[0].end_ms
    return (
        Span(
            0 if start_ms <= SHORT_CLIP_EDGE_MS else start_ms,
            duration_ms if duration_ms - end_ms <= SHORT_CLIP_EDGE_MS else end_ms,
        ),
    )


def _ordered(passages: list[RecognisedPassage]) -> tuple[RecognisedPassage, ...]:
    return tuple(sorted(passages, key=lambda p: p.span.start_ms))


def _with_faint(clip: _Clip, recognition: Recognition, faint: tuple[Span, ...]) -> Recognition:
    """Add what is said in stretches that seemed to have no voice, where the recogniser is confident of it."""
    words = tuple(sorted((w for p in recognition.passages for w in p.words), key=lambda w: w.start_ms))
    faint = tuple(part for span in faint for part in _without_words(span, words))
    found = clip.model.together(lambda span: list(_decoded_again(clip, span, words)), faint)
    added = {span: passages for span, passages in zip(faint, found) if passages}
    if not added:
        return recognition
    passages = _ordered([*recognition.passages, *(p for some in added.values() for p in some)])
    voiced = tuple(sorted((*recognition.voiced, *added), key=lambda v: v.start_ms))
    return replace(recognition, passages=passages, voiced=voiced)


def _without_words(span: Span, words: tuple[RecognisedWord, ...]) -> tuple[Span, ...]:
    """The parts of a stretch without words: it may lie inside a window, and be recognised there."""
    inside = tuple(w for w in words if w.start_ms < span.end_ms and w.end_ms > span.start_ms)
    return dropped_spans(inside, span, (span,)) if inside else (span,)


def _of_window(clip: _Clip, span: Span) -> list[RecognisedPassage]:
    """The passages of one window."""
    return list(_passages(clip, span, _decoded(clip, span)))


def _decoded(clip: _Clip, span: Span) -> Hypothesis:
    return decode(clip.model.engine, clip.model.window(span), clip.language, BEAM)


def _language(model: ClipModel, spans: tuple[Span, ...], wanted: str | None) -> tuple[str, float]:
    """The requested language, or the most probable one over the longest windows, with its probability."""
    engine = model.engine
    if wanted:
        _require_language(engine, wanted)
        return wanted, 1.0
    if not engine.multilingual:
        return "en", 1.0
    if not spans:
        return "und", 0.0
    longest = sorted(spans, key=lambda s: -s.duration_ms)[:LANGUAGE_WINDOWS]
    found = _most_probable(model, longest, model.window)
    if found[1] >= SURE_LANGUAGE or is_short(model.samples):
        return found
    return _most_probable(model, longest, lambda span: encode_window(engine, model.samples, span, filled=True))


def _most_probable(model: ClipModel, spans: Sequence[Span], encode: Callable[[Span], Window]) -> tuple[str, float]:
    """The language with the highest mean probability over some windows, and that probability."""
    totals: dict[str, float] = {}

    def ask(span: Span) -> dict[str, float]:
        return language_probabilities(model.engine, encode(span))

    for probabilities in model.together(ask, spans):
        for code, p in probabilities.items():
            totals[code] = totals.get(code, 0.0) + p / len(spans)
    return max(totals.items(), key=lambda item: item[1])


def _require_language(engine: Engine, wanted: str) -> None:
    if wanted not in language_codes():
        raise UsageError(
            f"Whisper does not know the language {wanted!r}. Give a code like en, de or es, or leave it out."
        )
    if wanted != "en" and not engine.multilingual:
        raise UsageError(
            f"The model {engine.used.name} recognises English only, not {wanted!r}. Choose one without .en, like base."
        )


def _passages(clip: _Clip, span: Span, hypothesis: Hypothesis) -> Iterator[RecognisedPassage]:
    """The passages of one window, or of its halves where decoding the whole failed."""
    halves = _halves(clip.voiced, span) if _has_failed(hypothesis) else ()
    if halves:
        for half in halves:
            yield from _passages(clip, half, _decoded(clip, half))
        return
    words = without_stretching(hypothesis.words, clip.voiced)
    yield RecognisedPassage(span, words, hypothesis.mean_logprob)
    for gap in dropped_spans(words, span, clip.voiced):
        yield from _decoded_again(clip, gap, words)


def _has_failed(hypothesis: Hypothesis) -> bool:
    return hypothesis.mean_logprob < WORST_MEAN_LOGPROB or hypothesis.repetition > WORST_REPETITION


def _halves(voiced: tuple[Span, ...], span: Span) -> tuple[Span, ...]:
    """A window split at its longest pause; empty where it is too short or has no pause."""
    inside = [v for v in voiced if v.overlap_ms(span)]
    if span.duration_ms < SHORTEST_SPLIT_MS or len(inside) < 2:
        return ()
    before, after = max(zip(inside, inside[1:]), key=lambda pair: pair[1].start_ms - pair[0].end_ms)
    cut_ms = (before.end_ms + after.start_ms) // 2
    return Span(span.start_ms, cut_ms), Span(cut_ms, span.end_ms)


def _decoded_again(clip: _Clip, dropped: Span, around: tuple[RecognisedWord, ...]) -> Iterator[RecognisedPassage]:
    """The words of a stretch that the decoder dropped, where it is confident of them when it decodes it on its own."""
    end_ms = min(dropped.end_ms + DROPPED_PAD_MS, len(clip.model.samples) // SAMPLES_PER_MS)
    span = Span(max(0, dropped.start_ms - DROPPED_PAD_MS), end_ms)
    found = _decoded(clip, span)
    if found.mean_logprob < SURE_MEAN_LOGPROB or found.repetition > WORST_REPETITION:
        return
    before = next((w.text for w in reversed(around) if w.end_ms <= dropped.start_ms), "")
    after = next((w.text for w in around if w.start_ms >= dropped.end_ms), "")
    words = without_stretching(without_echo(found.words, before, after), clip.voiced)
    if words:
        yield RecognisedPassage(span, words, found.mean_logprob)
