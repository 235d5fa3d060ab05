"""A whole library: what is left to do, done by workers, each clip written down in the ledger as it goes."""

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
from captionkit.formats import FORMATS
from captionkit.library.cluster import Cluster, ClusterPool
from captionkit.library.index import add_record
from captionkit.library.index_page import require_index_page, write_index_page
from captionkit.library.jobs import Done, Failed, Job, Message, Ready, Setup
from captionkit.library.ledger import Key, Ledger, Row, known_rows
from captionkit.library.planned_clips import Plan, PlannedClip
from captionkit.library.pool import Limits, Pool, workers_and_threads
from captionkit.library.process import Caption, caption_job, media_stamp
from captionkit.model import Credit
from captionkit.pipeline.options import CaptionOptions
from captionkit.publish import OutputOptions
from captionkit.speech.device import chosen_device, require_compute_type
from captionkit.speech.weights.find import Weights, WeightsOptions, find_weights

LOCK_NAME = ".captionkit-batch.lock"

Need = Literal["new", "changed", "unfinished", "retry", "done", "failed"]
"""Why a clip is captioned; `done` and `failed` are left as they are."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a library is captioned.

    `clip` holds for every clip where the manifest says nothing else; its article is not looked at. `writing.folder` is
    OUT. `workers` is None to fit them to the machine. `caption` is what a worker does with a clip. With a `cluster` its
    workers hear the clips, and neither of these two counts.
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
    """A clip of the plan, why it is captioned or not, and what the ledger will say of it when it is done."""

    entry: PlannedClip
    need: Need
    row: Row

    @property
    def to_do(self) -> bool:
        """Whether it is captioned."""
        return self.need not in ("done", "failed")


Tell = Callable[[int, Row, Message], None]
"""Told the number of a worker, its clip as the ledger has it now, and what the worker said."""


def weights_for(options: BatchOptions) -> Weights:
    """The weights for all clips, looked for once.

    Raises:
        CaptionkitError: as `find_weights`, or this machine, which is to hear them, has no such numbers to compute with.
    """
    if options.cluster is None:
        require_compute_type(chosen_device(options.clip.device), options.clip.compute_type)
    return find_weights(options.clip.model, WeightsOptions(options.clip.offline, options.clip.device))


def tasks_of(plan: Plan, options: BatchOptions, weights_sha256: str) -> tuple[Task, ...]:
    """What is to be done with each clip of a plan, as far as OUT knows of it. Nothing is written.

    A clip that was touched since is read to see whether it is another one.

    Raises:
        InputError: OUT holds something else where the ledger should be.
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
    """Of the page on disk; an article at an address is known by its address."""
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
    if old.state == "writing" and same and old.record is None:  # it was ended between the last file and the ledger
        row = replace(old, clip=row.clip, article=row.article, state="done", record=_record_of(row.output))
        return Task(entry, "done", row)
    if old.state not in ("done", "failed"):
        return Task(entry, "unfinished", replace(row, state=old.state, record=old.record))
    if not same:
        return Task(entry, "changed", row)
    if old.state == "failed" and options.retry_failed:
        return Task(entry, "retry", row)
    kept = replace(old, clip=row.clip, article=row.article, key=replace(old.key, stamp=key.stamp))
    return Task(entry, "done" if old.state == "done" else "failed", kept)


def _is_same(old: Row, now: Row, out: Path) -> bool:
    """Whether a clip would come out as it did, and what came out is still there."""
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
    return output + FORMATS["record"].suffix


def _job(row: Row, entry: PlannedClip, options: BatchOptions) -> Job:
    place = PurePosixPath(row.output)
    credits = _credits(entry.credits, options.clip.credits)
    captions = replace(options.clip, article=entry.article, credits=credits, **entry.options)
    writing = replace(
        options.writing,
        folder=options.writing.folder / place.parent,
        stem=place.name,
        style=captions.style,
        # a batch that was ended while it put files in place leaves some that no record lists
        force=options.writing.force or row.state == "writing",
    )
    return Job(row.output, entry.clip, captions, writing)


def _credits(own: tuple[Credit, ...], usual: tuple[Credit, ...]) -> tuple[Credit, ...]:
    """The manifest's credits, and those for all clips in the roles that it leaves open."""
    roles = {credit.role for credit in own}
    return (*own, *(credit for credit in usual if credit.role not in roles))


def caption_library(
    plan: Plan, options: BatchOptions, weights: Weights, tell: Tell
) -> tuple[Row, ...]:
    """Caption what is left to do of a plan.

    Args:
        plan: of `make_plan`.
        options: how, and where to.
        weights: of `weights_for`.
        tell: told how it goes.

    Returns:
        The row of every clip of the plan, in its order, as the ledger has it now.

    Raises:
        InputError: another batch is at work on OUT, or OUT cannot be written.
        OverwriteError: a page of somebody else's stands where the page of the library goes.
    """
    out = options.writing.folder
    with _alone_on(out), closing(Ledger(out)) as ledger:
        _sweep(out)
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
                    tell(worker, row, message)
        finally:
            rows = ledger.rows()
            write_index_page(out, rows.values())
    return tuple(rows[task.entry.output] for task in tasks)


def _captioned(
    tasks: list[Task], options: BatchOptions, weights: Weights
) -> Generator[tuple[Row, int, Message], None, None]:
    """Every clip's row as it is after each message of its worker, with the worker and the message."""
    rows = {task.entry.output: task.row for task in tasks}
    began: dict[str, float] = {}
    if not tasks:
        return
    pool = _pool(len(tasks), options, weights)
    jobs = (_job(task.row, task.entry, options) for task in tasks)
    with closing(pool.work(jobs)) as messages:
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
def _alone_on(out: Path) -> Iterator[None]:
    """Make OUT, and see that no other batch is at work on it; the system lifts the lock of a process that ended."""
    from filelock import FileLock, Timeout

    try:
        out.mkdir(parents=True, exist_ok=True)
        with FileLock(out / LOCK_NAME, timeout=0):
            yield
    except Timeout:
        raise InputError(out, "another batch is at work on it", "Wait for that one, or choose another -o.") from None
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        reason = f"nothing can be written there ({error.strerror})"
        raise InputError(out, reason, "Choose another folder with -o.") from None


def _sweep(out: Path) -> None:
    """Remove what a batch that was killed had written aside and not yet put in place."""
    for left in out.rglob(f"{TEMPORARY_PREFIX}*.part"):
        left.unlink(missing_ok=True)
