"""The data model of captionkit: frozen, slotted dataclasses that use neither disk nor network nor speech models.

Change one with `dataclasses.replace()`. Collections are tuples. Times are integers in milliseconds from the start of
the clip, and spans are half-open: `start_ms <= t < end_ms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Literal

QuoteKind = Literal["speech", "phrase"]
Verdict = Literal["verbatim", "tidied", "elided", "uncertain", "altered", "not_found"]
EditKind = Literal["replace", "insert", "delete"]
Level = Literal["error", "warning"]
PolicyState = Literal["allowed", "forbidden", "unknown"]
PolicyVerdict = Literal["allowed", "unknown", "undecided", "forbidden"]
PolicyKind = Literal[
    "fillers",
    "repeats",
    "discourse_markers",
    "short_forms",
    "grammar",
    "ellipsis",
    "brackets",
    "sentences_joined",
    "order",
    "cuts",
    "words",
]

VERDICTS: tuple[Verdict, ...] = ("verbatim", "tidied", "elided", "uncertain", "altered", "not_found")
"""Every verdict, from best to worst. A quote has the worst verdict of its parts."""


def severity(verdict: Verdict) -> int:
    """The rank of a verdict, 0 for the best: findings are listed from the worst to the best everywhere."""
    return VERDICTS.index(verdict)


POLICY_VERDICTS: tuple[PolicyVerdict, ...] = ("allowed", "unknown", "undecided", "forbidden")
"""What a policy says about a quote, from best to worst. `undecided` means that a person has to listen first."""

POLICY_KINDS: dict[PolicyKind, str] = {
    "fillers": "fillers (um, uh) left out",
    "repeats": "repeats or false starts left out",
    "discourse_markers": "discourse markers (you know, I mean) left out",
    "short_forms": "short forms written out, or the other way round",
    "grammar": "grammar corrected",
    "ellipsis": "words left out at an ellipsis",
    "brackets": "words added or replaced in brackets",
    "sentences_joined": "separate sentences joined",
    "order": "order changed",
    "cuts": "words left out without a mark",
    "words": "words, names, numbers or negations changed, added or lost",
}
"""Every kind of edit that a policy rules on → what was done to the quotation."""

POLICY_PHRASES: dict[PolicyVerdict, str] = {
    "forbidden": "breaks the policy of {}",
    "undecided": "listen first, then the policy of {} decides",
    "unknown": "the policy of {} does not say",
    "allowed": "allowed by the policy of {}",
}
"""What a policy says about a quote in words, from worst to best; {} is replaced by the policy's title."""

BROKEN_POLICY = "policy"
"""What `--fail-on` accepts beside the verdicts: a quote that breaks the policy."""

DATE_NOT_KNOWN = "not known"
"""The date of a policy's source that has none."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the clip."""

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        """Reject a span that begins before the clip or ends before it starts."""
        if not 0 <= self.start_ms <= self.end_ms:
            raise ValueError(f"not a span of time: {self.start_ms} to {self.end_ms} ms")

    @property
    def duration_ms(self) -> int:
        """Its duration."""
        return self.end_ms - self.start_ms

    def overlap_ms(self, other: Span) -> int:
        """How long the two overlap, 0 if they do not."""
        return max(0, min(self.end_ms, other.end_ms) - max(self.start_ms, other.start_ms))


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised token with times.

    `text` is the word as displayed, with its punctuation and without spaces. `heard` is what the recogniser wrote,
    set only where the article's spelling of a name replaced it. `speaker` is an id, None where unknown. `doubtful`
    says that the audio supports what the article prints in its place. `aligned` says that the times come from forced
    alignment; otherwise they are the recogniser's.
    """

    text: str
    start_ms: int
    end_ms: int
    probability: float = 1.0
    speaker: str | None = None
    heard: str | None = None
    doubtful: bool = False
    aligned: bool = False

    def __post_init__(self) -> None:
        """Reject a word that cannot be written to a caption file."""
        if not self.text or any(c.isspace() for c in self.text):
            raise ValueError(f"a word is one token without spaces, not {self.text!r}")
        if not 0 <= self.start_ms <= self.end_ms:
            raise ValueError(f"not a span of time: {self.start_ms} to {self.end_ms} ms")
        if self.heard == "":
            raise ValueError("the heard form of a word is not empty; it is None where it is the word itself")

    @property
    def span(self) -> Span:
        """When it is said."""
        return Span(self.start_ms, self.end_ms)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Words that the recogniser wrote and the audio does not support, with the reason."""

    text: str
    start_ms: int
    end_ms: int
    reason: str


COMPUTE_TYPES = (
    *("auto", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16", "float32"),
)
"""The compute types of CTranslate2; not every machine supports every one. `auto` is int8 on a CPU and float16 on CUDA.
With int8 the words can differ between kinds of CPU; with float32 they were the same on all that were tried."""


@dataclass(frozen=True, slots=True)
class ModelUsed:
    """Which weights transcribed the clip, and how."""

    name: str
    sha256: str
    device: str
    compute_type: str


@dataclass(frozen=True, slots=True)
class WordTimes:
    """Where the times of the words come from: the `aligner` with its version, or None and the `reason` for that."""

    aligner: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of the clip, and what else the recogniser reported.

    `language_probability` is 1.0 where the user gave the language. `voiced` is where voice activity was detected.
    `times` is None in a record from before captionkit aligned words: the times are then the recogniser's.
    """

    language: str
    words: tuple[Word, ...]
    model: ModelUsed | None = None
    language_probability: float = 1.0
    quarantined: tuple[Quarantined, ...] = ()
    voiced: tuple[Span, ...] = ()
    times: WordTimes | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's uninterrupted words: `words[first:last]` of the transcript."""

    speaker: str | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker. `name` is set only where quotes identify the speaker; `because` lists the ids of those quotes."""

    id: str
    name: str | None = None
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AudioEvent:
    """An audio event that is not speech: `kind` is music, applause, laughter, …"""

    kind: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud the audio is: levels in dBFS, shares between 0 and 1."""

    peak_dbfs: float
    loudness_dbfs: float
    clipped_share: float
    silent_share: float


@dataclass(frozen=True, slots=True)
class Clip:
    """The media file. `fps` is None for audio only; `truncated` says that the file ends before its stated duration.

    `shots_ms` is when each shot after the first begins, in order; empty for audio only.
    """

    file: str
    sha256: str
    duration_ms: int
    fps: float | None = None
    levels: Levels | None = None
    truncated: bool = False
    shots_ms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a quote between a pair of quotation marks.

    `text` is as published, without the outer marks, paragraphs joined by one space. `start` and `end` are the
    character offsets in `Article.text` of the text inside the marks. `continues` is true where the part continues
    a sentence that the previous part began (`"A," she said, "and b."`).
    """

    text: str
    start: int = 0
    end: int = 0
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Speech or a phrase that the article prints between quotation marks.

    `speaker` is the fullest form of the name in the article, None where it cannot be decided; `candidates` are then
    the names that could be meant. `reason` says why this kind and this speaker.
    """

    id: str
    kind: QuoteKind
    parts: tuple[Part, ...]
    speaker: str | None = None
    candidates: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Credit:
    """The people in one role, in the article's order. `role` is lower case: producer, editor, …"""

    role: str
    names: tuple[str, ...]


def require_date(text: str) -> None:
    """Do nothing if a text is a date like `2026-11-20`.

    Raises:
        ValueError: it is not.
    """
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError(f"not a date like 2026-11-20: {text!r}")


@dataclass(frozen=True, slots=True)
class Article:
    """The published page.

    `text` is the body, paragraphs separated by one blank line. `names` are the people, places and organisations named
    outside quotation marks, people first, each once and in its fullest form. `published` is the page's own date
    (`2026-11-20`), None where it has none.
    """

    source: str
    title: str
    text: str
    sha256: str = ""
    quotes: tuple[Quote, ...] = ()
    names: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    published: str | None = None

    def __post_init__(self) -> None:
        """Reject an invalid date."""
        if self.published is not None:
            require_date(self.published)


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference: `replace`, `insert` (only published) or `delete` (only heard), with the reason for its severity.

    `between_sentences` is true for heard words that are missing between two sentences of one part.
    """

    kind: EditKind
    published: str
    heard: str
    severity: Verdict = "altered"
    reason: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    between_sentences: bool = False


@dataclass(frozen=True, slots=True)
class Margin:
    """How much more likely the heard words are than another wording, in nats: given the audio, and given silence.

    The second is what the recogniser expects by itself, whatever was said.
    """

    sound_nats: float
    expected_nats: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the audio says about two wordings of one stretch.

    `margin_nats` is the log probability of the heard wording minus that of the published one: a positive value favours
    the heard wording. `expected_nats` is the same difference given silence. With `doubt`, `published` are words of the
    transcript that are not in dispute, and `heard` is another reading of them that the audio allows.
    """

    published: str
    heard: str
    margin_nats: float
    supports: Literal["heard", "published", "neither"]
    start_ms: int
    end_ms: int
    expected_nats: float = 0.0
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class PolicyCell:
    """What a newsroom's rules say about one kind of edit in a quotation, and where they say so.

    `with_ellipsis` is the state where an ellipsis marks the place, None where that makes no difference. `says` is a
    summary of the source. `date` is the source's (`2004`, `2004-09`, `2004-09-02`) or `not known`; an `unknown` cell
    may have neither source nor date.
    """

    kind: PolicyKind
    state: PolicyState = "unknown"
    with_ellipsis: PolicyState | None = None
    source: str = ""
    says: str = ""
    url: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which edits a newsroom allows in a quotation; `checked` is when its sources were looked up, "" if not given."""

    name: str
    title: str
    cells: tuple[PolicyCell, ...]
    checked: str = ""

    def cell(self, kind: PolicyKind) -> PolicyCell:
        """The cell of a kind of edit, `unknown` where the policy has none."""
        return next((cell for cell in self.cells if cell.kind == kind), PolicyCell(kind))


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a policy says about one edit, with the source and date of the cell that decides.

    `edit` is the edit's index in its part, None for the order of a quote's parts. `kind` is None where the kind of edit
    is undecided. `marked` says that an ellipsis marks the place.
    """

    verdict: PolicyVerdict
    kind: PolicyKind | None = None
    edit: int | None = None
    marked: bool = False
    source: str = ""
    url: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """What a policy says about a part or a quote: the worst of its rulings. `name` and `title` are the policy's."""

    name: str
    title: str
    verdict: PolicyVerdict
    edits: tuple[Ruling, ...] = ()

    @property
    def sentences(self) -> tuple[tuple[PolicyVerdict, str], ...]:
        """Each different statement of the policy about the part or the order of the quote, with its verdict."""
        if not self.edits and self.verdict == "undecided":
            return ((self.verdict, POLICY_PHRASES["undecided"].format(self.title)),)
        return tuple(dict.fromkeys((ruling.verdict, self._sentence(ruling)) for ruling in self.edits))

    def _sentence(self, ruling: Ruling) -> str:
        phrase = POLICY_PHRASES[ruling.verdict].format(self.title)
        if ruling.kind is None:
            return phrase
        marked = ", at an ellipsis" if ruling.marked and ruling.kind != "ellipsis" else ""
        source = policy_source(ruling) if ruling.verdict in ("allowed", "forbidden") else ""
        return f"{phrase}: {POLICY_KINDS[ruling.kind]}{marked} {source}".rstrip()


def policy_source(cell: PolicyCell | Ruling) -> str:
    """Where a newsroom's rules say it, and when, in brackets; empty where no source is given."""
    if not cell.source:
        return ""
    dated = "date not known" if cell.date in ("", DATE_NOT_KNOWN) else cell.date
    return f"({cell.source}; {dated})"


@dataclass(frozen=True, slots=True)
class PartFinding:
    """Where one part is said and how it differs.

    `elsewhere` are other places where the same words are said. `policy` is None where no policy was given, or where
    there is nothing to judge.
    """

    part: Part
    verdict: Verdict
    spans: tuple[Span, ...] = ()
    heard: str = ""
    edits: tuple[Edit, ...] = ()
    elsewhere: tuple[Span, ...] = ()
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    policy: PolicyFinding | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A quote checked against the clip.

    `policy` is the worst of its parts', with a ruling of its own on their order; None where there is nothing to judge.
    """

    quote: Quote
    verdict: Verdict
    parts: tuple[PartFinding, ...]
    reordered: bool = False
    policy: PolicyFinding | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """One timed caption block.

    `lines` contain the words of the transcript and nothing else. What a style adds (a speaker's name, a mark for a
    change of speaker) is in `labels`, one for each line, `""` for none; a label that ends in a line feed has a line
    of its own. Where two speakers share the cue, `speakers` has one for each line. A cue for an audio event has its
    kind in `sound` and its notation in `lines`.
    """

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    speaker: str | None = None
    labels: tuple[str, ...] = ()
    speakers: tuple[str | None, ...] = ()
    sound: str | None = None

    def __post_init__(self) -> None:
        """Reject labels or speakers that do not match the lines."""
        if any(len(extra) not in (0, len(self.lines)) for extra in (self.labels, self.speakers)):
            raise ValueError("a cue has a label and a speaker for each line, or none")

    @property
    def text(self) -> str:
        """The lines joined by spaces."""
        return " ".join(self.lines)

    @property
    def voices(self) -> tuple[str | None, ...]:
        """The speaker of each line."""
        return self.speakers or (self.speaker,) * len(self.lines)

    @property
    def shown_lines(self) -> tuple[str, ...]:
        """The lines as displayed, each after its label."""
        if not self.labels:
            return self.lines
        shown = (label + line for label, line in zip(self.labels, self.lines, strict=True))
        return tuple(line for text in shown for line in text.split("\n"))


@dataclass(frozen=True, slots=True)
class FileCue:
    """One caption as a file has it: `lines` is what is shown, labels included.

    `names` are the names of those who speak, one for each line, None where the file names nobody there; it is empty
    where the file names nobody at all. (A `Cue` of a record has the ids of speakers, not their names.)
    """

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    names: tuple[str | None, ...] = ()

    def __post_init__(self) -> None:
        """Reject names that belong to no line."""
        if len(self.names) not in (0, len(self.lines)):
            raise ValueError("a caption has a name for each line, or none")

    @property
    def text(self) -> str:
        """The lines as one run of words."""
        return " ".join(self.lines)

    @property
    def voices(self) -> tuple[str | None, ...]:
        """The name of who speaks each line, None where nobody is named."""
        return self.names or (None,) * len(self.lines)

    @property
    def voice(self) -> str | None:
        """The name of who speaks all lines, None where there is no such name."""
        return self.names[0] if len(set(self.names)) == 1 else None


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a file breaks a rule of its format; `line` and `column` count from 1, columns in characters."""

    rule: str
    level: Level
    message: str
    line: int
    column: int = 1


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """What a caption file says, ours or anybody's.

    `notes` are comments of one or more lines each. `language` is None where the file does not say. `beside` names the
    kinds of things that the file holds besides and the model has no place for: `styles`, `regions`, `settings`, `ids`,
    `tags`, `positions`, `metadata`, `mixed_voices` (who speaks, in a line with more than one voice).

    `cues` are those that a player shows. `faults` say what it does not, in the order of lines; `lost_cues` counts the
    cues that are not shown because their times cannot be read; `refused` says why a player shows nothing at all, "" if
    it does. `timing_lines` are the numbers of the lines with the cues' times, below which their text follows; empty for
    a format that is not made of lines.
    """

    cues: tuple[FileCue, ...]
    notes: tuple[str, ...] = ()
    language: str | None = None
    beside: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    timing_lines: tuple[int, ...] = ()
    lost_cues: int = 0
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """Something to check: the rule, the place and a message.

    `cue` counts from 1; so do `line` and `column`, the place in the file that was checked.
    """

    rule: str
    level: Level
    message: str
    start_ms: int | None = None
    cue: int | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """Who signed off the captions and transcript of the record, and the date (`2026-11-20`)."""

    by: str
    on: str

    def __post_init__(self) -> None:
        """Reject a review without a name or with an invalid date."""
        if not self.by.strip():
            raise ValueError("a review needs the name of the reviewer")
        require_date(self.on)


@dataclass(frozen=True, slots=True)
class PageSettings:
    """How the pages were made, so that they can be made again: the media's relative address, and the options."""

    clip_href: str
    style: str = ""
    mark_quotes: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that is known about one clip; every file and page is made from it alone.

    `credit_cue` is the closing cue that shows the credits, None where the clip has no room after the last word (they
    are then only in the NOTE at the top of the WebVTT file). `files` are the names and SHA-256 of the files written
    from it, by which captionkit recognises files that a person has edited. `timings` are seconds by stage. `review` is
    None until somebody signs the captions off; `pages` is None where no file was written yet. `policy` is the one that
    the quotes were checked against, None if there was none.
    """

    clip: Clip
    transcript: Transcript
    speakers: tuple[Speaker, ...] = ()
    sounds: tuple[AudioEvent, ...] = ()
    cues: tuple[Cue, ...] = ()
    credit_cue: Cue | None = None
    article: Article | None = None
    credits: tuple[Credit, ...] = ()
    findings: tuple[Finding, ...] = ()
    checks: tuple[Check, ...] = ()
    timings: tuple[tuple[str, float], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    review: Review | None = None
    pages: PageSettings | None = None
    policy: Policy | None = None

    def speaker_name(self, speaker_id: str | None) -> str | None:
        """The name of a speaker by id, None where it is not known."""
        return next((s.name for s in self.speakers if s.id == speaker_id), None)

    @property
    def speaker_labels(self) -> dict[str, str]:
        """Speaker id → name, or `Speaker 2` where it is the second of the record and its name is not known."""
        return {s.id: s.name or f"Speaker {number}" for number, s in enumerate(self.speakers, 1)}

    @property
    def title(self) -> str:
        """The article's title, or the clip's file name without its extension."""
        of_article = self.article.title.strip() if self.article else ""
        return of_article or PurePath(self.clip.file).stem

    @property
    def quotes(self) -> tuple[Finding, ...]:
        """The quotes of the article as they were found in the clip: `findings` by the name it has in the JSON."""
        return self.findings

    def rows(self) -> list[dict[str, str | int | None]]:
        """One flat row for each part of each quote, for a spreadsheet or a data frame.

        Keys: quote, part (from 1), kind, speaker, verdict, start_ms, end_ms (None where it was not found), published,
        heard, reason.
        """
        return [
            {
                "quote": finding.quote.id,
                "part": number,
                "kind": finding.quote.kind,
                "speaker": finding.quote.speaker,
                "verdict": part.verdict,
                "start_ms": part.spans[0].start_ms if part.spans else None,
                "end_ms": part.spans[-1].end_ms if part.spans else None,
                "published": part.part.text,
                "heard": part.heard,
                "reason": part.reason,
            }
            for finding in self.findings
            for number, part in enumerate(finding.parts, 1)
        ]
