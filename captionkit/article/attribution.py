"""Who speaks each quoted run: the words that the article uses of the speaker, turned into a name it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from captionkit.article.language import ArticleLanguage
from captionkit.article.mentions import Mention
from captionkit.article.people import Register
from captionkit.article.quotes import CLOSING_MARKS, Run
from captionkit.article.reporting import ReportingClause, clause_after, reporting_clause, subject_of_speech
from captionkit.article.sentences import Sentence
from captionkit.article.subjects import Subject, first_noun, only_name
from captionkit.article.syntax import parse_sentence

LOOK_BACK = 12
"""A pronoun's name is sought in so many sentences before it."""
LOOK_AHEAD = 2
ANY = "n"
_ASKS_OR_BREAKS_OFF = ("?", "!", "…", "-", "—")


@dataclass(frozen=True, slots=True)
class Meaning:
    """Whom words mean: a number of an entity, None where it cannot be told, with those that it may be."""

    speaker: int | None
    candidates: tuple[int, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who speaks a run, and the clause that says so, None where none does.

    `alone` is true where the run's sentence holds nothing but quoted text.
    """

    run: int
    meaning: Meaning
    cue: ReportingClause | None
    sentence: int
    alone: bool


NOBODY = Meaning(None, (), "nobody is said to have spoken it")


def attribute(
    runs: Sequence[Run], sentences: Sequence[Sentence], register: Register, words: ArticleLanguage
) -> tuple[Attribution, ...]:
    """An attribution for every run, in order."""
    return tuple(_Resolver(runs, sentences, register, words).attributions())


class _Resolver:
    """Goes through the article once, remembering who spoke last, as a reader does."""

    def __init__(
        self, runs: Sequence[Run], sentences: Sequence[Sentence], register: Register, words: ArticleLanguage
    ) -> None:
        self._runs = runs
        self._sentences = sentences
        self._register = register
        self._entities = register.entities
        self._words = words
        self._parsed = [
            parse_sentence(n, sentence, register.mentions[n], words) for n, sentence in enumerate(sentences)
        ]
        self._genders = [entity.gender for entity in register.entities]
        self._speech = [subject_of_speech(parsed) for parsed in self._parsed]
        self._people = self._known_people()
        self._likely_people = self._people_by_form()
        self._sections = self._sections_of_entities()
        self._focus: dict[int, int] = {}

    def attributions(self) -> list[Attribution]:
        """One for each run."""
        done: list[Attribution] = []
        for number, sentence in enumerate(self._sentences):
            self._remember_subject(number)
            for at in (n for n, token in enumerate(sentence.tokens) if token.kind == "run"):
                one = self._attribution(number, at, done[-1] if done else None)
                if one.meaning.speaker is not None:
                    self._focus[number] = one.meaning.speaker
                done.append(one)
        return self._told_by_what_follows(done)

    def _known_people(self) -> frozenset[int]:
        """People by title, age or given name, and whoever is named as speaking."""
        people = {n for n, entity in enumerate(self._entities) if entity.kind == "person"}
        for subject in self._speech:
            if subject and subject.mention:
                people.update(n for n in self._register.meant[subject.mention] if self._entities[n].kind != "body")
        return frozenset(people)

    def _people_by_form(self) -> frozenset[int]:
        """Names of several words that stand by themselves somewhere: people rather than places."""
        return frozenset(
            number
            for n, found in enumerate(self._register.mentions)
            for mention in found
            for number in self._register.meant[mention]
            if self._entities[number].kind == "unknown"
            and " " in self._entities[number].name
            and (mention.first == 0 or self._sentences[n].tokens[mention.first - 1].low not in self._words.prepositions)
        )

    def _sections_of_entities(self) -> dict[int, dict[int, int]]:
        """For each entity the sections where it is surely named, each with the first sentence there."""
        found: dict[int, dict[int, int]] = {}
        for mention, numbers in self._register.meant.items():
            if len(numbers) == 1:
                sections = found.setdefault(numbers[0], {})
                section = self._sentences[mention.sentence].section
                sections[section] = min(mention.sentence, sections.get(section, mention.sentence))
        return found

    def _remember_subject(self, number: int) -> None:
        """The subject of a verb of speech is whom a sentence is about, with or without a quotation."""
        subject = self._speech[number]
        meaning = self._meant(subject, number) if subject else NOBODY
        if meaning.speaker is not None:
            self._focus[number] = meaning.speaker

    # One run

    def _attribution(self, number: int, at: int, before: Attribution | None) -> Attribution:
        run = self._sentences[number].tokens[at].run
        alone = all(token.kind != "word" for token in self._sentences[number].tokens)
        cue = reporting_clause(self._parsed[number], at) or self._cue_in_next_sentence(number, at)
        if cue is None:
            meaning = self._goes_on(number, before) if alone else NOBODY
            return Attribution(run, meaning, None, number, alone)
        found = self._meant(cue.subject, cue.sentence)
        reason = "; ".join(filter(None, (f"“{cue.words}” stands {cue.place} it", found.reason)))
        return Attribution(run, Meaning(found.speaker, found.candidates, reason), cue, number, alone)

    def _cue_in_next_sentence(self, number: int, at: int) -> ReportingClause | None:
        """`“Is it safe?” Oyelaran asked.` is two sentences to a machine."""
        tokens, following = self._sentences[number].tokens, number + 1
        if at != len(tokens) - 1 or following >= len(self._sentences):
            return None
        sentence = self._sentences[following]
        if sentence.section != self._sentences[number].section or sentence.heading:
            return None
        end = next((n for n, token in enumerate(sentence.tokens) if token.kind == "run"), len(sentence.tokens))
        cue = clause_after(self._parsed[following], 0, end)
        if cue is None or not cue.direct:
            return None
        asks = tokens[at].text.rstrip(CLOSING_MARKS).endswith(_ASKS_OR_BREAKS_OFF)
        is_whole = cue.verb < 0 or cue.verb + 2 >= len(sentence.tokens)
        return cue if asks or is_whole or self._runs[tokens[at].run].block else None

    def _goes_on(self, number: int, before: Attribution | None) -> Meaning:
        """A quotation that stands alone is spoken by whoever spoke, or was spoken of, just before."""
        section = self._sentences[number].section
        goes_on = before is not None and before.sentence == number - 1 and before.meaning.speaker is not None
        if before and goes_on and (before.alone or self._section(before) == section):
            return Meaning(before.meaning.speaker, (), "it goes on from the quotation before it")
        previous = number - 1
        if previous < 0 or self._sentences[previous].section < section - 1:
            return NOBODY
        if previous in self._focus:
            return Meaning(self._focus[previous], (), "whoever the sentence before it is about goes on")
        tokens = self._sentences[previous].tokens
        parsed = self._parsed[previous]
        subject = first_noun(parsed, 0, len(tokens)) or only_name(parsed, 0, len(tokens))
        if subject is None or self._sentences[previous].section != section:
            return NOBODY
        found = self._meant(subject, previous)
        return Meaning(found.speaker, found.candidates, "whoever the sentence before it is about goes on")

    def _told_by_what_follows(self, done: list[Attribution]) -> list[Attribution]:
        """A quotation that stands alone before an attributed one of its paragraph is the same speaker's.

        A question in its own paragraph is put to the speaker whose words stand before and after it.
        """
        for n in range(len(done) - 2, -1, -1):
            one, following = done[n], done[n + 1]
            if one.cue or not one.alone or following.meaning.speaker is None:
                continue
            in_paragraph = self._section(one) == self._section(following)
            if one.meaning is NOBODY and in_paragraph:
                reason = "the quotation after it in the paragraph names the speaker"
                done[n] = replace(one, meaning=Meaning(following.meaning.speaker, (), reason))
            elif one.meaning.speaker == following.meaning.speaker and not in_paragraph and self._asks(one):
                done[n] = replace(one, meaning=Meaning(None, (following.meaning.speaker,), "a question to the speaker"))
        return done

    def _section(self, one: Attribution) -> int:
        return self._sentences[one.sentence].section

    def _asks(self, one: Attribution) -> bool:
        tokens = self._sentences[one.sentence].tokens
        return tokens[-1].text.rstrip(CLOSING_MARKS).endswith("?") and self._sentences[
            max(0, one.sentence - 1)
        ].section != self._section(one)

    # Whom words mean

    def _meant(self, subject: Subject, number: int) -> Meaning:
        """The entity that a subject in sentence `number` means."""
        if subject.mention is not None and subject.joint is not None:
            both = (*self._register.meant[subject.joint], *self._register.meant[subject.mention])
            return Meaning(None, both, "two people are said to have spoken it")
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
        here = [n for n in introduced if self._sentences[number].section in self._sections[n]]
        for found in (fitting, introduced, here):
            if len(found) == 1:
                return Meaning(found[0], (), f"“{mention.text}” is {self._entities[found[0]].name}")
        return Meaning(None, tuple(introduced or fitting), f"more than one is called “{mention.text}”")

    def _of_pronoun(self, subject: Subject, number: int) -> Meaning:
        """The person that the pronoun fits: before it in its sentence, else last before, else right after."""
        gender = subject.gender or ANY
        every = self._people | self._likely_people
        for people in (every,) if gender == ANY else (self._people, every):
            leading, hanging = self._persons(number, subject.first, people)
            if found := self._fitting(leading, gender):
                return self._chosen(found, gender, number)
            if before := self._person_before(number, gender, people):
                return before
            if found := self._fitting(hanging, gender):
                return self._chosen(found, gender, number)
            if after := self._person_after(number, gender, people):
                return after
        return Meaning(None, (), "no name near it fits the pronoun")

    def _person_before(self, number: int, gender: str, people: frozenset[int]) -> Meaning | None:
        for n in range(number - 1, max(-1, number - LOOK_BACK), -1):
            focus = self._fitting([self._focus[n]] if n in self._focus else [], gender)
            leading, hanging = self._persons(n, len(self._sentences[n].tokens), people)
            if found := focus or self._fitting(leading + hanging, gender):
                return self._chosen(found, gender, n)
        return None

    def _person_after(self, number: int, gender: str, people: frozenset[int]) -> Meaning | None:
        """`“I ran,” she said. Tove Berg was on the bridge.`"""
        section = self._sentences[number].section
        for n in range(number + 1, min(len(self._sentences), number + LOOK_AHEAD + 1)):
            if self._sentences[n].section != section:
                return None
            leading, _ = self._persons(n, len(self._sentences[n].tokens), people)
            if leading:
                found = self._fitting(leading, gender)
                return self._chosen(found, gender, n) if len(found) == 1 else None
        return None

    def _persons(self, number: int, end: int, people: frozenset[int]) -> tuple[list[int], list[int]]:
        """People named in a sentence before token `end`, in order.

        First those that stand by themselves, then those that hang on a preposition or are owners, or stand in
        a clause like `Asked whether Doe was ready,`.
        """
        tokens = self._sentences[number].tokens
        leading: list[int] = []
        hanging: list[int] = []
        opens_with_clause = tokens[0].low.endswith(tuple(self._words.clause_participle_endings))
        for mention in self._register.mentions[number]:
            meant = self._register.meant[mention]
            if mention.first >= end or len(meant) != 1 or meant[0] not in people:
                continue
            before = tokens[mention.first - 1].low if mention.first else ""
            in_clause = opens_with_clause and mention.first > 0 and end < len(tokens)
            hangs = mention.is_possessive or before in self._words.prepositions or in_clause
            (hanging if hangs else leading).append(meant[0])
        return list(dict.fromkeys(leading)), list(dict.fromkeys(hanging))

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
        return Meaning(found[0], (), f"the pronoun is {self._entities[found[0]].name}")

    def _are_joined(self, pair: Sequence[int], number: int) -> bool:
        """`Ferrante and Dupree argued`: neither is more the subject than the other."""
        tokens = self._sentences[number].tokens
        mentions = [m for m in self._register.mentions[number] if self._register.meant[m][0] in pair]
        joints = (t.low for a, b in pairwise(mentions) for t in tokens[a.last : b.first])
        return any(joint in self._words.coordinators for joint in joints)

    def _of_description(self, subject: Subject, number: int) -> Meaning:
        """`the mayor`, `the doctor’s sister`, `the 43-year-old`."""
        tokens = self._sentences[number].tokens[subject.first : subject.last]
        text = " ".join(token.text for token in tokens)
        nobody = Meaning(None, (), f"“{text}” is nobody the article names")
        if tokens[0].low in self._words.indefinite:
            return nobody
        keys = [token.key for token in tokens]
        if keys[-1] in self._words.neuter:
            return self._of_body_before(number) or nobody
        for role in (" ".join(keys[-2:]), keys[-1]):
            if role in self._register.by_role:
                return self._of_role(self._register.by_role[role], keys, text, number)
        if keys[-1] in self._words.body_nouns and (body := self._only_body_here(number)) is not None:
            return Meaning(body, (), f"“{text}” is {self._entities[body].name}")
        if keys[-1] in self._words.statements and tokens[0].low in self._words.determiners:
            return self._of_statement(subject, number) or nobody
        gender = self._words.gender_of_noun(keys[-1])
        if gender and len(keys) == 2:
            return self._of_pronoun(Subject("pronoun", subject.first, subject.last, gender=gender), number)
        near = self._named_just_before(subject, number)
        is_person = keys[-1] not in self._words.body_nouns and keys[-1] not in self._words.bodies
        if len(near) == 1 and is_person and tokens[0].low == "the" and not self._entities[near[0]].roles:
            return Meaning(near[0], (), f"“{text}” is taken for the one person named before it")
        return nobody

    def _of_body_before(self, number: int) -> Meaning | None:
        """`it said`: the first body of the sentence before."""
        section = self._sentences[number].section
        for mention in self._register.mentions[number - 1] if number else ():
            meant = self._register.meant[mention]
            if mention.kind == "body" and len(meant) == 1 and self._sentences[number - 1].section == section:
                return Meaning(meant[0], (), f"it is {self._entities[meant[0]].name}")
        return None

    def _of_statement(self, subject: Subject, number: int) -> Meaning | None:
        """`the mayor’s answer` is the mayor’s; `the statement said` is of whoever was quoted last."""
        tokens = self._sentences[number].tokens
        owner = next((n for n in range(subject.first, subject.last) if tokens[n].is_possessive), None)
        if owner is not None:
            return self._of_description(Subject("description", subject.first, owner + 1), number)
        last = next((self._focus[n] for n in range(number, max(-1, number - LOOK_BACK), -1) if n in self._focus), None)
        return (
            None if last is None else Meaning(last, (), f"it is taken for a statement of {self._entities[last].name}")
        )

    def _only_body_here(self, number: int) -> int | None:
        """The one body, no place, that the paragraph has named."""
        section = self._sentences[number].section
        found = set()
        for n in range(max(0, number - LOOK_BACK), number + 1):
            for mention in self._register.mentions[n] if self._sentences[n].section == section else ():
                meant = self._register.meant[mention]
                if len(meant) == 1 and self._entities[meant[0]].kind == "body":
                    found.add(meant[0])
        return found.pop() if len(found) == 1 else None

    def _named_just_before(self, subject: Subject, number: int) -> list[int]:
        """People named in the paragraph up to a description, in its sentence and the two before."""
        section = self._sentences[number].section
        found: list[int] = []
        for n in range(max(0, number - 2), number + 1):
            if self._sentences[n].section == section:
                end = subject.first if n == number else len(self._sentences[n].tokens)
                leading, hanging = self._persons(n, end, self._people)
                found += leading + hanging
        return list(dict.fromkeys(found))

    def _of_role(self, found: tuple[int, ...], keys: Sequence[str], text: str, number: int) -> Meaning:
        section = self._sentences[number].section
        here = [n for n in found if section in self._sections.get(n, ())]
        closer = [n for n in found if any(role.split()[0] in keys[:-1] for role in self._entities[n].roles)]
        for some in (found, here, closer):
            if len(some) == 1:
                return Meaning(some[0], (), f"“{text}” is {self._entities[some[0]].name}")
        return Meaning(None, found, f"“{text}” may be more than one person")
