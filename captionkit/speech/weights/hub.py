"""Download weights from the Hugging Face hub, each model at a fixed commit; the only module that connects to it.

`HF_ENDPOINT` chooses another server with the hub's API and `HF_TOKEN` a login, as huggingface_hub documents them.
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
"""The timeout for the hub's first answer."""

_DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS})


class HubError(WeightsError):
    """The hub does not answer, refuses, or the connection breaks."""


def endpoint() -> str:
    """The hub's address."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def fetch(model: KnownModel, folder: Path) -> None:
    """Download every file of a known model into `folder`, resuming an interrupted download.

    Shows progress if stderr is a terminal. The files are not checked here.

    Raises:
        HubError: the hub does not answer within `ANSWER_S`, refuses, or the connection breaks.
        OSError: the disk is full or cannot be written.
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
    """Ask once whether the hub has this commit; its library would retry for half a minute."""
    from huggingface_hub import HfApi

    api = HfApi(endpoint=endpoint())
    _within(ANSWER_S, lambda: api.model_info(model.repository, revision=model.revision, timeout=ANSWER_S))


def _within(seconds: float, call: Callable[[], object]) -> None:
    """Run a call with a timeout that also covers name resolution and slow answers.

    Raises:
        TimeoutError: it has not returned; it continues in a daemon thread, which does not delay the end of the program.
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
    """Why the download failed, as a clause of a sentence."""
    from huggingface_hub import errors

    if isinstance(error, errors.OfflineModeIsEnabled):
        return "HF_HUB_OFFLINE forbids access to the hub"
    if isinstance(error, errors.LocalEntryNotFoundError):
        return f"{endpoint()} does not answer any more"
    if isinstance(error, errors.RepositoryNotFoundError | errors.RevisionNotFoundError | errors.EntryNotFoundError):
        return f"{endpoint()} has no {model.repository} at {model.revision[:8]}, or requires a login for it"
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"{endpoint()} answers with HTTP status {status}"
    if "Consistency check" in str(error):
        return f"{endpoint()} sent less than it announced"
    return f"{endpoint()} does not answer"


@contextmanager
def _quiet_library() -> Iterator[None]:
    """Prevent the hub's library from logging to stderr; its progress bars already show on terminals only."""
    from huggingface_hub.utils import logging as library_logging

    verbosity = library_logging.get_verbosity()
    library_logging.set_verbosity(logging.ERROR)
    try:
        yield
    finally:
        library_logging.set_verbosity(verbosity)
