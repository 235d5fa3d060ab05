"""Where the picture cuts, on small videos written here."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import count
from pathlib import Path

import av
import numpy as np
import pytest

from captionkit.media import MediaLimits, Shots, decode_clip, find_shots, shot_warnings
from captionkit.media.shots import HEIGHT, WIDTH

SIZE = (160, 96)
FPS = 25
Film = Sequence[tuple[int, np.ndarray]]
"""When each picture is shown, in ms, and the picture, (height, width, 3)."""


def scene(seed: int) -> np.ndarray:
    """A picture of coloured blocks, unlike that of any other seed."""
    blocks = np.random.default_rng(seed).integers(20, 236, (6, 10, 3))
    return np.kron(blocks, np.ones((16, 16, 1))).astype(np.uint8)


def rolled(frames: int, *cuts: int, seed: int = 1, step: int = 0) -> list[np.ndarray]:
    """Pictures with a new scene at each cut, in frames; the camera pans by `step` pixels a picture."""
    number = [sum(cut <= k for cut in cuts) for k in range(frames)]
    return [np.roll(scene(seed + n), step * k, axis=1) for k, n in enumerate(number)]


def at_rate(pictures: Sequence[np.ndarray], fps: Fraction | int = FPS) -> Film:
    return [(round(1000 * k / fps), picture) for k, picture in enumerate(pictures)]


@pytest.fixture
def shoot(tmp_path: Path) -> Callable[..., Path]:
    """Write a film with silence under it; the key frames stand as far apart as the encoder likes."""

    def write(film: Film, codec: str = "libx264", name: str = "film.mp4", begins_s: int = 0, **options: str) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w") as container:
            video = container.add_stream(codec, rate=FPS, options={"g": "250", **options})
            video.width, video.height = SIZE
            video.pix_fmt, video.time_base = "yuv420p", Fraction(1, 1000)
            video.codec_context.time_base = Fraction(1, 1000)
            sound = container.add_stream("aac", rate=16_000)
            sound.layout = "mono"
            for at_ms, picture in film:
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                frame.pts, frame.time_base = at_ms + 1000 * begins_s, Fraction(1, 1000)
                container.mux(video.encode(frame))
            container.mux(video.encode(None))
            seconds = film[-1][0] / 1000 + 0.04
            for at in range(0, int(seconds * 16_000), 1024):
                hush = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
                hush.sample_rate, hush.time_base = 16_000, Fraction(1, 16_000)
                hush.pts = at + 16_000 * begins_s
                container.mux(sound.encode(hush))
            container.mux(sound.encode(None))
        return path

    return write


def found(path: Path) -> Shots:
    return find_shots(path, decode_clip(path, None, MediaLimits()))


@pytest.mark.parametrize(
    "options",
    [{}, {"bf": "0"}, {"bf": "8", "sc_threshold": "0", "b-pyramid": "none"}, {"bf": "3", "sc_threshold": "0"}],
)
def test_a_cut_is_found_on_its_frame(shoot: Callable[..., Path], options: dict[str, str]) -> None:
    """A caption would hang over into the next shot by a frame or two, which viewers see as a flicker.

    Without scene detection in the encoder, a cut falls among frames that are passed over at first.
    """
    assert found(shoot(at_rate(rolled(100, 30, 71)), **options)) == Shots((1200, 2840))


@pytest.mark.parametrize(("codec", "name"), [("mpeg4", "film.mkv"), ("libvpx", "film.mkv"), ("libx265", "film.mp4")])
def test_other_codecs(shoot: Callable[..., Path], codec: str, name: str) -> None:
    """Cuts would be known in H.264 alone."""
    film = at_rate(rolled(75, 33))
    try:
        path = shoot(film, codec, name)
    except (av.FFmpegError, ValueError):
        pytest.skip(f"this FFmpeg does not encode {codec}")
    assert found(path).starts_ms == (1320,)


def test_cuts_of_a_moving_camera(shoot: Callable[..., Path]) -> None:
    """Every frame of a fast pan would be taken for a cut, or the cuts in it be lost."""
    assert found(shoot(at_rate(rolled(100, 40, step=1)))).starts_ms == (1600,)
    assert found(shoot(at_rate(rolled(100, step=6)))) == Shots()


def test_plain_pictures_that_differ_in_colour_alone(shoot: Callable[..., Path]) -> None:
    """Two title cards of the same brightness would be one shot."""
    cards = [np.full((96, 160, 3), colour, np.uint8) for colour in ((110, 100, 130), (90, 112, 100))]
    assert found(shoot(at_rate([cards[0]] * 30 + [cards[1]] * 30))).starts_ms == (1200,)


def test_variable_frame_rate(shoot: Callable[..., Path]) -> None:
    """Cuts in a phone's recording would drift, were times counted from a rate."""
    rng = np.random.default_rng(7)
    times = np.cumsum(rng.integers(15, 120, 90)).tolist()
    assert found(shoot(list(zip(times, rolled(90, 25, 60))))).starts_ms == (times[25], times[60])


def test_a_fade_is_no_cut(shoot: Callable[..., Path]) -> None:
    """Captions would snap to the middle of a fade, where nothing happens."""
    dark = [(scene(1) * share).astype(np.uint8) for share in np.linspace(1, 0, 20)]
    light = [(scene(2) * share).astype(np.uint8) for share in np.linspace(0, 1, 20)]
    dissolve = [(scene(2) * (1 - s) + scene(3) * s).astype(np.uint8) for s in np.linspace(0, 1, 20)]
    film = [scene(1)] * 20 + dark + light + [scene(2)] * 20 + dissolve + [scene(3)] * 20
    assert found(shoot(at_rate(film))) == Shots()


@pytest.mark.parametrize("frames", [1, 2, 5])
def test_a_flash_is_no_cut(shoot: Callable[..., Path], frames: int) -> None:
    """Each photographer's flash at a press conference would cut a caption in two."""
    white = np.full_like(scene(1), 250)
    assert found(shoot(at_rate([scene(1)] * 40 + [white] * frames + [scene(1)] * 40))) == Shots()


def test_a_flash_at_a_cut_is_one_cut(shoot: Callable[..., Path]) -> None:
    """A cut that is dressed up as a flash would be lost, or be two."""
    white = np.full_like(scene(1), 250)
    cuts = found(shoot(at_rate([scene(1)] * 40 + [white] * 2 + [scene(2)] * 40))).starts_ms
    assert len(cuts) == 1 and 1600 <= cuts[0] <= 1680


def test_a_title_over_a_part_of_the_picture_is_no_cut(shoot: Callable[..., Path]) -> None:
    """A name that comes up in the lower third would end the shot."""
    titled = scene(1).copy()
    titled[78:, 16:120] = 235
    assert found(shoot(at_rate([scene(1)] * 40 + [titled] * 40))) == Shots()


def test_times_are_those_of_the_sound(shoot: Callable[..., Path]) -> None:
    """Where the picture starts late, cuts and words would stand in two different times."""
    film = [(at_ms + 500, picture) for at_ms, picture in at_rate(rolled(60, 30))]
    assert found(shoot(film, name="late.mkv")).starts_ms == (1700,)


def test_times_count_from_the_clips_start(shoot: Callable[..., Path]) -> None:
    """In a broadcast file, whose clock starts anywhere, every cut would be seconds late."""
    path = shoot(at_rate(rolled(60, 30)), name="film.ts", begins_s=70)
    with av.open(str(path)) as container:
        assert container.start_time > 60_000_000
    (cut,) = found(path).starts_ms
    assert abs(cut - 1_200) <= 100


def test_no_cut_beyond_the_end(shoot: Callable[..., Path]) -> None:
    """A record would hold times that its clip does not have."""
    path = shoot(at_rate(rolled(60, 15, 45)))
    audio = decode_clip(path, None, MediaLimits())
    assert find_shots(path, replace(audio, duration_ms=1_800)).starts_ms == (600,)


def test_no_picture(make: Callable[..., Path]) -> None:
    """A sound file could not be captioned, or carry a warning about a picture that it never had."""
    shots = found(make(kind="mp3"))
    assert shots == Shots() and shot_warnings(shots) == ()


def test_a_still_picture(make: Callable[..., Path]) -> None:
    """A clip of one shot would be given cuts by the encoder's noise."""
    assert found(make(kind="mp4", fps="25")) == Shots()


def damage(path: Path, places: Sequence[float]) -> Path:
    """Overwrite a tenth of the file from each place on, a share of its length."""
    data = bytearray(path.read_bytes())
    for place in places:
        at, length = int(len(data) * place), len(data) // 10
        data[at : at + length] = np.random.default_rng(3).bytes(length)
    path.write_bytes(data)
    return path


def test_a_damaged_picture_loses_nothing_but_shots(shoot: Callable[..., Path]) -> None:
    """One broken frame would cost the captions of the whole clip, or leave it without a word about the damage."""
    noise = np.random.default_rng(5)
    film = [np.clip(p + noise.integers(-9, 9, p.shape), 0, 255).astype(np.uint8) for p in rolled(150, 30, 120)]
    path = damage(shoot(at_rate(film), g="25", threads="1"), (0.45,))
    audio = decode_clip(path, None, MediaLimits())
    shots = find_shots(path, audio)
    assert audio.duration_ms > 5900
    assert {1200, 4800} <= set(shots.starts_ms)
    assert shots.damaged_ms is not None and 2000 <= shots.damaged_ms <= 4000
    (check,) = shot_warnings(shots)
    assert (check.rule, check.level, check.start_ms) == ("shots", "warning", shots.damaged_ms)
    assert check.message.startswith("The video is damaged at 0:0")


def test_a_picture_that_cannot_be_opened(shoot: Callable[..., Path]) -> None:
    """A file that is gone by now would be a traceback."""
    path = shoot(at_rate(rolled(30, 15)))
    audio = decode_clip(path, None, MediaLimits())
    path.write_bytes(b"no film any more")
    assert find_shots(path, audio) == Shots(damaged_ms=0)


def test_the_search_is_bounded_in_time(shoot: Callable[..., Path]) -> None:
    """A picture of monstrous size would hold up the captions for hours."""
    path = shoot(at_rate(rolled(250, 50, 200), 25))
    audio = decode_clip(path, None, MediaLimits())
    seconds = count(0, 0.1)
    shots = find_shots(path, audio, lambda: next(seconds))
    assert shots.starts_ms == (2000,)
    assert shots.searched_ms is not None and 2000 < shots.searched_ms < 8000
    assert "takes too long to decode" in shot_warnings(shots)[0].message


def test_memory_does_not_grow_with_the_clip(shoot: Callable[..., Path]) -> None:
    """Hours of video would fill the memory with small pictures."""
    path = shoot(at_rate(rolled(400, *range(10, 400, 10))))
    audio = decode_clip(path, None, MediaLimits())
    find_shots(path, audio)
    tracemalloc.start()
    try:
        find_shots(path, audio)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    picture = 2 * 3 * WIDTH * HEIGHT
    assert picture < peak < 200 * picture
