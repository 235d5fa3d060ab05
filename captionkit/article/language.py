"""The word lists of a language, from `data/<code>.toml`: everything this room knows about a language.

To add a language, add a file. Every key of the file is a field here: a string is split into words at spaces, a list
holds phrases, a table is used as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from captionkit.text import toml_names, toml_tables

DEFAULT_LANGUAGE = "en"
Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class ArticleLanguage:
    """Word lists in lower case; the comments of `data/en.toml` say what each is for."""

    speech: Words
    speech_phrases: Words
    participles: Words
    naming: Words
    naming_participles: Words
    so_called: Words
    be_forms: Words
    skipped_before_verb: Words
    adverb_endings: Words
    not_adverbs: Words
    clause_participle_endings: Words
    according: Words
    pronouns: Mapping[str, str]
    neuter: Words
    object_pronouns: Mapping[str, str]
    possessives: Mapping[str, str]
    articles: Words
    indefinite: Words
    determiners: Words
    relatives: Words
    coordinators: Words
    prepositions: Words
    plain: Words
    openers: Words
    occupations: Words
    calendar: Words
    elisions: Words
    particles: Words
    suffixes: Words
    age_word: Words
    party_words: Words
    bodies: Words
    body_nouns: Words
    also_surnames: Words
    media_words: Words
    places_follow: Words
    body_joiners: Words
    female: Words
    male: Words
    female_names: Words
    male_names: Words
    statements: Words
    statement_owners: Words
    writing: Words
    works: Words
    things: Words
    clause_words: Words
    stray_lines: Words
    stray_openings: Words
    byline: Words
    clip_nouns: Words
    pointed_nouns: Words
    pointers: Words
    text_nouns: Words
    credit_by: Words
    credit_pronouns: Words
    credit_joiners: Words
    credit_labels: Words
    credit_tails: Words
    clip_roles: Words
    titles: Mapping[str, str]
    credit_roles: Mapping[str, str]

    def title(self, word: str) -> str | None:
        """The nouns for a person with this title (`Commissioner`, `Commissioners`), None if it is not a title."""
        roles = self.titles.get(word)
        return self.titles.get(word.removesuffix("s")) if roles is None else roles

    def gender_of_noun(self, word: str) -> str | None:
        """`f` or `m` where the noun implies it (`sister`, `spokesman`), else None."""
        return "f" if word in self.female else "m" if word in self.male else None

    def gender_of_given_name(self, word: str) -> str | None:
        """`f` or `m` for a known given name used for only one of the two, else None."""
        female, male = word in self.female_names, word in self.male_names
        return None if female == male else "f" if female else "m"


def language_from_tables(tables: Mapping[str, Any]) -> ArticleLanguage:
    """A language from the tables of its data file.

    Raises:
        TypeError: a list is missing or unknown.
    """
    return ArticleLanguage(**{key: _field(value) for key, value in tables.items()})


@cache
def language(code: str) -> ArticleLanguage:
    """The language of a tag such as `en-GB`; English where there is no data for it."""
    known = [name for name in toml_names(__package__, "data") if len(name) == len("en")]
    primary = code.replace("_", "-").split("-")[0].lower()
    name = primary if primary in known else DEFAULT_LANGUAGE
    return language_from_tables(toml_tables(__package__, f"data/{name}.toml"))


@cache
def page_words(key: str) -> Words:
    """One list of `data/page.toml`: the parts of a page that are not the article."""
    words: Words = _field(toml_tables(__package__, "data/page.toml")[key])
    return words


def _field(value: Any) -> Any:
    if isinstance(value, str):
        return frozenset(value.split())
    return frozenset(value) if isinstance(value, list) else value
