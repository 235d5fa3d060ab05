"""How printed words in place of heard ones count: negations, numbers, dates, names, grammar, other words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from captionkit.match.differences import Difference
from captionkit.match.disfluency import without_disfluencies
from captionkit.match.language import MatchLanguage
from captionkit.match.same_text import split_prefix, written_words
from captionkit.match.tokens import MatchToken, is_number
from captionkit.match.transcript import MatchTranscript
from captionkit.model import Verdict

LONGEST_NAMED_CUT = 8
"""A longer run of heard words that is left out is called a cut, whatever it contains."""
SHORTEST_STEM = 3
CUT = "words cut without a mark"
_MOST_READINGS = 64
_ONE = "#1"
Judgement = tuple[Verdict, str]
"""How a difference counts, and why."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a difference is judged by: the text of the part, the transcript, and the article's names as forms."""

    text: str
    transcript: MatchTranscript
    names: frozenset[str] = frozenset()


def replacement(new: Sequence[MatchToken], lost: Sequence[int], wording: Wording) -> Judgement:
    """How printed words in place of heard ones count; the reason names the most serious change."""
    transcript = wording.transcript
    printed = tuple(token.form for token in new)
    said = transcript.forms_at(lost)
    if not said:
        return "altered", "words added that were not heard"
    if len(said) > len(printed) + LONGEST_NAMED_CUT:
        return "altered", CUT
    if change := _negation_change(printed, said, transcript.language):
        return "altered", change
    if side := split_prefix(new, [transcript.tokens[at] for at in lost], transcript.language):
        return "altered", f"negation {'added' if side == 'printed' else 'lost'}"
    numbers = numbers_among(printed), numbers_among(said)
    if numbers[0] != numbers[1]:
        return "altered", f"number {'changed' if all(numbers) else 'added' if numbers[0] else 'lost'}"
    if _dates(printed, transcript.language) != _dates(said, transcript.language):
        return "altered", "date changed"
    if len(printed) == len(said):
        if any(_is_name(token, at, wording) for token, at in zip(new, lost, strict=True)):
            return _name_change(printed, said)
        if all(_are_one_stem(p, h, transcript.language) for p, h in zip(printed, said, strict=True)):
            return "altered", "grammar changed"
    return "altered", "word changed" if len(printed) == len(said) == 1 else "words changed"


def _negation_change(printed: tuple[str, ...], said: tuple[str, ...], language: MatchLanguage) -> str | None:
    counts = [language.count_negations(forms) for forms in (printed, said)]
    if counts[0] == counts[1] and len(printed) == len(said) == 1:
        counts = [_negates(printed[0], said[0], language), _negates(said[0], printed[0], language)]
    if counts[0] == counts[1]:
        return None
    return "negation added" if counts[0] > counts[1] else "negation lost"


def _negates(word: str, other: str, language: MatchLanguage) -> bool:
    """Whether a word is another one with a negating prefix (`unwilling`)."""
    return any(len(other) >= least and word == prefix + other for prefix, least in language.negating_prefixes.items())


def numbers_among(forms: tuple[str, ...]) -> list[str]:
    """The numbers among some forms; `one` alone does not count as a number."""
    found = [form for form in forms if is_number(form)]
    return [] if found == [_ONE] else found


def _dates(forms: tuple[str, ...], language: MatchLanguage) -> list[str]:
    return [form for form in forms if form in language.months or form in language.weekdays]


def _is_name(token: MatchToken, at: int, wording: Wording) -> bool:
    """Whether a changed word is a name: one of the article's, or capitalised within a sentence on both sides."""
    transcript = wording.transcript
    said = transcript.tokens[at]
    if token.form == said.form:
        return False
    if wording.text[token.start].isupper() and not wording.names.isdisjoint({token.form, said.form}):
        return True
    opens = at == 0 or transcript.ends_sentence(at - 1)
    return not opens and _is_capital(wording.text, token) and _is_capital(transcript.text, said)


def _is_capital(text: str, token: MatchToken) -> bool:
    return text[token.start].isupper() and not text[token.start : token.end].isupper()


def _name_change(printed: tuple[str, ...], said: tuple[str, ...]) -> Judgement:
    from jellyfish import metaphone

    keys = metaphone(" ".join(printed)), metaphone(" ".join(said))
    if keys[0] and keys[0] == keys[1]:
        return "uncertain", "a name that sounds the same is spelt otherwise"
    return "altered", "name changed"


def _are_one_stem(printed: str, heard: str, language: MatchLanguage) -> bool:
    """Whether two forms are forms of the same word, by their endings or by the list."""
    if printed == heard or not _stems(printed, language).isdisjoint(_stems(heard, language)):
        return True
    return language.are_inflections(printed, heard)


def _stems(form: str, language: MatchLanguage) -> set[str]:
    """A form, and its possible stems without each ending."""
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


def readings_meet(difference: Difference, wording: Wording) -> bool:
    """Whether both sides can be read as the same full words (`gotta`, `have to`)."""
    transcript = wording.transcript
    printed = difference.piece.words[slice(*difference.printed)]
    said = [transcript.tokens[at] for at in without_disfluencies(transcript, range(*difference.heard))]
    if not printed or not said:
        return False
    readings = _readings(printed, wording.text, transcript.language)
    return not readings.isdisjoint(_readings(said, transcript.text, transcript.language))


def _readings(run: Sequence[MatchToken], text: str, language: MatchLanguage) -> set[str]:
    """Ways to write a run with its short forms written out, at most `_MOST_READINGS`."""
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
