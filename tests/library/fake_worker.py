"""A batch whose workers hear nothing and write at once: `python fake_worker.py LIBRARY OUT LOG [--retry]`.

What a clip does to its worker stands in the clip: `die`, `hang`, `refuse`, `fill` the disk, or nothing.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from captionkit.errors import MediaError
from captionkit.hearing.weights import Weights
from captionkit.library.batch import BatchOptions, caption_library
from captionkit.library.crew import Limits
from captionkit.library.jobs import Done, Failed, Job, Opened, Ready, Setup, Stage
from captionkit.library.plan import make_plan
from captionkit.library.worker import Tell, media_stamp
from captionkit.media import file_sha256
from captionkit.model import Clip, Cue, Record, Transcript, Word
from captionkit.outputs import OutputOptions, prepare, write_outputs
from captionkit.pipeline import CaptionOptions

LOG = "FAKE_WORKER_LOG"


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


def fake_caption(job: Job, setup: Setup, tell: Tell) -> Done | Failed:
    """What `caption_job` does, without sound."""
    stamp, what = media_stamp(job.clip), job.clip.read_text()
    tell(Opened(0))
    prepare(job.clip, job.writing, job.options.article)
    tell(Stage("listening", 0.5))
    if what.startswith("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if what.startswith("hang"):
        time.sleep(60)
    if what.startswith("refuse"):
        raise MediaError(job.clip, "there is no sound in it", "Give another.")
    record = record_of(job)
    tell(Ready(record.clip.sha256, stamp))
    with room_for(20_000 if what.startswith("fill") else resource.RLIM_INFINITY):
        _, paths = write_outputs(record, job.clip, job.writing)
    if LOG in os.environ:
        with Path(os.environ[LOG]).open("a") as log:
            log.write(f"{job.output}\n")
    return Done(paths[0])


def main(library: str, out: str, *flags: str) -> int:
    """Run the batch; print each clip's state."""
    weights = Weights("fake", Path(out).parent, "w" * 64)
    (weights.folder / "model.bin").touch()
    options = BatchOptions(
        CaptionOptions(),
        OutputOptions(Path(out)),
        workers=2,
        retry_failed="--retry" in flags,
        limits=Limits(start_s=2.0, clips=3),
        caption=fake_caption,
    )
    rows = caption_library(make_plan(Path(library), Path(out)), options, weights, lambda *_: None)
    for row in rows:
        print(row.output, row.state, row.reason or "", sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
