"""Replace misrecognised words by the names of the article, where the sound supports it.

A recogniser writes a name it does not know as something that sounds like it: `et Sterberg` for Achterberg, `jimping`
for Jinping. Where words are similar to a name of the article (`name_candidates`), the model is asked, with the
article's names as hotwords, how probable the recognised words and the name are given the sound. The name replaces the
words where it is more probable by a limit; the word remembers them as `heard`. The limit depends on other evidence for
the name:

- Ordinary words (in lower case, known to the recogniser as a whole) are asked about only where it was uncertain of
  them, and the name must win twice: clearly with the hotwords, and without them it must not lose clearly.
- A word that is not ordinary (spelt out in pieces, or with a capital inside a sentence) may be certain.
- Beside the other half of the same full name, or where the same misspelling was corrected elsewhere in the clip, it is
  enough that the sound does not speak against the name.

The names are hotwords for this question only. Given to the decoder itself they also change other words and make it
skip whole sentences (docs/design.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from captionkit.speech.clip_model import ClipModel
from captionkit.speech.name_candidates import (
    CLOSING,
    NOTHING_KNOWN,
    OPENING,
    PARTICLES,
    POSSESSIVES,
    Change,
    Changes,
    Occurring,
    PassageWords,
    candidates,
    is_spelt_as_name,
    phonetic_key,
    plain,
    starts_with_capital,
    without_possessive,
)
from captionkit.speech.recognition import RecognisedPassage, RecognisedWord

SPREAD_NATS = 0.4
"""How much a margin varies with the processor alone (docs/measurements.md). So close to a limit nothing changes."""
CLEAR_NATS = 2.0 + SPREAD_NATS
"""With the names as hotwords, the name must be this much more probable than what was recognised. How many names of
other stories pass this limit in synthetic speech is in docs/measurements.md."""
LEANING_NATS = SPREAD_NATS
"""The limit for a word in pieces that sounds like the name, and for one similar to a name that is said elsewhere."""
UNDECIDED_NATS = -2.0
"""The limit beside the other half of the name: the sound cannot choose between spellings that sound alike, and the
article can. In synthetic speech such margins began at −1.8 nats."""
LEAST_ORDINARY_COLD_NATS = -6.0
"""What a name may lose to ordinary words without the hotwords. Right names lost 0 to 6.4 nats to such words, `Mette`
lost 7.7 to a `met` that it beat with the hotwords."""
GAIN_BESIDE_NATS = 0.5
"""What a name may gain by making the words after it more probable; at most 0.2 was measured (docs/measurements.md)."""
CLOSE_LIKENESS = 75.0
"""From here on a word is so similar to a name that other evidence may replace a clear margin."""


@dataclass(frozen=True, slots=True)
class SpeltWord:
    """A word as the transcript shows it, and what was recognised in its place if that differs."""

    word: RecognisedWord
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class _Demand:
    """The least margin of changes, and how far they may be behind others for the same words and still win, in nats.

    A whole name is preferred to one half of it, whose other half would stay misrecognised.
    """

    least: float
    preferred: float = 0.0


def with_names(
    passage: RecognisedPassage,
    names: tuple[str, ...],
    language: str,
    model: ClipModel,
    occurring: Occurring = NOTHING_KNOWN,
) -> tuple[SpeltWord, ...]:
    """The words of a passage, with misrecognised names of the article corrected.

    Args:
        passage: what was recognised.
        names: full names as the article writes them.
        language: of the passage.
        model: asked only where a word is similar to a name.
        occurring: the names in the rest of the clip, from `occurring`; empty where that is not known yet.
    """
    said = PassageWords.of(passage.words, language)
    sets = candidates(said, names, occurring)
    if not sets:
        return _spelt(said, _with_article_spelling(said, names, ()))
    asked = {change.name for changes in sets for change in changes}
    hotwords = ", ".join(name for name in names if asked & set(name.split()))
    recognised = model.logprobs_by_word(passage.span, passage.text, language, hotwords)

    def margin(changes: Changes) -> float:
        """How much more probable changes are; negative where the sound speaks against them without the hotwords."""
        wording = " ".join(s.word.text for s in _spelt(said, changes))
        told = model.logprobs(passage.span, [wording], language, hotwords)[0] - sum(recognised)
        if told < CLEAR_NATS or not _replaces_ordinary(changes, said):
            return told
        untold, before = model.logprobs(passage.span, [wording, passage.text], language)
        return told if untold - before >= LEAST_ORDINARY_COLD_NATS else -told

    demands = {changes: _demand(changes, said, occurring) for changes in sets}
    accepted = _accepted(_margins(demands, recognised, margin), demands)
    return _spelt(said, _with_article_spelling(said, names, accepted))


def occurring(passages: Iterable[tuple[SpeltWord, ...]], names: tuple[str, ...]) -> Occurring:
    """The names and corrected misspellings in all passages of a clip, each passage spelt on its own."""
    parts = {plain(part): part for name in names for part in name.split() if len(plain(part)) > 2}
    said, settled = set(), set()
    for spelt in (spelt for passage in passages for spelt in passage):
        name = parts.get(plain(without_possessive(spelt.word.text)))
        if name is None or not starts_with_capital(spelt.word.text):
            continue
        said.add(name)
        if spelt.heard:
            settled.add(("".join(plain(without_possessive(text)) for text in spelt.heard.split()), name))
    return Occurring(frozenset(said), frozenset(settled))


def _with_article_spelling(said: PassageWords, names: tuple[str, ...], accepted: Changes) -> Changes:
    """The accepted changes and, without asking the model, the article's spelling of words with the letters of a name.

    What may differ: case, accents, hyphens and spaces (`Sanchez`, `Mac Donald`). Ordinary words, and words of two
    letters, are changed only beside the next or the previous word of the same name.
    """
    ends = {k + 1: letters for k, letters in enumerate(said.letters)} | {c.last: plain(c.name) for c in accepted}
    starts = dict(enumerate(said.letters)) | {c.first: plain(c.name) for c in accepted}
    written = {part for name in names for part in name.split()}
    runs: dict[str, list[tuple[int, int]]] = {}
    for first, last in said.runs():
        if all(said.letters[first:last]):
            runs.setdefault("".join(said.letters[first:last]), []).append((first, last))
    found = accepted
    for parts in map(str.split, names):
        letters = ["", *map(plain, parts), ""]
        for n, part in enumerate(parts):
            for first, last in runs.get(letters[n + 1], ()):
                beside = ends.get(first, "") == letters[n] != "" or starts.get(last, "") == letters[n + 2] != ""
                change = Change(first, last, part, 100.0, beside=beside)
                bare = " ".join(without_possessive(w.text).lstrip(OPENING) for w in said.replaced(change))
                known = bare in written or _only_case(part, bare)
                if (beside or is_spelt_as_name(change, said)) and not known and not _overlaps((change,), found):
                    found += (change,)
    return _ordered(found)


def _only_case(name: str, bare: str) -> bool:
    """Whether only case differs, and is no reason to change: a common word (`the Hollis clinic`) or capitals."""
    common = bare.islower() and bare not in PARTICLES
    return name.casefold() == bare.casefold() and (common or name.isupper())


def _replaces_ordinary(changes: Changes, said: PassageWords) -> bool:
    """Whether a name would replace only ordinary words, without the other half of it beside them."""
    return len(changes) == 1 and not changes[0].beside and not any(said.odd_of(changes[0]))


def _demand(changes: Changes, said: PassageWords, occurring: Occurring) -> _Demand:
    """The margin that changes need, given the other evidence for them."""
    close = any(c.likeness >= CLOSE_LIKENESS and all(said.odd_of(c)) for c in changes)
    if len(changes) > 1:
        return _Demand(CLEAR_NATS, -UNDECIDED_NATS if close else 0.0)
    (change,) = changes
    if (said.letters_of(change), change.name) in occurring.settled and any(said.odd_of(change)):
        return _Demand(UNDECIDED_NATS)
    return _Demand(_limit(change, said, occurring) if close else CLEAR_NATS)


def _limit(change: Change, said: PassageWords, occurring: Occurring) -> float:
    """The least margin, in nats, of a change that is close to its name and replaces no ordinary word."""
    letters, name = said.letters_of(change), plain(without_possessive(change.name))
    if change.beside or letters == name:
        return UNDECIDED_NATS
    sounds_same = said.in_pieces(change) and phonetic_key(letters) == phonetic_key(name)
    return LEANING_NATS if change.name in occurring.said or sounds_same else CLEAR_NATS


def _margins(
    demands: dict[Changes, _Demand], recognised: list[float], margin: Callable[[Changes], float]
) -> dict[Changes, float]:
    """How much more probable changes are than the recognised words, where that can matter.

    Changes cannot win more than the words they replace lose. So those that may win most are asked about first, and
    those that cannot reach their limit, or cannot win over accepted ones that overlap, are not asked about.
    """
    most = {key: GAIN_BESIDE_NATS - sum(sum(recognised[c.first : c.last]) for c in key) for key in demands}
    found: dict[Changes, float] = {}
    for changes in sorted(demands, key=lambda key: -most[key]):
        best = most[changes] + demands[changes].preferred
        before = {other: nats for other, nats in found.items() if nats + demands[other].preferred >= best}
        if most[changes] >= demands[changes].least and not _overlaps(changes, _accepted(before, demands)):
            found[changes] = margin(changes)
    return found


def _overlaps(changes: Changes, others: Changes) -> bool:
    return any(c.first < other.last and other.first < c.last for c in changes for other in others)


def _accepted(margins: dict[Changes, float], demands: dict[Changes, _Demand]) -> Changes:
    """The changes that the sound supports, the clearest first, without overlaps; in order of the words."""
    accepted: Changes = ()
    for changes, margin in sorted(margins.items(), key=lambda item: -item[1] - demands[item[0]].preferred):
        if margin >= demands[changes].least and not _overlaps(changes, accepted):
            accepted += changes
    return _ordered(accepted)


def _ordered(changes: Changes) -> Changes:
    return tuple(sorted(changes, key=lambda c: c.first))


def _spelt(said: PassageWords, changes: Changes) -> tuple[SpeltWord, ...]:
    spelt: list[SpeltWord] = []
    at = 0
    for change in changes:
        spelt += [SpeltWord(w) for w in said.words[at : change.first]]
        replaced = said.replaced(change)
        spelt.append(SpeltWord(_in_place(change, replaced), " ".join(w.text for w in replaced)))
        at = change.last
    return (*spelt, *(SpeltWord(w) for w in said.words[at:]))


def _in_place(change: Change, replaced: tuple[RecognisedWord, ...]) -> RecognisedWord:
    """The name with the times and the surrounding punctuation (a possessive too) of what it replaces."""
    head, tail = replaced[0].text, replaced[-1].text
    opening = head[: len(head) - len(head.lstrip(OPENING))]
    closing = tail[len(tail.rstrip(CLOSING)) :]
    name = change.name.rstrip(CLOSING)
    if change.plural:
        name += "'s" if change.beside else "s"
    if tail.rstrip(CLOSING).endswith(POSSESSIVES) and not name.endswith("s"):
        closing = tail.rstrip(CLOSING)[-2:] + closing
    return RecognisedWord(
        opening + name + closing,
        replaced[0].start_ms,
        replaced[-1].end_ms,
        min(w.probability for w in replaced),
        sum(w.pieces for w in replaced),
    )
