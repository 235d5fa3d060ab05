"""True word times by forced alignment of the recognised words with the sound.

The recogniser's own word times are off by 60 to 160 ms, and by seconds beside silence. English words are aligned in the
windows in which they were recognised. Where an alignment cannot be right, the window is split and each half is tried
again; words that cannot be aligned keep the recogniser's times.
"""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, islice

import numpy as np
from numpy.typing import NDArray

from captionkit.model import Span, Transcript, Word, WordTimes
from captionkit.speech.aligner import Aligner, aligner_version, shortest_ms
from captionkit.speech.pronunciations import Pronunciations, pronounce
from captionkit.speech.spoken_forms import ways_said
from captionkit.speech.voice_activity import SAMPLES_PER_MS, voice_within, windows
from captionkit.text import share_time

TIMES_VERSION = 1
"""Increased whenever alignment gives other times than before; cached times of another version are not used."""
LANGUAGE = "en"
FARTHEST_MOVE_MS = 1_000
"""A word moved farther than this, away from speech, was not found but displaced by its neighbours."""
VOICE_MARGIN_MS = 250
"""The voice activity detector fires late on a soft first sound: a word is outside speech if there is none this near."""
SQUEEZED_WORDS = 3
"""As many words in a row of the least duration that the model allows are not what is said there."""
SHORTEST_PIECE_WORDS = 4
SHORTEST_HALVED_MS = 4_000
PIECE_PAD_MS = 150
_NOT_FOUND = -1
_FAILURES = (ImportError, OSError, RuntimeError, ValueError)
"""What a broken pocketsphinx raises; poorer times are better than no captions."""

Found = list[tuple[int, int]]
"""Start and end of each word of a window, in milliseconds; both -1 for a word that was not found."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words, the stretch of sound in which they are said, and the spans with speech in it."""

    span: Span
    words: tuple[Word, ...]
    voiced: tuple[Span, ...]

    @property
    def key(self) -> str:
        """The key of its times in the cache."""
        words = " ".join(word.text for word in self.words)
        text = f"{TIMES_VERSION}|{self.span.start_ms}-{self.span.end_ms}|{words}"
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _Alignment:
    """What alignment needs besides a piece: the sound of the clip, the aligner, and the pronunciations of each word."""

    samples: NDArray[np.float32]
    aligner: Aligner
    pronunciations: dict[Word, Pronunciations]


def true_times(transcript: Transcript, samples: NDArray[np.float32], known: dict[str, Found]) -> Transcript:
    """The transcript with times from forced alignment, where that is possible and succeeds.

    The words stay the same. In any case no word starts in a silence and ends after it, none ends after the clip, and
    starts never decrease.

    Args:
        transcript: words with the recogniser's times, and the spans with speech.
        samples: the clip's sound, mono, 16 kHz, between -1 and 1.
        known: times of earlier runs, by window and words; new ones are added.
    """
    words, times = transcript.words, _times(transcript.language)
    if times.aligner:
        try:
            words = _aligned(transcript, samples, known)
        except _FAILURES as error:
            times = WordTimes(None, f"{times.aligner} failed ({error})")
    duration_ms = len(samples) // SAMPLES_PER_MS
    return replace(transcript, words=in_order(words, transcript.voiced, duration_ms), times=times)


def in_order(words: tuple[Word, ...], voiced: tuple[Span, ...], duration_ms: int) -> tuple[Word, ...]:
    """The words with consistent times.

    The times of aligned words take precedence; no word ends after the next has started, or after the clip.

    Args:
        words: in spoken order.
        voiced: the spans with speech, in order; a word that starts in a silence but outlasts it starts with the speech.
        duration_ms: the length of the clip.
    """
    starts = [min(word.start_ms, duration_ms) for word in words]
    for at in range(len(words) - 2, -1, -1):
        if not words[at].aligned:
            starts[at] = min(starts[at], starts[at + 1])
    starts = list(accumulate(starts, max))
    ends = [min(word.end_ms, following) for word, following in zip(words, [*starts[1:], duration_ms])]
    voices = [span.start_ms for span in voiced]
    found = []
    for word, start_ms, end_ms in zip(words, starts, ends):
        end_ms = max(start_ms, end_ms)
        found.append(replace(word, start_ms=_start_in_speech(Span(start_ms, end_ms), voiced, voices), end_ms=end_ms))
    return tuple(found)


def _start_in_speech(span: Span, voiced: tuple[Span, ...], voices: list[int]) -> int:
    """The start of a word, or of the speech after the silence it starts in, if that is before the end of the word."""
    after = bisect.bisect_right(voices, span.start_ms)
    speaks = after > 0 and span.start_ms < voiced[after - 1].end_ms
    if speaks or after == len(voices) or voices[after] >= span.end_ms:
        return span.start_ms
    return voices[after]


def _times(language: str) -> WordTimes:
    if language != LANGUAGE:
        return WordTimes(None, f"only English is aligned, and the language is {language}")
    version = aligner_version()
    if version is None:
        return WordTimes(None, "pocketsphinx is not installed: `pip install pocketsphinx==5.1.1`")
    return WordTimes(version)


def _aligned(transcript: Transcript, samples: NDArray[np.float32], known: dict[str, Found]) -> tuple[Word, ...]:
    """The words with the times that were found.

    Words are aligned as they were recognised, not as an article spells them, so that they need not be aligned again
    for another article.
    """
    heard = [_as_heard(word) for word in transcript.words]
    pieces = _pieces(tuple(chain(*heard)), transcript.voiced, len(samples) // SAMPLES_PER_MS)
    new = [piece for piece in pieces if piece.key not in known]
    if new:
        words = [word for piece in new for word in piece.words]
        sounds = dict(zip(words, pronounce(ways_said([word.text for word in words]))))
        alignment = _Alignment(samples, Aligner(), sounds)
        known |= {piece.key: _found(piece, alignment) for piece in new}
    timed = chain.from_iterable(_with_times(piece.words, known[piece.key]) for piece in pieces)
    return tuple(_joined(word, list(islice(timed, len(parts)))) for word, parts in zip(transcript.words, heard))


def _as_heard(word: Word) -> tuple[Word, ...]:
    """A corrected word as the words that were recognised, which share its time by their length."""
    texts = (word.heard or "").split() or [word.text]
    shares = zip(texts, share_time(texts, word.start_ms, word.end_ms))
    return tuple(replace(word, text=text, heard=None, start_ms=start, end_ms=end) for text, (start, end) in shares)


def _joined(word: Word, parts: list[Word]) -> Word:
    """A word with the times from its first to its last part, if both were found."""
    if not all(part.aligned for part in (parts[:1] + parts[-1:])):
        return word
    return replace(word, start_ms=parts[0].start_ms, end_ms=max(parts[0].start_ms, parts[-1].end_ms), aligned=True)


def _pieces(words: tuple[Word, ...], voiced: tuple[Span, ...], duration_ms: int) -> list[_Piece]:
    """The windows in which the words were recognised, each with its words."""
    pieces, first = [], 0
    spans = windows(voiced, duration_ms) or (Span(0, duration_ms),)
    for span in spans:
        last = first
        while last < len(words) and (span is spans[-1] or _middle_ms(words[last]) < span.end_ms):
            last += 1
        pieces.append(_Piece(span, words[first:last], tuple(v for v in voiced if v.overlap_ms(span))))
        first = last
    return [piece for piece in pieces if piece.words]


def _middle_ms(word: Word) -> int:
    return (word.start_ms + word.end_ms) // 2


def _found(piece: _Piece, alignment: _Alignment) -> Found:
    """The times of a piece's words; a piece that cannot be aligned is split, down to a few words and seconds."""
    sounds = [alignment.pronunciations[word] for word in piece.words]
    cut = alignment.samples[piece.span.start_ms * SAMPLES_PER_MS : piece.span.end_ms * SAMPLES_PER_MS]
    spans = alignment.aligner.align(cut, [sound for sound in sounds if sound])
    if spans is not None:
        rest = iter(_on_clip(piece.span, spans))
        found = [next(rest) if sound else None for sound in sounds]
        if not _doubtful(piece, sounds, found):
            return [(span.start_ms, span.end_ms) if span else (_NOT_FOUND, _NOT_FOUND) for span in found]
    if len(piece.words) < 2 * SHORTEST_PIECE_WORDS or piece.span.duration_ms < SHORTEST_HALVED_MS:
        return [(_NOT_FOUND, _NOT_FOUND)] * len(piece.words)
    return [times for half in _halves(piece) for times in _found(half, alignment)]


def _on_clip(window: Span, spans: Sequence[Span]) -> list[Span]:
    return [Span(window.start_ms + s.start_ms, window.start_ms + s.end_ms) for s in spans]


def _doubtful(piece: _Piece, sounds: Sequence[Pronunciations], found: Sequence[Span | None]) -> bool:
    """Whether an alignment cannot be right: a displaced word, one outside speech, or several squeezed together."""
    squeezed = 0
    for word, sound, span in zip(piece.words, sounds, found):
        if span is None:
            continue
        around = Span(max(0, span.start_ms - VOICE_MARGIN_MS), span.end_ms + VOICE_MARGIN_MS)
        if not voice_within(piece.voiced, around):
            return True
        heard_in_voice = voice_within(piece.voiced, Span(word.start_ms, word.start_ms + 1))
        if heard_in_voice and abs(span.start_ms - word.start_ms) > FARTHEST_MOVE_MS:
            return True
        squeezed = squeezed + 1 if span.duration_ms <= shortest_ms(sound) else 0
        if squeezed == SQUEEZED_WORDS:
            return True
    return False


def _halves(piece: _Piece) -> tuple[_Piece, _Piece]:
    """A piece split at the longest pause between words, not too near its ends; both halves extend a little beyond."""
    words = piece.words
    margin = max(SHORTEST_PIECE_WORDS, len(words) // 4)
    at = max(range(margin, len(words) - margin + 1), key=lambda k: words[k].start_ms - words[k - 1].end_ms)
    cut_ms = (words[at - 1].end_ms + words[at].start_ms) // 2
    left = Span(piece.span.start_ms, max(piece.span.start_ms, min(cut_ms + PIECE_PAD_MS, piece.span.end_ms)))
    right = Span(min(max(cut_ms - PIECE_PAD_MS, piece.span.start_ms), piece.span.end_ms), piece.span.end_ms)
    return replace(piece, span=left, words=words[:at]), replace(piece, span=right, words=words[at:])


def _with_times(words: tuple[Word, ...], found: Found) -> list[Word]:
    if len(found) != len(words):
        return list(words)
    return [
        replace(word, start_ms=start_ms, end_ms=end_ms, aligned=True) if 0 <= start_ms <= end_ms else word
        for word, (start_ms, end_ms) in zip(words, found)
    ]
