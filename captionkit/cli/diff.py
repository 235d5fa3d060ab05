"""`captionkit diff`: a transcript held against its article."""

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
    from captionkit.pipeline import CaptionOptions


def _list_policies(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    """Print the policies and end, before arguments are missed."""
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
    help="Print what every policy says of each kind of edit, with source and date.",
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
    """Hold TRANSCRIPT against the quotes of ARTICLE.

    TRANSCRIPT is a record, .vtt, .srt, .ttml, .txt or a media file; ARTICLE is a page or an http(s) address. Prints
    each quote with its verdict, where it is said and which words differ. Only a media file needs a model.
    """
    from captionkit.article import ArticleOptions, read_article
    from captionkit.match import Heard, find_quotes
    from captionkit.match.policy.judge import with_policy
    from captionkit.transcripts import is_transcript, read_words, recorded_findings

    failures = wanted_failures(fail_on, policy)
    if is_transcript(transcript):
        page = read_article(article, ArticleOptions(allow_private=allow_private, offline=offline))
        words, language = read_words(transcript)
        findings = recorded_findings(transcript, page.sha256)
        if findings is None:
            findings = find_quotes(page.quotes, Heard(words, language), page.names)
        if policy:
            findings = with_policy(findings, policy, language)
    else:
        from captionkit.pipeline import CaptionOptions

        options = CaptionOptions(
            article,
            model,
            compute_type=compute_type,
            offline=offline,
            allow_private=allow_private,
            policy=policy,
        )
        findings = _heard_findings(transcript, options)
    _tell(findings, as_json)
    return EXIT_FOUND if is_failed(findings, failures) else EXIT_DONE


def _heard_findings(clip: Path, options: CaptionOptions) -> tuple[Finding, ...]:
    from captionkit.cli.show import progress
    from captionkit.errors import NoSpeechError
    from captionkit.pipeline import caption_clip

    with progress() as report:
        record = caption_clip(clip, options, report)
    if not record.transcript.words:
        raise NoSpeechError(clip, "no speech was heard in it", "Give the clip that the article goes with.")
    return record.findings


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
