"""The article's names in what was heard.

A recogniser writes a name it does not know as something that sounds like it: `et Sterberg` for Achterberg,
`jimping` for Jinping. Where words are like a name of the article by sound and spelling, the model is asked again, with
the article's names as hotwords, how likely the sound makes what was heard and how likely the name. The name takes the
place of the heard words where it is likelier by a limit; those stay with the word as `heard`. How high the limit is
depends on what else speaks for the name:

- Ordinary words (small letters, known whole by the recogniser) are asked about only where it was unsure of them, and
  the name must win twice: clearly with the hotwords, and without them not lose clearly.
- A word that is no ordinary one (spelt out in pieces, or with a capital inside a sentence) may be sure.
- Beside the other half of the same full name, or where the same misspelling was settled elsewhere in the clip, it is
  enough that the sound does not speak against the name.

The names are hotwords for this question alone. Given to the decoder itself they also change other words and
make it pass over whole sentences (docs/design.md).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from captionkit.speech.clip_model import ClipModel
from captionkit.speech.recognition import RecognisedPassage, RecognisedWord

SPREAD_NATS = 0.4
"""How much a margin changes with the processor alone (docs/measurements.md). Within it of a limit nothing changes."""
CLEAR_NATS = 2.0 + SPREAD_NATS
"""Told the names, the model must find the name this much likelier than what it heard. In synthetic speech names of
other stories that this limit lets pass are told in docs/measurements.md."""
LEANING_NATS = SPREAD_NATS
"""The limit for a word in pieces with the sound of the name, and for one like a name that is said elsewhere."""
UNDECIDED_NATS = -2.0
"""The limit beside the other half of the name: the sound cannot choose between spellings that sound alike, and the
article can. In synthetic speech such margins began at −1.8 nats."""
LEAST_ORDINARY_COLD_NATS = -6.0
"""What a name may lose to ordinary words where the model is not told of it. Right names lost 0 to 6.4 nats to such
words, `Mette` lost 7.7 to a `met` that it beat with the hotwords."""
GAIN_BESIDE_NATS = 0.5
"""What a name may win by making the words after it likelier; 0.2 at most was seen (docs/measurements.md)."""
LEAST_LIKENESS = 66.0
LEAST_SHORT_LIKENESS = 74.0
LEAST_PAIRED_LIKENESS = 52.0
LEAST_SOUND_LIKENESS = 60.0
"""In percent, of letters and phonetic keys together: for a name on its own, for one of at most `SHORT_LETTERS`, and
for one beside the other half of a full name; and of phonetic keys alone. They save questions: the sound decides."""
CLOSE_LIKENESS = 75.0
"""From here on a word is like enough to a name that something else may take the place of a clear margin."""
SHORT_LETTERS = 4
SURE_PROBABILITY = 0.9
SURE_KNOWN_PROBABILITY = 0.6
"""Surer ordinary words than these are not asked about: any, and one without the other half of a name beside it."""
LONGEST_MISHEARING_WORDS = 3
MOST_QUESTIONS = 12
QUOTES = '"”’»)]}'
CLOSING = ".,!?;:…" + QUOTES
ENDING = (".", "!", "?", "…")
OPENING = "\"'“‘¿¡([{"
POSSESSIVES = ("'s", "’s")
PARTICLES = frozenset(
    ["abu", "al", "bin", "da", "de", "del", "den", "der", "di", "du", "el", "ibn", "la", "le", "mac", "van", "von"]
)
"""Parts of names that are written small, and so tell of a name without a capital."""
CAPITAL_NOUNS = frozenset({"de", "lb"})
"""Languages that write every noun with a capital, so that a capital tells of no name."""
UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
"""Letters that Unicode does not take apart into a plain one and its mark."""


@dataclass(frozen=True, slots=True)
class Spelt:
    """A word to show, and what was heard in its place where that is something else."""

    word: RecognisedWord
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class Occurring:
    """What a clip shows elsewhere: name words that are said in it, and (heard, name) of misspellings settled."""

    said: frozenset[str] = frozenset()
    settled: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class _Heard:
    """The words of a passage, their plain letters, and which are no ordinary words."""

    words: tuple[RecognisedWord, ...]
    spoken: tuple[str, ...]
    odd: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """`words[first:last]` may be the word `name`; `beside` its other half.

    `plural`: with an `s` that is not the name's, a plural, or beside the other half a possessive.
    """

    first: int
    last: int
    name: str
    likeness: float
    plural: bool = False
    beside: bool = False


_Way = tuple[_Change, ...]
"""Changes that are tried together, neighbours in the clip and in the name."""


@dataclass(frozen=True, slots=True)
class _Demand:
    """The least margin of a way, and what it may be behind another for the same words and still be preferred, in nats.

    A whole name is preferred to one half of it, whose other half would stay as it was misheard.
    """

    least: float
    preferred: float = 0.0


def plain(text: str) -> str:
    """Letters and digits alone, without case or accents, by which words are compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(UNDECOMPOSED)
    return "".join(c for c in decomposed if c.isalnum())


def without_possessive(text: str) -> str:
    """A word without closing punctuation and without the `'s` of a possessive."""
    bare = text.rstrip(CLOSING)
    return bare[:-2] if bare.endswith(POSSESSIVES) else bare


def with_names(
    passage: RecognisedPassage,
    names: tuple[str, ...],
    language: str,
    model: ClipModel,
    occurring: Occurring = Occurring(),
) -> tuple[Spelt, ...]:
    """The words of a passage, with the article's names in place of what they were misheard as.

    Args:
        passage: what was heard.
        names: full names as the article writes them.
        language: of the passage.
        model: asked for the sound only where a word is like a name.
        occurring: the names that the rest of the clip shows, from `occurring`; nothing where it is not known yet.
    """
    heard = _heard(passage.words, language)
    ways = _ways(heard, names, occurring)
    if not ways:
        return _shown(heard.words, _respelt(heard, names, ()))
    asked = {change.name for way in ways for change in way}
    hotwords = ", ".join(name for name in names if asked & set(name.split()))
    as_heard = model.logprobs_by_word(passage.span, passage.text, language, hotwords)

    def margin(way: _Way) -> float:
        """How much likelier a way is; a loss where the sound speaks against it without the hotwords."""
        wording = " ".join(s.word.text for s in _shown(heard.words, way))
        told = model.logprobs(passage.span, [wording], language, hotwords)[0] - sum(as_heard)
        if told < CLEAR_NATS or not _ordinary(way, heard):
            return told
        untold, before = model.logprobs(passage.span, [wording, passage.text], language)
        return told if untold - before >= LEAST_ORDINARY_COLD_NATS else -told

    demands = {way: _demand(way, heard, occurring) for way in ways}
    agreed = _agreed(_margins(demands, as_heard, margin), demands)
    return _shown(heard.words, _respelt(heard, names, agreed))


def occurring(shown: Iterable[tuple[Spelt, ...]], names: tuple[str, ...]) -> Occurring:
    """What the passages of a clip, spelt one by one, show for each other: names said, misspellings settled."""
    parts = {plain(part): part for name in names for part in name.split() if len(plain(part)) > 2}
    said, settled = set(), set()
    for spelt in (spelt for passage in shown for spelt in passage):
        name = parts.get(plain(without_possessive(spelt.word.text)))
        if name is None or not spelt.word.text.lstrip(OPENING)[:1].isupper():
            continue
        said.add(name)
        if spelt.heard:
            settled.add((_letters(spelt.heard.split()), name))
    return Occurring(frozenset(said), frozenset(settled))


def _heard(words: tuple[RecognisedWord, ...], language: str) -> _Heard:
    spoken = tuple(plain(without_possessive(w.text)) for w in words)
    odd = tuple(_odd(words, k, language) for k in range(len(words)))
    return _Heard(words, spoken, odd)


def _odd(words: tuple[RecognisedWord, ...], k: int, language: str) -> bool:
    """A word that the recogniser had to spell out in pieces, or with a capital that no sentence gives it."""
    word = words[k]
    if _in_pieces(word):
        return True
    starts = k == 0 or words[k - 1].text.rstrip(QUOTES).endswith(ENDING)
    bare = word.text.strip(OPENING + CLOSING)
    pronoun = bare.replace("’", "'").split("'")[0] == "I"
    return bare[:1].isupper() and not (starts or pronoun or language in CAPITAL_NOUNS)


def _in_pieces(word: RecognisedWord) -> bool:
    return word.pieces > 1 + (word.text[-1] in CLOSING)


def _letters(texts: Iterable[str]) -> str:
    return "".join(plain(without_possessive(text)) for text in texts)


def _respelt(heard: _Heard, names: tuple[str, ...], agreed: _Way) -> _Way:
    """Changes agreed on and, unasked, the article's spelling of words that have a name's letters otherwise written.

    Case, accents, hyphens and blanks are what may differ: `Sanchez`, `Mac Donald`. Ordinary words, and words of two
    letters, are respelt only beside the next or the last word of the same name.
    """
    ends = {k + 1: spoken for k, spoken in enumerate(heard.spoken)} | {c.last: plain(c.name) for c in agreed}
    starts = dict(enumerate(heard.spoken)) | {c.first: plain(c.name) for c in agreed}
    written = {part for name in names for part in name.split()}
    runs = _runs_by_letters(heard)
    found = agreed
    for parts in map(str.split, names):
        letters = ["", *map(plain, parts), ""]
        for n, part in enumerate(parts):
            for first, last in runs.get(letters[n + 1], ()):
                beside = ends.get(first, "") == letters[n] != "" or starts.get(last, "") == letters[n + 2] != ""
                change = _Change(first, last, part, 100.0, beside=beside)
                bare = " ".join(without_possessive(w.text).lstrip(OPENING) for w in heard.words[first:last])
                known = bare in written or _only_case(part, bare)
                if (beside or _names_somebody(change, heard)) and not known and not _touches((change,), found):
                    found += (change,)
    return tuple(sorted(found, key=lambda c: c.first))


def _runs_by_letters(heard: _Heard) -> dict[str, list[tuple[int, int]]]:
    """The runs of words that may be one word of a name, by their letters."""
    runs: dict[str, list[tuple[int, int]]] = {}
    for first in range(len(heard.words)):
        for last in range(first + 1, min(first + LONGEST_MISHEARING_WORDS, len(heard.words)) + 1):
            if all(heard.spoken[first:last]):
                runs.setdefault("".join(heard.spoken[first:last]), []).append((first, last))
    return runs


def _names_somebody(change: _Change, heard: _Heard) -> bool:
    """Whether the words of a change are a name by themselves: several with capitals, or one that is not ordinary."""
    words = [heard.words[k].text.lstrip(OPENING) for k in _places(change)]
    capitals = all(word[:1].isupper() for word in words)
    return _long(change) and capitals and (len(words) > 1 or heard.odd[change.first])


def _only_case(name: str, bare: str) -> bool:
    """Whether a name has nothing to say of a word but case: of a common one (`the Hollis clinic`), or in capitals."""
    common = bare.islower() and bare not in PARTICLES
    return name.casefold() == bare.casefold() and (common or name.isupper())


def _ways(heard: _Heard, names: tuple[str, ...], occurring: Occurring) -> list[_Way]:
    """Every change worth asking about, alone and with its neighbour in the same name, the likest first."""
    found = {name: _changes(heard, name) for name in dict.fromkeys(word for full in names for word in full.split())}
    ways = dict.fromkeys([*_single_ways(heard, found, names, occurring), *_paired_ways(heard, found, names)])
    beside = {(replace(c, beside=False),) for way in ways for c in way if c.beside}
    worth = [way for way in ways if way not in beside]
    return sorted(worth, key=lambda way: -sum(c.likeness for c in way) / len(way))[:MOST_QUESTIONS]


def _single_ways(
    heard: _Heard, found: dict[str, list[_Change]], names: tuple[str, ...], occurring: Occurring
) -> Iterator[_Way]:
    """Changes by themselves. A word that is another name of the article is none of them."""
    own = {plain(name) for name in found}
    for name, changes in found.items():
        said, expected = name in occurring.said, _expected(name, names, occurring)
        for change in changes:
            fits = _stands_alone(change, heard, said) and (expected or _all_in_pieces(change, heard))
            if fits and not own & set(heard.spoken[change.first : change.last]):
                yield (change,)


def _paired_ways(heard: _Heard, found: dict[str, list[_Change]], names: tuple[str, ...]) -> Iterator[_Way]:
    """Two neighbours of a name changed together, and one of them beside the other as it was heard."""
    spoken = heard.spoken
    for left, right in dict.fromkeys(pair for full in names for pair in pairwise(full.split())):
        yield from ((c, d) for c in found[left] for d in found[right] if c.last == d.first and _long(c) and _long(d))
        halves = [(c, c.last) for c in found[left] if spoken[c.last : c.last + 1] == (plain(right),)]
        halves += [(d, d.first - 1) for d in found[right] if d.first and spoken[d.first - 1] == plain(left)]
        yield from ((replace(c, beside=_is_name_like(heard, at)),) for c, at in halves)


def _is_name_like(heard: _Heard, at: int) -> bool:
    """Whether a word is written as a part of a name: `Will Browne` is not said in `they will ~browne`."""
    return heard.words[at].text.lstrip(OPENING)[:1].isupper() or heard.spoken[at] in PARTICLES


def _changes(heard: _Heard, name: str) -> list[_Change]:
    """The runs of words, unsure or no ordinary ones, that are like a name and are not it already."""
    letters = plain(without_possessive(name))
    if len(letters) < 2:
        return []
    found = []
    for first in range(len(heard.words)):
        for last in range(first + 1, min(first + LONGEST_MISHEARING_WORDS, len(heard.words)) + 1):
            if not (heard.odd[last - 1] or heard.words[last - 1].probability < SURE_PROBABILITY):
                break
            if letters in heard.spoken[first:last]:
                continue
            run = "".join(heard.spoken[first:last])
            likeness = _likeness(run, letters)
            change = _Change(first, last, name, likeness)
            if likeness >= LEAST_PAIRED_LIKENESS and not (run == letters and _names_somebody(change, heard)):
                found.append(change)
            several = _likeness(run[:-1], letters) if _may_be_plural(heard.words[last - 1], name) else 0.0
            if several > likeness:
                found.append(_Change(first, last, name, several, plural=True))
    return found


def _may_be_plural(word: RecognisedWord, name: str) -> bool:
    bare = word.text.rstrip(CLOSING)
    return bare.endswith("s") and not bare.endswith(POSSESSIVES) and not name.endswith("s")


def _long(change: _Change) -> bool:
    return len(plain(change.name)) > 2


def _stands_alone(change: _Change, heard: _Heard, said: bool) -> bool:
    """Whether a change is worth a question without its other half beside it; `said`: the name is said elsewhere.

    Not where the recogniser is sure of a name it knows: another Mark than the article's Marc.
    """
    short = len(plain(change.name)) <= SHORT_LETTERS
    if not _long(change) or change.likeness < (LEAST_SHORT_LIKENESS if short else LEAST_LIKENESS):
        return False
    words = [(heard.words[k], heard.odd[k]) for k in _places(change)]
    return all(_in_pieces(w) or w.probability < SURE_KNOWN_PROBABILITY or (said and odd) for w, odd in words)


def _expected(name: str, names: tuple[str, ...], occurring: Occurring) -> bool:
    """Whether a word of a name is said by itself: no given name of somebody of whom the clip has nothing else.

    Given names that sound alike (Anna, Ana) are many people's, and the sound cannot tell them apart.
    """
    for full in names:
        parts = full.split()
        if name in parts[1:] or parts == [name] or (name in parts and occurring.said & set(parts)):
            return True
    return False


def _all_in_pieces(change: _Change, heard: _Heard) -> bool:
    return all(_in_pieces(heard.words[k]) for k in _places(change))


def _places(change: _Change) -> range:
    return range(change.first, change.last)


def _ordinary(way: _Way, heard: _Heard) -> bool:
    """Whether a way would put a name where only ordinary words were heard, and no half of it beside them."""
    return len(way) == 1 and not way[0].beside and not any(heard.odd[k] for k in _places(way[0]))


def _demand(way: _Way, heard: _Heard, occurring: Occurring) -> _Demand:
    """What is asked of the margin of a way, by what else speaks for it."""
    close = any(c.likeness >= CLOSE_LIKENESS and all(heard.odd[k] for k in _places(c)) for c in way)
    if len(way) > 1:
        return _Demand(CLEAR_NATS, -UNDECIDED_NATS if close else 0.0)
    if (_letters_of(way[0], heard), way[0].name) in occurring.settled and any(heard.odd[k] for k in _places(way[0])):
        return _Demand(UNDECIDED_NATS)
    return _Demand(_limit(way[0], heard, occurring) if close else CLEAR_NATS)


def _letters_of(change: _Change, heard: _Heard) -> str:
    return "".join(heard.spoken[change.first : change.last])


def _limit(change: _Change, heard: _Heard, occurring: Occurring) -> float:
    """The least margin of a change that is close to its name and of no ordinary word, in nats."""
    letters, name = _letters_of(change, heard), plain(without_possessive(change.name))
    if change.beside or letters == name:
        return UNDECIDED_NATS
    sounds_same = _all_in_pieces(change, heard) and _sound(letters) == _sound(name)
    if change.name in occurring.said or sounds_same:
        return LEANING_NATS
    return CLEAR_NATS


def _likeness(heard: str, name: str) -> float:
    """How alike two words are, in percent: letters and phonetic keys, half each; 0 where they sound different."""
    from rapidfuzz import fuzz

    if abs(len(heard) - len(name)) > max(4, len(name)):
        return 0.0
    sound = fuzz.ratio(_sound(heard), _sound(name))
    return (sound + fuzz.ratio(heard, name)) / 2 if sound >= LEAST_SOUND_LIKENESS else 0.0


@cache
def _sound(letters: str) -> str:
    from jellyfish import metaphone

    return metaphone(letters)


def _margins(demands: dict[_Way, _Demand], as_heard: list[float], margin: Callable[[_Way], float]) -> dict[_Way, float]:
    """How much likelier each way is than what was heard, where that can matter.

    A way cannot win more than the words it replaces lose. So those that may win most are asked about first, and what
    cannot reach its limit, or not come before one agreed on that touches it, is not asked about.
    """
    most = {way: GAIN_BESIDE_NATS - sum(sum(as_heard[c.first : c.last]) for c in way) for way in demands}
    found: dict[_Way, float] = {}
    for way in sorted(demands, key=lambda way: -most[way]):
        best = most[way] + demands[way].preferred
        before = {other: nats for other, nats in found.items() if nats + demands[other].preferred >= best}
        if most[way] >= demands[way].least and not _touches(way, _agreed(before, demands)):
            found[way] = margin(way)
    return found


def _touches(way: _Way, others: _Way) -> bool:
    return any(c.first < other.last and other.first < c.last for c in way for other in others)


def _agreed(margins: dict[_Way, float], demands: dict[_Way, _Demand]) -> _Way:
    """The changes the sound speaks for, the clearest first, none touching another's words; in order."""
    agreed: _Way = ()
    for way, margin in sorted(margins.items(), key=lambda item: -item[1] - demands[item[0]].preferred):
        if margin >= demands[way].least and not _touches(way, agreed):
            agreed += way
    return tuple(sorted(agreed, key=lambda c: c.first))


def _shown(words: tuple[RecognisedWord, ...], changes: _Way) -> tuple[Spelt, ...]:
    shown: list[Spelt] = []
    at = 0
    for change in changes:
        shown += [Spelt(w) for w in words[at : change.first]]
        replaced = words[change.first : change.last]
        shown.append(Spelt(_in_place(change, replaced), " ".join(w.text for w in replaced)))
        at = change.last
    return tuple(shown + [Spelt(w) for w in words[at:]])


def _in_place(change: _Change, replaced: tuple[RecognisedWord, ...]) -> RecognisedWord:
    """The name with the times and the marks around (a possessive too) of what it replaces."""
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
