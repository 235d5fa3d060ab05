"""Split the article's text into sentences of tokens, where each run of quoted text is one token."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from captionkit.article.blocks import Body, Paragraph
from captionkit.article.language import ArticleLanguage
from captionkit.article.quotes import Run
from captionkit.text import sentence_spans

TokenKind = Literal["word", "mark", "run"]

_TOKEN = re.compile(r"[^\W_](?:\w|[’'.-](?=[^\W_])|&(?=[^\W\d_]))*|\S")
_POSSESSIVE = re.compile(r"[’'](?:s|S)?$")
_CONTINUES_AFTER = (",", ":")
SENTENCE_ENDS = (".", "?", "!", "…")


@dataclass(frozen=True, slots=True)
class ArticleToken:
    """A word, a punctuation mark, or a whole quoted run with its marks; `low` is the word in lower case."""

    text: str
    low: str
    start: int
    end: int
    kind: TokenKind
    run: int = -1

    @property
    def is_capital(self) -> bool:
        """True for a word that begins with a capital, or with a letter of a script without case."""
        return self.kind == "word" and self.text[0].isalpha() and not self.text[0].islower()

    @property
    def is_possessive(self) -> bool:
        """True for `Doe’s` and `Jones’`."""
        return self.kind == "word" and bool(_POSSESSIVE.search(self.text))

    @property
    def base(self) -> str:
        """The word without its possessive ending."""
        return _POSSESSIVE.sub("", self.text)

    @property
    def key(self) -> str:
        """The form used in the word lists: lower case, no possessive ending, no final full stop."""
        return _POSSESSIVE.sub("", self.low).removesuffix(".")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens of one sentence; `section` numbers its paragraph, or several joined by a quotation or a colon."""

    tokens: tuple[ArticleToken, ...]
    section: int
    heading: bool = False


def find_sentences(body: Body, runs: Sequence[Run], words: ArticleLanguage) -> tuple[Sentence, ...]:
    """Every sentence in order; text inside quotation marks neither ends nor begins one."""
    masked = _masked(body.text, runs)
    firsts = [run.first for run in runs]
    sentences: list[Sentence] = []
    next_run = 0
    for section, (start, end, heading) in enumerate(_sections(body, runs)):
        spans = [(start + a, start + b) for a, b in sentence_spans(masked[start:end])]
        for first, last in _joined_after_titles(_split_at_quotations(spans, body.text, firsts), body.text, words):
            tokens, next_run = _tokens(body.text, (first, last), runs, next_run, words)
            if tokens:
                sentences.append(Sentence(tuple(tokens), section, heading))
    return tuple(sentences)


def _masked(text: str, runs: Sequence[Run]) -> str:
    """The text with quoted text replaced by letters, except for its last character if it ends a sentence."""
    pieces, at = [], 0
    for run in runs:
        length = run.end - run.start
        last = text[run.end - 1] if text[run.end - 1] in SENTENCE_ENDS else "x"
        pieces += [text[at : run.start], "X" + "x" * (length - 2) + last if length > 1 else "X"]
        at = run.end
    pieces.append(text[at:])
    return "".join(pieces).replace("\n", " ")


def _sections(body: Body, runs: Sequence[Run]) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether it is a heading, of each section; no sentence crosses a section."""
    firsts = [run.first for run in runs]
    start, before = 0, None
    for paragraph in body.paragraphs:
        if before is not None and not _continues(body.text, before, paragraph, runs, firsts):
            yield start, before.end, before.kind == "heading"
            start = paragraph.start
        before = paragraph
    if before is not None:
        yield start, before.end, before.kind == "heading"


def _continues(text: str, before: Paragraph, paragraph: Paragraph, runs: Sequence[Run], firsts: Sequence[int]) -> bool:
    """True where a quotation spans both, the first ends in comma or colon, or the second is a blockquote's source."""
    if "heading" in (before.kind, paragraph.kind):
        return False
    n = bisect_right(firsts, paragraph.start) - 1
    if n >= 0 and runs[n].first < paragraph.start < runs[n].last:
        return True
    ending = text[before.start : before.end].rstrip("\"”’»“'")
    return paragraph.kind == "source" or ending.endswith(_CONTINUES_AFTER)


def _split_at_quotations(
    spans: Iterable[tuple[int, int]], text: str, firsts: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """The spans, split where a quotation begins after a full stop (`at 5 p.m. “Take cover,” it said.`)."""
    for start, end in spans:
        for first in firsts[bisect_right(firsts, start) : bisect_left(firsts, end)]:
            if text[first - 2 : first] in (". ", "! ", "? ") and text[first + 1].isupper():
                yield start, first
                start = first
        yield start, end


def _joined_after_titles(
    spans: Iterable[tuple[int, int]], text: str, words: ArticleLanguage
) -> Iterator[tuple[int, int]]:
    """The spans, joined where one ends with an abbreviated title (`Lt.` `Col. Jane Roe`)."""
    first = last = None
    for start, end in spans:
        first, last = start if first is None else first, end
        last_word = text[start:end].rstrip().rpartition(" ")[2]
        if last_word.endswith(".") and last_word[:-1].lower() in words.titles and last_word[:1].isupper():
            continue
        yield first, end
        first = None
    if first is not None and last is not None:
        yield first, last


def _tokens(
    text: str, span: tuple[int, int], runs: Sequence[Run], next_run: int, words: ArticleLanguage
) -> tuple[list[ArticleToken], int]:
    """The tokens of a span, and the number of the first run after it."""
    at, end = span
    tokens: list[ArticleToken] = []
    while at < end:
        run = runs[next_run] if next_run < len(runs) and runs[next_run].first < end else None
        tokens += _plain_tokens(text, at, run.first if run else end, words)
        at = end
        if run:
            tokens.append(ArticleToken(text[run.first : run.last], "", run.first, run.last, "run", next_run))
            at = run.last
            next_run += 1
    return tokens, next_run


def _plain_tokens(text: str, start: int, end: int, words: ArticleLanguage) -> Iterator[ArticleToken]:
    at = start
    while match := _TOKEN.search(text, at, end):
        at = match.end()
        word = match[0]
        is_word = word[0].isalnum()
        if is_word and text[at : at + 1] == "." and at < end and _keeps_full_stop(word, words):
            at += 1
        low = word.lower().replace("’", "'")
        yield ArticleToken(text[match.start() : at], low, match.start(), at, "word" if is_word else "mark")


def _keeps_full_stop(word: str, words: ArticleLanguage) -> bool:
    """True where the full stop belongs to the word: initials, `U.S.`, `Dr.` and `Jr.`"""
    low = word.lower()
    is_initial = len(word) == 1 and word.isupper() and word != "I"
    return is_initial or "." in word or (word[0].isupper() and (low in words.titles or low in words.suffixes))
