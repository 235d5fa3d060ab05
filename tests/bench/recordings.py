"""Recordings whose words are known, as the measurements of this folder take them.

A recording is a media file with its words in NAME.txt beside it (`talk.wav.txt`), or a segment: a folder with `clip.*`,
`gold.json` (its `words`), `article.html` and `quotes.json` (what a careful editor says of every quote part).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from captionkit.article import ArticleOptions, read_article
from captionkit.model import Verdict
from captionkit.text import sentence_spans

MEDIA = frozenset([".flac", ".m4a", ".mkv", ".mov", ".mp3", ".mp4", ".ogg", ".opus", ".wav", ".webm"])
LONGEST_RUN_WORDS = 20
SHORTEST_RUN_WORDS = 6


@dataclass(frozen=True, slots=True)
class GoldPart:
    """A quote part as the article prints it, and the verdict that is right; None where any is that does not accuse."""

    text: str
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """A clip, the words that are said in it, and the names that its article gives.

    `segment` is the folder of a segment, None where there is no article and so no quote parts.
    """

    name: str
    media: Path
    words: tuple[str, ...]
    names: tuple[str, ...] = ()
    segment: Path | None = None
    parts: tuple[GoldPart, ...] = ()

    @property
    def article(self) -> Path | None:
        """The page that was published with it."""
        return self.segment / "article.html" if self.segment else None


def recordings_in(folders: Iterable[Path]) -> list[Recording]:
    """Every recording of the folders and of the folders in them, by name, each name once."""
    found = {recording.name: recording for folder in folders for recording in _in(folder)}
    return [found[name] for name in sorted(found)]


def _in(folder: Path) -> Iterator[Recording]:
    if (folder / "gold.json").exists():
        yield _segment(folder)
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            yield from _in(path)
        elif path.suffix in MEDIA and (reference := path.with_name(f"{path.name}.txt")).exists():
            text = reference.read_text("utf-8").replace("—", " ")
            said = tuple((text.lower() if text.isupper() else text).split())
            yield Recording(path.name, path, said, _capitalised_inside(said))


def _segment(folder: Path) -> Recording:
    clip = next(path for path in sorted(folder.glob("clip.*")) if path.suffix in MEDIA)
    words = tuple(w["word"] for w in json.loads((folder / "gold.json").read_text("utf-8"))["words"])
    article = read_article(str(folder / "article.html"), ArticleOptions())
    quotes = folder / "quotes.json"
    gold = json.loads(quotes.read_text("utf-8"))["quotes"] if quotes.exists() else []
    parts = tuple(GoldPart(part["text"], part["verdict"]) for quote in gold for part in quote["parts"])
    return Recording(folder.name, clip, words, article.names, folder, parts)


def _capitalised_inside(said: Sequence[str]) -> tuple[str, ...]:
    """Words with a capital inside, which no sentence gives them."""
    return tuple(dict.fromkeys(w.strip(".,;:") for w in said if any(c.isupper() for c in w[1:])))


def runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Sentences as runs of at most 20 words; a very short one goes with what follows."""
    text = " ".join(words)
    held: tuple[str, ...] = ()
    for start, end in sentence_spans(text):
        held += tuple(text[start:end].split())
        if len(held) < SHORTEST_RUN_WORDS:
            continue
        size = -(-len(held) // -(-len(held) // LONGEST_RUN_WORDS))
        yield from (held[at : at + size] for at in range(0, len(held), size))
        held = ()
    if held:
        yield held
