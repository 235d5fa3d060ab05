"""How surely an altered quote is found, against how often a true one is called altered.

    python tests/bench/calibrate.py [--model NAME] [--plot FILE.svg] FOLDER...

Every recording of the folders is heard. What was said is cut into runs of up to 20 words; each is "published" as it
is and with known changes (`changes.py`), matched against what the recogniser heard, and weighed against the sound. A
recording is a media file with its words in NAME.txt beside it (`talk.wav.txt`), or a folder with `clip.*`,
`gold.json` (its `words`) and `article.html`.

Recordings are put into two halves, by length and name alone: thresholds are chosen on `tune`, and `report` is what
they are then worth.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

from changes import Case, bare, cases
from tables import markdown_table
from words import word_errors

from captionkit.article import ArticleOptions, read_article
from captionkit.hearing.engine import load_engine
from captionkit.hearing.evidence import wording_margins
from captionkit.hearing.kept import keep, keep_answers, kept_path, read_answers, read_kept
from captionkit.hearing.listener import Listener
from captionkit.hearing.passages import Hearing
from captionkit.hearing.recognise import recognise
from captionkit.hearing.transcribe import transcribe
from captionkit.hearing.weights import WeightsOptions, find_weights
from captionkit.match import Heard, find_quotes, weighed
from captionkit.match.evidence import Thresholds, Weigh
from captionkit.media import MediaLimits, decode_clip
from captionkit.model import Finding, Margin, Part, Quote, Verdict, Word
from captionkit.sentence_spans import sentence_spans

LONGEST_RUN_WORDS = 20
SHORTEST_RUN_WORDS = 6
MOST_WORD_ERRORS = 0.5
"""A recording of which more is heard wrong is in another language than the model's."""
MEDIA = frozenset([".flac", ".m4a", ".mkv", ".mov", ".mp3", ".mp4", ".ogg", ".opus", ".wav", ".webm"])
SHIFTS = tuple(range(-8, 13))
"""Nats added to every threshold, for the curve."""
CALLED = frozenset({"altered", "not_found"})
HALVES = ("tune", "report")


@dataclass(frozen=True, slots=True)
class Recording:
    """A clip, the words that are said in it, and the names that its article would give."""

    name: str
    media: Path
    words: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with its verdict at each of `SHIFTS`, and what was asked of the sound."""

    half: str
    recording: str
    case: Case
    findings: tuple[Finding, ...]

    def verdict(self, shift: int = 0) -> Verdict:
        """The verdict with every threshold shifted by so many nats."""
        return self.findings[SHIFTS.index(shift)].verdict


def main() -> None:
    """Measure, print the tables, and draw the curve."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--model", default="base")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--wrong", action="store_true", help="print every case that is judged wrong")
    options = parser.parse_args()
    recordings = sorted(
        {r.name: r for folder in options.folders for r in _recordings(folder)}.values(), key=lambda r: r.name
    )
    judged = list(_judged(recordings, options.model))
    print(f"{options.model}: {_recordings_line(judged)}\n")
    for half in HALVES:
        print(f"{half} half\n\n{_table([j for j in judged if j.half == half])}\n")
    print(_curve_table(judged))
    if options.wrong:
        _print_wrong(judged)
    if options.plot:
        _draw(judged, options.plot)


def _recordings(folder: Path) -> Iterator[Recording]:
    gold = folder / "gold.json"
    if gold.exists():
        clip = next(path for path in sorted(folder.glob("clip.*")) if path.suffix in MEDIA)
        words = tuple(w["word"] for w in json.loads(gold.read_text("utf-8"))["words"])
        article = read_article(str(folder / "article.html"), ArticleOptions())
        yield Recording(folder.name, clip, words, article.names)
        return
    for media in sorted(path for path in folder.iterdir() if path.suffix in MEDIA):
        reference = media.with_name(f"{media.name}.txt")
        if reference.exists():
            text = reference.read_text("utf-8").replace("—", " ")
            said = tuple((text.lower() if text.isupper() else text).split())
            yield Recording(media.name, media, said, _names(said))


def _names(said: Sequence[str]) -> tuple[str, ...]:
    """Words with a capital inside, which no sentence gives them."""
    return tuple(dict.fromkeys(w.strip(".,;:") for w in said if any(c.isupper() for c in w[1:])))


def _halves(recordings: Sequence[Recording]) -> dict[str, str]:
    """Each recording's half: the longest first, to the half that has fewer words."""
    words = dict.fromkeys(HALVES, 0)
    halves = {}
    for recording in sorted(recordings, key=lambda r: (-len(r.words), r.name)):
        half = min(HALVES, key=lambda name: words[name])
        halves[recording.name] = half
        words[half] += len(recording.words)
    return halves


def _judged(recordings: Sequence[Recording], model: str) -> Iterator[Judged]:
    weights = find_weights(model, WeightsOptions(offline=True))
    engine = load_engine(weights, "cpu", os.cpu_count() or 1)
    vocabulary = sorted({bare(w) for r in recordings for w in r.words if bare(w)})
    halves = _halves(recordings)
    for recording in recordings:
        audio = decode_clip(recording.media, None, MediaLimits())
        place = kept_path(audio.sha256, audio.stream, weights.sha256, None)
        listener = Listener(audio.samples, lambda: engine, read_answers(place))
        hearing = read_kept(place) or recognise(listener, None, lambda done, whole: None)
        keep(place, hearing)
        if hearing.language != "en":
            continue
        transcript = transcribe(hearing, recording.names, listener)
        heard = Heard(transcript.words, transcript.language)
        if (word_errors(" ".join(recording.words), heard.text, "en").rate or 0) > MOST_WORD_ERRORS:
            continue

        weigh = partial(_margins, transcript.words, (hearing, listener))
        for run in _runs(recording.words):
            for case in cases(run, vocabulary):
                findings = tuple(_findings(case, heard, weigh, recording.names))
                yield Judged(halves[recording.name], recording.name, case, findings)
        keep_answers(place, listener.answers)


def _margins(
    words: tuple[Word, ...], sound: tuple[Hearing, Listener], place: tuple[int, int], wordings: Sequence[str]
) -> list[Margin] | None:
    return wording_margins(words, place, wordings, sound)


def _runs(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Sentences as runs of at most 20 words; a very short one goes with what follows."""
    text = " ".join(words)
    held: tuple[str, ...] = ()
    for start, end in sentence_spans(text):
        held += tuple(text[start:end].split())
        if len(held) < SHORTEST_RUN_WORDS:
            continue
        size = -(-len(held) // -(-len(held) // LONGEST_RUN_WORDS))
        yield from (held[at : at + size] for at in range(0, len(held), size))
        held = ()
    if held:
        yield held


def _findings(case: Case, heard: Heard, weigh: Weigh, names: tuple[str, ...]) -> Iterator[Finding]:
    quote = Quote("q1", "speech", (Part(" ".join(case.printed)),))
    found = find_quotes((quote,), heard, names)
    asked: dict[tuple[tuple[int, int], tuple[str, ...]], list[Margin] | None] = {}

    def once(place: tuple[int, int], wordings: Sequence[str]) -> list[Margin] | None:
        key = (place, tuple(wordings))
        if key not in asked:
            asked[key] = weigh(place, wordings)
        return asked[key]

    for shift in SHIFTS:
        yield weighed(found, heard, once, names, shifted(Thresholds(), shift))[0]


def shifted(limits: Thresholds, nats: float) -> Thresholds:
    """Thresholds with so many nats added to each pair."""
    pairs = {f.name: getattr(limits, f.name) for f in fields(limits)}
    moved = {k: tuple(v + nats for v in p) if isinstance(p, tuple) else p for k, p in pairs.items()}
    return Thresholds(**moved)


def _recordings_line(judged: Sequence[Judged]) -> str:
    names = {half: sorted({j.recording for j in judged if j.half == half}) for half in HALVES}
    return "; ".join(f"{half}: {', '.join(found)}" for half, found in names.items())


def _table(judged: Sequence[Judged]) -> str:
    kinds = list(dict.fromkeys(j.case.kind for j in judged if j.case.altered))
    kinds += [kind for kind in dict.fromkeys(j.case.kind for j in judged) if kind not in kinds]
    rows = [_row(kind, [j for j in judged if j.case.kind == kind]) for kind in kinds]
    rows.append(_row("all that is altered", [j for j in judged if j.case.altered]))
    rows.append(_row("all that is not", [j for j in judged if not j.case.altered]))
    return markdown_table(("made of what was said", "parts", "altered", "listen", "passed"), rows)


def _row(kind: str, judged: Sequence[Judged]) -> tuple[str, ...]:
    counts = Counter(_outcome(j.verdict()) for j in judged)
    whole = max(1, len(judged))
    shares = tuple(f"{100 * counts[o] / whole:.1f} %" for o in ("altered", "listen", "passed"))
    return (kind, str(len(judged)), *shares)


def _outcome(verdict: Verdict) -> str:
    if verdict in CALLED:
        return "altered"
    return "listen" if verdict == "uncertain" else "passed"


def _rates(judged: Iterable[Judged], shift: int) -> tuple[float, float]:
    """The share of altered parts called altered, and that of true ones."""
    called: dict[bool, list[bool]] = {True: [], False: []}
    for j in judged:
        called[j.case.altered].append(j.verdict(shift) in CALLED)
    return tuple(sum(c) / max(1, len(c)) for c in (called[True], called[False]))  # type: ignore[return-value]


def _curve_table(judged: Sequence[Judged]) -> str:
    rows = []
    for shift in SHIFTS[::2]:
        rates = [rate for half in HALVES for rate in _rates([j for j in judged if j.half == half], shift)]
        rows.append((f"{shift:+d}", *(f"{100 * rate:.1f} %" for rate in rates)))
    head = ("nats on every threshold", *(f"{half}: {what}" for half in HALVES for what in ("found", "false alarms")))
    return markdown_table(head, rows)


def _print_wrong(judged: Sequence[Judged]) -> None:
    for j in judged:
        if (_outcome(j.verdict()) == "altered") == j.case.altered:
            continue
        part = j.findings[SHIFTS.index(0)].parts[0]
        print(f"\n{j.half} {j.recording}, {j.case.kind}: {j.verdict()}\n  {part.part.text}\n  {part.heard}")
        for e in part.evidence:
            print(f"    {e.published!r} / {e.heard!r}: {e.margin_nats:+.1f}, {e.expected_nats:+.1f} expected: {e.supports}")


def _draw(judged: Sequence[Judged], path: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4.2))
    for half, style in zip(HALVES, ("--", "-"), strict=True):
        rates = [_rates([j for j in judged if j.half == half], shift) for shift in SHIFTS]
        axes.plot([100 * b for _, b in rates], [100 * a for a, _ in rates], style, marker=".", label=f"{half} half")
        found, alarms = rates[SHIFTS.index(0)]
        axes.plot([100 * alarms], [100 * found], "o", markersize=9, fillstyle="none", color="black")
    axes.set_xlabel("true parts called altered, %")
    axes.set_ylabel("altered parts called altered, %")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
