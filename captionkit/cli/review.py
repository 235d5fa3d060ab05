"""`captionkit review`: sign off captions and transcript."""

from __future__ import annotations

from pathlib import Path

import click

from captionkit.cli.options import ANY_PATH
from captionkit.errors import EXIT_DONE


@click.command()
@click.argument("record", type=ANY_PATH)
@click.option("--by", "name", required=True, metavar="NAME", help="The name of the reviewer.")
@click.option(
    "--captions",
    type=ANY_PATH,
    metavar="FILE",
    help="Captions corrected by hand: a .vtt, .srt or .ttml that was written from RECORD.",
)
def review(record: Path, name: str, captions: Path | None) -> int:
    """Sign off the captions and the transcript of RECORD, a STEM.captionkit.json.

    Writes the name and today's date into the record, and writes the files beside it again. Refused if one of them was
    changed since, except for the one that --captions names: its words, times and lines replace those of the record and
    of every other file. The next `captionkit run` withdraws the review.
    """
    from datetime import date

    from captionkit.model import Review
    from captionkit.publish import sign_off

    if not name.strip():
        raise click.BadParameter("give the name of the reviewer.", param_hint="--by")
    _, paths = sign_off(record, Review(name.strip(), date.today().isoformat()), captions)
    for path in paths:
        click.echo(str(path))
    return EXIT_DONE
