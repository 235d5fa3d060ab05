"""`captionkit models`: list, download and verify weights."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from captionkit.speech.weights.local import ModelStatus


@click.group()
def models() -> None:
    """List, download and verify the weights of the speech recogniser."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def list_models(as_json: bool) -> None:
    """List the known models: where each one is, its size, and whether its files are intact.

    Local files are hashed, which takes about a second per gigabyte.
    """
    from captionkit.speech.weights.catalogue import catalogue
    from captionkit.speech.weights.local import model_status

    found = [model_status(name) for name in catalogue().models]
    if as_json:
        click.echo(json.dumps({"models": [_fields(one) for one in found]}, indent=2))
        return
    for one in found:
        click.echo(f"{one.name:<16} {one.size_bytes / 1e6:>6.0f} MB  {_state(one)}")


@models.command("get")
@click.argument("name")
def get_model(name: str) -> None:
    """Download the model NAME into the cache, or replace damaged files."""
    from captionkit.speech.weights.find import get_weights

    weights = get_weights(name)
    click.echo(f"{weights.name} is in {weights.folder}")


@models.command("verify")
@click.argument("name", required=False)
def verify_models(name: str | None) -> None:
    """Hash the files of the model NAME, or of every local model.

    The exit code is 3 if a file is missing or damaged.
    """
    from captionkit.speech.weights.catalogue import catalogue
    from captionkit.speech.weights.local import model_status, require_intact

    found = [model_status(name) for name in ([name] if name else catalogue().models)]
    here = [one for one in found if name or one.place != "hub"]
    for one in here:
        click.echo(f"{one.name:<16} {_state(one)}")
    require_intact(here)


def _state(one: ModelStatus) -> str:
    if one.folder is None:
        return "not downloaded; on the hub"
    return f"{one.place}: {one.folder}, {one.damage or 'verified'}"


def _fields(one: ModelStatus) -> dict[str, object]:
    return {
        "name": one.name,
        "place": one.place,
        "size_bytes": one.size_bytes,
        "folder": None if one.folder is None else str(one.folder),
        "verified": None if one.folder is None else one.damage is None,
        "damage": one.damage,
    }
