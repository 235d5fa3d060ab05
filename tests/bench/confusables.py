"""How surely words that change a meaning are told from those that sound like them: fifteen and fifty, can and can't.

    python tests/bench/confusables.py [--rounds N] [--dump FILE.jsonl] [--recorded FOLDER...]

Sentences of news are spoken by speech synthesis, in both directions of every pair (`confusable_words.py`), in clean
sound, over a telephone and in noise (`synthetic_speech.py`); with `--recorded`, every such word that people really said
in recordings whose words are known (`recordings.py`) is taken too. Each is "printed" once as it was said and once as its
counterpart, and judged like a quote of an article. The first is right as `passed`, the second as `altered`; `listen`
(`uncertain`) is no harm and no help. What counts is what is said of the word itself; what else was misheard in the
sentence is in the last table alone.

Each clip is heard once and kept (`CAPTIONKIT_CACHE`). `--dump` writes everything that was asked and answered, a line of
JSON for each printed sentence.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confusable_words import Spoken, exchanged, spoken_sentences
from intervals import shown_share
from judging import (
    OUTCOMES,
    HeardClip,
    JudgedText,
    Reading,
    Recogniser,
    finding_as_json,
    hear,
    outcome_counts,
    probabilities,
)
from recordings import recordings_in, runs
from synthetic_speech import CONDITIONS, VOICES, speak
from tables import markdown_table
from words import word_errors

from captionkit.match.tokens import tokens
from captionkit.model import VERDICTS, PartFinding, Verdict

RECORDED = "recorded"
NEXT_VOICE = 3
"""How many voices on a sentence is spoken in each further round, and by a condition one on."""
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)$")


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence that was spoken, printed both ways and judged, and what the recogniser took the word for.

    `source` is the voice, or `RECORDED`; `condition` one of `CONDITIONS`, or the recording's name.
    """

    spoken: Spoken
    source: str
    condition: str
    as_said: JudgedText
    as_counterpart: JudgedText
    heard_as: str

    @property
    def word_as_said(self) -> Verdict:
        """What is said of the word where it is printed as it was said."""
        said, counterpart = _forms_apart(self.spoken)
        return _word_verdict(self.as_said.weighed, self.spoken.said_word, said, counterpart)

    @property
    def word_as_counterpart(self) -> Verdict:
        """What is said of its counterpart where that is printed."""
        said, counterpart = _forms_apart(self.spoken)
        return _word_verdict(self.as_counterpart.weighed, self.spoken.counterpart, counterpart, said)


def _forms_apart(spoken: Spoken) -> tuple[frozenset[str], frozenset[str]]:
    """The comparable words that only the sentence as it was said has, and those that only its counterpart has."""
    said, counterpart = (Counter(_forms(t)) for t in (spoken.printed_said, spoken.printed_counterpart))
    return frozenset(said - counterpart), frozenset(counterpart - said)


def _forms(text: str) -> list[str]:
    """Comparable words, those of a date (`#7th`) like the number that is heard in its place (`#7`)."""
    return [_ORDINAL.sub("", token.form) for token in tokens(text, "en")]


def _word_verdict(part: PartFinding, word: str, printed: frozenset[str], other: frozenset[str]) -> Verdict:
    """The worst that is said of the printed word, or where the other one was heard."""
    whole = frozenset(_forms(word))
    if part.verdict == "not_found":
        return "not_found"
    pairs: list[tuple[str, str, Verdict]] = [(e.published, e.heard, e.severity) for e in part.edits]
    pairs += [(e.published, e.heard, "uncertain") for e in part.evidence if e.doubt and part.verdict == "uncertain"]
    found = [
        severity
        for published, heard, severity in pairs
        if whole <= {*_forms(published)} or printed & {*_forms(published)} or other & {*_forms(heard)}
    ]
    return max(found, key=VERDICTS.index, default="verbatim")


def main() -> None:
    """Speak, hear, judge, and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--model", default="base")
    parser.add_argument("--rounds", type=int, default=2, help="how often each sentence is spoken, by another voice each time")
    parser.add_argument("--recorded", nargs="+", type=Path, default=[], metavar="FOLDER")
    parser.add_argument("--dump", type=Path, help="a file for everything asked and answered")
    options = parser.parse_args()
    recogniser = Recogniser(options.model)
    lines: list[str] = []
    items: list[Item] = []
    for item, line in (*_synthetic(options.rounds, recogniser), *_recorded(options.recorded, recogniser)):
        items.append(item)
        lines += line
    if options.dump:
        options.dump.write_text("".join(lines), encoding="utf-8")
    print(f"{options.model}, {len(items)} sentences; shares in percent with their 95 % intervals (Wilson)\n")
    for title, key in (
        ("kind and direction", lambda i: f"{i.spoken.kind}: {i.spoken.direction}"),
        ("what the recogniser heard", lambda i: i.heard_as),
        ("condition", lambda i: i.condition if i.condition in CONDITIONS else RECORDED),
        ("source", lambda i: i.source),
        ("all", lambda i: "all"),
    ):
        print(f"{_table(title, items, key)}\n")
    print(_whole_table(items))


def _synthetic(rounds: int, recogniser: Recogniser) -> Iterator[tuple[Item, list[str]]]:
    """Every sentence, the two directions of a pair in clips of their own, so that an article names only one of them."""
    with tempfile.TemporaryDirectory(prefix="captionkit-confusables-") as folder:
        for number in range(rounds):
            for forward in (True, False):
                sentences = list(spoken_sentences(forward))
                for at, voice in enumerate(VOICES):
                    condition = list(CONDITIONS)[(at + number + 2 * forward) % len(CONDITIONS)]
                    first = (at - NEXT_VOICE * number) % len(VOICES)
                    clip = Path(folder) / f"{number}-{forward}-{at}.wav"
                    said = sentences[first :: len(VOICES)]
                    speak([s.said for s in said], voice, condition, clip)
                    print(f"{voice}, {condition}: {len(said)} sentences", file=sys.stderr)
                    yield from _judged(said, hear(clip, recogniser), (voice, condition))


def _recorded(folders: Sequence[Path], recogniser: Recogniser) -> Iterator[tuple[Item, list[str]]]:
    for recording in recordings_in(folders):
        said = [spoken for run in runs(recording.words) for spoken in exchanged(run)]
        if not said:
            continue
        clip = hear(recording.media, recogniser)
        if clip.hearing.language == "en":
            print(f"{recording.name}: {len(said)} words", file=sys.stderr)
            yield from _judged(said, clip, (RECORDED, recording.name), recording.names)


def _judged(
    sentences: Sequence[Spoken], clip: HeardClip, origin: tuple[str, str], names: tuple[str, ...] = ()
) -> Iterator[tuple[Item, list[str]]]:
    """Each sentence against the clip, its article naming who it prints."""
    unspelt = clip.read()
    as_said = clip.read((*names, *dict.fromkeys(s.said_word for s in sentences if s.names)))
    as_counterpart = clip.read((*names, *dict.fromkeys(s.counterpart for s in sentences if s.names)))
    for spoken in sentences:
        said, counterpart = as_said.judge(spoken.printed_said), as_counterpart.judge(spoken.printed_counterpart)
        item = Item(spoken, *origin, said, counterpart, _heard_as(spoken, unspelt))
        yield item, [_line(item, False, said, as_said), _line(item, True, counterpart, as_counterpart)]
    clip.keep_answers()


def _heard_as(spoken: Spoken, unspelt: Reading) -> str:
    """Which of the two sentences is nearer, by word errors, to what was heard before any article's names."""
    heard = unspelt.find(spoken.printed_said).parts[0].heard
    if not heard:
        return "nothing"
    said, counterpart = (_wrong(text, heard) for text in (spoken.printed_said, spoken.printed_counterpart))
    return "neither" if said == counterpart else "said" if said < counterpart else "counterpart"


def _wrong(reference: str, heard: str) -> int:
    errors = word_errors(reference, heard, "en")
    return errors.substituted + errors.deleted + errors.inserted


def _line(item: Item, altered: bool, judged: JudgedText, reading: Reading) -> str:
    found: dict[str, Any] = {
        **{"kind": item.spoken.kind, "direction": item.spoken.direction, "altered": altered},
        **{"said_word": item.spoken.said_word, "counterpart": item.spoken.counterpart, "said": item.spoken.said},
        "word_verdict": item.word_as_counterpart if altered else item.word_as_said,
        **{"source": item.source, "condition": item.condition, "heard_as": item.heard_as},
        **finding_as_json(judged),
        "probabilities": probabilities(judged, reading),
    }
    return json.dumps(found, ensure_ascii=False) + "\n"


def _table(title: str, items: Sequence[Item], key: Callable[[Item], str]) -> str:
    """Shares of what is said of the word, by a property of the sentences."""
    head = (title, "sentences", *(f"as said: {o}" for o in OUTCOMES), *(f"as counterpart: {o}" for o in OUTCOMES[::-1]))
    rows = []
    for name in sorted({key(item) for item in items}):
        chosen = [item for item in items if key(item) == name]
        verdicts = [item.word_as_said for item in chosen], [item.word_as_counterpart for item in chosen]
        rows.append((name, str(len(chosen)), *_shares(*verdicts)))
    return markdown_table(head, rows)


def _whole_table(items: Sequence[Item]) -> str:
    """The same of whole sentences, whatever word it is for."""
    head = ("whole sentences", *(f"as said: {o}" for o in OUTCOMES), *(f"as counterpart: {o}" for o in OUTCOMES[::-1]))
    said, counterpart = [i.as_said.weighed.verdict for i in items], [i.as_counterpart.weighed.verdict for i in items]
    return markdown_table(head, [(str(len(items)), *_shares(said, counterpart))])


def _shares(said: Sequence[Verdict], counterpart: Sequence[Verdict]) -> tuple[str, ...]:
    right, wrong = outcome_counts(said), outcome_counts(counterpart)
    return (
        *(shown_share(right[o], len(said)) for o in OUTCOMES),
        *(shown_share(wrong[o], len(counterpart)) for o in OUTCOMES[::-1]),
    )


if __name__ == "__main__":
    main()
