"""Where quotation marks open and close."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.article.blocks import Block, cleaned, laid_out
from captionkit.article.language import language
from captionkit.article.quotes import find_runs, printed


def _runs(*paragraphs: str) -> list[str]:
    body = laid_out(Block(paragraph) for paragraph in paragraphs)
    return [printed(body.text, run) for run in find_runs(body, language("en"))]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("“One,” she said. “Two.”", ["One,", "Two."]),
        ('"One," she said. "Two."', ["One,", "Two."]),
        ("‘One,’ she said. ‘Two.’", ["One,", "Two."]),
        ("'One,' she said. 'Two.'", ["One,", "Two."]),
        ("«Un», dit-elle. « Deux », dit-il.", ["Un", "Deux"]),
        ("„Eins“, sagte sie. »Zwei«, sagte er. ‚Drei‘, sagte ich.", ["Eins", "Zwei", "Drei"]),
        ("”Ett”, sa hon. ”Två.”", ["Ett", "Två."]),
        ("「一」と言った。『二』", ["一", "二"]),
        ("＂One＂ and ‹two›.", ["One", "two"]),
        ("``One,'' she said. ``Two.''", ["One,", "Two."]),
    ],
)
def test_marks_of_every_house_style(text: str, runs: list[str]) -> None:
    """An unknown style leaves a whole article without quotations."""
    assert _runs(cleaned(text)) == runs


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("“He said ‘no,’ and left,” she said.", ["He said ‘no,’ and left,"]),
        ("‘He said “no,” and left,’ she said.", ["He said “no,” and left,"]),
        ("\"He said 'no,'\" she said.", ["He said 'no,'"]),
        ("“He said “no” to me,” she said.", ["He said “no” to me,"]),
        ("« Il a dit “non” », dit-elle.", ["Il a dit “non”"]),
    ],
)
def test_a_quotation_inside_a_quotation_stays_in_it(text: str, runs: list[str]) -> None:
    """Separated, the inner words would be matched as another person's speech."""
    assert _runs(text) == runs


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("‘It’s the drivers’ fault, and the boys’,’ he said.", ["It’s the drivers’ fault, and the boys’,"]),
        ("The '90s were rock 'n' roll, 'til they weren't.", []),
        ("The dogs’ owner and the cats’ owner met.", []),
        ("I'm goin' home, he's stayin'.", []),
        ("The ‘bridge grant’ and the boys’ dog.", ["bridge grant"]),
        ("Rock ‘n’ roll and the ‘80s.", []),
        ("She is 5'11\" and he is 6'2\".", []),
        ('"It was a 5" pipe," he said.', ['It was a 5" pipe,']),
        ('He came "in 2019" and left "in 2020".', ["in 2019", "in 2020"]),
    ],
)
def test_apostrophes_feet_and_inches_are_not_quotation_marks(text: str, runs: list[str]) -> None:
    """An apostrophe read as a mark would turn half a paragraph into a quotation."""
    assert _runs(text) == runs


@pytest.mark.parametrize(
    ("paragraphs", "runs"),
    [
        (["“One.", "“Two.", "“Three,” he said."], ["One. Two. Three,"]),
        (['"One.', '"Two," he said.'], ["One. Two,"]),
        (["‘One.", "‘Two,’ he said."], ["One. Two,"]),
        (["« Un.", "» Deux. »"], ["Un. Deux."]),
        (["« Un.", "« Deux. »"], ["Un. Deux."]),
        (["“One", "two,” he said."], ["One two,"]),
    ],
)
def test_a_quotation_over_paragraphs_is_one(paragraphs: list[str], runs: list[str]) -> None:
    """Its parts would be matched separately, and words missing between them would not be noticed."""
    assert _runs(*paragraphs) == runs


@pytest.mark.parametrize(
    ("paragraphs", "runs"),
    [
        (["“We tried, she said. “We failed.”"], ["We tried,", "We failed."]),
        (["“We tried, she said.", "“Next,” he said."], ["We tried,", "Next,"]),
        (["“We tried. Twice.", "He left.", "“Next,” he said."], ["We tried. Twice.", "Next,"]),
        (["We tried. We failed,” she said."], ["We tried. We failed,"]),
        (["She said: We tried.” He left."], ["We tried."]),
        (["“We tried,“ she said. ”We failed.”"], ["We tried,", "We failed."]),
        (['“We tried," she said.'], ["We tried,"]),
        (["“”", '" "', "“…”"], []),
        (["It is 7” wide."], []),
    ],
)
def test_an_odd_number_of_marks_does_little_damage(paragraphs: list[str], runs: list[str]) -> None:
    """One missing mark must not swap quoted and unquoted text in the rest of the article."""
    assert _runs(*paragraphs) == runs


MARKED = st.text(alphabet="ab ,.?’‘'\"“”„«»—5\n", max_size=80)


@given(st.lists(MARKED.map(lambda t: " ".join(t.split())).filter(bool), max_size=5))
def test_runs_are_ordered_disjoint_and_within_the_text(paragraphs: list[str]) -> None:
    """Everything later slices the text by these offsets."""
    body = laid_out(Block(paragraph) for paragraph in paragraphs)
    end = 0
    for run in find_runs(body, language("en")):
        assert end <= run.first <= run.start < run.end <= run.last <= len(body.text)
        assert any(c.isalnum() for c in body.text[run.start : run.end])
        end = run.last


WORDS = st.text(alphabet="abcde ", min_size=1, max_size=30).map(str.strip).filter(bool)


@given(
    st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6),
    st.sampled_from(["“”", '""', "«»", "„“", "「」"]),
)
def test_well_formed_text_gives_back_every_quotation(pairs: list[tuple[str, str]], marks: str) -> None:
    """Nothing is lost or added where the marks are correct."""
    text = " ".join(f"{marks[0]}{quoted},{marks[1]} {told}." for quoted, told in pairs)
    assert _runs(text) == [" ".join(f"{quoted},".split()) for quoted, _ in pairs]
