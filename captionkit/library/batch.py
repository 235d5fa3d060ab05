"""Caption a library: find out what is left to do, let workers do it, and record each clip in the ledger."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from captionkit.captions import load_style
from captionkit.errors import InputError
from captionkit.files import TEMPORARY_PREFIX, file_sha256
from captionkit.formats import RECORD
from captionkit.library.cluster import Cluster, ClusterPool
from captionkit.library.index import add_record
from captionkit.library.index_page import require_index_page, write_index_page
from captionkit.library.ledger import Key, Ledger, Row, known_rows
from captionkit.library.plan import Plan, PlannedClip
from captionkit.library.pool import Limits, Pool, workers_and_threads
from captionkit.library.process import Caption, Done, Failed, Job, Message, Ready, Setup, caption_job, media_stamp
from captionkit.pipeline.options import CaptionOptions
from captionkit.publish import OutputOptions
from captionkit.speech.device import chosen_device, require_compute_type
from captionkit.speech.weights.find import Weights, WeightsOptions, find_weights

LOCK_NAME = ".captionkit-batch.lock"

Need = Literal["new", "changed", "unfinished", "retry", "done", "failed"]
"""Why a clip is captioned; `done` and `failed` are not captioned again."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a library is captioned.

    `clip` is for every clip, except what the manifest sets; its article is ignored. `writing.folder` is OUT. `workers`
    is None to fit them to the machine. `caption` is what a worker does with a clip. With a `cluster`, its workers
    caption the clips, and these two are ignored.
    """

    clip: CaptionOptions
    writing: OutputOptions
    workers: int | None = None
    retry_failed: bool = False
    limits: Limits = field(default_factory=Limits)
    caption: Caption = caption_job
    cluster: Cluster | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A clip of the plan, why it is captioned or not, and its row in the ledger."""

    entry: PlannedClip
    need: Need
    row: Row

    @property
    def to_do(self) -> bool:
        """Whether it is captioned."""
        return self.need not in ("done", "failed")


OnMessage = Callable[[int, Row, Message], None]
"""Called with the number of a worker, its clip's row as it is now, and the worker's message."""


def weights_for(options: BatchOptions) -> Weights:
    """The weights for all clips, found once.

    Raises:
        CaptionkitError: as `find_weights`, or this machine, without a cluster, does not support the compute type.
    """
    if options.cluster is None:
        require_compute_type(chosen_device(options.clip.device), options.clip.compute_type)
    return find_weights(options.clip.model, WeightsOptions(options.clip.offline, options.clip.device))


def tasks_of(plan: Plan, options: BatchOptions, weights_sha256: str) -> tuple[Task, ...]:
    """What to do with each clip of a plan, according to the ledger in OUT. Nothing is written.

    A clip whose stamp has changed is hashed, to find out whether its content has changed.

    Raises:
        InputError: OUT has another file in the ledger's place.
    """
    known = known_rows(options.writing.folder)
    styles: dict[str, str] = {}
    return tuple(
        _task(entry, options, known.get(entry.output), _key(entry, options, weights_sha256, styles))
        for entry in plan.entries
    )


def _key(entry: PlannedClip, options: BatchOptions, weights_sha256: str, styles: dict[str, str]) -> Key:
    job = _job(Row(entry.output, "", None, "waiting"), entry, options)
    style = job.options.style
    if style not in styles:
        styles[style] = repr(load_style(style))
    settings = repr((replace(job.options, article=None), styles[style], job.writing.names, job.writing.mark_quotes))
    try:
        stamp = media_stamp(entry.clip)
    except InputError:
        stamp = ""
    return Key("", stamp, _article_sha256(entry.article), weights_sha256, _digest(settings))


def _article_sha256(article: str | None) -> str:
    """Of the page on disk; of the address itself for an article on the network, "" without an article."""
    if article is None:
        return ""
    try:
        return file_sha256(Path(article))
    except OSError:
        return _digest(article)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _task(entry: PlannedClip, options: BatchOptions, old: Row | None, key: Key) -> Task:
    row = Row(entry.output, str(entry.clip), entry.article, "waiting", key=key)
    if old is None:
        return Task(entry, "new", row)
    same = _is_same(old, row, options.writing.folder)
    if old.state == "writing" and same and old.record is None:  # interrupted between the last file and the ledger
        row = replace(old, clip=row.clip, article=row.article, state="done", record=_record_of(row.output))
        return Task(entry, "done", row)
    if old.state not in ("done", "failed"):
        return Task(entry, "unfinished", replace(row, state=old.state, record=old.record))
    if not same:
        return Task(entry, "changed", row)
    if old.state == "failed" and options.retry_failed:
        return Task(entry, "retry", row)
    row = replace(old, clip=row.clip, article=row.article, key=replace(old.key, stamp=key.stamp))
    return Task(entry, "done" if old.state == "done" else "failed", row)


def _is_same(old: Row, now: Row, out: Path) -> bool:
    """Whether a clip would get the same outputs as before, and they still exist."""
    if replace(now.key, media_sha256=old.key.media_sha256, stamp=old.key.stamp) != old.key:
        return False
    if old.state != "failed" and not (out / _record_of(old.output)).is_file():
        return False
    if now.key.stamp == old.key.stamp:
        return True
    try:
        return file_sha256(Path(now.clip)) == old.key.media_sha256
    except OSError:
        return False


def _record_of(output: str) -> str:
    return output + RECORD.suffix


def _job(row: Row, entry: PlannedClip, options: BatchOptions) -> Job:
    place = PurePosixPath(row.output)
    roles = {credit.role for credit in entry.credits}
    credits = (*entry.credits, *(credit for credit in options.clip.credits if credit.role not in roles))
    captions = replace(options.clip, article=entry.article, credits=credits, **entry.options)
    writing = replace(
        options.writing,
        folder=options.writing.folder / place.parent,
        stem=place.name,
        style=captions.style,
        # a batch that was interrupted while it put files in place may leave some that no record lists
        force=options.writing.force or row.state == "writing",
    )
    return Job(row.output, entry.clip, captions, writing)


def caption_library(plan: Plan, options: BatchOptions, weights: Weights, on_message: OnMessage) -> tuple[Row, ...]:
    """Caption the clips of a plan that are left to do.

    Args:
        plan: of `make_plan`.
        options: how, and where to.
        weights: of `weights_for`.
        on_message: called with every message of the workers.

    Returns:
        The row of every clip of the plan, in its order, as the ledger has it now.

    Raises:
        InputError: another batch is using OUT, or OUT cannot be written.
        OverwriteError: another page has the name of the library's index page.
    """
    out = options.writing.folder
    with _locked(out), closing(Ledger(out)) as ledger:
        _delete_temporary_files(out)
        require_index_page(out)
        tasks = tasks_of(plan, options, weights.sha256)
        ledger.put(*(task.row for task in tasks))
        try:
            with closing(_captioned([task for task in tasks if task.to_do], options, weights)) as steps:
                for row, worker, message in steps:
                    if isinstance(message, Ready | Done | Failed):
                        ledger.put(row)
                    if isinstance(message, Done):
                        add_record(out, _record_of(row.output))
                    on_message(worker, row, message)
        finally:
            rows = ledger.rows()
            write_index_page(out, rows.values())
    return tuple(rows[task.entry.output] for task in tasks)


def _captioned(
    tasks: list[Task], options: BatchOptions, weights: Weights
) -> Generator[tuple[Row, int, Message], None, None]:
    """Every clip's row as it is after each message of its worker, with the worker and the message."""
    if not tasks:
        return
    rows = {task.entry.output: task.row for task in tasks}
    began: dict[str, float] = {}
    jobs = (_job(task.row, task.entry, options) for task in tasks)
    with closing(_pool(len(tasks), options, weights).work(jobs)) as messages:
        for worker, job, message in messages:
            seconds = time.monotonic() - began.setdefault(job.output, time.monotonic())
            rows[job.output] = _after(message, rows[job.output], options.writing.folder, round(seconds, 3))
            yield rows[job.output], worker, message


def _pool(clips: int, options: BatchOptions, weights: Weights) -> Pool | ClusterPool:
    if options.cluster is not None:
        return ClusterPool(options.cluster, Setup(weights, threads=1), options.limits)
    size = (weights.folder / "model.bin").stat().st_size
    count, threads = workers_and_threads(options.workers, clips, size)
    return Pool(count, Setup(weights, threads), options.caption, options.limits)


def _after(message: Message, row: Row, out: Path, seconds: float) -> Row:
    """A clip's row after a message."""
    record = _record_of(row.output)
    if isinstance(message, Ready):
        before = record if (out / record).exists() else None
        key = replace(row.key, media_sha256=message.media_sha256, stamp=message.stamp)
        return replace(row, state="writing", record=before, seconds=seconds, key=key)
    if isinstance(message, Done):
        return replace(row, state="done", record=record, seconds=seconds)
    if isinstance(message, Failed):
        written = record if message.record else None
        return replace(row, state="failed", reason=message.reason, record=written, seconds=seconds)
    return row


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """Make OUT, and lock it against other batches; the system releases the lock of a process that ended."""
    from filelock import FileLock, Timeout

    try:
        out.mkdir(parents=True, exist_ok=True)
        with FileLock(out / LOCK_NAME, timeout=0):
            yield
    except Timeout:
        raise InputError(out, "another batch is using it", "Wait until it ends, or choose another -o.") from None
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        reason = f"nothing can be written there ({error.strerror})"
        raise InputError(out, reason, "Choose another folder with -o.") from None


def _delete_temporary_files(out: Path) -> None:
    """Delete what a batch that was killed had written and not yet put in place."""
    for left in out.rglob(f"{TEMPORARY_PREFIX}*.part"):
        left.unlink(missing_ok=True)
