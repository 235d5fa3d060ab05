"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from captionkit.errors import UsageError
from captionkit.model import BROKEN_POLICY, COMPUTE_TYPES, VERDICTS

if TYPE_CHECKING:
    from captionkit.model import Finding, Policy


def _speaker_count(_context: click.Context, _parameter: click.Parameter, text: str) -> int | None:
    from captionkit.library.manifest import speaker_count

    try:
        return speaker_count(text)
    except UsageError as error:
        raise click.BadParameter(str(error)) from None


def wanted_failures(text: str | None, policy: Policy | None) -> frozenset[str]:
    """The verdicts, and `policy`, named in `altered,policy`; click's usage error names what is unknown."""
    names = frozenset(name.strip() for name in (text or "").split(",") if name.strip())
    unknown = sorted(names - {*VERDICTS, BROKEN_POLICY})
    if unknown:
        raise click.BadParameter(
            f"{', '.join(unknown)} is not a verdict; the verdicts are {', '.join(VERDICTS)}, "
            f"and {BROKEN_POLICY} stands for what --policy forbids.",
            param_hint="--fail-on",
        )
    if BROKEN_POLICY in names and policy is None:
        raise click.BadParameter(
            f"{BROKEN_POLICY} needs a policy: name one with --policy NAME, or give its file. "
            "`captionkit diff --list-policies` lists them.",
            param_hint="--fail-on",
        )
    return names


def is_failed(findings: Iterable[Finding], wanted: frozenset[str]) -> bool:
    """Whether `--fail-on` asks for any of the findings."""
    from captionkit.match.policy.judge import breaks_policy

    broken = BROKEN_POLICY in wanted
    return any(finding.verdict in wanted or (broken and breaks_policy(finding)) for finding in findings)


def _policy(_context: click.Context, _parameter: click.Parameter, text: str | None) -> Policy | None:
    from captionkit.match.policy.load import load_policy

    return None if text is None else load_policy(text)


model_option = click.option(
    "--model",
    default="auto",
    show_default=True,
    metavar="NAME|PATH",
    help="Weights: a name of `captionkit models list`, or a folder.",
)
device_option = click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda"]),
    default="auto",
    show_default=True,
    help="The device to compute on.",
)
compute_type_option = click.option(
    "--compute-type",
    type=click.Choice(COMPUTE_TYPES),
    default="auto",
    show_default=True,
    metavar="TYPE",
    help="Number format of the computation: int8 on a CPU, float16 on CUDA; float32 is slower and the same everywhere.",
)
language_option = click.option(
    "--language", metavar="CODE", help="The spoken language, such as `en`; detected by default."
)
style_option = click.option(
    "--style",
    default="netflix-en",
    show_default=True,
    metavar="NAME|FILE",
    help="Caption style: netflix-en, bbc, dcmp, wai, plain, or a .toml file of your own.",
)
formats_option = click.option(
    "--formats",
    metavar="LIST",
    help="What to write besides the record, such as `vtt,ttml`; by default vtt, srt, txt, html, qa.",
)
credit_option = click.option(
    "--credit",
    "credits",
    multiple=True,
    metavar="ROLE=NAME",
    help="A credit, such as `producer=Ana Oyelaran`; repeatable; takes precedence over the article's.",
)
speakers_option = click.option(
    "--speakers",
    default="auto",
    show_default=True,
    metavar="N|auto|off",
    callback=_speaker_count,
    help="How many people speak; `auto` finds out, `off` does not distinguish them.",
)
no_respell_option = click.option("--no-respell", is_flag=True, help="Keep the recogniser's spelling of names.")
offline_option = click.option("--offline", is_flag=True, help="Do not use the network.")
allow_private_option = click.option(
    "--allow-private", is_flag=True, help="Allow an article at an address of this machine or its private network."
)
force_option = click.option("--force", is_flag=True, help="Replace files that captionkit did not write.")
fail_on_option = click.option(
    "--fail-on",
    metavar="VERDICTS",
    help="Exit with code 1 if a quote has one of these verdicts, such as `altered,not_found`; `policy` stands for "
    "a quote that breaks the --policy.",
)
policy_option = click.option(
    "--policy",
    metavar="NAME|FILE",
    callback=_policy,
    help="Check quotations against a newsroom's policy: ap, guardian, nyt, reuters, wsj, or a .toml file of your own. "
    "Verdicts, words and captions do not change.",
)
