"""Words → paragraphs, phrases and sounds."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from captionkit.model import AudioEvent, Clip, Record, Span, Speaker, Transcript, Word
from captionkit.pages.reading import (
    PARAGRAPH_WORDS,
    PHRASE_WORDS,
    UNKNOWN_SPEAKER,
    passages,
    words_within,
)
from captionkit.text import word_sentences

WORD_MS = 300


def words_of(text: str, speaker: str | None = "s1", start_ms: int = 0) -> tuple[Word, ...]:
    return tuple(
        Word(token, start_ms + i * WORD_MS, start_ms + (i + 1) * WORD_MS, speaker=speaker)
        for i, token in enumerate(text.split())
    )


def record_of(words: tuple[Word, ...], *sounds: AudioEvent) -> Record:
    speakers = tuple(Speaker(id_) for id_ in dict.fromkeys(w.speaker for w in words if w.speaker))
    return Record(Clip("a.mp4", "", 60_000), Transcript("en", words), speakers, sounds)


def shape(record: Record) -> list[tuple[str | None, list[str]]]:
    """Passages as label and lines, a sound in brackets."""
    return [
        (
            passage.label,
            [
                f"[{block.sound.kind}]"
                if block.sound
                else " ".join(word.text for phrase in block.phrases for word in phrase.words)
                for block in passage.blocks
            ],
        )
        for passage in passages(record)
    ]


def test_each_turn_is_a_passage() -> None:
    """Two people's words run together, and a reader takes the answer for the question."""
    record = record_of((*words_of("Why now?", "s1"), *words_of("Because.", "s2", 2_000)))
    assert shape(record) == [("Speaker 1", ["Why now?"]), ("Speaker 2", ["Because."])]


def test_a_sound_stands_where_it_is_heard() -> None:
    """A reader who cannot hear learns of the applause in the wrong place, or not at all."""
    words = (*words_of("We won.", "s1", 3_000), *words_of("Thank you. All of you.", "s1", 8_000))
    sounds = AudioEvent("music", 0, 2_900), AudioEvent("applause", 4_000, 7_500), AudioEvent("music", 9_500, 12_000)
    record = record_of(words, *sounds)
    assert shape(record) == [
        (None, ["[music]"]),
        ("Speaker 1", ["We won.", "[applause]", "Thank you. All of you."]),
        (None, ["[music]"]),
    ]


def test_unnamed_voices_stay_unnamed() -> None:
    """A guess at a name goes out under the newsroom's own."""
    record = replace(record_of(words_of("x")), speakers=(Speaker("a"), Speaker("b", "Ana O."), Speaker("c")))
    assert record.speaker_labels == {"a": "Speaker 1", "b": "Ana O.", "c": "Speaker 3"}


def test_words_without_a_speaker_do_not_pass_for_the_last_ones() -> None:
    """A heckler's words are read as the mayor's."""
    words = (*words_of("We build.", "s1"), *words_of("Shame!", None, 2_000), *words_of("We do.", "s1", 4_000))
    record = replace(record_of(words), speakers=(Speaker("s1", "Ana O."),))
    assert shape(record) == [("Ana O.", ["We build."]), (UNKNOWN_SPEAKER, ["Shame!"]), ("Ana O.", ["We do."])]


def test_without_speakers_nobody_is_labelled() -> None:
    """Every paragraph of a clip with one voice would be headed by an empty name."""
    assert shape(record_of(words_of("Hello there.", None))) == [(None, ["Hello there."])]


def test_a_paragraph_ends_at_a_long_pause_between_sentences() -> None:
    """A speech stands there as one block that nobody reads."""
    record = record_of((*words_of("One thing."), *words_of("Another thing.", "s1", 5_000)))
    assert shape(record) == [("Speaker 1", ["One thing.", "Another thing."])]


def test_a_long_speech_is_cut_at_sentences() -> None:
    """A speech of an hour would be one paragraph."""
    record = record_of(words_of("These are five plain words. " * 40))
    lengths = [len(line.split()) for _, lines in shape(record) for line in lines]
    assert set(lengths[:-1]) == {PARAGRAPH_WORDS}


def test_a_long_sentence_is_marked_in_pieces() -> None:
    """The mark covers half a page and shows nothing."""
    record = record_of(words_of("plain " * 30 + "and with a clause at last, it ends"))
    [passage] = passages(record)
    assert [len(phrase.words) for block in passage.blocks for phrase in block.phrases] == [14, 14, 8, 2]


def test_sentences_end_at_full_stops_not_at_titles() -> None:
    """The context of a quote would break off after “Mr.”."""
    words = words_of("He left at 5 p.m. Friday. Gov. Smith refused. Really?")
    found = [" ".join(w.text for w in words[a:b]) for a, b in word_sentences(words)]
    assert found == ["He left at 5 p.m. Friday.", "Gov. Smith refused.", "Really?"]


def test_words_are_found_by_their_middle() -> None:
    """The word before a quote is marked as part of it, since the times touch."""
    words = words_of("a b c d")
    assert words_within(words, Span(WORD_MS, 3 * WORD_MS)) == (1, 3)
    assert words_within(words, Span(50_000, 51_000)) == (0, 0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["one", "two,", "three.", "four?", "…", "Mr.", "—"]),
            st.sampled_from([None, "s1", "s2"]),
            st.integers(0, 3_000),
        ),
        max_size=80,
    ),
    st.lists(st.integers(0, 60_000), max_size=4),
)
def test_no_word_and_no_sound_is_lost(said: list[tuple[str, str | None, int]], sounds: list[int]) -> None:
    """The transcript leaves out what somebody said, or says it twice."""
    words, at = [], 0
    for text, speaker, pause in said:
        words.append(Word(text, at + pause, at + pause + 200, speaker=speaker))
        at += pause + 200
    record = record_of(tuple(words), *(AudioEvent("music", s, s + 100) for s in sounds))
    blocks = [block for passage in passages(record) for block in passage.blocks]
    phrases = [phrase for block in blocks for phrase in block.phrases]
    assert tuple(word for phrase in phrases for word in phrase.words) == record.transcript.words
    assert sorted(b.sound.start_ms for b in blocks if b.sound) == sorted(sounds)
    assert all(len(phrase.words) <= PHRASE_WORDS for phrase in phrases)
    assert [p.first for p in phrases] == sorted({p.first for p in phrases})
