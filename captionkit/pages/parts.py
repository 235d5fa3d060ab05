"""What both pages show of a record: its title, its media, its credits, its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from captionkit.model import Record
from captionkit.pages.options import PageOptions
from captionkit.pages.render import data_url, language_tag

_FILE_KINDS = {
    ".vtt": "Captions, WebVTT",
    ".srt": "Captions, SRT",
    ".ttml": "Captions, TTML",
    ".txt": "Transcript, plain text",
    ".json": "Record, JSON",
    ".mp4": "Video, MP4",
    ".webm": "Video, WebM",
    ".mp3": "Sound, MP3",
    ".html": "Web page",
    ".qa.html": "Quote check",
}


@dataclass(frozen=True, slots=True)
class Media:
    """The clip as the page plays it; `tag` is `video` or `audio`, `captions` an address or empty.

    `prefix` begins every id of a part that stands in somebody else's page; a page of its own needs none.
    """

    tag: str
    href: str
    captions: str
    language: str
    duration_ms: int
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """A file offered: its address, what it is, its name."""

    href: str
    kind: str
    name: str


def title(record: Record) -> str:
    """The article's title, or the clip's file name without its ending."""
    given = record.article.title.strip() if record.article else ""
    return given or PurePosixPath(record.clip.file).stem


def media(record: Record, options: PageOptions, prefix: str = "") -> Media:
    """The clip with its captions; the page carries them when it was given their text."""
    captions = data_url(options.vtt_text) if options.vtt_text else options.vtt_href or ""
    tag = "audio" if record.clip.fps is None else "video"
    language = language_tag(record.transcript.language)
    return Media(tag, options.clip_href, captions, language, record.clip.duration_ms, prefix)


def downloads(options: PageOptions) -> tuple[Download, ...]:
    """The files offered, each with what it is."""
    return tuple(_download(href) for href in options.downloads)


def credit_lines(record: Record) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Role and names, the role as a heading: `Producer`."""
    return tuple((credit.role.capitalize(), credit.names) for credit in record.credits if credit.names)


def _download(href: str) -> Download:
    name = PurePosixPath(unquote(href)).name
    endings = PurePosixPath(name.lower()).suffixes
    tails = ("".join(endings[i:]) for i in range(len(endings)))
    return Download(href, next((_FILE_KINDS[tail] for tail in tails if tail in _FILE_KINDS), "File"), name)
