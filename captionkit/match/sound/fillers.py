"""Fillers and restarts that a recogniser may have written as words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from captionkit.match.sound.confusables import sounds_like_restart
from captionkit.match.sound.context import MARKS, SoundContext, other_reading, said_range, text_forms, word_forms
from captionkit.match.sound.thresholds import score
from captionkit.match.sound.wording import written_like
from captionkit.match.tokens import tokens
from captionkit.model import Edit, Evidence, Margin, PartFinding, Span

LONGEST_FILLER_WORDS = 3
"""A filler with what is said twice around it."""
LEAST_PAUSE_MS = 200
_PAUSE_MARKS = (",", ".", ";", ":", "?", "!", "…", "-", "–", "—")


@dataclass(frozen=True, slots=True)
class FillerReading:
    """A filler or a restart that a heard word may have been: the text of its slot with it, and the edit it makes."""

    text: str
    word: str
    talk: str
    span: Span
    edit: Edit


def filler_readings(edit: Edit, place: tuple[int, int], scale: SoundContext) -> Iterator[FillerReading]:
    """The fillers and restarts that the heard words of an edit may have been: those that stand between repeated words,
    alone between pauses, or where the article prints a filler."""
    first, last = place
    words, code = scale.heard.words, scale.heard.code
    for k in range(first, last if last - first <= LONGEST_FILLER_WORDS else first):
        others = word_forms((*words[first:k], *words[k + 1 : last]), code)
        if edit.published:
            is_open = _is_filler_printed(edit, others, scale) or _is_restart_printed(edit, place, scale)
        else:
            is_open = _is_said_twice(others, place, scale) or (not others and _stands_alone(k, scale))
        following = others[:1] or word_forms(words[last : last + 1], code)
        for talk in fillers_for(k, "".join(following), scale) if is_open else ():
            before = words[k - 1].text if k else ""
            shown = written_like(talk, [words[k].text], before, scale.names, code)
            text = " ".join([*(w.text for w in words[first:k]), shown, *(w.text for w in words[k + 1 : last])])
            word = words[k].text.strip(MARKS)
            what = "filler" if edit.published else "filler and repeat dropped" if others else "filler dropped"
            reason = f"{what}: “{word}” stands for “{talk}”"
            yield FillerReading(text, word, talk, words[k].span, replace(edit, severity="tidied", reason=reason))


def fillers_for(k: int, following: str, scale: SoundContext) -> tuple[str, ...]:
    """What a heard word may have been: `um`, `uh`, or the short form of the word that is said again after it."""
    word = scale.heard.words[k].text
    restart = sounds_like_restart(word, following, scale.heard.code) if following else None
    return (*scale.heard.language.asked_fillers, *([restart] if restart else ()))


def _stands_alone(k: int, scale: SoundContext) -> bool:
    """Whether a word has a pause or a mark on both sides."""
    words = scale.heard.words
    if not 0 < k < len(words) - 1:
        return False
    sides = ((words[k - 1], words[k]), (words[k], words[k + 1]))
    return all(
        left.text[-1:] in _PAUSE_MARKS or right.start_ms - left.end_ms >= LEAST_PAUSE_MS for left, right in sides
    )


def _filler_allowed(k: int, talks: Sequence[str], scale: SoundContext) -> tuple[str, Margin] | None:
    """The filler or restart that the sound allows a word of the transcript to have been, and how far."""
    word = scale.heard.words[k]
    before = scale.heard.words[k - 1].text if k else ""
    texts = [written_like(talk, [word.text], before, scale.names, scale.heard.code) for talk in talks]
    margins = scale.sound.weigh((k, k + 1), texts) if texts else None
    found = min(zip(talks, margins or ()), key=lambda one: one[1].sound_nats, default=None)
    return found if found and score(found[1]) <= scale.limits.talk[1] else None


def hidden_start(part: PartFinding, scale: SoundContext) -> tuple[Edit, Evidence] | None:
    """A restart right before a part, taken for a word (`We wear | we will`)."""
    words, code = scale.heard.words, scale.heard.code
    first = said_range(part, scale)[0]
    begun = word_forms(words[max(0, first - 2) : max(0, first - 1)], code)
    if not begun or begun != word_forms(words[first : first + 1], code):
        return None
    found = _filler_allowed(first - 1, fillers_for(first - 1, begun[0], scale), scale)
    if found is None:
        return None
    word = words[first - 1]
    evidence = other_reading(word.text.strip(MARKS), found[0], found[1], word.span)
    heard = " ".join(w.text for w in words[first - 2 : first])
    reason = f"false start dropped: “{evidence.published}” stands for “{found[0]}”"
    return Edit("delete", "", heard, "tidied", reason, words[first - 2].start_ms, word.end_ms), evidence


def _is_filler_printed(edit: Edit, others: list[str], scale: SoundContext) -> bool:
    fillers = scale.heard.language.fillers
    return not others and all(t.form in fillers for t in tokens(edit.published, scale.heard.code))


def _is_restart_printed(edit: Edit, place: tuple[int, int], scale: SoundContext) -> bool:
    """Whether a word between two that are one is printed as another beginning of it (`We wear we`, `We, we're, we`)."""
    first, last = place
    around = word_forms(scale.heard.words[last : last + 1], scale.heard.code)
    return last - first == 1 and _is_said_twice([], place, scale) and text_forms(edit.published, scale)[:1] == around


def _is_said_twice(forms: list[str], place: tuple[int, int], scale: SoundContext) -> bool:
    """Whether words of a cut are said right before or after it too; of none, whether the same word is on both sides."""
    first, last = place
    words, code = scale.heard.words, scale.heard.code
    size = len(forms) or 1
    before, after = word_forms(words[max(0, first - size) : first], code), word_forms(words[last : last + size], code)
    return forms in (before, after) if forms else before == after
