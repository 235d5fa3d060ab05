"""`captionkit convert`: convert a caption file to another format."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path, readable=False))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path, readable=False))
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
def convert(source: Path, target: Path, force: bool) -> None:
    """Convert the captions of IN to OUT; the file names give the formats.

    IN is a .vtt, .srt, .ttml, .txt or a record (.captionkit.json), from any tool; OUT is a .vtt, .srt, .ttml or
    .txt. Standard error lists each kind of content that OUT cannot hold.
    """
    from captionkit.cli.show import visible
    from captionkit.formats.convert import convert_captions

    for sentence in convert_captions(source, target, force):
        click.echo(f"captionkit: {visible(sentence)}", err=True)
    click.echo(str(target))
