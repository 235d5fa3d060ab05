"""A sentence prepared for the search for reporting clauses: which token may be a verb, an adverb or part of a noun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from captionkit.article.language import ArticleLanguage
from captionkit.article.mentions import Mention
from captionkit.article.sentences import ArticleToken, Sentence

REACH = 60
"""How many tokens a reporting verb may be away from its quotation or its subject."""
LONGEST_DATELINE = 12
DASHES = ("—", "–", "―", "-", "~")


@dataclass(frozen=True, slots=True)
class ParsedSentence:
    """A sentence, its number in the article, and the names that may be subjects, by first and by end token.

    `begin` is the first token after a dateline.
    """

    number: int
    tokens: tuple[ArticleToken, ...]
    words: ArticleLanguage
    begin: int
    starting: Mapping[int, Mention]
    ending: Mapping[int, Mention]

    def text(self, at: int) -> str:
        """The token as printed."""
        return self.tokens[at].text

    def low(self, at: int) -> str:
        """The token in lower case."""
        return self.tokens[at].low

    def phrase(self, at: int, length: int) -> str:
        """Up to `length` tokens in lower case, joined by spaces."""
        return " ".join(token.low for token in self.tokens[at : at + length])

    def printed(self, first: int, last: int) -> str:
        """The tokens as printed, without quoted runs."""
        tokens = [token for token in self.tokens[first:last] if token.kind != "run"]
        spaced = [a.text + " " * (b.start > a.end) for a, b in pairwise(tokens)]
        return "".join([*spaced, *(token.text for token in tokens[-1:])])


def parse_sentence(
    number: int, sentence: Sentence, mentions: Sequence[Mention], words: ArticleLanguage
) -> ParsedSentence:
    """Prepare one sentence."""
    begin = _dateline_end(sentence.tokens)
    names = [m for m in mentions if m.first >= begin and _may_be_subject(m, sentence.tokens, words)]
    starting, ending = {name.first: name for name in names}, {name.last: name for name in names}
    return ParsedSentence(number, sentence.tokens, words, begin, starting, ending)


def _dateline_end(tokens: Sequence[ArticleToken]) -> int:
    """Where a sentence begins after `DUNMORE (Reuters) -`, 0 where it has no dateline."""
    for n, token in enumerate(tokens[:LONGEST_DATELINE]):
        if token.text in DASHES and n:
            return n + 1
        if token.kind == "run" or (token.kind == "word" and token.text[0].islower()):
            return 0
    return 0


def _may_be_subject(mention: Mention, tokens: Sequence[ArticleToken], words: ArticleLanguage) -> bool:
    """Not `Ferry` in `Ferry captain Ulla Strand`, nor `a Frenchwoman`."""
    following = tokens[mention.last] if mention.last < len(tokens) else None
    is_common_noun = (
        len(mention.name) == 1
        and mention.first > 0
        and tokens[mention.first - 1].low in words.indefinite
        and not mention.text.isupper()
    )
    speaks = following is not None and following.low in words.speech
    before_title = following is not None and _is_title(following, words)
    return not is_common_noun and not before_title and (mention.certain or speaks)


def _is_title(token: ArticleToken, words: ArticleLanguage) -> bool:
    return token.is_capital and words.title(token.key) is not None


def is_title(parsed: ParsedSentence, at: int) -> bool:
    """True for a capitalised title such as `Mayor`."""
    return _is_title(parsed.tokens[at], parsed.words)


def is_verb(parsed: ParsedSentence, at: int) -> bool:
    """True for a reporting verb, in any form."""
    token, words = parsed.tokens[at], parsed.words
    if token.kind != "word" or (token.is_capital and at > 0 and parsed.tokens[at - 1].kind == "word"):
        return False
    if at > 0 and (parsed.low(at - 1) in words.articles or parsed.tokens[at - 1].is_possessive):
        return False
    return token.low in words.speech or is_participle(parsed, at) or token.low in words.naming or width(parsed, at) == 2


def width(parsed: ParsedSentence, at: int) -> int:
    """How many tokens the verb at `at` has: 2 for `went on`, else 1."""
    return 2 if parsed.phrase(at, 2) in parsed.words.speech_phrases else 1


def is_naming(parsed: ParsedSentence, at: int) -> bool:
    """True for a verb that gives a thing a name (`called it “…”`)."""
    words = parsed.words
    return width(parsed, at) == 1 and parsed.low(at) in words.naming | words.naming_participles


def is_participle(parsed: ParsedSentence, at: int) -> bool:
    """True for a reporting verb as a participle (`saying`)."""
    return parsed.low(at) in parsed.words.participles or parsed.low(at) in parsed.words.naming_participles


def is_passive(parsed: ParsedSentence, at: int, floor: int) -> bool:
    """`was told “…”`, `is known as “…”`: the subject is spoken to or spoken of."""
    if is_participle(parsed, at):
        return False
    n = at - 1
    while n > floor and is_adverb(parsed, n) and parsed.low(n) not in parsed.words.be_forms:
        n -= 1
    return n >= floor and parsed.low(n) in parsed.words.be_forms


def is_adverb(parsed: ParsedSentence, at: int) -> bool:
    """True for an adverb or an auxiliary verb, which may stand between a subject and its verb."""
    low, words = parsed.low(at), parsed.words
    if low in words.skipped_before_verb or low in words.be_forms:
        return True
    is_formed = low.endswith(tuple(words.adverb_endings)) and low not in words.not_adverbs
    return is_formed and not parsed.tokens[at].is_capital


def is_in_description(parsed: ParsedSentence, at: int) -> bool:
    """True for a word that may be part of a noun phrase such as `the clinic owner`."""
    token, words = parsed.tokens[at], parsed.words
    if token.kind != "word" or token.low in words.prepositions or token.low in words.be_forms:
        return False
    if token.low in words.pronouns or token.low in words.coordinators or token.low in words.according:
        return False
    is_relative = token.low in words.relatives and token.low not in words.determiners
    return not is_relative and not is_verb(parsed, at) and token.low not in words.skipped_before_verb
