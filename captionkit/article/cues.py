"""Who a sentence says spoke the quotation in it: `said Doe`, `Doe told the Herald:`, `according to her`.

Grammar only: a subject is found as words (a name, a pronoun, a description); whom they mean is told
elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from captionkit.article.language import Language
from captionkit.article.mentions import Mention
from captionkit.article.sentences import Sentence, Token

SubjectKind = Literal["name", "pronoun", "description"]
Place = Literal["before", "after"]

REACH = 60
"""A verb farther from its quotation or its subject than so many tokens is not looked at."""
LONGEST_DESCRIPTION = 9
SHORT_TAIL = 8
LONGEST_SENTENCE = 300
LONGEST_DATELINE = 12
LONGEST_SHOWN = 80

_DASHES = ("—", "–", "―", "-", "~")
_CLOSES_APPOSITION = (",", ")", *_DASHES)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who speaks, as the sentence puts it: `tokens[first:last]`. `mention` for a name, `gender` for a
    pronoun.

    `joint` is the other name of `Doe and Roe said`.
    """

    kind: SubjectKind
    first: int
    last: int
    mention: Mention | None = None
    gender: str | None = None
    joint: Mention | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """An attribution in sentence `sentence`, with its verb at token `verb` (-1 where a dash or colon stands
    for one).

    `direct` is true where it is set off as for direct speech: beside the quotation, with comma or colon.
    `naming` where the verb gives a thing a name (`called it “…”`).
    """

    sentence: int
    verb: int
    subject: Subject
    place: Place
    direct: bool
    naming: bool
    words: str


class Clauses:
    """One sentence with its names, asked about its verbs of speech."""

    def __init__(self, number: int, sentence: Sentence, mentions: Sequence[Mention], words: Language) -> None:
        """Keep the sentence, its number in the article, and the names that may be subjects."""
        self.number = number
        self.tokens = sentence.tokens
        self.words = words
        self._begin = _dateline_end(self.tokens)
        names = [m for m in mentions if self._is_subject(m)]
        self._starting = {mention.first: mention for mention in names}
        self._ending = {mention.last: mention for mention in names}

    def cue(self, run: int) -> Cue | None:
        """The attribution of the quoted run at token `run`, the one beside it before one farther off."""
        floor = self._floor(run)
        before, after = self._before(run, floor), self.after(run + 1, self._ceiling(run))
        if before and before.direct:
            return before
        if after and (after.direct or not before):
            return after
        if before or floor == 0:
            return before
        # `said he was “tired” and that the town “was lied to”`: one verb for both.
        earlier = self._before(run, 0)
        return replace(earlier, direct=False) if earlier else None

    def after(self, start: int, end: int) -> Cue | None:
        """The attribution in `tokens[start:end]`, which follow a quotation."""
        while start < end and self.tokens[start].text in (",", "."):
            start += 1
        if start >= end:
            return None
        if by_name := self._signature(start, end):
            return by_name
        if start + 1 < end and (subject := self._according(start, end)):
            return self._cue(start, subject, ("after", True, False), (start, subject.last))
        first_verb = self._skip_adverbs(start, end)
        for at in range(start, min(end, start + REACH)):
            if not self._is_verb(at) or self._is_passive(at, start):
                continue
            subject = self._subject_after(at + self._width(at), end) if at == first_verb else None
            subject = subject or (self._subject_before(at, start) if at > start else None)
            if subject:
                is_beside = at == first_verb or subject.first == start
                shown = (min(start, subject.first), max(at + 1, subject.last))
                return self._cue(at, subject, ("after", is_beside, self._is_naming(at)), shown)
        return None

    def subject_of_speech(self) -> Subject | None:
        """The subject of the sentence's first verb of speech that has one, with or without a quotation."""
        for at in range(min(len(self.tokens), LONGEST_SENTENCE)):
            if self._is_verb(at) and not self._is_passive(at, 0):
                subject = self._subject_before(at, max(self._begin, at - REACH))
                subject = subject or self._subject_after(at + 1, len(self.tokens))
                if subject:
                    return subject
        return None

    def first_noun(self, start: int, end: int) -> Subject | None:
        """The first pronoun, name or description between two tokens that does not hang on a preposition."""
        for at in range(max(start, self._begin), end):
            before = self.tokens[at - 1].low if at > start else ""
            if before in self.words.prepositions or before == "(":
                continue
            if pronoun := self._pronoun(at):
                return pronoun
            mention = self._starting.get(at)
            if mention and not mention.is_possessive:
                return Subject("name", self._chunk_start(mention, start), mention.last, mention)
            if (
                self.tokens[at].low in self.words.determiners
                and self.tokens[at].low not in self.words.relatives
            ):
                last = self._description_end(at, end)
                if last > at + 1:
                    return self._starting_name(last, end) or Subject("description", at, last)
        return None

    def anyone(self, start: int, end: int) -> Subject | None:
        """The one name between two tokens, whatever it hangs on: `Doe’s voice broke.`"""
        found = [m for m in self._starting.values() if start <= m.first < end and m.kind != "body"]
        return Subject("name", found[0].first, found[0].last, found[0]) if len(found) == 1 else None

    def _is_subject(self, mention: Mention) -> bool:
        """Not `Ferry` in `Ferry captain Ulla Strand`, nor `a Frenchwoman`, nor a dateline."""
        speaks = mention.last < len(self.tokens) and self.tokens[mention.last].low in self.words.speech
        is_kind_of = (
            len(mention.name) == 1
            and mention.first > 0
            and self.tokens[mention.first - 1].low in self.words.indefinite
            and not mention.text.isupper()
        )
        if is_kind_of or mention.first < self._begin:
            return False
        before_title = mention.last < len(self.tokens) and self._is_title(mention.last)
        return (mention.certain or speaks) and not before_title

    # Where an attribution may stand

    def _before(self, run: int, floor: int) -> Cue | None:
        floor = max(floor, run - REACH, self._begin)
        is_set_off = run > floor and self.tokens[run - 1].text in (",", ":")
        for at in range(run - 1, floor - 1, -1):
            if subject := self._according(at, run):
                return self._cue(at, subject, ("before", is_set_off, False), (at, run))
            if not self._is_verb(at) or self._is_passive(at, floor):
                continue
            subject = self._subject_before(at, floor)
            if subject is None and (at == floor or self.tokens[at - 1].text == ","):
                subject = self._subject_after(at + self._width(at), run)
            if subject:
                direct = is_set_off or at + self._width(at) == run
                return self._cue(at, subject, ("before", direct, self._is_naming(at)), (subject.first, run))
        owner = self._owner_of_words(floor, run)
        if owner is None and run > floor and self.tokens[run - 1].text == ":":
            owner = self._whose_colon(floor, run)
        return self._cue(-1, owner, ("before", True, False), (owner.first, run)) if owner else None

    def _whose_colon(self, floor: int, run: int) -> Subject | None:
        noun = self.first_noun(floor, run)
        is_vague = noun is None or (
            noun.kind == "description" and self.tokens[noun.first].low in self.words.indefinite
        )
        return (self.anyone(floor, run) or noun) if is_vague else noun

    def _signature(self, start: int, end: int) -> Cue | None:
        """`— Ana Oyelaran, mayor` after a quotation, with nothing but that left of the sentence."""
        at = start + 1 if self.tokens[start].text in (*_DASHES, "(") else start
        if at == start and end - start > SHORT_TAIL:
            return None
        subject = self._leading_name(at, end)
        if subject is None or end - subject.last > SHORT_TAIL:
            return None
        if any(self._is_verb(n) or self.tokens[n].low in self.words.be_forms for n in range(at, end)):
            return None
        if at == start and subject.last < end and self.tokens[subject.last].text not in (",", "(", "."):
            return None
        return self._cue(-1, subject, ("after", True, False), (start, subject.last))

    def _leading_name(self, at: int, end: int) -> Subject | None:
        last = at
        while last < end and last not in self._starting and self._is_title(last):
            last += 1
        mention = self._starting.get(last)
        return Subject("name", at, mention.last, mention) if mention and last < end else None

    def _according(self, at: int, end: int) -> Subject | None:
        for length in (2, 3, 4):
            phrase = " ".join(token.low for token in self.tokens[at : at + length])
            if phrase in self.words.according:
                return self._subject_after(at + length, end)
        return None

    def _owner_of_words(self, start: int, end: int) -> Subject | None:
        """`Doe’s answer`, `her words`, `a statement from Doe`."""
        for at in range(end - 1, start - 1, -1):
            if self.tokens[at].low not in self.words.statements:
                continue
            if owner := self._owner(at, start):
                return owner
            if at + 1 < end and self.tokens[at + 1].low in self.words.statement_owners:
                return self._subject_after(at + 2, end)
        return None

    def _owner(self, at: int, floor: int) -> Subject | None:
        """Who owns the noun at `at`: a possessive name or pronoun at most two words before it."""
        for n in range(at - 1, max(floor, at - 3) - 1, -1):
            mention = self._ending.get(n + 1)
            if mention and mention.is_possessive:
                return Subject("name", mention.first, at + 1, mention)
            if gender := self.words.possessives.get(self.tokens[n].low):
                return Subject("pronoun", n, at + 1, gender=gender)
        return None

    def _ceiling(self, run: int) -> int:
        """Where what follows a run ends: at the next run, but for runs in a list (`“a” and “b,” he said`)."""
        end = run + 1
        limit = min(len(self.tokens), run + REACH)
        while end < limit:
            if self.tokens[end].kind == "run":
                if any(not self._is_list_joint(token) for token in self.tokens[run + 1 : end]):
                    return end
                run = end
            end += 1
        return end

    def _floor(self, run: int) -> int:
        """Where what stands before a run begins: after the run before it, but for runs in a list."""
        start = run
        limit = max(0, run - REACH)
        while start > limit:
            if self.tokens[start - 1].kind == "run":
                if any(not self._is_list_joint(token) for token in self.tokens[start:run]):
                    return start
                run = start - 1
            start -= 1
        return limit

    def _is_list_joint(self, token: Token) -> bool:
        return token.low in self.words.coordinators or token.text in (",", ";")

    # Verbs

    def _is_verb(self, at: int) -> bool:
        token, words = self.tokens[at], self.words
        if token.kind != "word" or (token.is_capital and at > 0 and self.tokens[at - 1].kind == "word"):
            return False
        if at > 0 and (self.tokens[at - 1].low in words.articles or self.tokens[at - 1].is_possessive):
            return False
        listed = (words.speech, words.participles, words.naming, words.naming_participles)
        return any(token.low in verbs for verbs in listed) or self._width(at) == 2

    def _width(self, at: int) -> int:
        phrase = " ".join(token.low for token in self.tokens[at : at + 2])
        return 2 if phrase in self.words.speech_phrases else 1

    def _is_naming(self, at: int) -> bool:
        low = self.tokens[at].low
        if self._width(at) > 1:
            return False
        return low in self.words.naming or low in self.words.naming_participles

    def _is_participle(self, at: int) -> bool:
        low = self.tokens[at].low
        return low in self.words.participles or low in self.words.naming_participles

    def _is_passive(self, at: int, floor: int) -> bool:
        """`was told “…”`, `is known as “…”`: the subject is spoken to or spoken of."""
        if self._is_participle(at):
            return False
        n = at - 1
        while n > floor and self._is_adverb(n) and self.tokens[n].low not in self.words.be_forms:
            n -= 1
        return n >= floor and self.tokens[n].low in self.words.be_forms

    def _is_adverb(self, at: int) -> bool:
        low, words = self.tokens[at].low, self.words
        if low in words.skipped_before_verb or low in words.be_forms:
            return True
        is_formed = low.endswith(tuple(words.adverb_endings)) and low not in words.not_adverbs
        return is_formed and not self.tokens[at].is_capital

    def _skip_adverbs(self, at: int, end: int) -> int:
        while at < end - 1 and self._is_adverb(at):
            at += 1
        return at

    # Subjects

    def _subject_before(self, verb: int, floor: int) -> Subject | None:
        """The subject of a verb, which stands before it."""
        at = verb - 1
        while at >= floor and (
            self._is_adverb(at) or (self._is_participle(verb) and self.tokens[at].low == "as")
        ):
            at -= 1
        if at < floor:
            return None
        token, words = self.tokens[at], self.words
        if pronoun := self._pronoun(at):
            return pronoun
        if gender := words.object_pronouns.get(token.low):
            return Subject("pronoun", at, at + 1, gender=gender)
        if token.low in words.relatives:
            at -= 1
            while at > floor and self.tokens[at].text in _CLOSES_APPOSITION:
                at -= 1
            return self._noun_ending(at, floor)
        if token.text in _CLOSES_APPOSITION:
            return self._past_apposition(at, floor) or self.first_noun(floor, at)
        if token.low in words.coordinators or token.low == "to":
            return self.first_noun(self._clause_start(verb, floor), at)
        noun = self._noun_ending(at, floor)
        if noun and self._is_participle(verb) and self._is_bare(noun):
            return self.first_noun(floor, verb)
        return noun or self.first_noun(floor, at)

    def _clause_start(self, verb: int, floor: int) -> int:
        """In `Zhao said the boy came in and said, “…”` the boy says it: his clause follows the first verb."""
        for at in range(verb - 1, floor - 1, -1):
            if self.tokens[at].low == self.tokens[verb].low:
                return at + 1
        return floor

    def _is_bare(self, noun: Subject) -> bool:
        """True for a description without article or owner: `heard` in `was heard saying`."""
        named = self.tokens[noun.first : noun.last]
        opens = named[0].low in self.words.determiners or named[0].low in self.words.possessives
        return noun.kind == "description" and not opens and not any(token.is_possessive for token in named)

    def _subject_after(self, start: int, end: int) -> Subject | None:
        """The subject of a verb, which stands after it."""
        if start >= end:
            return None
        if pronoun := self._pronoun(start):
            return pronoun
        at = start
        while at < min(end, start + LONGEST_DESCRIPTION):
            mention = self._starting.get(at)
            if mention and not mention.is_possessive:
                return Subject(
                    "name", start, mention.last, mention, joint=self._joint_after(mention.last, end)
                )
            if mention:
                at = mention.last
            elif self._is_in_description(at) or self._is_title(at):
                at += 1
            else:
                break
        is_bare = self.tokens[start].low in self.words.determiners - self.words.indefinite
        if at == start or (at == start + 1 and is_bare):
            return None
        return self._starting_name(at, end) or Subject("description", start, at)

    def _joint_after(self, at: int, end: int) -> Mention | None:
        other = self._starting.get(at + 1) if at < end and self.tokens[at].low == "and" else None
        is_last = other is not None and (other.last >= end or self.tokens[other.last].text in (".", ","))
        return other if is_last else None

    def _starting_name(self, at: int, end: int) -> Subject | None:
        """A name in apposition to a description that ends at `at`: `the owner of the clinic, Jane Doe`."""
        limit = min(end - 1, at + LONGEST_DESCRIPTION)
        while at < limit and (self.tokens[at].low in self.words.prepositions or self._is_in_description(at)):
            at += 1
        if at < limit and self.tokens[at].text == ",":
            return self._leading_name(at + 1, end)
        return None

    def _past_apposition(self, comma: int, floor: int) -> Subject | None:
        """The noun before one or more insertions that end at `comma`: `Doe, 43, a nurse, said`."""
        bounds = [
            floor - 1,
            *(n for n in range(floor, comma + 1) if self.tokens[n].text in (*_CLOSES_APPOSITION, "(")),
        ]
        segments = [(a + 1, b) for a, b in pairwise(bounds) if b > a + 1]
        nouns = [self._noun_ending(b - 1, a) for a, b in segments if not self._is_insertion(a, floor)]
        named = [noun for noun in nouns if noun and noun.kind != "description"]
        people = [noun for noun in named if noun.mention is None or noun.mention.kind == "person"]
        if named:
            return (people or named[:1])[-1]
        inserted = self._is_insertion(segments[-1][0], floor) if segments else True
        described = [noun for noun in (nouns if inserted else nouns[:-1]) if noun]
        return described[-1] if described else None

    def _is_insertion(self, at: int, floor: int) -> bool:
        token = self.tokens[at]
        if at > floor and self.tokens[at - 1].text == "(":
            return True
        if token.low in self.words.relatives or token.text.isdigit() or token.low in self.words.prepositions:
            return True
        return not token.is_capital and token.low.endswith(tuple(self.words.clause_participle_endings))

    def _noun_ending(self, at: int, floor: int) -> Subject | None:
        """The noun whose last word is at `at`, or the one that it hangs on (`a spokesman for Doe`)."""
        if at < floor:
            return None
        if pronoun := self._pronoun(at):
            return pronoun
        mention = self._ending.get(at + 1)
        if mention is None:
            return self._description(at, floor)
        if mention.is_possessive:
            return None
        first = self._chunk_start(mention, floor)
        if head := self._head_of(first, floor):
            return head
        joint = (
            self._ending.get(first - 1) if self.tokens[first - 1].low == "and" and first - 1 > floor else None
        )
        return Subject("name", joint.first if joint else first, mention.last, mention, joint=joint)

    def _chunk_start(self, mention: Mention, floor: int) -> int:
        """Where a name begins with the titles and nouns before it (`county manager Otto Brandvold`)."""
        first = mention.first
        while first > floor and (self._is_title(first - 1) or self._is_in_description(first - 1)):
            first -= 1
        return first

    def _description(self, at: int, floor: int) -> Subject | None:
        first = at + 1
        while first > max(floor, at + 1 - LONGEST_DESCRIPTION) and self._is_in_description(first - 1):
            first -= 1
            if self.tokens[first].low in self.words.determiners:
                break
        if first > at or (
            first == at and self.tokens[at].low in self.words.determiners - self.words.indefinite
        ):
            return None
        if self.tokens[at].low in self.words.statements and (owner := self._owner(at, floor)):
            return owner
        return self._head_of(first, floor) or Subject("description", first, at + 1)

    def _head_of(self, first: int, floor: int) -> Subject | None:
        """The noun that a noun at `first` hangs on by a preposition, None where it stands for itself."""
        joint = first - 1
        if joint <= floor or self.tokens[joint].low not in self.words.prepositions:
            return None
        is_noun = joint in self._ending or self._is_in_description(joint - 1)
        if not is_noun or self.tokens[joint - 1].low in self.words.determiners:
            return None
        head = self._noun_ending(joint - 1, floor)
        is_statement = self.tokens[joint - 1].low in self.words.statements
        return None if is_statement and self.tokens[joint].low in self.words.statement_owners else head

    def _description_end(self, at: int, end: int) -> int:
        last = at + 1
        while last < min(end, at + LONGEST_DESCRIPTION) and self._is_in_description(last):
            last += 1
        return last

    def _is_in_description(self, at: int) -> bool:
        token, words = self.tokens[at], self.words
        if token.kind != "word" or token.low in words.prepositions or token.low in words.be_forms:
            return False
        if token.low in words.pronouns or token.low in words.coordinators or token.low in words.according:
            return False
        is_relative = token.low in words.relatives and token.low not in words.determiners
        return not is_relative and not self._is_verb(at) and token.low not in words.skipped_before_verb

    def _is_title(self, at: int) -> bool:
        return self.tokens[at].is_capital and self.words.title(self.tokens[at].key) is not None

    def _pronoun(self, at: int) -> Subject | None:
        gender = self.words.pronouns.get(self.tokens[at].low)
        return Subject("pronoun", at, at + 1, gender=gender) if gender else None

    def _cue(self, verb: int, subject: Subject, how: tuple[Place, bool, bool], shown: tuple[int, int]) -> Cue:
        place, direct, naming = how
        words = _as_printed([token for token in self.tokens[shown[0] : shown[1]] if token.kind != "run"])
        return Cue(self.number, verb, subject, place, direct, naming, words[:LONGEST_SHOWN])


def _dateline_end(tokens: Sequence[Token]) -> int:
    """Where a sentence begins after `DUNMORE (Reuters) -`, 0 where it has no dateline."""
    for n, token in enumerate(tokens[:LONGEST_DATELINE]):
        if token.text in _DASHES and n:
            return n + 1
        if token.kind == "run" or (token.kind == "word" and token.text[0].islower()):
            return 0
    return 0


def _as_printed(tokens: Sequence[Token]) -> str:
    return "".join(
        [
            *(a.text + " " * (b.start > a.end) for a, b in pairwise(tokens)),
            *(token.text for token in tokens[-1:]),
        ]
    )
