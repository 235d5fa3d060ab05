"""Language data for matching: one file per language, `data/<code>.toml`.

To add a language: write a file with the keys of `data/en.toml`; a key that it leaves out is taken from
`data/other.toml`. Each key is a field of the same name here, and the type of the field says how it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property, partial
from typing import Any, TypeVar

from captionkit.text import toml_names, toml_tables

OTHER = "other"
"""The file with the values for languages that have no file or leave a key out: figures and signs, but no words."""

Words = frozenset[str]
Endings = tuple[str, ...]
"""Words or parts of words whose order counts."""
Phrases = frozenset[tuple[str, ...]]
Groups = Mapping[str, frozenset[int]]
"""Each word with the numbers of the groups that it belongs to."""
Pairs = Mapping[str, tuple[str, ...]]
"""Each word with those it is paired with, in both directions."""
Units = Mapping[str, int]
"""Number words with their values: 0, 1, 2, … by position in the list."""
Tens = Mapping[str, int]
"""Number words with their values: 20, 30, 40, … by position in the list."""
Values = Mapping[str, int]
Strings = Mapping[str, str]
Lists = Mapping[str, list[str]]
_LEAST_ORDINAL_SHARE = 3
"""`a third` is a fraction; `a second` is not."""


@dataclass(frozen=True, slots=True)
class Separators:
    """How a language writes numbers (`data/separators.toml`): its decimal mark, and all marks that may stand between
    thousands, narrow spaces included."""

    decimal: str = "."
    thousands: str = ",\u00a0\u2009\u202f"


@dataclass(frozen=True, slots=True)
class Participles:
    """Decides which words `'s` and `'d` are short for; `data/en.toml` explains each field."""

    irregular: Words
    like_the_verb: Words
    ending: str
    after: Words
    only_has: Words
    only_had: Words

    def holds(self, form: str) -> bool:
        """Whether a form may be a participle."""
        regular = bool(self.ending) and len(form) > len(self.ending) + 1 and form.endswith(self.ending)
        return regular or form in self.irregular


@dataclass(frozen=True)
class NumberWords:
    """The number words of a language; `data/en.toml` explains each field."""

    units: Units
    tens: Tens
    ordinal_units: Units
    ordinal_tens: Tens
    decades: Tens
    scales: Values
    short_scales: Values
    ordinal_scales: Values
    fractions: Values
    half: str
    hundred: str
    conjunction: str
    of: str
    the: str
    per: str
    point: str
    second: str
    sterling: str
    number: str
    number_sign: str
    minus: Endings
    nought: Words
    one: Words
    divisible: Words
    months: Words

    @cached_property
    def cardinals(self) -> Mapping[str, int]:
        """Number words below a hundred with their values."""
        return {**self.units, **self.tens}

    @cached_property
    def ordinals(self) -> Mapping[str, int]:
        """Ordinals below a hundred with their values."""
        return {**self.ordinal_units, **self.ordinal_tens}

    @cached_property
    def pure_fractions(self) -> Mapping[str, int]:
        """Names of fractions that are not ordinals (`half`, `quarter`), each with its denominator."""
        return {**self.fractions, **({self.half: 2} if self.half else {})}

    @cached_property
    def shares(self) -> Mapping[str, int]:
        """Names of fractions (`third`, `quarter`), each with its denominator."""
        ordinals = {word: value for word, value in self.ordinals.items() if value >= _LEAST_ORDINAL_SHARE}
        return {**ordinals, **self.ordinal_scales, **self.pure_fractions}

    def is_one(self, word: str) -> bool:
        """Whether a word is an article (`a`) or the number one in words."""
        return word in self.one or self.cardinals.get(word) == 1


@dataclass(frozen=True, slots=True)
class MatchLanguage:
    """Word lists of one language in comparable form; `data/en.toml` explains each field."""

    code: str
    separators: Separators
    folds_accents: bool
    fillers: Words
    asked_fillers: Endings
    easily_dropped: Words
    markers: Phrases
    set_off_markers: Phrases
    opening_markers: Words
    subjects: Words
    marker_blockers: Words
    clause_openers: Words
    clause_objects: Words
    negations: Words
    clause_negations: Words
    negating_prefixes: Values
    split_prefixes: Values
    joined: Words
    confusable_pairs: Pairs
    auxiliaries: Words
    units: Lists
    participles: Participles
    restart_endings: Endings
    inflections: Endings
    same: Strings
    alike: Groups
    apostrophe_tells: Words
    our_stems: Endings
    ise_endings: Endings
    written_out: Strings
    contractions: Lists
    contraction_endings: Strings
    s_hosts: Words
    question_words: Words
    introductions: Phrases
    alternatives: Lists
    grammar: Groups
    currency: Strings
    cents: Words
    cents_of: Strings
    months: Words
    month_words: Words
    month_breakers: Words
    weekdays: Words
    clock_words: Words
    numbers: NumberWords

    def readings(self, form: str) -> frozenset[str]:
        """A form and all single words that it may be short for."""
        return frozenset((form, *self.alternatives.get(form, ())))

    def are_same(self, printed: str, heard: str) -> bool:
        """Whether two forms are the same word, or one is short for the other."""
        return printed == heard or not self.readings(printed).isdisjoint(self.readings(heard))

    def are_inflections(self, printed: str, heard: str) -> bool:
        """Whether two forms are listed as forms of the same word (`was`, `were`)."""
        return not self.grammar.get(printed, frozenset()).isdisjoint(self.grammar.get(heard, frozenset()))

    def count_negations(self, forms: tuple[str, ...]) -> int:
        """How many of some forms are negations."""
        return sum(form in self.negations for form in forms)


@cache
def match_language(code: str = "en") -> MatchLanguage:
    """The data of a language by its code (`en`, `en-GB`); that of `other.toml` if it has no file."""
    plain = code.lower().partition("-")[0]
    other, own = _tables(OTHER), _tables(plain)
    data = other | own | {"code": plain, "separators": _separators(plain)}
    months = {"months": data["months"]}
    data["numbers"] = other["numbers"] | own.get("numbers", {}) | months
    return _read(MatchLanguage, data)


def _tables(name: str) -> dict[str, Any]:
    return toml_tables(__package__, f"data/{name}.toml") if name in toml_names(__package__, "data") else {}


def _separators(code: str) -> Separators:
    """The separators of a language; `1,234.5` for one that is not listed."""
    listed = _tables("separators")
    narrow = "\u00a0\u2009\u202f" + ("'" if code in listed["apostrophe"] else "")
    if code in listed["point"]:
        return Separators(",", "." + narrow)
    return Separators(",", ". " + narrow) if code in listed["space"] else Separators()


def _phrases(lines: list[str]) -> Phrases:
    return frozenset(tuple(line.split()) for line in lines)


def _groups(lines: list[str]) -> Groups:
    groups: dict[str, frozenset[int]] = {}
    for number, line in enumerate(lines):
        for word in line.split():
            groups[word] = groups.get(word, frozenset()) | {number}
    return groups


def _pairs(lists: list[list[str]]) -> Pairs:
    pairs: dict[str, tuple[str, ...]] = {}
    for one, other in lists:
        pairs[one] = (*pairs.get(one, ()), other)
        pairs[other] = (*pairs.get(other, ()), one)
    return pairs


def _counted(words: list[str], step: int, first: int) -> dict[str, int]:
    """Words in order with their values; an empty word skips its value."""
    return {word: step * value for value, word in enumerate(words, start=first) if word}


_Data = TypeVar("_Data", MatchLanguage, NumberWords, Participles)


def _read(kind: type[_Data], tables: Mapping[str, Any]) -> _Data:
    """A dataclass from the tables of a file: each field is read as its type says, or taken as it is."""
    return kind(**{f.name: _READERS.get(str(f.type), lambda value: value)(tables[f.name]) for f in fields(kind)})


_READERS: dict[str, Callable[[Any], Any]] = {
    "Words": frozenset,
    "Endings": tuple,
    "Phrases": _phrases,
    "Groups": _groups,
    "Pairs": _pairs,
    "Units": partial(_counted, step=1, first=0),
    "Tens": partial(_counted, step=10, first=2),
    "Participles": partial(_read, Participles),
    "NumberWords": partial(_read, NumberWords),
}
