"""Text helpers of several rooms: sentences, sharing time by letters, the number of speakers, TOML tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby, pairwise
from typing import Any

from captionkit.errors import UsageError
from captionkit.model import Word

MOST_SPEAKERS = 100

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence, in order, in characters.

    nupunkt recognises that "Gov. Ito" and "5 p.m. Friday" do not end at the full stop.
    """
    from nupunkt import sent_spans

    return [(start, end) for start, end in sent_spans(text)]


def sentence_ends(texts: Sequence[str]) -> list[bool]:
    """For each of a row of words, whether a sentence ends with it in the running text."""
    ends = {end for _, end in sentence_spans(" ".join(texts))}
    found, at = [], 0
    for text in texts:
        at += len(text)
        # A sentence's span may include the space after it.
        found.append(at in ends or at + 1 in ends)
        at += 1
    return found


def word_sentences(words: Sequence[Word]) -> tuple[tuple[int, int], ...]:
    """Every sentence of a transcript as `(first, last)`, half-open; a new speaker begins a new sentence."""
    found: list[tuple[int, int]] = []
    first = 0
    for _, run in groupby(words, key=lambda word: word.speaker):
        ends = sentence_ends([word.text for word in run])
        inner = [first + place for place, ends_here in enumerate(ends, 1) if ends_here and place < len(ends)]
        found += pairwise([first, *inner, first + len(ends)])
        first += len(ends)
    return tuple(found)


def clean(text: str) -> str:
    """The text with what HTML, UTF-8 and SQLite cannot hold replaced by U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r", "\n"))


def share_time(texts: Sequence[str], start_ms: int, end_ms: int) -> Iterator[tuple[int, int]]:
    """Split a stretch of time between texts in proportion to their letters: start and end of each, in milliseconds."""
    letters, before = max(1, sum(map(len, texts))), 0
    for text in texts:
        after = before + len(text)
        yield start_ms + (end_ms - start_ms) * before // letters, start_ms + (end_ms - start_ms) * after // letters
        before = after


def speaker_count(text: str) -> int | None:
    """The number of speakers that `N`, `auto` (None: to find it out) or `off` (0: not to distinguish them) stands for.

    Raises:
        UsageError: it is another text, or N is not from 1 to `MOST_SPEAKERS`.
    """
    if text in ("auto", "off"):
        return None if text == "auto" else 0
    if text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= MOST_SPEAKERS:
        return int(text)
    raise UsageError(f"{text!r} is not a number from 1 to {MOST_SPEAKERS}, `auto` or `off`.")


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of a TOML text.

    Raises:
        ValueError: the text is not TOML.
    """
    return tomllib.loads(text)


@cache
def toml_tables(package: str, path: str) -> dict[str, Any]:
    """The tables of a package's own data file, read once; callers must not change them.

    Args:
        package: the package, as `__package__` gives it.
        path: the file, relative to the package's folder.

    Raises:
        FileNotFoundError: there is no such file.
    """
    return parse_toml(files(package).joinpath(path).read_text(encoding="utf-8"))


@cache
def toml_names(package: str, folder: str) -> tuple[str, ...]:
    """The names of the TOML files in a folder of a package, without their suffix, in alphabetical order."""
    names = (entry.name for entry in files(package).joinpath(folder).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))
