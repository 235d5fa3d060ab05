"""The way of one clip, from the file to its record: hear, analyse, present."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from captionkit.article import ArticleOptions, merge_credits, read_article
from captionkit.cache import cache_key, read_entry, remembered, write_entry
from captionkit.captions import (
    DEFAULT_STYLE,
    RULES,
    ClipTiming,
    Style,
    add_sounds,
    check_cues,
    credit_cue,
    lay_out,
    load_style,
    unbreakable_language,
)
from captionkit.errors import MediaError, NoSpeechError
from captionkit.match import Heard, Sound, doubtful_spans, find_quotes, name_speakers, weighed
from captionkit.match.policy.judge import with_policy
from captionkit.media import (
    Audio,
    MediaLimits,
    Shots,
    decode_clip,
    file_warnings,
    find_shots,
    level_warnings,
    measure_levels,
    shot_warnings,
)
from captionkit.model import (
    Article,
    Check,
    Clip,
    Credit,
    Cue,
    Finding,
    Levels,
    Margin,
    Policy,
    Record,
    Speaker,
    Transcript,
    Word,
)
from captionkit.model import Sound as AudioEvent
from captionkit.speech.alignment import Found, true_times
from captionkit.speech.audio_events import find_sounds, sound_warnings
from captionkit.speech.embedding import encoder_id, remembering, voiceprints
from captionkit.speech.engine import Engine, chosen_device, load_engine
from captionkit.speech.evidence import near_margins, wording_margins
from captionkit.speech.listener import Listener
from captionkit.speech.passages import HEARING_VERSION, Hearing
from captionkit.speech.recognise import recognise
from captionkit.speech.speakers import with_speakers
from captionkit.speech.transcribe import transcribe
from captionkit.speech.weights.find import Weights, WeightsOptions, find_weights
from captionkit.transcripts import is_transcript, read_words, recorded_findings

Result = TypeVar("Result")

Report = Callable[[str, float | None], None]
"""Called with the name of the stage (`listening`) and its progress between 0 and 1; None where that is unknown."""

MOST_THREADS = 8
DOUBTFUL_LANGUAGE = 0.5
"""Below this probability, a detected language gets a warning."""
MEDIA_VERSION = 2
"""Increased whenever shots or audio events are found in another way; older cache entries are then not used."""


def silent_report(stage: str, share: float | None) -> None:
    """A `Report` that shows nothing."""


@dataclass(frozen=True, slots=True)
class CaptionOptions:
    """How one clip is captioned.

    `article` is a path or an http(s) address, None for a clip without one. `credits` given here take precedence over
    the article's, role by role. `compute_type` is one of `model.COMPUTE_TYPES`. With `respell`, names are spelt as the
    article spells them. `speakers` is their number, None to find it out, 0 not to distinguish them. `policy` is what
    the quotes are checked against; it changes nothing else.
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
    """How weights are found and loaded, and what is done with them; a worker of many clips loads them once.

    `listen`, `recognise` and `find_speakers` are the speech room's own, unless a test puts others in their place.
    """

    find: Callable[[str, WeightsOptions], Weights] = find_weights
    load: Callable[[Weights, str, int, str], Engine] = load_engine
    threads: int = 0
    listen: Callable[..., Listener] = Listener
    recognise: Callable[..., Hearing] = recognise
    find_speakers: Callable[..., tuple[tuple[Word, ...], tuple[Speaker, ...]]] = with_speakers


@dataclass(slots=True)
class Stopwatch:
    """Seconds by stage, in the order in which the stages began."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def over(self, stage: str) -> Iterator[None]:
        """Add the time that the block takes to a stage."""
        started = time.perf_counter()
        yield
        self.seconds[f"{stage}_s"] = round(self.seconds.get(f"{stage}_s", 0.0) + time.perf_counter() - started, 3)

    def timed(self, stage: str, work: Callable[[], Result]) -> Result:
        """The result of `work`, its time added to a stage."""
        with self.over(stage):
            return work()


@dataclass(frozen=True, slots=True)
class Job:
    """One clip to caption: the file, how, with which models, and where progress and times are reported."""

    clip: Path
    options: CaptionOptions
    models: Models
    report: Report
    watch: Stopwatch


@dataclass(frozen=True, slots=True)
class Recording:
    """Everything that is known of a clip's sound and picture before the article's quotes are looked for.

    `audio_events` is None where they were not looked for. `sound` answers questions about other wordings.
    """

    audio: Audio
    levels: Levels
    shots: Shots
    audio_events: tuple[AudioEvent, ...] | None
    transcript: Transcript
    speakers: tuple[Speaker, ...]
    sound: Sound
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """The quotes compared with the transcript, the transcript with doubtful words marked, and the speakers named."""

    transcript: Transcript
    findings: tuple[Finding, ...] = ()
    speakers: tuple[Speaker, ...] = ()


@dataclass(frozen=True, slots=True)
class Captions:
    """The cues of a clip, the closing cue with the credits, and what the style check says."""

    cues: tuple[Cue, ...]
    closing: Cue | None
    checks: tuple[Check, ...]


def caption_clip(
    clip: str | Path,
    options: CaptionOptions = CaptionOptions(),
    report: Report = silent_report,
    models: Models = Models(),
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
    job = Job(Path(clip), options, replace(models, threads=models.threads or usable_cores()), report, Stopwatch())
    style = load_style(options.style)
    with job.watch.over("article"):
        article = _article(options)
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


@contextmanager
def hear(job: Job, names: tuple[str, ...]) -> Iterator[Recording]:
    """Decode a clip and recognise its words, their times and speakers, the shots and the audio events.

    Results of earlier runs on the same media are used. As long as the context is open, the sound can be asked.

    Args:
        job: the clip.
        names: how the article spells names; nothing else of it is used here.

    Raises:
        CaptionkitError: the clip, the weights or the language cannot be used.
    """
    options, models, watch = job.options, job.models, job.watch
    with watch.over("decode"):
        audio = decode_clip(job.clip, options.audio_stream, MediaLimits())
        levels = measure_levels(audio)
    with ThreadPoolExecutor(1) as beside:
        shots = beside.submit(watch.timed, "shots", partial(_shots, job.clip, audio))
        events = beside.submit(watch.timed, "sounds", partial(_audio_events, audio))
        with watch.over("weights"):
            weights = models.find(options.model, WeightsOptions(options.offline, options.device))
        key = _hearing_key(audio, weights, options)
        with remembered("answers", key, float) as answers:
            listener = models.listen(audio.samples, partial(_engine, weights, job), answers, models.threads)
            with watch.over("recognise"):
                hearing = _hearing(key, listener, job)
            transcript = _transcript(hearing, names, listener, key, job)
            with watch.over("speakers"):
                transcript, speakers = _with_speakers(transcript, listener, key, job)
            checks = (
                *file_warnings(audio),
                *level_warnings(levels),
                *shot_warnings(shots.result()),
                *sound_warnings(events.result()),
                *_transcript_warnings(transcript, weights),
                *_speaker_warnings(len(speakers), transcript, options.speakers),
            )
            sound = _sound(transcript, hearing, listener)
            yield Recording(audio, levels, shots.result(), events.result(), transcript, speakers, sound, checks)


def analyse(
    transcript: Transcript,
    article: Article | None,
    speakers: tuple[Speaker, ...] = (),
    sound: Sound | None = None,
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
    heard = Heard(transcript.words, transcript.language)
    with watch.over("match"):
        findings = _found(article, heard, speakers)
    if sound is not None:
        with watch.over("evidence"):
            findings = weighed(findings, heard, sound, article.names)
            transcript = _with_doubts(transcript, findings)
    with watch.over("speakers"):
        speakers = name_speakers(speakers, findings, heard, article.names)
    return Analysis(transcript, findings, speakers)


def present(
    analysis: Analysis,
    audio_events: tuple[AudioEvent, ...],
    credits: tuple[Credit, ...],
    style: Style,
    timing: ClipTiming,
) -> Captions:
    """Lay out the words as cues of a style, with audio events and the closing cue, and check them."""
    cues = lay_out(analysis.transcript.words, style, timing, analysis.speakers)
    closing = credit_cue(credits, cues, style, timing)
    cues = add_sounds(cues, audio_events, style, timing, closing)
    return Captions(cues, closing, check_cues(cues, style, timing))


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
    article = _article(options)
    words, language = read_words(transcript)
    findings = recorded_findings(transcript, article.sha256 if article else "")
    if findings is None:
        findings = analyse(Transcript(language, words), article).findings
    return with_policy(findings, options.policy, language) if options.policy else findings


def restyle(record: Record, style: str) -> Record:
    """A record with its words laid out anew in another style, and checked against it.

    Raises:
        UsageError: there is no such style.
    """
    clip = record.clip
    timing = ClipTiming(clip.duration_ms, clip.fps, clip.shots_ms)
    analysis = Analysis(record.transcript, record.findings, record.speakers)
    captions = present(analysis, record.sounds, record.credits, load_style(style), timing)
    others = tuple(check for check in record.checks if check.rule not in RULES)
    return replace(
        record, cues=captions.cues, credit_cue=captions.closing, checks=(*others, *captions.checks)
    )


def usable_cores() -> int:
    """The cores this process may use, at most `MOST_THREADS`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(MOST_THREADS, cores or 1)


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


def _article(options: CaptionOptions) -> Article | None:
    if options.article is None:
        return None
    return read_article(options.article, ArticleOptions(allow_private=options.allow_private, offline=options.offline))


def _engine(weights: Weights, job: Job) -> Engine:
    return job.models.load(weights, chosen_device(job.options.device), job.models.threads, job.options.compute_type)


def _hearing_key(audio: Audio, weights: Weights, options: CaptionOptions) -> str:
    settings = options.language or "", options.compute_type
    return cache_key(HEARING_VERSION, audio.sha256, audio.stream, weights.sha256, *settings)


def _hearing(key: str, listener: Listener, job: Job) -> Hearing:
    """The recognised words, from the cache where the same sound met the same weights and settings."""
    hearing = read_entry("hearing", key, Hearing)
    if hearing is None:
        job.report("listening", None)
        progress = lambda done, whole: job.report("listening", done / max(1, whole))  # noqa: E731
        hearing = job.models.recognise(listener, job.options.language, progress)
        write_entry("hearing", key, hearing)
    if hearing.passages:
        _require_breakable(hearing.language, job.clip)
    return hearing


def _transcript(hearing: Hearing, names: tuple[str, ...], listener: Listener, key: str, job: Job) -> Transcript:
    """The words with the article's spelling of names, and with true times.

    Words are aligned as they were heard, however they are spelt afterwards: so the aligner works while the model is
    asked about names.
    """
    with remembered("times", key, Found) as times, ThreadPoolExecutor(1) as beside:
        align = partial(true_times, transcribe(hearing, (), listener), listener.samples, times)
        aligned = beside.submit(job.watch.timed, "times", align)
        with job.watch.over("names"):
            transcript = transcribe(hearing, names, listener)
        aligned.result()
        with job.watch.over("times"):
            return true_times(transcript, listener.samples, times)


def _with_speakers(
    transcript: Transcript, listener: Listener, key: str, job: Job
) -> tuple[Transcript, tuple[Speaker, ...]]:
    """The transcript with the speaker of each word, and the speakers."""
    count = job.options.speakers
    if count == 0:
        return transcript, ()
    with remembered("voiceprints", cache_key(key, encoder_id()), bytes) as known:
        embed = remembering(known, partial(voiceprints, threads=job.models.threads))
        words, speakers = job.models.find_speakers(
            transcript.words, listener.samples, count, embed, transcript.voiced
        )
    return replace(transcript, words=words), speakers


def _shots(path: Path, audio: Audio) -> Shots:
    """The shots of a clip, from the cache where an earlier run searched the whole picture."""
    key = _media_key(audio)
    known = read_entry("shots", key, Shots)
    if known is not None and _in_order((0, *known.starts_ms, audio.duration_ms)):
        return known
    shots = find_shots(path, audio)
    if audio.has_video and shots.searched_ms is None:
        write_entry("shots", key, shots)
    return shots


def _audio_events(audio: Audio) -> tuple[AudioEvent, ...] | None:
    """The audio events of a clip, from the cache where an earlier run found them; None where they cannot be found."""
    key = _media_key(audio)
    known = read_entry("audio_events", key, list[AudioEvent])
    if known is not None and all(_in_order((0, e.start_ms, e.end_ms, audio.duration_ms)) for e in known):
        return tuple(known)
    events = find_sounds(audio.samples, audio.duration_ms)
    if events is not None:
        write_entry("audio_events", key, events)
    return events


def _media_key(audio: Audio) -> str:
    return cache_key(MEDIA_VERSION, audio.sha256, audio.stream)


def _in_order(times_ms: Sequence[int]) -> bool:
    return all(earlier <= later for earlier, later in pairwise(times_ms))


def _require_breakable(language: str, clip: Path) -> None:
    name = unbreakable_language(language)
    if name is not None:
        reason = f"it is in {name}, which has no spaces between words, so that captionkit cannot break its lines"
        raise MediaError(clip, reason, "If it is in another language, name that one with --language.")


def _found(article: Article, heard: Heard, speakers: tuple[Speaker, ...]) -> tuple[Finding, ...]:
    """The article's quotes, found by their words, and once more with the speakers that those places name."""
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
    """The transcript, its words marked doubtful where the sound supports what the article prints instead."""
    spans = doubtful_spans(findings)
    if not spans:
        return transcript
    words = tuple(
        replace(w, doubtful=True) if any(s.overlap_ms(w.span) for s in spans) else w for w in transcript.words
    )
    return replace(transcript, words=words)


def _speaker_warnings(found: int, transcript: Transcript, wanted: int | None) -> tuple[Check, ...]:
    if not wanted or not transcript.words or found == wanted:
        return ()
    return (Check("speakers", "warning", f"{wanted} speakers were asked for, and {found} can be distinguished"),)


def _transcript_warnings(transcript: Transcript, weights: Weights) -> tuple[Check, ...]:
    found = [Check("model", "warning", weights.note)] if weights.note else []
    if not transcript.words:
        found.append(Check("no_speech", "error", "no speech was detected"))
    for run in transcript.quarantined:
        found.append(Check("quarantined", "warning", f"“{run.text}” was set aside: {run.reason}", run.start_ms))
    if transcript.words and transcript.language == "en" and transcript.times and transcript.times.reason:
        message = f"the words have the recogniser's own times: {transcript.times.reason}"
        found.append(Check("word_times", "warning", message))
    if transcript.words and transcript.language_probability < DOUBTFUL_LANGUAGE:
        message = (
            f"the language was detected as {transcript.language!r} with a probability of only "
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
