"""Files on disk: written whole, never over a person's work, read within bounds."""

import hashlib
import os
from dataclasses import replace

import pytest

from captionkit import files as disk
from captionkit.errors import FormatError, InputError, OverwriteError
from captionkit.record import record_to_json


@pytest.fixture
def written(tmp_path, story):
    """A folder as a run leaves it: a record that lists one caption file, and that file."""
    captions = tmp_path / "ferry.vtt"
    captions.write_bytes(b"WEBVTT\n")
    listed = ((captions.name, hashlib.sha256(b"WEBVTT\n").hexdigest()),)
    record = tmp_path / "ferry.captionkit.json"
    record.write_text(record_to_json(replace(story, files=listed)), encoding="utf-8")
    return captions, record


def test_our_own_files_are_replaced(written):
    """A second run, with a corrected article, is refused."""
    captions, record = written
    disk.refuse_foreign([captions, record, captions.with_suffix(".srt")], record, force=False)


def test_a_corrected_caption_file_stays(written):
    """An hour of somebody's corrections is gone with the next run."""
    captions, record = written
    captions.write_bytes(b"WEBVTT\n\ncorrected")
    with pytest.raises(
        OverwriteError, match=r"ferry.vtt: it was changed since captionkit wrote it\. .*--force"
    ):
        disk.refuse_foreign([captions], record, force=False)
    disk.refuse_foreign([captions], record, force=True)


def test_somebody_elses_file_stays(written):
    """A caption file that a vendor delivered beside the clip is overwritten."""
    captions, record = written
    other = captions.with_suffix(".srt")
    other.write_text("1")
    with pytest.raises(OverwriteError, match="captionkit did not write it"):
        disk.refuse_foreign([record, captions, other], record, force=False)
    record.unlink()
    with pytest.raises(OverwriteError, match="captionkit did not write it"):
        disk.refuse_foreign([captions], record, force=False)


@pytest.mark.parametrize("content", ["", "{}", '{"schema": "captionkit/9"}', "\0" * 9])
def test_what_is_no_record_stays(tmp_path, content):
    """A file of the record's name that is not a record, or a newer one, is overwritten."""
    record = tmp_path / "a.captionkit.json"
    record.write_text(content)
    with pytest.raises(OverwriteError, match="not a record that this captionkit can read"):
        disk.refuse_foreign([record], record, force=False)


@pytest.mark.parametrize("force", [False, True])
def test_links_and_folders_are_never_replaced(written, tmp_path, force):
    """A link is followed out of the folder and a file elsewhere is overwritten, or a pipe blocks the run."""
    _, record = written
    link, folder, pipe = tmp_path / "a.srt", tmp_path / "a.txt", tmp_path / "a.html"
    link.symlink_to(tmp_path / "nowhere")
    folder.mkdir()
    os.mkfifo(pipe)
    for path in (link, folder, pipe):
        if not force:
            with pytest.raises(OverwriteError):
                disk.refuse_foreign([path], record, force=False)
        with pytest.raises(OverwriteError, match=r"it is a link|not a regular file"):
            disk.write_all({path: b"x"})
    assert link.is_symlink()
    assert folder.is_dir()


def test_written_with_the_modes_people_expect(tmp_path):
    """A colleague in the group cannot read the captions, or a file that was made private is public."""
    before = os.umask(0o027)
    try:
        path = tmp_path / "a.vtt"
        disk.write_all({path: b"one"})
        assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"one", 0o640)
        path.chmod(0o600)
        disk.write_all({path: b"two"})
        assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"two", 0o600)
    finally:
        os.umask(before)
    assert [p.name for p in tmp_path.iterdir()] == ["a.vtt"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_full_disk_changes_nothing(tmp_path, monkeypatch, error):
    """Half a caption file stands where a whole one stood, or one file is new and the other old."""
    first, second = tmp_path / "a.vtt", tmp_path / "a.srt"
    first.write_bytes(b"old")
    syncs = []

    def fail_at_second(handle: int) -> None:
        syncs.append(handle)
        if len(syncs) == 2:
            raise error

    monkeypatch.setattr(os, "fsync", fail_at_second)
    with pytest.raises((InputError, KeyboardInterrupt)) as raised:
        disk.write_all({first: b"new", second: b"new"})
    if isinstance(error, OSError):
        assert str(raised.value).startswith(f"{second}: it cannot be written (No space left on device). ")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.vtt", b"old")]


def test_a_missing_folder_is_a_sentence(tmp_path):
    """`-o` with a folder that is gone ends in a traceback."""
    with pytest.raises(InputError, match="No such file or directory"):
        disk.write_all({tmp_path / "gone" / "a.vtt": b"x"})
    with pytest.raises(InputError, match="File name too long"):
        disk.write_all({tmp_path / ("x" * 300): b"x"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("é".encode(), "é"),
        ("\ufeffé".encode(), "é"),
        ("é".encode("utf-16"), "é"),
        ("\ufeffé".encode("utf-16-be"), "é"),
        (b"caf\xe9 \x96 ni\xf1o", "café – niño"),
        ("\ufeffПривет".encode("utf-16-le"), "Привет"),
    ],
)
def test_encodings(tmp_path, data, text):
    """Captions from an older editing suite come in with broken accents, or not at all."""
    path = tmp_path / "a.srt"
    path.write_bytes(data)
    assert disk.read_text(path) == text


@pytest.mark.parametrize(
    "data",
    [
        "Привет, мир".encode("cp1251"),
        "字幕はここに".encode("shift_jis"),
        b"\xff\xfeH\x00i\x00\x00",
        b"\xef\xbb\xbfcaf\xe9",
        b"caf\xe9 \x81",
    ],
)
def test_another_encoding_is_refused(tmp_path, data):
    """Captions in Cyrillic or Japanese become a string of accents, and are published so."""
    path = tmp_path / "a.srt"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=r"a\.srt: its text is in an unknown encoding\. Save it as UTF-8"):
        disk.read_text(path)


def test_a_large_file_is_put_in_place_whole(tmp_path):
    """A copy of the clip is half written after a fault, or its hash in the record is another's."""
    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")
    path.chmod(0o640)
    assert disk.write_with(path, lambda place: place.write_bytes(b"new")) == hashlib.sha256(b"new").hexdigest()
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640

    def full(place):
        place.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match=r"a\.mp4: it cannot be written \(No space left on device\)"):
        disk.write_with(path, full)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.mp4", b"new")]


def test_what_cannot_be_read_is_a_sentence(tmp_path, monkeypatch):
    """A wrong name, a folder or a pipe ends in a traceback, or the command waits for ever."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"12345")
    monkeypatch.setattr(disk, "MAX_BYTES", 4)
    for name, reason in [
        ("gone", "there is no such file"),
        (".", "it is a folder"),
        ("pipe", "it is not a regular file"),
        ("large", "it is larger than 4 bytes"),
        ("x" * 300, "File name too long"),
    ]:
        with pytest.raises(FormatError, match=reason):
            disk.read_text(tmp_path / name)
    (tmp_path / "large").write_bytes(b"1234")
    assert disk.read_text(tmp_path / "large") == "1234"
