"""Search over the records of a folder."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from captionkit.errors import InputError, OverwriteError, UsageError
from captionkit.library.index import Index, add_record, indexed_passages, open_index
from captionkit.library.index_page import write_index_page
from captionkit.library.ledger import Ledger, Row
from captionkit.library.report import failing_clips
from captionkit.library.search import SearchOptions, find_quotation, search
from captionkit.model import (
    Article,
    Clip,
    Finding,
    Part,
    PartFinding,
    PolicyFinding,
    Quote,
    Record,
    Speaker,
    Transcript,
    Word,
)
from captionkit.record import record_to_json

COUNCIL = (
    ("s1", "A tunnel under Calder Harbor moved a step closer tonight. Ana Oyelaran chairs the council."),
    ("s2", "We have waited long enough. Tonight we build, and the ferry stays. Nobody wants a honey trap."),
)
FERRY = (("s1", "The ferry to Zoë’s café costs $5. It won't sail on Sunday, says the harbor’s tunnel-master."),)
ANY = SearchOptions()
WORD_MS = 400


def record_of(*turns: tuple[str, str], file: str = "clip.mp4", page: str = "clip.html") -> Record:
    """Words of 400 ms each, two speakers of whom the second has a name."""
    said = [(speaker, text) for speaker, turn in turns for text in turn.split()]
    words = tuple(Word(t, i * WORD_MS, i * WORD_MS + 380, speaker=who) for i, (who, t) in enumerate(said))
    speakers = (Speaker("s1"), Speaker("s2", "Ana Oyelaran", ("q1",)))
    return Record(Clip(file, "0" * 64, 60_000), Transcript("en", words), speakers, files=((page, "0" * 64),))


def put(out: Path, name: str, record: Record) -> Path:
    path = out / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(record_to_json(record), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    put(out, "council/clip.captionkit.json", record_of(*COUNCIL))
    put(out, "my ferry.captionkit.json", record_of(*FERRY, file="my ferry.mp4", page="my ferry.html"))
    return out


@pytest.fixture(scope="module")
def index(library: Path) -> Iterator[Index]:
    with open_index(library) as opened:
        yield opened


def found(index: Index, text: str, options: SearchOptions = ANY) -> list[tuple[str, int]]:
    hits = search(index, text, options)
    return sorted((hit.place.record.split("/")[0].split(".")[0], hit.place.start_ms) for hit in hits)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OYELARAN", [("council", 4400)]),
        ("óyelaran", [("council", 4400)]),
        ("zoe cafe", [("my ferry", 1200)]),
        ("ferry", [("council", 10000), ("my ferry", 400)]),
        ("ferry council", []),
        ('"tonight we build"', [("council", 8000)]),
        ("“tonight we build”", [("council", 8000)]),
        ('"build we tonight"', []),
        ("tunn*", [("council", 400), ("my ferry", 6000)]),
        ("tunn", []),
        ("won't", [("my ferry", 3200)]),
        ("won’t", [("my ferry", 3200)]),
        ("ferry NOT council", []),
        ("said:ferry", []),
        ('"enough. Tonight', [("council", 7600)]),
        ('"the council. We have"', []),
        ("honey trap", [("council", 12000)]),
    ],
)
def test_what_a_query_finds(index: Index, text: str, expected: list[tuple[str, int]]) -> None:
    """An editor does not find the place, or is led to a wrong one; the time is the first matched word's."""
    assert found(index, text) == expected


def test_a_hit_shows_where_and_who(index: Index) -> None:
    """A hit without its speaker, its words or its link has to be looked for again by hand."""
    [hit] = search(index, "honey trap", ANY)
    assert (hit.speaker, hit.place.clip, hit.place.page) == ("Ana Oyelaran", "clip.mp4", "council/clip.html#t=12")
    assert [word for word, is_hit in hit.words if is_hit] == ["honey", "trap."]
    [hit] = search(index, "sunday", ANY)
    assert hit.place.page == "my%20ferry.html#t=4.4"


def test_filters(index: Index) -> None:
    """A filter that lets others through, or keeps the right ones out, answers another question."""
    today = date.today()
    assert found(index, "ferry", SearchOptions(speaker="oyelaran")) == [("council", 10000)]
    assert found(index, "tunnel", SearchOptions(speaker="Oyelaran")) == []
    assert found(index, "tunnel", SearchOptions(speaker="speaker 1")) == [("council", 400), ("my ferry", 6000)]
    assert len(found(index, "ferry", SearchOptions(since=today.isoformat(), until=today.isoformat()))) == 2
    assert found(index, "ferry", SearchOptions(since="9000-01-01")) == []
    assert found(index, "ferry", SearchOptions(until="2001-01-01")) == []
    assert len(found(index, "ferry", SearchOptions(limit=1))) == 1


@pytest.mark.parametrize("text", ["", "  ", '""', "*", "\x00", "…—", "a " * 100, "x" * 3000])
def test_a_query_without_words_is_refused_in_a_sentence(index: Index, text: str) -> None:
    """A slip of the keyboard ends in a fault of the database."""
    with pytest.raises(UsageError):
        search(index, text, ANY)


SYNTAX = ('"', "*", "(", ")", "AND", "NOT", "NEAR(", ":", "^", "+", "-", "ferry", "said", " ", "\x00", "\ud800", "'")
WILD = st.text(max_size=60) | st.lists(st.sampled_from(SYNTAX), max_size=20).map("".join)


@given(text=WILD, speaker=WILD)
@settings(max_examples=150)
def test_no_input_reaches_the_database_as_syntax(index: Index, text: str, speaker: str) -> None:
    """Whatever is typed is words: it never ends in a fault, and never asks what was not asked."""
    with contextlib.suppress(UsageError):
        search(index, text, SearchOptions(speaker=speaker))
    with contextlib.suppress(UsageError):
        find_quotation(index, text, 5)


SAID = st.tuples(st.sampled_from(["s1", "s2", None]), st.sampled_from(["so", "we", "go.", "No!", "Ana"]))


@given(st.lists(SAID, min_size=1, max_size=200))
def test_every_word_is_indexed_once(said: list[tuple[str | None, str]]) -> None:
    """A word between two passages can never be found."""
    words = tuple(Word(text, i * 100, i * 100 + 90, speaker=speaker) for i, (speaker, text) in enumerate(said))
    passages = indexed_passages(Record(Clip("c", "", 1), Transcript("en", words), (Speaker("s1"), Speaker("s2"))))
    assert [w for p in passages for w in p.said.split(" ")[: p.own]] == [w.text for w in words]
    assert [t for p in passages for t in p.starts_ms[: p.own]] == [w.start_ms for w in words]
    assert all(len(p.said.split(" ")) == len(p.starts_ms) for p in passages)


def test_a_phrase_over_the_end_of_a_passage_is_found_once(tmp_path: Path) -> None:
    """A phrase is said, and the search says it is not; or one place is shown as two."""
    text = " ".join(f"Sentence w{i} goes on to its end and stops here." for i in range(40))
    put(tmp_path, "long.captionkit.json", record_of(("s1", text)))
    with open_index(tmp_path) as index:
        for i in range(39):
            assert found(index, f'"here. Sentence w{i + 1} goes"') == [("long", (10 * i + 9) * WORD_MS)]


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [("Tonight we build, and the ferry stays.", "verbatim"), ("Tonight we built, and the ferry stays.", "altered")],
)
def test_a_quotation_is_traced_to_its_clip(index: Index, quote: str, verdict: str) -> None:
    """A quotation is ascribed to another clip, or a changed word passes for the same."""
    best = find_quotation(index, quote, 5)[0]
    assert (best.place.record, best.place.start_ms) == ("council/clip.captionkit.json", 8000)
    assert best.finding.verdict == verdict


def test_a_quotation_nobody_said_is_not_found(index: Index) -> None:
    """Words that were never said are put into somebody's mouth."""
    assert find_quotation(index, "Bananas fly southwards when winter begins its long reign.", 5) == ()


def test_a_long_quotation_of_many_words_is_traced(tmp_path: Path) -> None:
    """A whole speech as a quotation ends in a fault of the database."""
    said = " ".join(f"{a}{b}{c}" for a in "abcdefgh" for b in "ijklmno" for c in "pqrstuvw")[:1999]
    put(tmp_path, "a.captionkit.json", record_of(("s1", said)))
    with open_index(tmp_path) as index:
        assert [q.finding.verdict for q in find_quotation(index, said, 5)] == ["verbatim"]


def test_a_quotation_of_common_words_is_traced(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a large library each word of a short quotation is common, and the quotation would be said by nobody."""
    monkeypatch.setattr("captionkit.library.search.COMMON", 1)
    assert find_quotation(index, "Tonight we build zeppelins", 5)[0].place.start_ms == 8000


def test_the_index_follows_the_records(tmp_path: Path) -> None:
    """A corrected record is found under its old words, a deleted one for ever."""
    path = put(tmp_path, "a.captionkit.json", record_of(*COUNCIL))
    with open_index(tmp_path) as index:
        assert len(search(index, "tunnel", ANY)) == 1
    put(tmp_path, "a.captionkit.json", record_of(("s1", "Nothing but birds.")))
    os.utime(path, ns=(1, 1))
    with open_index(tmp_path) as index:
        assert (found(index, "tunnel"), found(index, "birds")) == ([], [("a", 800)])
    path.unlink()
    with open_index(tmp_path) as index:
        assert found(index, "birds") == []
        for table in ("search_text", "search_records"):
            assert tuple(index.connection.execute(f"SELECT count(*) FROM {table}").fetchone()) == (0,)


def test_a_clip_is_of_the_day_its_article_gives(tmp_path: Path) -> None:
    """A story of last year that was captioned today is found among today's."""
    record = replace(record_of(*COUNCIL), article=Article("a.html", "Tunnel", "…", published="2025-03-04"))
    put(tmp_path, "a.captionkit.json", record)
    put(tmp_path, "b.captionkit.json", record_of(*COUNCIL))
    with open_index(tmp_path) as index:
        [hit] = search(index, "tunnel", SearchOptions(since="2025-03-04", until="2025-03-04"))
        assert (hit.place.record[0], hit.place.day) == ("a", "2025-03-04")
        assert [at for at, _ in found(index, "tunnel", SearchOptions(since="2025-03-05"))] == ["b"]


def test_what_was_changed_last_comes_first(tmp_path: Path) -> None:
    """The newest clip of today's story hides behind years of others."""
    for name, seconds in (("b", 100), ("c", 300), ("a", 200)):
        os.utime(put(tmp_path, f"{name}.captionkit.json", record_of(*COUNCIL, *COUNCIL)), (seconds, seconds))
    with open_index(tmp_path) as index:
        hits = search(index, "tunnel", ANY)
    assert [hit.place.record[0] for hit in hits] == ["c", "c", "a", "a", "b", "b"]
    assert [hit.place.start_ms for hit in hits] == sorted({hit.place.start_ms for hit in hits}) * 3


def test_nothing_is_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every search of a large library takes as long as the first."""
    put(tmp_path, "a.captionkit.json", record_of(*COUNCIL))
    add_record(tmp_path, "a.captionkit.json")
    add_record(tmp_path, "a.captionkit.json")
    monkeypatch.setattr("captionkit.library.index.record_from_json", lambda *_: pytest.fail("read again"))
    with open_index(tmp_path) as index:
        assert len(search(index, "tunnel", ANY)) == 1


def test_a_record_that_cannot_be_read_is_told_and_the_others_searched(tmp_path: Path) -> None:
    """One damaged file hides the whole library, or is passed over in silence."""
    put(tmp_path, "good.captionkit.json", record_of(*COUNCIL))
    (tmp_path / "bad.captionkit.json").write_text("{", encoding="utf-8")
    with open_index(tmp_path) as index:
        assert [u.path for u in index.unread] == ["bad.captionkit.json"]
        assert len(search(index, "tunnel", ANY)) == 1


def test_a_record_that_cannot_be_read_does_not_end_a_batch(tmp_path: Path) -> None:
    """A night's work ends with the first record that is too large to be read again."""
    put(tmp_path, "a.captionkit.json", record_of(*COUNCIL))
    add_record(tmp_path, "a.captionkit.json")
    (tmp_path / "a.captionkit.json").write_text("{", encoding="utf-8")
    for path in ("a.captionkit.json", "missing.captionkit.json", "\udcff.captionkit.json"):
        add_record(tmp_path, path)
    with open_index(tmp_path) as index:
        assert found(index, "tunnel") == []


def test_the_ledger_stays(tmp_path: Path) -> None:
    """An older index takes the ledger of the batch with it when it is made anew."""
    put(tmp_path, "a.captionkit.json", record_of(*COUNCIL))
    row = Row("a", "/x/a.mp4", None, "done", None, "a.captionkit.json")
    with contextlib.closing(Ledger(tmp_path)) as ledger:
        ledger.put(row)
    with contextlib.closing(sqlite3.connect(tmp_path / "library.sqlite")) as older, older:
        older.execute("CREATE TABLE search_version (version)")
        older.execute("CREATE TABLE search_records (something)")
    with open_index(tmp_path) as index:
        assert len(search(index, "tunnel", ANY)) == 1
    with contextlib.closing(Ledger(tmp_path)) as ledger:
        assert ledger.rows() == {"a": row}


def test_what_is_no_index_is_told_in_a_sentence(tmp_path: Path) -> None:
    """A damaged file ends in a fault that says nothing."""
    for out in (tmp_path / "missing", tmp_path):
        with pytest.raises(InputError), open_index(out):
            pass
    assert list(tmp_path.iterdir()) == [], "a folder that is no library is written to"
    (tmp_path / "library.sqlite").write_bytes(b"no database at all, but long enough to be read as one" * 20)
    with pytest.raises(InputError), open_index(tmp_path):
        pass


def test_the_page_lists_ledger_and_records(tmp_path: Path) -> None:
    """A failed clip is missing from the overview, a clip stands there twice, or the desk's own paths are published."""
    put(tmp_path, "sub/a.captionkit.json", record_of(*COUNCIL))
    put(tmp_path, "b.captionkit.json", record_of(*FERRY, file="b.mp4"))
    put(tmp_path, "d.captionkit.json", record_of(*FERRY, file="d.mp4"))
    (tmp_path / "e.captionkit.json").write_text("[]", encoding="utf-8")
    rows = (
        Row("sub/a", "/desk/sub/a.mp4", None, "done", record="sub/a.captionkit.json"),
        Row("sub/c", "/desk/sub/c.mp4", None, "failed", "it has no sound"),
        Row("d", "/desk/d.mp4", None, "failed", "it was changed while it was read"),
        Row("f", "/desk/f.mp4", None, "done", record="f.captionkit.json"),
    )
    write_index_page(tmp_path, rows)
    write_index_page(tmp_path, rows)
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    table = html.document_fromstring(text).xpath("//tbody/tr")
    shown = [[" ".join(cell.text_content().split()) for cell in row][:2] for row in table]
    assert shown == [
        ["b b.mp4", "✓ Done"],
        ["d d.mp4", "✕ Failed it was changed while it was read"],
        ["e.captionkit.json e.captionkit.json", "✕ Failed it is not a record of captionkit: it has no schema captionkit/1"],
        ["f f.mp4", "… Waiting its record is missing; the next batch makes it again"],
        ["clip sub/clip.mp4", "✓ Done"],
        ["c sub/c.mp4", "✕ Failed it has no sound"],
    ]
    assert 'href="sub/clip.html"' in text and "/desk" not in text


def test_the_page_counts_what_breaks_the_policy(tmp_path: Path) -> None:
    """The clip that may not go out looks like every other."""
    record = record_of(*COUNCIL)
    part, told = PartFinding(Part("a"), "tidied"), PolicyFinding("ap", "AP", "forbidden")
    broken = Finding(Quote("q1", "speech", (part.part,)), "tidied", (part,), policy=told)
    open_ = replace(broken, policy=replace(told, verdict="unknown"))
    put(tmp_path, "a.captionkit.json", replace(record, findings=(broken, open_, replace(broken, policy=None))))
    put(tmp_path, "b.captionkit.json", replace(record, findings=(open_,)))
    write_index_page(tmp_path, ())
    cells = html.document_fromstring((tmp_path / "index.html").read_text()).xpath("//td[@data-label='Quotes']")
    assert ["1 breaks the policy" in cell.text_content() for cell in cells] == [True, False]


def test_the_gate_looks_at_clips_that_are_done(tmp_path: Path) -> None:
    """A clip whose new hearing failed would be told by its old record, or one of another batch stop this one."""
    part, told = PartFinding(Part("a"), "altered"), PolicyFinding("ap", "AP", "forbidden")
    found = Finding(Quote("q1", "speech", (part.part,)), "altered", (part,), policy=told)
    for name in "abcd":
        put(tmp_path, f"{name}.captionkit.json", replace(record_of(*COUNCIL), findings=(found,) if name != "d" else ()))
    rows = (
        Row("a", "/desk/a.mp4", None, "done", record="a.captionkit.json"),
        Row("b", "/desk/b.mp4", None, "failed", "it was changed", record="b.captionkit.json"),
        Row("d", "/desk/d.mp4", None, "done", record="d.captionkit.json"),
    )
    for wanted in ({"policy"}, {"altered"}, {"policy", "not_found"}):
        assert failing_clips(tmp_path, rows, frozenset(wanted)) == ("/desk/a.mp4",)
    assert failing_clips(tmp_path, rows, frozenset({"not_found"})) == failing_clips(tmp_path, rows, frozenset()) == ()


def test_the_page_links_to_nothing_outside(tmp_path: Path) -> None:
    """A record from elsewhere leads the newsroom's readers to another host."""
    record = record_of(*COUNCIL)
    names = ("//evil.example/x.html", "/etc/x.html", "../x.html", "javascript:x.html", "\ud800.html", "clip.html")
    put(tmp_path, "a.captionkit.json", replace(record, files=tuple((name, "0" * 64) for name in names)))
    write_index_page(tmp_path, ())
    links = html.document_fromstring((tmp_path / "index.html").read_text(encoding="utf-8")).xpath("//td//@href")
    assert links == ["javascript%3Ax.html"]


def test_a_page_of_somebody_else_stays(tmp_path: Path) -> None:
    """A site's own front page, or the transcript of a clip named index, is lost."""
    put(tmp_path, "a.captionkit.json", record_of(*COUNCIL))
    (tmp_path / "index.html").write_text("<h1>Ours</h1>", encoding="utf-8")
    with pytest.raises(OverwriteError):
        write_index_page(tmp_path, ())
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == "<h1>Ours</h1>"
