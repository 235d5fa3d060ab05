"""Text → tokens to compare: case, punctuation, numbers, short forms and spelling are one thing on both sides.

Every token keeps the characters it comes from, so that a difference found here can be marked in the page and
in the transcript. Tokens that are written as one (`can't`, `$1.2 million`) share the characters of the whole.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Literal

from captionkit.match.language import Language, language_data
from captionkit.match.numbers import LONGEST_NUMBER_WORDS, is_number, is_share, negative, other_readings, read_number
from captionkit.match.patterns import CURRENCY_SIGNS, DASHES, ELLIPSIS, HYPHENS, SPELT, piece_pattern, plain_figures

LONGEST_SHORT_FORM = 20
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´＇′‛", "'"))
_GLUE = "_"
"""Stands in flattened text for what is inside a word and no letter: combining marks, zero-width characters."""
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_LETTERS_WITH_POINTS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?")
_NO_POINT = re.compile(r"[^.]+")
_ENDS_ELIDED = re.compile(rf"(?:{ELLIPSIS}|\.{{2,}}|\.(?:\s\.){{2,}})\W*$")
_PARTS = re.compile(r"[,;:.!?()—…]")
_COMBINING = re.compile("[\u0300-\u036f]")
_CLOCK_POINT = re.compile(r"\d{1,2}\.[0-5]\d")
_NUMBER_SIGN = "#"
_PARTING = frozenset(",;:.…—-")
_MOST_BETWEEN = 3
"""So many adverbs may stand between a short form and its participle (`he's never really been`)."""

Joint = Literal["", "-", "|"]
"""What is between a word and the one before it: nothing that counts, a hyphen, or (between two numbers) a mark that
separates them."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word to compare. `form` is compared; `start` and `end` are offsets into the text it comes from.

    `short` is the short form that the word is a part of (`can't`), empty otherwise. `bracketed` words stand
    in [brackets]; `after_ellipsis` is true of the first word after an ellipsis. `joint` is what stands before it.
    `others` are further readings of the word, each in forms (`thirty-second` lasts 30 seconds, or is the 32nd);
    `means` are the words that a short form stands for here (`'s` is `has` only before a participle).
    """

    form: str
    start: int
    end: int
    short: str = ""
    bracketed: bool = False
    after_ellipsis: bool = False
    joint: Joint = ""
    others: tuple[tuple[str, ...], ...] = ()
    means: tuple[str, ...] = ()


def tokens(text: str, code: str = "en") -> tuple[Token, ...]:
    """The words of a text in comparable form, in order; linear in its length.

    Together they cover every letter and figure of the text.
    """
    language = language_data(code)
    words = _words(_pieces(text, language), text, language)
    spelt = [match.span() for match in SPELT.finditer(_flat(text))]
    found: list[Token] = []
    at = 0
    while at < len(words):
        ahead = _unbroken(words, at, text, language)
        run = _signed(ahead, language) or _money(ahead, language) or _number(ahead, language)
        if run is None:
            run = [replace(words[at], form=_spelling(words[at].form, language))], 1
        found += run[0]
        at += run[1]
    found = _with_dashes(_with_cents(found, language), text, spelt)
    return _with_meanings(_with_joints(_dates(found, text, language), text, spelt), text, language)


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
    flat = _flat(text)
    shouts = not any(c.islower() for c in text) and len(text.split()) > 1
    found: list[Token] = []
    for match in piece_pattern(language.separators).finditer(flat):
        start, end = match.span()
        nearest = bisect_right(starts, start) - 1
        inside = nearest >= 0 and start < brackets[nearest][1]
        piece = Token(_piece_form(match, text, language), start, end, bracketed=inside)
        if not shouts and text[start:end].isupper() and len(piece.form) > 1 and piece.form in language.fillers:
            piece = replace(piece, form=piece.form.upper())
        found += _split(piece, text, language)
    return _letters_in_brackets(found)


def _piece_form(match: re.Match[str], text: str, language: Language) -> str:
    """A piece as it is compared: figures with a point for decimals, fractions as `1/2`, a sign as its word."""
    written = text[match.start() : match.end()]
    if match["sign"]:
        return str(language.numbers["minus"][0])
    if match["vulgar"]:
        return unicodedata.normalize("NFKC", written).replace("\u2044", "/")
    if match["fraction"]:
        return written.replace("\u2044", "/")
    return plain_figures(match[0], language.separators) if match["figures"] else _form(written, language)


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
    if unicodedata.category(character) == "No":
        return character
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character


def _form(written: str, language: Language) -> str:
    """A word as it is compared: case, compatibility forms and what cannot be seen do not count."""
    form = written.translate(_APOSTROPHES).casefold()
    if not form.isascii():
        visible = "".join(c for c in form if unicodedata.category(c) != "Cf" and not "\ufe00" <= c <= "\ufe0f")
        form = unicodedata.normalize("NFKC", visible).casefold()
        if language.folds_accents:
            form = _COMBINING.sub("", unicodedata.normalize("NFD", form))
        form = unicodedata.normalize("NFC", form)
    if form.startswith("."):
        return ELLIPSIS
    return form.replace(".", "") if _LETTERS_WITH_POINTS.fullmatch(form) else form.strip("'") or form


def _split(token: Token, text: str, language: Language) -> list[Token]:
    """One token, or two where no space follows a full stop (`end.Start`), or a slash separates two numbers (`24/7`)."""
    if "/" in token.form and not is_share(token.form):
        at = next(at for at in range(token.start, token.end) if text[at] in "/\u2044")
        first, last = token.form.split("/")
        return [replace(token, form=first, end=at), replace(token, form=last, start=at + 1)]
    if "." not in token.form or token.form[0].isdigit() or token.form[1:].isdigit():
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
    """Drop ellipses, and note on the words what they stood after; write short forms, units and abbreviations out."""
    found: list[Token] = []
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
        counts = piece.form[0].isdigit() or piece.form in language.numbers["scales"]
        measured = piece.end if counts else -1
    return found


def _written(pieces: list[Token], index: int, text: str, language: Language) -> list[Token]:
    """The words that one piece stands for."""
    piece = pieces[index]
    form = piece.form
    if form == _NUMBER_SIGN or _is_number_sign(pieces, index, text, language):
        form = language.numbers["number"]["long"]
    long = _written_out(form, language)
    short = "" if long is None else form
    parts = long or language.same.get(form, form).split()
    return [replace(piece, form=language.same.get(part, part), short=short) for part in parts]


def _unit(piece: Token, before: str | None, text: str, language: Language) -> list[Token]:
    """The words of a unit after a number or another unit (`20 mm`, `sq ft`, `km/h`); nothing where none is there.

    Args:
        piece: what may be one.
        before: what parts it from the number, or None without one.
        text: what it is a piece of.
        language: that of the text.
    """
    written = text[piece.start : piece.end]
    spoken = language.units.get(written if len(written) == 1 else written.lower(), [])
    if before is None or not spoken or (before.strip() and before not in DASHES and before != "/"):
        return []
    if before == "/":
        per = replace(piece, form=language.numbers["per"], start=piece.start - 1, end=piece.start)
        return [per, replace(piece, form=spoken[min(1, len(spoken) - 1)])]
    words = []
    for column in zip(*(phrase.split() for phrase in spoken)):
        form, *others = dict.fromkeys(language.same.get(word, word) for word in column)
        words.append(replace(piece, form=form, others=tuple((_single(other, language),) for other in others)))
    return words


def _single(word: str, language: Language) -> str:
    """The form of a word on its own: `second` is an ordinal, wherever it stands."""
    read = read_number([word], language.code)
    return read[0] if read else language.currency.get(word, word)


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
    """The words from one on that one number may consist of: no mark, bracket or ellipsis separates them.

    A comma separates them unless it follows `thousand` or `million`.
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


def _number(words: list[Token], language: Language) -> tuple[list[Token], int] | None:
    """A number at the start of some words."""
    forms = [word.form for word in words]
    if _is_clock(words, language):
        forms[0] = forms[0].replace(".", ":")
    read = read_number(forms, language.code)
    if read is None:
        return None
    form, count = read
    others = other_readings(forms[:count], language)
    return [replace(words[0], form=form, end=words[count - 1].end, others=words[0].others + others)], count


def _is_clock(words: list[Token], language: Language) -> bool:
    """Whether figures with a point are a time of day (`7.30pm`)."""
    return len(words) > 1 and words[1].form in language.clock_words and bool(_CLOCK_POINT.fullmatch(words[0].form))


def _signed(words: list[Token], language: Language) -> tuple[list[Token], int] | None:
    """A negative number at the start of some words: `-2.5`, `minus two point five`, `-$5`."""
    if len(words) < 2 or words[0].form not in language.numbers["minus"]:
        return None
    run = _money(words[1:], language) or _number(words[1:], language)
    if run is None or not _is_plain(run[0][0].form):
        return None
    first = words[0]
    number = replace(run[0][0], form=negative(run[0][0].form), start=first.start, others=())
    rest = [replace(word, start=first.start) for word in run[0][1:]]
    return [replace(number, after_ellipsis=first.after_ellipsis), *rest], run[1] + 1


def _is_plain(form: str) -> bool:
    """Whether a form is a number and neither an ordinal nor a decade."""
    return is_number(form) and form[-1].isdigit() and not form.startswith("#-")


def _money(words: list[Token], language: Language) -> tuple[list[Token], int] | None:
    """`$1.2 million` at the start of some words in the order it is spoken: the number, then the currency."""
    sign = words[0]
    name = language.currency.get(sign.form)
    if name is None:
        return None
    amount = words[1:] if not sign.form.isalpha() and words[1:2] and words[1].start == sign.end else []
    below = bool(amount) and amount[0].form in language.numbers["minus"]
    amount = amount[1:] if below else amount
    read = read_number([word.form for word in amount], language.code)
    if read is None:
        return [replace(sign, form=name)], 1
    form, count = read
    whole = replace(sign, form=negative(form) if below else form, end=amount[count - 1].end)
    return [whole, replace(whole, form=name, after_ellipsis=False)], 1 + below + count


def _with_dashes(found: list[Token], text: str, spelt: list[tuple[int, int]]) -> list[Token]:
    """The `to` of a range or a score with a dash (`7–2`, `$10-20 million`, `5%-10%`) put in as a word.

    Of two currencies or percent signs the first may be left unsaid; one that is written before the first number alone
    is said after the second.
    """
    out: list[Token] = []
    for at, token in enumerate(found):
        before = out[-1] if out else None
        dash = _dash_between(before, token, text) if before is not None else None
        if before is None or dash is None or any(start <= dash < end for start, end in spelt):
            out.append(token)
            continue
        to = Token("to", dash, dash + 1, bracketed=token.bracketed, joint="-")
        if is_number(before.form):
            out += [to, token]
            continue
        following = found[at + 1].form if at + 1 < len(found) else ""
        if following == before.form:
            out[-1] = replace(before, others=(*before.others, ()))
            out += [to, token]
        elif text[before.start] in CURRENCY_SIGNS and text[token.start] not in CURRENCY_SIGNS:
            unit = out.pop()
            out += [to, token, replace(unit, start=token.start, end=token.end)]
        else:
            out += [to, token]
    return out


def _dash_between(before: Token, token: Token, text: str) -> int | None:
    """Where the dash between two numbers in figures stands, None without one."""
    between = text[before.end : token.start]
    dash = between.strip()
    spaced = len(between) > 1 and dash not in HYPHENS
    if len(dash) != 1 or dash not in DASHES or spaced or not is_number(token.form):
        return None
    ends_number = text[before.end - 1].isnumeric() or text[before.end - 1] == "%"
    starts_number = text[token.start].isnumeric() or text[token.start] in CURRENCY_SIGNS
    return before.end + between.index(dash) if ends_number and starts_number else None


def _with_joints(found: list[Token], text: str, spelt: list[tuple[int, int]]) -> list[Token]:
    """What comes before each word, noted on it."""
    out: list[Token] = []
    for token in found:
        joint = _joint(out[-1], token, text, spelt) if out else ""
        out.append(token if joint == token.joint else replace(token, joint=joint))
    return out


def _joint(before: Token, token: Token, text: str, spelt: list[tuple[int, int]]) -> Joint:
    between = text[before.end : token.start]
    is_hyphen = len(between) == 1 and between in DASHES
    if not is_number(token.form):
        return "-" if is_hyphen else ""
    if is_dash(before, text):
        return "|"
    if not is_number(before.form) or any(start < token.start < end for start, end in spelt):
        return ""
    if is_hyphen and not text[token.start].isdigit():
        return "-"
    return "" if between.isspace() else "|"


def _with_meanings(found: list[Token], text: str, language: Language) -> tuple[Token, ...]:
    """Short forms with the words that they can stand for before what follows (`he's gone`, `he's a problem`); where a
    mark follows, they may stand for any."""
    out = list(found)
    for at, token in enumerate(found):
        parted = text[token.end : token.end + 1] in _PARTING
        if not parted and (token.form == "'d" or token.form.endswith("'s")):
            out[at] = replace(token, means=_meanings(found, at, language))
    return tuple(out)


def _meanings(found: list[Token], at: int, language: Language) -> tuple[str, ...]:
    """What `'s` or `'d` stands for, by the word after it; nothing where none follows or the language does not say."""
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


def _with_cents(found: list[Token], language: Language) -> list[Token]:
    """`one dollar (and) fifty cents` as 1.5 dollars; `pounds sterling` as pounds."""
    out: list[Token] = []
    for token in found:
        if token.form == language.numbers["sterling"] != "" and out and out[-1].form in language.currency.values():
            out[-1] = replace(out[-1], end=token.end)
            continue
        cut = 2 if out and out[-1].form == language.numbers["and"] else 1
        if token.form not in language.cents or len(out) < cut + 2 or not is_number(out[-1].form):
            out.append(token)
            continue
        cents, rest = out[-1], out[:-1]
        if rest[-1].form == language.numbers["and"]:
            rest = rest[:-1]
        out.append(token)
        if len(rest) > 1 and rest[-1].form in language.currency.values() and _adds_up(rest[-2].form, cents.form):
            form = f"{rest[-2].form}.{int(cents.form[1:]):02}".rstrip("0").rstrip(".")
            out = [*rest[:-2], replace(rest[-2], form=form, end=token.end)]
            out.append(replace(rest[-1], start=rest[-2].start, end=token.end))
    return out


def _adds_up(whole: str, cents: str) -> bool:
    """Whether two forms are a whole amount and less than a hundred cents."""
    return whole.removeprefix("#").removeprefix("-").isdigit() and cents[1:].isdigit() and int(cents[1:]) < 100


def _spelling(form: str, language: Language) -> str:
    """British spelling as American, for comparing only."""
    for stem in language.our_stems:
        if form.startswith(stem + "our"):
            return stem + "or" + form[len(stem) + 3 :]
    for ending in language.ise_endings:
        if len(form) > len(ending) + 3 and form.endswith(ending):
            return form[: -len(ending)] + "iz" + ending[2:]
    return form


def _dates(found: list[Token], text: str, language: Language) -> list[Token]:
    """`December 9`, `9 December` and `the ninth of December` as month and day."""
    out: list[Token] = []
    for at, token in enumerate(found):
        if _names_month(found, at, text, language) and (count := _day_before(out, text)):
            day = out[-count] if count < 3 else out[-2]
            first = out[-count]
            whole = replace(token, start=first.start, after_ellipsis=first.after_ellipsis)
            out[-count:] = [whole, replace(whole, form=_day(day), after_ellipsis=False)]
        elif out and _is_day(token) and _is_month(out[-1], token, text, language):
            out.append(replace(token, form=_day(token)))
        elif len(out) > 1 and _is_spoken_day(out, token, language):
            out[-2:] = [replace(out[-2], end=out[-1].end), token]
        else:
            out.append(token)
    return out


def _is_spoken_day(out: list[Token], token: Token, language: Language) -> bool:
    """Whether a token is the day of `March the 20th`."""
    return (
        out[-1].form == language.numbers["the"] != "" and out[-2].form in language.months and token.form.endswith("th")
    )


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


def _names_month(found: list[Token], at: int, text: str, language: Language) -> bool:
    """Whether a word after a day is a month: `may` and `march` are only with a capital, and not before a verb."""
    if found[at].form not in language.month_words:
        return found[at].form in language.months
    following = found[at + 1].form if at + 1 < len(found) else ""
    is_name = text[found[at].start].isupper() or text.islower()
    return is_name and following not in language.month_breakers


def _is_month(token: Token, day: Token, text: str, language: Language) -> bool:
    """Whether a token before a day names a month; `may` and `march` do only before figures and ordinals."""
    sure = token.form not in language.month_words or day.form.endswith("th") or text[day.start].isdigit()
    return sure and token.form in language.months


def _is_day(token: Token) -> bool:
    figures = token.form.removeprefix("#").removesuffix("th")
    return is_number(token.form) and figures.isdigit() and 1 <= int(figures) <= 31
