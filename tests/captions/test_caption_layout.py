"""The layout: nothing lost, the style kept, and breaks where an editor would make them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captionkit.captions import ClipTiming, Style, check_cues, lay_out, load_style
from captionkit.captions.scripts import columns
from captionkit.model import Cue, Word

GOLDEN = Path(__file__).parent / "golden"
TEXTS = st.one_of(
    st.sampled_from(
        ["the", "of", "I", "Oyelaran", "tonight.", "and", "um,", "no?", "—", "1.2", "橋", "。", "جسر"]
    ),
    st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=60),
)

PLAIN_WORDS = ["the", "of", "Ana", "said", "we", "will", "go,", "home.", "to", "it", "and", "bridge"]


@st.composite
def any_words(draw: st.DrawFn) -> tuple[Word, ...]:
    """Words as a bad day of a recogniser may give them: times anywhere, in any order, speakers mixed."""
    words, at = [], 0
    for text in draw(st.lists(TEXTS, max_size=40)):
        at = max(0, at + draw(st.integers(-300, 1500)))
        speaker = draw(st.sampled_from([None, None, "s1", "s2"]))
        words.append(Word(text, at, at + draw(st.integers(0, 1200)), speaker=speaker))
    return tuple(words)


def speakers_of_letters(words: tuple[Word, ...]) -> list[tuple[str, str | None]]:
    return [(letter, word.speaker) for word in words for letter in word.text]


def letters_shown(cues: tuple[Cue, ...]) -> list[tuple[str, str | None]]:
    return [
        (letter, speaker)
        for cue in cues
        for line, speaker in zip(cue.lines, cue.speakers or (cue.speaker,) * len(cue.lines), strict=True)
        for letter in line
        if letter != " "
    ]


@settings(deadline=None)
@given(any_words(), st.integers(0, 60_000), st.sampled_from([None, 23.976, 25.0, 50.0]))
def test_no_word_is_lost_doubled_moved_or_given_to_another(
    words: tuple[Word, ...], duration_ms: int, fps: float | None
) -> None:
    """Lost: words. A caption that leaves out or repeats what was said is worse than none."""
    cues = lay_out(words, load_style(), ClipTiming(duration_ms, fps))
    assert letters_shown(cues) == speakers_of_letters(words)


@settings(deadline=None)
@given(any_words(), st.integers(0, 60_000), st.sampled_from([None, 23.976, 25.0, 50.0]))
def test_hard_limits_hold_and_soft_ones_hold_or_are_reported(
    words: tuple[Word, ...], duration_ms: int, fps: float | None
) -> None:
    """Lost: cues one over the other, past the end, too long for the screen; or a fault nobody is told of."""
    style, clip = load_style(), ClipTiming(duration_ms, fps)
    cues = lay_out(words, style, clip)
    edges = [edge for cue in cues for edge in (cue.start_ms, cue.end_ms)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= duration_ms for edge in edges)
    assert all(1 <= len(cue.lines) <= 2 and max(map(columns, cue.lines)) <= 42 for cue in cues)
    assert all(cue.end_ms - cue.start_ms <= 7000 for cue in cues)
    reported = {(check.rule, check.cue) for check in check_cues(cues, style, clip)}
    assert {
        ("min_duration", n) for n, cue in enumerate(cues, 1) if cue.end_ms - cue.start_ms < 833
    } <= reported
    least = clip.frames_ms(2) if fps else 67
    narrow = {n for n, (a, b) in enumerate(pairwise(cues), 2) if b.start_ms - a.end_ms < least - 1}
    assert {("gap", n) for n in narrow} <= reported
    of_text = {"orphan", "bad_break", "speakers", "dashes", "speaker_notation", "sound_notation"}
    assert {rule for rule, _ in reported} <= {"min_duration", "gap", "reading_speed"} | of_text


@settings(deadline=None)
@given(st.lists(st.sampled_from(PLAIN_WORDS), min_size=1))
def test_unhurried_speech_breaks_no_rule_of_time(texts: list[str]) -> None:
    """Lost: durations and gaps that there was room for."""
    words = tuple(Word(text, 1000 + 400 * at, 1300 + 400 * at) for at, text in enumerate(texts))
    clip = ClipTiming(words[-1].end_ms + 1000, 25.0)
    rules = {check.rule for check in check_cues(lay_out(words, load_style(), clip), load_style(), clip)}
    assert rules <= {"bad_break", "orphan"}


def test_no_words_make_no_cues(netflix: Style) -> None:
    """Lost: a crash on a silent clip."""
    assert lay_out((), netflix, ClipTiming(1000)) == ()


def test_one_word_makes_one_cue(netflix: Style) -> None:
    """Lost: the shortest clip there is."""
    words = (Word("Thanks.", 1000, 1000, speaker="s2"),)
    assert lay_out(words, netflix, ClipTiming(5000)) == (Cue(1000, 1833, ("Thanks.",), "s2"),)


def test_a_word_at_the_very_end_is_shown_before_it(netflix: Style) -> None:
    """Lost: the last word, said in the last frame."""
    words = (Word("Thanks.", 4990, 5000),)
    assert lay_out(words, netflix, ClipTiming(5000)) == (Cue(4167, 5000, ("Thanks.",)),)
    assert lay_out(words, netflix, ClipTiming(400)) == (Cue(0, 400, ("Thanks.",)),)


def test_words_too_fast_for_a_cue_each_share_one(netflix: Style) -> None:
    """Lost: five cues in one second, none of which can be read."""
    words = tuple(Word("No.", at, at + 100) for at in range(1000, 1500, 100))
    (cue,) = lay_out(words, netflix, ClipTiming(5000))
    assert cue.lines == ("No. No. No. No. No.",)


def test_no_scrap_of_a_sentence_stands_alone(say, netflix: Style, five_minutes: ClipTiming) -> None:  # type: ignore[no-untyped-def]
    """Lost: the end of a sentence, flashed up as a cue of three words."""
    words = say("The board asked for a new clinic on the hill, called the plan good, without a word.")
    cues = lay_out(words, netflix, five_minutes)
    assert [cue.lines for cue in cues] == [
        ("The board asked", "for a new clinic on the hill,"),
        ("called the plan good, without a word.",),
    ]


def test_drawn_out_speech_is_cut_before_it_is_too_long_for_a_cue(netflix: Style) -> None:
    """Lost: sung words whose cue goes before they are sung."""
    words = tuple(Word("la", 1000 * at, 1000 * at + 1000) for at in range(12))
    cues = lay_out(words, netflix, ClipTiming(12_000))
    assert max(cue.end_ms - cue.start_ms for cue in cues) <= 7000
    assert all(any(cue.start_ms <= word.start_ms + 500 <= cue.end_ms for cue in cues) for word in words)


def test_very_slow_speech_is_not_shown_ahead(netflix: Style) -> None:
    """Lost: the countdown's end, on screen before it is said."""
    words = tuple(
        Word(text, 1000 + 4000 * at, 1400 + 4000 * at) for at, text in enumerate(["Three,", "two,", "one."])
    )
    cues = lay_out(words, netflix, ClipTiming(12_000))
    assert [(cue.start_ms, cue.lines) for cue in cues] == [
        (1000, ("Three,",)),
        (5000, ("two,",)),
        (9000, ("one.",)),
    ]


def test_every_word_is_on_screen_while_it_is_said(say, netflix: Style, five_minutes: ClipTiming) -> None:  # type: ignore[no-untyped-def]
    """Lost: words that a deaf viewer sees said but not written."""
    words = say((GOLDEN / "council.txt").read_text().split("\n\n")[0])
    cues = lay_out(words, netflix, five_minutes)
    middles = [(word.start_ms + word.end_ms) / 2 for word in words]
    assert all(any(cue.start_ms <= middle <= cue.end_ms for cue in cues) for middle in middles)


def test_a_house_style_is_kept_as_well(say, netflix: Style, five_minutes: ClipTiming) -> None:  # type: ignore[no-untyped-def]
    """Lost: every style but the default one."""
    house = replace(netflix, max_chars_per_line=32, max_lines=3, min_gap_frames=0)
    words = say((GOLDEN / "council.txt").read_text().split("\n\n")[0])
    cues = lay_out(words, house, five_minutes)
    assert " ".join(cue.text for cue in cues) == " ".join(word.text for word in words)
    assert {check.level for check in check_cues(cues, house, five_minutes)} <= {"warning"}
    assert max(len(line) for cue in cues for line in cue.lines) <= 32


def test_right_to_left_text_keeps_its_order_and_its_clauses(  # type: ignore[no-untyped-def]
    say, netflix: Style, five_minutes: ClipTiming
) -> None:
    """Lost: Arabic and Hebrew captions in an order nobody can read."""
    text = "قال رئيس البلدية إن العمل في الجسر الجديد سيبدأ في شهر مارس، وإن المدينة ستدفع نصف التكاليف."
    cues = lay_out(say(text), netflix, five_minutes)
    assert " ".join(cue.text for cue in cues) == text
    assert cues[-1].text == "وإن المدينة ستدفع نصف التكاليف."


def test_text_without_blanks_is_broken_between_its_tokens(netflix: Style) -> None:
    """Lost: Japanese and Chinese captions, with blanks between signs, or a line that begins with a stop."""
    text = "市議会は昨夜、港の古い橋を建て替える計画を承認しました。「反対の声も多い」と市長は話しています。"
    words = tuple(Word(letter, 150 * at, 150 * at + 150) for at, letter in enumerate(text))
    cues = lay_out(words, netflix, ClipTiming(60_000))
    lines = [line for cue in cues for line in cue.lines]
    assert "".join(lines) == text
    assert max(map(columns, lines)) <= 42
    assert not any(line[0] in "、。」" or line[-1] in "「" for line in lines)
    assert lines[0] == "市議会は昨夜、"


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.txt")), ids=lambda file: file.stem)
def test_passages_are_laid_out_as_an_editor_would(  # type: ignore[no-untyped-def]
    file: Path, say, netflix: Style, five_minutes: ClipTiming
) -> None:
    """Lost: the reading of a news story. A file holds the words, a blank line, and the cues to be made."""
    text, expected = file.read_text().strip().split("\n\n", 1)
    cues = lay_out(say(text), netflix, five_minutes)
    assert "\n".join(" / ".join(cue.lines) for cue in cues) == expected


def test_a_cut_in_the_picture_parts_cues_where_the_words_allow_it(say, netflix: Style) -> None:  # type: ignore[no-untyped-def]
    """Lost: a caption that hangs over into another shot, which makes the eye read it again."""
    words = say("The board asked for a clinic on the hill, and the mayor said that it would be built.")
    at = next(after.start_ms for before, after in pairwise(words) if before.text == "hill,")
    whole = lay_out(words, netflix, ClipTiming(60_000, 25.0))
    parted = lay_out(words, netflix, ClipTiming(60_000, 25.0, (at,)))
    assert [len(whole), len(parted)] == [1, 2]
    assert parted[1].start_ms == at
