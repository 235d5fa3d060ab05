"""Transcript ↔ article: where each quote is said and how it differs."""

from captionkit.match.findings import find_quotes
from captionkit.match.naming import name_speakers
from captionkit.match.sound import SoundScorer, doubtful_spans, weighed
from captionkit.match.transcript import MatchTranscript

__all__ = ["MatchTranscript", "SoundScorer", "doubtful_spans", "find_quotes", "name_speakers", "weighed"]
