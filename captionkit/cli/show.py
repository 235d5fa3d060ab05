"""Print findings, checks and summaries: styled on a terminal, plain lines in a pipe."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from captionkit.model import VERDICTS, Finding, PartFinding, PolicyFinding, PolicyVerdict, Record, Verdict
from captionkit.timecode import clock

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from captionkit.pipeline.options import Report

VERDICT_STYLE: dict[Verdict, tuple[str, str]] = {
    "verbatim": ("✓", "green"),
    "tidied": ("✓", "green"),
    "elided": ("✓", "green"),
    "uncertain": ("?", "yellow"),
    "altered": ("✗", "red"),
    "not_found": ("–", "yellow"),
}
"""A sign and a colour for each verdict; the word itself is always printed beside them."""

POLICY_STYLE: dict[PolicyVerdict, str] = {
    "allowed": "green",
    "unknown": "yellow",
    "undecided": "yellow",
    "forbidden": "red",
}
"""A colour for each verdict of a policy."""

POLICY_COUNTED: dict[PolicyVerdict, str] = {
    "forbidden": "forbidden",
    "undecided": "undecided",
    "unknown": "not covered",
    "allowed": "allowed",
}
"""How the summary counts quotes by the policy's verdict, worst first."""


_CONTROL = dict.fromkeys((*range(10), *range(11, 32), *range(127, 160)), "�")


def visible(text: str) -> str:
    """A text without control characters, which could change the terminal's state; line feeds stay."""
    return text.translate(_CONTROL)


def console() -> Console:
    """Standard output for people: colours only on a terminal that has them, plain text elsewhere."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


@contextmanager
def telling() -> Iterator[None]:
    """A context for printing: a reader that closes the pipe, as `| head` does, ends the printing and nothing else."""
    try:
        yield
    except (BrokenPipeError, SystemExit):  # rich makes a SystemExit of a closed pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def progress() -> Iterator[Report]:
    """A progress line with the time left on standard error; nothing where that is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda stage, share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {}

        def report(stage: str, share: float | None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=1.0 if share is not None else None)
            bar.update(tasks[stage], completed=share or 0.0, total=1.0 if share is not None else None)

        yield report


def by_severity(findings: tuple[Finding, ...]) -> list[Finding]:
    """Findings, the worst first; `not_found` after `altered`, since it accuses nobody."""
    order = {v: VERDICTS.index(v) for v in VERDICTS} | {"not_found": VERDICTS.index("uncertain") - 0.5}
    return sorted(findings, key=lambda f: -order[f.verdict])


def print_findings(out: Console, findings: tuple[Finding, ...]) -> None:
    """Print every quote with its verdict, time, reason and the words that differ."""
    from rich.text import Text

    for finding in by_severity(findings):
        head = Text()
        sign, colour = VERDICT_STYLE[finding.verdict]
        head.append(f"{sign} {finding.verdict}", style=f"bold {colour}")
        head.append(f"  {finding.quote.id}  ", style="dim")
        head.append(finding.quote.speaker or ("a phrase" if finding.quote.kind == "phrase" else "speaker unclear"))
        if finding.reordered:
            head.append("  (printed in a different order)", style="yellow")
        _say(out, head)
        if finding.policy and finding.policy.edits:
            _say(out, _policy_lines(finding.policy), indented=True)
        for part in finding.parts:
            _say(out, _part_line(part, len(finding.parts) > 1), indented=True)


def _say(out: Console, text: Text, indented: bool = False) -> None:
    """Print a text without control characters. In a pipe lines are not wrapped or cut."""
    from rich.padding import Padding
    from rich.text import Text

    text.plain = visible(text.plain)
    if indented and out.is_terminal:
        out.print(Padding(text, (0, 0, 0, 2)))
    elif indented:
        out.print(Text("\n").join(Text("  ").append_text(line) for line in text.split("\n")))
    else:
        out.print(text)


def _part_line(part: PartFinding, several: bool) -> Text:
    from rich.text import Text

    line = Text()
    line.append(f"{', '.join(clock(s.start_ms) for s in part.spans) or '–'}  ", style="cyan")
    line.append(f"“{part.part.text}”")
    if several:
        line.append(f"  {part.verdict}", style=VERDICT_STYLE[part.verdict][1])
    if part.verdict != "verbatim":
        line.append(f"\n      {part.reason}", style="dim")
    for edit in part.edits:
        line.append("\n      ")
        if edit.published:
            line.append(f"printed “{edit.published}”", style="red")
        if edit.published and edit.heard:
            line.append(", ")
        if edit.heard:
            line.append(f"heard “{edit.heard}”", style="green")
        line.append(f"  ({edit.reason})", style="dim")
    if part.policy:
        line.append("\n      ").append_text(_policy_lines(part.policy, "\n      "))
    if part.elsewhere:
        line.append(f"\n      also at {', '.join(clock(s.start_ms) for s in part.elsewhere)}", style="dim")
    return line


def _policy_lines(held: PolicyFinding, between: str = "\n") -> Text:
    """What a policy says about a part, or about the order of a quote, one line each."""
    from rich.text import Text

    sentences = (Text(text, style=POLICY_STYLE[verdict]) for verdict, text in held.sentences)
    return Text(between).join(sentences)


def _policy_counts(record: Record) -> Iterator[str]:
    """How many quotes the policy of a record forbids, leaves open and allows."""
    if record.policy is None:
        return
    counts = Counter(finding.policy.verdict for finding in record.findings if finding.policy)
    told = [f"{counts[verdict]} {words}" for verdict, words in POLICY_COUNTED.items() if counts[verdict]]
    yield f"quotes under the policy of {record.policy.title}: {', '.join(told) or 'nothing to judge'}"


def print_summary(out: Console, record: Record, paths: tuple[Path, ...]) -> None:
    """Print counts, credits, respelt names, checks and files."""
    from rich.text import Text

    words = record.transcript.words
    model = record.transcript.model.name if record.transcript.model else "?"
    lines = [
        f"{len(words)} words, {len(record.cues)} cues, {clock(record.clip.duration_ms)}, "
        f"language {record.transcript.language} ({record.transcript.language_probability:.2f}), model {model}"
    ]
    lines += [f"{credit.role}: {', '.join(credit.names)}" for credit in record.credits]
    lines += _policy_counts(record)
    respelt = {f"{w.heard} → {w.text}" for w in words if w.heard}
    if respelt:
        lines.append("names spelt as in the article: " + "; ".join(sorted(respelt)))
    out.print()
    for line in lines:
        _say(out, Text(line))
    for check in record.checks:
        at = f"{clock(check.start_ms)}  " if check.start_ms is not None else ""
        _say(out, Text(f"check: {at}{check.message}", style="yellow" if check.level == "warning" else "red"))
    for path in paths:
        _say(out, Text(str(path), style="bold"))
