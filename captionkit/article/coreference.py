"""Whom a subject means: a name, a pronoun or a description resolved to one of the article's people and bodies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from captionkit.article.language import ArticleLanguage
from captionkit.article.mentions import Mention
from captionkit.article.people import Register
from captionkit.article.sentences import Sentence
from captionkit.article.subjects import Subject

LOOK_BACK = 12
"""How many sentences back a pronoun's name is searched."""
LOOK_AHEAD = 2
ANY = "n"


@dataclass(frozen=True, slots=True)
class Meaning:
    """Whom words mean, as the number of an entity, or None with the `candidates` where it cannot be decided."""

    speaker: int | None
    candidates: tuple[int, ...] = ()
    reason: str = ""


NOBODY = Meaning(None, (), "no speaker is named")


class Coreference:
    """Resolves the subjects of an article, called sentence by sentence in order.

    `focus` maps a sentence to the entity it is about; `remember` extends it. A pronoun fixes the gender of a person
    whose gender was unknown.
    """

    def __init__(
        self,
        sentences: Sequence[Sentence],
        register: Register,
        speech: Iterable[Subject | None],
        words: ArticleLanguage,
    ) -> None:
        """`speech` are the subjects of each sentence's reporting verb: whoever is named there is a person."""
        self.focus: dict[int, int] = {}
        self._sentences = sentences
        self._register = register
        self._entities = register.entities
        self._words = words
        self._genders = [entity.gender for entity in register.entities]
        self._people = _known_people(register, speech)
        self._likely_people = _people_by_form(sentences, register, words)
        self._sections = _sections_of_entities(sentences, register)

    def remember(self, number: int, meaning: Meaning) -> None:
        """Sentence `number` is about this speaker, if there is one."""
        if meaning.speaker is not None:
            self.focus[number] = meaning.speaker

    def meaning(self, subject: Subject, number: int) -> Meaning:
        """The entity that a subject in sentence `number` means."""
        if subject.mention is not None and subject.joint is not None:
            both = (*self._register.meant[subject.joint], *self._register.meant[subject.mention])
            return Meaning(None, both, "two people are named as its speakers")
        if subject.mention is not None:
            return self._of_name(subject.mention, number)
        if subject.kind == "pronoun":
            return self._of_pronoun(subject, number)
        return self._of_description(subject, number)

    def _of_name(self, mention: Mention, number: int) -> Meaning:
        """Of namesakes, the one that the title fits, who was named before, or in this paragraph."""
        namesakes = self._register.meant[mention]
        if len(namesakes) == 1:
            return Meaning(namesakes[0])
        gender = next((g for role in mention.roles if (g := self._words.gender_of_noun(role))), None)
        fitting = [n for n in namesakes if mention.roles and mention.roles <= self._entities[n].roles]
        fitting = fitting or self._fitting(namesakes, gender or ANY)
        introduced = [n for n in fitting if min(self._sections[n].values()) <= number]
        here = [n for n in introduced if self._section(number) in self._sections[n]]
        undecided = Meaning(None, tuple(introduced or fitting), f"more than one is called “{mention.text}”")
        return self._first_single((fitting, introduced, here), mention.text) or undecided

    def _of_pronoun(self, subject: Subject, number: int) -> Meaning:
        """The person that the pronoun fits: before it in its sentence, else last before, else right after."""
        gender = subject.gender or ANY
        every = self._people | self._likely_people
        for people in (every,) if gender == ANY else (self._people, every):
            leading, dependent = self._persons(number, subject.first, people)
            if found := self._fitting(leading, gender):
                return self._chosen(found, gender, number)
            if before := self._person_before(number, gender, people):
                return before
            if found := self._fitting(dependent, gender):
                return self._chosen(found, gender, number)
            if after := self._person_after(number, gender, people):
                return after
        return Meaning(None, (), "no name near it fits the pronoun")

    def _person_before(self, number: int, gender: str, people: frozenset[int]) -> Meaning | None:
        for n in range(number - 1, max(-1, number - LOOK_BACK), -1):
            focus = self._fitting([self.focus[n]] if n in self.focus else [], gender)
            leading, dependent = self._persons(n, len(self._sentences[n].tokens), people)
            if found := focus or self._fitting(leading + dependent, gender):
                return self._chosen(found, gender, n)
        return None

    def _person_after(self, number: int, gender: str, people: frozenset[int]) -> Meaning | None:
        """`“I ran,” she said. Tove Berg was on the bridge.`"""
        for n in self._in_section(number, range(number + 1, min(len(self._sentences), number + LOOK_AHEAD + 1))):
            leading, _ = self._persons(n, len(self._sentences[n].tokens), people)
            if leading:
                found = self._fitting(leading, gender)
                return self._chosen(found, gender, n) if len(found) == 1 else None
        return None

    def _persons(self, number: int, end: int, people: frozenset[int]) -> tuple[list[int], list[int]]:
        """People named in a sentence before token `end`, in order: independent ones, then dependent ones.

        Dependent are those after a preposition, owners, and those in a clause like `Asked whether Doe was ready,`.
        """
        tokens = self._sentences[number].tokens
        leading: list[int] = []
        dependent: list[int] = []
        in_clause = tokens[0].low.endswith(tuple(self._words.clause_participle_endings)) and end < len(tokens)
        for mention in self._register.mentions[number]:
            entity = self._register.only(mention)
            if mention.first >= end or entity not in people or entity is None:
                continue
            before = tokens[mention.first - 1].low if mention.first else ""
            depends = mention.is_possessive or before in self._words.prepositions or (in_clause and mention.first > 0)
            (dependent if depends else leading).append(entity)
        return list(dict.fromkeys(leading)), list(dict.fromkeys(dependent))

    def _fitting(self, people: Sequence[int], gender: str) -> list[int]:
        fits = [n for n in people if gender == ANY or self._genders[n] in (None, gender)]
        return [n for n in fits if self._genders[n] == gender] or fits

    def _chosen(self, found: Sequence[int], gender: str, number: int) -> Meaning:
        if len(found) > 1 and (gender == ANY or self._are_joined(found[:2], number)):
            return Meaning(None, tuple(found), "the pronoun fits more than one person")
        if gender == ANY and self._genders[found[0]] is not None:
            return Meaning(None, (found[0],), "“they” may be more than one person")
        if gender != ANY and self._genders[found[0]] is None:
            self._genders[found[0]] = gender
        return Meaning(found[0], (), f"the pronoun is {self._name(found[0])}")

    def _are_joined(self, pair: Sequence[int], number: int) -> bool:
        """`Ferrante and Dupree argued`: neither is more the subject than the other."""
        tokens = self._sentences[number].tokens
        mentions = [m for m in self._register.mentions[number] if self._register.meant[m][0] in pair]
        joints = (t.low for a, b in pairwise(mentions) for t in tokens[a.last : b.first])
        return any(joint in self._words.coordinators for joint in joints)

    def _of_description(self, subject: Subject, number: int) -> Meaning:
        """`the mayor`, `the doctor’s sister`, `the 43-year-old`."""
        words, tokens = self._words, self._sentences[number].tokens[subject.first : subject.last]
        text, keys = " ".join(token.text for token in tokens), [token.key for token in tokens]
        nobody = Meaning(None, (), f"“{text}” is not a person the article names")
        if tokens[0].low in words.indefinite:
            return nobody
        if keys[-1] in words.neuter:
            return self._of_body_before(number) or nobody
        for role in (" ".join(keys[-2:]), keys[-1]):
            if role in self._register.by_role:
                return self._of_role(self._register.by_role[role], keys, text, number)
        if keys[-1] in words.body_nouns and (body := self._only_body_here(number)) is not None:
            return self._is(body, text)
        if keys[-1] in words.statements and tokens[0].low in words.determiners:
            return self._of_statement(subject, number) or nobody
        gender = words.gender_of_noun(keys[-1])
        if gender and len(keys) == 2:
            return self._of_pronoun(Subject("pronoun", subject.first, subject.last, gender=gender), number)
        near = self._named_just_before(subject, number)
        is_person = keys[-1] not in words.body_nouns and keys[-1] not in words.bodies
        if len(near) == 1 and is_person and tokens[0].low == "the" and not self._entities[near[0]].roles:
            return Meaning(near[0], (), f"“{text}” is assumed to be the one person named before it")
        return nobody

    def _of_body_before(self, number: int) -> Meaning | None:
        """`it said`: the first body of the sentence before."""
        for n in self._in_section(number, range(max(0, number - 1), number)):
            for mention in self._register.mentions[n]:
                entity = self._register.only(mention)
                if mention.kind == "body" and entity is not None:
                    return Meaning(entity, (), f"it is {self._name(entity)}")
        return None

    def _of_statement(self, subject: Subject, number: int) -> Meaning | None:
        """`the mayor’s answer` is the mayor’s; `the statement said` is of whoever was quoted last."""
        tokens = self._sentences[number].tokens
        owner = next((n for n in range(subject.first, subject.last) if tokens[n].is_possessive), None)
        if owner is not None:
            return self._of_description(Subject("description", subject.first, owner + 1), number)
        back = range(number, max(-1, number - LOOK_BACK), -1)
        last = next((self.focus[n] for n in back if n in self.focus), None)
        return last if last is None else Meaning(last, (), f"it is assumed to be a statement by {self._name(last)}")

    def _only_body_here(self, number: int) -> int | None:
        """The one body (not a place) that the paragraph has named."""
        here = self._in_section(number, range(max(0, number - LOOK_BACK), number + 1))
        entities = {self._register.only(mention) for n in here for mention in self._register.mentions[n]}
        bodies = [n for n in entities if n is not None and self._entities[n].kind == "body"]
        return bodies[0] if len(bodies) == 1 else None

    def _named_just_before(self, subject: Subject, number: int) -> list[int]:
        """People named in the paragraph up to a description, in its sentence and the two before."""
        found: list[int] = []
        for n in self._in_section(number, range(max(0, number - 2), number + 1)):
            end = subject.first if n == number else len(self._sentences[n].tokens)
            leading, dependent = self._persons(n, end, self._people)
            found += leading + dependent
        return list(dict.fromkeys(found))

    def _of_role(self, found: tuple[int, ...], keys: Sequence[str], text: str, number: int) -> Meaning:
        here = [n for n in found if self._section(number) in self._sections.get(n, ())]
        closer = [n for n in found if any(role.split()[0] in keys[:-1] for role in self._entities[n].roles)]
        undecided = Meaning(None, found, f"“{text}” may be more than one person")
        return self._first_single((found, here, closer), text) or undecided

    def _first_single(self, choices: Iterable[Sequence[int]], text: str) -> Meaning | None:
        return next((self._is(some[0], text) for some in choices if len(some) == 1), None)

    def _is(self, entity: int, text: str) -> Meaning:
        return Meaning(entity, (), f"“{text}” is {self._name(entity)}")

    def _name(self, entity: int) -> str:
        return self._entities[entity].name

    def _section(self, number: int) -> int:
        return self._sentences[number].section

    def _in_section(self, number: int, numbers: Iterable[int]) -> Iterator[int]:
        return (n for n in numbers if self._section(n) == self._section(number))


def _known_people(register: Register, speech: Iterable[Subject | None]) -> frozenset[int]:
    """People by title, age or given name, and whoever is named as speaking."""
    people = {n for n, entity in enumerate(register.entities) if entity.kind == "person"}
    named = (n for one in speech if one and one.mention for n in register.meant[one.mention])
    return frozenset(people.union(n for n in named if register.entities[n].kind != "body"))


def _people_by_form(sentences: Sequence[Sentence], register: Register, words: ArticleLanguage) -> frozenset[int]:
    """Names of several words that stand without a preposition somewhere: people rather than places."""
    independent = (
        mention
        for found, sentence in zip(register.mentions, sentences, strict=True)
        for mention in found
        if mention.first == 0 or sentence.tokens[mention.first - 1].low not in words.prepositions
    )
    numbers = {number for mention in independent for number in register.meant[mention]}
    entities = register.entities
    return frozenset(n for n in numbers if entities[n].kind == "unknown" and " " in entities[n].name)


def _sections_of_entities(sentences: Sequence[Sentence], register: Register) -> Mapping[int, Mapping[int, int]]:
    """For each entity the sections where it is certainly named, each with the first sentence there."""
    found: dict[int, dict[int, int]] = {}
    for mention in register.meant:
        if (entity := register.only(mention)) is not None:
            sections, section = found.setdefault(entity, {}), sentences[mention.sentence].section
            sections[section] = min(mention.sentence, sections.get(section, mention.sentence))
    return found
