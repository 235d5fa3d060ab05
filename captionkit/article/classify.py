"""Classify quotations as speech or phrase, and join the runs that are parts of one quotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from captionkit.article.attribution import Attribution
from captionkit.article.blocks import Body, squashed
from captionkit.article.coreference import NOBODY
from captionkit.article.language import ArticleLanguage
from captionkit.article.people import Register
from captionkit.article.quotes import Run, printed
from captionkit.article.reporting import ReportingClause
from captionkit.article.sentences import SENTENCE_ENDS, ArticleToken, Sentence
from captionkit.model import Part, Quote, QuoteKind

LONG_FRAGMENT = 8
CLAUSE_WORDS = 5
MAX_HEADINGS = 200
"""How many quotations in headings are searched in the text; more are ignored."""

NAMED = "a name for something"
TITLED = "the title of a work"
WRITTEN = "words written on something"
_NOT_SPOKEN = (NAMED, TITLED, WRITTEN)
_CONTRACTIONS = ("'re", "'ll", "'ve", "'m", "'d", "n't")


@dataclass(frozen=True, slots=True)
class Reading:
    """The results of the earlier steps."""

    body: Body
    runs: tuple[Run, ...]
    sentences: tuple[Sentence, ...]
    register: Register


def to_quotes(reading: Reading, attributions: Sequence[Attribution], words: ArticleLanguage) -> tuple[Quote, ...]:
    """Quotations in order of appearance, `q1`, `q2` … for speech and `p1`, `p2` … for phrases.

    `“A,” she said. “B.”` is one quotation of two parts. One repeated in a heading counts once, in the text; one found
    only in a heading counts if it is speech. A nickname inside a name is not a quotation.
    """
    counted = _without_repeats(reading, attributions)
    kinds = {one.run: _kind(reading, one, words) for one in counted}
    groups: list[list[Attribution]] = []
    for one in counted:
        can_join = kinds[one.run][1] not in _NOT_SPOKEN
        # A title may stand in the clause between the parts: `she told “State of the Nation.”`
        joined = next((g for g in groups[:-3:-1] if can_join and _is_further_part(reading, g[-1], one)), None)
        if joined:
            joined.append(one)
        else:
            groups.append([one])
    quotes: list[Quote] = []
    numbers = {"speech": 0, "phrase": 0}
    for group in groups:
        kind, reason = kinds[group[0].run]
        if kind == "phrase" and reading.runs[group[0].run].heading:
            continue
        numbers[kind] += 1
        quotes.append(_quote(reading, group, (kind, reason), numbers[kind]))
    return tuple(quotes)


def _without_repeats(reading: Reading, attributions: Sequence[Attribution]) -> list[Attribution]:
    texts = {a.run: squashed(printed(reading.body.text, reading.runs[a.run])) for a in attributions}
    in_text = "|".join(texts[a.run] for a in attributions if not reading.runs[a.run].heading)
    in_headings = [a.run for a in attributions if reading.runs[a.run].heading]
    repeated = {run for run in in_headings[:MAX_HEADINGS] if texts[run] in in_text} | {*in_headings[MAX_HEADINGS:]}
    return [a for a in attributions if a.run not in repeated and a.run not in reading.register.nicknames]


def _is_further_part(reading: Reading, before: Attribution, one: Attribution) -> bool:
    """True where `one` is a further part: the clause stands between the two, and `one` has none of its own."""
    if before.clause is None or before.clause.place != "after" or not before.clause.direct:
        return False
    if one.clause is None:
        sections = {reading.sentences[n].section for n in (before.clause.sentence, one.sentence)}
        return one.alone and one.sentence == before.clause.sentence + 1 and len(sections) == 1
    same_verb = (one.clause.sentence, one.clause.verb) == (before.clause.sentence, before.clause.verb)
    return same_verb and one.clause.place == "before" and one.clause.direct


def _quote(reading: Reading, group: Sequence[Attribution], kind: tuple[QuoteKind, str], number: int) -> Quote:
    meaning = group[0].meaning if kind[1] not in _NOT_SPOKEN else NOBODY
    names = [entity.name for entity in reading.register.entities]
    parts: list[Part] = []
    for one in group:
        run = reading.runs[one.run]
        text = printed(reading.body.text, run)
        continues = bool(parts) and _continues(reading, parts[-1], run)
        parts.append(Part(text, run.start, run.end, continues))
    return Quote(
        id=f"{'q' if kind[0] == 'speech' else 'p'}{number}",
        kind=kind[0],
        parts=tuple(parts),
        speaker=None if meaning.speaker is None else names[meaning.speaker],
        candidates=tuple(names[n] for n in meaning.candidates),
        reason=f"{kind[1]}; {meaning.reason}",
    )


def _continues(reading: Reading, before: Part, run: Run) -> bool:
    """True where the part continues the sentence of the part before: `“A,” she said, “and b.”`"""
    text = printed(reading.body.text, run)
    if before.text.endswith(SENTENCE_ENDS):
        return False
    if text[:1].islower():
        return True
    between = reading.body.text[before.end : run.first].rstrip()
    if not (before.text.endswith(",") and between.endswith(",")):
        return False
    word = text.split()[0].strip(",.;:!?").lower().replace("’", "'")
    is_named = any(word in entity.name.lower().split() for entity in reading.register.entities)
    return is_named or word.split("'")[0] == "i"


def _kind(reading: Reading, one: Attribution, words: ArticleLanguage) -> tuple[QuoteKind, str]:
    """Speech or phrase, and why: by the clause, the form of the words, and their position."""
    run = reading.runs[one.run]
    text = printed(reading.body.text, run)
    count, clause = len(text.split()), _is_clause(text, words)
    tokens = reading.sentences[one.sentence].tokens
    at = next(n for n, token in enumerate(tokens) if token.run == one.run)
    if run.block:
        return "speech", "a quotation set off as a block"
    if at and (label := _label(tokens, at, words)) and not (clause and count > CLAUSE_WORDS):
        return "phrase", label
    follows_noun = at > 0 and tokens[at - 1].kind == "word" and tokens[at - 1].low not in words.speech
    if (follows_noun or (at and tokens[at - 1].low in words.writing)) and _is_in_title_case(text, words):
        return "phrase", TITLED
    if one.clause is None and at and tokens[at - 1].low in words.speech:
        return "speech", "introduced by a reporting verb"
    if one.clause is None:
        return _kind_without_clause(one, text, clause)
    if one.clause.subject.kind == "description" and _is_thing(reading, one.clause, words):
        return "phrase", WRITTEN
    if one.clause.naming and one.clause.place == "before":
        if clause and count > CLAUSE_WORDS:
            return "speech", "a clause, given as a person's words"
        return "phrase", "the name or description of something"
    is_fragment = one.clause.place == "after" or text[:1].islower()
    follows_words = at > 0 and tokens[at - 1].kind == "word" and is_fragment
    if one.clause.direct and not follows_words:
        return "speech", "attributed directly"
    if clause or count >= LONG_FRAGMENT or _is_sentence(text):
        return "speech", "a clause within an attributed sentence"
    return "phrase", "a few words within a sentence"


def _kind_without_clause(one: Attribution, text: str, clause: bool) -> tuple[QuoteKind, str]:
    if one.alone and (clause or text.endswith(SENTENCE_ENDS)):
        return "speech", "a sentence that stands alone"
    if clause and _is_sentence(text) and len(text.split()) >= CLAUSE_WORDS:
        return "speech", "a whole sentence"
    return "phrase", "not a sentence, and no speaker is named"


def _label(tokens: Sequence[ArticleToken], at: int, words: ArticleLanguage) -> str:
    """Why the word before a run makes it a phrase; empty where it does not."""
    before = [token.low for token in tokens[max(0, at - 3) : at] if token.kind == "word"]
    if not before:
        return ""
    if before[-1] in words.so_called and tokens[at - 1].kind == "word":
        return NAMED
    if before[-1] in words.works:
        return TITLED
    return WRITTEN if any(word in words.things for word in before) else ""


def _is_thing(reading: Reading, clause: ReportingClause, words: ArticleLanguage) -> bool:
    subject = reading.sentences[clause.sentence].tokens[clause.subject.first : clause.subject.last]
    return any(token.key in words.things for token in subject)


def _is_sentence(text: str) -> bool:
    return text[:1].isupper() and text.endswith(SENTENCE_ENDS)


def _is_in_title_case(text: str, words: ArticleLanguage) -> bool:
    """True for `Moonlight on the Weir`: two words or more, all but short function words with a capital."""
    listed = text.rstrip(".,").split()
    large = [word for word in listed if word.lower() not in words.prepositions | words.determiners | words.coordinators]
    return len(large) > 1 and all(word[0].isupper() for word in large)


def _is_clause(text: str, words: ArticleLanguage) -> bool:
    spoken = (word.strip('.,;:!?…“”‘"()[]').lower().replace("’", "'") for word in text.split())
    return any(word in words.clause_words or word.endswith(_CONTRACTIONS) for word in spoken)
