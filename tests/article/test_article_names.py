"""The names that the recogniser is told to expect."""

from __future__ import annotations

from captionkit.article import parse_article


def _names(text: str) -> tuple[str, ...]:
    return parse_article(f"Headline\n\n{text}", "x.txt", "text").names


def test_people_first_then_places_and_bodies_each_in_its_fullest_form() -> None:
    """The recogniser reads only the first of a long list, and misspelt people matter most."""
    text = (
        "All of Houston waited. On Monday Oduya won. Mayor Ann Oduya thanked Tarn Valley Transit and "
        "the University of Tarn. "
        "Oduya, whose brother Bo Oduya lost, left for Calder Harbor."
    )
    assert _names(text) == (
        "Ann Oduya",
        "Bo Oduya",
        "Houston",
        "Tarn Valley Transit",
        "University of Tarn",
        "Calder Harbor",
    )


def test_words_inside_quotation_marks_never_become_names() -> None:
    """The recogniser would then be biased towards what is checked, and the check would prove nothing."""
    text = "Ann Roe said: “Ask Percival Quux of Zanzibar.” She read “Moby Dick” to ‘Uncle Bob’ Lind."
    assert set(_names(text)) == {"Ann Roe", "Lind"}


def test_ordinary_words_that_begin_a_sentence_are_no_names() -> None:
    """The recogniser may write a wrong name of the list where nobody said it."""
    text = (
        "Drivers waited. Asked why, Ann Roe left. Work starts on Monday in March. The drivers work. However, it rained."
    )
    assert _names(text) == ("Ann Roe",)


def test_months_titles_and_headings_are_no_names() -> None:
    """The recogniser already knows these common words."""
    page = "<article><h2>Big Plans For Tarn</h2><p>On May 5 the Mayor met Dr. Ann Roe.</p></article>"
    assert parse_article(page, "x", "html").names == ("Ann Roe",)


def test_particles_initials_suffixes_and_accents_stay_together() -> None:
    """Half of a name does not help with the spelling of the other half."""
    text = "We met J. R. van der Meer Jr., María de la Cruz, Tomás Ó Briain and Marks & Roe on Tuesday."
    assert _names(text) == ("J. R. van der Meer Jr.", "María de la Cruz", "Tomás Ó Briain", "Marks & Roe")


def test_names_of_the_byline_the_credits_and_the_head_are_there() -> None:
    """Reporters say their own names in the clip."""
    page = (
        '<html><head><meta name="author" content="Ida Lund"></head><body><article><p>By Per Moe</p>'
        "<p>Ann Roe won.</p><p>Video by Bo Lind.</p></article></body></html>"
    )
    assert parse_article(page, "x", "html").names == ("Ann Roe", "Per Moe", "Ida Lund", "Bo Lind")


def test_what_stands_beside_a_name_is_not_part_of_it() -> None:
    """A name with an occupation or a place before it is said differently in the clip."""
    text = (
        "On Monday City Manager Hal Selby met Publisher Chris Evans. In northern Ohio, his parents had "
        "a store. An American-run clinic in Monrovia closed."
    )
    assert _names(text) == ("Hal Selby", "Chris Evans", "Ohio", "Monrovia")


def test_no_more_than_sixty() -> None:
    """A page that lists a whole parliament must not displace the people of the story."""
    text = " ".join(f"Ann Roe{chr(97 + n // 26)}{chr(97 + n % 26)} came." for n in range(200))
    names = _names(text)
    assert len(names) == 60
    assert names[0] == "Ann Roeaa"
