"""The way of one clip, and the ways that share its steps.

`caption.py` is the whole way: hear (`recording.py`), analyse (`analysis.py`), present (`presentation.py`).
`compare.py` checks the quotes of any transcript, `check.py` any caption file; `presentation.py` also lays a record out
in another style and applies corrections.
"""

from captionkit.pipeline.analysis import Analysis, analyse
from captionkit.pipeline.caption import caption_clip
from captionkit.pipeline.compare import compare_quotes
from captionkit.pipeline.options import CaptionOptions, Models, Report, silent_report, usable_cores
from captionkit.pipeline.presentation import Captions, present, restyle, revise
from captionkit.pipeline.recording import Recording, hear

__all__ = [
    "Analysis",
    "CaptionOptions",
    "Captions",
    "Models",
    "Recording",
    "Report",
    "analyse",
    "caption_clip",
    "compare_quotes",
    "hear",
    "present",
    "restyle",
    "revise",
    "silent_report",
    "usable_cores",
]
