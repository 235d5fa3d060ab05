"""The metadata of a page: JSON-LD and `<meta>`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from captionkit.article.language import Words
from captionkit.model import Credit

MAX_NODES = 20_000
MAX_SCRIPT = 2_000_000
MAX_NAMES = 40

VIDEO_TYPES = frozenset({"VideoObject", "AudioObject", "Clip", "PodcastEpisode", "RadioEpisode", "TVEpisode"})
ARTICLE_TYPE_ENDINGS = ("Article", "BlogPosting", "Posting", "Report")
ROLES_OF_VIDEO = {
    "producer": "producer",
    "editor": "editor",
    "director": "director",
    "creator": "creator",
    "musicBy": "music",
    "translator": "translator",
}
DATES_IN_META = ("article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.date")
CONTRIBUTOR_PROPERTIES = ("contributor", *ROLES_OF_VIDEO)

_COMMENTS = re.compile(r"<!--|-->|//\s?<!\[CDATA\[|//\s?\]\]>|<!\[CDATA\[|\]\]>")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Metadata:
    """A page's metadata: `credits` are those of its video, `body` is schema.org's articleBody.

    `published` is an ISO date such as `2026-11-20`.
    """

    headline: str = ""
    site: str = ""
    authors: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    body: str = ""
    published: str | None = None


def read_metadata(scripts: Iterable[str], meta: Mapping[str, str], roles: Mapping[str, str]) -> Metadata:
    """Metadata from the texts of the page's JSON-LD scripts and its `<meta>` (name or property to content).

    `roles` maps a `roleName` of schema.org's Role to one of ours. Invalid JSON is repaired if the fault is a trailing
    comma, a comment or a raw line break, and ignored otherwise.
    """
    nodes = list(_nodes(value for script in scripts for value in _values(script)))
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    article = next((node for node in nodes if _is_article(node)), {})
    video = _video(article, nodes, by_id)
    authors = _names(article.get("author"), by_id) or _meta_names(meta)
    return Metadata(
        headline=_text(article.get("headline")) or meta.get("og:title", "") or meta.get("twitter:title", ""),
        site=meta.get("og:site_name", "") or next(iter(_names(article.get("publisher"), by_id)), ""),
        authors=authors,
        people=_people(nodes, by_id),
        credits=_video_credits(video, by_id, roles),
        body=_text(article.get("articleBody")),
        published=_day(_text(article.get("datePublished")), *(meta.get(name, "") for name in DATES_IN_META)),
    )


def _day(*texts: str) -> str | None:
    """The date of the first text that begins with an ISO 8601 date (`2026-10-14T21:40:00-04:00`), else None."""
    for text in texts:
        try:
            return date.fromisoformat(text[:10]).isoformat()
        except ValueError:
            continue
    return None


def _values(script: str) -> Iterator[Any]:
    text = _COMMENTS.sub("", script[:MAX_SCRIPT]).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            yield json.loads(attempt, strict=False)
            return
        except (ValueError, RecursionError):
            continue


def _nodes(values: Iterable[Any]) -> Iterator[Node]:
    """Every object in page order, at most `MAX_NODES`."""
    pending = list(values)[::-1]
    for _ in range(MAX_NODES):
        if not pending:
            return
        value = pending.pop()
        if isinstance(value, dict):
            yield value
            value = list(value.values())
        if isinstance(value, list):
            pending.extend(value[::-1])


def _types(node: Node) -> Words:
    kinds = node.get("@type", ())
    listed = kinds if isinstance(kinds, list) else [kinds]
    return frozenset(kind.rsplit("/", 1)[-1] for kind in listed if isinstance(kind, str))


def _is_article(node: Node) -> bool:
    return any(kind.endswith(ARTICLE_TYPE_ENDINGS) for kind in _types(node))


def _resolved(value: Any, by_id: Mapping[str, Node]) -> list[Any]:
    """The values of a property, with references resolved."""
    listed = value if isinstance(value, list) else [value]
    return [
        by_id.get(item["@id"], item) if isinstance(item, dict) and isinstance(item.get("@id"), str) else item
        for item in listed
    ]


def _video(article: Node, nodes: Iterable[Node], by_id: Mapping[str, Node]) -> Node:
    """The article's own video, else the first on the page with credits."""
    for key in ("video", "audio", "associatedMedia", "mainEntity", "hasPart"):
        for item in _resolved(article.get(key), by_id):
            if isinstance(item, dict) and (_types(item) & VIDEO_TYPES or key in ("video", "audio")):
                return item
    videos = [node for node in nodes if _types(node) & VIDEO_TYPES]
    named = (node for node in videos if any(key in node for key in CONTRIBUTOR_PROPERTIES))
    return next(named, {})


def _video_credits(video: Node, by_id: Mapping[str, Node], roles: Mapping[str, str]) -> tuple[Credit, ...]:
    found: dict[str, list[str]] = {}
    for key in CONTRIBUTOR_PROPERTIES:
        for item in _resolved(video.get(key), by_id):
            named = _text(item.get("roleName")).lower() if isinstance(item, dict) else ""
            role = roles.get(named, named) or ROLES_OF_VIDEO.get(key)
            if role:
                found.setdefault(role, []).extend(_names(item, by_id, key))
    return tuple(Credit(role, tuple(dict.fromkeys(names))) for role, names in found.items() if names)


def _people(nodes: Iterable[Node], by_id: Mapping[str, Node]) -> tuple[str, ...]:
    names = (name for node in nodes if "Person" in _types(node) for name in _names(node, by_id))
    return tuple(dict.fromkeys(names))[:MAX_NAMES]


def _names(value: Any, by_id: Mapping[str, Node], inside: str = "") -> tuple[str, ...]:
    """The names in a property: plain text, objects with a name, references, or a Role around one."""
    names: list[str] = []
    for item in _resolved(value, by_id):
        if isinstance(item, dict) and inside in item and "name" not in item:
            names += _names(item[inside], by_id)
            continue
        name = " ".join(_text(item.get("name") if isinstance(item, dict) else item).split())
        if name and "://" not in name and len(name) <= 80:
            names.append(name)
    return tuple(dict.fromkeys(names))[:MAX_NAMES]


def _meta_names(meta: Mapping[str, str]) -> tuple[str, ...]:
    names = re.split(r"\s*(?:,|;|\band\b|&)\s*", meta.get("author", ""))
    return tuple(name for name in names if name and "://" not in name)[:MAX_NAMES]


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value.strip() if isinstance(value, str) else ""
