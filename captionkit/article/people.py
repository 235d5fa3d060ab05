"""The people and bodies of an article: which mentions mean the same one, and what the article says about each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from captionkit.article.language import ArticleLanguage, Words
from captionkit.article.mentions import Mention, NameKind

MAX_NAMESAKES = 20
MAX_NAMES = 60
"""How many expected names the recogniser can be given, about."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One person or body: the fullest form of its name, and what its mentions say about it."""

    name: str
    kind: NameKind
    roles: Words
    gender: str | None
    certain: bool


@dataclass(frozen=True)
class Register:
    """The mentions of each sentence, the entities, and the numbers of the entities that each mention may mean."""

    mentions: tuple[tuple[Mention, ...], ...]
    entities: tuple[Entity, ...]
    meant: Mapping[Mention, tuple[int, ...]]

    def only(self, mention: Mention) -> int | None:
        """The one entity that a mention means, None where it may mean several."""
        meant = self.meant[mention]
        return meant[0] if len(meant) == 1 else None

    @cached_property
    def by_role(self) -> Mapping[str, tuple[int, ...]]:
        """Numbers of entities by each noun used for them."""
        found: dict[str, list[int]] = {}
        for number, entity in enumerate(self.entities):
            for role in entity.roles:
                found.setdefault(role, []).append(number)
        return {role: tuple(numbers) for role, numbers in found.items()}

    @cached_property
    def nicknames(self) -> frozenset[int]:
        """Quoted runs that are part of a name: `William “Bill” Doe`."""
        return frozenset(run for found in self.mentions for mention in found for run in mention.nicknames)


def find_people(mentions: tuple[tuple[Mention, ...], ...], words: ArticleLanguage) -> Register:
    """Group mentions by entity: full names first, then single words with the full names that contain them.

    A mention gets the kind of the one entity that it means.
    """
    every = [mention for found in mentions for mention in found]
    groups: list[list[Mention]] = []
    fullest: list[tuple[str, ...]] = []
    by_word: dict[str, list[int]] = {}
    meant: dict[Mention, tuple[int, ...]] = {}
    for mention in sorted(every, key=lambda m: len(_core(m, words)) < 2):
        core = _core(mention, words)
        known = [n for n in by_word.get(core[-1], ()) if _may_be_same(core, fullest[n])]
        if not known:
            known = [len(groups)]
            groups.append([])
            fullest.append(core)
            for word in core:
                namesakes = by_word.setdefault(word, [])
                if len(namesakes) < MAX_NAMESAKES:
                    namesakes.append(known[0])
        if len(known) == 1 or len(core) > 1:
            known = known[:1]
            groups[known[0]].append(mention)
            fullest[known[0]] = max(fullest[known[0]], core, key=len)
        meant[mention] = tuple(known)
    entities = tuple(_entity(group, words) for group in groups)
    kinds = {m: replace(m, kind=entities[numbers[0]].kind) if len(numbers) == 1 else m for m, numbers in meant.items()}
    return Register(
        mentions=tuple(tuple(kinds[mention] for mention in found) for found in mentions),
        entities=entities,
        meant={kinds[mention]: numbers for mention, numbers in meant.items()},
    )


def listed_names(register: Register, people: Iterable[str]) -> tuple[str, ...]:
    """Names for the recogniser to expect: people first, then the others in order of appearance, each once and in full.

    `register` is of the text outside quotation marks. `people` are names from outside the text: byline, credits,
    JSON-LD. A name that is only a part of one before it (`Dupree`) is left out.
    """
    appearing = dict.fromkeys(
        number for found in register.mentions for mention in found for number in register.meant[mention]
    )
    entities = [register.entities[number] for number in appearing if register.entities[number].certain]
    named = [entity.name for entity in entities if entity.kind == "person"]
    others = [entity.name for entity in entities if entity.kind != "person"]
    listed: list[str] = []
    seen: set[str] = set()
    for name in (*named, *people, *others):
        words = name.lower().split()
        if len(listed) < MAX_NAMES and not (name.lower() in seen or (len(words) == 1 and words[0] in seen)):
            listed.append(name)
            seen.update((name.lower(), *words))
    return tuple(listed)


def _core(mention: Mention, words: ArticleLanguage) -> tuple[str, ...]:
    """The words of a name to compare: lower case, without `Jr.`"""
    core = tuple(word.lower().rstrip(".") for word in mention.name)
    named = tuple(word for word in core if word not in words.suffixes)
    return named or core


def _may_be_same(core: Sequence[str], fullest: Sequence[str]) -> bool:
    """`Dupree`, `R. Dupree` and `Raymond Dupree` may; `Darlene Dupree` may not."""
    if len(core) == 1 or len(fullest) == 1:
        return core[-1] in fullest
    if core[-1] not in fullest[1:]:
        return False
    given, other = core[0], fullest[0]
    return given == other or (1 in (len(given), len(other)) and given[0] == other[0])


def _entity(group: Iterable[Mention], words: ArticleLanguage) -> Entity:
    members = list(group)
    fullest = max(members, key=lambda m: (len(m.name), len(m.text)))
    kinds = [mention.kind for mention in members]
    kind: NameKind = "person" if "person" in kinds else "body" if "body" in kinds else "unknown"
    roles = frozenset().union(*(mention.roles for mention in members))
    return Entity(
        name=fullest.text,
        kind=kind,
        roles=roles,
        gender=_gender(roles, _core(fullest, words), words) if kind != "body" else None,
        certain=any(mention.certain for mention in members),
    )


def _gender(roles: Words, core: Sequence[str], words: ArticleLanguage) -> str | None:
    """By the nouns used for a person where they agree, else by the given name."""
    by_noun = {gender for role in roles if (gender := words.gender_of_noun(role))}
    if len(by_noun) == 1:
        return by_noun.pop()
    return words.gender_of_given_name(core[0])
