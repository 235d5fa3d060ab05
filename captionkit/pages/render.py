"""Fill templates, inline their assets and write the content security policy; all text is cleaned and escaped."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from captionkit import __version__
from captionkit.text import clean
from captionkit.timecode import clock, day, iso_duration

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_SCRIPT_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def render_page(name: str, page: object, player: bool = True) -> str:
    """The HTML document `name`: its template filled with the view `page`, its CSS and JavaScript inlined."""
    css = _asset("document.css") + _asset("page.css") + _asset(f"{name}.css")
    js = (_asset("player.js") if player else "") + _asset(f"{name}.js")
    return _filled(f"{name}.html", page, css, js)


def render_part(name: str, page: object) -> str:
    """The page `name` as a part for another page: not a whole document, and its styles apply to it alone."""
    css = _asset("page.css") + _asset(f"{name}.css") + _asset("embed.css")
    js = _asset("player.js") + _asset(f"{name}.js")
    bound = ".captionkit {\n" + css.replace(":root", "&") + "}\n"
    return _filled(f"{name}_embed.html", page, bound, js)


def json_for_script(data: dict[str, Any]) -> Markup:
    """JSON that cannot close its `<script>` element or open a comment in it."""
    from markupsafe import Markup

    return Markup(clean(json.dumps(data, ensure_ascii=False, indent=1)).translate(_SCRIPT_ESCAPES))


def data_url(vtt_text: str) -> str:
    """A caption file as a `data:` URL."""
    return "data:text/vtt;base64," + base64.b64encode(clean(vtt_text).encode()).decode("ascii")


def language_tag(language: str) -> str:
    """The language for HTML's `lang` attribute, empty if it is not a language tag."""
    return language if _LANGUAGE.fullmatch(language) else ""


def _filled(template: str, page: object, css: str, js: str) -> str:
    from markupsafe import Markup

    return (
        _environment()
        .get_template(template)
        .render(
            page=page,
            css=Markup(css),
            js=Markup(js),
            policy=_content_policy(css, js),
            generator=f"captionkit {__version__}",
        )
    )


def _content_policy(css: str, js: str) -> str:
    """A Content-Security-Policy that allows only the scripts and styles of this page."""
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; media-src 'self' data:; "
        f"style-src '{_digest(css)}'; script-src '{_digest(js)}'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


@cache
def _asset(name: str) -> str:
    return (files("captionkit.pages") / "static" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("captionkit.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"clock": clock, "day": day, "iso_duration": iso_duration}
    return environment


def _finalize(value: Any) -> Any:
    """Clean plain text on output; `Markup` was made by this package and is clean already."""
    return clean(value) if type(value) is str else value
