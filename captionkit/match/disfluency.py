"""Disfluencies, which a quote may leave out: fillers, discourse markers, repeats and false starts."""

from __future__ import annotations

from collections.abc import Sequence

from captionkit.match.tokens import MatchToken
from captionkit.match.tokens.token import DASHES, ELLIPSIS
from captionkit.match.transcript import MatchTranscript

LONGEST_REPEAT_WORDS = 12
LONGEST_RESTART_WORDS = 4
CUT_OFF_MARKS = DASHES | {ELLIPSIS}
VOWELS = frozenset("aeiouy")
FILLER = "filler dropped"
REPEAT = "repeat or false start dropped"


def without_disfluencies(transcript: MatchTranscript, lost: Sequence[int]) -> tuple[int, ...]:
    """The indexes of heard tokens without those of fillers and whole discourse markers."""
    left = [at for at in lost if transcript.tokens[at].form not in transcript.language.fillers]
    there = set(left)
    markers = (range(at, at + transcript.markers[at]) for at in left if at in transcript.markers)
    in_markers = {at for marker in markers if there.issuperset(marker) for at in marker}
    return tuple(at for at in left if at not in in_markers)


def disfluency_reason(transcript: MatchTranscript, lost: Sequence[int]) -> str | None:
    """The reason why heard tokens, by index, may be left out; None if they say something."""
    if all(transcript.tokens[at].form in transcript.language.fillers for at in lost):
        return FILLER
    rest = without_disfluencies(transcript, lost)
    if not rest:
        return "discourse marker dropped"
    before = _around(transcript, range(lost[0] - 1, -1, -1))[::-1]
    return REPEAT if _is_said_again(transcript, list(rest), before, lost[-1] + 1) else None


def false_start(transcript: MatchTranscript, first: int, low: int) -> int:
    """How many heard tokens right before a passage are a false start of it (`We, we're, we will`).

    Args:
        transcript: the transcript.
        first: the first token of the passage.
        low: the first token that may belong to the false start.
    """
    begin = first
    while begin > max(low, first - LONGEST_RESTART_WORDS) and not transcript.ends_sentence(begin - 1):
        begin -= 1
    for start in range(begin, first):
        rest = without_disfluencies(transcript, range(start, first))
        if rest and rest[0] == start and _is_said_again(transcript, list(rest), (), first):
            return first - start
    return 0


def _around(transcript: MatchTranscript, indexes: Sequence[int]) -> tuple[str, ...]:
    """The first forms at some indexes that are not fillers."""
    forms: list[str] = []
    for at in indexes[: 2 * LONGEST_REPEAT_WORDS]:
        if transcript.tokens[at].form not in transcript.language.fillers:
            forms.append(transcript.tokens[at].form)
    return tuple(forms[:LONGEST_REPEAT_WORDS])


def _is_said_again(transcript: MatchTranscript, lost: list[int], before: tuple[str, ...], end: int) -> bool:
    """Whether tokens only repeat the words right before them, or begin the words that follow from `end` on."""
    after = _around(transcript, range(end, len(transcript.tokens)))
    while lost:
        forms = transcript.forms_at(lost)
        sizes = range(min(len(forms), LONGEST_REPEAT_WORDS), 0, -1)
        if size := next((n for n in sizes if forms[-n:] == after[:n]), 0):
            del lost[-size:]
        elif size := next((n for n in sizes if forms[:n] == before[-n:]), 0):
            del lost[:size]
        elif after and (size := _restart_size(transcript, lost, after[0])):
            del lost[-size:]
        else:
            return False
    return True


def _restart_size(transcript: MatchTranscript, lost: list[int], first: str) -> int:
    """How many of the last tokens are a word that the next one starts again (`we're, we`) or that is cut short (`th-
    the`)."""
    last = transcript.tokens[lost[-1]]
    if transcript.ends_sentence(lost[-1]) and not _is_cut_off(transcript, last):
        return 0
    if last.short:
        word = [at for at in lost if transcript.tokens[at].start == last.start]
        forms = transcript.forms(word[0], word[-1] + 1)
        return len(word) if forms[0] == first and not transcript.language.count_negations(forms) else 0
    is_cut = first.startswith(last.form) and first != last.form and _is_cut_off(transcript, last)
    return int(is_cut and last.form not in transcript.language.negations)


def _is_cut_off(transcript: MatchTranscript, token: MatchToken) -> bool:
    """Whether a word breaks off: a dash or an ellipsis follows, or it has no vowel (`th`). Otherwise a word before a
    comma may be complete (`ham, hamburgers`)."""
    rest = transcript.text[token.end : token.end + 3]
    if rest[:1] in CUT_OFF_MARKS or rest == "...":
        return True
    return rest[:1] == "," and (token.form == "y" or VOWELS.isdisjoint(token.form))
