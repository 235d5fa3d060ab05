"""What the sound says of the edits it is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from captionkit.match.sound.confusables import alternatives
from captionkit.match.sound.context import LEAST_LIKENESS, MARKS, SoundContext, other_reading, sound_likeness
from captionkit.match.sound.questions import UNSURE_PROBABILITY, Question
from captionkit.match.sound.stretches import AS_HEARD, Choice, Stretch, choices, stretches
from captionkit.match.sound.thresholds import score
from captionkit.model import Edit, Evidence, Margin

DECISIVE_REASONS = ("negation", "number", "date", "name")
INFLECTED = "grammar"
STRANGE_NATS = 8.0
"""How much likelier the heard wording must be without any sound for the printed one to count as strange."""
MOST_CONFUSABLES = 4
MISHEARD = "misheard by the recogniser: the sound bears out the printed words"
UNDECIDED = "the sound does not decide between the printed and the heard words: listen"


@dataclass(frozen=True, slots=True)
class Answer:
    """An edit after the sound was asked, and the evidence."""

    edit: Edit
    evidence: Evidence


Key = tuple[int, int]
"""The number of a part in its quote, and of an edit in that part."""
Supports = Literal["published", "heard", "neither"]
_AGAINST_ARTICLE: tuple[Supports, ...] = ("published", "neither", "heard")
"""What evidence may support, from the printed words to those that contradict them."""
Margins = Mapping[Choice, Margin]
"""How much likelier the heard words of a stretch are than each way of reading it."""


def answers(stretch: Stretch, asked: tuple[Question, ...], context: SoundContext) -> dict[Key, Answer]:
    """What the sound says of the edits in a stretch, one at a time where the whole is too long to be asked about."""
    options = choices(stretch)
    wordings = [context.wording(stretch, choice) for choice in options]
    margins = context.scorer.weigh((stretch.first, stretch.last), wordings)
    if margins is not None:
        table = {(AS_HEARD,) * len(asked): Margin(0.0, 0.0)} | dict(zip(options, margins))
        return _by_edit(((q.part, q.number), _answer(q, at, table, context)) for at, q in enumerate(asked))
    if len(asked) == 1:
        return {}
    alone = [(stretches([question.slot], len(context.words))[0], question) for question in asked]
    return _by_edit(pair for one, question in alone for pair in answers(one, (question,), context).items())


def _by_edit(found: Iterable[tuple[Key, Answer]]) -> dict[Key, Answer]:
    """One answer for each edit: of several words of one edit, the answer that contradicts the article most."""
    strongest: dict[Key, Answer] = {}
    for key, answer in found:
        if key not in strongest or _weight(answer) > _weight(strongest[key]):
            strongest[key] = answer
    return strongest


def _weight(answer: Answer) -> int:
    return [*_AGAINST_ARTICLE].index(answer.evidence.supports)


def _answer(question: Question, at: int, table: Margins, context: SoundContext) -> Answer:
    """An edit after the sound was asked: confirmed, dismissed, explained as a filler, or undecided.

    Args:
        question: about the edit.
        at: the index of its slot in the stretch.
        table: the margins of the stretch.
        context: what the sound was asked with.
    """
    fillers = [(filler, _margin(table, at, number)) for number, filler in enumerate(question.fillers, start=1)]
    for filler, margin in fillers:
        if score(margin) <= context.limits.filler[0]:
            return Answer(filler.edit, other_reading(filler.word, filler.filler, margin, filler.span))
    edit, margin = question.edit, _margin(table, at, 0)
    supports = _supported(question, margin, table, context)
    nats = round(margin.sound_nats, 1), round(margin.expected_nats, 1)
    evidence = Evidence(
        edit.published, edit.heard, nats[0], supports, edit.start_ms or 0, edit.end_ms or 0, expected_nats=nats[1]
    )
    if supports == "published":
        return Answer(replace(edit, severity="verbatim", reason=MISHEARD), evidence)
    if edit.severity == "altered":
        possible = (f for f, margin in fillers if score(margin) <= context.limits.filler[1])
        listen = next((f"“{f.word}” may be a filler (“{f.filler}”): listen" for f in possible), None)
        reason = UNDECIDED if supports == "neither" else listen
        edit = replace(edit, severity="uncertain", reason=reason) if reason else edit
    return Answer(edit, evidence)


def _supported(question: Question, margin: Margin, table: Margins, context: SoundContext) -> Supports:
    """Which words the sound supports, by the margin of the printed ones."""
    low, high = _limits(question, margin, context)
    worth, is_decisive = score(margin), _is_decisive(question, context)
    printed = (0,) * len(next(iter(table)))
    if not is_decisive and printed == min(table, key=lambda choice: table[choice].sound_nats):
        worth = min(worth, score(table[printed]))
    if worth < low:
        return "neither" if is_decisive and not _is_clear(question, context) else "published"
    return "heard" if worth >= high else "neither"


def _margin(table: Margins, at: int, reading: int) -> Margin:
    """How much likelier the best wording with the heard words in a slot is than the best one with a reading there."""
    heard, other = (
        min((margin for choice, margin in table.items() if choice[at] == one), key=lambda margin: margin.sound_nats)
        for one in (AS_HEARD, reading)
    )
    return Margin(other.sound_nats - heard.sound_nats, other.expected_nats - heard.expected_nats)


def _is_decisive(question: Question, context: SoundContext) -> bool:
    """Whether a change decides a meaning: that of a number, a negation or a date, or any change of a name."""
    heard = context.texts[slice(*question.place)]
    return question.edit.reason.startswith(DECISIVE_REASONS) or any(w.strip(MARKS) in context.names for w in heard)


def _is_clear(question: Question, context: SoundContext) -> bool:
    """Whether each view of the sound prefers the printed words, even to those they are easily taken for: `There was`
    may beat `wasn't` because `There` was said, and `There wasn't` beat both."""
    printed, limits = question.slot.readings[0], context.limits
    slot = replace(question.slot, readings=(printed, *_confusables(printed, context)))
    (stretch,) = stretches([slot], len(context.words))
    wordings = [context.wording(stretch, (reading,)) for reading in range(len(slot.readings))]
    views = (context.scorer.weigh, *context.scorer.views) if len(wordings) > 1 else context.scorer.views
    for view in views:
        margins = view((stretch.first, stretch.last), wordings)
        if margins is None or margins[0].sound_nats >= limits.decisive[0]:
            return False
        if any(other.sound_nats - margins[0].sound_nats < limits.doubt for other in margins[1:]):
            return False
    return True


def _confusables(text: str, context: SoundContext) -> tuple[str, ...]:
    """A text with each word replaced by one that it is easily taken for, at most `MOST_CONFUSABLES`."""
    words = text.split()
    found = (
        " ".join([*words[:at], other, *words[at + 1 :]])
        for at, word in enumerate(words)
        for other in alternatives(word, context.transcript.code)
    )
    return tuple(islice(found, MOST_CONFUSABLES))


def _limits(question: Question, margin: Margin, context: SoundContext) -> tuple[float, float]:
    """The pair of thresholds for an edit."""
    from jellyfish import metaphone

    edit, limits, language = question.edit, context.limits, context.transcript.language
    if _is_decisive(question, context):
        return limits.decisive
    if edit.severity == "tidied":
        return limits.short
    if edit.kind == "insert" and language.easily_dropped.issuperset(context.forms_of(edit.published)):
        return limits.dropped
    if edit.reason.startswith(INFLECTED) or not edit.published or not edit.heard:
        return limits.other
    words = context.words[slice(*question.place)]
    printed, heard = question.slot.readings[0], " ".join(word.text.strip(MARKS) for word in words)
    are_alike = sound_likeness(printed, heard) >= LEAST_LIKENESS
    if are_alike and margin.expected_nats >= STRANGE_NATS:
        return limits.strange
    if metaphone(printed) == metaphone(heard):
        return limits.same
    if any(word.probability < UNSURE_PROBABILITY for word in words):
        return (limits.alike if are_alike else limits.unsure)[0], limits.unsure[1]
    return limits.alike if are_alike else limits.other
