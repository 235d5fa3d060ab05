"""Transcript ↔ article: where each quote is said and how it differs."""

from captionkit.match.findings import Heard, find_quotes

__all__ = ["Heard", "find_quotes"]
