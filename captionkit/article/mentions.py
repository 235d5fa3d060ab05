"""Names in an article's sentences: capitalised words without titles, with the nouns that describe the person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from captionkit.article.language import ArticleLanguage, Words
from captionkit.article.sentences import ArticleToken, Sentence

NameKind = Literal["person", "body", "unknown"]

LONGEST_NAME = 12
LONGEST_ROLE = 8
ROLE_WORDS_BEFORE = 3
NICKNAME_WORDS = 2


@dataclass(frozen=True, slots=True)
class Mention:
    """A name, `tokens[first:last]` of a sentence; titles stand before `first`.

    `roles` are nouns that the text uses for the person (`mayor`, `sister`, `43-year-old`). `certain` is false for a
    single word at the start of a sentence, where any word has a capital. `nicknames` are quoted runs inside the name.
    """

    sentence: int
    first: int
    last: int
    name: tuple[str, ...]
    kind: NameKind = "unknown"
    roles: Words = frozenset()
    is_possessive: bool = False
    certain: bool = True
    nicknames: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The name as written, words joined by spaces."""
        return " ".join(self.name)


def find_mentions(sentences: Sequence[Sentence], words: ArticleLanguage) -> tuple[tuple[Mention, ...], ...]:
    """The names of each sentence, in order; none of headings, where every word may have a capital."""
    finder = _Finder(sentences, words)
    return tuple(tuple(finder.mentions(n, s)) if not s.heading else () for n, s in enumerate(sentences))


def is_given_name(key: str, words: ArticleLanguage) -> bool:
    """True for a common given name."""
    return key in words.female_names or key in words.male_names


class _Finder:
    """Finds names, using how the article writes each word elsewhere to distinguish names from first words."""

    def __init__(self, sentences: Sequence[Sentence], words: ArticleLanguage) -> None:
        self._words = words
        texts = [sentence.tokens for sentence in sentences if not sentence.heading]
        self._lower = {t.key for tokens in texts for t in tokens if t.kind == "word" and t.text[0].islower()}
        self._inner = {t.key for tokens in texts for t in tokens[1:] if t.is_capital}

    def mentions(self, number: int, sentence: Sentence) -> Iterator[Mention]:
        """The names in one sentence."""
        tokens, at = sentence.tokens, 0
        while at < len(tokens):
            last = self._end(tokens, at)
            if last > at:
                yield from self._split(number, tokens, at, last)
            at = max(last, at + 1)

    def _end(self, tokens: Sequence[ArticleToken], first: int) -> int:
        """Where the name that begins at `first` ends; `first` itself where none begins."""
        if not self._begins(tokens, first):
            return first
        last = first + 1
        while last - first < LONGEST_NAME and (step := self._step(tokens, first, last)):
            last += step
        return last

    def _begins(self, tokens: Sequence[ArticleToken], at: int) -> bool:
        token, key, words = tokens[at], tokens[at].key, self._words
        is_compound = "-" in key and token.text.partition("-")[2][:1].islower()
        if not token.is_capital or is_compound or key.endswith(tuple(words.age_word)):
            return False
        continues = not token.is_possessive and self._continues(tokens, at, at + 1)
        if key in words.plain or key in words.calendar:
            return continues and is_given_name(key, words)
        if at > 0 or key in self._inner or words.title(key) is not None:
            return True
        if not continues and tokens[at + 1 : at + 2] and tokens[at + 1].text == ",":
            following = tokens[at + 2 : at + 3]
            return bool(following) and (following[0].text.isdigit() or following[0].low in words.relatives)
        is_ordinary = key in self._lower or key in words.openers
        return not is_ordinary or (continues and is_given_name(key, words))

    def _continues(self, tokens: Sequence[ArticleToken], first: int, at: int) -> bool:
        """True where the word at `at` continues a name that began at `first`."""
        if at >= len(tokens) or not tokens[at].is_capital:
            return False
        key = tokens[at].key
        is_calendar = key in self._words.calendar and not is_given_name(tokens[first].key, self._words)
        return not is_calendar and key not in self._words.plain

    def _step(self, tokens: Sequence[ArticleToken], first: int, at: int) -> int:
        """How many tokens from `at` on also belong to the name."""
        if tokens[at - 1].is_possessive:
            return 0
        if self._continues(tokens, first, at):
            return 1
        for length in (1, 2):
            if self._continues(tokens, first, at + length) and self._joins(tokens, at, at + length):
                return length + 1
        return 0

    def _joins(self, tokens: Sequence[ArticleToken], at: int, end: int) -> bool:
        """True for tokens that may stand between two words of one name."""
        words, between = self._words, tokens[at:end]
        text = " ".join(token.low for token in between)
        if all(token.low in words.particles for token in between) or text == "&":
            return True
        if text in words.body_joiners:
            return tokens[at - 1].key in words.bodies or words.title(tokens[at - 1].key) is not None
        if text == ",":
            return tokens[end].key in words.suffixes
        return len(between) == 1 and _is_nickname(between[0])

    def _split(self, number: int, tokens: Sequence[ArticleToken], first: int, last: int) -> Iterator[Mention]:
        """Split `Marrow County Commissioner Lucia Ferrante` into a place, a title and a name."""
        words = self._words
        if self._ends_as_body(tokens, first, last):
            yield self._mention(number, tokens, (first, last), first)
            return
        titles = [n for n in range(first, last) if self._is_title(tokens, n)]
        others = [n for n in range(first, last) if n not in titles and self._is_own_name(tokens[n])]
        before_a_name = [n for n in titles if others and n < others[-1]]
        if not before_a_name:
            if others:
                yield self._mention(number, tokens, (first, last), first)
            return
        if before_a_name[0] > first + 1:
            yield self._mention(number, tokens, (first, before_a_name[0]), first)
        begin = before_a_name[-1] + 1
        if tokens[begin].low in words.prepositions:
            begin = min(begin + 2, last - 1)
        yield self._mention(number, tokens, (begin, last), before_a_name[0])

    def _is_own_name(self, token: ArticleToken) -> bool:
        return token.kind == "word" and token.key not in self._words.suffixes

    def _is_title(self, tokens: Sequence[ArticleToken], at: int) -> bool:
        """A title, or an occupation or unknown word that begins a sentence before a given name."""
        words, key = self._words, tokens[at].key
        if words.title(key) is not None and is_given_name(key, words):
            return key in self._lower or all(token.is_capital for token in tokens[at + 1 : at + 3])
        if words.title(key) is not None or key in words.party_words:
            return True
        following = tokens[at + 1 : at + 3]
        if len(following) < 2 or is_given_name(key, words) or not all(token.is_capital for token in following):
            return False
        is_unknown = at == 0 and key not in self._inner and is_given_name(following[0].key, words)
        return key in words.occupations or is_unknown

    def _mention(self, number: int, tokens: Sequence[ArticleToken], span: tuple[int, int], titled: int) -> Mention:
        first, last = span
        named = [t for t in tokens[first:last] if t.kind != "run" and t.text != ","]
        is_body = self._is_body(tokens, first, last, titled)
        roles = self._roles(tokens, titled, first) | self._roles_after(tokens, titled, span)
        nouns = self._nouns_before(tokens, titled)
        roles |= {noun for noun in nouns if self._words.gender_of_noun(noun)}
        is_person = bool(roles) or titled < first or self._has_form_of_person(tokens, first, named)
        kind: NameKind = "body" if is_body else "person" if is_person else "unknown"
        return Mention(
            sentence=number,
            first=first,
            last=last,
            name=tuple(token.base for token in named),
            kind=kind,
            roles=frozenset({named[-1].key}) if is_body else roles | nouns,
            is_possessive=named[-1].is_possessive,
            certain=first > 0 or len(named) > 1 or named[0].key in self._inner,
            nicknames=tuple(t.run for t in tokens[first:last] if t.kind == "run"),
        )

    def _has_form_of_person(self, tokens: Sequence[ArticleToken], first: int, named: Sequence[ArticleToken]) -> bool:
        """True with an initial or a given name; alone, only without a preposition, as in `in Florence`."""
        depends = first > 0 and tokens[first - 1].low in self._words.prepositions
        if is_given_name(named[0].key, self._words) and (len(named) > 1 or not depends):
            return True
        return any(len(token.base) == len("J.") and token.base.endswith(".") for token in named[:-1])

    def _is_body(self, tokens: Sequence[ArticleToken], first: int, last: int, titled: int) -> bool:
        keys = [token.key for token in tokens[first:last]]
        if titled < first:
            return False
        is_acronym = last - first == 1 and len(keys[0]) > 1 and tokens[first].base.isupper()
        has_article = first > 0 and tokens[first - 1].low == "the"
        return is_acronym or has_article or self._ends_as_body(tokens, first, last) or "&" in keys or "of" in keys

    def _ends_as_body(self, tokens: Sequence[ArticleToken], first: int, last: int) -> bool:
        """True for `Hollis Clinic`, but not for `Annie Hall`."""
        words, key = self._words, tokens[last - 1].key
        is_surname = key in words.also_surnames and is_given_name(tokens[first].key, words)
        return key in words.bodies and not (is_surname and last - first > 1)

    def _roles(self, tokens: Sequence[ArticleToken], titled: int, first: int) -> Words:
        """Roles from titles (`Mayor`) and from a noun set off before the name."""
        roles: set[str] = set()
        for n in range(titled, first):
            roles.update((self._words.title(tokens[n].key) or tokens[n].key).split())
            if n > 0 and tokens[n - 1].kind == "word":
                roles.add(f"{tokens[n - 1].key} {tokens[n].key}")
        return frozenset(roles | self._roles_set_off_before(tokens, titled))

    def _nouns_before(self, tokens: Sequence[ArticleToken], titled: int) -> set[str]:
        """`county manager` right before the name. It may be a verb, so it does not prove the name to be a person's."""
        begin = titled
        while begin > max(0, titled - ROLE_WORDS_BEFORE) and self._is_role_word(tokens[begin - 1]):
            begin -= 1
        return _as_roles(tokens[begin:titled])

    def _roles_set_off_before(self, tokens: Sequence[ArticleToken], titled: int) -> set[str]:
        """`His daughter, Petra Kovacs`, `a lawyer for the firm, Simon Achebe`."""
        words = self._words
        end = begin = titled - 1
        if end < 1 or tokens[end].text != ",":
            return set()
        while begin > max(0, titled - LONGEST_ROLE) and self._is_in_noun_phrase(tokens[begin - 1]):
            begin -= 1
            if begin > 1 and tokens[begin - 1].low in words.prepositions and tokens[begin - 2].kind == "word":
                end = begin = begin - 1
        owned = any(t.is_possessive or t.low in words.possessives for t in tokens[begin:end])
        if begin == end or not (owned or tokens[begin].low in words.determiners):
            return set()
        return _as_roles([token for token in tokens[begin:end] if self._is_role_word(token)])

    def _roles_after(self, tokens: Sequence[ArticleToken], titled: int, span: tuple[int, int]) -> Words:
        """Roles from an apposition (`Doe, 43, a nurse at the clinic,`) or after `is`."""
        roles: set[str] = set()
        first, last = span
        at = last
        if titled == first and first > 0 and tokens[first - 1].low in self._words.places_follow:
            return frozenset()
        while at + 1 < len(tokens) and at < last + LONGEST_ROLE and self._opens_apposition(tokens, at, last):
            end = at + 1
            while end < len(tokens) and self._is_in_noun_phrase(tokens[end]):
                end += 1
            if at == last and not self._closes_apposition(tokens, end):
                break
            roles |= _as_roles([token for token in tokens[at + 1 : end] if self._is_role_word(token)])
            if end == at + 2 and tokens[at + 1].text.isdigit():
                roles.update(tokens[at + 1].text + suffix for suffix in self._words.age_word)
            at = end
        return frozenset(roles)

    def _opens_apposition(self, tokens: Sequence[ArticleToken], at: int, last: int) -> bool:
        if tokens[at].low in self._words.be_forms and at == last:
            return tokens[at + 1].low in self._words.determiners
        return tokens[at].text in (",", "(", "—", "–") and self._is_in_noun_phrase(tokens[at + 1])

    def _closes_apposition(self, tokens: Sequence[ArticleToken], end: int) -> bool:
        """False in `Ohio, his parents had`, where a clause begins."""
        words = self._words
        if end >= len(tokens) or tokens[end].kind != "word":
            return True
        return tokens[end].low in words.prepositions or tokens[end].low in words.relatives

    def _is_in_noun_phrase(self, token: ArticleToken) -> bool:
        words = self._words
        if token.kind != "word" or token.low in words.pronouns or token.low in words.prepositions:
            return False
        is_verb = token.low in words.speech or token.low in words.clause_words
        return not is_verb and token.low not in words.coordinators and token.low not in words.relatives

    def _is_role_word(self, token: ArticleToken) -> bool:
        words = self._words
        if not self._is_in_noun_phrase(token) or token.is_capital or token.is_possessive or token.text.isdigit():
            return False
        other = (words.plain, words.determiners, words.skipped_before_verb, words.naming, words.possessives)
        return not any(token.low in listed for listed in other)


def _as_roles(tokens: Sequence[ArticleToken]) -> set[str]:
    """`county manager` as itself and as `manager`."""
    return {" ".join(token.key for token in tokens[-n:]) for n in (1, 2) if n <= len(tokens)}


def _is_nickname(token: ArticleToken) -> bool:
    return (
        token.kind == "run"
        and len(token.text.split()) <= NICKNAME_WORDS
        and token.text[1:2].isupper()
        and token.text[-2:-1].isalpha()
    )
