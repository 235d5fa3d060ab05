"""Words to compare: what is written in two ways is one thing, and nothing of a text is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.match.language import match_language
from captionkit.match.tokens import ends_with_ellipsis, tokens
from captionkit.match.tokens.numbers import read_number


def _forms(text: str, code: str = "en") -> str:
    return " ".join(token.form for token in tokens(text, code))


@pytest.mark.parametrize(
    ("words", "form"),
    [
        ("nought", None),
        ("zero", "#0"),
        ("seven", "#7"),
        ("forty two", "#42"),
        ("two hundred and six", "#206"),
        ("twelve hundred", "#1200"),
        ("six thousand and one", "#6001"),
        ("one million two hundred thousand", "#1200000"),
        ("one point two million", "#1200000"),
        ("three point one four", "#3.14"),
        ("two point oh", "#2"),
        ("six point seventy five", "#6.75"),
        ("two and a half million", "#2500000"),
        ("two and a half", "#2.5"),
        ("a hundred", "#100"),
        ("a million", "#1000000"),
        ("a boat", None),
        ("2019", "#2019"),
        ("twenty nineteen", "#2019"),
        ("two thousand nineteen", "#2019"),
        ("two thousand and nineteen", "#2019"),
        ("nineteen eighty four", "#1984"),
        ("nineteen oh five", "#1905"),
        ("one oh one", "#101"),
        ("nineteen hundred", "#1900"),
        ("nineteen eighties", "#1980s"),
        ("1980s", "#1980s"),
        ("nineties", "#90s"),
        ("90s", "#90s"),
        ("first", "#1th"),
        ("1st", "#1th"),
        ("twenty first", "#21th"),
        ("21st", "#21th"),
        ("22nd", "#22th"),
        ("1,250,000", "#1250000"),
        ("1.2 million", "#1200000"),
        ("1.2m", "#1200000"),
        ("5bn", "#5000000000"),
        ("5k", "#5000"),
        ("2½", "#2.5"),
        ("11:30", "#1130"),
        ("eleven thirty", "#1130"),
        ("6:00", "#6"),
        ("٣", "#3"),
        ("fifty", "#50"),
        ("fifteen", "#15"),
        ("", None),
        ("boat", None),
    ],
)
def test_numbers(words, form):
    """A number that is read otherwise on one side raises a false alarm over an amount, or hides a true one."""
    read = read_number(words.split(), match_language().numbers)
    assert read == (None if form is None else (form, len(words.split())))


@pytest.mark.parametrize(
    ("words", "form", "count"),
    [
        ("fifty people", "#50", 1),
        ("two hundred and we", "#200", 2),
        ("one two three", "#1", 1),
        ("ten point", "#10", 1),
    ],
)
def test_a_number_ends_where_it_ends(words, form, count):
    """The word after a number must not be swallowed by it."""
    assert read_number(words.split(), match_language().numbers) == (form, count)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("$1.2 million", "one point two million dollars"),
        ("£5bn", "five billion pounds"),
        ("$2.50", "two dollars and fifty cents"),
        ("$2.50", "two dollars fifty cents"),
        ("50%", "fifty per cent"),
        ("50 percent", "fifty percent"),
        ("Dec. 9", "the ninth of December"),
        ("9 December", "December 9th"),
        ("December nine", "December ninth"),
        ("May 5", "the fifth of May"),
        ("7–2", "seven to two"),
        ("2019-2021", "twenty nineteen to twenty twenty-one"),
        ("11:30 p.m.", "eleven thirty PM"),
        ("10am", "ten a.m."),
        ("24/7", "twenty four seven"),
        ("World War II", "World War Two"),
        ("No. 1", "number one"),
        ("the ’90s", "the nineties"),
        ("a hundred people, one hundred of them old", "100 people, 100 of them old"),
        ("colour, honour, flavour", "color, honor, flavor"),
        ("organised, realising", "organized, realizing"),
        ("travelled to the theatre centre", "traveled to the theater center"),
        ("Mr. Smith and Dr. Jones", "Mister Smith and Doctor Jones"),
        ("U.S. and U.S.A.", "US and USA"),
        ("OK, alright", "okay, all right"),
        ("naïve café", "naive cafe"),
        ("cafe\u0301", "café"),
        ("wo\u200brd soft\u00adhyphen", "word softhyphen"),
        ("ＦＵＬＬ", "full"),
        ("we’re", "we're"),
        ("Straße", "STRASSE"),
        ("two-year-old", "two year old"),
        ("[T]he end", "the end"),
        ("end.Start", "end. Start"),
        ("R&D", "R and D"),
    ],
)
def test_two_ways_to_write_one_thing(one, other):
    """Each pair would be a false alarm: the words are the same."""
    assert _forms(one) == _forms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fifteen", "fifty"),
        ("$1.2 million", "$1.2 billion"),
        ("$5", "£5"),
        ("15", "1.5"),
        ("15th", "15"),
        ("2019", "1919"),
        ("7–2", "7–3"),
        ("can", "can't"),
        ("filed", "filled"),
        ("2/3", "two three"),
        ("Dec. 9", "Dec. 19"),
    ],
)
def test_two_things(one, other):
    """Each pair would be a missed alteration: the words differ."""
    assert _forms(one) != _forms(other)


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("can't won't we'll", "can not will not we will"),
        ("I'm it's that's", "i am it 's that 's"),
        ("we'd've", "we 'd have"),
        ("gonna gotta", "going to got to"),
        ("ain't", "ain not"),
        ("the doctor's sister", "the doctor's sister"),
        ("cannot", "can not"),
        ("you may one day", "you may #1 day"),
        ("this one may go", "this #1 may go"),
        ("no one", "no #1"),
        ("no. No, thanks", "no no thanks"),
        ("1/2", "#0.5"),
        ("9/11", "#9 #11"),
        ("five [hundred]", "#5 #100"),
        ("1:05:30", "#1 #5 #30"),
        ("three, four", "#3 #4"),
        ("我们去", "我 们 去"),
        ("नमस्ते", "नमस्ते"),
        ("12345678901234567890", "12345678901234567890"),
        ("… — ♪ 🚢 “”", ""),
        ("", ""),
    ],
)
def test_exact_forms(text, forms):
    """The forms that all comparing rests on."""
    assert _forms(text) == forms


def test_offsets_are_those_of_the_text():
    """A difference is marked in the page by these offsets; a unit written as one is marked as one."""
    text = "“We can’t pay $1.2 million by 9 December,” she said."
    spans = [(token.form, text[token.start : token.end]) for token in tokens(text)]
    assert spans == [
        ("we", "We"),
        ("can", "can’t"),
        ("not", "can’t"),
        ("pay", "pay"),
        ("#1200000", "$1.2 million"),
        ("dollar", "$1.2 million"),
        ("by", "by"),
        ("december", "9 December"),
        ("#9th", "9 December"),
        ("she", "she"),
        ("said", "said"),
    ]


def test_short_forms_are_known_as_such():
    """ "Can't" for "cannot" is tidied, not verbatim: the token must say that it was written short."""
    assert [token.short for token in tokens("can't cannot gonna")] == ["can't", "can't", "", "", "gonna", "gonna"]


def test_brackets_and_ellipses():
    """What the paper adds or leaves out is marked in the text, and every mark must be seen."""
    found = tokens("We [the council] … will. . . go [...] on... now .. [open")
    assert [token.form for token in found if token.bracketed] == ["the", "council"]
    assert [token.form for token in found if token.after_ellipsis] == ["will", "go", "on", "now", "open"]


def test_bracket_within_a_word():
    """ "walk[ed]" is the paper's tense: the whole word is a marked one."""
    found = tokens("[T]hey walk[ed] home")
    assert [(token.form, token.bracketed) for token in found] == [("they", False), ("walked", True), ("home", False)]


@pytest.mark.parametrize(
    ("text", "ends"), [("we …", True), ("we...”", True), ("we . . .", True), ("we.", False), ("", False)]
)
def test_a_text_that_breaks_off(text, ends):
    """An ellipsis before an interruption marks what is lost at its seam."""
    assert ends_with_ellipsis(text) is ends


def test_other_languages_keep_their_words():
    """German "er" is no filler, and French "no." no number, whatever English makes of them."""
    assert _forms("Er um acht", "de") == "er um #8"
    assert _forms("Straße schön", "de") == "strasse schön"
    assert _forms("l’eau, deux millions", "fr") == "l'eau #2000000"
    assert _forms("so well twenty", "xx") == "so well twenty"
    assert _forms("can't", "en-GB") == "can not"


CHARACTERS = st.characters(exclude_categories=["Cs"])
PIECES = st.sampled_from(
    [
        "one",
        "two",
        "hundred",
        "thousand",
        "million",
        "point",
        "and",
        "a",
        "half",
        "first",
        "nineteen",
        "oh",
        "dollars",
        "cents",
        "fifty",
        "May",
        "9",
        "December",
        "of",
        "the",
        "$",
        "£",
        "%",
        "1.2",
        "7–2",
        "1,000",
        "11:30",
        "can't",
        "I'm",
        "gonna",
        "[T]he",
        "walk[ed]",
        "[",
        "]",
        "…",
        "...",
        ".",
        ".",
        ".",
        "—",
        "-",
        "'",
        "No.",
        "1",
        "U.S.",
        "é",
        "½",
        "漢字",
        "\u200b",
        "́",
    ]
)
TEXTS = st.one_of(
    st.text(CHARACTERS, max_size=80),
    st.lists(PIECES, max_size=30).map(" ".join),
    st.lists(PIECES, max_size=30).map("".join),
)


@given(TEXTS, st.sampled_from(["en", "de", "fr", "xx"]))
def test_nothing_of_a_text_is_lost(text, code):
    """A letter that no token covers would be compared with nothing: changes there would never be seen."""
    found = tokens(text, code)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert [token.start for token in found] == sorted(token.start for token in found)
    covered = {at for token in found for at in range(token.start, token.end)}
    assert [c for at, c in enumerate(text) if c.isalnum() and at not in covered] == []
    assert all(token.form and not token.form.isspace() for token in found)


@given(st.integers(0, 10**9))
def test_figures_and_words_agree(value):
    """Every number spelt out the long way is the number in figures."""
    assert _forms(_spelt(value)) == f"#{value}"


UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def _spelt(value: int) -> str:
    for scale, name in ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"), (100, "hundred")):
        if value >= scale:
            rest = value % scale
            return f"{_spelt(value // scale)} {name}" + (f" {_spelt(rest)}" if rest else "")
    if value < 20:
        return UNITS[value]
    return TENS[value // 10 - 2] + (f" {UNITS[value % 10]}" if value % 10 else "")
