"""`captionkit convert`: one caption file into another format."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path, readable=False))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path, readable=False))
@click.option("--force", is_flag=True, help="Replace OUT where it is there already.")
def convert(source: Path, target: Path, force: bool) -> None:
    """Write the captions of IN as OUT; the names say the formats.

    IN is a .vtt, .srt, .ttml, .txt or a record (.captionkit.json), ours or another tool's; OUT is a .vtt, .srt, .ttml
    or .txt. What OUT has no place for is said on standard error, once a kind.
    """
    from captionkit.cli.show import visible
    from captionkit.formats.convert import convert_captions

    for sentence in convert_captions(source, target, force):
        click.echo(f"captionkit: {visible(sentence)}", err=True)
    click.echo(str(target))
