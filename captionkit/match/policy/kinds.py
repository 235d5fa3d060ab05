"""Which of the kinds that a policy speaks of an edit of a finding is.

To add a kind: name it in `model.PolicyKind`, describe it in `model.POLICY_KINDS`, give it here the reasons it has in
`_KIND_OF`, and describe it in docs/guide.md. A reason that the match room gives must have a kind: a test checks it.
"""

from __future__ import annotations

from captionkit.match.disfluency import FILLER, REPEAT
from captionkit.match.edits import SHORT_FORM
from captionkit.match.replacements import CUT
from captionkit.model import Edit, PolicyKind

AT_ELLIPSIS = "words left out where the article marks it"
NOT_HEARD: dict[str, PolicyKind] = {
    "a filler that was not heard": "fillers",
    "a discourse marker that was not heard": "discourse_markers",
    "a repeat that was not heard": "repeats",
}
"""Reasons of printed words that recognisers drop by themselves: whether they were said is open."""
AS_SAID = "filler: "
"""How the reason begins where a printed filler was said, and only heard as another word: no edit at all."""

_KIND_OF: tuple[tuple[str, PolicyKind], ...] = (
    *NOT_HEARD.items(),
    (FILLER, "fillers"),
    (REPEAT, "repeats"),
    ("filler and repeat dropped", "repeats"),
    ("false start dropped", "repeats"),
    ("discourse marker dropped", "discourse_markers"),
    (SHORT_FORM, "short_forms"),
    ("grammar changed", "grammar"),
    (AT_ELLIPSIS, "ellipsis"),
    ("a marked [bracket]", "brackets"),
    ("many words stand behind one bracket", "cuts"),
    ("printed in another order than said", "order"),
    (CUT, "cuts"),
    ("negation", "words"),
    ("number", "words"),
    ("date changed", "words"),
    ("name", "words"),
    ("a name that sounds the same is spelt otherwise", "words"),
    ("word", "words"),
    ("these words were not found", "words"),
)
"""How the reason of an edit begins → its kind; the first that fits counts."""


def kind_of(edit: Edit) -> PolicyKind | None:
    """Which kind of edit one is, by its reason; None where that does not tell, as where the sound is undecided."""
    kind = next((kind for begin, kind in _KIND_OF if edit.reason.startswith(begin)), None)
    if kind == "cuts" and edit.between_sentences:
        return "sentences_joined"
    return kind
