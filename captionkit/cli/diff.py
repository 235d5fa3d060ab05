"""`captionkit diff`: compare the quotes of an article with a transcript."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from captionkit.cli.options import ANY_PATH, SharedCommand, SharedOptions, shared_options
from captionkit.cli.printing import print_policies, printing
from captionkit.errors import EXIT_DONE, EXIT_FOUND

if TYPE_CHECKING:
    from captionkit.model import Finding


def _list_policies(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    """Print the policies and end, before missing arguments are reported."""
    if wanted:
        print_policies()
        context.exit(EXIT_DONE)


@click.command(cls=SharedCommand)
@click.argument("transcript", type=ANY_PATH)
@click.argument("article")
@click.option("--json", "as_json", is_flag=True, help='Print {"quotes": […]} as in the record.')
@click.option(
    "--list-policies",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_policies,
    help="Print what every policy says of each kind of edit, with source and date.",
)
@shared_options("policy", "fail_on", "model", "compute_type", "offline", "allow_private")
def diff(transcript: Path, article: str, as_json: bool, shared: SharedOptions) -> int:
    """Compare the quotes of ARTICLE with TRANSCRIPT.

    TRANSCRIPT is a record, .vtt, .srt, .ttml, .txt or a media file; ARTICLE is a page or an http(s) address. Prints
    each quote with its verdict, where it is said and which words differ. Only a media file needs a model.
    """
    from captionkit.cli.progress import clip_progress
    from captionkit.pipeline.compare import compare_quotes

    with clip_progress() as report:
        findings = compare_quotes(transcript, replace(shared.caption, article=article), report)
    _print(findings, as_json)
    return EXIT_FOUND if shared.is_failed(findings) else EXIT_DONE


@printing()
def _print(findings: tuple[Finding, ...], as_json: bool) -> None:
    from captionkit.cli.printing import console, print_findings
    from captionkit.record import quote_to_dict

    if as_json:
        click.echo(json.dumps({"quotes": [quote_to_dict(f) for f in findings]}, ensure_ascii=False, indent=2))
    elif findings:
        print_findings(console(), findings)
    else:
        click.echo("No quotation was found in the article.")
