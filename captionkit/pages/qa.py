"""The QA report: every quote checked against the clip, worst first, with what an editor needs to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from captionkit.model import Check, PolicyCell, Record, Span, severity
from captionkit.pages import parts
from captionkit.pages.options import PageOptions
from captionkit.pages.quotes import QuoteView, QuoteViews
from captionkit.pages.render import render_page
from captionkit.pages.rulings import Statement, cell_rows, summary_counts
from captionkit.timecode import clock

UNCAPTIONED_MS = 500
"""Shorter voice outside captions is the margin that voice activity detection leaves around speech."""


def qa_page(record: Record, options: PageOptions) -> str:
    """The quote check of one clip, as one HTML document.

    Everything except playing and filtering works without JavaScript; it links only to files beside it (`options`).
    """
    return render_page("qa", _view(record, options))


@dataclass(frozen=True, slots=True)
class _QaView:
    record: Record
    media: parts.Media
    downloads: tuple[parts.Download, ...]
    counts: tuple[tuple[parts.VerdictLabel, int], ...]
    quotes: tuple[QuoteView, ...]
    uncaptioned: tuple[Span, ...] | None
    checks: tuple[Check, ...]
    policy_counts: tuple[tuple[Statement, int], ...]
    policy_cells: tuple[tuple[str, str, PolicyCell, str], ...]
    settings: tuple[tuple[str, str], ...]


def uncaptioned_voice(record: Record) -> tuple[Span, ...] | None:
    """Stretches of voice without a caption, from `UNCAPTIONED_MS` on; None where voice was not measured."""
    if not record.transcript.voiced:
        return None
    found: list[Span] = []
    for voice in record.transcript.voiced:
        at = voice.start_ms
        for cue in sorted(record.cues, key=lambda c: c.start_ms):
            if cue.end_ms <= at or cue.start_ms >= voice.end_ms:
                continue
            found.append(Span(at, max(at, cue.start_ms)))
            at = cue.end_ms
        found.append(Span(at, max(at, voice.end_ms)))
    return tuple(span for span in found if span.duration_ms >= UNCAPTIONED_MS)


def _view(record: Record, options: PageOptions) -> _QaView:
    count = Counter(finding.verdict for finding in record.findings)
    worst_first = sorted(QuoteViews(record).all(), key=lambda quote: -severity(quote.finding.verdict))
    return _QaView(
        record=record,
        media=parts.media(record, options),
        downloads=parts.downloads(options),
        counts=tuple((label, count[verdict]) for verdict, label in parts.VERDICT_LABELS.items()),
        quotes=tuple(worst_first),
        uncaptioned=uncaptioned_voice(record),
        checks=tuple(sorted(record.checks, key=lambda check: check.level != "error")),
        policy_counts=summary_counts(record),
        policy_cells=tuple(cell_rows(record.policy)) if record.policy else (),
        settings=tuple(_settings(record, options)),
    )


def _settings(record: Record, options: PageOptions) -> Iterable[tuple[str, str]]:
    clip, transcript = record.clip, record.transcript
    picture = f"{clip.fps:g} frames a second" if clip.fps else "audio only"
    yield "Clip", f"{clip.file}, {clock(clip.duration_ms)}, {picture}"
    yield "SHA-256 of the clip", clip.sha256
    if levels := clip.levels:
        loudness = f"peak {levels.peak_dbfs:.1f} dBFS, loudness {levels.loudness_dbfs:.1f} dBFS"
        yield "Audio", f"{loudness}, {levels.clipped_share:.1%} clipped, {levels.silent_share:.0%} silent"
    if model := transcript.model:
        yield "Recogniser", f"{model.name}, {model.compute_type} on {model.device}"
        yield "SHA-256 of its weights", model.sha256
    yield "Language", f"{transcript.language} (probability {transcript.language_probability:.2f})"
    if options.style:
        yield "Caption style", options.style
    if record.timings:
        yield "Time taken", ", ".join(f"{name.removesuffix('_s')} {s:.1f} s" for name, s in record.timings)
