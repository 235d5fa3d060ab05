"""House policies: which edits a newsroom allows in a quotation, and what that means for findings."""

from captionkit.policy.judge import breaks_policy, with_policy
from captionkit.policy.kinds import KINDS
from captionkit.policy.load import load_policy, policy_names
from captionkit.policy.wording import SHORT_WORDS, finding_sentences, from_source

__all__ = [
    "KINDS",
    "SHORT_WORDS",
    "breaks_policy",
    "finding_sentences",
    "from_source",
    "load_policy",
    "policy_names",
    "with_policy",
]
