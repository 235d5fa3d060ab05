"""SubRip as others read it: FFmpeg, which VLC, mpv and most platforms are built on, pysubs2 and webvtt-py."""

from __future__ import annotations

import io
from pathlib import Path

import av
import pysubs2
import pytest
import webvtt

from captionkit.formats import FORMATS, srt
from captionkit.formats.presentation import captions_of
from captionkit.model import Clip, Cue, Record, Transcript

TEXTS = (
    ("The ferry", "is back."),
    ("café – “naïve”", "¿Qué?"),
    ("x < y & <i>z</i>",),
    ("{\\an8}up",),
    ("0:01 --> 0:02",),
    ("&lt;b&gt; AT&T",),
    ("7",),
    ("1", "2"),
    ("\u202bשלום\u202c", "🦀"),
    ("- Yes.", "- No."),
    ("[music]", ">> ANA: hello"),
)
RECORD = Record(
    Clip("a.mp4", "", 1),
    Transcript("en", ()),
    cues=tuple(Cue(1000 + 2000 * at, 2500 + 2000 * at, lines) for at, lines in enumerate(TEXTS)),
)
MEANT = [
    (cue.start_ms, cue.end_ms, "\n".join(srt.playable_lines(cue))) for cue in captions_of(RECORD).cues
]


def by_ffmpeg(path: Path) -> list[tuple[int, int, str]]:
    with av.open(str(path)) as file:
        found = []
        for packet in file.demux(file.streams.subtitles[0]):
            for shown in packet.decode() if packet.size else ():
                text = shown.ass.decode().split(",", 8)[8].replace("\\N", "\n")
                found.append((packet.pts, packet.pts + packet.duration, text))
        return found


def by_pysubs2(path: Path) -> list[tuple[int, int, str]]:
    return [(e.start, e.end, e.plaintext) for e in pysubs2.load(str(path), encoding="utf-8")]


def by_webvtt(path: Path) -> list[tuple[int, int, str]]:
    captions = webvtt.from_buffer(io.StringIO(path.read_text(encoding="utf-8")), format="srt").captions
    return [(c.start_time.in_milliseconds(), c.end_time.in_milliseconds(), c.text) for c in captions]


@pytest.mark.parametrize("read", [by_ffmpeg, by_pysubs2, by_webvtt])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_players_show_what_was_meant(tmp_path: Path, read, ends: str) -> None:
    """A player drops words, moves a caption, or shows a time as text; or a Windows editor's line ends break the file."""
    path = tmp_path / "a.srt"
    path.write_bytes(FORMATS["srt"].write(RECORD).replace("\n", ends).encode())
    assert read(path) == MEANT
