"""Words → cues: styles, layout, the closing cue with the credits, and the check of any cues."""

from captionkit.captions.check import RULES, check_cues
from captionkit.captions.credit_cue import credit_cue
from captionkit.captions.layout import lay_out
from captionkit.captions.style import DEFAULT_STYLE, Style, load_style, style_names
from captionkit.captions.times import ClipTiming

__all__ = [
    "DEFAULT_STYLE",
    "RULES",
    "ClipTiming",
    "Style",
    "check_cues",
    "credit_cue",
    "lay_out",
    "load_style",
    "style_names",
]
