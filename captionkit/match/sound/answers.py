"""What the sound says of the edits it is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from captionkit.match.sound.confusables import alternatives
from captionkit.match.sound.context import LEAST_ALIKE, MARKS, SoundContext, other_reading, sound_likeness, text_forms
from captionkit.match.sound.questions import UNSURE_PROBABILITY, Question
from captionkit.match.sound.stretches import AS_HEARD, Choice, Stretch, choices, stretches
from captionkit.match.sound.thresholds import score
from captionkit.match.sound.wording import worded
from captionkit.model import Edit, Evidence, Margin

DECISIVE_REASONS = ("negation", "number", "date", "name")
INFLECTED = "grammar"
STRANGE_NATS = 8.0
"""What the heard wording must be likelier by, without any sound, for the printed one to be strange to the model."""
MOST_CONFUSABLES = 4
MISHEARD = "misheard by the recogniser: the sound bears out the printed words"
UNDECIDED = "the sound does not decide between the printed and the heard words: listen"


@dataclass(frozen=True, slots=True)
class Answer:
    """An edit as the sound has it, and the evidence."""

    edit: Edit
    evidence: tuple[Evidence, ...]


Supports = Literal["published", "heard", "neither"]
Margins = Mapping[Choice, Margin]
"""How much likelier the heard words of a stretch are than each way of reading it."""


def answers(stretch: Stretch, items: tuple[Question, ...], scale: SoundContext) -> dict[tuple[int, int], Answer]:
    """What the sound says of the edits in a stretch, one at a time where the whole is too long to be asked about."""
    heard = (AS_HEARD,) * len(items)
    options = choices(stretch)
    texts = [w.text for w in scale.heard.words]
    wordings = [worded(texts, stretch, choice, scale.names, scale.heard.code) for choice in options]
    margins = scale.sound.weigh((stretch.first, stretch.last), wordings)
    if margins is not None:
        table = {heard: Margin(0.0, 0.0)} | dict(zip(options, margins))
        return _by_edit(((item.part, item.number), _answer(item, at, table, scale)) for at, item in enumerate(items))
    if len(items) == 1:
        return {}
    alone = [(stretches([item.slot], len(texts))[0], item) for item in items]
    return _by_edit(pair for one, item in alone for pair in answers(one, (item,), scale).items())


def _by_edit(found: Iterable[tuple[tuple[int, int], Answer]]) -> dict[tuple[int, int], Answer]:
    """What was found of each edit; of several words of one, what speaks most against the article."""
    worst_of: dict[tuple[int, int], Answer] = {}
    for key, settled in found:
        if key not in worst_of or _weight(settled) > _weight(worst_of[key]):
            worst_of[key] = settled
    return worst_of


def _weight(settled: Answer) -> int:
    return ("published", "neither", "heard").index(settled.evidence[0].supports)


def _answer(item: Question, at: int, table: Margins, scale: SoundContext) -> Answer:
    """An edit as the sound has it: kept, dismissed, taken for a filler or undecided."""
    for number, talk in enumerate(item.talk, start=1):
        margin = _margin(table, at, number)
        if score(margin) <= scale.limits.talk[0]:
            return Answer(talk.edit, (other_reading(talk.word, talk.talk, margin, talk.span),))
    margin = _margin(table, at, 0)
    low, high = _limits(item, margin, scale)
    worth = score(margin)
    decisive = _is_decisive(item, scale)
    printed = (0,) * len(next(iter(table)))
    if not decisive and printed == min(table, key=lambda choice: table[choice].sound_nats):
        worth = min(worth, score(table[printed]))
    supports: Supports = "published" if worth < low else "heard" if worth >= high else "neither"
    if supports == "published" and decisive and not _is_clear(item, scale):
        supports = "neither"
    edit = item.edit
    found = Evidence(
        edit.published,
        edit.heard,
        round(margin.sound_nats, 1),
        supports,
        edit.start_ms or 0,
        edit.end_ms or 0,
        round(margin.expected_nats, 1),
    )
    if supports == "published":
        return Answer(replace(edit, severity="verbatim", reason=MISHEARD), (found,))
    if supports == "neither" and edit.severity == "altered":
        return Answer(replace(edit, severity="uncertain", reason=UNDECIDED), (found,))
    if edit.severity == "altered" and (open_talk := _open_filler(item, at, table, scale)):
        return Answer(replace(edit, severity="uncertain", reason=open_talk), (found,))
    return Answer(edit, (found,))


def _margin(table: Margins, at: int, reading: int) -> Margin:
    """How much likelier the best wording with the heard words in a slot is than the best one with a reading there."""
    heard, other = (
        min((choice for choice in table if choice[at] == one), key=lambda choice: table[choice].sound_nats)
        for one in (AS_HEARD, reading)
    )
    return Margin(
        table[other].sound_nats - table[heard].sound_nats, table[other].expected_nats - table[heard].expected_nats
    )


def _open_filler(item: Question, at: int, table: Margins, scale: SoundContext) -> str | None:
    """The reason to listen where a heard word may have been a filler or a restart, and the sound does not say."""
    for number, talk in enumerate(item.talk, start=1):
        if score(_margin(table, at, number)) <= scale.limits.talk[1]:
            return f"“{talk.word}” may be a filler (“{talk.talk}”): listen"
    return None


def _is_decisive(item: Question, scale: SoundContext) -> bool:
    """Whether a change decides a meaning: that of a number, a negation or a date, or of a name, into whatever word."""
    heard = scale.heard.words[item.slot.first : item.slot.last]
    return item.edit.reason.startswith(DECISIVE_REASONS) or any(w.text.strip(MARKS) in scale.names for w in heard)


def _is_clear(item: Question, scale: SoundContext) -> bool:
    """Whether each view of the sound prefers the printed words, also to what they are easily taken for: `There was` may
    beat `wasn't` because `There` was said, and `There wasn't` beat both."""
    slot = replace(item.slot, readings=(item.slot.readings[0], *_confusables(item.slot.readings[0], scale)))
    (stretch,) = stretches([slot], len(scale.heard.words))
    texts = [w.text for w in scale.heard.words]
    wordings = [
        worded(texts, stretch, (reading,), scale.names, scale.heard.code) for reading in range(len(slot.readings))
    ]
    views = (scale.sound.weigh, *scale.sound.views) if len(wordings) > 1 else scale.sound.views
    for view in views:
        margins = view((stretch.first, stretch.last), wordings)
        if margins is None or margins[0].sound_nats >= scale.limits.decisive[0]:
            return False
        if any(other.sound_nats - margins[0].sound_nats < scale.limits.doubt for other in margins[1:]):
            return False
    return True


def _confusables(text: str, scale: SoundContext) -> tuple[str, ...]:
    """A text with each word exchanged for what it is easily taken for, at most `MOST_CONFUSABLES`."""
    words = text.split()
    found = (
        " ".join([*words[:at], other, *words[at + 1 :]])
        for at, word in enumerate(words)
        for other in alternatives(word, scale.heard.code)
    )
    return tuple(islice(found, MOST_CONFUSABLES))


def _limits(item: Question, margin: Margin, scale: SoundContext) -> tuple[float, float]:
    """The pair of thresholds for an edit."""
    from jellyfish import metaphone

    edit, limits = item.edit, scale.limits
    if _is_decisive(item, scale):
        return limits.decisive
    if edit.severity == "tidied":
        return limits.short
    if edit.kind == "insert" and set(text_forms(edit.published, scale)) <= scale.heard.language.easily_dropped:
        return limits.dropped
    if edit.reason.startswith(INFLECTED) or not edit.published or not edit.heard:
        return limits.other
    words = scale.heard.words[item.slot.first : item.slot.last]
    heard = " ".join(w.text.strip(MARKS) for w in words)
    printed = item.slot.readings[0]
    alike = sound_likeness(printed, heard) >= LEAST_ALIKE
    if alike and margin.expected_nats >= STRANGE_NATS:
        return limits.strange
    if metaphone(printed) == metaphone(heard):
        return limits.same
    if any(w.probability < UNSURE_PROBABILITY for w in words):
        return (limits.alike if alike else limits.unsure)[0], limits.unsure[1]
    return limits.alike if alike else limits.other
