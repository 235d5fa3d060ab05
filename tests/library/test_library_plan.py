"""A library is read: which clips, with which articles, and under which names they are written."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.errors import InputError
from captionkit.formats import FORMATS
from captionkit.library.ledger import Ledger, Row
from captionkit.library.plan import LONGEST_BYTES, Plan, PlannedClip, make_plan, name_outputs
from captionkit.model import Clip, Credit, Record, Transcript


@pytest.fixture
def library(tmp_path: Path) -> Callable[..., Path]:
    """Put empty files into a library."""

    def fill(*names: str) -> Path:
        for name in names:
            path = tmp_path / "library" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path / "library"

    return fill


def pairs(plan: Plan, root: Path) -> dict[str, str | None]:
    """Output → the article's path in the library."""
    return {e.output: e.article and str(Path(e.article).relative_to(root)) for e in plan.entries}


def test_clips_find_their_articles(library, tmp_path: Path) -> None:
    """A clip would be checked against another story's quotes, or against none."""
    root = library("a.mp4", "a.htm", "b.MP3", "article.txt", "deep/c.mov", "deep/c.md", "deep/d.mkv", "deep/e.html", "n.pdf")
    assert pairs(make_plan(root, tmp_path / "out"), root) == {
        "a": "a.htm",
        "b": "article.txt",
        "deep/c": "deep/c.md",
        "deep/d": None,
    }


def test_what_captionkit_wrote_is_neither_clip_nor_article(library) -> None:
    """A second batch would caption the captioned copies, and check a clip against its own transcript."""
    root = library("a.mp4", "a.html", "a.captioned.mp4", ".hidden.mp4", "out/b.mp4")
    assert set(pairs(make_plan(root, root / "out"), root)) == {"a", "a.captioned.mp4"}
    made = Record(Clip("a.mp4", "0" * 64, 1), Transcript("en", ()), files=(("a.captioned.mp4", "0"), ("a.html", "0")))
    (root / "a.captionkit.json").write_text(FORMATS["record"].write(made), encoding="utf-8")
    assert pairs(make_plan(root, root / "out"), root) == {"a": None}


def test_names_that_collide_get_outputs_of_their_own(library, tmp_path: Path) -> None:
    """One clip's captions would replace another's."""
    root = library("x/clip.mp4", "x/clip.mov", "y/clip.mp4", "Clip.mp4", "clip.qa.mp4", "Index.mp4", "y/index.mp4")
    assert set(pairs(make_plan(root, tmp_path / "out"), root)) == {
        "x/clip.mp4",
        "x/clip.mov",
        "y/clip",
        "Clip",
        "clip.qa.mp4",
        "Index.mp4",
        "y/index",
    }


names = st.text(st.sampled_from("aAéé .漢'"), min_size=1, max_size=5).filter(lambda n: n.strip(". "))
suffixes = st.sampled_from([".mp4", ".mov", ".MP4", ".mp4.mov"])
paths = st.lists(st.tuples(st.sampled_from(["", "x/", "x/y/", "X/"]), names, suffixes).map("".join), unique=True)


def test_a_clip_keeps_the_name_that_its_files_have(library, tmp_path: Path) -> None:
    """A second clip of the same stem would have the first one done again, its old files left behind as nobody's."""
    root, out = library("x/clip.mp4"), tmp_path / "out"
    out.mkdir()
    with closing(Ledger(out)) as ledger:
        ledger.put(Row("x/clip", str(root / "x" / "clip.mp4"), None, "done"))
    (root / "x" / "clip.mov").touch()
    assert set(pairs(make_plan(root, out), root)) == {"x/clip", "x/clip.mov"}


@given(paths, st.data())
def test_names_that_are_kept_are_never_shared(found: list[str], data: st.DataObject) -> None:
    """A clip that came later would replace the files of one that was there before."""
    entries = [PlannedClip(Path("/lib") / name) for name in found]
    before = entries[: data.draw(st.integers(0, len(entries)))]
    named = {str(e.clip): e.output for e in name_outputs(before, Path("/lib"))}
    outputs = {str(e.clip): e.output for e in name_outputs(entries, Path("/lib"), named)}
    assert named.items() <= outputs.items()
    assert len({o.casefold() for o in outputs.values()}) == len(entries)


@given(paths, st.randoms())
def test_no_two_clips_share_an_output(found: list[str], random) -> None:
    """On a disk that ignores case, or with odd names, one clip's files would replace another's, depending on order."""
    entries = [PlannedClip(Path("/lib") / name) for name in found]
    outputs = {e.clip: e.output for e in name_outputs(entries, Path("/lib"))}
    assert len({o.casefold() for o in outputs.values()}) == len(entries)
    random.shuffle(entries)
    assert {e.clip: e.output for e in name_outputs(entries, Path("/lib"))} == outputs


def test_a_name_as_long_as_a_disk_allows_is_shortened(library, tmp_path: Path) -> None:
    """A clip with a very long name could be heard and then not be written."""
    root = library("é" * 120 + ".mp4", "é" * 120 + "f.mp4")
    outputs = [e.output for e in make_plan(root, tmp_path / "out").entries]
    assert len(set(outputs)) == 2 and all(len(o.encode()) <= LONGEST_BYTES for o in outputs)


def test_links_out_of_the_library_are_refused_and_said(library, tmp_path: Path) -> None:
    """A link could have a stranger's file captioned, or send the walk round in circles."""
    root = library("in/a.mp4")
    (tmp_path / "secret.mp4").touch()
    (root / "s.mp4").symlink_to(tmp_path / "secret.mp4")
    (root / "b.mp4").symlink_to(root / "in" / "a.mp4")
    (root / "n.mp4").symlink_to(root / "nowhere")
    (root / "in" / "again").symlink_to(root)
    plan = make_plan(root, tmp_path / "out")
    assert set(pairs(plan, root)) == {"in/a", "b"}
    assert {Path(p.where).name: p.reason.split(",")[0] for p in plan.problems} == {
        "s.mp4": "it is a link out of the library",
        "n.mp4": "it is a link to a file that does not exist",
        "again": "it is a link to a folder",
    }


def test_a_manifest_says_it_all(library, tmp_path: Path) -> None:
    """Credits and options of a clip would be lost, or land at another clip."""
    root = library("a b.mp4", "é.mp4", "story.html")
    (root / "list.csv").write_text(
        '\ufeffClip,article,producer,editor,language,speakers,style\r\n'
        '"a b.mp4",story.html,Ana Oyelaran; Tomás Ó Briain,,en,2,bbc\r\n\r\né.mp4,https://example.org/a,,,,off,\r\n',
        encoding="utf-8",
    )
    first, second = make_plan(root / "list.csv", tmp_path / "out").entries
    assert (first.output, first.article) == ("a b", str(root / "story.html"))
    assert first.credits == (Credit("producer", ("Ana Oyelaran", "Tomás Ó Briain")),)
    assert first.options == {"language": "en", "speakers": 2, "style": "bbc"}
    assert (second.output, second.article, second.options) == ("é", "https://example.org/a", {"speakers": 0})


def test_bad_rows_are_named_by_line_and_stop_nothing(library, tmp_path: Path) -> None:
    """One slip in a list of a thousand would stop the batch, or a clip would go missing without a word."""
    root = library("a.mp4", "b.mp4")
    rows = [
        {"clip": "a.mp4"},
        "no json",
        {"article": "x.html"},
        {"clip": "gone.mp4"},
        {"clip": "a.mp4"},
        {"clip": "b.mp4", "article": "gone.html"},
        {"clip": "b.mp4", "speakers": "many"},
        {"clip": "b.mp4", "style": "nobody's"},
        {"clip": "b.mp4", "producer": {"name": 1}},
        {"clip": "n" * 300},
        {"clip": "b.mp4", "editor": ["Ana", "Bo"]},
        [1],
    ]
    text = "\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows)
    (root / "list.jsonl").write_text(text, encoding="utf-8")
    plan = make_plan(root / "list.jsonl", tmp_path / "out")
    assert [(e.output, e.credits) for e in plan.entries] == [("a", ()), ("b", (Credit("editor", ("Ana", "Bo")),))]
    assert [int(p.where.rpartition(" ")[2]) for p in plan.problems] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]


def test_a_slip_in_a_columns_name_is_no_credit(library, tmp_path: Path) -> None:
    """`langauge` would credit a person named "en", and the clip be heard in another language."""
    root = library("a.mp4")
    (root / "l.csv").write_text("clip,langauge,stylist\na.mp4,en,Bo\n", encoding="utf-8")
    plan = make_plan(root / "l.csv", tmp_path / "out")
    (problem,) = plan.problems
    assert not plan.entries and "there is no column `langauge`; name it `language`" in problem.reason
    (root / "l.csv").write_text("clip,language,stylist\na.mp4,en,Bo\n", encoding="utf-8")
    (entry,) = make_plan(root / "l.csv", tmp_path / "out").entries
    assert entry.credits == (Credit("stylist", ("Bo",)),)


def test_csv_lines_are_counted_as_an_editor_shows_them(library, tmp_path: Path) -> None:
    """The line that is named would be another than the bad one, after a cell of several lines."""
    root = library("a.mp4")
    (root / "l.csv").write_text('clip,producer\na.mp4,"Ana\nOyelaran"\ngone.mp4,\na.mp4,x,y\n', encoding="utf-8")
    plan = make_plan(root / "l.csv", tmp_path / "out")
    assert [p.where.rpartition(" ")[2] for p in plan.problems] == ["4", "5"]


@pytest.mark.parametrize("text", ["", "article\nx.html\n", "clip,clip\n"])
def test_a_manifest_without_clips_is_refused(library, tmp_path: Path, text: str) -> None:
    """A batch over the wrong file would end at once and say that all is well."""
    root = library("a.mp4")
    (root / "l.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="first line"):
        make_plan(root / "l.csv", tmp_path / "out")


def test_no_library_is_said(tmp_path: Path) -> None:
    """A mistyped folder would look like an empty one."""
    with pytest.raises(InputError, match="no such folder"):
        make_plan(tmp_path / "nowhere", tmp_path)
