"""How a wording is written when it is put in place of recognised words.

The recogniser has its own punctuation, capitals and figures. A wording follows them, or the answer would be about a
comma instead of a word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from captionkit.match.sound.stretches import AS_HEARD, Choice, Stretch
from captionkit.match.tokens import is_number, tokens

LARGEST_IN_WORDS = 999
"""Recognisers write larger numbers in figures, years among them."""
_OPENING = re.compile(r"^[^\w$£€¥'’]+")
_CLOSING = re.compile(r"[^\w%'’]+$")
_SENTENCE_ENDS = (".", "?", "!", "…")
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))


def worded(words: Sequence[str], stretch: Stretch, choice: Choice, names: frozenset[str], code: str) -> str:
    """A stretch with the chosen readings, written as the words around and under them are.

    Args:
        words: the transcript's.
        stretch: what is asked about.
        choice: a reading for each slot.
        names: single words that keep their capital.
        code: the language.
    """
    found: list[str] = []
    at = stretch.first
    capital_due = False
    for slot, reading in zip(stretch.slots, choice):
        if reading == AS_HEARD:
            continue
        found += words[at : slot.first]
        old, text = words[slot.first : slot.last], slot.readings[reading]
        before = found[-1] if found else words[slot.first - 1] if slot.first else ""
        if text:
            found += written_like(text, old, before, names, code).split()
        elif old:
            _close(found, _closing(old[-1]))
            capital_due = old[0][:1].isupper() and (not before or before.endswith(_SENTENCE_ENDS))
        at = slot.last
        if capital_due and at < stretch.last:
            found.append(words[at][:1].upper() + words[at][1:])
            at, capital_due = at + 1, False
    return " ".join([*found, *words[at : stretch.last]])


def written_like(text: str, heard: Sequence[str], before: str, names: frozenset[str], code: str) -> str:
    """Words as the recogniser would have written them in place of others.

    Args:
        text: the words to write.
        heard: the transcript's words that they replace; none where they are put in.
        before: the word before; empty at the start.
        names: single words that keep their capital.
        code: the language.

    Returns:
        The words in the notation of the heard ones where both are numbers, with their case and the punctuation
        around them; between as many words, theirs, and else what is there.
    """
    written = _in_notation(text, " ".join(heard), code)
    parts = _CLOSING.sub("", _OPENING.sub("", written)).split()
    if not parts:
        return text
    opens = not before or before.endswith(_SENTENCE_ENDS)
    if len(parts) == len(heard):
        parts = [_CLOSING.sub("", part) + _closing(old) for part, old in zip(parts, heard)]
    elif heard:
        parts[-1] += _closing(heard[-1])
    is_capital = heard[0].lstrip("\"'“‘([")[:1].isupper() if heard else opens
    if opens and is_capital:
        parts[0] = parts[0][:1].upper() + parts[0][1:]
    elif not is_capital and not _keeps_capital(parts[0], names):
        parts[0] = parts[0][:1].lower() + parts[0][1:]
    opening = _OPENING.match(heard[0]) if heard else None
    return (opening[0] if opening else "") + " ".join(parts)


def _keeps_capital(word: str, names: frozenset[str]) -> bool:
    plain = _CLOSING.sub("", word)
    return plain in names or plain == "I" or plain[:2] in {"I'", "I’"} or any(c.isupper() for c in plain[1:])


def _closing(word: str) -> str:
    match = _CLOSING.search(word)
    return match[0] if match else ""


def _close(found: list[str], closing: str) -> None:
    """Give the last word the end of the sentence that was after words that are left out."""
    if not found or not closing.endswith(_SENTENCE_ENDS) or found[-1].endswith(_SENTENCE_ENDS):
        return
    found[-1] = _CLOSING.sub("", found[-1]) + closing


def _in_notation(text: str, heard: str, code: str) -> str:
    """The numbers of a text in figures or in words, whichever the heard words use."""
    said = [t for t in tokens(heard, code) if is_number(t.form)]
    printed = [t for t in tokens(text, code) if is_number(t.form)]
    if not said or not printed:
        return text
    in_figures = any(c.isdigit() for c in heard)
    has_sign = heard.lstrip("\"'“‘([")[:1] in "$£€¥"
    for token in reversed(printed):
        written = text[token.start : token.end]
        if any(c.isdigit() for c in written) != in_figures:
            new = _figures(token.form) if in_figures else _in_words(token.form, code)
            text = text[: token.start] + (new or written) + text[token.end :]
    if has_sign and text[:1].isdigit():
        money = re.match(r"([\d.,]+(?: (?:million|billion|trillion))?) (dollars|pounds|euros|yen)\b", text)
        text = f"{heard.lstrip()[0]}{money[1]}{text[money.end() :]}" if money else text
    return text


def _figures(form: str) -> str:
    """`#1200000` as `1.2 million`, `#1500` as `1,500`, `#2008` as `2008`."""
    value = form[1:]
    if not value.isdigit():
        return value
    number = int(value)
    for scale, name in _SCALES:
        if number >= scale and number * 10 % scale == 0:
            return f"{number / scale:.1f}".removesuffix(".0") + f" {name}"
    return value if number < 10_000 else f"{number:,}"


def _in_words(form: str, code: str) -> str:
    """A whole number or an ordinal in words; empty where it is larger or another kind of number."""
    from num2words import num2words

    value = form[1:].removesuffix("th")
    if not value.isdigit() or int(value) > LARGEST_IN_WORDS:
        return ""
    kind = "ordinal" if form.endswith("th") else "cardinal"
    try:
        return str(num2words(int(value), lang=code, to=kind)).replace(",", "")
    except (NotImplementedError, OverflowError):
        return ""
