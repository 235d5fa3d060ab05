"""Word lists as data."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources

import pytest

from captionkit.article.blocks import Block, laid_out
from captionkit.article.language import language, language_from_tables
from captionkit.article.mentions import find_mentions
from captionkit.article.quotes import find_runs
from captionkit.article.reporting import reporting_clause
from captionkit.article.sentences import find_sentences
from captionkit.article.syntax import parse_sentence
from captionkit.text import parse_toml


def _english() -> str:
    return (resources.files("captionkit.article") / "data" / "en.toml").read_text("utf-8")


def test_an_unknown_language_is_read_as_english() -> None:
    """A page in a language without data still gives its quotations."""
    assert language("eu") == language("xx-YY")
    assert language("en-GB").speech == language("EN").speech


def test_a_language_is_added_by_its_words_alone() -> None:
    """Nobody should have to change code to teach captionkit a language."""
    spanish = _english().replace('speech = """\nsaid', 'speech = """\ndijo afirmó said')
    spanish = spanish.replace('pronouns = { he = "m"', 'pronouns = { "él" = "m", ella = "f", he = "m"')
    words = language_from_tables(parse_toml(spanish))
    body = laid_out([Block("«Nos vamos», dijo Inés Roca. «Mañana», afirmó ella.")])
    runs = find_runs(body, words)
    sentences = find_sentences(body, runs, words)
    mentions = find_mentions(sentences, words)
    parsed = [parse_sentence(n, sentence, mentions[n], words) for n, sentence in enumerate(sentences)]
    assert [clause.words for each in parsed if (clause := reporting_clause(each, 0))] == [
        "dijo Inés Roca",
        "afirmó ella",
    ]


def test_a_missing_list_is_an_error() -> None:
    """An incomplete translation must not be accepted."""
    with pytest.raises(TypeError, match="neuter"):
        language_from_tables(parse_toml(_english().replace('neuter = "it"', "")))


def test_importing_the_room_is_cheap() -> None:
    """`captionkit --help` must be instant, so nothing heavy is imported before an article is read."""
    code = (
        "import sys, captionkit.article; print(sorted({'trafilatura', 'lxml', 'nupunkt', "
        "'markdown_it'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
