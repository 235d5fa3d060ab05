"""A batch whose workers hear nothing and write at once: `python fake_worker.py LIBRARY OUT [FLAGS]`.

Flags are --retry, --impatient (a clip that hangs fails after some seconds) and --dask=ADDRESS.

What a clip does to its worker stands in the clip: `die`, `hang`, `refuse`, `fill` the disk, or nothing; on a cluster
`fell` as well, which kills the Dask worker, and `slow`.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from captionkit.errors import MediaError
from captionkit.files import file_sha256
from captionkit.library.batch import BatchOptions, caption_library, weights_for
from captionkit.library.cluster import Cluster
from captionkit.library.ledger import Row
from captionkit.library.plan import Plan, make_plan
from captionkit.library.pool import Limits
from captionkit.library.process import (
    Captioned,
    Done,
    Failed,
    Job,
    Message,
    Opened,
    Ready,
    Send,
    Setup,
    Stage,
    media_stamp,
)
from captionkit.model import Clip, Cue, Record, Transcript, Word
from captionkit.pipeline.options import CaptionOptions
from captionkit.publish import OutputOptions, prepare, write_outputs
from captionkit.speech.weights.find import Weights

LOG = "FAKE_WORKER_LOG"
HEARD = "FAKE_WORKER_HEARD"


def record_of(job: Job) -> Record:
    """A record of one word, over and over, so that its files take a moment to write."""
    words = tuple(Word("word", i * 1000, i * 1000 + 500, 0.9) for i in range(200))
    cues = tuple(Cue(i * 1000, i * 1000 + 900, ("word",)) for i in range(200))
    return Record(Clip(job.clip.name, file_sha256(job.clip), 200_000), Transcript("en", words), cues=cues)


@contextmanager
def room_for(most_bytes: int) -> Iterator[None]:
    """A disk that takes no file of more than so many bytes: what is over them is refused in the middle of a write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def fake_caption(job: Job, setup: Setup, send: Send) -> Done | Failed:
    """What `caption_job` does, without sound."""
    stamp, what = media_stamp(job.clip), job.clip.read_text()
    send(Opened(0))
    prepare(job.clip, job.writing, job.options.article)
    send(Stage("listening", 0.5))
    if what.startswith("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if what.startswith("hang"):
        time.sleep(60)
    if what.startswith("refuse"):
        raise MediaError(job.clip, "there is no sound in it", "Give another.")
    record = record_of(job)
    send(Ready(record.clip.sha256, stamp))
    with room_for(20_000 if what.startswith("fill") else resource.RLIM_INFINITY):
        _, paths = write_outputs(record, job.clip, job.writing)
    if LOG in os.environ:
        with Path(os.environ[LOG]).open("a") as log:
            log.write(f"{job.output}\n")
    return Done(paths[0])


def fake_record(job: Job, setup: Setup, send: Send) -> Captioned:
    """What `make_record` does, without sound. It logs the clip, its own process and the Dask worker's."""
    stamp, what = media_stamp(job.clip), job.clip.read_text()
    with Path(os.environ[HEARD]).open("a") as log:
        log.write(f"{job.output} {os.getpid()} {os.getppid()}\n")
    send(Opened(0))
    if what.startswith("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if what.startswith("fell"):
        os.kill(os.getppid(), signal.SIGKILL)
    if what.startswith(("fell", "hang")):
        time.sleep(60)
    if what.startswith("refuse"):
        raise MediaError(job.clip, "there is no sound in it", "Give another.")
    for share in range(5 if what.startswith("slow") else 0):
        send(Stage("listening", share / 5))
        time.sleep(0.1)
    return Captioned(record_of(job), stamp)


def log_done(_worker: int, row: Row, message: Message) -> None:
    """Log each clip that was done."""
    if isinstance(message, Done) and LOG in os.environ:
        with Path(os.environ[LOG]).open("a") as log:
            log.write(f"{row.output}\n")


def on_cluster(plan: Plan, options: BatchOptions, address: str) -> tuple[Row, ...]:
    """Run the batch on a cluster, whose workers import this module by its name."""
    import fake_worker

    folder = options.writing.folder.parent / "weights"
    folder.mkdir(exist_ok=True)
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (folder / name).touch()
    clip = replace(options.clip, model=str(folder))
    limits = replace(options.limits, start_s=max(10.0, options.limits.start_s))  # a process starts within it, too
    options = replace(options, clip=clip, limits=limits, cluster=Cluster(address, make_record=fake_worker.fake_record))
    return caption_library(plan, options, weights_for(options), log_done)


def main(library: str, out: str, *flags: str) -> int:
    """Run the batch; print each clip's state."""
    weights = Weights("fake", Path(out).parent, "w" * 64)
    (weights.folder / "model.bin").touch()
    options = BatchOptions(
        CaptionOptions(),
        OutputOptions(Path(out)),
        workers=2,
        retry_failed="--retry" in flags,
        limits=Limits(start_s=5.0 if "--impatient" in flags else 60.0, clips=3),
        caption=fake_caption,
    )
    plan = make_plan(Path(library), Path(out))
    address = next((flag.removeprefix("--dask=") for flag in flags if flag.startswith("--dask=")), None)
    if address is None:
        rows = caption_library(plan, options, weights, lambda *_: None)
    else:
        rows = on_cluster(plan, options, address)
    for row in rows:
        print(row.output, row.state, row.reason or "", sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
