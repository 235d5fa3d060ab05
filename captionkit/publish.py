"""Record → the files beside the clip: each is read back first, and all are put in place or none."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from captionkit.errors import FormatError, InputError, OverwriteError, UsageError
from captionkit.files import files_listed, read_text, refuse_foreign, write_all
from captionkit.formats import FORMATS, RECORD, format_of, read_file, verify_written
from captionkit.formats.presentation import captions_of
from captionkit.formats.srt import playable_lines
from captionkit.formats.vtt import cue_text
from captionkit.model import FileCue, PageSettings, Record, Review
from captionkit.pages import PAGES, PageOptions, relative_href
from captionkit.record import record_from_json

TRACK_TEXTS: dict[str, Callable[[FileCue], str]] = {
    "mov_text": lambda cue: "\n".join(cue.lines),
    "subrip": lambda cue: "\n".join(playable_lines(cue)),
    "webvtt": cue_text,
}
"""Kind of caption track inside a media file → how it writes the text of a cue."""

OUTPUT_NAMES = (*(name for name in FORMATS if name != "record"), "html", "qa")
"""What `--formats` may name; the record is always written."""
USUAL_NAMES = tuple(name for name in OUTPUT_NAMES if name not in FORMATS or FORMATS[name].by_default)
"""What is written where nothing is named."""

_RUN_AGAIN = "Make it again with `captionkit run`, review it, and then sign it off."
_NOT_WHAT_IS_SIGNED = (
    "The record, which would be signed, does not have this change. If these are the corrected captions, name the file "
    "with --captions; otherwise move it away."
)


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """Where and what to write.

    `names` are of `OUTPUT_NAMES`, or `embed`; `style` is named in the pages. With `mark_quotes` the transcript
    page marks what the article quotes. `captioned_copy` asks for a copy of the clip with the captions inside. `stem` is
    what the names of the files begin with, the clip's own where it is empty.
    """

    folder: Path
    names: tuple[str, ...] = USUAL_NAMES
    force: bool = False
    style: str = ""
    mark_quotes: bool = False
    captioned_copy: bool = False
    stem: str = ""


def output_names(text: str) -> tuple[str, ...]:
    """The outputs named in `vtt,srt`.

    Raises:
        UsageError: a name is unknown.
    """
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in OUTPUT_NAMES]
    if unknown or not names:
        raise UsageError(
            f"There is no format {', '.join(unknown) or text!r}. The formats are {', '.join(OUTPUT_NAMES)}."
        )
    return names


def output_paths(clip: Path, options: OutputOptions, with_article: bool) -> dict[str, Path]:
    """Where each output of a clip goes, the record first."""
    suffixes = {"record": RECORD.suffix}
    suffixes |= {name: FORMATS[name].suffix for name in options.names if name in FORMATS}
    suffixes |= {name: PAGES[name].suffix for name in options.names if name in PAGES and (name != "qa" or with_article)}
    return {name: options.folder / ((options.stem or clip.stem) + suffix) for name, suffix in suffixes.items()}


def prepare(clip: Path, options: OutputOptions, article: str | None) -> None:
    """Make the folder, and make sure that every output may be written before any time is spent on the clip.

    `article` is the path or address of the article, None where there is none.

    Raises:
        OverwriteError: the clip, the article or a file that captionkit did not write is there, or one
            that was changed since.
        InputError: the folder cannot be made, or not be written.
    """
    folder, paths = options.folder, output_paths(clip, options, article is not None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"this folder cannot be made ({error.strerror})"
        raise InputError(folder, reason, "Choose another with -o.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(folder, "this folder is not writable", "Choose another with -o.")
    outputs = [*paths.values(), *([embedded_path(clip, options)] if options.captioned_copy else [])]
    for path in outputs:
        if any(_is_same_file(path, source) for source in (clip, article)):
            remedy = "Choose another folder with -o."
            raise OverwriteError(path, "an output would replace what it is made from", remedy)
    refuse_foreign(outputs, paths["record"], options.force)


def _is_same_file(path: Path, source: str | Path | None) -> bool:
    try:
        return source is not None and path.samefile(source)
    except (OSError, ValueError):
        return False


def write_outputs(record: Record, clip: Path, options: OutputOptions) -> tuple[Record, tuple[Path, ...]]:
    """Write a record and the files made from it.

    Args:
        record: what is known of the clip.
        clip: the media file, which the pages link to.
        options: where and what.

    Returns:
        The record as written, with the files it lists, and the paths, the record's first.

    Raises:
        InputError: a file may not be replaced, cannot be written, or does not read back as written.
    """
    prepare(clip, options, record.article.source if record.article else None)
    paths = output_paths(clip, options, record.article is not None)
    if not record.transcript.words:
        paths = {"record": paths["record"]}
    clip_href = relative_href(os.path.relpath(clip, options.folder))
    return _write(record, paths, PageSettings(clip_href, options.style, options.mark_quotes))


def sign_off(
    record_path: Path, review: Review, captions: Path | None = None
) -> tuple[Record, tuple[Path, ...]]:
    """Write who reviewed a clip into its record, and write the files beside it again, which then say so.

    Args:
        record_path: a record that `write_outputs` wrote.
        review: who, and when.
        captions: the captions as the reviewer corrected them, which replace the record's own; None where nothing was
            corrected.

    Returns:
        The record as written, and the paths, the record's first.

    Raises:
        InputError: the record cannot be read or has no words, or a file made from it was changed since: what
            would be signed differs from the files; or the corrected captions cannot be read or applied.
    """
    record = record_from_json(read_text(record_path), record_path)
    if record.pages is None:
        raise FormatError(record_path, "it does not say how its pages were made", _RUN_AGAIN)
    if not record.transcript.words:
        raise InputError(record_path, "there are no words in it to review", "Choose the record of another clip.")
    paths = {"record": record_path, **_written_before(record_path, record)}
    try:
        refuse_foreign([path for path in paths.values() if not _is_same_file(path, captions)], record_path, force=False)
    except OverwriteError as error:
        raise OverwriteError(error.source, error.reason, _NOT_WHAT_IS_SIGNED) from None
    signed = replace(record if captions is None else _corrected(record, captions, review), review=review)
    try:
        return _write(signed, paths, record.pages)
    except ValueError as error:
        raise FormatError(record_path, str(error), _RUN_AGAIN) from None


def _corrected(record: Record, captions: Path, review: Review) -> Record:
    from captionkit.pipeline.presentation import revise

    kind = format_of(captions)
    if kind is None or kind.holds != "captions":
        raise FormatError(captions, "it is not a caption file", "Give a .vtt, .srt or .ttml that was corrected.")
    file = read_file(read_text(captions), captions)
    try:
        return revise(record, file, review.by)
    except ValueError as error:
        raise FormatError(captions, str(error), "Fix it, and sign it off again; nothing was changed.") from None


def _written_before(record_path: Path, record: Record) -> dict[str, Path]:
    """The files made from a record that are still beside it, by the name of their format or page."""
    suffix = RECORD.suffix
    if not record_path.name.endswith(suffix):
        raise FormatError(record_path, f"the name of a record ends in {suffix}", "Give the record itself.")
    stem, listed = record_path.name.removesuffix(suffix), dict(record.files)
    suffixes = {name: kind.suffix for name, kind in FORMATS.items() if name != "record"}
    suffixes |= {name: page.suffix for name, page in PAGES.items()}
    paths = {name: record_path.with_name(stem + suffix) for name, suffix in suffixes.items()}
    return {name: path for name, path in paths.items() if path.name in listed and path.is_file()}


def _write(record: Record, paths: dict[str, Path], settings: PageSettings) -> tuple[Record, tuple[Path, ...]]:
    """Make every file of `paths` from a record, read the caption files back, and put all in place or none."""
    folder = paths["record"].parent
    contents = {paths[name]: text for name, text in _texts(record, paths, settings)}
    earlier = {n: h for n, h in files_listed(paths["record"]).items() if (folder / n).is_file()}
    digests = {
        path.name: hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() for path, text in contents.items()
    }
    listed = replace(record, pages=settings, files=tuple(sorted((earlier | digests).items())))
    contents[paths["record"]] = RECORD.write(listed)
    verify_written(listed, contents[paths["record"]], "record")
    write_all({path: text.encode("utf-8", "replace") for path, text in contents.items()})
    return listed, (paths["record"], *(p for name, p in paths.items() if name != "record"))


def embedded_path(clip: Path, options: OutputOptions) -> Path:
    """Where the copy of a clip with its captions inside goes: `clip.mp4` → `clip.captioned.mp4`."""
    return options.folder / f"{options.stem or clip.stem}.captioned{clip.suffix}"


def write_embedded(record: Record, clip: Path, options: OutputOptions) -> tuple[Record, Path, int]:
    """Put the captions of a record into a copy of its clip, and the copy into the record's list.

    Call it after `write_outputs` with the same options, which has checked that the copy may be written.

    Returns:
        The record as written again, the copy, and how many data tracks of the clip are not in it.

    Raises:
        InputError: the clip holds no captions, or the copy cannot be written; the other files stay as they are.
    """
    from captionkit.media.mux import CaptionTrack, embed, track_codec

    path, captions, text_of = embedded_path(clip, options), captions_of(record), TRACK_TEXTS[track_codec(clip)]
    track = CaptionTrack(captions.language, tuple((cue.start_ms, cue.end_ms, text_of(cue)) for cue in captions.cues))
    digest, left_out = embed(track, clip, path)
    listed = replace(record, files=tuple(sorted({**dict(record.files), path.name: digest}.items())))
    text = RECORD.write(listed)
    verify_written(listed, text, "record")
    write_all({output_paths(clip, options, False)["record"]: text.encode("utf-8", "replace")})
    return listed, path, left_out


def _texts(record: Record, paths: dict[str, Path], settings: PageSettings) -> Iterable[tuple[str, str]]:
    """Every output but the record, by name, the caption files read back and compared."""
    texts = {name: FORMATS[name].write(record) for name in paths if name in FORMATS and name != "record"}
    for name, text in texts.items():
        verify_written(record, text, name)
        yield name, text
    options = PageOptions(
        clip_href=settings.clip_href,
        vtt_text=texts.get("vtt") or FORMATS["vtt"].write(record),
        vtt_href=relative_href(paths["vtt"].name) if "vtt" in paths else None,
        downloads=tuple(relative_href(paths[name].name) for name in texts),
        style=settings.style,
        mark_quotes=settings.mark_quotes,
    )
    for name in paths:
        if name in PAGES:
            yield name, PAGES[name].make(record, options)
