"""How surely an altered quote is found, against how often a true one is called altered.

    python tests/bench/calibrate.py [--variants NAME...] [--dump FILE.jsonl] [--plot FILE.svg] FOLDER...

Every recording of the folders whose words are known (`recordings.py`) is heard as it is, and in the variants of
`sound_changes.py`, which no listener tells apart: each is a new sample. What was said is cut into runs of up to 20
words. Each is "published" as it is, and with known changes (`changes.py`), and judged like a quote of an article.
Changes that alter what was said are made to the recording as it is alone: of these there are many.

Recordings are put into two halves, by length and name alone, all of one speaker into the same: thresholds are chosen
on `tune`, and `report` is what they are then worth. A recording is clean where the recogniser gets fewer than 5 in 100
words wrong, else hard. Intervals take every judged part for independent, which the variants of one part are not: how many
parts are wrong in any variant is told beside them.

Hearings and answers are kept (`CAPTIONKIT_CACHE`). `--dump` writes everything that was asked and answered, a line of
JSON for each judged part.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from changes import Case, bare, cases
from intervals import shown_share
from judging import (
    OUTCOMES,
    JudgedText,
    Reading,
    Recogniser,
    finding_as_json,
    hear,
    outcome,
    outcome_counts,
    probabilities,
)
from recordings import Recording, recordings_in, runs
from sound_changes import CHANGES, write_changed
from tables import markdown_table
from words import word_errors

MOST_WORD_ERRORS = 0.5
"""A recording of which more is heard wrong is in another language than the model's."""
CLEAN_WORD_ERRORS = 0.05
AS_IT_IS = "as it is"
HALVES = ("tune", "report")
_NAMED_AFTER = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Sample:
    """A recording in one variant, and where it counts."""

    recording: str
    variant: str
    half: str
    clean: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A case of a sample with what was found."""

    sample: Sample
    case: Case
    found: JudgedText

    @property
    def outcome(self) -> str:
        """Which of `OUTCOMES` its verdict is."""
        return outcome(self.found.weighed.verdict)


def main() -> None:
    """Measure and print the tables."""
    options = _options()
    recordings = recordings_in(options.folders)
    judged: list[Judged] = []
    lines: list[str] = []
    for found, line in _judged(recordings, options):
        judged.append(found)
        lines.append(line)
    if options.dump:
        options.dump.write_text("".join(lines), encoding="utf-8")
    print(f"{options.model}: {_halves_line(judged)}\n\nShares in percent with their 95 % intervals (Wilson).\n")
    print(_figure_table(judged))
    for half in HALVES:
        print(f"\n{half} half\n\n{_kinds_table([j for j in judged if j.sample.half == half])}")
    if options.wrong:
        _print_wrong(judged)
    if options.plot:
        _draw([j for j in judged if j.sample.half == HALVES[-1]], options.plot)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--model", default="base")
    parser.add_argument("--variants", nargs="*", choices=CHANGES, default=list(CHANGES))
    parser.add_argument("--dump", type=Path, help="a file for everything asked and answered")
    parser.add_argument("--plot", type=Path, help="draw the held-out half into this file")
    parser.add_argument("--wrong", action="store_true", help="print every part that is judged wrong or left open")
    return parser.parse_args()


def halves(recordings: Sequence[Recording]) -> dict[str, str]:
    """Each recording's half: the speakers with most words first, to the half that has fewer."""
    words = dict.fromkeys(HALVES, 0)
    found = {}
    for speaker in sorted(_speakers(recordings), key=lambda s: (-sum(len(r.words) for r in s), s[0].name)):
        half = min(HALVES, key=lambda name: words[name])
        words[half] += sum(len(r.words) for r in speaker)
        found |= {recording.name: half for recording in speaker}
    return found


def _speakers(recordings: Sequence[Recording]) -> list[list[Recording]]:
    """Recordings that may be of one speaker: their names begin with the same letters, or their words are the same."""
    groups: list[list[Recording]] = []
    for recording in recordings:
        near = [group for group in groups if any(_may_be_one(recording, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([recording, *(other for group in near for other in group)])
    return groups


def _may_be_one(one: Recording, other: Recording) -> bool:
    names = [_NAMED_AFTER.match(recording.name) for recording in (one, other)]
    said = [[bare(word) for word in recording.words] for recording in (one, other)]
    return said[0] == said[1] or bool(names[0] and names[1] and names[0][0] == names[1][0])


def _judged(recordings: Sequence[Recording], options: argparse.Namespace) -> Iterator[tuple[Judged, str]]:
    recogniser, half = Recogniser(options.model), halves(recordings)
    vocabulary = sorted({bare(w) for r in recordings for w in r.words if bare(w)})
    with tempfile.TemporaryDirectory(prefix="captionkit-calibrate-") as folder:
        for recording in recordings:
            clean: bool | None = None
            for variant in (AS_IT_IS, *options.variants):
                print(f"{recording.name}: {variant}", file=sys.stderr)
                media = recording.media
                if variant != AS_IT_IS:
                    media = write_changed(media, variant, Path(folder) / recording.name)
                clip = hear(media, recogniser)
                reading = clip.read(recording.names)
                wrong = word_errors(" ".join(recording.words), reading.heard.text, "en").rate or 0.0
                if reading.heard.code != "en" or wrong > MOST_WORD_ERRORS:
                    break
                clean = wrong < CLEAN_WORD_ERRORS if clean is None else clean
                sample = Sample(recording.name, variant, half[recording.name], clean)
                yield from _cases(sample, reading, recording.words, vocabulary)
                clip.keep_answers()


def _cases(
    sample: Sample, reading: Reading, words: tuple[str, ...], vocabulary: Sequence[str]
) -> Iterator[tuple[Judged, str]]:
    for run in runs(words):
        for case in cases(run, vocabulary):
            if case.altered and sample.variant != AS_IT_IS:
                continue
            judged = Judged(sample, case, reading.judge(" ".join(case.printed)))
            yield judged, _line(judged, reading)


def _line(judged: Judged, reading: Reading) -> str:
    sample, case = judged.sample, judged.case
    found = {
        **{"half": sample.half, "recording": sample.recording, "variant": sample.variant, "clean": sample.clean},
        **{"kind": case.kind, "altered": case.altered, "said": " ".join(case.said)},
        **finding_as_json(judged.found),
        "probabilities": probabilities(judged.found, reading),
    }
    return json.dumps(found, ensure_ascii=False) + "\n"


def _halves_line(judged: Sequence[Judged]) -> str:
    names = {half: sorted({j.sample.recording for j in judged if j.sample.half == half}) for half in HALVES}
    return "; ".join(f"{half}: {', '.join(found)}" for half, found in names.items())


def _figure_table(judged: Sequence[Judged]) -> str:
    """Both directions at once: what is found, what is accused wrongly, and how much is left to listen to."""
    rows = []
    for half in HALVES:
        for name, clean in (("all", {True, False}), ("clean", {True}), ("hard", {False})):
            chosen = [j for j in judged if j.sample.half == half and j.sample.clean in clean]
            altered = [j for j in chosen if j.case.altered]
            true = [j for j in chosen if not j.case.altered]
            rows.append((f"{half}, {name}", *_shares(altered), *_shares(true), _in_any_variant(true)))
    head = (
        *("half, recordings", "altered parts", *(f"of these {o}" for o in OUTCOMES[::-1])),
        *("unaltered parts", *(f"of these {o}" for o in OUTCOMES)),
        "unaltered in any variant: altered, listen",
    )
    return markdown_table(head, rows)


def _shares(judged: Sequence[Judged]) -> tuple[str, ...]:
    """How many parts, and the shares of the outcomes, the right one first."""
    counts = outcome_counts([j.found.weighed.verdict for j in judged])
    order = OUTCOMES[::-1] if judged and judged[0].case.altered else OUTCOMES
    return (str(len(judged)), *(shown_share(counts[o], len(judged)) for o in order))


def _in_any_variant(judged: Sequence[Judged]) -> str:
    """Of the parts, each counted once, how many are called altered in any variant, and how many are left open."""
    parts = {(j.sample.recording, j.case) for j in judged}
    altered, listen = (
        {(j.sample.recording, j.case) for j in judged if j.outcome == name} for name in ("altered", "listen")
    )
    return f"{len(altered)}, {len(listen)} of {len(parts)}"


def _kinds_table(judged: Sequence[Judged]) -> str:
    kinds = sorted({(not j.case.altered, j.case.kind) for j in judged})
    rows = [(kind, *_in_order([j for j in judged if j.case.kind == kind])) for _, kind in kinds]
    return markdown_table(("made of what was said", "parts", *OUTCOMES[::-1]), rows)


def _in_order(judged: Sequence[Judged]) -> tuple[str, ...]:
    counts = outcome_counts([j.found.weighed.verdict for j in judged])
    return (str(len(judged)), *(shown_share(counts[o], len(judged)) for o in OUTCOMES[::-1]))


def _print_wrong(judged: Sequence[Judged]) -> None:
    for j in judged:
        if j.outcome == ("altered" if j.case.altered else "passed"):
            continue
        part = j.found.weighed
        print(f"\n{j.sample.half} {j.sample.recording}, {j.sample.variant}, {j.case.kind}: {part.verdict}")
        print(f"  {part.part.text}\n  {part.heard}")
        for e in part.evidence:
            print(f"    {e.published!r} / {e.heard!r}: {e.margin_nats:+.1f}, {e.expected_nats:+.1f} expected: {e.supports}")


def _draw(judged: Sequence[Judged], path: Path) -> None:
    """A bar for altered and for unaltered parts of clean and of hard recordings, by outcome."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 2.8))
    bars = {
        f"{'altered' if altered else 'unaltered'}, {'clean' if clean else 'hard'}": [
            j.found.weighed.verdict for j in judged if j.case.altered == altered and j.sample.clean == clean
        ]
        for altered in (True, False)
        for clean in (True, False)
    }
    left = [0.0] * len(bars)
    for name, colour in zip(OUTCOMES[::-1], ("tab:red", "tab:orange", "tab:green"), strict=True):
        widths = [100 * outcome_counts(verdicts)[name] / max(1, len(verdicts)) for verdicts in bars.values()]
        axes.barh(list(bars), widths, left=left, color=colour, label=name)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.invert_yaxis()
    axes.set_xlabel("of the parts, %")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.2), ncols=len(OUTCOMES))
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
