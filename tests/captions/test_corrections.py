"""Captions that a person corrected, taken into the record: every word theirs, every time kept that could be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.errors import FormatError, OverwriteError
from captionkit.formats import FORMATS, read_file
from captionkit.formats.presentation import captions_of
from captionkit.match.policy.judge import with_policy
from captionkit.match.policy.load import load_policy
from captionkit.model import (
    Article,
    CaptionFile,
    Clip,
    Cue,
    Edit,
    FileCue,
    Finding,
    PageSettings,
    Part,
    PartFinding,
    Quote,
    Record,
    Review,
    Span,
    Speaker,
    Transcript,
    Word,
)
from captionkit.pipeline.presentation import revise
from captionkit.publish import OutputOptions, sign_off, write_outputs
from captionkit.record import record_from_json

TEXTS = ["The", "bus", "is", "late.", "We", "wear", "we", "will", "wait", "for", "it.", "No."]
WORDS = tuple(
    Word(text, 1000 * at, 1000 * at + 800, 0.98, "s1" if at < 4 or at == 11 else "s2", aligned=True)
    for at, text in enumerate(TEXTS)
)
QUOTE = Quote("q1", "speech", (Part("We will wait for it."),), "Ana Cole")
RECORD = Record(
    Clip("bus.mp4", "0" * 64, 20_000, 25.0),
    Transcript("en", WORDS),
    speakers=(Speaker("s1"), Speaker("s2", "Ana Cole", ("q1",))),
    cues=(
        Cue(0, 3900, ("The bus is late.",), "s1"),
        Cue(4000, 10_900, ("We wear we will", "wait for it."), "s2", ("[Ana Cole] ", "")),
        Cue(11_000, 11_900, ("No.",), "s1", ("-",)),
        Cue(12_000, 14_000, ("[music playing]",), sound="music"),
    ),
    credit_cue=Cue(15_000, 19_000, ("Produced by Bo Lind",)),
    article=Article("a.html", "Bus", "Ana Cole: “We will wait for it.”", quotes=(QUOTE,), names=("Ana Cole",)),
    findings=(Finding(QUOTE, "tidied", (PartFinding(QUOTE.parts[0], "tidied", (Span(4000, 10_800),), "We wear we will wait for it."),)),),
    pages=PageSettings("bus.mp4", "netflix-en"),
)


def corrected(*changes: tuple[str, str]) -> Record:
    """The record after changes in its WebVTT."""
    text = FORMATS["vtt"].write(RECORD)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return revise(RECORD, read_file(text, "bus.vtt"), "Ines")


def times(record: Record) -> list[tuple[str, int, int]]:
    return [(w.text, w.start_ms, w.end_ms) for w in record.transcript.words]


def test_captions_as_they_were_change_nothing() -> None:
    """A signature alone would move words, or take the quotes' verdicts from the sound."""
    assert replace(corrected(), checks=()) == RECORD


def test_a_corrected_word_has_the_time_of_the_one_it_stands_for() -> None:
    """A click on a corrected word would play another one."""
    made = corrected(("We wear we", "We were– we"))
    assert made.transcript.words[5] == Word("were–", 5000, 5800, speaker="s2")
    assert [w for w in made.transcript.words if w.text != "were–"] == [w for w in WORDS if w.text != "wear"]
    assert made.cues[1] == replace(RECORD.cues[1], lines=("We were– we will", "wait for it."))


def test_words_that_were_missed_stand_in_their_cue() -> None:
    """What the recogniser passed over could not be put in, or would stand at another time."""
    made = corrected(("<v Ana Cole>[Ana Cole]", "3b\n00:00:03.810 --> 00:00:03.990\n-Really?\n\n4\n00:00:04.000 --> 00:00:10.900\n<v Ana Cole>[Ana Cole]"), ("00:00:04.000 --> 00:00:10.900\n3b\n", ""))
    assert ("Really?", 3810, 3990) in times(made)
    assert len(made.transcript.words) == len(WORDS) + 1


def test_words_that_were_never_said_go() -> None:
    """An invented word would stay in the transcript for ever."""
    made = corrected(("We wear we will", "we will"))
    assert [text for text, _, _ in times(made)] == [t for t in TEXTS if t not in ("We", "wear")]


def test_quotes_are_held_against_the_corrected_words() -> None:
    """The report would say what was true of the recogniser's words."""
    assert corrected(("We wear we will", "We will")).findings[0].verdict == "verbatim"
    assert corrected(("wait for it", "wait for her")).findings[0].parts[0].heard == "we will wait for her."
    assert corrected(("No.", "Never.")).findings == RECORD.findings


def test_a_voice_gets_the_name_that_a_person_gives_it() -> None:
    """A reporter whom no quote names would stay “Speaker 1” on the page for ever."""
    made = corrected(("\nThe bus", "\n<v Bo Lind>The bus"), ("\n-No.", "\n<v Bo Lind>-No."))
    assert made.speakers == (Speaker("s1", "Bo Lind", ("named by Ines",)), RECORD.speakers[1])
    assert made.transcript.words == WORDS


def test_a_name_is_mended() -> None:
    """A misspelt name would stand in the captions as corrected and on the page as before."""
    assert corrected(("<v Ana Cole>", "<v Ana Kohl>")).speakers[1] == Speaker("s2", "Ana Kohl", ("named by Ines",))


def test_a_voice_that_was_two_people_is_parted() -> None:
    """Two people taken for one could not be told apart by anybody."""
    made = corrected(("\nThe bus", "\n<v Bo Lind>The bus"), ("\n-No.", "\n<v Cy Dahl>-No."))
    assert [(s.id, s.name) for s in made.speakers] == [("s1", None), ("s2", "Ana Cole"), ("s3", "Bo Lind"), ("s4", "Cy Dahl")]
    assert [w.speaker for w in made.transcript.words] == ["s3"] * 4 + ["s2"] * 7 + ["s4"]
    assert [cue.speaker for cue in made.cues] == ["s3", "s2", "s4", None]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("00:00:04.000 --> 00:00:10.900", "00:00:04.500 --> 00:00:11.000"),
        ("[music playing]", "[brass band playing]"),
        ("Bo Lind", "Bo Lindqvist"),
        ("-No.", "-No.\n[sighs]"),
        ("-No.", "-No.\n-Yes."),
        ("will\nwait", "will wait\n"),
        ("[Ana Cole] ", "(Ana Cole)\n"),
        ("The bus", "BO: The bus"),
    ],
)
def test_everything_a_person_wrote_is_in_the_files(old: str, new: str) -> None:
    """A night of corrections would be lost where they are most of all worth."""
    text = FORMATS["vtt"].write(RECORD).replace(old, new)
    file = read_file(text, "bus.vtt")
    shown = captions_of(revise(RECORD, file, "Ines")).cues
    assert [(c.start_ms, c.end_ms, c.lines) for c in shown] == [(c.start_ms, c.end_ms, c.lines) for c in file.cues]


def test_what_the_record_cannot_hold_is_refused_and_said() -> None:
    """Corrections would be half taken, and nobody would notice."""
    file = CaptionFile((FileCue(3000, 2000, ("No.",)),))
    with pytest.raises(ValueError, match="cue 1 ends before it starts"):
        revise(RECORD, file, "Ines")
    flood = CaptionFile((FileCue(0, 1000, ("no " * 300,)),))
    with pytest.raises(ValueError, match="more words than can be said"):
        revise(RECORD, flood, "Ines")
    glued = replace(RECORD, cues=(Cue(0, 1000, ("Thebus",)),))
    with pytest.raises(ValueError, match="separated by spaces"):
        revise(glued, captions_of(glued), "Ines")


lines = st.lists(st.sampled_from([*TEXTS, "no", "[laughs]", "-", "Bo:", "x"]), min_size=1, max_size=5).map(" ".join)


@given(st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 3000), st.lists(lines, min_size=1, max_size=2)), max_size=8))
def test_no_word_of_a_person_is_lost(edits: list[tuple[int, int, list[str]]]) -> None:
    """Whatever was corrected, the transcript says the captions' words in order, at times that never run back."""
    at, cues = 0, []
    for length, gap, text in edits:
        cues.append(FileCue(at, at + length, tuple(text)))
        at += length + gap
    file = CaptionFile(tuple(cues))
    try:
        made = revise(RECORD, file, "Ines")
    except ValueError as error:
        assert "cannot be stored" in str(error)
        return
    assert [c.lines for c in captions_of(made).cues] == [c.lines for c in file.cues]
    starts = [w.start_ms for w in made.transcript.words]
    assert starts == sorted(starts)
    said = " ".join(line for cue in made.cues if not cue.sound for line in cue.lines).split()
    assert said == [w.text for w in made.transcript.words]
    assert all(w.speaker in {s.id for s in made.speakers} for w in made.transcript.words)


def test_sign_off_takes_the_corrected_file_and_makes_the_others_anew(tmp_path: Path) -> None:
    """The page would show the old words under the name of whoever corrected them."""
    _, paths = write_outputs(RECORD, tmp_path / "bus.mp4", OutputOptions(tmp_path, style="netflix-en"))
    srt = tmp_path / "bus.srt"
    srt.write_text(srt.read_text().replace("The bus is late.", "The bus was late."))
    with pytest.raises(OverwriteError, match="--captions"):
        sign_off(paths[0], Review("Ines", "2026-11-24"))
    sign_off(paths[0], Review("Ines", "2026-11-24"), srt)
    for name in ("bus.vtt", "bus.txt", "bus.srt"):
        assert "The bus was late." in (tmp_path / name).read_text()
    record = record_from_json(paths[0].read_text(), paths[0])
    assert record.review == Review("Ines", "2026-11-24") and record.transcript.words[2].text == "was"
    sign_off(paths[0], Review("Ines", "2026-11-25"))
    with pytest.raises(FormatError, match="not a caption file"):
        sign_off(paths[0], Review("Ines", "2026-11-25"), tmp_path / "bus.txt")


def held(record: Record) -> Record:
    policy = load_policy("ap")
    return replace(record, findings=with_policy(record.findings, policy, "en"), policy=policy)


def test_corrected_words_are_held_against_the_policy_anew() -> None:
    """After a correction the house would still be said to be broken by words that the reviewer took out, or be silent."""
    text = FORMATS["vtt"].write(RECORD).replace("We wear we will", "We, um, we will")
    made = revise(held(RECORD), read_file(text, "bus.vtt"), "Ines")
    assert (made.findings[0].verdict, made.policy) == ("tidied", load_policy("ap"))
    assert made.findings[0].policy is not None and made.findings[0].policy.verdict == "forbidden"
    text = FORMATS["vtt"].write(RECORD).replace("We wear we will", "We will")
    made = revise(held(RECORD), read_file(text, "bus.vtt"), "Ines")
    assert (made.findings[0].verdict, made.findings[0].policy) == ("verbatim", None)


def test_a_signature_keeps_the_policy(tmp_path: Path) -> None:
    """The report that is made anew would say nothing of the house any more, though its file may be gone by then."""
    edit = Edit("delete", "", "um", "tidied", "filler dropped")
    part = replace(RECORD.findings[0].parts[0], edits=(edit,))
    record = held(replace(RECORD, findings=(replace(RECORD.findings[0], parts=(part,)),)))
    _, paths = write_outputs(record, tmp_path / "bus.mp4", OutputOptions(tmp_path, style="netflix-en"))
    sign_off(paths[0], Review("Ines", "2026-11-24"))
    signed = record_from_json(paths[0].read_text(), paths[0])
    assert (signed.policy, signed.findings) == (record.policy, record.findings)
    assert "Breaks the policy of AP" in (tmp_path / "bus.qa.html").read_text()
