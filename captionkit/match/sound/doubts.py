"""Words that agree but may have been recognised wrongly: confusable words, names, and short forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from captionkit.match.sound.confusables import alternatives
from captionkit.match.sound.context import LEAST_LIKENESS, MARKS, SoundContext, other_reading, sound_likeness
from captionkit.match.sound.thresholds import score
from captionkit.model import Evidence, PartFinding, Span, Verdict, Word

SURE_PROBABILITY = 0.95
"""All other words together share the remaining probability, so each is at least 2.9 nats less likely."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Another reading of words that agree, and the verdict that follows."""

    verdict: Verdict
    reason: str
    evidence: Evidence


def doubts(part: PartFinding, context: SoundContext) -> Iterator[Doubt]:
    """All doubts about the words of a part that agree."""
    if part.verdict == "verbatim":
        yield from _short_form_doubts(part, context)
    if part.verdict in {"verbatim", "tidied", "elided"}:
        yield from _confusable_doubts(part, context)


def _short_form_doubts(part: PartFinding, context: SoundContext) -> Iterator[Doubt]:
    """Full forms, printed and heard, that may have been said as short forms: recognisers write them out."""
    for at in context.said_words(part):
        short = context.transcript.language.written_out.get(" ".join(context.forms(at, at + 2)))
        margins = context.scorer.weigh((at, at + 2), [short]) if short else None
        if short and margins and score(margins[0]) < context.limits.written_out:
            first, last = context.words[at : at + 2]
            full = f"{first.text} {last.text}"
            evidence = other_reading(full, short, margins[0], Span(first.start_ms, last.end_ms))
            yield Doubt("tidied", f"“{full}” could be “{short}”, which recognisers write out", evidence)


def _confusable_doubts(part: PartFinding, context: SoundContext) -> Iterator[Doubt]:
    """Numbers, negations and names, heard as printed, that the sound supports no better than another reading."""
    changed = [(e.start_ms, e.end_ms) for e in part.edits if e.heard and e.start_ms is not None]
    for at in context.said_words(part):
        word = context.words[at]
        others = _other_readings(word, context) if word.probability < SURE_PROBABILITY else ()
        if not others or any(s is not None and e is not None and s <= word.start_ms < e for s, e in changed):
            continue
        margins = context.scorer.weigh((at, at + 1), others)
        nearest = min(zip(others, margins or ()), key=lambda pair: score(pair[1]), default=None)
        if nearest is not None and score(nearest[1]) < context.limits.doubt:
            evidence = other_reading(word.text, nearest[0], nearest[1], word.span)
            yield Doubt("uncertain", f"“{word.text}” could be “{nearest[0]}”: listen", evidence)


def _other_readings(word: Word, context: SoundContext) -> tuple[str, ...]:
    """Readings of a word that change the meaning: another number, its negation, another name that sounds alike."""
    name = word.text.strip(MARKS)
    if name not in context.names:
        return alternatives(word.text, context.transcript.code)
    others = sorted(context.names - {name})
    return tuple(word.text.replace(name, other) for other in others if sound_likeness(name, other) >= LEAST_LIKENESS)
