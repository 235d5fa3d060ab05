"""`captionkit run`: caption one clip."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from captionkit.cli.options import (
    allow_private_option,
    compute_type_option,
    credit_option,
    device_option,
    fail_on_option,
    force_option,
    formats_option,
    is_failed,
    language_option,
    model_option,
    no_respell_option,
    offline_option,
    policy_option,
    speakers_option,
    style_option,
    wanted_failures,
)
from captionkit.cli.show import telling
from captionkit.errors import EXIT_DONE, EXIT_FOUND

if TYPE_CHECKING:
    from captionkit.errors import InputError
    from captionkit.model import Policy, Record
    from captionkit.publish import OutputOptions


SAID_IN_A_PIPE = frozenset({"model", "media_truncated"})
"""Checks that say the result is not what was asked for: these go to standard error even in a pipe."""


@click.command()
@click.argument("clip", type=click.Path(path_type=Path, readable=False))
@click.option("--article", metavar="PATH_OR_URL", help="The article: .html, .htm, .txt, .md or an http(s) address.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, readable=False),
    metavar="DIR",
    help="Where to write; by default beside the clip.",
)
@model_option
@device_option
@compute_type_option
@language_option
@click.option(
    "--audio-stream",
    type=click.IntRange(min=0),
    metavar="N",
    help="Which audio stream, counted from 0; by default the first.",
)
@style_option
@formats_option
@click.option(
    "--embed",
    is_flag=True,
    help="Also write STEM.captioned.mp4 (.mov, .mkv, .webm): the clip, not re-encoded, with the captions inside.",
)
@credit_option
@speakers_option
@click.option("--mark-quotes", is_flag=True, help="Mark the quoted passages on the transcript page.")
@click.option("--embed-page", is_flag=True, help="Also write STEM.embed.html: the transcript as a fragment for a CMS.")
@no_respell_option
@offline_option
@allow_private_option
@force_option
@policy_option
@fail_on_option
@click.option("--json", "as_json", is_flag=True, help="Print a summary of the record as JSON.")
def run(
    clip: Path,
    article: str | None,
    output: Path | None,
    model: str,
    device: str,
    compute_type: str,
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
    policy: Policy | None,
    fail_on: str | None,
    as_json: bool,
) -> int:
    """Caption one CLIP; with its article, check the quotes.

    Writes beside the clip, or into DIR: STEM.captionkit.json (the record), STEM.vtt, STEM.srt, STEM.txt,
    STEM.html (transcript page) and STEM.qa.html (QA report). For a clip without speech only the record is
    written, and the exit code is 3.
    """
    from captionkit.article import parse_credit_option
    from captionkit.cli.show import progress
    from captionkit.errors import NoSpeechError
    from captionkit.pipeline.caption import caption_clip
    from captionkit.pipeline.options import CaptionOptions
    from captionkit.publish import USUAL_NAMES, OutputOptions, output_names, prepare, write_outputs

    failures = wanted_failures(fail_on, policy)
    names = USUAL_NAMES if formats is None else output_names(formats)
    names = (*names, "embed") if embed_page else names
    writing = OutputOptions(output or clip.parent, names, force, style, mark_quotes, embed)
    options = CaptionOptions(
        article=article,
        model=model,
        device=device,
        compute_type=compute_type,
        language=language,
        audio_stream=audio_stream,
        style=style,
        credits=tuple(parse_credit_option(credit) for credit in credits),
        respell=not no_respell,
        speakers=speakers,
        offline=offline,
        allow_private=allow_private,
        policy=policy,
    )
    if clip.is_file():
        prepare(clip, writing, article)
    with progress() as report:
        record = caption_clip(clip, options, report)
    record, paths = write_outputs(record, clip, writing)
    if not record.transcript.words:
        if as_json:
            _tell(record, paths, as_json)
        raise NoSpeechError(
            clip,
            "no speech was detected in it, so there is nothing to caption",
            f"The record is in {paths[0]}.",
        )
    refused = None
    if embed:
        record, paths, refused = _embedded(record, paths, clip, writing)
    _tell(record, paths, as_json)
    if refused:
        raise refused
    return EXIT_FOUND if is_failed(record.findings, failures) else EXIT_DONE


def _embedded(
    record: Record, paths: tuple[Path, ...], clip: Path, writing: OutputOptions
) -> tuple[Record, tuple[Path, ...], InputError | None]:
    """Write the copy of the clip with the captions inside; an error is reported after everything else."""
    from captionkit.errors import InputError
    from captionkit.publish import write_embedded

    try:
        record, path, left_out = write_embedded(record, clip, writing)
    except InputError as error:
        return record, paths, error
    if left_out:
        click.echo(f"captionkit: {path}: {left_out} data tracks of the clip are not in the copy.", err=True)
    return record, (*paths, path), None


@telling()
def _tell(record: Record, paths: tuple[Path, ...], as_json: bool) -> None:
    """Print the result: a summary on a terminal, one path per line in a pipe."""
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
