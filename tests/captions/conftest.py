"""Words with times for the tests of this room: an even speaker whose pauses are known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from captionkit.captions import ClipTiming, Style, load_style
from captionkit.model import Word

Say = Callable[..., tuple[Word, ...]]
MS_PER_LETTER = 60
COMMA_MS = 180
STOP_MS = 450
NO_STOP = {"U.S.", "p.m.", "a.m.", "St.", "Dr.", "Mr.", "Gov.", "Sgt.", "z.B.", "9."}


def _say(text: str, start_ms: int = 1000, speaker: str | None = None) -> tuple[Word, ...]:
    """The words of a text as an even speaker says them, who stops briefly at commas, longer at full stops."""
    words, at = [], start_ms
    for token in text.split():
        end = at + max(120, MS_PER_LETTER * len(token.strip(".,?!")))
        words.append(Word(token, at, end, speaker=speaker))
        at = end + (
            STOP_MS if token[-1] in ".?!" and token not in NO_STOP else COMMA_MS if token[-1] in ",;:" else 0
        )
    return tuple(words)


@pytest.fixture(scope="session")
def say() -> Say:
    """`say(text, start_ms=1000, speaker=None)` gives the words of a text with times."""
    return _say


@pytest.fixture(scope="session")
def netflix() -> Style:
    """The default style."""
    return load_style("netflix-en")


@pytest.fixture(scope="session")
def five_minutes() -> ClipTiming:
    """A clip with room for anything a test says."""
    return ClipTiming(300_000, 25.0)
