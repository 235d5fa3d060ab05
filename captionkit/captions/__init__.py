"""Lay out words as cues in a style, with the closing cue for the credits, and check any cues or caption file."""

from captionkit.captions.check import RULES, Against, check_caption_file, check_cues
from captionkit.captions.credit_cue import credit_cue
from captionkit.captions.layout import lay_out
from captionkit.captions.scripts import unbreakable_language
from captionkit.captions.sound_cues import add_sounds
from captionkit.captions.style import DEFAULT_STYLE, Style, load_style, style_names
from captionkit.captions.times import ClipTiming

__all__ = [
    "DEFAULT_STYLE",
    "RULES",
    "Against",
    "ClipTiming",
    "Style",
    "add_sounds",
    "check_caption_file",
    "check_cues",
    "credit_cue",
    "lay_out",
    "load_style",
    "style_names",
    "unbreakable_language",
]
