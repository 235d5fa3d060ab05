"""`captionkit run`: caption one clip."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from captionkit.cli.options import ANY_PATH, CLIP_OPTIONS, SharedCommand, SharedOptions, shared_options
from captionkit.cli.printing import printing
from captionkit.errors import EXIT_DONE, EXIT_FOUND

if TYPE_CHECKING:
    from captionkit.errors import InputError
    from captionkit.model import Record
    from captionkit.publish import OutputOptions

PIPE_WARNINGS = frozenset({"model", "media_truncated"})
"""Checks which say that the result is not what was asked for: printed on standard error even without a terminal."""


@click.command(cls=SharedCommand)
@click.argument("clip", type=ANY_PATH)
@click.option("--article", metavar="PATH_OR_URL", help="The article: .html, .htm, .txt, .md or an http(s) address.")
@click.option("-o", "--output", type=ANY_PATH, metavar="DIR", help="Where to write; by default the clip's folder.")
@click.option(
    "--audio-stream", type=click.IntRange(min=0), metavar="N", help="Which audio stream, from 0; by default the first."
)
@click.option(
    "--embed",
    is_flag=True,
    help="Also write STEM.captioned.mp4 (.mov, .mkv, .webm): the clip, not encoded again, with the captions in it.",
)
@click.option("--mark-quotes", is_flag=True, help="Mark on the transcript page what the article quotes.")
@click.option("--embed-page", is_flag=True, help="Also write STEM.embed.html: the transcript to paste into a CMS.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary of the record as JSON.")
@shared_options(*CLIP_OPTIONS)
def run(
    clip: Path,
    article: str | None,
    output: Path | None,
    audio_stream: int | None,
    embed: bool,
    mark_quotes: bool,
    embed_page: bool,
    as_json: bool,
    shared: SharedOptions,
) -> int:
    """Caption one CLIP: captions, transcript and, with its article, the quote check.

    Writes to the clip's folder, or to DIR: STEM.captionkit.json (the record), STEM.vtt, STEM.srt, STEM.txt,
    STEM.html (transcript page) and STEM.qa.html (QA report). For a clip without speech only the record is written, and
    the exit code is 3.
    """
    from captionkit.cli.progress import clip_progress
    from captionkit.errors import NoSpeechError
    from captionkit.pipeline.caption import caption_clip
    from captionkit.publish import OutputOptions, prepare, write_outputs

    options = replace(shared.caption, article=article, audio_stream=audio_stream)
    names = (*shared.names, "embed") if embed_page else shared.names
    writing = OutputOptions(output or clip.parent, names, shared.force, options.style, mark_quotes, embed)
    if clip.is_file():
        prepare(clip, writing, article)
    with clip_progress() as report:
        record = caption_clip(clip, options, report)
    record, paths = write_outputs(record, clip, writing)
    if not record.transcript.words:
        if as_json:
            _print(record, paths, as_json)
        reason = "no speech was detected in it, so there is nothing to caption"
        raise NoSpeechError(clip, reason, f"Its record is {paths[0]}.")
    refused = None
    if embed:
        record, paths, refused = _embedded(record, paths, clip, writing)
    _print(record, paths, as_json)
    if refused:
        raise refused
    return EXIT_FOUND if shared.is_failed(record.findings) else EXIT_DONE


def _embedded(
    record: Record, paths: tuple[Path, ...], clip: Path, writing: OutputOptions
) -> tuple[Record, tuple[Path, ...], InputError | None]:
    """Write the copy of the clip with the captions in it; an error is returned, to be raised after printing."""
    from captionkit.errors import InputError
    from captionkit.publish import write_embedded

    try:
        record, path, left_out = write_embedded(record, clip, writing)
    except InputError as error:
        return record, paths, error
    if left_out:
        click.echo(f"captionkit: {path}: {left_out} data tracks of the clip are not in the copy.", err=True)
    return record, (*paths, path), None


@printing()
def _print(record: Record, paths: tuple[Path, ...], as_json: bool) -> None:
    """Print a summary for people on a terminal, one path a line in a pipe."""
    from captionkit.cli.printing import console, print_findings, print_summary

    if as_json:
        click.echo(_summary(record, paths))
    elif not sys.stdout.isatty():
        for check in record.checks:
            if check.rule in PIPE_WARNINGS:
                click.echo(f"captionkit: {check.message}", err=True)
        for path in paths:
            click.echo(str(path))
    else:
        out = console()
        print_findings(out, record.findings)
        print_summary(out, record, paths)


def _summary(record: Record, paths: tuple[Path, ...]) -> str:
    from captionkit.record import record_to_dict

    data = record_to_dict(record)
    del data["transcript"]["words"], data["cues"]
    data["files"] = [str(path) for path in paths]
    return json.dumps(data, ensure_ascii=False, indent=2)
