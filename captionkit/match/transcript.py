"""A transcript ready to be searched: its comparable words, and the way back from them to times."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from captionkit.match.align import IndexedWord, SearchIndex, search_index
from captionkit.match.language import MatchLanguage, match_language
from captionkit.match.tokens import MatchToken, tokens
from captionkit.match.tokens.token import DASHES
from captionkit.model import Span, Speaker, Word

LONGEST_SHOWN_WORDS = 60
"""Longer runs of words are shown by their ends."""
_SHOWN_ENDS = 8


def marks_between(token: MatchToken, following: MatchToken, text: str) -> str:
    """Punctuation between two tokens of a text; a hyphen is none."""
    between = text[token.end : following.start]
    if between in DASHES - {"—"}:
        return ""
    return "".join(c for c in between if not c.isalnum() and not c.isspace() and c not in "'’\"“”")


def is_governed(
    words: Sequence[MatchToken], marker: tuple[int, int], set_off: tuple[bool, bool], language: MatchLanguage
) -> bool:
    """Whether a discourse marker is part of a clause: by the word right before it (`do you know`), or, set off on
    neither side, by one that a clause may follow (`I think you know the mayor`) or its own object (`you know how`).

    Args:
        words: of the text it stands in.
        marker: its first and last word.
        set_off: whether punctuation stands before and after it.
        language: that of the text.
    """
    first, last = marker
    if set_off[0]:
        return False
    before = words[first - 1].form if first else ""
    if before in language.marker_blockers:
        return True
    following = words[last + 1].form if last + 1 < len(words) else ""
    return not set_off[1] and (before in language.clause_openers or following in language.clause_objects)


@dataclass(frozen=True)
class MatchTranscript:
    """A transcript, the code of its language, and whose the voices are, as far as is known.

    Ranges of tokens are `first` to `last`, exclusive.
    """

    words: tuple[Word, ...]
    code: str = "en"
    speakers: tuple[Speaker, ...] = ()

    @cached_property
    def language(self) -> MatchLanguage:
        """Its language's data."""
        return match_language(self.code)

    @cached_property
    def text(self) -> str:
        """All words, one space between them."""
        return " ".join(w.text for w in self.words)

    @cached_property
    def tokens(self) -> tuple[MatchToken, ...]:
        """Its comparable words; what captions set in [brackets] is not spoken."""
        return tuple(token for token in tokens(self.text, self.code) if not token.bracketed)

    @cached_property
    def index(self) -> SearchIndex:
        """Its words, indexed for alignment."""
        free = {at for first, count in self.markers.items() for at in range(first, first + count)}
        words = []
        for at, token in enumerate(self.tokens):
            is_free = at in free or token.form in self.language.fillers
            words.append(IndexedWord(token.form, is_free, self.ends_sentence(at), self._unit(at)))
        return search_index(words, self.language)

    def _unit(self, at: int) -> tuple[int, int]:
        """The tokens that are written as one short form with this one."""
        first, last = at, at + 1
        while first and self.tokens[at].short and self.tokens[first - 1].start == self.tokens[at].start:
            first -= 1
        while last < len(self.tokens) and self.tokens[at].short and self.tokens[last].start == self.tokens[at].start:
            last += 1
        return first, last

    @cached_property
    def markers(self) -> Mapping[int, int]:
        """Where discourse markers begin that may be left out, each with how many tokens it has."""
        return {at: size for at in range(len(self.tokens)) if (size := self._marker_size(at))}

    def _marker_size(self, first: int) -> int:
        """How many tokens from one on are the longest discourse marker; 0 where none is there."""
        language = self.language
        longest = max(map(len, language.markers | language.set_off_markers), default=0)
        for size in range(min(longest, len(self.tokens) - first), 0, -1):
            forms = self.forms(first, first + size)
            if forms in language.markers and not self._is_governed(first, size):
                return size
            if forms in language.set_off_markers and self._is_set_off(first, first + size - 1):
                return size
        return 0

    def _is_governed(self, first: int, size: int) -> bool:
        last = first + size - 1
        set_off = bool(first) and self.marks_after(first - 1) != "", self.marks_after(last) != ""
        return is_governed(self.tokens, (first, last), set_off, self.language)

    def _is_set_off(self, first: int, last: int) -> bool:
        """Whether punctuation sets words off on both sides, or they open a sentence (`So we won`)."""
        if not self.marks_after(first - 1):
            return False
        if self.marks_after(last):
            return True
        opens = first == 0 or self.ends_sentence(first - 1)
        is_opening = first == last and self.tokens[first].form in self.language.opening_markers
        return opens and is_opening and self.tokens[last + 1].form in self.language.subjects

    @cached_property
    def starts_ms(self) -> tuple[int, ...]:
        """When each word begins."""
        return tuple(w.start_ms for w in self.words)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts, at = [], 0
        for word in self.words:
            starts.append(at)
            at += len(word.text) + 1
        return tuple(starts)

    def forms(self, first: int, last: int) -> tuple[str, ...]:
        """The forms of a range of tokens, as much of it as there is."""
        return tuple(token.form for token in self.tokens[max(0, first) : last])

    def marks_after(self, token: int) -> str:
        """Punctuation between a token and the next one; a full stop before the first and after the last."""
        if token < 0 or token + 1 >= len(self.tokens):
            return "."
        return marks_between(self.tokens[token], self.tokens[token + 1], self.text)

    def ends_sentence(self, token: int) -> bool:
        """Whether a sentence ends with a token, by the transcript's punctuation."""
        return not {".", "?", "!", "。", "？", "！"}.isdisjoint(self.marks_after(token))

    def span(self, first: int, last: int) -> Span:
        """When a range of tokens is said."""
        start, stop = self._word_range(first, last)
        said = self.words[start:stop]
        return Span(said[0].start_ms, max(w.end_ms for w in said))

    def said(self, first: int, last: int) -> str:
        """A range of tokens as the transcript writes them, whole words."""
        start, stop = self._word_range(first, last)
        return " ".join(w.text for w in self.words[start:stop])

    def is_by_another(self, first: int, last: int, name: str | None) -> bool:
        """Whether most words of a range are by voices that are known to be somebody else's."""
        names = {speaker.id: speaker.name for speaker in self.speakers if speaker.name}
        if name is None or not names:
            return False
        start, stop = self._word_range(first, last)
        others = sum(names.get(w.speaker or "", name) != name for w in self.words[start:stop])
        return 2 * others > stop - start

    def shown(self, first: int, last: int) -> str:
        """The same, the middle of a long range left out; empty for an empty range."""
        if last - first > LONGEST_SHOWN_WORDS:
            return f"{self.said(first, first + _SHOWN_ENDS)} … {self.said(last - _SHOWN_ENDS, last)}"
        return self.said(first, last) if first < last else ""

    def _word_range(self, first: int, last: int) -> tuple[int, int]:
        """The words that a range of tokens stands in, as a range of indexes."""
        covered = self.tokens[first:last]
        begin, end = covered[0].start, max(token.end for token in covered)
        return bisect_right(self._starts, begin) - 1, bisect_right(self._starts, end - 1)
