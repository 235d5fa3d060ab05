"""The words of captions, with times."""

from __future__ import annotations

from captionkit.captions.notation import sound_way
from captionkit.model import FileCue, Word
from captionkit.text import share_time


def words_of_cue(cue: FileCue) -> tuple[Word, ...]:
    """The words of a cue, which share its time in proportion to their letters.

    A line that shows a sound alone (`[applause]`) has no words. Lines in capitals are words, since some captions are
    all in capitals.
    """
    spoken = (pair for pair in zip(cue.lines, cue.voices, strict=True) if sound_way(pair[0]) in {None, "capitals"})
    texts = [(text, name) for line, name in spoken for text in line.split()]
    spans = share_time([text for text, _ in texts], cue.start_ms, max(cue.start_ms, cue.end_ms))
    return tuple(Word(text, *span, speaker=name) for (text, name), span in zip(texts, spans, strict=True))
