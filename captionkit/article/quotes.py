"""Find quoted text: a scanner for quotation marks that tolerates damaged text.

It finds runs of quoted text, not who speaks them. Every step visits each mark a bounded number of times, so the time is
linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from captionkit.article.blocks import Body, Paragraph
from captionkit.article.language import ArticleLanguage

Side = Literal["open", "close", "either"]

FAMILIES = {
    **dict.fromkeys('"“”„‟＂', "double"),
    **dict.fromkeys("«»", "angle"),
    **dict.fromkeys("‹›", "single angle"),
    **dict.fromkeys("「」", "corner"),
    **dict.fromkeys("『』", "white corner"),
    **dict.fromkeys("'‘’‚", "single"),
}
"""Marks of one family may be paired; damaged text mixes curly and straight ones."""
_NOMINAL: dict[str, Side] = {
    **dict.fromkeys("“„‟«‹「『‘‚", "open"),
    **dict.fromkeys("”»›」』’", "close"),
    **dict.fromkeys("\"＂'", "either"),
}
CLOSING_MARKS = "\"”“’'»«›」』"

_DOUBLE = re.compile('["“”„‟＂«»‹›「」『』]')
_SINGLE = re.compile("['‘’‚]")
_BEFORE_OPENING = frozenset("([{<—–-―/“‘„«‹'\"’¿¡")
_AFTER_CLOSING = frozenset(".,;:!?)]}>—–-―/”’»›'\"…")
_NEVER_BEFORE_CLOSING = frozenset("([{")
_NEVER_AFTER_OPENING = frozenset(",;:!?)]}")
_ENDS_QUOTED_TEXT = frozenset(".,?!…—–:;")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_REPEATED_MARK = re.compile("\\s*\n\n\\s*[\"“”„‟＂«»‹›「『'‘]?\\s*")


@dataclass(frozen=True, slots=True)
class Run:
    """Quoted text: `text[start:end]` inside the marks, `text[first:last]` with them.

    `block` is true for a blockquote without quotation marks, `heading` for a run in a heading.
    """

    start: int
    end: int
    first: int
    last: int
    block: bool = False
    heading: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    at: int
    family: str
    side: Side
    inch: bool = False


def find_runs(body: Body, words: ArticleLanguage) -> tuple[Run, ...]:
    """Every run of quoted text, outermost marks only, in order and without overlap.

    A quotation over several paragraphs is one run, whether or not its opening mark is repeated. One that is never
    closed ends before its attribution, else with its paragraph. A closing mark without an opening one ends a quotation
    that begins with its paragraph.
    """
    scanner = _Scanner(body.text, words)
    for group, members in groupby(body.paragraphs, key=lambda p: p.group if p.kind in ("quote", "pull") else 0):
        paragraphs = list(members)
        if group and body.text[paragraphs[0].start] not in FAMILIES:
            scanner.block(paragraphs)
            continue
        for paragraph in paragraphs:
            if paragraph.kind != "source":
                scanner.paragraph(paragraph)
    scanner.end_open()
    return tuple(run for run in scanner.runs if any(c.isalnum() for c in body.text[run.start : run.end]))


def printed(text: str, run: Run) -> str:
    """The run's words as one line, without opening marks repeated at a new paragraph."""
    return " ".join(_REPEATED_MARK.sub(" ", text[run.start : run.end]).split())


class _Scanner:
    """Scans paragraph by paragraph and remembers the quotation that is still open at the end of one."""

    def __init__(self, text: str, words: ArticleLanguage) -> None:
        self.runs: list[Run] = []
        self._text = text
        self._words = words
        self._cut = _attribution_inside(words)
        self._open: _Mark | None = None
        self._open_until = 0

    def block(self, paragraphs: Sequence[Paragraph]) -> None:
        """Add a blockquote without marks as one run."""
        self.end_open()
        start, end = paragraphs[0].start, paragraphs[-1].end
        self.runs.append(Run(start, end, start, end, block=True))

    def paragraph(self, paragraph: Paragraph) -> None:
        """Scan one paragraph."""
        marks = _marks(self._text, paragraph, _DOUBLE)
        singles = _marks(self._text, paragraph, _SINGLE)
        marks, singles = self._carried_over(paragraph, marks, singles)
        if self._open and self._open.family == "single":
            singles.insert(0, self._open)
        carried = [self._open] if self._open and self._open.family != "single" else []
        found, still_open = self._paired(paragraph, carried, marks)
        if still_open:
            singles = [mark for mark in singles if mark.at < still_open.at]
        found, open_single = self._with_singles(found, singles, paragraph)
        heading = paragraph.kind == "heading"
        self.runs += [replace(run, heading=heading) for run in found]
        self._open, self._open_until = still_open or (None if found else open_single), paragraph.end
        last_at = max(self._open.at, paragraph.start) if self._open else paragraph.end
        if heading or self._cut.search(self._text, last_at, paragraph.end):
            self.end_open()

    def end_open(self) -> None:
        """End the open quotation, which is never closed, before its attribution or with its paragraph."""
        mark, self._open = self._open, None
        if mark is None or mark.family == "single":
            return
        self.runs.append(self._unclosed(mark, self._open_until))

    def _carried_over(
        self, paragraph: Paragraph, marks: list[_Mark], singles: list[_Mark]
    ) -> tuple[list[_Mark], list[_Mark]]:
        """The marks without a repeated opening mark; an open quotation that does not continue here is ended."""
        if self._open is None:
            return marks, singles
        own = singles if self._open.family == "single" else marks
        first = own[0] if own else None
        if first is None or first.family != self._open.family:
            self.end_open()
        elif first.at == paragraph.start:
            # In French a closing mark may repeat the opening one.
            is_repeated = first.side != "close" or (first.family == "angle" and len(own) > 1)
            del own[: int(is_repeated)]
        elif first.family == "single" or first.side == "open":
            self.end_open()
        return marks, singles

    def _paired(self, paragraph: Paragraph, carried: list[_Mark], marks: list[_Mark]) -> tuple[list[Run], _Mark | None]:
        """Outermost pairs of marks, and the mark left open."""
        sides = [mark.side for mark in marks if not mark.inch]
        nests = sides.count("close") >= sides.count("open") + len(carried)
        stack: list[_Mark] = list(carried)
        found: list[Run] = []
        for mark, is_followed_by_close in zip(marks, _followed_by_close(marks), strict=True):
            # After a digit it closes ("in 2019") unless the next closing mark would lack an opening: 5" wide.
            if mark.inch and (not stack or is_followed_by_close):
                continue
            side = mark.side if mark.side != "either" else "close" if stack else "open"
            if side == "open":
                if stack and not nests and stack[-1].family == mark.family:
                    found.append(self._unclosed(stack[0], mark.at))
                    stack.clear()
                stack.append(mark)
                continue
            while len(stack) > 1 and stack[-1].family != mark.family:
                stack.pop()
            if stack and stack[-1].family == mark.family:
                opening = stack.pop()
                if not stack:
                    found.append(self._run((opening.at, opening.at + 1), (mark.at, mark.at + 1)))
            elif not stack and not found and (start := self._unopened(paragraph, mark)) is not None:
                found.append(self._run((start, start), (mark.at, mark.at + 1)))
        return found, stack[0] if stack else None

    def _run(self, opening: tuple[int, int], closing: tuple[int, int]) -> Run:
        """A run between two marks, each given by its start and end."""
        start, end = _trimmed(self._text, opening[1], closing[0])
        return Run(start, end, opening[0], closing[1])

    def _unclosed(self, opening: _Mark, before: int) -> Run:
        cut = self._cut.search(self._text, opening.at, before)
        end = cut.start() + 1 if cut else before
        return self._run((opening.at, opening.at + 1), (end, end))

    def _unopened(self, paragraph: Paragraph, mark: _Mark) -> int | None:
        """Where a quotation without an opening mark begins, None where that is unknown."""
        if mark.inch or self._text[mark.at - 1] not in _ENDS_QUOTED_TEXT:
            return None
        colon = self._text.rfind(": ", paragraph.start, mark.at)
        return colon + 1 if colon >= 0 else paragraph.start

    def _with_singles(
        self, found: list[Run], singles: list[_Mark], paragraph: Paragraph
    ) -> tuple[list[Run], _Mark | None]:
        """The runs with those in single marks added, which may contain others; apostrophes are not marks."""
        outside = [mark for mark in singles if not _is_inside(mark.at, found)]
        added: list[Run] = []
        still_open = None
        for n, mark in enumerate(outside):
            if (added and mark.at < added[-1].last) or not self._opens_single(mark):
                continue
            closing = self._closing_single(outside, n)
            if closing is not None:
                added.append(self._run((mark.at, mark.at + 1), (closing, closing + 1)))
            elif mark.at == paragraph.start or mark is self._open:
                still_open = mark
        kept = [run for run in found if not _is_inside(run.first, added)]
        return sorted(kept + added, key=lambda run: run.first), still_open

    def _opens_single(self, mark: _Mark) -> bool:
        if mark.side != "open" or self._text[mark.at] == "’":
            return False
        word = _FIRST_WORD.match(self._text, mark.at + 1)
        following = self._text[mark.at + 1 : mark.at + 2]
        return not following.isdigit() and (word is None or word[0].lower() not in self._words.elisions)

    def _closing_single(self, marks: Sequence[_Mark], opening: int) -> int | None:
        """The position of the closing mark, not of an apostrophe.

        After punctuation it is certain; after a letter it counts only where no certain one comes before the next
        opening mark, and only within the sentence.
        """
        possible = None
        for n in range(opening + 1, len(marks)):
            mark = marks[n]
            if mark.side == "open" and self._opens_single(mark):
                break
            if mark.side != "close":
                continue
            if not self._text[mark.at - 1].isalpha():
                return mark.at
            possible = mark.at if possible is None else possible
        if possible is not None and ". " in self._text[marks[opening].at : possible]:
            return None
        return possible


def _followed_by_close(marks: Sequence[_Mark]) -> list[bool]:
    """For each mark, whether the next one that cannot mean inches is a closing mark."""
    answers, closes = [], False
    for mark in reversed(marks):
        answers.append(closes)
        closes = closes if mark.inch else mark.side == "close"
    return answers[::-1]


def _is_inside(at: int, runs: Sequence[Run]) -> bool:
    n = bisect_right(runs, at, key=lambda run: run.first) - 1
    return n >= 0 and at < runs[n].last


def _marks(text: str, paragraph: Paragraph, pattern: re.Pattern[str]) -> list[_Mark]:
    found = pattern.finditer(text, paragraph.start, paragraph.end)
    return [_mark(text, match.start(), paragraph) for match in found]


def _mark(text: str, at: int, paragraph: Paragraph) -> _Mark:
    """The side of a mark, by the characters next to it; by its own form where they do not decide."""
    before = text[at - 1] if at > paragraph.start else " "
    after = text[at + 1] if at + 1 < paragraph.end else " "
    opens = (before.isspace() or before in _BEFORE_OPENING) and not (after.isspace() or after in _NEVER_AFTER_OPENING)
    closes = (
        not before.isspace() and before not in _NEVER_BEFORE_CLOSING and (after.isspace() or after in _AFTER_CLOSING)
    )
    side: Side = _NOMINAL[text[at]] if opens == closes else "open" if opens else "close"
    is_inch = text[at] == '"' and before.isdigit() and side != "open"
    if FAMILIES[text[at]] == "single" and opens == closes and before.isalnum() and after.isalnum():
        side = "either"
    return _Mark(at, FAMILIES[text[at]], side, is_inch)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _attribution_inside(words: ArticleLanguage) -> re.Pattern[str]:
    """A pattern for `, she said.` within quoted text, whose closing mark is missing before it."""
    verbs = "|".join(map(re.escape, sorted(words.speech)))
    pronouns = "|".join(map(re.escape, sorted(words.pronouns)))
    name = "[A-ZÀ-ÖØ-Þ][\\w’'-]{1,30}(?: [A-ZÀ-ÖØ-Þ][\\w’'-]{1,30}){0,3}"
    return re.compile(rf"[,?!] (?:(?:{pronouns}|{name}) (?:{verbs})|(?:{verbs}) (?:{pronouns}|{name}))(?=[.,:;]|$)")
