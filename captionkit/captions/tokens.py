"""Words prepared for layout: times that never run backwards, pieces that fit in a line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from captionkit.captions.scripts import columns, is_mark, side_by_side
from captionkit.model import Span, Word

_BREAK_AFTER = "/-_.,?&=#:;+~|\\@"


@dataclass(frozen=True, slots=True)
class CaptionToken:
    """A word, or a piece of one that is longer than a line.

    `spaced` says whether a space stands before it when it is not the first of its line; `inside` that it continues
    the word before it.
    """

    text: str
    start_ms: int
    end_ms: int
    speaker: str | None
    spaced: bool
    inside: bool = False


def tokens_from(words: Sequence[Word], line_columns: int, duration_ms: int) -> tuple[CaptionToken, ...]:
    """The words in their order, none lost, as tokens of at most `line_columns` columns.

    Starts never run backwards, no token ends before it starts, after the next one's start or after the clip.
    A word too long for a line is broken after one of its own marks (a web address after "/") or, where it has
    none, at the line's width; nothing is added, so the pieces joined are the word.
    """
    if not words:
        return ()
    tokens: list[CaptionToken] = []
    for word, span in zip(words, ordered_spans(words, duration_ms), strict=True):
        spaced = not tokens or not side_by_side(tokens[-1].text, word.text)
        pieces = tuple(_pieces(word.text, line_columns))
        tokens.extend(_timed_pieces(pieces, span, word.speaker, spaced))
    return tuple(tokens)


def ordered_spans(words: Sequence[Word], duration_ms: int) -> list[Span]:
    """When each of one or more words is said, in an order that can be shown.

    The longest run of words whose starts never run backwards keeps its starts (a longest non-decreasing
    subsequence, so that one wrong time does not move its neighbours); a word outside it starts where the word
    before it ends, at the latest with the next word that keeps its time.
    """
    in_order = _longest_ordered_run([word.start_ms for word in words])
    starts: list[int] = []
    bound = duration_ms
    next_in_order = [bound] * len(words)
    for index in range(len(words) - 1, -1, -1):
        next_in_order[index] = bound
        if in_order[index]:
            bound = min(bound, words[index].start_ms)
    for index, word in enumerate(words):
        wish = word.start_ms if in_order[index] else words[index - 1].end_ms if index else 0
        starts.append(min(max(wish, starts[-1] if starts else 0), next_in_order[index]))
    ends = [*starts[1:], duration_ms]
    return [
        Span(start, min(max(start, word.end_ms), end)) for word, start, end in zip(words, starts, ends, strict=True)
    ]


def _longest_ordered_run(values: Sequence[int]) -> list[bool]:
    """Which values make up a longest non-decreasing subsequence (patience sorting, n log n)."""
    tails: list[int] = []
    tail_at: list[int] = []
    previous = [-1] * len(values)
    for index, value in enumerate(values):
        place = bisect_right(tails, value)
        if place:
            previous[index] = tail_at[place - 1]
        tails[place : place + 1] = [value]
        tail_at[place : place + 1] = [index]
    chosen = [False] * len(values)
    index = tail_at[-1] if tail_at else -1
    while index >= 0:
        chosen[index], index = True, previous[index]
    return chosen


def _timed_pieces(pieces: Sequence[str], span: Span, speaker: str | None, spaced: bool) -> Iterator[CaptionToken]:
    """The pieces of a word, each with its share of the word's time by length."""
    whole, done = sum(map(len, pieces)), 0
    for index, piece in enumerate(pieces):
        start = span.start_ms + span.duration_ms * done // whole
        done += len(piece)
        end = span.start_ms + span.duration_ms * done // whole
        yield CaptionToken(piece, start, end, speaker, spaced and index == 0, inside=index > 0)


def _pieces(text: str, line_columns: int) -> Iterator[str]:
    """The text in pieces that fit in a line each; one that fits as it is stays whole."""
    if columns(text) <= line_columns:
        yield text
        return
    done = 0
    while done < len(text):
        piece = _first_piece(text[done : done + line_columns + 1], line_columns)
        done += len(piece)
        yield piece


def _first_piece(text: str, line_columns: int) -> str:
    """As much of a text's beginning as fits in a line, up to a mark where one is near; never nothing."""
    reach = accumulate(columns(character) for character in text)
    overflow = (count for count, end in enumerate(reach) if end > line_columns)
    fits = next(overflow, min(len(text), line_columns))
    if fits == len(text):
        return text
    at = max(text.rfind(mark, fits // 2, fits) for mark in _BREAK_AFTER) + 1 or fits
    return text[: next((place for place in range(at, at // 2, -1) if not is_mark(text[place])), at)]
