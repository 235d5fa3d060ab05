"""`captionkit batch` as it is called: what it refuses, and what it would do."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("gone", "-o", "out"), 3, "no such folder"),
        ((".", "-o", "out", "--workers", "0"), 2, "neither a number from 1 to 256"),
        ((".", "-o", "out", "--report", "r.txt"), 2, "neither a .json nor a .csv"),
        ((".",), 2, "Missing option"),
        ((".", "-o", "out", "--dask", "host:8786"), 2, "not an address such as tcp://host:8786"),
        ((".", "-o", "out", "--dask", "tcp://host:8786", "--workers", "2"), 2, "--workers is for this machine"),
    ],
)
def test_wrong_calls_are_said(call, arguments: tuple[str, ...], code: int, said: str) -> None:
    """A slip in the call would look like an empty library."""
    called = call("batch", *arguments)
    assert called.code == code and said in called.err


def test_numbers_that_this_machine_does_not_compute_with_are_refused_at_once(call) -> None:
    """Every clip of a library would be opened, and each fail with the same sentence."""
    called = call("batch", ".", "-o", "out", "--device", "cpu", "--compute-type", "int8_float16", "--dry-run")
    assert called.code == 2 and "int8_float16 cannot be computed on cpu here. Take one of: int8" in called.err
