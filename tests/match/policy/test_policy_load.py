"""Policies that captionkit brings, and files from outside, which may be anything."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.errors import InputError, UsageError
from captionkit.match.policy.load import MAX_FILE_BYTES, load_policy, policy_names
from captionkit.model import DATE_NOT_KNOWN, POLICY_KINDS, Policy, PolicyCell

HOUSE = """
name = "ellerby"
title = "The Ellerby Gazette"

[fillers]
state = "forbidden"
with_ellipsis = "allowed"
source = "House rules, page 3"
date = 2026-10-01

[grammar]
state = "allowed"
source = "House rules, page 4"
says = "mend what was only spoken"
url = "https://example.org/rules"
date = "2026"
"""


def test_a_house_s_own_file(tmp_path: Path) -> None:
    """A newsroom could not hold quotations against its own rules."""
    (tmp_path / "house.toml").write_text(HOUSE)
    policy = load_policy(str(tmp_path / "house.toml"))
    assert (policy.name, policy.title, policy.checked) == ("ellerby", "The Ellerby Gazette", "")
    assert policy.cell("fillers") == PolicyCell(
        "fillers", "forbidden", "allowed", "House rules, page 3", "", "", "2026-10-01"
    )
    assert policy.cell("grammar") == PolicyCell(
        "grammar", "allowed", None, "House rules, page 4", "mend what was only spoken", "https://example.org/rules", "2026"
    )
    assert policy.cell("cuts") == PolicyCell("cuts", "unknown")
    assert tuple(cell.kind for cell in policy.cells) == tuple(POLICY_KINDS)


@pytest.mark.parametrize("name", policy_names())
def test_what_captionkit_brings_has_source_and_date(name: str) -> None:
    """A house would be said to allow or forbid what nobody can look up."""
    policy = load_policy(name)
    assert policy.name == name and policy.title and policy.checked
    for cell in policy.cells:
        if cell.state != "unknown" or cell.with_ellipsis:
            assert cell.source and cell.says and cell.date, cell.kind
            assert cell.date == DATE_NOT_KNOWN or re.fullmatch(r"(19|20)\d\d(-\d\d(-\d\d)?)?", cell.date)


def states(policy: Policy) -> dict[str, str]:
    return {cell.kind: f"{cell.state}/{cell.with_ellipsis or ''}".rstrip("/") for cell in policy.cells}


def test_what_the_houses_say() -> None:
    """A slip of the pen in a file would turn a house's rule round."""
    assert policy_names() == ("ap", "guardian", "nyt", "reuters", "wsj")
    unknown = dict.fromkeys(POLICY_KINDS, "unknown")
    spoken = dict.fromkeys(("fillers", "repeats", "discourse_markers"), "forbidden/allowed")
    kept = dict.fromkeys(("grammar", "cuts", "sentences_joined", "words"), "forbidden")
    assert states(load_policy("ap")) == unknown | spoken | kept | {"ellipsis": "allowed"}
    assert states(load_policy("reuters")) == unknown | spoken | kept | {"ellipsis": "allowed"}
    assert states(load_policy("nyt")) == unknown | kept | {"fillers": "allowed", "repeats": "allowed"}
    tidied = dict.fromkeys(("fillers", "grammar", "ellipsis"), "allowed")
    assert states(load_policy("guardian")) == unknown | tidied | {"words": "forbidden"}
    assert states(load_policy("wsj")) == unknown | {"grammar": "allowed"}


CELL = '[grammar]\nstate = "allowed"\nsource = "s"\ndate = "2026"\n'
HEAD = 'name = "h"\ntitle = "H"\n'
REFUSED = [
    ("", "name is missing"),
    ('name = "h"\n', "title is missing"),
    (f"name = 1\ntitle = 'H'\n{CELL}", "name is 1; it must be a line"),
    (f'name = "a\\u001b[2J"\ntitle = "H"\n{CELL}', "name is 'a\\x1b[2J'"),
    (f'name = "h"\ntitle = "{"H" * 61}"\n{CELL}', "at most 60 characters"),
    (f'{HEAD}checked = "today"\n', "checked is 'today'; it must be a date"),
    (f"{HEAD}[filers]\nstate = 'allowed'\n", "it has 'filers', and may have only name, title, checked, fillers, repeats"),
    (f"{HEAD}grammar = 'allowed'\n", "grammar is 'allowed', not a table [grammar]"),
    (f"{HEAD}[grammar]\nsource = 's'\n", "[grammar] state is missing; it can be allowed, forbidden, unknown"),
    (f"{HEAD}[grammar]\nstate = 'maybe'\n", "[grammar] state is 'maybe'; it can be allowed, forbidden, unknown"),
    (f"{HEAD}[grammar]\nstate = ['allowed']\n", "[grammar] state is ['allowed']; it can be"),
    (f"{HEAD}[grammar]\nstate = 'allowed'\ndate = '2026'\n", "[grammar] source is missing"),
    (f"{HEAD}[grammar]\nstate = 'allowed'\nsource = ' '\ndate = '2026'\n", "[grammar] source is ' '"),
    (f"{HEAD}[grammar]\nstate = 'allowed'\nsource = 's'\n", "[grammar] date is missing; it must be a date like"),
    (f"{HEAD}{CELL}sauce = 'x'\n", "[grammar] has 'sauce', and may have only state, with_ellipsis, source, says, url, date"),
    (f"{HEAD}{CELL}url = 'javascript:alert(1)'\n", "not an address like https://example.org"),
    (f"{HEAD}{CELL}with_ellipsis = 'allowed'\n", "with_ellipsis, which only fillers, repeats, discourse_markers may have"),
    (f"{HEAD}[fillers]\nstate = 'unknown'\nwith_ellipsis = 'allowed'\n", "[fillers] source is missing"),
    (f"{HEAD}[words]\nstate = 'allowed'\nsource = 's'\ndate = '2026'\n", "other words are not the speaker's"),
    (f"{HEAD}[grammar]\nstate = 'allowed'\nsource = 's'\ndate = '2026-02-30'\n", "[grammar] date is '2026-02-30'"),
    (f"{HEAD}[grammar]\nstate = 'allowed'\nsource = 's'\ndate = 2026-02-03T04:05:06\n", "[grammar] date is"),
    (f"{HEAD}[grammar]\nstate = 'allowed'\nsource = 's'\ndate = true\n", "[grammar] date is True"),
    (f"{HEAD}[grammar\n", "it is not TOML (Expected ']'"),
    ("a = " + "[" * 5_000, "it is not TOML"),
    ("#" * (MAX_FILE_BYTES + 1), "longer than 65,536 bytes"),
    ("x" * 3_000 + " = 1\n" + HEAD, "it has 'xxxxxxxxxxxx...xxxxxxxxxxxxx'"),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED, ids=range(len(REFUSED)))
def test_a_wrong_file_is_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    """A slip of the pen would be taken for the house's will, or end in a traceback."""
    path = tmp_path / "house.toml"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        load_policy(str(path))
    assert str(refused.value).startswith(f"{path}: ")
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 600
    assert refused.value.exit_code == 3


@pytest.mark.parametrize("text", [b"\xff\xfe\x00", b"\x00" * 9, "name = \"ä\"".encode("latin-1")])
def test_bytes_that_are_no_text(tmp_path: Path, text: bytes) -> None:
    """A file of another kind would end in a traceback."""
    (tmp_path / "house.toml").write_bytes(text)
    with pytest.raises(InputError, match="it is not TOML"):
        load_policy(str(tmp_path / "house.toml"))


def test_what_is_no_file(tmp_path: Path) -> None:
    """A pipe would be waited for without end, a folder end in a traceback."""
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "folder.toml").mkdir()
    for name, reason in [("pipe", "not a regular file"), ("folder", "cannot be read"), ("gone", "cannot be read")]:
        with pytest.raises(InputError, match=reason):
            load_policy(str(tmp_path / f"{name}.toml"))
    with pytest.raises(InputError, match="cannot be read"):
        load_policy("x" * 5_000 + ".toml")
    with pytest.raises(InputError, match="cannot be read"):
        load_policy("a\0b.toml")


@pytest.mark.parametrize("name", ["AP", "ap.txt", "", "data/ap", "../ap", "x" * 5_000])
def test_an_unknown_name_lists_those_there_are(name: str) -> None:
    """A slip of the keyboard would leave quotations unjudged, and nobody know what to write."""
    with pytest.raises(UsageError, match="Known are ap, guardian, nyt, reuters, wsj") as refused:
        load_policy(name)
    assert len(str(refused.value)) < 300


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=9,
)


@given(st.dictionaries(st.sampled_from(["name", "title", "checked", *POLICY_KINDS]) | st.text(max_size=4), VALUES, max_size=6))
def test_no_table_breaks_it(tables: dict[str, object]) -> None:
    """A file that is TOML and nothing else would end in a traceback."""
    from captionkit.match.policy.load import _policy

    try:
        _policy(tables, "house.toml")
    except InputError as error:
        assert str(error).startswith("house.toml: ")
