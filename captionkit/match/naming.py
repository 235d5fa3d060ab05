"""Speakers → names, from evidence alone: whose quotes a speaker says, and how the speaker introduces themselves.

A wrong name is worse than none, so a speaker is named only where all evidence agrees: one name for the speaker, and one
speaker for the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from captionkit.match.tokens import tokens
from captionkit.match.transcript import MatchTranscript
from captionkit.model import Finding, PartFinding, Speaker, Verdict

FOUND: frozenset[Verdict] = frozenset(["verbatim", "tidied", "elided", "altered"])
LEAST_WORDS = 5
"""A quote of which fewer words were heard as printed could be anybody's."""
LEAST_SHARE = 2 / 3
"""A part of which a smaller share was heard as printed may be another sentence."""
LEAST_NAME_WORDS = 2
LEAST_LIKENESS = 80.0
"""In percent of spelling: from here on, a heard word counts as a mention of a surname, so that a misspelt one does."""
SHORT_SURNAME_LETTERS = 4
_SUFFIXES = frozenset(["jr", "junior", "sr", "senior", "ii", "iii"])


@dataclass(frozen=True, slots=True)
class _Claim:
    """Evidence that a speaker has a name; `introduction` are the tokens that say so, if the speaker does."""

    speaker: str
    name: str
    because: str
    introduction: range = range(0)


@dataclass(frozen=True, slots=True)
class _SpokenForm:
    """A comparable form, the id of its speaker, and the index of its word."""

    form: str
    speaker: str | None
    word: int


def name_speakers(
    speakers: tuple[Speaker, ...],
    findings: tuple[Finding, ...],
    transcript: MatchTranscript,
    names: tuple[str, ...] = (),
) -> tuple[Speaker, ...]:
    """The speakers, with a name where the evidence gives one.

    Evidence is a quote that the article attributes to a person and that only this speaker says, and a speaker who says
    their own full name ("I'm Ana Oyelaran"). A quote does not count if the speaker also mentions that person by
    surname: it may be read out. Two names for a speaker, or two speakers for a name, give no name.

    Args:
        speakers: those of the transcript.
        findings: the article's quotes, compared with the transcript.
        transcript: its words have the ids of the speakers.
        names: the article's names.

    Returns:
        The same speakers; `because` holds the ids of quotes, and introductions after `said:`.
    """
    spoken = tuple(
        _SpokenForm(token.form, word.speaker, index)
        for index, word in enumerate(transcript.words)
        for token in tokens(word.text, transcript.code)
    )
    own = tuple(_introductions(spoken, names, transcript))
    claims = [*_quoted(findings, spoken, transcript, own), *own]
    return tuple(_named(speaker, claims) for speaker in speakers)


def _named(speaker: Speaker, claims: Iterable[_Claim]) -> Speaker:
    own = [claim for claim in claims if claim.speaker == speaker.id]
    names = {claim.name for claim in own}
    if len(names) != 1 or any(claim.name in names and claim.speaker != speaker.id for claim in claims):
        return speaker
    return replace(speaker, name=names.pop(), because=tuple(dict.fromkeys(claim.because for claim in own)))


def _quoted(
    findings: Iterable[Finding],
    spoken: tuple[_SpokenForm, ...],
    transcript: MatchTranscript,
    introductions: tuple[_Claim, ...],
) -> Iterator[_Claim]:
    """The speakers who say a quote and do not mention its author outside their introduction."""
    for finding in findings:
        name = finding.quote.speaker
        speaker = _only_speaker(finding, transcript) if name and finding.quote.kind == "speech" else None
        if name is None or speaker is None:
            continue
        claims = (claim for claim in introductions if (claim.speaker, claim.name) == (speaker, name))
        own = {at for claim in claims for at in claim.introduction}
        others = {word.form for at, word in enumerate(spoken) if word.speaker == speaker and at not in own}
        if not _is_mentioned(name, others, transcript.code):
            yield _Claim(speaker, name, finding.quote.id)


def _only_speaker(finding: Finding, transcript: MatchTranscript) -> str | None:
    """The one speaker of all that was found of a quote; None if that is too little, or has several or no speakers."""
    counts = [(part, _words_as_printed(part, transcript.code)) for part in finding.parts]
    if sum(count for _, count in counts) < LEAST_WORDS:
        return None
    spans = [span for part, count in counts if count for span in (*part.spans, *part.elsewhere)]
    speakers = {
        word.speaker
        for word in transcript.words
        if any(span.start_ms <= (word.start_ms + word.end_ms) // 2 < span.end_ms for span in spans)
    }
    return speakers.pop() if len(speakers) == 1 else None


def _words_as_printed(part: PartFinding, code: str) -> int:
    """How many words of a part were heard as printed; 0 if they are too few to be sure of the place."""
    if part.verdict not in FOUND:
        return 0
    printed = len(tokens(part.part.text, code))
    changed = sum(len(tokens(edit.published, code)) for edit in part.edits if edit.severity == "altered")
    count = max(0, printed - changed)
    return count if count >= LEAST_SHARE * printed else 0


def _is_mentioned(name: str, forms: Iterable[str], code: str) -> bool:
    """Whether the surname of a name is among some forms, as it is, as a possessive or misspelt."""
    from rapidfuzz import fuzz

    own = [token.form for token in tokens(name, code)]
    surname = next((form for form in reversed(own) if form not in _SUFFIXES), "")
    plain = (form.removesuffix("'s") for form in forms)
    if len(surname) <= SHORT_SURNAME_LETTERS:
        return surname in plain
    return any(fuzz.ratio(form, surname) >= LEAST_LIKENESS for form in plain)


def _introductions(
    spoken: tuple[_SpokenForm, ...], names: Iterable[str], transcript: MatchTranscript
) -> Iterator[_Claim]:
    """Where a speaker says one of the names in full as their own."""
    forms = tuple(word.form for word in spoken)
    full = {name: tuple(token.form for token in tokens(name, transcript.code)) for name in names}
    for opening in transcript.language.introductions:
        phrases = [(name, opening + own) for name, own in full.items() if len(own) >= LEAST_NAME_WORDS]
        for begin in range(len(forms)):
            for name, phrase in phrases:
                place = range(begin, begin + len(phrase))
                if forms[begin : place.stop] != phrase:
                    continue
                speakers = {spoken[at].speaker for at in place}
                speaker = speakers.pop()
                if speaker is not None and not speakers:
                    said = transcript.words[spoken[begin].word : spoken[place[-1]].word + 1]
                    text = " ".join(word.text for word in said).rstrip(".,;:!?")
                    yield _Claim(speaker, name, f"said: {text}", place)
