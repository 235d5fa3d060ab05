"""Who speaks and what is heard, as each style shows it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captionkit.captions import ClipTiming, Style, add_sounds, check_cues, lay_out, load_style, style_names
from captionkit.captions.scripts import columns
from captionkit.model import AudioEvent, Cue, Speaker, Word

CLIP = ClipTiming(30_000, 25.0)
VOICES = (Speaker("s1", "Ana Oyelaran"), Speaker("s2"), Speaker("s3", "Piotr Wasilewski"))


def talk(say, *turns: tuple[str, str]) -> tuple[Word, ...]:  # type: ignore[no-untyped-def]
    words: tuple[Word, ...] = ()
    for speaker, text in turns:
        start = words[-1].end_ms + 400 if words else 1000
        words += say(text, start, speaker)
    return words


def shown(cues: tuple[Cue, ...]) -> list[str]:
    return [" / ".join(cue.shown_lines) for cue in cues]


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (
            "netflix-en",
            [
                "[Ana Oyelaran] We have waited long enough.",
                "-Who says the bridge is safe?",
                "-I have never said that to anybody.",
            ],
        ),
        (
            "bbc",
            [
                "ANA OYELARAN: We have waited / long enough.",
                "– Who says the bridge is safe?",
                "OYELARAN: I have never said / that to anybody.",
            ],
        ),
        (
            "dcmp",
            [
                "(Ana Oyelaran) / We have waited long enough.",
                ">> Who says the bridge is safe?",
                "(Oyelaran) / I have never said",
                "that to anybody.",
            ],
        ),
        (
            "wai",
            [
                "Ana Oyelaran: We have waited / long enough.",
                ">> Who says the bridge is safe?",
                "Oyelaran: I have never said / that to anybody.",
            ],
        ),
    ],
)
def test_each_style_shows_a_change_of_speaker_in_its_own_way(say, style: str, expected: list[str]) -> None:  # type: ignore[no-untyped-def]
    """Lost: who says what, for everybody who cannot hear it."""
    turns = (
        ("s1", "We have waited long enough."),
        ("s2", "Who says the bridge is safe?"),
        ("s1", "I have never said that to anybody."),
    )
    cues = lay_out(talk(say, *turns), load_style(style), CLIP, VOICES)
    assert shown(cues) == expected
    assert " ".join(cue.text for cue in cues) == " ".join(text for _, text in turns)


def test_labels_are_no_words_of_the_transcript(say, netflix: Style) -> None:  # type: ignore[no-untyped-def]
    """Lost: a quote check that is fooled by names nobody said."""
    (cue,) = lay_out(talk(say, ("s1", "We have waited long enough.")), netflix, CLIP, VOICES)
    assert (cue.lines, cue.labels, cue.speaker) == (("We have waited long enough.",), ("[Ana Oyelaran] ",), "s1")


def test_a_surname_that_two_share_is_never_enough(say) -> None:  # type: ignore[no-untyped-def]
    """Lost: which of two Duprees speaks."""
    family = (Speaker("s1", "Darlene Dupree"), Speaker("s2", "Raymond Dupree"))
    turns = (("s1", "We tried."), ("s2", "We did try it."), ("s1", "And then we lost."))
    cues = lay_out(talk(say, *turns), load_style("plain"), CLIP, family)
    assert [cue.labels[0] for cue in cues] == ["Darlene Dupree: ", "Raymond Dupree: ", "Darlene Dupree: "]


def test_a_name_too_long_for_its_line_is_shortened(say) -> None:  # type: ignore[no-untyped-def]
    """Lost: a line too long for the screen, or the name altogether."""
    long = (Speaker("s1", "Marguerite Delacroix-Huang of Calder Harbor"),)
    (cue,) = lay_out(talk(say, ("s1", "We tried.")), load_style("wai"), CLIP, long)
    assert cue.labels == ("Harbor: ",)


def test_the_first_unnamed_voice_has_no_mark(say, netflix: Style) -> None:  # type: ignore[no-untyped-def]
    """Lost: sense; a mark of change before anybody has spoken."""
    cues = lay_out(talk(say, ("s2", "We tried it for years."), ("s4", "You did not.")), netflix, CLIP, VOICES)
    assert shown(cues) == ["We tried it for years.", "-You did not."]


def test_unknown_voices_are_not_said_to_change(say, netflix: Style) -> None:  # type: ignore[no-untyped-def]
    """Lost: truth; nobody knows whether the speaker changed."""
    words = (*say("We tried."), *say("You did not.", 3000, "s2"))
    assert [cue.labels for cue in lay_out(words, netflix, CLIP, VOICES)] == [(), ()]


def test_a_quick_answer_shares_a_cue_where_the_style_allows_it(netflix: Style) -> None:
    """Lost: two cues of half a second, or who gave the answer."""
    words = (
        Word("Is", 1000, 1100, speaker="s2"),
        Word("it?", 1100, 1300, speaker="s2"),
        Word("No.", 1300, 1500, speaker="s4"),
        *(Word("And", 1900 + 300 * n, 2200 + 300 * n, speaker="s2") for n in range(6)),
    )
    first, second = lay_out(words, netflix, CLIP, VOICES)
    assert (first.lines, first.labels, first.speakers) == (("Is it?", "No."), ("-", "-"), ("s2", "s4"))
    assert first.speaker is None
    assert second.labels == ("-",)
    cues = lay_out(words, replace(netflix, speakers_per_cue=1), CLIP, VOICES)
    assert all(cue.speakers == () for cue in cues)


WORDS = st.sampled_from(["the", "of", "Ana", "said", "we", "will", "go,", "home.", "no?", "bridge", "Oyelaran", "um,"])
TURNS = st.lists(st.tuples(st.sampled_from(["s1", "s2", "s3", None]), st.lists(WORDS, min_size=1, max_size=9)), max_size=12)


@settings(deadline=None)
@given(st.sampled_from(style_names()), TURNS, st.integers(-300, 900))
def test_in_every_style_no_word_is_lost_and_no_limit_broken(
    name: str, turns: list[tuple[str | None, list[str]]], pause_ms: int
) -> None:
    """Lost: words, or our own captions turned away by our own check."""
    style, words, at = load_style(name), [], 1000
    for speaker, texts in turns:
        for text in texts:
            words.append(Word(text, at, at + 250, speaker=speaker))
            at += 250
        at = max(0, at + pause_ms)
    clip = ClipTiming(at + 3000, 25.0)
    cues = lay_out(tuple(words), style, clip, VOICES)
    assert " ".join(cue.text for cue in cues) == " ".join(word.text for word in words)
    assert [c for c in check_cues(cues, style, clip) if c.level == "error"] == []
    assert all(columns(line) <= style.max_chars_per_line for cue in cues for line in cue.shown_lines)


SPOKEN = (Cue(5000, 8000, ("We have waited long enough.",)), Cue(12_000, 14_000, ("Thank you.",)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("netflix-en", "[music playing]"),
        ("bbc", "MUSIC PLAYS"),
        ("dcmp", "[music playing]"),
        ("wai", "( music )"),
        ("plain", "[music]"),
    ],
)
def test_each_style_writes_a_sound_in_its_own_way(name: str, text: str) -> None:
    """Lost: what is heard when nobody speaks."""
    cues = add_sounds(SPOKEN, (AudioEvent("music", 0, 3500),), load_style(name), CLIP)
    assert (cues[0].lines, cues[0].sound, cues[1:]) == ((text,), "music", SPOKEN)
    assert (cues[0].start_ms, cues[0].end_ms) == (0, 3500)


def test_a_sound_under_speech_has_no_cue(netflix: Style) -> None:
    """Lost: words covered by a label for the music under them."""
    assert add_sounds(SPOKEN, (AudioEvent("music", 5200, 7900),), netflix, CLIP) == SPOKEN
    assert add_sounds(SPOKEN, (AudioEvent("applause", 7900, 8700),), netflix, CLIP) == SPOKEN


def test_a_sound_cue_keeps_its_distance_and_closes_small_gaps(netflix: Style) -> None:
    """Lost: cues that blink between speech and applause."""
    (_, cue, _) = add_sounds(SPOKEN, (AudioEvent("applause", 8300, 11_700),), netflix, CLIP)
    assert (cue.start_ms, cue.end_ms, cue.lines) == (8080, 11_920, ("[applause]",))
    assert check_cues((SPOKEN[0], cue, SPOKEN[1]), netflix, CLIP) == ()


def test_a_long_sound_stands_no_longer_than_a_cue_may(netflix: Style) -> None:
    """Lost: half a minute of [music playing]."""
    cues = add_sounds(SPOKEN, (AudioEvent("music", 14_500, 30_000),), netflix, CLIP)
    assert (cues[-1].start_ms, cues[-1].end_ms) == (14_500, 21_500)


def test_the_credits_keep_their_place(netflix: Style) -> None:
    """Lost: who made the clip, pushed out by its closing music."""
    closing = Cue(14_080, 18_000, ("Produced by Ana Cole",))
    cues = add_sounds(SPOKEN, (AudioEvent("music", 14_000, 19_500),), netflix, CLIP, closing)
    assert [cue.sound for cue in cues] == [None, None, "music"]
    assert cues[-1].start_ms >= closing.end_ms
