"""What comparing needs to know of a language, read once from `data/<code>.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from captionkit.text import toml_names, toml_tables

OTHER = "other"
"""The file that holds what every language has that says nothing else: figures and signs, and no words."""


@dataclass(frozen=True, slots=True)
class Separators:
    """How a language writes numbers, as `data/separators.toml` has it: its decimal mark, and all marks that may stand
    between thousands, narrow spaces among them."""

    decimal: str = "."
    thousands: str = ",\u00a0\u2009\u202f"


@dataclass(frozen=True, slots=True)
class Participles:
    """What tells which words `'s` and `'d` are short for; `data/en.toml` says of each what it is for."""

    irregular: frozenset[str]
    like_the_verb: frozenset[str]
    ending: str
    after: frozenset[str]
    only_has: frozenset[str]
    only_had: frozenset[str]

    def holds(self, form: str) -> bool:
        """Whether a form may be a participle."""
        regular = bool(self.ending) and len(form) > len(self.ending) + 1 and form.endswith(self.ending)
        return regular or form in self.irregular


@dataclass(frozen=True, slots=True)
class Language:
    """Word lists of one language in comparable form; `data/en.toml` says of each what it is for."""

    code: str
    separators: Separators
    folds_accents: bool
    fillers: frozenset[str]
    asked_fillers: tuple[str, ...]
    easily_dropped: frozenset[str]
    markers: frozenset[tuple[str, ...]]
    set_off_markers: frozenset[tuple[str, ...]]
    opening_markers: frozenset[str]
    subjects: frozenset[str]
    marker_blockers: frozenset[str]
    clause_openers: frozenset[str]
    clause_objects: frozenset[str]
    negations: frozenset[str]
    clause_negations: frozenset[str]
    negating_prefixes: Mapping[str, int]
    split_prefixes: Mapping[str, int]
    joined: frozenset[str]
    units: Mapping[str, list[str]]
    participles: Participles
    restart_endings: tuple[str, ...]
    inflections: tuple[str, ...]
    same: Mapping[str, str]
    alike: Mapping[str, frozenset[int]]
    apostrophe_tells: frozenset[str]
    our_stems: tuple[str, ...]
    ise_endings: tuple[str, ...]
    written_out: Mapping[str, str]
    contractions: Mapping[str, tuple[str, ...]]
    contraction_endings: Mapping[str, str]
    s_hosts: frozenset[str]
    question_words: frozenset[str]
    introductions: frozenset[tuple[str, ...]]
    alternatives: Mapping[str, frozenset[str]]
    grammar: Mapping[str, frozenset[int]]
    currency: Mapping[str, str]
    cents: frozenset[str]
    cents_of: Mapping[str, str]
    months: frozenset[str]
    month_words: frozenset[str]
    month_breakers: frozenset[str]
    weekdays: frozenset[str]
    clock_words: frozenset[str]
    numbers: Mapping[str, Any]

    def readings(self, form: str) -> frozenset[str]:
        """A form and all that it may be short for, one word each."""
        return self.alternatives.get(form, frozenset()) | {form}

    def are_one(self, printed: str, heard: str) -> bool:
        """Whether two forms are one word, or one is short for the other."""
        return printed == heard or not self.readings(printed).isdisjoint(self.readings(heard))

    def count_negations(self, forms: tuple[str, ...]) -> int:
        """How many words say no."""
        return sum(form in self.negations for form in forms)


@cache
def language_data(code: str = "en") -> Language:
    """The data of a language by its code (`en`, `en-GB`); that of `other.toml` for one without a file."""
    plain = code.lower().partition("-")[0]
    data = _tables(OTHER) | _tables(plain)
    numbers = _tables(OTHER)["numbers"] | data["numbers"]
    return Language(
        code=plain,
        separators=_separators(plain),
        folds_accents=data["folds_accents"],
        fillers=frozenset(data["fillers"]),
        asked_fillers=tuple(data["asked_fillers"]),
        easily_dropped=frozenset(data["easily_dropped"]),
        markers=_phrases(data["markers"]),
        set_off_markers=_phrases(data["set_off_markers"]),
        opening_markers=frozenset(data["opening_markers"]),
        subjects=frozenset(data["subjects"]),
        marker_blockers=frozenset(data["marker_blockers"]),
        clause_openers=frozenset(data["clause_openers"]),
        clause_objects=frozenset(data["clause_objects"]),
        negations=frozenset(data["negations"]),
        clause_negations=frozenset(data["clause_negations"]),
        negating_prefixes=data["negating_prefixes"],
        split_prefixes=data["split_prefixes"]["prefixes"],
        joined=frozenset(data["split_prefixes"]["joined"]),
        units=data["units"],
        participles=_participles(data["participles"]),
        restart_endings=tuple(data["restart_endings"]),
        inflections=tuple(data["inflections"]),
        same=data["same"],
        alike=_groups(data["alike"]),
        apostrophe_tells=frozenset(data["apostrophe_tells"]),
        our_stems=tuple(data["spelling"]["our_stems"]),
        ise_endings=tuple(data["spelling"]["ise_endings"]),
        written_out=data["written_out"],
        contractions={short: tuple(longs) for short, longs in data["contractions"].items()},
        contraction_endings=data["contraction_endings"],
        s_hosts=frozenset(data["s_hosts"]),
        question_words=frozenset(data["question_words"]),
        introductions=_phrases(data["introductions"]),
        alternatives={short: frozenset(longs) for short, longs in data["alternatives"].items()},
        grammar=_groups(data["grammar"]),
        currency=data["currency"],
        cents=frozenset(data["cents"]),
        cents_of=data["cents_of"],
        months=frozenset(data["calendar"]["months"]),
        month_words=frozenset(data["calendar"]["month_words"]),
        month_breakers=frozenset(data["calendar"]["month_breakers"]),
        weekdays=frozenset(data["calendar"]["weekdays"]),
        clock_words=frozenset(data["calendar"]["clock_words"]),
        numbers=numbers,
    )


def _participles(table: dict[str, Any]) -> Participles:
    return Participles(
        irregular=frozenset(table["irregular"]),
        like_the_verb=frozenset(table["like_the_verb"]),
        ending=table["ending"],
        after=frozenset(table["after"]),
        only_has=frozenset(table["only_has"]),
        only_had=frozenset(table["only_had"]),
    )


def _separators(code: str) -> Separators:
    """The separators of a language; `1,234.5` for one that is not listed."""
    listed = _tables("separators")
    narrow = "\u00a0\u2009\u202f" + ("'" if code in listed["apostrophe"] else "")
    if code in listed["point"]:
        return Separators(",", "." + narrow)
    return Separators(",", ". " + narrow) if code in listed["space"] else Separators()


def _tables(name: str) -> dict[str, Any]:
    return toml_tables(__package__, f"data/{name}.toml") if name in toml_names(__package__, "data") else {}


def _phrases(lines: list[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(line.split()) for line in lines)


def _groups(lines: list[str]) -> dict[str, frozenset[int]]:
    """Each word with the numbers of the lines it stands in."""
    groups: dict[str, frozenset[int]] = {}
    for number, line in enumerate(lines):
        for word in line.split():
            groups[word] = groups.get(word, frozenset()) | {number}
    return groups
