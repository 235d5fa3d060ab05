"""captionkit: captions, transcript and quote check for a news clip and its article.

The Python API is `caption_clip`: a clip and its options in, a `Record` out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from captionkit._version import __version__

if TYPE_CHECKING:
    from captionkit.model import Record
    from captionkit.pipeline import CaptionOptions, caption_clip

__all__ = ["CaptionOptions", "Record", "__version__", "caption_clip"]

_HOMES = {"CaptionOptions": "captionkit.pipeline", "caption_clip": "captionkit.pipeline", "Record": "captionkit.model"}


def __getattr__(name: str) -> Any:
    """Load the API when it is asked for, so that `captionkit --help` does not."""
    if name not in _HOMES:
        raise AttributeError(f"module 'captionkit' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
