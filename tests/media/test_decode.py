from __future__ import annotations

import hashlib
import os
import threading
import wave
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from captionkit.errors import MediaError
from captionkit.media import SAMPLE_RATE, Audio, MediaLimits, decode_clip, file_warnings
from captionkit.media.probe import Facts, facts

Make = Callable[..., Path]

LIMITS = MediaLimits()
VIDEO = {"mp4", "mov", "mkv", "webm", "ts", "avi"}
PRIMING_S = 0.03
"""How much an encoder may put before the sound where the container has no way to take it off again."""


def decode(path: Path, stream: int | None = None) -> Audio:
    return decode_clip(path, stream, LIMITS)


def bursts(audio: Audio) -> list[float]:
    """Where tone begins after silence, in seconds."""
    loud = np.abs(audio.samples) > 0.15
    size = SAMPLE_RATE // 100
    windows = loud[: loud.size // size * size].reshape(-1, size).any(axis=1)
    starts = [n for n in np.flatnonzero(windows) if not windows[max(0, n - 5) : n].any()]
    return [float(n * size + np.flatnonzero(loud[n * size : (n + 1) * size])[0]) / SAMPLE_RATE for n in starts]


def write_wav(path: Path, samples: np.ndarray, rate: int = SAMPLE_RATE) -> Path:
    """Samples (frames, channels) between -1 and 1 as a 16-bit WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


@pytest.mark.parametrize("kind", sorted(VIDEO | {"m4a", "mp3", "ogg", "flac", "wav", "aac"}))
def test_any_container_gives_sound_at_the_right_time(make: Make, kind: str) -> None:
    """A clip in a common format could not be captioned, or its captions would be early or late."""
    fps = "25" if kind in VIDEO else None
    audio = decode(make(kind=kind, bursts=(1.0, 3.5), fps=fps))
    assert bursts(audio) == pytest.approx([1.0, 3.5], abs=PRIMING_S)
    assert audio.samples.dtype == np.float32 and audio.samples.ndim == 1
    assert audio.duration_ms == pytest.approx(5000, abs=50)
    assert audio.samples.size / SAMPLE_RATE == pytest.approx(5.0, abs=0.06)
    assert audio.has_video == (fps is not None)
    assert file_warnings(audio) == ()


def test_sound_that_needs_no_change_is_kept_to_the_bit(tmp_path: Path) -> None:
    """The recogniser would hear something else than was recorded."""
    steps = np.arange(-32768, 32768, 7, dtype=np.int32)
    path = write_wav(tmp_path / "a.wav", (steps / 32767)[:, None])
    with wave.open(str(path)) as file:
        written = np.frombuffer(file.readframes(10**6), "<i2")
    assert np.array_equal(decode(path).samples * 32768, written)


def test_the_hash_is_of_the_file(make: Make) -> None:
    """Kept results would be taken for those of another clip."""
    path = make(kind="wav")
    assert decode(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("fps", "exact"), [("25", 25.0), ("24000/1001", 24000 / 1001), ("30000/1001", 30000 / 1001), ("50", 50.0)]
)
def test_the_frame_rate_is_exact(make: Make, fps: str, exact: float) -> None:
    """Captions would slip against the frames that they should start and end on."""
    assert decode(make(fps=fps)).fps == exact


def test_a_video_longer_than_its_sound_keeps_its_length(make: Make) -> None:
    """Credits after the last word would have no room although the picture goes on."""
    audio = decode(make(fps="25", seconds=2.0, bursts=(1.0,), video_seconds=6.0))
    assert audio.duration_ms == 6000
    assert audio.samples.size / SAMPLE_RATE == pytest.approx(2.0, abs=0.03)


@pytest.mark.parametrize("kind", ["mp4", "mkv", "ts"])
def test_sound_that_starts_late_is_late(make: Make, kind: str) -> None:
    """Every caption of a clip that opens on silent pictures would come too early."""
    audio = decode(make(kind=kind, fps="25", sound_from=1.5, bursts=(1.0,), seconds=3.0))
    assert bursts(audio) == pytest.approx([2.5], abs=PRIMING_S)


@pytest.mark.parametrize("kind", ["mp4", "mkv", "ts"])
def test_a_picture_that_starts_late_moves_nothing(make: Make, kind: str) -> None:
    """Every caption would come too early by the time before the picture."""
    audio = decode(make(kind=kind, fps="25", video_from=1.0, video_seconds=4.0, bursts=(2.0,)))
    assert bursts(audio) == pytest.approx([2.0], abs=PRIMING_S)


def test_a_clip_whose_clock_starts_late_starts_at_zero(make: Make) -> None:
    """A piece cut from a recording would have all its captions beyond its end."""
    audio = decode(make(kind="mkv", fps="25", sound_from=7.0, video_from=7.0, bursts=(1.0,)))
    assert bursts(audio) == pytest.approx([1.0], abs=PRIMING_S)


@pytest.mark.parametrize("kind", ["mp4", "mkv", "ts"])
def test_a_hole_in_the_sound_stays_a_hole(make: Make, kind: str) -> None:
    """All captions after a dropout would come too early."""
    audio = decode(make(kind=kind, fps="25", video_seconds=7.0, bursts=(1.0, 4.0), skip_at=(2.0, 1.5)))
    assert bursts(audio) == pytest.approx([1.0, 5.5], abs=PRIMING_S)
    (gap,) = audio.missing
    assert (gap.start_ms, gap.end_ms) == pytest.approx((2000, 3500), abs=50)
    (warning,) = file_warnings(audio)
    assert (warning.rule, warning.start_ms) == ("media_gap", gap.start_ms)
    assert "no sound for 1.5 s" in warning.message


def test_a_clock_set_anew_does_not_stop_the_sound(make: Make, tmp_path: Path) -> None:
    """A recording joined from two would be padded with an hour of silence, or lose its second half."""
    early = make("one.ts", kind="ts", fps="25", bursts=(1.0,))
    late = make("two.ts", kind="ts", fps="25", bursts=(2.0,), sound_from=3000, video_from=3000)
    cases = [(early, late, (1.0, 7.0)), (late, early, (2.0, 6.0)), (early, early, (1.0, 6.0))]
    for first, second, times in cases:
        joined = tmp_path / "joined.ts"
        joined.write_bytes(first.read_bytes() + second.read_bytes())
        audio = decode(joined)
        assert bursts(audio) == pytest.approx(times, abs=0.1)
        assert audio.duration_ms == pytest.approx(10_000, abs=200)


def _head_first(kind: str) -> dict[str, str]:
    return {"movflags": "faststart"} if kind == "mp4" else {}


@pytest.mark.parametrize("kind", ["mp4", "mkv", "webm", "mp3", "flac", "wav"])
def test_a_truncated_file_is_used_as_far_as_it_goes(make: Make, kind: str) -> None:
    """Half a download would be refused, or captioned as if it were the whole clip."""
    path = make(kind=kind, bursts=(0.5, 4.5), options=_head_first(kind))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    audio = decode(path)
    assert audio.truncated
    assert bursts(audio) == pytest.approx([0.5], abs=PRIMING_S)
    assert 600 < audio.duration_ms < 4500
    (warning,) = file_warnings(audio)
    assert (warning.rule, warning.start_ms) == ("media_truncated", audio.duration_ms)


def test_a_length_that_is_only_guessed_is_not_believed(make: Make, tmp_path: Path) -> None:
    """A recording with a changing bit rate would count as truncated, and as far too long."""
    bare = {"write_xing": "0", "id3v2_version": "0"}
    poor = make("poor.mp3", kind="mp3", seconds=1.0, bit_rate=32_000, options=bare)
    rich = make("rich.mp3", kind="mp3", seconds=5.0, bit_rate=320_000, options=bare)
    joined = tmp_path / "joined.mp3"
    joined.write_bytes(poor.read_bytes() + rich.read_bytes())
    audio = decode(joined)
    assert audio.duration_ms == pytest.approx(6000, abs=200)
    assert not audio.truncated


def test_a_file_cut_off_before_its_index_is_told(make: Make) -> None:
    """The user would see a traceback instead of the advice to get a complete copy."""
    path = make(kind="mp4", fps="25")
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(MediaError, match=r"cut off before its index\. .*get a complete copy"):
        decode(path)


@pytest.mark.parametrize("kind", ["mp4", "mkv", "ts"])
def test_damage_on_the_way_is_survived_in_time(make: Make, kind: str) -> None:
    """One bad stretch would lose the clip, or shift all captions after it."""
    path = make(kind=kind, seconds=14.0, bursts=(1.0, 13.0))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + len(data) // 20] = bytes(len(data) // 20)
    path.write_bytes(data)
    audio = decode(path)
    assert bursts(audio) == pytest.approx([1.0, 13.0], abs=PRIMING_S)
    assert not audio.truncated


def test_another_sound_stream_can_be_chosen(make: Make) -> None:
    """The interpreter would be captioned instead of the speaker."""
    path = make(kind="mkv", streams=2)

    def pitch(stream: int | None) -> float:
        burst = decode(path, stream).samples[int(2.02 * SAMPLE_RATE) : int(2.08 * SAMPLE_RATE)]
        return float(np.abs(np.fft.rfft(burst)).argmax()) * SAMPLE_RATE / burst.size

    assert [pitch(None), pitch(0), pitch(1)] == pytest.approx([1000, 1000, 2000], abs=20)
    assert decode(path, 1).stream == 1
    for wanted in (2, -1):
        with pytest.raises(MediaError, match=rf"no sound stream {wanted}; it has 2 sound streams, from 0"):
            decode(path, wanted)
    with pytest.raises(MediaError, match="one sound stream, number 0"):
        decode(make(kind="wav"), 1)


@pytest.mark.parametrize("channels", [1, 2, 3, 6, 7, 24])
def test_channels_are_mixed_to_one(tmp_path: Path, channels: int) -> None:
    """A clip in stereo or surround would be refused or distorted."""
    tone = 0.5 * np.sin(np.arange(SAMPLE_RATE) / 10)
    path = write_wav(tmp_path / "a.wav", np.repeat(tone[:, None], channels, axis=1))
    assert decode(path).samples == pytest.approx(tone, abs=0.002)


def test_a_voice_on_one_side_is_heard(tmp_path: Path) -> None:
    """An interview with the microphone on the left channel alone would count as silence."""
    tone = 0.5 * np.sin(np.arange(SAMPLE_RATE) / 10)
    path = write_wav(tmp_path / "a.wav", np.stack([tone, np.zeros_like(tone)], axis=1))
    assert np.abs(decode(path).samples).max() == pytest.approx(0.25, abs=0.01)


def _missing(folder: Path) -> Path:
    return folder / "nowhere.mp4"


def _folder(folder: Path) -> Path:
    return folder


def _fifo(folder: Path) -> Path:
    os.mkfifo(folder / "clip.mp4")
    return folder / "clip.mp4"


def _empty(folder: Path) -> Path:
    (folder / "clip.mp4").touch()
    return folder / "clip.mp4"


def _text(folder: Path) -> Path:
    (folder / "clip.mp4").write_text("Not a film, but a sentence about one.\n" * 100)
    return folder / "clip.mp4"


def _zeros(folder: Path) -> Path:
    (folder / "clip.mp4").write_bytes(bytes(100_000))
    return folder / "clip.mp4"


def _impossible_name(folder: Path) -> Path:
    return folder / "a\0b"


def _too_many_channels(folder: Path) -> Path:
    return write_wav(folder / "clip.wav", np.zeros((1000, 64)))


UNUSABLE = {
    _missing: "there is no such file",
    _folder: "this is a folder. Name one media file",
    _fifo: "this is not a regular file",
    _empty: "the file is empty",
    _text: "not media that FFmpeg can read",
    _zeros: "not media that FFmpeg can read",
    _impossible_name: "it cannot be reached",
    _too_many_channels: "its sound cannot be converted",
}


@pytest.mark.parametrize("unusable", UNUSABLE)
def test_what_is_no_clip_is_told_in_a_sentence(tmp_path: Path, unusable: Callable[[Path], Path]) -> None:
    """The user would see a traceback, or wait for ever, instead of a reason and a way out."""
    path = unusable(tmp_path)
    with pytest.raises(MediaError) as caught:
        decode(path)
    assert str(caught.value).startswith(f"{path}: ") and UNUSABLE[unusable] in str(caught.value)


def test_a_silent_film_is_told(make: Make) -> None:
    """The user would be told of a broken file where only the sound track is missing."""
    with pytest.raises(MediaError, match="it has no sound"):
        decode(make(kind="mp4", fps="25", streams=0))


@pytest.mark.parametrize(
    "name",
    [b"caf\xe9 \xff.wav", b"http:clip.wav", b"concat:a|b.wav", b"-i.wav", b"two\nlines.wav", "日本.wav"],
)
def test_any_file_name_will_do(make: Make, tmp_path: Path, name: bytes | str) -> None:
    """A clip with a name from another system, or one that looks like an address, could not be opened."""
    path = make(kind="wav").rename(tmp_path / os.fsdecode(name))
    assert bursts(decode(path)) == pytest.approx([2.0], abs=0.01)


def test_a_title_in_an_old_encoding_is_no_hindrance(tmp_path: Path) -> None:
    """A sound file tagged by an old recorder could not be opened."""
    path = write_wav(tmp_path / "a.wav", np.zeros((SAMPLE_RATE, 1)))
    title = b"INFOINAM" + (6).to_bytes(4, "little") + b"caf\xe9\xff\0"
    data = path.read_bytes() + b"LIST" + len(title).to_bytes(4, "little") + title
    path.write_bytes(data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:])
    assert decode(path).samples.size == SAMPLE_RATE


def test_a_clip_cannot_have_other_files_or_addresses_opened(make: Make, tmp_path: Path) -> None:
    """A playlist sent in as a clip would read files of the newsroom's machine or call its inner network."""
    make(kind="ts")
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            """Remember and refuse."""
            asked.append(self.path)
            self.send_error(404)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/clip.ts"
    hls = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n"
    tricks = {
        "file.m3u8": hls.format(tmp_path / "clip.ts"),
        "web.m3u8": hls.format(address),
        "hls.mp4": hls.format(tmp_path / "clip.ts"),
        "list.ffconcat": "ffconcat version 1.0\nfile clip.ts\n",
        "call.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    }
    try:
        for name, text in tricks.items():
            (tmp_path / name).write_text(text)
            with pytest.raises(MediaError, match="not media that FFmpeg can read"):
                decode(tmp_path / name)
        assert asked == []
    finally:
        server.shutdown()
        server.server_close()


def test_limits_are_kept(make: Make, tmp_path: Path) -> None:
    """A file made to be endless would fill the machine."""
    path = make(kind="mp3")
    for endless in (path, make(kind="aac")):
        with pytest.raises(MediaError, match=r"it is longer than 0:03\. Split it"):
            decode_clip(endless, None, MediaLimits(duration_ms=3000))
    with pytest.raises(MediaError, match="the file is larger than"):
        decode_clip(path, None, MediaLimits(size_bytes=1000))
    with pytest.raises(MediaError, match="decoding takes over 0 s"):
        decode_clip(path, None, MediaLimits(wall_s=0.0))
    slow_bomb = write_wav(tmp_path / "bomb.wav", np.zeros((100_000, 1)), rate=1)
    with pytest.raises(MediaError, match="it is longer than 6:00:00"):
        decode(slow_bomb)


@pytest.mark.parametrize("change", ["grown", "replaced"])
def test_a_clip_that_changes_while_it_is_read_is_refused(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """The words of one cut would be kept under the name of another, and shown for it ever after."""
    path, other = make(), make(name="other.mp4", bursts=(1.0,))

    def change_it(*arguments: Any) -> Facts:
        if change == "grown":
            with path.open("ab") as file:
                file.write(b"more")
        else:
            other.replace(path)
        return facts(*arguments)

    monkeypatch.setattr("captionkit.media.decode.facts", change_it)
    with pytest.raises(MediaError, match=r"it changed while it was read. Wait until it is written completely"):
        decode_clip(path, None, MediaLimits())
