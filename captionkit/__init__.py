"""captionkit: captions, transcript and quote check for a news clip and its article."""

from captionkit._version import __version__

__all__ = ["__version__"]
