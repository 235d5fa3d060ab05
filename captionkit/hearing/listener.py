"""The sound of one clip and the model that can be asked about it, loaded when the first question comes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from captionkit.hearing.engine import Engine, Window, encode_window, silent_window, wording_logprobs
from captionkit.model import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 2
"""Wordings asked about at once. Each carries a copy of the passage: eight cost 250 MiB more and no less time."""
MOST_KEPT_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True)
class Listener:
    """A clip's sound (mono, 16 kHz) and the model. `load` gives the engine and is called at most once.

    `answers` are those given before, by question; new ones are added, and whoever made the listener may keep
    them for another run.
    """

    samples: NDArray[np.float32]
    load: Callable[[], Engine]
    answers: dict[str, float] = field(default_factory=dict)

    @cached_property
    def engine(self) -> Engine:
        """The loaded model."""
        return self.load()

    @cached_property
    def _windows(self) -> OrderedDict[Span, Window]:
        return OrderedDict()

    def window(self, span: Span) -> Window:
        """A stretch of at most 30 s, encoded; the last ones are kept, so that each is encoded once."""
        if span not in self._windows:
            self._windows[span] = encode_window(self.engine, self.samples, span)
        window = self._windows[span]
        while sum(w.encoded_bytes for w in self._windows.values()) > MOST_KEPT_BYTES:
            self._windows.popitem(last=False)
        return window

    @cached_property
    def _silence(self) -> Window:
        return silent_window(self.engine)

    def logprobs(
        self, span: Span, wordings: Sequence[str], language: str, hotwords: str | None = None
    ) -> list[float]:
        """Log probability, in nats, of each wording as the whole text of a stretch of at most 30 s."""
        place = f"{span.start_ms}-{span.end_ms}|{language}|{hotwords or ''}"

        def asked(batch: Sequence[str]) -> list[float]:
            return wording_logprobs(self.engine, self.window(span), language, batch, hotwords)

        return self._answered(place, wordings, asked)

    def expected(self, wordings: Sequence[str], language: str) -> list[float]:
        """The same where nothing is heard: what the model, by itself, expects people to say."""

        def asked(batch: Sequence[str]) -> list[float]:
            return wording_logprobs(self.engine, self._silence, language, batch)

        return self._answered(f"silence|{language}", wordings, asked)

    def _answered(
        self, place: str, wordings: Sequence[str], asked: Callable[[Sequence[str]], list[float]]
    ) -> list[float]:
        """Answers given before, and new ones for what was not asked yet."""
        keys = [f"{place}|{w}" for w in wordings]
        new = {k: w for k, w in zip(keys, wordings) if k not in self.answers}
        unknown = list(new)
        for at in range(0, len(unknown), BATCH):
            batch = unknown[at : at + BATCH]
            self.answers.update(zip(batch, asked([new[key] for key in batch])))
        return [self.answers[key] for key in keys]
