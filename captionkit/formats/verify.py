"""Compare what was written, read back, with what it was written from."""

from __future__ import annotations

import reprlib
from itertools import zip_longest

from captionkit.errors import FormatError
from captionkit.model import FileCue

_REMEDY = "It was not put in place. This is a bug in captionkit: please report it, with the record."


def require_same(expected: tuple[FileCue, ...], found: tuple[FileCue, ...], what: str) -> None:
    """Do nothing where both hold the same cues.

    Args:
        expected: the cues of the record, as the format shows them.
        found: the cues as they were read back.
        what: the file in words, for the error's sentence.

    Raises:
        FormatError: the sentence names the first cue that differs.
    """
    for number, (ours, theirs) in enumerate(zip_longest(expected, found), start=1):
        if ours != theirs:
            raise differs(what, f"cue {number} is {_described(theirs)} instead of {_described(ours)}")


def differs(what: str, how: str) -> FormatError:
    """The error of a file that does not say what the record says."""
    return FormatError(what, f"it does not read back as it was written: {how}", _REMEDY)


def _described(cue: FileCue | None) -> str:
    if cue is None:
        return "missing"
    who = f" by {reprlib.repr(' and '.join(map(str, cue.names)))}" if cue.names else ""
    return f"{reprlib.repr(cue.text)}{who} from {cue.start_ms} to {cue.end_ms} ms"
