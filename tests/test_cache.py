"""The cache on disk: what is read is what was written, and damage costs time only."""

from __future__ import annotations

import json
import stat
import threading
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit import cache
from captionkit.cache import KINDS, cache_key, read_entry, remembered, write_entry
from captionkit.media import Shots
from captionkit.model import AudioEvent, ModelUsed, Span
from captionkit.speech.recognition import RecognisedPassage, RecognisedWord, Recognition

HEARING = Recognition(
    "en",
    0.75,
    ModelUsed("base", "1" * 64, "cpu", "int8"),
    (
        RecognisedPassage(Span(300, 2_000), (RecognisedWord("Tomás", 400, 900, 0.5, 2), RecognisedWord("said", 900, 1_500, 1.0, 1)), -0.3),
        RecognisedPassage(Span(2_000, 2_500), (), -1.5),
    ),
    (Span(400, 1_600), Span(2_100, 2_400)),
)


KEY = cache_key("clip", 1)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the hearing of one clip is stored, in an empty cache."""
    monkeypatch.setenv("CAPTIONKIT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "recognition" / f"{KEY}.json"


def stored() -> Recognition | None:
    return read_entry("recognition", KEY, Recognition)


def store(hearing: Recognition = HEARING) -> None:
    write_entry("recognition", KEY, hearing)


times = st.integers(0, 10**8)
spans = st.tuples(times, times).map(lambda t: Span(min(t), max(t)))
tokens = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=12).filter(
    lambda t: not any(c.isspace() for c in t)
)
heard_words = st.builds(
    lambda text, span, p, n: RecognisedWord(text, span.start_ms, span.end_ms, p, n),
    tokens,
    spans,
    st.floats(0, 1),
    st.integers(1, 9),
)
passages = st.builds(RecognisedPassage, spans, st.lists(heard_words, max_size=4).map(tuple), st.floats(-20, 0))
hearings = st.builds(
    Recognition,
    tokens,
    st.floats(0, 1),
    st.builds(ModelUsed, tokens, tokens, tokens, tokens),
    st.lists(passages, max_size=4).map(tuple),
    st.lists(spans, max_size=4).map(tuple),
)




@given(hearings)
def test_a_hearing_reads_back_the_same(hearing: Recognition) -> None:
    """A second run on a clip would give other words or times than the first."""
    assert msgspec.json.decode(msgspec.json.encode(hearing), type=Recognition) == hearing


def test_an_entry_is_stored(place: Path) -> None:
    """Every run would take the time of the first."""
    assert stored() is None
    store()
    assert stored() == HEARING
    assert [p.name for p in place.parent.iterdir()] == [place.name]


def test_another_key_or_kind_is_another_entry(place: Path) -> None:
    """The words of another clip, model or language would be served as this one's."""
    store()
    assert read_entry("recognition", cache_key("clip", 2), Recognition) is None
    assert read_entry("shots", KEY, Shots) is None
    assert len({cache_key("a", "b"), cache_key("a"), cache_key("b", "a"), cache_key("a", "b", "")}) == 4


def test_an_unknown_kind_is_an_error(place: Path) -> None:
    """A slip of the keyboard would store what nobody reads."""
    with pytest.raises(KeyError):
        write_entry("hearings", KEY, 1)
    assert "recognition" in KINDS


def spoilt(**fields: object) -> str:
    """A stored hearing whose first word has other fields."""
    data = json.loads(msgspec.json.encode(HEARING))
    data["passages"][0]["words"][0] |= fields
    return json.dumps(data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        '"a"',
        pytest.param("\x00" * 100, id="nulls"),
        pytest.param("[" * 100_000, id="deep"),
        msgspec.json.encode(HEARING).decode()[:-40],
        spoilt(text=None),
        spoilt(text=""),
        spoilt(text="two words"),
        spoilt(start_ms=None),
        spoilt(start_ms=-1),
        spoilt(start_ms=5_000),
        spoilt(end_ms="900"),
        spoilt(probability="high"),
        spoilt(pieces=None),
    ],
)
def test_a_damaged_entry_costs_time_only(place: Path, text: str) -> None:
    """Every run on that clip would end with an error until the cache is found and deleted."""
    store()
    place.write_text(text)
    assert stored() is None
    store()
    assert stored() == HEARING


def test_bytes_that_are_not_text_cost_nothing(place: Path) -> None:
    """A disk error in the cache would become the user's problem."""
    store()
    place.write_bytes(b"\xff\xfe\x00" * 50)
    assert stored() is None


def test_a_huge_file_is_not_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that somebody put there would fill the memory."""
    store()
    monkeypatch.setattr(cache, "LARGEST_BYTES", place.stat().st_size)
    assert stored() == HEARING
    monkeypatch.setattr(cache, "LARGEST_BYTES", place.stat().st_size - 1)
    assert stored() is None


def test_a_folder_in_its_place_costs_nothing(place: Path) -> None:
    """A run would end with an error because of what stands in the cache."""
    place.mkdir(parents=True)
    assert stored() is None
    store()


def test_a_cache_that_cannot_be_made_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a read-only home directory nothing could be captioned at all."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CAPTIONKIT_CACHE", str(tmp_path / "file" / "cache"))
    store()
    assert stored() is None
    with remembered("answers", KEY, float) as answers:
        answers["a"] = 1.0
    assert read_entry("answers", KEY, dict[str, float]) is None


def test_a_full_disk_leaves_no_half_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an entry would be read as a whole one, or remnants of files would pile up."""

    def full(path: Path, *args: object, **kwargs: object) -> int:
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    store()
    assert list(place.parent.iterdir()) == []


def test_the_oldest_are_deleted(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newsroom's disk would fill with what was heard years ago."""
    monkeypatch.setattr(cache, "MOST_ENTRIES", 3)
    for number in range(6):
        write_entry("recognition", str(number), HEARING)
    assert sorted(p.name for p in place.parent.iterdir()) == ["3.json", "4.json", "5.json"]


def test_two_runs_store_the_same_clip_at_once(place: Path) -> None:
    """Two runs on one clip would leave a file that is half of each."""
    hearings = [replace(HEARING, language_probability=0.1 * i) for i in range(8)]
    threads = [threading.Thread(target=store, args=(h,)) for h in hearings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stored() in hearings
    assert [p.name for p in place.parent.iterdir()] == [place.name]


def test_values_are_remembered_for_the_next_run(place: Path) -> None:
    """A corrected comma in the article would load the recogniser again."""
    with remembered("answers", KEY, float) as answers:
        assert answers == {}
        answers["1-2|en||Tomás said"] = -3.5
    with remembered("answers", KEY, float) as answers:
        assert answers == {"1-2|en||Tomás said": -3.5}


def test_values_are_remembered_when_a_later_stage_fails(place: Path) -> None:
    """An article that cannot be used would cost the work that was done on the sound."""
    with pytest.raises(RuntimeError), remembered("answers", KEY, float) as answers:
        answers["a"] = 1.0
        raise RuntimeError
    assert read_entry("answers", KEY, dict[str, float]) == {"a": 1.0}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "3", '{"a": "b"}', '{"a": null}', '{"a": NaN}', pytest.param("[" * 100_000, id="deep")],
)
def test_damaged_values_are_asked_for_again(place: Path, text: str) -> None:
    """A name would be spelt, or a quote judged, by what a damaged file says."""
    write_entry("answers", KEY, {"a": -1.0})
    place.parent.with_name("answers").joinpath(place.name).write_text(text)
    with remembered("answers", KEY, float) as answers:
        assert answers == {}


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (Shots((1_200, 2_840), 3_000), Shots),
        ((AudioEvent("music", 0, 3_500),), tuple[AudioEvent, ...]),
        ({"k": [(1, 2)]}, dict[str, list[tuple[int, int]]]),
        ({"k": b"\x00\xff"}, dict[str, bytes]),
    ],
)
def test_every_kind_of_value_reads_back_the_same(place: Path, value: object, type_: type) -> None:
    """A second run would say something else than the first."""
    write_entry("shots", KEY, value)
    assert read_entry("shots", KEY, type_) == value


def test_an_entry_is_as_readable_as_other_files(place: Path) -> None:
    """An unpublished interview would be exposed more widely than the user's own files."""
    store()
    reference = place.with_name("reference")
    reference.write_text("")
    assert stat.S_IMODE(place.stat().st_mode) == stat.S_IMODE(reference.stat().st_mode)
