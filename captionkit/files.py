"""Files on disk: read within bounds, hashed, written whole or not at all, and never over a person's edits."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from pathlib import Path

from captionkit.errors import FormatError, InputError, OverwriteError
from captionkit.record import record_from_json

MAX_BYTES = 64 * 1024 * 1024
TEMPORARY_PREFIX = ".captionkit-"
"""How the name of a file begins that is not yet in place; one left behind by a power cut can be deleted."""

_ENCODINGS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_OLDER_ENCODING = "cp1252"
_FREE_SPACE = "Free some disk space, or choose another folder with -o."
_REMEDY = "Move it away, choose another folder with -o, or replace it with --force."


def read_text(path: Path) -> str:
    """The text of a file: UTF-8, UTF-16 with a byte order mark, else Windows-1252 as older tools write it.

    Raises:
        FormatError: there is no such file, it is not a regular file, too large or not readable, or its text is in
            another encoding.
    """
    return decoded(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        FormatError: as `read_text`.
    """
    remedy = "Check the name, and that you have permission to read it."
    try:
        if reason := _what_is_wrong(path):
            raise FormatError(path, reason, remedy)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(path, f"it cannot be read ({error.strerror})", remedy) from None
    if len(data) > MAX_BYTES:
        raise FormatError(path, f"it is larger than {MAX_BYTES:,} bytes", "Give the transcript of one clip.")
    return data


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write files so that each is whole at every moment, and none is changed if one cannot be written.

    All are written beside their places first, then renamed. A new file gets the mode of the umask, a replaced one
    keeps its own.

    Raises:
        OverwriteError: a folder, a link or anything else but a regular file is at one of the paths.
        InputError: the disk is full, or the folder is missing or not writable.
    """
    _put_in_place({path: partial(_write_bytes, data=data) for path, data in contents.items()})


def write_with(path: Path, write: Callable[[Path], object]) -> str:
    """Let a function write a file that is too large for memory, and put it in place once it is complete.

    Args:
        path: where it goes; what is there stays until the new file is complete.
        write: writes the whole file under the name it is given, in the same folder.

    Returns:
        The file's SHA-256.

    Raises:
        OverwriteError, InputError: as `write_all`.
    """
    _put_in_place({path: write})
    return _sha256(path)


def _put_in_place(writers: Mapping[Path, Callable[[Path], object]]) -> None:
    staged: dict[Path, Path] = {}
    try:
        for path in writers:
            _reject_irregular(path)
        for path, write in writers.items():
            staged[path] = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}.part")
            write(staged[path])
            _finish(staged[path], like=path)
        for path, temporary in staged.items():
            temporary.replace(path)
    except OSError as error:
        raise InputError(path, f"it cannot be written ({error.strerror})", _FREE_SPACE) from None
    finally:
        for temporary in staged.values():
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _write_bytes(path: Path, data: bytes) -> None:
    """Write a file that does not exist yet, so that no link planted in its place is followed."""
    with path.open("xb") as file:
        file.write(data)


def _finish(path: Path, like: Path) -> None:
    """Give a new file the mode of the one it will replace, and see that it is on the disk, not only in memory."""
    with path.open("rb") as file:
        if like.exists():
            os.fchmod(file.fileno(), like.stat().st_mode & 0o777)
        os.fsync(file.fileno())


def refuse_foreign(outputs: Iterable[Path], record_path: Path, force: bool) -> None:
    """Do nothing if every output may be written; call it before the first one is.

    An existing file may be replaced if the record beside it lists its name with its SHA-256; so a caption file that a
    person corrected stays. The record itself may be replaced if it can be read.

    Args:
        outputs: all files that will be written, the record among them.
        record_path: the record that an earlier run left, or would have left.
        force: whether the user gave --force.

    Raises:
        OverwriteError: a file was not written by captionkit, or was changed since.
    """
    if force:
        return
    listed = _listed(record_path)
    for path in outputs:
        if os.path.lexists(path):
            _reject_irregular(path)
            if reason := _why_foreign(path, record_path, listed):
                raise OverwriteError(path, reason, _REMEDY)


def require_free(source: Path, target: Path, force: bool) -> None:
    """Do nothing where a file may be written that is made from `source`.

    Raises:
        OverwriteError: something is there and `force` is not set, or it is `source` itself.
    """
    if not os.path.lexists(target):
        return
    with contextlib.suppress(OSError):
        if target.samefile(source):
            raise OverwriteError(target, "it is the file to be converted", "Give the new one another name.")
    if not force:
        raise OverwriteError(target, "it already exists", "Give another name, or replace it with --force.")


def files_listed(record_path: Path) -> dict[str, str]:
    """Name → SHA-256 of the files that an earlier run wrote beside its record; empty if there is none."""
    return dict(_listed(record_path) or {})


def _listed(record_path: Path) -> dict[str, str] | None:
    """The files that a record lists, None if there is no readable record."""
    try:
        return _listed_in(read_text(record_path))
    except FormatError:
        return None


@lru_cache(maxsize=1)
def _listed_in(record: str) -> dict[str, str]:
    """The files that a record's text lists; a run asks for the same one before it starts and before it writes."""
    return dict(record_from_json(record, "").files)


def _why_foreign(path: Path, record_path: Path, listed: dict[str, str] | None) -> str | None:
    """Why an existing file may not be replaced, None if it may."""
    if path == record_path:
        return "it is not a record that this captionkit can read" if listed is None else None
    if path.name not in (listed or {}):
        return "it exists already, and captionkit did not write it"
    return "it was changed since captionkit wrote it" if _sha256(path) != (listed or {})[path.name] else None


def decoded(data: bytes, path: str | Path) -> str:
    """The text of a file's bytes: UTF-8, UTF-16 with a byte order mark, else Windows-1252 as older tools write it.

    Raises:
        FormatError: the text is in another encoding.
    """
    marked = next((encoding for mark, encoding in _ENCODINGS.items() if data.startswith(mark)), None)
    with contextlib.suppress(UnicodeDecodeError):
        return data.decode(marked or "utf-8")
    with contextlib.suppress(UnicodeDecodeError):
        text = "" if marked else data.decode(_OLDER_ENCODING)
        if text and _is_western(text):
            return text
    remedy = "Save it as UTF-8, in the program that made it or in a text editor, and try again."
    raise FormatError(path, "its text is in an unknown encoding", remedy)


def _is_western(text: str) -> bool:
    """Whether most letters are ASCII. Cyrillic or Greek read as Windows-1252 gives accented letters only."""
    letters = sum(map(str.isalpha, text))
    accented = sum(c.isalpha() and not c.isascii() for c in text)
    return 2 * accented <= letters


def _what_is_wrong(path: Path) -> str | None:
    """Why a path cannot be opened as a regular file, None if it can."""
    if path.is_dir():
        return "it is a folder"
    if not path.exists():
        return "there is no such file"
    return None if path.is_file() else "it is not a regular file"


def _reject_irregular(path: Path) -> None:
    remedy = "Move it away, or choose another folder with -o."
    if path.is_symlink():
        raise OverwriteError(path, "it is a link, and captionkit does not write through links", remedy)
    if path.exists() and not path.is_file():
        raise OverwriteError(path, "it exists and is not a regular file", remedy)


def file_sha256(*paths: Path) -> str:
    """SHA-256, in hex, of a file's bytes, or of several files joined in this order.

    Raises:
        OSError: a file cannot be read.
    """
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb", buffering=0) as file:
            hashlib.file_digest(file, lambda: digest)
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError as error:
        raise OverwriteError(path, f"it cannot be read ({error.strerror})", _REMEDY) from None

