"""The sound of one clip and the model that can be asked about it, loaded when the first question comes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from statistics import fmean
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from captionkit.model import Span
from captionkit.speech.engine import Engine, Window, encode_window, silent_windows, word_logprobs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_KEPT_BYTES = 128 * 1024 * 1024

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Listener:
    """A clip's sound (mono, 16 kHz) and the model. `load` gives the engine and is called at most once.

    `answers` are those given before, by question; new ones are added, and whoever made the listener may keep
    them for another run. `threads` is how many the model computes with.
    """

    samples: NDArray[np.float32]
    load: Callable[[], Engine]
    answers: dict[str, float] = field(default_factory=dict)
    threads: int = 1
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)
    _windows: OrderedDict[Span, Window] = field(default_factory=OrderedDict, init=False, repr=False)

    @property
    def engine(self) -> Engine:
        """The loaded model."""
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> Engine:
        return self.load()

    def together(self, ask: Callable[[Item], Answer], items: Iterable[Item]) -> Iterator[Answer]:
        """What `ask` says of each item, in their order, asked side by side so that the model is never idle."""
        with ThreadPoolExecutor(self.threads) as pool:
            yield from pool.map(ask, items)

    def window(self, span: Span) -> Window:
        """A stretch of at most 30 s, encoded; the last ones are kept, so that each is encoded once."""
        window = self._windows.get(span) or encode_window(self.engine, self.samples, span)
        with self._lock:
            self._windows[span] = window
            while sum(w.encoded_bytes for w in self._windows.values()) > MOST_KEPT_BYTES:
                self._windows.popitem(last=False)
        return window

    @cached_property
    def _silences(self) -> tuple[Window, ...]:
        return silent_windows(self.engine)

    def logprobs(
        self, span: Span, wordings: Sequence[str], language: str, hotwords: str | None = None
    ) -> list[float]:
        """Log probability, in nats, of each wording as the whole text of a stretch of at most 30 s."""

        def questions() -> Callable[[str], float]:
            engine, window = self.engine, self.window(span)
            return lambda wording: sum(word_logprobs(engine, window, language, wording, hotwords))

        return self._answered(_place(span, language, hotwords), wordings, questions)

    def logprobs_by_word(self, span: Span, wording: str, language: str, hotwords: str | None = None) -> list[float]:
        """The same for one wording, word by word."""
        place = _place(span, language, hotwords)
        keys = [f"{place}|{wording}|{k}" for k in range(len(wording.split()))]
        if not self.answers.keys() >= set(keys):
            found = word_logprobs(self.engine, self.window(span), language, wording, hotwords)
            self.answers.update(zip(keys, found))
        return [self.answers[key] for key in keys]

    def expected(self, wordings: Sequence[str], language: str) -> list[float]:
        """The same as `logprobs` where nothing is heard: what the model, by itself, expects people to say.

        A mean over several silences.
        """

        def questions() -> Callable[[str], float]:
            engine, windows = self.engine, self._silences
            return lambda wording: fmean(sum(word_logprobs(engine, w, language, wording)) for w in windows)

        return self._answered(f"silences|{language}", wordings, questions)

    def _answered(
        self, place: str, wordings: Sequence[str], questions: Callable[[], Callable[[str], float]]
    ) -> list[float]:
        """Answers given before, and new ones for what was not asked yet; `questions` makes ready to ask."""
        keys = [f"{place}|{w}" for w in wordings]
        new = {k: w for k, w in zip(keys, wordings) if k not in self.answers}
        if new:
            self.answers.update(zip(new, self.together(questions(), new.values())))
        return [self.answers[key] for key in keys]


def _place(span: Span, language: str, hotwords: str | None) -> str:
    return f"{span.start_ms}-{span.end_ms}|{language}|{hotwords or ''}"
