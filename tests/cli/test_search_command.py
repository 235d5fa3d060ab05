"""`captionkit search` as it is called: what it prints, what it refuses, and the codes it ends with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from captionkit.model import Clip, Record, Speaker, Transcript, Word
from captionkit.record import record_to_json

SAID = "A tunnel moved a step closer. Tonight we build, and the ferry stays. Nobody wants a honey trap."


@pytest.fixture
def out(call) -> Path:
    """A library of one clip, in the folder where `call` stands."""
    words = tuple(Word(text, i * 400, i * 400 + 380, speaker="s1") for i, text in enumerate(SAID.split()))
    record = Record(
        Clip("clip\x1b[2J.mp4", "0" * 64, 60_000),
        Transcript("en", words),
        (Speaker("s1", "Ana Oyelaran"),),
        files=(("clip.html", "0" * 64),),
    )
    folder = Path("out/my desk")
    folder.mkdir(parents=True)
    (folder / "clip.captionkit.json").write_text(record_to_json(record), encoding="utf-8")
    return Path("out")


def test_a_place_is_printed_with_its_words_and_its_page(call, out: Path) -> None:
    """The place has to be looked for again by hand, or a file's name plays tricks on the terminal."""
    called = call("search", out, "honey trap")
    assert (called.code, called.err) == (0, "")
    head, words, page = called.out.splitlines()
    assert head == "my desk/clip\ufffd[2J.mp4  0:06  Ana Oyelaran"
    assert words.endswith("Nobody wants a [honey] [trap.]")
    assert page.strip() == f"{out.absolute().as_uri()}/my%20desk/clip.html#t=6.4"
    assert call("search", out, "bananas").out == "No matches.\n"


def test_one_argument_of_several_words_is_a_phrase(call, out: Path) -> None:
    """`search out "honey trap"` would list every clip with a trap and honey somewhere in it."""
    for words, found in (
        (("trap", "honey"), True),
        (("trap honey",), False),
        (("honey tr*",), True),
        (('trap "a honey"',), True),
    ):
        assert ("[honey]" in call("search", out, *words).out) is found


def test_a_quotation_is_printed_with_its_verdict(call, out: Path) -> None:
    """A changed word passes for the same, or the clip has to be looked for by hand."""
    assert "✗ altered  my desk/clip" in call("search", out, "--quote", "Tonight we built, and the ferry stays.").out
    called = call("search", out, "--quote", "Bananas fly southwards in winter.")
    assert (called.code, "was not found" in called.out) == (0, True)


def test_json_is_for_programs(call, out: Path) -> None:
    """A newsroom's own tools have to read what is meant for people."""
    [hit] = json.loads(call("search", out, "honey", "--json").out)["hits"]
    assert (hit["record"], hit["start_ms"]) == ("my desk/clip.captionkit.json", 6400)
    assert (hit["speaker"], hit["page"]) == ("Ana Oyelaran", "my%20desk/clip.html#t=6.4")
    assert [word["text"] for word in hit["words"] if word["hit"]] == ["honey"]
    [quoted] = json.loads(call("search", out, "--quote", "Tonight we build", "--json").out)["quoted"]
    assert (quoted["start_ms"], quoted["quote"]["verdict"]) == (2400, "verbatim")
    assert json.loads(call("search", out, "bananas", "--json").out) == {"hits": []}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("gone", "x"), 3, "there is no such folder"),
        (("bare", "x"), 3, "there is no record"),
        (("garbage", "x"), 3, "the index cannot be used (file is not a database)"),
        (("out",), 2, "Give words to search for, or a quotation"),
        (("out", "x", "--quote", "y"), 2, "Give words to search for, or a quotation"),
        (("out", "--quote", "y", "--speaker", "ana"), 2, "go with words, not with --quote"),
        (("out", '" * "'), 2, "There is no word to search for"),
        (("out", "x" * 100_000), 2, "at most 2,000 characters"),
        (("out", "--quote", "x" * 100_000), 2, "at most 2,000 characters"),
        (("out", "x", "--since", "yesterday"), 2, "does not match the format"),
    ],
)
def test_what_cannot_be_searched_is_said(call, out: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    """A slip in the call looks like a library in which nobody says it, or ends in a traceback."""
    Path("bare").mkdir()
    Path("garbage").mkdir()
    Path("garbage/a.captionkit.json").write_text("{}")
    Path("garbage/library.sqlite").write_text("no database" * 99)
    called = call("search", *arguments)
    assert (called.code, said in called.err, called.out) == (code, True, "")
    assert list(Path("bare").iterdir()) == []


def test_a_damaged_record_is_said_and_the_others_are_searched(call, out: Path) -> None:
    """What was left out is taken for what nobody said."""
    (out / "bad.captionkit.json").write_text("{", encoding="utf-8")
    called = call("search", out, "honey")
    assert called.code == 3 and "[honey]" in called.out
    assert "bad.captionkit.json" in called.err and "It was not searched." in called.err
