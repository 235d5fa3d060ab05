"""The reference of all commands as Markdown, from their own help texts."""

from __future__ import annotations

from collections.abc import Iterator

import click

from captionkit.cli.main import cli

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
