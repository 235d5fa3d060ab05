"""Transcript file + article → findings: the quote check of a transcript, ours or a vendor's."""

from __future__ import annotations

from pathlib import Path

from captionkit.captions.spoken import words_of_cue
from captionkit.errors import FormatError, NoSpeechError
from captionkit.files import read_text
from captionkit.formats import format_of, read_file
from captionkit.match.policy.judge import with_policy
from captionkit.model import Article, Finding, Record, Transcript
from captionkit.pipeline.analysis import analyse
from captionkit.pipeline.caption import article_of, caption_clip
from captionkit.pipeline.options import CaptionOptions, Report, silent_report
from captionkit.record import record_from_json


def compare_quotes(transcript: Path, options: CaptionOptions, report: Report = silent_report) -> tuple[Finding, ...]:
    """How each quote of an article compares with a transcript file, or with a clip that is captioned for it.

    A record that was made with this very article has its own findings, for which the sound was asked.

    Args:
        transcript: a record, .vtt, .srt, .ttml, .txt or a media file.
        options: the article and, for a media file, how it is captioned.
        report: called with the progress.

    Raises:
        CaptionkitError: an input cannot be used, or there are no words in it.
    """
    if not is_transcript(transcript):
        captioned = caption_clip(transcript, options, report)
        if not captioned.transcript.words:
            raise NoSpeechError(transcript, "no speech was detected in it", "Give the clip that the article goes with.")
        return captioned.findings
    article = article_of(options)
    said, record = read_transcript(transcript)
    if record is not None and article is not None and _is_of(record, article):
        findings = record.findings
    else:
        findings = analyse(said, article).findings
    return with_policy(findings, options.policy, said.language) if options.policy else findings


def is_transcript(path: Path) -> bool:
    """Whether a file is a transcript or captions rather than media, by its name."""
    return format_of(path) is not None


def read_transcript(path: Path) -> tuple[Transcript, Record | None]:
    """The transcript in a record, .vtt, .srt, .ttml or .txt, and the record, where it is one.

    The language is English where a file does not say. A caption file has times for cues only: the words share a cue's
    time by their length.

    Raises:
        FormatError: the file cannot be read, or there is no word in it.
    """
    text, kind = read_text(path), format_of(path)
    if kind is not None and kind.holds == "record":
        record = record_from_json(text, path)
        found: tuple[Transcript, Record | None] = record.transcript, record
    else:
        file = read_file(text, path)
        words = tuple(word for cue in file.cues for word in words_of_cue(cue))
        found = Transcript(file.language or "en", words), None
    if not found[0].words:
        raise FormatError(path, "there are no words in it", "Check that it is the transcript of the clip.")
    return found


def _is_of(record: Record, article: Article) -> bool:
    """Whether a record was made with this very article; its findings were then weighed against the sound."""
    return record.article is not None and record.article.sha256 == article.sha256
