"""Laws of a verdict, tried on any sentences of the story: what is unchanged passes, what is changed never does."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from captionkit.match.tokens import tokens
from captionkit.model import VERDICTS

FIGURES = {
    "one point two million pounds": "£1.2 million",
    "three hundred thousand": "300,000",
    "nineteen fifty-two": "1952",
    "twenty nineteen": "2019",
    "twenty ten and twenty fifteen": "2010 and 2015",
    "sixty percent": "60%",
    "forty miles": "40 miles",
    "nine hours": "9 hours",
    "seven to two": "7–2",
}
NUMBERS = {"forty": "fourteen", "nine": "five", "seven": "eleven", "twenty": "thirty", "sixty": "sixteen"}
NOT_CONTENT = frozenset(["never", "about", "quote", "there"])
NUMBER_WORDS = r"^(one|two|three|five|seven|nine|ten|fif|six|nineteen|twenty|forty|hundred|thousand|million|point|and$)"
SEED = st.integers(0, 10**6)


def _run(desk, seed: int, least: int = 8) -> tuple[int, list[str]]:
    """Some whole sentences of the story in a row, of at least so many words, and where they begin."""
    words = desk.story.split()
    starts = [0, *(n + 1 for n, word in enumerate(words) if word[-1] in ".?")]
    sentences = list(pairwise(starts))
    first = seed % len(sentences)
    last = first
    while last < len(sentences) - 1 and sentences[last][1] - sentences[first][0] < least + seed % 17:
        last += 1
    begin, end = sentences[first][0], sentences[last][1]
    return begin, words[begin:end]


def _is_inside_number(words: list[str], at: int) -> bool:
    """Whether a number goes on over the gap before a word."""
    return all(re.match(NUMBER_WORDS, word) for word in words[at - 1 : at + 1])


def _covers(part, begin: int, length: int) -> bool:
    """Whether a part's spans are these words of the story and no others."""
    return (part.spans[0].start_ms, part.spans[-1].end_ms) == (1000 * begin, 1000 * (begin + length))


def _whole_words(shown: str, text: str) -> bool:
    """Whether some words stand in a text as whole words, punctuation and case apart."""
    plain = [re.sub(r"[^\w']", "", word.casefold().replace("’", "'")).strip("'") for word in text.split()]
    wanted = [re.sub(r"[^\w']", "", word.casefold().replace("’", "'")).strip("'") for word in shown.split()]
    return not wanted or any(plain[n : n + len(wanted)] == wanted for n in range(len(plain)))


@settings(max_examples=60)
@given(SEED, st.sampled_from([str.upper, str.lower, str.title, str]), st.booleans(), st.booleans())
def test_unchanged_words_are_verbatim(desk, seed, case, figures, bare):
    """A false alarm over case, punctuation or figures teaches editors to click alarms away."""
    begin, words = _run(desk, seed)
    text = " ".join(words)
    for said, printed in FIGURES.items() if figures else ():
        text = text.replace(said, printed)
    text = case(text)
    text = re.sub(r"(?<!\d)[,.](?!\d)|[,.](?= )|[,.?]$", "", text) if bare else text.replace("'", "’")
    part = desk.part(desk.broadcast, text)
    assert (part.verdict, part.edits) == ("verbatim", ())
    twice = desk.story.count(" ".join(words[:7])) > 1
    assert twice or _covers(part, begin, len(words))


@settings(max_examples=60, derandomize=True)
@given(
    SEED,
    st.lists(st.tuples(SEED, st.sampled_from(["um,", "uh", "er,", "you know,", "I mean,"])), min_size=1, max_size=3),
)
def test_dropped_fillers_are_tidied(desk, seed, fillers):
    """Nobody prints "um"; a quote without it must not be called changed."""
    begin, words = _run(desk, seed)
    said = list(words)
    for at, filler in fillers:
        gaps = [n for n in range(1, len(said)) if not _is_inside_number(said, n) and said[n - 1] != "as"]
        said.insert(gaps[at % len(gaps)], filler)
    story = desk.story.split()
    transcript = " ".join([*story[:begin], *said, *story[begin + len(words) :]])
    assume(desk.story.count(" ".join(words[:7])) == 1)
    part = desk.part(transcript, " ".join(words))
    assert part.verdict == "tidied"
    assert {edit.severity for edit in part.edits} == {"tidied"}


@settings(max_examples=60)
@given(SEED, SEED)
def test_a_dropped_content_word_is_altered(desk, seed, which):
    """A word cut without a mark is what this tool is for."""
    _, words = _run(desk, seed)
    content = [
        n
        for n, word in enumerate(words[1:-1], start=1)
        if len(word.strip(".,?")) > 4 and word.strip(".,?").lower() not in NOT_CONTENT and "'" not in word
    ]
    assume(content)
    at = content[which % len(content)]
    part = desk.part(desk.broadcast, " ".join([*words[:at], *words[at + 1 :]]))
    assert part.verdict == "altered"
    assert any(words[at].strip(".,?") in edit.heard for edit in part.edits)


@settings(max_examples=60)
@given(SEED, SEED)
def test_an_inserted_not_is_altered(desk, seed, which):
    """One word that turns a sentence round."""
    _, words = _run(desk, seed)
    at = 1 + which % (len(words) - 1)
    assume("n't" not in words[at - 1] and "not" not in words[at - 1 : at + 1])
    part = desk.part(desk.broadcast, " ".join([*words[:at], "not", *words[at:]]))
    assert part.verdict == "altered"
    assert "negation added" in part.reason


@settings(max_examples=40)
@given(SEED)
def test_a_changed_number_is_altered(desk, seed):
    """Fifty for fifteen is a correction on air."""
    _, words = _run(desk, seed)
    at = next((n for n, word in enumerate(words) if word in NUMBERS and words[n - 1] not in NUMBERS), None)
    assume(at is not None)
    part = desk.part(desk.broadcast, " ".join([*words[:at], NUMBERS[words[at]], *words[at + 1 :]]))
    assert part.verdict == "altered"
    assert "number" in part.reason


@settings(max_examples=60, derandomize=True)
@given(SEED, SEED, SEED)
def test_words_left_out_at_an_ellipsis_are_elided(desk, seed, first, size):
    """A marked omission is good practice, and must not be punished."""
    _, words = _run(desk, seed, least=12)
    start = 3 + first % (len(words) - 8)
    end = min(len(words) - 3, start + 1 + size % 6)
    assume(not {"not", "never", "Nobody"} & set(words[start:end]) and not any("n't" in w for w in words[start:end]))
    assume(not _is_inside_number(words, start) and not _is_inside_number(words, end))
    part = desk.part(desk.broadcast, " ".join([*words[:start], "…", *words[end:]]))
    assert part.verdict == "elided"


PRINTED = st.lists(
    st.sampled_from(
        [
            "we",
            "can't",
            "can",
            "not",
            "keep",
            "the",
            "boat",
            "ship",
            "it's",
            "40",
            "forty",
            "…",
            "[it]",
            "[T]he",
            "drive",
            "bridge",
            "gonna",
            "um",
            "you",
            "know",
            ".",
            ",",
            "Nobody",
        ]
    ),
    min_size=1,
    max_size=25,
).map(" ".join)
ANY_TEXT = st.one_of(PRINTED, st.text(st.characters(exclude_categories=["Cs"]), max_size=60))


@settings(max_examples=150)
@given(
    st.lists(ANY_TEXT, min_size=1, max_size=3), st.lists(st.booleans(), min_size=3, max_size=3), ANY_TEXT, st.booleans()
)
def test_any_quote_gives_a_sound_finding(desk, texts, seams, extra, in_story):
    """No text of an article may stop the run, and what the report marks must stand in the texts it shows."""
    said = desk.broadcast if in_story else extra
    marked = [("+" if seam else "") + text.removeprefix("+") for text, seam in zip(texts, seams)]
    finding = desk.find(said, *marked)
    assert finding.verdict == max((part.verdict for part in finding.parts), key=VERDICTS.index)
    for part in finding.parts:
        assert (part.verdict == "not_found") == (not part.spans) == (not part.heard)
        assert part.reason and part.reason[0].islower()
        assert all(span.start_ms < span.end_ms for span in (*part.spans, *part.elsewhere))
        for edit in part.edits:
            assert edit.published or edit.heard
            assert (edit.kind == "delete") == (not edit.published) and (edit.kind == "insert") == (not edit.heard)
            assert _whole_words(edit.published, part.part.text)
            assert edit.severity in {"tidied", "elided", "uncertain", "altered"} and edit.reason
            if edit.start_ms is not None:
                assert 0 <= edit.start_ms <= edit.end_ms
            if edit.severity != "elided" and "…" not in edit.heard and "another order" not in edit.reason:
                assert _whole_words(edit.heard, part.heard)


@given(st.text(max_size=200), st.sampled_from(["en", "de", "fr", "ja"]))
def test_a_quote_of_the_whole_transcript_is_verbatim(desk, text, code):
    """Whatever the language, the same words are the same words."""
    said = desk.heard(text, code)
    if said.tokens and not any(token.bracketed or token.after_ellipsis for token in tokens(said.text, code)):
        assert desk.part(said, said.text).verdict == "verbatim"
