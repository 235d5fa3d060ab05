"""Progress of a clip and of a batch on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from captionkit.cli.printing import visible

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from captionkit.library.batch import OnMessage
    from captionkit.library.ledger import Row
    from captionkit.library.process import Message
    from captionkit.pipeline.options import Report


@contextmanager
def clip_progress() -> Iterator[Report]:
    """A bar for each stage with the time left; nothing if standard error is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda stage, share: None
        return
    with _bars() as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, share: float | None) -> None:
            total = None if share is None else 1.0
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=share or 0.0, total=total)

        yield report


@contextmanager
def batch_progress(to_do: int) -> Iterator[OnMessage]:
    """A bar for the batch and one for each worker; if standard error is not a terminal, a line for each clip."""
    if not sys.stderr.isatty():
        yield _line_of_each_clip(to_do)
        return
    with _bars() as bars:
        yield _bar_of_each_worker(bars, to_do)


def _bars() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    share = TextColumn("{task.percentage:>3.0f} %")
    columns = (TextColumn("{task.description}"), BarColumn(), share, TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _line_of_each_clip(to_do: int) -> OnMessage:
    from captionkit.library.process import Done, Failed

    count = 0

    def on_message(worker: int, row: Row, message: Message) -> None:
        nonlocal count
        if isinstance(message, Done | Failed):
            count += 1
            click.echo(f"{count}/{to_do} {_outcome(row, message)}", err=True)

    return on_message


def _outcome(row: Row, message: Message) -> str:
    from captionkit.library.process import Failed

    end = f"failed: {message.reason}" if isinstance(message, Failed) else "done"
    return visible(f"{row.clip} {end}, {row.seconds or 0:.1f} s")


def _bar_of_each_worker(bars: Progress, to_do: int) -> OnMessage:
    from rich.markup import escape

    from captionkit.library.process import Done, Failed, Stage

    began = time.monotonic()
    whole = bars.add_task("clips", total=to_do)
    tasks: dict[int, TaskID] = {}

    def on_message(worker: int, row: Row, message: Message) -> None:
        if worker not in tasks:
            tasks[worker] = bars.add_task("", total=None)
        if isinstance(message, Failed):
            bars.console.print(_outcome(row, message), markup=False, highlight=False)
        if isinstance(message, Done | Failed):
            bars.advance(whole)
            done = bars.tasks[0].completed
            bars.update(whole, description=f"clips, {done / (time.monotonic() - began) * 60:.1f} per minute")
        elif isinstance(message, Stage):
            share = message.share
            name = escape(visible(f"{Path(row.clip).name}, {message.name}"))
            bars.update(tasks[worker], description=name, completed=share or 0.0, total=None if share is None else 1.0)

    return on_message
