from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from captionkit.cli.models import models
from captionkit.errors import UsageError, WeightsError
from captionkit.files import file_sha256
from captionkit.speech.weights import catalogue as known
from captionkit.text import parse_toml


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache with a whole model `good` in it; `gone` is on a hub that refuses."""
    files = {"model.bin": b"weights", "config.json": b"{}", "tokenizer.json": b"{}", "vocabulary.txt": b"a"}
    folder = tmp_path / "cache/weights/good"
    folder.mkdir(parents=True)
    lines = ['[auto]\ncuda = "good"\ncpu = "good"\n']
    for name in ("good", "gone"):
        lines.append(f'[[model]]\nname = "{name}"\nrepository = "toys/{name}"\nrevision = "1"\nfiles = [')
        for file, data in files.items():
            (folder / file).write_bytes(data)
            digest = file_sha256(folder / file)
            lines.append(f'{{ name = "{file}", bytes = {len(data)}, sha256 = "{digest}" }},')
        lines.append("]")
    monkeypatch.setenv("CAPTIONKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    listed = parse_toml("\n".join(lines))
    monkeypatch.setattr(known, "toml_tables", lambda *_: listed)
    known.catalogue.cache_clear()
    yield folder
    known.catalogue.cache_clear()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(models, arguments)


def test_list_says_where_each_model_is(weights: Path) -> None:
    """A user could not see which weights are here and which would be downloaded."""
    assert run("list").output.splitlines() == [
        f"good                  0 MB  cache: {weights}, verified",
        "gone                  0 MB  not downloaded; on the hub",
    ]


def test_list_as_json_is_for_programs(weights: Path) -> None:
    """A script would have to take the table apart, or take a damaged model for a good one."""
    (weights / "model.bin").write_bytes(b"WEIGHTS")
    good, gone = json.loads(run("list", "--json").output)["models"]
    assert good["name"] == "good" and good["place"] == "cache" and good["folder"] == str(weights)
    assert good["size_bytes"] == 12 and good["verified"] is False
    assert good["damage"].startswith("model.bin has the SHA-256")
    assert gone == {
        "name": "gone",
        "place": "hub",
        "size_bytes": 12,
        "folder": None,
        "verified": None,
        "damage": None,
    }


def test_get_says_where_the_model_is(weights: Path) -> None:
    """The user would not know whether and where it arrived."""
    assert run("get", "good").output == f"good is in {weights}\n"


def test_get_of_what_cannot_be_had_is_an_error(weights: Path) -> None:
    """A script would go on without the weights."""
    result = run("get", "gone")
    assert isinstance(result.exception, WeightsError) and result.exception.exit_code == 3
    assert isinstance(run("get", "nonsense").exception, UsageError)


def test_verify_passes_whole_models_only(weights: Path) -> None:
    """A damaged model would be called verified, or a script could not tell."""
    result = run("verify")
    assert (result.exit_code, result.output) == (0, f"good             cache: {weights}, verified\n")
    assert isinstance(run("verify", "gone").exception, WeightsError)
    (weights / "config.json").write_bytes(b"[]")
    result = run("verify")
    assert "config.json has the SHA-256" in result.output
    assert isinstance(result.exception, WeightsError) and result.exception.exit_code == 3
