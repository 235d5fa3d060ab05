"""The documentation is part of the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from captionkit.cli.main import cli
from captionkit.cli.reference import python_reference, reference
from captionkit.match.sound.thresholds import Thresholds

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(command: click.Command, context: click.Context) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, click.Context(found, parent=context))


def test_the_command_reference_is_up_to_date() -> None:
    """A stale reference tells people options that do not exist; `make docs` mends it."""
    assert reference() in (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def test_the_python_reference_is_up_to_date() -> None:
    """A stale reference shows arguments that do not exist; `make docs` updates it."""
    assert python_reference() in (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


def test_every_command_and_option_has_help() -> None:
    """An option without a word of help can only be guessed at."""
    for command in commands(cli, click.Context(cli)):
        assert command.help, command.name
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, (command.name, parameter.name)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_no_link_leads_nowhere(page: Path) -> None:
    """A reader who follows a dead link does not come back."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_python_examples_compile() -> None:
    """An example that does not even compile costs whoever copies it an hour."""
    guide = ROOT / "docs" / "guide.md"
    examples = re.findall(r"^```python\n(.*?)^```", guide.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert examples
    for example in examples:
        compile(example, str(guide), "exec")


def test_the_thresholds_told_are_those_in_use() -> None:
    """A standards editor would explain a verdict by limits that it does not have."""
    text = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    rows = re.findall(r"`(\w+)` \| (-?[\d.]+) \| ([\d.]+) \|$", text, re.MULTILINE)
    told = {name: (float(low), float(high)) for name, low, high in rows}
    pairs = {f.name: getattr(Thresholds(), f.name) for f in fields(Thresholds)}
    assert told == {name: pair for name, pair in pairs.items() if isinstance(pair, tuple) and name != "filler"}
