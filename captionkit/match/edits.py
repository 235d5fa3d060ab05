"""The differences between printed and heard words, each with what it is and how much it matters."""

from __future__ import annotations

from dataclasses import dataclass, replace

from captionkit.match.align import Alignment
from captionkit.match.language import Language, language_data
from captionkit.match.normalise import Token
from captionkit.match.pieces import Piece
from captionkit.model import Edit, EditKind, Verdict

LONGEST_RESTART_WORDS = 4
LONGEST_BRACKETED_WORDS = 6
LONGEST_ENDING = 2
ALIKE_STEM = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """Printed words against heard words, both as tokens, with the heard words on either side.

    `bracket` is the text of a bracket that stands here.
    """

    printed: tuple[Token, ...]
    heard: tuple[Token, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    bracket: str | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that tokens' offsets point into, and the names of the article as comparable words."""

    printed: str
    heard: str
    names: frozenset[str] = frozenset()
    code: str = "en"


def differences(piece: Piece, fit: Alignment, heard: tuple[Token, ...]) -> tuple[Difference, ...]:
    """The runs of a fit where printed and heard words are not one, and the brackets, in order."""
    brackets = dict(piece.brackets)
    found: list[Difference] = []
    printed_run: list[Token] = []
    heard_run: list[Token] = []
    bracket: str | None = brackets.pop(0, None)

    def flush(at: int) -> None:
        nonlocal bracket
        if printed_run or heard_run or bracket is not None:
            found.append(_difference(tuple(printed_run), tuple(heard_run), (heard, at), bracket))
        printed_run.clear()
        heard_run.clear()
        bracket = None

    for pair in fit.pairs:
        word = piece.words[pair.printed] if pair.printed is not None else None
        if pair.printed in brackets:
            at = pair.heard if pair.heard is not None else fit.last
            if printed_run:
                flush(at)
            bracket = brackets.pop(pair.printed)
        spoken = heard[pair.heard] if pair.heard is not None else None
        if word is not None and spoken is not None and word.form == spoken.form:
            flush(pair.heard or 0)
            continue
        if word is not None:
            printed_run.append(word)
        if spoken is not None:
            heard_run.append(spoken)
    if brackets and not printed_run:
        bracket = " ".join(brackets.values())
    flush(fit.last)
    return tuple(d for d in found if not _one_word(d))


def _difference(
    printed: tuple[Token, ...], heard_run: tuple[Token, ...], place: tuple[tuple[Token, ...], int], bracket: str | None
) -> Difference:
    heard, at = place
    start = at - len(heard_run)
    before = tuple(t.form for t in heard[max(0, start - LONGEST_RESTART_WORDS) : start])
    after = tuple(t.form for t in heard[at : at + LONGEST_RESTART_WORDS])
    return Difference(printed, heard_run, before, after, bracket)


def _one_word(difference: Difference) -> bool:
    """The same letters, divided or joined otherwise (`re-elect`, `anymore`)."""
    if difference.bracket is not None or not difference.printed or not difference.heard:
        return False
    return _letters(difference.printed) == _letters(difference.heard)


def _letters(run: tuple[Token, ...]) -> str:
    return "".join(t.form for t in run)


def judged(difference: Difference, texts: Texts) -> Edit:
    """A difference as an edit: its kind, its words as written, how it counts, and why, in words."""
    severity, reason = _judgement(difference, texts)
    kind: EditKind = "replace"
    if not difference.heard:
        kind = "insert"
    elif not difference.printed and difference.bracket is None:
        kind = "delete"
    printed = _written(difference.printed, texts.printed)
    if difference.bracket is not None:
        printed = f"[{difference.bracket}] {printed}".strip()
    return Edit(kind, printed, _written(difference.heard, texts.heard), severity, reason)


def _written(run: tuple[Token, ...], text: str) -> str:
    """The words of a run as they stand in their text."""
    if not run:
        return ""
    start, end = min(t.start for t in run), max(t.end for t in run)
    return " ".join(text[start:end].split())


def _judgement(difference: Difference, texts: Texts) -> tuple[Verdict, str]:
    language = language_data(texts.code)
    if difference.bracket is not None:
        return _bracketed(difference, language)
    heard = _without_talk(difference, language)
    printed = _forms_without(difference.printed, language.fillers)
    if not heard and not printed:
        return "tidied", _talk_reason(difference, language)
    if not printed:
        return _dropped(heard, language)
    if not heard:
        return _added(printed, texts, language)
    if _spoken_out(printed, language) & _spoken_out(heard, language):
        return "tidied", "a short form written out, or the other way round"
    return _replaced(printed, heard, language)


def _bracketed(difference: Difference, language: Language) -> tuple[Verdict, str]:
    """A bracket may stand for a few words; what else differs around it counts as ever."""
    heard = _without_talk(difference, language)
    if difference.printed and heard:
        return _replaced(_forms(difference.printed), heard, language)
    if len(heard) > LONGEST_BRACKETED_WORDS:
        return "altered", "many words stand behind one bracket"
    if set(heard) & language.negations:
        return "altered", "negation lost behind a bracket"
    if heard:
        return "tidied", "a marked [bracket] stands for the words said"
    return "tidied", "a marked [bracket] adds words"


def _forms(run: tuple[Token, ...]) -> tuple[str, ...]:
    return tuple(t.form for t in run)


def _forms_without(run: tuple[Token, ...], left_out: frozenset[str]) -> tuple[str, ...]:
    return tuple(t.form for t in run if t.form not in left_out)


def _without_talk(difference: Difference, language: Language) -> tuple[str, ...]:
    """Heard words less fillers, discourse markers, repeats and restarts."""
    forms = list(_forms_without(difference.heard, language.fillers))
    forms = _without_markers(forms, language)
    if difference.printed:
        return tuple(forms)
    after = [f for f in difference.after if f not in language.fillers]
    before = [f for f in difference.before if f not in language.fillers]
    if _is_repeat(forms, before, after) or _is_restart(forms, after, language):
        return ()
    return tuple(forms)


def _without_markers(forms: list[str], language: Language) -> list[str]:
    longest = max(map(len, language.markers))
    kept: list[str] = []
    at = 0
    while at < len(forms):
        size = next((n for n in range(longest, 0, -1) if tuple(forms[at : at + n]) in language.markers), 0)
        if not size:
            kept.append(forms[at])
        at += size or 1
    return kept


def _is_repeat(forms: list[str], before: list[str], after: list[str]) -> bool:
    """The run says again what stands right before it, or what comes right after it."""
    size = len(forms)
    return bool(forms) and (before[-size:] == forms or after[:size] == forms)


def _is_restart(forms: list[str], after: list[str], language: Language) -> bool:
    """A false start: the first word of what follows, whole, cut short or with an ending, once or more."""
    if not forms or not after or len(forms) > LONGEST_RESTART_WORDS:
        return False
    if set(forms) & language.negations or any(f.startswith("#") for f in forms):
        return False
    first = after[0].split("'")[0]
    return all(_begins_alike(form.split("'")[0], first) for form in forms)


def _begins_alike(word: str, first: str) -> bool:
    if len(word) < len(first):
        return first.startswith(word)
    return word.startswith(first) and len(word) - len(first) <= LONGEST_ENDING


def false_start(before: tuple[Token, ...], opening: tuple[str, ...], code: str) -> int:
    """How many heard words right before a passage are a false start of it (`We, we're, we will`), fillers included.

    Args:
        before: heard words of the same sentence, in order.
        opening: the first words of the passage.
        code: the language.
    """
    language = language_data(code)
    for count in range(min(LONGEST_RESTART_WORDS, len(before)), 0, -1):
        forms = [t.form for t in before[-count:] if t.form not in language.fillers]
        if before[-count].form in language.fillers or not forms:
            continue
        if _is_repeat(forms, [], list(opening)) or _is_restart(forms, list(opening), language):
            return count
    return 0


def _talk_reason(difference: Difference, language: Language) -> str:
    forms = _forms(difference.heard)
    if not forms:
        return "a filler that was not heard"
    if set(forms) <= language.fillers:
        return "filler dropped"
    if not _without_markers(list(_forms_without(difference.heard, language.fillers)), language):
        return "discourse marker dropped"
    return "repeat or false start dropped"


def _dropped(heard: tuple[str, ...], language: Language) -> tuple[Verdict, str]:
    if set(heard) & language.negations:
        return "altered", "negation lost"
    if any(f.startswith("#") for f in heard):
        return "altered", "number lost"
    return "altered", "words cut without a mark"


def _added(printed: tuple[str, ...], texts: Texts, language: Language) -> tuple[Verdict, str]:
    if set(printed) & language.negations:
        return "altered", "negation added"
    if any(f.startswith("#") for f in printed):
        return "altered", "number added"
    if set(printed) <= texts.names:
        return "altered", "name added"
    return "altered", "words added that were not heard"


def _replaced(
    printed: tuple[str, ...], heard: tuple[str, ...], language: Language
) -> tuple[Verdict, str]:
    if _count_negations(printed, language) < _count_negations(heard, language):
        return "altered", "negation lost"
    if _count_negations(printed, language) > _count_negations(heard, language):
        return "altered", "negation added"
    numbers = [f for f in printed if f.startswith("#")], [f for f in heard if f.startswith("#")]
    if numbers[0] != numbers[1]:
        return _number_change(numbers, language, (printed, heard))
    if len(printed) == len(heard) and all(_one_stem(p, h) for p, h in zip(printed, heard)):
        return "altered", "grammar changed"
    return "altered", "word changed" if len(printed) == len(heard) == 1 else "words changed"


def _count_negations(forms: tuple[str, ...], language: Language) -> int:
    return sum(f in language.negations for f in forms)


def _number_change(
    numbers: tuple[list[str], list[str]], language: Language, words: tuple[tuple[str, ...], tuple[str, ...]]
) -> tuple[Verdict, str]:
    """`a million` for `one million` is the same amount; all else is another number."""
    rests = [{f for f in side if f not in language.determiners and f != "#1"} for side in words]
    if rests[0] == rests[1]:
        return "tidied", "the same amount, said in another way"
    if not numbers[0]:
        return "altered", "number lost"
    return "altered", "number changed" if numbers[1] else "number added"


def _one_stem(printed: str, heard: str) -> bool:
    shared = 0
    for a, b in zip(printed, heard):
        if a != b:
            break
        shared += 1
    return shared >= min(ALIKE_STEM, len(printed), len(heard)) and printed != heard


def _spoken_out(forms: tuple[str, ...], language: Language) -> set[str]:
    """Every way to write a run with its short forms written out, at most 64 of them."""
    readings = [""]
    for form in forms:
        options = {form, *language.contractions.get(form, ())}
        for ending, longs in language.contraction_endings.items():
            if form.endswith(ending) and len(form) > len(ending):
                stem = form[: -len(ending)]
                options |= {stem + long if ending == "in'" else f"{stem} {long}" for long in longs}
        readings = [f"{r} {o}".strip() for r in readings for o in sorted(options)][:64]
    return set(readings)


def with_times(edit: Edit, start_ms: int, end_ms: int) -> Edit:
    """The edit with the time of its heard words."""
    return replace(edit, start_ms=start_ms, end_ms=end_ms)
