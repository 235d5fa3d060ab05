"""Text → tokens: the steps in order, and single words (units, abbreviations, spelling)."""

from __future__ import annotations

import re
from dataclasses import replace

from captionkit.match.language import MatchLanguage, match_language
from captionkit.match.tokens.amounts import money_at, number_at, signed_at, unbroken_run, with_cents
from captionkit.match.tokens.dates import with_dates
from captionkit.match.tokens.numbers import read_number
from captionkit.match.tokens.ranges import with_joints, with_ranges
from captionkit.match.tokens.scan import SPELT, flat_text, scanned
from captionkit.match.tokens.short_forms import with_meanings, written_out
from captionkit.match.tokens.token import DASHES, ELLIPSIS, MatchToken

_ENDS_ELIDED = re.compile(rf"(?:{ELLIPSIS}|\.{{2,}}|\.(?:\s\.){{2,}})\W*$")
_NUMBER_SIGN = "#"


def tokens(text: str, code: str = "en") -> tuple[MatchToken, ...]:
    """The words of a text in comparable form, in order, covering all its letters and figures, in linear time.

    Args:
        text: any text.
        code: of its language.
    """
    language = match_language(code)
    words = _words(scanned(text, language), text, language)
    spelt = [match.span() for match in SPELT.finditer(flat_text(text))]
    found: list[MatchToken] = []
    at = 0
    while at < len(words):
        ahead = unbroken_run(words, at, text, language)
        run = signed_at(ahead, language) or money_at(ahead, language) or number_at(ahead, language)
        if run is None:
            run = [replace(words[at], form=_spelling(words[at].form, language))], 1
        found += run[0]
        at += run[1]
    found = with_ranges(with_cents(found, language), text, spelt)
    return with_meanings(with_joints(with_dates(found, text, language), text, spelt), text, language)


def ends_with_ellipsis(text: str) -> bool:
    """Whether a text breaks off with an ellipsis."""
    return _ENDS_ELIDED.search(text[-20:]) is not None


def _words(pieces: list[MatchToken], text: str, language: MatchLanguage) -> list[MatchToken]:
    """The raw tokens with short forms, units and abbreviations written out, and ellipses noted on the next word."""
    found: list[MatchToken] = []
    elided, measured = False, -1
    for index, piece in enumerate(pieces):
        if piece.form == ELLIPSIS:
            elided = True
            continue
        if piece.form == "cent" and found and found[-1].form == "per":
            found[-1] = replace(found[-1], form="percent", end=piece.end)
            continue
        before = text[measured : piece.start] if measured >= 0 else None
        chained = found != [] and found[-1].end == measured and not found[-1].form[0].isdigit()
        if not (chained and before != "/" and piece.end - piece.start == 1) and (
            unit := _unit(piece, before, text, language)
        ):
            found += unit
            measured = piece.end
            continue
        written = _written(pieces, index, text, language)
        found += [replace(word, after_ellipsis=elided and not at) for at, word in enumerate(written)]
        elided = elided and not written
        counts = piece.form[0].isdigit() or piece.form in language.numbers.scales
        measured = piece.end if counts else -1
    return found


def _written(pieces: list[MatchToken], index: int, text: str, language: MatchLanguage) -> list[MatchToken]:
    """The words that a raw token stands for."""
    piece = pieces[index]
    form = piece.form
    if form == _NUMBER_SIGN or _is_number_sign(pieces, index, text, language):
        form = language.numbers.number
    long = written_out(form, language)
    short = "" if long is None else form
    parts = long or language.same.get(form, form).split()
    return [replace(piece, form=language.same.get(part, part), short=short) for part in parts]


def _unit(piece: MatchToken, before: str | None, text: str, language: MatchLanguage) -> list[MatchToken]:
    """The words of a unit after a number or another unit (`20 mm`, `sq ft`, `km/h`); empty if it is not a unit.

    Args:
        piece: what may be a unit.
        before: the text between the number and it; None without a number.
        text: the whole text.
        language: that of the text.
    """
    written = text[piece.start : piece.end]
    spoken = language.units.get(written if len(written) == 1 else written.lower(), [])
    if before is None or not spoken or (before.strip() and before not in DASHES and before != "/"):
        return []
    if before == "/":
        per = replace(piece, form=language.numbers.per, start=piece.start - 1, end=piece.start)
        return [per, replace(piece, form=spoken[min(1, len(spoken) - 1)])]
    words = []
    for column in zip(*(phrase.split() for phrase in spoken)):
        form, *others = dict.fromkeys(language.same.get(word, word) for word in column)
        words.append(replace(piece, form=form, others=tuple((_single(other, language),) for other in others)))
    return words


def _single(word: str, language: MatchLanguage) -> str:
    """The form of a word on its own: `second` is an ordinal, wherever it is."""
    read = read_number([word], language.numbers)
    return read[0] if read else language.currency.get(word, word)


def _is_number_sign(pieces: list[MatchToken], index: int, text: str, language: MatchLanguage) -> bool:
    """Whether `No.` means number (`No. 1`), not a denial."""
    piece = pieces[index]
    follows = index + 1 < len(pieces) and pieces[index + 1].form[0].isdigit()
    return follows and piece.form == language.numbers.number_sign and text[piece.end : piece.end + 1] == "."


def _spelling(form: str, language: MatchLanguage) -> str:
    """A British spelling as the American one, for comparing only."""
    for stem in language.our_stems:
        if form.startswith(stem + "our"):
            return stem + "or" + form[len(stem) + 3 :]
    for ending in language.ise_endings:
        if len(form) > len(ending) + 3 and form.endswith(ending):
            return form[: -len(ending)] + "iz" + ending[2:]
    return form
