"""Where sentences end."""

from __future__ import annotations

from collections.abc import Callable

from captionkit.captions.breaks import grammar_for
from captionkit.captions.sentences import sentence_ends
from captionkit.captions.tokens import tokens_from
from captionkit.model import Word


def ends(words: tuple[Word, ...]) -> list[str]:
    tokens = tokens_from(words, 42, 1_000_000)
    found = sentence_ends(tokens, grammar_for(token.text for token in tokens))
    return [token.text for token, end in zip(tokens, found, strict=True) if end]


def test_abbreviations_end_no_sentence(say: Callable[..., tuple[Word, ...]]) -> None:
    """Lost: a cue that ends after "Gov." or "p.m." in the middle of a sentence."""
    text = "Gov. Ito will meet Mr. Brandt of the U.S. Senate at 5 p.m. Friday. He is not pleased."
    assert ends(say(text)) == ["Friday.", "pleased."]


def test_questions_and_closing_quotes_end_one(say: Callable[..., tuple[Word, ...]]) -> None:
    """Lost: the break between a question and its answer."""
    assert ends(say("And the patients? “Nobody wants to see this close.” She left.")) == [
        "patients?",
        "close.”",
        "left.",
    ]


def test_a_stop_that_is_heard_ends_one_whatever_the_abbreviation() -> None:
    """Lost: "… said no. | Dr. Ho …" run together, because "no." may stand for "number"."""
    before = (Word("The", 0, 100), Word("board", 100, 400), Word("said", 400, 600), Word("no.", 600, 800))
    after = (
        Word("Dr.", 1400, 1600),
        Word("J.", 1600, 1700),
        Word("Ho", 1700, 1900),
        Word("left.", 1900, 2200),
    )
    assert ends(before + after) == ["no.", "left."]


def test_other_languages_are_cut_by_their_marks(say: Callable[..., tuple[Word, ...]]) -> None:
    """Lost: German dates and titles cut in two, Chinese and Arabic sentences not cut at all."""
    german = "Am 9. Dezember kommt Dr. Weber, z.B. mit J. Ito. Das ist gut."
    assert ends(say(german)) == ["Ito.", "gut."]
    assert ends(say("¡Basta! dijo la alcaldesa. Y se fue.")) == ["alcaldesa.", "fue."]
    assert ends((Word("橋。", 0, 500), Word("市長", 500, 900))) == ["橋。", "市長"]
    assert ends(say("ولم يوافق الجميع على ذلك؟ انتهى")) == ["ذلك؟", "انتهى"]
