"""What a policy says of a finding, in sentences for a terminal or a page."""

from __future__ import annotations

from captionkit.model import PolicyCell, PolicyFinding, PolicyKind, PolicyVerdict, Ruling

KINDS: dict[PolicyKind, str] = {
    "fillers": "fillers (um, uh) left out",
    "repeats": "repeats or false starts left out",
    "discourse_markers": "discourse markers (you know, I mean) left out",
    "short_forms": "short forms written out, or the other way round",
    "grammar": "grammar mended",
    "ellipsis": "words left out at an ellipsis",
    "brackets": "words added or replaced in brackets",
    "sentences_joined": "sentences joined that were said apart",
    "order": "order changed",
    "cuts": "words left out without a mark",
    "words": "words, names, numbers or negations changed, added or lost",
}
"""Every kind with what was done to the quotation."""

DROPPED_KINDS: tuple[PolicyKind, ...] = ("fillers", "repeats", "discourse_markers")
"""Kinds for which a cell may say something else where an ellipsis marks the place."""

NOT_KNOWN = "not known"
"""Stands for the date of a source that has none."""

SHORT_WORDS: dict[PolicyVerdict, str] = {
    "forbidden": "breaks the policy of {}",
    "undecided": "listen first, then the policy of {} decides",
    "unknown": "the policy of {} does not say",
    "allowed": "allowed by the policy of {}",
}
"""What a policy says, from worst to best, with {} where its title goes."""


def finding_sentences(held: PolicyFinding) -> tuple[tuple[PolicyVerdict, str], ...]:
    """Each different thing that a policy says of a part or of the order of a quote, with its verdict."""
    if not held.edits and held.verdict == "undecided":
        return ((held.verdict, SHORT_WORDS["undecided"].format(held.title)),)
    return tuple(dict.fromkeys((ruling.verdict, _sentence(ruling, held.title)) for ruling in held.edits))


def from_source(cell: PolicyCell | Ruling) -> str:
    """Where a newsroom says it, and when, in brackets; empty where no source is given."""
    if not cell.source:
        return ""
    date = "date not known" if cell.date in ("", NOT_KNOWN) else cell.date
    return f"({cell.source}; {date})"


def _sentence(ruling: Ruling, title: str) -> str:
    short = SHORT_WORDS[ruling.verdict].format(title)
    if ruling.kind is None:
        return short
    marked = ", at an ellipsis" if ruling.marked and ruling.kind != "ellipsis" else ""
    what = f"{short}: {KINDS[ruling.kind]}{marked}"
    source = from_source(ruling) if ruling.verdict in ("allowed", "forbidden") else ""
    return f"{what} {source}".rstrip()
