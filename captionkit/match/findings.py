"""Quotes compared with a transcript: where each part is said, how it differs, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from captionkit.match.align import Alignment
from captionkit.match.differences import PlacedPiece, differences
from captionkit.match.disfluency import REPEAT, false_start
from captionkit.match.edits import cut, dropped, elided, judged, whole_words
from captionkit.match.locate import Place, locate
from captionkit.match.pieces import pieces
from captionkit.match.replacements import Wording
from captionkit.match.tokens import tokens
from captionkit.match.transcript import LONGEST_SHOWN_WORDS, MatchTranscript
from captionkit.model import VERDICTS, Edit, Finding, Part, PartFinding, Quote, Span, Verdict

RUN_BREAK_WORDS = 4
"""More heard words than this in a row that are not printed break a passage into two spans."""
SAME_WORDS = "the same words"
NO_WORDS = "it has no words to look for"
NOT_FOUND = "no passage of this clip matches; it may have been said elsewhere"


@dataclass(frozen=True, slots=True)
class _Joined:
    """What is between a piece and the one before it: its edit, and the first heard word that it covers."""

    edit: Edit | None = None
    first: int | None = None
    backward: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """One part with the places of its pieces and what joins them."""

    part: Part
    places: tuple[Place, ...]
    joints: tuple[_Joined, ...]
    wording: Wording


def find_quotes(
    quotes: tuple[Quote, ...], transcript: MatchTranscript, names: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    """Every quote of an article with its verdict.

    Args:
        quotes: as the article room gives them.
        transcript: the transcript; without words every part is `not_found`.
        names: the article's names, so that a changed name is called one.
    """
    forms = frozenset(t.form for name in names for t in tokens(name, transcript.code))
    return tuple(find_quote(quote, transcript, forms) for quote in quotes)


def find_quote(quote: Quote, transcript: MatchTranscript, names: frozenset[str]) -> Finding:
    """One quote with the verdict of each of its parts; `names` are comparable forms."""
    is_by_another = partial(transcript.is_by_another, name=quote.speaker)
    places = locate(pieces(quote.parts, transcript.code), transcript.index, is_by_another)
    reads = []
    for index, part in enumerate(quote.parts):
        own = [at for at, place in enumerate(places) if place.piece.part == index]
        wording = Wording(part.text, transcript, names)
        joints = tuple(_joined(places, at, wording) for at in own)
        reads.append(_Read(part, tuple(places[at] for at in own), joints, wording))
    taken = [(place.fit.first, place.fit.last) for place in places if place.fit]
    parts = _settle_short_parts(quote, tuple(_part_finding(read, taken) for read in reads), transcript.code)
    backward = any(joint.backward for read in reads for joint in read.joints)
    return Finding(quote, worst(part.verdict for part in parts), parts, backward)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of some verdicts, in the order of `VERDICTS`; `not_found` of none."""
    return max(verdicts, key=VERDICTS.index, default="not_found")


def _joined(places: tuple[Place, ...], at: int, wording: Wording) -> _Joined:
    """What happens between a piece and the last one found before it."""
    transcript, place = wording.transcript, places[at]
    before = next((p.fit for p in reversed(places[:at]) if p.fit is not None), None)
    if place.fit is None:
        return _Joined()
    first, joint = place.fit.first, place.piece.joint
    if before is None:
        return _false_start(transcript, first, 0)
    if first < before.last:
        return _Joined(None if joint == "part" else _moved(place, place.fit, wording), backward=True)
    if joint == "part":
        return _false_start(transcript, first, before.last)
    if first == before.last:
        return _Joined()
    if joint == "ellipsis":
        return _Joined(cut(transcript, before.last, first, elided(transcript, before.last, first)))
    edit = cut(transcript, before.last, first, dropped(transcript, range(before.last, first)))
    edit = replace(edit, between_sentences=_opens_sentence(place, wording.text))
    return _Joined(edit, before.last if first - before.last <= LONGEST_SHOWN_WORDS else None)


def _opens_sentence(place: Place, text: str) -> bool:
    """Whether a sentence of the part ends right before a piece: a long sentence is cut into pieces too."""
    return text[: place.piece.words[0].start].rstrip("\"'“‘”’()[] ").endswith((".", "!", "?"))


def _moved(place: Place, fit: Alignment, wording: Wording) -> Edit:
    said = wording.transcript.shown(fit.first, fit.last)
    printed = whole_words(place.piece.words, wording.text)
    return Edit("replace", printed, said, "altered", "printed in another order than said")


def _false_start(transcript: MatchTranscript, first: int, low: int) -> _Joined:
    """The words of a false start right before a passage, from token `low` on at most."""
    count = false_start(transcript, first, low)
    if not count:
        return _Joined()
    return _Joined(cut(transcript, first - count, first, ("tidied", REPEAT)), first - count)


def _part_finding(read: _Read, taken: list[tuple[int, int]]) -> PartFinding:
    """The finding of one part, before short parts are settled; `taken` are the quote's own passages."""
    transcript = read.wording.transcript
    if not any(place.fit for place in read.places):
        return PartFinding(read.part, "not_found", reason=NOT_FOUND if read.places else NO_WORDS)
    edits: list[Edit] = []
    for place, joint in zip(read.places, read.joints, strict=True):
        if joint.edit is not None:
            edits.append(joint.edit)
        edits += _piece_edits(place, read.wording)
    edits = [*_negation_before(read), *edits, *_negation_after(read)]
    passages = _passages(read)
    verdict = worst(edit.severity for edit in edits) if edits else "verbatim"
    return PartFinding(
        read.part,
        verdict,
        spans=tuple(transcript.span(*run) for passage in passages for run in _unbroken(passage, read.places)),
        heard=" … ".join(transcript.said(*passage) for passage in passages),
        edits=tuple(edits),
        elsewhere=_elsewhere(read.places, taken, transcript),
        reason=_reason(verdict, edits),
    )


def _piece_edits(place: Place, wording: Wording) -> list[Edit]:
    if place.fit is None:
        printed = whole_words(place.piece.words, wording.text)
        return [Edit("insert", printed, "", "altered", "these words were not found")]
    placed = PlacedPiece(place.piece, place.fit, wording.text, wording.transcript)
    return [judged(difference, wording) for difference in differences(placed)]


def _negation_before(read: _Read) -> tuple[Edit, ...]:
    """The `not` that is said right before a printed sentence, in its clause."""
    place, transcript = read.places[0], read.wording.transcript
    if place.fit is None or place.piece.joint == "seam" or not read.part.text[:1].isupper():
        return ()
    return _negation(transcript, place.fit.first - 1) if not transcript.marks_after(place.fit.first - 1) else ()


def _negation_after(read: _Read) -> tuple[Edit, ...]:
    """The `not` that is said right after a printed sentence, in its clause."""
    fit, transcript = read.places[-1].fit, read.wording.transcript
    if fit is None or not read.part.text.rstrip("\"'”’)").endswith((".", "!", "?")):
        return ()
    return _negation(transcript, fit.last) if not transcript.marks_after(fit.last - 1) else ()


def _negation(transcript: MatchTranscript, at: int) -> tuple[Edit, ...]:
    """The edit that leaves out a token, where that is a negation of its clause."""
    if transcript.tokens[at].form not in transcript.language.clause_negations:
        return ()
    return (cut(transcript, at, at + 1, ("altered", "negation lost")),)


def _passages(read: _Read) -> list[tuple[int, int]]:
    """The heard tokens of a part as ranges, in printed order; what is said without a long break is one."""
    found: list[tuple[int, int]] = []
    for place, joint in zip(read.places, read.joints, strict=True):
        if place.fit is None:
            continue
        first = place.fit.first if joint.first is None else joint.first
        printed = _printed(place)
        breaks = [(a, b) for a, b in pairwise(printed) if b - a > LONGEST_SHOWN_WORDS]
        starts, ends = [first, *(b for _, b in breaks)], [*(a + 1 for a, _ in breaks), place.fit.last]
        if found and found[-1][1] == first:
            starts[0] = found.pop()[0]
        found += zip(starts, ends, strict=True)
    return found


def _printed(place: Place) -> list[int]:
    """The heard tokens of a fit that stand beside a printed word."""
    pairs = place.fit.pairs if place.fit else ()
    return [pair.heard for pair in pairs if pair.heard is not None and pair.printed is not None]


def _unbroken(passage: tuple[int, int], places: tuple[Place, ...]) -> list[tuple[int, int]]:
    """A passage cut where more than `RUN_BREAK_WORDS` heard words in a row are not printed."""
    first, last = passage
    inside = sorted({at for place in places for at in _printed(place) if first <= at < last})
    cuts = [(a, b) for a, b in pairwise(inside) if b - a > RUN_BREAK_WORDS]
    start = inside[0] if inside and inside[0] - first > RUN_BREAK_WORDS else first
    return list(zip([start, *(b for _, b in cuts)], [*(a + 1 for a, _ in cuts), last], strict=True))


def _elsewhere(
    places: tuple[Place, ...], taken: list[tuple[int, int]], transcript: MatchTranscript
) -> tuple[Span, ...]:
    """Where else the words of the part's longest piece are said, apart from the quote's own passages."""
    longest = max((place for place in places if place.fit), key=lambda place: len(place.piece.words))
    others = [
        (first, last) for first, last in longest.others if not any(first < end and start < last for start, end in taken)
    ]
    return tuple(transcript.span(first, last) for first, last in others)


def _reason(verdict: Verdict, edits: list[Edit]) -> str:
    if not edits:
        return SAME_WORDS
    return "; ".join(dict.fromkeys(edit.reason for edit in edits if edit.severity == verdict))


SHORT_PART_WORDS = 6
"""Fewer words than this are few."""
LEAST_NEAR_WORDS = 4
"""A part with a changed word needs so many to be sure on its own."""
NEAR_LIKENESS = 50.0
NEAR_REASONS = ("negation", "number changed", "grammar changed", "date changed", "name changed")
"""Changed words are similar ones from this similarity in spelling on (0 to 100), or for one of these reasons."""
NEIGHBOUR_MS = 60_000


def _settle_short_parts(quote: Quote, found: tuple[PartFinding, ...], code: str) -> tuple[PartFinding, ...]:
    """The parts of a quote, those of few words that do not fit surely made `uncertain`, or `not_found` in a
    phrase."""
    return tuple(
        _unsure(quote, part) if _is_short(part, code) and not _is_sure(part, found, code) else part for part in found
    )


def _unsure(quote: Quote, part: PartFinding) -> PartFinding:
    if quote.kind == "phrase":
        return PartFinding(part.part, "not_found", reason="no passage of this clip has these words")
    reason = f"too few words to be sure that this is the passage: {part.reason}"
    return replace(part, verdict="uncertain", reason=reason)


def _is_short(part: PartFinding, code: str) -> bool:
    return part.verdict == "altered" and len(tokens(part.part.text, code)) < SHORT_PART_WORDS


def _is_sure(part: PartFinding, found: tuple[PartFinding, ...], code: str) -> bool:
    return _is_near(part, code) or any(_are_beside(part, other) for other in found if other is not part)


def _is_near(part: PartFinding, code: str) -> bool:
    """All words exact with others cut from between them, or half of them, and the others changed into similar ones; a
    short form is two words."""
    serious = [edit for edit in part.edits if edit.severity == "altered"]
    if all(edit.kind == "delete" for edit in serious):
        return True
    words = max(len(part.part.text.split()), len(tokens(part.part.text, code)))
    changed = sum(len(edit.published.split()) for edit in serious)
    return words >= LEAST_NEAR_WORDS and 2 * changed <= words and all(map(_is_likeness, serious))


def _is_likeness(edit: Edit) -> bool:
    from rapidfuzz import fuzz

    if edit.reason.startswith(NEAR_REASONS):
        return True
    return fuzz.ratio(edit.published.casefold(), edit.heard.casefold()) >= NEAR_LIKENESS


def _are_beside(part: PartFinding, other: PartFinding) -> bool:
    """Whether another part is heard within a minute."""
    return any(abs(mine.start_ms - theirs.start_ms) <= NEIGHBOUR_MS for theirs in other.spans for mine in part.spans)
