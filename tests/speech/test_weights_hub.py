"""The hub, played by a server on this machine that can also misbehave."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from captionkit.errors import WeightsError
from captionkit.speech.weights import find as weights
from captionkit.speech.weights import hub
from captionkit.speech.weights.catalogue import Catalogue, KnownFile, KnownModel
from captionkit.speech.weights.find import WeightsOptions, find_weights, get_weights

FILES = {
    "config.json": b"{}",
    "model.bin": b"weights" * 50_000,
    "tokenizer.json": b'{"a": 1}',
    "vocabulary.txt": b"a\nb\n",
}
REVISION = "c" * 40
SMALL = KnownModel(
    "small",
    "toys/small",
    REVISION,
    tuple(KnownFile(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in FILES.items()),
)
ONLINE = WeightsOptions(device="cpu")


@dataclass
class StandIn:
    """What the server does: `mode` names a way of misbehaving, `requests` are the paths it was asked for."""

    url: str
    mode: str = "well"
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    httpd.block_on_close = False
    stand_in = StandIn(f"http://127.0.0.1:{httpd.server_port}")
    httpd.stand_in = stand_in  # type: ignore[attr-defined]
    threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", stand_in.url)
    monkeypatch.setenv("CAPTIONKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(weights, "catalogue", lambda: Catalogue({"small": SMALL}, "small", "small"))
    monkeypatch.setattr(hub, "ANSWER_S", 10.0)
    yield stand_in
    httpd.shutdown()
    httpd.server_close()


class Handler(BaseHTTPRequestHandler):
    """The few answers that huggingface_hub asks for."""

    def do_HEAD(self) -> None:
        """Answer without a body."""
        self._answer(with_body=False)

    def do_GET(self) -> None:
        """Answer with a body."""
        self._answer(with_body=True)

    def _answer(self, with_body: bool) -> None:
        stand_in: StandIn = self.server.stand_in  # type: ignore[attr-defined]
        stand_in.requests.append(self.path)
        if self.path == f"/api/models/toys/small/revision/{REVISION}":
            self._about(stand_in.mode)
        elif self.path.startswith(f"/toys/small/resolve/{REVISION}/"):
            self._file(self.path.rsplit("/", 1)[1], stand_in.mode, with_body)
        else:
            self._refuse(404, "RepoNotFound")

    def _about(self, mode: str) -> None:
        if mode == "hangs":
            time.sleep(60)
        elif mode == "not found":
            self._refuse(404, "RevisionNotFound")
        elif mode == "wants a login":
            self._refuse(401, "GatedRepo")
        elif mode == "broken":
            self._refuse(503, "")
        elif mode == "is no hub":
            self._send(b"<html>Sign in to the guest network</html>", {"Content-Type": "text/html"})
        else:
            about = {"id": "toys/small", "sha": REVISION, "siblings": [{"rfilename": name} for name in FILES]}
            self._send(json.dumps(about).encode(), {"Content-Type": "application/json"})

    def _file(self, name: str, mode: str, with_body: bool) -> None:
        data = FILES[name]
        if mode == "other bytes" and name == "model.bin":
            data = data[:-1] + b"!"
        if mode == "file missing" and name == "tokenizer.json":
            self._refuse(404, "EntryNotFound")
            return
        headers = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "X-Repo-Commit": REVISION}
        cut = 1000 if mode == "cut" and name == "model.bin" else len(data)
        self._send(data, headers, cut if with_body else 0)

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, data: bytes, headers: dict[str, str], cut: int | None = None) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[:cut])

    def log_message(self, *args: object) -> None:
        """Be quiet."""


def folder_of(server: StandIn, tmp_path: Path) -> Path:
    return tmp_path / "cache/weights/small"


def test_a_model_comes_from_the_hub_into_the_cache(
    server: StandIn, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """No model but the packaged one could be used, or a pipe would be filled with progress bars."""
    found = find_weights("small", ONLINE)
    assert (found.name, found.note, found.sha256) == ("small", None, SMALL.sha256)
    assert found.folder == folder_of(server, tmp_path)
    assert {path.name: path.read_bytes() for path in found.folder.iterdir()} == FILES
    assert capfd.readouterr() == ("", "")
    asked = len(server.requests)
    assert find_weights("small", ONLINE) == found == find_weights("auto", ONLINE)
    assert len(server.requests) == asked


def test_auto_fetches_its_wish(server: StandIn, tmp_path: Path) -> None:
    """`auto` would stay with poor weights although the hub answers."""
    assert find_weights("auto", ONLINE).folder == folder_of(server, tmp_path)


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("hangs", "does not answer"),
        ("is no hub", "does not answer"),
        ("broken", "answers with HTTP status 503"),
        ("not found", "has no toys/small at cccccccc, or requires a login for it"),
        ("wants a login", "has no toys/small at cccccccc, or requires a login for it"),
        ("file missing", "has no toys/small at cccccccc, or requires a login for it"),
        ("other bytes", "its files are not those of the model that captionkit knows: model.bin has the SHA-256"),
    ],
)
def test_a_hub_that_misbehaves_is_told_in_one_sentence(
    server: StandIn,
    tmp_path: Path,
    mode: str,
    said: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A user would wait for minutes, see a traceback, or load what somebody else put in the model's place."""
    server.mode = mode
    if mode == "hangs":
        monkeypatch.setattr(hub, "ANSWER_S", 0.3)
    begun = time.monotonic()
    with pytest.raises(WeightsError) as caught:
        find_weights("small", ONLINE)
    assert time.monotonic() - begun < 10
    assert said in str(caught.value) and "\n" not in str(caught.value)
    assert not folder_of(server, tmp_path).exists()
    assert capfd.readouterr() == ("", "")
    server.mode = "well"
    monkeypatch.setattr(hub, "ANSWER_S", 10.0)
    assert get_weights("small").folder == folder_of(server, tmp_path)


def test_a_hub_that_refuses_the_connection_is_told(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without network would wait for half a minute at every run."""
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    begun = time.monotonic()
    with pytest.raises(WeightsError, match=r"http://127\.0\.0\.1:9 does not answer"):
        find_weights("small", ONLINE)
    assert time.monotonic() - begun < 10


def test_a_download_that_breaks_off_is_not_taken_for_whole(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Half a file would be loaded, or the download could not be taken up again."""
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda seconds: None)
    server.mode = "cut"
    with pytest.raises(WeightsError) as caught:
        find_weights("small", ONLINE)
    assert "http://127.0.0.1" in str(caught.value)
    assert capfd.readouterr() == ("", "")
    assert not folder_of(server, tmp_path).exists()
    server.mode = "well"
    assert find_weights("small", ONLINE).sha256 == SMALL.sha256


def test_offline_asks_no_hub(server: StandIn) -> None:
    """`--offline` would not be offline."""
    for name in ("small", "auto"):
        with pytest.raises(WeightsError, match="nothing is downloaded offline"):
            find_weights(name, WeightsOptions(offline=True, device="cpu"))
    assert server.requests == []
