"""The Python API as a user of the package meets it."""

from __future__ import annotations

import csv
import inspect
import io
import subprocess
import sys
from pathlib import Path

import pytest

import captionkit as ck

ROOT = Path(__file__).resolve().parents[1]
STORY = "1\n00:00:01,000 --> 00:00:03,000\nWe won't wait for it.\n\n2\n00:00:04,000 --> 00:00:04,010\nAt all.\n"


@pytest.fixture
def record_path(story, tmp_path: Path) -> Path:
    """A record that was written, with its files, into a folder."""
    return ck.write(story, tmp_path / "out")[0]


def test_a_record_reads_back_as_it_was_saved(story, tmp_path: Path) -> None:
    """A record could not be passed from one script to the next."""
    path = ck.save(story, tmp_path / "a.captionkit.json")
    loaded = ck.load(str(path))
    assert loaded == story
    assert loaded.quotes == loaded.findings


def test_files_are_written_in_another_style(record_path: Path, tmp_path: Path) -> None:
    """Captions for a second broadcaster would need the clip to be heard again."""
    record = ck.load(record_path)
    paths = ck.write(record, tmp_path / "bbc", formats=["vtt", "srt"], style="bbc")
    assert [path.name for path in paths] == ["ferry.captionkit.json", "ferry.vtt", "ferry.srt"]
    words = [word.text for word in ck.load(paths[0]).transcript.words]
    assert " ".join(cue.text for cue in ck.load(paths[0]).cues if not cue.sound).split() == words


def test_the_formats_are_those_that_run_writes(record_path: Path) -> None:
    """A script would give other files than the command."""
    names = sorted(path.name for path in record_path.parent.iterdir())
    assert names == ["ferry.captionkit.json", "ferry.html", "ferry.qa.html", "ferry.srt", "ferry.txt", "ferry.vtt"]


def test_quotes_as_rows_go_into_a_spreadsheet(story) -> None:
    """A standards editor would have to pick the verdicts out of nested objects."""
    rows = story.rows()
    assert [(row["quote"], row["part"], row["verdict"]) for row in rows] == [("q1", 1, "altered"), ("q1", 2, "not_found")]
    assert rows[0]["published"] == "We will," and rows[0]["heard"] == "We won't,"
    assert (rows[0]["start_ms"], rows[0]["end_ms"], rows[1]["start_ms"]) == (4100, 4700, None)
    table = io.StringIO()
    csv.DictWriter(table, list(rows[0])).writerows(rows)
    assert "Zoë Ng-Ruiz" in table.getvalue()


def test_a_vendor_s_captions_are_checked_and_compared(tmp_path: Path) -> None:
    """A script could not do what `check` and `diff` do."""
    vendor, article = tmp_path / "vendor.srt", tmp_path / "article.txt"
    vendor.write_text(STORY)
    article.write_text('The ferry\n\n"We will wait for it," said Mayor Ines Okafor of the ferry company yesterday.\n')
    assert "min_duration" in {check.rule for check in ck.check(vendor)}
    (finding,) = ck.compare(vendor, str(article), policy="ap")
    assert (finding.verdict, finding.quote.speaker) == ("altered", "Ines Okafor")
    assert finding.policy is not None and finding.policy.verdict == "forbidden"


def test_a_review_is_signed(record_path: Path) -> None:
    """A newsroom's own tool could not sign captions off."""
    assert record_path in ck.review(record_path, "Li Wei")
    signed = ck.load(record_path)
    assert signed.review is not None and signed.review.by == "Li Wei"
    with pytest.raises(ck.CaptionkitError, match="name of the reviewer"):
        ck.review(record_path, "  ")


@pytest.mark.parametrize(
    "call",
    [
        lambda: ck.load("gone.captionkit.json"),
        lambda: ck.caption("gone.mp4"),
        lambda: ck.check("gone.vtt"),
        lambda: ck.check(ROOT / "README.md"),
        lambda: ck.compare("gone.srt", "gone.html"),
        lambda: ck.caption("gone.mp4", style="nobody's"),
        lambda: ck.caption("gone.mp4", policy="nobody's"),
    ],
)
def test_every_error_is_one_of_ours(call, tmp_path: Path) -> None:
    """A script that catches CaptionkitError would still end in a traceback."""
    with pytest.raises(ck.CaptionkitError):
        call()


def test_a_format_that_is_unknown_is_an_error(story, tmp_path: Path) -> None:
    """A typing error would write nothing and say nothing."""
    with pytest.raises(ck.CaptionkitError, match="docx"):
        ck.write(story, tmp_path, formats=["docx"])


def test_the_names_are_those_of_the_contract() -> None:
    """`dir(captionkit)` would hide what there is, or show what may change."""
    expected = ["CaptionkitError", "caption", "check", "compare", "load", "review", "save", "write"]
    assert [name for name in dir(ck) if not name.startswith("_")] == expected


@pytest.mark.parametrize("name", [name for name in ck.__all__ if name[0].islower()])
def test_every_function_is_typed_and_documented(name: str) -> None:
    """`help()` would say nothing of an argument, or a type checker accept anything."""
    function = getattr(ck, name)
    documented = inspect.getdoc(function) or ""
    signature = inspect.signature(function)
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())
    assert signature.return_annotation is not inspect.Signature.empty and "Raises:" in documented
    assert all(f"{p}:" in documented or len(signature.parameters) < 3 for p in signature.parameters)


def test_importing_the_package_loads_nothing_heavy() -> None:
    """A script that only reads a record would wait for the recogniser's libraries."""
    code = (
        "import sys, captionkit; captionkit.caption; dir(captionkit); "
        "print([m for m in ('numpy', 'av', 'faster_whisper', 'click', 'msgspec', 'lxml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
