"""The documentation is part of the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from captionkit.cli.main import cli
from captionkit.cli.reference import python_reference, reference
from captionkit.match.sound.thresholds import Thresholds
from captionkit.speech import (
    aligner,
    alignment,
    audio_events,
    dropped_speech,
    hallucinations,
    name_candidates,
    name_spelling,
    recognise,
)

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)]+))?\)")
ROOM = re.compile(r"`((?:media|speech|article|match|captions|formats|pages|library|cli|pipeline)/[\w./-]+\.\w+)`")
PLACE = re.compile(r"`((?:captionkit|tests|docs|samples)/[\w./-]+)`")
NO_PLACES = {"captionkit/1"}
"""What is written like a path and is none: the schema of the record."""


def commands(command: click.Command, context: click.Context) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, click.Context(found, parent=context))


def test_the_command_reference_is_up_to_date() -> None:
    """A stale reference tells people options that do not exist; `make docs` updates it."""
    assert reference() in (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def test_the_python_reference_is_up_to_date() -> None:
    """A stale reference shows arguments that do not exist; `make docs` updates it."""
    assert python_reference() in (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


def test_every_command_and_option_has_help() -> None:
    """An option without help can only be guessed at."""
    for command in commands(cli, click.Context(cli)):
        assert command.help, command.name
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, (command.name, parameter.name)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_no_link_leads_nowhere(page: Path) -> None:
    """A reader who follows a dead link does not come back."""
    for link, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        target = page.parent / link if link else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), (link, anchor)


@pytest.mark.parametrize("page", [p for p in PAGES if p.name != "notebook.md"], ids=lambda p: p.name)
def test_every_path_in_the_documents_exists(page: Path) -> None:
    """A contributor would look for the place of a caption style in a folder that was renamed long ago."""
    text = page.read_text(encoding="utf-8")
    places = {ROOT / path for path in set(PLACE.findall(text)) - NO_PLACES}
    places |= {ROOT / "captionkit" / path for path in ROOM.findall(text)}
    assert [place for place in places if not place.exists()] == []


@pytest.mark.parametrize("name", ["README.md", "docs/guide.md"])
def test_the_python_examples_compile(name: str) -> None:
    """An example that does not even compile costs whoever copies it an hour."""
    text = (ROOT / name).read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert examples
    for example in examples:
        compile(example, name, "exec")


def test_the_rooms_on_the_map_are_those_of_the_code() -> None:
    """A newcomer would miss a room, or look for one that is gone."""
    tree = (ROOT / "docs" / "design.md").read_text(encoding="utf-8").split("captionkit/\n", 1)[1].split("```", 1)[0]
    mapped = set(re.findall(r"(?:^|  )((?!weights|policy)\w+(?:/|\.py))(?=\s{2})", tree, re.MULTILINE))
    found = {path.name + "/" * path.is_dir() for path in (ROOT / "captionkit").iterdir()}
    assert mapped == {name for name in found if not name.startswith("__pycache__") and name != "py.typed"}


def test_the_thresholds_told_are_those_in_use() -> None:
    """A standards editor would explain a verdict by limits that it does not have."""
    text = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    rows = re.findall(r"`(\w+)` \| (-?[\d.]+) \| ([\d.]+) \|$", text, re.MULTILINE)
    told = {name: (float(low), float(high)) for name, low, high in rows}
    pairs = {f.name: getattr(Thresholds(), f.name) for f in fields(Thresholds)}
    assert told == {name: pair for name, pair in pairs.items() if isinstance(pair, tuple) and name != "filler"}


LIMITS = {
    "0002-windows-and-loudness": (
        f"(mean log probability below {recognise.WORST_MEAN_LOGPROB:.1f}".replace("-", "−"),
        f"gzip ratio above {recognise.WORST_REPETITION}",
        f"{dropped_speech.WORD_BASE_MS} ms + {dropped_speech.WORD_MS_PER_LETTER} ms per letter",
        f"{dropped_speech.SHORTEST_DROPPED_MS} ms of speech",
        f"{recognise.SURE_MEAN_LOGPROB} or better".replace("-", "−"),
    ),
    "0003-names-are-asked-about": (
        f"| {name_spelling.CLEAR_NATS}; {name_spelling.LEANING_NATS} where both sound the same",
        f"{name_spelling.SPREAD_NATS} is how far a margin moves",
        f"At most {name_candidates.MOST_QUESTIONS} spellings",
    ),
    "0005-hallucination-filter": (
        f"below {hallucinations.UNSURE_PROBABILITY}",
        f"{hallucinations.LEAST_VOICED_SHARE:.0%}".replace("%", " %"),
        f"less than {hallucinations.FASTEST_MS_PER_WORD * hallucinations.RATE_WORDS} ms",
        f"at most {hallucinations.PHANTOM_MOST_VOICE_MS / 1000} s of speech",
    ),
    "0006-forced-alignment": (f"within {alignment.VOICE_MARGIN_MS} ms", f"{aligner.SHORTEST_PHONE_MS} ms per phone"),
    "0013-music": (
        f"({audio_events.PROBABLE}; {audio_events.MUSICAL} where",
        f"{audio_events.NO_NOISE:.0%}".replace("%", " %"),
        f"in {audio_events.MOVING:.0%}".replace("%", " %"),
    ),
}


@pytest.mark.parametrize("name", LIMITS)
def test_the_limits_told_in_the_decisions_are_those_in_use(name: str) -> None:
    """Whoever weighs a limit would weigh one that the program gave up."""
    text = (ROOT / "docs" / "decisions" / f"{name}.md").read_text(encoding="utf-8").replace("\n", " ")
    assert [limit for limit in LIMITS[name] if limit not in text] == []
