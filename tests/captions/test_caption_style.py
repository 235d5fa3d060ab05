"""Styles: the numbers, their sources, and files of a house's own."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from captionkit.captions import Style, load_style, style_names
from captionkit.captions.style import BOUNDS, MAY_BE_NONE, NOTATIONS
from captionkit.errors import InputError, UsageError

HOUSE = """
name = "harbour-news"
title = "Harbour News, the house style"
max_chars_per_line = { value = 37, source = "house rule 1" }
max_lines = { value = 2, source = "house rule 1" }
speakers_per_cue = { value = 1, source = "house rule 1" }
min_duration_ms = { value = 1000, source = "house rule 2" }
max_duration_ms = { value = 6000, source = "house rule 2" }
max_chars_per_second = { value = 17, source = "house rule 3" }
max_words_per_minute = { value = 0, source = "house rule 3" }
min_gap_frames = { value = 0, source = "house rule 4" }
close_gaps_under_ms = { value = 1000, source = "house rule 4" }
linger_ms = { value = 800, source = "house rule 5" }
snap_to_shot_ms = { value = 0, source = "house rule 6" }
sync_ms = { value = 0, source = "house rule 6" }
speaker_named = { value = "change", source = "house rule 7" }
speaker_name = { value = "Name: ", source = "house rule 7" }
speaker_mark = { value = ">> ", source = "house rule 7" }
sound = { value = "[sound]", source = "house rule 8" }
"""


def test_the_default_style_has_netflix_numbers(netflix: Style) -> None:
    """Lost: captions that a broadcaster's own check turns away, because a number of the style is wrong."""
    assert (netflix.max_chars_per_line, netflix.max_lines) == (42, 2)
    assert (netflix.min_duration_ms, netflix.max_duration_ms) == (833, 7000)
    assert (netflix.max_chars_per_second, netflix.min_gap_frames) == (20, 2)
    assert (netflix.close_gaps_under_ms, netflix.linger_ms, netflix.snap_to_shot_ms) == (500, 500, 500)
    assert load_style() == netflix


@pytest.mark.parametrize("name", style_names())
def test_every_number_of_every_style_names_its_source(name: str) -> None:
    """Lost: the answer to "who says so?" when a rule is doubted."""
    style = load_style(name)
    assert style.name == name
    assert [number for number, _ in style.sources] == [*BOUNDS, *NOTATIONS]
    assert all(len(source) > 9 for _, source in style.sources)


def test_an_unknown_name_lists_the_known_ones() -> None:
    """Lost: a user who mistypes a style has to search for the right name."""
    with pytest.raises(UsageError, match=r"'nextflix'.*netflix-en"):
        load_style("nextflix")


def test_a_house_can_bring_its_own_file(tmp_path: Path) -> None:
    """Lost: newsrooms with rules of their own."""
    file = tmp_path / "house.toml"
    file.write_text(HOUSE)
    style = load_style(file)
    assert (style.name, style.max_chars_per_line, style.linger_ms) == ("harbour-news", 37, 800)
    assert style.sources[0] == ("max_chars_per_line", "house rule 1")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("value = 37", "value = 9"), "max_chars_per_line is 9, not between 10 and 120"),
        (("value = 37", "value = '37'"), "no whole number"),
        (("value = 37", "value = true"), "no whole number"),
        (('"house rule 5"', '" "'), "who asks for that"),
        (('value = "Name: "', "value = 7"), "no text as value"),
        (('value = "Name: "', 'value = "N: "'), "where the Name goes"),
        (('value = "[sound]"', 'value = "[]"'), "where the sound goes"),
        (('value = "change"', 'value = "often"'), "speaker_named is 'often', not one of never, first, change"),
        (('value = ">> "', f'value = "{">" * 21}"'), "speaker_mark is not a short text"),
        (('value = ">> "', 'value = "\\u0007"'), "speaker_mark is not a short text"),
        (('value = "[sound]", source = "house rule 8" }', 'value = "[sound]", source = "8" }\nsound_words = 1'), "than words"),
        (("max_lines = { value = 2", "most_lines = { value = 2"), "has most_lines, which is not part of a style"),
        (('max_lines = { value = 2, source = "house rule 1" }', ""), r"no table \[max_lines\]"),
        (('title = "Harbour News, the house style"', ""), "has no title"),
        (("value = 6000", "value = 1000"), "min_duration_ms .1000. is not under max_duration_ms"),
        (("title =", "title"), "is not TOML"),
    ],
)
def test_a_file_that_is_no_style_is_refused_in_a_sentence(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    """Lost: a traceback, or captions by a number that nobody meant, instead of the line to mend."""
    file = tmp_path / "house.toml"
    file.write_text(HOUSE.replace(*change))
    with pytest.raises(InputError, match=reason):
        load_style(file)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe\x00", "its text is in an unknown encoding"),
        (b"x = " + b"[" * 5000, "is not TOML"),
        (b"# " + b"x" * 65_536, "is longer than 65536 characters"),
    ],
)
def test_a_hostile_file_is_refused_in_a_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    """Lost: a crash or a long wait on a file that somebody else made."""
    file = tmp_path / "house.toml"
    file.write_bytes(content)
    with pytest.raises(InputError, match=reason):
        load_style(file)


def test_a_missing_file_and_a_folder_are_refused_in_a_sentence(tmp_path: Path) -> None:
    """Lost: the reason why a style was not used."""
    (tmp_path / "folder.toml").mkdir()
    for path in (tmp_path / "nowhere.toml", tmp_path / "folder.toml"):
        with pytest.raises(InputError, match=r"there is no such file|it is a folder"):
            load_style(path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Lost: the whole run, which would wait for ever for somebody to write into it."""
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(InputError, match="it is not a regular file"):
        load_style(tmp_path / "pipe.toml")


@pytest.mark.parametrize("number", BOUNDS)
def test_both_sides_of_each_bound(netflix: Style, number: str) -> None:
    """Lost: a slip of the pen (7 s as 70000 ms) that goes through unseen."""

    def style_with(value: int) -> Style:
        free: dict[str, int] = {"speakers_per_cue": 1, "min_duration_ms": 1, "max_duration_ms": 30_000}
        return replace(netflix, **{**free, number: value})  # type: ignore[arg-type]

    least, most = BOUNDS[number]
    if number in MAY_BE_NONE:
        assert getattr(style_with(0), number) == 0
    assert [getattr(style_with(value), number) for value in (least, most)] == [least, most]
    for outside in (least - 1, most + 1):
        with pytest.raises(ValueError, match=number):
            style_with(outside)


def test_two_speakers_in_a_cue_need_two_lines_and_a_mark(netflix: Style) -> None:
    """Lost: a house style by which two voices read as one."""
    for change in ({"max_lines": 1}, {"speaker_mark": ""}):
        with pytest.raises(ValueError, match="two speakers"):
            replace(netflix, **change)  # type: ignore[arg-type]


def test_a_name_cannot_have_the_only_line(netflix: Style) -> None:
    """Lost: the words, for which no line is left."""
    with pytest.raises(ValueError, match="a line of its own"):
        replace(netflix, speakers_per_cue=1, max_lines=1, speaker_name="(Name)\n")


@pytest.mark.parametrize(
    ("name", "columns", "words", "ms"),
    [("netflix-en", 40, 8, 2000), ("bbc", 40, 9, 3000), ("dcmp", 10, 8, 3000), ("wai", 40, 8, 2000)],
)
def test_time_to_read_by_the_styles_own_measure(name: str, columns: int, words: int, ms: int) -> None:
    """Lost: captions that stand as long as the style's readers need."""
    assert load_style(name).reading_ms(columns, words) == ms


def test_the_table_in_the_docs_has_the_styles_numbers() -> None:
    """Lost: trust in the page that says what a style asks for."""
    page = (Path(__file__).parents[2] / "docs" / "styles.md").read_text(encoding="utf-8")
    names = page.split("| | ", 1)[1].split("\n", 1)[0].strip(" |").replace("`", "").split(" | ")
    assert sorted(names) == sorted(style_names())
    for number in BOUNDS:
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{number}` | ") and line.count("|") == 7]
        shown = row.strip("| ").split(" | ")[1:]
        values = [getattr(load_style(name), number) for name in names]
        assert shown == [str(v) if v or number not in MAY_BE_NONE else "–" for v in values]
