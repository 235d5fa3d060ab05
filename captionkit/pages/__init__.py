"""Record → HTML: self-contained pages, or a part for another page, that request nothing from any other host.

Pages read the model and nothing else of captionkit. Templates are in `templates/`, the CSS and JavaScript that they
inline in `static/`.
"""

from collections.abc import Callable
from typing import NamedTuple

from captionkit.model import Record
from captionkit.pages.options import PageOptions, relative_href
from captionkit.pages.qa import qa_page
from captionkit.pages.transcript import transcript_embed, transcript_page

__all__ = ["PAGES", "Page", "PageOptions", "qa_page", "relative_href", "transcript_embed", "transcript_page"]


class Page(NamedTuple):
    """A kind of page: how its file's name ends, and the function that makes it."""

    suffix: str
    make: Callable[[Record, PageOptions], str]


PAGES: dict[str, Page] = {
    "html": Page(".html", transcript_page),
    "qa": Page(".qa.html", qa_page),
    "embed": Page(".embed.html", transcript_embed),
}
"""Name → page. The QA report needs an article.

To add a page:

1. Write a module here with a function from a record and `PageOptions` to HTML, which ends in `render_page(NAME, view)`.
2. Write its template as `templates/NAME.html`, from `base.html` and the macros of `macros.html`.
3. Put its CSS and JavaScript in `static/NAME.css` and `static/NAME.js`.
4. Enter it in `PAGES`, and its name in `publish.OUTPUT_NAMES` if `--formats` may name it.
"""
