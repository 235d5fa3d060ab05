"""What a page may link to."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.pages import PageOptions, relative_href


@pytest.mark.parametrize(
    "href",
    [
        "https://evil.example/clip.mp4",
        "//evil.example/clip.mp4",
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "\\\\evil.example\\clip.mp4",
        "data:text/html,x",
        "clip.mp4?x=1",
        "my clip.mp4",
        "",
    ],
)
def test_an_address_that_leaves_the_folder_is_refused(href: str) -> None:
    """A page could send every reader of an article to a foreign host, or run a file's name as script."""
    with pytest.raises(ValueError, match="beside it"):
        PageOptions(href)
    with pytest.raises(ValueError, match="beside it"):
        PageOptions("clip.mp4", vtt_href=href)
    with pytest.raises(ValueError, match="beside it"):
        PageOptions("clip.mp4", downloads=("a.vtt", href))


@pytest.mark.parametrize("href", ["clip.mp4", "../media/clip.mp4", "a/b%20c.mp4", "%C3%A9.mp4"])
def test_a_relative_path_is_taken(href: str) -> None:
    """A newsroom keeps its media in a folder of their own and could not name it."""
    assert PageOptions(href, vtt_href=href, downloads=(href,)).clip_href == href


@given(st.text(min_size=1).filter(lambda name: not name.startswith("/")))
def test_every_file_name_becomes_a_safe_address(name: str) -> None:
    """A clip named `javascript:x.mp4` or `50% #1?.mp4` could not be played, or worse, would run."""
    assert PageOptions(relative_href(name)).clip_href


def test_a_file_name_is_percent_encoded() -> None:
    """A clip with a blank or a question mark in its name is looked for under another name."""
    assert relative_href("my clip? #1.mp4") == "my%20clip%3F%20%231.mp4"


def test_a_name_that_is_no_unicode_is_kept_byte_for_byte() -> None:
    """A clip that came from an old server is not found, or ends the run with a traceback."""
    assert relative_href(os.fsdecode(b"\xff.mp4")) == "%FF.mp4"
