"""`captionkit batch` as it is called: what it refuses, and what it would do."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("gone", "-o", "out"), 3, "no such folder"),
        ((".", "-o", "out", "--workers", "0"), 2, "no number from 1 to 256"),
        ((".", "-o", "out", "--report", "r.txt"), 2, "neither a .json nor a .csv"),
        ((".",), 2, "Missing option"),
    ],
)
def test_wrong_calls_are_said(call, arguments: tuple[str, ...], code: int, said: str) -> None:
    """A slip in the call would look like an empty library."""
    called = call("batch", *arguments)
    assert called.code == code and said in called.err
