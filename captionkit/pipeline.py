"""The way of one clip, from the file to its record."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from captionkit.article import ArticleOptions, merge_credits, read_article
from captionkit.captions import (
    DEFAULT_STYLE,
    ClipTiming,
    add_sounds,
    check_cues,
    credit_cue,
    lay_out,
    load_style,
    unbreakable_language,
)
from captionkit.errors import MediaError, UsageError
from captionkit.kept_tape import kept_shots, kept_sounds
from captionkit.match import Heard, Sound, doubtful_spans, find_quotes, name_speakers, weighed
from captionkit.match.policy.judge import with_policy
from captionkit.media import (
    MediaLimits,
    decode_clip,
    file_warnings,
    find_shots,
    level_warnings,
    measure_levels,
    shot_warnings,
)
from captionkit.model import Article, Check, Clip, Credit, Finding, Margin, Policy, Record, Speaker, Transcript
from captionkit.progress import Report, silent_report
from captionkit.speech.alignment import true_times
from captionkit.speech.audio_events import find_sounds, sound_warnings
from captionkit.speech.embedding import voiceprints
from captionkit.speech.engine import Engine, chosen_device, load_engine
from captionkit.speech.evidence import near_margins, wording_margins
from captionkit.speech.hearing_cache import keep, keep_answers, kept_path, read_answers, read_kept
from captionkit.speech.listener import Listener
from captionkit.speech.passages import Hearing
from captionkit.speech.recognise import recognise
from captionkit.speech.speaker_cache import kept_voiceprints
from captionkit.speech.speakers import with_speakers
from captionkit.speech.transcribe import transcribe
from captionkit.speech.weights.find import Weights, WeightsOptions, find_weights

Result = TypeVar("Result")

MOST_THREADS = 8
DOUBTFUL_LANGUAGE = 0.5
"""A detected language less probable than this is worth a look."""


MOST_SPEAKERS = 100


def speaker_count(text: str) -> int | None:
    """What `N`, `auto` (None) or `off` (0) means for `CaptionOptions.speakers`.

    Raises:
        UsageError: it is another text.
    """
    if text == "auto":
        return None
    if text == "off":
        return 0
    if text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= MOST_SPEAKERS:
        return int(text)
    raise UsageError(f"{text!r} is no number from 1 to {MOST_SPEAKERS}, nor `auto` or `off`.")


@dataclass(frozen=True, slots=True)
class CaptionOptions:
    """How one clip is captioned.

    `article` is a path or an http(s) address, None for a clip without one. `credits` given here win over the
    article's, role by role. `compute_type` is one of `model.COMPUTE_TYPES`. `respell` lets names be spelt as the
    article spells them. `speakers` is how many there are, None to find out, 0 not to tell them apart. `policy` (of
    `policy.load.load_policy`) is what the quotes are held against; it touches nothing else.
    """

    article: str | None = None
    model: str = "auto"
    device: str = "auto"
    compute_type: str = "auto"
    language: str | None = None
    audio_stream: int | None = None
    style: str = DEFAULT_STYLE
    credits: tuple[Credit, ...] = ()
    respell: bool = True
    speakers: int | None = None
    offline: bool = False
    allow_private: bool = False
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Models:
    """How a clip comes by its weights and its engine; a worker that does many clips gives functions that load once."""

    find: Callable[[str, WeightsOptions], Weights]
    load: Callable[[Weights, str, int, str], Engine]
    threads: int


@dataclass(slots=True)
class _Stopwatch:
    """Seconds by stage, in the order they were taken."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def over(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[f"{stage}_s"] = round(
            self.seconds.get(f"{stage}_s", 0.0) + time.perf_counter() - started, 3
        )

    def timed(self, stage: str, work: Callable[[], Result]) -> Result:
        """What `work` gives, its seconds taken."""
        with self.over(stage):
            return work()


def caption_clip(
    clip: str | Path,
    options: CaptionOptions = CaptionOptions(),
    report: Report = silent_report,
    models: Models | None = None,
) -> Record:
    """Caption one clip: the whole way of docs/design.md, one line a stage.

    Args:
        clip: the media file.
        options: article, model, style and the rest.
        report: told how far it is.
        models: how weights are found and loaded; None to do it for this clip alone, with all cores.

    Returns:
        The record; without words where nobody speaks. Nothing is written.

    Raises:
        CaptionkitError: an input cannot be used; the message says which, why, and what to do.
    """
    path, watch = Path(clip), _Stopwatch()
    models = models or Models(find_weights, load_engine, _threads())
    style = load_style(options.style)
    with watch.over("article"):
        article = _article(options)
    with watch.over("decode"):
        audio = decode_clip(path, options.audio_stream, MediaLimits())
        levels = measure_levels(audio)
    with ThreadPoolExecutor(1) as beside:
        looked = beside.submit(watch.timed, "shots", lambda: kept_shots(audio, partial(find_shots, path, audio)))
        find = partial(find_sounds, audio.samples, audio.duration_ms)
        sounded = beside.submit(watch.timed, "sounds", lambda: kept_sounds(audio, find))
        with watch.over("weights"):
            weights = models.find(options.model, WeightsOptions(options.offline, options.device))
        place = kept_path(audio.sha256, audio.stream, weights.sha256, options.language, options.compute_type)
        answers = read_answers(place)
        engine = partial(_engine, models, weights, options)
        listener = Listener(audio.samples, engine, dict(answers), models.threads)
        with watch.over("recognise"):
            hearing = _hearing(place, listener, options.language, report)
            if hearing.passages:
                _require_breakable(hearing.language, path)
    shots, sounds = looked.result(), sounded.result()
    with ThreadPoolExecutor(1) as beside:
        # what was heard is aligned, however it is spelt: so the times found here are kept for what is spelt meanwhile
        as_heard = transcribe(hearing, (), listener)
        beside.submit(watch.timed, "times", partial(true_times, as_heard, audio.samples, place))
        with watch.over("names"):
            transcript = transcribe(hearing, article.names if article and options.respell else (), listener)
    with watch.over("times"):
        transcript = true_times(transcript, audio.samples, place)
    with watch.over("speakers"):
        transcript, speakers, untold = _with_speakers(transcript, listener, place, options.speakers)
    with watch.over("match"):
        heard = Heard(transcript.words, transcript.language)
        findings = _found(article, heard, speakers) if article else ()
    with watch.over("evidence"):
        sound = _sound(transcript, hearing, listener)
        findings = weighed(findings, heard, sound, article.names if article else ())
        transcript = _with_doubts(transcript, findings)
    if options.policy:
        findings = with_policy(findings, options.policy, transcript.language)
    with watch.over("speakers"):
        speakers = name_speakers(speakers, findings, heard, article.names if article else ())
    if listener.answers != answers:
        keep_answers(place, listener.answers)
    credits = merge_credits(article.credits if article else (), options.credits)
    with watch.over("captions"):
        timing = ClipTiming(audio.duration_ms, audio.fps, shots.starts_ms)
        cues = lay_out(transcript.words, style, timing, speakers)
        closing = credit_cue(credits, cues, style, timing)
        cues = add_sounds(cues, sounds or (), style, timing, closing)
    return Record(
        Clip(path.name, audio.sha256, audio.duration_ms, audio.fps, levels, audio.truncated, shots.starts_ms),
        transcript,
        speakers=speakers,
        sounds=sounds or (),
        cues=cues,
        credit_cue=closing,
        article=article,
        credits=credits,
        findings=findings,
        checks=(
            *file_warnings(audio),
            *level_warnings(levels),
            *shot_warnings(shots),
            *sound_warnings(sounds),
            *_transcript_warnings(transcript, weights),
            *untold,
            *_article_warnings(article, credits),
            *check_cues(cues, style, timing),
        ),
        timings=tuple(watch.seconds.items()),
        policy=options.policy,
    )


def _article(options: CaptionOptions) -> Article | None:
    if options.article is None:
        return None
    return read_article(
        options.article, ArticleOptions(allow_private=options.allow_private, offline=options.offline)
    )


def _engine(models: Models, weights: Weights, options: CaptionOptions) -> Engine:
    return models.load(weights, chosen_device(options.device), models.threads, options.compute_type)


def _threads() -> int:
    """The cores this process may use, at most `MOST_THREADS`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(MOST_THREADS, cores or 1)


def _hearing(place: Path, listener: Listener, language: str | None, report: Report) -> Hearing:
    """What was heard, from an earlier run where the same sound met the same weights and settings."""
    kept = read_kept(place)
    if kept is not None:
        return kept
    report("listening", None)
    hearing = recognise(listener, language, lambda done, whole: report("listening", done / max(1, whole)))
    keep(place, hearing)
    return hearing


def _require_breakable(language: str, clip: Path) -> None:
    name = unbreakable_language(language)
    if name is not None:
        reason = f"it is in {name}, whose words captionkit cannot tell apart, so that it would break them at line ends"
        raise MediaError(clip, reason, "If that is not its language, name it with --language.")


def _with_speakers(
    transcript: Transcript, listener: Listener, place: Path, count: int | None
) -> tuple[Transcript, tuple[Speaker, ...], tuple[Check, ...]]:
    """The transcript with the voice of each word, the voices, and what to say where they are not as wished."""
    if count == 0:
        return transcript, (), ()
    embed = kept_voiceprints(place, partial(voiceprints, threads=listener.threads))
    words, speakers = with_speakers(transcript.words, listener.samples, count, embed, transcript.voiced)
    spoken = replace(transcript, words=words)
    if count is None or not words or len(speakers) == count:
        return spoken, speakers, ()
    message = f"{count} speakers were asked for, and {len(speakers)} can be told apart"
    return spoken, speakers, (Check("speakers", "warning", message),)


def _found(article: Article, heard: Heard, speakers: tuple[Speaker, ...]) -> tuple[Finding, ...]:
    """The article's quotes, found by their words, and once more with the voices that those places name."""
    findings = find_quotes(article.quotes, heard, article.names)
    named = name_speakers(speakers, findings, heard, article.names)
    if not any(speaker.name for speaker in named):
        return findings
    return find_quotes(article.quotes, replace(heard, speakers=named), article.names)


def _sound(transcript: Transcript, hearing: Hearing, listener: Listener) -> Sound:
    """The sound as the match room asks about it."""

    def weigh(place: tuple[int, int], wordings: Sequence[str]) -> list[Margin] | None:
        return wording_margins(transcript.words, place, wordings, (hearing, listener))

    def near(place: tuple[int, int], wordings: Sequence[str]) -> list[Margin] | None:
        return near_margins(transcript.words, place, wordings, (hearing, listener))

    return Sound(weigh, (near,))


def _with_doubts(transcript: Transcript, findings: tuple[Finding, ...]) -> Transcript:
    """The transcript, its words marked doubtful where the sound bears out what the article prints instead."""
    spans = doubtful_spans(findings)
    if not spans:
        return transcript
    words = tuple(
        replace(w, doubtful=True) if any(s.overlap_ms(w.span) for s in spans) else w for w in transcript.words
    )
    return replace(transcript, words=words)


def _transcript_warnings(transcript: Transcript, weights: Weights) -> tuple[Check, ...]:
    found = [Check("model", "warning", weights.note)] if weights.note else []
    if not transcript.words:
        found.append(
            Check("no_speech", "error", "nobody speaks in this clip, as far as the recogniser hears")
        )
    for run in transcript.quarantined:
        message = f"“{run.text}” was set aside: {run.reason}"
        found.append(Check("quarantined", "warning", message, run.start_ms))
    if transcript.words and transcript.language == "en" and transcript.times and transcript.times.reason:
        message = f"the words have the recogniser's own times: {transcript.times.reason}"
        found.append(Check("word_times", "warning", message))
    if transcript.words and transcript.language_probability < DOUBTFUL_LANGUAGE:
        message = (
            f"the language was taken to be {transcript.language!r} with a probability of only "
            f"{transcript.language_probability:.2f}; name it with --language"
        )
        found.append(Check("language", "warning", message))
    return tuple(found)


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
