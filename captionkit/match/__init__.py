"""Transcript ↔ article: where each quote is said and how it differs."""

from captionkit.match.evidence import Sound, doubtful_spans, weighed
from captionkit.match.findings import Heard, find_quotes
from captionkit.match.naming import name_speakers

__all__ = ["Heard", "Sound", "doubtful_spans", "find_quotes", "name_speakers", "weighed"]
