"""`captionkit convert`: one caption file into another format, and what is said of what it cannot hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from captionkit.formats import FORMATS, read_file
from captionkit.model import Clip, Cue, Record, Speaker, Transcript, Word
from captionkit.record import record_to_json

VTT = """WEBVTT - vendor

STYLE
::cue { color: red }

REGION
id:x

NOTE by hand

intro
00:01.000 --> 00:02.500 line:0
<v Ana Ö>It's <i>late</i> &amp; dark

00:00:03.000 --> 00:00:04.000
<v Ana>No.</v>
<v Ben>3 &lt; 4.</v>

00:00:04.000 --> 00:00:05.000
<v Ana>Five?</v> <v Ben>Six.</v>
"""
CUES = [(1000, 2500, ("It's late & dark",)), (3000, 4000, ("No.", "3 < 4.")), (4000, 5000, ("Five? Six.",))]
RECORD = Record(
    Clip("bus.mp4", "0" * 64, 9_000),
    Transcript("de", tuple(Word(text, 300 * at, 300 * at + 200, speaker="s1") for at, text in enumerate(["Ja", "wir", "warten"]))),
    (Speaker("s1", "Ines Okafor"),),
    cues=(Cue(0, 1_000, ("Ja, wir warten",), "s1"),),
)


def cues(name: str) -> list[tuple[int, int, tuple[str, ...]]]:
    return [(c.start_ms, c.end_ms, c.lines) for c in read_file(Path(name).read_text(), name).cues]


def told(err: str) -> list[str]:
    """What is said to be missing, shortened to its first words."""
    return [line.split(" does not hold ")[1].split(",")[0].rstrip(".") for line in err.splitlines()]


def test_webvtt_to_subrip_says_what_is_lost(call) -> None:
    """Who speaks vanishes from the captions, and the newsroom learns of it from a viewer."""
    Path("a.vtt").write_text(VTT)
    called = call("convert", "a.vtt", "b.srt")
    assert (called.code, called.out) == (0, "b.srt\n")
    assert told(called.err) == [
        "who speaks",
        "who speaks",
        "the comments",
        "the captions' identifiers",
        "the position and alignment of captions",
        "the regions",
        "the styles",
        "markup inside the text",
        "the metadata",
        "some characters that players take for markup: look-alikes are written instead",
    ]
    assert called.err.startswith("captionkit: b.srt does not hold who speaks, by name.\n")
    assert cues("b.srt") == [CUES[0], (3000, 4000, ("No.", "3 ‹ 4.")), CUES[2]]


@pytest.mark.parametrize("name", ["b.vtt", "b.ttml", "b.txt"])
def test_speakers_and_comments_are_carried(call, name: str) -> None:
    """A format that can name the speaker does not."""
    Path("a.vtt").write_text(VTT)
    called = call("convert", "a.vtt", name)
    file = read_file(Path(name).read_text(), name)
    assert called.code == 0
    assert not {"who speaks, by name", "the comments"} & {line.split(" hold ")[1] for line in called.err.splitlines()}
    assert [voice for cue in file.cues for voice in cue.voices] == ["Ana Ö", "Ana", "Ben", None]
    assert file.notes == ("by hand",)
    assert " ".join(c.text for c in file.cues) == "It's late & dark No. 3 < 4. Five? Six."
    if name != "b.txt":
        assert cues(name) == CUES


def test_turns_within_one_second_of_a_transcript_share_it(call) -> None:
    """A transcript that captionkit wrote could not be read by it, where two people speak in one second."""
    Path("a.vtt").write_text(
        "WEBVTT\n\n00:01.000 --> 00:02.900\n<v Ana>Hi there</v>\n<v Ben>Yes, indeed</v>\n\n00:03.000 --> 00:04.000\n<v Ana>Well.\n"
    )
    assert call("convert", "a.vtt", "a.txt").code == 0
    called = call("convert", "a.txt", "b.srt")
    assert called.code == 0
    assert cues("b.srt") == [(1000, 1842, ("Hi there",)), (1842, 3000, ("Yes, indeed",)), (3000, 3300, ("Well.",))]


def test_there_and_back_again(call) -> None:
    """A caption or a speaker is lost on the way through a broadcaster's system and back."""
    Path("a.vtt").write_text("WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n<v Ana>x &lt; y\nand &amp;amp;\n")
    assert call("convert", "a.vtt", "b.ttml").err == ""
    assert call("convert", "b.ttml", "c.vtt").err == ""
    assert Path("c.vtt").read_text() == Path("a.vtt").read_text()


@pytest.mark.parametrize("name", ["b.vtt", "b.srt", "b.ttml", "b.txt"])
def test_a_record_gives_what_run_would_write(call, name: str) -> None:
    """Another format of captions that are there would want the clip heard again."""
    Path("a.captionkit.json").write_text(record_to_json(RECORD))
    called = call("convert", "a.captionkit.json", name)
    assert called.code == 0
    assert Path(name).read_text() == FORMATS[name[2:]].write(RECORD)
    assert "the times of single words and the findings" in called.err
    assert ("who speaks, by name" in called.err) == (name == "b.srt")
    assert ("the language" in called.err) == (name != "b.ttml")


def test_a_transcript_with_times_becomes_captions(call) -> None:
    """A guess at an end is taken for what the transcript says."""
    Path("a.txt").write_text("[0:01] Hello there.\n[0:04] Goodbye.\n")
    called = call("convert", "a.txt", "b.vtt")
    assert cues("b.vtt") == [(1000, 4000, ("Hello there.",)), (4000, 4480, ("Goodbye.",))]
    assert called.err == "captionkit: a.txt has paragraphs, not captions: each became a caption, and the end of the last is a guess.\n"
    assert call("convert", "a.txt", "b.txt").err == ""


def test_other_encodings_and_line_ends(call) -> None:
    """An older suite's file comes out with broken accents."""
    Path("a.srt").write_bytes("1\r\n00:00:01,000 --> 00:00:02,000\r\ncafé – naïve\r\n".encode("cp1252"))
    Path("b.srt").write_bytes("1\r\n00:00:01,000 --> 00:00:02,000\r\nПривет\r\n".encode("utf-16"))
    assert call("convert", "a.srt", "a.vtt").err == call("convert", "b.srt", "b.vtt").err == ""
    assert cues("a.vtt") == [(1000, 2000, ("café – naïve",))]
    assert cues("b.vtt") == [(1000, 2000, ("Привет",))]


REFUSED = [
    ("gone.vtt b.srt", 3, "gone.vtt: there is no such file"),
    ("a.vtt a.vtt", 3, "a.vtt: it is the file to be converted"),
    ("a.vtt ./a.vtt --force", 3, "a.vtt: it is the file to be converted"),
    ("a.vtt there.srt", 3, "there.srt: it already exists. Give another name, or replace it with --force."),
    ("a.vtt link.srt --force", 3, "link.srt: it is a link"),
    ("a.vtt folder.srt --force", 3, "folder.srt: it exists and is not a regular file"),
    ("a.vtt gone/b.srt", 3, "gone/b.srt: it cannot be written (No such file or directory)"),
    ("a.vtt b.ass", 2, "b.ass: captions cannot be converted to this kind of file. Name one of .vtt, .srt, .ttml, .txt."),
    ("a.vtt b.captionkit.json", 2, "b.captionkit.json: captions cannot be converted"),
    ("a.ass b.srt", 3, "a.ass: its format is unknown"),
    ("head.vtt b.srt", 3, "head.vtt: there are no captions in it"),
    ("prose.txt b.srt", 3, "prose.txt: it has no times for captions"),
    ("bomb.ttml b.srt", 3, "bomb.ttml: it declares a document type"),
    ("shift.srt b.vtt", 3, "shift.srt: its text is in an unknown encoding"),
    ("a.vtt", 2, "Missing argument 'OUT'"),
]


@pytest.mark.parametrize(("line", "code", "sentence"), REFUSED, ids=[line for line, _, _ in REFUSED])
def test_what_cannot_be_converted_is_a_sentence(call, line: str, code: int, sentence: str) -> None:
    """A person's own captions are overwritten, half a file is left, or they see a traceback."""
    Path("a.vtt").write_text(VTT)
    Path("a.ass").write_text("[Script Info]")
    Path("there.srt").write_text("a person's work")
    Path("link.srt").symlink_to("there.srt")
    Path("folder.srt").mkdir()
    Path("head.vtt").write_text("WEBVTT\n")
    Path("prose.txt").write_text("We waited.\n")
    Path("bomb.ttml").write_text('<!DOCTYPE tt [<!ENTITY a "x">]><tt/>')
    Path("shift.srt").write_bytes("1\n00:00:01,000 --> 00:00:02,000\n字幕はここに\n".encode("shift_jis"))
    before = {p: p.read_bytes() for p in Path().iterdir() if p.is_file()}
    called = call("convert", *line.split(" "))
    assert (called.code, called.out) == (code, "")
    assert sentence in called.err
    assert "Traceback" not in called.err and "internal error" not in called.err
    assert {p: p.read_bytes() for p in Path().iterdir() if p.is_file()} == before


def test_force_replaces_what_stands_there(call) -> None:
    """`--force` would not do what it says."""
    Path("a.vtt").write_text(VTT)
    Path("b.srt").write_text("old")
    assert call("convert", "a.vtt", "b.srt", "--force").code == 0
    assert cues("b.srt")[0] == CUES[0]
