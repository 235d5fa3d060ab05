"""Extract the article of a web page: its blocks of text in order, without navigation, adverts and the like."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from captionkit.article.blocks import Block, BlockKind, Page, cleaned, squashed
from captionkit.article.language import Words, language, page_words
from captionkit.article.metadata import Metadata, read_metadata

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MOST = 0.5
"""A container with more than this share of the page's prose is the article, even if its class says otherwise."""
LINK_SHARE = 0.9
"""A paragraph with at least this share of linked text points to another story."""
SHORTEST_BODY_SHARE = 0.3
"""A page with less than this share of schema.org's articleBody is rendered by a script; articleBody is used then."""
TRAFILATURA_MAX_CHARS = 500_000
"""trafilatura is not used on larger pages: it is slow on them."""

_CLASS_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HIDDEN_STYLE = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.IGNORECASE)
_TAGS_BUT_BLOCKS = re.compile(r"<(?!/?(?:p|br|h[1-6]|li|head|body|title|meta|script|style)\b)[^<>]*>", re.IGNORECASE)
_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
_OPENING_MARKS = tuple("“„«‘\"'「『‹‟»")
_DASHES = ("—", "–", "―", "- ")
_KINDS: tuple[BlockKind, ...] = ("source", "pull", "heading", "quote")


def read_page(markup: str) -> Page:
    """The article of an HTML page; no blocks where it has no text."""
    tree = _parsed(markup)
    if tree is None:
        return Page("", "en", ())
    code = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "en"
    metadata = read_metadata(_json_ld(tree), _meta(tree), language(code).credit_roles)
    # The parser leaves <article> in the head of a page without <body>, so the whole tree is searched.
    classified = _classified(tree)
    root = _root(classified)
    blocks = _blocks(tree if root is None else root, classified)
    if root is None:
        blocks = _selected_by_trafilatura(blocks, markup)
    return Page(
        title=_title(tree, metadata),
        language=code,
        blocks=tuple(_or_article_body(blocks, metadata.body)),
        captions=tuple(block.text for caption in classified.captions for block in _blocks(caption, _NOTHING)),
        metadata=metadata,
    )


def _parsed(markup: str) -> Element | None:
    import lxml.etree
    import lxml.html

    tree: Element | None = None
    for text in (markup, _TAGS_BUT_BLOCKS.sub(" ", markup)):
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
        try:
            tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser)
        except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError):
            return None
        # Below a depth of 2,048 elements the parser drops everything: then most tags are removed first.
        if not any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
            break
    return tree


def _meta(tree: Element) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        key = element.get("property") or element.get("name")
        if key and element.get("content"):
            found.setdefault(key.lower(), cleaned(element.get("content") or ""))
    return found


def _json_ld(tree: Element) -> list[str]:
    scripts = tree.iter("script")
    return [s.text or "" for s in scripts if (s.get("type") or "").lower().startswith("application/ld+json")]


def _title(tree: Element, metadata: Metadata) -> str:
    """The headline as the page prints it, else from its metadata, without the name of the site."""
    whole = _one_line(tree.findtext(".//title") or "")
    printed = [text for h1 in tree.iter("h1") if (text := _one_line("".join(h1.itertext())))]
    printed = [text for text in printed[:10] if text != metadata.site]
    for heading in sorted(printed, key=len, reverse=True):
        if any(squashed(heading) in squashed(other) for other in (metadata.headline, whole)):
            return heading
    without_site = max(re.split(r"\s[|–—·-]\s", whole), key=len)
    return next((t.strip() for t in (metadata.headline, *printed, without_site) if t), "")


def _one_line(text: str) -> str:
    return " ".join(cleaned(text).split())


# Parts of the page that are not the article


@dataclass(frozen=True, slots=True)
class _Classified:
    """The elements of a page: `dropped` are not the article, `sources` name the speaker of a blockquote.

    `prose` is the number of characters of running text in each element.
    """

    elements: tuple[Element, ...]
    dropped: Collection[Element]
    sources: Collection[Element]
    captions: tuple[Element, ...]
    prose: Mapping[Element, int]


_NOTHING = _Classified((), frozenset(), frozenset(), (), {})


def _classified(tree: Element) -> _Classified:
    elements = tuple(element for element in tree.iter() if isinstance(element.tag, str))
    prose = _prose(elements, ())
    dropped: set[Element] = set()
    quoted: set[Element] = set()
    sources: set[Element] = set()
    captions: list[Element] = []
    for element in elements[1:]:
        parent = element.getparent()
        if parent in dropped:
            dropped.add(element)
            continue
        if element.tag == "blockquote" or parent in quoted:
            quoted.add(element)
        if _is_source(element, parent in quoted):
            sources.add(element)
        elif _is_unwanted(element) and not _holds_most(element, prose, tree):
            dropped.add(element)
            captions += [element] * _is_caption(element)
    return _Classified(elements, dropped, sources, tuple(captions), _prose(elements, dropped))


def _prose(elements: tuple[Element, ...], dropped: Collection[Element]) -> Mapping[Element, int]:
    """Characters of running text in each element; all its text where the page has no paragraphs."""
    prose_tags = page_words("prose_tags")
    total, prose = dict.fromkeys(elements, 0), dict.fromkeys(elements, 0)
    for element in reversed(elements):
        if element in dropped:
            total[element] = prose[element] = 0
        else:
            total[element] += len((element.text or "").strip())
        if element.tag in prose_tags:
            prose[element] = total[element]
        parent = element.getparent()
        if parent in total:
            total[parent] += total[element] + len((element.tail or "").strip())
            prose[parent] += prose[element]
    return prose if prose[elements[0]] else total


def _holds_most(element: Element, prose: Mapping[Element, int], tree: Element) -> bool:
    is_firm = element.tag in page_words("dropped_tags") - page_words("container_tags")
    return not is_firm and prose[element] > MOST * prose[tree] > 0


def _is_unwanted(element: Element) -> bool:
    if element.tag in page_words("dropped_tags"):
        return element.tag != "aside" or not _has_class(element, "pull_classes")
    return (
        element.get("role") in page_words("dropped_roles")
        or "hidden" in element.attrib
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN_STYLE.search(element.get("style") or ""))
        or any(_has_class(element, key) for key in ("dropped_classes", "byline_classes", "caption_classes"))
    )


def _is_caption(element: Element) -> bool:
    return element.tag in ("figcaption", "footer") or _has_class(element, "caption_classes")


def _is_source(element: Element, in_quote: bool) -> bool:
    if element.tag == "figcaption":
        before = element.getprevious()
        return before is not None and before.tag == "blockquote"
    return in_quote and element.tag in ("cite", "footer")


def _has_class(element: Element, key: str) -> bool:
    label = f"{element.get('class') or ''} {element.get('id') or ''}"
    return label != " " and any(_class_words(one) & page_words(key) for one in label[:2000].split())


def _class_words(label: str) -> Words:
    """`ArticleReadMore` → article, read, more, article-read, read-more, articlereadmore."""
    words = [word.lower() for word in _CLASS_WORDS.findall(label)]
    return frozenset([*words, *(f"{a}-{b}" for a, b in pairwise(words)), "".join(words)])


# Finding the article


def _root(page: _Classified) -> Element | None:
    """The element marked as the article, None where there is none or it has too little text."""
    for is_root in _ROOTS:
        candidates = (e for e in page.elements if e not in page.dropped and is_root(e))
        best = max(candidates, key=lambda e: page.prose[e], default=None)
        if best is not None and page.prose[best] >= MOST * page.prose[page.elements[0]] > 0:
            return best
    return None


_ROOTS: tuple[Callable[[Element], bool], ...] = (
    lambda element: "articleBody" in (element.get("itemprop") or "").split(),
    lambda element: "article" in (element.tag, element.get("role")),
    lambda element: "main" in (element.tag, element.get("role")),
)
"""How a page marks its article, best first."""


def _selected_by_trafilatura(blocks: list[Block], markup: str) -> list[Block]:
    """The blocks from the first to the last that trafilatura selects, so that no quotation between them is lost."""
    if not blocks or len(markup) > TRAFILATURA_MAX_CHARS:
        return blocks
    chosen = squashed(_trafilatura_text(markup))
    chosen_at = [n for n, block in enumerate(blocks) if squashed(block.text) in chosen]
    return blocks[chosen_at[0] : chosen_at[-1] + 1] if chosen_at and chosen else blocks


def _trafilatura_text(markup: str) -> str:
    import logging

    import trafilatura

    # It logs unreadable pages as errors, which would appear in the terminal.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    document = trafilatura.bare_extraction(markup, include_comments=False, favor_recall=True)
    return getattr(document, "text", None) or ""


def _or_article_body(blocks: list[Block], body: str) -> list[Block]:
    if sum(len(block.text) for block in blocks) >= SHORTEST_BODY_SHARE * len(body):
        return blocks
    return [Block(text) for line in body.split("\n") if (text := cleaned(line))]


# Extracting the text


def _blocks(root: Element, page: _Classified) -> list[Block]:
    """The blocks of an element in order, without those that are only a link."""
    import lxml.etree

    writer = _Writer(page.sources)
    walk = lxml.etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if not isinstance(element.tag, str):
            continue
        if element in page.dropped:
            if event == "start":
                walk.skip_subtree()
            else:
                writer.add(f" {element.tail or ''}")
        elif event == "start":
            writer.enter(element)
        else:
            writer.leave(element)
            writer.add((element.tail if element is not root else None) or "")
    writer.flush()
    return writer.blocks


class _Writer:
    """Collects the text of a walk through the tree, block by block."""

    def __init__(self, sources: Collection[Element]) -> None:
        self.blocks: list[Block] = []
        self._sources = sources
        self._pieces: list[str] = []
        self._linked = 0
        self._inside = dict.fromkeys(("a", "pre", "q", "heading", "quote", "pull", "source"), 0)
        self._group = 0

    def enter(self, element: Element) -> None:
        """Begin an element."""
        self._break_at(element)
        self._count(element, 1)
        if element.tag == "br":
            self._pieces.append("\n")
        if _needs_marks(element):
            self._pieces.append("‘“"[self._inside["q"] % 2])
        self.add(element.text or "")

    def leave(self, element: Element) -> None:
        """End an element."""
        if _needs_marks(element):
            self._pieces.append("’”"[self._inside["q"] % 2])
        self._break_at(element)
        self._count(element, -1)

    def add(self, text: str) -> None:
        """Add text of the element entered last, or after the element left last."""
        if not self._inside["pre"]:
            text = text.replace("\n", " ")
        if self._inside["a"]:
            self._linked += len(text.strip())
        self._pieces.append(text)

    def flush(self) -> None:
        """End the block."""
        text, linked = "".join(self._pieces), self._linked
        self._pieces, self._linked = [], 0
        paragraphs = [p for piece in _PARAGRAPH_BREAK.split(text) if (p := cleaned(piece))]
        if linked and linked >= LINK_SHARE * sum(map(len, paragraphs)):
            return
        kind: BlockKind = next((kind for kind in _KINDS if self._inside[kind]), "paragraph")
        for paragraph in paragraphs:
            is_source = kind == "quote" and paragraph.startswith(_DASHES)
            group = self._group if kind in ("quote", "pull") else 0
            self.blocks.append(Block(paragraph, "source" if is_source else kind, group))

    def _break_at(self, element: Element) -> None:
        if element.tag in page_words("block_tags") or element in self._sources:
            self.flush()

    def _count(self, element: Element, step: int) -> None:
        is_quote, is_pull = element.tag == "blockquote", _has_class(element, "pull_classes")
        if step == 1 and (is_quote or is_pull) and not (self._inside["quote"] or self._inside["pull"]):
            self._group += 1
        for key, is_inside in (
            (element.tag, element.tag in ("a", "pre", "q")),
            ("heading", element.tag in page_words("heading_tags")),
            ("quote", is_quote),
            ("pull", is_pull),
            ("source", element in self._sources),
        ):
            if is_inside:
                self._inside[key] += step


def _needs_marks(element: Element) -> bool:
    """True for a `<q>` without marks of its own: a browser prints marks around it."""
    return element.tag == "q" and not (element.text or "").lstrip().startswith(_OPENING_MARKS)
