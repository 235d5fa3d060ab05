"""Words → cues: styles, layout, the closing cue with the credits, and the check of any cues."""

from captionkit.captions.check import RULES, check_cues
from captionkit.captions.check_file import Against, check_scanned
from captionkit.captions.credit_cue import credit_cue
from captionkit.captions.layout import lay_out
from captionkit.captions.scripts import unbreakable_language
from captionkit.captions.sound_cues import add_sounds
from captionkit.captions.style import DEFAULT_STYLE, Style, load_style, style_names
from captionkit.captions.times import ClipTiming
from captionkit.formats.faults import FORMAT_RULES, Scanned
from captionkit.formats.scan import SCANNERS, scanner_for

__all__ = [
    "DEFAULT_STYLE",
    "FORMAT_RULES",
    "RULES",
    "SCANNERS",
    "Against",
    "ClipTiming",
    "Scanned",
    "Style",
    "add_sounds",
    "check_cues",
    "check_scanned",
    "credit_cue",
    "lay_out",
    "load_style",
    "scanner_for",
    "style_names",
    "unbreakable_language",
]
