"""Policies from files: those that come with captionkit, and a newsroom's own, which may be anything.

To add a policy: write `data/NAME.toml` as in `data/ap.toml`, with the source and the date of each cell, and leave out
what no source says. It is then known by its name, nothing else is to be changed.
"""

from __future__ import annotations

import re
import reprlib
from datetime import date
from pathlib import Path
from typing import Any, get_args

from captionkit.errors import InputError, UsageError
from captionkit.model import DATE_NOT_KNOWN, POLICY_KINDS, Policy, PolicyCell, PolicyKind, PolicyState
from captionkit.text import parse_toml, toml_names, toml_tables

STATES: tuple[PolicyState, ...] = get_args(PolicyState)
SUFFIX = ".toml"
MAX_FILE_BYTES = 64 * 1024
"""Twenty times the longest policy that comes with captionkit."""
LONGEST_TEXT = 400
"""In characters: a source that takes longer to name is not accepted."""
LONGEST_NAME = 60
DROPPED_KINDS: tuple[PolicyKind, ...] = ("fillers", "repeats", "discourse_markers")
"""Kinds whose cell may say something else where an ellipsis marks the place."""

_HEAD = ("name", "title", "checked")
_CELL = ("state", "with_ellipsis", "source", "says", "url", "date")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_URL = re.compile(r"https?://\S+")
_GIVE_A_FILE = "Give the path of a policy file."
_REMEDY = "Compare it with those that captionkit brings: `captionkit diff --list-policies`."


def policy_names() -> tuple[str, ...]:
    """The policies that come with captionkit, in alphabetical order."""
    return toml_names(__package__, "data")


def load_policy(name_or_path: str) -> Policy:
    """The policy of a known name, or the one in a .toml file of a newsroom's own.

    Raises:
        UsageError: no policy has this name; the message lists those there are.
        InputError: the file cannot be read or is not a policy; the message names the key and what it may hold.
    """
    if name_or_path in policy_names():
        return _policy(toml_tables(__package__, f"data/{name_or_path}.toml"), name_or_path)
    path = Path(name_or_path)
    if path.suffix.lower() != SUFFIX:
        raise UsageError(
            f"There is no policy named {reprlib.repr(name_or_path)}. Known are {', '.join(policy_names())}; "
            "for a policy of your own give the path of its .toml file."
        )
    return _policy(_read(path), str(path))


def _read(path: Path) -> dict[str, Any]:
    """The tables of a user's file."""
    try:
        if path.is_fifo():
            raise InputError(path, "it is no plain file", _GIVE_A_FILE)
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(path, f"it cannot be read ({reason})", _GIVE_A_FILE) from None
    if len(content) > MAX_FILE_BYTES:
        raise InputError(path, f"it is longer than {MAX_FILE_BYTES:,} bytes, so it is no policy", _GIVE_A_FILE)
    try:
        return parse_toml(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"it is not TOML ({error})", _REMEDY) from None


def _policy(tables: dict[str, Any], source: str) -> Policy:
    """The policy that the tables spell out; kinds that they leave out are unknown."""
    _refuse_others(tables, (*_HEAD, *POLICY_KINDS), source, "it")
    name, title = (_text(tables.get(key), key, source, LONGEST_NAME) for key in ("name", "title"))
    checked = _date(tables["checked"], "checked", source) if "checked" in tables else ""
    return Policy(name, title, tuple(_cell(tables, kind, source) for kind in POLICY_KINDS), checked)


def _cell(tables: dict[str, Any], kind: PolicyKind, source: str) -> PolicyCell:
    if kind not in tables:
        return PolicyCell(kind)
    table, where = tables[kind], f"[{kind}]"
    if not isinstance(table, dict):
        raise InputError(source, f"{kind} is {reprlib.repr(table)}, not a table {where}", _REMEDY)
    _refuse_others(table, _CELL, source, where)
    state = _state(table, "state", source, where)
    if kind == "words" and state == "allowed":
        reason = f"{where} state is 'allowed', and can be forbidden or unknown: other words are not the speaker's"
        raise InputError(source, reason, _REMEDY)
    marked = _state(table, "with_ellipsis", source, where) if "with_ellipsis" in table else None
    if marked is not None and kind not in DROPPED_KINDS:
        reason = f"{where} has with_ellipsis, which only {', '.join(DROPPED_KINDS)} may have"
        raise InputError(source, reason, _REMEDY)
    told = {state, marked} - {None, "unknown"}
    return PolicyCell(
        kind,
        state,
        marked,
        _text(table.get("source"), f"{where} source", source) if told or "source" in table else "",
        _text(table["says"], f"{where} says", source) if "says" in table else "",
        _url(table["url"], f"{where} url", source) if "url" in table else "",
        _date(table.get("date"), f"{where} date", source) if told or "date" in table else "",
    )


def _refuse_others(table: dict[str, Any], known: tuple[str, ...], source: str, where: str) -> None:
    unknown = [reprlib.repr(key) for key in table if key not in known]
    if unknown:
        named = ", ".join(unknown[:3])
        raise InputError(source, f"{where} has {named}, and may have only {', '.join(known)}", _REMEDY)


def _state(table: dict[str, Any], key: str, source: str, where: str) -> PolicyState:
    value = table.get(key)
    found = next((state for state in STATES if state == value), None)
    if found is None:
        given = f"is {reprlib.repr(value)}" if key in table else "is missing"
        raise InputError(source, f"{where} {key} {given}; it can be {', '.join(STATES)}", _REMEDY)
    return found


def _text(value: object, where: str, source: str, longest: int = LONGEST_TEXT) -> str:
    """A line of text, which must be there."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > longest:
        given = "is missing" if value is None else f"is {reprlib.repr(value)}"
        raise InputError(source, f"{where} {given}; it must be a line of at most {longest} characters", _REMEDY)
    return value.strip()


def _url(value: object, where: str, source: str) -> str:
    text = _text(value, where, source)
    if not _URL.fullmatch(text):
        raise InputError(source, f"{where} is {reprlib.repr(text)}, no address like https://example.org", _REMEDY)
    return text


def _date(value: object, where: str, source: str) -> str:
    """A year, month or day; TOML has a kind of its own for days, and years may stand as numbers."""
    if isinstance(value, (date, int)) and not isinstance(value, bool):
        value = value.isoformat() if isinstance(value, date) else str(value)
    if value == DATE_NOT_KNOWN or (isinstance(value, str) and _is_date(value)):
        return str(value)
    given = "is missing" if value is None else f"is {reprlib.repr(value)}"
    form = f'a date like "2004", "2004-09" or "2004-09-02", or "{DATE_NOT_KNOWN}"'
    raise InputError(source, f"{where} {given}; it must be {form}", _REMEDY)


def _is_date(text: str) -> bool:
    if not text.isascii() or not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True
