"""What a page cannot know from the record: where the files beside it are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

_RELATIVE = re.compile(r"(?!//)[\w.~!$&'()*+,;=@%/-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class PageOptions:
    """Options of every page.

    `clip_href` is the media, `vtt_href` the caption file, `downloads` the files to download: all relative to the page
    and percent-encoded (`relative_href`). `vtt_text` is the WebVTT itself, which the page inlines: browsers refuse to
    load a caption file for a page that was opened from disk, so that `vtt_href` alone works on a server only. `style`
    names the caption style. With `mark_quotes` the transcript page marks what the article quotes.

    Raises:
        ValueError: an address has a scheme or a host, or is not percent-encoded.
    """

    clip_href: str
    vtt_text: str = ""
    vtt_href: str | None = None
    downloads: tuple[str, ...] = ()
    style: str = ""
    mark_quotes: bool = False

    def __post_init__(self) -> None:
        """Reject addresses that lead to another host or run as script."""
        for href in (self.clip_href, self.vtt_href, *self.downloads):
            if href is not None and not _RELATIVE.fullmatch(href):
                raise ValueError(f"a page links only to percent-encoded paths beside it, not to {href!r}")


def relative_href(path: str) -> str:
    """A file's path relative to the page, percent-encoded: `my clip.mp4` → `my%20clip.mp4`."""
    return quote(path, safe="/", errors="surrogateescape")
