"""Where sentences end in the recognised words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from captionkit.captions.breaks import Grammar, bad_break, bare, ends_with_mark
from captionkit.captions.scripts import abbreviations
from captionkit.captions.tokens import CaptionToken
from captionkit.text import sentence_spans

_AUDIBLE_STOP_MS = 300


def sentence_ends(tokens: Sequence[CaptionToken], grammar: Grammar) -> list[bool]:
    """For each of one or more tokens, whether a sentence ends with it; the last one always ends one.

    English is split by nupunkt, which recognises that "Gov. Ito" and "5 p.m. Friday" do not end a sentence. In
    other languages a sentence's mark decides, unless the next word is in lower case or the mark belongs to an
    abbreviation. A mark followed by an audible stop and a capital ends a sentence in either.
    """
    by_text = _ends_by_nupunkt(tokens) if grammar.language == "en" else _ends_by_marks(tokens, grammar)
    return [
        by_text[index] or _stops(token, following, grammar) for index, (token, following) in enumerate(pairwise(tokens))
    ] + [True]


def _ends_by_nupunkt(tokens: Sequence[CaptionToken]) -> list[bool]:
    """Sentence ends as nupunkt sees them in the running text."""
    texts = [token.text if token.inside or not token.spaced else f" {token.text}" for token in tokens]
    token_at_end = {end: index for index, end in enumerate(accumulate(map(len, texts)))}
    text = "".join(texts)
    ends = [False] * len(tokens)
    for start, end in sentence_spans(text):
        at = start + len(text[start:end].rstrip())
        if at in token_at_end:
            ends[token_at_end[at]] = True
    return ends


def _ends_by_marks(tokens: Sequence[CaptionToken], grammar: Grammar) -> list[bool]:
    """Sentence ends by their marks alone."""
    following = [token.text for token in tokens[1:]] + [""]
    return [
        ends_with_mark(token.text, "sentence_marks")
        and not after[:1].islower()
        and not _abbreviates(token.text, grammar)
        for token, after in zip(tokens, following, strict=True)
    ]


def _abbreviates(text: str, grammar: Grammar) -> bool:
    """Whether a full stop more likely belongs to the word: "9. Dezember", "J. Weber", "z.B.", "Dr."."""
    word = bare(text)
    known = word in abbreviations() or grammar.is_one_of(word, "abbreviation")
    initial = len(word) == 1 and word.isalpha()
    return text.endswith(".") and (known or initial or word.isdigit() or "." in word)


def _stops(token: CaptionToken, following: CaptionToken, grammar: Grammar) -> bool:
    """Whether the speaker stops after a sentence's mark before a capital ("… said no. [pause] Dr. Ho …")."""
    return (
        following.start_ms - token.end_ms >= _AUDIBLE_STOP_MS
        and ends_with_mark(token.text, "sentence_marks")
        and following.text[0].isupper()
        and not _abbreviates(token.text, grammar)
        and bad_break(token.text, following.text, grammar) is None
    )
