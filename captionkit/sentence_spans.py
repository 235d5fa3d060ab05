"""Where sentences begin and end in a text."""

from __future__ import annotations

import re
import sys

_SENTENCE = re.compile(r"[^.!?]+(?:[.!?]+[\"'”’)\]]*(?!\s+[a-z])(?=\s|$)|[.!?]+|$)")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence, in order, in characters.

    nupunkt knows "Gov. Ito" and "5 p.m. Friday" from a full stop. It does not support Python 3.10; there the marks
    alone decide.
    """
    if sys.version_info >= (3, 11):
        from nupunkt import sent_spans

        return [(start, end) for start, end in sent_spans(text)]
    return [match.span() for match in _SENTENCE.finditer(text) if match[0].strip()]
