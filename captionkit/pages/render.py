"""Templates, inlined assets and the policy that goes with them; everything printed is cleaned and escaped."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from captionkit import __version__
from captionkit.timecode import clock, day, iso_duration

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_SCRIPT_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def render_page(name: str, page: object, player: bool = True) -> str:
    """The whole page `name`: its template filled with the view `page`, its css and js inlined, the player's too."""
    css = _asset("document.css") + _asset("page.css") + _asset(f"{name}.css")
    js = (_asset("player.js") if player else "") + _asset(f"{name}.js")
    return _filled(f"{name}.html", page, css, js)


def render_part(name: str, page: object) -> str:
    """The page `name` as a part of somebody else's: no document round it, its styles bound to it alone."""
    css = _asset("page.css") + _asset(f"{name}.css") + _asset("embed.css")
    js = _asset("player.js") + _asset(f"{name}.js")
    bound = ".captionkit {\n" + css.replace(":root", "&") + "}\n"
    return _filled(f"{name}_embed.html", page, bound, js)


def clean(text: str) -> str:
    """The text with what HTML and UTF-8 cannot carry replaced by U+FFFD, so that nothing is lost unseen."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r", "\n"))


def json_for_script(data: dict[str, Any]) -> Markup:
    """JSON that cannot end its `<script>` element or open a comment in it."""
    from markupsafe import Markup

    return Markup(clean(json.dumps(data, ensure_ascii=False, indent=1)).translate(_SCRIPT_ESCAPES))


def data_url(vtt_text: str) -> str:
    """A caption file as an address that needs no request."""
    return "data:text/vtt;base64," + base64.b64encode(clean(vtt_text).encode()).decode("ascii")


def language_tag(language: str) -> str:
    """The language as HTML's `lang` wants it, empty where it is no language tag."""
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
    """A Content-Security-Policy that runs and paints only what this page was written with."""
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
    """Clean plain text on its way out; `Markup` was made by this package and is already clean."""
    return clean(value) if type(value) is str else value
