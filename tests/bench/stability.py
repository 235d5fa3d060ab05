"""How far verdicts hold where nothing changes that a listener hears: on other instruction sets, and on the sound
changed in six inaudible ways.

    python tests/bench/stability.py [--variants NAME...] [--keep FOLDER] [--score SCRIPT.py] FOLDER...

Every recording of the folders (`recordings.py`) goes through `captionkit run` once a variant: the clip as it is on each
instruction set that this processor has (`processors.py`), and the changes of `sound_changes.py` on the processor's own.
A recording without an article gets one that prints its words, sentence by sentence; each is right where it comes out
`verbatim`, `tidied` or `elided`.

`--keep` keeps hearings and records: those of an unchanged captionkit are read again, so that a second look costs
nothing. `--score` names a script with a function `score(record, folder)` that returns a mapping with `wer`,
`names_right` and `speaker_misnamed`, and whatever it finds wrong; without one the word error rate is `words.py`'s.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from html import escape
from pathlib import Path
from typing import Any

from processors import ISA_VARIABLE, instruction_sets
from recordings import GoldPart, Recording, recordings_in, runs
from sound_changes import CHANGES, write_changed
from tables import markdown_table
from words import word_errors

import captionkit
from captionkit.cache import CACHE_VARIABLE, cache_folder
from captionkit.speech.weights.find import WeightsOptions, find_weights

RUN = Path(__file__).with_name("run_with_distances.py")
UNALTERED = frozenset({"verbatim", "tidied", "elided"})
ACCUSED = frozenset({"altered", "not_found"})
SAME_TEXT = 0.95
"""How alike, by difflib's ratio, a quote part found on the page and one of the gold are that are the same."""
MOST_WRONG = 2
"""A part may be wrong in so many variants and still count as held."""
SHOWN_CHARACTERS = 44
NO_SPEECH = 3
LETTERS = {"verbatim": "v", "tidied": "t", "elided": "e", "uncertain": "u", "altered": "A", "not_found": "N"}
"""How verdicts are shown in a table; `-` where the page's quote was not found."""

Score = Callable[[Any, Path], tuple[Mapping[str, float], Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Variant:
    """An instruction set, None for the processor's own, and a change of the sound, None for the clip as it is."""

    isa: str | None = None
    change: str | None = None


VARIANTS: Mapping[str, Variant] = {
    **{name: Variant(isa=name) for name in instruction_sets()},
    **{name: Variant(change=name) for name in CHANGES},
}


@dataclass(frozen=True, slots=True)
class Bench:
    """Where runs are kept, how `captionkit run` is called, and what scores a record."""

    folder: Path
    arguments: tuple[str, ...]
    score: Score | None


@dataclass(frozen=True, slots=True)
class Measures:
    """What a record is worth beside its verdicts; None where nothing says."""

    wer: float | None
    names_right: float | None = None
    misnamed: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A piece of evidence of one variant, and the shift in nats that changes what it supports."""

    margin_nats: float
    expected_nats: float
    supports: str
    distance_nats: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A part in one variant: its verdict, the shift that changes it, and its evidence by wording."""

    verdict: str
    distance_nats: float | None
    questions: Mapping[str, Question]


@dataclass(frozen=True, slots=True)
class Result:
    """One recording in one variant; a part that was not found on the page has no entry."""

    parts: Mapping[GoldPart, Judged]
    measures: Measures


Results = Mapping[str, Result]


def main() -> None:
    """Run everything, print a table a recording and what it comes to."""
    options = _options()
    recordings = recordings_in(options.folders)
    with tempfile.TemporaryDirectory(prefix="captionkit-stability-") as fresh:
        bench = Bench(options.keep or Path(fresh), _arguments(options), _score_of(options.score))
        find_weights(options.model, WeightsOptions(offline=True))
        tables = {recording.name: _results(recording, options, bench) for recording in recordings}
    for recording in recordings:
        print(f"## {recording.name}\n\n{_parts_table(tables[recording.name])}\n")
        if questions := _questions_table(tables[recording.name]):
            print(f"{questions}\n")
        print(f"{_measures_table(tables[recording.name])}\n")
    print(_summary(list(tables.values())))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--model", default="base")
    parser.add_argument("--compute-type", help="handed on to `captionkit run`, where it has that option")
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--keep", type=Path, help="a folder where hearings and records stay")
    parser.add_argument("--score", type=Path, help="a script that scores a record against a segment")
    parser.add_argument("--jobs", type=int, default=1, help="how many runs at a time")
    return parser.parse_args()


def _arguments(options: argparse.Namespace) -> tuple[str, ...]:
    precision = ("--compute-type", options.compute_type) if options.compute_type else ()
    return ("--model", options.model, "--device", "cpu", "--offline", *precision)


def _score_of(script: Path | None) -> Score | None:
    if script is None:
        return None
    spec = importlib.util.spec_from_file_location(script.stem, script)
    if spec is None or spec.loader is None:
        sys.exit(f"{script} is no Python script.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.score  # type: ignore[no-any-return]


def _results(recording: Recording, options: argparse.Namespace, bench: Bench) -> Results:
    parts = recording.parts or tuple(GoldPart(" ".join(run)) for run in runs(recording.words))

    def result(name: str) -> Result:
        print(f"{recording.name}: {name}", file=sys.stderr)
        record, distances = _run(recording, VARIANTS[name], bench)
        return Result(_judged(parts, record, distances), _measures(record, recording, bench.score))

    with ThreadPoolExecutor(options.jobs) as pool:
        return dict(zip(options.variants, pool.map(result, options.variants)))


def _run(recording: Recording, variant: Variant, bench: Bench) -> tuple[Any, Any]:
    """The record and the distances of one run, from an earlier one where nothing has changed since."""
    media = recording.media
    if variant.change:
        media = write_changed(media, variant.change, bench.folder / "sound" / recording.name)
    settings = "-".join(argument.strip("-") for argument in bench.arguments)
    folder = bench.folder / _fingerprint() / settings / f"{variant.isa or 'own'}-{variant.change}" / recording.name
    record, distances = folder / f"{media.stem}.captionkit.json", folder / "distances.json"
    if not (record.exists() and distances.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        article = recording.article or _article_of(recording, folder)
        arguments = [distances, "run", media, "--article", article, *bench.arguments, "--force", "-o", folder]
        forced = {ISA_VARIABLE: variant.isa} if variant.isa else {}
        cache = _cache(bench.folder / "cache" / settings / (variant.isa or "own"))
        _call([sys.executable, str(RUN), *map(str, arguments)], {CACHE_VARIABLE: str(cache), **forced})
    return json.loads(record.read_text("utf-8")), json.loads(distances.read_text("utf-8"))


def _call(command: Sequence[str], environment: Mapping[str, str]) -> None:
    inherited = {name: value for name, value in os.environ.items() if name != ISA_VARIABLE}
    done = subprocess.run(command, env={**inherited, **environment}, capture_output=True, text=True)
    if done.returncode not in (0, NO_SPEECH):
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr}")


def _cache(folder: Path) -> Path:
    """A cache of its own for what an instruction set heard, with the weights that all share."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "weights").exists():
        (folder / "weights").symlink_to((cache_folder() / "weights").resolve(), target_is_directory=True)
    return folder.resolve()


def _fingerprint() -> str:
    """What captionkit's code and data come to: records of another are not read again."""
    root = Path(captionkit.__file__).parent
    files = sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    whole = hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files))
    return whole.hexdigest()[:12]


def _article_of(recording: Recording, folder: Path) -> Path:
    """A page that prints every sentence of a recording as a quote of its own."""
    page = folder / "printed.html"
    quotes = "".join(f"<p>“{escape(' '.join(run))}” the speaker said.</p>" for run in runs(recording.words))
    page.write_text(f"<article><h1>A recording</h1><p>It was played.</p>{quotes}</article>", encoding="utf-8")
    return page


def _judged(parts: Sequence[GoldPart], record: Any, distances: Any) -> dict[GoldPart, Judged]:
    """The record's parts by the gold part that each is, as far as they are alike."""
    found = [part for quote in record["quotes"] for part in quote["parts"]]
    judged: dict[GoldPart, Judged] = {}
    left = list(range(len(found)))
    for gold in parts:
        key = _squashed(gold.text)
        alike = [(SequenceMatcher(None, key, _squashed(found[k]["text"])).ratio(), -k) for k in left]
        ratio, place = max(alike, default=(0.0, 0))
        if ratio >= SAME_TEXT:
            left.remove(-place)
            judged[gold] = _judged_part(found[-place], distances[-place])
    return judged


def _squashed(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.replace("’", "'").casefold()))


def _judged_part(part: Any, distance: Any) -> Judged:
    questions = {
        f"{e['published'] or '∅'} / {e['heard'] or '∅'}": Question(
            e["margin_nats"], e.get("expected_nats", 0.0), e["supports"], found["nats"]
        )
        for e, found in zip(part.get("evidence", ()), distance["evidence"])
    }
    return Judged(part["verdict"], distance["nats"], questions)


def _measures(record: Any, recording: Recording, score: Score | None) -> Measures:
    if score and recording.segment:
        found, _ = score(record, recording.segment)
        return Measures(found["wer"], found["names_right"], found["speaker_misnamed"])
    heard = " ".join(word["text"] for word in record["transcript"]["words"])
    return Measures(word_errors(" ".join(recording.words), heard, record["transcript"]["language"]).rate)


def _is_right(gold: GoldPart, judged: Judged | None) -> bool:
    if judged is None:
        return False
    return judged.verdict == gold.verdict if gold.verdict else judged.verdict in UNALTERED


def _parts_table(results: Results) -> str:
    rows = [
        (
            _cut(gold.text),
            gold.verdict or "unaltered",
            *(LETTERS[j.verdict] if j else "-" for j in by_variant),
            f"{sum(_is_right(gold, judged) for judged in by_variant)} of {len(by_variant)}",
            _nearest([j.distance_nats for j in by_variant if j]),
        )
        for gold, by_variant in _by_part(results)
    ]
    return markdown_table(("part", "gold", *results, "right", "nearest change, nats"), rows)


def _by_part(results: Results) -> Iterator[tuple[GoldPart, list[Judged | None]]]:
    golds = dict.fromkeys(gold for result in results.values() for gold in result.parts)
    yield from ((gold, [result.parts.get(gold) for result in results.values()]) for gold in golds)


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def _nearest(distances: Sequence[float | None]) -> str:
    near = min((d for d in distances if d is not None), key=abs, default=None)
    return "" if near is None else f"{near:+.2f}"


def _questions_table(results: Results) -> str:
    """Every question with what it came to in the variants that asked it; empty where none was asked."""
    rows = []
    for gold, by_variant in _by_part(results):
        asked: dict[str, list[Question]] = defaultdict(list)
        for judged in by_variant:
            for wording, question in (judged.questions if judged else {}).items():
                asked[wording].append(question)
        rows += [_question_row(gold, wording, questions) for wording, questions in asked.items()]
    head = ("part", "printed / heard", "asked in", "margin, nats", "spread", "expected", "supports", "nearest change")
    return markdown_table(head, rows) if rows else ""


def _question_row(gold: GoldPart, wording: str, questions: Sequence[Question]) -> tuple[str, ...]:
    margins = [q.margin_nats for q in questions]
    return (
        _cut(gold.text),
        _cut(wording),
        str(len(questions)),
        f"{min(margins):+.1f} to {max(margins):+.1f}",
        f"{statistics.stdev(margins):.2f}" if len(margins) > 1 else "",
        f"{statistics.fmean(q.expected_nats for q in questions):+.1f}",
        ", ".join(sorted({q.supports for q in questions})),
        _nearest([q.distance_nats for q in questions]),
    )


def _measures_table(results: Results) -> str:
    rows = [
        (
            field.name.replace("_", " "),
            *("–" if (v := getattr(r.measures, field.name)) is None else f"{v:.3f}" for r in results.values()),
        )
        for field in fields(Measures)
    ]
    return markdown_table(("measure", *results), rows)


def _summary(tables: Sequence[Results]) -> str:
    """The shares of all parts that are right everywhere, wrong in more than two, and judged wrong in the worst ways."""
    parts = [part for results in tables for part in _by_part(results)]
    right = [[_is_right(gold, judged) for judged in by_variant] for gold, by_variant in parts]
    verdicts = [(gold.verdict or "verbatim", {j.verdict for j in by_variant if j}) for gold, by_variant in parts]
    steady = sum(map(all, right))
    accused = sum(gold in UNALTERED and "altered" in found for gold, found in verdicts)
    unfound = sum(gold in UNALTERED and "not_found" in found for gold, found in verdicts)
    missed = sum(gold in ACCUSED and bool(found & UNALTERED) for gold, found in verdicts)
    return (
        f"{len(parts)} parts in {max(map(len, tables), default=0)} variants: {steady} "
        f"({100 * steady / max(1, len(parts)):.1f} %) right in all, "
        f"{sum(each.count(False) > MOST_WRONG for each in right)} wrong in more than {MOST_WRONG}; "
        f"unaltered ones `altered` in any: {accused}, `not_found` in any: {unfound}; altered ones passed in any: {missed}."
    )


if __name__ == "__main__":
    main()
