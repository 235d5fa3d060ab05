"""`captionkit run`: one clip, the whole way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from captionkit.cli.show import telling
from captionkit.errors import EXIT_DONE, EXIT_FOUND
from captionkit.model import VERDICTS

if TYPE_CHECKING:
    from captionkit.errors import InputError
    from captionkit.model import Record
    from captionkit.outputs import OutputOptions


SAID_IN_A_PIPE = frozenset({"model", "media_truncated"})
"""Checks that say the result is not what was asked for: these go to standard error even where nobody reads along."""

MOST_SPEAKERS = 100


@click.command()
@click.argument("clip", type=click.Path(path_type=Path, readable=False))
@click.option("--article", metavar="PATH_OR_URL", help="The article: .html, .htm, .txt, .md or an http(s) address.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, readable=False),
    metavar="DIR",
    help="Where to write; else beside the clip.",
)
@click.option(
    "--model",
    default="auto",
    show_default=True,
    metavar="NAME|PATH",
    help="Weights: a name of `captionkit models list`, or a folder.",
)
@click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda"]),
    default="auto",
    show_default=True,
    help="What to compute on.",
)
@click.option("--language", metavar="CODE", help="The language spoken, like `en`; else it is detected.")
@click.option(
    "--audio-stream",
    type=click.IntRange(min=0),
    metavar="N",
    help="Which sound stream, counted from 0; else the first.",
)
@click.option(
    "--style",
    default="netflix-en",
    show_default=True,
    metavar="NAME|FILE",
    help="Caption style: netflix-en, bbc, dcmp, wai, plain, or a .toml file of a house's own.",
)
@click.option(
    "--formats",
    metavar="LIST",
    help="What to write besides the record, like `vtt,ttml`; else vtt, srt, txt, html, qa.",
)
@click.option(
    "--embed",
    is_flag=True,
    help="Also write STEM.captioned.mp4 (.mov, .mkv, .webm): the clip, not encoded again, with the captions inside.",
)
@click.option(
    "--credit",
    "credits",
    multiple=True,
    metavar="ROLE=NAME",
    help="A credit, like `producer=Ana Oyelaran`; repeatable; wins over the article's.",
)
@click.option(
    "--speakers",
    default="auto",
    show_default=True,
    metavar="N|auto|off",
    callback=lambda _context, _parameter, text: speaker_count(text),
    help="How many people speak; `auto` finds out, `off` does not tell them apart.",
)
@click.option("--mark-quotes", is_flag=True, help="Mark on the transcript page what the article quotes.")
@click.option("--embed-page", is_flag=True, help="Write STEM.embed.html too: the transcript as a part for a CMS.")
@click.option("--no-respell", is_flag=True, help="Leave names as they were heard.")
@click.option("--offline", is_flag=True, help="Touch no network.")
@click.option("--allow-private", is_flag=True, help="Let the article's address be one of this machine or its network.")
@click.option("--force", is_flag=True, help="Replace files that captionkit did not write.")
@click.option(
    "--fail-on",
    metavar="VERDICTS",
    help="End with exit code 1 where a quote has one of these verdicts, like `altered,not_found`.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a summary of the record as JSON.")
def run(
    clip: Path,
    article: str | None,
    output: Path | None,
    model: str,
    device: str,
    language: str | None,
    audio_stream: int | None,
    style: str,
    formats: str | None,
    embed: bool,
    credits: tuple[str, ...],
    speakers: int | None,
    mark_quotes: bool,
    embed_page: bool,
    no_respell: bool,
    offline: bool,
    allow_private: bool,
    force: bool,
    fail_on: str | None,
    as_json: bool,
) -> int:
    """Caption one CLIP: captions, transcript and, with its article, the quotes checked.

    Writes beside the clip, or into DIR: STEM.captionkit.json (the record), STEM.vtt, STEM.srt, STEM.txt,
    STEM.html (transcript page) and STEM.qa.html (QA report). A clip without speech leaves only the record and
    ends with exit code 3.
    """
    from captionkit.article import parse_credit_option
    from captionkit.cli.show import progress
    from captionkit.errors import NoSpeechError
    from captionkit.outputs import USUAL_NAMES, OutputOptions, output_names, prepare, write_outputs
    from captionkit.pipeline import CaptionOptions, caption_clip

    verdicts = wanted_verdicts(fail_on)
    names = USUAL_NAMES if formats is None else output_names(formats)
    names = (*names, "embed") if embed_page else names
    writing = OutputOptions(output or clip.parent, names, force, style, mark_quotes, embed)
    options = CaptionOptions(
        article=article,
        model=model,
        device=device,
        language=language,
        audio_stream=audio_stream,
        style=style,
        credits=tuple(parse_credit_option(credit) for credit in credits),
        respell=not no_respell,
        speakers=speakers,
        offline=offline,
        allow_private=allow_private,
    )
    if clip.is_file():
        prepare(clip, writing, article)
    with progress() as report:
        record = caption_clip(clip, options, report)
    record, paths = write_outputs(record, clip, writing)
    if not record.transcript.words:
        raise NoSpeechError(
            clip,
            "no speech was heard in it, so there is nothing to caption",
            f"What was heard is in {paths[0]}.",
        )
    refused = None
    if embed:
        record, paths, refused = _embedded(record, paths, clip, writing)
    _tell(record, paths, as_json)
    if refused:
        raise refused
    return EXIT_FOUND if any(f.verdict in verdicts for f in record.findings) else EXIT_DONE


def _embedded(
    record: Record, paths: tuple[Path, ...], clip: Path, writing: OutputOptions
) -> tuple[Record, tuple[Path, ...], InputError | None]:
    """The captions put into a copy of the clip as well; what stands in the way of it is told after all else."""
    from captionkit.errors import InputError
    from captionkit.outputs import write_embedded

    try:
        record, path, left_out = write_embedded(record, clip, writing)
    except InputError as error:
        return record, paths, error
    if left_out:
        click.echo(f"captionkit: {path}: {left_out} data tracks of the clip are not in the copy.", err=True)
    return record, (*paths, path), None


def wanted_verdicts(text: str | None) -> frozenset[str]:
    """The verdicts named in `altered,not_found`; click's usage error names an unknown one."""
    names = frozenset(name.strip() for name in (text or "").split(",") if name.strip())
    unknown = sorted(names - set(VERDICTS))
    if unknown:
        raise click.BadParameter(
            f"{', '.join(unknown)} is no verdict; the verdicts are {', '.join(VERDICTS)}.",
            param_hint="--fail-on",
        )
    return names


def speaker_count(text: str) -> int | None:
    """The number of speakers that `N`, `auto` (None) or `off` (0) asks for; click's usage error for another text."""
    if text == "auto":
        return None
    if text == "off":
        return 0
    if text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= MOST_SPEAKERS:
        return int(text)
    raise click.BadParameter(f"{text!r} is no number from 1 to {MOST_SPEAKERS}, nor `auto` or `off`.")


@telling()
def _tell(record: Record, paths: tuple[Path, ...], as_json: bool) -> None:
    """Say what came of it: a summary for people on a terminal, one path a line in a pipe."""
    import sys

    from captionkit.cli.show import console, print_findings, print_summary

    if as_json:
        click.echo(_summary(record, paths))
    elif not sys.stdout.isatty():
        for check in record.checks:
            if check.rule in SAID_IN_A_PIPE:
                click.echo(f"captionkit: {check.message}", err=True)
        for path in paths:
            click.echo(str(path))
    else:
        out = console()
        print_findings(out, record.findings)
        print_summary(out, record, paths)


def _summary(record: Record, paths: tuple[Path, ...]) -> str:
    import json

    from captionkit.record import record_to_dict

    data = record_to_dict(record)
    del data["transcript"]["words"], data["cues"]
    data["files"] = [str(path) for path in paths]
    return json.dumps(data, ensure_ascii=False, indent=2)
