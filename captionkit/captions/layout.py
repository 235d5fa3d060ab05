"""Words → cues, as one optimisation over the whole clip.

Dynamic programming weighs every way to split the words into cues: a cost for each cue (its lines, reading speed,
duration and content) and one for each cut (what it splits, less where the speaker pauses), all on the scale of
`breaks`. The cheapest way wins; a single word is always a valid cue, so there is always a way. The work grows with
the number of words times the few that fit in one cue.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import inf

from captionkit.captions.breaks import INSIDE_A_WORD, break_cost, grammar_for
from captionkit.captions.labels import Labels, labels_for
from captionkit.captions.lines import TokenRun, best_lines, lines_of, measured
from captionkit.captions.scripts import columns
from captionkit.captions.sentences import sentence_ends
from captionkit.captions.style import Style
from captionkit.captions.times import ClipTiming, cue_spans, out_time
from captionkit.captions.tokens import CaptionToken, tokens_from
from captionkit.model import Cue, Span, Speaker, Word
from captionkit.timecode import MS_PER_SECOND

_ONE_MORE_CUE = 3.0
_MID_SENTENCE_CUT = 2.0
_CUT_WEIGHT = 1.6
_SENTENCE_A_LINE = 1.5
_SENTENCES_IN_A_LINE = 3.5
_SENTENCE_SPLICED_ON = 9.0
_TOO_SHORT = 25.0
_TOO_FAST = 3.0
_MUCH_TOO_FAST = 15.0
_BRIEF = 4.0
_SCRAP = 15.0
_SCRAP_UNDER_COLUMNS = 25
_TWO_SPEAKERS = 8.0
_ACROSS_A_SHOT = 6.0

_BRIEF_UNDER_MS = 1200
_PAUSE_THAT_EASES_MS = 600
_EASE = 0.6
_PAUSE_THAT_PARTS_MS = 500
_STOP_THAT_PARTS_MS = 200
_PER_SECOND_OF_PAUSE = 10.0


def lay_out(
    words: tuple[Word, ...], style: Style, clip: ClipTiming, speakers: tuple[Speaker, ...] = ()
) -> tuple[Cue, ...]:
    """Cues that say the words, each once and in their order.

    Args:
        words: as recognised; their times may overlap, run backwards or lie past the clip's end.
        style: the numbers to keep.
        clip: its length, frame rate and shots.
        speakers: the speakers, for their names.

    Returns:
        cues in order, none over another, none past the clip's end, each by one speaker (or two, a line each,
        where the style allows it), with lines as many and as long as the style allows, labels among them.
        Durations and gaps are those of the style where the speech leaves room for them (`times`);
        `check_cues` names the rest.
    """
    tokens = tokens_from(words, style.max_chars_per_line, clip.duration_ms)
    if not tokens:
        return ()
    labels = labels_for(tokens, speakers, style)
    layout = _Layout(tokens, _stretch(tokens, labels), labels, style, clip)
    edges = layout.best_cuts()
    stretches = tuple(pairwise(edges))
    spans = cue_spans([layout.spoken(first, last) for first, last in stretches], style, clip)
    return tuple(layout.cue(first, last, span) for (first, last), span in zip(stretches, spans, strict=True))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The tokens, measured: index i is the boundary before token i, and there is one after the last.

    `cut` is the cost of ending a cue there; `sentences`, `turns` and `pauses` are running sums, over the
    boundaries up to this one, of the sentence ends, of the changes of speaker and of the cost of pauses that a
    cue would run across.
    """

    run: TokenRun
    cut: tuple[float, ...]
    sentence: tuple[bool, ...]
    sentences: tuple[int, ...]
    turns: tuple[int, ...]
    pauses: tuple[float, ...]


def _stretch(tokens: Sequence[CaptionToken], labels: Labels) -> _Stretch:
    """Weigh every boundary between tokens once."""
    grammar = grammar_for(token.text for token in tokens)
    sentence, turns, costs, cuts, pauses = [True], [False], [0.0], [0.0], [0.0]
    for (before, after), ends in zip(pairwise(tokens), sentence_ends(tokens, grammar), strict=False):
        new_speaker = before.speaker != after.speaker
        pause = after.start_ms - before.end_ms
        cost = INSIDE_A_WORD if after.inside else break_cost(before.text, after.text, grammar, ends)
        sentence.append(ends or new_speaker)
        turns.append(new_speaker)
        costs.append(cost)
        cuts.append(0.0 if ends or new_speaker else _MID_SENTENCE_CUT + _CUT_WEIGHT * cost * _eased_by(pause))
        pauses.append(_bridging_cost(pause, ends))
    sentence.append(True)
    reserved = [(labels.columns(first), labels.lines(first)) for first in range(len(tokens))]
    return _Stretch(
        run=measured([t.text for t in tokens], [t.spaced for t in tokens], costs, reserved),
        cut=(*cuts, 0.0),
        sentence=tuple(sentence),
        sentences=tuple(accumulate(sentence)),
        turns=tuple(accumulate(turns)),
        pauses=tuple(accumulate(pauses)),
    )


def _eased_by(pause_ms: int) -> float:
    """What is left of a cut's cost where the speaker pauses."""
    return 1 - _EASE * min(1.0, pause_ms / _PAUSE_THAT_EASES_MS)


def _bridging_cost(pause_ms: int, ends_sentence: bool) -> float:
    """What it costs that one cue runs across a pause, and shows early what is said after it."""
    bridged = pause_ms - (_STOP_THAT_PARTS_MS if ends_sentence else _PAUSE_THAT_PARTS_MS)
    return _PER_SECOND_OF_PAUSE * max(0, bridged) / MS_PER_SECOND


@dataclass(frozen=True, slots=True)
class _Layout:
    """One clip being laid out."""

    tokens: Sequence[CaptionToken]
    stretch: _Stretch
    labels: Labels
    style: Style
    clip: ClipTiming

    def best_cuts(self) -> list[int]:
        """The cheapest cuts: the token that begins each cue, and the number of tokens."""
        count = len(self.tokens)
        cost = [0.0] + [inf] * count
        begins = [0] * (count + 1)
        for last in range(1, count + 1):
            for first in self._firsts(last):
                total = cost[first] + self._cue_cost(first, last) + self.stretch.cut[last]
                if total < cost[last]:
                    cost[last], begins[last] = total, first
        edges = [count]
        while edges[-1]:
            edges.append(begins[edges[-1]])
        return edges[::-1]

    def spoken(self, first: int, last: int) -> Span:
        """When the tokens `first` to `last` (left out) are said."""
        return Span(self.tokens[first].start_ms, self.tokens[last - 1].end_ms)

    def cue(self, first: int, last: int, span: Span) -> Cue:
        """The tokens `first` to `last` (left out) as a cue that stands for `span`."""
        run = self.stretch.run
        change = self._change(first, last)
        if change is None:
            lines = lines_of(run, first, last, self.style)
            label = self.labels.alone[first]
            labels = (label, *[""] * (len(lines) - 1)) if label else ()
            return Cue(span.start_ms, span.end_ms, lines, self.tokens[first].speaker, labels)
        return Cue(
            span.start_ms,
            span.end_ms,
            (run.text(first, change), run.text(change, last)),
            labels=(self.labels.shared[first], self.labels.shared[change]),
            speakers=(self.tokens[first].speaker, self.tokens[change].speaker),
        )

    def _change(self, first: int, last: int) -> int | None:
        """The token between `first` and `last` (left out) that another speaker begins with."""
        turns = self.stretch.turns
        if turns[first] == turns[last - 1]:
            return None
        return bisect_left(turns, turns[first] + 1, first, last)

    def _firsts(self, last: int) -> Iterator[int]:
        """Where a cue that ends before `last` may begin, nearest first; always at its last token."""
        yield last - 1
        style, end = self.style, self.tokens[last - 1]
        widest = style.max_lines * (style.max_chars_per_line + 1) - 1
        for first in range(last - 2, -1, -1):
            turns = self.stretch.turns[last - 1] - self.stretch.turns[first]
            too_long = end.end_ms - self.tokens[first].start_ms > style.longest_ms
            if turns >= style.speakers_per_cue or too_long:
                return
            if self.stretch.run.columns(first, last) > widest:
                return
            yield first

    def _cue_cost(self, first: int, last: int) -> float:
        """What a cue of the tokens `first` to `last` (left out) costs, whatever stands around it."""
        lines, cuts = self._lines_cost(first, last)
        if lines == inf:
            return inf
        pauses = self.stretch.pauses[last - 1] - self.stretch.pauses[first]
        sense = self._sense_cost(first, last, cuts)
        return _ONE_MORE_CUE + lines + pauses + sense + self._time_cost(first, last)

    def _lines_cost(self, first: int, last: int) -> tuple[float, tuple[int, ...]]:
        """What the lines of a cue cost, and the tokens that begin a further line; two speakers have one each."""
        change = self._change(first, last)
        if change is None:
            return best_lines(self.stretch.run, first, last, self.style)
        both = ((first, change), (change, last))
        known = all(self.tokens[line].speaker is not None for line, _ in both)
        width = max(columns(self.labels.shared[a]) + self.stretch.run.columns(a, b) for a, b in both)
        fits = known and width <= self.style.max_chars_per_line
        return (_TWO_SPEAKERS if fits else inf), (change,)

    def _time_cost(self, first: int, last: int) -> float:
        """What too short a time on screen costs, against the style and for the eye, and shots run across."""
        said = self.spoken(first, last)
        following = self.tokens[last].start_ms if last < len(self.tokens) else None
        shown = out_time(said, following, self.style, self.clip) - said.start_ms
        if shown < self.style.shortest_ms:
            return _TOO_SHORT * (2 - shown / self.style.shortest_ms)
        brief = _BRIEF * max(0.0, 1 - shown / _BRIEF_UNDER_MS)
        return brief + self._haste_cost(first, last, shown) + _ACROSS_A_SHOT * self._shots_inside(said)

    def _haste_cost(self, first: int, last: int, shown_ms: int) -> float:
        """What it costs that so much text goes by too fast: that it does, and how much by how much."""
        width = self.stretch.run.columns(first, last) + self.labels.columns(first)
        haste = self.style.reading_ms(width, self.stretch.run.words(first, last)) / shown_ms - 1
        lines = width / self.style.max_chars_per_line
        return _TOO_FAST + _MUCH_TOO_FAST * haste * lines if haste > 0 else 0.0

    def _shots_inside(self, said: Span) -> int:
        """The shot changes that somebody speaks across, where the style asks to mind them."""
        if not self.style.snap_to_shot_ms:
            return 0
        shots = self.clip.shots_ms
        return max(0, bisect_left(shots, said.end_ms) - bisect_right(shots, said.start_ms))

    def _sense_cost(self, first: int, last: int, cuts: Sequence[int]) -> float:
        """What it costs that sentences are mixed, or that a scrap of one stands alone."""
        stretch = self.stretch
        inside = stretch.sentences[last - 1] - stretch.sentences[first]
        if not (stretch.sentence[first] and stretch.sentence[last]):
            scrap = _SCRAP * max(0.0, 1 - stretch.run.columns(first, last) / _SCRAP_UNDER_COLUMNS)
            return inside * _SENTENCE_SPLICED_ON + scrap
        with_lines = sum(stretch.sentence[cut] for cut in cuts)
        return with_lines * _SENTENCE_A_LINE + (inside - with_lines) * _SENTENCES_IN_A_LINE
