"""Verdicts weighed against a sound whose answers are written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from captionkit.match import MatchTranscript, SoundScorer, doubtful_spans, find_quotes, weighed
from captionkit.match.sound.thresholds import EXPECTED_SHARE, Thresholds, score
from captionkit.model import Finding, Margin, Part, Quote, Span, Word

SURE = Margin(20.0, 0.0)
LIMITS = Thresholds()


def transcript(text: str, probability: float = 0.9) -> MatchTranscript:
    """Word n lasts from second n to n + 1."""
    return MatchTranscript(tuple(Word(w, 1_000 * n, 1_000 * n + 1_000, probability) for n, w in enumerate(text.split())))


def judged(
    said: str,
    printed: str,
    sound: Mapping[str, float] | None = None,
    probability: float = 0.9,
    names: tuple[str, ...] = (),
    parts: tuple[Part, ...] = (),
) -> Finding:
    """The finding of one quote, of one part unless `parts` are given; `sound` answers wordings with these words with their margin, all others are surely not
    said. An empty key stands for words left out."""
    heard = transcript(said, probability)

    def margin(place: tuple[int, int], wording: str) -> Margin:
        words = " ".join(word.strip(".,?!") for word in wording.split())
        found = [nats for key, nats in (sound or {}).items() if key and f" {key} " in f" {words} "]
        if not found and "" in (sound or {}) and len(words.split()) < place[1] - place[0]:
            return Margin(sound[""], 0.0)
        return Margin(sum(found), 0.0) if found else SURE

    def weigh(place: tuple[int, int], wordings: Sequence[str]) -> list[Margin]:
        return [margin(place, wording) for wording in wordings]

    quote = Quote("q1", "speech", parts or (Part(printed),))
    return weighed(find_quotes((quote,), heard, names), heard, SoundScorer(weigh), names)[0]


def test_a_misheard_word_is_no_alteration() -> None:
    """An article that quotes exactly would be accused of what the recogniser got wrong."""
    found = judged("We opened the new arena in the spring.", "We opened the new marina in the spring.", {"marina": -3.0})
    assert found.verdict == "verbatim"
    (evidence,) = found.parts[0].evidence
    assert (evidence.published, evidence.heard, evidence.supports) == ("marina", "arena", "published")
    assert doubtful_spans((found,)) == (Span(4_000, 5_000),)


def test_a_changed_word_stays_altered() -> None:
    """A quote that was changed would pass."""
    found = judged("We opened the new arena in the spring.", "We opened the old arena in the spring.")
    assert found.verdict == "altered"
    assert found.parts[0].evidence[0].supports == "heard"
    assert doubtful_spans((found,)) == ()


def test_what_the_sound_does_not_decide_is_left_to_the_editor() -> None:
    """A guess would be printed as a verdict."""
    between = sum(LIMITS.other) / 2
    found = judged("We opened the new arena in the spring.", "We opened the old arena in the spring.", {"old": between})
    assert found.verdict == "uncertain"
    assert "listen" in found.parts[0].reason


@pytest.mark.parametrize(
    ("said", "printed", "word", "limits"),
    [
        ("We have seven boats left in the harbor.", "We have eleven boats left in the harbor.", "eleven", LIMITS.decisive),
        ("We opened the new arena in the spring.", "We opened the old arena in the spring.", "old", LIMITS.other),
        ("They were ready for the storm on Sunday.", "They are ready for the storm on Sunday.", "are", LIMITS.other),
        ("We can do it in this decay and the next.", "We can do it in this decade and the next.", "decade", LIMITS.alike),
        ("one we intend to win, and the others too.", "one which we intend to win, and the others too.", "which", LIMITS.dropped),
        ("We gave it the grade that it deserved.", "We gave it the great that it deserved.", "great", LIMITS.same),
    ],
)
def test_each_kind_of_change_has_its_own_limits(
    said: str, printed: str, word: str, limits: tuple[float, float]
) -> None:
    """A changed number would be excused as lightly as a word that sounds alike, or the other way round."""
    low, high = limits
    assert judged(said, printed, {word: low - 0.1}).verdict == "verbatim"
    assert judged(said, printed, {word: low}).verdict == "uncertain"
    assert judged(said, printed, {word: high - 0.1}).verdict == "uncertain"
    assert judged(said, printed, {word: high}).verdict == "altered"


def test_words_the_recogniser_was_unsure_of_need_more() -> None:
    """A slip the recogniser itself suspects would be held against the article."""
    said, printed = "We opened the new arena in the spring.", "We opened the old arena in the spring."
    low, high = LIMITS.unsure
    assert judged(said, printed, {"old": high - 0.1}, probability=0.4).verdict == "uncertain"
    assert judged(said, printed, {"old": high}, probability=0.4).verdict == "altered"
    assert judged(said, printed, {"old": low - 0.1}, probability=0.4).verdict == "verbatim"


def test_what_anybody_would_expect_counts_less() -> None:
    """An unusual printed word that was said would lose to a common one that was not."""
    assert score(Margin(9.0, 12.0)) == pytest.approx(9.0 - EXPECTED_SHARE * 12.0)


def test_a_slip_of_the_recogniser_earns_nothing() -> None:
    """`this decay` for `this decade` would count as heard because nobody expects it."""
    assert score(Margin(3.0, -6.0)) == 3.0


@pytest.mark.parametrize(
    ("said", "printed", "sound"),
    [
        ("We can pay for fifteen boats this year.", "We can pay for fifteen boats this year.", {"fifty": 1.0}),
        ("I can support this budget for the county.", "I can support this budget for the county.", {"can't": 1.0}),
        ("It cost us two million in the end.", "It cost us two million in the end.", {"billion": -4.0}),
    ],
)
def test_words_that_matter_are_doubted_where_both_agree(said: str, printed: str, sound: dict[str, float]) -> None:
    """A recogniser that mishears a number as it is misprinted would hide the change."""
    found = judged(said, printed, sound)
    assert found.verdict == "uncertain" and "could be" in found.parts[0].reason
    assert judged(said, printed).verdict == "verbatim"


def test_a_name_is_doubted_where_another_is_like_it() -> None:
    """The wrong sister would stay in a quote that the recogniser misheard as it is misprinted."""
    said, names = "I asked Marian to sign it for us.", ("Marian Ode", "Marion Ode")
    assert judged(said, said, {"Marion": 1.0}, names=names).verdict == "uncertain"
    assert judged(said, said, names=names).verdict == "verbatim"
    assert judged(said, said, {"Marion": 1.0}).verdict == "verbatim"


@pytest.mark.parametrize(
    ("said", "printed", "filler"),
    [
        ("and tonight, arm, tonight we build the tunnel.", "and tonight we build the tunnel.", "um"),
        ("and tonight, arm, tonight we build the tunnel.", "and tonight, tonight we build the tunnel.", "um"),
        ("and tonight, arm, we build the tunnel.", "and tonight, um, we build the tunnel.", "um"),
        ("We wear we will appeal it again and again.", "We will appeal it again and again.", "we're"),
        ("I know that they there they will appeal it.", "I know that they will appeal it.", "they're"),
    ],
)
def test_a_filler_that_was_recognised_as_a_word_is_tidied(said: str, printed: str, filler: str) -> None:
    """Recognisers hardly ever write `um` or `we're, we`: a quote that leaves them out would count as altered."""
    sure, open_ = LIMITS.filler
    found = judged(said, printed, {filler: sure})
    assert found.verdict == "tidied"
    assert [e.heard for e in found.parts[0].evidence if e.doubt] == [filler]
    assert judged(said, printed, {filler: open_ + 0.1}).verdict != "tidied"


def test_a_word_that_may_be_a_filler_does_not_accuse() -> None:
    """The sound leaves it open whether “arm” or “um” was said, and the article would be accused of a cut."""
    said, printed = "and tonight, arm, tonight we build the tunnel.", "and tonight we build the tunnel."
    found = judged(said, printed, {"um": sum(LIMITS.filler) / 2})
    assert found.verdict == "uncertain"
    assert "may be a filler" in found.parts[0].reason
    assert judged(said, printed, {"um": LIMITS.filler[1] + 0.1}).verdict == "altered"


def test_a_word_between_others_is_not_taken_for_a_filler() -> None:
    """A lost word would pass as a filler."""
    assert judged("We lost an arm there and a leg.", "We lost an there and a leg.", {"um": -5.0}).verdict == "altered"


def test_a_short_form_that_is_written_out_is_tidied() -> None:
    """`could've` is written down as `could have`: the quote would be promised to be word for word."""
    said = "I could have told them in the spring."
    assert judged(said, said, {"could've": 1.5}).verdict == "tidied"
    assert judged(said, said, {"could've": 6.0}).verdict == "verbatim"


def test_the_sound_is_not_asked_for_nothing() -> None:
    """Each question costs a tenth of a second, and most words of a clip are beyond doubt."""
    printed = "We can pay for fifteen boats this year."
    assert judged("We can pay for fifteen boats this year.", printed, {"fifty": 1.0}, probability=0.96).verdict == "verbatim"
    said = "We can pay. We wrote letters and we begged. We failed this year."
    assert judged(said, "We can pay. We failed this year.", {"": -5.0}).verdict == "altered"
    assert judged(said, "We can pay. We failed this year.", {"": -5.0}, probability=0.4).verdict == "verbatim"


def test_a_sound_that_cannot_be_asked_changes_nothing() -> None:
    """A very long passage would end the run, or be acquitted unheard."""
    heard = transcript("We opened the new arena in the spring.")
    quote = Quote("q1", "speech", (Part("We opened the old arena in the spring."),))
    found = find_quotes((quote,), heard)
    assert weighed(found, heard, SoundScorer(lambda place, wordings: None)) == found


FIFTY = "You could keep it going another fifty years."


def weighed_in_views(said: str, printed: str, *nats: float) -> Finding:
    """The finding of one quote, its printed wording with the first margin, and with the others in further views."""
    heard = transcript(said)
    whole, *views = (lambda place, wordings, n=n: [Margin(n, 0.0), *[SURE] * (len(wordings) - 1)] for n in nats)
    found = find_quotes((Quote("q1", "speech", (Part(printed),)),), heard)
    return weighed(found, heard, SoundScorer(whole, tuple(views)))[0]


def test_what_changes_a_meaning_is_not_cleared_by_a_weak_margin() -> None:
    """`Fifty minutes later` was printed, `fifteen` said and heard, and a margin of -0.1 nats called it verbatim."""
    said = "You could keep it going another 15 years."
    assert judged(said, FIFTY, {"50": -0.1}).verdict == "uncertain"
    assert judged(said, FIFTY, {"50": LIMITS.decisive[0]}).verdict == "uncertain"
    assert judged(said, FIFTY, {"50": LIMITS.decisive[0] - 0.1}).verdict == "verbatim"
    assert judged(said, FIFTY, {"50": LIMITS.decisive[1]}).verdict == "altered"


@pytest.mark.parametrize(
    ("nats", "verdict"), [((-5.0,), "verbatim"), ((-5.0, -5.0), "verbatim"), ((-5.0, -1.0), "uncertain"), ((5.0, -5.0), "altered")]
)
def test_what_changes_a_meaning_is_cleared_in_every_view_or_not_at_all(nats: tuple[float, ...], verdict: str) -> None:
    """A number that one look at the sound prefers by accident would pass."""
    assert weighed_in_views("You could keep it going another 15 years.", FIFTY, *nats).verdict == verdict


def test_views_are_not_asked_about_other_words() -> None:
    """A common word that was misheard would be held against the article for want of a second look."""
    found = weighed_in_views("We opened the new arena in the spring.", "We opened the new marina in the spring.", -5.0, 5.0)
    assert found.verdict == "verbatim"


def test_one_mishearing_that_is_cut_in_three_is_one_question() -> None:
    """Each piece, asked with the errors of the others in place, would lose: three alterations that nobody made."""
    said = "It stopped because I failed to approach some people in the town."
    printed = "It stopped because of a failed approach to people in the town."
    whole = "because of a failed approach to people"
    assert judged(said, printed).verdict == "altered"
    assert judged(said, printed, {whole: -6.0}).verdict == "verbatim"


def test_a_change_beside_a_mishearing_is_found() -> None:
    """`new` for `old` would be carried along by the marina that was misheard beside it."""
    said, printed = "We opened the new arena in the spring.", "We opened the old marina in the spring."
    found = judged(said, printed, {"new marina": -8.0, "old marina": 1.0, "old arena": 9.0})
    assert found.verdict == "altered"


def test_a_word_may_be_heard_partly_outside_its_part() -> None:
    """`anymore`, heard as `and more`, ends its part: asked about `and` alone, `anymore more` is absurd."""
    said, printed = "They are not present everywhere and more. We saw it.", "They are not present everywhere anymore."
    assert judged(said, printed, {"everywhere anymore We": -2.0}).verdict == "verbatim"


def test_words_over_the_seam_of_two_parts_are_one_question() -> None:
    """A mishearing at the seam would be asked about in halves, each with the other's error in place."""
    said = "We want to keep the county strong for every child who lives here."
    parts = (Part("We want to keep the county safe"), Part("and sound for every child who lives here.", continues=True))
    found = judged(said, "", {"county safe and sound for": -5.0}, parts=parts)
    assert found.verdict == "verbatim"


def test_a_word_before_the_quoted_sentence_does_not_alter_it() -> None:
    """`Three.` of a count that the recogniser wrote elsewhere would make `And each time ...` an alteration."""
    said = "And each time we came back we found the door open."
    assert judged(said, f"Three. {said}").verdict == "uncertain"
    assert judged(said, "Three and each time we came back we found the door open.").verdict == "altered"
    assert judged(said, "Never did each time we came back we found the door open.").verdict == "altered"


def test_a_negation_is_not_cleared_by_what_else_was_said_beside_it() -> None:
    """`There was` beats `wasn't` since `There` was said: the lost negation would pass."""
    said, printed = "wasn't enough room in the shelter.", "There was enough room in the shelter."
    assert judged(said, printed, {"there was": -3.0}).verdict == "verbatim"
    assert judged(said, printed, {"there was": -3.0, "there wasn't": -6.0}).verdict == "uncertain"


def test_a_restart_that_is_printed_in_another_form_does_not_accuse() -> None:
    """`We, we are, we will` is printed and `We wear we will` heard: the sound allows `we're`, and nobody altered a word."""
    said, printed = "We wear we will appeal it again and again.", "We, we are, we will appeal it again and again."
    assert judged(said, printed, {"we're": LIMITS.filler[0]}).verdict == "tidied"
    assert judged(said, printed, {"we're": LIMITS.filler[1]}).verdict == "uncertain"
    assert judged(said, printed).verdict == "altered"


def test_another_word_for_a_name_is_not_cleared_by_a_weak_margin() -> None:
    """A name that was said would be printed as another word, and pass since the two sound alike."""
    said, printed = "I asked Marion to sign it for us.", "I asked marian to sign it for us."
    assert judged(said, printed, {"marian": 1.0}, names=("Marion Ode",)).verdict == "uncertain"
