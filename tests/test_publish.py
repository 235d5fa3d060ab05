"""The files beside the clip: all or none, and never over a person's work."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from captionkit import publish as outputs
from captionkit.errors import FormatError, InputError, OverwriteError, UsageError
from captionkit.model import Article, Clip, Credit, Cue, ModelUsed, PageSettings, Record, Review, Transcript, Word
from captionkit.publish import (
    OUTPUT_NAMES,
    USUAL_NAMES,
    OutputOptions,
    output_names,
    output_paths,
    prepare,
    sign_off,
    write_outputs,
)
from captionkit.record import record_from_json

WORDS = (Word("We", 0, 400), Word("build.", 400, 1_000))
RECORD = Record(
    Clip("clip.mp4", "0" * 64, 5_000, 25.0),
    Transcript("en", WORDS, ModelUsed("base", "1" * 64, "cpu", "int8")),
    cues=(Cue(0, 1_000, ("We build.",)),),
    article=Article("article.html", "A tunnel", "They build."),
    credits=(Credit("producer", ("Ana Oyelaran",)),),
)
ALL = ["clip.captionkit.json", "clip.html", "clip.qa.html", "clip.srt", "clip.txt", "clip.vtt"]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"media")
    return path


@pytest.fixture
def options(tmp_path: Path) -> OutputOptions:
    return OutputOptions(tmp_path / "out", style="netflix-en")


def names_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_every_output_is_written_and_listed(clip: Path, options: OutputOptions) -> None:
    """The person would look for a file that is not there, or could not trust the list in the record."""
    written, paths = write_outputs(RECORD, clip, options)
    assert names_in(options.folder) == ALL
    assert paths[0].name == "clip.captionkit.json"
    assert sorted(p.name for p in paths) == ALL
    assert dict(written.files) == {
        name: hashlib.sha256((options.folder / name).read_bytes()).hexdigest()
        for name in ALL
        if name != "clip.captionkit.json"
    }
    assert record_from_json(paths[0].read_text(), paths[0]) == written
    assert replace(written, files=(), pages=None) == RECORD
    assert written.pages == PageSettings("../clip.mp4", "netflix-en")


def test_without_an_article_there_is_no_qa_report(clip: Path, options: OutputOptions) -> None:
    """An empty report would look as if no quote was wrong."""
    write_outputs(replace(RECORD, article=None), clip, options)
    assert names_in(options.folder) == [name for name in ALL if name != "clip.qa.html"]


def test_without_words_there_is_the_record_alone(clip: Path, options: OutputOptions) -> None:
    """An empty caption file would be published as the clip's captions."""
    silent = replace(RECORD, transcript=Transcript("en", ()), cues=())
    _, paths = write_outputs(silent, clip, options)
    assert names_in(options.folder) == ["clip.captionkit.json"]
    assert [p.name for p in paths] == ["clip.captionkit.json"]


def test_the_chosen_formats_and_no_others(clip: Path, options: OutputOptions) -> None:
    """A newsroom that wants WebVTT alone would have to clean up after every run."""
    write_outputs(RECORD, clip, replace(options, names=("vtt", "html")))
    assert names_in(options.folder) == ["clip.captionkit.json", "clip.html", "clip.vtt"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("vtt", ("vtt",)),
        ("vtt,srt", ("vtt", "srt")),
        (" srt , vtt,", ("srt", "vtt")),
        ("vtt,vtt", ("vtt",)),
        ("qa,html,txt", ("qa", "html", "txt")),
    ],
)
def test_formats_are_named_in_a_list(text: str, names: tuple[str, ...]) -> None:
    """A blank after a comma would be an unknown format."""
    assert output_names(text) == names


@pytest.mark.parametrize("text", ["", ",", "vtt,doc", "VTT", "record", "vtt srt"])
def test_an_unknown_format_names_the_known_ones(text: str) -> None:
    """The person would not know what there is."""
    with pytest.raises(UsageError, match="The formats are vtt, srt, ttml, txt, html, qa"):
        output_names(text)


def test_all_formats_are_offered() -> None:
    """A format could be made but not chosen."""
    assert OUTPUT_NAMES == ("vtt", "srt", "ttml", "txt", "html", "qa")
    assert USUAL_NAMES == ("vtt", "srt", "txt", "html", "qa")


@pytest.mark.parametrize(
    ("name", "vtt"),
    [("a.b.mp4", "a.b.vtt"), (".hidden.mp4", ".hidden.vtt"), ("Bericht für Ä.mov", "Bericht für Ä.vtt")],
)
def test_names_come_from_the_clips_stem(tmp_path: Path, name: str, vtt: str) -> None:
    """The captions would not be found beside their clip."""
    paths = output_paths(tmp_path / name, OutputOptions(tmp_path), with_article=True)
    assert paths["vtt"] == tmp_path / vtt
    assert list(paths) == ["record", "vtt", "srt", "txt", "html", "qa"]


def test_a_second_run_replaces_its_own_files(clip: Path, options: OutputOptions) -> None:
    """Nobody could caption a corrected article without deleting files first."""
    write_outputs(RECORD, clip, options)
    write_outputs(replace(RECORD, cues=(Cue(0, 1_200, ("We build.",)),)), clip, options)
    assert "00:00:01.200" in (options.folder / "clip.vtt").read_text()


@pytest.mark.parametrize("name", ALL)
def test_a_file_that_is_not_ours_stops_everything(clip: Path, options: OutputOptions, name: str) -> None:
    """A person's own captions would be gone."""
    options.folder.mkdir()
    (options.folder / name).write_text("a person's work")
    with pytest.raises(OverwriteError, match=name):
        write_outputs(RECORD, clip, options)
    assert bytes_in(options.folder) == {name: b"a person's work"}


@pytest.mark.parametrize("name", [n for n in ALL if n != "clip.captionkit.json"])
def test_a_file_that_was_edited_stops_everything(clip: Path, options: OutputOptions, name: str) -> None:
    """An hour of corrections to the captions would be gone after the next run."""
    write_outputs(RECORD, clip, options)
    with (options.folder / name).open("a") as file:
        file.write("corrected\n")
    before = bytes_in(options.folder)
    with pytest.raises(OverwriteError, match=f"{name}: it was changed since"):
        write_outputs(RECORD, clip, options)
    assert bytes_in(options.folder) == before


def test_force_replaces_what_stands_there(clip: Path, options: OutputOptions) -> None:
    """`--force` would not do what it says."""
    options.folder.mkdir()
    (options.folder / "clip.vtt").write_text("old")
    write_outputs(RECORD, clip, replace(options, force=True))
    assert (options.folder / "clip.vtt").read_text().startswith("WEBVTT")


def test_force_does_not_write_through_a_link(clip: Path, options: OutputOptions, tmp_path: Path) -> None:
    """A link in a shared folder would make captionkit overwrite a file somewhere else."""
    options.folder.mkdir()
    (tmp_path / "elsewhere").write_text("safe")
    (options.folder / "clip.vtt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OverwriteError, match="it is a link"):
        write_outputs(RECORD, clip, replace(options, force=True))
    assert (tmp_path / "elsewhere").read_text() == "safe"
    assert names_in(options.folder) == ["clip.vtt"]


def test_files_of_an_earlier_choice_stay_known(clip: Path, options: OutputOptions) -> None:
    """After a run for WebVTT alone the SRT of before would count as a person's, and stop the next full run."""
    write_outputs(RECORD, clip, options)
    write_outputs(RECORD, clip, replace(options, names=("vtt",)))
    written, _ = write_outputs(RECORD, clip, options)
    assert sorted(dict(written.files)) == [name for name in ALL if name != "clip.captionkit.json"]


def test_files_that_went_away_are_not_listed(clip: Path, options: OutputOptions) -> None:
    """The record would list a file that somebody else may put there later, and captionkit would overwrite it."""
    write_outputs(RECORD, clip, options)
    (options.folder / "clip.srt").unlink()
    written, _ = write_outputs(RECORD, clip, replace(options, names=("vtt",)))
    assert "clip.srt" not in dict(written.files)


def test_two_clips_share_a_folder(clip: Path, options: OutputOptions, tmp_path: Path) -> None:
    """A library's outputs could not stand in one folder."""
    write_outputs(RECORD, clip, options)
    write_outputs(RECORD, tmp_path / "other.mp4", options)
    assert len(names_in(options.folder)) == 12


@pytest.mark.parametrize("broken", ["vtt", "srt", "ttml", "txt", "record"])
def test_nothing_is_put_in_place_where_one_file_reads_back_wrong(
    clip: Path, options: OutputOptions, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Captions that lost a word in writing would be published beside right ones."""
    kind = outputs.FORMATS[broken]
    lossy = replace(kind, write=lambda record: kind.write(replace(record, cues=(), transcript=Transcript("en", ()))))
    monkeypatch.setitem(outputs.FORMATS, broken, lossy)
    if kind is outputs.RECORD:
        monkeypatch.setattr(outputs, "RECORD", lossy)
    with pytest.raises(InputError):
        write_outputs(RECORD, clip, replace(options, names=OUTPUT_NAMES))
    assert names_in(options.folder) == []


def test_a_full_disk_leaves_the_old_files(clip: Path, options: OutputOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a full disk half the files would be new and half old, or gone."""
    write_outputs(RECORD, clip, options)
    before = bytes_in(options.folder)
    written: list[int] = []

    def full(handle: int) -> None:
        written.append(handle)
        if len(written) == 4:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_outputs(replace(RECORD, credits=()), clip, options)
    assert bytes_in(options.folder) == before


def test_a_folder_is_made(clip: Path, options: OutputOptions) -> None:
    """`-o` would want a folder made by hand."""
    prepare(clip, replace(options, folder=options.folder / "deep" / "er"), article=None)
    assert (options.folder / "deep" / "er").is_dir()


def test_a_folder_that_cannot_be_made_is_named(clip: Path, options: OutputOptions) -> None:
    """The person would see a traceback, or only after the whole clip was heard."""
    with pytest.raises(InputError, match=r"clip.mp4/out: this folder cannot be made \(.+\). Choose another"):
        prepare(clip, replace(options, folder=clip / "out"), article=None)
    with pytest.raises(InputError, match=r"clip.mp4: this folder cannot be made"):
        prepare(clip, replace(options, folder=clip), article=None)


def test_a_folder_that_may_not_be_written_is_named_at_once(
    clip: Path, options: OutputOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour's clip would be heard before the person learns that nothing can be written."""
    monkeypatch.setattr(os, "access", lambda path, mode: path != options.folder)
    with pytest.raises(InputError, match=r"out: this folder is not writable. Choose another with -o"):
        prepare(clip, options, article=None)


def test_the_clip_itself_is_never_replaced(tmp_path: Path) -> None:
    """A clip called like an output would be overwritten by its own captions."""
    clip = tmp_path / "clip.vtt"
    clip.write_bytes(b"media in disguise")
    with pytest.raises(OverwriteError, match=r"clip\.vtt: an output would replace what it is made from"):
        write_outputs(RECORD, clip, OutputOptions(tmp_path, force=True))
    assert clip.read_bytes() == b"media in disguise"


@pytest.mark.parametrize("name", ["clip.html", "clip.txt"])
def test_the_article_is_never_replaced(clip: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The article beside the clip, called like it, would be overwritten by the transcript."""
    article = clip.with_name(name)
    article.write_text("the article")
    record = replace(RECORD, article=replace(RECORD.article, source=str(article)))
    with pytest.raises(OverwriteError, match=f"{name}: an output would replace"):
        write_outputs(record, clip, OutputOptions(clip.parent, force=True))
    monkeypatch.chdir(clip.parent)
    with pytest.raises(OverwriteError, match=f"{name}: an output would replace"):
        prepare(Path("clip.mp4"), OutputOptions(Path(), force=True), name)
    assert article.read_text() == "the article"
    write_outputs(record, clip, OutputOptions(clip.parent, names=("vtt", "srt")))


def test_the_pages_link_to_the_clip_and_to_the_files(clip: Path, options: OutputOptions) -> None:
    """The page's player would stay black, and its downloads lead nowhere."""
    write_outputs(RECORD, clip, options)
    page = (options.folder / "clip.html").read_text()
    assert "../clip.mp4" in page
    assert all(f'"{name}"' in page for name in ("clip.vtt", "clip.srt", "clip.txt"))


def test_a_name_with_signs_of_a_link_is_linked_rightly(tmp_path: Path) -> None:
    """A clip called `50% #1?.mp4` could not be played in its page."""
    clip = tmp_path / "50% #1?.mp4"
    clip.write_bytes(b"")
    write_outputs(RECORD, clip, OutputOptions(tmp_path))
    assert "50%25%20%231%3F.mp4" in (tmp_path / "50% #1?.html").read_text()


def test_words_that_utf8_cannot_hold_do_not_stop_the_run(clip: Path, options: OutputOptions) -> None:
    """A broken letter in an article would cost the clip its captions."""
    odd = replace(RECORD, article=replace(RECORD.article, title="\ud800 tunnel"))
    write_outputs(odd, clip, options)
    assert json.loads((options.folder / "clip.captionkit.json").read_text())["article"]["title"]
    write_outputs(odd, clip, options)


SIGNED = Review("Ines Quintero", "2026-11-20")
THESE_SAY_IT = ("clip.captionkit.json", "clip.embed.html", "clip.html", "clip.ttml", "clip.txt", "clip.vtt")


def test_a_review_is_said_wherever_its_lack_was(clip: Path, options: OutputOptions) -> None:
    """A reviewed transcript goes on saying that nobody looked at it, or another file says so of the same words."""
    names = (*OUTPUT_NAMES, "embed")
    written, paths = write_outputs(RECORD, clip, replace(options, names=names, mark_quotes=True))
    before = bytes_in(options.folder)
    signed, again = sign_off(paths[0], SIGNED)
    assert sorted(again) == sorted(paths)
    assert replace(signed, review=None, files=written.files) == written
    assert record_from_json(paths[0].read_text(), paths[0]) == signed
    after = bytes_in(options.folder)
    assert [name for name in sorted(after) if b"Ines Quintero" in after[name]] == list(THESE_SAY_IT)
    assert not any(b"not yet reviewed" in content for content in after.values())
    assert after["clip.srt"] == before["clip.srt"]


def test_a_review_makes_only_what_was_there(clip: Path, options: OutputOptions) -> None:
    """A newsroom that wanted WebVTT alone finds five files more, or one that it deleted."""
    _, paths = write_outputs(RECORD, clip, replace(options, names=("vtt", "txt")))
    (options.folder / "clip.txt").unlink()
    sign_off(paths[0], SIGNED)
    assert names_in(options.folder) == ["clip.captionkit.json", "clip.vtt"]


def test_what_was_changed_is_not_signed(clip: Path, options: OutputOptions) -> None:
    """Somebody's name stands over words they never read, and their corrections are gone."""
    _, paths = write_outputs(RECORD, clip, options)
    (options.folder / "clip.srt").write_text("corrected")
    before = bytes_in(options.folder)
    with pytest.raises(OverwriteError, match=r"clip\.srt: it was changed since .* does not have this change"):
        sign_off(paths[0], SIGNED)
    assert bytes_in(options.folder) == before


def test_the_next_run_takes_the_review_back(clip: Path, options: OutputOptions) -> None:
    """New words would go out under the name of whoever read the old ones."""
    _, paths = write_outputs(RECORD, clip, options)
    sign_off(paths[0], SIGNED)
    written, _ = write_outputs(RECORD, clip, options)
    assert written.review is None
    assert "not yet reviewed" in (options.folder / "clip.html").read_text()


def test_a_record_that_cannot_be_signed_is_a_sentence(clip: Path, options: OutputOptions) -> None:
    """A traceback instead of what to do."""
    _, (path, *_) = write_outputs(RECORD, clip, options)
    text = path.read_text()
    path.write_text(text.replace("../clip.mp4", "javascript:alert(1)"))
    with pytest.raises(FormatError, match="links only to"):
        sign_off(path, SIGNED)
    path.write_text(text.replace('"pages"', '"other"'))
    with pytest.raises(FormatError, match="does not say how its pages were made"):
        sign_off(path, SIGNED)
    _, (silent, *_) = write_outputs(replace(RECORD, transcript=Transcript("en", ())), clip, options)
    with pytest.raises(InputError, match="no words in it to review"):
        sign_off(silent, SIGNED)
    other = path.with_name("record.json")
    other.write_text(text)
    with pytest.raises(FormatError, match=r"ends in \.captionkit\.json"):
        sign_off(other, SIGNED)
