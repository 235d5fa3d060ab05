"""Verdicts weighed against the sound.

Where printed and heard words differ, either the article differs from what was said, or the recogniser misheard.
The sound is asked which wording it supports. Where they agree, words that decide a meaning (numbers, negations)
are doubted anyway: their confusable alternatives are asked about as well."""

from __future__ import annotations

from dataclasses import replace

from captionkit.match.findings import worst
from captionkit.match.sound.answers import Answer, answers
from captionkit.match.sound.context import SoundContext, SoundScorer
from captionkit.match.sound.doubts import confusable_doubts, short_form_doubts
from captionkit.match.sound.fillers import hidden_start
from captionkit.match.sound.questions import is_weighed, questions
from captionkit.match.sound.thresholds import DEFAULT_THRESHOLDS, Thresholds
from captionkit.match.transcript import MatchTranscript
from captionkit.model import Edit, Finding, PartFinding, Span, Verdict

EDGE_WORD = "a word printed before the passage was not heard: it may belong to the sentence before, listen"
_SENTENCE_MARKS = (".", "?", "!", "…")
_OPENING_MARKS = "\"'“‘([ "


def weighed(
    findings: tuple[Finding, ...],
    heard: MatchTranscript,
    sound: SoundScorer,
    names: tuple[str, ...] = (),
    limits: Thresholds = DEFAULT_THRESHOLDS,
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
    scale = SoundContext(heard, sound, limits, tuple(w.start_ms for w in heard.words), single)
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


def _finding(finding: Finding, scale: SoundContext) -> Finding:
    settled: dict[tuple[int, int], Answer] = {}
    for stretch, items in questions(finding, scale):
        settled |= answers(stretch, items, scale)
    parts = tuple(_part(part, _of_part(settled, at), scale) for at, part in enumerate(finding.parts))
    return replace(finding, parts=parts, verdict=worst(p.verdict for p in parts))


def _of_part(settled: dict[tuple[int, int], Answer], part: int) -> dict[int, Answer]:
    return {edit: found for (at, edit), found in settled.items() if at == part}


def _part(part: PartFinding, settled: dict[int, Answer], scale: SoundContext) -> PartFinding:
    """A part with what the sound says of its edits, and with what it says of words that agree."""
    if not is_weighed(part):
        return part
    edits = [settled[at].edit if at in settled else edit for at, edit in enumerate(part.edits)]
    evidence = [found for at in sorted(settled) for found in settled[at].evidence]
    if start := hidden_start(part, scale):
        edits.insert(0, start[0])
        evidence.append(start[1])
    edits = [_at_edge(edit, part, scale) for edit in edits]
    doubts = [*short_form_doubts(part, scale), *confusable_doubts(part, scale)]
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


def _at_edge(edit: Edit, part: PartFinding, scale: SoundContext) -> Edit:
    """One printed word before the heard ones, a sentence on its own (`Three. And each time …`): it may belong to the
    previous sentence, and does not alter the quoted one."""
    if edit.kind != "insert" or edit.severity != "altered" or len(edit.published.split()) != 1:
        return edit
    text = part.part.text.lstrip(_OPENING_MARKS)
    rest = text.removeprefix(edit.published)
    if rest == text or rest[:1] not in _SENTENCE_MARKS or len(rest) == 1:
        return edit
    return replace(edit, severity="uncertain", reason=EDGE_WORD)
