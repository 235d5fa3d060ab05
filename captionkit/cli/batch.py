"""`captionkit batch`: a library of clips."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
    language_option,
    model_option,
    no_respell_option,
    offline_option,
    policy_option,
    speakers_option,
    style_option,
    wanted_failures,
)
from captionkit.cli.show import telling, visible
from captionkit.errors import EXIT_BATCH, EXIT_DONE, EXIT_FOUND, UsageError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from captionkit.library.batch import Task, Tell
    from captionkit.library.jobs import Message
    from captionkit.library.ledger import Row
    from captionkit.library.planned_clips import Plan
    from captionkit.model import Policy

NEEDS = {
    "new": "caption",
    "changed": "caption again, since it or its settings changed",
    "unfinished": "caption, not reached by an earlier batch",
    "retry": "try again",
    "done": "skip, done",
    "failed": "skip, failed before (--retry-failed tries again)",
}
"""Why a clip is captioned or not, as `--dry-run` prints it."""


@click.command()
@click.argument("library", type=click.Path(path_type=Path, readable=False))
@click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(path_type=Path, readable=False),
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
    callback=lambda _context, _parameter, text: _worker_count(text),
    help="How many clips at once; `auto` depends on cores and memory.",
)
@click.option(
    "--dask",
    metavar="ADDRESS",
    callback=lambda _context, _parameter, text: _dask_address(text),
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
@model_option
@device_option
@compute_type_option
@language_option
@style_option
@formats_option
@credit_option
@speakers_option
@no_respell_option
@offline_option
@allow_private_option
@force_option
@policy_option
@fail_on_option
def batch(
    library: Path,
    out: Path,
    dry_run: bool,
    retry_failed: bool,
    workers: int | None,
    dask: str | None,
    time_limit: float,
    report: Path | None,
    model: str,
    device: str,
    compute_type: str,
    language: str | None,
    style: str,
    formats: str | None,
    credits: tuple[str, ...],
    speakers: int | None,
    no_respell: bool,
    offline: bool,
    allow_private: bool,
    force: bool,
    policy: Policy | None,
    fail_on: str | None,
) -> int:
    """Caption every clip of LIBRARY, a folder or a manifest (.csv, .jsonl).

    In a folder, a clip is paired with STEM.html, .htm, .txt or .md beside it, else with article.* in its folder. A
    manifest has the columns clip and article, any credit role, and language, style, speakers or audio_stream. For each
    clip, OUT gets what `run` writes. An interrupted batch resumes where it stopped. The exit code is 4 if a clip failed
    or was left out, else 1 if a clip, captioned now or before, has what --fail-on names.
    """
    from captionkit.article import parse_credit_option
    from captionkit.library.batch import BatchOptions, caption_library, tasks_of, weights_for
    from captionkit.library.cluster import Cluster
    from captionkit.library.failing import failing_clips
    from captionkit.library.plan import make_plan
    from captionkit.library.pool import Limits
    from captionkit.pipeline.options import CaptionOptions
    from captionkit.publish import USUAL_NAMES, OutputOptions, output_names

    _require_report(report)
    failures = wanted_failures(fail_on, policy)
    if dask is not None and workers is not None:
        raise UsageError("--workers is for this machine; with --dask, the cluster decides how many clips run at once.")
    names = USUAL_NAMES if formats is None else output_names(formats)
    options = BatchOptions(
        CaptionOptions(
            model=model,
            device=device,
            compute_type=compute_type,
            language=language,
            style=style,
            credits=tuple(parse_credit_option(credit) for credit in credits),
            respell=not no_respell,
            speakers=speakers,
            offline=offline,
            allow_private=allow_private,
            policy=policy,
        ),
        OutputOptions(out, names, force),
        workers,
        retry_failed,
        Limits(times_length=time_limit),
        cluster=None if dask is None else Cluster(dask, gpu=device == "cuda"),
    )
    plan = make_plan(library, out)
    weights = weights_for(options)
    tasks = tasks_of(plan, options, weights.sha256)
    if dry_run:
        _tell_plan(plan, tasks)
        return EXIT_DONE
    click.echo(_counted(tasks, plan), err=True)
    with _progress(sum(task.to_do for task in tasks)) as tell:
        rows = caption_library(plan, options, weights, tell)
    ended, failing = _ended(rows, plan, report), failing_clips(out, rows, failures)
    _tell_failing(failing)
    return EXIT_FOUND if failing and ended == EXIT_DONE else ended


def _worker_count(text: str) -> int | None:
    """The number of processes in `N`, None for `auto`; click's usage error for any other text."""
    if text == "auto":
        return None
    if text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= 256:
        return int(text)
    raise click.BadParameter(f"{text!r} is neither a number from 1 to 256 nor `auto`.")


def _dask_address(text: str | None) -> str | None:
    if text is None or re.fullmatch(r"(tcp|tls)://\S{1,250}:\d{1,5}", text):
        return text
    raise click.BadParameter(f"{text!r} is not an address such as tcp://host:8786 or tls://host:8786.")


def _require_report(path: Path | None) -> None:
    from captionkit.library.summary import REPORTS

    if path is not None and path.suffix.lower() not in REPORTS:
        raise UsageError(f"--report {path} is neither a .json nor a .csv file.")


@telling()
def _tell_plan(plan: Plan, tasks: tuple[Task, ...]) -> None:
    for task in tasks:
        article = f" with {task.entry.article}" if task.entry.article else ", no article"
        click.echo(visible(f"{task.entry.clip}{article} → {task.entry.output}: {NEEDS[task.need]}"))
    for problem in plan.problems:
        click.echo(visible(f"{problem.where}: left out, {problem.reason}"))
    click.echo(_counted(tasks, plan))


def _counted(tasks: tuple[Task, ...], plan: Plan) -> str:
    to_do, done = sum(task.to_do for task in tasks), sum(task.need == "done" for task in tasks)
    with_article = sum(task.to_do and task.entry.article is not None for task in tasks)
    failed = len(tasks) - to_do - done
    return (
        f"{len(tasks)} clips: {to_do} to caption, {with_article} of them with an article; "
        f"{done} done and {failed} failed before; {len(plan.problems)} left out"
    )


def _ended(rows: tuple[Row, ...], plan: Plan, report: Path | None) -> int:
    from captionkit.files import write_all
    from captionkit.library.summary import report_text, summary_lines

    if report is not None:
        text = report_text(rows, plan.problems, report.suffix.lower())
        write_all({report: text.encode("utf-8", "replace")})
    with telling():
        click.echo(visible("\n".join(summary_lines(rows, plan.problems))))
    return EXIT_BATCH if plan.problems or any(row.state == "failed" for row in rows) else EXIT_DONE


@telling()
def _tell_failing(clips: tuple[str, ...]) -> None:
    for clip in clips:
        click.echo(visible(f"--fail-on: {clip}"))


@contextmanager
def _progress(to_do: int) -> Iterator[Tell]:
    """Report progress: a bar with a line per process on a terminal, else one log line per clip."""
    if not sys.stderr.isatty():
        yield _logged(to_do)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    share = TextColumn("{task.percentage:>3.0f} %")
    columns = (TextColumn("{task.description}"), BarColumn(), share, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _shown(bar, to_do)


def _logged(to_do: int) -> Tell:
    from captionkit.library.jobs import Done, Failed

    count = 0

    def tell(worker: int, row: Row, message: Message) -> None:
        nonlocal count
        if isinstance(message, Done | Failed):
            count += 1
            click.echo(f"{count}/{to_do} {_outcome(row, message)}", err=True)

    return tell


def _outcome(row: Row, message: Message) -> str:
    from captionkit.library.jobs import Failed

    end = f"failed: {message.reason}" if isinstance(message, Failed) else "done"
    return visible(f"{row.clip} {end}, {row.seconds or 0:.1f} s")


def _shown(bar: Progress, to_do: int) -> Tell:
    from rich.markup import escape

    from captionkit.library.jobs import Done, Failed, Stage

    began = time.monotonic()
    whole = bar.add_task("clips", total=to_do)
    lines: dict[int, TaskID] = {}

    def tell(worker: int, row: Row, message: Message) -> None:
        if worker not in lines:
            lines[worker] = bar.add_task("", total=None)
        if isinstance(message, Failed):
            bar.console.print(_outcome(row, message), markup=False, highlight=False)
        if isinstance(message, Done | Failed):
            bar.advance(whole)
            done = bar.tasks[0].completed
            bar.update(whole, description=f"clips, {done / (time.monotonic() - began) * 60:.1f} a minute")
        elif isinstance(message, Stage):
            share = message.share
            name = escape(visible(f"{Path(row.clip).name}, {message.name}"))
            bar.update(lines[worker], description=name, completed=share or 0.0, total=None if share is None else 1.0)

    return tell
