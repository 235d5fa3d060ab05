"""Record ⇄ JSON: the schema `captionkit/1`, told field by field in docs/files.md.

The JSON is the model, field by field, save for what `_MERGED`, `_ABSENT` and `_KEYS` say: a `Finding` and
its `Quote` are one object, so are a `PartFinding` and its `Part`, and credits, timings and files are objects.
"""

from __future__ import annotations

import json
import math
import re
import reprlib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from captionkit.errors import FormatError
from captionkit.model import (
    Article,
    Check,
    Credit,
    Cue,
    Edit,
    Evidence,
    Finding,
    PartFinding,
    Policy,
    PolicyCell,
    Record,
    Ruling,
    Transcript,
    Word,
)
from captionkit.timecode import MS_PER_HOUR

SCHEMA = "captionkit/1"

MAX_CHARACTERS = 32 * 1024 * 1024
"""A day of talk is about 20 million characters of record."""

_REMEDY = "Make the record again with `captionkit run`."
_MERGED = {(Finding, "quote"), (PartFinding, "part")}
_ABSENT = {(Article, "quotes")}
_KEYS: dict[tuple[type, str], str] = {(Record, "findings"): "quotes"}
_ONLY_WHERE_SET = {
    (Word, "heard"),
    (Word, "doubtful"),
    (Word, "aligned"),
    (Transcript, "times"),
    (Evidence, "doubt"),
    (Edit, "between_sentences"),
    (PartFinding, "policy"),
    (Finding, "policy"),
    (Ruling, "marked"),
    (Ruling, "source"),
    (Ruling, "url"),
    (Ruling, "date"),
    (Policy, "checked"),
    (PolicyCell, "with_ellipsis"),
    (PolicyCell, "source"),
    (PolicyCell, "says"),
    (PolicyCell, "url"),
    (PolicyCell, "date"),
    (Article, "published"),
    (Cue, "labels"),
    (Cue, "speakers"),
    (Cue, "sound"),
    (Check, "line"),
    (Check, "column"),
    (Record, "review"),
    (Record, "pages"),
    (Record, "policy"),
}
_LAST = {Transcript: ("words", "quarantined", "voiced"), Finding: ("parts",), Article: ("text",)}

_LARGEST = 2**53 - 1
"""The largest whole number every JSON reader holds exactly (RFC 8259, section 6)."""
_BOUNDS: dict[str, tuple[float, float]] = {"_ms": (0, 1000 * MS_PER_HOUR), "fps": (0.001, 1000)}
_KINDS = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}
_PLACE = re.compile(r"\[\d+\]$")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Wrong(ValueError):
    """One value of the JSON is not what the schema says: where it stands, and what is wrong with it."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path or 'the record'} {reason}")


class _Field(NamedTuple):
    name: str
    key: str
    kind: Any
    required: bool


def record_to_json(record: Record) -> str:
    """A record as text: one word, cue and speaker a line, keys in the schema's order.

    Raises:
        ValueError: a number in the record is not finite, which JSON cannot say.
    """
    text = _laid_out(record_to_dict(record)) + "\n"
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def record_from_json(text: str, source: str | Path) -> Record:
    """The record in a text. It is the inverse of `record_to_json`.

    Args:
        text: what the file holds.
        source: the file, as the user gave it, for the error's sentence.

    Raises:
        FormatError: the text is too large, is no JSON, or is no record of a schema that is known here.
    """
    if len(text) > MAX_CHARACTERS:
        raise FormatError(source, f"it holds more than {MAX_CHARACTERS:,} characters", _REMEDY)
    try:
        data = json.loads(
            text.removeprefix("\ufeff"), parse_int=_int, parse_float=_float, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise FormatError(source, f"it is not JSON ({error.msg} at {place})", _REMEDY) from None
    except RecursionError:
        raise FormatError(source, "it is nested too deeply", _REMEDY) from None
    except _Wrong as error:
        raise FormatError(source, str(error), _REMEDY) from None
    return record_from_dict(data, source)


def record_to_dict(record: Record) -> dict[str, Any]:
    """A record as the JSON object that the schema describes, made of dicts, lists and plain values.

    An article's quotes stand in the findings alone.
    """
    return {"schema": SCHEMA, **_plain(record)}


def record_from_dict(data: object, source: str | Path) -> Record:
    """The record in a JSON object; keys that the schema does not know are passed over.

    The article's quotes are those of the findings.

    Raises:
        FormatError: a field is missing or is not what the schema says; the sentence names it by path.
    """
    try:
        _refuse_other_schema(data)
        record: Record = _value(Record, data, "")
    except _Wrong as error:
        raise FormatError(source, str(error), _REMEDY) from None
    if record.article is None:
        return record
    quotes = tuple(finding.quote for finding in record.findings)
    return replace(record, article=replace(record.article, quotes=quotes))


def quote_to_dict(finding: Finding) -> dict[str, Any]:
    """One quote as it stands under `quotes` in the record."""
    quote: dict[str, Any] = _plain(finding)
    return quote


# --- model to JSON ---


def _plain(value: Any) -> Any:
    """A noun as an object, a tuple as a list, anything else as it is."""
    if is_dataclass(value):
        return _object(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _object(noun: Any) -> dict[str, Any]:
    kind: Any = type(noun)
    out: dict[str, Any] = {}
    for name, key, declared, _ in _plan(kind):
        value = getattr(noun, name)
        if (kind, name) in _MERGED:
            out.update(_object(value))
        elif value or (kind, name) not in _ONLY_WHERE_SET:
            out[key] = _by_key(value) if _is_mapping(declared) else _plain(value)
    for name in _LAST.get(kind, ()):
        out[name] = out.pop(name)
    return out


def _by_key(items: tuple[Credit, ...] | tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    """Credits as role → names, pairs as name → value; two credits of one role are joined."""
    out: dict[str, Any] = {}
    for item in items:
        if isinstance(item, Credit):
            out.setdefault(item.role, []).extend(item.names)
        else:
            out[item[0]] = item[1]
    return out


def _laid_out(value: Any, indent: str = "", listed: bool = False) -> str:
    """JSON with one key a line, and one line for each list of plain values and each flat object in a list."""
    deeper = indent + "  "
    if isinstance(value, dict) and value and not (listed and _fits_a_line(value)):
        inner = [f"{_dumps(key)}: {_laid_out(item, deeper)}" for key, item in value.items()]
        opening, closing = "{}"
    elif isinstance(value, list) and _holds_objects(value):
        inner = [_laid_out(item, deeper, listed=True) for item in value]
        opening, closing = "[]"
    else:
        return _dumps(value)
    return f"{opening}\n{deeper}" + f",\n{deeper}".join(inner) + f"\n{indent}{closing}"


def _fits_a_line(value: dict[str, Any]) -> bool:
    return not any(isinstance(item, dict) or _holds_objects(item) for item in value.values())


def _holds_objects(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


# --- JSON to model ---


def _int(digits: str) -> int:
    if len(digits) > len(str(_LARGEST)) + 1:
        raise _Wrong("", f"holds the number {digits[:20]}…, which is too large")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _Wrong("", f"holds the number {digits[:20]}, which is too large")
    return number


def _constant(name: str) -> float:
    raise _Wrong("", f"holds {name}, which is not a number")


def _refuse_other_schema(data: object) -> None:
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema == SCHEMA:
        return
    if isinstance(schema, str) and schema.startswith("captionkit/"):
        raise _Wrong("", f"has the schema {_short(schema)}, and this captionkit reads {SCHEMA}")
    raise _Wrong("it", f"is not a record of captionkit: it has no schema {SCHEMA}")


@cache
def _plan(kind: type) -> tuple[_Field, ...]:
    """A noun's fields with the key of each in JSON and its type."""
    hints = get_type_hints(kind)
    return tuple(
        _Field(f.name, _KEYS.get((kind, f.name), f.name), hints[f.name], f.default is MISSING)
        for f in fields(kind)
        if (kind, f.name) not in _ABSENT
    )


def _is_mapping(kind: Any) -> bool:
    """Whether a tuple of the model is an object in JSON: credits by role, or pairs of a name and a value."""
    item = get_args(kind)[0] if get_origin(kind) is tuple else None
    return item is Credit or get_origin(item) is tuple


def _value(kind: Any, value: object, path: str) -> Any:
    """`value` as the type `kind` of the model."""
    if get_origin(kind) in (Union, UnionType):
        (one,) = (k for k in get_args(kind) if k is not NoneType)
        return None if value is None else _value(one, value, path)
    if get_origin(kind) is Literal:
        return _one_of(get_args(kind), value, path)
    if get_origin(kind) is tuple:
        return _items(kind, value, path)
    if is_dataclass(kind):
        return _noun(kind, _mapping(value, path), path)
    return _scalar(kind, value, path)


def _noun(kind: Any, data: Mapping[str, object], path: str) -> Any:
    found: dict[str, Any] = {}
    for name, key, declared, required in _plan(kind):
        if (kind, name) in _MERGED:
            found[name] = _noun(declared, data, path)
        elif key in data:
            found[name] = _value(declared, data[key], _join(path, key))
        elif required:
            raise _Wrong(_join(path, key), "is missing")
    _refuse_backwards(found.get("start_ms"), found.get("end_ms"), path)
    try:
        return kind(**found)
    except ValueError as error:
        raise _Wrong(path, f"cannot be: {error}") from None


def _items(kind: Any, value: object, path: str) -> tuple[Any, ...]:
    item = get_args(kind)[0]
    if item is Credit:
        roles = _mapping(value, path).items()
        return tuple(Credit(role, _items(tuple[str, ...], names, _at(path, role))) for role, names in roles)
    if get_origin(item) is tuple:
        (_, held) = get_args(item)
        return tuple((name, _value(held, v, _at(path, name))) for name, v in _mapping(value, path).items())
    if not isinstance(value, list):
        raise _Wrong(path, f"is {_short(value)}, not a list")
    return tuple(_value(item, v, f"{path}[{i}]") for i, v in enumerate(value))


def _mapping(value: object, path: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _Wrong(path, f"is {_short(value)}, not an object")
    return value


def _one_of(allowed: tuple[Any, ...], value: object, path: str) -> object:
    if value not in allowed:
        raise _Wrong(path, f"is {_short(value)}, none of {', '.join(allowed)}")
    return value


def _scalar(kind: Any, value: object, path: str) -> object:
    given = int if kind is float and type(value) is int else kind
    if type(value) is not given:
        raise _Wrong(path, f"is {_short(value)}, not {_KINDS[kind]}")
    if not isinstance(value, (int, float)) or kind is bool:
        return value
    name = _PLACE.sub("", path)
    low, high = next((b for end, b in _BOUNDS.items() if name.endswith(end)), (-_LARGEST, _LARGEST))
    if not low <= value <= high:
        raise _Wrong(path, f"is {_short(value)}, not between {low} and {high}")
    return kind(value)


def _refuse_backwards(start: int | None, end: int | None, path: str) -> None:
    if start is not None and end is not None and end < start:
        raise _Wrong(path, f"ends at {end} ms, before it starts at {start} ms")


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _at(path: str, name: str) -> str:
    return f"{path}[{reprlib.repr(name)}]"


def _short(value: object) -> str:
    """A value in few characters, whatever its size."""
    return json.dumps(value) if value is None or isinstance(value, bool) else reprlib.repr(value)
