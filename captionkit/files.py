"""Text files on disk: read within bounds, written whole or not at all, never over a person's work."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from captionkit.errors import FormatError, InputError, OverwriteError
from captionkit.model import Record
from captionkit.record import record_from_json

MAX_BYTES = 64 * 1024 * 1024
TEMPORARY_PREFIX = ".captionkit-"
"""How a file begins that was not yet put in place; one that is left behind by a power cut can be deleted."""

_ENCODINGS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_OLDER_ENCODING = "cp1252"
_ROOM = "Free some room, or choose another folder with -o."
_REMEDY = "Move it away, choose another folder with -o, or replace it with --force."


def read_text(path: Path) -> str:
    """The text of a file: UTF-8, UTF-16 with a byte order mark, else Windows-1252 as older tools write it.

    Raises:
        FormatError: there is no such file, it is no plain file, too large or may not be read, or its text is in
            another encoding.
    """
    return decoded(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """What a file holds.

    Raises:
        FormatError: as `read_text`.
    """
    remedy = "Check the name and that you may read it."
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
    """Write files so that each is whole at every moment, and none is touched when one cannot be written.

    All are written beside their places first, then renamed. A new file's mode is the umask's, a replaced
    one's stays.

    Raises:
        OverwriteError: a folder, a link or anything else but a plain file stands at one of the paths.
        InputError: the disk is full, the folder is missing or may not be written.
    """
    staged: dict[Path, Path] = {}
    try:
        for path in contents:
            _refuse_strange(path)
        for path, data in contents.items():
            staged[path] = _temporary(path)
            _write_through(staged[path], data, like=path)
        for path, temporary in staged.items():
            temporary.replace(path)
    except OSError as error:
        raise InputError(path, f"it cannot be written ({error.strerror})", _ROOM) from None
    finally:
        for temporary in staged.values():
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def write_with(path: Path, write: Callable[[Path], None]) -> str:
    """Let a function write a file that is too large for memory, and put it in place once it is whole.

    Args:
        path: where it goes; what stands there stays until the new file is whole.
        write: writes the whole file under the name it is given, in the same folder.

    Returns:
        The file's sha256.

    Raises:
        OverwriteError: a folder, a link or anything else but a plain file stands at the path.
        InputError: the disk is full, the folder is missing or may not be written.
    """
    _refuse_strange(path)
    temporary = _temporary(path)
    try:
        write(temporary)
        with temporary.open("rb") as file:
            if path.exists():
                os.fchmod(file.fileno(), path.stat().st_mode & 0o777)
            os.fsync(file.fileno())
        digest = _digest(temporary)
        temporary.replace(path)
    except OSError as error:
        raise InputError(path, f"it cannot be written ({error.strerror})", _ROOM) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return digest


def _temporary(path: Path) -> Path:
    return path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}.part")


def refuse_foreign(outputs: Iterable[Path], record_path: Path, force: bool) -> None:
    """Do nothing where every output may be written; call it before the first one is.

    A file that stands there already is ours, and may be replaced, where the record beside it lists its name
    with its sha256; so a caption file that a person corrected stays. The record is ours if it can be read.

    Args:
        outputs: all files that will be written, the record among them.
        record_path: the record that an earlier run left, or would have left.
        force: whether the user said --force.

    Raises:
        OverwriteError: a file is not captionkit's, or was changed since.
    """
    if force:
        return
    earlier = _record_at(record_path)
    for path in outputs:
        if os.path.lexists(path):
            _refuse_strange(path)
            _refuse_other(path, record_path, earlier)


def files_listed(record_path: Path) -> dict[str, str]:
    """Name → sha256 of the files that an earlier run wrote beside its record; empty where there is none."""
    earlier = _record_at(record_path)
    return dict(earlier.files) if earlier else {}


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
    raise FormatError(path, "its text is in an encoding that is not known here", remedy)


def _is_western(text: str) -> bool:
    """Whether most letters are plain ones. Cyrillic or Greek read as Windows-1252 gives accented letters alone."""
    letters = sum(map(str.isalpha, text))
    accented = sum(c.isalpha() and not c.isascii() for c in text)
    return 2 * accented <= letters


def _what_is_wrong(path: Path) -> str | None:
    """Why a file cannot be opened as a plain file, None where it can."""
    if path.is_dir():
        return "it is a folder"
    if not path.exists():
        return "there is no such file"
    return None if path.is_file() else "it is not a plain file"


def _refuse_strange(path: Path) -> None:
    remedy = "Move it away, or choose another folder with -o."
    if path.is_symlink():
        raise OverwriteError(path, "a link stands there, and captionkit does not write through links", remedy)
    if path.exists() and not path.is_file():
        raise OverwriteError(path, "what stands there is not a plain file", remedy)


def _refuse_other(path: Path, record_path: Path, earlier: Record | None) -> None:
    if path == record_path:
        if earlier is None:
            raise OverwriteError(path, "it is not a record that this captionkit can read", _REMEDY)
        return
    listed = dict(earlier.files).get(path.name) if earlier else None
    if listed is None:
        raise OverwriteError(path, "it is there already, and captionkit did not write it", _REMEDY)
    if listed != _digest(path):
        raise OverwriteError(path, "it was changed since captionkit wrote it", _REMEDY)


def _record_at(path: Path) -> Record | None:
    try:
        return record_from_json(read_text(path), path)
    except FormatError:
        return None


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


def _digest(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError as error:
        raise OverwriteError(path, f"it cannot be read ({error.strerror})", _REMEDY) from None


def _write_through(path: Path, data: bytes, like: Path) -> None:
    """A new file, on the disk and not only in memory, with the mode of the file it will replace."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        if like.exists():
            os.fchmod(handle, like.stat().st_mode & 0o777)
        os.fsync(handle)
