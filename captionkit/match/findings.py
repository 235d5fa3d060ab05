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
SHORT_PART_WORDS = 6
"""A part with fewer words is short: its words may be anybody's."""
LEAST_SURE_WORDS = 4
"""The least words of a short part with a changed word for its place to be certain."""
LEAST_LIKENESS = 50.0
"""In percent of spelling: from here on, changed words are similar."""
SIMILAR_REASONS = ("negation", "number changed", "grammar changed", "date changed", "name changed")
"""Edits with these reasons count as similar whatever their spelling."""
NEIGHBOUR_MS = 60_000
SAME_WORDS = "the same words"
NO_WORDS = "it has no words to look for"
NOT_FOUND = "no passage of this clip matches; it may have been said elsewhere"


@dataclass(frozen=True, slots=True)
class _Transition:
    """What is said between a piece and the one before it: the edit, the first heard word that it covers, and whether
    the piece is said before the other one."""

    edit: Edit | None = None
    first: int | None = None
    backward: bool = False


@dataclass(frozen=True, slots=True)
class _PlacedPart:
    """A part, the places of its pieces, and the transition to each piece."""

    part: Part
    places: tuple[Place, ...]
    transitions: tuple[_Transition, ...]
    wording: Wording


def find_quotes(
    quotes: tuple[Quote, ...], transcript: MatchTranscript, names: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    """Every quote of an article with its verdict.

    Args:
        quotes: of the article.
        transcript: what was said; if it has no words, every part is `not_found`.
        names: the article's names, so that a changed name is reported as one.
    """
    forms = frozenset(t.form for name in names for t in tokens(name, transcript.code))
    return tuple(find_quote(quote, transcript, forms) for quote in quotes)


def find_quote(quote: Quote, transcript: MatchTranscript, names: frozenset[str]) -> Finding:
    """One quote with the verdict of each of its parts; `names` are comparable forms."""
    is_by_another = partial(transcript.is_by_another, name=quote.speaker)
    places = locate(pieces(quote.parts, transcript.code), transcript.index, is_by_another)
    placed = []
    for index, part in enumerate(quote.parts):
        own = [at for at, place in enumerate(places) if place.piece.part == index]
        wording = Wording(part.text, transcript, names)
        transitions = tuple(_transition(places, at, wording) for at in own)
        placed.append(_PlacedPart(part, tuple(places[at] for at in own), transitions, wording))
    taken = [(place.fit.first, place.fit.last) for place in places if place.fit]
    parts = _settle_short_parts(quote, tuple(_part_finding(part, taken) for part in placed), transcript.code)
    backward = any(transition.backward for part in placed for transition in part.transitions)
    return Finding(quote, worst(part.verdict for part in parts), parts, backward)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of some verdicts, by the order of `VERDICTS`; `not_found` if there are none."""
    return max(verdicts, key=VERDICTS.index, default="not_found")


def _transition(places: tuple[Place, ...], at: int, wording: Wording) -> _Transition:
    """The transition to a piece from the last one found before it."""
    transcript, place = wording.transcript, places[at]
    before = next((p.fit for p in reversed(places[:at]) if p.fit is not None), None)
    if place.fit is None:
        return _Transition()
    first, boundary = place.fit.first, place.piece.boundary
    if before is None:
        return _false_start(transcript, first, 0)
    if first < before.last:
        return _Transition(None if boundary == "part" else _moved(place, place.fit, wording), backward=True)
    if boundary == "part":
        return _false_start(transcript, first, before.last)
    if first == before.last:
        return _Transition()
    if boundary == "ellipsis":
        return _Transition(cut(transcript, before.last, first, elided(transcript, before.last, first)))
    edit = cut(transcript, before.last, first, dropped(transcript, range(before.last, first)))
    edit = replace(edit, between_sentences=_opens_sentence(place, wording.text))
    return _Transition(edit, before.last if first - before.last <= LONGEST_SHOWN_WORDS else None)


def _opens_sentence(place: Place, text: str) -> bool:
    """Whether a sentence of the part ends right before a piece; long sentences are also split into pieces."""
    return text[: place.piece.words[0].start].rstrip("\"'“‘”’()[] ").endswith((".", "!", "?"))


def _moved(place: Place, fit: Alignment, wording: Wording) -> Edit:
    said = wording.transcript.shown(fit.first, fit.last)
    printed = whole_words(place.piece.words, wording.text)
    return Edit("replace", printed, said, "altered", "printed in another order than said")


def _false_start(transcript: MatchTranscript, first: int, low: int) -> _Transition:
    """The words of a false start right before a passage, from token `low` on at most."""
    count = false_start(transcript, first, low)
    if not count:
        return _Transition()
    return _Transition(cut(transcript, first - count, first, ("tidied", REPEAT)), first - count)


def _part_finding(placed: _PlacedPart, taken: list[tuple[int, int]]) -> PartFinding:
    """The finding of one part, before short parts are checked; `taken` are the quote's own passages."""
    transcript = placed.wording.transcript
    if not any(place.fit for place in placed.places):
        return PartFinding(placed.part, "not_found", reason=NOT_FOUND if placed.places else NO_WORDS)
    edits: list[Edit] = []
    for place, transition in zip(placed.places, placed.transitions, strict=True):
        if transition.edit is not None:
            edits.append(transition.edit)
        edits += _piece_edits(place, placed.wording)
    edits = [*_negation_before(placed), *edits, *_negation_after(placed)]
    passages = _passages(placed)
    verdict = worst(edit.severity for edit in edits) if edits else "verbatim"
    return PartFinding(
        placed.part,
        verdict,
        spans=tuple(transcript.span(*run) for passage in passages for run in _unbroken(passage, placed.places)),
        heard=" … ".join(transcript.said(*passage) for passage in passages),
        edits=tuple(edits),
        elsewhere=_elsewhere(placed.places, taken, transcript),
        reason=_reason(verdict, edits),
    )


def _piece_edits(place: Place, wording: Wording) -> list[Edit]:
    if place.fit is None:
        printed = whole_words(place.piece.words, wording.text)
        return [Edit("insert", printed, "", "altered", "these words were not found")]
    placed = PlacedPiece(place.piece, place.fit, wording.text, wording.transcript)
    return [judged(difference, wording) for difference in differences(placed)]


def _negation_before(placed: _PlacedPart) -> tuple[Edit, ...]:
    """The `not` that is said right before a printed sentence, in its clause."""
    place, transcript = placed.places[0], placed.wording.transcript
    if place.fit is None or place.piece.boundary == "seam" or not placed.part.text[:1].isupper():
        return ()
    return _negation(transcript, place.fit.first - 1) if not transcript.marks_after(place.fit.first - 1) else ()


def _negation_after(placed: _PlacedPart) -> tuple[Edit, ...]:
    """The `not` that is said right after a printed sentence, in its clause."""
    fit, transcript = placed.places[-1].fit, placed.wording.transcript
    if fit is None or not placed.part.text.rstrip("\"'”’)").endswith((".", "!", "?")):
        return ()
    return _negation(transcript, fit.last) if not transcript.marks_after(fit.last - 1) else ()


def _negation(transcript: MatchTranscript, at: int) -> tuple[Edit, ...]:
    """The edit that leaves out a token, if that is a negation of its clause."""
    if transcript.tokens[at].form not in transcript.language.clause_negations:
        return ()
    return (cut(transcript, at, at + 1, ("altered", "negation lost")),)


def _passages(placed: _PlacedPart) -> list[tuple[int, int]]:
    """The heard tokens of a part as ranges, in printed order, split at long runs of words that are not printed."""
    found: list[tuple[int, int]] = []
    for place, transition in zip(placed.places, placed.transitions, strict=True):
        if place.fit is None:
            continue
        first = place.fit.first if transition.first is None else transition.first
        if found and found[-1][1] == first:
            first = found.pop()[0]
        found += _split((first, place.fit.last), _printed(place), LONGEST_SHOWN_WORDS)
    return found


def _printed(place: Place) -> list[int]:
    """The heard tokens of a fit that are aligned with a printed word."""
    pairs = place.fit.pairs if place.fit else ()
    return [pair.heard for pair in pairs if pair.heard is not None and pair.printed is not None]


def _unbroken(passage: tuple[int, int], places: tuple[Place, ...]) -> list[tuple[int, int]]:
    """A passage split where more than `RUN_BREAK_WORDS` heard words in a row are not printed."""
    first, last = passage
    inside = sorted({at for place in places for at in _printed(place) if first <= at < last})
    start = inside[0] if inside and inside[0] - first > RUN_BREAK_WORDS else first
    return _split((start, last), inside, RUN_BREAK_WORDS)


def _split(run: tuple[int, int], printed: list[int], longest_gap: int) -> list[tuple[int, int]]:
    """A range of heard tokens split where the distance between printed ones is longer than `longest_gap`."""
    gaps = [(before, after) for before, after in pairwise(printed) if after - before > longest_gap]
    starts, ends = [run[0], *(after for _, after in gaps)], [*(before + 1 for before, _ in gaps), run[1]]
    return list(zip(starts, ends, strict=True))


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


def _settle_short_parts(quote: Quote, found: tuple[PartFinding, ...], code: str) -> tuple[PartFinding, ...]:
    """The parts of a quote; a short part whose place is not certain becomes `uncertain`, or `not_found` in a phrase."""
    is_open = [_is_short(part, code) and not _is_certain(part, found, code) for part in found]
    return tuple(_uncertain(quote, part) if doubted else part for part, doubted in zip(found, is_open, strict=True))


def _uncertain(quote: Quote, part: PartFinding) -> PartFinding:
    if quote.kind == "phrase":
        return PartFinding(part.part, "not_found", reason="no passage of this clip has these words")
    reason = f"too few words to be sure that this is the passage: {part.reason}"
    return replace(part, verdict="uncertain", reason=reason)


def _is_short(part: PartFinding, code: str) -> bool:
    return part.verdict == "altered" and len(tokens(part.part.text, code)) < SHORT_PART_WORDS


def _is_certain(part: PartFinding, found: tuple[PartFinding, ...], code: str) -> bool:
    return _has_similar_words(part, code) or any(_are_close(part, other) for other in found if other is not part)


def _has_similar_words(part: PartFinding, code: str) -> bool:
    """Whether all words of a part were heard, if with others between them, or half of them, and the others as similar
    ones; a short form counts as two words."""
    serious = [edit for edit in part.edits if edit.severity == "altered"]
    if all(edit.kind == "delete" for edit in serious):
        return True
    words = max(len(part.part.text.split()), len(tokens(part.part.text, code)))
    changed = sum(len(edit.published.split()) for edit in serious)
    return words >= LEAST_SURE_WORDS and 2 * changed <= words and all(map(_is_similar, serious))


def _is_similar(edit: Edit) -> bool:
    from rapidfuzz import fuzz

    if edit.reason.startswith(SIMILAR_REASONS):
        return True
    return fuzz.ratio(edit.published.casefold(), edit.heard.casefold()) >= LEAST_LIKENESS


def _are_close(part: PartFinding, other: PartFinding) -> bool:
    """Whether another part of the quote is said within a minute."""
    return any(abs(mine.start_ms - theirs.start_ms) <= NEIGHBOUR_MS for theirs in other.spans for mine in part.spans)
