"""Where sentences begin and end in a text."""

from __future__ import annotations

import re
import sys

_SENTENCE = re.compile(r"[^.!?]+(?:[.!?]+[\"'”’)\]]*(?!\s+[a-z])(?=\s|$)|[.!?]+|$)")
_NO_END = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gov|Sen|Rep|Sgt|Lt|Capt|Col|Gen|Rev|Hon|St|Jr|Sr|vs|No|Inc|Co|Corp|Ltd|"
    r"Jan|Feb|Aug|Sept?|Oct|Nov|Dec|a\.m|p\.m|D|R)|\b[A-Z])\.$"
)
"""What ends in a full stop and most often goes on: titles, months, initials."""


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence, in order, in characters.

    nupunkt knows "Gov. Ito" and "5 p.m. Friday" from a full stop. It does not support Python 3.10; there the marks
    decide, but for titles, months and initials.
    """
    if sys.version_info >= (3, 11):
        from nupunkt import sent_spans

        return [(start, end) for start, end in sent_spans(text)]
    return spans_by_marks(text)


def spans_by_marks(text: str) -> list[tuple[int, int]]:
    """Sentences by their closing marks alone."""
    spans: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        if not match[0].strip():
            continue
        if spans and (spans[-1][1] == match.start()) and _NO_END.search(text[max(0, spans[-1][1] - 12) : spans[-1][1]]):
            spans[-1] = (spans[-1][0], match.end())
        else:
            spans.append(match.span())
    return spans
