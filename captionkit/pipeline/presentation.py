"""Analysis + style → Captions: cues laid out and checked; a record in another style, and one with corrections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest

from captionkit.captions import RULES, ClipTiming, Style, add_sounds, check_cues, credit_cue, lay_out, load_style
from captionkit.captions.corrections import with_corrections
from captionkit.formats.presentation import captions_of
from captionkit.match import MatchTranscript, find_quotes
from captionkit.match.policy.judge import with_policy
from captionkit.model import AudioEvent, CaptionFile, Check, Clip, Credit, Cue, Finding, Record, Span
from captionkit.pipeline.analysis import Analysis


@dataclass(frozen=True, slots=True)
class Captions:
    """The cues of a clip, the closing cue with the credits, and what the style check says."""

    cues: tuple[Cue, ...]
    closing: Cue | None
    checks: tuple[Check, ...]


def present(
    analysis: Analysis,
    audio_events: tuple[AudioEvent, ...],
    credits: tuple[Credit, ...],
    style: Style,
    timing: ClipTiming,
) -> Captions:
    """Lay out the words as cues of a style, with audio events and the closing cue, and check them."""
    cues = lay_out(analysis.transcript.words, style, timing, analysis.speakers)
    closing = credit_cue(credits, cues, style, timing)
    cues = add_sounds(cues, audio_events, style, timing, closing)
    return Captions(cues, closing, check_cues(cues, style, timing))


def restyle(record: Record, style: str) -> Record:
    """A record with its words laid out again in another style, and checked against it.

    Raises:
        UsageError: there is no such style.
    """
    analysis = Analysis(record.transcript, record.findings, record.speakers)
    captions = present(analysis, record.sounds, record.credits, load_style(style), _timing(record.clip))
    return _with_checks(replace(record, cues=captions.cues, credit_cue=captions.closing), captions.checks)


def revise(record: Record, file: CaptionFile, by: str) -> Record:
    """The record of a clip with captions that a person corrected, checked again.

    Quotes whose words were corrected are compared again, by the words alone, since a person has listened; then with
    the record's policy. Other findings stay.

    Args:
        record: as captionkit made it.
        file: its captions, corrected by hand.
        by: who corrected them.

    Raises:
        ValueError: the record cannot hold them; the sentence says why.
    """
    made, corrected = with_corrections(record, file, by)
    _require_same_captions(made, file)
    style = load_style(made.pages.style if made.pages else "")
    made = _with_checks(made, check_cues(made.cues, style, _timing(made.clip)))
    if made.article is None or not corrected:
        return made
    heard = MatchTranscript(made.transcript.words, made.transcript.language, made.speakers)
    compared = find_quotes(made.article.quotes, heard, made.article.names)
    findings = tuple(
        new if _may_have_changed(old, corrected) else old
        for old, new in zip(made.findings, compared, strict=True)
    )
    if made.policy:
        findings = with_policy(findings, made.policy, made.transcript.language)
    return replace(made, findings=findings)


def _timing(clip: Clip) -> ClipTiming:
    return ClipTiming(clip.duration_ms, clip.fps, clip.shots_ms)


def _with_checks(record: Record, checks: tuple[Check, ...]) -> Record:
    """The record with these findings of the style check in place of its own; its other checks stay."""
    others = (check for check in record.checks if check.rule not in RULES)
    return replace(record, checks=(*others, *checks))


def _require_same_captions(made: Record, file: CaptionFile) -> None:
    """Make sure that nothing a person wrote is lost."""
    ours, theirs = captions_of(made).cues, sorted(file.cues, key=lambda cue: cue.start_ms)
    for number, (cue, wanted) in enumerate(zip_longest(ours, theirs), 1):
        if cue is None or wanted is None or replace(cue, names=()) != replace(wanted, names=()):
            raise ValueError(f"cue {number} cannot be stored as it is")


def _may_have_changed(finding: Finding, corrected: tuple[Span, ...]) -> bool:
    """Whether a correction touches the words of a quote, or the quote was not found and may be in corrected words."""
    spans = [span for part in finding.parts for span in part.spans]
    return finding.verdict == "not_found" or any(
        new.start_ms <= span.end_ms and span.start_ms <= new.end_ms for span in spans for new in corrected
    )
