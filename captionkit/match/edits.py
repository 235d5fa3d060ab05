"""Differences → edits: the words as they are written, the severity, and the reason."""

from __future__ import annotations

from collections.abc import Sequence

from captionkit.match.differences import Difference
from captionkit.match.disfluency import FILLER, disfluency_reason, without_disfluencies
from captionkit.match.replacements import (
    CUT,
    LONGEST_NAMED_CUT,
    Judgement,
    Wording,
    numbers_among,
    readings_meet,
    replacement,
)
from captionkit.match.same_text import are_written_alike
from captionkit.match.tokens import MatchToken, tokens
from captionkit.match.transcript import MatchTranscript, is_governed, marks_between
from captionkit.model import Edit, EditKind

LONGEST_BRACKETED_WORDS = 6
LONGEST_HIDDEN_WORDS = 3
SHORT_FORM = "a short form written out, or the other way round"
_PUNCTUATION = "\"“”„‘’'«»‹›()—–-…,.;:!?¿¡"


def judged(difference: Difference, wording: Wording) -> Edit:
    """A difference as an edit, with the time of its heard words."""
    transcript = wording.transcript
    severity, reason = _judgement(difference, wording)
    printed = [*difference.piece.words[slice(*difference.printed)], *difference.bracket]
    first, last = difference.heard
    kind: EditKind = "replace" if printed else "delete"
    if first == last:
        kind = "insert"
        start_ms = end_ms = transcript.span(first, first + 1).start_ms if first < len(transcript.tokens) else None
    else:
        span = transcript.span(first, last)
        start_ms, end_ms = span.start_ms, span.end_ms
    said = transcript.shown(first, last).strip(_PUNCTUATION)
    return Edit(kind, whole_words(printed, wording.text), said, severity, reason, start_ms, end_ms)


def cut(transcript: MatchTranscript, first: int, last: int, judgement: Judgement) -> Edit:
    """Heard words between two passages, `first` to `last` (exclusive), as an edit."""
    span = transcript.span(first, last)
    said = transcript.shown(first, last).strip(_PUNCTUATION)
    return Edit("delete", "", said, *judgement, span.start_ms, span.end_ms)


def dropped(transcript: MatchTranscript, lost: Sequence[int]) -> Judgement:
    """How heard words that are not printed count, given their indexes."""
    if reason := disfluency_reason(transcript, lost):
        return "tidied", reason
    forms = transcript.forms_at(without_disfluencies(transcript, lost))
    if len(forms) > LONGEST_NAMED_CUT:
        return "altered", CUT
    if transcript.language.count_negations(forms):
        return "altered", "negation lost"
    return "altered", "number lost" if numbers_among(forms) else CUT


def elided(transcript: MatchTranscript, first: int, last: int) -> Judgement:
    """How heard words count where the article marks that it leaves words out: a `not` must not be hidden there."""
    forms = transcript.forms(first, last)
    inside = not transcript.ends_sentence(first - 1) and not transcript.ends_sentence(last - 1)
    if inside and last - first <= LONGEST_HIDDEN_WORDS and transcript.language.count_negations(forms):
        return "altered", "negation lost behind an ellipsis"
    return "elided", "words left out where the article marks it"


def whole_words(run: Sequence[MatchToken], text: str) -> str:
    """The whole words of a text that contain some tokens, without outer punctuation."""
    if not run:
        return ""
    start, end = min(t.start for t in run), max(t.end for t in run)
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return " ".join(text[start:end].split()).strip(_PUNCTUATION)


def _judgement(difference: Difference, wording: Wording) -> Judgement:
    transcript = wording.transcript
    if difference.bracket:
        return _bracketed(difference, wording)
    if not difference.columns or readings_meet(difference, wording):
        return "tidied", SHORT_FORM
    if not difference.new:
        return dropped(transcript, difference.lost)
    if not difference.lost:
        return _added(difference, wording)
    new = [token for token in difference.new if token.form not in transcript.language.fillers]
    lost = without_disfluencies(transcript, difference.lost)
    said = [transcript.tokens[at] for at in lost]
    sides = _forms_again(new, wording.text, transcript), _forms_again(said, transcript.text, transcript)
    if are_written_alike(new, said, transcript.language) or sides[0] == sides[1]:
        return "tidied", FILLER
    return replacement(new, lost, wording)


def _forms_again(run: Sequence[MatchToken], text: str, transcript: MatchTranscript) -> list[str]:
    """The forms of a run read on its own, since a filler may have split a number (`nineteen, um, fifty-two`)."""
    spans = dict.fromkeys((token.start, token.end) for token in run)
    return [token.form for token in tokens(" ".join(text[start:end] for start, end in spans), transcript.code)]


def _bracketed(difference: Difference, wording: Wording) -> Judgement:
    """How a bracket counts: it may stand for a few words, but other differences around it count as usual."""
    transcript = wording.transcript
    behind = [c.heard for c in difference.columns if c.printed is None and c.heard is not None]
    hidden = transcript.forms_at(without_disfluencies(transcript, behind))
    marked = tuple(token.form for token in difference.bracket)
    nearby = hidden + _beside_bracket(difference, transcript)
    negations = [transcript.language.count_negations(forms) for forms in (marked, nearby)]
    if negations[0] != negations[1]:
        return "altered", f"negation {'lost behind' if negations[0] < negations[1] else 'added in'} a bracket"
    if numbers_among(hidden) and numbers_among(marked) and numbers_among(hidden) != numbers_among(marked):
        return "altered", "number changed in a bracket"
    if len(hidden) > LONGEST_BRACKETED_WORDS:
        return "altered", "many words stand behind one bracket"
    if new := difference.new:
        lost = [c.heard for c in difference.columns if c.printed is not None and c.heard is not None]
        return replacement(new, lost, wording) if lost else _added(difference, wording)
    if difference.edge:
        return "tidied", "a marked [bracket] stands here"
    return "tidied", f"a marked [bracket] {'stands for the words said' if hidden else 'adds words'}"


def _beside_bracket(difference: Difference, transcript: MatchTranscript) -> tuple[str, ...]:
    """Heard words outside a passage that a bracket at its edge may stand for: at most one more than it has, within the
    clause."""
    forms: list[str] = []
    first, last = difference.heard
    for _ in range(len(difference.bracket) + 1 if difference.edge else 0):
        first, last = first - 1, last + 1
        outside = first if difference.edge == "start" else last - 1
        inner = outside if difference.edge == "start" else outside - 1
        if not 0 <= outside < len(transcript.tokens) or transcript.marks_after(inner):
            break
        forms.append(transcript.tokens[outside].form)
    return tuple(forms)


def _added(difference: Difference, wording: Wording) -> Judgement:
    language = wording.transcript.language
    new = [token for token in difference.new if token.form not in language.fillers]
    forms = tuple(token.form for token in new)
    if not forms:
        return "tidied", "a filler that was not heard"
    if forms in language.markers and not _is_clause(difference, new, wording):
        return "tidied", "a discourse marker that was not heard"
    if language.count_negations(forms):
        return "altered", "negation added"
    if _is_printed_twice(difference, forms):
        return "tidied", "a repeat that was not heard"
    if numbers_among(forms):
        return "altered", "number added"
    if set(forms) <= wording.names:
        return "altered", "name added"
    return "altered", "words added that were not heard"


def _is_clause(difference: Difference, marker: Sequence[MatchToken], wording: Wording) -> bool:
    """Whether a printed discourse marker is part of a clause of its sentence."""
    words, text = difference.piece.words, wording.text
    first, last = words.index(marker[0]), words.index(marker[-1])
    before = first > 0 and marks_between(words[first - 1], words[first], text) != ""
    after = last + 1 == len(words) or marks_between(words[last], words[last + 1], text) != ""
    return is_governed(words, (first, last), (before, after), wording.transcript.language)


def _is_printed_twice(difference: Difference, forms: tuple[str, ...]) -> bool:
    words = difference.piece.words
    new = [column.printed for column in difference.columns if column.printed is not None]
    before = tuple(token.form for token in words[max(0, new[0] - len(forms)) : new[0]])
    after = tuple(token.form for token in words[new[-1] + 1 : new[-1] + 1 + len(forms)])
    return forms in (before, after)
