"""The article from disk and from the network: with limits, and never from a private address."""

from __future__ import annotations

import gzip
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from captionkit.article import ArticleOptions, read_article
from captionkit.article.fetch import fetch, is_public
from captionkit.errors import ArticleError

PAGE = "<html><body><article><p>“It holds,” said Ann Roe.</p></article></body></html>".encode()
CERTIFICATE = Path(__file__).with_name("news_example.pem")
HERE = ArticleOptions(allow_private=True, timeout_s=5, max_bytes=100_000)


class _Site(BaseHTTPRequestHandler):
    """A server with a path for every problem."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.seen.append((self.path, self.headers.get("Host")))  # type: ignore[attr-defined]
        getattr(self, "_" + self.path.strip("/").split("/")[0].split("?")[0].replace("-", "_"))()

    def _send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Type": "text/html", "Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _page(self) -> None:
        self._send(PAGE)

    def _latin(self) -> None:
        self._send("<p>“é”, said Ann Roe.</p>".encode("cp1252"), Content_Type="text/html; charset=ISO-8859-1")

    def _text(self) -> None:
        self._send("“It holds,” said Ann Roe.".encode(), Content_Type="text/plain")

    def _to_page(self) -> None:
        self._send(b"", 302, Location="/page")

    def _loop(self) -> None:
        self._send(b"", 302, Location="/loop")

    def _to_file(self) -> None:
        self._send(b"", 302, Location="file:///etc/hostname")

    def _to_private(self) -> None:
        self._send(b"", 302, Location="http://10.0.0.1/")

    def _missing(self) -> None:
        self._send(b"gone", 404)

    def _film(self) -> None:
        self._send(b"x", Content_Type="video/mp4")

    def _disguised(self) -> None:
        self._send(b"\x00\x00\x00\x18ftypmp42" + bytes(200))

    def _large(self) -> None:
        self._send(b"a " * 100_000)

    def _bomb(self) -> None:
        self._send(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")

    def _packed(self) -> None:
        self._send(gzip.compress(PAGE), Content_Encoding="gzip")

    def _broken(self) -> None:
        self._send(b"\x1f\x8b\x08nonsense", Content_Encoding="gzip")

    def _drip(self) -> None:
        self._send(b"", Content_Length="100000")
        self._slowly()

    def _drip_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self._slowly()

    def _slowly(self) -> None:
        try:
            for _ in range(200):
                self.wfile.write(b"X")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


@pytest.fixture(scope="module")
def site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.seen = []  # type: ignore[attr-defined]
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _address(site: ThreadingHTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{site.server_address[1]}/{path}"


@pytest.mark.parametrize("path", ["page", "to-page", "packed", "text", "page?a=b c".replace(" ", "%20")])
def test_a_page_is_fetched(site: ThreadingHTTPServer, path: str) -> None:
    """Newsrooms give the address of the story, not a file."""
    article = read_article(_address(site, path), HERE)
    assert [(q.speaker, q.parts[0].text) for q in article.quotes] == [("Ann Roe", "It holds,")]


def test_the_charset_of_the_header_counts(site: ThreadingHTTPServer) -> None:
    """Names with accents would be wrong in every caption."""
    assert read_article(_address(site, "latin"), HERE).text == "“é”, said Ann Roe."


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("missing", "the server answered 404 Not Found"),
        ("loop", "redirected more than 5 times"),
        ("to-file", "'file:///etc/hostname' is not an http or https address"),
        ("film", "the server sent 'video/mp4', not a page"),
        ("disguised", "this is not text"),
        ("large", "larger than 100,000 bytes"),
        ("bomb", "larger than 100,000 bytes"),
        ("broken", "could not be fetched"),
    ],
)
def test_a_response_that_is_not_a_page_is_reported(site: ThreadingHTTPServer, path: str, reason: str) -> None:
    """The person at the terminal must know what to do, and memory must not fill."""
    with pytest.raises(ArticleError, match=reason) as caught:
        read_article(_address(site, path), HERE)
    assert str(caught.value).startswith(_address(site, path))


@pytest.mark.parametrize("path", ["drip", "drip-head"])
def test_a_server_that_sends_byte_by_byte_is_abandoned_in_time(site: ThreadingHTTPServer, path: str) -> None:
    """A timeout per read would wait forever; a batch would stop."""
    began = time.monotonic()
    with pytest.raises(ArticleError, match=r"did not arrive within 0\.4 s"):
        read_article(_address(site, path), ArticleOptions(allow_private=True, timeout_s=0.4))
    assert time.monotonic() - began < 3


def test_private_addresses_are_rejected_by_default(site: ThreadingHTTPServer) -> None:
    """A manifest from outside must not read the newsroom's own servers."""
    before = len(site.seen)  # type: ignore[attr-defined]
    with pytest.raises(ArticleError, match="Allow it with --allow-private"):
        read_article(_address(site, "page"), ArticleOptions())
    assert len(site.seen) == before  # type: ignore[attr-defined]


def _looked_up(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answer, port)) for answer in answers]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_a_name_with_one_private_address_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hostile name server mixes a public address with a private one."""
    _looked_up(monkeypatch, "93.184.216.34", "127.0.0.1")
    with pytest.raises(ArticleError, match=r"news\.example is an address of this machine"):
        read_article("http://news.example/", ArticleOptions(timeout_s=2))


def test_the_address_that_was_checked_is_the_one_connected_to(
    site: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is looked up twice may resolve differently the second time (DNS rebinding)."""
    asked = _looked_up(monkeypatch, "127.0.0.1")
    dialled: list[tuple[str, int]] = []
    connect = socket.create_connection

    def create_connection(address: tuple[str, int], timeout: float) -> socket.socket:
        dialled.append(address)
        monkeypatch.undo()
        return connect(address, timeout)

    monkeypatch.setattr(socket, "create_connection", create_connection)
    port = site.server_address[1]
    fetch(f"http://news.example:{port}/page", HERE)
    assert asked == ["news.example"]
    assert dialled == [("127.0.0.1", port)]
    assert site.seen[-1] == ("/page", f"news.example:{port}")  # type: ignore[attr-defined]


@pytest.fixture
def tls_site(site: ThreadingHTTPServer) -> Iterator[ThreadingHTTPServer]:
    """The same site with a self-signed certificate for news.example."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.sni_callback = lambda _sock, name, _context: site.names.append(name)  # type: ignore[attr-defined]
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.seen, server.names = [], []  # type: ignore[attr-defined]
    site.names = server.names  # type: ignore[attr-defined]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_https_asks_for_the_host_by_name_and_checks_its_certificate(
    tls_site: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is pinned, yet the certificate must be that of the name that the user gave."""
    address = f"https://news.example:{tls_site.server_address[1]}/page"
    _looked_up(monkeypatch, "127.0.0.1")
    with pytest.raises(ArticleError, match="certificate"):
        fetch(address, HERE)
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    assert fetch(address, HERE).data == PAGE
    assert tls_site.names[-1] == "news.example"  # type: ignore[attr-defined]
    with pytest.raises(ArticleError, match="certificate"):
        fetch(address.replace("news.example", "other.example"), HERE)


def test_every_hop_of_a_redirect_is_checked(site: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A public page that redirects to a private address is the usual attack."""
    monkeypatch.setattr("captionkit.article.fetch.is_public", lambda host: host == "127.0.0.1")
    with pytest.raises(ArticleError, match=r"10\.0\.0\.1 is an address of this machine"):
        read_article(_address(site, "to-private"), ArticleOptions(timeout_s=2))


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("::", False),
    ],
)
def test_which_addresses_are_public(host: str, public: bool) -> None:
    """Each of these has been used to attack a cloud service."""
    assert is_public(host) is public


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("file:///etc/hostname", "addresses that begin with file: are not supported"),
        ("ftp://news.example/x.html", "addresses that begin with ftp: are not supported"),
        ("javascript:alert(1)", "addresses that begin with javascript: are not supported"),
        ("http:///x", "is not an http or https address"),
        ("http://[::1", "is not an http or https address"),
        ("http://user:secret@news.example/", "user name or password"),
        ("http://news.example/a b", "is not an http or https address"),
        ("http://news.example/\r\nHost: x", "is not an http or https address"),
    ],
)
def test_other_addresses_are_rejected(source: str, reason: str) -> None:
    """Only what a browser would show as a page is read."""
    with pytest.raises(ArticleError, match=reason.replace("(", r"\(")):
        read_article(source, ArticleOptions(timeout_s=1))


def test_offline_touches_no_network() -> None:
    """`--offline` is a promise."""
    with pytest.raises(ArticleError, match="with --offline"):
        read_article("https://news.example/", ArticleOptions(offline=True))


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    """Each mistake has its own message."""
    (tmp_path / "empty.html").write_bytes(b" \n")
    (tmp_path / "clip.html").write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(50))
    (tmp_path / "story.docx").write_bytes(b"x")
    (tmp_path / "large.txt").write_bytes(b"a" * 101)
    os.mkfifo(tmp_path / "pipe.txt")
    wanted = {
        "": "this is a folder",
        "none.html": "no such file",
        "empty.html": "the article is empty",
        "clip.html": "this is not text",
        "story.docx": r"does not end in \.html, \.htm, \.txt or \.md",
        "large.txt": "larger than 100 bytes",
        "pipe.txt": "not a regular file",
        "\x00.html": "cannot be read",
        "a" * 5000 + ".html": "cannot be read",
    }
    for name, reason in wanted.items():
        with pytest.raises(ArticleError, match=reason):
            read_article(f"{tmp_path}/{name}", ArticleOptions(max_bytes=100))


@pytest.mark.parametrize("name", ["a.html", "A.HTM", "a.txt", "a.md", "http:story.txt"])
def test_files_that_can_be_used(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths in any spelling, with a colon too."""
    monkeypatch.chdir(tmp_path)
    Path(name).write_text("“It holds,” said Ann Roe.", "utf-8")
    assert read_article(name, ArticleOptions()).quotes[0].speaker == "Ann Roe"


@pytest.mark.parametrize("bound", [{"timeout_s": 0.0}, {"max_bytes": 0}])
def test_limits_of_zero_are_rejected(bound: dict[str, float]) -> None:
    """A limit of zero could be read as no limit."""
    with pytest.raises(ValueError, match="above zero"):
        ArticleOptions(**bound)  # type: ignore[arg-type]
