"""`captionkit convert`: write a caption file in another format."""

from __future__ import annotations

from pathlib import Path

import click

from captionkit.cli.options import ANY_PATH


@click.command()
@click.argument("source", metavar="IN", type=ANY_PATH)
@click.argument("target", metavar="OUT", type=ANY_PATH)
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
def convert(source: Path, target: Path, force: bool) -> None:
    """Write the captions of IN as OUT; the suffixes of the names determine the formats.

    IN is a .vtt, .srt, .ttml, .txt or a record (.captionkit.json), by captionkit or another tool; OUT is a .vtt, .srt,
    .ttml or .txt. What the format of OUT cannot hold is listed on standard error, once for each kind.
    """
    from captionkit.cli.printing import visible
    from captionkit.formats.convert import convert_captions

    for sentence in convert_captions(source, target, force):
        click.echo(f"captionkit: {visible(sentence)}", err=True)
    click.echo(str(target))
