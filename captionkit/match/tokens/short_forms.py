"""Short forms (`can't`, `he's`): the words they stand for."""

from __future__ import annotations

from dataclasses import replace

from captionkit.match.language import MatchLanguage
from captionkit.match.tokens.token import MatchToken

LONGEST_SHORT_FORM = 20
_SEPARATING = frozenset(",;:.…—-")
_MOST_BETWEEN = 3
"""At most this many adverbs may be between a short form and its participle (`he's never really been`)."""


def written_out(form: str, language: MatchLanguage) -> list[str] | None:
    """The words of a short form (`can't`, `we'd've`); None for any other word."""
    if form in language.contractions:
        return language.contractions[form][0].split()
    if len(form) > LONGEST_SHORT_FORM:
        return None
    stem, mark, ending = form.rpartition("'")
    if ending == "s" and stem in language.s_hosts:
        return [stem, "'s"]
    if ending == "t" and stem.endswith("n"):
        stem, ending = stem[:-1], "n't"
    else:
        ending = mark + ending
    if not stem or ending not in language.contraction_endings:
        return None
    return [*(written_out(stem, language) or [stem]), language.contraction_endings[ending]]


def with_meanings(found: list[MatchToken], text: str, language: MatchLanguage) -> tuple[MatchToken, ...]:
    """Short forms with the words that they may stand for, given the next words (`he's gone`, `he's a problem`); before
    a mark they may stand for any."""
    out = list(found)
    for at, token in enumerate(found):
        is_separated = text[token.end : token.end + 1] in _SEPARATING
        if not is_separated and (token.form == "'d" or token.form.endswith("'s")):
            out[at] = replace(token, means=_meanings(found, at, language))
    return tuple(out)


def _meanings(found: list[MatchToken], at: int, language: MatchLanguage) -> tuple[str, ...]:
    """What `'s` or `'d` stands for, given the words after it; empty if there are none or the language does not say."""
    participles = language.participles
    asks = at > 0 and found[at].short != "" and found[at - 1].form in language.question_words
    ahead = [token.form for token in found[at + 1 : at + 2 + _MOST_BETWEEN]]
    if not ahead or not participles.irregular:
        return ()
    between = (form in participles.after or form in language.fillers or form.endswith("ly") for form in ahead)
    following = next((form for form, skip in zip(ahead, between) if not skip), "")
    if found[at].form != "'d":
        if following in participles.only_has:
            return ("has",)
        perfect = any(map(participles.holds, ahead)) if asks else participles.holds(following)
        return ("is", "has") if perfect else ("is",)
    if asks:
        return ("did", "had", "would")
    if ahead[0] in participles.only_had:
        return ("had",)
    if not participles.holds(following):
        return ("would",)
    return ("had", "would") if following in participles.like_the_verb else ("had",)
