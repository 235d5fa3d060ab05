"""Names in synthetic speech: how many are spelt as the article spells them, and what other names change.

    python tests/bench/name_spelling.py FOLDER [--seconds N]

Each sentence of `names.toml` is said by two of six synthetic voices (flite and espeak-ng must be installed), heard
without an article, and spelt with its own article's names, with look-alikes, and with the names of every other
sentence at once. Sound, hearings and answers stay in FOLDER, apart for each CT2_FORCE_CPU_ISA, so that a second
run asks only what is new; after `--seconds` it stops, to be called again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from rapidfuzz.distance import Levenshtein
from tables import markdown_table

from captionkit.media import MediaLimits, decode_clip
from captionkit.model import Word
from captionkit.speech.clip_model import ClipModel
from captionkit.speech.engine import Engine, load_engine
from captionkit.speech.name_candidates import UNDECOMPOSED, plain, without_possessive
from captionkit.speech.recognise import recognise
from captionkit.speech.recognition import Recognition
from captionkit.speech.transcribe import transcribe
from captionkit.speech.weights.find import WeightsOptions, find_weights
from captionkit.text import parse_toml

MODEL = "base"
VOICES = ("slt", "en-us", "rms", "en-gb", "awb", "kal")
KINDS = ("own", "alike", "others")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, how names are respelt for the voices, and the names of three articles by kind."""

    said: str
    say: dict[str, str]
    names: dict[str, tuple[str, ...]]


@dataclass(slots=True)
class Tally:
    """Over all clips with one kind of names: name words said and right, changes for the better, the worse, neither."""

    said: int = 0
    heard_right: int = 0
    right: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    questions: int = 0


def main() -> None:
    """Print a table of the three kinds of names, and every change that made a clip worse."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop hearing new clips after so many")
    parser.add_argument("--few", type=int, default=1_000, help="the first so many sentences only")
    parser.add_argument("--all", action="store_true", help="print every change, not those for the worse alone")
    given = parser.parse_args()
    started, tallies, told = time.monotonic(), {kind: Tally() for kind in KINDS}, []
    variant = given.folder / os.environ.get("CT2_FORCE_CPU_ISA", "default")
    for clip, sentence in _clips(given.folder, given.few):
        if time.monotonic() - started > given.seconds:
            print(f"stopped before {clip.stem}; call it again to go on")
            break
        for kind in KINDS:
            told += [f"{clip.stem} {kind}: {line}" for line in _counted(tallies[kind], clip, sentence, variant, kind)]
    print("\n".join(line for line in told if given.all or line.endswith("worse")))
    head = ("names of", "name words said", "right as heard", "right as spelt", "better", "same", "worse", "questions")
    print(markdown_table(head, [_row(kind, tally) for kind, tally in tallies.items()]))


def _row(kind: str, tally: Tally) -> tuple[str, ...]:
    changes = [tally.changes[how] for how in ("better", "same", "worse")]
    return (kind, *map(str, (tally.said, tally.heard_right, tally.right, *changes, tally.questions)))


def _clips(folder: Path, few: int) -> Iterator[tuple[Path, Sentence]]:
    sentences = _sentences()
    for k, sentence in enumerate(sentences[:few]):
        for voice in (VOICES[k % 6], VOICES[(k + 3) % 6]):
            clip = folder / "sound" / f"{k:02}-{voice}.wav"
            if not clip.exists():
                clip.parent.mkdir(parents=True, exist_ok=True)
                _say(_as_read(sentence), voice, clip)
            yield clip, sentence


def _sentences() -> list[Sentence]:
    found = parse_toml(Path(__file__).with_name("names.toml").read_text("utf-8"))["sentence"]
    return [_sentence(k, found) for k in range(len(found))]


def _sentence(k: int, every: list[dict[str, Any]]) -> Sentence:
    own, alike = tuple(every[k].get("names", ())), tuple(every[k]["alike"])
    others = tuple(name for j, other in enumerate(every) if j != k for name in other.get("names", ()))
    return Sentence(every[k]["said"], every[k].get("say", {}), dict(zip(KINDS, (own, alike, others))))


def _as_read(sentence: Sentence) -> str:
    text = sentence.said
    for name, respelt in sorted(sentence.say.items(), key=lambda item: -len(item[0])):
        text = text.replace(name, respelt)
    return "".join(c for c in unicodedata.normalize("NFKD", text).translate(UNDECOMPOSED) if c.isascii())


def _say(text: str, voice: str, clip: Path) -> None:
    espeak = ["espeak-ng", "-v", voice, "-s", "150", "-w", str(clip), text]
    flite = ["flite", "-voice", voice, "-t", text, "-o", str(clip)]
    subprocess.run(espeak if voice.startswith("en-") else flite, check=True, capture_output=True)


@cache
def _engine() -> Engine:
    return load_engine(find_weights(MODEL, WeightsOptions(offline=True)), "cpu", 2)


def _hearing(clip: Path, variant: Path, listener: ClipModel) -> Recognition:
    kept = variant / f"{clip.stem}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(msgspec.json.encode(recognise(listener, "en", lambda done, whole: None)))
    return msgspec.json.decode(kept.read_bytes(), type=Recognition)


def _counted(tally: Tally, clip: Path, sentence: Sentence, variant: Path, kind: str) -> list[str]:
    """Add a clip to a tally; a line for each change."""
    kept = variant / f"{clip.stem}.answers.json"
    answers = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    listener = _CountingListener(decode_clip(clip, None, MediaLimits()).samples, _engine, dict(answers), 2)
    words = transcribe(_hearing(clip, variant, listener), sentence.names[kind], listener).words
    if listener.answers != answers:
        kept.write_text(json.dumps(listener.answers), "utf-8")
    said = [_token(word) for word in sentence.said.split()]
    names = {_token(part) for name in sentence.names["own"] for part in name.split()}
    spoken = Counter(token for token in said if token in names)
    tally.said += spoken.total()
    tally.heard_right += (spoken & Counter(_tokens(words, as_heard=True))).total()
    tally.right += (spoken & Counter(_tokens(words))).total()
    tally.questions += len(listener.asked)
    lines = []
    for k, word in enumerate(words):
        if word.heard:
            how = _effect(said, words, k)
            tally.changes[how] += 1
            lines.append(f"{word.heard} → {word.text}: {how}")
    return lines


class _CountingListener(ClipModel):
    """Remembers each question, asked anew or answered before."""

    @property
    def asked(self) -> set[tuple[object, ...]]:
        return self.__dict__.setdefault("_asked", set())

    def logprobs(self, span: Any, wordings: Any, language: str, hotwords: str | None = None) -> list[float]:
        self.asked.update((span, wording, hotwords) for wording in wordings)
        return super().logprobs(span, wordings, language, hotwords)

    def logprobs_by_word(self, span: Any, wording: str, language: str, hotwords: str | None = None) -> list[float]:
        self.asked.add((span, wording, hotwords, "by word"))
        return super().logprobs_by_word(span, wording, language, hotwords)


def _token(text: str) -> str:
    return plain(without_possessive(text))


def _tokens(words: tuple[Word, ...], as_heard: bool = False) -> list[str]:
    return [_token(part) for w in words for part in ((w.heard if as_heard else None) or w.text).split()]


def _effect(said: list[str], words: tuple[Word, ...], k: int) -> str:
    """Whether the words are nearer to what is said with a change than without it."""
    undone = [*_tokens(words[:k]), *_tokens(words[k : k + 1], as_heard=True), *_tokens(words[k + 1 :])]
    gain = Levenshtein.distance(said, undone) - Levenshtein.distance(said, _tokens(words))
    return "better" if gain > 0 else "worse" if gain < 0 else "same"


if __name__ == "__main__":
    main()
