"""Findings → findings with the sound's evidence, and the verdicts that follow from it."""

from __future__ import annotations

from dataclasses import replace

from captionkit.match.findings import SAME_WORDS, worst
from captionkit.match.sound.answers import Answer, Key, answers
from captionkit.match.sound.context import SoundContext, SoundScorer
from captionkit.match.sound.doubts import doubts
from captionkit.match.sound.fillers import hidden_start
from captionkit.match.sound.questions import is_asked_about, questions
from captionkit.match.sound.thresholds import DEFAULT_THRESHOLDS, Thresholds
from captionkit.match.transcript import MatchTranscript
from captionkit.model import Edit, Finding, PartFinding, Span, Verdict

EDGE_WORD = "a word printed before the passage was not heard: it may belong to the sentence before, listen"
_SENTENCE_MARKS = (".", "?", "!", "…")
_OPENING_MARKS = "\"'“‘([ "


def weighed(
    findings: tuple[Finding, ...],
    transcript: MatchTranscript,
    scorer: SoundScorer,
    names: tuple[str, ...] = (),
    limits: Thresholds = DEFAULT_THRESHOLDS,
) -> tuple[Finding, ...]:
    """Findings with the sound's evidence, and the verdicts that follow from it.

    Args:
        findings: from the words alone.
        transcript: what they were made from.
        scorer: answers which of several wordings the sound supports.
        names: the article's names, so that a name is doubted where another of them sounds alike.
        limits: what a margin means.
    """
    single = frozenset(word for name in names for word in name.split())
    context = SoundContext(transcript, scorer, limits, single)
    return tuple(_weighed_finding(finding, context) for finding in findings)


def doubtful_spans(findings: tuple[Finding, ...]) -> tuple[Span, ...]:
    """Where the sound supports the printed words, so that the transcript's are to be marked doubtful."""
    every = (evidence for finding in findings for part in finding.parts for evidence in part.evidence)
    return tuple(Span(found.start_ms, found.end_ms) for found in every if found.supports == "published")


def _weighed_finding(finding: Finding, context: SoundContext) -> Finding:
    found: dict[Key, Answer] = {}
    for stretch, asked in questions(finding, context):
        found |= answers(stretch, asked, context)
    parts = []
    for at, part in enumerate(finding.parts):
        own = {edit: found[index, edit] for index, edit in found if index == at}
        parts.append(_weighed_part(part, own, context) if is_asked_about(part) else part)
    return replace(finding, parts=tuple(parts), verdict=worst(part.verdict for part in parts))


def _weighed_part(part: PartFinding, found: dict[int, Answer], context: SoundContext) -> PartFinding:
    """A part with the answers about its edits, by their numbers, and with the doubts about words that agree."""
    edits = [found[at].edit if at in found else edit for at, edit in enumerate(part.edits)]
    evidence = [found[at].evidence for at in sorted(found)]
    if start := hidden_start(part, context):
        edits.insert(0, start[0])
        evidence.append(start[1])
    edits = [_at_edge(edit, part) for edit in edits]
    doubted = tuple(doubts(part, context))
    evidence += (doubt.evidence for doubt in doubted)
    least: Verdict = "uncertain" if part.verdict == "uncertain" else "verbatim"
    verdict = worst([least, *(edit.severity for edit in edits), *(doubt.verdict for doubt in doubted)])
    if verdict == part.verdict and not doubted and edits == list(part.edits):
        return replace(part, evidence=tuple(evidence))
    reasons = [edit.reason for edit in edits if edit.severity == verdict]
    reasons = reasons or [doubt.reason for doubt in doubted if doubt.verdict == verdict]
    reason = "; ".join(dict.fromkeys(reasons)) or SAME_WORDS
    return replace(part, verdict=verdict, edits=tuple(edits), evidence=tuple(evidence), reason=reason)


def _at_edge(edit: Edit, part: PartFinding) -> Edit:
    """An edit, made `uncertain` if it inserts a single word before the heard ones that is a sentence on its own
    (`Three. And each time …`): it may belong to the previous sentence, and does not alter the quoted one."""
    if edit.kind != "insert" or edit.severity != "altered" or len(edit.published.split()) != 1:
        return edit
    text = part.part.text.lstrip(_OPENING_MARKS)
    rest = text.removeprefix(edit.published)
    if rest == text or rest[:1] not in _SENTENCE_MARKS or len(rest) == 1:
        return edit
    return replace(edit, severity="uncertain", reason=EDGE_WORD)
