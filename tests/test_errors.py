"""What a person is told when something goes wrong."""

from __future__ import annotations

import pytest

from captionkit import errors
from captionkit.errors import CaptionkitError, InputError, UsageError

KINDS = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, CaptionkitError)]


def test_the_exit_codes_are_those_that_scripts_rely_on() -> None:
    """A newsroom's script that publishes on 0 would publish what was not made."""
    assert (errors.EXIT_DONE, errors.EXIT_FOUND, errors.EXIT_USAGE) == (0, 1, 2)
    assert (errors.EXIT_INPUT, errors.EXIT_BATCH, errors.EXIT_INTERRUPTED) == (3, 4, 130)


def test_an_input_that_cannot_be_used_says_what_why_and_what_to_do() -> None:
    """The person at the terminal would not know which of their files is meant, or what to do about it."""
    error = InputError("clip.mp4", "the file is empty", "Copy it again.")
    assert str(error) == "clip.mp4: the file is empty. Copy it again."
    assert (error.source, error.reason, error.remedy) == ("clip.mp4", "the file is empty", "Copy it again.")
    assert error.exit_code == 3


@pytest.mark.parametrize("kind", [k for k in KINDS if issubclass(k, InputError)])
def test_every_fault_of_an_input_ends_with_3(kind: type[InputError]) -> None:
    """A script could not tell a bad clip from a wrong call."""
    assert kind("a", "b", "C.").exit_code == 3


def test_a_wrong_call_ends_with_2() -> None:
    """A typing error would look like a damaged clip."""
    assert UsageError("There is no style 'x'.").exit_code == 2


def test_all_errors_have_one_root() -> None:
    """A program that uses the library could not catch what captionkit raises on purpose in one line."""
    raised = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Exception)]
    assert raised == KINDS
