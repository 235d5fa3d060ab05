"""Fillers and restarts that a recogniser may have written as words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from captionkit.match.sound.confusables import sounds_like_restart
from captionkit.match.sound.context import MARKS, SoundContext, other_reading
from captionkit.match.sound.thresholds import score
from captionkit.model import Edit, Evidence, PartFinding, Span

LONGEST_FILLER_WORDS = 3
"""A filler with the words around it that are said twice."""
LEAST_PAUSE_MS = 200
_PAUSE_MARKS = (",", ".", ";", ":", "?", "!", "…", "-", "–", "—")


@dataclass(frozen=True, slots=True)
class FillerReading:
    """A filler or restart that a recognised word may have been: the text of its slot with it, and the edit it makes."""

    text: str
    word: str
    filler: str
    span: Span
    edit: Edit


def filler_readings(edit: Edit, place: tuple[int, int], context: SoundContext) -> Iterator[FillerReading]:
    """The fillers and restarts that the heard words of an edit may have been: between repeated words, alone between
    pauses, or where the article prints a filler."""
    first, last = place
    for at in range(first, last if last - first <= LONGEST_FILLER_WORDS else first):
        others = context.forms(first, at) + context.forms(at + 1, last)
        if edit.published:
            is_possible = _is_filler_printed(edit, others, context) or _is_restart_printed(edit, place, context)
        else:
            is_possible = _is_said_twice(others, place, context) or (not others and _is_between_pauses(at, context))
        following = others[:1] or context.forms(last, last + 1)
        for filler in _fillers_for(at, "".join(following), context) if is_possible else ():
            texts = [*context.texts[first:at], context.written_at(at, filler), *context.texts[at + 1 : last]]
            word = context.texts[at].strip(MARKS)
            what = "filler" if edit.published else "filler and repeat dropped" if others else "filler dropped"
            reason = f"{what}: “{word}” stands for “{filler}”"
            changed = replace(edit, severity="tidied", reason=reason)
            yield FillerReading(" ".join(texts), word, filler, context.words[at].span, changed)


def hidden_start(part: PartFinding, context: SoundContext) -> tuple[Edit, Evidence] | None:
    """A restart right before a part that was recognised as a word (`We wear | we will`)."""
    first = context.said_range(part).start
    begun = context.forms(first - 2, first - 1)
    if not begun or begun != context.forms(first, first + 1):
        return None
    restarts = _fillers_for(first - 1, begun[0], context)
    wordings = [context.written_at(first - 1, restart) for restart in restarts]
    margins = context.scorer.weigh((first - 1, first), wordings) if wordings else None
    restart, margin = min(zip(restarts, margins or ()), key=lambda one: one[1].sound_nats, default=("", None))
    if margin is None or score(margin) > context.limits.filler[1]:
        return None
    before, word = context.words[first - 2 : first]
    evidence = other_reading(word.text.strip(MARKS), restart, margin, word.span)
    reason = f"false start dropped: “{evidence.published}” stands for “{restart}”"
    heard = f"{before.text} {word.text}"
    return Edit("delete", "", heard, "tidied", reason, before.start_ms, word.end_ms), evidence


def _fillers_for(at: int, following: str, context: SoundContext) -> tuple[str, ...]:
    """What a word may have been: `um`, `uh`, or the short form of the word that is said again after it."""
    transcript = context.transcript
    restart = sounds_like_restart(context.texts[at], following, transcript.code) if following else None
    return (*transcript.language.asked_fillers, *([restart] if restart else ()))


def _is_between_pauses(at: int, context: SoundContext) -> bool:
    """Whether a word has a pause or a mark on both sides."""
    sides = context.words[max(0, at - 1) : at + 2]
    return len(sides) == 3 and all(
        left.text[-1:] in _PAUSE_MARKS or right.start_ms - left.end_ms >= LEAST_PAUSE_MS
        for left, right in zip(sides, sides[1:])
    )


def _is_filler_printed(edit: Edit, others: list[str], context: SoundContext) -> bool:
    return not others and context.transcript.language.fillers.issuperset(context.forms_of(edit.published))


def _is_restart_printed(edit: Edit, place: tuple[int, int], context: SoundContext) -> bool:
    """Whether a word between two equal ones is printed as another beginning of them (`We wear we`, `We, we're, we`)."""
    first, last = place
    begun = context.forms_of(edit.published)[:1]
    return last - first == 1 and _is_said_twice([], place, context) and begun == context.forms(last, last + 1)


def _is_said_twice(forms: list[str], place: tuple[int, int], context: SoundContext) -> bool:
    """Whether some words of a cut are also said right before or after it; without any, whether the words before and
    after it are the same."""
    first, last = place
    size = len(forms) or 1
    before, after = context.forms(first - size, first), context.forms(last, last + size)
    return forms in (before, after) if forms else before == after
