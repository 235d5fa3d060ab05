"""Text → tokens to compare: case, punctuation, numbers, short forms and spelling are one thing on both sides.

Every token keeps the characters it comes from, so that a difference found here can be marked in the page and
in the transcript. Tokens that are written as one (`can't`, `$1.2 million`) share the characters of the whole.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, replace

from captionkit.match.language import Language, language_data
from captionkit.match.numbers import LONGEST_NUMBER_WORDS, is_number, read_number

ELLIPSIS = "…"
LONGEST_SHORT_FORM = 20
DASHES = frozenset("-‐‑‒–—")
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´＇′‛", "'"))
_GLUE = "_"
"""Stands in flattened text for what is inside a word and no letter: combining marks, zero-width characters."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts written without blanks, compared letter by letter: Thai, Lao, Burmese, Khmer, kana, Han."""
_PIECE = re.compile(
    rf"""
      [{_UNSPACED}]_*
    | (?<!:)\d{{1,2}}:\d{{2}}(?![\w:])
    | (?:\d{{1,3}}(?:[,\u00a0\u2009\u202f]\d{{3}})+(?!\d)|\d+)(?:\.\d+)?½?(?:(?:st|nd|rd|th|s|k|mn?|bn?|tn)(?!\w))?
    | [^\W\d_{_UNSPACED}](?:(?![{_UNSPACED}])\w|['.](?=[^\W_]))*'?
    | \.{{2,}} | \.(?:\s\.){{2,}} | {ELLIPSIS}
    | [$£€¥₹%&°½−]
    """,
    re.VERBOSE,
)
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_LETTERS_WITH_POINTS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?")
_NO_POINT = re.compile(r"[^.]+")
_ENDS_ELIDED = re.compile(rf"(?:{ELLIPSIS}|\.{{2,}}|\.(?:\s\.){{2,}})\W*$")
_PARTS = re.compile(r"[,;:.!?()—…]")
_COMBINING = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word to compare. `form` is compared; `start` and `end` are offsets into the text it comes from.

    `short` is the short form that the word is a part of (`can't`), empty otherwise. `bracketed` words stand
    in [brackets]; `after_ellipsis` is true of the first word after an ellipsis.
    """

    form: str
    start: int
    end: int
    short: str = ""
    bracketed: bool = False
    after_ellipsis: bool = False


def tokens(text: str, code: str = "en") -> tuple[Token, ...]:
    """The words of a text in comparable form, in order; linear in its length.

    Together they cover every letter and figure of the text.
    """
    language = language_data(code)
    words = _words(_pieces(text, language), text, language)
    found: list[Token] = []
    at = 0
    while at < len(words):
        ahead = _unbroken(words, at, text, language)
        run = _money(ahead, code) or _number(ahead, text, code)
        if run is None:
            run = [replace(words[at], form=_spelling(words[at].form, language))], 1
        found += run[0]
        at += run[1]
    return _dates(_with_cents(found, language), text, language)


def ends_with_ellipsis(text: str) -> bool:
    """Whether a text breaks off with an ellipsis."""
    return _ENDS_ELIDED.search(text[-20:]) is not None


def is_dash(token: Token, text: str) -> bool:
    """Whether a token is the `to` that a dash between two figures stands for (`7–2`)."""
    return token.form == "to" and text[token.start : token.end] in DASHES


def _pieces(text: str, language: Language) -> list[Token]:
    """Words, figures and the marks that matter, hyphens split, offsets kept."""
    brackets = [match.span() for match in _BRACKETS.finditer(text)]
    starts = [start for start, _ in brackets]
    found: list[Token] = []
    for match in _PIECE.finditer(_flat(text)):
        start, end = match.span()
        nearest = bisect_right(starts, start) - 1
        inside = nearest >= 0 and start < brackets[nearest][1]
        found += _split(Token(_form(text[start:end], language), start, end, bracketed=inside), text, language)
    return _letters_in_brackets(found)


def _flat(text: str) -> str:
    """Lower case and compatibility forms, one character for each of the text's, so that offsets hold."""
    plain = text.replace("_", " ").translate(_APOSTROPHES)
    if plain.isascii():
        return plain.lower()
    return "".join(map(_flat_character, plain))


def _flat_character(character: str) -> str:
    if character.isascii():
        return character.lower()
    if unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"}:
        return _GLUE
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character


def _form(written: str, language: Language) -> str:
    """A word as it is compared: case, compatibility forms and what cannot be seen do not count."""
    form = written.translate(_APOSTROPHES).casefold()
    if not form.isascii():
        visible = "".join(c for c in form if unicodedata.category(c) != "Cf" and not "\ufe00" <= c <= "\ufe0f")
        form = visible if "½" in visible else unicodedata.normalize("NFKC", visible).casefold()
        if language.folds_accents:
            form = _COMBINING.sub("", unicodedata.normalize("NFD", form))
        form = unicodedata.normalize("NFC", form)
    if form.startswith("."):
        return ELLIPSIS
    return form.replace(".", "") if _LETTERS_WITH_POINTS.fullmatch(form) else form.strip("'") or form


def _split(token: Token, text: str, language: Language) -> list[Token]:
    """One token, or two where no blank follows a full stop (`end.Start`)."""
    if "." not in token.form or token.form[0].isdigit():
        return [token]
    found = []
    for match in _NO_POINT.finditer(text, token.start, token.end):
        start, end = match.span()
        found.append(replace(token, form=_form(match[0], language), start=start, end=end))
    return found


def _letters_in_brackets(found: list[Token]) -> list[Token]:
    """`[T]he` is the word `The`; `walk[ed]` is one word in brackets, for its ending was not said."""
    out: list[Token] = []
    for token in found:
        before = out[-1] if out else None
        if before is None or before.bracketed == token.bracketed or token.start != before.end + 1:
            out.append(token)
            continue
        only_case = before.bracketed and len(before.form) == 1
        out[-1] = replace(before, form=before.form + token.form, end=token.end, bracketed=not only_case)
    return out


def _words(pieces: list[Token], text: str, language: Language) -> list[Token]:
    """Drop ellipses, and note on the words what they stood after; write short forms and abbreviations out."""
    found: list[Token] = []
    elided = False
    for index, piece in enumerate(pieces):
        if piece.form == ELLIPSIS:
            elided = True
            continue
        if piece.form == "cent" and found and found[-1].form == "per":
            found[-1] = replace(found[-1], form="percent", end=piece.end)
            continue
        form = piece.form
        if _is_number_sign(pieces, index, text, language):
            form = language.numbers["number"]["long"]
        long = _written_out(form, language)
        short = "" if long is None else form
        for part in long or language.same.get(form, form).split():
            found.append(replace(piece, form=language.same.get(part, part), short=short, after_ellipsis=elided))
            elided = False
    return found


def _is_number_sign(pieces: list[Token], index: int, text: str, language: Language) -> bool:
    """`No. 1` is number one, and no denial."""
    piece = pieces[index]
    follows = index + 1 < len(pieces) and pieces[index + 1].form[0].isdigit()
    return follows and piece.form == language.numbers["number"]["short"] and text[piece.end : piece.end + 1] == "."


def _written_out(form: str, language: Language) -> list[str] | None:
    """The words of a short form (`can't`, `we'd've`), None of any other word."""
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
    return [*(_written_out(stem, language) or [stem]), language.contraction_endings[ending]]


def _unbroken(words: list[Token], at: int, text: str, language: Language) -> list[Token]:
    """The words from one on that one number may consist of: no mark, bracket or ellipsis parts them.

    A comma parts them unless it follows `thousand` or `million`.
    """
    first = words[at]
    run = [first]
    for word in words[at + 1 : at + LONGEST_NUMBER_WORDS]:
        between = text[run[-1].end : word.start]
        scaled = run[-1].form in language.numbers["scales"] and between.strip() == ","
        if word.bracketed != first.bracketed or word.after_ellipsis or (_PARTS.search(between) and not scaled):
            break
        run.append(word)
    return run


def _number(words: list[Token], text: str, code: str) -> tuple[list[Token], int] | None:
    """A number at the start of some words, and the `to` of a range or a score with a dash (`7–2`)."""
    read = read_number([word.form for word in words], code)
    if read is None:
        return None
    form, count = read
    first, last = words[0], words[count - 1]
    found = [replace(first, form=form, end=last.end)]
    after = words[count] if count < len(words) else None
    between = text[last.end : after.start] if after is not None and after.form[0].isdigit() else ""
    if between in DASHES and first.form[0].isdigit():
        found.append(Token("to", last.end, last.end + 1, bracketed=first.bracketed))
    return found, count


def _money(words: list[Token], code: str) -> tuple[list[Token], int] | None:
    """`$1.2 million` at the start of some words in the order it is spoken: the number, then the currency."""
    sign = words[0]
    name = language_data(code).currency.get(sign.form)
    if name is None:
        return None
    amount = words[1:] if not sign.form.isalpha() and words[1:2] and words[1].start == sign.end else []
    read = read_number([word.form for word in amount], code)
    if read is None:
        return [replace(sign, form=name)], 1
    form, count = read
    whole = replace(sign, form=form, end=amount[count - 1].end)
    return [whole, replace(whole, form=name, after_ellipsis=False)], 1 + count


def _with_cents(found: list[Token], language: Language) -> list[Token]:
    """`one dollar (and) fifty cents` as 1.5 dollars."""
    out: list[Token] = []
    for token in found:
        cut = 2 if out and out[-1].form == language.numbers["and"] else 1
        if token.form not in language.cents or len(out) < cut + 2 or not is_number(out[-1].form):
            out.append(token)
            continue
        cents, rest = out[-1], out[:-1]
        if rest[-1].form == language.numbers["and"]:
            rest = rest[:-1]
        out.append(token)
        if len(rest) > 1 and rest[-1].form in language.currency.values() and _is_whole(rest[-2].form, cents.form):
            form = f"{rest[-2].form}.{int(cents.form[1:]):02}".rstrip("0").rstrip(".")
            out = [*rest[:-2], replace(rest[-2], form=form, end=token.end)]
            out.append(replace(rest[-1], start=rest[-2].start, end=token.end))
    return out


def _is_whole(*forms: str) -> bool:
    return all(form[1:].isdigit() for form in forms)


def _spelling(form: str, language: Language) -> str:
    """British spelling as American, for comparing only."""
    for stem in language.our_stems:
        if form.startswith(stem + "our"):
            return stem + "or" + form[len(stem) + 3 :]
    for ending in language.ise_endings:
        if len(form) > len(ending) + 3 and form.endswith(ending):
            return form[: -len(ending)] + "iz" + ending[2:]
    return form


def _dates(found: list[Token], text: str, language: Language) -> tuple[Token, ...]:
    """`December 9`, `9 December` and `the ninth of December` as month and day."""
    out: list[Token] = []
    for token in found:
        if token.form in language.months and (count := _day_before(out, text)):
            day = out[-count] if count < 3 else out[-2]
            first = out[-count]
            whole = replace(token, start=first.start, after_ellipsis=first.after_ellipsis)
            out[-count:] = [whole, replace(whole, form=_day(day), after_ellipsis=False)]
        elif out and _is_day(token) and _is_month(out[-1], token, text, language):
            out.append(replace(token, form=_day(token)))
        else:
            out.append(token)
    return tuple(out)


def _day(token: Token) -> str:
    return token.form.removesuffix("th") + "th"


def _day_before(out: list[Token], text: str) -> int:
    """How many tokens at the end are the day of a month that follows (`9`, `the ninth of`), 0 for none."""
    forms = [token.form for token in out[-3:]]
    if len(forms) == 3 and forms[0] == "the" and forms[2] == "of" and _is_day(out[-2]):
        return 3
    if len(forms) >= 2 and forms[-1] == "of" and forms[-2].endswith("th") and _is_day(out[-2]):
        return 2
    return 1 if out and _is_day(out[-1]) and text[out[-1].start].isdigit() else 0


def _is_month(token: Token, day: Token, text: str, language: Language) -> bool:
    """Whether a token before a day names a month; `may` and `march` do only before figures and ordinals."""
    sure = token.form not in language.month_words or day.form.endswith("th") or text[day.start].isdigit()
    return sure and token.form in language.months


def _is_day(token: Token) -> bool:
    figures = token.form.removeprefix("#").removesuffix("th")
    return is_number(token.form) and figures.isdigit() and 1 <= int(figures) <= 31
