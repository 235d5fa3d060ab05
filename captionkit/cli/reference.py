"""The references of the commands and of the Python API as Markdown, from their own help texts and docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields

import click

import captionkit
from captionkit.cli.main import cli
from captionkit.model import (
    Check,
    Clip,
    Cue,
    Edit,
    Evidence,
    Finding,
    Part,
    PartFinding,
    Quote,
    Record,
    Span,
    Speaker,
    Transcript,
    Word,
)

WIDTH = 88


def reference() -> str:
    """Every command's help under a heading of its own."""
    return "\n" + "\n".join(f"## {name}\n\n```text\n{text}\n```\n" for name, text in _helps(cli, "captionkit", None))


def _helps(command: click.Command, name: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    settings = {**command.context_settings, "terminal_width": WIDTH}
    context = click.Context(command, info_name=name.split()[-1], parent=parent, **settings)
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None:
                yield from _helps(found, f"{name} {child}", context)


NOUNS = (Record, Clip, Transcript, Word, Speaker, Finding, Quote, PartFinding, Part, Edit, Evidence, Span, Cue, Check)
"""The classes a record is made of, as `docs/python.md` lists them."""


def python_reference() -> str:
    """Every function of the Python API, and the classes of the record, from their signatures and docstrings."""
    functions = [name for name in captionkit.__all__ if name[0].islower()]
    told = [_function(name, getattr(captionkit, name)) for name in functions]
    told += [f"## captionkit.CaptionkitError\n\n{inspect.getdoc(captionkit.CaptionkitError)}\n"]
    told += ["## The record\n", *(_noun(noun) for noun in NOUNS)]
    return "\n" + "\n".join(told)


def _function(name: str, function: Callable[..., object]) -> str:
    signature = inspect.signature(function)
    arguments = "".join(f"    {argument},\n" for argument in _arguments(signature))
    return f"## captionkit.{name}\n\n```python\n{name}(\n{arguments}) -> {signature.return_annotation}\n```\n\n" + (
        f"```text\n{inspect.getdoc(function)}\n```\n"
    )


def _arguments(signature: inspect.Signature) -> Iterator[str]:
    keyword_only = False
    for parameter in signature.parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            yield "*"
        default = "" if parameter.default is inspect.Parameter.empty else f" = {parameter.default!r}".replace("'", '"')
        yield f"{parameter.name}: {parameter.annotation}{default}"


def _noun(noun: type) -> str:
    rows = "".join(f"- `{field.name}: {field.type}`\n" for field in fields(noun))
    return f"### {noun.__name__}\n\n{inspect.getdoc(noun)}\n\n{rows}"
