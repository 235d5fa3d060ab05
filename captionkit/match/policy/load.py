"""Policies from files: those that come with captionkit, and a newsroom's own, which may be anything.

To add a policy: write `data/NAME.toml` as in `data/ap.toml`, with the source and the date of each cell, and leave out
what no source says. It is then known by its name; nothing else has to be changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from reprlib import repr as short_repr
from typing import Any, get_args

from captionkit.errors import InputError, UsageError
from captionkit.model import DATE_NOT_KNOWN, POLICY_KINDS, Policy, PolicyCell, PolicyKind, PolicyState
from captionkit.text import parse_toml, toml_names, toml_tables

STATES: tuple[PolicyState, ...] = get_args(PolicyState)
SUFFIX = ".toml"
MAX_FILE_BYTES = 64 * 1024
"""Twenty times the longest policy that comes with captionkit."""
LONGEST_TEXT = 400
"""In characters."""
LONGEST_NAME = 60
DROPPED_KINDS: tuple[PolicyKind, ...] = ("fillers", "repeats", "discourse_markers")
"""Kinds whose cell may say something else where an ellipsis marks the place."""

_KEYS = ("name", "title", "checked")
_CELL_KEYS = ("state", "with_ellipsis", "source", "says", "url", "date")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_URL = re.compile(r"https?://\S+")
_GIVE_A_FILE = "Give the path of a policy file."
_REMEDY = "Compare it with one that comes with captionkit: `captionkit diff --list-policies`."


def policy_names() -> tuple[str, ...]:
    """The policies that come with captionkit, in alphabetical order."""
    return toml_names(__package__, "data")


def load_policy(name_or_path: str) -> Policy:
    """The policy of a known name, or the one in a newsroom's own .toml file.

    Raises:
        UsageError: no policy has this name; the message lists the known ones.
        InputError: the file cannot be read or is not a policy; the message names the key and its allowed values.
    """
    if name_or_path in policy_names():
        return _policy(toml_tables(__package__, f"data/{name_or_path}.toml"), name_or_path)
    path = Path(name_or_path)
    if path.suffix.lower() != SUFFIX:
        raise UsageError(
            f"There is no policy named {short_repr(name_or_path)}. Known are {', '.join(policy_names())}; "
            "for a policy of your own give the path of its .toml file."
        )
    return _policy(_read(path), str(path))


def _read(path: Path) -> dict[str, Any]:
    """The tables of a user's file."""
    try:
        if path.is_fifo():
            raise InputError(path, "it is not a regular file", _GIVE_A_FILE)
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(path, f"it cannot be read ({reason})", _GIVE_A_FILE) from None
    if len(content) > MAX_FILE_BYTES:
        raise InputError(path, f"it is longer than {MAX_FILE_BYTES:,} bytes, so it is not a policy", _GIVE_A_FILE)
    try:
        return parse_toml(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"it is not TOML ({error})", _REMEDY) from None


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a policy file: its keys and values, the file, and its name in messages (`[fillers] `, or empty).

    Its methods return the value of a key or raise an InputError.
    """

    values: dict[str, Any]
    source: str
    name: str = ""

    def error(self, reason: str) -> InputError:
        """What is wrong with this table."""
        return InputError(self.source, reason, _REMEDY)

    def invalid(self, key: str, expected: str) -> InputError:
        """A missing or invalid value."""
        given = f"is {short_repr(self.values[key])}" if self.values.get(key) is not None else "is missing"
        return self.error(f"{self.name}{key} {given}; {expected}")

    def reject_others(self, known: tuple[str, ...]) -> None:
        """Raise an error if there are other keys."""
        if unknown := [short_repr(key) for key in self.values if key not in known]:
            where = self.name or "it "
            raise self.error(f"{where}has {', '.join(unknown[:3])}, and may have only {', '.join(known)}")

    def state(self, key: str) -> PolicyState:
        """A state."""
        found = next((state for state in STATES if state == self.values.get(key)), None)
        if found is None:
            raise self.invalid(key, f"it can be {', '.join(STATES)}")
        return found

    def text(self, key: str, required: bool = False, longest: int = LONGEST_TEXT) -> str:
        """A line of text; empty if it is missing and not required."""
        value = self.values.get(key)
        if key not in self.values and not required:
            return ""
        if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > longest:
            raise self.invalid(key, f"it must be a line of at most {longest} characters")
        return value.strip()

    def url(self, key: str) -> str:
        """A web address; empty if it is missing."""
        text = self.text(key)
        if text and not _URL.fullmatch(text):
            raise self.error(f"{self.name}{key} is {short_repr(text)}, not an address like https://example.org")
        return text

    def date(self, key: str, required: bool = False) -> str:
        """A year, month or day, also as a number or a TOML date; empty if it is missing and not required."""
        value = self.values.get(key)
        if key not in self.values and not required:
            return ""
        if isinstance(value, (date, int)) and not isinstance(value, bool):
            value = value.isoformat() if isinstance(value, date) else str(value)
        if value == DATE_NOT_KNOWN or (isinstance(value, str) and _is_date(value)):
            return str(value)
        raise self.invalid(key, f'it must be a date like "2004", "2004-09" or "2004-09-02", or "{DATE_NOT_KNOWN}"')


def _policy(tables: dict[str, Any], source: str) -> Policy:
    """The policy in some tables; kinds without a table are unknown."""
    table = _Table(tables, source)
    table.reject_others((*_KEYS, *POLICY_KINDS))
    name, title = (table.text(key, required=True, longest=LONGEST_NAME) for key in ("name", "title"))
    return Policy(name, title, tuple(_cell(table, kind) for kind in POLICY_KINDS), table.date("checked"))


def _cell(policy: _Table, kind: PolicyKind) -> PolicyCell:
    if kind not in policy.values:
        return PolicyCell(kind)
    if not isinstance(policy.values[kind], dict):
        raise policy.error(f"{kind} is {short_repr(policy.values[kind])}, not a table [{kind}]")
    table = _Table(policy.values[kind], policy.source, f"[{kind}] ")
    table.reject_others(_CELL_KEYS)
    state = table.state("state")
    if kind == "words" and state == "allowed":
        reason = "state is 'allowed', and can be forbidden or unknown: other words are not the speaker's"
        raise table.error(f"{table.name}{reason}")
    marked = table.state("with_ellipsis") if "with_ellipsis" in table.values else None
    if marked is not None and kind not in DROPPED_KINDS:
        raise table.error(f"[{kind}] has with_ellipsis, which only {', '.join(DROPPED_KINDS)} may have")
    decides = bool({state, marked} - {None, "unknown"})
    source, says = table.text("source", required=decides), table.text("says")
    return PolicyCell(kind, state, marked, source, says, table.url("url"), table.date("date", required=decides))


def _is_date(text: str) -> bool:
    if not text.isascii() or not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True
