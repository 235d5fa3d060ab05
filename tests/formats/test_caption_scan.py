"""Caption files as players see them: a clean file of each format, and the smallest fault for each way to break it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.captions import Against, check_caption_file, load_style
from captionkit.captions.spoken import words_of_cue
from captionkit.errors import FormatError
from captionkit.formats import FORMAT_RULES, FORMATS, read_file
from captionkit.formats.convert import convert_captions
from captionkit.formats.presentation import clean_cue
from captionkit.formats.reading import MOST_FAULTS
from captionkit.model import CaptionFile
from captionkit.pipeline.check import check_file

VTT = """WEBVTT

STYLE
::cue { color: lime }

NOTE A comment,
of two lines.

first
00:01.000 --> 00:03.500 align:start position:10%,line-left
<v Ana Cole>Salt &amp; <i>pepper</i>

second
00:00:04.000 --> 00:00:06.500
Is <b>4 &lt; 5</b>?
It is.
"""
SRT = """1
00:00:01,000 --> 00:00:03,500
Salt & <i>pepper</i>

2
00:00:04,000 --> 00:00:06,500
{\\an8}Is 4 < 5?
It is.
"""


def vtt(text: str | bytes) -> CaptionFile:
    return FORMATS["vtt"].read(text if isinstance(text, bytes) else text.encode(), "a.vtt")


def srt(text: str | bytes) -> CaptionFile:
    return FORMATS["srt"].read(text if isinstance(text, bytes) else text.encode(), "a.srt")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_clean_file_has_its_cues_and_no_fault(ends: str, mark: str) -> None:
    """Lost: trust in every other finding, on files from any system."""
    found = vtt((mark + VTT).replace("\n", ends))
    assert found.faults == ()
    assert [(c.start_ms, c.end_ms, c.lines, c.voice) for c in found.cues] == [
        (1000, 3500, ("Salt & pepper",), "Ana Cole"),
        (4000, 6500, ("Is 4 < 5?", "It is."), None),
    ]
    assert found.timing_lines == (10, 14)
    found = srt((mark + SRT).replace("\n", ends))
    assert found.faults == ()
    assert [c.lines for c in found.cues] == [("Salt & pepper",), ("Is 4 < 5?", "It is.")]
    assert found.timing_lines == (2, 6)


def test_what_is_checked_is_what_a_browser_shows() -> None:
    """Lost: faults that the check's own way of reading hides.

    golden/chromium.json holds damaged files, each with the cues (start, end, text) that Chromium 156 made of it:
    `track.cues` and `cue.getCueAsHTML().textContent`. It shows nothing of a file with a wrong header.
    """
    for case in json.loads((Path(__file__).parent / "golden" / "chromium.json").read_text(encoding="utf-8")):
        found = vtt(case["file"])
        refused = any(fault.rule == "header" and fault.level == "error" for fault in found.faults)
        shown = [] if refused else [[c.start_ms, c.end_ms, "\n".join(c.lines)] for c in found.cues]
        assert sorted(shown) == sorted(case["cues"]), case["file"]


VTT_FAULTS = [
    ("WEBVTT\n\nS", "WEBVT\n\nS", "header", "error", 1, 1),
    ("WEBVTT\n\nS", "WEBVTT: x\n\nS", "header", "error", 1, 1),
    ("WEBVTT\n\nS", "WEBVTT\nKind: captions\n\nS", "header", "warning", 2, 1),
    ("00:01.000 -->", "00:01,000 -->", "timing", "error", 10, 1),
    ("--> 00:03.500", "--> 00:03,500", "timing", "error", 10, 15),
    ("--> 00:03.500", "--> 00:63.500", "timing", "error", 10, 15),
    ("--> 00:03.500", "-> 00:03.500", "block", "error", 9, 1),
    ("00:01.000 -->", "00:01.000-->", "timing", "warning", 10, 10),
    ("00:00:04.000", "0:00:04.000", "timing", "warning", 14, 1),
    ("--> 00:00:06.500", "--> 00:00:04.000", "timing", "error", 14, 1),
    ("align:start", "align:middle", "setting", "error", 10, 25),
    ("align:start", "color:red", "setting", "error", 10, 25),
    ("position:10%", "position:110%", "setting", "error", 10, 37),
    ("NOTE A", "NOT A", "block", "error", 6, 1),
    ("second\n", "second\nthird\n", "block", "error", 13, 1),
    ("\n\nsecond\n", "\nsecond\n", "block", "error", 13, 1),
    ("It is.\n", "It --> is.\n", "block", "error", 16, 4),
    ("It is.\n", "It is.\n\nREGION\nid:fred\n", "block", "error", 18, 1),
    ("NOTE A", "NOTE --> A", "timing", "error", 6, 1),
    ("&amp;", "&", "escape", "warning", 11, 18),
    ("&amp;", "&peter;", "escape", "warning", 11, 18),
    ("&amp;", "&amp", "escape", "warning", 11, 18),
    ("00:00:06.500\nIs", "00:00:06.500x\nIs", "setting", "error", 14, 30),
    ("4 &lt; 5", "4 < 5", "tag", "error", 15, 9),
    ("<i>pepper</i>", "<j>pepper</j>", "tag", "error", 11, 24),
    ("pepper</i>", "pepper</b>", "tag", "error", 11, 33),
    ("pepper</i>", "pepper", "tag", "warning", 11, 24),
    ("<v Ana Cole>", "<v>", "tag", "warning", 11, 1),
    ("It is.\n", "It is. <c\n", "tag", "error", 16, 8),
    ("It is.\n", "<00:07.000>It is.\n", "tag", "warning", 16, 1),
    ("second", "first", "identifier", "warning", 13, 1),
    ("pepper", "pep\0per", "encoding", "error", 11, 30),
]


@pytest.mark.parametrize(("old", "new", "rule", "level", "line", "column"), VTT_FAULTS)
def test_each_fault_of_webvtt_is_found_in_its_place(
    old: str, new: str, rule: str, level: str, line: int, column: int
) -> None:
    """Lost: a caption that no browser shows, and the place where to mend it."""
    assert VTT.count(old) == 1
    faults = vtt(VTT.replace(old, new)).faults
    assert (rule, level, line, column) in [(f.rule, f.level, f.line, f.column) for f in faults]
    assert {fault.rule for fault in faults} == {rule}


SRT_FAULTS = [
    (SRT, "WEBVTT\n", "block", "error", 1, 1),
    ("00:00:01,000 -->", "00:00:01.000 -->", "timing", "warning", 2, 1),
    ("00:00:01,000 -->", "0:00:01,000 -->", "timing", "warning", 2, 1),
    ("00:00:01,000 -->", "00:00:61,000 -->", "timing", "error", 2, 1),
    ("00:00:01,000 -->", "00:00:01 -->", "timing", "error", 2, 1),
    ("--> 00:00:06,500", "--> 00:00:04,000", "timing", "error", 6, 1),
    ("00:00:06,500", "00:00:06,500 align:start", "timing", "warning", 6, 30),
    ("\n2\n", "\n3\n", "identifier", "warning", 5, 1),
    ("\n2\n", "\n", "identifier", "warning", 5, 1),
    ("\n\n2\n", "\n2\n", "block", "error", 4, 1),
    ("5?\nIt", "5?\n\nIt", "block", "error", 8, 1),
    ("1\n00:00:01", "Hello\n1\n00:00:01", "block", "error", 1, 1),
    ("</i>", "", "tag", "warning", 3, 8),
    ("</i>", "</b>", "tag", "warning", 3, 17),
    ("pepper", "<x>pepper", "tag", "warning", 3, 11),
    ("It is.", "It --> is.", "block", "warning", 8, 4),
]


@pytest.mark.parametrize(("old", "new", "rule", "level", "line", "column"), SRT_FAULTS)
def test_each_fault_of_subrip_is_found_in_its_place(
    old: str, new: str, rule: str, level: str, line: int, column: int
) -> None:
    """Lost: a caption that some players do not show, and the place where to mend it."""
    assert SRT.count(old) == 1
    faults = srt(SRT.replace(old, new)).faults
    assert (rule, level, line, column) in [(f.rule, f.level, f.line, f.column) for f in faults]
    assert {fault.rule for fault in faults} == {rule}


def test_every_rule_of_the_formats_has_its_fault() -> None:
    """Lost: a rule that is never tried, and so may never fire."""
    assert {fault[2] for fault in VTT_FAULTS} == set(FORMAT_RULES)
    assert {fault[2] for fault in SRT_FAULTS} | {"encoding", "header", "setting", "escape"} == set(FORMAT_RULES)


@pytest.mark.parametrize(
    ("data", "rule", "place"),
    [
        (VTT.encode().replace(b"pepper", b"pep\xe9r"), "encoding", (11, 30)),
        (VTT.encode("utf-16"), "encoding", (1, 1)),
    ],
)
def test_bytes_that_are_no_utf_8_are_told(data: bytes, rule: str, place: tuple[int, int]) -> None:
    """Lost: why a name shows with a question mark."""
    found = vtt(data)
    assert {fault.rule for fault in found.faults} == {rule}
    assert (found.faults[0].line, found.faults[0].column) == place
    assert len(found.cues) == 2


def test_a_cue_that_browsers_drop_is_no_cue() -> None:
    """Lost: the difference between what the file holds and what is shown."""
    found = vtt(VTT.replace("00:01.000 -->", "00:01,000 -->"))
    assert [cue.start_ms for cue in found.cues] == [4000]
    assert "“00:01,000” has a comma" in found.faults[0].message


def test_a_cue_right_below_another_is_a_cue_of_its_own() -> None:
    """Lost: two captions at once, one of them with the other's number in it."""
    found = vtt("WEBVTT\n\n1\n00:01.000 --> 00:02.000\nOne.\n2\n00:03.000 --> 00:04.000\nTwo.\n")
    assert [cue.lines for cue in found.cues] == [("One.", "2"), ("Two.",)]
    (fault,) = found.faults
    assert (fault.line, "“2” shows in the one above" in fault.message) == (7, True)


@pytest.mark.parametrize("name", ["vtt", "srt"])
@given(data=st.binary(max_size=400) | st.text("<>&-:.,0123\nvWEBVTT ", max_size=400).map(str.encode))
def test_no_file_is_too_strange(name: str, data: bytes) -> None:
    """Lost: a traceback, and the check of all other files, for one that is no captions."""
    for content in (data, b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + data):
        found = FORMATS[name].read(content, name)
        assert len(found.cues) == len(found.timing_lines)
        check_caption_file(found, Against(load_style()))


@pytest.mark.parametrize("name", ["vtt", "srt"])
@pytest.mark.parametrize(
    "piece", [b"<b>", b"<", b"&", b"<v", b"00:01.000 --> ", b"\0", b"\xff", b"\n\n-->\n", b"a\n", b"<ruby><rt>"]
)
def test_hostile_files_take_no_longer_than_their_size(name: str, piece: bytes) -> None:
    """Lost: minutes, on a file that somebody made to take them."""
    content = b"WEBVTT\n\n1\n00:01.000 --> 00:02.000\n" + piece * (200_000 // len(piece))
    begun = time.perf_counter()
    found = FORMATS[name].read(content, name)
    assert time.perf_counter() - begun < 2
    assert len(found.faults) <= MOST_FAULTS


def test_findings_stand_in_the_order_of_the_lines() -> None:
    """Lost: a report that can be worked through from top to bottom, with the line of each."""
    found = check_caption_file(vtt(VTT.replace("It is.", "It is. " + "x" * 40)), Against(load_style()))
    assert [(check.rule, check.line, check.column) for check in found] == [("reading_speed", 14, 1), ("line_length", 16, 1)]
    both = check_caption_file(vtt(VTT.replace("It is.", "It is. &" + "x" * 40)), Against(load_style()))
    assert [check.line for check in both] == [14, 16, 16]


CASES = json.loads((Path(__file__).parent / "golden" / "chromium.json").read_text(encoding="utf-8"))


def in_browser(case: dict) -> list[tuple[int, int, str]]:
    """A case's cues as Chromium shows them, without those that show nothing, spaces as one."""
    shown = ((start, end, " ".join(text.split())) for start, end, text in case["cues"])
    return sorted(cue for cue in shown if cue[2])


def shown_cues(file: CaptionFile) -> list[tuple[int, int, str]]:
    return sorted((c.start_ms, c.end_ms, " ".join(c.text.split())) for c in file.cues if c.text.split())


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_check_diff_and_convert_read_one_file_the_same_way(tmp_path: Path, case: dict) -> None:
    """Lost: one truth about a file, where `check` passes captions that `diff` and `convert` read differently.

    `diff` and `convert` refuse a file of which a cue would be lost, or of which a browser shows nothing.
    """
    source = tmp_path / "a.vtt"
    source.write_text(case["file"], encoding="utf-8")
    checked = FORMATS["vtt"].read(source.read_bytes(), source)
    assert check_file(source, Against(load_style())).cues == len(checked.cues)
    try:
        compared = read_file(case["file"], source)
    except FormatError:
        assert checked.refused or checked.lost_cues
        with pytest.raises(FormatError):
            convert_captions(source, tmp_path / "b.vtt")
        return
    assert compared.cues == tuple(map(clean_cue, checked.cues))
    assert shown_cues(compared) == in_browser(case)
    words = " ".join(word.text for cue in compared.cues for word in words_of_cue(cue))
    assert words.split() == " ".join(cue.text for cue in compared.cues).split()
    if not compared.cues:
        return
    convert_captions(source, tmp_path / "b.vtt")
    converted = read_file((tmp_path / "b.vtt").read_text(encoding="utf-8"), "b.vtt")
    assert shown_cues(converted) == in_browser(case)


def test_a_file_that_loses_a_cue_is_refused_with_the_number() -> None:
    """Lost: a caption, silently, from the words that quotes are compared with."""
    with pytest.raises(FormatError, match="the times of 2 of its 3 cues cannot be read"):
        read_file(VTT.replace("--> 00:03.500", "--> 00:63.500").replace("It is.", "It --> is."), "a.vtt")
    with pytest.raises(FormatError, match="the times of 1 of its 2 cues cannot be read"):
        read_file(SRT.replace("00:00:01,000 -->", "00:00:61,000 -->"), "a.srt")
