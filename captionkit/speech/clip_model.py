"""The recogniser's model with the sound of one clip, loaded when first asked; each answer is computed once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from statistics import fmean
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from captionkit.model import Span
from captionkit.speech.engine import Engine, Window, encode_window, silent_windows, word_logprobs

MOST_WINDOW_BYTES = 128 * 1024 * 1024
"""How much memory encoded windows may take."""

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class ClipModel:
    """A clip's sound and the model that can be asked about it, from several threads at once.

    `samples` are mono, 16 kHz, between -1 and 1; `answers` the log probabilities known so far.
    """

    def __init__(
        self,
        samples: NDArray[np.float32],
        load: Callable[[], Engine],
        answers: dict[str, float] | None = None,
        threads: int = 1,
    ) -> None:
        """Load nothing yet.

        Args:
            samples: the sound of the whole clip.
            load: returns the loaded model; called at most once.
            answers: log probabilities of earlier runs, by question; new ones are added, so that the caller can cache
                them.
            threads: how many questions are asked at once.
        """
        self.samples = samples
        self._load = load
        self.answers = {} if answers is None else answers
        self._threads = threads
        self._lock = Lock()
        self._windows: OrderedDict[Span, Window] = OrderedDict()

    @property
    def engine(self) -> Engine:
        """The loaded model."""
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> Engine:
        return self._load()

    def together(self, ask: Callable[[Item], Answer], items: Iterable[Item]) -> Iterator[Answer]:
        """The answer of `ask` for each item, in their order, computed side by side on all threads."""
        with ThreadPoolExecutor(self._threads) as pool:
            yield from pool.map(ask, items)

    def window(self, span: Span) -> Window:
        """A stretch of at most 30 s, encoded; the most recent ones are cached."""
        window = self._windows.get(span) or encode_window(self.engine, self.samples, span)
        with self._lock:
            self._windows[span] = window
            while sum(w.encoded_bytes for w in self._windows.values()) > MOST_WINDOW_BYTES:
                self._windows.popitem(last=False)
        return window

    @cached_property
    def _silences(self) -> tuple[Window, ...]:
        return silent_windows(self.engine)

    def logprobs(self, span: Span, wordings: Sequence[str], language: str, hotwords: str | None = None) -> list[float]:
        """The log probability, in nats, of each wording as the whole text of a stretch of at most 30 s."""

        def questions() -> Callable[[str], float]:
            engine, window = self.engine, self.window(span)
            return lambda wording: sum(word_logprobs(engine, window, language, wording, hotwords))

        return self._answered(_place(span, language, hotwords), wordings, questions)

    def logprobs_by_word(self, span: Span, wording: str, language: str, hotwords: str | None = None) -> list[float]:
        """The log probability, in nats, of each word of one wording, as in `logprobs`."""
        place = _place(span, language, hotwords)
        keys = [f"{place}|{wording}|{k}" for k in range(len(wording.split()))]
        if not self.answers.keys() >= set(keys):
            found = word_logprobs(self.engine, self.window(span), language, wording, hotwords)
            self.answers.update(zip(keys, found))
        return [self.answers[key] for key in keys]

    def expected(self, wordings: Sequence[str], language: str) -> list[float]:
        """The log probability, in nats, of each wording in silence: what the model by itself expects people to say.

        A mean over several silences.
        """

        def questions() -> Callable[[str], float]:
            engine, windows = self.engine, self._silences
            return lambda wording: fmean(sum(word_logprobs(engine, w, language, wording)) for w in windows)

        return self._answered(f"silences|{language}", wordings, questions)

    def _answered(
        self, place: str, wordings: Sequence[str], questions: Callable[[], Callable[[str], float]]
    ) -> list[float]:
        """Known answers, and new ones for the other wordings; `questions` is called only if there are any."""
        keys = [f"{place}|{w}" for w in wordings]
        new = {k: w for k, w in zip(keys, wordings) if k not in self.answers}
        if new:
            self.answers.update(zip(new, self.together(questions(), new.values())))
        return [self.answers[key] for key in keys]


def _place(span: Span, language: str, hotwords: str | None) -> str:
    return f"{span.start_ms}-{span.end_ms}|{language}|{hotwords or ''}"
