"""Weights from the hub, each at one commit; the only place in captionkit that goes there.

`HF_ENDPOINT` chooses another address that speaks the hub's language, `HF_TOKEN` a login, as huggingface_hub
documents them.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue

from captionkit.errors import WeightsError
from captionkit.speech.weights.catalogue import KnownModel

ANSWER_S = 4.0
"""How long the hub may take for its first answer."""

_DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS})


class HubError(WeightsError):
    """The hub does not answer, refuses, or breaks off."""


def endpoint() -> str:
    """The hub's address."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def fetch(model: KnownModel, folder: Path) -> None:
    """Download every file of a known model into `folder`, going on where an earlier try broke off.

    Shows progress where stderr is a terminal. What arrives is not checked here.

    Raises:
        HubError: the hub does not answer within `ANSWER_S`, refuses, or breaks off.
        OSError: the disk takes no more.
    """
    from huggingface_hub import hf_hub_download

    with _quiet_library():
        try:
            _require_answer(model)
            for file in model.files:
                hf_hub_download(
                    model.repository,
                    file.name,
                    revision=model.revision,
                    local_dir=folder,
                    endpoint=endpoint(),
                    etag_timeout=ANSWER_S,
                )
        except Exception as error:
            if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
                raise
            raise HubError(
                model.name, _reason(error, model), f"Try again later: `captionkit models get {model.name}`."
            ) from error
    shutil.rmtree(folder / ".cache", ignore_errors=True)


def _require_answer(model: KnownModel) -> None:
    """Ask once whether the hub has this commit: its library would go on asking for half a minute."""
    from huggingface_hub import HfApi

    api = HfApi(endpoint=endpoint())
    _within(ANSWER_S, lambda: api.model_info(model.repository, revision=model.revision, timeout=ANSWER_S))


def _within(seconds: float, call: Callable[[], object]) -> None:
    """Wait for a call at most so long, whatever it hangs on: name look-up and slow answers too.

    Raises:
        TimeoutError: it is not back yet; it goes on in a thread that does not hold up the program's end.
    """
    outcome: SimpleQueue[Exception | None] = SimpleQueue()

    def run() -> None:
        try:
            call()
        except Exception as error:
            outcome.put(error)
        else:
            outcome.put(None)

    threading.Thread(target=run, daemon=True).start()
    try:
        error = outcome.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"no answer within {seconds} s") from None
    if error is not None:
        raise error


def _reason(error: Exception, model: KnownModel) -> str:
    """Why the hub gave nothing, as the middle of a sentence."""
    from huggingface_hub import errors

    if isinstance(error, errors.OfflineModeIsEnabled):
        return "HF_HUB_OFFLINE forbids the way to the hub"
    if isinstance(error, errors.LocalEntryNotFoundError):
        return f"{endpoint()} does not answer any more"
    if isinstance(error, errors.RepositoryNotFoundError | errors.RevisionNotFoundError | errors.EntryNotFoundError):
        return f"{endpoint()} has no {model.repository} at {model.revision[:8]}, or keeps it behind a login"
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"{endpoint()} answers with HTTP status {status}"
    if "Consistency check" in str(error):
        return f"{endpoint()} sent less than it announced"
    return f"{endpoint()} does not answer"


@contextmanager
def _quiet_library() -> Iterator[None]:
    """Keep the hub's library from logging to stderr; its progress bars show on terminals only as it is."""
    from huggingface_hub.utils import logging as library_logging

    verbosity = library_logging.get_verbosity()
    library_logging.set_verbosity(logging.ERROR)
    try:
        yield
    finally:
        library_logging.set_verbosity(verbosity)
