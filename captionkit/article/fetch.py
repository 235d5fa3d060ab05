"""The article's bytes, from disk or from the network: the only file of this room that touches either."""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import stat
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from captionkit import __version__
from captionkit.article.decode import looks_binary
from captionkit.errors import ArticleError

Kind = Literal["html", "text", "markdown"]

KINDS_BY_SUFFIX: dict[str, Kind] = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
}
KINDS_BY_TYPE: dict[str, Kind] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
}
MAX_REDIRECTS = 5
CHUNK = 65536
SAVE_IT = "Open the page in a browser, save it, and give the path of the saved file."

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f\\]")
_SAFE_IN_TARGET = "/?%:@!$&'()*+,;=~-._"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArticleOptions:
    """How far reading an article may go.

    `allow_private` lets an address be one of this machine or its network. `offline` refuses every address.
    `timeout_s` bounds the whole fetch with its redirects, `max_bytes` the page before and after unpacking.
    """

    allow_private: bool = False
    offline: bool = False
    timeout_s: float = 20.0
    max_bytes: int = 20_000_000

    def __post_init__(self) -> None:
        """Refuse bounds that bound nothing."""
        if self.timeout_s <= 0 or self.max_bytes <= 0:
            raise ValueError("timeout_s and max_bytes are above zero")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page's bytes as they came, their kind, and the encoding that the server named, if any."""

    data: bytes
    kind: Kind
    charset: str | None = None


def fetch(source: str, options: ArticleOptions) -> Fetched:
    """The bytes behind a path or an http(s) address.

    Raises:
        ArticleError: it cannot be had, is too large or too slow, or is no page.
    """
    scheme = _SCHEME.match(source)
    if scheme is None or _is_there(source):
        return _from_disk(source, options)
    if scheme[1].lower() not in ("http", "https"):
        raise ArticleError(
            source,
            f"an address that begins with {scheme[1]}: is not read",
            "Give an http or https address, or the path of a file.",
        )
    if options.offline:
        raise ArticleError(source, "nothing is fetched from the network with --offline", SAVE_IT)
    return _from_network(source, options)


def _is_there(source: str) -> bool:
    try:
        return Path(source).exists()
    except (OSError, ValueError):
        return False


def _from_disk(source: str, options: ArticleOptions) -> Fetched:
    path = Path(source)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ArticleError(source, "this is a folder", "Give the path of one article.")
        if not stat.S_ISREG(mode):
            raise ArticleError(source, "this is not a plain file", "Give the path of a saved page.")
        kind = KINDS_BY_SUFFIX.get(path.suffix.lower())
        if kind is None:
            raise ArticleError(
                source,
                "the name does not end in .html, .htm, .txt or .md",
                "Save the article as one of these and give its path.",
            )
        with path.open("rb") as file:
            data = file.read(options.max_bytes + 1)
    except FileNotFoundError:
        raise ArticleError(source, "no such file", "Check the path.") from None
    except (OSError, ValueError) as error:
        raise ArticleError(
            source, f"cannot be read ({_reason(error)})", "Check the path and your rights to the file."
        ) from None
    _refuse_what_is_no_page(source, data, options)
    return Fetched(data, kind)


def _refuse_what_is_no_page(source: str, data: bytes, options: ArticleOptions) -> None:
    if len(data) > options.max_bytes:
        raise _too_large(source, options)
    if not data.strip():
        raise ArticleError(source, "the article is empty", "Save the page again, or give another file.")
    if looks_binary(data):
        raise ArticleError(
            source,
            "this is not text",
            "Give the page that was published with the clip, as .html, .txt or .md.",
        )


def _too_large(source: str, options: ArticleOptions) -> ArticleError:
    return ArticleError(
        source,
        f"the article is larger than {options.max_bytes:,} bytes",
        "Save its text alone and give that file.",
    )


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _from_network(source: str, options: ArticleOptions) -> Fetched:
    deadline = time.monotonic() + options.timeout_s
    address = source
    for _ in range(MAX_REDIRECTS + 1):
        try:
            reply = _get(source, address, deadline, options)
        except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
            if time.monotonic() >= deadline:
                raise _too_slow(source, options) from None
            raise ArticleError(
                source, f"the page could not be fetched ({_reason(error)})", f"Check the address. {SAVE_IT}"
            ) from None
        if isinstance(reply, Fetched):
            _refuse_what_is_no_page(source, reply.data, options)
            return reply
        address = reply
    raise ArticleError(source, f"the server redirected more than {MAX_REDIRECTS} times", SAVE_IT)


def _too_slow(source: str, options: ArticleOptions) -> ArticleError:
    return ArticleError(
        source, f"the page did not arrive within {options.timeout_s:g} s", f"Try again later. {SAVE_IT}"
    )


def _get(source: str, address: str, deadline: float, options: ArticleOptions) -> Fetched | str:
    """One request: the page, or the address that it redirects to."""
    parts = _checked_address(source, address)
    with _closed_at(deadline, _connected(source, parts, deadline, options)) as sock:
        response = _answer(parts, sock)
        if response.status in (301, 302, 303, 307, 308):
            return urljoin(address, response.headers.get("Location", ""))
        if response.status != 200:
            raise ArticleError(
                source,
                f"the server answered {response.status} {response.reason}",
                f"Check the address. {SAVE_IT}",
            )
        kind, charset = _content_type(source, response.headers.get("Content-Type"))
        data = _body(source, response, options)
        _left(deadline)
        return Fetched(data, kind, charset)


def _answer(parts: SplitResult, sock: socket.socket) -> http.client.HTTPResponse:
    if isinstance(sock, ssl.SSLSocket):
        sock.do_handshake()
    connection = http.client.HTTPConnection(parts.hostname or "", _port(parts))
    connection.default_port = 443 if parts.scheme == "https" else 80
    connection.sock = sock
    connection.request("GET", _target(parts), headers=_headers())
    return connection.getresponse()


def _checked_address(source: str, address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or port == 0
        or _UNSAFE_IN_URL.search(address)
    ):
        raise ArticleError(
            source,
            f"{address!r} is no http or https address",
            "Give the whole address, with https:// before it.",
        )
    if parts.username or parts.password:
        raise ArticleError(source, "an address with a user name or password in it is not fetched", SAVE_IT)
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=_SAFE_IN_TARGET)
    return path + "?" + quote(parts.query, safe=_SAFE_IN_TARGET) if parts.query else path


def _headers() -> dict[str, str]:
    return {
        "User-Agent": f"captionkit/{__version__}",
        "Accept": "text/html, application/xhtml+xml, text/plain, text/markdown",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }


def _connected(source: str, parts: SplitResult, deadline: float, options: ArticleOptions) -> socket.socket:
    """A socket to an address that was checked: the name is not looked up a second time."""
    hosts = _resolved(parts, deadline)
    if not options.allow_private and not all(is_public(host) for host in hosts):
        raise ArticleError(
            source,
            f"{parts.hostname} is an address of this machine or of a private network",
            "Allow it with --allow-private if you mean it.",
        )
    failure = OSError("the host has no address")
    for host in hosts:
        try:
            sock = socket.create_connection((host, _port(parts)), timeout=_left(deadline))
        except OSError as error:
            failure = error
            continue
        return _secured(sock, parts)
    raise failure


def _secured(sock: socket.socket, parts: SplitResult) -> socket.socket:
    if parts.scheme != "https":
        return sock
    context = ssl.create_default_context()
    return context.wrap_socket(sock, server_hostname=parts.hostname, do_handshake_on_connect=False)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


def _resolved(parts: SplitResult, deadline: float) -> tuple[str, ...]:
    """Every address of the host.

    The system's resolver knows no time limit, so it works in a thread that may be left behind.
    """
    answer: list[str] = []
    failure: list[Exception] = []

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
            answer.extend(str(entry[4][0]) for entry in found)
        except (OSError, UnicodeError) as error:
            failure.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(_left(deadline))
    if failure:
        raise OSError(f"the host {parts.hostname} is not known")
    _left(deadline)
    return tuple(dict.fromkeys(answer))


def is_public(host: str) -> bool:
    """True for an address of the public Internet, also behind the ways IPv6 has to carry an IPv4 address."""
    address = ipaddress.ip_address(host.split("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inner:
            return is_public(str(inner))
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast


@contextmanager
def _closed_at(deadline: float, sock: socket.socket) -> Iterator[socket.socket]:
    """Shut the socket at the deadline: a timeout per read would let a server drip bytes for ever."""

    def shut() -> None:
        # Past SSLSocket.shutdown, which would drop the encryption under a reader in the other thread.
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(_left(deadline), shut)
    timer.daemon = True
    timer.start()
    try:
        yield sock
    finally:
        timer.cancel()
        sock.close()


def _content_type(source: str, header: str | None) -> tuple[Kind, str | None]:
    if not header:
        return "html", None
    kind = KINDS_BY_TYPE.get(header.split(";")[0].strip().lower())
    if kind is None:
        raise ArticleError(
            source,
            f"the server sent {header.split(';')[0].strip()[:80]!r}, not a page",
            "Give the address of the article itself.",
        )
    charset = _CHARSET.search(header)
    return kind, charset[1] if charset else None


def _body(source: str, response: http.client.HTTPResponse, options: ArticleOptions) -> bytes:
    """The page, unpacked piece by piece, so that a small download cannot swell without bound."""
    packed = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    if packed not in ("identity", "gzip", "x-gzip"):
        raise ArticleError(source, f"the server packed the page as {packed[:40]!r}", SAVE_IT)
    unpack = None if packed == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 16)
    page = bytearray()
    came = 0
    while chunk := response.read1(CHUNK):
        came += len(chunk)
        page += chunk if unpack is None else unpack.decompress(chunk, options.max_bytes + 1 - len(page))
        if came > options.max_bytes or len(page) > options.max_bytes:
            raise _too_large(source, options)
    return bytes(page)
