"""The paragraphs of an article, from any kind of file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from captionkit.article.language import ArticleLanguage
from captionkit.article.metadata import Metadata

BlockKind = Literal["paragraph", "heading", "quote", "pull", "source"]

BETWEEN = "\n\n"

MAX_PULLS = 50

_PIECES = re.compile('[.?!…”"—]+')
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_BREAKS = re.compile(r" ?\n ?")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph. A line break inside is `\\n`; `group` numbers the blockquote or pull quote that it is in.

    A block of kind `source` is the line that names the speaker of the quote before it.
    """

    text: str
    kind: BlockKind = "paragraph"
    group: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """An article before it is analysed.

    `captions` are lines under pictures and videos, which are searched for credits only.
    """

    title: str
    language: str
    blocks: tuple[Block, ...]
    captions: tuple[str, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block's place in the text: `text[start:end]`."""

    start: int
    end: int
    kind: BlockKind
    group: int


@dataclass(frozen=True, slots=True)
class Body:
    """The article's text, paragraphs joined by an empty line, and the position of each."""

    text: str
    paragraphs: tuple[Paragraph, ...]


def without_repeated_pulls(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without pull quotes that repeat words of the text."""
    text = squashed(" ".join(block.text for block in blocks if block.kind != "pull"))
    pulled: dict[int, list[str]] = {}
    for block in blocks:
        if block.kind == "pull":
            pulled.setdefault(block.group, []).append(block.text)
    fresh = {group for group, texts in list(pulled.items())[:MAX_PULLS] if not _is_repeated(" ".join(texts), text)}
    return [block for block in blocks if block.kind != "pull" or block.group in fresh]


def _is_repeated(pull: str, text: str) -> bool:
    """True where most of its sentences are in the text; its last line may name the speaker."""
    pieces = [piece for part in _PIECES.split(pull) if len(piece := squashed(part)) > 3]
    repeated = sum(len(piece) for piece in pieces if piece in text)
    return repeated >= 0.5 * sum(map(len, pieces))


def laid_out(blocks: Iterable[Block]) -> Body:
    """Join blocks to one text."""
    texts: list[str] = []
    paragraphs: list[Paragraph] = []
    start = 0
    for block in blocks:
        end = start + len(block.text)
        paragraphs.append(Paragraph(start, end, block.kind, block.group))
        texts.append(block.text)
        start = end + len(BETWEEN)
    return Body(BETWEEN.join(texts), tuple(paragraphs))


def cleaned(text: str) -> str:
    """Remove invisible characters, collapse spaces, turn ``such'' marks into quotation marks; keep line breaks."""
    if "``" in text:
        text = text.replace("``", "“").replace("''", "”")
    return _AROUND_BREAKS.sub("\n", _SPACES.sub(" ", _INVISIBLE.sub("", text))).strip()


def squashed(text: str) -> str:
    """Only letters and digits, in lower case, to compare texts without their punctuation."""
    return "".join(c for c in text.lower() if c.isalnum())


def article_only(blocks: Iterable[Block], title: str, words: ArticleLanguage) -> Iterator[Block]:
    """The blocks without the headline and without lines such as `Advertisement` and `Read more: …`."""
    openings = tuple(words.stray_openings)
    for block in blocks:
        line = block.text.lower().strip(" .:…")
        is_title = block.kind == "heading" and squashed(block.text) == squashed(title)
        is_stray = line in words.stray_lines or line.startswith(openings)
        if not is_title and not is_stray and any(c.isalpha() for c in block.text):
            yield block
