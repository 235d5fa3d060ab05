"""Words that agree but may have been heard wrongly: confusable words, names, and short forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from captionkit.match.sound.confusables import alternatives
from captionkit.match.sound.context import (
    LEAST_ALIKE,
    MARKS,
    SoundContext,
    other_reading,
    said_in,
    sound_likeness,
    word_forms,
)
from captionkit.match.sound.thresholds import score
from captionkit.model import Evidence, PartFinding, Span, Verdict, Word

SURE_PROBABILITY = 0.95
"""All other words together have what is left to 1, each of them so at least 2.9 nats less: there is no need to ask."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Another reading of words that agree, and the verdict it asks for."""

    verdict: Verdict
    reason: str
    evidence: Evidence


def short_form_doubts(part: PartFinding, scale: SoundContext) -> Iterator[Doubt]:
    """Full forms, printed and heard, for which the sound has the short one as well: recognisers write them out."""
    if part.verdict != "verbatim":
        return
    words = scale.heard.words
    for k in said_in(part, scale):
        short = scale.heard.language.written_out.get(" ".join(word_forms(words[k : k + 2], scale.heard.code)))
        margins = scale.sound.weigh((k, k + 2), [short]) if short else None
        if short and margins and score(margins[0]) < scale.limits.written_out:
            full = " ".join(w.text for w in words[k : k + 2])
            found = other_reading(full, short, margins[0], Span(words[k].start_ms, words[k + 1].end_ms))
            yield Doubt("tidied", f"“{full}” could be “{short}”, which recognisers write out", found)


def confusable_doubts(part: PartFinding, scale: SoundContext) -> Iterator[Doubt]:
    """Numbers, negations and names, heard as they are printed, for which the sound has another reading as good."""
    if part.verdict not in {"verbatim", "tidied", "elided"}:
        return
    changed = [(e.start_ms, e.end_ms) for e in part.edits if e.heard and e.start_ms is not None]
    for k in said_in(part, scale):
        word = scale.heard.words[k]
        others = _other_readings(word, scale) if word.probability < SURE_PROBABILITY else ()
        if not others or any(s is not None and e is not None and s <= word.start_ms < e for s, e in changed):
            continue
        margins = scale.sound.weigh((k, k + 1), others)
        nearest = min(zip(others, margins or ()), key=lambda m: score(m[1]), default=None)
        if nearest is None or score(nearest[1]) >= scale.limits.doubt:
            continue
        found = other_reading(word.text, nearest[0], nearest[1], word.span)
        yield Doubt("uncertain", f"“{word.text}” could be “{nearest[0]}”: listen", found)


def _other_readings(word: Word, scale: SoundContext) -> tuple[str, ...]:
    """What a word may be taken for that changes a meaning: another number, its negation, another name like it."""
    name = word.text.strip(MARKS)
    if name not in scale.names:
        return alternatives(word.text, scale.heard.code)
    alike = [other for other in sorted(scale.names - {name}) if sound_likeness(name, other) >= LEAST_ALIKE]
    return tuple(word.text.replace(name, other) for other in alike)
