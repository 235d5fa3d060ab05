"""Words that are taken for one another and change a meaning, and sentences of news to say them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from num2words import num2words

NUMBERS, NEGATIONS, SCALES = "fifteen/fifty", "can/can't", "million/billion"
DAYS, DATES_ALIKE, NAMES_ALIKE = "Tuesday/Thursday", "March 4/14", "Allen/Ellen"
DIRECTIONS: Mapping[str, tuple[str, str]] = {
    NUMBERS: ("fifteen said", "fifty said"),
    NEGATIONS: ("plain said", "negated said"),
    SCALES: ("smaller said", "larger said"),
    DAYS: ("earlier said", "later said"),
    DATES_ALIKE: ("earlier said", "later said"),
    NAMES_ALIKE: ("first said", "second said"),
}
"""Every kind, with what its two directions are called: the first word of a pair said, or the second."""
FRAMES_A_NUMBER = 5
"""In how many sentences each number is said."""


@dataclass(frozen=True, slots=True)
class Form:
    """A word as it is said, and as figures; the same where it has none."""

    spoken: str
    figures: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A sentence with `{}` for a word, as it is spoken and as it is printed where numbers are figures."""

    spoken: str
    figures: str

    def said(self, form: Form) -> str:
        """The sentence with a word in it, as it is spoken."""
        return _sentence(self.spoken.format(form.spoken))

    def printed(self, form: Form, figures: bool) -> str:
        """The same as an article prints it."""
        return _sentence(self.figures.format(form.figures)) if figures else self.said(form)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence to be said, and what an article prints of it: the said word, and its counterpart in its place."""

    kind: str
    direction: str
    said_word: str
    counterpart: str
    said: str
    printed_said: str
    printed_counterpart: str
    names: bool = False


def _frames(*texts: str | tuple[str, str]) -> tuple[Frame, ...]:
    return tuple(Frame(t, t) if isinstance(t, str) else Frame(*t) for t in texts)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


NUMBER_FRAMES = _frames(
    "We pulled {} people out of the water before the ambulance came.",
    ("She told us that {} percent of the money is already spent.", "She told us that {}% of the money is already spent."),
    ("The county owes them {} dollars for every day they waited.", "The county owes them ${} for every day they waited."),
    "He was {} years old when the plant closed its doors.",
    "It took another {} minutes until anybody answered the phone.",
    ("There were one hundred and {} children in that building.", "There were 1{} children in that building."),
    ("They are asking for {} million dollars and not a penny less.", "They are asking for ${} million and not a penny less."),
    "We drove {} miles that night without seeing a single light.",
    ("{} minutes later the whole roof came down on us.", "{} minutes later the whole roof came down on us."),
    ("The rent went up by {} percent, and nobody asked the tenants.", "The rent went up by {}%, and nobody asked the tenants."),
)
NEGATION_FRAMES: Mapping[tuple[str, str], tuple[Frame, ...]] = {
    ("can", "can't"): _frames(
        "We {} promise that the school will open in the fall.", "The bank says it {} lend them any more money this year."
    ),
    ("could", "couldn't"): _frames(
        "They {} see the lights of the ferry from the pier.", "She {} hear the alarm on the second floor."
    ),
    ("did", "didn't"): _frames(
        "We {} know that the valve was broken.", "The mayor {} call me back on Friday evening."
    ),
    ("does", "doesn't"): _frames(
        "The plan {} pay for a new bridge at Mill Street.", "He {} live in the house that burned down."
    ),
    ("do", "don't"): _frames(
        "I {} believe that the tests were done properly.", "They {} have a permit for the second building."
    ),
    ("is", "isn't"): _frames(
        "The water {} safe to drink on this side of town.", "That money {} coming back to the farmers."
    ),
    ("are", "aren't"): _frames("The tenants {} willing to move out before winter."),
    ("was", "wasn't"): _frames(
        "The driver {} wearing a belt when the truck rolled over.", "There {} enough room in the shelter for everyone."
    ),
    ("were", "weren't"): _frames("The doors {} locked when the fire started."),
    ("will", "won't"): _frames(
        "The company {} reopen the mine next year.", "My sister {} testify in front of that committee."
    ),
    ("would", "wouldn't"): _frames(
        "I {} send my own children to that school.", "They {} sign the paper without a lawyer."
    ),
    ("should", "shouldn't"): _frames(
        "The governor {} sign this bill before the holidays.", "You {} drive across that bridge in a storm."
    ),
    ("has", "hasn't"): _frames(
        "The agency {} inspected the tanks since last summer.", "He {} paid the fine for the second time."
    ),
    ("have", "haven't"): _frames(
        "We {} heard from the insurance people this week.", "They {} finished the repairs on the old dam."
    ),
    ("had", "hadn't"): _frames("She {} seen the letter before the meeting started."),
}
SCALE_FRAMES: Mapping[tuple[str, str], tuple[Frame, ...]] = {
    ("million", "billion"): _frames(
        ("The new terminal will cost about two {} dollars in the end.", "The new terminal will cost about $2 {} in the end."),
        ("More than seven {} people watched the trial on television.", "More than 7 {} people watched the trial on television."),
        ("They wrote off forty {} dollars of medical debt last year.", "They wrote off $40 {} of medical debt last year."),
        ("The storm cost this state three point five {} dollars.", "The storm cost this state $3.5 {}."),
    ),
    ("thousand", "million"): _frames(
        ("Almost three {} gallons leaked into the river that night.", "Almost three {} gallons leaked into the river that night."),
        "We lost nine {} jobs in a single winter.",
        "About sixty {} birds died along the coast.",
    ),
}
DAY_FRAMES: Mapping[tuple[str, str], tuple[Frame, ...]] = {
    ("Tuesday", "Thursday"): _frames(
        "The hearing was moved to {} because of the storm.",
        "We buried him on {} morning next to his mother.",
        "Every {} we drive to the clinic in the city.",
    ),
    ("June", "July"): _frames(
        "They promised us an answer by the end of {}.",
        "The factory shut its gates in {} without any warning.",
        "We have had no rain since {} of last year.",
    ),
}
DATE_FRAMES = _frames(
    "The letter arrived on {} and we opened it together.", "She was born on {} in a small house by the river."
)
DATES = (("March", 4), ("May", 6), ("October", 7), ("April", 3), ("June", 9))
NAME_FRAMES = _frames(
    "I talked to {} about the roof a week before the storm.",
    "It was {} who called the police that night.",
    "The check was signed by {} and two other people.",
    "We asked {} to stay on until the spring.",
    "Nobody told {} that the money was gone.",
)
NAMES = (
    *(("Allen", "Ellen"), ("Brown", "Braun"), ("Marion", "Miriam"), ("Kern", "Kearns"), ("Dupree", "Dupuy")),
    *(("Harmon", "Herman"), ("Dalton", "Walton"), ("Carson", "Larson"), ("Morgan", "Moran"), ("Jensen", "Jansen")),
    *(("Miller", "Mueller"), ("Parker", "Barker"), ("Collins", "Rollins"), ("Garrison", "Harrison")),
    *(("Bennett", "Burnett"), ("Elena", "Alina")),
)
TEENS = tuple(zip(range(13, 20), range(30, 100, 10), strict=True))

Pair = tuple[Form, Form]


def spoken_sentences(forward: bool) -> Iterator[Spoken]:
    """Every sentence with the first word of its pair, or with the second.

    Numbers are printed in figures and in words by turns, as newsrooms differ.
    """
    for kind, direction, pair, frame, names in _all(forward):
        said, counterpart = pair if forward else pair[::-1]
        figures = len(frame.spoken + said.spoken) % 2 == 0
        yield Spoken(
            *(kind, direction, said.spoken, counterpart.spoken, frame.said(said)),
            *(frame.printed(said, figures), frame.printed(counterpart, figures), names),
        )


def _all(forward: bool) -> Iterator[tuple[str, str, Pair, Frame, bool]]:
    """Kind, direction, pair and frame of every sentence, and whether the words are names."""
    for at, pair in enumerate(TEENS):
        for k in range(FRAMES_A_NUMBER):
            frame = NUMBER_FRAMES[(at * FRAMES_A_NUMBER + k) % len(NUMBER_FRAMES)]
            yield NUMBERS, DIRECTIONS[NUMBERS][not forward], _number_forms(pair), frame, False
    for kind, table in ((NEGATIONS, NEGATION_FRAMES), (SCALES, SCALE_FRAMES), (DAYS, DAY_FRAMES)):
        for words, frames in table.items():
            for frame in frames:
                yield kind, DIRECTIONS[kind][not forward], _as_they_are(words), frame, False
    for month, day in DATES:
        for frame in DATE_FRAMES:
            yield DATES_ALIKE, DIRECTIONS[DATES_ALIKE][not forward], _date_forms(month, day), frame, False
    for at, words in enumerate(NAMES):
        frame = NAME_FRAMES[at % len(NAME_FRAMES)]
        yield NAMES_ALIKE, DIRECTIONS[NAMES_ALIKE][not forward], _as_they_are(words), frame, True


def _number_forms(pair: tuple[int, int]) -> Pair:
    return Form(num2words(pair[0]), str(pair[0])), Form(num2words(pair[1]), str(pair[1]))


def _date_forms(month: str, day: int) -> Pair:
    """March fourth and March fourteenth."""
    later = day + 10
    return (
        Form(f"{month} {num2words(day, to='ordinal')}", f"{month} {day}"),
        Form(f"{month} {num2words(later, to='ordinal')}", f"{month} {later}"),
    )


def _as_they_are(words: tuple[str, str]) -> Pair:
    return Form(words[0], words[0]), Form(words[1], words[1])


_NUMBER = re.compile(r"^(\D*)(\d{1,3}(?:,\d{3})*|\d+)(\D*)$")
_WORD = re.compile(r"^(\W*)([\w’'-]*\w)(\W*)$")
_RECORDED: Mapping[str, Mapping[str, str]] = {
    NUMBERS: {num2words(a): num2words(b) for a, b in TEENS},
    NEGATIONS: dict(NEGATION_FRAMES.keys()),
    SCALES: {"million": "billion", "thousand": "million"},
    DAYS: {"tuesday": "thursday", "june": "july"},
    DATES_ALIKE: {"third": "thirteenth", "fourth": "fourteenth", "sixth": "sixteenth", "seventh": "seventeenth"},
    NAMES_ALIKE: {a.casefold(): b.casefold() for a, b in NAMES},
}
"""Of each kind, the first word of every pair → the second, lower case."""


def exchanged(run: Sequence[str]) -> Iterator[Spoken]:
    """Every word of these kinds in a run of really spoken words, printed as its counterpart."""
    for at, word in enumerate(run):
        for kind, direction, other in _counterparts(word):
            changed = " ".join((*run[:at], other, *run[at + 1 :]))
            yield Spoken(kind, direction, word, other, " ".join(run), " ".join(run), changed)


def _counterparts(word: str) -> Iterator[tuple[str, str, str]]:
    if match := _NUMBER.match(word):
        opening, digits, closing = match.groups()
        number = int(digits.replace(",", ""))
        for direction, other in _numbers_like(number):
            form = f"{other:,}" if "," in digits else str(other)
            yield "fifteen/fifty", direction, opening + form + closing
    if match := _WORD.match(word):
        opening, plain, closing = match.groups()
        for kind, pairs in _RECORDED.items():
            for direction, table in zip(DIRECTIONS[kind], (pairs, {b: a for a, b in pairs.items()}), strict=True):
                if other := table.get(plain.replace("’", "'").casefold()):
                    yield kind, direction, opening + (_sentence(other) if plain[0].isupper() else other) + closing


def _numbers_like(number: int) -> Iterator[tuple[str, int]]:
    """15 → 50, 115 → 150, and the other way round."""
    rest = number % 100
    for teen, ten in TEENS:
        if rest in (teen, ten):
            yield DIRECTIONS[NUMBERS][rest == ten], number - rest + (ten if rest == teen else teen)


