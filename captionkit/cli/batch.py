"""`captionkit batch`: caption a library of clips."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from captionkit.cli.options import ANY_PATH, CLIP_OPTIONS, SharedCommand, SharedOptions, shared_options
from captionkit.cli.printing import printing, visible
from captionkit.errors import EXIT_BATCH, EXIT_DONE, EXIT_FOUND, UsageError

if TYPE_CHECKING:
    from captionkit.library.batch import Task
    from captionkit.library.ledger import Row
    from captionkit.library.plan import Plan

NEEDS = {
    "new": "caption",
    "changed": "caption again, since it or its settings changed",
    "unfinished": "caption, not reached by an earlier batch",
    "retry": "try again",
    "done": "skip, done",
    "failed": "skip, failed before (--retry-failed tries again)",
}
"""Why a clip is captioned or not, in the words of `--dry-run`."""


def _worker_count(_context: click.Context, _parameter: click.Parameter, text: str) -> int | None:
    """The number of workers that `N` or `auto` (None) asks for."""
    if text == "auto":
        return None
    if text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= 256:
        return int(text)
    raise click.BadParameter(f"{text!r} is neither a number from 1 to 256 nor `auto`.")


def _dask_address(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    if text is None or re.fullmatch(r"(tcp|tls)://\S{1,250}:\d{1,5}", text):
        return text
    raise click.BadParameter(f"{text!r} is not an address such as tcp://host:8786 or tls://host:8786.")


@click.command(cls=SharedCommand)
@click.argument("library", type=ANY_PATH)
@click.option(
    "-o",
    "--output",
    "out",
    type=ANY_PATH,
    metavar="OUT",
    required=True,
    help="The folder for all outputs and the ledger, library.sqlite.",
)
@click.option("--dry-run", is_flag=True, help="Print what would be done with each clip, and do nothing.")
@click.option("--retry-failed", is_flag=True, help="Retry the clips that failed before.")
@click.option(
    "--workers",
    default="auto",
    show_default=True,
    metavar="N|auto",
    callback=_worker_count,
    help="How many clips at once; `auto` depends on cores and memory.",
)
@click.option(
    "--dask",
    metavar="ADDRESS",
    callback=_dask_address,
    help="Use the workers of a Dask scheduler, such as tcp://host:8786.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=20.0,
    show_default=True,
    metavar="TIMES",
    help="How many times its length a clip may take, plus five minutes, before it counts as failed.",
)
@click.option("--report", type=click.Path(path_type=Path), metavar="FILE", help="Write a report, .json or .csv.")
@shared_options(*CLIP_OPTIONS)
def batch(
    library: Path,
    out: Path,
    dry_run: bool,
    retry_failed: bool,
    workers: int | None,
    dask: str | None,
    time_limit: float,
    report: Path | None,
    shared: SharedOptions,
) -> int:
    """Caption every clip of LIBRARY, a folder or a manifest (.csv, .jsonl).

    In a folder, a clip is paired with STEM.html, .htm, .txt or .md beside it, else with article.* in its folder. A
    manifest has the columns clip and article, any credit role, and language, style, speakers or audio_stream. For each
    clip, OUT gets what `run` writes. An interrupted batch resumes where it stopped. The exit code is 4 if a clip failed
    or was left out, else 1 if a clip, captioned now or before, has what --fail-on names.
    """
    from captionkit.cli.progress import batch_progress
    from captionkit.library.batch import BatchOptions, caption_library, tasks_of, weights_for
    from captionkit.library.cluster import Cluster
    from captionkit.library.plan import make_plan
    from captionkit.library.pool import Limits
    from captionkit.library.report import failing_clips
    from captionkit.publish import OutputOptions

    _require_report(report)
    if dask is not None and workers is not None:
        raise UsageError("--workers is for this machine; with --dask, the cluster decides how many clips run at once.")
    options = BatchOptions(
        shared.caption,
        OutputOptions(out, shared.names, shared.force),
        workers,
        retry_failed,
        Limits(times_length=time_limit),
        cluster=None if dask is None else Cluster(dask, gpu=shared.caption.device == "cuda"),
    )
    plan = make_plan(library, out)
    weights = weights_for(options)
    tasks = tasks_of(plan, options, weights.sha256)
    if dry_run:
        _print_plan(plan, tasks)
        return EXIT_DONE
    click.echo(_counts(tasks, plan), err=True)
    with batch_progress(sum(task.to_do for task in tasks)) as on_message:
        rows = caption_library(plan, options, weights, on_message)
    _write_report(rows, plan, report)
    failing = failing_clips(out, rows, shared.failures)
    _print_result(rows, plan, failing)
    if plan.problems or any(row.state == "failed" for row in rows):
        return EXIT_BATCH
    return EXIT_FOUND if failing else EXIT_DONE


def _require_report(path: Path | None) -> None:
    from captionkit.library.report import REPORTS

    if path is not None and path.suffix.lower() not in REPORTS:
        raise UsageError(f"--report {path} is neither a .json nor a .csv file.")


@printing()
def _print_plan(plan: Plan, tasks: tuple[Task, ...]) -> None:
    for task in tasks:
        article = f" with {task.entry.article}" if task.entry.article else ", no article"
        click.echo(visible(f"{task.entry.clip}{article} → {task.entry.output}: {NEEDS[task.need]}"))
    for problem in plan.problems:
        click.echo(visible(f"{problem.where}: left out, {problem.reason}"))
    click.echo(_counts(tasks, plan))


def _counts(tasks: tuple[Task, ...], plan: Plan) -> str:
    to_do, done = sum(task.to_do for task in tasks), sum(task.need == "done" for task in tasks)
    with_article = sum(task.to_do and task.entry.article is not None for task in tasks)
    failed = len(tasks) - to_do - done
    return (
        f"{len(tasks)} clip{'' if len(tasks) == 1 else 's'}: "
        f"{to_do} to caption, {with_article} of them with an article; "
        f"{done} done and {failed} failed before; {len(plan.problems)} left out"
    )


def _write_report(rows: tuple[Row, ...], plan: Plan, report: Path | None) -> None:
    from captionkit.files import write_all
    from captionkit.library.report import report_text

    if report is not None:
        text = report_text(rows, plan.problems, report.suffix.lower())
        write_all({report: text.encode("utf-8", "replace")})


@printing()
def _print_result(rows: tuple[Row, ...], plan: Plan, failing: tuple[str, ...]) -> None:
    from captionkit.library.report import summary_lines

    for line in (*summary_lines(rows, plan.problems), *(f"--fail-on: {clip}" for clip in failing)):
        click.echo(visible(line))
