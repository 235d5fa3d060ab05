"""What a caption file says, and what every format shows of a record: clean lines, cues in order, title, credits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from captionkit.model import Cue, Record

MADE = "Made automatically by captionkit, "
"""How the line begins that says what made a file and whether it was reviewed; `txt` knows its own files by it."""

_USER = re.compile(r"//[^/?#]*@")
_BREAKS = {"\r\n": "\n", "\r": "\n"}
_BLANKS = "\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """What a caption file says, ours or anybody's.

    `Cue.speaker` and `Cue.speakers` are names here, None where the file gives none. `notes` are comments of one or
    more lines each. `language` is None where the file does not say. `beside` names the kinds of things that the file
    holds besides and the model has no place for: `styles`, `regions`, `settings`, `ids`, `tags`, `positions`,
    `metadata`, `mixed_voices` (who speaks, in a line with more than one voice).
    """

    cues: tuple[Cue, ...]
    notes: tuple[str, ...] = ()
    language: str | None = None
    beside: tuple[str, ...] = ()


def captions_of(record: Record) -> CaptionFile:
    """What every caption file made from a record says: its cues, and what it is and who made the clip as a note.

    A cue's lines are clean, its labels before them, and its speakers are the names, if there are any; a cue that shows
    nothing is left out. The closing cue stands in its place.
    """
    closing = () if record.credit_cue is None else (record.credit_cue,)
    cues = sorted((*record.cues, *closing), key=lambda cue: cue.start_ms)
    shown = (_shown_cue(cue, record) for cue in cues)
    note = "\n".join(map(one_line, _note_lines(record)))
    return CaptionFile(tuple(cue for cue in shown if cue.lines), (note,), record.transcript.language)


def _shown_cue(cue: Cue, record: Record) -> Cue:
    by_voice = zip(cue.shown_lines, _voices(cue, record), strict=True)
    lines = tuple((line, (voice,)) for text, voice in by_voice for line in clean_lines([text]))
    return voiced_cue(cue.start_ms, cue.end_ms, lines)


def _voices(cue: Cue, record: Record) -> tuple[str | None, ...]:
    """The names behind a cue's lines as they are shown, a label on a line of its own among them."""
    names = [name_shown(record.speaker_name(speaker)) for speaker in cue.voices]
    shown = [1 + label.count("\n") for label in cue.labels] or [1] * len(cue.lines)
    return tuple(name for name, lines in zip(names, shown, strict=True) for _ in range(lines))


VoicedLines = tuple[tuple[str, tuple[str | None, ...]], ...]
"""Lines, each with the voices that have words in it."""


def voiced_lines(runs: Iterable[tuple[str, str | None]]) -> VoicedLines:
    """The clean lines of a text in runs, each with the voices that have words in it.

    Args:
        runs: the text's parts in order, each with the name of who says it, None where nobody is named.
    """
    lines: list[list[tuple[str, str | None]]] = [[]]
    for text, voice in runs:
        here, *below = _with_line_feeds(text).split("\n")
        lines[-1].append((here, voice))
        lines += [[(line, voice)] for line in below]
    return tuple(
        (shown, tuple(dict.fromkeys(voice for text, voice in line if text.strip())))
        for line in lines
        for shown in clean_lines(["".join(text for text, _ in line)])
    )


def voiced_cue(start_ms: int, end_ms: int, lines: VoicedLines) -> Cue:
    """A cue of the lines of `voiced_lines`; no voice is named where a line is said by more than one."""
    texts = tuple(text for text, _ in lines)
    if any(len(voices) > 1 for _, voices in lines):
        return Cue(start_ms, end_ms, texts)
    speakers = tuple(voice for _, voices in lines for voice in voices)
    if len(set(speakers)) > 1:
        return Cue(start_ms, end_ms, texts, speakers=speakers)
    return Cue(start_ms, end_ms, texts, speakers[0] if speakers else None)


def name_shown(name: str | None) -> str | None:
    """A speaker's name as one clean line with single blanks, None where there is none."""
    return " ".join(one_line(name or "").split()) or None


def _note_lines(record: Record) -> Iterable[str]:
    yield review_line(record)
    yield f"Title: {title(record)}"
    yield f"Clip: {PurePath(record.clip.file).name}"
    if record.article:
        yield f"Article: {_public(record.article.source)}"
    yield from credit_lines(record)


def _public(source: str) -> str:
    """An address without a user's name in it; of a path the file's name alone, for captions are published."""
    if source.startswith(("http://", "https://")):
        return _USER.sub("//", source, count=1)
    return PurePath(source).name


def clean_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines that no caption format can stumble over, and no terminal either.

    A line break inside a line makes two lines of it, blanks at both ends and empty lines go, tabs and their
    kin become blanks. What cannot be shown becomes U+FFFD: NUL and other control characters, lone surrogates,
    and U+FFFE and U+FFFF, which XML has no way to write and at which Chromium ends a caption. Everything else,
    such as emoji and marks of direction, stays as it is.
    """
    text = _with_line_feeds("\n".join(lines))
    return tuple(line for line in map(str.strip, map(_showable, text.split("\n"))) if line)


def _with_line_feeds(text: str) -> str:
    for found, instead in _BREAKS.items():
        text = text.replace(found, instead)
    return text


def _showable(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(map(_shown, line))


def _shown(character: str) -> str:
    if character in _BLANKS:
        return " "
    hidden = unicodedata.category(character) in ("Cc", "Cs") or character in "\ufffe\uffff"
    return "\ufffd" if hidden else character


def one_line(text: str) -> str:
    """A text as one clean line."""
    return " ".join(clean_lines([text]))


def title(record: Record) -> str:
    """The record's title as one clean line."""
    return one_line(record.title)


def review_line(record: Record) -> str:
    """Who reviewed the captions, or that nobody has: to W3C WAI, automatic captions alone are not enough."""
    if record.review is None:
        return f"{MADE}not yet reviewed by a person."
    return one_line(f"{MADE}reviewed by {record.review.by} on {record.review.on}.")


def credit_lines(record: Record) -> tuple[str, ...]:
    """One line a role: `Producer: Ana Oyelaran, Ben Cole`."""
    return tuple(
        one_line(f"{credit.role.capitalize()}: {', '.join(credit.names)}") for credit in record.credits
    )
