"""Spoken English words → phones."""

from __future__ import annotations

import time

import pytest

from captionkit.speech import pronunciations
from captionkit.speech.pronunciations import MOST_PHONES, MOST_PRONUNCIATIONS, pronounce
from captionkit.speech.spoken_forms import ways_said

_PHONES = "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"


def sounds(*texts: str) -> list[tuple[str, ...]]:
    return pronounce(ways_said(texts))


def test_the_dictionary_is_asked_first() -> None:
    """Common words would be aligned by guesses at their sound."""
    assert sounds("hello", "Huang", "O’Brien,") == [
        ("HH AH L OW", "HH EH L OW"),
        ("HH W AE NG", "HH W AA NG"),
        ("OW B R AY IH N",),
    ]


@pytest.mark.parametrize(
    "name", ["Oyelaran", "Oyelaran's", "Wasilewski", "O'Brien", "Delacroix-Huang", "Tomás", "Bakkali"]
)
def test_names_can_be_said(name: str) -> None:
    """Names, the words an editor looks at first, would keep the recogniser's times."""
    assert sounds(name)[0]


def test_a_possessive_ends_as_its_last_sound_asks() -> None:
    """The end of a possessive would be looked for in the next word."""
    plain, hissing, voiceless = sounds("Oyelaran's", "Ortish's", "Bakkalit's")
    assert plain[0].endswith(" N Z") and hissing[0].endswith("SH IH Z") and voiceless[0].endswith("T S")


def test_a_number_of_several_words_is_one_sound() -> None:
    """`2026` would need several times where the transcript has one word."""
    assert "T W EH N T IY T W EH N T IY S IH K S" in sounds("2026")[0]


@pytest.mark.parametrize("text", ["日本", "—", "a" * 60, "x" * 10_000])
def test_what_cannot_be_said_has_no_sound(text: str) -> None:
    """A word in another script would be aligned with any sound at all."""
    assert sounds(text) == [()]


def test_all_is_bounded_and_of_known_phones() -> None:
    """pocketsphinx would refuse the word and the window would keep the recogniser's times."""
    texts = [
        "1.123456",
        "$999,999,999,999.999999",
        "1" * 15,
        "U.S.",
        "ABCDE",
        "24/7",
        "zxqj",
        "m" * 40,
        "a-b-c-d-e-f-g",
    ]
    for word in sounds(*texts):
        assert len(word) <= MOST_PRONUNCIATIONS
        assert all(len(p.split()) <= MOST_PHONES and set(p.split()) <= set(_PHONES.split()) for p in word)


def test_without_the_spelling_model_known_words_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the model would have no true times at all."""
    pronunciations._predicted.cache_clear()
    monkeypatch.setattr(pronunciations, "_grapheme_model", lambda: None)
    assert sounds("hello", "Oyelaran") == [("HH AH L OW", "HH EH L OW"), ()]
    pronunciations._predicted.cache_clear()


def test_thousands_of_words_cost_little_time() -> None:
    """An hour of speech, or a hostile transcript, would hold up the run."""
    started = time.perf_counter()
    assert len(sounds(*["tonight"] * 20_000)) == 20_000
    assert time.perf_counter() - started < 4


def test_words_predicted_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hostile transcript of thousands of new words would hold up the run for minutes."""
    monkeypatch.setattr(pronunciations, "MOST_PREDICTED", 5)
    found = sounds(*(f"zq{chr(97 + n)}vosk" for n in range(20)))
    assert [bool(word) for word in found] == [True] * 5 + [False] * 15
