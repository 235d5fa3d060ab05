"""The record as JSON: nothing lost, and nothing wrong let in."""

import copy
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from captionkit import record as record_module
from captionkit.errors import FormatError
from captionkit.match.policy.load import load_policy
from captionkit.model import (
    POLICY_KINDS,
    VERDICTS,
    Article,
    AudioEvent,
    Check,
    Clip,
    Credit,
    Cue,
    Edit,
    Evidence,
    Finding,
    Levels,
    ModelUsed,
    PageSettings,
    Part,
    PartFinding,
    Policy,
    PolicyCell,
    PolicyFinding,
    Quarantined,
    Quote,
    Record,
    Review,
    Ruling,
    Span,
    Speaker,
    Transcript,
    Word,
    WordTimes,
)
from captionkit.record import (
    quote_to_dict,
    record_from_dict,
    record_from_json,
    record_to_dict,
    record_to_json,
)

GOLDEN = (Path(__file__).parent / "golden" / "formats" / "ferry.captionkit.json").read_text(encoding="utf-8")

TEXTS = st.text(max_size=8)
NAMES = TEXTS | st.none()
WHOLE = st.integers(0, 10**6)
NUMBERS = st.floats(-(10**6), 10**6)
TIMES = st.tuples(WHOLE, WHOLE).map(sorted)


def some(item, size=2):
    return st.lists(item, max_size=size).map(tuple)


def timed(kind, *before, after=()):
    """A noun whose fields are `before`, start, end and `after`, of a start and an end in order."""
    return st.tuples(st.tuples(*before), TIMES, st.tuples(*after)).map(lambda t: kind(*t[0], *t[1], *t[2]))


SPANS = some(timed(Span))
TOKENS = st.text(min_size=1, max_size=5).filter(lambda t: not any(c.isspace() for c in t))
WORDS = timed(Word, TOKENS, after=(NUMBERS, NAMES, TOKENS | st.none(), st.booleans(), st.booleans()))
VERDICT = st.sampled_from(VERDICTS)
PARTS = st.builds(Part, TEXTS, WHOLE, WHOLE, st.booleans())
EDIT_KINDS = st.sampled_from(["replace", "insert", "delete"])
UNTIMED = st.builds(Edit, EDIT_KINDS, TEXTS, TEXTS, VERDICT, TEXTS, between_sentences=st.booleans())
EDITS = UNTIMED | timed(Edit, EDIT_KINDS, TEXTS, TEXTS, VERDICT, TEXTS)
EVIDENCE = timed(Evidence, TEXTS, TEXTS, NUMBERS, st.sampled_from(["heard", "published", "neither"]))
STATES = st.sampled_from(["allowed", "forbidden", "unknown"])
POLICY_KINDS = st.sampled_from(list(POLICY_KINDS))
RULINGS = st.builds(
    Ruling, STATES | st.just("undecided"), POLICY_KINDS | st.none(), WHOLE | st.none(), st.booleans(), TEXTS, TEXTS, TEXTS
)
HELD = st.builds(PolicyFinding, TEXTS, TEXTS, STATES | st.just("undecided"), some(RULINGS)) | st.none()
CELLS = st.builds(PolicyCell, POLICY_KINDS, STATES, STATES | st.none(), TEXTS, TEXTS, TEXTS, TEXTS)
POLICIES = st.builds(Policy, TEXTS, TEXTS, some(CELLS), TEXTS)
PART_FINDINGS = st.builds(
    PartFinding, PARTS, VERDICT, SPANS, TEXTS, some(EDITS), SPANS, TEXTS, some(EVIDENCE), HELD
)
CUES = timed(Cue, after=(some(TEXTS), NAMES))
ROLES = st.dictionaries(TEXTS, some(TEXTS)).map(lambda d: tuple(Credit(*pair) for pair in d.items()))
MODELS = st.builds(ModelUsed, TEXTS, TEXTS, TEXTS, TEXTS)
LEVELS = st.builds(Levels, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
CLIPS = st.builds(Clip, TEXTS, TEXTS, WHOLE, st.floats(1, 240) | st.none(), LEVELS | st.none(), st.booleans())
TRANSCRIPTS = st.builds(
    Transcript,
    TEXTS,
    some(WORDS),
    MODELS | st.none(),
    NUMBERS,
    some(st.builds(lambda text, span, why: Quarantined(text, *span, why), TEXTS, TIMES, TEXTS)),
    SPANS,
    st.builds(WordTimes, NAMES, TEXTS) | st.none(),
)


@st.composite
def findings(draw) -> Finding:
    parts = draw(some(PART_FINDINGS))
    kind = draw(st.sampled_from(["speech", "phrase"]))
    quote = Quote(
        draw(TEXTS), kind, tuple(p.part for p in parts), draw(NAMES), draw(some(TEXTS)), draw(TEXTS)
    )
    return Finding(quote, draw(VERDICT), parts, draw(st.booleans()), draw(HELD))


@st.composite
def records(draw) -> Record:
    found = draw(some(findings()))
    quotes = tuple(f.quote for f in found)
    articles = st.builds(
        Article, TEXTS, TEXTS, TEXTS, TEXTS, st.just(quotes), names=some(TEXTS), credits=ROLES
    )
    return Record(
        clip=draw(CLIPS),
        transcript=draw(TRANSCRIPTS),
        speakers=draw(some(st.builds(Speaker, TEXTS, NAMES, some(TEXTS)))),
        sounds=draw(some(timed(AudioEvent, TEXTS))),
        cues=draw(some(CUES)),
        credit_cue=draw(CUES | st.none()),
        article=draw(articles | st.none()),
        credits=draw(ROLES),
        findings=found,
        checks=draw(
            some(st.builds(Check, TEXTS, st.sampled_from(["error", "warning"]), TEXTS, WHOLE, WHOLE))
        ),
        review=draw(st.builds(Review, TEXTS.map("A".__add__), st.dates().map(str)) | st.none()),
        pages=draw(st.builds(PageSettings, TEXTS, TEXTS, st.booleans()) | st.none()),
        policy=draw(POLICIES | st.none()),
        timings=draw(st.dictionaries(TEXTS, NUMBERS).map(lambda d: tuple(d.items()))),
        files=draw(st.dictionaries(TEXTS, TEXTS).map(lambda d: tuple(d.items()))),
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(records())
def test_round_trip(record):
    """A page, a search or a corrected article made from the record differs from the first run's."""
    written = record_to_json(record)
    assert record_from_json(written, "r.json") == record
    assert record_to_json(record_from_json(written, "r.json")) == written
    assert json.loads(written) == json.loads(json.dumps(record_to_dict(record)))


def test_golden():
    """The scripts that read our records find a field gone, renamed or of another type."""
    record = record_from_json(GOLDEN, "ferry.captionkit.json")
    assert record_to_json(record) == GOLDEN
    assert record.findings[0].parts[0].edits[0].reason == "negation lost"
    assert record.article.quotes == (record.findings[0].quote,)
    assert record.credits == (
        Credit("producer", ("A. B. Müller", "Ó Briain, Tomás")),
        Credit("editor", ("Li Wei",)),
    )


def test_the_policy_is_in_the_file():
    """Another program could not read what a quote was held against, nor the files be made again without the policy."""
    data = json.loads(record_to_json(replace(record_from_json(GOLDEN, "r.json"), policy=load_policy("ap"))))
    assert data["policy"]["cells"][0] == {
        "kind": "fillers",
        "state": "forbidden",
        "with_ellipsis": "allowed",
        "source": "AP Stylebook, “quotations in the news”, as reported by Writing Explained",
        "says": "minor slips of the tongue may be removed by ellipses, with extreme caution",
        "url": "https://writingexplained.org/ap-style/ap-style-quotes",
        "date": "not known",
    }
    assert data["policy"]["cells"][6] == {"kind": "brackets", "state": "unknown"}
    assert "policy" not in json.loads(GOLDEN) and "policy" not in json.loads(GOLDEN)["quotes"][0]


def test_the_contracts_fields():
    """A field of docs/files.md is missing in the file."""
    data = json.loads(GOLDEN)
    assert set(data) >= {
        "schema", "clip", "transcript", "speakers", "sounds", "cues", "article", "credits", "quotes",
        "checks", "timings",
    }  # fmt: skip
    assert data["transcript"]["words"][0] == {
        "text": "The", "start_ms": 1000, "end_ms": 1200, "probability": 0.99, "speaker": "s1",
    }  # fmt: skip
    quote = data["quotes"][0]
    assert set(quote) >= {"id", "kind", "speaker", "verdict", "reordered", "parts"}
    assert set(quote["parts"][0]) >= {"text", "verdict", "spans", "heard", "edits", "elsewhere"}
    assert data["credits"]["editor"] == ["Li Wei"]
    assert "quotes" not in data["article"]


def test_where_the_times_come_from_is_in_the_file():
    """Nobody could tell an aligned time from the recogniser's, or why a clip was not aligned."""
    words = (Word("Hi", 0, 1, aligned=True), Word("there.", 1, 2))
    transcript = Transcript("en", words, times=WordTimes("pocketsphinx 5.1.1"))
    data = record_to_dict(Record(Clip("a.mp4", "", 1), transcript))["transcript"]
    assert data["times"] == {"aligner": "pocketsphinx 5.1.1", "reason": ""}
    assert [word.get("aligned") for word in data["words"]] == [True, None]


def test_one_word_and_one_cue_a_line():
    """A person who opens the record, or its diff in version control, cannot read it."""
    lines = [line.strip() for line in GOLDEN.splitlines()]
    assert sum(line.startswith('{"text": "') and '"probability"' in line for line in lines) == 9
    assert sum('"lines": ["' in line and line.startswith('{"start_ms"') for line in lines) == 3


def test_a_quote_for_diff():
    """`diff --json` names fields otherwise than the record does."""
    record = record_from_json(GOLDEN, "r")
    assert quote_to_dict(record.findings[0]) == json.loads(GOLDEN)["quotes"][0]


def test_without_article_and_additions():
    """A clip without an article cannot be read again, or a later version's additions stop this one."""
    data = json.loads(GOLDEN)
    data.update(article=None, quotes=[], later={"x": [1]})
    data["clip"]["later"] = math.pi
    record = record_from_dict(data, "r")
    assert record.article is None
    assert "later" not in record_to_json(record)


def test_defaults_need_not_stand_there():
    """A record by hand or by an older captionkit is refused for fields that have a plain default."""
    least = {
        "schema": "captionkit/1",
        "clip": {"file": "a.mp4", "sha256": "", "duration_ms": 1},
        "transcript": {"language": "en", "words": [{"text": "Hi", "start_ms": 0, "end_ms": 1}]},
    }
    record = record_from_dict(least, "r")
    assert record == Record(Clip("a.mp4", "", 1), Transcript("en", (Word("Hi", 0, 1),)))


def test_a_timing_may_have_any_name():
    """A timing named `…_ms` is held against the bounds of a clip's times, and the record is refused."""
    record = replace(record_from_json(GOLDEN, "r"), timings=(("drift_ms", -2.5),))
    assert record_from_json(record_to_json(record), "r") == record


def test_two_credits_of_one_role_are_joined():
    """One of two producers is lost."""
    record = record_from_json(GOLDEN, "r")
    twice = replace(record, credits=(Credit("producer", ("A",)), Credit("producer", ("B",))))
    assert record_to_dict(twice)["credits"] == {"producer": ["A", "B"]}


def test_a_file_name_that_is_no_unicode():
    """A clip whose name an old system encoded cannot be captioned."""
    record = record_from_json(GOLDEN, "r")
    odd = replace(record, clip=replace(record.clip, file="caf\udce9.mp4"))
    written = record_to_json(odd)
    assert record_from_json(written.encode("utf-8").decode("utf-8"), "r") == odd


def test_what_json_cannot_say_is_not_written():
    """The record holds `-Infinity`, and no other program can read it."""
    record = record_from_json(GOLDEN, "r")
    with pytest.raises(ValueError, match="JSON"):
        record_to_json(replace(record, timings=(("x_s", -math.inf),)))


def put(path, value):
    """The golden record with one value replaced, or left out where the value is `...`."""
    data = copy.deepcopy(json.loads(GOLDEN))
    *way, last = path
    at = data
    for step in way:
        at = at[step]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (["schema"], ..., "it is not a record of captionkit: it has no schema captionkit/1"),
        (["schema"], 1, "it is not a record of captionkit"),
        (["schema"], "captionkit/2", "has the schema 'captionkit/2', and this captionkit reads captionkit/1"),
        (["clip"], ..., "clip is missing"),
        (["clip"], [], "clip is [], not an object"),
        (["clip", "duration_ms"], ..., "clip.duration_ms is missing"),
        (["clip", "duration_ms"], -1, "clip.duration_ms is -1, not between 0 and 3600000000"),
        (["clip", "duration_ms"], 3600000001, "clip.duration_ms is 3600000001, not between 0"),
        (["clip", "duration_ms"], True, "clip.duration_ms is true, not an integer"),
        (["clip", "duration_ms"], 1.0, "clip.duration_ms is 1.0, not an integer"),
        (["clip", "fps"], 0, "clip.fps is 0, not between 0.001 and 1000"),
        (["clip", "fps"], math.nan, "clip.fps is nan, not between"),
        (["clip", "truncated"], 0, "clip.truncated is 0, not true or false"),
        (["clip", "shots_ms", 1], -1, "clip.shots_ms[1] is -1, not between 0 and 3600000000"),
        (["clip", "shots_ms"], {}, "clip.shots_ms is {}, not a list"),
        (["clip", "levels", "peak_dbfs"], "loud", "clip.levels.peak_dbfs is 'loud', not a number"),
        (["transcript", "words"], {}, "transcript.words is {}, not a list"),
        (["transcript", "words", 3, "start_ms"], ..., "transcript.words[3].start_ms is missing"),
        (["transcript", "words", 3, "text"], "a b", "transcript.words[3] is not valid: a word is one token"),
        (["transcript", "words", 3, "end_ms"], 9, "transcript.words[3] ends at 9 ms, before it starts"),
        (["transcript", "words", 3, "text"], None, "transcript.words[3].text is null, not a string"),
        (["cues", 0, "lines"], "x" * 1000, "cues[0].lines is 'xxxxxxxxxxxx...xxxxxxxxxxxxx', not a list"),
        (["cues", 0, "lines", 1], 5, "cues[0].lines[1] is 5, not a string"),
        (["cues", 2, "end_ms"], 0, "cues[2] ends at 0 ms, before it starts at 5200 ms"),
        (["credits", "editor"], "Li Wei", "credits['editor'] is 'Li Wei', not a list"),
        (["credits"], [], "credits is [], not an object"),
        (["quotes", 0, "verdict"], "fine", "quotes[0].verdict is 'fine', not one of verbatim, tidied"),
        (["quotes", 0, "kind"], [], "quotes[0].kind is [], not one of speech, phrase"),
        (["quotes", 0, "parts", 1, "text"], ..., "quotes[0].parts[1].text is missing"),
        (["quotes", 0, "parts", 0, "edits", 0, "kind"], "swap", "quotes[0].parts[0].edits[0].kind is 'swap'"),
        (["timings", "recognise_s"], "1", "timings['recognise_s'] is '1', not a number"),
        (["timings", "recognise_s"], 1e300, "timings['recognise_s'] is 1e+300, not between"),
        (["review"], {"by": " ", "on": "2026-11-20"}, "review is not valid: a review needs the name"),
        (["review"], {"by": "Ines", "on": "20.11.2026"}, "review is not valid: "),
        (["pages"], {"clip_href": 5}, "pages.clip_href is 5, not a string"),
        (["files", "ferry.vtt"], None, "files['ferry.vtt'] is null, not a string"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_path(path, value, told):
    """A damaged record ends in a traceback, or is believed, and a page shows nonsense."""
    with pytest.raises(FormatError) as raised:
        record_from_dict(put(path, value), "ferry.json")
    assert told in str(raised.value)
    assert str(raised.value).startswith("ferry.json: ")


@pytest.mark.parametrize("value", [None, [], "captionkit/1", 5])
def test_what_is_no_object(value):
    """A JSON file of another kind ends in a traceback."""
    with pytest.raises(FormatError, match="not a record of captionkit"):
        record_from_dict(value, "r")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it is not JSON (Expecting value at line 1, column 1)"),
        ("WEBVTT", "it is not JSON"),
        (GOLDEN[:-20], "it is not JSON"),
        ("[" * 1_000_000, "it is nested too deeply"),
        ('{"schema":' * 100_000, "it is nested too deeply"),
        (
            GOLDEN.replace("12000", "1" * 100_000),
            "clip.duration_ms is 11111111111111111111, not between 0 and 3600000000",
        ),
        (GOLDEN.replace("12000", "9" * 17), "clip.duration_ms is 99999999999999999, not between"),
        (GOLDEN.replace("25.0", "1e999"), "clip.fps is inf, not between 0.001 and 1000"),
        (GOLDEN.replace("25.0", "NaN"), "clip.fps is nan, not between"),
        (GOLDEN.replace("25.0", "-Infinity"), "clip.fps is -inf, not between"),
    ],
)
def test_hostile_text(text, told):
    """A file from outside stops a batch with a traceback, or keeps the machine busy for minutes."""
    with pytest.raises(FormatError) as raised:
        record_from_json(text, "r.json")
    assert told in str(raised.value)
    assert len(str(raised.value)) < 300


def test_too_large(monkeypatch):
    """A file of some gigabytes fills the memory of a shared machine."""
    monkeypatch.setattr(record_module, "MAX_CHARACTERS", len(GOLDEN))
    assert record_from_json(GOLDEN, "r").clip.duration_ms == 12000
    with pytest.raises(FormatError, match="it has more than"):
        record_from_json(GOLDEN + " ", "r")


def test_a_byte_order_mark():
    """A record that went through a Windows editor is refused."""
    assert record_from_json("\ufeff" + GOLDEN, "r") == record_from_json(GOLDEN, "r")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


def places(value, path=()):
    """Every path into a JSON value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


@settings(deadline=None)
@given(st.sampled_from([p for p in places(json.loads(GOLDEN)) if p]), VALUES)
def test_any_value_anywhere_is_read_or_refused(path, value):
    """A record that somebody tampered with ends in a traceback."""
    try:
        record = record_from_dict(put(path, value), "r")
    except FormatError as error:
        assert str(error).startswith("r: ")
    else:
        assert record_from_json(record_to_json(record), "r") == record
