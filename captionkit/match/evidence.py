"""Verdicts weighed against the sound.

Where printed and heard words differ, either the article differs from what was said, or the recogniser misheard.
The sound is asked which wording it bears out. Where they agree, words that decide a meaning (numbers, negations)
are doubted all the same: their confusable alternatives are asked about as well.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from captionkit.match.confusables import alternatives, sounds_like_filler, sounds_like_restart
from captionkit.match.findings import Heard, worst
from captionkit.match.normalise import tokens
from captionkit.model import Edit, Evidence, Finding, Margin, PartFinding, Span, Verdict, Word

Weigh = Callable[[tuple[int, int], Sequence[str]], "list[Margin] | None"]
"""How much likelier `words[first:last]` are than each of some other wordings of them; None where the sound cannot be
asked. The pipeline passes it in."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores in nats, positive for what was heard (`score`): docs/evidence.md says how they were found.

    Below the first of a pair the printed words are taken to have been said; from the second on the heard ones;
    between the two the sound does not decide. One pair for words that decide a meaning; one for short forms written
    out, where `tidied`, which claims less, stands for what is open; one each for words that sound the same, that the
    recogniser was unsure of, that sound alike, and for all others. `doubt` is what a confusable alternative must lose
    by; `talk` is what a word inside a restart may beat `um` or `we're` by and still be taken for it, since recognisers
    hardly ever write those.
    """

    decisive: tuple[float, float] = (0.0, 2.5)
    short: tuple[float, float] = (0.0, 0.0)
    same: tuple[float, float] = (3.3, 9.0)
    unsure: tuple[float, float] = (2.0, 10.0)
    alike: tuple[float, float] = (3.3, 5.0)
    other: tuple[float, float] = (2.0, 3.0)
    doubt: float = 1.5
    talk: float = 8.0


EXPECTED_SHARE = 1 / 3
"""How much of what the recogniser expects with nothing to hear is taken off a margin."""
DECISIVE_REASONS = ("negation", "number", "date")
INFLECTED = "grammar"
_MARKS = ".,;:!?…\"“”"
UNSURE_PROBABILITY = 0.5
SURE_PROBABILITY = 0.95
"""All other words together have what is left to 1, each of them so at least 2.9 nats less: there is no need to ask."""
LONGEST_INVENTED_WORDS = 3
"""No recogniser is sure of more words in a row that nobody said."""
LEAST_ALIKE = 66.0
"""In percent, of letters and phonetic keys together: from here on two wordings sound alike."""
LONGEST_ASKED_WORDS = 12
MOST_EDITS = 12
MISHEARD = "misheard by the recogniser: the sound bears out the printed words"
UNDECIDED = "the sound does not decide between the printed and the heard words: listen"


@dataclass(frozen=True, slots=True)
class _Scale:
    """What one part is weighed with."""

    heard: Heard
    weigh: Weigh
    limits: Thresholds
    starts_ms: tuple[int, ...]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Another reading of words that agree, and the verdict it asks for."""

    verdict: Verdict
    reason: str
    evidence: Evidence


def weighed(
    findings: tuple[Finding, ...],
    heard: Heard,
    weigh: Weigh,
    names: tuple[str, ...] = (),
    limits: Thresholds = Thresholds(),
) -> tuple[Finding, ...]:
    """Findings with the sound's evidence, and the verdicts that follow from it.

    Args:
        findings: from the words alone.
        heard: the transcript they were made from.
        weigh: asks the sound.
        names: the article's, so that a name is doubted where another of them sounds alike.
        limits: what a margin means.
    """
    single = frozenset(word for name in names for word in name.split())
    scale = _Scale(heard, weigh, limits, tuple(w.start_ms for w in heard.words), single)
    return tuple(_finding(finding, scale) for finding in findings)


def doubtful_spans(findings: tuple[Finding, ...]) -> tuple[Span, ...]:
    """Where the sound bears out the printed words, so that the transcript's are to be marked doubtful."""
    return tuple(
        Span(e.start_ms, e.end_ms)
        for finding in findings
        for part in finding.parts
        for e in part.evidence
        if e.supports == "published"
    )


def score(margin: Margin, alike: bool = False) -> float:
    """What a margin is worth, in nats: less a share of what the recogniser would expect of anybody.

    The whole of it taken off, the sound is heard without any knowledge of the language and absurd wordings gain; with
    nothing off, tidy wordings do. Where two wordings sound alike, nothing is added for a heard one that nobody would
    have expected: that is what a slip of the recogniser is like.
    """
    expected_nats = max(0.0, margin.expected_nats) if alike else margin.expected_nats
    return margin.sound_nats - EXPECTED_SHARE * expected_nats


def _finding(finding: Finding, scale: _Scale) -> Finding:
    parts = tuple(_part(part, scale) for part in finding.parts)
    return replace(finding, parts=parts, verdict=worst(p.verdict for p in parts))


def _part(part: PartFinding, scale: _Scale) -> PartFinding:
    if part.verdict == "not_found" or len(part.edits) > MOST_EDITS:
        return part
    edits: list[Edit] = []
    evidence: list[Evidence] = []
    for edit in part.edits:
        settled, found = _edit(edit, scale)
        edits.append(settled)
        evidence += found
    if start := _hidden_start(part, scale):
        edits.insert(0, start[0])
        evidence.append(start[1])
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


def _edit(edit: Edit, scale: _Scale) -> tuple[Edit, list[Evidence]]:
    """An edit as the sound has it: kept, dismissed or undecided."""
    place = _place(edit, scale.starts_ms)
    if place is None or not _worth_asking(edit, scale.heard.words[slice(*place)]):
        return edit, []
    if edit.heard and (talk := _hidden_talk(edit, place, scale)):
        return talk[0], [talk[1]]
    margins = scale.weigh(place, [edit.published])
    if margins is None:
        return edit, []
    unsure = any(w.probability < UNSURE_PROBABILITY for w in scale.heard.words[slice(*place)])
    (low, high), alike = _limits(edit, unsure, scale.limits)
    margin = margins[0]
    worth = score(margin, alike)
    found = Evidence(
        edit.published,
        edit.heard,
        round(margin.sound_nats, 1),
        "published" if worth < low else "heard" if worth >= high else "neither",
        edit.start_ms or 0,
        edit.end_ms or 0,
        round(margin.expected_nats, 1),
    )
    if found.supports == "published":
        return replace(edit, severity="verbatim", reason=MISHEARD), [found]
    if found.supports == "neither" and edit.severity == "altered":
        return replace(edit, severity="uncertain", reason=UNDECIDED), [found]
    return edit, [found]


def _worth_asking(edit: Edit, heard: Sequence[Word]) -> bool:
    """Changes that count or may count, and short forms written out: recognisers often write one for the other."""
    if len(heard) > LONGEST_ASKED_WORDS:
        return False
    if len(heard) > LONGEST_INVENTED_WORDS and not edit.published:
        return any(w.probability < UNSURE_PROBABILITY for w in heard)
    if edit.severity == "tidied":
        return bool(edit.published and edit.heard)
    return edit.severity in {"altered", "uncertain"}


def _limits(edit: Edit, unsure: bool, limits: Thresholds) -> tuple[tuple[float, float], bool]:
    """The pair of thresholds for an edit, and whether its wordings sound alike; `unsure` of its heard words."""
    from jellyfish import metaphone

    if edit.reason.startswith(DECISIVE_REASONS):
        return limits.decisive, False
    if edit.severity == "tidied":
        return limits.short, False
    if edit.reason.startswith(INFLECTED) or not edit.published or not edit.heard:
        return limits.other, False
    if metaphone(edit.published) == metaphone(edit.heard):
        return limits.same, True
    alike = _likeness(edit.published, edit.heard) >= LEAST_ALIKE
    return limits.unsure if unsure else limits.alike if alike else limits.other, alike


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


def _hidden_talk(edit: Edit, place: tuple[int, int], scale: _Scale) -> tuple[Edit, Evidence] | None:
    """A filler or a restart that the recogniser took for a word (`tonight, arm, tonight`, `We wear we will`)."""
    first, last = place
    words, code = scale.heard.words, scale.heard.code
    for k in range(first, last):
        others = _forms((*words[first:k], *words[k + 1 : last]), code)
        if not (_is_filler_printed(edit, others, scale) if edit.published else _is_said_twice(others, place, scale)):
            continue
        talk = sounds_like_filler(words[k].text, code)
        talk = talk or sounds_like_restart(words[k].text, "".join(others[:1]), code)
        if found := talk and _taken_for_word(k, talk, scale):
            reason = "filler" if edit.published else f"{'filler and repeat' if others else 'filler'} dropped"
            return replace(edit, severity="tidied", reason=f"{reason}: “{found.published}” stands for “{talk}”"), found
    return None


def _taken_for_word(k: int, talk: str, scale: _Scale) -> Evidence | None:
    """The sound's answer, where it allows that a word of the transcript was a filler or a restart."""
    word = scale.heard.words[k]
    margins = scale.weigh((k, k + 1), [talk])
    if not margins or score(margins[0]) > scale.limits.talk:
        return None
    return _reading(word.text.strip(_MARKS), talk, margins[0], word.span)


def _hidden_start(part: PartFinding, scale: _Scale) -> tuple[Edit, Evidence] | None:
    """A restart right before a part, taken for a word (`We wear | we will`)."""
    words, code = scale.heard.words, scale.heard.code
    first = bisect_left(scale.starts_ms, part.spans[0].start_ms) if part.spans else 0
    begun = _forms(words[max(0, first - 2) : max(0, first - 1)], code)
    if not begun or begun != _forms(words[first : first + 1], code):
        return None
    talk = sounds_like_restart(words[first - 1].text, begun[0], code)
    found = _taken_for_word(first - 1, talk, scale) if talk else None
    if found is None:
        return None
    heard = " ".join(w.text for w in words[first - 2 : first])
    reason = f"false start dropped: “{found.published}” stands for “{talk}”"
    return Edit("delete", "", heard, "tidied", reason, words[first - 2].start_ms, words[first - 1].end_ms), found


def _short_forms(part: PartFinding, scale: _Scale) -> Iterator[_Doubt]:
    """Full forms, printed and heard, for which the sound has the short one as well: recognisers write them out."""
    if part.verdict != "verbatim":
        return
    words = scale.heard.words
    for k in _said_in(part, scale):
        short = scale.heard.language.written_out.get(" ".join(_forms(words[k : k + 2], scale.heard.code)))
        margins = scale.weigh((k, k + 2), [short]) if short else None
        if short and margins and score(margins[0]) < scale.limits.other[0]:
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


def _is_said_twice(forms: list[str], place: tuple[int, int], scale: _Scale) -> bool:
    """Whether words of a cut are said right before or after it too; of none, whether the same word is on both sides."""
    first, last = place
    words, code = scale.heard.words, scale.heard.code
    size = len(forms) or 1
    before, after = _forms(words[max(0, first - size) : first], code), _forms(words[last : last + size], code)
    return forms in (before, after) if forms else before == after


def _forms(words: Sequence[Word], code: str) -> list[str]:
    return [t.form for w in words for t in tokens(w.text, code)]


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
        margins = scale.weigh((k, k + 1), others)
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
