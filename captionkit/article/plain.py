"""Read plain text and Markdown into the same blocks as a web page."""

from __future__ import annotations

import re

from captionkit.article.blocks import Block, Page, cleaned
from captionkit.article.page import read_page

LONGEST_TITLE = 160

_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_FRONT_MATTER = re.compile(r"\A---\n(.{0,10000}?)\n---\n", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[^\S\n]*[\"']?([^\n]{1,300}?)[\"']?[^\S\n]*$", re.MULTILINE)


def read_plain(text: str) -> Page:
    """Plain text: paragraphs are separated by empty lines, or are one line each where there are no empty lines.

    A short first paragraph without a full stop at its end is the title.
    """
    lines = "\n".join(text.splitlines()).strip()
    between = _EMPTY_LINE if _EMPTY_LINE.search(lines) else re.compile(r"\n")
    paragraphs = [p for piece in between.split(lines) if (p := " ".join(cleaned(piece).split()))]
    title = paragraphs.pop(0) if len(paragraphs) > 1 and _is_title(paragraphs[0]) else ""
    return Page(title, "en", tuple(Block(paragraph) for paragraph in paragraphs))


def _is_title(paragraph: str) -> bool:
    return len(paragraph) <= LONGEST_TITLE and not paragraph.endswith((".", "!", "?", ",", "”", '"', "’"))


def read_markdown(text: str) -> Page:
    """Markdown, rendered to HTML; without a heading the title comes from the front matter."""
    from markdown_it import MarkdownIt

    text = "\n".join(text.splitlines())
    front = _FRONT_MATTER.match(text)
    named = _FRONT_TITLE.search(front[1]) if front else None
    html = MarkdownIt("commonmark").render(text[front.end() :] if front else text)
    title = f"<title>{named[1]}</title>" if named else ""
    return read_page(f"<html><head>{title}</head><body><article>{html}</article></body></html>")
