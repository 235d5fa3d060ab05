"""`captionkit review`: a name and a day, or a sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from captionkit.model import Clip, Cue, Record, Transcript, Word
from captionkit.publish import OutputOptions, write_outputs
from captionkit.record import record_from_json

RECORD = Record(
    Clip("bus.wav", "0" * 64, 2_000), Transcript("en", (Word("Innes", 0, 400),)), cues=(Cue(0, 1_000, ("Innes",)),)
)


def test_the_name_and_the_day_are_written(call) -> None:
    """A signed page says nobody signed it, or when nobody knows."""
    _, paths = write_outputs(RECORD, Path("bus.wav"), OutputOptions(Path()))
    called = call("review", paths[0], "--by", " Ines Quintero ")
    assert (called.code, called.err) == (0, "")
    assert called.out.splitlines() == [str(path) for path in paths]
    review = record_from_json(paths[0].read_text(), paths[0]).review
    assert (review.by, review.on) == ("Ines Quintero", date.today().isoformat())


def test_nobody_cannot_sign(call) -> None:
    """Captions pass for reviewed without anybody to ask."""
    assert call("review", "bus.captionkit.json").code == 2
    called = call("review", "bus.captionkit.json", "--by", " ")
    assert called.code == 2
    assert "give the name of the reviewer" in called.err


def test_what_is_no_record_is_a_sentence(call) -> None:
    """A traceback for a slip of the hand."""
    Path("bus.captionkit.json").write_text("{}")
    for path in ("bus.captionkit.json", "gone.captionkit.json"):
        called = call("review", path, "--by", "Ines")
        assert called.code == 3
        assert called.err.startswith(f"captionkit: {path}: ")
