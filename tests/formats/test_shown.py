"""What every text format shows of a record: lines that nothing stumbles over, title, credits."""

from dataclasses import replace

import pytest

from captionkit.formats.presentation import clean_lines, credit_lines, title


@pytest.mark.parametrize(
    ("lines", "clean"),
    [
        (("a\r\nb\rc\nd",), ("a", "b", "c", "d")),
        (("a\r\n\r\nb", "", " \u3000 "), ("a", "b")),
        (("  a  b ",), ("a  b",)),
        (("a\0b\x1b[31mc\x9b",), ("a\ufffdb\ufffd[31mc\ufffd",)),
        (("a\udce9b",), ("a\ufffdb",)),
        (("a\ufffeb\uffffc",), ("a\ufffdb\ufffdc",)),
        (("a\tb\u2028c\x85d",), ("a b c d",)),
        (
            ("\u200fא\u202b \U0001f469\u200d\U0001f680 10\u00a0%",),
            ("\u200fא\u202b \U0001f469\u200d\U0001f680 10\u00a0%",),
        ),
        ((), ()),
    ],
)
def test_clean_lines(lines, clean):
    """A blank line ends a cue early, a control character reaches the terminal, or an emoji breaks in two."""
    assert clean_lines(lines) == clean


def test_title(story):
    """A transcript begins with an empty line where its title should be."""
    assert title(story) == "Ferry --> back"
    assert title(replace(story, article=None)) == "ferry"
    assert title(replace(story, article=replace(story.article, title=" \n"))) == "ferry"


def test_credits(story):
    """A producer's name is missing or stands under another role."""
    assert credit_lines(story) == ("Producer: A. B. Müller, Ó Briain, Tomás", "Editor: Li Wei")
