"""What a margin of the sound is worth, and the thresholds that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from captionkit.model import Margin


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores in nats, positive for what was heard (`score`): docs/evidence.md says how they were found.

    Below the first of a pair the printed words are taken to have been said; from the second on the heard ones;
    between the two the sound does not decide. One pair each for

    - `decisive`: words that decide a meaning (numbers, negations, dates, names);
    - `short`: short forms written out, where `tidied`, which claims less, stands for what is open;
    - `same`: words that sound the same;
    - `unsure`: words that the recogniser was unsure of;
    - `strange`: words that sound alike, the printed one strange to the model (`STRANGE_NATS`);
    - `alike`: words that sound alike;
    - `dropped`: a printed function word that was not heard, which recognisers leave out and then do not miss;
    - `other`: all others, grammar among them.

    `doubt` is what a confusable alternative must lose by, `written_out` what `could've` must for `could have` to be
    promised. `talk` is what a word inside a restart may beat `um` or `we're` by and still be taken for it, and up to
    where that stays open, since recognisers hardly ever write those.
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
    talk: tuple[float, float] = (5.0, 9.0)


DEFAULT_THRESHOLDS = Thresholds()
EXPECTED_SHARE = 1 / 3
"""How much of what the recogniser expects without any sound is taken off a margin."""


def score(margin: Margin) -> float:
    """What a margin is worth, in nats: less a share of what the recogniser would expect of anybody.

    The whole of it taken off, the sound is heard without any knowledge of the language and absurd wordings gain; with
    nothing off, tidy wordings do. Nothing is added for a heard wording that nobody would have expected: that is what a
    slip of the recogniser is like.
    """
    return margin.sound_nats - EXPECTED_SHARE * max(0.0, margin.expected_nats)
