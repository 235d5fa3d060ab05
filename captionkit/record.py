"""Record ⇄ JSON: the schema `captionkit/1`, described field by field in docs/files.md.

The JSON follows the model field by field, except for what the tables below say: a `Finding` and its `Quote` are
one object, so are a `PartFinding` and its `Part`, and credits, timings and files are objects.
"""

from __future__ import annotations

import json
import re
import reprlib
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import UnionType
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
"""The longest record that is read. A day of speech takes about 20 million characters."""

_REMEDY = "Make the record again with `captionkit run`."
_MERGED = {(Finding, "quote"), (PartFinding, "part")}
"""Fields whose own fields are written in their place."""
_NOT_WRITTEN = {(Article, "quotes")}
_KEYS: dict[tuple[type, str], str] = {(Record, "findings"): "quotes"}
"""The JSON key of a field, where it is not the field's name."""
_WRITTEN_IF_SET: dict[type, tuple[str, ...]] = {
    Word: ("heard", "doubtful", "aligned"),
    Transcript: ("times",),
    Evidence: ("doubt",),
    Edit: ("between_sentences",),
    PartFinding: ("policy",),
    Finding: ("policy",),
    Ruling: ("marked", "source", "url", "date"),
    Policy: ("checked",),
    PolicyCell: ("with_ellipsis", "source", "says", "url", "date"),
    Article: ("published",),
    Cue: ("labels", "speakers", "sound"),
    Check: ("line", "column"),
    Record: ("review", "pages", "policy"),
}
_LAST = {Transcript: ("words", "quarantined", "voiced"), Finding: ("parts",), Article: ("text",)}
"""Keys that are written after all others of their object."""

_LARGEST = 2**53 - 1
"""The largest integer that every JSON reader holds exactly (RFC 8259, section 6)."""
_BOUNDS: dict[str, tuple[float, float]] = {"_ms": (0, 1000 * MS_PER_HOUR), "fps": (0.001, 1000)}
"""Smallest and largest value by how a field's name ends."""
_TYPE_NAMES: dict[type, str] = {
    **{str: "a string", bool: "true or false", int: "an integer", float: "a number"},
    **{list: "a list", dict: "an object"},
}
_INDEX = re.compile(r"\[\d+\]$")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Field(NamedTuple):
    """A field of the model: its JSON `key`, its type, and how it is written (see the tables above).

    `keyed` says that its tuple is an object in JSON: credits by role, or pairs of a name and a value.
    """

    name: str
    key: str
    kind: Any
    required: bool
    merged: bool
    written_if_set: bool
    keyed: bool


def record_to_json(record: Record) -> str:
    """A record as JSON text: one word, cue and speaker a line, keys in the schema's order.

    Raises:
        ValueError: a number in the record is not finite, which JSON cannot express.
    """
    text = _formatted(record_to_dict(record)) + "\n"
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def record_from_json(text: str, source: str | Path) -> Record:
    """The record in a JSON text. It is the inverse of `record_to_json`.

    Args:
        text: the content of the file.
        source: the file, as the user gave it, for error messages.

    Raises:
        FormatError: the text is too large, is not JSON, or is not a record of a schema that is known here.
    """
    if len(text) > MAX_CHARACTERS:
        raise FormatError(source, f"it has more than {MAX_CHARACTERS:,} characters", _REMEDY)
    try:
        data = json.loads(text.removeprefix("\ufeff"), parse_int=_int)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise FormatError(source, f"it is not JSON ({error.msg} at {place})", _REMEDY) from None
    except RecursionError:
        raise FormatError(source, "it is nested too deeply", _REMEDY) from None
    return record_from_dict(data, source)


def record_to_dict(record: Record) -> dict[str, Any]:
    """A record as the JSON object of the schema, made of dicts, lists and plain values."""
    return {"schema": SCHEMA, **_object(record)}


def record_from_dict(data: object, source: str | Path) -> Record:
    """The record in a JSON object. Keys that the schema does not know are ignored.

    The article's quotes, which the JSON has in its findings only, are put back into the article.

    Raises:
        FormatError: a field is missing or is not what the schema says; the message names it by its path.
    """
    try:
        _require_schema(data)
        record: Record = _noun(Record, data, "")
    except ValueError as error:
        raise FormatError(source, str(error), _REMEDY) from None
    if record.article is None:
        return record
    quotes = tuple(finding.quote for finding in record.findings)
    return replace(record, article=replace(record.article, quotes=quotes))


def quote_to_dict(finding: Finding) -> dict[str, Any]:
    """One quote as it is written under `quotes` in the record."""
    return _object(finding)


@cache
def _fields(kind: type) -> tuple[_Field, ...]:
    """The fields of a class of the model that are written."""
    hints = get_type_hints(kind)
    return tuple(
        _Field(
            name=f.name,
            key=_KEYS.get((kind, f.name), f.name),
            kind=hints[f.name],
            required=f.default is MISSING,
            merged=(kind, f.name) in _MERGED,
            written_if_set=f.name in _WRITTEN_IF_SET.get(kind, ()),
            keyed=_is_keyed(hints[f.name]),
        )
        for f in fields(kind)
        if (kind, f.name) not in _NOT_WRITTEN
    )


def _is_keyed(kind: Any) -> bool:
    item = get_args(kind)[0] if get_origin(kind) is tuple else None
    return item is Credit or get_origin(item) is tuple


# --- model to JSON ---


def _plain(value: Any) -> Any:
    """A dataclass as an object, a tuple as a list, anything else unchanged."""
    if is_dataclass(value):
        return _object(value)
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _object(noun: Any) -> dict[str, Any]:
    kind: Any = type(noun)
    out: dict[str, Any] = {}
    for field in _fields(kind):
        value = getattr(noun, field.name)
        if field.merged:
            out |= _object(value)
        elif value or not field.written_if_set:
            out[field.key] = _by_key(value) if field.keyed else _plain(value)
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


def _formatted(value: Any, indent: str = "", listed: bool = False) -> str:
    """JSON with one key a line, and one line for each list of plain values and each flat object in a list."""
    deeper = indent + "  "
    if isinstance(value, dict) and value and not (listed and _fits_a_line(value)):
        inner = [f"{_dumps(key)}: {_formatted(item, deeper)}" for key, item in value.items()]
        opening, closing = "{}"
    elif isinstance(value, list) and _holds_objects(value):
        inner = [_formatted(item, deeper, listed=True) for item in value]
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
    """An integer. One with so many digits that it takes minutes to convert is cut; it stays out of all bounds."""
    return int(digits[:20])


def _invalid(path: str, reason: str) -> ValueError:
    return ValueError(f"{path or 'the record'} {reason}")


def _require_schema(data: object) -> None:
    schema = data.get("schema") if isinstance(data, dict) else None
    if isinstance(schema, str) and schema.startswith("captionkit/") and schema != SCHEMA:
        raise _invalid("", f"has the schema {_short(schema)}, and this captionkit reads {SCHEMA}")
    if schema != SCHEMA:
        raise _invalid("it", f"is not a record of captionkit: it has no schema {SCHEMA}")


def _value(kind: Any, value: object, path: str) -> Any:
    """`value` as the type `kind` of the model. All functions below raise ValueError with the path in the message."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return None if value is None else _value(inner[0], value, path)
    if origin is tuple:
        return _items(inner[0], value, path)
    if is_dataclass(kind):
        return _noun(kind, value, path)
    if origin is not Literal:
        return _scalar(kind, value, path)
    if value not in inner:
        raise _invalid(path, f"is {_short(value)}, not one of {', '.join(inner)}")
    return value


def _noun(kind: Any, value: object, path: str) -> Any:
    data: dict[str, object] = _of_type(dict, value, path)
    found: dict[str, Any] = {}
    for field in _fields(kind):
        at = f"{path}.{field.key}" if path else field.key
        if field.merged:
            found[field.name] = _noun(field.kind, data, path)
        elif field.key in data:
            found[field.name] = _value(field.kind, data[field.key], at)
        elif field.required:
            raise _invalid(at, "is missing")
    start, end = found.get("start_ms"), found.get("end_ms")
    if start is not None and end is not None and end < start:
        raise _invalid(path, f"ends at {end} ms, before it starts at {start} ms")
    try:
        return kind(**found)
    except ValueError as error:
        raise _invalid(path, f"is not valid: {error}") from None


def _items(item: Any, value: object, path: str) -> tuple[Any, ...]:
    if item is not Credit and get_origin(item) is not tuple:
        return tuple(_value(item, v, f"{path}[{i}]") for i, v in enumerate(_of_type(list, value, path)))
    held = tuple[str, ...] if item is Credit else get_args(item)[1]
    named = _of_type(dict, value, path).items()
    pairs = tuple((name, _value(held, v, f"{path}[{reprlib.repr(name)}]")) for name, v in named)
    return tuple(Credit(*pair) for pair in pairs) if item is Credit else pairs


def _of_type(kind: type, value: object, path: str) -> Any:
    if type(value) is not kind:
        raise _invalid(path, f"is {_short(value)}, not {_TYPE_NAMES[kind]}")
    return value


def _scalar(kind: Any, value: object, path: str) -> object:
    if not (kind is float and type(value) is int):
        _of_type(kind, value, path)
    if kind not in (int, float):
        return value
    name = _INDEX.sub("", path)
    low, high = next((b for end, b in _BOUNDS.items() if name.endswith(end)), (-_LARGEST, _LARGEST))
    if not low <= value <= high:  # type: ignore[operator]
        raise _invalid(path, f"is {_short(value)}, not between {low} and {high}")
    return kind(value)


def _short(value: object) -> str:
    """A value in few characters, whatever its size."""
    return json.dumps(value) if value is None or isinstance(value, bool) else reprlib.repr(value)
