"""Apply captions that a person corrected to a record: the person's words, at the times they are said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import count, groupby

from captionkit.captions.credit_cue import begins_credit
from captionkit.captions.notation import sound_way, without_labels
from captionkit.model import CaptionFile, Cue, FileCue, Record, Span, Speaker, Word
from captionkit.text import share_time
from captionkit.timecode import MS_PER_SECOND

MOST_WORDS_A_SECOND = 12
"""Nobody speaks half as fast; an endless text would take too long to compare."""


@dataclass(frozen=True, slots=True)
class _CorrectedWord:
    """A word of the corrected captions: the cue it stands in, and the name of who says it, where the file gives one."""

    text: str
    cue: int
    name: str | None


_NamedCue = tuple[Cue, tuple[str | None, ...]]
"""A cue of the model, and the name that the file gives for each of its lines."""


def with_corrections(record: Record, file: CaptionFile, by: str) -> tuple[Record, tuple[Span, ...]]:
    """The record of a clip with the captions of a file in place of its own, and where words were corrected.

    Unchanged words keep their times. New ones share the time of those they replace, or the gap they stand in, within
    their cue. A name that the file gives to a speaker without one names that speaker. The record's findings and checks
    are still those of the words before (`captionkit.pipeline.revise` makes them again).

    Args:
        record: as captionkit made it.
        file: its captions, corrected by hand.
        by: who corrected them.

    Raises:
        ValueError: the record cannot hold them, as the sentence says.
    """
    if " ".join(c.text for c in record.cues if not c.sound).split() != [w.text for w in record.transcript.words]:
        raise ValueError("its captions are not its words separated by spaces, so corrections cannot be recognised")
    named_cues, closing = _cues(record, file)
    cues = [cue for cue, _ in named_cues]
    tokens = [
        _CorrectedWord(text, at, name)
        for at, (cue, names) in enumerate(named_cues)
        if not cue.sound
        for line, name in zip(cue.lines, names, strict=True)
        for text in line.split()
    ]
    if len(tokens) > MOST_WORDS_A_SECOND * (record.clip.duration_ms // MS_PER_SECOND + 1):
        raise ValueError("it has more words than can be said in the clip")
    words, corrected = _words(record.transcript.words, tokens, cues)
    speakers, ids = _speakers(record.speakers, tokens, words, by)
    words = [
        replace(word, speaker=ids.get((token.name, word.speaker), word.speaker))
        for word, token in zip(words, tokens, strict=True)
    ]
    made = replace(
        record,
        transcript=replace(record.transcript, words=tuple(words)),
        speakers=speakers,
        cues=tuple(_with_speakers(cues, words)),
        credit_cue=closing,
    )
    return made, tuple(corrected)


def _cues(record: Record, file: CaptionFile) -> tuple[list[_NamedCue], Cue | None]:
    """The file's cues as the model has them, labels beside the words, with the names; and the closing cue."""
    ordered = sorted(file.cues, key=lambda cue: cue.start_ms)
    for number, cue in enumerate(ordered, 1):
        if cue.end_ms < cue.start_ms:
            raise ValueError(f"cue {number} ends before it starts")
    closing = None
    if record.credit_cue and ordered and begins_credit(ordered[-1].text):
        last = ordered.pop()
        closing = Cue(last.start_ms, last.end_ms, last.lines)
    kinds = {cue.lines: cue.sound for cue in record.cues if cue.sound}
    return [_cue(cue, kinds) for cue in ordered], closing


def _cue(cue: FileCue, kinds: dict[tuple[str, ...], str]) -> _NamedCue:
    if cue.lines and all(sound_way(line) for line in cue.lines):
        kind = kinds.get(cue.lines, " ".join(cue.lines).strip("[]()* ").lower())
        return Cue(cue.start_ms, cue.end_ms, cue.lines, sound=kind), ()
    lines, labels, names, above = [], [], [], ""
    for line, name in zip(cue.lines, cue.voices, strict=True):
        words = without_labels(line)
        label = above + line[: len(line) - len(words)]
        above = "" if words else f"{label}\n"
        if words:
            lines.append(words)
            labels.append(label)
            names.append(name)
    shown = tuple(labels) if any(labels) else ()
    return Cue(cue.start_ms, cue.end_ms, tuple(lines), labels=shown), tuple(names)


def _words(old: Sequence[Word], tokens: Sequence[_CorrectedWord], cues: Sequence[Cue]) -> tuple[list[Word], list[Span]]:
    """A word for each corrected word, the old one where it is unchanged, and where words were corrected or left out."""
    words: list[Word] = []
    corrected: list[Span] = []
    texts = [word.text for word in old], [token.text for token in tokens]
    for kind, first, last, begin, end in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if kind == "equal":
            words += old[first:last]
            continue
        start_ms = old[first].start_ms if first < last else old[first - 1].end_ms if first else 0
        after_ms = old[last].start_ms if last < len(old) else max((cue.end_ms for cue in cues), default=start_ms)
        room = Span(start_ms, max(start_ms, old[last - 1].end_ms if first < last else after_ms))
        words += _shared(tokens[begin:end], cues, room, old[min(first, len(old) - 1)].speaker)
        corrected.append(room)
    return words, corrected


def _shared(tokens: Sequence[_CorrectedWord], cues: Sequence[Cue], room: Span, speaker: str | None) -> Iterator[Word]:
    """New words, which share the part of their time that lies in their cue, in proportion to their letters."""
    at_ms = room.start_ms
    for number, run in groupby(tokens, key=lambda token: token.cue):
        texts = [token.text for token in run]
        start_ms = min(max(at_ms, cues[number].start_ms), room.end_ms)
        end_ms = max(start_ms, min(room.end_ms, cues[number].end_ms))
        for text, span in zip(texts, share_time(texts, start_ms, end_ms), strict=True):
            yield Word(text, *span, speaker=speaker)
        at_ms = end_ms


def _speakers(
    speakers: tuple[Speaker, ...], tokens: Sequence[_CorrectedWord], words: Sequence[Word], by: str
) -> tuple[tuple[Speaker, ...], dict[tuple[str | None, str | None], str]]:
    """The speakers with the names that the file gives, and the id for each name and former speaker of a word.

    A new name goes to the speaker for whom the file has no other name; if there is none, it is a new speaker.
    """
    said = dict.fromkeys((token.name, word.speaker) for token, word in zip(tokens, words, strict=True) if token.name)
    known = {speaker.name: speaker.id for speaker in speakers if speaker.name}
    taken = {speaker.id for speaker in speakers}
    free = (id_ for number in count(1) if (id_ := f"s{number}") not in taken)
    named: dict[str, str] = {}
    for name in dict.fromkeys(name for name, _ in said if name and name not in known):
        only = [s.id for s in speakers if {voice for voice, speaker in said if speaker == s.id} == {name}]
        named[name] = only[0] if len(only) == 1 else next(free)
    because = (f"named by {by}",)
    names = {id_: name for name, id_ in named.items()}
    listed = [replace(s, name=names.pop(s.id), because=because) if s.id in names else s for s in speakers]
    listed += [Speaker(id_, name, because) for id_, name in names.items()]
    ids = known | named
    return tuple(listed), {(name, speaker): ids[name] for name, speaker in said if name}


def _with_speakers(cues: Sequence[Cue], words: Sequence[Word]) -> Iterator[Cue]:
    """The cues with the speakers of their words, each line's where they differ."""
    first = 0
    for cue in cues:
        ids: list[str | None] = []
        for line in () if cue.sound else cue.lines:
            ids.append(words[first].speaker)
            first += len(line.split())
        if len(set(ids)) > 1:
            yield replace(cue, speakers=tuple(ids))
        else:
            yield replace(cue, speaker=ids[0] if ids else None)
