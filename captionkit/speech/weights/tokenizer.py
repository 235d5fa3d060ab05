"""Load the tokenizer of Whisper weights, and fix a fault of the official files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_FIRST_MERGE = ("Ġ", "t")
"""A space and a `t`: merge number 0 of Whisper's vocabulary."""


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of the weights in `folder`.

    The official multilingual tokenizer.json has the token ` t` but lacks the merge that makes it, so encoded text is
    split before every lower-case t: " this" becomes a space and "this", which the model has hardly ever seen, and
    scores and hotwords suffer. The merge is added; files that have it stay as they are.
    """
    from tokenizers import Tokenizer

    text = (folder / "tokenizer.json").read_text(encoding="utf-8")
    data = json.loads(text)
    model = data.get("model", {})
    merges = model.get("merges")
    if not merges or "".join(_FIRST_MERGE) not in model.get("vocab", {}) or _has_first_merge(merges):
        return Tokenizer.from_str(text)
    merges.insert(0, list(_FIRST_MERGE) if isinstance(merges[0], list) else " ".join(_FIRST_MERGE))
    return Tokenizer.from_str(json.dumps(data, ensure_ascii=False))


def _has_first_merge(merges: list[str] | list[list[str]]) -> bool:
    """Whether the merge is there, as text or as a pair: both forms are in use."""
    return " ".join(_FIRST_MERGE) in merges or list(_FIRST_MERGE) in merges
