"""Captions inside a copy of the clip: the same pictures and sound, byte by byte, and the captions beside them."""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
import pytest
from av.stream import Disposition

from captionkit.errors import FormatError, InputError, MediaError
from captionkit.media import mux
from captionkit.media.mux import CaptionTrack, embed, track_codec
from captionkit.model import FileCue
from captionkit.publish import TRACK_TEXTS

RATE, SECONDS, FPS = 48_000, 4, 10


class Codecs(NamedTuple):
    """FFmpeg's names of what is in a kind of clip."""

    muxer: str
    picture: str
    sound: str


CODECS = {
    ".mp4": Codecs("mp4", "libx264", "aac"),
    ".mov": Codecs("mov", "libx264", "aac"),
    ".mkv": Codecs("matroska", "libx264", "aac"),
    ".webm": Codecs("webm", "libvpx", "libopus"),
    ".m4v": Codecs("mp4", "libx264", "aac"),
    ".avi": Codecs("avi", "mpeg4", "libmp3lame"),
    ".mp3": Codecs("mp3", "", "libmp3lame"),
}
CUES = (
    FileCue(500, 1400, ("The ferry", "is <back> & {here}.")),
    FileCue(1400, 2000, ("We won’t 🦀",), ("Zoë <x>",)),
    FileCue(2500, 3600, ("\u202bשלום\u202c",)),
)
PLAIN = ["The ferry\nis <back> & {here}.", "We won’t 🦀", "\u202bשלום\u202c"]
PLAYABLE = ["The ferry\nis ‹back› & (here).", *PLAIN[1:]]
MARKUP = ["The ferry\nis &lt;back&gt; &amp; {here}.", "<v Zoë &lt;x&gt;>We won’t 🦀", PLAIN[2]]
HELD = {".mp4": PLAIN, ".m4v": PLAIN, ".mov": PLAIN, ".mkv": PLAYABLE, ".webm": MARKUP}
LANGUAGES = {".mp4": "deu", ".m4v": "deu", ".mov": "ger", ".mkv": "ger", ".webm": "ger"}


def captioned(
    source: Path, target: Path, language: str | None = "de", cues: tuple[FileCue, ...] = CUES
) -> tuple[str, int]:
    """Embed the cues as `publish` does."""
    text = TRACK_TEXTS[track_codec(source)]
    return embed(CaptionTrack(language, tuple((c.start_ms, c.end_ms, text(c)) for c in cues)), source, target)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    """Make a clip once, with pictures stored out of their order, sound, a title and a chapter."""
    folder, made = tmp_path_factory.mktemp("studio"), {}

    def make(suffix: str, codec: str, settings: tuple) -> bytes:
        if (suffix, codec, settings) not in made:
            path = folder / f"clip{suffix}"
            _write(path, CODECS[suffix]._replace(picture=codec), dict(settings))
            made[suffix, codec, settings] = path.read_bytes()
        return made[suffix, codec, settings]

    return make


@pytest.fixture
def clip(tmp_path: Path, studio: Callable[..., bytes]) -> Callable[..., Path]:
    """A clip of that kind, under a name that FFmpeg could take for an address."""

    def write(suffix: str, codec: str = "", **settings: object) -> Path:
        path = tmp_path / f"12:30 clip{suffix}"
        path.write_bytes(studio(suffix, codec or CODECS[suffix].picture, tuple(settings.items())))
        return path

    return write


def _write(path: Path, codecs: Codecs, settings: dict) -> None:
    with av.open(str(path), "w", format=codecs.muxer) as container:
        packets = [*_pictures(container, codecs.picture, settings)] if codecs.picture else []
        packets += _sound(container, codecs.sound)
        container.metadata["title"] = "Der Bus"
        container.set_chapters(
            [{"id": 1, "start": 0, "end": 2000, "time_base": Fraction(1, 1000), "metadata": {"title": "One"}}]
        )
        for packet in sorted(packets, key=lambda p: p.dts * p.time_base):
            container.mux(packet)


def _pictures(container, codec: str, settings: dict):
    stream = container.add_stream(codec, rate=FPS)
    stream.width = stream.height = 64
    stream.pix_fmt = "yuv420p"
    if "tag" in settings:
        stream.codec_context.codec_tag = settings["tag"]
    if "rotation" in settings:
        stream.set_display_rotation(settings["rotation"])
    noise = np.random.default_rng(1)
    for number in range(SECONDS * FPS):
        frame = av.VideoFrame.from_ndarray(noise.integers(0, 255, (96, 64), np.uint8), format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, FPS)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _sound(container, codec: str):
    stream = container.add_stream(codec, rate=RATE)
    stream.layout = "mono"
    stream.metadata["language"] = "eng"
    samples = np.random.default_rng(2).normal(0, 0.05, RATE * SECONDS).astype(np.float32)
    form = "flt" if codec == "libopus" else "fltp"
    size = stream.codec_context.frame_size or 1024
    for at in range(0, len(samples), size):
        frame = av.AudioFrame.from_ndarray(samples[None, at : at + size].copy(), format=form, layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def packets(path: Path, kind: str) -> list[tuple]:
    """Every packet of the pictures or the sound: when, how long, and its bytes."""
    with av.open(str(path)) as file:
        stream = next(s for s in file.streams if s.type == kind)
        return [
            (p.pts * p.time_base, p.dts and p.dts * p.time_base, p.duration * p.time_base, bytes(p))
            for p in file.demux(stream)
            if p.size
        ]


def captions(path: Path) -> list[tuple[int, int, str]]:
    """What the track for captions holds, as another program reads it."""
    with av.open(str(path)) as file:
        stream = file.streams.subtitles[0]
        found = [(p, bytes(p)) for p in file.demux(stream) if p.size]
        strip = 2 if stream.codec_context.name == "mov_text" else 0
        return [
            (round(p.pts * p.time_base * 1000), round(p.duration * p.time_base * 1000), data[strip:].decode())
            for p, data in found
            if data[strip:]
        ]


@pytest.mark.parametrize("suffix", HELD)
def test_the_copy_is_the_clip_with_captions(clip, tmp_path: Path, suffix: str) -> None:
    """The station's pictures are encoded once more, out of step, or the captions are not in the file."""
    source, target = clip(suffix), tmp_path / f"copy{suffix}"
    before = source.read_bytes()
    digest, left_out = captioned(source, target)
    assert (digest, left_out) == (hashlib.sha256(target.read_bytes()).hexdigest(), 0)
    assert source.read_bytes() == before
    for kind in ("video", "audio"):
        assert packets(target, kind) == packets(source, kind)
    assert captions(target) == [
        (cue.start_ms, cue.end_ms - cue.start_ms, text) for cue, text in zip(CUES, HELD[suffix])
    ]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([source.name, target.name])


@pytest.mark.parametrize("suffix", HELD)
def test_what_is_said_of_the_tracks_is_kept(clip, tmp_path: Path, suffix: str) -> None:
    """Captions are off, in no language, or the clip's title, chapters and frame rate are gone."""
    source, target = clip(suffix), tmp_path / f"copy{suffix}"
    captioned(source, target)
    with av.open(str(target)) as copy, av.open(str(source)) as file:
        track = copy.streams.subtitles[0]
        assert track.disposition & Disposition.default
        assert track.language == LANGUAGES[suffix]
        assert "Captions" in track.metadata.values()
        assert copy.metadata["title"] == "Der Bus"
        assert [c["metadata"] for c in copy.chapters()] == [{"title": "One"}]
        assert copy.streams.video[0].average_rate == file.streams.video[0].average_rate == FPS
        assert copy.streams.audio[0].language == file.streams.audio[0].language


def test_a_turned_picture_stays_turned(clip, tmp_path: Path) -> None:
    """A clip that was filmed upright on a phone lies on its side."""
    target = tmp_path / "copy.mp4"
    captioned(clip(".mp4", rotation=90), target)
    with av.open(str(target)) as copy:
        assert next(copy.decode(video=0)).rotation == 90


def test_hevc_keeps_the_name_that_apple_plays(clip, tmp_path: Path) -> None:
    """The copy is black on an iPhone."""
    target = tmp_path / "copy.mp4"
    captioned(clip(".mp4", "libx265", tag="hvc1"), target)
    with av.open(str(target)) as copy:
        assert copy.streams.video[0].codec_context.codec_tag == "hvc1"


def test_the_copy_starts_at_once(clip, tmp_path: Path) -> None:
    """A browser has to load the whole clip before the first picture."""
    target = tmp_path / "copy.mp4"
    captioned(clip(".mp4"), target)
    data = target.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("suffix", [".avi", ".mp3"])
def test_a_container_without_captions_is_a_sentence(clip, tmp_path: Path, suffix: str) -> None:
    """The person sees FFmpeg's number of an error, or a copy without captions."""
    source, target = clip(suffix), tmp_path / f"copy{suffix}"
    with pytest.raises(MediaError, match=rf"clip{suffix}: a {suffix} holds no captions inside\. .*publish the \.vtt"):
        captioned(source, target)
    assert not target.exists()


@pytest.mark.parametrize("share", [0, 0.4])
def test_a_damaged_clip_is_a_sentence_or_a_whole_copy(clip, tmp_path: Path, share: float) -> None:
    """A clip that cannot be read leaves half a copy, or a traceback."""
    source, target = clip(".mp4"), tmp_path / "copy.mp4"
    source.write_bytes(source.read_bytes()[: round(share * source.stat().st_size)])
    with pytest.raises(MediaError, match=r"clip\.mp4: no copy of it can be made \("):
        captioned(source, target)
    assert [p.name for p in tmp_path.iterdir()] == [source.name]


def test_codecs_that_the_copy_cannot_hold_are_a_sentence(clip, tmp_path: Path) -> None:
    """A clip under a wrong name ends in a traceback."""
    source = clip(".mp4").rename(tmp_path / "wrong.webm")
    with pytest.raises(MediaError, match=r"wrong\.webm: no copy of it can be made \(.*h264"):
        captioned(source, tmp_path / "copy.webm")
    assert [p.name for p in tmp_path.iterdir()] == ["wrong.webm"]


def test_a_full_disk_is_a_sentence(clip, tmp_path: Path) -> None:
    """Half a copy replaces the earlier one."""
    source, target = clip(".mp4"), tmp_path / "copy.mp4"
    target.write_bytes(b"earlier")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    try:
        with pytest.raises(InputError, match=r"copy\.mp4: it cannot be written \(File too large\)"):
            captioned(source, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert target.read_bytes() == b"earlier"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([source.name, "copy.mp4"])


def test_a_lost_caption_is_noticed(clip, tmp_path: Path) -> None:
    """A caption that the muxer drops is missing on air."""
    cues = (*CUES, FileCue(3700, 3900, ()))
    with pytest.raises(FormatError, match="its captions are not those of the record"):
        captioned(clip(".webm"), tmp_path / "copy.webm", cues=cues)
    assert not (tmp_path / "copy.webm").exists()


def test_a_changed_picture_is_noticed(clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the muxer, which changes the picture, reaches the air."""
    answers = iter(range(100))
    monkeypatch.setattr(mux, "_properties", lambda stream: bytes([next(answers)]))
    with pytest.raises(FormatError, match="its pictures"):
        captioned(clip(".webm"), tmp_path / "copy.webm")
    assert not (tmp_path / "copy.webm").exists()


@pytest.mark.parametrize("language", [None, "xx", ""])
def test_a_language_without_a_code_is_undetermined(clip, tmp_path: Path, language: str | None) -> None:
    """Captions are offered in a language that they are not in."""
    target = tmp_path / "copy.mkv"
    captioned(clip(".mkv"), target, language)
    with av.open(str(target)) as copy:
        assert copy.streams.subtitles[0].language in (None, "und")


def test_pictures_without_a_time_of_decoding_get_one_that_fits() -> None:
    """A clip that was cut between pictures that need each other cannot be copied: its times would go back."""

    def packet(pts: int, dts: int | None) -> av.Packet:
        made = av.Packet(b"x")
        made.pts, made.dts, made.time_base = pts, dts, Fraction(1, 1000)
        return made

    shown = [(160, None), (80, None), (40, 40), (120, None), (320, 120)]
    timed = mux._timed([packet(*times) for times in shown] + [av.Packet()])
    assert [(at * 1000, one.pts) for at, one in timed] == [(40, 160), (40, 80), (40, 40), (40, 120), (120, 320)]
    endless = mux._timed([packet(40 * number, None) for number in range(20)])
    assert [at for at, _ in endless] == [0] * 20
