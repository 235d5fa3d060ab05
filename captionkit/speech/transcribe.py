"""Make the transcript of what was recognised: correct names, filter hallucinations, put the words in order."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from captionkit.model import Quarantined, Transcript, Word
from captionkit.speech.clip_model import ClipModel
from captionkit.speech.hallucinations import Suspects, quarantine
from captionkit.speech.name_spelling import SpeltWord, occurring, with_names
from captionkit.speech.recognition import Recognition


def transcribe(recognition: Recognition, names: tuple[str, ...], model: ClipModel) -> Transcript:
    """The transcript of a clip.

    Args:
        recognition: what was recognised.
        names: the article's names; nothing else of the article is used. Empty to leave the spelling as it is.
        model: asked only where a word is similar to a name.
    """
    words: list[Word] = []
    quarantined: list[Quarantined] = []
    for passage, spelt in zip(recognition.passages, _spelt(recognition, names, model)):
        kept, set_aside = quarantine(Suspects(tuple(map(_word, spelt)), passage.mean_logprob, recognition.voiced))
        words += kept
        quarantined += set_aside
    return Transcript(
        recognition.language,
        _in_order(words),
        recognition.model,
        round(recognition.language_probability, 4),
        tuple(quarantined),
        recognition.voiced,
    )


def _spelt(recognition: Recognition, names: tuple[str, ...], model: ClipModel) -> list[tuple[SpeltWord, ...]]:
    """The words of each passage with names corrected; in a second pass, with the names found in the other passages."""
    spell = partial(with_names, names=names, language=recognition.language, model=model)
    alone = list(model.together(spell, recognition.passages))
    found = occurring(alone, names)
    return list(model.together(partial(spell, occurring=found), recognition.passages)) if found.said else alone


def _word(spelt: SpeltWord) -> Word:
    word = spelt.word
    return Word(word.text, word.start_ms, word.end_ms, round(word.probability, 4), heard=spelt.heard)


def _in_order(words: list[Word]) -> tuple[Word, ...]:
    """Words by their start, those of a second decoding among the others; no word overlaps the next one."""
    ordered = sorted(words, key=lambda w: w.start_ms)
    following = [*(w.start_ms for w in ordered[1:]), None]
    return tuple(
        w if next_ms is None else replace(w, end_ms=max(w.start_ms, min(w.end_ms, next_ms)))
        for w, next_ms in zip(ordered, following)
    )
