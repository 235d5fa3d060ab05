"""The QA report: every quote held against the clip, worst first, with what an editor needs to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from captionkit.match.policy.wording import KINDS, SHORT_WORDS, finding_sentences, from_source
from captionkit.model import (
    Check,
    Edit,
    Evidence,
    Finding,
    Levels,
    ModelUsed,
    PartFinding,
    Policy,
    PolicyCell,
    PolicyFinding,
    PolicyVerdict,
    Quarantined,
    Record,
    Span,
    Speaker,
    Verdict,
    Word,
    severity,
)
from captionkit.pages import parts
from captionkit.pages.options import PageOptions
from captionkit.pages.reading import sentences, speaker_labels, words_within
from captionkit.pages.render import render_page
from captionkit.pages.worddiff import Run, diff_runs
from captionkit.timecode import clock

UNCAPTIONED_MS = 500
"""Shorter voice outside captions is the margin that voice detection leaves around speech."""
CONTEXT_WORDS = 40
"""A sentence of context is cut here: speech without full stops would bring the whole clip."""


def qa_page(record: Record, options: PageOptions) -> str:
    """The quote check of one clip, as one HTML document.

    All but playing and filtering works without JavaScript; it links only to files beside it (`options`).
    """
    return render_page("qa", _view(record, options))


@dataclass(frozen=True, slots=True)
class Face:
    """How a verdict is shown: a word and a symbol, never colour alone."""

    verdict: Verdict
    label: str
    symbol: str
    meaning: str


FACES = {
    face.verdict: face
    for face in (
        Face("not_found", "Not found in this clip", "∅", "No passage matches; it may be from elsewhere."),
        Face("altered", "Altered", "≠", "A word, number, name or negation differs, or words are cut."),
        Face("uncertain", "Uncertain", "?", "The sound does not decide between two wordings: listen."),
        Face("elided", "Elided", "…", "Words are left out just where the article marks it."),
        Face("tidied", "Tidied", "≈", "Only fillers, repeats, false starts or contractions differ."),
        Face("verbatim", "Verbatim", "=", "The same words."),
    )
}


POLICY_SYMBOLS: dict[PolicyVerdict, str] = {"forbidden": "✕", "undecided": "?", "unknown": "–", "allowed": "✓"}
"""A sign for what a policy says, the words always beside it."""


@dataclass(frozen=True, slots=True)
class _Told:
    """Something that the policy says, as a sentence with its verdict."""

    verdict: PolicyVerdict
    symbol: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part is said, with a sentence around it; `around` is the time of all three.

    A label stands where another speaker begins, None where the same one goes on.
    """

    span: Span
    around: Span
    before: str
    said: str
    after: str
    before_label: str | None = None
    said_label: str | None = None
    after_label: str | None = None


@dataclass(frozen=True, slots=True)
class _PartView:
    finding: PartFinding
    face: Face
    published: tuple[Run, ...]
    heard: tuple[Run, ...]
    places: tuple[_Place, ...]
    differences: tuple[str, ...]
    policy: tuple[_Told, ...]
    sound: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _QuoteView:
    """`number` counts quotes in the article's order, from 1."""

    number: int
    finding: Finding
    face: Face
    parts: tuple[_PartView, ...]
    voices: tuple[str, ...]
    other_voice: bool
    policy: _Told | None
    order: tuple[_Told, ...]


@dataclass(frozen=True, slots=True)
class _Heard:
    """What every quote is held against; `numbers` are the quotes' places in the article by their id."""

    words: tuple[Word, ...]
    sentences: tuple[tuple[int, int], ...]
    labels: dict[str, str]
    speakers: dict[str, Speaker]
    numbers: dict[str, int]


@dataclass(frozen=True, slots=True)
class _QaView:
    title: str
    media: parts.Media
    credits: tuple[tuple[str, tuple[str, ...]], ...]
    downloads: tuple[parts.Download, ...]
    counts: tuple[tuple[Face, int], ...]
    quotes: tuple[_QuoteView, ...]
    has_article: bool
    article_source: str
    respelled: tuple[Word, ...]
    doubtful: tuple[Word, ...]
    quarantined: tuple[Quarantined, ...]
    uncaptioned: tuple[Span, ...] | None
    checks: tuple[Check, ...]
    policy: Policy | None
    policy_counts: tuple[tuple[_Told, int], ...]
    policy_cells: tuple[tuple[str, str, PolicyCell, str], ...]
    settings: tuple[tuple[str, str], ...]
    truncated: bool


def uncaptioned_voice(record: Record) -> tuple[Span, ...] | None:
    """Stretches of voice under no caption, from `UNCAPTIONED_MS` on; None where voice was not measured."""
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
    words = record.transcript.words
    heard = _heard(record)
    numbered = [_quote(heard, number, finding) for number, finding in enumerate(record.findings, 1)]
    count = Counter(finding.verdict for finding in record.findings)
    return _QaView(
        title=parts.title(record),
        media=parts.media(record, options),
        credits=parts.credit_lines(record),
        downloads=parts.downloads(options),
        counts=tuple((face, count[face.verdict]) for face in FACES.values()),
        quotes=tuple(sorted(numbered, key=lambda quote: -severity(quote.finding.verdict))),
        has_article=record.article is not None,
        article_source=record.article.source if record.article else "",
        respelled=tuple(word for word in words if word.heard is not None),
        doubtful=tuple(word for word in words if word.doubtful),
        quarantined=record.transcript.quarantined,
        uncaptioned=uncaptioned_voice(record),
        checks=tuple(sorted(record.checks, key=lambda check: check.level != "error")),
        policy=record.policy,
        policy_counts=tuple(_policy_counts(record)),
        policy_cells=tuple(_policy_cells(record.policy)) if record.policy else (),
        settings=tuple(_settings(record, options)),
        truncated=record.clip.truncated,
    )


def _heard(record: Record) -> _Heard:
    words = record.transcript.words
    return _Heard(
        words,
        sentences(words),
        speaker_labels(record),
        {speaker.id: speaker for speaker in record.speakers},
        {finding.quote.id: number for number, finding in enumerate(record.findings, 1)},
    )


def _quote(heard: _Heard, number: int, finding: Finding) -> _QuoteView:
    voices = _voices(heard, finding)
    names = {speaker.name for speaker in voices if speaker.name}
    return _QuoteView(
        number=number,
        finding=finding,
        face=FACES[finding.verdict],
        parts=tuple(_part(heard, part) for part in finding.parts),
        voices=tuple(_voice(heard, speaker) for speaker in voices),
        other_voice=bool(finding.quote.speaker and names and finding.quote.speaker not in names),
        policy=_short(finding.policy.verdict, finding.policy.title) if finding.policy else None,
        order=_told(finding.policy) if finding.policy and finding.policy.edits else (),
    )


def _part(heard: _Heard, part: PartFinding) -> _PartView:
    runs = diff_runs(part.part.text, part.heard, part.edits)
    return _PartView(
        finding=part,
        face=FACES[part.verdict],
        published=runs[0],
        heard=runs[1],
        places=tuple(_place(heard, span) for span in part.spans),
        differences=tuple(_difference(edit) for edit in part.edits),
        policy=_told(part.policy) if part.policy else (),
        sound=tuple(_sound_says(evidence) for evidence in part.evidence),
    )


def _place(heard: _Heard, span: Span) -> _Place:
    """The words of `span`, with what stands before and after them as far as the sentence goes."""
    words = heard.words
    first, last = words_within(words, span)
    if first == last:
        return _Place(span, span, "", "", "")
    before = next((a for a, b in heard.sentences if a < first <= b), first)
    after = next((b for a, b in heard.sentences if a <= last < b), last)
    before, after = max(before, first - CONTEXT_WORDS), min(after, last + CONTEXT_WORDS)
    return _Place(
        span,
        Span(min(span.start_ms, words[before].start_ms), max(span.end_ms, words[after - 1].end_ms)),
        _text(words[before:first]),
        _text(words[first:last]),
        _text(words[last:after]),
        _other_label(heard, words[before], words[first]),
        _other_label(heard, words[first], words[before]),
        _other_label(heard, words[after - 1], words[last - 1]),
    )


def _other_label(heard: _Heard, word: Word, beside: Word) -> str | None:
    """Who says `word`, None where that is who says `beside`."""
    return None if word.speaker == beside.speaker else heard.labels.get(word.speaker or "")


def _voices(heard: _Heard, finding: Finding) -> tuple[Speaker, ...]:
    """All who speak in the quote's spans, each once, in order."""
    places = (words_within(heard.words, span) for part in finding.parts for span in part.spans)
    ids = dict.fromkeys(word.speaker for first, last in places for word in heard.words[first:last])
    return tuple(heard.speakers[id_] for id_ in ids if id_ in heard.speakers)


def _voice(heard: _Heard, speaker: Speaker) -> str:
    """A voice and how it got its name."""
    quotes = [f"quote {heard.numbers[id_]}" for id_ in speaker.because if id_ in heard.numbers]
    label = heard.labels[speaker.id]
    return f"{label}, named by {_and(quotes)}" if speaker.name and quotes else label


def _difference(edit: Edit) -> str:
    """An edit as a sentence."""
    sentence = {
        "replace": f"“{edit.published}” is printed, “{edit.heard}” was heard",
        "insert": f"“{edit.published}” is printed and was not heard here",
        "delete": f"“{edit.heard}” was heard and is not printed",
    }[edit.kind]
    return f"{sentence}: {edit.reason}." if edit.reason else f"{sentence}."


def _told(held: PolicyFinding) -> tuple[_Told, ...]:
    """All that the policy says of a part, or of the order of a quote."""
    sentences = finding_sentences(held)
    return tuple(_Told(verdict, POLICY_SYMBOLS[verdict], f"{_opened(text)}.") for verdict, text in sentences)


def _short(verdict: PolicyVerdict, title: str) -> _Told:
    return _Told(verdict, POLICY_SYMBOLS[verdict], _opened(SHORT_WORDS[verdict].format(title)))


def _opened(text: str) -> str:
    """A text with a capital at its begin."""
    return text[:1].upper() + text[1:]


def _policy_counts(record: Record) -> Iterable[tuple[_Told, int]]:
    """How many quotes the policy forbids, leaves open and allows."""
    if record.policy is None:
        return
    counts = Counter(finding.policy.verdict for finding in record.findings if finding.policy)
    yield from ((_short(verdict, record.policy.title), counts[verdict]) for verdict in SHORT_WORDS if counts[verdict])


def _policy_cells(policy: Policy) -> Iterable[tuple[str, str, PolicyCell, str]]:
    """What the policy says of each kind of edit: the kind, the state, the cell, and its source."""
    for kind, what in KINDS.items():
        cell = policy.cell(kind)
        marked = f"; at an ellipsis {cell.with_ellipsis}" if cell.with_ellipsis else ""
        yield _opened(what), f"{cell.state}{marked}", cell, from_source(cell)


def _sound_says(evidence: Evidence) -> str:
    """What the sound says of two wordings, as a sentence with the numbers behind it."""
    margin, expected = (f"{nats:+.1f}".replace("-", "−") for nats in (evidence.margin_nats, evidence.expected_nats))
    if evidence.doubt:
        readings = f"“{evidence.published}”, as heard, and “{evidence.heard}”"
        return f"It does not decide between {readings}: {margin} nats for that with the sound, {expected} without it."
    published = f"“{evidence.published}”, as published" if evidence.published else "no word there"
    heard = f"“{evidence.heard}”, as heard" if evidence.heard else "no word there"
    sentence = {
        "heard": f"It bears out {heard}, and not {published}",
        "published": f"It bears out {published}, and not {heard}",
        "neither": f"It does not decide between {published}, and {heard}",
    }[evidence.supports]
    return f"{sentence}: {margin} nats for what was heard with the sound, {expected} without it."


def _settings(record: Record, options: PageOptions) -> Iterable[tuple[str, str]]:
    clip, transcript = record.clip, record.transcript
    picture = f"{clip.fps:g} frames a second" if clip.fps else "sound only"
    yield "Clip", f"{clip.file}, {clock(clip.duration_ms)}, {picture}"
    yield "SHA-256 of the clip", clip.sha256
    if clip.levels:
        yield "Sound", _levels(clip.levels)
    if transcript.model:
        yield from _model(transcript.model)
    yield "Language", f"{transcript.language} (probability {transcript.language_probability:.2f})"
    if options.style:
        yield "Caption style", options.style
    if record.timings:
        yield "Time taken", ", ".join(f"{name.removesuffix('_s')} {s:.1f} s" for name, s in record.timings)


def _model(model: ModelUsed) -> Iterable[tuple[str, str]]:
    yield "Recogniser", f"{model.name}, {model.compute_type} on {model.device}"
    yield "SHA-256 of its weights", model.sha256


def _levels(levels: Levels) -> str:
    return (
        f"peak {levels.peak_dbfs:.1f} dBFS, loudness {levels.loudness_dbfs:.1f} dBFS, "
        f"{levels.clipped_share:.1%} clipped, {levels.silent_share:.0%} silent"
    )


def _text(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words)


def _and(items: list[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
