"""A difference as an edit: its words as they are written, how it counts, and why, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from captionkit.match.differences import Difference, are_written_alike, split_prefix, written_words
from captionkit.match.heard import Heard, is_governed, marks_between
from captionkit.match.language import Language
from captionkit.match.normalise import Token, tokens
from captionkit.match.numbers import is_number
from captionkit.match.talk import FILLER, talk_reason, without_talk
from captionkit.model import Edit, EditKind, Verdict

LONGEST_BRACKETED_WORDS = 6
LONGEST_HIDDEN_WORDS = 3
LONGEST_NAMED_CUT = 8
"""A longer cut is called a cut, whatever it contains."""
SHORTEST_STEM = 3
CUT = "words cut without a mark"
SHORT_FORM = "a short form written out, or the other way round"
_MOST_READINGS = 64
_PUNCTUATION = "\"“”„‘’'«»‹›()—–-…,.;:!?¿¡"
_ONE = "#1"

Judgement = tuple[Verdict, str]
"""How a difference counts, and why."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a difference is judged by: the text of the part, the transcript, and the article's names as forms."""

    text: str
    heard: Heard
    names: frozenset[str] = frozenset()


def judged(difference: Difference, wording: Wording) -> Edit:
    """A difference as an edit, with the time of its heard words."""
    heard = wording.heard
    severity, reason = _judgement(difference, wording)
    printed = [*difference.piece.words[slice(*difference.printed)], *difference.bracket]
    first, last = difference.heard
    kind: EditKind = "replace" if printed else "delete"
    if first == last:
        kind = "insert"
        start_ms = end_ms = heard.span(first, first + 1).start_ms if first < len(heard.tokens) else None
    else:
        span = heard.span(first, last)
        start_ms, end_ms = span.start_ms, span.end_ms
    said = heard.shown(first, last).strip(_PUNCTUATION)
    return Edit(kind, whole_words(printed, wording.text), said, severity, reason, start_ms, end_ms)


def cut(heard: Heard, first: int, last: int, judgement: Judgement) -> Edit:
    """Heard words between two passages, `first` to `last` (exclusive), as an edit."""
    span = heard.span(first, last)
    said = heard.shown(first, last).strip(_PUNCTUATION)
    return Edit("delete", "", said, *judgement, span.start_ms, span.end_ms)


def dropped(heard: Heard, lost: Sequence[int]) -> Judgement:
    """How heard words that are not printed count, by their indexes."""
    if reason := talk_reason(heard, lost):
        return "tidied", reason
    forms = tuple(heard.tokens[at].form for at in without_talk(heard, lost))
    if len(forms) > LONGEST_NAMED_CUT:
        return "altered", CUT
    if heard.language.count_negations(forms):
        return "altered", "negation lost"
    return "altered", "number lost" if _numbers(forms) else CUT


def elided(heard: Heard, first: int, last: int) -> Judgement:
    """How heard words count where the article marks that it leaves words out: a lone `not` must not be among
    them."""
    forms = heard.forms(first, last)
    inside = not heard.ends_sentence(first - 1) and not heard.ends_sentence(last - 1)
    if inside and last - first <= LONGEST_HIDDEN_WORDS and heard.language.count_negations(forms):
        return "altered", "negation lost behind an ellipsis"
    return "elided", "words left out where the article marks it"


def whole_words(run: Sequence[Token], text: str) -> str:
    """The whole words of a text that some tokens stand in, outer punctuation apart."""
    if not run:
        return ""
    start, end = min(t.start for t in run), max(t.end for t in run)
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return " ".join(text[start:end].split()).strip(_PUNCTUATION)


def _judgement(difference: Difference, wording: Wording) -> Judgement:
    heard = wording.heard
    if difference.bracket:
        return _bracketed(difference, wording)
    if not difference.columns or _readings_meet(difference, wording):
        return "tidied", SHORT_FORM
    if not difference.new:
        return dropped(heard, difference.lost)
    if not difference.lost:
        return _added(difference, wording)
    new = [token for token in difference.new if token.form not in heard.language.fillers]
    lost = without_talk(heard, difference.lost)
    said = [heard.tokens[at] for at in lost]
    sides = _forms_again(new, wording.text, heard), _forms_again(said, heard.text, heard)
    if are_written_alike(new, said, heard.language) or sides[0] == sides[1]:
        return "tidied", FILLER
    return _replaced(new, lost, wording)


def _forms_again(run: Sequence[Token], text: str, heard: Heard) -> list[str]:
    """The forms of a run on its own: a filler inside a number (`nineteen, um, fifty-two`) has separated it."""
    spans = dict.fromkeys((token.start, token.end) for token in run)
    return [token.form for token in tokens(" ".join(text[start:end] for start, end in spans), heard.code)]


def _bracketed(difference: Difference, wording: Wording) -> Judgement:
    """A bracket may stand for a few words; what else differs around it counts as ever."""
    heard = wording.heard
    behind = [c.heard for c in difference.columns if c.printed is None and c.heard is not None]
    hidden = tuple(heard.tokens[at].form for at in without_talk(heard, behind))
    marked = tuple(token.form for token in difference.bracket)
    nearby = hidden + _beside_bracket(difference, heard)
    negations = [heard.language.count_negations(forms) for forms in (marked, nearby)]
    if negations[0] != negations[1]:
        return "altered", f"negation {'lost behind' if negations[0] < negations[1] else 'added in'} a bracket"
    if _numbers(hidden) and _numbers(marked) and _numbers(hidden) != _numbers(marked):
        return "altered", "number changed in a bracket"
    if len(hidden) > LONGEST_BRACKETED_WORDS:
        return "altered", "many words stand behind one bracket"
    beside = tuple(c for c in difference.columns if c.printed is not None)
    if beside:
        lost = tuple(c.heard for c in beside if c.heard is not None)
        new = [difference.piece.words[c.printed] for c in beside if c.printed is not None]
        return _replaced(new, lost, wording) if lost else _added(difference, wording)
    if difference.edge:
        return "tidied", "a marked [bracket] stands here"
    return "tidied", f"a marked [bracket] {'stands for the words said' if hidden else 'adds words'}"


def _beside_bracket(difference: Difference, heard: Heard) -> tuple[str, ...]:
    """Heard words that a bracket at the start or end of a passage may stand for: its clause, as far as its length."""
    forms: list[str] = []
    first, last = difference.heard
    for _ in range(len(difference.bracket) + 1 if difference.edge else 0):
        first, last = first - 1, last + 1
        outside = first if difference.edge == "start" else last - 1
        inner = outside if difference.edge == "start" else outside - 1
        if not 0 <= outside < len(heard.tokens) or heard.marks_after(inner):
            break
        forms.append(heard.tokens[outside].form)
    return tuple(forms)


def _added(difference: Difference, wording: Wording) -> Judgement:
    language = wording.heard.language
    new = [token for token in difference.new if token.form not in language.fillers]
    forms = tuple(token.form for token in new)
    if not forms:
        return "tidied", "a filler that was not heard"
    if forms in language.markers and not _is_clause(difference, new, wording):
        return "tidied", "a discourse marker that was not heard"
    if language.count_negations(forms):
        return "altered", "negation added"
    if _is_printed_twice(difference, forms):
        return "tidied", "a repeat that was not heard"
    if _numbers(forms):
        return "altered", "number added"
    if set(forms) <= wording.names:
        return "altered", "name added"
    return "altered", "words added that were not heard"


def _is_clause(difference: Difference, marker: Sequence[Token], wording: Wording) -> bool:
    """Whether a printed discourse marker is part of a clause of its sentence."""
    words, text = difference.piece.words, wording.text
    first, last = words.index(marker[0]), words.index(marker[-1])
    before = first > 0 and marks_between(words[first - 1], words[first], text) != ""
    after = last + 1 == len(words) or marks_between(words[last], words[last + 1], text) != ""
    return is_governed(words, (first, last), (before, after), wording.heard.language)


def _is_printed_twice(difference: Difference, forms: tuple[str, ...]) -> bool:
    words = difference.piece.words
    new = [column.printed for column in difference.columns if column.printed is not None]
    before = tuple(token.form for token in words[max(0, new[0] - len(forms)) : new[0]])
    after = tuple(token.form for token in words[new[-1] + 1 : new[-1] + 1 + len(forms)])
    return forms in (before, after)


def _replaced(new: Sequence[Token], lost: Sequence[int], wording: Wording) -> Judgement:
    """How printed words in place of heard ones count: what weighs most is named."""
    heard = wording.heard
    printed = tuple(token.form for token in new)
    said = tuple(heard.tokens[at].form for at in lost)
    if not said:
        return "altered", "words added that were not heard"
    if len(said) > len(printed) + LONGEST_NAMED_CUT:
        return "altered", CUT
    if change := _negation_change(printed, said, heard.language):
        return "altered", change
    if side := split_prefix(new, [heard.tokens[at] for at in lost], heard.language):
        return "altered", f"negation {'added' if side == 'printed' else 'lost'}"
    numbers = _numbers(printed), _numbers(said)
    if numbers[0] != numbers[1]:
        return "altered", f"number {'changed' if all(numbers) else 'added' if numbers[0] else 'lost'}"
    if _dates(printed, heard.language) != _dates(said, heard.language):
        return "altered", "date changed"
    if len(printed) == len(said):
        if any(_are_names(token, at, wording) for token, at in zip(new, lost, strict=True)):
            return _name_change(printed, said)
        if all(_are_one_stem(p, h, heard.language) for p, h in zip(printed, said, strict=True)):
            return "altered", "grammar changed"
    return "altered", "word changed" if len(printed) == len(said) == 1 else "words changed"


def _negation_change(printed: tuple[str, ...], said: tuple[str, ...], language: Language) -> str | None:
    counts = [language.count_negations(forms) for forms in (printed, said)]
    if counts[0] == counts[1] and len(printed) == len(said) == 1:
        counts = [_negates(printed[0], said[0], language), _negates(said[0], printed[0], language)]
    if counts[0] == counts[1]:
        return None
    return "negation added" if counts[0] > counts[1] else "negation lost"


def _negates(word: str, other: str, language: Language) -> bool:
    """Whether a word is another with a prefix that says no (`unwilling`)."""
    return any(len(other) >= least and word == prefix + other for prefix, least in language.negating_prefixes.items())


def _numbers(forms: tuple[str, ...]) -> list[str]:
    """The numbers among some forms; `one` alone is a word like another."""
    found = [form for form in forms if is_number(form)]
    return [] if found == [_ONE] else found


def _dates(forms: tuple[str, ...], language: Language) -> list[str]:
    return [form for form in forms if form in language.months or form in language.weekdays]


def _are_names(token: Token, at: int, wording: Wording) -> bool:
    """Whether a changed word is a name: one of the article's, or capital within a sentence on both sides."""
    heard = wording.heard
    spoken = heard.tokens[at]
    if token.form == spoken.form:
        return False
    if wording.text[token.start].isupper() and not wording.names.isdisjoint({token.form, spoken.form}):
        return True
    opens = at == 0 or heard.ends_sentence(at - 1)
    return not opens and _is_capital(wording.text, token) and _is_capital(heard.text, spoken)


def _is_capital(text: str, token: Token) -> bool:
    return text[token.start].isupper() and not text[token.start : token.end].isupper()


def _name_change(printed: tuple[str, ...], said: tuple[str, ...]) -> Judgement:
    from jellyfish import metaphone

    keys = metaphone(" ".join(printed)), metaphone(" ".join(said))
    if keys[0] and keys[0] == keys[1]:
        return "uncertain", "a name that sounds the same is spelt otherwise"
    return "altered", "name changed"


def _are_one_stem(printed: str, heard: str, language: Language) -> bool:
    """Whether two forms are one word in another form, by endings or by list."""
    if printed == heard or not _stems(printed, language).isdisjoint(_stems(heard, language)):
        return True
    return not language.grammar.get(printed, frozenset()).isdisjoint(language.grammar.get(heard, frozenset()))


def _stems(form: str, language: Language) -> set[str]:
    """A form, and what is left of it without each ending it may have."""
    found = {form}
    for ending in language.inflections:
        stem = form.removesuffix(ending)
        if stem == form or len(stem) < SHORTEST_STEM:
            continue
        found |= {stem, stem + "e"}
        if stem[-1] == stem[-2]:
            found.add(stem[:-1])
        if stem[-1] == "i":
            found.add(stem[:-1] + "y")
    return found


def _readings_meet(difference: Difference, wording: Wording) -> bool:
    """Whether both sides can be read as the same full words (`gotta`, `have to`)."""
    heard = wording.heard
    printed = difference.piece.words[slice(*difference.printed)]
    spoken = [heard.tokens[at] for at in without_talk(heard, range(*difference.heard))]
    if not printed or not spoken:
        return False
    sides = [_readings(run, text, heard.language) for run, text in ((printed, wording.text), (spoken, heard.text))]
    return not sides[0].isdisjoint(sides[1])


def _readings(run: Sequence[Token], text: str, language: Language) -> set[str]:
    """Every way to write a run with its short forms written out, at most 64 of them."""
    found = [""]
    written = {token.short or token.form: token for token in run}
    for word in written_words(run):
        options = {word, *language.contractions.get(word, ())}
        token = written[word]
        if token.short and word not in language.contractions:
            options.add(" ".join(t.form for t in run if t.start == token.start))
        if word.endswith("in") and text[token.end - 1] in "'’":
            options.add(word + "g")
        if word.endswith("'s"):
            longs = token.means or language.alternatives.get("'s", ())
            options |= {f"{word[:-2]} {long}" for long in longs}
        found = [f"{reading} {option}".strip() for reading in found for option in sorted(options)][:_MOST_READINGS]
    return set(found)
