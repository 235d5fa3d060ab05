"""`captionkit review`: a person signs captions and transcript off."""

from __future__ import annotations

from pathlib import Path

import click

from captionkit.errors import EXIT_DONE


@click.command()
@click.argument("record", type=click.Path(path_type=Path, readable=False))
@click.option("--by", "name", required=True, metavar="NAME", help="Who has read them along with the clip.")
@click.option(
    "--captions",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="The captions as they were corrected by hand: a .vtt, .srt or .ttml that began as RECORD's.",
)
def review(record: Path, name: str, captions: Path | None) -> int:
    """Sign off the captions and the transcript of RECORD, a STEM.captionkit.json.

    Writes the name and today's date into the record, and makes the files beside it anew that say whether they
    were reviewed. Refused where one of them was changed since, but for the one that --captions names: its words, times
    and lines become the record's, and so the transcript's and every other file's. The next `captionkit run` takes the
    review back.
    """
    from datetime import date

    from captionkit.model import Review
    from captionkit.publish import sign_off

    if not name.strip():
        raise click.BadParameter("give the name of whoever has read them.", param_hint="--by")
    _, paths = sign_off(record, Review(name.strip(), date.today().isoformat()), captions)
    for path in paths:
        click.echo(str(path))
    return EXIT_DONE
