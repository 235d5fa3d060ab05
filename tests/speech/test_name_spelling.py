"""The article's names in what was heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.model import Span
from captionkit.speech.name_candidates import MOST_QUESTIONS, Occurring, plain
from captionkit.speech.name_spelling import (
    CLEAR_NATS,
    LEANING_NATS,
    LEAST_ORDINARY_COLD_NATS,
    UNDECIDED_NATS,
    occurring,
    with_names,
)
from captionkit.speech.recognition import RecognisedPassage, RecognisedWord

NAMES = ("Ana Oyelaran", "Devon Achterberg", "Piotr Wasilewski", "Calder Harbor")


class FakeListener:
    """Answers by a rule; remembers what it was asked. A wording that no rule likes is 20 nats worse."""

    def __init__(self, likes: Callable[[str], float], cost: Callable[[str], float] = lambda word: -20.0) -> None:
        self.likes, self.cost, self.shift = likes, cost, 0.0
        self.asked: list[tuple[Span, list[str], str, str | None]] = []

    def logprobs(self, span: Span, wordings: Sequence[str], language: str, hotwords: str | None = None) -> list[float]:
        self.asked.append((span, list(wordings), language, hotwords))
        return [self.likes(w) + self.shift for w in wordings]

    def logprobs_by_word(self, span: Span, wording: str, language: str, hotwords: str | None = None) -> list[float]:
        """Each word of what was heard is as improbable as the next, and may be wrong."""
        self.asked.append((span, [wording], language, hotwords))
        words = [self.cost(word) for word in wording.split()]
        self.shift = sum(words) - self.likes(wording)
        return words


def favouring(*names: str, by: float = 8.0) -> FakeListener:
    """The sound speaks for each of these names, wherever it is tried."""
    return FakeListener(lambda wording: -20.0 + by * sum(name in wording for name in names))


def passage(text: str, probability: float = 0.5, pieces: int = 2) -> RecognisedPassage:
    """Words of 300 ms; `surely` before a word is no word but makes the next one certain."""
    found: list[RecognisedWord] = []
    sure = False
    for token in text.split():
        if token == "surely":
            sure = True
            continue
        start_ms = 300 * len(found)
        p, n = (0.99, 1) if sure else (probability, pieces)
        found.append(RecognisedWord(token, start_ms, start_ms + 280, p, n))
        sure = False
    return RecognisedPassage(Span(0, 300 * len(found) + 100), tuple(found), -0.3)


def spelt(heard: RecognisedPassage, names: Sequence[str], listener: FakeListener) -> str:
    """The text with the names."""
    return " ".join(s.word.text for s in with_names(heard, tuple(names), "en", listener))  # type: ignore[arg-type]


MISHEARD = passage("surely Mayor surely Anna Oilerant surely says surely no.")


def test_a_name_takes_the_place_of_what_it_was_misheard_as() -> None:
    """The mayor's name would be wrong in every caption."""
    shown = with_names(MISHEARD, ("Oyelaran",), "en", favouring("Oyelaran"))  # type: ignore[arg-type]
    assert [s.word.text for s in shown] == ["Mayor", "Anna", "Oyelaran", "says", "no."]
    assert [s.heard for s in shown] == [None, None, "Oilerant", None, None]
    name, heard = shown[2].word, MISHEARD.words[2]
    assert (name.start_ms, name.end_ms, name.probability) == (heard.start_ms, heard.end_ms, heard.probability)


@pytest.mark.parametrize(
    ("margin", "text"),
    [(CLEAR_NATS + 0.01, "Oyelaran"), (CLEAR_NATS - 0.01, "Oilerant"), (0.0, "Oilerant"), (-9.0, "Oilerant")],
)
def test_the_sound_decides(margin: float, text: str) -> None:
    """A name would be put into somebody's mouth because its letters are alike."""
    assert text in spelt(MISHEARD, NAMES, favouring("Oyelaran", by=margin))


def test_several_words_can_be_one_name() -> None:
    """A name heard as two words would stand there as two words that mean nothing."""
    heard = passage("surely reporter surely Devon et Sterberg. surely Thanks.")
    shown = with_names(heard, NAMES, "en", favouring("Devon Achterberg."))  # type: ignore[arg-type]
    assert [s.word.text for s in shown] == ["reporter", "Devon", "Achterberg.", "Thanks."]
    assert shown[2].heard == "et Sterberg."
    assert (shown[2].word.start_ms, shown[2].word.end_ms) == (600, 1_180)
    assert shown[2].word.probability == 0.5


@pytest.mark.parametrize(
    ("heard", "shown"),
    [
        ("Oilerant.", "Oyelaran."),
        ("Oilerant,", "Oyelaran,"),
        ("Oilerant's", "Oyelaran's"),
        ("Oilerant's,", "Oyelaran's,"),
        ("Oilerant?!", "Oyelaran?!"),
        ("oilerant", "Oyelaran"),
    ],
)
def test_what_hangs_on_a_word_stays(heard: str, shown: str) -> None:
    """A full stop or a possessive would vanish with the misspelling, and the sentence run on."""
    assert spelt(passage(f"surely Mayor {heard} surely says"), NAMES, favouring("Oyelaran")) == f"Mayor {shown} says"


def test_a_possessive_of_the_right_name_is_not_asked_about() -> None:
    """Every `the mayor's` of a clip would cost time."""
    listener = favouring("Oyelaran")
    assert spelt(passage("surely Mayor Oyelaran's surely plan"), NAMES, listener) == "Mayor Oyelaran's plan"
    assert listener.asked == []


def test_a_curly_possessive_stays_too() -> None:
    """The possessive would be lost where the recogniser writes a typographic apostrophe."""
    heard = passage("surely Mayor Oilerant’s surely plan")
    assert spelt(heard, NAMES, favouring("Oyelaran")) == "Mayor Oyelaran’s plan"


def test_a_name_that_is_right_already_is_not_asked_about() -> None:
    """Every name of every clip would cost time, and could come out doubled."""
    listener = favouring("Oyelaran", "Ana")
    heard = passage("surely Mayor Ana Oyelaran surely says")
    assert spelt(heard, NAMES, listener) == "Mayor Ana Oyelaran says"
    assert listener.asked == []


def test_accents_and_case_make_no_other_name() -> None:
    """`Tomas` and `TOMÁS` would be told apart from Tomás, and asked about."""
    assert plain("Tomás") == plain("TOMA\u0301S,") == "tomas"
    assert plain("Ó Briain") == "obriain"


def test_distractor_names_change_nothing() -> None:
    """The names of another story would appear in this one."""
    others = ("Bartholomew Quint", "Siobhan Mbeki", "Lake Tahoe", "Xochitl Ybarra", "Zürich", "Gdansk")
    listener = favouring(*(word for name in others for word in name.split()), by=50.0)
    heard = passage("We have waited long enough and tonight we build a tunnel under the water")
    assert spelt(heard, others, listener) == heard.text
    assert listener.asked == []


def test_a_sure_word_that_the_recogniser_knows_is_left_alone() -> None:
    """An ordinary word, or another man's name, that sounds like a name would be replaced by it."""
    listener = favouring("Oyelaran", "Piotr", by=50.0)
    heard = passage("surely Peter surely oiler surely and surely Peter", 0.99, 1)
    assert spelt(heard, NAMES, listener) == "Peter oiler and Peter"
    assert listener.asked == []


@pytest.mark.parametrize("name", ["Al", "Bo Ng", "Li", "", "  ", "—", "A. B."])
def test_a_name_of_two_letters_changes_nothing(name: str) -> None:
    """Half of all short words sound like a name of two letters."""
    listener = favouring(*name.split(), by=50.0)
    heard = passage("all oh ball bow in ing lie Lee a be ale")
    assert spelt(heard, [name], listener) == heard.text


def test_a_full_name_is_tried_as_a_whole() -> None:
    """A first name that alone is too unlike would stay wrong beside the right surname."""
    heard = passage("surely says Peter Wasilowski, surely who")
    listener = FakeListener(lambda w: -5.0 if "Piotr Wasilewski," in w else -20.0)
    assert spelt(heard, NAMES, listener) == "says Piotr Wasilewski, who"


def test_no_two_changes_share_a_word() -> None:
    """One heard word would stand there twice, as two names."""
    names = ("Ana Oyelaran", "Anna Oilerand", "Annan Oylaran")
    heard = passage("surely Mayor Anna Oilerant surely says")
    listener = FakeListener(lambda w: float(len(w)))
    words = with_names(heard, names, "en", listener)  # type: ignore[arg-type]
    assert len(words) == 4
    starts = [w.word.start_ms for w in words]
    assert starts == sorted(set(starts))


def test_the_clearest_of_two_names_wins() -> None:
    """Of two people with like names the wrong one would be named."""
    names = ("Wasilewski", "Wasilewska")
    heard = passage("surely says Wasilefska surely here")
    listener = FakeListener(lambda w: -1.0 if "Wasilewska" in w else -5.0 if "Wasilewski" in w else -20.0)
    assert spelt(heard, names, listener) == "says Wasilewska here"


def test_the_question_names_only_the_names_in_question() -> None:
    """The other names of the article would weigh on what is heard."""
    listener = favouring("Oyelaran")
    spelt(MISHEARD, NAMES, listener)
    assert {(span, language, hotwords) for span, _, language, hotwords in listener.asked} == {
        (MISHEARD.span, "en", "Ana Oyelaran")
    }
    assert listener.asked[0][1] == [MISHEARD.text]
    assert ["Mayor Anna Oyelaran says no."] in [wordings for _, wordings, _, _ in listener.asked]


def test_a_name_that_cannot_win_is_not_asked_about() -> None:
    """A tenth of a second would go into every word that the recogniser is sure of, told the names."""
    listener = FakeListener(lambda w: 0.0, cost=lambda word: -1.8 if word == "Oilerant" else 0.0)
    assert spelt(MISHEARD, ("Oyelaran",), listener) == MISHEARD.text
    assert [wordings for _, wordings, _, _ in listener.asked] == [[MISHEARD.text]]
    listener = FakeListener(lambda w: 0.0, cost=lambda word: -2.0 if word == "Oilerant" else 0.0)
    spelt(MISHEARD, ("Oyelaran",), listener)
    assert len(listener.asked) == 2


def test_what_cannot_beat_a_name_agreed_on_is_not_asked_about() -> None:
    """A full name that the sound bears out would be asked about twice more, in parts."""
    costs = {"Anna": -6.0, "Oilerant": -9.0}
    listener = FakeListener(
        lambda w: 15.0 * ("Ana Oyelaran" in w) or 6.0 * ("Ana" in w) or 9.0 * ("Oyelaran" in w),
        cost=lambda word: costs.get(word, 0.0),
    )
    heard = passage("surely Mayor Anna Oilerant surely says surely no.")
    assert spelt(heard, ("Ana Oyelaran",), listener) == "Mayor Ana Oyelaran says no."
    assert len(listener.asked) == 2


def sure(text: str, probability: float = 0.97) -> RecognisedPassage:
    """Words of which the recogniser is sure; those with `~` before them took it several pieces."""
    tokens = text.split()
    words = tuple(
        RecognisedWord(
            token.lstrip("~"), 300 * k, 300 * k + 280, probability, 4 if token[0] == "~" else 1 + (token[-1] in ".,")
        )
        for k, token in enumerate(tokens)
    )
    return RecognisedPassage(Span(0, 300 * len(words) + 100), words, -0.1)


def undecided(name: str, margin: float) -> FakeListener:
    """The sound gives the name this margin, and hardly knows either wording."""
    return FakeListener(lambda wording: margin * (name in wording), cost=lambda word: -1.0)


@pytest.mark.parametrize(
    ("said", "names", "name", "shown"),
    [
        ("Mr. Xi ~jimping met them", ("Xi Jinping",), "Jinping", "Mr. Xi Jinping met them"),
        ("Mr. Xi ~jimping's visit", ("Xi Jinping",), "Jinping", "Mr. Xi Jinping's visit"),
        ("with Jean Marie le Penn.", ("Jean-Marie Le Pen",), "Pen.", "with Jean-Marie Le Pen."),
        ("Volodymyr ~Zelinsky said", ("Volodymyr Zelenskyy",), "Zelenskyy", "Volodymyr Zelenskyy said"),
        ("says Ramsay McDonald of Leith", ("Ramsay MacDonald",), "MacDonald", "says Ramsay MacDonald of Leith"),
    ],
)
def test_beside_the_other_half_of_a_name_a_sure_misspelling_is_mended(
    said: str, names: tuple[str, ...], name: str, shown: str
) -> None:
    """`Xi jimping` would stay in the captions because the recogniser was sure of it."""
    assert spelt(sure(said), names, undecided(name, UNDECIDED_NATS + 0.01)) == shown
    assert spelt(sure(said), names, undecided(name, UNDECIDED_NATS - 0.01)) != shown


@pytest.mark.parametrize(
    ("heard", "name", "least"),
    [("Zelinsky", "Zelenskyy", LEANING_NATS), ("jimping", "Jinping", CLEAR_NATS), ("Bakku", "Baku", LEANING_NATS)],
)
def test_a_misspelling_by_itself_needs_the_sound(heard: str, name: str, least: float) -> None:
    """Whoever is called much like somebody of the article would be given that name."""
    for margin, shown in ((least - 0.01, heard), (least + 0.01, name)):
        listener = FakeListener(lambda wording, m=margin: m * (name in wording), cost=lambda word: -3.0)  # type: ignore[misc]
        assert spelt(sure(f"and ~{heard} said"), (name,), listener) == f"and {shown} said"


COMMON = "the marks on the brown wall may be gone and we hope they will"
COMMON_NAMES = ("Karl Marks", "Sarah Browne", "Willie Mays", "George Will", "Bob Hope", "Theresa May", "Tom Wahl")


def test_common_words_never_become_names() -> None:
    """`the marks on the brown wall` would become Marks, Browne and Wahl."""
    listener = favouring(*(part for name in COMMON_NAMES for part in name.split()), by=50.0)
    assert spelt(sure(COMMON), COMMON_NAMES, listener) == COMMON
    assert listener.asked == []


@pytest.mark.parametrize(("lost", "shown"), [(-0.1, "in Seoul."), (0.1, "in soul.")])
def test_an_ordinary_word_becomes_a_name_only_where_the_sound_agrees_without_hotwords(lost: float, shown: str) -> None:
    """Told of the name, the model writes it over an ordinary word that was said."""

    class Untold(FakeListener):
        def logprobs(
            self, span: Span, wordings: Sequence[str], language: str, hotwords: str | None = None
        ) -> list[float]:
            if hotwords:
                return super().logprobs(span, wordings, language, hotwords)
            return [(LEAST_ORDINARY_COLD_NATS - lost) * ("Seoul" in w) for w in wordings]

    heard = RecognisedPassage(
        Span(0, 900), (RecognisedWord("in", 0, 200, 0.99, 1), RecognisedWord("soul.", 300, 700, 0.5, 2)), -0.3
    )
    assert spelt(heard, ("Seoul",), Untold(lambda w: -20.0 + 8.0 * ("Seoul" in w))) == shown


@pytest.mark.parametrize(
    ("said", "names", "shown"),
    [
        ("by Pedro Sanchez, who", ("Pedro Sánchez",), "by Pedro Sánchez, who"),
        ("in GDANSK.", ("Gdańsk",), "in Gdańsk."),
        ("and Mac Donald's plan", ("Ramsay MacDonald",), "and MacDonald's plan"),
        ("by the Al Assad clan", ("Bashar al-Assad",), "by the al-Assad clan"),
        ("with “Dupre” here", ("Darlene Dupré",), "with “Dupré” here"),
        ("what a resume it is", ("Anne Résumé",), "what a resume it is"),
        ("we may go on", ("Theresa May",), "we may go on"),
        ("Hue, they say", ("Huế",), "Hue, they say"),
        ("and McDonald spoke", ("MCDONALD",), "and McDonald spoke"),
        ("in the Hollis clinic today", ("Hollis Clinic",), "in the Hollis clinic today"),
        ("with Dupre here", ("Darlene Dupré", "Tom Dupre"), "with Dupre here"),
    ],
)
def test_the_letters_of_a_name_are_written_as_the_article_writes_them(
    said: str, names: tuple[str, ...], shown: str
) -> None:
    """A name would keep the recogniser's accents and case beside the article's, or a common word would get them."""
    listener = favouring()
    assert spelt(sure(said), names, listener) == shown
    assert listener.asked == []


def test_a_whole_name_is_preferred_to_half_of_it() -> None:
    """`Timothy Chalamet` would be half the article's spelling and half the recogniser's."""
    names = ("Timothée Chalamet",)
    heard = passage("surely and Timothy Shalamay surely here", 0.5, 3)
    for behind, shown in ((1.9, "and Timothée Chalamet here"), (2.1, "and Timothy Chalamet here")):
        likes = {"Timothée": -behind, "Chalamet": 6.0}
        listener = FakeListener(lambda w, likes=likes: sum(by for part, by in likes.items() if part in w))  # type: ignore[misc]
        assert spelt(heard, names, listener) == shown


def test_a_name_in_quotation_marks_is_said_too() -> None:
    """What a quoted name shows of the clip would be lost on its other places."""
    clear = with_names(sure("the “Achterberg” plan"), NAMES, "en", favouring())  # type: ignore[arg-type]
    assert occurring([clear], NAMES) == Occurring(frozenset({"Achterberg"}))


def test_a_common_word_is_no_half_of_a_name() -> None:
    """`they will brawn` would become Will Braun's, though the sound does not ask for it."""
    listener = undecided("Braun", LEANING_NATS)
    assert spelt(sure("they will ~brown it"), ("Will Braun",), undecided("Braun", 0.0)) == "they will brown it"
    assert spelt(sure("and Will ~Brown said"), ("Will Braun",), listener) == "and Will Braun said"


def test_a_plural_of_a_name_stays_one() -> None:
    """`the Kachinskys were twins` would be told of one man."""
    heard = sure("the ~Kachinskys were twins")
    assert spelt(heard, ("Jarosław Kaczyński",), favouring("Kaczyńskis")) == "the Kaczyńskis were twins"


def test_what_was_settled_elsewhere_helps_a_like_misspelling() -> None:
    """A name would be right in one caption and wrong in the next."""
    names = ("Ana Oyelaran",)
    clear = with_names(sure("the ~Oilerant plan"), names, "en", favouring("Oyelaran"))  # type: ignore[arg-type]
    known = occurring([clear], names)
    assert known == Occurring(frozenset({"Oyelaran"}), frozenset({("oilerant", "Oyelaran")}))

    def shown(word: str, margin: float, occurring: Occurring) -> str:
        listener = FakeListener(lambda w: margin * ("Oyelaran" in w), cost=lambda word: -2.0)
        found = with_names(sure(f"and ~{word} lives"), names, "en", listener, occurring)  # type: ignore[arg-type]
        return found[1].word.text

    assert shown("Oilerant", UNDECIDED_NATS + 0.1, known) == "Oyelaran"
    assert shown("Oilerant", LEANING_NATS + 0.1, Occurring()) == "Oilerant"
    assert shown("Oyelarent", LEANING_NATS + 0.1, known) == "Oyelaran"
    assert shown("Oyelarent", LEANING_NATS - 0.1, known) == "Oyelarent"


def test_a_given_name_by_itself_is_somebody_elses() -> None:
    """Every Anna of a clip would become the article's Ana, whom it never mentions."""
    names = ("Ana Torres", "Geoffrey Boycott")
    heard = passage("surely and Anna surely met Jeffrey surely here", 0.4, 1)
    assert spelt(heard, names, favouring("Ana", "Geoffrey")) == "and Anna met Jeffrey here"
    known = Occurring(frozenset({"Torres"}))
    shown = with_names(heard, names, "en", favouring("Ana", "Geoffrey"), known)  # type: ignore[arg-type]
    assert [s.word.text for s in shown] == ["and", "Ana", "met", "Jeffrey", "here"]


def test_another_name_of_the_article_is_left_alone() -> None:
    """Of two people of one story one would be called as the other."""
    names = ("Olaf Scholz", "Martin Schulz")
    heard = passage("surely and Schulz surely said", 0.3, 3)
    assert spelt(heard, names, favouring("Scholz", by=50.0)) == "and Schulz said"


def test_in_german_a_capital_tells_of_no_name() -> None:
    """Every noun of a German clip could be taken for a name."""
    heard = sure("der Karl Mann kam")
    listener = favouring("Manna", by=50.0)
    names = ("Karl Manna",)
    shown = with_names(heard, names, "de", listener)  # type: ignore[arg-type]
    assert [s.word.text for s in shown] == ["der", "Karl", "Mann", "kam"]
    assert spelt(heard, names, favouring("Manna", by=50.0)) == "der Karl Manna kam"


def test_questions_are_bounded() -> None:
    """An article with a thousand names would keep the recogniser busy for hours."""
    names = tuple(f"Oilerand{a}{b} Oilarant{b}{a}" for a in "bdfgkmnp" for b in "aeiou")
    heard = passage("Oilerant Oilerand Oilarant " * 8)
    listener = favouring()
    spelt(heard, names, listener)
    assert sum(len(wordings) for _, wordings, _, _ in listener.asked) <= MOST_QUESTIONS + 1


def test_without_names_nothing_is_asked() -> None:
    """A clip without an article would load the recogniser again for nothing."""
    listener = favouring()
    assert spelt(MISHEARD, (), listener) == MISHEARD.text
    assert spelt(RecognisedPassage(Span(0, 10), (), -0.1), NAMES, listener) == ""
    assert listener.asked == []


def test_names_that_are_equally_like_are_asked_about_in_the_articles_order() -> None:
    """Two runs would ask different questions and spell differently, and no kept answer would be found again."""
    names = [f"Oilera{letter}et" for letter in "bdfkmpstvz"]
    listener = favouring()
    spelt(passage("surely Mayor Oileralet surely says"), names, listener)
    assert [wordings for _, wordings, _, _ in listener.asked[1:]] == [[f"Mayor {name} says"] for name in names]


tokens = st.sampled_from(["Oilerant", "Anna", "anna's", "Aktor", "berg,", "said", "–", "Devin.", "1.2", "Tomás"])


@given(st.lists(tokens, max_size=12), st.lists(st.sampled_from(NAMES), max_size=4), st.floats(-30, 30))
def test_no_word_is_lost(heard: list[str], names: list[str], by: float) -> None:
    """A word that is neither shown nor kept as heard would be lost for good."""
    before = passage(" ".join(heard))
    listener = favouring("Oyelaran", "Ana", "Achterberg", "Devon", by=by)
    shown = with_names(before, tuple(names), "en", listener)  # type: ignore[arg-type]
    assert " ".join(s.heard or s.word.text for s in shown) == before.text
    assert all(s.word.text and " " not in s.word.text for s in shown)
