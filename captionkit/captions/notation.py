"""How captions show speakers and sounds: the known notations, and the one that a style asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from captionkit.captions.style import Style
from captionkit.text import toml_tables

_PERSON = r"[^\W\d_a-z][\w.'’-]*(?: [^\W\d_a-z][\w.'’-]*){0,4}"
_LABELS: dict[str, re.Pattern[str]] = {
    "two arrows": re.compile(r">>+ ?"),
    "a dash with a space": re.compile(r"[–—] ?(?=\S)"),
    "a hyphen with a space": re.compile(r"- (?=\S)"),
    "a hyphen": re.compile(r"-(?=[\w\[(\"'“‘¿¡…])"),
    "a name in brackets": re.compile(rf"\[{_PERSON}\](?::| |$)"),
    "a name in parentheses": re.compile(rf"\({_PERSON}\)(?::| |$)"),
    "a name in capitals": re.compile(r"[^\W\d_a-z][^\Wa-z]+(?:(?:\. |[ .'’-])[^\Wa-z]+){0,4}: ?(?=\S|$)"),
    "a name with a colon": re.compile(rf"{_PERSON}: ?(?=\S|$)"),
}
"""The ways to show a speaker at a line's beginning, tried in this order."""

_MARKS = frozenset({"two arrows", "a dash with a space", "a hyphen with a space", "a hyphen"})
_SOUNDS: dict[str, re.Pattern[str]] = {
    "brackets": re.compile(r"\[(?P<space> ?)[^\[\]]+\]"),
    "parentheses": re.compile(r"\((?P<space> ?)[^()]+\)"),
    "asterisks": re.compile(r"\*(?P<space> ?)[^*]+\*"),
}
_LONGEST_LABEL = 60
_MAY_BEGIN_A_LABEL = frozenset(">–—-[(")
_MAY_END_A_SOUND = frozenset("])*")


@dataclass(frozen=True, slots=True)
class Label:
    """A label before the words of a line: the notation, the text, and whether it names somebody."""

    way: str
    text: str
    names: bool


def labels_of(line: str) -> tuple[Label, ...]:
    """The labels that a line begins with, one after the other: `-[Ana] No.` has two."""
    found: list[Label] = []
    rest = line
    while len(found) < 2:
        label = _label(rest)
        if label is None:
            break
        found.append(label)
        rest = rest[len(label.text) :]
        if label.names:
            break
    return tuple(found)


def without_labels(line: str) -> str:
    """A line's words alone."""
    return line[sum(len(label.text) for label in labels_of(line)) :]


def sound_way(line: str) -> str | None:
    """How a line that shows a sound alone is written, None where no sound is recognised."""
    if line[-1:] not in _MAY_END_A_SOUND and not line.isupper():
        return None
    text = without_marks(line)
    for way, pattern in _SOUNDS.items():
        if match := pattern.fullmatch(text):
            return f"{way} with a space inside" if match["space"] else way
    return "capitals" if _is_sound_in_capitals(text) else None


def without_marks(line: str) -> str:
    """A line without the marks of a change of speaker, its names left."""
    marks = (label.text for label in labels_of(line) if not label.names)
    return line[sum(map(len, marks)) :]


@cache
def speaker_ways(style: Style) -> frozenset[str]:
    """The ways in which a style shows who speaks."""
    named = style.speaker_name.replace("NAME", "ANA COLE").replace("Name", "Ana Cole").strip("\n")
    shown = [f"{style.speaker_mark}We", f"{named}We" if named.endswith(" ") else named]
    return frozenset(label.way for line in shown for label in labels_of(line))


@cache
def style_sound_way(style: Style) -> str | None:
    """The way in which a style writes a sound, None where it cannot be distinguished from words."""
    return sound_way(style.sound.replace("SOUND", "MUSIC").replace("sound", "music"))


def _label(text: str) -> Label | None:
    head = text[:_LONGEST_LABEL]
    if head[:1] not in _MAY_BEGIN_A_LABEL and ":" not in head:
        return None
    for way, pattern in _LABELS.items():
        match = pattern.match(head)
        if match and _is_label(way, match[0]):
            return Label(way, match[0], way not in _MARKS)
    return None


def _is_label(way: str, text: str) -> bool:
    """A colon after one word with a capital is more often a sentence's than a speaker's: "Remember: …"."""
    return way != "a name with a colon" or " " in text.strip(": ")


def _is_sound_in_capitals(text: str) -> bool:
    """Whether a line in capitals is made of a word for a sound, rather than a sign on the screen or a shout."""
    return text.isupper() and any(word.strip(".!,") in _sound_words() for word in text.lower().split())


@cache
def _sound_words() -> frozenset[str]:
    return frozenset(str(toml_tables(__package__, "sounds.toml")["words"]).split())
