"""A transcript ready to be searched: its comparable words, and the way back from them to times."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from captionkit.match.align import IndexedWord, SearchIndex, search_index
from captionkit.match.language import MatchLanguage, match_language
from captionkit.match.tokens import MatchToken, tokens
from captionkit.match.tokens.token import DASHES
from captionkit.model import Span, Speaker, Word

LONGEST_SHOWN_WORDS = 60
"""Of a longer run of words only the two ends are shown."""
_SHOWN_ENDS = 8
_SENTENCE_ENDS = frozenset(".?!。？！")


def marks_between(token: MatchToken, following: MatchToken, text: str) -> str:
    """Punctuation between two tokens of a text; a hyphen does not count."""
    between = text[token.end : following.start]
    if between in DASHES - {"—"}:
        return ""
    return "".join(c for c in between if not c.isalnum() and not c.isspace() and c not in "'’\"“”")


def is_governed(
    words: Sequence[MatchToken], marker: tuple[int, int], set_off: tuple[bool, bool], language: MatchLanguage
) -> bool:
    """Whether a discourse marker is part of a clause.

    It is if the word right before it makes it one (`do you know`), or if no punctuation sets it off and it follows a
    word that opens a clause (`I think you know the mayor`) or precedes its own object (`you know how`).

    Args:
        words: the words of its text.
        marker: its first and last word.
        set_off: whether there is punctuation before and after it.
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
    """A transcript, the code of its language, and its speakers, named as far as is known.

    Ranges of tokens are `first` to `last`, exclusive.
    """

    words: tuple[Word, ...]
    code: str = "en"
    speakers: tuple[Speaker, ...] = ()

    @cached_property
    def language(self) -> MatchLanguage:
        """The data of its language."""
        return match_language(self.code)

    @cached_property
    def text(self) -> str:
        """All words with one space between them."""
        return " ".join(w.text for w in self.words)

    @cached_property
    def tokens(self) -> tuple[MatchToken, ...]:
        """Its comparable words, without those that captions put in [brackets]: they are not speech."""
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
        """The range of tokens that are written as one short form with this one."""
        first, last = at, at + 1
        while first and self.tokens[at].short and self.tokens[first - 1].start == self.tokens[at].start:
            first -= 1
        while last < len(self.tokens) and self.tokens[at].short and self.tokens[last].start == self.tokens[at].start:
            last += 1
        return first, last

    @cached_property
    def markers(self) -> Mapping[int, int]:
        """Where discourse markers begin that may be left out, each with its number of tokens."""
        return {at: size for at in range(len(self.tokens)) if (size := self._marker_size(at))}

    def _marker_size(self, first: int) -> int:
        """The number of tokens of the longest discourse marker that begins at a token; 0 if none does."""
        language = self.language
        longest = max(map(len, language.markers | language.set_off_markers), default=0)
        for size in range(min(longest, len(self.tokens) - first), 0, -1):
            forms, last = self.forms(first, first + size), first + size - 1
            if forms in language.markers:
                set_off = bool(first) and self.marks_after(first - 1) != "", self.marks_after(last) != ""
                if not is_governed(self.tokens, (first, last), set_off, language):
                    return size
            if forms in language.set_off_markers and self._is_set_off(first, last):
                return size
        return 0

    def _is_set_off(self, first: int, last: int) -> bool:
        """Whether words have punctuation on both sides, or open a sentence (`So we won`)."""
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
    def _offsets(self) -> tuple[int, ...]:
        """Where each word begins in the text."""
        return tuple(accumulate((len(word.text) + 1 for word in self.words), initial=0))[:-1]

    def forms(self, first: int, last: int) -> tuple[str, ...]:
        """The forms of a range of tokens, as far as there are such tokens."""
        return tuple(token.form for token in self.tokens[max(0, first) : last])

    def forms_at(self, indexes: Sequence[int]) -> tuple[str, ...]:
        """The forms of some tokens."""
        return tuple(self.tokens[at].form for at in indexes)

    def marks_after(self, token: int) -> str:
        """Punctuation between a token and the next one; a full stop before the first and after the last."""
        if token < 0 or token + 1 >= len(self.tokens):
            return "."
        return marks_between(self.tokens[token], self.tokens[token + 1], self.text)

    def ends_sentence(self, token: int) -> bool:
        """Whether a sentence ends with a token, by the transcript's punctuation."""
        return not _SENTENCE_ENDS.isdisjoint(self.marks_after(token))

    def span(self, first: int, last: int) -> Span:
        """When a range of tokens is said."""
        said = self._words_of(first, last)
        return Span(said[0].start_ms, max(w.end_ms for w in said))

    def said(self, first: int, last: int) -> str:
        """A range of tokens as the transcript writes them, in whole words."""
        return " ".join(w.text for w in self._words_of(first, last))

    def is_by_another(self, first: int, last: int, name: str | None) -> bool:
        """Whether most words of a range are by speakers who are known to be somebody else."""
        names = {speaker.id: speaker.name for speaker in self.speakers if speaker.name}
        if name is None or not names:
            return False
        said = self._words_of(first, last)
        return 2 * sum(names.get(w.speaker or "", name) != name for w in said) > len(said)

    def shown(self, first: int, last: int) -> str:
        """The text of a range for display, without the middle if it is long; empty for an empty range."""
        if last - first > LONGEST_SHOWN_WORDS:
            return f"{self.said(first, first + _SHOWN_ENDS)} … {self.said(last - _SHOWN_ENDS, last)}"
        return self.said(first, last) if first < last else ""

    def _words_of(self, first: int, last: int) -> tuple[Word, ...]:
        """The words that a range of tokens covers, whole or in part."""
        covered = self.tokens[first:last]
        begin, end = covered[0].start, max(token.end for token in covered)
        return self.words[bisect_right(self._offsets, begin) - 1 : bisect_right(self._offsets, end - 1)]
