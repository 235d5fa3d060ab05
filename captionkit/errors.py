"""The errors of captionkit, with messages for the person at the terminal.

Every error is a `CaptionkitError`. Its message says what failed, on which file, and what to do; `exit_code` is the
exit code of a command (docs/files.md, "Exit codes").
"""

from __future__ import annotations

from pathlib import Path

EXIT_DONE = 0
EXIT_FOUND = 1
EXIT_USAGE = 2
EXIT_INPUT = 3
EXIT_BATCH = 4
EXIT_FAULT = 70
EXIT_INTERRUPTED = 130


class CaptionkitError(Exception):
    """Base class of every error that captionkit raises on purpose."""

    exit_code = EXIT_INPUT


class UsageError(CaptionkitError):
    """The call is wrong: an unknown name, or options that contradict each other."""

    exit_code = EXIT_USAGE


class InputError(CaptionkitError):
    """An input that cannot be used.

    Args:
        source: the file or address, as the user gave it.
        reason: what is wrong with it, without a full stop at the end.
        remedy: what to do, as a sentence.
    """

    def __init__(self, source: str | Path, reason: str, remedy: str) -> None:
        """Store the three parts and join them into one message."""
        self.source, self.reason, self.remedy = str(source), reason, remedy
        super().__init__(f"{self.source}: {reason}. {remedy}")


class MediaError(InputError):
    """The clip cannot be opened or decoded, or has no audio."""


class NoSpeechError(InputError):
    """The clip has audio, but no speech was detected."""


class ArticleError(InputError):
    """The article cannot be fetched or read."""


class WeightsError(InputError):
    """The model's weights are missing, damaged or cannot be downloaded."""


class FormatError(InputError):
    """A caption file, transcript or record cannot be read."""


class OverwriteError(InputError):
    """An output would replace a file that captionkit did not write, or that was edited since."""
