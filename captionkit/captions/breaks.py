"""Where text may be broken, and what a break there costs.

The costs are on one scale for the whole layout: 0 is a sentence's end, `PLAIN` a break in the middle of a
phrase that nothing speaks against; words that belong together cost three to five times that (`grammar/*.toml`).

To add a language: write `grammar/LANGUAGE.toml` on the model of `grammar/en.toml`. It is used wherever its
telltale words are in the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import MappingProxyType

from captionkit.captions.scripts import keeps_together, marks
from captionkit.text import toml_names, toml_tables

PLAIN = 6.0
BEFORE_NOUN_PHRASE = 5.5
BEFORE_PHRASE = 4.0
BEFORE_CLAUSE = 3.0
AFTER_CLAUSE = 1.5
INSIDE_A_WORD = 60.0
FORBIDDEN = 200.0

_LEAST_SHARE_OF_TELLTALES = 0.1
_LONGEST_ACRONYM = 5
_EDGES = '"“”„‚«»‹›()[]{}.,;:?!…—–-¿¡*♪'
_NOTHING: frozenset[str] = frozenset()
_HELD_BY_CAPITALS = ("abbreviation", "title", "name")


@dataclass(frozen=True, slots=True)
class WordClass:
    """Words that belong to the next one, and what a break after them separates; the fields are those of the file.

    `unless` and `before` hold words; `unless` is None where only the words in `before` count.
    """

    parts: str
    cost: float
    words: frozenset[str]
    endings: tuple[str, ...] = ()
    unless: frozenset[str] | None = None
    before: frozenset[str] = _NOTHING

    def has(self, word: str) -> bool:
        """Whether a bare word belongs to this class."""
        return word in self.words or (bool(self.endings) and word.endswith(self.endings))

    def leans_on(self, following: str) -> bool:
        """Whether a word of this class belongs to this following word."""
        return following in self.before or (self.unless is not None and following not in self.unless)


@dataclass(frozen=True, slots=True)
class Grammar:
    """A language's function words; the empty grammar goes by punctuation alone.

    `classes` are the word classes by kind, `openers` the cost of a break before a word that opens something,
    `small_words` those that are never part of a name, `telltales` those that identify the language.
    """

    language: str = ""
    classes: Mapping[str, WordClass] = field(default_factory=lambda: MappingProxyType({}))
    openers: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    small_words: frozenset[str] = _NOTHING
    telltales: frozenset[str] = _NOTHING

    def is_one_of(self, word: str, kind: str) -> bool:
        """Whether a bare word belongs to a class, False where the language has no such class."""
        return kind in self.classes and self.classes[kind].has(word)


def grammar_for(texts: Iterable[str]) -> Grammar:
    """The grammar of the language whose telltale words are in the texts, the empty one where there are few.

    Args:
        texts: the words, in any order. A tenth of them must be telltale words of a language for it to count.
    """
    words = [bare(text) for text in texts]
    for language in toml_names(__package__, "grammar"):
        grammar = _grammar(language)
        hits = sum(word in grammar.telltales for word in words)
        if words and hits >= _LEAST_SHARE_OF_TELLTALES * len(words):
            return grammar
    return Grammar()


def bad_break(before: str, after: str, grammar: Grammar) -> str | None:
    """The kind of unit that a break between two words would split, None where the break is fine.

    The kinds are the tables of `grammar/en.toml`; `grammar.classes[kind].parts` says it in words.
    """
    first, second = bare(before), bare(after)
    if not first or not second or not grammar.classes:
        return None
    begins_name = _looks_like_name(before) or _is_acronym(before)
    names = begins_name and _looks_like_name(after) and not _is_small(second, grammar)
    if names and grammar.is_one_of(first, "abbreviation"):
        return "abbreviation"
    if ends_with_mark(before):
        return None
    counted = _as_counted(first)
    for kind, word_class in grammar.classes.items():
        if kind not in _HELD_BY_CAPITALS and word_class.has(counted) and word_class.leans_on(second):
            return kind
    if names and grammar.is_one_of(first, "title"):
        return "title"
    return "name" if _parts_a_name(before, after, names, grammar) else None


def break_cost(before: str, after: str, grammar: Grammar, ends_sentence: bool) -> float:
    """What a break between two words costs."""
    if keeps_together(before, after) or not bare(after):
        return FORBIDDEN
    if ends_sentence:
        return 0.0
    kind = bad_break(before.rstrip("."), after, grammar)
    if kind is not None:
        return grammar.classes[kind].cost
    if ends_with_mark(before, "clause_marks"):
        return AFTER_CLAUSE
    return grammar.openers.get(bare(after), PLAIN)


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """A word in lower case, without the marks around it, its apostrophes straight."""
    return text.strip(_EDGES).replace("’", "'").strip("'").lower()


def ends_with_mark(text: str, *kinds: str) -> bool:
    """Whether a word ends with a mark of one of these kinds (scripts.toml), ignoring a closing quotation mark.

    With no kind named, a clause's or a sentence's end counts.
    """
    stripped = text.rstrip("".join(marks("closing_marks")))
    return any(stripped[-1:] in marks(kind) for kind in kinds or ("clause_marks", "sentence_marks"))


def _as_counted(word: str) -> str:
    """The word, or "0" for a number in figures; four digits are a year, which does not count anything."""
    is_year = len(word) == 4 and word.isdigit()
    return "0" if word[-1:].isdigit() and not is_year else word


def _parts_a_name(before: str, after: str, names: bool, grammar: Grammar) -> bool:
    """Whether two words are one name: Ana | Oyelaran, van | Gogh, Ludwig | van, December | 9."""
    if "name" not in grammar.classes:
        return False
    if names:
        return not _is_small(bare(before), grammar)
    if _looks_like_name(before):
        return grammar.is_one_of(after, "name") or after[0].isdigit()
    return grammar.is_one_of(before, "name") and _looks_like_name(after)


def _is_small(word: str, grammar: Grammar) -> bool:
    """Whether a bare word is a small word, or the contraction of one ("i'm")."""
    return word.partition("'")[0] in grammar.small_words


def _looks_like_name(text: str) -> bool:
    """Whether a word is capitalised like a name; a text all in capitals does not count."""
    word = text.strip(_EDGES)
    return word[:1].isupper() and (len(word) == 1 or not word.isupper())


def _is_acronym(text: str) -> bool:
    """Whether a word is an acronym of a few capitals (U.S., NATO)."""
    letters = text.strip(_EDGES).replace(".", "")
    return letters.isupper() and 1 < len(letters) <= _LONGEST_ACRONYM


@cache
def _grammar(language: str) -> Grammar:
    """The grammar in `grammar/LANGUAGE.toml`."""
    data = toml_tables(__package__, f"grammar/{language}.toml")
    tables = {kind: table for kind, table in data.items() if isinstance(table, dict)}
    words = {kind: frozenset(str(table.get("words", "")).split()) for kind, table in tables.items()}

    def words_of(kinds: str) -> frozenset[str]:
        return _NOTHING.union(*(words[kind] for kind in kinds.split()))

    classes = {
        kind: WordClass(
            parts=table["parts"],
            cost=float(table["cost"]),
            words=words[kind],
            endings=tuple(table.get("endings", "").split()),
            unless=words_of(table["unless"]) if "unless" in table else None,
            before=frozenset(table.get("before", "").split()),
        )
        for kind, table in tables.items()
    }
    openers = dict.fromkeys(words_of(data["noun_phrase_openers"]), BEFORE_NOUN_PHRASE)
    openers |= dict.fromkeys(words_of(data["phrase_openers"]), BEFORE_PHRASE)
    openers |= dict.fromkeys(words_of(data["clause_openers"]), BEFORE_CLAUSE)
    return Grammar(
        language=language,
        classes=MappingProxyType(classes),
        openers=MappingProxyType(openers),
        small_words=words_of(data["small_words"]),
        telltales=frozenset(data["telltales"].split()),
    )
