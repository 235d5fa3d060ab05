"""The check: for every style a clean file, and for each rule the smallest change that breaks it and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from captionkit.captions import RULES, ClipTiming, Style, check_cues, load_style, style_names
from captionkit.captions.sound_cues import sound_text
from captionkit.model import Cue, Span

CLIP = ClipTiming(20_000, 25.0)
VOICED = (Span(900, 5100), Span(5900, 10_100), Span(10_900, 14_100))
CLEAN = (
    Cue(1000, 3300, ("The bridge is tired,", "but it is not dangerous."), "s1"),
    Cue(3380, 5700, ("You could keep it going", "another fifteen years."), "s1"),
    Cue(6700, 8100, ("Is that a realistic number?",), "s2"),
)

Broken = tuple[tuple[Cue, ...], ClipTiming, tuple[Span, ...] | None, int | None]
"""Cues, what they are held against, and the cue to blame."""


def clean(style: Style) -> tuple[Cue, ...]:
    """A named speaker, three sentences and a sound, as the style has them."""
    name = style.speaker_name.replace("Name", "Ana Cole").replace("NAME", "ANA COLE")
    first = f"{name}We can go on,".split("\n")
    return (
        Cue(1000, 5000, ("The bridge is tired,", "but it is not dangerous.")),
        Cue(6000, 10_000, (*first, "another fifteen years.")[: style.max_lines]),
        Cue(11_000, 14_000, ("Is that a realistic number?",)),
        Cue(16_500, 19_000, (sound_text("music", style),)),
    )


def change(style: Style, number: int, **what: object) -> Broken:
    """The clean cues with one changed."""
    cues = [replace(cue, **what) if n == number else cue for n, cue in enumerate(clean(style), 1)]  # type: ignore[arg-type]
    return tuple(cues), CLIP, None, number


def too_near(style: Style) -> Broken | None:
    return change(style, 2, start_ms=5040)


def too_fast(style: Style) -> Broken | None:
    if not style.max_chars_per_second and not style.max_words_per_minute:
        return None
    return change(style, 1, end_ms=1000 + style.reading_ms(44, 9) - 1)


def too_many_speakers(style: Style) -> Broken | None:
    if style.speakers_per_cue > 1:
        return None
    return change(style, 3, lines=(f"{style.speaker_mark}Is it so?", f"{style.speaker_mark}It is not."))


def half_marked(style: Style) -> Broken | None:
    if style.speakers_per_cue == 1:
        return None
    return change(style, 3, lines=("Is it so?", f"{style.speaker_mark}It is not."))


def just_after_a_cut(style: Style) -> Broken | None:
    cues, clip, _, number = change(style, 3)
    return (cues, replace(clip, shots_ms=(10_800,)), None, number) if style.snap_to_shot_ms else None


def said_by_nobody(style: Style) -> Broken | None:
    cues, clip, _, number = change(style, 4, lines=("Nobody says this.",))
    return (cues, clip, VOICED, number) if style.sync_ms else None


def strange_name(style: Style) -> Broken:
    named = "(Ana Cole)" if style.name == "netflix-en" else "[Ana Cole]"
    return change(style, 3, lines=(f"{named} Is that so?",))


MUTATIONS: dict[str, Callable[[Style], Broken | None]] = {
    "empty": lambda style: change(style, 3, lines=(" ",)),
    "order": lambda style: change(style, 2, start_ms=900, end_ms=4900),
    "overlap": lambda style: change(style, 2, start_ms=4999),
    "past_end": lambda style: change(style, 4, end_ms=20_001),
    "missing": lambda style: ((*clean(style)[:2], clean(style)[3]), CLIP, VOICED, None),
    "line_count": lambda style: change(style, 3, lines=("Yes, yes.", "No, no.", "Well, well.")[: style.max_lines + 1]),
    "line_length": lambda style: change(style, 3, lines=("Is " + "x" * (style.max_chars_per_line - 2),)),
    "max_duration": lambda style: (
        (change(style, 3, end_ms=11_001 + style.max_duration_ms)[0][:3], CLIP, None, 3) if style.max_duration_ms else None
    ),
    "min_duration": lambda style: (
        change(style, 3, lines=("Yes.",), end_ms=10_999 + style.min_duration_ms) if style.min_duration_ms else None
    ),
    "gap": too_near,
    "reading_speed": too_fast,
    "shot": just_after_a_cut,
    "sync": said_by_nobody,
    "orphan": lambda style: change(style, 1, lines=("The old bridge is tired, even", "dangerous.")),
    "bad_break": lambda style: change(style, 1, lines=("The bridge is tired, but", "it is not dangerous.")),
    "speakers": too_many_speakers,
    "dashes": half_marked,
    "speaker_notation": strange_name,
    "sound_notation": lambda style: change(style, 4, lines=("*music*",)),
}
"""Rule → the smallest change that breaks it; None where the style does not have the rule."""


@pytest.mark.parametrize("name", style_names())
def test_a_clean_file_is_clean(name: str) -> None:
    """Lost: trust in every other finding."""
    style = load_style(name)
    assert check_cues(clean(style), style, CLIP, VOICED) == ()
    assert check_cues((), style, CLIP) == ()


def test_every_rule_has_its_mutation() -> None:
    """Lost: a rule that is never tried, and so may never fire."""
    assert list(MUTATIONS) == list(RULES)
    for mutation in MUTATIONS.values():
        assert any(mutation(load_style(name)) for name in style_names())


@pytest.mark.parametrize("name", style_names())
@pytest.mark.parametrize("rule", RULES)
def test_each_mutation_raises_exactly_its_rule(name: str, rule: str) -> None:
    """Lost: a fault that goes on air unseen, or one blamed on the wrong rule."""
    style = load_style(name)
    broken_file = MUTATIONS[rule](style)
    if broken_file is None:
        return
    cues, clip, voiced, number = broken_file
    (check,) = check_cues(cues, style, clip, voiced)
    assert (check.rule, check.level, check.cue) == (rule, RULES[rule].level, number)
    assert check.start_ms == (cues[number - 1].start_ms if number else 10_900)


def broken(index: int, **what: object) -> tuple[Cue, ...]:
    return tuple(replace(cue, **what) if at == index else cue for at, cue in enumerate(CLEAN))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        (broken(1, start_ms=3299), "The cue starts 1 ms before the one above it ends."),
        (broken(2, end_ms=20_001), "The cue stands until 1 ms after the clip's end."),
        (broken(1, start_ms=3340), "The gap before the cue is 40 ms; netflix-en asks for 2 frames (80 ms)."),
        (broken(2, end_ms=8000), "The cue asks for 20.8 characters a second; netflix-en allows 20."),
        (
            broken(2, lines=("APPLAUSE",)),
            "“APPLAUSE” is a sound in capitals; netflix-en writes “[sound]”.",
        ),
        (
            broken(2, lines=(">> Is it?",)),
            "“>>” shows a speaker by two arrows; netflix-en has a hyphen or a name in brackets.",
        ),
    ],
)
def test_a_message_names_the_number_and_the_style(netflix: Style, cues: tuple[Cue, ...], message: str) -> None:
    """Lost: what to do about it."""
    assert message in [check.message for check in check_cues(cues, netflix, CLIP)]


@pytest.mark.parametrize(
    "lines",
    [
        ("Remember: it is tired.",),
        ("[Ana Oyelaran] It is tired.",),
        ("-Is it?", "-No."),
        ("-[Ana] Is it?", "-No."),
        ("[applause]", "Thank you."),
        ("♪ Row, row, row your boat ♪",),
        ("STOP! STOP!",),
        ("It cost $4 (or less).",),
    ],
)
def test_what_only_looks_like_a_label_is_left_alone(netflix: Style, lines: tuple[str, ...]) -> None:
    """Lost: trust in `check`, where it takes a sentence for a speaker or a shout for a sound."""
    found = check_cues((Cue(1000, 5000, lines),), netflix, CLIP)
    assert [check for check in found if check.rule in ("speaker_notation", "sound_notation", "dashes")] == []


def test_without_the_clip_any_usual_frame_rate_will_do(netflix: Style) -> None:
    """Lost: files at 30 or 24 frames a second, blamed by the measure of another rate."""
    unknown = ClipTiming(20_000)
    for gap_ms in (67, 80, 84):
        assert check_cues(broken(1, start_ms=3300 + gap_ms), netflix, unknown) == ()
    for gap_ms in (60, 90):
        (check,) = check_cues(broken(1, start_ms=3300 + gap_ms), netflix, unknown)
        assert check.rule == "gap"


def test_a_sound_in_brackets_is_in_the_styles_letters(netflix: Style) -> None:
    """Lost: one look of all sounds, where a vendor writes them in capitals."""
    shouted = check_cues((Cue(1000, 3000, ("[MUSIC PLAYING]",)),), netflix, CLIP)
    assert [(c.rule, c.message) for c in shouted] == [
        ("sound_notation", "“[MUSIC PLAYING]” is a sound in brackets, in capitals; netflix-en writes “[sound]”."),
    ]
    assert check_cues((Cue(1000, 3000, ("[music playing]",)),), netflix, CLIP) == ()


@pytest.mark.parametrize("name", ["JOHN F. KENNEDY", "DR. RAYMOND DUPREE", "TOMÁS Ó BRIAIN"])
def test_a_name_in_capitals_may_have_a_full_stop(name: str) -> None:
    """Lost: trust in `check`, which would blame the labels that the layout writes."""
    cues = (Cue(1000, 5000, (f"{name}: We are late.",)),)
    assert [c.rule for c in check_cues(cues, load_style("bbc"), CLIP)] == []


def test_no_break_is_bad_between_a_name_on_its_own_line_and_the_words() -> None:
    """Lost: trust in `check`, to which a label and the first word would be a name cut in two."""
    cues = (Cue(1000, 5000, ("(Achterberg)", "Work on the bridge and the road starts")),)
    assert "bad_break" not in [c.rule for c in check_cues(cues, load_style("dcmp"), CLIP)]


def test_a_rate_in_words_is_fair_to_scripts_without_blanks() -> None:
    """Lost: every Japanese file, each of whose cues would be too fast."""
    calm, fast = Cue(1000, 4000, ("今夜、市議会はトンネル計画を承認しました。",)), Cue(4000, 5000, ("今夜、市議会はトンネル計画を承認しました。",))
    assert "reading_speed" not in [c.rule for c in check_cues((calm,), load_style("bbc"), CLIP)]
    assert "reading_speed" in [c.rule for c in check_cues((fast,), load_style("bbc"), CLIP)]


def test_labels_of_a_record_count_as_they_are_shown(netflix: Style) -> None:
    """Lost: a line that the speaker's name makes too long for the screen."""
    named = replace(CLEAN[0], labels=("[Marguerite Delacroix-Huang] ", ""), end_ms=5000)
    (check,) = check_cues((named,), netflix, CLIP)
    assert (check.rule, "49 characters" in check.message) == ("line_length", True)


def test_findings_stand_in_the_order_of_the_cues(netflix: Style) -> None:
    """Lost: a report that can be worked through from top to bottom."""
    cues = (Cue(0, 900, ("x" * 43,)), Cue(1000, 2000, ("",)), Cue(1500, 1600, ("and the", "bridge")))
    found = [check.cue or 0 for check in check_cues(cues, netflix, CLIP)]
    assert found == sorted(found)
    assert set(found) == {1, 2, 3}


def test_one_voice_that_cuts_off_another_breaks_no_phrase(netflix: Style) -> None:
    """Lost: trust in `check` where people talk across each other."""
    cues = (Cue(0, 2000, ("I went to the",), "s1"), Cue(2080, 4000, ("Stop.",), "s2"))
    assert check_cues(cues, netflix, CLIP) == ()


@pytest.mark.parametrize(
    ("cues", "rule", "message"),
    [
        (
            broken(1, start_ms=3700, end_ms=6000),
            "gap",
            "The gap before the cue is 400 ms; netflix-en closes it to 2 frames (80 ms).",
        ),
        (broken(2, end_ms=5000), "order", "The cue ends at 00:00:05.000, before it starts."),
        (
            (
                *CLEAN[:2],
                Cue(6700, 8100, ("Is that a realistic",), "s2"),
                Cue(8180, 9000, ("number?",), "s2"),
            ),
            "orphan",
            "The cue is one word alone, left over from the sentence above it.",
        ),
        (
            (
                *CLEAN[:2],
                Cue(6000, 7600, ("Is four hundred and the",), "s2"),
                Cue(7680, 9000, ("state?",), "s2"),
            ),
            "bad_break",
            "The break “the | state?” splits an article or determiner from its noun.",
        ),
    ],
)
def test_a_rules_other_side(netflix: Style, cues: tuple[Cue, ...], rule: str, message: str) -> None:
    """Lost: half of a rule."""
    assert message in [check.message for check in check_cues(cues, netflix, CLIP) if check.rule == rule]


def test_what_just_keeps_a_rule_is_not_blamed(netflix: Style) -> None:
    """Lost: trust in `check`, by one millisecond or one letter."""
    just = (
        Cue(0, 833, ("Is it?",)),
        Cue(913, 7913, ("x" * 42, "y" * 42)),
        Cue(8413, 9763, ("Is that a realistic number?",)),
        Cue(12_000, 13_000, ("Yes.",)),
    )
    assert check_cues(just, netflix, CLIP) == ()


def test_times_that_no_file_should_hold_are_reported_not_raised(netflix: Style) -> None:
    """Lost: a traceback on somebody else's broken file."""
    cues = (Cue(-500, -800, ()), Cue(-900, 99_000_000, ("x" * 500,)))
    assert {"order", "empty", "past_end", "line_length", "max_duration"} <= {
        check.rule for check in check_cues(cues, netflix, CLIP)
    }
