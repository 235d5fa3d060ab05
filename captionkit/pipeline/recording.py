"""Media → Recording: what is known of a clip's sound and picture before the article's quotes are looked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from captionkit.cache import cache_key, read_entry, remembered, write_entry
from captionkit.captions import unbreakable_language
from captionkit.errors import MediaError
from captionkit.match import SoundScorer
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
from captionkit.model import AudioEvent, Check, Levels, Speaker, Transcript
from captionkit.pipeline.job import Job
from captionkit.pipeline.options import CaptionOptions
from captionkit.speech.alignment import Found, true_times
from captionkit.speech.audio_events import audio_event_warnings, find_audio_events
from captionkit.speech.clip_model import ClipModel
from captionkit.speech.device import chosen_device
from captionkit.speech.embedding import encoder_id, remembering, voiceprints
from captionkit.speech.engine import Engine
from captionkit.speech.evidence import SoundEvidence
from captionkit.speech.recognition import RECOGNITION_VERSION, Recognition
from captionkit.speech.transcribe import transcribe
from captionkit.speech.weights.find import Weights, WeightsOptions

DOUBTFUL_LANGUAGE = 0.5
"""Below this probability, a detected language gets a warning."""
MEDIA_VERSION = 2
"""Increased whenever shots or audio events are found in another way; older cache entries are then not used."""


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
    sound: SoundScorer
    checks: tuple[Check, ...]


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
        key = _recognition_key(audio, weights, options)
        with remembered("answers", key, float) as answers:
            clip_model = models.open_model(audio.samples, partial(_engine, weights, job), answers, models.threads)
            with watch.over("recognise"):
                recognition = _recognition(key, clip_model, job)
            transcript = _transcript(recognition, names, clip_model, key, job)
            with watch.over("speakers"):
                transcript, speakers = _with_speakers(transcript, clip_model, key, job)
            checks = (
                *file_warnings(audio),
                *level_warnings(levels),
                *shot_warnings(shots.result()),
                *audio_event_warnings(events.result()),
                *_transcript_warnings(transcript, weights),
                *_speaker_warnings(len(speakers), transcript, options.speakers),
            )
            sound = _sound(transcript, recognition, clip_model)
            yield Recording(audio, levels, shots.result(), events.result(), transcript, speakers, sound, checks)


def _engine(weights: Weights, job: Job) -> Engine:
    return job.models.load(weights, chosen_device(job.options.device), job.models.threads, job.options.compute_type)


def _recognition_key(audio: Audio, weights: Weights, options: CaptionOptions) -> str:
    settings = options.language or "", options.compute_type
    return cache_key(RECOGNITION_VERSION, audio.sha256, audio.stream, weights.sha256, *settings)


def _recognition(key: str, clip_model: ClipModel, job: Job) -> Recognition:
    """The recognised words, from the cache where the same sound met the same weights and settings."""
    recognition = read_entry("recognition", key, Recognition)
    if recognition is None:
        job.report("listening", None)
        recognition = job.models.recognise(clip_model, job.options.language, partial(_report_share, job))
        write_entry("recognition", key, recognition)
    if recognition.passages:
        _require_breakable(recognition.language, job.clip)
    return recognition


def _report_share(job: Job, done_ms: int, whole_ms: int) -> None:
    job.report("listening", done_ms / max(1, whole_ms))


def _transcript(
    recognition: Recognition, names: tuple[str, ...], clip_model: ClipModel, key: str, job: Job
) -> Transcript:
    """The words with the article's spelling of names, and with true times.

    Words are aligned as they were heard, however they are spelt afterwards: so the aligner works while the model is
    asked about names.
    """
    with remembered("times", key, Found) as times, ThreadPoolExecutor(1) as beside:
        align = partial(true_times, transcribe(recognition, (), clip_model), clip_model.samples, times)
        aligned = beside.submit(job.watch.timed, "times", align)
        with job.watch.over("names"):
            transcript = transcribe(recognition, names, clip_model)
        aligned.result()
        with job.watch.over("times"):
            return true_times(transcript, clip_model.samples, times)


def _with_speakers(
    transcript: Transcript, clip_model: ClipModel, key: str, job: Job
) -> tuple[Transcript, tuple[Speaker, ...]]:
    """The transcript with the speaker of each word, and the speakers."""
    count = job.options.speakers
    if count == 0:
        return transcript, ()
    with remembered("voiceprints", cache_key(key, encoder_id()), bytes) as known:
        embed = remembering(known, partial(voiceprints, threads=job.models.threads))
        words, speakers = job.models.find_speakers(
            transcript.words, clip_model.samples, count, embed, transcript.voiced
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
    events = find_audio_events(audio.samples, audio.duration_ms)
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


def _sound(transcript: Transcript, recognition: Recognition, clip_model: ClipModel) -> SoundScorer:
    """The sound as the match room asks about it."""
    evidence = SoundEvidence(transcript.words, recognition, clip_model)
    return SoundScorer(evidence.margins, (evidence.margins_nearby,))


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
