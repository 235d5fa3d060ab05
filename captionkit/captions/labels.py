"""Who speaks, as a style shows it: what stands before a line and is not a word of the transcript."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from captionkit.captions.scripts import columns
from captionkit.captions.style import Style
from captionkit.captions.tokens import CaptionToken
from captionkit.model import Speaker


@dataclass(frozen=True, slots=True)
class Labels:
    """For each token, what would stand before it if it began a cue, and if it began a line of a shared one."""

    alone: tuple[str, ...]
    shared: tuple[str, ...]

    def columns(self, first: int) -> int:
        """The room that the label of a cue from this token on takes of its first line."""
        label = self.alone[first]
        return 0 if label.endswith("\n") else columns(label)

    def lines(self, first: int) -> int:
        """The lines that the label of a cue from this token on takes for itself."""
        return self.alone[first].count("\n")


def labels_for(tokens: Sequence[CaptionToken], speakers: Sequence[Speaker], style: Style) -> Labels:
    """The labels that show who speaks.

    A change of speaker shows where both are known: with the new one's name where the style asks for it and
    the name is known, in full the first time and the last word of it from then on (unless two share that),
    else with the style's mark. What does not fit before its first word is replaced by something shorter.
    """
    names = {s.id: s.name for s in speakers if s.name}
    alone: list[str] = []
    shared: list[str] = []
    known: str | None = None
    named: set[str] = set()
    for token in tokens:
        speaker, label, mark = token.speaker, "", style.speaker_mark
        if speaker is not None and speaker != known:
            wishes = _wishes(speaker, names, speaker in named, style)
            changed = known is not None
            label = _first_that_fits([*wishes, mark] if changed else wishes, token, style)
            known = speaker
            named.add(speaker)
        alone.append(label)
        shared.append(_beside(label, token, style))
    return Labels(tuple(alone), tuple(shared))


def _wishes(speaker: str, names: dict[str, str], named: bool, style: Style) -> list[str]:
    """The name as the style writes it, the best way first; none where it is not shown."""
    name = names.get(speaker)
    if name is None or style.speaker_named == "never" or (named and style.speaker_named == "first"):
        return []
    surname = name.split()[-1]
    unique = Counter(n.split()[-1] for n in names.values())[surname] == 1
    ways = [surname, name] if named and unique else [name, surname] if unique else [name]
    return [_written(way, style) for way in ways]


def _written(name: str, style: Style) -> str:
    """A name in the style's notation."""
    name = " ".join(name.split())
    if "NAME" in style.speaker_name:
        return style.speaker_name.replace("NAME", name.upper())
    return style.speaker_name.replace("Name", name)


def _first_that_fits(wishes: Sequence[str], token: CaptionToken, style: Style) -> str:
    return next((wish for wish in wishes if _fits(wish, token, style)), "")


def _fits(label: str, token: CaptionToken, style: Style) -> bool:
    """Whether a label and the token after it fit in the style's lines."""
    rest = 0 if label.endswith("\n") else columns(token.text)
    return columns(label.rstrip("\n")) + rest <= style.max_chars_per_line


def _beside(label: str, token: CaptionToken, style: Style) -> str:
    """The label of a line in a cue of two speakers: each line has one."""
    mark = style.speaker_mark
    if label.endswith("\n") or not label:
        return mark if _fits(mark, token, style) else ""
    if style.speaker_named == "change":
        return label
    both = label if label.startswith(mark) else mark + label
    return both if _fits(both, token, style) else mark
