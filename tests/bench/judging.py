"""Printed words judged against a clip the way the pipeline does it, the clip heard once for all of them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from captionkit.cache import cache_key, read_entry, write_entry
from captionkit.match import MatchTranscript, SoundScorer, find_quotes, weighed
from captionkit.media import MediaLimits, decode_clip
from captionkit.model import Finding, Margin, Part, PartFinding, Quote, Transcript, Verdict
from captionkit.speech.alignment import true_times
from captionkit.speech.clip_model import ClipModel
from captionkit.speech.engine import Engine, load_engine
from captionkit.speech.evidence import SoundEvidence
from captionkit.speech.recognise import recognise
from captionkit.speech.recognition import RECOGNITION_VERSION, Recognition
from captionkit.speech.transcribe import transcribe
from captionkit.speech.weights.find import Weights, WeightsOptions, find_weights

ACCUSED = frozenset({"altered", "not_found"})
OUTCOMES = ("passed", "listen", "altered")
"""What verdicts come to: nothing to object (`verbatim`, `tidied`, `elided`), `uncertain`, `altered` or `not_found`."""


def outcome(verdict: Verdict) -> str:
    """Which of `OUTCOMES` a verdict is."""
    if verdict in ACCUSED:
        return "altered"
    return "listen" if verdict == "uncertain" else "passed"


def outcome_counts(verdicts: Sequence[Verdict]) -> Counter[str]:
    """How many of each of `OUTCOMES`."""
    return Counter(map(outcome, verdicts))


@dataclass(frozen=True)
class Recogniser:
    """The weights of a measurement; the engine is loaded when a clip is asked that was not heard before."""

    model: str

    @cached_property
    def weights(self) -> Weights:
        """Which weights they are."""
        return find_weights(self.model, WeightsOptions(offline=True))

    @cached_property
    def engine(self) -> Engine:
        """The loaded model, on all cores."""
        return load_engine(self.weights, "cpu", os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class HeardClip:
    """A clip with all that was heard in it; `keep_answers` keeps what was asked since, for the next measurement."""

    hearing: Recognition
    listener: ClipModel
    key: str

    def read(self, names: tuple[str, ...] = ()) -> Reading:
        """The transcript, names spelt as an article does that gives these."""
        transcript = transcribe(self.hearing, names, self.listener)
        return Reading(self, true_times(transcript, self.listener.samples, {}), names)

    def keep_answers(self) -> None:
        """Keep all answers of the sound beside the hearing."""
        write_entry("answers", self.key, self.listener.answers)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the sound: the words that were heard at a place, other wordings, and the answer."""

    heard: str
    wordings: tuple[str, ...]
    margins: tuple[Margin, ...]


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A printed text as a quote of one part: by its words alone, weighed, and all that the sound was asked."""

    by_words: PartFinding
    weighed: PartFinding
    asked: tuple[Asked, ...]


@dataclass(frozen=True)
class Reading:
    """A transcript of a clip, ready to hold printed words against it."""

    clip: HeardClip
    transcript: Transcript
    names: tuple[str, ...] = ()
    _asked: list[Asked] = field(default_factory=list, init=False, repr=False)

    @cached_property
    def heard(self) -> MatchTranscript:
        """The transcript as the match room takes it."""
        return MatchTranscript(self.transcript.words, self.transcript.language)

    def find(self, text: str) -> Finding:
        """A text as an article prints it between quotation marks, judged by its words alone."""
        quote = Quote("q1", "speech", (Part(text),))
        return find_quotes((quote,), self.heard, self.names)[0]

    def judge(self, text: str) -> JudgedText:
        """The same, weighed against the sound."""
        self._asked.clear()
        found = self.find(text)
        (told,) = weighed((found,), self.heard, SoundScorer(self._weigh, (self._near,)), self.names)
        return JudgedText(found.parts[0], told.parts[0], tuple(self._asked))

    def _weigh(self, place: tuple[int, int], wordings: Sequence[str]) -> list[Margin] | None:
        words = self.transcript.words
        margins = SoundEvidence(words, self.clip.hearing, self.clip.listener).margins(place, wordings)
        heard = " ".join(word.text for word in words[slice(*place)])
        self._asked.append(Asked(heard, tuple(wordings), tuple(margins or ())))
        return margins

    def _near(self, place: tuple[int, int], wordings: Sequence[str]) -> list[Margin] | None:
        return SoundEvidence(self.transcript.words, self.clip.hearing, self.clip.listener).margins_nearby(place, wordings)


def hear(media: Path, recogniser: Recogniser) -> HeardClip:
    """A clip heard, from an earlier hearing where there is one (`CAPTIONKIT_CACHE`)."""
    audio = decode_clip(media, None, MediaLimits())
    key = cache_key("judging", RECOGNITION_VERSION, audio.sha256, audio.stream, recogniser.weights.sha256)
    answers = read_entry("answers", key, dict[str, float]) or {}
    listener = ClipModel(audio.samples, lambda: recogniser.engine, answers, os.cpu_count() or 1)
    hearing = read_entry("hearing", key, Recognition)
    if hearing is None:
        hearing = recognise(listener, None, lambda done, whole: None)
        write_entry("hearing", key, hearing)
    return HeardClip(hearing, listener, key)


def finding_as_json(judged: JudgedText) -> dict[str, Any]:
    """Everything of a judged text that a study of thresholds wants, ready for one line of JSON."""
    part = judged.weighed
    return {
        "printed": part.part.text,
        "heard": part.heard,
        "verdict": part.verdict,
        "verdict_by_words": judged.by_words.verdict,
        "reason": part.reason,
        "edits": [
            {"kind": e.kind, "published": e.published, "heard": e.heard, "severity": e.severity, "reason": e.reason}
            for e in part.edits
        ],
        "evidence": [
            {
                **{"published": e.published, "heard": e.heard, "supports": e.supports, "doubt": e.doubt},
                **{"margin_nats": e.margin_nats, "expected_nats": e.expected_nats},
            }
            for e in part.evidence
        ],
        "asked": [
            {
                **{"heard": asked.heard, "wordings": asked.wordings},
                "margins": [(round(m.sound_nats, 2), round(m.expected_nats, 2)) for m in asked.margins],
            }
            for asked in judged.asked
        ],
    }


def probabilities(judged: JudgedText, reading: Reading) -> list[tuple[str, float]]:
    """The heard words of a part's spans, each with the recogniser's probability."""
    words = reading.transcript.words
    return [(w.text, w.probability) for w in words if any(s.overlap_ms(w.span) for s in judged.weighed.spans)]
