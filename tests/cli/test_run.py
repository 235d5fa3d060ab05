"""`captionkit run`: what it asks of the library, what it prints, and what it refuses."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from captionkit.model import (
    Article,
    Check,
    Clip,
    Credit,
    Cue,
    Finding,
    ModelUsed,
    Part,
    PartFinding,
    Quote,
    Record,
    Span,
    Transcript,
    Word,
)
from captionkit.pipeline import caption as pipeline
from captionkit.pipeline.options import CaptionOptions

LONG = "We will cut the night service, and we will do it before the winter comes to the valley and its people."
PART = PartFinding(Part(LONG), "altered", (Span(63_000, 65_000),), "We will not cut it.", reason="negation lost")
RECORD = Record(
    Clip("bus.wav", "0" * 64, 65_000, None),
    Transcript(
        "en",
        (Word("Innes", 0, 400, 0.5, heard="Innis"), Word("speaks.", 500, 900)),
        ModelUsed("base", "1" * 64, "cpu", "int8"),
    ),
    cues=(Cue(0, 1_000, ("Innes speaks.",)),),
    article=Article("bus.html", "The bus", "Text."),
    credits=(Credit("producer", ("Li Wei", "Ana Oyelaran")),),
    findings=(Finding(Quote("q1", "speech", (PART.part,), "Ines Okafor"), "altered", (PART,)),),
    checks=(Check("levels", "warning", "the sound is very quiet", 3_000),),
)
SILENT = Record(Clip("bus.wav", "0" * 64, 65_000), Transcript("en", ()))


class Library:
    """What the command asked for, and what it gets."""

    record = RECORD
    options: CaptionOptions
    clip: Path


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    """The library gives the record of a bus without hearing anything."""
    library = Library()

    def caption_clip(clip: Path, options: CaptionOptions, report: object) -> Record:
        library.clip, library.options = clip, options
        return library.record

    monkeypatch.setattr(pipeline, "caption_clip", caption_clip)
    return library


def test_in_a_pipe_there_is_one_path_a_line(call, wav, library: Library) -> None:
    """A script could not tell where the files are."""
    wav("bus.wav")
    called = call("run", "bus.wav", "-o", "out")
    assert (called.code, called.err) == (0, "")
    assert called.out.splitlines() == [
        f"out/bus{suffix}" for suffix in (".captionkit.json", ".vtt", ".srt", ".txt", ".html", ".qa.html")
    ]
    assert all(Path(line).is_file() for line in called.out.splitlines())


def test_another_model_than_wished_is_said_in_a_pipe_too(call, wav, library: Library) -> None:
    """A night's worth of clips would be captioned by a lesser model, and nobody told."""
    library.record = replace(RECORD, checks=(Check("model", "warning", "the hub did not answer: base is used"),))
    wav("bus.wav")
    called = call("run", "bus.wav", "-o", "out")
    assert (called.code, called.err) == (0, "captionkit: the hub did not answer: base is used\n")
    assert len(called.out.splitlines()) == 6


def test_files_stand_beside_the_clip(call, wav, library: Library, tmp_path: Path) -> None:
    """The captions would be found nowhere, or in the folder where the command was typed."""
    (tmp_path / "clips").mkdir()
    wav(str(tmp_path / "clips" / "bus.wav"))
    assert call("run", "../clips/bus.wav").code == 0
    assert {p.name for p in (tmp_path / "clips").iterdir()} >= {"bus.vtt", "bus.captionkit.json"}
    assert list(Path().iterdir()) == []


def test_json_is_the_records_summary(call, wav, library: Library) -> None:
    """A program that reads the result would break on it, or miss what was found."""
    wav("bus.wav")
    called = call("run", "bus.wav", "--json")
    data = json.loads(called.out)
    assert data["schema"] == "captionkit/1"
    assert data["quotes"][0]["verdict"] == "altered"
    assert data["credits"] == {"producer": ["Li Wei", "Ana Oyelaran"]}
    assert data["files"][0] == "bus.captionkit.json"
    assert "words" not in data["transcript"] and "cues" not in data


def test_a_person_is_told_what_came_of_it(call, wav, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The editor would have to open the files to learn that a quote was altered."""
    wav("bus.wav")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    call("run", "bus.wav")
    shown = screen.getvalue()
    assert "✗ altered" in shown and "Ines Okafor" in shown and "1:03" in shown and LONG in shown
    assert "negation lost" in shown
    assert "producer: Li Wei, Ana Oyelaran" in shown
    assert "Innis → Innes" in shown
    assert "check: 0:03  the sound is very quiet" in shown
    assert "2 words, 1 cues, 1:05, language en (1.00), model base" in shown
    assert "bus.vtt" in shown


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [("altered", 1), ("not_found, altered", 1), ("not_found", 0), ("altered,altered,", 1), ("", 0)],
)
def test_fail_on_is_a_gate(call, wav, library: Library, verdicts: str, code: int) -> None:
    """A publishing script would let an altered quote pass, or stop a right one."""
    wav("bus.wav")
    called = call("run", "bus.wav", "--fail-on", verdicts)
    assert called.code == code
    assert Path("bus.vtt").is_file()


def test_a_clip_without_speech_leaves_the_record_alone_and_says_so(call, wav, library: Library) -> None:
    """An empty caption file would be published, and a script think that all is well."""
    wav("bus.wav")
    library.record = SILENT
    called = call("run", "bus.wav", "--fail-on", "altered")
    assert called.code == 3
    assert "captionkit: bus.wav: no speech was detected" in called.err and "bus.captionkit.json" in called.err
    assert sorted(p.name for p in Path().iterdir()) == ["bus.captionkit.json", "bus.wav"]
    called = call("run", "bus.wav", "--json")
    assert (called.code, json.loads(called.out)["files"]) == (3, ["bus.captionkit.json"])


def test_what_the_user_says_reaches_the_library(call, wav, library: Library) -> None:
    """An option would be taken and ignored."""
    wav("bus.wav")
    arguments = [
        "--article",
        "a.html",
        "--model",
        "base",
        "--device",
        "cpu",
        "--compute-type",
        "float32",
        "--language",
        "de",
        "--audio-stream",
        "1",
        "--style",
        "netflix-en",
        "--speakers",
        "3",
        "--no-respell",
        "--offline",
        "--allow-private",
    ]
    assert call("run", "bus.wav", *arguments, "--credit", "producer=Li Wei").code == 0
    assert library.clip == Path("bus.wav")
    assert library.options == CaptionOptions(
        article="a.html",
        model="base",
        device="cpu",
        compute_type="float32",
        language="de",
        audio_stream=1,
        style="netflix-en",
        credits=(Credit("producer", ("Li Wei",)),),
        respell=False,
        speakers=3,
        offline=True,
        allow_private=True,
    )


def test_without_options_there_are_defaults(call, wav, library: Library) -> None:
    """What the README shows would not be what happens."""
    wav("bus.wav")
    call("run", "bus.wav")
    assert library.options == CaptionOptions()


@pytest.mark.parametrize(("said", "count"), [("auto", None), ("off", 0), ("1", 1), ("100", 100)])
def test_speakers_are_counted_found_or_left_alone(call, wav, library: Library, said: str, count: int | None) -> None:
    """`off` would still tell them apart, or `2` be taken for any number."""
    wav("bus.wav")
    assert call("run", "bus.wav", "--speakers", said).code == 0
    assert library.options == CaptionOptions(speakers=count)


def test_formats_are_chosen(call, wav, library: Library) -> None:
    """A folder would fill with files that nobody asked for."""
    wav("bus.wav")
    assert call("run", "bus.wav", "--formats", "vtt, srt").code == 0
    assert sorted(p.name for p in Path().iterdir()) == ["bus.captionkit.json", "bus.srt", "bus.vtt", "bus.wav"]


def test_the_part_for_another_page_is_made_on_request(call, wav, library: Library) -> None:
    """A newsroom gets a file it never asked for, or not the one it asked for."""
    call("run", wav("bus.wav"))
    assert not Path("bus.embed.html").exists()
    assert "bus.embed.html" in call("run", "bus.wav", "--embed-page", "--formats", "vtt").out.splitlines()
    assert Path("bus.embed.html").read_text().startswith('<div class="captionkit"')


def test_quotes_are_marked_on_request(call, wav, library: Library) -> None:
    """Every reader is shown where the article departs from the clip, or nobody can be."""
    call("run", wav("bus.wav"), "-o", "out")
    assert "Quoted in the article" not in Path("out/bus.html").read_text()
    call("run", "bus.wav", "-o", "out", "--mark-quotes")
    assert "Quoted in the article" in Path("out/bus.html").read_text()


def test_a_persons_file_is_seen_before_the_clip_is_heard(
    call, wav, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user would wait for the whole clip, to be told that nothing is written."""
    wav("bus.wav")
    Path("bus.srt").write_text("mine")
    monkeypatch.setattr(pipeline, "caption_clip", None)
    called = call("run", "bus.wav")
    assert called.code == 3
    assert "bus.srt: it exists already, and captionkit did not write it" in called.err
    assert "--force" in called.err
    assert Path("bus.srt").read_text() == "mine"


def test_force_replaces_it(call, wav, library: Library) -> None:
    """`--force` would not do what it says."""
    wav("bus.wav")
    Path("bus.srt").write_text("mine")
    assert call("run", "bus.wav", "--force").code == 0
    assert "Innes speaks." in Path("bus.srt").read_text()


def mute(name: str) -> None:
    """A second of picture without sound."""
    with av.open(name, "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for number in range(25):
            frame = av.VideoFrame.from_ndarray(np.full((96, 64), number, np.uint8), format="yuv420p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.fixture
def desk(call, wav) -> None:
    """Everything a desk can have lying on it."""
    wav("ok.wav")
    mute("mute.mp4")
    Path("empty.mp4").touch()
    Path("notes.mp4").write_text("These are the notes of the meeting.\n" * 20)
    Path("noise.mp4").write_bytes(np.random.default_rng(1).bytes(5_000))
    Path("folder.mp4").mkdir()
    Path("hiss.html").write_bytes(np.random.default_rng(1).bytes(5_000))
    Path("blank.html").touch()
    Path("page.doc").write_text("text")
    Path("file").touch()


REFUSED = [
    ("gone.mp4", 3, "gone.mp4: there is no such file"),
    ("folder.mp4", 3, "folder.mp4: this is a folder"),
    ("empty.mp4", 3, "empty.mp4: the file is empty"),
    ("notes.mp4", 3, "notes.mp4: this is not media that FFmpeg can read"),
    ("noise.mp4", 3, "noise.mp4: this is not media that FFmpeg can read"),
    ("mute.mp4", 3, "mute.mp4: it has no sound"),
    ("/dev/null", 3, "/dev/null: this is not a regular file"),
    ("ok.wav --model nobody", 2, "nobody: no such model. The known ones are large-v3,"),
    ("ok.wav --model ./nowhere", 3, "nowhere: no weights for faster-whisper: there is no such folder"),
    ("ok.wav --model ./folder.mp4", 3, "folder.mp4: no weights for faster-whisper: it lacks model.bin"),
    ("ok.wav --style nobody", 2, "There is no style named 'nobody'"),
    ("ok.wav --style ./gone.toml", 3, "gone.toml: there is no such file"),
    ("ok.wav --formats doc", 2, "There is no format 'doc'. The formats are vtt, srt, ttml, txt, html, qa."),
    ("ok.wav --formats ,", 2, "There is no format"),
    ("ok.wav --formats=", 2, "There is no format"),
    ("ok.wav --credit Li", 2, "--credit 'Li' has no role or no name"),
    ("ok.wav --credit producer=", 2, "--credit 'producer=' has no role or no name"),
    ("ok.wav --credit =Li", 2, "--credit '=Li' has no role or no name"),
    ("ok.wav --article gone.html", 3, "gone.html: no such file"),
    ("ok.wav --article hiss.html", 3, "hiss.html: this is not text"),
    ("ok.wav --article blank.html", 3, "blank.html: the article is empty"),
    ("ok.wav --article folder.mp4", 3, "folder.mp4: this is a folder"),
    ("ok.wav --article page.doc", 3, "page.doc: the name does not end in .html, .htm, .txt or .md"),
    ("ok.wav --article ftp://a/b.html", 3, "ftp://a/b.html: addresses that begin with ftp: are not supported"),
    ("ok.wav --article http://127.0.0.1/a", 3, "127.0.0.1 is an address of this machine or of a private network"),
    (
        "ok.wav --article http://a.test/b --offline",
        3,
        "http://a.test/b: nothing is fetched from the network with --offline",
    ),
    ("ok.wav --fail-on nonsense", 2, "nonsense is not a verdict; the verdicts are verbatim, tidied,"),
    ("ok.wav --audio-stream 7", 3, "ok.wav: there is no sound stream 7"),
    ("ok.wav --audio-stream x", 2, "'x' is not a valid integer"),
    ("ok.wav --audio-stream -1", 2, "-1 is not in the range"),
    ("ok.wav --speakers 0", 2, "'0' is not a number from 1 to 100, `auto` or `off`"),
    ("ok.wav --speakers 101", 2, "'101' is not a number from 1 to 100"),
    ("ok.wav --speakers -1", 2, "'-1' is not a number from 1 to 100"),
    ("ok.wav --speakers 9999999999999999999999", 2, "is not a number from 1 to 100"),
    ("ok.wav --speakers two", 2, "'two' is not a number from 1 to 100"),
    ("ok.wav --device tpu", 2, "'tpu' is not one of 'auto', 'cpu', 'cuda'"),
    ("ok.wav --compute-type int4", 2, "'int4' is not one of 'auto', 'int8'"),
    ("ok.wav -o file", 3, "file: this folder cannot be made"),
    ("ok.wav -o file/out", 3, "file/out: this folder cannot be made"),
]


@pytest.mark.parametrize(("line", "code", "sentence"), REFUSED, ids=[line for line, _, _ in REFUSED])
def test_what_cannot_be_used_is_a_sentence(call, desk, line: str, code: int, sentence: str) -> None:
    """The person would see a traceback, or not know which of their files is meant, or wait for nothing."""
    before = sorted(Path().rglob("*"))
    called = call("run", *line.split(" "))
    assert (called.code, called.out) == (code, "")
    assert sentence in called.err
    assert "Traceback" not in called.err and "internal error" not in called.err
    assert sorted(Path().rglob("*")) == before


def test_a_folder_that_may_not_be_written_is_a_sentence(
    call, wav, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clip would be heard before the person learns that nothing can be written."""
    wav("bus.wav")
    monkeypatch.setattr("captionkit.publish.os.access", lambda path, mode: False)
    monkeypatch.setattr(pipeline, "caption_clip", None)
    called = call("run", "bus.wav", "-o", "out")
    assert called.code == 3  # and not 2: the call is right
    assert "out: this folder is not writable" in called.err


def test_a_clip_that_may_not_be_read_is_no_wrong_call(call, wav, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script would take a clip with wrong rights for a slip of its own."""
    wav("bus.wav")

    def forbidden(path: Path, *arguments: object, **named: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.access", lambda path, mode, **named: str(path) != "bus.wav")
    monkeypatch.setattr(Path, "open", forbidden)
    called = call("run", "bus.wav", "-o", "out")
    assert called.code == 3
    assert "bus.wav: it cannot be read (Permission denied)" in called.err


@pytest.mark.parametrize(
    "name",
    [
        "two words.wav",
        "-dash.wav",
        "Straßenbahn Ä 電車.wav",
        "a'b\"c&d;e.wav",
        "line\nfeed.wav",
        "50% #1?.wav",
        ".hidden.wav",
        "no suffix",
        "many.dots.in.name.wav",
        "[red]markup.wav",
        "x" * 200 + ".wav",
    ],
)
def test_any_name_is_a_name(call, wav, library: Library, name: str) -> None:
    """A clip would have to be renamed to be captioned."""
    wav(name)
    called = call("run", "--", name)
    assert (called.code, called.err) == (0, "")
    assert Path(Path(name).stem + ".vtt").is_file()


def test_a_name_that_is_too_long_is_a_sentence(call, wav, library: Library) -> None:
    """The name of an output is longer than the clip's: the person would see a traceback."""
    wav("x" * 245 + ".wav")
    called = call("run", "x" * 245 + ".wav")
    assert called.code == 3
    assert "captionkit.json: it cannot be written (File name too long)" in called.err
    assert len(list(Path().iterdir())) == 1


def test_bytes_that_are_no_letters_are_a_name_too(call, wav, library: Library) -> None:
    """A clip from an old disk could not be captioned."""
    name = b"caf\xe9.wav".decode("utf-8", "surrogateescape")
    wav("plain.wav").rename(name)
    called = call("run", name)
    assert (called.code, called.err) == (0, "")
    assert Path(name).with_suffix(".vtt").is_file()


def test_the_captions_are_put_into_a_copy_of_the_clip(call, library: Library) -> None:
    """The station would need another program to air the clip with captions, or run twice and lose the copy."""
    make_clip("bus.mkv")
    clip = Path("bus.mkv").read_bytes()
    called = call("run", "bus.mkv", "-o", "out", "--embed")
    assert (called.code, called.err) == (0, "")
    assert called.out.splitlines()[-1] == "out/bus.captioned.mkv"
    with av.open("out/bus.captioned.mkv") as copy:
        assert [bytes(p) for p in copy.demux(copy.streams.subtitles[0]) if p.size] == [b"Innes speaks."]
    digest = hashlib.sha256(Path("out/bus.captioned.mkv").read_bytes()).hexdigest()
    assert json.loads(Path("out/bus.captionkit.json").read_text())["files"]["bus.captioned.mkv"] == digest
    assert Path("bus.mkv").read_bytes() == clip
    assert call("run", "bus.mkv", "-o", "out").code == 0
    assert call("run", "bus.mkv", "-o", "out", "--embed").code == 0


def test_somebody_elses_copy_stays(call, library: Library) -> None:
    """A copy that an editor cut by hand would be gone."""
    make_clip("bus.mkv")
    Path("bus.captioned.mkv").write_bytes(b"a person's work")
    called = call("run", "bus.mkv", "--embed")
    assert (called.code, called.out) == (3, "")
    assert "bus.captioned.mkv: it exists already, and captionkit did not write it" in called.err
    assert call("run", "bus.mkv", "--embed", "--force").code == 0


def test_a_clip_that_holds_no_captions_loses_nothing_else(call, wav, library: Library) -> None:
    """An hour's hearing would be thrown away for a container that cannot hold captions."""
    wav("bus.wav")
    called = call("run", "bus.wav", "-o", "out", "--embed")
    assert called.code == 3
    assert "bus.wav: a .wav holds no captions inside" in called.err
    assert len(called.out.splitlines()) == len(list(Path("out").iterdir())) == 6


def make_clip(name: str) -> None:
    """A second of faint noise, as sound alone."""
    with av.open(name, "w") as container:
        stream = container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        samples = np.random.default_rng(1).normal(0, 900, (1, 16_000)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = 16_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
