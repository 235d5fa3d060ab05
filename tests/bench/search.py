"""Search and index over made-up records. Usage: python tests/bench/search.py [COUNTS]."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tables import markdown_table

from captionkit.library.index import ROWS_A_RECORD, Index, open_index
from captionkit.library.index_page import write_index_page
from captionkit.library.search import SearchOptions, find_quotation, search
from captionkit.model import Clip, Record, Speaker, Transcript, Word
from captionkit.record import record_to_json

COUNTS = (1_000, 3_000, 10_000)
WORDS_A_CLIP = 300
WORDS_KNOWN = 20_000
ROUNDS = 7
LETTERS = "abcdefghijklmnoprstuvwy"
_DICE = random.Random(1)
VOCABULARY = ("the", *("".join(_DICE.choices(LETTERS, k=_DICE.randint(3, 9))) for _ in range(WORDS_KNOWN)))
WEIGHTS = [1 / (rank + 2) for rank in range(len(VOCABULARY))]
ANY = SearchOptions()
COMMAND = (sys.executable, "-m", "captionkit.cli.main", "search")


def made_up(number: int) -> Record:
    """A clip of two minutes and four turns, its words as common as words are (Zipf)."""
    texts = random.Random(number).choices(VOCABULARY, WEIGHTS, k=WORDS_A_CLIP)
    words = tuple(
        Word(text + ("." if i % 14 == 13 else ""), i * 400, i * 400 + 380, 0.9, f"s{1 + i // 75 % 2}")
        for i, text in enumerate(texts)
    )
    speakers = (Speaker("s1"), Speaker("s2", f"Ana {VOCABULARY[number % 500 + 100].capitalize()}"))
    files = ((f"clip{number}.html", "0" * 64),)
    return Record(Clip(f"clip{number}.mp4", "0" * 64, 120_000), Transcript("en", words), speakers, files=files)


def make_library(out: Path, count: int) -> None:
    """Write `count` records into folders of a hundred."""
    for number in range(count):
        folder = out / f"{number // 100:03}"
        folder.mkdir(exist_ok=True)
        text = record_to_json(made_up(number))
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


def command(out: Path) -> None:
    subprocess.run([*COMMAND, out, "the"], check=True, stdout=subprocess.DEVNULL)


def measured(out: Path, count: int) -> dict[str, str]:
    """What is measured of one library, by name."""
    make_library(out, count)
    built = timed(lambda: opened(out))
    with open_index(out) as index:
        told = {
            "index made, s": f"{built:.1f}",
            "the same for each record, ms": f"{1000 * built / count:.1f}",
            "library.sqlite, MB": f"{(out / 'library.sqlite').stat().st_size / 1e6:.0f}",
            **queries(index),
        }
    told["look for changed records, ms"] = median_ms(lambda: opened(out))
    told["`captionkit search`, the whole command, ms"] = median_ms(lambda: command(out))
    told["index.html written, s"] = f"{timed(lambda: write_index_page(out, ())):.1f}"
    return told


def queries(index: Index) -> dict[str, str]:
    """Medians, warm. Of the made-up words, the three commonest are found in a tenth to all of the passages."""
    first = "SELECT said FROM search_text WHERE rowid >= ? LIMIT 1"
    said = index.connection.execute(first, (50 * ROWS_A_RECORD,)).fetchone()[0].split(" ")
    common = f"the {VOCABULARY[1]} {VOCABULARY[2]}"
    changed = " ".join((*said[:5], "notwithstanding", *said[6:12]))
    ask = {
        "a rare word": (max(said, key=len), ANY),
        "a phrase": (f'"{" ".join(said[:3])}"', ANY),
        "prefix of three letters": (f"{said[5][:3]}*", ANY),
        "prefix of one letter": ("t*", ANY),
        "the commonest word": ("the", ANY),
        "the same by a speaker": ("the", SearchOptions(speaker="ana")),
        "the same on a day without records": ("the", SearchOptions(until="2001-01-01")),
        "the three commonest words": (common, ANY),
        "the same as a phrase": (f'"{common}"', ANY),
    }
    trace = {
        "--quote, 12 words as said": " ".join(said[:12]),
        "--quote, one of them another": changed,
        "--quote, 12 words nobody said": " ".join(VOCABULARY[500:7700:600]),
        "--quote, the commonest words": common,
    }
    return {
        **{f"{name}, ms": median_ms(partial(search, index, *given)) for name, given in ask.items()},
        **{f"{name}, ms": median_ms(partial(find_quotation, index, text, 5)) for name, text in trace.items()},
    }


def main() -> None:
    """One column a library."""
    columns = []
    counts = tuple(map(int, sys.argv[1:])) or COUNTS
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            columns.append(measured(Path(folder), count))
    rows = [[name, *(column[name] for column in columns)] for name in columns[0]]
    print(markdown_table(("records", *(f"{count:,}" for count in counts)), rows))


if __name__ == "__main__":
    main()
