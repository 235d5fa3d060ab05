"""What a margin of the sound is worth, and the thresholds that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from captionkit.model import Margin

EXPECTED_SHARE = 1 / 3
"""The share of the recogniser's expectation (its margin without any sound) that is taken off a margin."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores in nats, positive for what was heard (see `score`); docs/evidence.md says how they were found.

    Below the first of a pair the printed words are taken to have been said; from the second on the heard ones; between
    the two the sound does not decide. One pair each for

    - `decisive`: words that decide a meaning (numbers, negations, dates, names);
    - `short`: short forms written out, where an undecided case stays `tidied`, the milder claim;
    - `same`: words that sound the same;
    - `unsure`: words that the recogniser was unsure of;
    - `strange`: words that sound alike, where the model finds the printed one strange (`STRANGE_NATS`);
    - `alike`: words that sound alike;
    - `dropped`: a printed function word that was not heard, since recognisers often leave those out;
    - `other`: all others, grammar included.

    `doubt` is the least score that rules out a confusable alternative, `written_out` the least that rules out
    `could've` where `could have` was heard. `filler` is how far a word inside a restart may beat `um` or `we're` and
    still be taken for it, and how far the question stays open: recognisers hardly ever write those.
    """

    decisive: tuple[float, float] = (-2.0, 2.5)
    short: tuple[float, float] = (0.0, 0.0)
    same: tuple[float, float] = (4.4, 9.0)
    unsure: tuple[float, float] = (2.0, 10.0)
    strange: tuple[float, float] = (4.4, 9.0)
    alike: tuple[float, float] = (4.4, 6.0)
    dropped: tuple[float, float] = (2.0, 12.0)
    other: tuple[float, float] = (2.0, 4.0)
    doubt: float = 2.5
    written_out: float = 3.5
    filler: tuple[float, float] = (5.0, 9.0)


DEFAULT_THRESHOLDS = Thresholds()


def score(margin: Margin) -> float:
    """What a margin is worth, in nats: the sound's margin less a share of what the recogniser would expect anyway.

    With all of the expectation taken off, nothing is known of the language and absurd wordings gain; with none of it,
    tidy wordings gain. Nothing is added for an unexpected heard wording: recognition errors look like that.
    """
    return margin.sound_nats - EXPECTED_SHARE * max(0.0, margin.expected_nats)
