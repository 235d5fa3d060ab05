"""Verdicts weighed against the sound.

Where printed and heard words differ, either the article differs from what was said, or the recogniser misheard.
The sound is asked which wording it bears out. Where they agree, words that decide a meaning (numbers, negations)
are doubted all the same: their confusable alternatives are asked about as well.

The thresholds are first values, not yet calibrated; docs/evidence.md says what they rest on.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from captionkit.match.confusables import alternatives, sounds_like_filler
from captionkit.match.findings import Heard, worst
from captionkit.match.normalise import tokens
from captionkit.model import Edit, Evidence, Finding, PartFinding, Span, Verdict

Weigh = Callable[[tuple[int, int], Sequence[str]], "list[float] | None"]
"""How much likelier the sound makes `words[first:last]` than each of some other wordings of them, in nats; None
where it cannot be asked. The pipeline passes it in."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Margins in nats, positive for what was heard.

    Below `published` the printed words are taken to have been said; from `heard` on the heard ones; between the
    two the sound does not decide. One pair of numbers for words that sound alike, one for words that decide a
    meaning, one for all others. `doubt` is what a confusable alternative must lose by; `filler` is what a word
    inside a restart may beat `um` by and still be taken for one, since recognisers hardly ever write fillers.
    """

    alike: tuple[float, float] = (3.5, 5.0)
    decisive: tuple[float, float] = (-1.0, 2.0)
    other: tuple[float, float] = (-1.0, 4.0)
    doubt: float = 1.5
    filler: float = 8.0


DECISIVE_REASONS = ("negation", "number", "date", "grammar")
LEAST_ALIKE = 66.0
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


def weighed(
    findings: tuple[Finding, ...], heard: Heard, weigh: Weigh, limits: Thresholds = Thresholds()
) -> tuple[Finding, ...]:
    """Findings with the sound's evidence, and the verdicts that follow from it.

    Args:
        findings: from the words alone.
        heard: the transcript they were made from.
        weigh: asks the sound.
        limits: what a margin means.
    """
    scale = _Scale(heard, weigh, limits, tuple(w.start_ms for w in heard.words))
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
    doubts = list(_doubts(part, scale))
    evidence += (e for _, e in doubts)
    severities: list[Verdict] = ["verbatim", *(e.severity for e in edits)]
    if doubts or part.verdict == "uncertain":
        severities.append("uncertain")
    verdict = worst(severities)
    reasons = [e.reason for e in edits if e.severity == verdict] or [r for r, _ in doubts]
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
    if not _worth_asking(edit) or place is None or place[1] - place[0] > LONGEST_ASKED_WORDS:
        return edit, []
    if edit.kind == "delete" and (talk := _hidden_filler(edit, place, scale)):
        return talk, []
    margins = scale.weigh(place, [edit.published])
    if margins is None:
        return edit, []
    low, high = _limits(edit, scale.limits)
    found = Evidence(
        edit.published,
        edit.heard,
        round(margins[0], 1),
        "published" if margins[0] < low else "heard" if margins[0] >= high else "neither",
        edit.start_ms or 0,
        edit.end_ms or 0,
    )
    if found.supports == "published":
        return replace(edit, severity="verbatim", reason=MISHEARD), [found]
    if found.supports == "neither" and edit.severity == "altered":
        return replace(edit, severity="uncertain", reason=UNDECIDED), [found]
    return edit, [found]


def _worth_asking(edit: Edit) -> bool:
    """Changes that count or may count, and short forms written out: recognisers often write one for the other."""
    if edit.severity == "tidied":
        return bool(edit.published and edit.heard)
    return edit.severity in {"altered", "uncertain"}


def _limits(edit: Edit, limits: Thresholds) -> tuple[float, float]:
    if edit.reason.startswith(DECISIVE_REASONS):
        return limits.decisive
    return limits.alike if _alike(edit.published, edit.heard) else limits.other


def _alike(published: str, heard: str) -> bool:
    """Whether two wordings sound alike, by letters and phonetic keys."""
    from jellyfish import metaphone

    if not published or not heard:
        return False
    letters = fuzz.ratio(published.casefold(), heard.casefold())
    return (letters + fuzz.ratio(metaphone(published), metaphone(heard))) / 2 >= LEAST_ALIKE


def _place(edit: Edit, starts_ms: tuple[int, ...]) -> tuple[int, int] | None:
    """The words an edit is about, as a range of the transcript; an empty one where words would be put in."""
    if edit.start_ms is None or edit.end_ms is None or not (edit.published or edit.heard):
        return None
    first = bisect_left(starts_ms, edit.start_ms)
    if not edit.heard:
        return first, first
    return first, max(first + 1, bisect_left(starts_ms, edit.end_ms))


def _hidden_filler(edit: Edit, place: tuple[int, int], scale: _Scale) -> Edit | None:
    """A filler that the recogniser took for a word, between words said twice (`tonight, arm, tonight`)."""
    first, last = place
    words = scale.heard.words[first:last]
    for k, word in enumerate(words):
        filler = sounds_like_filler(word.text, scale.heard.code)
        if filler is None:
            continue
        rest = [t.form for w in (*words[:k], *words[k + 1 :]) for t in tokens(w.text, scale.heard.code)]
        if not rest or not _said_twice(rest, place, scale.heard):
            continue
        margins = scale.weigh((first + k, first + k + 1), [filler])
        if margins is not None and margins[0] <= scale.limits.filler:
            return replace(edit, severity="tidied", reason="filler and repeat dropped")
    return None


def _said_twice(forms: list[str], place: tuple[int, int], heard: Heard) -> bool:
    first, last = place
    size = len(forms)
    before = [t.form for w in heard.words[max(0, first - size) : first] for t in tokens(w.text, heard.code)]
    after = [t.form for w in heard.words[last : last + size] for t in tokens(w.text, heard.code)]
    return forms in (before[-size:], after[:size])


def _doubts(part: PartFinding, scale: _Scale) -> Iterator[tuple[str, Evidence]]:
    """Numbers and negations, heard as they are printed, for which the sound has another reading as good."""
    if part.verdict not in {"verbatim", "tidied", "elided"}:
        return
    changed = [(e.start_ms, e.end_ms) for e in part.edits if e.heard and e.start_ms is not None]
    for span in part.spans:
        first = bisect_left(scale.starts_ms, span.start_ms)
        last = bisect_left(scale.starts_ms, span.end_ms)
        for k in range(first, last):
            word = scale.heard.words[k]
            others = alternatives(word.text, scale.heard.code)
            if not others or any(
                s is not None and e is not None and s <= word.start_ms < e for s, e in changed
            ):
                continue
            margins = scale.weigh((k, k + 1), others)
            if margins is None or min(margins) >= scale.limits.doubt:
                continue
            other = others[margins.index(min(margins))]
            found = Evidence(word.text, other, round(-min(margins), 1), "neither", word.start_ms, word.end_ms)
            yield f"“{word.text}” could be “{other}”: listen", found
