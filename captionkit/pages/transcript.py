"""The transcript page: the clip with its captions, and everything that is said in it to read, search and play."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from captionkit.model import Finding, Record, Span
from captionkit.pages import parts
from captionkit.pages.options import PageOptions
from captionkit.pages.reading import SpeakerPassage, passages, words_within
from captionkit.pages.render import json_for_script, language_tag, render_page, render_part
from captionkit.timecode import iso_duration

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SCHEMA_ORG_ROLES = ("producer", "editor", "director", "author", "contributor")


def transcript_page(record: Record, options: PageOptions) -> str:
    """The accessible transcript of one clip, as one HTML document.

    It can be read without JavaScript and opened from disk; it links only to files beside it (`options`).
    """
    return render_page("transcript", _view(record, options))


def transcript_embed(record: Record, options: PageOptions) -> str:
    """The same clip and transcript as a part for another page, for instance in a content management system.

    It is not a document and has no main heading. Its styles apply to it alone, and its ids begin with the clip's
    SHA-256, so that it changes nothing around it and two clips can be in one page.
    """
    sha256 = record.clip.sha256
    prefix = f"captionkit-{sha256[:8] if _SHA256.fullmatch(sha256) else 'clip'}-"
    return render_part("transcript", _view(record, options, prefix))


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A quote of the article that is said in the clip; `number` counts from 1."""

    number: int
    finding: Finding
    start_ms: int


@dataclass(frozen=True, slots=True)
class _TranscriptView:
    record: Record
    media: parts.Media
    downloads: tuple[parts.Download, ...]
    passages: tuple[SpeakerPassage, ...]
    quoted: tuple[_Quoted, ...]
    quote_of_word: dict[int, int]
    quotes_ending: dict[int, list[int]]
    structured: str


def _view(record: Record, options: PageOptions, prefix: str = "") -> _TranscriptView:
    quoted = _quoted(record) if options.mark_quotes else ()
    words = record.transcript.words
    places = [(q.number, *words_within(words, span)) for q in quoted for span in _spans(q.finding)]
    last_words = {number: last - 1 for number, first, last in places if first < last}
    ending: dict[int, list[int]] = defaultdict(list)
    for number, place in last_words.items():
        ending[place].append(number)
    return _TranscriptView(
        record=record,
        media=parts.media(record, options, prefix),
        downloads=parts.downloads(options),
        passages=passages(record),
        quoted=quoted,
        quote_of_word={i: number for number, first, last in places for i in range(first, last)},
        quotes_ending=ending,
        structured=json_for_script(_structured(record, options)),
    )


def _quoted(record: Record) -> tuple[_Quoted, ...]:
    said = [(f, _spans(f)) for f in record.findings]
    return tuple(
        _Quoted(number, finding, spans[0].start_ms)
        for number, (finding, spans) in enumerate(((f, s) for f, s in said if s), 1)
    )


def _spans(finding: Finding) -> tuple[Span, ...]:
    return tuple(span for part in finding.parts for span in part.spans)


def _structured(record: Record, options: PageOptions) -> dict[str, Any]:
    """The clip for search engines, as schema.org describes it; only what the record knows.

    The clip is taken to be uploaded on the date of its article, since both are on the same page.
    """
    language = language_tag(record.transcript.language)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "AudioObject" if record.clip.fps is None else "VideoObject",
        "name": record.title,
        "contentUrl": options.clip_href,
        "duration": iso_duration(record.clip.duration_ms),
        "inLanguage": language,
        "transcript": " ".join(word.text for word in record.transcript.words),
    }
    if options.vtt_href is not None:
        data["caption"] = {
            "@type": "MediaObject",
            "contentUrl": options.vtt_href,
            "encodingFormat": "text/vtt",
            "inLanguage": language,
        }
    if record.article and record.article.published:
        data["uploadDate"] = record.article.published
    for credit in record.credits:
        if credit.role in _SCHEMA_ORG_ROLES:
            data[credit.role] = [{"@type": "Person", "name": name} for name in credit.names]
    return data
