"""Where a break may stand: the words that hold on to their neighbours."""

from __future__ import annotations

import pytest

from captionkit.captions.breaks import bad_break, break_cost, grammar_for

STORY = "We have waited long enough for the bridge, and we are not going to wait."
ENGLISH = grammar_for(STORY.split())


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("the", "bridge", "article"),
        ("their", "doors", "article"),
        ("some", "of", "quantity"),
        ("of", "the", "preposition"),
        ("under", "Calder", "preposition"),
        ("to", "do", "infinitive"),
        ("will", "appeal", "auxiliary"),
        ("can't", "support", "auxiliary"),
        ("can’t", "support", "auxiliary"),
        ("I'm", "proud", "auxiliary"),
        ("not", "dangerous", "auxiliary"),
        ("she", "said", "pronoun"),
        ("and", "tonight", "conjunction"),
        ("because", "it", "conjunction"),
        ("sixty", "miles", "number"),
        ("400", "million", "number"),
        ("seven", "to", "number"),
        ("thousand", "and", "scale"),
        ("ninth", "of", "quantity"),
        ("point", "two", "decimal"),
        ("north", "shore", "adjective"),
        ("NATO", "Council", "name"),
        ("Ana", "Oyelaran", "name"),
        ("Vincent", "van", "name"),
        ("van", "Gogh", "name"),
        ("December", "9", "name"),
        ("U.S.", "Senate", None),
        ("Dr.", "Weber", "abbreviation"),
        ("Mayor", "Oyelaran", "title"),
        ("doctor's", "sister", "possessive"),
        ("“the", "bridge", "article"),
    ],
)
def test_what_belongs_together_is_known(before: str, after: str, kind: str | None) -> None:
    """Lost: captions that break between "the" and "bridge", which every editor would send back."""
    assert bad_break(before, after, ENGLISH) == kind


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("bridge", "and"),
        ("in,", "the"),
        ("is.", "The"),
        ("president.", "Mary"),
        ("is", "the"),
        ("in", "is"),
        ("this", "is"),
        ("2019", "we"),
        ("2008", "people"),
        ("Tonight", "I"),
        ("Tonight", "I'm"),
        ("mayor", "said"),
        ("THE", "—"),
        ("fifty", "and"),
        ("CALDER", "HARBOR"),
        ("point", "where"),
        ("new", "and"),
    ],
)
def test_a_fair_break_is_not_blamed(before: str, after: str) -> None:
    """Lost: trust in `check`, which would warn where nothing is wrong."""
    assert bad_break(before, after, ENGLISH) is None


def test_a_full_stop_inside_a_sentence_holds_a_name_together() -> None:
    """Lost: "the U.S. | Supreme Court" on two lines."""
    assert break_cost("U.S.", "Supreme", ENGLISH, False) == ENGLISH.classes["name"].cost
    assert break_cost("U.S.", "They", ENGLISH, True) == 0


def test_costs_stand_in_the_order_an_editor_has() -> None:
    """Lost: layouts that break anywhere rather than at the end of a sentence or clause."""
    costs = [
        break_cost("tired.", "It", ENGLISH, True),
        break_cost("tired,", "but", ENGLISH, False),
        break_cost("bridge", "and", ENGLISH, False),
        break_cost("bridge", "under", ENGLISH, False),
        break_cost("cost", "the", ENGLISH, False),
        break_cost("red", "light", ENGLISH, False),
        break_cost("and", "tonight", ENGLISH, False),
        break_cost("橋", "。", ENGLISH, True),
    ]
    assert break_cost("harbor", "—", ENGLISH, False) == costs[-1]
    assert costs == sorted(costs)
    assert costs[0] == 0
    assert len(set(costs)) == len(costs)


@pytest.mark.parametrize(
    "text",
    [
        "Der Stadtrat hat in der Nacht beschlossen, die alte Brücke am Hafen zu sanieren.",
        "On a besoin de ce pont, dit le maire, mais on n'a pas l'argent.",
        "El alcalde dijo anoche que no hay dinero para el puente.",
        "市議会は昨夜",
        "",
    ],
)
def test_english_rules_stay_out_of_other_languages(text: str) -> None:
    """Lost: French "on" and "a" taken for English words, and lines broken by a stranger's grammar."""
    grammar = grammar_for(text.split())
    assert grammar.language == ""
    assert bad_break("on", "a", grammar) is None


def test_english_is_known_from_its_small_words() -> None:
    """Lost: no English rules for English captions."""
    assert ENGLISH.language == "en"
    assert bad_break("the", "bridge", ENGLISH) == "article"
