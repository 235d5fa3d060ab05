"""How well other wordings than the recognised one fit the sound.

The model is asked about whole passages, with some of their words replaced: no sound is cut at the edge of a word, and
each passage is encoded once. The same wordings are scored over silence: what is more probable there, the model
expects by itself, and the difference is the evidence of the sound. (This is the decoder's internal language model,
estimated without sound: Meng et al. 2021, "Internal language model estimation".)
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from captionkit.model import Margin, Span, Word
from captionkit.speech.clip_model import ClipModel
from captionkit.speech.recognition import Recognition

LONGEST_MS = 29_500
MOST_WORDS = 110
"""Whisper takes 30 s at a time, and its text has 224 tokens."""
CONTEXT_WORDS = 12
CONTEXT_PAD_MS = 120
NEAR_WORDS = 4


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Sound, and the words said in it: `words[first:last]` of the transcript."""

    span: Span
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SoundEvidence:
    """Compares wordings by the sound of a clip: the words of the transcript, what was recognised, and the model.

    A place is a pair `(first, last)`: the wordings stand for `words[first:last]`, which is empty where words would be
    inserted. A wording is a text, empty where words would be removed.
    """

    words: tuple[Word, ...]
    recognition: Recognition
    model: ClipModel

    def margins(self, place: tuple[int, int], wordings: Sequence[str]) -> list[Margin] | None:
        """How much more probable the recognised words are than each wording, judged on the whole passages.

        Returns:
            A margin for each wording, in nats; None where the place is too long for the model.
        """
        return self._margins(place, wordings, self._passages(place))

    def margins_nearby(self, place: tuple[int, int], wordings: Sequence[str]) -> list[Margin] | None:
        """The margins judged on a short stretch around the place: a second opinion with less text as context."""
        return self._margins(place, wordings, self._around(place, NEAR_WORDS))

    def _margins(
        self, place: tuple[int, int], wordings: Sequence[str], stretch: _Stretch | None
    ) -> list[Margin] | None:
        if stretch is None:
            return None
        first, last = place
        before, heard, after = (
            [w.text for w in self.words[begin:end]]
            for begin, end in ((stretch.first, first), place, (last, stretch.last))
        )
        texts = [" ".join(before + middle + after) for middle in (heard, *([w] if w else [] for w in wordings))]
        language = self.recognition.language
        logprob, *others = self.model.logprobs(stretch.span, texts, language)
        expected, *others_expected = self.model.expected(texts, language)
        return [
            Margin(logprob - other, expected - other_expected)
            for other, other_expected in zip(others, others_expected, strict=True)
        ]

    def _passages(self, place: tuple[int, int]) -> _Stretch | None:
        """The passages that contain the place; where these are too long, a part around it."""
        first, last = place
        start_ms = self.words[max(0, min(first, last - 1))].start_ms
        end_ms = max(self.words[max(0, min(last, len(self.words)) - 1)].end_ms, start_ms + 1)
        spans = [p.span for p in self.recognition.passages if p.span.end_ms > start_ms and p.span.start_ms < end_ms]
        if spans:
            whole = Span(min(s.start_ms for s in spans), max(s.end_ms for s in spans))
            starts = [w.start_ms for w in self.words]
            begin, end = bisect_right(starts, whole.start_ms - 1), bisect_right(starts, whole.end_ms - 1)
            if whole.duration_ms <= LONGEST_MS and end - begin <= MOST_WORDS:
                return _Stretch(whole, begin, end)
        return self._around(place, CONTEXT_WORDS)

    def _around(self, place: tuple[int, int], context_words: int) -> _Stretch | None:
        """A place with some words on each side; None where that is too long."""
        begin, end = max(0, place[0] - context_words), min(len(self.words), place[1] + context_words)
        start_ms, end_ms = self.words[begin].start_ms - CONTEXT_PAD_MS, self.words[end - 1].end_ms + CONTEXT_PAD_MS
        span = Span(max(0, start_ms), end_ms)
        return _Stretch(span, begin, end) if span.duration_ms <= LONGEST_MS else None
