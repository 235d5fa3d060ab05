"""The text side of Whisper weights, with a fault of the official files mended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_FIRST_MERGE = ("Ġ", "t")
"""A blank and a `t`: merge number 0 of Whisper's vocabulary."""


def load_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of the weights in `folder`.

    The official multilingual tokenizer.json has the token ` t` but lacks the merge that makes it, so encoded
    text breaks before every small t: " this" becomes a blank and "this", which the model has hardly ever
    seen, and whatever is scored or given as hotwords suffers. The merge is put back; whole files stay as
    they are.
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
    """Whether the merge is there, as text or as a pair: both are in use."""
    return " ".join(_FIRST_MERGE) in merges or list(_FIRST_MERGE) in merges
