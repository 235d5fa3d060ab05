"""Transcript + Article → Analysis: the quotes compared with the words, and the speakers named."""

from __future__ import annotations

from dataclasses import dataclass, replace

from captionkit.match import MatchTranscript, SoundScorer, doubtful_spans, find_quotes, name_speakers, weighed
from captionkit.model import Article, Finding, Speaker, Transcript
from captionkit.pipeline.job import Stopwatch


@dataclass(frozen=True, slots=True)
class Analysis:
    """The quotes compared with the transcript, the transcript with doubtful words marked, and the speakers named."""

    transcript: Transcript
    findings: tuple[Finding, ...] = ()
    speakers: tuple[Speaker, ...] = ()


def analyse(
    transcript: Transcript,
    article: Article | None,
    speakers: tuple[Speaker, ...] = (),
    sound: SoundScorer | None = None,
    watch: Stopwatch | None = None,
) -> Analysis:
    """Compare an article's quotes with a transcript, and name the speakers that the quotes identify.

    Args:
        transcript: the words.
        article: the quotes and names; None where there is no article.
        speakers: those of the words, named or not.
        sound: asked where the words differ; None where there is only text.
        watch: the times of the stages are added to it.
    """
    if article is None:
        return Analysis(transcript, (), speakers)
    watch = watch or Stopwatch()
    heard = MatchTranscript(transcript.words, transcript.language)
    with watch.over("match"):
        findings = _found(article, heard, speakers)
    if sound is not None:
        with watch.over("evidence"):
            findings = weighed(findings, heard, sound, article.names)
            transcript = _with_doubts(transcript, findings)
    with watch.over("speakers"):
        speakers = name_speakers(speakers, findings, heard, article.names)
    return Analysis(transcript, findings, speakers)


def _found(article: Article, heard: MatchTranscript, speakers: tuple[Speaker, ...]) -> tuple[Finding, ...]:
    """The article's quotes, found by their words, and once more with the speakers that those places name."""
    findings = find_quotes(article.quotes, heard, article.names)
    named = name_speakers(speakers, findings, heard, article.names)
    if not any(speaker.name for speaker in named):
        return findings
    return find_quotes(article.quotes, replace(heard, speakers=named), article.names)


def _with_doubts(transcript: Transcript, findings: tuple[Finding, ...]) -> Transcript:
    """The transcript, its words marked doubtful where the sound supports what the article prints instead."""
    spans = doubtful_spans(findings)
    if not spans:
        return transcript
    words = tuple(
        replace(w, doubtful=True) if any(s.overlap_ms(w.span) for s in spans) else w for w in transcript.words
    )
    return replace(transcript, words=words)
