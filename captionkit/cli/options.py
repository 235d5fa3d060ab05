"""Options that several commands have, each defined once, and passed to a command as one object."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from captionkit.errors import UsageError
from captionkit.model import BROKEN_POLICY, COMPUTE_TYPES, VERDICTS

if TYPE_CHECKING:
    from captionkit.model import Credit, Finding, Policy
    from captionkit.pipeline.options import CaptionOptions

ANY_PATH = click.Path(path_type=Path, readable=False)
"""A path that is not checked by click, since our own messages say what to do."""


@dataclass(frozen=True, slots=True)
class SharedOptions:
    """What was given with the options of `SHARED` that a command has.

    `caption` says how a clip is captioned, except for what only one command can say. `names` are the outputs to write,
    `force` whether files that captionkit did not write may be replaced, `failures` what `--fail-on` names.
    """

    caption: CaptionOptions
    names: tuple[str, ...] = ()
    force: bool = False
    failures: frozenset[str] = frozenset()

    def is_failed(self, findings: Iterable[Finding]) -> bool:
        """Whether one of the findings is what `--fail-on` names."""
        from captionkit.match.policy.judge import breaks_policy

        broken = BROKEN_POLICY in self.failures
        return any(finding.verdict in self.failures or (broken and breaks_policy(finding)) for finding in findings)


class SharedCommand(click.Command):
    """A command that gets its options of `SHARED` as one `SharedOptions`, its argument `shared`."""

    def invoke(self, ctx: click.Context) -> Any:
        """Call the command."""
        given = {name: ctx.params.pop(name) for name in SHARED if name in ctx.params}
        ctx.params["shared"] = _shared_options(given)
        return super().invoke(ctx)


def shared_options(*names: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """A decorator that adds options of `SHARED` to a `SharedCommand`, in the order of `names`."""

    def add(command: Callable[..., int]) -> Callable[..., int]:
        for name in reversed(names):
            command = SHARED[name](command)
        return command

    return add


def _shared_options(given: dict[str, Any]) -> SharedOptions:
    from captionkit.pipeline.options import CaptionOptions

    caption = {field.name: given[field.name] for field in fields(CaptionOptions) if field.name in given}
    failures = _failures(given.get("fail_on"), given.get("policy"))
    return SharedOptions(CaptionOptions(**caption), given.get("formats", ()), given.get("force", False), failures)


def _failures(text: str | None, policy: Policy | None) -> frozenset[str]:
    """The verdicts, and `policy`, that `altered,policy` names."""
    names = frozenset(name.strip() for name in (text or "").split(",") if name.strip())
    if unknown := sorted(names - {*VERDICTS, BROKEN_POLICY}):
        raise click.BadParameter(
            f"{', '.join(unknown)} is not a verdict; the verdicts are {', '.join(VERDICTS)}, "
            f"and {BROKEN_POLICY} stands for what --policy forbids.",
            click.get_current_context(),
            param_hint="--fail-on",
        )
    if BROKEN_POLICY in names and policy is None:
        raise click.BadParameter(
            f"{BROKEN_POLICY} needs a policy: name one with --policy NAME, or give its file. "
            "`captionkit diff --list-policies` prints those that captionkit has.",
            click.get_current_context(),
            param_hint="--fail-on",
        )
    return names


def _formats(_context: click.Context, _parameter: click.Parameter, text: str | None) -> tuple[str, ...]:
    from captionkit.publish import USUAL_NAMES, output_names

    return USUAL_NAMES if text is None else output_names(text)


def _credits(_context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]) -> tuple[Credit, ...]:
    from captionkit.article import parse_credit_option

    return tuple(parse_credit_option(text) for text in texts)


def _speakers(_context: click.Context, _parameter: click.Parameter, text: str) -> int | None:
    from captionkit.text import speaker_count

    try:
        return speaker_count(text)
    except UsageError as error:
        raise click.BadParameter(str(error)) from None


def _policy(_context: click.Context, _parameter: click.Parameter, text: str | None) -> Policy | None:
    from captionkit.match.policy.load import load_policy

    return None if text is None else load_policy(text)


SHARED = {
    "model": click.option(
        "--model",
        default="auto",
        show_default=True,
        metavar="NAME|PATH",
        help="Weights: a name from `captionkit models list`, or a folder.",
    ),
    "device": click.option(
        "--device",
        type=click.Choice(["auto", "cpu", "cuda"]),
        default="auto",
        show_default=True,
        help="The device that computes.",
    ),
    "compute_type": click.option(
        "--compute-type",
        type=click.Choice(COMPUTE_TYPES),
        default="auto",
        show_default=True,
        metavar="TYPE",
        help="Number format: int8 on a CPU, float16 on CUDA; float32 is slower and gives the same result everywhere.",
    ),
    "language": click.option(
        "--language", metavar="CODE", help="The language spoken, such as `en`; detected if not given."
    ),
    "style": click.option(
        "--style",
        default="netflix-en",
        show_default=True,
        metavar="NAME|FILE",
        help="Caption style: netflix-en, bbc, dcmp, wai, plain, or your own .toml file.",
    ),
    "formats": click.option(
        "--formats",
        metavar="LIST",
        callback=_formats,
        help="What to write in addition to the record, such as `vtt,ttml`; by default vtt, srt, txt, html, qa.",
    ),
    "credits": click.option(
        "--credit",
        "credits",
        multiple=True,
        metavar="ROLE=NAME",
        callback=_credits,
        help="A credit, such as `producer=Ana Oyelaran`; repeatable; takes precedence over the article's.",
    ),
    "speakers": click.option(
        "--speakers",
        default="auto",
        show_default=True,
        metavar="N|auto|off",
        callback=_speakers,
        help="How many people speak; `auto` finds out, `off` does not distinguish speakers.",
    ),
    "respell": click.option(
        "--no-respell",
        "respell",
        flag_value=False,
        type=bool,
        default=True,
        help="Do not correct the spelling of names from the article.",
    ),
    "offline": click.option("--offline", is_flag=True, help="Use no network."),
    "allow_private": click.option(
        "--allow-private", is_flag=True, help="Allow article addresses on this machine or in its private network."
    ),
    "force": click.option("--force", is_flag=True, help="Replace files that captionkit did not write."),
    "policy": click.option(
        "--policy",
        metavar="NAME|FILE",
        callback=_policy,
        help="Check quotations against a quotation policy: ap, guardian, nyt, reuters, wsj, or your own .toml file. "
        "Verdicts, words and captions stay the same.",
    ),
    "fail_on": click.option(
        "--fail-on",
        metavar="VERDICTS",
        help="End with exit code 1 if a quote has one of these verdicts, such as `altered,not_found`; `policy` stands "
        "for a quote that the --policy forbids.",
    ),
}
"""Name → option.

To add an option that several commands have:

1. Enter it here; its name is that of its parameter, and a callback turns its text into the value at once.
2. If it says how a clip is captioned, name it as the field of `CaptionOptions`; else add it to `SharedOptions`.
3. Name it in `@shared_options` of each command that has it.
4. Run `make docs`, which updates docs/cli.md.
"""
CLIP_OPTIONS = tuple(SHARED)
"""The options of the commands that caption clips."""
