"""Findings checked against the sound.

Where printed and heard words differ, either the article differs from what was said, or the recogniser misheard: the
sound is asked which wording it supports. Where they agree, words that decide a meaning (numbers, negations, names) may
still be wrong: the sound is asked about the words that they are easily taken for.
"""

from captionkit.match.sound.context import SoundScorer
from captionkit.match.sound.weigh import doubtful_spans, weighed

__all__ = ["SoundScorer", "doubtful_spans", "weighed"]
