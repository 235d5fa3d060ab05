"""Print findings, credits, checks and policies: formatted on a terminal, as plain lines in a pipe."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from captionkit.model import (
    Finding,
    PartFinding,
    PolicyFinding,
    PolicyVerdict,
    Record,
    Verdict,
    severity,
)
from captionkit.timecode import clock

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

VERDICT_STYLE: dict[Verdict, tuple[str, str]] = {
    "verbatim": ("✓", "green"),
    "tidied": ("✓", "green"),
    "elided": ("✓", "green"),
    "uncertain": ("?", "yellow"),
    "altered": ("✗", "red"),
    "not_found": ("–", "yellow"),
}
"""A symbol and a colour for each verdict, always printed with the word itself."""

POLICY_STYLE: dict[PolicyVerdict, str] = {
    "allowed": "green",
    "unknown": "yellow",
    "undecided": "yellow",
    "forbidden": "red",
}
"""The colour of what a policy says."""

POLICY_COUNTED: dict[PolicyVerdict, str] = {
    "forbidden": "forbidden",
    "undecided": "undecided",
    "unknown": "not covered",
    "allowed": "allowed",
}
"""What a policy says of quotes, in the words of their counts, the worst first."""

_CONTROL = dict.fromkeys((*range(10), *range(11, 32), *range(127, 160)), "�")


def visible(text: str) -> str:
    """A text without control characters, which could be commands to the terminal; line feeds stay."""
    return text.translate(_CONTROL)


def console() -> Console:
    """Standard output for people: colours if it is a terminal that has them, else plain text."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


@contextmanager
def printing() -> Iterator[None]:
    """For code that prints: if the reader closes the pipe, as `| head` does, printing ends and nothing else changes."""
    try:
        yield
    except (BrokenPipeError, SystemExit):  # rich raises SystemExit for a closed pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_findings(out: Console, findings: tuple[Finding, ...]) -> None:
    """Every quote with its verdict, time, reason and the words that differ."""
    from rich.text import Text

    for finding in sorted(findings, key=lambda finding: -severity(finding.verdict)):
        head = Text()
        sign, colour = VERDICT_STYLE[finding.verdict]
        head.append(f"{sign} {finding.verdict}", style=f"bold {colour}")
        head.append(f"  {finding.quote.id}  ", style="dim")
        head.append(finding.quote.speaker or ("a phrase" if finding.quote.kind == "phrase" else "speaker unclear"))
        if finding.reordered:
            head.append("  (printed in a different order)", style="yellow")
        _print(out, head)
        if finding.policy and finding.policy.edits:
            _print(out, _policy_lines(finding.policy), indented=True)
        for part in finding.parts:
            _print(out, _part_line(part, len(finding.parts) > 1), indented=True)


def _print(out: Console, text: Text, indented: bool = False) -> None:
    """Print a text without control characters; in a pipe without padding, which would cut long lines."""
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


def _policy_lines(policy: PolicyFinding, between: str = "\n") -> Text:
    """What a policy says of a part, or of the order of a quote, one sentence a line."""
    from rich.text import Text

    sentences = (Text(text, style=POLICY_STYLE[verdict]) for verdict, text in policy.sentences)
    return Text(between).join(sentences)


def _policy_counts(record: Record) -> Iterator[str]:
    """How many quotes of a record its policy forbids, does not decide on and allows."""
    if record.policy is None:
        return
    counts = Counter(finding.policy.verdict for finding in record.findings if finding.policy)
    counted = [f"{counts[verdict]} {words}" for verdict, words in POLICY_COUNTED.items() if counts[verdict]]
    yield f"quotes under the policy of {record.policy.title}: {', '.join(counted) or 'nothing to judge'}"


def print_summary(out: Console, record: Record, paths: tuple[Path, ...]) -> None:
    """Print counts, credits, corrected names, what to check, and the files."""
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
        _print(out, Text(line))
    for check in record.checks:
        at = f"{clock(check.start_ms)}  " if check.start_ms is not None else ""
        _print(out, Text(f"check: {at}{check.message}", style="yellow" if check.level == "warning" else "red"))
    for path in paths:
        _print(out, Text(str(path), style="bold"))


@printing()
def print_policies() -> None:
    """Print every policy of captionkit: what it says of each kind of edit, with source, date and address."""
    from captionkit.match.policy.load import load_policy, policy_names
    from captionkit.model import POLICY_KINDS, policy_source

    for name in policy_names():
        policy = load_policy(name)
        click.echo(f"{name}: {policy.title} (sources looked up on {policy.checked})")
        for kind, what in POLICY_KINDS.items():
            cell = policy.cell(kind)
            marked = f"; {cell.with_ellipsis} at an ellipsis" if cell.with_ellipsis else ""
            click.echo(f"  {kind} = {cell.state}{marked}    {what}")
            for line in filter(None, (cell.says, policy_source(cell), cell.url)):
                click.echo(f"      {line}")
        click.echo()
