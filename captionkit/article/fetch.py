"""Read the article's bytes from disk or from the network: the only file of this room that touches either."""

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
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
    **dict.fromkeys((".md", ".markdown"), "markdown"),
    ".txt": "text",
}
KINDS_BY_TYPE: dict[str, Kind] = {
    **dict.fromkeys(("text/html", "application/xhtml+xml"), "html"),
    **dict.fromkeys(("text/markdown", "text/x-markdown"), "markdown"),
    "text/plain": "text",
}
MAX_REDIRECTS = 5
CHUNK = 65536
PORTS = {"http": 80, "https": 443}
HEADERS = {
    "User-Agent": f"captionkit/{__version__}",
    "Accept": "text/html, application/xhtml+xml, text/plain, text/markdown",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}
SAVE_IT = "Open the page in a browser, save it, and give the path of the saved file."

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f\\]")
_SAFE_IN_TARGET = "/?%:@!$&'()*+,;=~-._"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArticleOptions:
    """Limits on reading an article.

    `allow_private` allows addresses of this machine and its network; `offline` rejects every address.
    `timeout_s` limits the whole fetch including redirects, `max_bytes` the page before and after decompression.
    """

    allow_private: bool = False
    offline: bool = False
    timeout_s: float = 20.0
    max_bytes: int = 20_000_000

    def __post_init__(self) -> None:
        """Reject limits of zero or less."""
        if self.timeout_s <= 0 or self.max_bytes <= 0:
            raise ValueError("timeout_s and max_bytes must be above zero")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page's bytes as received, their kind, and the encoding that the server named, if any."""

    data: bytes
    kind: Kind
    charset: str | None = None


def fetch(source: str, options: ArticleOptions) -> Fetched:
    """The bytes behind a path or an http(s) address.

    Raises:
        ArticleError: it cannot be read or fetched, is too large or too slow, or is not a page.
    """
    scheme = _SCHEME.match(source)
    if scheme is None or _exists(source):
        fetched = _from_disk(source, options.max_bytes)
    elif scheme[1].lower() not in PORTS:
        reason = f"addresses that begin with {scheme[1]}: are not supported"
        raise ArticleError(source, reason, "Give an http or https address, or the path of a file.")
    elif options.offline:
        raise ArticleError(source, "nothing is fetched from the network with --offline", SAVE_IT)
    else:
        fetched = _Fetch(source, options, time.monotonic() + options.timeout_s).page()
    _reject_unusable(source, fetched.data, options.max_bytes)
    return fetched


def is_public(host: str) -> bool:
    """True for an IP address of the public Internet, also where IPv6 carries an IPv4 address."""
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


def _exists(source: str) -> bool:
    try:
        return Path(source).exists()
    except (OSError, ValueError):
        return False


def _from_disk(source: str, max_bytes: int) -> Fetched:
    path = Path(source)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ArticleError(source, "this is a folder", "Give the path of one article.")
        if not stat.S_ISREG(mode):
            raise ArticleError(source, "this is not a regular file", "Give the path of a saved page.")
        kind = KINDS_BY_SUFFIX.get(path.suffix.lower())
        if kind is None:
            reason = "the name does not end in .html, .htm, .txt or .md"
            raise ArticleError(source, reason, "Save the article as one of these and give its path.")
        with path.open("rb") as file:
            return Fetched(file.read(max_bytes + 1), kind)
    except FileNotFoundError:
        raise ArticleError(source, "no such file", "Check the path.") from None
    except (OSError, ValueError) as error:
        reason = f"cannot be read ({_cause(error)})"
        raise ArticleError(source, reason, "Check the path and the file's permissions.") from None


def _reject_unusable(source: str, data: bytes, max_bytes: int) -> None:
    if len(data) > max_bytes:
        raise _too_large(source, max_bytes)
    if not data.strip():
        raise ArticleError(source, "the article is empty", "Save the page again, or give another file.")
    if looks_binary(data):
        remedy = "Give the page that was published with the clip, as .html, .txt or .md."
        raise ArticleError(source, "this is not text", remedy)


def _too_large(source: str, max_bytes: int) -> ArticleError:
    reason = f"the article is larger than {max_bytes:,} bytes"
    return ArticleError(source, reason, "Save only its text and give that file.")


def _cause(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


@dataclass(frozen=True, slots=True)
class _Fetch:
    """One fetch over the network with all its redirects. `deadline` is a time of the monotonic clock, in seconds."""

    source: str
    options: ArticleOptions
    deadline: float

    def page(self) -> Fetched:
        """The page, after at most `MAX_REDIRECTS` redirects."""
        address = self.source
        for _ in range(MAX_REDIRECTS + 1):
            try:
                response = self._request(address)
            except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
                if time.monotonic() >= self.deadline:
                    reason = f"the page did not arrive within {self.options.timeout_s:g} s"
                    raise self._error(reason, f"Try again later. {SAVE_IT}") from None
                raise self._error(
                    f"the page could not be fetched ({_cause(error)})", f"Check the address. {SAVE_IT}"
                ) from None
            if isinstance(response, Fetched):
                return response
            address = response
        raise self._error(f"the server redirected more than {MAX_REDIRECTS} times")

    def _error(self, reason: str, remedy: str = SAVE_IT) -> ArticleError:
        return ArticleError(self.source, reason, remedy)

    def _request(self, address: str) -> Fetched | str:
        """One request: the page, or the address that it redirects to."""
        parts = self._checked(address)
        with self._shut_at_deadline(self._connected(parts)) as sock:
            response = _response(parts, sock)
            if response.status in (301, 302, 303, 307, 308):
                return urljoin(address, response.headers.get("Location", ""))
            if response.status != 200:
                reason = f"the server answered {response.status} {response.reason}"
                raise self._error(reason, f"Check the address. {SAVE_IT}")
            kind, charset = self._content_type(response.headers.get("Content-Type"))
            data = self._body(response)
            self._left()
            return Fetched(data, kind, charset)

    def _checked(self, address: str) -> SplitResult:
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in PORTS or not parts.hostname or port == 0 or _UNSAFE_IN_URL.search(address):
            reason = f"{address!r} is not an http or https address"
            raise self._error(reason, "Give the whole address, including https://.")
        if parts.username or parts.password:
            raise self._error("an address with a user name or password in it is not fetched")
        return parts

    def _connected(self, parts: SplitResult) -> socket.socket:
        """A socket to an address that was checked: the name is not looked up again (DNS rebinding)."""
        hosts = self._resolved(parts)
        if not self.options.allow_private and not all(is_public(host) for host in hosts):
            reason = f"{parts.hostname} is an address of this machine or of a private network"
            raise self._error(reason, "Allow it with --allow-private if this is intended.")
        failure = OSError("the host has no address")
        for host in hosts:
            try:
                sock = socket.create_connection((host, _port(parts)), timeout=self._left())
            except OSError as error:
                failure = error
                continue
            return _secured(sock, parts)
        raise failure

    def _resolved(self, parts: SplitResult) -> tuple[str, ...]:
        """Every IP address of the host.

        The system's resolver has no timeout, so it runs in a thread that may be abandoned.
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
        thread.join(self._left())
        if failure:
            raise OSError(f"the host {parts.hostname} is unknown")
        self._left()
        return tuple(dict.fromkeys(answer))

    def _left(self) -> float:
        """Seconds left, more than 0.

        Raises:
            TimeoutError: the deadline has passed.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    @contextmanager
    def _shut_at_deadline(self, sock: socket.socket) -> Iterator[socket.socket]:
        """Shut the socket at the deadline: with a timeout per read a server could send single bytes forever."""

        def shut() -> None:
            # Not SSLSocket.shutdown, which would drop the encryption while the other thread reads.
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

        timer = threading.Timer(self._left(), shut)
        timer.daemon = True
        timer.start()
        try:
            yield sock
        finally:
            timer.cancel()
            sock.close()

    def _content_type(self, header: str | None) -> tuple[Kind, str | None]:
        if not header:
            return "html", None
        media_type = header.split(";")[0].strip()
        kind = KINDS_BY_TYPE.get(media_type.lower())
        if kind is None:
            raise self._error(
                f"the server sent {media_type[:80]!r}, not a page", "Give the address of the article itself."
            )
        charset = _CHARSET.search(header)
        return kind, charset[1] if charset else None

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        """The page, decompressed in pieces, so that a small download cannot fill the memory."""
        encoding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip"):
            raise self._error(f"the server sent the page in an unsupported content encoding, {encoding[:40]!r}")
        unzip = None if encoding == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 16)
        max_bytes, received, page = self.options.max_bytes, 0, bytearray()
        while chunk := response.read1(CHUNK):
            received += len(chunk)
            page += chunk if unzip is None else unzip.decompress(chunk, max_bytes + 1 - len(page))
            if received > max_bytes or len(page) > max_bytes:
                raise _too_large(self.source, max_bytes)
        return bytes(page)


def _response(parts: SplitResult, sock: socket.socket) -> http.client.HTTPResponse:
    if isinstance(sock, ssl.SSLSocket):
        sock.do_handshake()
    connection = http.client.HTTPConnection(parts.hostname or "", _port(parts))
    connection.default_port = PORTS[parts.scheme]
    connection.sock = sock
    connection.request("GET", _target(parts), headers=HEADERS)
    return connection.getresponse()


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=_SAFE_IN_TARGET)
    return path + "?" + quote(parts.query, safe=_SAFE_IN_TARGET) if parts.query else path


def _secured(sock: socket.socket, parts: SplitResult) -> socket.socket:
    if parts.scheme != "https":
        return sock
    context = ssl.create_default_context()
    return context.wrap_socket(sock, server_hostname=parts.hostname, do_handshake_on_connect=False)
