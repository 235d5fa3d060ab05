"""Quotes laid beside what was said, and held against a policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from captionkit.match import MatchTranscript, find_quotes
from captionkit.match.policy.judge import with_policy
from captionkit.match.policy.load import load_policy
from captionkit.model import Finding, Part, Policy, PolicyCell, PolicyFinding, Quote, Word

Held = Callable[..., Finding]


def found(said: str, *texts: str) -> Finding:
    """The finding of one quote of some parts; word n is said from second n to n + 1."""
    words = tuple(Word(word, n * 1000, n * 1000 + 1000) for n, word in enumerate(said.split()))
    quote = Quote("q1", "speech", tuple(Part(text) for text in texts))
    return find_quotes((quote,), MatchTranscript(words, "en"))[0]


@pytest.fixture(scope="session")
def held() -> Held:
    """`held("ap", said, printed, …)`: the finding of a quote under a policy, or one of its name."""

    def hold(policy: str | Policy, said: str, *texts: str) -> Finding:
        policy = load_policy(policy) if isinstance(policy, str) else policy
        return with_policy((found(said, *texts),), policy, "en")[0]

    return hold


def policy_of(*cells: PolicyCell) -> Policy:
    """A policy of a house with these cells."""
    return Policy("house", "House", cells)


def rulings(told: PolicyFinding | None) -> list[tuple[str | None, str, bool]]:
    """Kind, verdict and whether an ellipsis marks it, of each ruling."""
    assert told is not None
    return [(ruling.kind, ruling.verdict, ruling.marked) for ruling in told.edits]


@pytest.fixture(scope="session")
def tools() -> tuple[Callable[..., Policy], Callable[..., list[tuple[str | None, str, bool]]]]:
    """`policy_of` and `rulings`."""
    return policy_of, rulings
