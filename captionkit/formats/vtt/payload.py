"""The text of a WebVTT cue as the W3C's parser reads it: tags, timestamps, character references."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from html.entities import html5
from itertools import accumulate

from captionkit.formats.presentation import NamedLines, name_shown, named_lines
from captionkit.formats.reading import Reading, excerpt, resolved
from captionkit.timecode import parse_timestamp

_PIECE = re.compile(r"<[^>]*>?|&")
_TAG = re.compile(r"<(/?)([^\s.>/]*)((?:\.[^\s.>]*)*)(?:\s+([^>]*))?>")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TIME = re.compile(r"(?:\d{2,9}:)?[0-5]\d:[0-5]\d\.\d{3}")
_TAGS = frozenset({"c", "i", "b", "u", "ruby", "rt", "v", "lang"})
_NEEDS_A_NAME = {"v": "the speaker's name", "lang": "a language"}
_LONGEST_EXCERPT = 30
_LONGEST_BARE = max(len(name) for name in html5 if not name.endswith(";"))


@dataclass(slots=True)
class _CueText:
    """A cue's text being read: the runs so far, each with the name in the `<v Name>` around it, and the open tags."""

    times: tuple[int, int]
    first_line: int
    found: Reading
    source: str
    starts: list[int]
    runs: list[tuple[str, str | None]] = field(default_factory=list)
    opened: list[tuple[str, int]] = field(default_factory=list)
    names: list[str | None] = field(default_factory=lambda: [None])
    last_ms: int = 0

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of a character of the source."""
        line = bisect_right(self.starts, at) - 1
        return self.first_line + line, at - self.starts[line] + 1

    def add(self, text: str) -> None:
        """Add shown text."""
        self.runs.append((text, self.names[-1]))

    def error(self, message: str, at: int) -> None:
        """Note a tag that is dropped, at a character of the source."""
        self.found.error("tag", message, *self.place(at))


def read_cue_text(lines: list[str], times: tuple[int, int], first_line: int, found: Reading) -> NamedLines:
    """What a cue shows, as lines with the names of those who speak.

    Args:
        lines: the lines under the cue's times.
        times: the cue's start and end in milliseconds, between which its timestamps must lie.
        first_line: the number of the first line.
        found: where faults go.
    """
    source = "\n".join(lines)
    if "<" not in source and "&" not in source:
        return named_lines([(source, None)]) if lines else ()
    starts = list(accumulate((len(line) + 1 for line in lines[:-1]), initial=0))
    cue = _CueText(times, first_line, found, source, starts)
    at = 0
    for piece in _PIECE.finditer(source):
        if piece.start() < at:
            continue
        cue.add(source[at : piece.start()])
        at = _read_piece(cue, piece)
    cue.add(source[at:])
    for name, opened_at in cue.opened:
        if name != "v":
            found.warn("tag", f"“<{name}>” is not closed.", *cue.place(opened_at))
    shown = named_lines(cue.runs)
    if any(len(names) > 1 for _, names in shown):
        found.holds("mixed_voices")
    return shown


def _read_piece(cue: _CueText, piece: re.Match[str]) -> int:
    """Read a tag or an ampersand, and return where the text goes on."""
    if piece[0] == "&":
        return _read_reference(cue, piece.start())
    tag = _TAG.fullmatch(piece[0])
    if tag is None or tag[2] != "v":
        cue.found.holds("tags")
    if not piece[0].endswith(">"):
        shown = excerpt(piece[0], _LONGEST_EXCERPT)
        cue.error(f"“{shown}” is not shown: “<” begins a tag that never ends; write &lt;.", piece.start())
    elif _TIME.fullmatch(piece[0][1:-1]):
        _read_time(cue, piece)
    else:
        _read_tag(cue, piece, tag)
    return piece.end()


def _read_reference(cue: _CueText, at: int) -> int:
    """Read a character reference; some of HTML's need no semicolon, which WebVTT forbids and browsers accept."""
    match = _REFERENCE.match(cue.source, at)
    if match and (match[0][1] == "#" or match[0][1:] in html5):
        cue.add(html.unescape(match[0]))
        return match.end()
    bare = _bare_reference(cue.source, at)
    if bare:
        cue.add(html5[bare])
        shown = f"“&{bare}” has no semicolon and shows as “{html5[bare]}”."
    else:
        cue.add("&")
        wrong = f"“{match[0]}” is not a character reference" if match else "“&” stands alone"
        shown = f"{wrong}; write &amp; for the sign itself."
    cue.found.warn("escape", shown, *cue.place(at))
    return at + 1 + len(bare)


def _bare_reference(source: str, at: int) -> str:
    """The longest name of a reference without a semicolon that follows an ampersand, "" for none."""
    ahead = source[at + 1 : at + 1 + _LONGEST_BARE]
    return next((ahead[:n] for n in range(len(ahead), 1, -1) if ahead[:n] in html5), "")


def _read_time(cue: _CueText, piece: re.Match[str]) -> None:
    at_ms = parse_timestamp(piece[0][1:-1])
    start_ms, end_ms = cue.times
    if not max(start_ms, cue.last_ms) < at_ms < end_ms:
        message = f"The timestamp {piece[0]} does not lie after the one before it and inside the cue."
        cue.found.warn("tag", message, *cue.place(piece.start()))
    cue.last_ms = max(cue.last_ms, at_ms)


def _read_tag(cue: _CueText, piece: re.Match[str], tag: re.Match[str] | None) -> None:
    closing, name, _, annotation = tag.groups() if tag else ("", "", "", None)
    at = piece.start()
    if name not in _TAGS:
        shown = excerpt(piece[0], _LONGEST_EXCERPT)
        cue.error(f"“{shown}” is not a tag of WebVTT and is dropped; for the signs write &lt; and &gt;.", at)
    elif closing:
        _close(cue, name, at)
    elif name == "rt" and not (cue.opened and cue.opened[-1][0] == "ruby"):
        cue.error("“<rt>” stands outside <ruby> and is dropped.", at)
    else:
        _open(cue, name, name_shown(resolved(annotation or "")), at)


def _open(cue: _CueText, name: str, annotation: str | None, at: int) -> None:
    cue.opened.append((name, at))
    if name in _NEEDS_A_NAME and not annotation:
        cue.found.warn("tag", f"“<{name}>” does not say {_NEEDS_A_NAME[name]}.", *cue.place(at))
    if name == "v":
        cue.names.append(annotation or cue.names[-1])


def _close(cue: _CueText, name: str, at: int) -> None:
    """An end tag closes the innermost tag only; </ruby> closes an open <rt> with it."""
    if name == "ruby" and [opened for opened, _ in cue.opened[-2:]] == ["ruby", "rt"]:
        cue.opened.pop()
    if not cue.opened or cue.opened[-1][0] != name:
        cue.error(f"“</{name}>” closes no tag that is open here and is dropped.", at)
        return
    cue.opened.pop()
    if name == "v":
        cue.names.pop()
