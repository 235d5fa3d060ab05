"""What a newsroom's policy says about quotes, for the QA report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from captionkit.model import (
    POLICY_KINDS,
    POLICY_PHRASES,
    Policy,
    PolicyCell,
    PolicyFinding,
    PolicyVerdict,
    Record,
    policy_source,
)

POLICY_SYMBOLS: dict[PolicyVerdict, str] = {"forbidden": "✕", "undecided": "?", "unknown": "–", "allowed": "✓"}
"""A symbol for what a policy says; the words are always beside it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Something that the policy says, as a sentence with its verdict."""

    verdict: PolicyVerdict
    sentence: str

    @property
    def symbol(self) -> str:
        """The symbol of its verdict."""
        return POLICY_SYMBOLS[self.verdict]


def statements(finding: PolicyFinding | None) -> tuple[Statement, ...]:
    """Everything that the policy says about a part, or about the order of a quote."""
    found = finding.sentences if finding else ()
    return tuple(Statement(verdict, f"{_capitalised(text)}.") for verdict, text in found)


def summary(verdict: PolicyVerdict, title: str) -> Statement:
    """A verdict of the policy with this title, in a few words."""
    return Statement(verdict, _capitalised(POLICY_PHRASES[verdict].format(title)))


def summary_counts(record: Record) -> tuple[tuple[Statement, int], ...]:
    """How many quotes the policy forbids, leaves open and allows."""
    if record.policy is None:
        return ()
    title = record.policy.title
    counts = Counter(finding.policy.verdict for finding in record.findings if finding.policy)
    return tuple((summary(verdict, title), counts[verdict]) for verdict in POLICY_PHRASES if counts[verdict])


def cell_rows(policy: Policy) -> Iterable[tuple[str, str, PolicyCell, str]]:
    """What the policy says about each kind of edit: the kind, the state, the cell, and its source."""
    for kind, what in POLICY_KINDS.items():
        cell = policy.cell(kind)
        marked = f"; at an ellipsis {cell.with_ellipsis}" if cell.with_ellipsis else ""
        yield _capitalised(what), f"{cell.state}{marked}", cell, policy_source(cell)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
