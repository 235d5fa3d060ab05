"""Words → cues, as one optimisation over the whole clip.

Every way to cut the words into cues is weighed by dynamic programming: a cost for each cue (its lines, its
reading speed, its duration, what stands inside it) and one for each cut (what it parts, less where the
speaker pauses), all on the scale of `breaks`. The cheapest way wins; a word alone is always a cue, so there
is always a way. The work grows with the number of words times the few that fit in one cue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import inf

from captionkit.captions.breaks import INSIDE_A_WORD, break_cost, grammar_for
from captionkit.captions.lines import Passage, best_lines, lines_of, passage_of
from captionkit.captions.sentences import sentence_ends
from captionkit.captions.style import Style
from captionkit.captions.times import ClipTiming, cue_spans, out_time
from captionkit.captions.tokens import Token, tokens_from
from captionkit.model import Cue, Span, Word
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

_BRIEF_UNDER_MS = 1200
_PAUSE_THAT_EASES_MS = 600
_EASE = 0.6
_PAUSE_THAT_PARTS_MS = 500
_STOP_THAT_PARTS_MS = 200
_PER_SECOND_OF_PAUSE = 10.0


def lay_out(words: tuple[Word, ...], style: Style, clip: ClipTiming) -> tuple[Cue, ...]:
    """Cues that say the words, each once and in their order.

    Args:
        words: as recognised; their times may overlap, run backwards or lie past the clip's end.
        style: the numbers to keep.
        clip: its length, frame rate and shots.

    Returns:
        cues in order, none over another, none past the clip's end, each by one speaker, with lines as many
        and as long as the style allows. Durations and gaps are those of the style where the speech leaves
        room for them (`times`); `check_cues` names the rest.
    """
    tokens = tokens_from(words, style.max_chars_per_line, clip.duration_ms)
    if not tokens:
        return ()
    layout = _Layout(tokens, _stretch(tokens), style, clip)
    edges = layout.best_cuts()
    stretches = tuple(pairwise(edges))
    spans = cue_spans([layout.spoken(first, last) for first, last in stretches], style, clip)
    return tuple(
        Cue(
            span.start_ms,
            span.end_ms,
            lines_of(layout.stretch.passage, first, last, style),
            tokens[first].speaker,
        )
        for (first, last), span in zip(stretches, spans, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The tokens measured: index i speaks of the boundary before token i, and there is one after the last.

    `cut` is the cost of ending a cue there; `sentences` and `pauses` are running sums, over the boundaries up
    to this one, of the sentence ends and of the cost of pauses that a cue would run across.
    """

    passage: Passage
    cut: tuple[float, ...]
    sentence: tuple[bool, ...]
    sentences: tuple[int, ...]
    pauses: tuple[float, ...]


def _stretch(tokens: Sequence[Token]) -> _Stretch:
    """Weigh every boundary between tokens once."""
    grammar = grammar_for(token.text for token in tokens)
    sentence, costs, cuts, pauses = [True], [0.0], [0.0], [0.0]
    for (before, after), ends in zip(pairwise(tokens), sentence_ends(tokens, grammar), strict=False):
        new_speaker = before.speaker != after.speaker
        pause = after.start_ms - before.end_ms
        cost = INSIDE_A_WORD if after.inside else break_cost(before.text, after.text, grammar, ends)
        sentence.append(ends or new_speaker)
        costs.append(cost)
        cuts.append(0.0 if ends or new_speaker else _MID_SENTENCE_CUT + _CUT_WEIGHT * cost * _eased_by(pause))
        pauses.append(_bridging_cost(pause, ends))
    sentence.append(True)
    return _Stretch(
        passage=passage_of([t.text for t in tokens], [t.spaced for t in tokens], costs),
        cut=(*cuts, 0.0),
        sentence=tuple(sentence),
        sentences=tuple(accumulate(sentence)),
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

    tokens: Sequence[Token]
    stretch: _Stretch
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

    def _firsts(self, last: int) -> Iterator[int]:
        """Where a cue that ends before `last` may begin, nearest first; always at its last token."""
        yield last - 1
        style, end = self.style, self.tokens[last - 1]
        widest = style.max_lines * (style.max_chars_per_line + 1) - 1
        for first in range(last - 2, -1, -1):
            token = self.tokens[first]
            if token.speaker != end.speaker or end.end_ms - token.start_ms > style.max_duration_ms:
                return
            if self.stretch.passage.columns(first, last) > widest:
                return
            yield first

    def _cue_cost(self, first: int, last: int) -> float:
        """What a cue of the tokens `first` to `last` (left out) costs, whatever stands around it."""
        lines, cuts = best_lines(self.stretch.passage, first, last, self.style)
        if lines == inf:
            return inf
        pauses = self.stretch.pauses[last - 1] - self.stretch.pauses[first]
        sense = self._sense_cost(first, last, cuts)
        return _ONE_MORE_CUE + lines + pauses + sense + self._time_cost(first, last)

    def _time_cost(self, first: int, last: int) -> float:
        """What too short a time on screen costs, against the style and for the eye."""
        said = self.spoken(first, last)
        following = self.tokens[last].start_ms if last < len(self.tokens) else None
        shown = out_time(said, following, self.style, self.clip) - said.start_ms
        if shown < self.style.min_duration_ms:
            return _TOO_SHORT * (2 - shown / self.style.min_duration_ms)
        brief = _BRIEF * max(0.0, 1 - shown / _BRIEF_UNDER_MS)
        return brief + self._haste_cost(self.stretch.passage.columns(first, last), shown)

    def _haste_cost(self, columns: int, shown_ms: int) -> float:
        """What it costs that so many columns go by too fast: that they do, and how many by how much."""
        haste = columns * MS_PER_SECOND / (self.style.max_chars_per_second * shown_ms) - 1
        lines = columns / self.style.max_chars_per_line
        return _TOO_FAST + _MUCH_TOO_FAST * haste * lines if haste > 0 else 0.0

    def _sense_cost(self, first: int, last: int, cuts: Sequence[int]) -> float:
        """What it costs that sentences are mixed, or that a scrap of one stands alone."""
        stretch = self.stretch
        inside = stretch.sentences[last - 1] - stretch.sentences[first]
        if not (stretch.sentence[first] and stretch.sentence[last]):
            scrap = _SCRAP * max(0.0, 1 - stretch.passage.columns(first, last) / _SCRAP_UNDER_COLUMNS)
            return inside * _SENTENCE_SPLICED_ON + scrap
        with_lines = sum(stretch.sentence[cut] for cut in cuts)
        return with_lines * _SENTENCE_A_LINE + (inside - with_lines) * _SENTENCES_IN_A_LINE
