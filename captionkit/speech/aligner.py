"""Forced alignment of known words with a short stretch of English sound, by pocketsphinx.

The grammar is the words in sequence, each as one entry with all its pronunciations. Between them there may be silence,
and a loop of a few phones absorbs speech that is not in the words: their neighbours would otherwise be stretched over
words that the recogniser dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from captionkit.model import Span
from captionkit.speech.pronunciations import Pronunciations
from captionkit.speech.voice_activity import SAMPLES_PER_MS

FRAME_MS = 10
FRAME_SHIFT_MS = 3
"""A frame covers 25.6 ms from its start, so a change is 8 ms later than its frame says; scoring every other frame
(`DOWNSAMPLING`) compensates for 5 of them."""
SHORTEST_PHONE_MS = 30
"""A phone has three states of at least one frame each."""

BEAM = 1e-40
"""Narrower than pocketsphinx's 1e-48 and as exact; an unlimited beam (0) costs five times as much for no gain."""
DOWNSAMPLING = 2
GAUSSIANS = 2
"""Every other frame, and two of pocketsphinx's four Gaussians: half the cost, and the same mean error."""
PAUSE_PROBABILITY = 0.5
"""pocketsphinx's 0.005 is meant for dictation; in clips pauses between words are common, and the words after them would
start inside the pause."""
STRAY_PHONES = ("AH", "IY", "S", "N", "T", "ER")
STRAY_PROBABILITY = 1e-14
"""Of each phone outside the words: low enough that spoken words keep their own sound in noise."""

_SEARCH = "chain"
_ENTRY = "word"
_STRAY = "stray"


def aligner_version() -> str | None:
    """Name and version of the aligner; None if it is not installed."""
    try:
        return f"pocketsphinx {version('pocketsphinx')}"
    except PackageNotFoundError:
        return None


@dataclass(frozen=True)
class Aligner:
    """pocketsphinx with its English acoustic model, loaded when first used, for one thread."""

    @cached_property
    def _decoder(self) -> Any:
        from pocketsphinx import Decoder

        decoder = Decoder(
            lm=None,
            dict=None,
            loglevel="FATAL",
            bestpath=False,
            dither=False,
            beam=BEAM,
            wbeam=BEAM,
            pbeam=BEAM,
            ds=DOWNSAMPLING,
            topn=GAUSSIANS,
            silprob=PAUSE_PROBABILITY,
        )
        _add(decoder, _STRAY, STRAY_PHONES)
        return decoder

    @cached_property
    def _entries(self) -> dict[Pronunciations, str]:
        return {}

    def align(self, samples: NDArray[np.float32], words: Sequence[Pronunciations]) -> tuple[Span, ...] | None:
        """Find when each word is said.

        Args:
            samples: mono, 16 kHz, between -1 and 1; a few seconds.
            words: the pronunciations of each word, at least one.

        Returns:
            A span for each word, in milliseconds from the first sample, in order, without overlaps; None if the words
            do not fit the sound.
        """
        length_ms = len(samples) // SAMPLES_PER_MS
        if not words or sum(shortest_ms(word) for word in words) > length_ms:
            return None
        self._set_grammar([self._entry(word) for word in words])
        self._decoder.start_utt()
        self._decoder.process_raw(_pcm(samples), full_utt=True)
        self._decoder.end_utt()
        heard = [s for s in self._decoder.seg() or () if s.word.startswith(_ENTRY)]
        if len(heard) != len(words):
            return None
        return tuple(_span(s.start_frame, s.end_frame + 1, length_ms) for s in heard)

    def _set_grammar(self, entries: list[str]) -> None:
        """Set the grammar: a chain of words, with stray phones allowed before, between and after them."""
        last = len(entries)
        chain = [(at, at + 1, 1.0, entry) for at, entry in enumerate(entries)]
        strays = [(at, at, STRAY_PROBABILITY, _STRAY) for at in range(last + 1)]
        grammar = self._decoder.create_fsg(_SEARCH, 0, last, chain + strays)
        if self._decoder.get_fsg(_SEARCH) is not None:
            self._decoder.remove_search(_SEARCH)
        self._decoder.add_fsg(_SEARCH, grammar)
        self._decoder.activate_search(_SEARCH)

    def _entry(self, word: Pronunciations) -> str:
        """The entry of a word in pocketsphinx's dictionary; added if there is none yet."""
        if word not in self._entries:
            self._entries[word] = f"{_ENTRY}{len(self._entries)}"
            _add(self._decoder, self._entries[word], word)
        return self._entries[word]


def shortest_ms(word: Pronunciations) -> int:
    """The least duration of a word in the model."""
    return SHORTEST_PHONE_MS * min(len(phones.split()) for phones in word)


def _add(decoder: Any, entry: str, pronunciations: Sequence[str]) -> None:
    for number, phones in enumerate(pronunciations, start=1):
        decoder.add_word(entry if number == 1 else f"{entry}({number})", phones, False)


def _span(first_frame: int, end_frame: int, length_ms: int) -> Span:
    start_ms = min(first_frame * FRAME_MS + FRAME_SHIFT_MS, length_ms)
    return Span(start_ms, max(start_ms, min(end_frame * FRAME_MS + FRAME_SHIFT_MS, length_ms)))


def _pcm(samples: NDArray[np.float32]) -> bytes:
    """Samples as 16-bit integers."""
    pcm: bytes = (np.clip(samples, -1, 1) * 32767).astype(np.int16).tobytes()
    return pcm
