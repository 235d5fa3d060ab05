"""WebVTT and SubRip: what is written, what comes back, and what strangers' files hold."""

from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captionkit.errors import FormatError
from captionkit.formats import FORMATS, read_captions, srt, verify_written
from captionkit.formats.presentation import clean_lines
from captionkit.model import Clip, Cue, FileCue, Record, Speaker, Transcript

GOLDEN = Path(__file__).parents[1] / "golden" / "formats"
AWKWARD = st.text() | st.text(st.sampled_from("<>&;-{}\\/ \n\r\0\t#123:,.bivx\u200f\u2028é\U0001f980"))


@st.composite
def captions(draw) -> Record:
    """A record with any text in its cues, in order, some of them by speakers with any name, alone or a line each."""
    times = sorted(draw(st.lists(st.integers(0, 10**8), min_size=2, max_size=8)))
    speakers = (Speaker("s1", draw(AWKWARD)), Speaker("s2", draw(AWKWARD)))
    cues = tuple(draw(captions_at(*span)) for span in pairwise(times))
    return Record(Clip("a.mp4", "", 1), Transcript("en", ()), speakers, cues=cues)


@st.composite
def captions_at(draw, start_ms: int, end_ms: int) -> Cue:
    """One cue by one speaker or by nobody known, or with somebody for each line."""
    lines, voice = tuple(draw(st.lists(AWKWARD, max_size=3))), st.sampled_from([None, "s1", "s2"])
    if draw(st.booleans()):
        return Cue(start_ms, end_ms, lines, draw(voice))
    return Cue(start_ms, end_ms, lines, speakers=tuple(draw(voice) for _ in lines))


def visible(record: Record) -> list[FileCue]:
    cleaned = [FileCue(cue.start_ms, cue.end_ms, clean_lines(cue.lines)) for cue in record.cues]
    return [cue for cue in cleaned if cue.lines]


@pytest.mark.parametrize("name", ["vtt", "srt"])
def test_golden(story, name):
    """A player, a CMS or a diff in a newsroom's repository meets other bytes than last week."""
    written = FORMATS[name].write(story)
    assert written == (GOLDEN / f"ferry.{name}").read_text(encoding="utf-8")
    verify_written(story, written, name)


@settings(deadline=None)
@given(captions())
def test_vtt_loses_nothing(record):
    """Words with `<`, `&` or `-->` in them vanish from the captions, or a cue does, or its speaker."""
    written = FORMATS["vtt"].write(record)
    verify_written(record, written, "vtt")
    back = read_captions(written, "a.vtt")
    assert [(c.start_ms, c.end_ms, c.lines) for c in back] == [
        (c.start_ms, c.end_ms, c.lines) for c in visible(record)
    ]
    assert "\n\n\n" not in written
    assert written.count("-->") == len(back)


@settings(deadline=None)
@given(captions())
def test_srt_loses_nothing(record):
    """A cue ends early in the player, or the text of one runs into the next."""
    written = FORMATS["srt"].write(record)
    verify_written(record, written, "srt")
    back = read_captions(written, "a.srt")
    assert [(c.start_ms, c.end_ms) for c in back] == [(c.start_ms, c.end_ms) for c in visible(record)]
    assert written.count("-->") == len(back)
    assert not set("<{}") & set(written)


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="<>{}&", exclude_categories=("Cs",))), min_size=1))
def test_srt_keeps_plain_text_as_it_is(lines):
    """Captions in any script without markup in them come out of the SubRip file changed."""
    record = Record(Clip("a.mp4", "", 1), Transcript("en", ()), cues=(Cue(0, 1, tuple(lines)),))
    assert read_captions(FORMATS["srt"].write(record), "a.srt") == tuple(visible(record))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<i>x</i>", "‹i›x‹/i›"),
        ("{\\an8}x", "(\\an8)x"),
        ("00:01 --> 00:02", "00:01 → 00:02"),
        (">> ANA: yes", ">> ANA: yes"),
        ("AT&T", "AT&T"),
        ("a < b", "a ‹ b"),
    ],
)
def test_srt_text_is_no_markup_for_players(text, shown):
    """A player hides words it takes for a tag, or moves the cue, or shows a time as text."""
    assert srt.playable(text) == shown


@pytest.mark.parametrize("name", ["vtt", "srt"])
@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda t: t.replace("ferry", "fairy"), "cue 1 is 'The fairy is back.'"),
        (lambda t: t.replace("04", "03", 1), "cue 2"),
        (lambda t: t[: t.rindex("4\n")], "cue 4 is missing"),
        (lambda t: t.replace("We won't, Ines\n", "We\n\nwon't, Ines\n"), "cue 2"),
    ],
)
def test_what_is_written_wrong_is_not_put_in_place(story, name, damage, told):
    """A fault in the serializer reaches the air, for nothing reads the file before people do."""
    written = FORMATS[name].write(story)
    with pytest.raises(FormatError, match=told):
        verify_written(replace(story), damage(written), name)


def test_a_lost_voice_is_found(story):
    """Deaf viewers are not told who speaks, and nobody notices."""
    written = FORMATS["vtt"].write(story)
    with pytest.raises(FormatError, match=r"cue 2 .* by 'Zoë"):
        verify_written(story, written.replace("<v Zoë Ng-Ruiz &lt;zoe&amp;co&gt;>", ""), "vtt")


def test_what_is_no_subrip_is_not_put_in_place(story):
    """A serializer that writes nonsense ends in a traceback instead of a sentence."""
    with pytest.raises(FormatError, match="it is not SubRip"):
        verify_written(story, "x", "srt")


def test_a_million_digits_in_a_reference():
    """One entity in a hostile file ends in a traceback, or takes minutes."""
    text = f"1\n00:00:00,000 --> 00:00:01,000\n&#{'1' * 10**6};"
    assert read_captions(text, "a.srt")[0].lines[0].startswith("&#111")


def test_a_name_that_ends_in_hyphens(captioned):
    """`<v Anon-->` is an arrow to every reader, and the cue is gone."""
    record = replace(captioned(Cue(0, 1, ("Hm.",), "s9")), speakers=(Speaker("s9", "Anon--"),))
    assert "\n<v Anon-&#45;>Hm.\n" in FORMATS["vtt"].write(record)
    assert read_captions(FORMATS["vtt"].write(record), "a.vtt") == (FileCue(0, 1, ("Hm.",), ("Anon--",)),)


def test_a_cue_that_shows_nothing_is_left_out(captioned):
    """An empty cue ends the block early in SubRip, and the numbers after it are wrong."""
    record = captioned(Cue(0, 1, (" ", "\n")), Cue(1, 2, ("x",)))
    assert FORMATS["srt"].write(record) == "1\n00:00:00,001 --> 00:00:00,002\nx\n"
    assert FORMATS["vtt"].write(record).endswith("\n\n1\n00:00:00.001 --> 00:00:00.002\nx\n")


@pytest.mark.parametrize("name", ["vtt", "srt"])
def test_no_cues(captioned, name):
    """A clip whose every word is quarantined fails instead of giving an empty caption file."""
    written = FORMATS[name].write(captioned())
    verify_written(captioned(), written, name)
    assert read_captions(written, f"x.{name}") == ()


@pytest.mark.parametrize(
    ("source", "noted"),
    [
        ("/home/somebody/ferry.html", "Article: ferry.html"),
        ("https://ana:secret@news.example/a?id=1", "Article: https://news.example/a?id=1"),
        ("https://news.example/@ana", "Article: https://news.example/@ana"),
    ],
)
def test_the_note_tells_no_secrets(story, source, noted):
    """A published caption file shows a password or where somebody's drafts lie."""
    written = FORMATS["vtt"].write(replace(story, article=replace(story.article, source=source)))
    assert f"\n{noted}\n" in written
    assert "somebody" not in written


VENDOR_VTT = """\ufeffWEBVTT - vendor\r
Kind: captions\r
\r
STYLE\r
::cue { color: red }\r
\r
NOTE by hand --> see the log\r
\r
intro\r
00:01.000 --> 00:02.500 line:0 align:start\r
<v.loud Ana &amp; Ben>It&#39;s <i>late</i>\r
<00:00:02.000><c.x>really</c>, 3 < 4 > 2.\r
\r
00:00:03.000 --> 00:00:04.000\r
<v Ana>No.</v>\r
<v Ben>Yes.</v>\r
\r
00:00:05.000 --> 00:00:06.000\r
<v Ana>No.</v> <v Ben>Yes.</v>\r
No!\r
"""


def test_a_vendors_vtt():
    """`diff` and `check` see tags, entities or the wrong speaker in the captions a vendor delivered."""
    assert read_captions(VENDOR_VTT, "x.VTT") == (
        FileCue(1000, 2500, ("It's late", "really, 3  2."), ("Ana & Ben", "Ana & Ben")),
        FileCue(3000, 4000, ("No.", "Yes."), ("Ana", "Ben")),
        FileCue(5000, 6000, ("No. Yes.", "No!")),
    )


VENDOR_SRT = """\ufeff
1\r
00:00:01,000 --> 00:00:02,500 X1:100 X2:200\r
{\\an8}<font color="#fff">It&#39;s</font>\r
\r
<b>late</b> in\r
1999\r
\r
7\r
0:00:03.000 --> 0:00:04.000\r
No number before this.\r
00:00:05,000 --> 00:00:06,000\r
2024\r
\r
00:00:07,000 --> 00:00:08,000\r
42"""


def test_a_vendors_srt():
    """SubRip with wrong or missing numbers, dots, tags or years as text is refused or loses words."""
    assert read_captions(VENDOR_SRT, "x.srt") == (
        FileCue(1000, 2500, ("It's", "late in", "1999")),
        FileCue(3000, 4000, ("No number before this.",)),
        FileCue(5000, 6000, ("2024",)),
        FileCue(7000, 8000, ("42",)),
    )


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("x.vtt", "", "it is not WebVTT"),
        ("x.vtt", "1\n00:00:01,000 --> 00:00:02,000\nx", "it is not WebVTT"),
        ("x.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\n00:61.000 --> 01:02.000\ny", "1 of its 2 cues"),
        ("x.vtt", "WEBVTT\n\n9999999:00:01.000 --> 9999999:00:02.000\nx", "1 of its 1 cues"),
        ("x.srt", "some prose", "there is no caption in it"),
        ("x.srt", "1\n00:00:01,000 --> 00:00:61,000\nx", "the times of 1 of its 1 cues cannot be read"),
        ("x.ass", "[Script Info]", "its format is unknown"),
    ],
)
def test_what_cannot_be_read_is_said(name, text, told):
    """A person gets a traceback, or a part of the captions is passed over without a word."""
    with pytest.raises(FormatError, match=told):
        read_captions(text, name)


@settings(deadline=None)
@given(
    st.text(st.sampled_from("WEBVT0123456789:.,->< \n\rNOTESYLvc&#;x{}\\")),
    st.sampled_from(["vtt", "srt", "txt"]),
)
def test_any_text_is_read_or_refused(text, suffix):
    """A hostile file ends in a traceback."""
    for given_text in (text, "WEBVTT\n\n00:01.000 --> 00:02.000\n" + text):
        with suppress(FormatError):
            read_captions(given_text, f"x.{suffix}")


@pytest.mark.parametrize("size", [0, 1])
def test_too_large_a_file(monkeypatch, size):
    """A file of some gigabytes fills the memory of a shared machine."""
    monkeypatch.setattr("captionkit.formats.MAX_CHARACTERS", 20)
    text = "WEBVTT\n\n" + "x" * (12 + size)
    if not size:
        assert read_captions(text, "x.vtt") == ()
        return
    with pytest.raises(FormatError, match="more than 20 characters"):
        read_captions(text, "x.vtt")
