"""A clip and its article → the record: hear, analyse, present."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from captionkit.article import ArticleOptions, merge_credits, read_article
from captionkit.captions import ClipTiming, load_style
from captionkit.match.policy.judge import with_policy
from captionkit.model import Article, Check, Clip, Credit, Record
from captionkit.pipeline.analysis import analyse
from captionkit.pipeline.job import Job, Models, Stopwatch, usable_cores
from captionkit.pipeline.options import CaptionOptions, Report, silent_report
from captionkit.pipeline.presentation import present
from captionkit.pipeline.recording import Recording, hear


def caption_clip(
    clip: str | Path,
    options: CaptionOptions | None = None,
    report: Report = silent_report,
    models: Models | None = None,
) -> Record:
    """Caption one clip.

    Args:
        clip: the media file.
        options: article, model, style and the rest.
        report: called with the progress.
        models: how weights are found and loaded.

    Returns:
        The record; without words where there is no speech. Nothing is written but cache entries.

    Raises:
        CaptionkitError: an input cannot be used; the message says which, why, and what to do.
    """
    options, models = options or CaptionOptions(), models or Models()
    job = Job(Path(clip), options, replace(models, threads=models.threads or usable_cores()), report, Stopwatch())
    style = load_style(options.style)
    with job.watch.over("article"):
        article = article_of(options)
    with hear(job, article.names if article and options.respell else ()) as recording:
        analysis = analyse(recording.transcript, article, recording.speakers, recording.sound, job.watch)
    findings = analysis.findings
    if options.policy:
        findings = with_policy(findings, options.policy, analysis.transcript.language)
    credits = merge_credits(article.credits if article else (), options.credits)
    with job.watch.over("captions"):
        timing = ClipTiming(recording.audio.duration_ms, recording.audio.fps, recording.shots.starts_ms)
        captions = present(analysis, recording.audio_events or (), credits, style, timing)
    return Record(
        _clip(job.clip, recording),
        analysis.transcript,
        analysis.speakers,
        recording.audio_events or (),
        captions.cues,
        captions.closing,
        article,
        credits,
        findings,
        checks=(*recording.checks, *_article_warnings(article, credits), *captions.checks),
        timings=tuple(job.watch.seconds.items()),
        policy=options.policy,
    )


def _clip(path: Path, recording: Recording) -> Clip:
    audio = recording.audio
    return Clip(
        path.name,
        audio.sha256,
        audio.duration_ms,
        audio.fps,
        recording.levels,
        audio.truncated,
        recording.shots.starts_ms,
    )


def article_of(options: CaptionOptions) -> Article | None:
    """The article that the options name, None where they name none."""
    if options.article is None:
        return None
    return read_article(options.article, ArticleOptions(allow_private=options.allow_private, offline=options.offline))


def _article_warnings(article: Article | None, credits: tuple[Credit, ...]) -> tuple[Check, ...]:
    if article is None:
        return ()
    found = []
    if not credits:
        message = "the article does not say who made the clip; name them with --credit producer=NAME"
        found.append(Check("credits", "warning", message))
    if not article.quotes:
        found.append(Check("quotes", "warning", "no quotation was found in the article"))
    return tuple(found)
