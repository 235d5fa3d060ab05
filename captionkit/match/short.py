"""Parts of few words, which may be anybody's: they count as changed only where it is sure that they were meant."""

from __future__ import annotations

from dataclasses import replace

from captionkit.match.normalise import tokens
from captionkit.model import Edit, PartFinding, Quote

SHORT_PART_WORDS = 6
"""Fewer words than this are few."""
LEAST_NEAR_WORDS = 4
"""A part with a changed word needs so many to be sure on its own."""
NEAR_LIKENESS = 50.0
NEAR_REASONS = ("negation", "number changed", "grammar changed", "date changed", "name changed")
"""Changed words are similar ones from this similarity in spelling on (0 to 100), or for one of these reasons."""
NEIGHBOUR_MS = 60_000


def settled(quote: Quote, found: tuple[PartFinding, ...], code: str) -> tuple[PartFinding, ...]:
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
