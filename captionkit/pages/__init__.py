"""Record → HTML: one self-contained page each, or a part for another page, with no request to any other host.

Pages read the model and nothing else of captionkit. Templates stand in `templates/`, what they inline in
`static/`. To add a page: write its view here as a function of the record, its template, its css and js of
the same name, and hand the view to `render.render_page`.
"""

from captionkit.pages.options import PageOptions, relative_href
from captionkit.pages.qa import qa_page
from captionkit.pages.transcript import transcript_embed, transcript_page

__all__ = ["PageOptions", "qa_page", "relative_href", "transcript_embed", "transcript_page"]
