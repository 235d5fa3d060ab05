"""Search and index over made-up records. Usage: python tests/bench/search.py [COUNTS]."""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tables import markdown_table

from captionkit.library.index import open_index
from captionkit.library.overview import write_overview
from captionkit.library.search import SearchOptions, find_quotation, search
from captionkit.model import Clip, Record, Speaker, Transcript, Word
from captionkit.record import record_to_json

COUNTS = (1_000, 2_000, 5_000, 10_000)
WORDS_A_CLIP = 300
VOCABULARY = 20_000
ROUNDS = 7
LETTERS = "abcdefghijklmnoprstuvwy"
HEAD = (
    *("records", "index, s", "ms a record", "MB", "a word, ms", "phrase", "prefix*", "“the”", "“the” by a speaker"),
    *("--quote", "look for changes", "index.html, s"),
)


def made_up(number: int, vocabulary: list[str], weights: list[float]) -> Record:
    """A clip of two minutes and four turns, its words as common as words are (Zipf)."""
    texts = random.Random(number).choices(vocabulary, weights, k=WORDS_A_CLIP)
    words = tuple(
        Word(text + ("." if i % 14 == 13 else ""), i * 400, i * 400 + 380, 0.9, f"s{1 + i // 75 % 2}")
        for i, text in enumerate(texts)
    )
    speakers = (Speaker("s1"), Speaker("s2", f"Ana {vocabulary[number % 500 + 100].capitalize()}"))
    files = ((f"clip{number}.html", "0" * 64),)
    return Record(Clip(f"clip{number}.mp4", "0" * 64, 120_000), Transcript("en", words), speakers, files=files)


def make_library(out: Path, count: int) -> None:
    """Write `count` records into folders of a hundred."""
    dice = random.Random(1)
    vocabulary = ["the", *("".join(dice.choices(LETTERS, k=dice.randint(3, 9))) for _ in range(VOCABULARY))]
    weights = [1 / (rank + 2) for rank in range(len(vocabulary))]
    for number in range(count):
        folder = out / f"{number // 100:03}"
        folder.mkdir(exist_ok=True)
        text = record_to_json(made_up(number, vocabulary, weights))
        (folder / f"clip{number}.captionkit.json").write_text(text, encoding="utf-8")


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median_ms(work: Callable[[], object]) -> str:
    work()
    return f"{1000 * statistics.median(timed(work) for _ in range(ROUNDS)):.1f}"


def opened(out: Path) -> None:
    with open_index(out):
        pass


def measured(out: Path, count: int) -> list[str]:
    """One row of the table."""
    make_library(out, count)
    built = timed(lambda: opened(out))
    with open_index(out) as index:
        said = index.connection.execute("SELECT said FROM search_text WHERE rowid = 50").fetchone()[0].split(" ")
        rare, common = SearchOptions(), SearchOptions(speaker="ana")
        times = [
            median_ms(lambda: search(index, max(said, key=len), rare)),
            median_ms(lambda: search(index, f'"{" ".join(said[:3])}"', rare)),
            median_ms(lambda: search(index, said[5][:3] + "*", rare)),
            median_ms(lambda: search(index, "the", rare)),
            median_ms(lambda: search(index, "the", common)),
            median_ms(lambda: find_quotation(index, " ".join(said[:12]), 5)),
        ]
    again, page = median_ms(lambda: opened(out)), timed(lambda: write_overview(out, ()))
    size = (out / "library.sqlite").stat().st_size / 1e6
    return [f"{count:,}", f"{built:.1f}", f"{1000 * built / count:.2f}", f"{size:.0f}", *times, again, f"{page:.1f}"]


def main() -> None:
    """One row a library."""
    rows = []
    for count in tuple(map(int, sys.argv[1:])) or COUNTS:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measured(Path(folder), count))
    print(markdown_table(HEAD, rows))


if __name__ == "__main__":
    main()
