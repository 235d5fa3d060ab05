"""Voices → names, from evidence alone: whose words of the article a voice says, and what it says of itself.

A wrong name is worse than none. So a voice is named only where all evidence agrees: one name for the voice, and one
voice for the name."""

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
"""In percent: how like a surname a heard word is that counts as a mention of it, so that a misspelt one does."""
SHORT_SURNAME_LETTERS = 4
_SUFFIXES = frozenset(["jr", "junior", "sr", "senior", "ii", "iii"])


@dataclass(frozen=True, slots=True)
class _Claim:
    """A piece of evidence that a voice is somebody's."""

    voice: str
    name: str
    because: str


@dataclass(frozen=True, slots=True)
class _Said:
    """A comparable word, the voice that says it, and the place of the word it is of."""

    form: str
    voice: str | None
    place: int


def name_speakers(
    speakers: tuple[Speaker, ...],
    findings: tuple[Finding, ...],
    transcript: MatchTranscript,
    names: tuple[str, ...] = (),
) -> tuple[Speaker, ...]:
    """The voices, with a name where the evidence gives one.

    Evidence is a quote that the article attributes to a person and that only this voice says, and a voice that says
    its own full name ("I'm Ana Oyelaran"). A quote does not count where the voice speaks of that person by surname:
    it may be read out. Two names for a voice, or two voices for a name, name nobody.

    Args:
        speakers: the voices.
        findings: the article's quotes, compared with the transcript.
        transcript: the transcript, its words with the ids of the voices.
        names: the article's names.

    Returns:
        The same voices; `because` holds ids of quotes, and what a voice says of itself after `said:`.
    """
    said = tuple(
        _Said(token.form, word.speaker, place)
        for place, word in enumerate(transcript.words)
        for token in tokens(word.text, transcript.code)
    )
    own = tuple(_introductions(said, names, transcript))
    claims = [*_quoted(findings, said, transcript, own), *(claim for claim, _ in own)]
    return tuple(_named(speaker, claims) for speaker in speakers)


def _named(speaker: Speaker, claims: Iterable[_Claim]) -> Speaker:
    of_voice = [claim for claim in claims if claim.voice == speaker.id]
    names = {claim.name for claim in of_voice}
    if len(names) != 1 or any(claim.name in names and claim.voice != speaker.id for claim in claims):
        return speaker
    because = tuple(dict.fromkeys(claim.because for claim in of_voice))
    return replace(speaker, name=names.pop(), because=because)


def _quoted(
    findings: Iterable[Finding],
    said: tuple[_Said, ...],
    transcript: MatchTranscript,
    own: tuple[tuple[_Claim, range], ...],
) -> Iterator[_Claim]:
    """The voices that say a quote; `own` are the voices' introductions, with the words of `said` they take."""
    for finding in findings:
        name = finding.quote.speaker
        if name is None or finding.quote.kind != "speech":
            continue
        voice = _only_voice(finding, transcript)
        if voice is None:
            continue
        introduced = {at for claim, place in own if (claim.voice, claim.name) == (voice, name) for at in place}
        others = {word.form for at, word in enumerate(said) if word.voice == voice and at not in introduced}
        if not _is_mentioned(name, others, transcript.code):
            yield _Claim(voice, name, finding.quote.id)


def _only_voice(finding: Finding, transcript: MatchTranscript) -> str | None:
    """The one voice that says all of a quote that was found, wherever; None where it is unsure or two do."""
    parts = [(part, _words_as_printed(part, transcript.code)) for part in finding.parts]
    sure = [(part, count) for part, count in parts if count]
    if sum(count for _, count in sure) < LEAST_WORDS:
        return None
    spans = [span for part, _ in sure for span in (*part.spans, *part.elsewhere)]
    voices = {
        word.speaker
        for word in transcript.words
        if any(span.start_ms <= (word.start_ms + word.end_ms) // 2 < span.end_ms for span in spans)
    }
    return voices.pop() if len(voices) == 1 else None


def _words_as_printed(part: PartFinding, code: str) -> int:
    """How many words of a part were heard as printed; 0 where they are too few of it to be sure of the place."""
    if part.verdict not in FOUND:
        return 0
    printed = len(tokens(part.part.text, code))
    changed = sum(len(tokens(edit.published, code)) for edit in part.edits if edit.severity == "altered")
    count = max(0, printed - changed)
    return count if count >= LEAST_SHARE * printed else 0


def _is_mentioned(name: str, forms: Iterable[str], code: str) -> bool:
    """Whether somebody's surname is among words, as it is, as a possessive or misspelt."""
    from rapidfuzz import fuzz

    surname = _surname(name, code)
    if len(surname) <= SHORT_SURNAME_LETTERS:
        return any(form.removesuffix("'s") == surname for form in forms)
    return any(fuzz.ratio(form.removesuffix("'s"), surname) >= LEAST_LIKENESS for form in forms)


def _surname(name: str, code: str) -> str:
    forms = [token.form for token in tokens(name, code)]
    return next((form for form in reversed(forms) if form not in _SUFFIXES), "")


def _introductions(
    said: tuple[_Said, ...], names: Iterable[str], transcript: MatchTranscript
) -> Iterator[tuple[_Claim, range]]:
    """Where a voice says that it is one of the names, in full, with the words of `said` that say so."""
    forms = [word.form for word in said]
    full = {name: [t.form for t in tokens(name, transcript.code)] for name in names}
    for opening in transcript.language.introductions:
        for begin in range(len(forms) - len(opening)):
            middle = begin + len(opening)
            if tuple(forms[begin:middle]) != opening:
                continue
            for name, wanted in full.items():
                place = range(begin, middle + len(wanted))
                if len(wanted) < LEAST_NAME_WORDS or forms[middle : place.stop] != wanted:
                    continue
                voices = {said[at].voice for at in place}
                voice = voices.pop()
                if voice is not None and not voices:
                    words = transcript.words[said[place[0]].place : said[place[-1]].place + 1]
                    text = " ".join(word.text for word in words)
                    yield _Claim(voice, name, f"said: {text.rstrip('.,;:!?')}"), place
