"""Quotes held against a transcript: where each part is said, how it differs, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import fuzz

from captionkit.match.align import HeardText, heard_text
from captionkit.match.edits import (
    LONGEST_RESTART_WORDS,
    Difference,
    Texts,
    differences,
    false_start,
    judged,
)
from captionkit.match.language import language_data
from captionkit.match.locate import Place, locate
from captionkit.match.normalise import Token, tokens
from captionkit.match.pieces import pieces
from captionkit.model import (
    VERDICTS,
    Edit,
    Finding,
    PartFinding,
    Quote,
    Span,
    Verdict,
    Word,
)

SHORT_PART_WORDS = 6
NEAR_LIKENESS = 50.0
LONGEST_CUT_WORDS = 60
RUN_BREAK_WORDS = 4
"""So many heard words left out break a passage into two spans."""
NEIGHBOUR_MS = 60_000


@dataclass(frozen=True)
class Heard:
    """A transcript ready to be searched. `token_words[i]` is the index of the word that token i begins in."""

    words: tuple[Word, ...]
    code: str = "en"

    @cached_property
    def text(self) -> str:
        """All words, one blank between them."""
        return " ".join(w.text for w in self.words)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its comparable words."""
        return tokens(self.text, self.code)

    @cached_property
    def index(self) -> HeardText:
        """The forms, indexed for alignment."""
        return heard_text([t.form for t in self.tokens], language_data(self.code).fillers)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        starts, at = [], 0
        for word in self.words:
            starts.append(at)
            at += len(word.text) + 1
        return tuple(starts)

    def ends_sentence(self, token: int) -> bool:
        """Whether a sentence ends with a token, by the transcript's punctuation."""
        return self.text[self.tokens[token].end : self.tokens[token].end + 1] in {".", "?", "!"}

    def word_range(self, first: int, last: int) -> tuple[int, int]:
        """The words that tokens `first` to `last` (exclusive) stand in, as a range of indexes."""
        from bisect import bisect_right

        begin = min(t.start for t in self.tokens[first:last])
        end = max(t.end for t in self.tokens[first:last])
        return bisect_right(self._starts, begin) - 1, bisect_right(self._starts, end - 1)

    def span(self, first: int, last: int) -> Span:
        """When tokens `first` to `last` (exclusive) are said."""
        start, stop = self.word_range(first, last)
        said = self.words[start:stop]
        return Span(said[0].start_ms, max(w.end_ms for w in said))

    def said(self, first: int, last: int) -> str:
        """The words of tokens `first` to `last` (exclusive), as the transcript writes them."""
        start, stop = self.word_range(first, last)
        return " ".join(w.text for w in self.words[start:stop])


@dataclass(frozen=True, slots=True)
class _Joined:
    """What stands between a piece and the one before it: the edit it makes, and the heard words it covers."""

    edit: Edit | None = None
    first: int | None = None
    backward: bool = False


def find_quotes(quotes: tuple[Quote, ...], heard: Heard, names: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Every quote of an article with its verdict.

    Args:
        quotes: as the article room gives them.
        heard: the transcript; without words every part is `not_found`.
        names: the article's names, so that a changed name is called one.
    """
    forms = frozenset(t.form for name in names for t in tokens(name, heard.code))
    return tuple(find_quote(quote, heard, forms) for quote in quotes)


def find_quote(quote: Quote, heard: Heard, names: frozenset[str]) -> Finding:
    """One quote with the verdict of each of its parts; `names` are comparable forms."""
    places = locate(pieces(quote.parts, heard.code), heard.index)
    found: list[PartFinding] = []
    backward = False
    for index in range(len(quote.parts)):
        own = [k for k, place in enumerate(places) if place.piece.part == index]
        joints = {k: _joined(places, k, (heard, quote.parts[index].text)) for k in own}
        backward |= any(j.backward for j in joints.values())
        found.append(_part_finding(quote, index, ([places[k] for k in own], [joints[k] for k in own]), (heard, names)))
    settled = tuple(_short_parts_settled(quote, found))
    return Finding(quote, worst(p.verdict for p in settled), settled, backward)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of some verdicts, in the order of `VERDICTS`; `not_found` of none."""
    return max(verdicts, key=VERDICTS.index, default="not_found")


def _joined(places: tuple[Place, ...], at: int, texts: tuple[Heard, str]) -> _Joined:
    """What happens between a piece and the last one found before it."""
    heard, printed = texts
    place = places[at]
    before = next((p for p in reversed(places[:at]) if p.fit is not None), None)
    if place.fit is None:
        return _Joined()
    if before is None or before.fit is None or place.piece.joint == "start":
        return _false_start(heard, place.fit.first)
    if place.fit.first < before.fit.last:
        if place.piece.joint == "part":
            return _Joined(backward=True)
        moved = Edit("replace", "", "", "altered", "printed in another order than said, without a mark")
        return _Joined(moved, backward=True)
    gap = place.fit.first - before.fit.last
    if gap and place.piece.joint == "part":
        return _false_start(heard, place.fit.first, before.fit.last)
    if not gap:
        return _Joined()
    cut = (before.fit.last, place.fit.first)
    said = heard.said(*cut) if gap <= LONGEST_CUT_WORDS else ""
    if place.piece.joint == "ellipsis":
        return _Joined(Edit("delete", "", said, "elided", "words left out where the article marks it"))
    if not said:
        return _Joined(Edit("delete", "", "", "altered", f"{gap} words cut without a mark"))
    edit = judged(_gap(heard, cut), Texts(printed, heard.text, code=heard.code))
    return _Joined(edit, cut[0])


def _false_start(heard: Heard, first: int, after: int = 0) -> _Joined:
    """The words of a false start right before a passage, in its sentence and after token `after`."""
    begin = first
    while begin > max(after, first - LONGEST_RESTART_WORDS) and not heard.ends_sentence(begin - 1):
        begin -= 1
    opening = tuple(t.form for t in heard.tokens[first : first + LONGEST_RESTART_WORDS])
    count = false_start(heard.tokens[begin:first], opening, heard.code)
    if not count:
        return _Joined()
    said = heard.said(first - count, first)
    return _Joined(Edit("delete", "", said, "tidied", "repeat or false start dropped"), first - count)


def _gap(heard: Heard, cut: tuple[int, int]) -> Difference:
    first, last = cut
    before = tuple(t.form for t in heard.tokens[max(0, first - 4) : first])
    after = tuple(t.form for t in heard.tokens[last : last + 4])
    return Difference((), heard.tokens[first:last], before, after)


def _part_finding(
    quote: Quote,
    index: int,
    located: tuple[list[Place], list[_Joined]],
    texts: tuple[Heard, frozenset[str]],
) -> PartFinding:
    """The finding of one part, before short parts are settled."""
    places, joints = located
    heard, names = texts
    part = quote.parts[index]
    if not any(p.fit for p in places):
        reason = "no passage of this clip matches; it may have been said elsewhere"
        return PartFinding(part, "not_found", reason=reason)
    wording = Texts(part.text, heard.text, names, heard.code)
    edits: list[Edit] = []
    for place, joint in zip(places, joints):
        if joint.edit is not None:
            edits.append(joint.edit)
        edits += _piece_edits(place, heard, wording)
    runs = _runs(places, joints, heard)
    verdict = worst(e.severity for e in edits) if edits else "verbatim"
    others = _elsewhere(places, heard)
    said = " … ".join(heard.said(first, last) for first, last in runs)
    spans = tuple(heard.span(first, last) for run in runs for first, last in _unbroken(run, places))
    return PartFinding(part, verdict, spans, said, tuple(edits), others, _reason(verdict, edits))


def _piece_edits(place: Place, heard: Heard, wording: Texts) -> list[Edit]:
    """The edits of one piece, with the times of their heard words."""
    if place.fit is None:
        words = place.piece.words
        text = wording.printed[words[0].start : words[-1].end]
        return [Edit("insert", text, "", "altered", "these words were not found")]
    found = []
    for difference in differences(place.piece, place.fit, heard.tokens):
        edit = judged(difference, wording)
        if difference.heard:
            at = heard.tokens.index(difference.heard[0])
            span = heard.span(at, at + len(difference.heard))
            edit = replace(edit, start_ms=span.start_ms, end_ms=span.end_ms)
        found.append(edit)
    return found


def _runs(places: list[Place], joints: list[_Joined], heard: Heard) -> list[tuple[int, int]]:
    """The heard tokens of a part as ranges, in printed order; pieces in one passage share a range."""
    runs: list[tuple[int, int]] = []
    for place, joint in zip(places, joints):
        if place.fit is None:
            continue
        first = place.fit.first if joint.first is None else joint.first
        if runs and runs[-1][1] == first:
            runs[-1] = (runs[-1][0], place.fit.last)
        else:
            runs.append((first, place.fit.last))
    return runs


def _unbroken(run: tuple[int, int], places: list[Place]) -> list[tuple[int, int]]:
    """A range cut where `RUN_BREAK_WORDS` or more heard words in a row are not printed."""
    printed = sorted(
        {p.heard for place in places if place.fit for p in place.fit.pairs if p.heard is not None and p.printed is not None}
    )
    inside = [k for k in printed if run[0] <= k < run[1]]
    if not inside:
        return [run]
    cuts = [(a, b) for a, b in zip(inside, inside[1:]) if b - a > RUN_BREAK_WORDS]
    starts = [inside[0] if inside[0] - run[0] >= RUN_BREAK_WORDS else run[0], *(b for _, b in cuts)]
    ends = [*(a + 1 for a, _ in cuts), run[1]]
    return list(zip(starts, ends))


def _elsewhere(places: list[Place], heard: Heard) -> tuple[Span, ...]:
    """Where else the same words are said, of the part's longest piece."""
    longest = max((p for p in places if p.fit), key=lambda p: len(p.piece.words))
    return tuple(heard.span(first, last) for first, last in longest.others)


def _reason(verdict: Verdict, edits: list[Edit]) -> str:
    if not edits:
        return "the same words"
    return "; ".join(dict.fromkeys(e.reason for e in edits if e.severity == verdict))


def _short_parts_settled(quote: Quote, found: list[PartFinding]) -> list[PartFinding]:
    """Few words that do not fit exactly may be anybody's: they count only beside another part, or nearly exact."""
    settled = []
    for index, part in enumerate(found):
        others = [p for k, p in enumerate(found) if k != index and p.verdict != "not_found"]
        short = len(tokens(part.part.text)) < SHORT_PART_WORDS
        if part.verdict != "altered" or not short or _near(part) or _beside(part, others):
            settled.append(part)
        elif quote.kind == "phrase":
            reason = "no passage of this clip has these words; the nearest is given in `elsewhere`"
            settled.append(
                replace(part, verdict="not_found", spans=(), heard="", edits=(), elsewhere=part.spans, reason=reason)
            )
        else:
            reason = "too few words to be sure that this is the passage: " + part.reason
            settled.append(replace(part, verdict="uncertain", reason=reason))
    return settled


def _near(part: PartFinding) -> bool:
    """All but one word exact, and that one alike, or nothing but words cut between exact ones."""
    serious = [e for e in part.edits if e.severity == "altered"]
    if all(e.kind == "delete" for e in serious):
        return True
    if len(serious) != 1 or len(tokens(part.part.text)) < 4:
        return False
    edit = serious[0]
    negation = edit.reason.startswith("negation")
    return negation or fuzz.ratio(edit.published.casefold(), edit.heard.casefold()) >= NEAR_LIKENESS


def _beside(part: PartFinding, others: list[PartFinding]) -> bool:
    """Another part of the quote is heard within a minute."""
    return any(
        abs(mine.start_ms - theirs.start_ms) <= NEIGHBOUR_MS
        for other in others
        for theirs in other.spans
        for mine in part.spans
    )
