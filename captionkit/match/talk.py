"""Words that a speaker says on the way and that a quote may leave out: fillers, discourse markers, repeats and
false starts."""

from __future__ import annotations

from collections.abc import Sequence

from captionkit.match.heard import Heard
from captionkit.match.numbers import is_number

LONGEST_REPEAT_WORDS = 12
LONGEST_RESTART_WORDS = 4
LONGEST_ENDING = 2
REPEAT = "repeat or false start dropped"


def without_talk(heard: Heard, lost: Sequence[int]) -> tuple[int, ...]:
    """Heard tokens, by index, less fillers and discourse markers."""
    left = [at for at in lost if heard.tokens[at].form not in heard.language.fillers]
    kept: list[int] = []
    at = 0
    while at < len(left):
        size = _marker_size(heard, left[at:])
        if not size:
            kept.append(left[at])
        at += size or 1
    return tuple(kept)


def talk_reason(heard: Heard, lost: Sequence[int]) -> str | None:
    """What heard tokens were that may be left out, in words; None where they say something."""
    if all(heard.tokens[at].form in heard.language.fillers for at in lost):
        return "filler dropped"
    rest = without_talk(heard, lost)
    if not rest:
        return "discourse marker dropped"
    before = _around(heard, range(lost[0] - 1, -1, -1))[::-1]
    return REPEAT if _is_said_again(heard, list(rest), before, lost[-1] + 1) else None


def false_start(heard: Heard, first: int, low: int) -> int:
    """How many heard tokens right before a passage are a false start of it (`We, we're, we will`).

    Args:
        heard: the transcript.
        first: the first token of the passage.
        low: the first token that may belong to the false start.
    """
    begin = first
    while begin > max(low, first - LONGEST_RESTART_WORDS) and not heard.ends_sentence(begin - 1):
        begin -= 1
    for start in range(begin, first):
        rest = without_talk(heard, range(start, first))
        if rest and rest[0] == start and _is_said_again(heard, list(rest), (), first):
            return first - start
    return 0


def _marker_size(heard: Heard, tokens: Sequence[int]) -> int:
    """How many of some tokens, from the first on, are one discourse marker; 0 where none stands there."""
    language = heard.language
    longest = max(map(len, language.markers | language.set_off_markers), default=0)
    for size in range(min(longest, len(tokens)), 0, -1):
        first, last = tokens[0], tokens[size - 1]
        forms = heard.forms(first, last + 1)
        if last - first + 1 != size:
            continue
        if forms in language.markers and not _is_governed(heard, first):
            return size
        if forms in language.set_off_markers and _is_set_off(heard, first, last):
            return size
    return 0


def _is_governed(heard: Heard, first: int) -> bool:
    """Whether a word right before makes a marker part of a clause (`do you know`)."""
    if first == 0 or heard.marks_after(first - 1):
        return False
    return heard.tokens[first - 1].form in heard.language.marker_blockers


def _is_set_off(heard: Heard, first: int, last: int) -> bool:
    """Whether punctuation sets words off on both sides, or they open a sentence (`So we won`)."""
    if not heard.marks_after(first - 1):
        return False
    if heard.marks_after(last):
        return True
    opens = first == 0 or heard.ends_sentence(first - 1)
    is_opening = first == last and heard.tokens[first].form in heard.language.opening_markers
    return opens and is_opening and heard.tokens[last + 1].form in heard.language.subjects


def _around(heard: Heard, indexes: Sequence[int]) -> tuple[str, ...]:
    """The first forms at some indexes that are no fillers."""
    forms: list[str] = []
    for at in indexes[: 2 * LONGEST_REPEAT_WORDS]:
        if heard.tokens[at].form not in heard.language.fillers:
            forms.append(heard.tokens[at].form)
    return tuple(forms[:LONGEST_REPEAT_WORDS])


def _is_said_again(heard: Heard, lost: list[int], before: tuple[str, ...], end: int) -> bool:
    """Whether tokens say only what stands right before them, or begin what comes at `end`."""
    after = _around(heard, range(end, len(heard.tokens)))
    while lost:
        forms = tuple(heard.tokens[at].form for at in lost)
        sizes = range(min(len(forms), LONGEST_REPEAT_WORDS), 0, -1)
        if size := next((n for n in sizes if forms[-n:] == after[:n]), 0):
            del lost[-size:]
        elif size := next((n for n in sizes if forms[:n] == before[-n:]), 0):
            del lost[:size]
        elif after and (size := _restart_size(heard, lost, after[0])):
            del lost[-size:]
        else:
            return False
    return True


def _restart_size(heard: Heard, lost: list[int], first: str) -> int:
    """How many of the last tokens are one word that begins the next one anew (`we're, we`, `th- the`)."""
    last = heard.tokens[lost[-1]]
    if last.short:
        word = [at for at in lost if heard.tokens[at].start == last.start]
        forms = heard.forms(word[0], word[-1] + 1)
        return len(word) if forms[0] == first and not heard.language.count_negations(forms) else 0
    is_plain = not is_number(last.form) and last.form not in heard.language.negations
    return int(is_plain and bool(heard.marks_after(lost[-1])) and _begins_alike(last.form, first))


def _begins_alike(word: str, first: str) -> bool:
    if len(word) < len(first):
        return first.startswith(word)
    return word.startswith(first) and len(word) - len(first) <= LONGEST_ENDING
