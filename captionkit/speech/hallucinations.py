"""The guard against invented words.

A recogniser writes words where nobody speaks. Such words are set aside, with the evidence against them; they
are never dropped unseen, and a word with clear evidence for it is never set aside.
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
"""The same run of words must stand this often in a row to be a loop; people say a word three times."""
LONGEST_LOOP_WORDS = 8
FASTEST_MS_PER_WORD = 60
RATE_WORDS = 6
PHANTOM_MOST_VOICE_MS = 1_500
VOICE_MARGIN_MS = 250


@dataclass(frozen=True, slots=True)
class Suspects:
    """What a window's words are judged by: how sure the decoder was (mean log probability a token), and the voice."""

    words: tuple[Word, ...]
    mean_logprob: float
    voiced: tuple[Span, ...]


Rule = Callable[[Suspects], dict[int, str]]


def quarantine(suspects: Suspects) -> tuple[tuple[Word, ...], tuple[Quarantined, ...]]:
    """Split a window's words into those kept and the runs set aside, each with its reason."""
    reasons: dict[int, str] = {}
    for rule in RULES.values():
        for index, reason in rule(suspects).items():
            reasons.setdefault(index, reason)
    kept = tuple(w for i, w in enumerate(suspects.words) if i not in reasons)
    return kept, _runs(suspects.words, reasons)


def _runs(words: tuple[Word, ...], reasons: dict[int, str]) -> tuple[Quarantined, ...]:
    """Neighbouring words set aside for one reason, as one entry, with what was heard and no name put in its place."""
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
    """The decoder itself doubts all of it, and every word was a guess."""
    if suspects.mean_logprob > UNSURE_MEAN_LOGPROB:
        return {}
    if any(w.probability >= UNSURE_PROBABILITY for w in suspects.words):
        return {}
    reason = "the recogniser was guessing: every word is improbable, and so is the passage as a whole"
    return dict.fromkeys(range(len(suspects.words)), reason)


def _no_voice(suspects: Suspects) -> dict[int, str]:
    """No voice under a word or just beside it, and the word itself improbable."""
    found = {}
    for index, word in enumerate(suspects.words):
        around = Span(max(0, word.start_ms - VOICE_MARGIN_MS), word.end_ms + VOICE_MARGIN_MS)
        share = voice_within(suspects.voiced, around) / around.duration_ms
        if share < LEAST_VOICED_SHARE and word.probability < UNSURE_PROBABILITY:
            found[index] = "no voice is heard under it"
    return found


def _loop(suspects: Suspects) -> dict[int, str]:
    """The same words over and over: what follows the first two rounds is a decoder going in circles."""
    plain = [w.text.casefold().strip(".,!?;:…\"'") for w in suspects.words]
    found: dict[int, str] = {}
    at = 0
    while at < len(plain):
        length, rounds = _longest_loop(plain, at)
        if rounds < SHORTEST_LOOP:
            at += 1
            continue
        for index in range(at + 2 * length, at + rounds * length):
            found[index] = f"repeated {rounds} times in a row, as a recogniser going in circles does"
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
    """More words than a mouth can say in the time, and improbable ones."""
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
    """A phrase that Whisper is known to write into silence, alone in its window, over little voice."""
    text = " ".join(w.text for w in suspects.words).casefold().strip(" .,!?…")
    if text not in phantom_phrases() or not suspects.words:
        return {}
    start_ms = suspects.words[0].start_ms
    span = Span(start_ms, max(start_ms, suspects.words[-1].end_ms))
    mean = sum(w.probability for w in suspects.words) / len(suspects.words)
    if voice_within(suspects.voiced, span) > PHANTOM_MOST_VOICE_MS or mean > 2 * UNSURE_PROBABILITY:
        return {}
    reason = "a phrase that recognisers are known to write where nobody speaks, over little voice"
    return dict.fromkeys(range(len(suspects.words)), reason)


@cache
def phantom_phrases() -> frozenset[str]:
    """The known phantom phrases, lower case, without closing punctuation."""
    lines = resources.files(__package__).joinpath("phantoms.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


RULES: dict[str, Rule] = {
    "unsure_window": _unsure_window,
    "no_voice": _no_voice,
    "loop": _loop,
    "impossible_rate": _impossible_rate,
    "phantom_phrase": _phantom_phrase,
}
"""Every rule of the guard. To add one: write a function from `Suspects` to {index of word: reason}, enter it here,
test it on words it must set aside and on words it must keep, and measure real speech for words lost."""
