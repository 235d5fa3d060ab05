"""Verdicts weighed against the sound.

Where printed and heard words differ, either the article differs from what was said, or the recogniser misheard.
The sound is asked which wording it supports. Where they agree, words that decide a meaning (numbers, negations)
are doubted anyway: their confusable alternatives are asked about as well.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from rapidfuzz import fuzz

from captionkit.match.confusables import alternatives, sounds_like_restart
from captionkit.match.findings import Heard, worst
from captionkit.match.normalise import tokens
from captionkit.match.questions import HEARD, Choice, Slot, Stretch, choices, stretches, worded, written_like
from captionkit.model import Edit, Evidence, Finding, Margin, PartFinding, Span, Verdict, Word

Weigh = Callable[[tuple[int, int], Sequence[str]], "list[Margin] | None"]
"""How much likelier `words[first:last]` are than each of some other wordings of them; None where the sound cannot be
asked. The pipeline passes it in."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores in nats, positive for what was heard (`score`): docs/evidence.md says how they were found.

    Below the first of a pair the printed words are taken to have been said; from the second on the heard ones;
    between the two the sound does not decide. One pair each for

    - `decisive`: words that decide a meaning (numbers, negations, dates, names);
    - `short`: short forms written out, where `tidied`, which claims less, stands for what is open;
    - `same`: words that sound the same;
    - `unsure`: words that the recogniser was unsure of;
    - `strange`: words that sound alike, the printed one strange to the model (`STRANGE_NATS`);
    - `alike`: words that sound alike;
    - `dropped`: a printed function word that was not heard, which recognisers leave out and then do not miss;
    - `other`: all others, grammar among them.

    `doubt` is what a confusable alternative must lose by, `written_out` what `could've` must for `could have` to be
    promised. `talk` is what a word inside a restart may beat `um` or `we're` by and still be taken for it, and up to
    where that stays open, since recognisers hardly ever write those.
    """

    decisive: tuple[float, float] = (-2.0, 2.5)
    short: tuple[float, float] = (0.0, 0.0)
    same: tuple[float, float] = (4.4, 9.0)
    unsure: tuple[float, float] = (2.0, 10.0)
    strange: tuple[float, float] = (4.4, 9.0)
    alike: tuple[float, float] = (4.4, 6.0)
    dropped: tuple[float, float] = (2.0, 12.0)
    other: tuple[float, float] = (2.0, 4.0)
    doubt: float = 2.5
    written_out: float = 3.5
    talk: tuple[float, float] = (5.0, 9.0)


EXPECTED_SHARE = 1 / 3
"""How much of what the recogniser expects without any sound is taken off a margin."""
DECISIVE_REASONS = ("negation", "number", "date", "name")
INFLECTED = "grammar"
_MARKS = ".,;:!?…\"“”"
UNSURE_PROBABILITY = 0.5
SURE_PROBABILITY = 0.95
"""All other words together have what is left to 1, each of them so at least 2.9 nats less: there is no need to ask."""
LONGEST_INVENTED_WORDS = 3
"""No recogniser is sure of more words in a row that nobody said."""
STRANGE_NATS = 8.0
"""What the heard wording must be likelier by, without any sound, for the printed one to be strange to the model."""
LEAST_ALIKE = 66.0
"""In percent, of letters and phonetic keys together: from here on two wordings sound alike."""
LONGEST_ASKED_WORDS = 12
MOST_EDITS = 12
MISHEARD = "misheard by the recogniser: the sound bears out the printed words"
LONGEST_TALK_WORDS = 3
"""A filler with what is said twice around it."""
LEAST_PAUSE_MS = 200
MOST_OUTSIDE_WORDS = 2
MOST_WORDS_APART = 3
MOST_CONFUSABLES = 4
LEAST_GAIN = 10.0
"""As a similarity in percent: what words outside a part must add to be taken for a part of its last word."""
EDGE_WORD = "a word printed before the passage was not heard: it may belong to the sentence before, listen"
_PAUSE_MARKS = (",", ".", ";", ":", "?", "!", "…", "-", "–", "—")
_SENTENCE_MARKS = (".", "?", "!", "…")
_OPENING_MARKS = "\"'“‘([ "
UNDECIDED = "the sound does not decide between the printed and the heard words: listen"


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound that verdicts are weighed against.

    `views` answer the same questions in other ways: another stretch of the sound, another model. They are asked only
    before a change that decides a meaning is put down to the recogniser.
    """

    weigh: Weigh
    views: tuple[Weigh, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scale:
    """What one part is weighed with."""

    heard: Heard
    sound: Sound
    limits: Thresholds
    starts_ms: tuple[int, ...]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Talk:
    """A filler or a restart that a heard word may have been: the text of its slot with it, and the edit it makes."""

    text: str
    word: str
    talk: str
    span: Span
    edit: Edit


@dataclass(frozen=True, slots=True)
class _Item:
    """An edit of a part that the sound is asked about, by their numbers."""

    part: int
    number: int
    edit: Edit
    slot: Slot
    talk: tuple[_Talk, ...]

    def place(self) -> tuple[int, int]:
        """Where its words stand in the transcript."""
        return self.slot.first, self.slot.last


@dataclass(frozen=True, slots=True)
class _Settled:
    """An edit as the sound has it, and the evidence."""

    edit: Edit
    evidence: tuple[Evidence, ...]


Supports = Literal["published", "heard", "neither"]
_Table = Mapping[Choice, Margin]
"""How much likelier the heard words of a stretch are than each way of reading it."""


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Another reading of words that agree, and the verdict it asks for."""

    verdict: Verdict
    reason: str
    evidence: Evidence


def weighed(
    findings: tuple[Finding, ...],
    heard: Heard,
    sound: Sound,
    names: tuple[str, ...] = (),
    limits: Thresholds = Thresholds(),
) -> tuple[Finding, ...]:
    """Findings with the sound's evidence, and the verdicts that follow from it.

    Args:
        findings: from the words alone.
        heard: the transcript they were made from.
        sound: is asked.
        names: the article's, so that a name is doubted where another of them sounds alike.
        limits: what a margin means.
    """
    single = frozenset(word for name in names for word in name.split())
    scale = _Scale(heard, sound, limits, tuple(w.start_ms for w in heard.words), single)
    return tuple(_finding(finding, scale) for finding in findings)


def doubtful_spans(findings: tuple[Finding, ...]) -> tuple[Span, ...]:
    """Where the sound supports the printed words, so that the transcript's are to be marked doubtful."""
    return tuple(
        Span(e.start_ms, e.end_ms)
        for finding in findings
        for part in finding.parts
        for e in part.evidence
        if e.supports == "published"
    )


def score(margin: Margin) -> float:
    """What a margin is worth, in nats: less a share of what the recogniser would expect of anybody.

    The whole of it taken off, the sound is heard without any knowledge of the language and absurd wordings gain; with
    nothing off, tidy wordings do. Nothing is added for a heard wording that nobody would have expected: that is what a
    slip of the recogniser is like.
    """
    return margin.sound_nats - EXPECTED_SHARE * max(0.0, margin.expected_nats)


def _finding(finding: Finding, scale: _Scale) -> Finding:
    settled: dict[tuple[int, int], _Settled] = {}
    for stretch, items in _questions(finding, scale):
        settled |= _asked(stretch, items, scale)
    parts = tuple(_part(part, _of_part(settled, at), scale) for at, part in enumerate(finding.parts))
    return replace(finding, parts=parts, verdict=worst(p.verdict for p in parts))


def _of_part(settled: dict[tuple[int, int], _Settled], part: int) -> dict[int, _Settled]:
    return {edit: found for (at, edit), found in settled.items() if at == part}


def _part(part: PartFinding, settled: dict[int, _Settled], scale: _Scale) -> PartFinding:
    """A part with what the sound says of its edits, and with what it says of words that agree."""
    if not _is_weighed(part):
        return part
    edits = [settled[at].edit if at in settled else edit for at, edit in enumerate(part.edits)]
    evidence = [found for at in sorted(settled) for found in settled[at].evidence]
    if start := _hidden_start(part, scale):
        edits.insert(0, start[0])
        evidence.append(start[1])
    edits = [_at_edge(edit, part, scale) for edit in edits]
    doubts = [*_short_forms(part, scale), *_doubts(part, scale)]
    evidence += (doubt.evidence for doubt in doubts)
    severities: list[Verdict] = ["verbatim", *(e.severity for e in edits), *(doubt.verdict for doubt in doubts)]
    if part.verdict == "uncertain":
        severities.append("uncertain")
    verdict = worst(severities)
    reasons = [e.reason for e in edits if e.severity == verdict] or [d.reason for d in doubts if d.verdict == verdict]
    if verdict == part.verdict and not doubts and edits == list(part.edits):
        return replace(part, evidence=tuple(evidence))
    return replace(
        part,
        verdict=verdict,
        edits=tuple(edits),
        evidence=tuple(evidence),
        reason="; ".join(dict.fromkeys(reasons)) or "the same words",
    )


def _is_weighed(part: PartFinding) -> bool:
    return part.verdict != "not_found" and len(part.edits) <= MOST_EDITS


def _questions(finding: Finding, scale: _Scale) -> Iterator[tuple[Stretch, tuple[_Item, ...]]]:
    """What to ask about a quote: differences that stand close together are one question, also over its parts."""
    weighed_parts = [(at, part) for at, part in enumerate(finding.parts) if _is_weighed(part)]
    items: list[_Item] = []
    for item in sorted((item for at, part in weighed_parts for item in _items(part, at, scale)), key=_Item.place):
        if not items or items[-1].slot.last <= item.slot.first:
            items.append(item)
    left = iter(items)
    for stretch in stretches([item.slot for item in items], len(scale.heard.words)):
        yield stretch, tuple(islice(left, len(stretch.slots)))


def _items(part: PartFinding, at: int, scale: _Scale) -> Iterator[_Item]:
    said = range(*_said_range(part, scale))
    for number, edit in enumerate(part.edits):
        place = _place(edit, scale.starts_ms)
        if place is None or not _worth_asking(edit, scale.heard.words[slice(*place)]):
            continue
        talk = tuple(_talk(edit, place, scale))
        first, last = _whole_sound(edit, place, said, scale)
        for slot in _word_by_word(edit, (first, last), scale) if not talk else ():
            yield _Item(at, number, edit, slot, ())
        if talk:
            readings = (edit.published, *(reading.text for reading in talk))
            yield _Item(at, number, edit, Slot(first, last, readings), talk)


def _word_by_word(edit: Edit, place: tuple[int, int], scale: _Scale) -> Iterator[Slot]:
    """As many printed words as heard ones, one at a time, so that a misheard neighbour does not carry a change along;
    others as one."""
    first, last = place
    printed = edit.published.split()
    apart: list[Slot] = []
    if len(printed) == last - first <= MOST_WORDS_APART:
        pairs = zip(printed, scale.heard.words[first:last])
        differ = [word.strip(_MARKS).casefold() != said.text.strip(_MARKS).casefold() for word, said in pairs]
        apart = [Slot(first + at, first + at + 1, (printed[at],)) for at, differs in enumerate(differ) if differs]
    yield from apart or [Slot(first, last, (edit.published,))]


def _whole_sound(edit: Edit, place: tuple[int, int], said: range, scale: _Scale) -> tuple[int, int]:
    """The heard words that a printed word at the edge of a part sounds like: some may be outside (`and | more`)."""
    first, last = place
    if not edit.published or not edit.heard or not said:
        return place
    words = scale.heard.words
    lefts = range(max(0, first - MOST_OUTSIDE_WORDS), first + 1) if first == said.start else (first,)
    rights = range(last, min(len(words), last + MOST_OUTSIDE_WORDS) + 1) if last == said.stop else (last,)
    options = [(left, right) for left in lefts for right in rights]

    def likeness(option: tuple[int, int]) -> float:
        return _likeness(edit.published, " ".join(w.text.strip(_MARKS) for w in words[slice(*option)]))

    best = max(options, key=likeness)
    return best if likeness(best) >= max(LEAST_ALIKE, likeness(place) + LEAST_GAIN) else place


def _asked(stretch: Stretch, items: tuple[_Item, ...], scale: _Scale) -> dict[tuple[int, int], _Settled]:
    """What the sound says of the edits in a stretch, one at a time where the whole is too long to be asked about."""
    heard = (HEARD,) * len(items)
    options = choices(stretch)
    texts = [w.text for w in scale.heard.words]
    wordings = [worded(texts, stretch, choice, scale.names, scale.heard.code) for choice in options]
    margins = scale.sound.weigh((stretch.first, stretch.last), wordings)
    if margins is not None:
        table = {heard: Margin(0.0, 0.0)} | dict(zip(options, margins))
        return _by_edit(((item.part, item.number), _settled(item, at, table, scale)) for at, item in enumerate(items))
    if len(items) == 1:
        return {}
    alone = [(stretches([item.slot], len(texts))[0], item) for item in items]
    return _by_edit(pair for one, item in alone for pair in _asked(one, (item,), scale).items())


def _by_edit(found: Iterable[tuple[tuple[int, int], _Settled]]) -> dict[tuple[int, int], _Settled]:
    """What was found of each edit; of several words of one, what speaks most against the article."""
    worst_of: dict[tuple[int, int], _Settled] = {}
    for key, settled in found:
        if key not in worst_of or _weight(settled) > _weight(worst_of[key]):
            worst_of[key] = settled
    return worst_of


def _weight(settled: _Settled) -> int:
    return ("published", "neither", "heard").index(settled.evidence[0].supports)


def _settled(item: _Item, at: int, table: _Table, scale: _Scale) -> _Settled:
    """An edit as the sound has it: kept, dismissed, taken for a filler or undecided."""
    for number, talk in enumerate(item.talk, start=1):
        margin = _margin(table, at, number)
        if score(margin) <= scale.limits.talk[0]:
            return _Settled(talk.edit, (_reading(talk.word, talk.talk, margin, talk.span),))
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
        return _Settled(replace(edit, severity="verbatim", reason=MISHEARD), (found,))
    if supports == "neither" and edit.severity == "altered":
        return _Settled(replace(edit, severity="uncertain", reason=UNDECIDED), (found,))
    if edit.severity == "altered" and (open_talk := _open_talk(item, at, table, scale)):
        return _Settled(replace(edit, severity="uncertain", reason=open_talk), (found,))
    return _Settled(edit, (found,))


def _margin(table: _Table, at: int, reading: int) -> Margin:
    """How much likelier the best wording with the heard words in a slot is than the best one with a reading there."""
    heard, other = (
        min((choice for choice in table if choice[at] == one), key=lambda choice: table[choice].sound_nats)
        for one in (HEARD, reading)
    )
    return Margin(
        table[other].sound_nats - table[heard].sound_nats, table[other].expected_nats - table[heard].expected_nats
    )


def _open_talk(item: _Item, at: int, table: _Table, scale: _Scale) -> str | None:
    """The reason to listen where a heard word may have been a filler or a restart, and the sound does not say."""
    for number, talk in enumerate(item.talk, start=1):
        if score(_margin(table, at, number)) <= scale.limits.talk[1]:
            return f"“{talk.word}” may be a filler (“{talk.talk}”): listen"
    return None


def _is_decisive(item: _Item, scale: _Scale) -> bool:
    """Whether a change decides a meaning: that of a number, a negation or a date, or of a name, into whatever word."""
    heard = scale.heard.words[item.slot.first : item.slot.last]
    return item.edit.reason.startswith(DECISIVE_REASONS) or any(w.text.strip(_MARKS) in scale.names for w in heard)


def _is_clear(item: _Item, scale: _Scale) -> bool:
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


def _confusables(text: str, scale: _Scale) -> tuple[str, ...]:
    """A text with each word exchanged for what it is easily taken for, at most `MOST_CONFUSABLES`."""
    words = text.split()
    found = (
        " ".join([*words[:at], other, *words[at + 1 :]])
        for at, word in enumerate(words)
        for other in alternatives(word, scale.heard.code)
    )
    return tuple(islice(found, MOST_CONFUSABLES))


def _worth_asking(edit: Edit, heard: Sequence[Word]) -> bool:
    """Changes that count or may count, and short forms written out: recognisers often write one for the other."""
    if len(heard) > LONGEST_ASKED_WORDS:
        return False
    if len(heard) > LONGEST_INVENTED_WORDS and not edit.published:
        return any(w.probability < UNSURE_PROBABILITY for w in heard)
    if edit.severity == "tidied":
        return bool(edit.published and edit.heard)
    return edit.severity in {"altered", "uncertain"}


def _limits(item: _Item, margin: Margin, scale: _Scale) -> tuple[float, float]:
    """The pair of thresholds for an edit."""
    from jellyfish import metaphone

    edit, limits = item.edit, scale.limits
    if _is_decisive(item, scale):
        return limits.decisive
    if edit.severity == "tidied":
        return limits.short
    if edit.kind == "insert" and set(_forms_of(edit.published, scale)) <= scale.heard.language.easily_dropped:
        return limits.dropped
    if edit.reason.startswith(INFLECTED) or not edit.published or not edit.heard:
        return limits.other
    words = scale.heard.words[item.slot.first : item.slot.last]
    heard = " ".join(w.text.strip(_MARKS) for w in words)
    printed = item.slot.readings[0]
    alike = _likeness(printed, heard) >= LEAST_ALIKE
    if alike and margin.expected_nats >= STRANGE_NATS:
        return limits.strange
    if metaphone(printed) == metaphone(heard):
        return limits.same
    if any(w.probability < UNSURE_PROBABILITY for w in words):
        return (limits.alike if alike else limits.unsure)[0], limits.unsure[1]
    return limits.alike if alike else limits.other


def _likeness(one: str, other: str) -> float:
    """How alike two wordings sound, in percent: letters and phonetic keys, half each."""
    from jellyfish import metaphone

    keys = metaphone(one), metaphone(other)
    return (fuzz.ratio(one.casefold(), other.casefold()) + fuzz.ratio(*keys)) / 2


def _place(edit: Edit, starts_ms: tuple[int, ...]) -> tuple[int, int] | None:
    """The words an edit is about, as a range of the transcript; an empty one where words would be put in."""
    if edit.start_ms is None or edit.end_ms is None or not (edit.published or edit.heard):
        return None
    first = bisect_left(starts_ms, edit.start_ms)
    if not edit.heard:
        return first, first
    return first, max(first + 1, bisect_left(starts_ms, edit.end_ms))


def _talk(edit: Edit, place: tuple[int, int], scale: _Scale) -> Iterator[_Talk]:
    """The fillers and restarts that the heard words of an edit may have been: those that stand between repeated words,
    alone between pauses, or where the article prints a filler."""
    first, last = place
    words, code = scale.heard.words, scale.heard.code
    for k in range(first, last if last - first <= LONGEST_TALK_WORDS else first):
        others = _forms((*words[first:k], *words[k + 1 : last]), code)
        if edit.published:
            is_open = _is_filler_printed(edit, others, scale) or _is_restart_printed(edit, place, scale)
        else:
            is_open = _is_said_twice(others, place, scale) or (not others and _stands_alone(k, scale))
        following = others[:1] or _forms(words[last : last + 1], code)
        for talk in _talk_for(k, "".join(following), scale) if is_open else ():
            before = words[k - 1].text if k else ""
            shown = written_like(talk, [words[k].text], before, scale.names, code)
            text = " ".join([*(w.text for w in words[first:k]), shown, *(w.text for w in words[k + 1 : last])])
            word = words[k].text.strip(_MARKS)
            what = "filler" if edit.published else "filler and repeat dropped" if others else "filler dropped"
            reason = f"{what}: “{word}” stands for “{talk}”"
            yield _Talk(text, word, talk, words[k].span, replace(edit, severity="tidied", reason=reason))


def _talk_for(k: int, following: str, scale: _Scale) -> tuple[str, ...]:
    """What a heard word may have been: `um`, `uh`, or the short form of the word that is said again after it."""
    word = scale.heard.words[k].text
    restart = sounds_like_restart(word, following, scale.heard.code) if following else None
    return (*scale.heard.language.asked_fillers, *([restart] if restart else ()))


def _stands_alone(k: int, scale: _Scale) -> bool:
    """Whether a word has a pause or a mark on both sides."""
    words = scale.heard.words
    if not 0 < k < len(words) - 1:
        return False
    sides = ((words[k - 1], words[k]), (words[k], words[k + 1]))
    return all(
        left.text[-1:] in _PAUSE_MARKS or right.start_ms - left.end_ms >= LEAST_PAUSE_MS for left, right in sides
    )


def _taken_for_word(k: int, talks: Sequence[str], scale: _Scale) -> tuple[str, Margin] | None:
    """The filler or restart that the sound allows a word of the transcript to have been, and how far."""
    word = scale.heard.words[k]
    before = scale.heard.words[k - 1].text if k else ""
    texts = [written_like(talk, [word.text], before, scale.names, scale.heard.code) for talk in talks]
    margins = scale.sound.weigh((k, k + 1), texts) if texts else None
    found = min(zip(talks, margins or ()), key=lambda one: one[1].sound_nats, default=None)
    return found if found and score(found[1]) <= scale.limits.talk[1] else None


def _hidden_start(part: PartFinding, scale: _Scale) -> tuple[Edit, Evidence] | None:
    """A restart right before a part, taken for a word (`We wear | we will`)."""
    words, code = scale.heard.words, scale.heard.code
    first = _said_range(part, scale)[0]
    begun = _forms(words[max(0, first - 2) : max(0, first - 1)], code)
    if not begun or begun != _forms(words[first : first + 1], code):
        return None
    found = _taken_for_word(first - 1, _talk_for(first - 1, begun[0], scale), scale)
    if found is None:
        return None
    word = words[first - 1]
    evidence = _reading(word.text.strip(_MARKS), found[0], found[1], word.span)
    heard = " ".join(w.text for w in words[first - 2 : first])
    reason = f"false start dropped: “{evidence.published}” stands for “{found[0]}”"
    return Edit("delete", "", heard, "tidied", reason, words[first - 2].start_ms, word.end_ms), evidence


def _said_range(part: PartFinding, scale: _Scale) -> tuple[int, int]:
    """The words of the transcript from the first to the last that a part is found in; an empty range without any."""
    if not part.spans:
        return 0, 0
    return (
        bisect_left(scale.starts_ms, part.spans[0].start_ms),
        bisect_left(scale.starts_ms, max(span.end_ms for span in part.spans)),
    )


def _at_edge(edit: Edit, part: PartFinding, scale: _Scale) -> Edit:
    """One printed word before the heard ones, a sentence on its own (`Three. And each time …`): it may belong to the
    previous sentence, and does not alter the quoted one."""
    if edit.kind != "insert" or edit.severity != "altered" or len(edit.published.split()) != 1:
        return edit
    text = part.part.text.lstrip(_OPENING_MARKS)
    rest = text.removeprefix(edit.published)
    if rest == text or rest[:1] not in _SENTENCE_MARKS or len(rest) == 1:
        return edit
    return replace(edit, severity="uncertain", reason=EDGE_WORD)


def _short_forms(part: PartFinding, scale: _Scale) -> Iterator[_Doubt]:
    """Full forms, printed and heard, for which the sound has the short one as well: recognisers write them out."""
    if part.verdict != "verbatim":
        return
    words = scale.heard.words
    for k in _said_in(part, scale):
        short = scale.heard.language.written_out.get(" ".join(_forms(words[k : k + 2], scale.heard.code)))
        margins = scale.sound.weigh((k, k + 2), [short]) if short else None
        if short and margins and score(margins[0]) < scale.limits.written_out:
            full = " ".join(w.text for w in words[k : k + 2])
            found = _reading(full, short, margins[0], Span(words[k].start_ms, words[k + 1].end_ms))
            yield _Doubt("tidied", f"“{full}” could be “{short}”, which recognisers write out", found)


def _reading(text: str, other: str, margin: Margin, span: Span) -> Evidence:
    """Another reading of words that agree, as evidence: positive for the reading."""
    nats = round(-margin.sound_nats, 1), round(-margin.expected_nats, 1)
    return Evidence(text, other, nats[0], "neither", span.start_ms, span.end_ms, nats[1], doubt=True)


def _said_in(part: PartFinding, scale: _Scale) -> Iterator[int]:
    """The words of the transcript that a part is found in, by index."""
    for span in part.spans:
        yield from range(bisect_left(scale.starts_ms, span.start_ms), bisect_left(scale.starts_ms, span.end_ms))


def _is_filler_printed(edit: Edit, others: list[str], scale: _Scale) -> bool:
    fillers = scale.heard.language.fillers
    return not others and all(t.form in fillers for t in tokens(edit.published, scale.heard.code))


def _is_restart_printed(edit: Edit, place: tuple[int, int], scale: _Scale) -> bool:
    """Whether a word between two that are one is printed as another beginning of it (`We wear we`, `We, we're, we`)."""
    first, last = place
    around = _forms(scale.heard.words[last : last + 1], scale.heard.code)
    return last - first == 1 and _is_said_twice([], place, scale) and _forms_of(edit.published, scale)[:1] == around


def _is_said_twice(forms: list[str], place: tuple[int, int], scale: _Scale) -> bool:
    """Whether words of a cut are said right before or after it too; of none, whether the same word is on both sides."""
    first, last = place
    words, code = scale.heard.words, scale.heard.code
    size = len(forms) or 1
    before, after = _forms(words[max(0, first - size) : first], code), _forms(words[last : last + size], code)
    return forms in (before, after) if forms else before == after


def _forms(words: Sequence[Word], code: str) -> list[str]:
    return [t.form for w in words for t in tokens(w.text, code)]


def _forms_of(text: str, scale: _Scale) -> list[str]:
    return [t.form for t in tokens(text, scale.heard.code)]


def _doubts(part: PartFinding, scale: _Scale) -> Iterator[_Doubt]:
    """Numbers, negations and names, heard as they are printed, for which the sound has another reading as good."""
    if part.verdict not in {"verbatim", "tidied", "elided"}:
        return
    changed = [(e.start_ms, e.end_ms) for e in part.edits if e.heard and e.start_ms is not None]
    for k in _said_in(part, scale):
        word = scale.heard.words[k]
        others = _other_readings(word, scale) if word.probability < SURE_PROBABILITY else ()
        if not others or any(s is not None and e is not None and s <= word.start_ms < e for s, e in changed):
            continue
        margins = scale.sound.weigh((k, k + 1), others)
        nearest = min(zip(others, margins or ()), key=lambda m: score(m[1]), default=None)
        if nearest is None or score(nearest[1]) >= scale.limits.doubt:
            continue
        found = _reading(word.text, nearest[0], nearest[1], word.span)
        yield _Doubt("uncertain", f"“{word.text}” could be “{nearest[0]}”: listen", found)


def _other_readings(word: Word, scale: _Scale) -> tuple[str, ...]:
    """What a word may be taken for that changes a meaning: another number, its negation, another name like it."""
    name = word.text.strip(_MARKS)
    if name not in scale.names:
        return alternatives(word.text, scale.heard.code)
    alike = [other for other in sorted(scale.names - {name}) if _likeness(name, other) >= LEAST_ALIKE]
    return tuple(word.text.replace(name, other) for other in alike)
