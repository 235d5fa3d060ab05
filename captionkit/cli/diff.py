"""`captionkit diff`: compare a transcript with its article."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from captionkit.cli.options import (
    allow_private_option,
    compute_type_option,
    fail_on_option,
    is_failed,
    model_option,
    offline_option,
    policy_option,
    wanted_failures,
)
from captionkit.cli.show import telling
from captionkit.errors import EXIT_DONE, EXIT_FOUND

if TYPE_CHECKING:
    from captionkit.model import Finding, Policy


def _list_policies(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    """Print the policies and exit before click complains about missing arguments."""
    if wanted:
        from captionkit.cli.policies import tell_policies

        tell_policies()
        context.exit(EXIT_DONE)


@click.command()
@click.argument("transcript", type=click.Path(path_type=Path, readable=False))
@click.argument("article")
@click.option("--json", "as_json", is_flag=True, help='Print {"quotes": […]} as in the record.')
@policy_option
@click.option(
    "--list-policies",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list_policies,
    help="Print what each policy says about each kind of edit, with source and date.",
)
@fail_on_option
@model_option
@compute_type_option
@offline_option
@allow_private_option
def diff(
    transcript: Path,
    article: str,
    as_json: bool,
    policy: Policy | None,
    fail_on: str | None,
    model: str,
    compute_type: str,
    offline: bool,
    allow_private: bool,
) -> int:
    """Compare the quotes of ARTICLE with TRANSCRIPT.

    TRANSCRIPT is a record, .vtt, .srt, .ttml, .txt or a media file; ARTICLE is a page or an http(s) address. Prints
    each quote with its verdict, its time and the words that differ. Only a media file needs a model.
    """
    from captionkit.cli.show import progress
    from captionkit.pipeline.compare import compare_quotes
    from captionkit.pipeline.options import CaptionOptions

    failures = wanted_failures(fail_on, policy)
    options = CaptionOptions(
        article, model, compute_type=compute_type, offline=offline, allow_private=allow_private, policy=policy
    )
    with progress() as report:
        findings = compare_quotes(transcript, options, report)
    _tell(findings, as_json)
    return EXIT_FOUND if is_failed(findings, failures) else EXIT_DONE


@telling()
def _tell(findings: tuple[Finding, ...], as_json: bool) -> None:
    from captionkit.cli.show import console, print_findings
    from captionkit.record import quote_to_dict

    if as_json:
        click.echo(json.dumps({"quotes": [quote_to_dict(f) for f in findings]}, ensure_ascii=False, indent=2))
    elif findings:
        print_findings(console(), findings)
    else:
        click.echo("No quotation was found in the article.")
