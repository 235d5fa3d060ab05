"""The hallucination filter.

A recogniser sometimes writes words where nobody speaks. Such words are quarantined with a reason, never dropped
silently; a word with clear evidence for it is never quarantined.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from captionkit.model import Quarantined, Span, Word
from captionkit.speech.voice_activity import voice_within

LEAST_VOICED_SHARE = 0.15
UNSURE_PROBABILITY = 0.35
UNSURE_MEAN_LOGPROB = -1.0
SHORTEST_LOOP = 4
"""The same run of words is a loop if it is repeated at least this often; people do say a word three times."""
LONGEST_LOOP_WORDS = 8
FASTEST_MS_PER_WORD = 60
RATE_WORDS = 6
PHANTOM_MOST_VOICE_MS = 1_500
VOICE_MARGIN_MS = 250


@dataclass(frozen=True, slots=True)
class Suspects:
    """The words of a passage, and what they are judged by: the mean log probability of a token, and the spans with
    speech."""

    words: tuple[Word, ...]
    mean_logprob: float
    voiced: tuple[Span, ...]


Rule = Callable[[Suspects], dict[int, str]]


def quarantine(suspects: Suspects) -> tuple[tuple[Word, ...], tuple[Quarantined, ...]]:
    """Split the words of a passage into those to keep and the quarantined runs, each with its reason."""
    reasons: dict[int, str] = {}
    for rule in RULES.values():
        for index, reason in rule(suspects).items():
            reasons.setdefault(index, reason)
    kept = tuple(w for i, w in enumerate(suspects.words) if i not in reasons)
    return kept, _runs(suspects.words, reasons)


def _runs(words: tuple[Word, ...], reasons: dict[int, str]) -> tuple[Quarantined, ...]:
    """Neighbouring words quarantined for the same reason as one entry, as recognised and without corrected names."""
    found: list[Quarantined] = []
    previous = None
    for index in sorted(reasons):
        word, reason = words[index], reasons[index]
        text = word.heard or word.text
        if found and previous == index - 1 and found[-1].reason == reason:
            run = found[-1]
            found[-1] = Quarantined(f"{run.text} {text}", run.start_ms, max(run.end_ms, word.end_ms), reason)
        else:
            found.append(Quarantined(text, word.start_ms, word.end_ms, reason))
        previous = index
    return tuple(found)


def _unsure_window(suspects: Suspects) -> dict[int, str]:
    """The decoder doubts the passage as a whole, and every word is improbable."""
    if suspects.mean_logprob > UNSURE_MEAN_LOGPROB:
        return {}
    if any(w.probability >= UNSURE_PROBABILITY for w in suspects.words):
        return {}
    reason = "the recogniser was guessing: every word is improbable, and so is the passage as a whole"
    return dict.fromkeys(range(len(suspects.words)), reason)


def _no_voice(suspects: Suspects) -> dict[int, str]:
    """There is no speech at a word or just beside it, and the word is improbable."""
    found = {}
    for index, word in enumerate(suspects.words):
        around = Span(max(0, word.start_ms - VOICE_MARGIN_MS), word.end_ms + VOICE_MARGIN_MS)
        share = voice_within(suspects.voiced, around) / around.duration_ms
        if share < LEAST_VOICED_SHARE and word.probability < UNSURE_PROBABILITY:
            found[index] = "there is no speech in the sound there"
    return found


def _loop(suspects: Suspects) -> dict[int, str]:
    """The same words are repeated over and over: everything after the first two rounds is a decoder loop."""
    plain = [w.text.casefold().strip(".,!?;:…\"'") for w in suspects.words]
    found: dict[int, str] = {}
    at = 0
    while at < len(plain):
        length, rounds = _longest_loop(plain, at)
        if rounds < SHORTEST_LOOP:
            at += 1
            continue
        for index in range(at + 2 * length, at + rounds * length):
            found[index] = f"repeated {rounds} times in a row, as by a recogniser in a loop"
        at += rounds * length
    return found


def _longest_loop(plain: list[str], at: int) -> tuple[int, int]:
    """Length in words and number of rounds of the loop that starts at a word; (0, 0) where there is none."""
    best = (0, 0)
    for length in range(1, LONGEST_LOOP_WORDS + 1):
        rounds = 1
        while plain[at + rounds * length : at + (rounds + 1) * length] == plain[at : at + length]:
            rounds += 1
        if rounds >= SHORTEST_LOOP and rounds * length > best[0] * best[1]:
            best = (length, rounds)
    return best


def _impossible_rate(suspects: Suspects) -> dict[int, str]:
    """More words than anybody can say in the time, and improbable ones."""
    found: dict[int, str] = {}
    words = suspects.words
    for first in range(len(words) - RATE_WORDS + 1):
        run = words[first : first + RATE_WORDS]
        rushed = run[-1].end_ms - run[0].start_ms < RATE_WORDS * FASTEST_MS_PER_WORD
        if rushed and sum(w.probability for w in run) / RATE_WORDS < UNSURE_PROBABILITY:
            reason = f"{RATE_WORDS} words in {run[-1].end_ms - run[0].start_ms} ms, faster than anybody speaks"
            found.update(dict.fromkeys(range(first, first + RATE_WORDS), reason))
    return found


def _phantom_phrase(suspects: Suspects) -> dict[int, str]:
    """A phrase that Whisper is known to hallucinate in silence, alone in its passage, over little speech."""
    text = " ".join(w.text for w in suspects.words).casefold().strip(" .,!?…")
    if text not in phantom_phrases() or not suspects.words:
        return {}
    start_ms = suspects.words[0].start_ms
    span = Span(start_ms, max(start_ms, suspects.words[-1].end_ms))
    mean = sum(w.probability for w in suspects.words) / len(suspects.words)
    if voice_within(suspects.voiced, span) > PHANTOM_MOST_VOICE_MS or mean > 2 * UNSURE_PROBABILITY:
        return {}
    reason = "a phrase that recognisers are known to hallucinate, over little speech"
    return dict.fromkeys(range(len(suspects.words)), reason)


@cache
def phantom_phrases() -> frozenset[str]:
    """The known hallucinated phrases, in lower case, without closing punctuation."""
    lines = resources.files(__package__).joinpath("phantoms.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


RULES: dict[str, Rule] = {
    "unsure_window": _unsure_window,
    "no_voice": _no_voice,
    "loop": _loop,
    "impossible_rate": _impossible_rate,
    "phantom_phrase": _phantom_phrase,
}
"""The rules of the hallucination filter. To add one: (1) write a function from `Suspects` to {index of word: reason},
(2) add it here, (3) test it on words it must quarantine and on words it must keep, (4) measure on real speech that no
right words are lost."""
