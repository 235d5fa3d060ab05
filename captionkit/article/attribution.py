"""Who speaks each quoted run: its reporting clause, resolved to a name, or the quotations around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from captionkit.article.coreference import NOBODY, Coreference, Meaning
from captionkit.article.language import ArticleLanguage
from captionkit.article.people import Register
from captionkit.article.quotes import CLOSING_MARKS, Run
from captionkit.article.reporting import ReportingClause, clause_after, reporting_clause, subject_of_speech
from captionkit.article.sentences import Sentence
from captionkit.article.subjects import first_noun, only_name
from captionkit.article.syntax import ParsedSentence, parse_sentence

_ASKS_OR_BREAKS_OFF = ("?", "!", "…", "-", "—")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who speaks a run, and the clause that says so, None where none does.

    `alone` is true where the run's sentence holds only quoted text.
    """

    run: int
    meaning: Meaning
    clause: ReportingClause | None
    sentence: int
    alone: bool


def attribute(
    runs: Sequence[Run], sentences: Sequence[Sentence], register: Register, words: ArticleLanguage
) -> tuple[Attribution, ...]:
    """An attribution for every run, in order."""
    parsed = [parse_sentence(n, sentence, register.mentions[n], words) for n, sentence in enumerate(sentences)]
    speech = [subject_of_speech(one) for one in parsed]
    coreference = Coreference(sentences, register, speech, words)
    attributor = _Attributor(runs, sentences, parsed, coreference)
    done: list[Attribution] = []
    for number, subject in enumerate(speech):
        # A sentence is about the subject of its reporting verb, with or without a quotation.
        if subject:
            coreference.remember(number, coreference.meaning(subject, number))
        for at in (n for n, token in enumerate(sentences[number].tokens) if token.kind == "run"):
            done.append(attributor.attribution(number, at, done[-1] if done else None))
            coreference.remember(number, done[-1].meaning)
    return tuple(_attributed_by_next(done, sentences))


@dataclass(frozen=True, slots=True)
class _Attributor:
    """The article's sentences, and whom they have named so far."""

    runs: Sequence[Run]
    sentences: Sequence[Sentence]
    parsed: Sequence[ParsedSentence]
    coreference: Coreference

    def attribution(self, number: int, at: int, before: Attribution | None) -> Attribution:
        """The attribution of the run at token `at` of a sentence; `before` is that of the run before it."""
        tokens = self.sentences[number].tokens
        alone = all(token.kind != "word" for token in tokens)
        clause = reporting_clause(self.parsed[number], at) or self._clause_in_next_sentence(number, at)
        if clause is None:
            meaning = self._continued(number, before) if alone else NOBODY
            return Attribution(tokens[at].run, meaning, None, number, alone)
        found = self.coreference.meaning(clause.subject, clause.sentence)
        reason = "; ".join(filter(None, (f"“{clause.words}” stands {clause.place} it", found.reason)))
        return Attribution(tokens[at].run, replace(found, reason=reason), clause, number, alone)

    def _clause_in_next_sentence(self, number: int, at: int) -> ReportingClause | None:
        """For `“Is it safe?” Oyelaran asked.`, which the sentence splitter splits after the question mark."""
        tokens, following = self.sentences[number].tokens, number + 1
        if at != len(tokens) - 1 or following >= len(self.sentences):
            return None
        sentence = self.sentences[following]
        if sentence.section != self.sentences[number].section or sentence.heading:
            return None
        end = next((n for n, token in enumerate(sentence.tokens) if token.kind == "run"), len(sentence.tokens))
        clause = clause_after(self.parsed[following], 0, end)
        if clause is None or not clause.direct:
            return None
        asks = tokens[at].text.rstrip(CLOSING_MARKS).endswith(_ASKS_OR_BREAKS_OFF)
        is_whole = clause.verb < 0 or clause.verb + 2 >= len(sentence.tokens)
        return clause if asks or is_whole or self.runs[tokens[at].run].block else None

    def _continued(self, number: int, before: Attribution | None) -> Meaning:
        """A quotation that stands alone is spoken by whoever spoke, or was spoken of, just before."""
        section, previous = self.sentences[number].section, number - 1
        follows = before is not None and before.sentence == previous and before.meaning.speaker is not None
        if before and follows and (before.alone or self.sentences[previous].section == section):
            return Meaning(before.meaning.speaker, (), "it continues the quotation before it")
        if previous < 0 or self.sentences[previous].section < section - 1:
            return NOBODY
        reason = "the person the sentence before it is about continues"
        if previous in self.coreference.focus:
            return Meaning(self.coreference.focus[previous], (), reason)
        parsed, end = self.parsed[previous], len(self.sentences[previous].tokens)
        subject = first_noun(parsed, 0, end) or only_name(parsed, 0, end)
        if subject is None or self.sentences[previous].section != section:
            return NOBODY
        return replace(self.coreference.meaning(subject, previous), reason=reason)


def _attributed_by_next(done: list[Attribution], sentences: Sequence[Sentence]) -> list[Attribution]:
    """A quotation that stands alone before an attributed one of its paragraph is the same speaker's.

    A question in its own paragraph is put to the speaker whose words stand before and after it.
    """
    for n in range(len(done) - 2, -1, -1):
        one, speaker = done[n], done[n + 1].meaning.speaker
        if one.clause or not one.alone or speaker is None:
            continue
        in_paragraph = sentences[one.sentence].section == sentences[done[n + 1].sentence].section
        if one.meaning is NOBODY and in_paragraph:
            meaning = Meaning(speaker, (), "the quotation after it in the paragraph names the speaker")
            done[n] = replace(one, meaning=meaning)
        elif one.meaning.speaker == speaker and not in_paragraph and _asks(one, sentences):
            done[n] = replace(one, meaning=Meaning(None, (speaker,), "a question to the speaker"))
    return done


def _asks(one: Attribution, sentences: Sequence[Sentence]) -> bool:
    """True for a question that begins its paragraph."""
    sentence = sentences[one.sentence]
    begins = sentences[max(0, one.sentence - 1)].section != sentence.section
    return begins and sentence.tokens[-1].text.rstrip(CLOSING_MARKS).endswith("?")
