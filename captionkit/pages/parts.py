"""What several pages show: verdicts, the media with its captions, the files to download."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from captionkit.model import VERDICTS, Record, Verdict
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
_LABELS: dict[Verdict, tuple[str, str, str]] = {
    "verbatim": ("Verbatim", "=", "The same words."),
    "tidied": ("Tidied", "≈", "Only fillers, repeats, false starts or contractions differ."),
    "elided": ("Elided", "…", "Words are left out exactly where the article marks it."),
    "uncertain": ("Uncertain", "?", "The audio does not decide between two wordings: listen."),
    "altered": ("Altered", "≠", "A word, number, name or negation differs, or words are cut."),
    "not_found": ("Not found in this clip", "∅", "No passage matches; it may be from elsewhere."),
}


@dataclass(frozen=True, slots=True)
class VerdictLabel:
    """How a verdict is presented: a word and a symbol, never colour alone."""

    verdict: Verdict
    label: str
    symbol: str
    meaning: str


VERDICT_LABELS = {verdict: VerdictLabel(verdict, *_LABELS[verdict]) for verdict in reversed(VERDICTS)}
"""Every verdict with its label, the worst first."""


@dataclass(frozen=True, slots=True)
class Media:
    """The clip as the page plays it; `tag` is `video` or `audio`, `captions` an address or empty.

    `prefix` begins every id of a part for another page; a page of its own needs none.
    """

    tag: str
    href: str
    captions: str
    language: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """A file to download: its address, what it is, its name."""

    href: str
    kind: str
    name: str


def media(record: Record, options: PageOptions, prefix: str = "") -> Media:
    """The clip with its captions, which are inlined if `options` has their text."""
    captions = data_url(options.vtt_text) if options.vtt_text else options.vtt_href or ""
    tag = "audio" if record.clip.fps is None else "video"
    return Media(tag, options.clip_href, captions, language_tag(record.transcript.language), prefix)


def downloads(options: PageOptions) -> tuple[Download, ...]:
    """The files to download, each with what it is."""
    return tuple(_download(href) for href in options.downloads)


def _download(href: str) -> Download:
    name = PurePosixPath(unquote(href)).name
    endings = PurePosixPath(name.lower()).suffixes
    tails = ("".join(endings[i:]) for i in range(len(endings)))
    return Download(href, next((_FILE_KINDS[tail] for tail in tails if tail in _FILE_KINDS), "File"), name)
