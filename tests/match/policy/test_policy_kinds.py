"""Every reason that the match room can give to an edit has a kind: read from its own source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from captionkit.match import disfluency
from captionkit.match.policy.kinds import AS_SAID, AT_ELLIPSIS, NOT_HEARD, kind_of
from captionkit.match.sound.answers import UNDECIDED
from captionkit.model import POLICY_KINDS, VERDICTS, Edit, PolicyKind

MODULES = ("edits", "replacements", "findings", "sound.answers", "sound.fillers", "sound.weigh")
COUNTED = frozenset(VERDICTS) - {"verbatim", "uncertain"}
"""Edits of the other verdicts are not judged by their kind."""


Names = dict[str, list[ast.expr]]
"""What each name of a function or its module can be."""


def texts(node: ast.expr, names: Names) -> Iterator[str]:
    """Every text that an expression can be; what is filled in at run time is an x."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body, names)
        yield from texts(node.orelse, names)
    elif isinstance(node, ast.Name):
        yield from (text for value in names.get(node.id, []) for text in texts(value, names))
    elif isinstance(node, ast.FormattedValue):
        yield from tuple(texts(node.value, names)) or ("x",)
    elif isinstance(node, ast.JoinedStr):
        yield from map("".join, product(*(tuple(texts(value, names)) for value in node.values)))


def judgements(tree: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """A verdict and its reason, wherever the two are written side by side."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            yield node.elts[0], node.elts[1]
        if isinstance(node, ast.Call):
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            if "severity" in given and "reason" in given:
                yield given["severity"], given["reason"]
            if isinstance(node.func, ast.Name) and node.func.id == "Edit" and len(node.args) > 4:
                yield node.args[3], node.args[4]


def assigned(function: ast.AST, constants: dict[str, object]) -> Names:
    """What names can be in a function: texts of its module, and what it assigns itself."""
    found: Names = {name: [ast.Constant(value)] for name, value in constants.items() if isinstance(value, str)}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def reasons() -> list[tuple[str, str]]:
    """Every verdict that counts with every reason that the source gives beside it."""
    found: list[tuple[str, str]] = []
    for name in MODULES:
        module = import_module(f"captionkit.match.{name}")
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            names = assigned(function, vars(module))
            for verdict, reason in judgements(function):
                found += product((v for v in texts(verdict, {}) if v in COUNTED), texts(reason, names))
    return sorted(set(found))


def test_the_source_is_understood() -> None:
    """The test below would find nothing missing because it found nothing at all."""
    found = {reason for _, reason in reasons()}
    assert len(found) >= 20
    assert {"grammar changed", AT_ELLIPSIS, disfluency.REPEAT, "number changed", "negation lost behind a bracket"} <= found
    assert "filler and repeat dropped: “x” stands for “x”" in found
    assert UNDECIDED not in found


@pytest.mark.parametrize(("verdict", "reason"), reasons())
def test_every_reason_has_a_kind(verdict: str, reason: str) -> None:
    """An edit with a new reason would be left open by every house, and no gate stop it."""
    edit = Edit("replace", "a", "b", verdict, reason)  # type: ignore[arg-type]
    assert reason.startswith(AS_SAID) or kind_of(edit) in POLICY_KINDS


@pytest.mark.parametrize("reason", [disfluency.FILLER, disfluency.REPEAT, "discourse marker dropped"])
def test_what_may_be_left_out_has_a_kind(reason: str) -> None:
    """These come from the talk module, by way of a variable."""
    assert f'"{reason}"' in Path(str(disfluency.__file__)).read_text(encoding="utf-8")
    assert kind_of(Edit("delete", "", "um", "tidied", reason)) in POLICY_KINDS


def test_reasons_that_are_named_are_given() -> None:
    """A reworded reason would leave its special case behind."""
    found = {reason for _, reason in reasons()}
    assert {AT_ELLIPSIS, *NOT_HEARD} <= found
    assert any(reason.startswith(AS_SAID) for reason in found)


def test_every_kind_is_described() -> None:
    """A list of policies would leave a kind out."""
    assert tuple(POLICY_KINDS) == get_args(PolicyKind)
