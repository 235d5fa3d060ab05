"""One quote of the QA report: both wordings, where it is said, by whom, and what the audio says about it."""

from __future__ import annotations

from dataclasses import dataclass

from captionkit.model import Edit, Evidence, Finding, PartFinding, Record, Span, Speaker, Word
from captionkit.pages.parts import VERDICT_LABELS, VerdictLabel
from captionkit.pages.reading import words_within
from captionkit.pages.rulings import Statement, statements, summary
from captionkit.pages.worddiff import Run, diff_runs
from captionkit.text import word_sentences

CONTEXT_WORDS = 40
"""A sentence of context is cut here: speech without full stops would bring the whole clip."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part is said, with a sentence around it; `around` is the time of all three.

    A label stands where another speaker begins, None where the same one continues.
    """

    span: Span
    around: Span
    before: str = ""
    said: str = ""
    after: str = ""
    before_label: str | None = None
    said_label: str | None = None
    after_label: str | None = None


@dataclass(frozen=True, slots=True)
class _PartView:
    finding: PartFinding
    label: VerdictLabel
    published: tuple[Run, ...]
    heard: tuple[Run, ...]
    places: tuple[_Place, ...]
    differences: tuple[str, ...]
    policy: tuple[Statement, ...]
    sound: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote as the report shows it.

    `number` counts quotes in the article's order, from 1. `speakers` are those heard in the clip, each with how the
    name was found; `other_speaker` says that the article names somebody else.
    """

    number: int
    finding: Finding
    label: VerdictLabel
    parts: tuple[_PartView, ...]
    speakers: tuple[str, ...]
    other_speaker: bool
    policy: Statement | None
    order: tuple[Statement, ...]


class QuoteViews:
    """Makes the views of a record's quotes."""

    def __init__(self, record: Record) -> None:
        """Work out once what every quote needs."""
        self._words = record.transcript.words
        self._sentences = word_sentences(self._words)
        self._labels = record.speaker_labels
        self._speakers = {speaker.id: speaker for speaker in record.speakers}
        self._findings = record.findings
        self._numbers = {finding.quote.id: number for number, finding in enumerate(record.findings, 1)}

    def all(self) -> list[QuoteView]:
        """Every quote, in the article's order."""
        return [self._quote(number, finding) for number, finding in enumerate(self._findings, 1)]

    def _quote(self, number: int, finding: Finding) -> QuoteView:
        speakers = self._speakers_of(finding)
        names = {speaker.name for speaker in speakers if speaker.name}
        return QuoteView(
            number=number,
            finding=finding,
            label=VERDICT_LABELS[finding.verdict],
            parts=tuple(map(self._part, finding.parts)),
            speakers=tuple(map(self._described, speakers)),
            other_speaker=bool(finding.quote.speaker and names and finding.quote.speaker not in names),
            policy=summary(finding.policy.verdict, finding.policy.title) if finding.policy else None,
            order=statements(finding.policy) if finding.policy and finding.policy.edits else (),
        )

    def _part(self, part: PartFinding) -> _PartView:
        published, heard = diff_runs(part.part.text, part.heard, part.edits)
        return _PartView(
            finding=part,
            label=VERDICT_LABELS[part.verdict],
            published=published,
            heard=heard,
            places=tuple(map(self._place, part.spans)),
            differences=tuple(map(_difference, part.edits)),
            policy=statements(part.policy),
            sound=tuple(map(evidence_sentence, part.evidence)),
        )

    def _place(self, span: Span) -> _Place:
        """The words of `span`, with those before and after them to the ends of their sentences."""
        words = self._words
        first, last = words_within(words, span)
        if first == last:
            return _Place(span, span)
        before = next((a for a, b in self._sentences if a < first <= b), first)
        after = next((b for a, b in self._sentences if a <= last < b), last)
        before, after = max(before, first - CONTEXT_WORDS), min(after, last + CONTEXT_WORDS)
        return _Place(
            span,
            Span(min(span.start_ms, words[before].start_ms), max(span.end_ms, words[after - 1].end_ms)),
            _text(words[before:first]),
            _text(words[first:last]),
            _text(words[last:after]),
            self._other_label(words[before], words[first]),
            self._other_label(words[first], words[before]),
            self._other_label(words[after - 1], words[last - 1]),
        )

    def _other_label(self, word: Word, beside: Word) -> str | None:
        """Who says `word`, None if the same speaker says `beside`."""
        return None if word.speaker == beside.speaker else self._labels.get(word.speaker or "")

    def _speakers_of(self, finding: Finding) -> tuple[Speaker, ...]:
        """All who speak in the quote's spans, each once, in order."""
        places = (words_within(self._words, span) for part in finding.parts for span in part.spans)
        ids = dict.fromkeys(word.speaker for first, last in places for word in self._words[first:last])
        return tuple(self._speakers[id_] for id_ in ids if id_ in self._speakers)

    def _described(self, speaker: Speaker) -> str:
        """A speaker, and which quotes gave the name."""
        quotes = [f"quote {self._numbers[id_]}" for id_ in speaker.because if id_ in self._numbers]
        label = self._labels[speaker.id]
        return f"{label}, named by {_and(quotes)}" if speaker.name and quotes else label


def evidence_sentence(evidence: Evidence) -> str:
    """What the audio says about two wordings, with the numbers behind it."""
    margin, expected = (f"{nats:+.1f}".replace("-", "−") for nats in (evidence.margin_nats, evidence.expected_nats))
    if evidence.doubt:
        readings = f"“{evidence.published}”, as heard, and “{evidence.heard}”"
        return f"It does not decide between {readings}: {margin} nats for that with the audio, {expected} without it."
    published = f"“{evidence.published}”, as published" if evidence.published else "no word there"
    heard = f"“{evidence.heard}”, as heard" if evidence.heard else "no word there"
    sentence = {
        "heard": f"It supports {heard}, and not {published}",
        "published": f"It supports {published}, and not {heard}",
        "neither": f"It does not decide between {published}, and {heard}",
    }[evidence.supports]
    return f"{sentence}: {margin} nats for what was heard with the audio, {expected} without it."


def _difference(edit: Edit) -> str:
    sentence = {
        "replace": f"“{edit.published}” is printed, “{edit.heard}” was heard",
        "insert": f"“{edit.published}” is printed and was not heard here",
        "delete": f"“{edit.heard}” was heard and is not printed",
    }[edit.kind]
    return f"{sentence}: {edit.reason}." if edit.reason else f"{sentence}."


def _text(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words)


def _and(items: list[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
