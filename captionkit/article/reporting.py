"""Reporting clauses: where a sentence says who spoke its quotation (`said Doe`, `Doe told the Herald:`, `her words`).

Grammar only: `subjects.py` finds the subject as words, `coreference.py` whom they mean.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from captionkit.article.subjects import (
    Subject,
    first_noun,
    leading_name,
    only_name,
    owner_before,
    subject_after,
    subject_before,
)
from captionkit.article.syntax import DASHES, REACH, ParsedSentence, is_adverb, is_naming, is_passive, is_verb, width

Place = Literal["before", "after"]

SHORT_TAIL = 8
LONGEST_SENTENCE = 300
LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class ReportingClause:
    """Says who spoke a quotation, in sentence `sentence`, with its verb at token `verb` (-1 for a dash or colon).

    `place` is where it stands, before or after the quotation. `direct` is true where it introduces direct speech:
    next to the quotation, with comma or colon. `naming` is true where the verb gives a thing a name
    (`called it “…”`). `words` is the clause as printed, shortened.
    """

    sentence: int
    verb: int
    subject: Subject
    place: Place
    direct: bool
    naming: bool
    words: str


def reporting_clause(parsed: ParsedSentence, run: int) -> ReportingClause | None:
    """The clause that reports the quoted run at token `run`; one next to it wins over one farther away."""
    floor = _floor(parsed, run)
    before, after = _clause_before(parsed, run, floor), clause_after(parsed, run + 1, _ceiling(parsed, run))
    if before and before.direct:
        return before
    if after and (after.direct or not before):
        return after
    if before or floor == 0:
        return before
    # `said he was “tired” and that the town “was lied to”`: one verb for both.
    earlier = _clause_before(parsed, run, 0)
    return replace(earlier, direct=False) if earlier else None


def clause_after(parsed: ParsedSentence, start: int, end: int) -> ReportingClause | None:
    """The reporting clause in `tokens[start:end]`, which follow a quotation."""
    while start < end and parsed.text(start) in (",", "."):
        start += 1
    if start >= end:
        return None
    if signature := _signature(parsed, start, end):
        return signature
    if start + 1 < end and (subject := _according(parsed, start, end)):
        shown = _shown(parsed, start, subject.last)
        return ReportingClause(parsed.number, start, subject, "after", True, False, shown)
    first_verb = _skip_adverbs(parsed, start, end)
    for at in range(start, min(end, start + REACH)):
        if not is_verb(parsed, at) or is_passive(parsed, at, start):
            continue
        found = subject_after(parsed, at + width(parsed, at), end) if at == first_verb else None
        found = found or (subject_before(parsed, at, start) if at > start else None)
        if found:
            direct = at == first_verb or found.first == start
            shown = _shown(parsed, min(start, found.first), max(at + 1, found.last))
            return ReportingClause(parsed.number, at, found, "after", direct, is_naming(parsed, at), shown)
    return None


def subject_of_speech(parsed: ParsedSentence) -> Subject | None:
    """The subject of the sentence's first reporting verb that has one, with or without a quotation."""
    for at in range(min(len(parsed.tokens), LONGEST_SENTENCE)):
        if is_verb(parsed, at) and not is_passive(parsed, at, 0):
            subject = subject_before(parsed, at, max(parsed.begin, at - REACH))
            if subject := subject or subject_after(parsed, at + 1, len(parsed.tokens)):
                return subject
    return None


def _clause_before(parsed: ParsedSentence, run: int, floor: int) -> ReportingClause | None:
    floor = max(floor, run - REACH, parsed.begin)
    is_set_off = run > floor and parsed.text(run - 1) in (",", ":")
    for at in range(run - 1, floor - 1, -1):
        if subject := _according(parsed, at, run):
            shown = _shown(parsed, at, run)
            return ReportingClause(parsed.number, at, subject, "before", is_set_off, False, shown)
        if not is_verb(parsed, at) or is_passive(parsed, at, floor):
            continue
        end = at + width(parsed, at)
        found = subject_before(parsed, at, floor)
        if found is None and (at == floor or parsed.text(at - 1) == ","):
            found = subject_after(parsed, end, run)
        if found:
            direct, shown = is_set_off or end == run, _shown(parsed, found.first, run)
            return ReportingClause(parsed.number, at, found, "before", direct, is_naming(parsed, at), shown)
    return _clause_without_verb(parsed, floor, run)


def _clause_without_verb(parsed: ParsedSentence, floor: int, run: int) -> ReportingClause | None:
    owner = _owner_of_words(parsed, floor, run)
    if owner is None and run > floor and parsed.text(run - 1) == ":":
        owner = _subject_of_colon(parsed, floor, run)
    if owner is None:
        return None
    return ReportingClause(parsed.number, -1, owner, "before", True, False, _shown(parsed, owner.first, run))


def _subject_of_colon(parsed: ParsedSentence, floor: int, run: int) -> Subject | None:
    noun = first_noun(parsed, floor, run)
    is_indefinite = noun and noun.kind == "description" and parsed.low(noun.first) in parsed.words.indefinite
    return only_name(parsed, floor, run) or noun if noun is None or is_indefinite else noun


def _signature(parsed: ParsedSentence, start: int, end: int) -> ReportingClause | None:
    """`— Ana Oyelaran, mayor` after a quotation, with nothing else left of the sentence."""
    at = start + 1 if parsed.text(start) in (*DASHES, "(") else start
    if at == start and end - start > SHORT_TAIL:
        return None
    subject = leading_name(parsed, at, end)
    if subject is None or end - subject.last > SHORT_TAIL:
        return None
    if any(is_verb(parsed, n) or parsed.low(n) in parsed.words.be_forms for n in range(at, end)):
        return None
    if at == start and subject.last < end and parsed.text(subject.last) not in (",", "(", "."):
        return None
    shown = _shown(parsed, start, subject.last)
    return ReportingClause(parsed.number, -1, subject, "after", True, False, shown)


def _according(parsed: ParsedSentence, at: int, end: int) -> Subject | None:
    for length in (2, 3, 4):
        if parsed.phrase(at, length) in parsed.words.according:
            return subject_after(parsed, at + length, end)
    return None


def _owner_of_words(parsed: ParsedSentence, start: int, end: int) -> Subject | None:
    """`Doe’s answer`, `her words`, `a statement from Doe`."""
    for at in range(end - 1, start - 1, -1):
        if parsed.low(at) not in parsed.words.statements:
            continue
        if owner := owner_before(parsed, at, start):
            return owner
        if at + 1 < end and parsed.low(at + 1) in parsed.words.statement_owners:
            return subject_after(parsed, at + 2, end)
    return None


def _ceiling(parsed: ParsedSentence, run: int) -> int:
    """Where the text after a run ends: at the next run that is not in a list with it (`“a” and “b,” he said`)."""
    end, limit = run + 1, min(len(parsed.tokens), run + REACH)
    while end < limit:
        if parsed.tokens[end].kind == "run":
            if not _is_list(parsed, run + 1, end):
                return end
            run = end
        end += 1
    return end


def _floor(parsed: ParsedSentence, run: int) -> int:
    """Where the text before a run begins: after the last run that is not in a list with it."""
    start, limit = run, max(0, run - REACH)
    while start > limit:
        if parsed.tokens[start - 1].kind == "run":
            if not _is_list(parsed, start, run):
                return start
            run = start - 1
        start -= 1
    return limit


def _is_list(parsed: ParsedSentence, first: int, last: int) -> bool:
    """True where only commas, semicolons and `and` stand between two runs."""
    between = parsed.tokens[first:last]
    return all(token.low in parsed.words.coordinators or token.text in (",", ";") for token in between)


def _skip_adverbs(parsed: ParsedSentence, at: int, end: int) -> int:
    while at < end - 1 and is_adverb(parsed, at):
        at += 1
    return at


def _shown(parsed: ParsedSentence, first: int, last: int) -> str:
    return parsed.printed(first, last)[:LONGEST_SHOWN]
