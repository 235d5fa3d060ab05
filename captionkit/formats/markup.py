"""The tags and character references that people's caption files hold, taken out of the text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_TAG = re.compile(r"/|[a-z]|\d\d", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_KIND = re.compile(r"[ \t\n\f.]")
_BLANKS = re.compile(r"[ \t\n\f]+")


def plain_text(markup: str) -> str:
    """Cue text as it is read on the screen: without tags, with `&amp;` and its kin resolved.

    A `<` that opens no tag (`a < b`) is text.
    """
    return _resolved("".join(text for text, _ in _pieces(markup)))


def voiced_runs(markup: str) -> tuple[tuple[str, str | None], ...]:
    """The text of `plain_text` in runs, each with the name in the `<v Name>` tag around it, None outside of any."""
    runs: list[tuple[str, str | None]] = []
    opened: list[str] = []
    for text, tag in _pieces(markup):
        runs.append((_resolved(text), opened[-1] if opened else None))
        if name := _voice_of(tag):
            opened.append(name)
        elif opened and tag == "/v":
            opened.pop()
    return tuple(runs)


def has_tags(markup: str) -> bool:
    """Whether a cue has markup other than voice tags: italics, classes, times inside the text, …"""
    kinds = (_KIND.split(tag.lstrip("/"), maxsplit=1)[0] for _, tag in _pieces(markup) if tag)
    return any(kind != "v" for kind in kinds)


def _voice_of(tag: str) -> str:
    kind, _, annotation = _BLANKS.sub(" ", tag).partition(" ")
    return _resolved(annotation).strip() if kind.split(".")[0] == "v" else ""


def _resolved(text: str) -> str:
    """Only whole references of sane length: `html.unescape` also takes `&notes` and a million digits."""
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text)


def _pieces(markup: str) -> Iterator[tuple[str, str]]:
    """Each run of text with the tag that follows it, in time linear in the text's length."""
    *closed, rest = markup.split(">")
    for piece in closed:
        text, opened, tag = piece.partition("<")
        if opened and _TAG.match(tag):
            yield text, tag
        else:
            yield f"{piece}>", ""
    yield rest, ""
