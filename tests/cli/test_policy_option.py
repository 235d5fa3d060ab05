"""`--policy` and `--fail-on policy`: what they print, what they end with, and what they leave alone."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from captionkit.library import batch as library
from captionkit.library.ledger import Row
from captionkit.match import MatchTranscript, find_quotes
from captionkit.match.policy.judge import with_policy
from captionkit.match.policy.load import load_policy, policy_names
from captionkit.model import Article, Clip, Cue, Part, Quote, Record, Transcript, Word
from captionkit.pipeline import caption, compare
from captionkit.pipeline.options import CaptionOptions
from captionkit.record import record_from_json, record_to_json
from captionkit.speech.weights.find import Weights

SAID = "We will, um, keep the night service. The drivers was proud of it for fifty years, and it were worth it."
FILLER = '"We will keep the night service," said Mayor Ines Okafor.'
GRAMMAR = '"The drivers were proud of it for fifty years," said Tadeusz Wren.'
SAME = '"The drivers was proud of it for fifty years," said Tadeusz Wren.'
HEAD = "The bus is saved\n\nThe night bus is saved, the council of Ellerby said on Monday, after a long night.\n\n"
HOUSE = 'name = "ellerby"\ntitle = "Ellerby"\n[grammar]\nstate = "forbidden"\nsource = "House rules"\ndate = "2026"\n'


@pytest.fixture
def desk(call) -> None:
    """A transcript and articles with a filler left out, with grammar corrected, and with the same words."""
    Path("a.txt").write_text(SAID)
    for name, quotes in [("filler", FILLER), ("grammar", GRAMMAR), ("same", SAME), ("both", f"{FILLER}\n\n{GRAMMAR}")]:
        Path(f"{name}.txt").write_text(HEAD + quotes + "\n")
    Path("house.toml").write_text(HOUSE)


@pytest.mark.parametrize(
    ("policy", "article", "code"),
    [
        ("ap", "filler", 1),
        ("ap", "grammar", 1),
        ("ap", "same", 0),
        ("guardian", "both", 0),
        ("wsj", "grammar", 0),
        ("wsj", "filler", 0),
        ("nyt", "grammar", 1),
        ("nyt", "filler", 0),
        ("reuters", "filler", 1),
        ("house.toml", "grammar", 1),
        ("house.toml", "filler", 0),
    ],
)
def test_the_gate_follows_the_house(call, desk, policy: str, article: str, code: int) -> None:
    """A publishing script would let through what the house forbids, or stop what it allows."""
    assert call("diff", "a.txt", f"{article}.txt", "--policy", policy, "--fail-on", "policy").code == code
    assert call("diff", "a.txt", f"{article}.txt", "--policy", policy, "--fail-on", "policy", "--json").code == code
    assert call("diff", "a.txt", f"{article}.txt", "--policy", policy).code == 0


def test_verdicts_fail_beside_the_policy(call, desk) -> None:
    """A desk that wants both gates could have only one."""
    assert call("diff", "a.txt", "grammar.txt", "--policy", "guardian", "--fail-on", "policy,altered").code == 1
    assert call("diff", "a.txt", "grammar.txt", "--policy", "guardian", "--fail-on", "policy,not_found").code == 0


def test_what_the_house_says_is_shown(call, desk) -> None:
    """An editor would have to know five stylebooks."""
    lines = [line.strip() for line in call("diff", "a.txt", "both.txt", "--policy", "ap").out.splitlines()]
    assert (
        "breaks the policy of AP: fillers (um, uh) left out "
        "(AP Stylebook, “quotations in the news”, as reported by Writing Explained; date not known)" in lines
    )
    out = call("diff", "a.txt", "both.txt", "--policy", "guardian").out
    assert "allowed by the policy of The Guardian: grammar corrected (The Guardian style guide, “quotes”" in out
    assert "✗ altered  q2  Tadeusz Wren" in out
    out = call("diff", "a.txt", "filler.txt", "--policy", "wsj").out
    assert "the policy of The Wall Street Journal does not say: fillers (um, uh) left out" in out
    assert "policy" not in call("diff", "a.txt", "both.txt").out


def test_the_json_has_the_deciding_cell(call, desk) -> None:
    """A program could not tell why a quote may not go out, nor where the rule stands."""
    quotes = json.loads(call("diff", "a.txt", "both.txt", "--policy", "ap", "--json").out)["quotes"]
    cell = load_policy("ap").cell("fillers")
    ruling = {"verdict": "forbidden", "kind": "fillers", "edit": 0, "source": cell.source, "url": cell.url, "date": cell.date}
    assert quotes[0]["parts"][0]["policy"] == {"name": "ap", "title": "AP", "verdict": "forbidden", "edits": [ruling]}
    assert quotes[0]["policy"] == {"name": "ap", "title": "AP", "verdict": "forbidden", "edits": []}
    bare = json.loads(call("diff", "a.txt", "both.txt", "--json").out)["quotes"]
    assert bare == [without_policy(quote) for quote in quotes]


def without_policy(quote: dict[str, Any]) -> dict[str, Any]:
    parts = [{key: value for key, value in part.items() if key != "policy"} for part in quote["parts"]]
    return {key: value for key, value in quote.items() if key != "policy"} | {"parts": parts}


@pytest.mark.parametrize("command", ["run clip.wav", "diff a.txt both.txt", "batch . -o out"])
@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        ("--fail-on policy", 2, "name one with --policy NAME"),
        ("--fail-on altered,policy", 2, "captionkit diff --list-policies"),
        ("--fail-on polcy", 2, "polcy is not a verdict"),
        ("--policy apx", 2, "There is no policy named 'apx'. Known are ap, guardian, nyt, reuters, wsj"),
        ("--policy gone.toml", 3, "gone.toml: it cannot be read (No such file or directory)"),
        ("--policy wrong.toml", 3, "wrong.toml: [grammar] state is 'maybe'; it can be allowed, forbidden, unknown"),
    ],
)
def test_a_wrong_call_is_a_sentence(call, desk, command: str, options: str, code: int, sentence: str) -> None:
    """A gate without a policy would pass everything, or a slip be found only after the clip was heard."""
    Path("wrong.toml").write_text('name = "h"\ntitle = "H"\n[grammar]\nstate = "maybe"\n')
    called = call(*command.split(), *options.split())
    assert called.code == code
    assert sentence in " ".join(called.err.split())
    assert "Traceback" not in called.err and not Path("out").exists()


def test_every_policy_is_listed_with_its_sources(call) -> None:
    """Nobody could choose a policy, or check what it rests on."""
    called = call("diff", "--list-policies")
    assert called.code == 0
    for name in policy_names():
        policy = load_policy(name)
        assert f"{name}: {policy.title} (sources looked up on {policy.checked})" in called.out
        for cell in policy.cells:
            marked = f"; {cell.with_ellipsis} at an ellipsis" if cell.with_ellipsis else ""
            assert f"  {cell.kind} = {cell.state}{marked}" in called.out
            assert cell.source in called.out and cell.says in called.out and cell.url in called.out
    assert "  fillers = forbidden; allowed at an ellipsis    fillers (um, uh) left out" in called.out


def record_of(article: str) -> Record:
    """The record of a clip in which `SAID` is said, its quotes held against it."""
    text = Path(article).read_text().split("\n\n")[2:]
    quotes = tuple(Quote(f"q{n}", "speech", (Part(line.split('"')[1].rstrip(",")),)) for n, line in enumerate(text, 1))
    words = tuple(Word(word, n * 400, n * 400 + 300) for n, word in enumerate(SAID.split()))
    cues = tuple(Cue(word.start_ms, word.end_ms, (word.text,)) for word in words)
    return Record(
        Clip("clip.wav", "0" * 64, 20_000),
        Transcript("en", words),
        cues=cues,
        article=Article(article, "The bus", HEAD, quotes=quotes),
        findings=find_quotes(quotes, MatchTranscript(words, "en")),
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[CaptionOptions]]:
    """Clips are heard as `SAID`, and held against the policy that was asked for."""
    options_asked: list[CaptionOptions] = []

    def caption_clip(clip: Path, options: CaptionOptions, report: object) -> Record:
        options_asked.append(options)
        record = record_of(str(options.article))
        if options.policy is None:
            return record
        return replace(record, findings=with_policy(record.findings, options.policy, "en"), policy=options.policy)

    for module in (caption, compare):
        monkeypatch.setattr(module, "caption_clip", caption_clip)
    yield options_asked


def test_run_has_the_gate_and_the_record_the_policy(call, desk, wav, asked: list[CaptionOptions]) -> None:
    """A record would not say what its quotes were held against, and the gate be open."""
    wav("clip.wav")
    run = ("run", "clip.wav", "--article", "both.txt", "-o", "out", "--policy", "ap")
    assert call(*run).code == 0
    assert call(*run, "--fail-on", "policy").code == 1
    assert call(*run[:-1], "guardian", "--fail-on", "policy").code == 0
    assert [options.policy for options in asked] == [load_policy(name) for name in ("ap", "ap", "guardian")]
    record = record_from_json(Path("out/clip.captionkit.json").read_text(), "r")
    assert record.policy == load_policy("guardian")
    assert [f.policy.verdict for f in record.findings if f.policy] == ["allowed", "allowed"]
    summary = json.loads(call(*run, "--json").out)
    assert summary["policy"]["name"] == "ap" and summary["quotes"][0]["policy"]["verdict"] == "forbidden"


@pytest.mark.parametrize(
    ("article", "policy", "line"),
    [
        ("both", "ap", "quotes under the policy of AP: 2 forbidden"),
        ("both", "wsj", "quotes under the policy of The Wall Street Journal: 1 not covered, 1 allowed"),
        ("same", "ap", "quotes under the policy of AP: nothing to judge"),
    ],
)
def test_a_terminal_is_told_how_many(
    call, desk, wav, asked: list[CaptionOptions], monkeypatch: pytest.MonkeyPatch, article: str, policy: str, line: str
) -> None:
    """An editor would have to count through all quotes of an hour."""

    class Screen(io.StringIO):
        """A terminal."""

        def isatty(self) -> bool:
            """Say so."""
            return True

    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "dumb")
    wav("clip.wav")
    call("run", "clip.wav", "--article", f"{article}.txt", "-o", "out", "--policy", policy)
    assert f"{line} out/clip.captionkit.json" in " ".join(screen.getvalue().split())


def test_media_is_held_against_the_policy_too(call, desk, asked: list[CaptionOptions]) -> None:
    """The gate would be open for a clip that was not captioned before."""
    assert call("diff", "clip.mp4", "both.txt", "--policy", "ap", "--fail-on", "policy").code == 1
    assert asked == [CaptionOptions(article="both.txt", policy=load_policy("ap"))]


def test_captions_are_not_touched_by_it(call, desk, wav, asked: list[CaptionOptions]) -> None:
    """Captions say what was said (47 CFR 79.1(j)(2)): a house that drops "um" would drop it from them as well."""
    wav("clip.wav")
    made = {}
    for name in ("none", *policy_names()):
        options = () if name == "none" else ("--policy", name)
        assert call("run", "clip.wav", "--article", "both.txt", "-o", name, *options).code == 0
        made[name] = {f.name: f.read_bytes() for f in Path(name).iterdir() if f.suffix in {".vtt", ".srt", ".txt"}}
        made[name]["page"] = Path(f"{name}/clip.html").read_bytes()
    assert len(made["none"]) == 4 and b"um," in made["none"]["clip.vtt"]
    assert all(made[name] == made["none"] for name in policy_names())


def test_a_record_is_held_against_another_policy_without_hearing(call, desk, wav, asked: list[CaptionOptions]) -> None:
    """Another house could not judge the same record, or would get the first one's rulings."""
    wav("clip.wav")
    page = Path("both.txt").read_bytes()
    call("run", "clip.wav", "--article", "both.txt", "-o", "out", "--policy", "ap")
    path = Path("out/clip.captionkit.json")
    record = record_from_json(path.read_text(), path)
    assert record.article
    known = replace(record, article=replace(record.article, sha256=hashlib.sha256(page).hexdigest()))
    path.write_text(record_to_json(known))
    assert "breaks the policy of AP" in call("diff", path, "both.txt").out
    other = call("diff", path, "both.txt", "--policy", "guardian", "--fail-on", "policy")
    assert other.code == 0 and "AP" not in other.out and "allowed by the policy of The Guardian" in other.out
    assert len(asked) == 1


@pytest.fixture
def captioned(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch whose clips were captioned before: `filler` and `same`, each with a record in OUT."""

    def caption_library(plan: object, options: library.BatchOptions, weights: object, tell: object) -> tuple[Row, ...]:
        rows = []
        for name in ("filler", "same"):
            record, policy = record_of(f"{name}.txt"), options.clip.policy
            if policy:
                record = replace(record, findings=with_policy(record.findings, policy, "en"), policy=policy)
            options.writing.folder.mkdir(exist_ok=True)
            (options.writing.folder / f"{name}.captionkit.json").write_text(record_to_json(record))
            rows.append(Row(name, f"{name}.wav", f"{name}.txt", "done", record=f"{name}.captionkit.json"))
        if Path("bad.wav").exists():
            rows.append(Row("bad", "bad.wav", None, "failed", "there is no sound in it"))
        return tuple(rows)

    monkeypatch.setattr(library, "caption_library", caption_library)
    monkeypatch.setattr(library, "weights_for", lambda options: Weights("fake", Path(), "w" * 64))
    Path("a.txt").unlink()


@pytest.mark.parametrize(
    ("options", "code", "failing"),
    [
        ("--policy ap --fail-on policy", 1, ["filler.wav"]),
        ("--policy guardian --fail-on policy", 0, []),
        ("--policy ap", 0, []),
        ("--fail-on tidied", 1, ["filler.wav"]),
        ("--policy ap --fail-on policy,verbatim", 1, ["filler.wav", "same.wav"]),
        ("--fail-on altered,not_found", 0, []),
    ],
)
def test_a_library_has_the_gate(call, desk, captioned, options: str, code: int, failing: list[str]) -> None:
    """One forbidden quote among a thousand clips would go out."""
    Path("clips").mkdir()
    called = call("batch", "clips", "-o", "out", *options.split())
    assert (called.code, [line for line in called.out.splitlines() if line.startswith("--fail-on")]) == (
        code,
        [f"--fail-on: {clip}" for clip in failing],
    )


def test_a_failed_clip_weighs_more_than_the_gate(call, desk, captioned) -> None:
    """A script that mends what the gate stops would not hear of the clip that was not looked at."""
    Path("clips").mkdir()
    Path("bad.wav").touch()
    called = call("batch", "clips", "-o", "out", "--policy", "ap", "--fail-on", "policy")
    assert called.code == 4 and "--fail-on: filler.wav" in called.out
