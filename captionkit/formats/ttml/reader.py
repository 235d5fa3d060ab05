"""Read TTML: text, times and speakers are taken from the XML; ttconv parses time expressions.

ttconv has a reader of its own, but its model has no speakers, and after a time that it cannot read it continues, with
the caption at another time.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from captionkit.errors import FormatError
from captionkit.formats.presentation import NamedLines, clean_lines, file_cue, name_shown, named_lines, unix_lines
from captionkit.formats.reading import whole_text
from captionkit.model import CaptionFile, FileCue
from captionkit.timecode import clock, ms_from_seconds

if TYPE_CHECKING:
    from ttconv.imsc.attributes import TemporalAttributeParsingContext

TTML = "{http://www.w3.org/ns/ttml}"
METADATA = "{http://www.w3.org/ns/ttml#metadata}"
STYLING = "{http://www.w3.org/ns/ttml#styling}"
XML = "{http://www.w3.org/XML/1998/namespace}"

MAX_ELEMENTS = 300_000
"""A day of captions has about 100,000."""

_MAX_DEPTH = 50
_LONGEST_TIME = 40
_SPACES = re.compile(r"[ \t\n\r]+")
_BLOCKS = frozenset(f"{TTML}{name}" for name in ("body", "div", "p"))
_NOTES = frozenset(f"{METADATA}{name}" for name in ("title", "desc", "copyright"))
_AGENTS = frozenset(f"{METADATA}{name}" for name in ("agent", "name"))
_REMEDY = 'Every caption needs times such as begin="00:00:01.000" end="00:00:02.500"; fix it and try again.'


@dataclass(frozen=True, slots=True)
class _Rules:
    """How a file counts times, and the file's name for error messages."""

    clock: TemporalAttributeParsingContext
    source: str | Path


@dataclass(frozen=True, slots=True)
class _Place:
    """What applies to a piece of text. `block` is its paragraph, `agents` the ids of those who speak."""

    begin: Fraction = Fraction(0)
    end: Fraction | None = None
    block: ET.Element | None = None
    agents: str = ""
    preserve: bool = False


_Piece = tuple[_Place, str]


def read(data: bytes, source: str | Path) -> CaptionFile:
    """What a TTML file says: a cue for each paragraph, or for each of its parts with times of their own.

    `<br/>` is a new line, `ttm:agent` names the speaker, of a whole cue or of its lines; where two people share a
    line, each has a cue of their own. Titles, descriptions and copyright are notes. Styles, positions and images are
    left out.

    Args:
        data: the file's bytes.
        source: the file, as the user gave it, for the error's sentence.

    Raises:
        FormatError: it is not TTML, has a document type, is too deep or too large, or its times cannot be read.
    """
    root = _parsed(whole_text(data, source), source)
    if root.tag != f"{TTML}tt":
        raise FormatError(source, "it is not TTML", "Its first element must be <tt> of http://www.w3.org/ns/ttml.")
    rules = _Rules(_clock(root, source), source)
    whole = _Place(preserve=root.get(f"{XML}space") == "preserve")
    pieces = [piece for body in root.findall(f"{TTML}body") for piece in _pieces(body, whole, rules)]
    names = _names(root)
    cues = (cue for group in _groups(pieces) for cue in _cues(group, names, source))
    return CaptionFile(
        tuple(cue for cue in cues if cue.lines),
        tuple(note for element in root.iter() if element.tag in _NOTES and (note := _lines_of(element))),
        root.get(f"{XML}lang") or None,
        tuple(dict.fromkeys(_beside(root, pieces))),
    )


class _Builder(ET.TreeBuilder):
    """Builds a tree within bounds. Document types, which declare entities, are rejected: captions do not need them."""

    def __init__(self, source: str | Path) -> None:
        super().__init__()
        self.source, self.depth, self.elements = source, 0, 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Reject it: a few lines of entities can fill the memory of a machine."""
        remedy = "Take the line <!DOCTYPE …> out of it."
        raise FormatError(self.source, "it declares a document type, which captionkit does not read", remedy)

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        """Start an element."""
        self.depth += 1
        self.elements += 1
        if self.depth > _MAX_DEPTH or self.elements > MAX_ELEMENTS:
            reason = f"it has more than {MAX_ELEMENTS:,} elements, or more than {_MAX_DEPTH} levels of nesting"
            raise FormatError(self.source, reason, "Give one clip's captions.")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        """End an element."""
        self.depth -= 1
        return super().end(tag)


def _parsed(text: str, source: str | Path) -> ET.Element:
    parser = ET.XMLParser(target=_Builder(source))
    try:
        parser.feed(text)
        root: ET.Element = parser.close()
    except (ET.ParseError, UnicodeEncodeError) as error:
        raise FormatError(source, f"it is not well-formed XML ({error})", "Check that it is a TTML file.") from None
    return root


def _clock(root: ET.Element, source: str | Path) -> TemporalAttributeParsingContext:
    """The frame rate, tick rate and clock that the file's times are counted in."""
    from ttconv.imsc import attributes

    try:
        rates = attributes.FrameRateAttribute.extract(root), attributes.TickRateAttribute.extract(root)
    except (ValueError, ZeroDivisionError):
        rates = Fraction(0), 0
    if not all(rates):
        raise FormatError(source, "its frame rate or tick rate cannot be read", "Fix ttp:frameRate or ttp:tickRate.")
    base, drop = attributes.TimeBaseAttribute.extract(root), attributes.DropModeAttribute.extract(root)
    return attributes.TemporalAttributeParsingContext(*rates, base, drop)


def _names(root: ET.Element) -> dict[str, str]:
    """Id → name of those who speak."""
    return {
        agent.get(f"{XML}id", ""): name
        for agent in root.iter(f"{METADATA}agent")
        if (name := name_shown(agent.findtext(f"{METADATA}name")))
    }


def _pieces(element: ET.Element, around: _Place, rules: _Rules) -> Iterator[_Piece]:
    """The text in an element, in order, each run with its place; `_Builder` has bounded the depth."""
    place = _place(element, around, rules)
    if element.tag == f"{TTML}br":
        yield place, "\n"
    yield from _piece(place, element.text)
    outer = place
    for child in element:
        if child.tag.startswith(TTML) and child.tag != f"{TTML}metadata":
            yield from _pieces(child, outer, rules)
            if element.get("timeContainer") == "seq":
                outer = replace(place, begin=_end_of(child, outer, rules))
        yield from _piece(place, child.tail)


def _piece(place: _Place, text: str | None) -> Iterator[_Piece]:
    if text:
        yield place, text if place.preserve else _SPACES.sub(" ", text)


def _place(element: ET.Element, around: _Place, rules: _Rules) -> _Place:
    """An element's times count from its parent's start, and it ends with its parent at the latest."""
    begin = around.begin + (_time(element, "begin", rules) or 0)
    end, length = _time(element, "end", rules), _time(element, "dur", rules)
    ends = (around.end, None if end is None else around.begin + end, None if length is None else begin + length)
    space = element.get(f"{XML}space")
    return _Place(
        begin,
        min((one for one in ends if one is not None), default=None),
        element if element.tag in _BLOCKS else around.block,
        element.get(f"{METADATA}agent", around.agents),
        around.preserve if space is None else space == "preserve",
    )


def _end_of(child: ET.Element, around: _Place, rules: _Rules) -> Fraction:
    end = _place(child, around, rules).end
    if end is None:
        raise FormatError(rules.source, "a caption in a sequence has no end", _REMEDY)
    return end


def _time(element: ET.Element, name: str, rules: _Rules) -> Fraction | None:
    from ttconv.imsc.attributes import parse_time_expression

    written = element.get(name)
    if written is None:
        return None
    try:
        if len(written) <= _LONGEST_TIME:
            return Fraction(parse_time_expression(rules.clock, written.strip()))
    except ValueError:
        pass
    reason = f"its time {name}={written[:_LONGEST_TIME]!r} cannot be read"
    raise FormatError(rules.source, reason, _REMEDY)


def _groups(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """The texts of each paragraph that are shown at the same time."""
    groups: dict[tuple[object, ...], list[_Piece]] = {}
    for place, text in pieces:
        groups.setdefault((place.block, place.begin, place.end), []).append((place, text))
    yield from groups.values()


def _cues(group: list[_Piece], names: dict[str, str], source: str | Path) -> Iterator[FileCue]:
    """One cue, or one for each voice where several speak in one line."""
    lines = _lines(group, names)
    if all(len(found) == 1 for _, found in lines):
        yield _cue(group[0][0], lines, source)
        return
    by_agents: dict[str, list[_Piece]] = {}
    for piece in group:
        by_agents.setdefault(piece[0].agents, []).append(piece)
    for pieces in by_agents.values():
        yield _cue(pieces[0][0], _lines(pieces, names), source)


def _lines(group: list[_Piece], names: dict[str, str]) -> NamedLines:
    """Spaces on both sides of a tag become one, unless the file asks to keep them."""
    lines = named_lines((unix_lines(text), _name(place, names)) for place, text in group)
    return tuple(
        (clean if group[0][0].preserve else re.sub(" +", " ", clean), found)
        for text, found in lines
        for clean in clean_lines([text])
    )


def _name(place: _Place, names: dict[str, str]) -> str | None:
    """The name of who speaks there, if it is one person."""
    speakers = [names[agent] for agent in place.agents.split() if agent in names]
    return speakers[0] if len(speakers) == 1 else None


def _cue(place: _Place, lines: NamedLines, source: str | Path) -> FileCue:
    start_ms = ms_from_seconds(float(place.begin))
    if lines and place.end is None:
        raise FormatError(source, f"the caption at {clock(start_ms)} has no end", _REMEDY)
    return file_cue(start_ms, ms_from_seconds(float(place.end or 0)), lines)


def _lines_of(element: ET.Element) -> str:
    return "\n".join(clean_lines(["".join(element.itertext())]))


def _beside(root: ET.Element, pieces: list[_Piece]) -> Iterator[str]:
    """The kinds of things in a file that are neither text, nor times, nor names, nor notes."""
    if root.find(f".//{TTML}styling") is not None:
        yield "styles"
    if len(root.findall(f".//{TTML}region")) > 1:
        yield "regions"
    for element in root.iter():
        known = element.tag.startswith(TTML) or element.tag in _NOTES or element.tag in _AGENTS
        if not known:
            yield "metadata"
        if element.tag in (f"{TTML}p", f"{TTML}span", f"{TTML}div"):
            if "style" in element.attrib or any(name.startswith(STYLING) for name in element.attrib):
                yield "tags"
            if f"{XML}id" in element.attrib:
                yield "ids"
    if any(len(place.agents.split()) > 1 for place, _ in pieces):
        yield "mixed_voices"
