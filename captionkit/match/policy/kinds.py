"""Edit → its kind, as policies name them.

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
"""Reasons for printed words that recognisers often leave out: whether they were said is undecided."""
AS_SAID = "filler: "
"""How the reason begins if a printed filler was said but recognised as another word: not an edit."""

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
"""How the reason of an edit begins, and its kind; the first match counts. The reasons are in records: do not reword."""


def kind_of(edit: Edit) -> PolicyKind | None:
    """The kind of an edit, by its reason; None if the reason does not decide it, as where the sound is undecided."""
    kind = next((kind for begin, kind in _KIND_OF if edit.reason.startswith(begin)), None)
    if kind == "cuts" and edit.between_sentences:
        return "sentences_joined"
    return kind
