"""TTML, in the text profile of IMSC 1.1 (W3C): written by ttconv; the speakers' names are added afterwards.

Captions are centred at the bottom of the picture. Speakers are agents (`ttm:agent`), and the title, the sources
and the credits stand in the metadata of the head, because ttconv supports neither.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction
from typing import TYPE_CHECKING

from captionkit.formats.presentation import clean_lines
from captionkit.formats.ttml.reader import METADATA, TTML, XML, read
from captionkit.formats.verify import require_same
from captionkit.model import CaptionFile, FileCue
from captionkit.timecode import MS_PER_SECOND

if TYPE_CHECKING:
    from ttconv.model import ContentDocument, P, Region

__all__ = ["read", "text_of", "verify_text"]

_REGION = "foot"
_SIDES_PERCENT, _TOP_PERCENT, _HEIGHT_PERCENT = 10, 75, 20
_BREAK_AFTER = frozenset(f"{TTML}{name}" for name in ("head", "metadata", "layout", "region", "body", "div", "p"))


def verify_text(file: CaptionFile, text: str) -> None:
    """Read a written text back.

    Raises:
        FormatError: a cue is lost, or its times, its lines or its speaker differ.
    """
    require_same(file.cues, read(text.encode("utf-8", "replace"), "the TTML").cues, "the TTML")


def text_of(file: CaptionFile) -> str:
    """Captions as TTML, with the file's comments in the head."""
    from ttconv.imsc import config, writer

    signalled = config.IMSCWriterConfiguration(profile_signaling=config.ContentProfilesSignaling.CONTENT_PROFILES)
    root = writer.from_model(_document(file), signalled).getroot()
    ET.register_namespace("ttm", METADATA.strip("{}"))
    _put_names(root, file.cues)
    _put_notes(root, ["\n".join(clean_lines([note])) for note in file.notes])
    for element in root.iter():
        if element.tag in _BREAK_AFTER or element.tag.startswith(METADATA):
            element.tail = "\n"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _document(file: CaptionFile) -> ContentDocument:
    from ttconv import model
    from ttconv.imsc.designators import IMSC_11_TEXT_PROFILE_DESIGNATOR

    document = model.ContentDocument()
    document.set_lang(file.language or "")
    document.set_content_profiles({IMSC_11_TEXT_PROFILE_DESIGNATOR})
    region = _foot(document)
    document.put_region(region)
    body, div = model.Body(document), model.Div(document)
    body.set_space(model.WhiteSpaceHandling.PRESERVE)
    div.set_space(model.WhiteSpaceHandling.PRESERVE)
    body.set_region(region)
    document.set_body(body)
    body.push_child(div)
    for cue in file.cues:
        div.push_child(_paragraph(document, cue))
    return document


def _foot(document: ContentDocument) -> Region:
    """The position and look of captions: white and centred at the bottom of the picture, inside its safe area."""
    from ttconv import model
    from ttconv import style_properties as styles

    percent = styles.LengthType.Units.pct
    left, top = styles.LengthType(_SIDES_PERCENT, percent), styles.LengthType(_TOP_PERCENT, percent)
    width = styles.LengthType(100 - 2 * _SIDES_PERCENT, percent)
    region = model.Region(_REGION, document)
    region.set_style(styles.StyleProperties.Origin, styles.CoordinateType(left, top))
    region.set_style(
        styles.StyleProperties.Extent, styles.ExtentType(styles.LengthType(_HEIGHT_PERCENT, percent), width)
    )
    region.set_style(styles.StyleProperties.DisplayAlign, styles.DisplayAlignType.after)
    region.set_style(styles.StyleProperties.TextAlign, styles.TextAlignType.center)
    font = (styles.GenericFontFamilyType.proportionalSansSerif,)
    region.set_style(styles.StyleProperties.FontFamily, font)
    region.set_style(styles.StyleProperties.Color, styles.NamedColors.white.value)
    return region


def _paragraph(document: ContentDocument, cue: FileCue) -> P:
    from ttconv import model

    paragraph = model.P(document)
    paragraph.set_space(model.WhiteSpaceHandling.PRESERVE)
    paragraph.set_begin(Fraction(cue.start_ms, MS_PER_SECOND))
    paragraph.set_end(Fraction(cue.end_ms, MS_PER_SECOND))
    for number, line in enumerate(cue.lines):
        if number:
            line_break = model.Br(document)
            line_break.set_space(model.WhiteSpaceHandling.PRESERVE)
            paragraph.push_child(line_break)
        span = model.Span(document)
        span.set_space(model.WhiteSpaceHandling.PRESERVE)
        span.push_child(model.Text(document, line))
        paragraph.push_child(span)
    return paragraph


def _put_names(root: ET.Element, cues: tuple[FileCue, ...]) -> None:
    """Add an agent to the head for each name, and its id to every paragraph or line that the person speaks."""
    names = dict.fromkeys(name for cue in cues for name in cue.names if name)
    ids = {name: f"s{number}" for number, name in enumerate(names, 1)}
    for name, identifier in ids.items():
        agent = ET.SubElement(_metadata(root), f"{METADATA}agent", {f"{XML}id": identifier, "type": "person"})
        ET.SubElement(agent, f"{METADATA}name", {"type": "full"}).text = name
    for paragraph, cue in zip(root.iter(f"{TTML}p"), cues, strict=True):
        elements = [paragraph] if cue.voice else paragraph.iter(f"{TTML}span")
        for element, speaker in zip(elements, (cue.voice,) if cue.voice else cue.voices, strict=True):
            if speaker:
                element.set(f"{METADATA}agent", ids[speaker])


def _put_notes(root: ET.Element, notes: list[str]) -> None:
    for note in filter(None, notes):
        ET.SubElement(_metadata(root), f"{METADATA}desc").text = note


def _metadata(root: ET.Element) -> ET.Element:
    """The metadata of the head, created if missing; it comes before the layout."""
    head = root.find(f"{TTML}head")
    assert head is not None, "the region stands in the head"
    found = head.find(f"{TTML}metadata")
    if found is None:
        found = ET.Element(f"{TTML}metadata")
        head.insert(0, found)
    return found
