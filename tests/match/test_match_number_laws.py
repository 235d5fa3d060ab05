"""Laws of numbers: two values are never one, and one value is one in every way to write or say it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from num2words import num2words

from captionkit.match.language import match_language
from captionkit.match.tokens.scan import plain_figures, token_pattern

BEFORE = "Good evening and thank you for coming to this hall tonight. In the end we were told of"
AFTER = "in the report that the council read here. The next item is the minutes of the last meeting."
UNITS = {
    "mm": "millimeters",
    "cm": "centimeters",
    "km": "kilometers",
    "kg": "kilograms",
    "mg": "milligrams",
    "ml": "milliliters",
    "lbs": "pounds",
    "ft": "feet",
    "mph": "miles per hour",
    "km/h": "kilometers per hour",
    "percent": "%",
    "degrees": "°",
    "hours": "hrs",
    "kWh": "kilowatt hours",
}
SIGNS = ["-", "–", "−", "minus ", "negative "]
SHARES = {
    (1, 2): ["1/2", "½", "a half", "one half", "half", "0.5"],
    (1, 3): ["1/3", "⅓", "a third", "one third", "one-third"],
    (2, 3): ["2/3", "⅔", "two thirds", "two-thirds"],
    (1, 4): ["1/4", "¼", "a quarter", "one quarter", "one fourth", "0.25"],
    (3, 4): ["3/4", "¾", "three quarters", "three-quarters", "three fourths", "0.75"],
    (1, 5): ["1/5", "⅕", "a fifth", "one fifth", "0.2"],
    (2, 5): ["2/5", "⅖", "two fifths", "0.4"],
    (5, 8): ["5/8", "⅝", "five eighths", "0.625"],
    (7, 10): ["7/10", "seven tenths", "0.7"],
}
SCALES = {"million": 10**6, "billion": 10**9, "trillion": 10**12}


def _verdict(desk, printed: str, said: str, code: str = "en") -> str:
    quote = "In the end we were told of {} in the report that the council read here."
    return desk.part(desk.heard(f"{BEFORE} {said} {AFTER}", code), quote.format(printed)).verdict


def _ways_whole(value: int) -> list[str]:
    """How newsrooms and num2words write a whole number."""
    spelt = num2words(value)
    ways = [
        str(value),
        f"{value:,}",
        spelt,
        spelt.replace("-", " "),
        spelt.replace(",", ""),
        spelt.replace(" and ", " "),
    ]
    if 100 < value < 3000:
        ways.append(num2words(value, to="year"))
    ways += [f"{value // size} {name}" for name, size in SCALES.items() if value and value % size == 0]
    return ways


def _ways_decimal(hundredths: int) -> list[str]:
    whole, rest = divmod(hundredths, 100)
    short = f"{whole}.{rest:02}".rstrip("0").rstrip(".")
    ways = [f"{whole}.{rest:02}", short, num2words(float(short)) if rest else num2words(whole)]
    return [*ways, short.removeprefix("0")] if 0 < hundredths < 100 else ways


WHOLE = st.one_of(
    st.integers(2, 130), st.integers(2, 3000), st.integers(2, 10**7), st.integers(1, 40).map(lambda n: n * 10**6)
)
PICK = st.integers(0, 1000)


@settings(max_examples=80)
@given(WHOLE, PICK, PICK)
def test_a_number_is_one_in_all_its_ways(desk, value, one, other):
    """Every way to write or say a number that an editor uses must pass, or every second quote is a false alarm."""
    ways = _ways_whole(value)
    assert _verdict(desk, ways[one % len(ways)], ways[other % len(ways)]) == "verbatim"


@settings(max_examples=80)
@given(WHOLE, WHOLE, PICK, PICK)
def test_two_numbers_are_never_one(desk, value, another, one, other):
    """An amount changed in print is what a desk has to answer for first."""
    assume(value != another)
    printed, said = _ways_whole(value), _ways_whole(another)
    assert _verdict(desk, printed[one % len(printed)], said[other % len(said)]) == "altered"


@settings(max_examples=70)
@given(st.integers(1, 9999), st.integers(1, 9999), PICK, PICK)
def test_decimals_keep_their_point(desk, value, another, one, other):
    """1.5 and 15 differ by a mark, and by ten times."""
    printed, said = _ways_decimal(value), _ways_decimal(another)
    expected = "verbatim" if value == another else "altered"
    assert _verdict(desk, printed[one % len(printed)], said[other % len(said)]) == expected
    same = _ways_decimal(value)
    assert _verdict(desk, printed[one % len(printed)], same[other % len(same)]) == "verbatim"


@settings(max_examples=60)
@given(st.integers(1, 9999), st.sampled_from(SIGNS), st.sampled_from(SIGNS), PICK, PICK)
def test_a_sign_is_never_lost(desk, value, sign, another, one, other):
    """A fall of 2.5 percent printed as a rise is the opposite of what was said."""
    ways = _ways_decimal(value)
    printed, said = ways[one % len(ways)], ways[other % len(ways)]
    for mark, text in ((sign, printed), (another, said)):
        assume(text[0].isdigit() or mark[-1] == " ")
    assert (
        _verdict(desk, f"{sign}{printed} percent", f"{said}%" if said[-1].isdigit() else f"{said} percent") == "altered"
    )
    assert _verdict(desk, f"{printed} percent", f"{another}{said} percent") == "altered"
    assert _verdict(desk, f"{sign}{printed} percent", f"{another}{said} percent") == "verbatim"


@settings(max_examples=70)
@given(st.integers(2, 99), st.integers(2, 99), st.sampled_from(["-", "–", " to ", " – ", "/"]), st.booleans())
def test_a_separator_is_never_lost(desk, first, last, mark, spelt):
    """ "3-4 years" heard as "34 years" is another sentence in court."""
    printed = f"{first}{mark}{last} years"
    for joined in (f"{first}{last}", f"{first}.{last}", f"{first},{last:03}", f"{first} point {last}"):
        assert _verdict(desk, printed, f"{joined} years") == "altered"
        assert _verdict(desk, f"{joined} years", printed) == "altered"
    if mark != "/":
        said = f"{num2words(first)} to {num2words(last)}" if spelt else f"{first} to {last}"
        assert _verdict(desk, printed, f"{said} years") == "verbatim"


@settings(max_examples=70)
@given(
    st.integers(0, 40), st.sampled_from(sorted(SHARES)), st.integers(0, 40), st.sampled_from(sorted(SHARES)), PICK, PICK
)
def test_a_fraction_is_never_lost(desk, whole, share, other_whole, other_share, one, other):
    """Two and a half years of two years is half a year of somebody's life."""
    ways = [_mixed(whole, way) for way in SHARES[share] if not whole or ("." not in way and way not in {"half"})]
    others = [
        _mixed(other_whole, way) for way in SHARES[other_share] if not other_whole or ("." not in way and way != "half")
    ]
    printed, said = ways[one % len(ways)], others[other % len(others)]
    same = (whole, share) == (other_whole, other_share)
    assert _verdict(desk, printed, said) == ("verbatim" if same else "altered")
    assert _verdict(desk, printed, ways[other % len(ways)]) == "verbatim"
    assert _verdict(desk, printed, str(whole)) == "altered"


def _mixed(whole: int, share: str) -> str:
    if not whole:
        return share
    if share[0].isdigit():
        return f"{whole} {share}"
    return f"{num2words(whole)} and {share}" if share[0].isascii() else f"{whole}{share}"


@settings(max_examples=70)
@given(st.integers(2, 500), st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)), st.booleans())
def test_a_unit_is_never_lost(desk, value, unit, another, spelt):
    """Milligrams given as millilitres: a unit is half of what was said."""
    written = f"{value} {UNITS[unit]}" if UNITS[unit] not in "%°" else f"{value}{UNITS[unit]}"
    said = f"{num2words(value)} {UNITS[unit]}" if spelt and UNITS[unit] not in "%°hrs" else written
    assert _verdict(desk, f"{value} {unit}", said) == "verbatim"
    assert _verdict(desk, f"{value} {unit}", str(value)) == "altered"
    if unit != another:
        assert _verdict(desk, f"{value} {unit}", f"{value} {another}") == "altered"


@settings(max_examples=70)
@given(st.integers(1, 99999), st.integers(1, 99999), st.sampled_from(["USD", "EUR"]), st.sampled_from(["USD", "EUR"]))
def test_money_is_one_in_all_its_ways(desk, cents, other_cents, currency, another):
    """ "$0.50" and "fifty cents" are one price; a dollar and a euro are not."""
    spelt = num2words(cents, to="currency", currency=currency)
    written = {"USD": "$", "EUR": "€"}[currency] + f"{cents // 100}.{cents % 100:02}"
    assert _verdict(desk, written, spelt) == "verbatim"
    other = {"USD": "$", "EUR": "€"}[another] + f"{other_cents // 100}.{other_cents % 100:02}"
    expected = "verbatim" if (cents, currency) == (other_cents, another) else "altered"
    assert _verdict(desk, written, other) == expected


@settings(max_examples=80)
@given(st.integers(1, 40), st.sampled_from(sorted(SCALES)), st.sampled_from(["half", "quarter"]))
def test_millions_and_a_half(desk, value, scale, share):
    """ "A million and a half dollars" is how people say what papers print as $1.5 million."""
    printed = f"${value}{'.5' if share == 'half' else '.25'} {scale}"
    assert _verdict(desk, printed, f"{num2words(value)} and a {share} {scale} dollars") == "verbatim"
    assert _verdict(desk, printed, f"{num2words(value)} {scale} and a {share} dollars") == "verbatim"
    assert _verdict(desk, printed, f"{value} and a {share} {scale} dollars") == "verbatim"
    assert _verdict(desk, printed, f"{value} {scale} and a {share} dollars") == "verbatim"
    assert _verdict(desk, printed, f"{num2words(value)} {scale} dollars") == "altered"


@settings(max_examples=60)
@given(st.integers(1, 2500), st.integers(1, 2500), st.booleans())
def test_ordinals_are_one_in_all_their_ways(desk, value, another, spaced):
    """A 101st birthday is a "hundred and first", and no 111th."""
    spelt = num2words(value, to="ordinal")
    spelt = spelt.replace("-", " ") if spaced else spelt
    assert _verdict(desk, f"the {num2words(value, to='ordinal_num')} day", f"the {spelt} day") == "verbatim"
    expected = "verbatim" if value == another else "altered"
    assert _verdict(desk, f"the {num2words(another, to='ordinal_num')} day", f"the {spelt} day") == expected
    assert _verdict(desk, f"the {value} days", f"the {spelt} days") == "altered"


COMMA = ["de", "fr", "es", "it", "pt", "nl", "pl", "ru", "sv", "tr", "uk", "cs", "id"]


@settings(max_examples=60)
@given(st.integers(1, 10**7), st.integers(1, 99), st.sampled_from(COMMA), st.booleans())
def test_decimal_commas(desk, whole, decimals, code, grouped):
    """ "1,5 Millionen" is a million and a half in most of Europe, never 15."""
    mark = match_language(code).separators.thousands[0]
    figures = f"{whole:,}".replace(",", mark) if grouped else str(whole)
    rest = f"{decimals:02}"
    assert _verdict(desk, f"{figures},{rest}", f"{whole},{rest}", code) == "verbatim"
    assert _verdict(desk, f"{figures},{rest}", f"{whole}{rest}", code) == "altered"
    assert _verdict(desk, f"{figures},{rest}", str(whole), code) == "altered"
    assert _verdict(desk, f"{whole:,}".replace(",", "."), str(whole), code) == "verbatim"


def test_separators_are_those_of_cldr():
    """One language in the wrong list, and ten times the amount passes in it."""
    numbers = pytest.importorskip("babel.numbers")
    tokenizer = pytest.importorskip("faster_whisper.tokenizer")
    codes = {"no": "nb", "jw": "jv", "tl": "fil"}
    for code in tokenizer._LANGUAGE_CODES:
        own = match_language(code).separators
        locale = codes.get(code, code)
        assert own.decimal == numbers.get_decimal_symbol(locale), code
        assert numbers.get_group_symbol(locale) in own.thousands, code


@given(st.text("0123456789.,  ’'", min_size=1, max_size=12), st.sampled_from(["en", "de", "fr"]))
def test_figures_are_read_whole(text, code):
    """A figure that the pattern leaves out would be compared with nothing."""
    separators = match_language(code).separators
    pieces = [match for match in token_pattern(separators).finditer(text) if match["figures"]]
    assert "".join(c for match in pieces for c in match[0] if c.isdigit()) == "".join(c for c in text if c.isdigit())
    for match in pieces:
        plain = plain_figures(match[0], separators)
        assert plain.count(".") <= 1 and not set(plain) - set("0123456789.")
