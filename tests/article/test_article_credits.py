"""Who made the clip: prose, JSON-LD, and names given by the user."""

from __future__ import annotations

from pathlib import Path

import pytest

from captionkit.article import merge_credits, parse_article, parse_credit_option
from captionkit.article.credits import find_credits
from captionkit.article.language import language
from captionkit.errors import UsageError
from captionkit.model import Credit

Roles = dict[str, tuple[str, ...]]
CASES = Path(__file__).with_name("credit_lines.txt").read_text("utf-8").split("\n\n")
"""A line of credits (` // ` for a line break), then what it says, a role a line."""


def _credits(*paragraphs: str) -> Roles:
    return {credit.role: credit.names for credit in find_credits(paragraphs, language("en"))}


@pytest.mark.parametrize("case", CASES, ids=[case.partition("\n")[0][:60] for case in CASES])
def test_lines_of_credits_in_their_many_forms(case: str) -> None:
    """Whoever made the clip is named in its captions; an unknown form loses their credit."""
    line, *wanted = case.strip().split("\n")
    found = _credits(line.replace(" // ", "\n"))
    assert [f"    {role}: {', '.join(names)}" for role, names in found.items()] == wanted


@pytest.mark.parametrize(
    "line",
    [
        "This story was edited by Ann Roe.",
        "This story was produced by Ann Roe and edited by Bo Lind.",
        "Reporting by Ann Roe; Editing by Bo Lind",
        "Edited by Ann Roe.",
        "Written by Ann Roe. Edited by Bo Lind.",
        "Story by Ann Roe. Edited by Bo Lind. Photos by Cy Poe.",
        "A video shot by Ray Doe shows the bridge.",
        "The video was filmed by Ann Roe, a bystander, who sold it.",
        "The play was produced by Ann Roe and directed by Bo Lind.",
        "The documentary was produced by Ann Roe.",
        "Producer Ann Roe said the film was late.",
        "Produced by Ann Roe in 1998, the film won many prizes.",
        "The video above was produced by the Tarn Evening Report.",
        "Music by Prince.",
    ],
)
def test_lines_that_are_not_credits_of_the_clip(line: str) -> None:
    """An author of the text, or somebody in the story, must not be credited with the clip."""
    assert _credits(line) == {}


def test_text_and_clip_in_one_line_are_distinguished() -> None:
    """Many pages credit both in one paragraph."""
    assert _credits("Story by Ann Roe, edited by Bo Lind. Video by Cy Poe; edited by Di Foe.") == {
        "producer": ("Cy Poe",),
        "editor": ("Di Foe",),
    }
    assert _credits("This story was reported by Ann Roe. The video was produced by Bo Lind and edited by Cy Poe.") == {
        "producer": ("Bo Lind",),
        "editor": ("Cy Poe",),
    }


def test_credits_on_lines_of_their_own_belong_together() -> None:
    """`Edited by B` alone does not name the clip's editor; under `Produced by A` it does."""
    assert _credits("Produced by Ann Roe", "Edited by Bo Lind") == {
        "producer": ("Ann Roe",),
        "editor": ("Bo Lind",),
    }
    assert _credits("By Ann Roe", "Edited by Bo Lind", "The bridge is long and has been so since 1911.") == {}


JSON_LD = """
<script type="application/ld+json">
{"@graph": [
  {"@type": "NewsArticle", "author": {"@id": "#a"}, "video": {"@id": "#v"}},
  {"@type": "Person", "@id": "#a", "name": "Ida Lund"},
  {"@type": ["VideoObject"], "@id": "#v",
   "producer": [{"@type": "Person", "name": "Ann Roe"}, "Bo Lind"],
   "editor": {"@id": "#e"},
   "contributor": {"@type": "Role", "roleName": "Videographer",
                   "contributor": {"@type": "Person", "name": "Cy Poe"}}},
  {"@type": "Person", "@id": "#e", "name": "Di Foe"},
]}
</script>
"""


def test_json_ld_credits_through_graphs_references_roles_and_a_stray_comma() -> None:
    """Sites that print no credits may still have them in the metadata."""
    article = parse_article(f"<html><head>{JSON_LD}</head><body><p>It opened.</p></body></html>", "x", "html")
    assert {c.role: c.names for c in article.credits} == {
        "producer": ("Ann Roe", "Bo Lind"),
        "editor": ("Di Foe",),
        "camera": ("Cy Poe",),
    }


def test_prose_wins_over_json_ld_role_by_role() -> None:
    """What readers see was written by an editor; the head may be older."""
    page = f"<html><head>{JSON_LD}</head><body><p>It opened.</p><p>Video edited by Eve Ek.</p></body></html>"
    article = parse_article(page, "x", "html")
    assert {c.role: c.names for c in article.credits} == {
        "producer": ("Ann Roe", "Bo Lind"),
        "editor": ("Eve Ek",),
        "camera": ("Cy Poe",),
    }


def test_credits_of_a_related_video_are_not_the_clips() -> None:
    """A carousel of other videos would credit strangers."""
    page = (
        '<html><head><script type="application/ld+json">[{"@type": "NewsArticle", "video": {"@type": '
        '"VideoObject", '
        '"name": "Ours"}}, {"@type": "VideoObject", "producer": "Not Ours"}]</script></head>'
        '<body><article><p>It opened on Monday after years of work.</p><div class="related"><p>Video '
        "by Not Ours.</p></div></article></body></html>"
    )
    assert parse_article(page, "x", "html").credits == ()


def test_the_editor_of_the_article_is_not_the_clips() -> None:
    """schema.org calls both `editor`; only the video's own counts."""
    page = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "editor": "Ann Roe", "producer": "Bo", '
        '"video": {"@type": "VideoObject", "name": "Ours"}}</script><article><p>It opened.</p></article>'
    )
    assert parse_article(page, "x", "html").credits == ()


def test_a_caption_under_the_player_counts() -> None:
    """Credits are often there and nowhere else."""
    page = "<article><p>It opened.</p><figure><figcaption>The span. Video by Ann Roe</figcaption></figure></article>"
    assert parse_article(page, "x", "html").credits == (Credit("producer", ("Ann Roe",)),)


@pytest.mark.parametrize(
    ("option", "credit"),
    [
        ("producer=Ann Roe", Credit("producer", ("Ann Roe",))),
        (" Video Editor =  Tomás  Ó Briain ", Credit("editor", ("Tomás Ó Briain",))),
        ("drone pilot=Bo Lind", Credit("drone pilot", ("Bo Lind",))),
        ("editor=A=B", Credit("editor", ("A=B",))),
    ],
)
def test_credit_option(option: str, credit: Credit) -> None:
    """The command line's `--credit` is the last word on who made the clip."""
    assert parse_credit_option(option) == credit


@pytest.mark.parametrize("option", ["", "Ann Roe", "=Ann Roe", "producer=", "producer"])
def test_credit_option_without_role_or_name(option: str) -> None:
    """A mistake must be reported, not credited to nobody."""
    with pytest.raises(UsageError, match="Write it as --credit producer=NAME"):
        parse_credit_option(option)


def test_given_credits_win_role_by_role() -> None:
    """A correction of the editor's name must not drop the producer."""
    article = (Credit("producer", ("Ann Roe",)), Credit("editor", ("Bo Lind",)))
    given = tuple(map(parse_credit_option, ["editor=Cy Poe", "editor=Di Foe", "sound=Eve Ek"]))
    assert merge_credits(article, given) == (
        Credit("producer", ("Ann Roe",)),
        Credit("editor", ("Cy Poe", "Di Foe")),
        Credit("sound", ("Eve Ek",)),
    )
