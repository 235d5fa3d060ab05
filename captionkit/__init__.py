"""captionkit: captions, transcript and quote check for a news clip and its article.

    import captionkit as ck

    record = ck.caption("clip.mp4", article="article.html", model="base")
    record.quotes, record.speakers, record.credits, record.checks
    ck.write(record, "out", formats=["vtt", "srt"], style="bbc")

Everything that is imported here is loaded on first use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from captionkit.errors import CaptionkitError

if TYPE_CHECKING:
    from captionkit.model import Check, Finding, Policy, Record

__version__ = "0.1.0"

__all__ = ["CaptionkitError", "__version__", "caption", "check", "compare", "load", "review", "save", "write"]


def caption(
    clip: str | PathLike[str],
    *,
    article: str | PathLike[str] | None = None,
    model: str = "auto",
    device: str = "auto",
    compute_type: str = "auto",
    language: str | None = None,
    audio_stream: int | None = None,
    style: str = "netflix-en",
    credits: Mapping[str, Sequence[str]] | None = None,
    respell: bool = True,
    speakers: int | None = None,
    policy: str | None = None,
    offline: bool = False,
    allow_private: bool = False,
    progress: Callable[[str, float | None], None] | None = None,
) -> Record:
    """Caption one clip. Nothing is written; see `write` and `save`.

    Args:
        clip: the media file.
        article: the published page that goes with it, a file or an http(s) address.
        model: the name of a Whisper model, or the folder that holds one; `auto` takes the best that is here.
        device: `auto`, `cpu` or `cuda`.
        compute_type: the number format of the computation, such as `int8` or `float32`.
        language: the language of the clip, such as `en`; None to detect it.
        audio_stream: which audio stream of the clip, counted from 0; None for the first.
        style: a caption style by name, or the path of a style file.
        credits: role → names, such as `{"producer": ["Li Wei"]}`; they take precedence over the article's.
        respell: whether names are spelt as the article spells them.
        speakers: how many people speak; None to find out, 0 not to distinguish them.
        policy: a quotation policy by name, or the path of a policy file.
        offline: whether nothing may be fetched or downloaded.
        allow_private: whether the article may be at an address inside a private network.
        progress: called with the name of the stage and its progress between 0 and 1, None where that is unknown.

    Returns:
        The record; without words where there is no speech.

    Raises:
        CaptionkitError: an input cannot be used; the message says which, why, and what to do.
    """
    from captionkit.model import Credit
    from captionkit.pipeline.caption import caption_clip
    from captionkit.pipeline.options import CaptionOptions, silent_report

    options = CaptionOptions(
        None if article is None else str(article),
        model,
        device,
        compute_type,
        language,
        audio_stream,
        style,
        tuple(Credit(role, tuple(names)) for role, names in (credits or {}).items()),
        respell,
        speakers,
        offline,
        allow_private,
        _policy(policy),
    )
    return caption_clip(Path(clip), options, progress or silent_report)


def load(path: str | PathLike[str]) -> Record:
    """The record in a `STEM.captionkit.json`.

    Raises:
        CaptionkitError: the file cannot be read or is not a record.
    """
    from captionkit.files import read_text
    from captionkit.record import record_from_json

    return record_from_json(read_text(Path(path)), Path(path))


def save(record: Record, path: str | PathLike[str]) -> Path:
    """Write a record as JSON, whole or not at all; a file that is there is replaced.

    Returns:
        The path.

    Raises:
        CaptionkitError: the file cannot be written.
    """
    from captionkit.files import write_all
    from captionkit.record import record_to_json

    write_all({Path(path): record_to_json(record).encode("utf-8")})
    return Path(path)


def write(
    record: Record,
    folder: str | PathLike[str],
    *,
    clip: str | PathLike[str] | None = None,
    formats: Iterable[str] | None = None,
    style: str | None = None,
    force: bool = False,
) -> tuple[Path, ...]:
    """Write the caption files and pages of a record, and the record itself, into a folder.

    Args:
        record: of `caption` or `load`.
        folder: made where it does not exist.
        clip: the media file, which the pages link to; None where it lies in the folder.
        formats: such as `["vtt", "srt", "html"]`; None for all that `captionkit run` writes.
        style: a caption style, in which the words are laid out again; None for the cues as they are.
        force: whether files that captionkit did not write may be replaced.

    Returns:
        The paths of the files, the record's first.

    Raises:
        CaptionkitError: a format or style is unknown, or a file cannot be written or may not be replaced.
    """
    from captionkit.pipeline.presentation import restyle
    from captionkit.publish import USUAL_NAMES, OutputOptions, output_names, write_outputs

    names = USUAL_NAMES if formats is None else output_names(",".join(formats))
    if style is not None:
        record = restyle(record, style)
    used = style or (record.pages.style if record.pages else "")
    media = Path(folder) / record.clip.file if clip is None else Path(clip)
    return write_outputs(record, media, OutputOptions(Path(folder), names, force, used))[1]


def check(
    captions: str | PathLike[str], *, style: str = "netflix-en", media: str | PathLike[str] | None = None
) -> tuple[Check, ...]:
    """Check a caption file against its format and a style.

    Args:
        captions: a .vtt, .srt or .ttml, made by captionkit or not.
        style: a caption style by name, or the path of a style file.
        media: the clip, to find captions that are missing, late or after its end as well.

    Raises:
        CaptionkitError: the file or the clip cannot be read, or there is no such style.
    """
    from captionkit.captions import load_style
    from captionkit.pipeline.check import against_clip, check_file

    against = against_clip(load_style(style), None if media is None else Path(media))
    return check_file(Path(captions), against).checks


def compare(
    transcript: str | PathLike[str],
    article: str | PathLike[str],
    *,
    policy: str | None = None,
    model: str = "auto",
    offline: bool = False,
    allow_private: bool = False,
) -> tuple[Finding, ...]:
    """Compare the quotes of an article with a transcript.

    Args:
        transcript: a record, .vtt, .srt, .ttml, .txt, or a media file, which alone needs a model.
        article: the published page, a file or an http(s) address.
        policy: a quotation policy by name, or the path of a policy file.
        model: as in `caption`.
        offline: as in `caption`.
        allow_private: as in `caption`.

    Returns:
        What was found of each quote, in the article's order.

    Raises:
        CaptionkitError: an input cannot be used.
    """
    from captionkit.pipeline.compare import compare_quotes
    from captionkit.pipeline.options import CaptionOptions

    options = CaptionOptions(
        str(article), model, offline=offline, allow_private=allow_private, policy=_policy(policy)
    )
    return compare_quotes(Path(transcript), options)


def review(
    record: str | PathLike[str], by: str, *, captions: str | PathLike[str] | None = None
) -> tuple[Path, ...]:
    """Sign off the captions and the transcript of a record, and write its files again, which then say so.

    Args:
        record: the path of a `STEM.captionkit.json`.
        by: the name of the reviewer.
        captions: a caption file with the reviewer's corrections, which replace the words and cues of the record.

    Returns:
        The paths of the files, the record's first.

    Raises:
        CaptionkitError: the record cannot be read, a file was changed since, or the corrections cannot be applied.
    """
    from datetime import date

    from captionkit.errors import UsageError
    from captionkit.model import Review
    from captionkit.publish import sign_off

    if not by.strip():
        raise UsageError("A review needs the name of the reviewer.")
    signature = Review(by.strip(), date.today().isoformat())
    return sign_off(Path(record), signature, None if captions is None else Path(captions))[1]


def _policy(name: str | None) -> Policy | None:
    from captionkit.match.policy.load import load_policy

    return None if name is None else load_policy(name)


def __dir__() -> list[str]:
    return sorted(__all__)
