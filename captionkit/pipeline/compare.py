"""Transcript file + article → findings: the quote check of a transcript, ours or a vendor's."""

from __future__ import annotations

from pathlib import Path

from captionkit.captions.spoken import words_of_cue
from captionkit.errors import FormatError, NoSpeechError
from captionkit.files import read_text
from captionkit.formats import format_of, read_file
from captionkit.match.policy.judge import with_policy
from captionkit.model import (
    Finding,
    Transcript,
    Word,
)
from captionkit.pipeline.analysis import analyse
from captionkit.pipeline.caption import article_of, caption_clip
from captionkit.pipeline.options import CaptionOptions, Report, silent_report
from captionkit.record import record_from_json


def compare_quotes(transcript: Path, options: CaptionOptions, report: Report = silent_report) -> tuple[Finding, ...]:
    """What is found of each quote of an article in a transcript file, or in a clip that is captioned for it.

    A record that was made with the very article has its own findings, for which the sound was asked.

    Args:
        transcript: a record, .vtt, .srt, .ttml, .txt or a media file.
        options: the article and, for a media file, how it is captioned.
        report: called with the progress.

    Raises:
        CaptionkitError: an input cannot be used, or there are no words in it.
    """
    if not is_transcript(transcript):
        record = caption_clip(transcript, options, report)
        if not record.transcript.words:
            raise NoSpeechError(transcript, "no speech was detected in it", "Give the clip that the article goes with.")
        return record.findings
    article = article_of(options)
    words, language = read_words(transcript)
    findings = recorded_findings(transcript, article.sha256 if article else "")
    if findings is None:
        findings = analyse(Transcript(language, words), article).findings
    return with_policy(findings, options.policy, language) if options.policy else findings


def is_transcript(path: Path) -> bool:
    """Whether a file is read as text rather than heard, by its name."""
    return format_of(path) is not None


def recorded_findings(path: Path, article_sha256: str) -> tuple[Finding, ...] | None:
    """The findings a record already holds for the very article, weighed against the sound when it was made.

    None where `path` is not a record, one of another article, or one without words.
    """
    if not _is_record(path):
        return None
    record = record_from_json(read_text(path), path)
    same = record.article is not None and record.article.sha256 == article_sha256
    return record.findings if same and record.transcript.words else None


def read_words(path: Path) -> tuple[tuple[Word, ...], str]:
    """The words of a record, .vtt, .srt, .ttml or .txt, and their language (English where the file does not say).

    A caption file has times for cues only: the words share a cue's time by their length.

    Raises:
        FormatError: the file cannot be read, or there is no word in it.
    """
    words, language = _words(read_text(path), path)
    if not words:
        raise FormatError(path, "there are no words in it", "Check that it is the transcript of the clip.")
    return words, language


def _words(text: str, path: Path) -> tuple[tuple[Word, ...], str]:
    if _is_record(path):
        transcript = record_from_json(text, path).transcript
        return transcript.words, transcript.language
    file = read_file(text, path)
    return tuple(w for cue in file.cues for w in words_of_cue(cue)), file.language or "en"


def _is_record(path: Path) -> bool:
    kind = format_of(path)
    return kind is not None and kind.holds == "record"
