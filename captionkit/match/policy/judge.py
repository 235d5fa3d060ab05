"""A policy applied to findings: verdicts, words and times stay as they are; what the policy says comes beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from captionkit.match.language import match_language
from captionkit.match.policy.kinds import AS_SAID, AT_ELLIPSIS, NOT_HEARD, kind_of
from captionkit.match.tokens import tokens
from captionkit.model import (
    POLICY_VERDICTS,
    Edit,
    Finding,
    PartFinding,
    Policy,
    PolicyCell,
    PolicyFinding,
    PolicyKind,
    PolicyState,
    PolicyVerdict,
    Ruling,
    Verdict,
)

NOTHING_TO_JUDGE: tuple[Verdict, ...] = ("verbatim", "not_found")


def with_policy(findings: tuple[Finding, ...], policy: Policy, code: str) -> tuple[Finding, ...]:
    """The same findings with what a policy says of each part and quote, in place of what another one said.

    Args:
        findings: after the sound was asked, where it can be.
        policy: of `load_policy`, or of a record.
        code: the language of the transcript, to tell fillers.
    """
    return tuple(_finding(finding, policy, code) for finding in findings)


def breaks_policy(finding: Finding) -> bool:
    """Whether the policy that a quote was compared with forbids something in it."""
    return finding.policy is not None and finding.policy.verdict == "forbidden"


def _finding(finding: Finding, policy: Policy, code: str) -> Finding:
    parts = tuple(replace(part, policy=_part(part, policy, code)) for part in finding.parts)
    held = [part.policy for part in parts if part.policy]
    order: tuple[Ruling, ...] = ()
    if finding.reordered and not any(ruling.kind == "order" for part in held for ruling in part.edits):
        cell = policy.cell("order")
        open_ = any(part.verdict == "uncertain" for part in parts)
        order = (_ruling(cell, "undecided" if open_ else cell.state, None),)
    verdicts = [*(part.verdict for part in held), *(ruling.verdict for ruling in order)]
    told = PolicyFinding(policy.name, policy.title, _worst(verdicts), order) if verdicts else None
    return replace(finding, parts=parts, policy=told)


def _part(part: PartFinding, policy: Policy, code: str) -> PolicyFinding | None:
    if part.verdict in NOTHING_TO_JUDGE:
        return None
    rulings = [_edit(at, part, policy, code) for at in range(len(part.edits))]
    told = tuple(ruling for ruling in rulings if ruling is not None)
    if part.verdict == "uncertain":
        told = tuple(replace(ruling, verdict="undecided") for ruling in told)
    if told:
        return PolicyFinding(policy.name, policy.title, _worst(ruling.verdict for ruling in told), told)
    open_ = part.verdict == "uncertain" or any(evidence.doubt for evidence in part.evidence)
    return PolicyFinding(policy.name, policy.title, "undecided") if open_ else None


def _is_marked(edit: Edit, part: PartFinding, code: str) -> bool:
    """Whether an ellipsis of the part marks what an edit leaves out.

    Of words said twice (`We will, we will keep`, printed as `We will … keep`) the first are told as dropped before the
    passage, though the mark stands behind the same words.
    """
    if edit.reason == AT_ELLIPSIS:
        return True
    return kind_of(edit) == "repeats" and _is_beside_ellipsis(_without_fillers(edit.heard, code), part, code)


def _is_beside_ellipsis(forms: tuple[str, ...], part: PartFinding, code: str) -> bool:
    """Whether some words are printed right before or after an ellipsis."""
    printed = tokens(part.part.text, code)
    shown, size = tuple(token.form for token in printed), len(forms)
    places = (at for at, token in enumerate(printed) if token.after_ellipsis)
    return bool(forms) and any(forms in (shown[max(0, at - size) : at], shown[at : at + size]) for at in places)


def _edit(at: int, part: PartFinding, policy: Policy, code: str) -> Ruling | None:
    """What the policy says of one edit; None where nothing was done to the quotation."""
    edit = part.edits[at]
    if edit.severity == "verbatim" or edit.reason.startswith(AS_SAID):
        return None
    kind = _left_out(edit, part, code) if edit.reason == AT_ELLIPSIS else kind_of(edit)
    if kind is None:
        return Ruling("undecided", edit=at)
    cell = policy.cell(kind)
    if edit.severity == "uncertain" or edit.reason in NOT_HEARD:
        return _ruling(cell, "undecided", at)
    if not _is_marked(edit, part, code):
        return _ruling(cell, cell.state, at)
    cell, state = _at_ellipsis(cell, policy)
    return replace(_ruling(cell, state, at), kind=kind, marked=True)


def _at_ellipsis(cell: PolicyCell, policy: Policy) -> tuple[PolicyCell, PolicyState]:
    """The cell that decides where an ellipsis marks what was left out, and what it says.

    What may be left out silently may be left out with a mark too; else, and where the cell says nothing of a mark, it
    is words left out at an ellipsis like others.
    """
    if cell.with_ellipsis is not None:
        return cell, cell.with_ellipsis
    decides = cell if cell.state == "allowed" else policy.cell("ellipsis")
    return decides, decides.state


def _left_out(edit: Edit, part: PartFinding, code: str) -> PolicyKind:
    """What was left out at an ellipsis: fillers, discourse markers or repeated words alone, or words that say more."""
    lost = _without_fillers(edit.heard, code)
    if not lost:
        return "fillers"
    if lost in match_language(code).markers:
        return "discourse_markers"
    return "repeats" if _is_beside_ellipsis(lost, part, code) else "ellipsis"


def _without_fillers(text: str, code: str) -> tuple[str, ...]:
    """The forms of a text that are not fillers."""
    fillers = match_language(code).fillers
    return tuple(token.form for token in tokens(text, code) if token.form not in fillers)


def _ruling(cell: PolicyCell, verdict: PolicyVerdict, at: int | None) -> Ruling:
    return Ruling(verdict, cell.kind, at, source=cell.source, url=cell.url, date=cell.date)


def _worst(verdicts: Iterable[PolicyVerdict]) -> PolicyVerdict:
    return max(verdicts, key=POLICY_VERDICTS.index)
