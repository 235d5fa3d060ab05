"""What was heard, as JSON and back, and kept on disk."""

from __future__ import annotations

import json
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.model import ModelUsed, Span
from captionkit.speech import hearing_cache as kept
from captionkit.speech.hearing_cache import keep, keep_answers, kept_path, read_answers, read_kept
from captionkit.speech.passages import HeardWord, Hearing, Passage, hearing_from_json, hearing_to_json

HEARING = Hearing(
    "en",
    0.75,
    ModelUsed("base", "1" * 64, "cpu", "int8"),
    (
        Passage(Span(300, 2_000), (HeardWord("Tomás", 400, 900, 0.5, 2), HeardWord("said", 900, 1_500, 1.0, 1)), -0.3),
        Passage(Span(2_000, 2_500), (), -1.5),
    ),
    (Span(400, 1_600), Span(2_100, 2_400)),
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the hearing of one clip is kept, in an empty cache."""
    monkeypatch.setenv("CAPTIONKIT_CACHE", str(tmp_path / "cache"))
    return kept_path("a" * 64, 0, "b" * 64, None)


times = st.integers(0, 10**8)
spans = st.tuples(times, times).map(lambda t: Span(min(t), max(t)))
tokens = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=12).filter(
    lambda t: not any(c.isspace() for c in t)
)
heard_words = st.builds(
    lambda text, span, p, n: HeardWord(text, span.start_ms, span.end_ms, p, n),
    tokens,
    spans,
    st.floats(0, 1),
    st.integers(1, 9),
)
passages = st.builds(Passage, spans, st.lists(heard_words, max_size=4).map(tuple), st.floats(-20, 0))
hearings = st.builds(
    Hearing,
    tokens,
    st.floats(0, 1),
    st.builds(ModelUsed, tokens, tokens, tokens, tokens),
    st.lists(passages, max_size=4).map(tuple),
    st.lists(spans, max_size=4).map(tuple),
)


@given(hearings)
def test_what_was_heard_reads_back_the_same(hearing: Hearing) -> None:
    """A second run on a clip would give other words or times than the first."""
    assert hearing_from_json(hearing_to_json(hearing)) == hearing


def test_what_was_heard_is_kept(place: Path) -> None:
    """Every run would take the time of the first."""
    assert read_kept(place) is None
    keep(place, HEARING)
    assert read_kept(place) == HEARING
    assert [p.name for p in place.parent.iterdir()] == [place.name]


def test_another_sound_model_or_setting_is_another_place(place: Path) -> None:
    """The words of another clip, model or language would be served as this one's."""
    others = {
        kept_path("c" * 64, 0, "b" * 64, None),
        kept_path("a" * 64, 1, "b" * 64, None),
        kept_path("a" * 64, 0, "d" * 64, None),
        kept_path("a" * 64, 0, "b" * 64, "en"),
        kept_path("a" * 64, 0, "b" * 64, "de"),
        kept_path("a" * 64, 0, "b" * 64, None, "float32"),
        place,
    }
    assert len(others) == 7
    assert kept_path("a" * 64, 0, "b" * 64, None) == place


def test_another_version_hears_anew(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade the old version's faults would be served for ever."""
    keep(place, HEARING)
    monkeypatch.setattr(kept, "HEARING_VERSION", kept.HEARING_VERSION + 1)
    assert kept_path("a" * 64, 0, "b" * 64, None) != place


WORD = {"text": "a", "start_ms": 1, "end_ms": 2, "probability": 0.5, "pieces": 1}


def spoilt(**fields: object) -> str:
    """A kept hearing whose first word has other fields."""
    data = json.loads(hearing_to_json(HEARING))
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
        hearing_to_json(HEARING)[:-40],
        spoilt(text=None),
        spoilt(text=""),
        spoilt(text="two words"),
        spoilt(start_ms=None),
        spoilt(start_ms=-1),
        spoilt(start_ms=5_000),
        spoilt(end_ms="900"),
        spoilt(probability="high"),
        spoilt(pieces=None),
        spoilt(added=1),
    ],
)
def test_a_damaged_file_costs_time_and_nothing_else(place: Path, text: str) -> None:
    """Every run on that clip would end with a fault until the cache is found and deleted."""
    keep(place, HEARING)
    place.write_text(text)
    assert read_kept(place) is None
    keep(place, HEARING)
    assert read_kept(place) == HEARING


def test_bytes_that_are_no_text_cost_nothing(place: Path) -> None:
    """A disk's fault in the cache would be the user's."""
    keep(place, HEARING)
    place.write_bytes(b"\xff\xfe\x00" * 50)
    assert read_kept(place) is None


def test_a_huge_file_is_not_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that somebody put there would fill the memory."""
    keep(place, HEARING)
    monkeypatch.setattr(kept, "LARGEST_BYTES", place.stat().st_size)
    assert read_kept(place) == HEARING
    monkeypatch.setattr(kept, "LARGEST_BYTES", place.stat().st_size - 1)
    assert read_kept(place) is None


def test_a_folder_in_its_place_costs_nothing(place: Path) -> None:
    """A run would end with a fault because of what stands in the cache."""
    place.mkdir(parents=True)
    assert read_kept(place) is None
    keep(place, HEARING)


def test_a_cache_that_cannot_be_made_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a read-only home nothing could be captioned at all."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CAPTIONKIT_CACHE", str(tmp_path / "file" / "cache"))
    place = kept_path("a" * 64, 0, "b" * 64, None)
    keep(place, HEARING)
    keep_answers(place, {"a": 1.0})
    assert read_kept(place) is None
    assert read_answers(place) == {}


def test_a_full_disk_leaves_no_half_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a hearing would be read as a whole one, or bits of files would pile up."""

    def full(path: Path, *args: object, **kwargs: object) -> int:
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    keep(place, HEARING)
    assert list(place.parent.iterdir()) == []


def test_the_oldest_are_forgotten(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newsroom's disk would fill with what was heard years ago."""
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    for number in range(6):
        keep(place.with_name(f"{number}.json"), HEARING)
    assert sorted(p.name for p in place.parent.iterdir()) == ["3.json", "4.json", "5.json"]


def test_two_runs_keep_the_same_clip_at_once(place: Path) -> None:
    """Two runs on one clip would leave a file that is half of each."""
    hearings = [replace(HEARING, language_probability=0.1 * i) for i in range(8)]
    threads = [threading.Thread(target=keep, args=(place, h)) for h in hearings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_kept(place) in hearings
    assert [p.name for p in place.parent.iterdir()] == [place.name]


def test_answers_are_kept_beside_the_hearing(place: Path) -> None:
    """A corrected comma in the article would load the recogniser again."""
    keep(place, HEARING)
    assert read_answers(place) == {}
    keep_answers(place, {"1-2|en||Tomás said": -3.5})
    assert read_answers(place) == {"1-2|en||Tomás said": -3.5}
    assert read_kept(place) == HEARING


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "3", '{"a": "b"}', '{"a": null}', '{"a": NaN}', pytest.param("[" * 100_000, id="deep")],
)
def test_damaged_answers_are_asked_again(place: Path, text: str) -> None:
    """A name would be spelt, or a quote judged, by what a damaged file says."""
    keep_answers(place, {"a": -1.0})
    (answers,) = place.parent.iterdir()
    answers.write_text(text)
    assert read_answers(place) == {}


def test_what_is_kept_is_readable_by_nobody_else_than_files_are(place: Path) -> None:
    """An unpublished interview would be laid open more widely than the user's own files."""
    keep(place, HEARING)
    reference = place.with_name("reference")
    reference.write_text("")
    assert stat.S_IMODE(place.stat().st_mode) == stat.S_IMODE(reference.stat().st_mode)
