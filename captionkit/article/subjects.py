"""The subject of a reporting verb: a name, a pronoun or a description, found as words.

Whom the words mean is decided in `coreference.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from captionkit.article.mentions import Mention
from captionkit.article.syntax import DASHES, ParsedSentence, is_adverb, is_in_description, is_participle, is_title

SubjectKind = Literal["name", "pronoun", "description"]

LONGEST_DESCRIPTION = 9

_CLOSES_APPOSITION = (",", ")", *DASHES)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who speaks, as the sentence puts it: `tokens[first:last]`.

    `mention` is set for a name, `gender` for a pronoun; `joint` is the other name of `Doe and Roe said`.
    """

    kind: SubjectKind
    first: int
    last: int
    mention: Mention | None = None
    gender: str | None = None
    joint: Mention | None = None


def first_noun(parsed: ParsedSentence, start: int, end: int) -> Subject | None:
    """The first pronoun, name or description between two tokens that does not depend on a preposition."""
    words = parsed.words
    for at in range(max(start, parsed.begin), end):
        before = parsed.low(at - 1) if at > start else ""
        if before in words.prepositions or before == "(":
            continue
        if pronoun := _pronoun(parsed, at):
            return pronoun
        mention = parsed.starting.get(at)
        if mention and not mention.is_possessive:
            return Subject("name", _chunk_start(parsed, mention, start), mention.last, mention)
        if parsed.low(at) in words.determiners and parsed.low(at) not in words.relatives:
            last = _description_end(parsed, at, end)
            if last > at + 1:
                return _name_in_apposition(parsed, last, end) or Subject("description", at, last)
    return None


def only_name(parsed: ParsedSentence, start: int, end: int) -> Subject | None:
    """The one name between two tokens, even after a preposition or as a possessive: `Doe’s voice broke.`"""
    found = [m for m in parsed.starting.values() if start <= m.first < end and m.kind != "body"]
    return Subject("name", found[0].first, found[0].last, found[0]) if len(found) == 1 else None


def leading_name(parsed: ParsedSentence, at: int, end: int) -> Subject | None:
    """The name that begins at `at`, titles before it included."""
    last = at
    while last < end and last not in parsed.starting and is_title(parsed, last):
        last += 1
    mention = parsed.starting.get(last)
    return Subject("name", at, mention.last, mention) if mention and last < end else None


def owner_before(parsed: ParsedSentence, at: int, floor: int) -> Subject | None:
    """Who owns the noun at `at`: a possessive name or pronoun at most two words before it."""
    for n in range(at - 1, max(floor, at - 3) - 1, -1):
        mention = parsed.ending.get(n + 1)
        if mention and mention.is_possessive:
            return Subject("name", mention.first, at + 1, mention)
        if gender := parsed.words.possessives.get(parsed.low(n)):
            return Subject("pronoun", n, at + 1, gender=gender)
    return None


def subject_before(parsed: ParsedSentence, verb: int, floor: int) -> Subject | None:
    """The subject that stands before a verb."""
    words, participle = parsed.words, is_participle(parsed, verb)
    at = verb - 1
    while at >= floor and (is_adverb(parsed, at) or (participle and parsed.low(at) == "as")):
        at -= 1
    if at < floor:
        return None
    if pronoun := _pronoun(parsed, at):
        return pronoun
    low = parsed.low(at)
    if gender := words.object_pronouns.get(low):
        return Subject("pronoun", at, at + 1, gender=gender)
    if low in words.relatives:
        at -= 1
        while at > floor and parsed.text(at) in _CLOSES_APPOSITION:
            at -= 1
        return _noun_ending(parsed, at, floor)
    if parsed.text(at) in _CLOSES_APPOSITION:
        return _before_apposition(parsed, at, floor) or first_noun(parsed, floor, at)
    if low in words.coordinators or low == "to":
        return first_noun(parsed, _clause_start(parsed, verb, floor), at)
    noun = _noun_ending(parsed, at, floor)
    if noun and participle and _is_bare(parsed, noun):
        return first_noun(parsed, floor, verb)
    return noun or first_noun(parsed, floor, at)


def subject_after(parsed: ParsedSentence, start: int, end: int) -> Subject | None:
    """The subject that stands after a verb, from token `start` on."""
    if start >= end:
        return None
    if pronoun := _pronoun(parsed, start):
        return pronoun
    at = start
    while at < min(end, start + LONGEST_DESCRIPTION):
        mention = parsed.starting.get(at)
        if mention and not mention.is_possessive:
            return Subject("name", start, mention.last, mention, joint=_joint_after(parsed, mention.last, end))
        if not mention and not is_in_description(parsed, at) and not is_title(parsed, at):
            break
        at = mention.last if mention else at + 1
    if at == start or (at == start + 1 and _is_bare_determiner(parsed, start)):
        return None
    return _name_in_apposition(parsed, at, end) or Subject("description", start, at)


def _is_bare_determiner(parsed: ParsedSentence, at: int) -> bool:
    return parsed.low(at) in parsed.words.determiners - parsed.words.indefinite


def _clause_start(parsed: ParsedSentence, verb: int, floor: int) -> int:
    """In `Zhao said the boy came in and said, “…”` the boy says it: his clause follows the first verb."""
    same = (at + 1 for at in range(verb - 1, floor - 1, -1) if parsed.low(at) == parsed.low(verb))
    return next(same, floor)


def _is_bare(parsed: ParsedSentence, noun: Subject) -> bool:
    """True for a description without article or owner: `heard` in `was heard saying`."""
    low = parsed.low(noun.first)
    opens = low in parsed.words.determiners or low in parsed.words.possessives
    is_owned = any(token.is_possessive for token in parsed.tokens[noun.first : noun.last])
    return noun.kind == "description" and not opens and not is_owned


def _joint_after(parsed: ParsedSentence, at: int, end: int) -> Mention | None:
    other = parsed.starting.get(at + 1) if at < end and parsed.low(at) == "and" else None
    return other if other and (other.last >= end or parsed.text(other.last) in (".", ",")) else None


def _name_in_apposition(parsed: ParsedSentence, at: int, end: int) -> Subject | None:
    """A name in apposition to a description that ends at `at`: `the owner of the clinic, Jane Doe`."""
    limit = min(end - 1, at + LONGEST_DESCRIPTION)
    while at < limit and (parsed.low(at) in parsed.words.prepositions or is_in_description(parsed, at)):
        at += 1
    return leading_name(parsed, at + 1, end) if at < limit and parsed.text(at) == "," else None


def _before_apposition(parsed: ParsedSentence, comma: int, floor: int) -> Subject | None:
    """The noun before one or more insertions that end at `comma`: `Doe, 43, a nurse, said`."""
    marks = (n for n in range(floor, comma + 1) if parsed.text(n) in (*_CLOSES_APPOSITION, "("))
    segments = [(a + 1, b) for a, b in pairwise([floor - 1, *marks]) if b > a + 1]
    nouns = [_noun_ending(parsed, b - 1, a) for a, b in segments if not _is_insertion(parsed, a, floor)]
    named = [noun for noun in nouns if noun and noun.kind != "description"]
    if named:
        people = [noun for noun in named if noun.mention is None or noun.mention.kind == "person"]
        return (people or named[:1])[-1]
    inserted = _is_insertion(parsed, segments[-1][0], floor) if segments else True
    described = [noun for noun in (nouns if inserted else nouns[:-1]) if noun]
    return described[-1] if described else None


def _is_insertion(parsed: ParsedSentence, at: int, floor: int) -> bool:
    token, words = parsed.tokens[at], parsed.words
    if at > floor and parsed.text(at - 1) == "(":
        return True
    if token.low in words.relatives or token.text.isdigit() or token.low in words.prepositions:
        return True
    return not token.is_capital and token.low.endswith(tuple(words.clause_participle_endings))


def _noun_ending(parsed: ParsedSentence, at: int, floor: int) -> Subject | None:
    """The noun whose last word is at `at`, or the one that it depends on (`a spokesman for Doe`)."""
    if at < floor:
        return None
    if pronoun := _pronoun(parsed, at):
        return pronoun
    mention = parsed.ending.get(at + 1)
    if mention is None:
        return _description(parsed, at, floor)
    if mention.is_possessive:
        return None
    first = _chunk_start(parsed, mention, floor)
    if head := _head_of(parsed, first, floor):
        return head
    joint = parsed.ending.get(first - 1) if parsed.low(first - 1) == "and" and first - 1 > floor else None
    return Subject("name", joint.first if joint else first, mention.last, mention, joint=joint)


def _chunk_start(parsed: ParsedSentence, mention: Mention, floor: int) -> int:
    """Where a name begins with the titles and nouns before it (`county manager Otto Brandvold`)."""
    first = mention.first
    while first > floor and (is_title(parsed, first - 1) or is_in_description(parsed, first - 1)):
        first -= 1
    return first


def _description(parsed: ParsedSentence, at: int, floor: int) -> Subject | None:
    first = at + 1
    while first > max(floor, at + 1 - LONGEST_DESCRIPTION) and is_in_description(parsed, first - 1):
        first -= 1
        if parsed.low(first) in parsed.words.determiners:
            break
    if first > at or (first == at and _is_bare_determiner(parsed, at)):
        return None
    if parsed.low(at) in parsed.words.statements and (owner := owner_before(parsed, at, floor)):
        return owner
    return _head_of(parsed, first, floor) or Subject("description", first, at + 1)


def _head_of(parsed: ParsedSentence, first: int, floor: int) -> Subject | None:
    """The noun that a noun at `first` depends on by a preposition, None where it is independent."""
    joint, words = first - 1, parsed.words
    if joint <= floor or parsed.low(joint) not in words.prepositions:
        return None
    is_noun = joint in parsed.ending or is_in_description(parsed, joint - 1)
    if not is_noun or parsed.low(joint - 1) in words.determiners:
        return None
    head = _noun_ending(parsed, joint - 1, floor)
    is_statement = parsed.low(joint - 1) in words.statements
    return None if is_statement and parsed.low(joint) in words.statement_owners else head


def _description_end(parsed: ParsedSentence, at: int, end: int) -> int:
    last = at + 1
    while last < min(end, at + LONGEST_DESCRIPTION) and is_in_description(parsed, last):
        last += 1
    return last


def _pronoun(parsed: ParsedSentence, at: int) -> Subject | None:
    gender = parsed.words.pronouns.get(parsed.low(at))
    return Subject("pronoun", at, at + 1, gender=gender) if gender else None
