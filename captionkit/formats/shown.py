"""What every text format shows of a record: clean lines, the cues in order, the title and the credits."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import PurePath

from captionkit.model import Cue, Record

UNREVIEWED = "Made automatically by captionkit, not yet reviewed by a person."
"""W3C WAI: automatic captions are not enough until a person has confirmed them."""

_BREAKS = {"\r\n": "\n", "\r": "\n"}
_BLANKS = "\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"


def clean_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines that no caption format can stumble over, and no terminal either.

    A line break inside a line makes two lines of it, blanks at both ends and empty lines go, tabs and their
    kin become blanks, and what cannot be shown (NUL and other control characters, lone surrogates) becomes
    U+FFFD. Everything else, such as emoji and marks of direction, stays as it is.
    """
    text = "\n".join(lines)
    for found, instead in _BREAKS.items():
        text = text.replace(found, instead)
    return tuple(line for line in map(str.strip, map(_showable, text.split("\n"))) if line)


def _showable(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(
        " " if c in _BLANKS else "\ufffd" if unicodedata.category(c) in ("Cc", "Cs") else c for c in line
    )


def one_line(text: str) -> str:
    """A text as one clean line."""
    return " ".join(clean_lines([text]))


def shown_cues(record: Record) -> tuple[Cue, ...]:
    """The record's cues as they are shown, labels before their lines, and its closing cue in its place.

    Lines are clean; a cue that shows nothing is left out.
    """
    closing = () if record.credit_cue is None else (record.credit_cue,)
    cues = sorted((*record.cues, *closing), key=lambda cue: cue.start_ms)
    shown = (Cue(cue.start_ms, cue.end_ms, clean_lines(cue.shown_lines), cue.speaker) for cue in cues)
    return tuple(cue for cue in shown if cue.lines)


def title(record: Record) -> str:
    """The article's title, or the clip's file name where there is none."""
    of_article = one_line(record.article.title) if record.article else ""
    return of_article or one_line(PurePath(record.clip.file).name)


def credit_lines(record: Record) -> tuple[str, ...]:
    """One line a role: `Producer: Ana Oyelaran, Ben Cole`."""
    return tuple(
        one_line(f"{credit.role.capitalize()}: {', '.join(credit.names)}") for credit in record.credits
    )
