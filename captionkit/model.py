"""The nouns of captionkit: frozen, slotted, and free of disk, network and models.

A change is `dataclasses.replace()`. Collections are tuples. Times are integers in milliseconds from the
start of the clip, and spans are half-open: `start_ms <= t < end_ms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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
"""Every verdict, from best to worst: a quote's verdict is the worst of its parts'."""


def severity(verdict: Verdict) -> int:
    """The rank of a verdict, 0 for the best: findings are listed from the worst to the best everywhere."""
    return VERDICTS.index(verdict)


POLICY_VERDICTS: tuple[PolicyVerdict, ...] = ("allowed", "unknown", "undecided", "forbidden")
"""What a policy says of a quote, from best to worst. `undecided` waits for a person to listen."""

BROKEN_POLICY = "policy"
"""Stands beside the verdicts, where findings are to fail, for what a policy forbids."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the clip."""

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        """Refuse what no clip can have."""
        if not 0 <= self.start_ms <= self.end_ms:
            raise ValueError(f"not a span of time: {self.start_ms} to {self.end_ms} ms")

    @property
    def duration_ms(self) -> int:
        """How long it lasts."""
        return self.end_ms - self.start_ms

    def overlap_ms(self, other: Span) -> int:
        """How much of the two is shared, 0 where they do not meet."""
        return max(0, min(self.end_ms, other.end_ms) - max(self.start_ms, other.start_ms))


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised token with times.

    `text` is what is shown, punctuation attached, without blanks. `heard` is set only where the article's
    spelling of a name replaced what the recogniser wrote. `speaker` is an id, None where unknown. `doubtful` says
    that the sound bears out what the article prints in its place. `aligned` says that the times were found by forced
    alignment; else they are the recogniser's.
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
        """Refuse what cannot be written to a caption file."""
        if not self.text or any(c.isspace() for c in self.text):
            raise ValueError(f"a word is one token without blanks, not {self.text!r}")
        if not 0 <= self.start_ms <= self.end_ms:
            raise ValueError(f"not a span of time: {self.start_ms} to {self.end_ms} ms")
        if self.heard == "":
            raise ValueError("what was heard in a word's place is a text, or None where it is the word itself")

    @property
    def span(self) -> Span:
        """When it is said."""
        return Span(self.start_ms, self.end_ms)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Words the recogniser wrote that the sound does not carry, kept with the reason."""

    text: str
    start_ms: int
    end_ms: int
    reason: str


COMPUTE_TYPES = (
    *("auto", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16", "float32"),
)
"""The numbers CTranslate2 may compute with; what a machine supports of them is another matter. `auto` is int8 on a
processor and float16 on CUDA. int8 gives other words on another kind of processor, float32 the same on all tried."""


@dataclass(frozen=True, slots=True)
class ModelUsed:
    """Which weights heard the clip, and how."""

    name: str
    sha256: str
    device: str
    compute_type: str


@dataclass(frozen=True, slots=True)
class WordTimes:
    """Where the words' times come from: the `aligner` with its version, or None and the `reason` why not."""

    aligner: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """All that was heard. `language_probability` is 1.0 where the user named the language.

    `times` is None in a record of before there was an aligner: the times are then the recogniser's.
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
    """A voice. `name` only where evidence names it; `because` lists the ids of the quotes that do."""

    id: str
    name: str | None = None
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sound:
    """Something heard that is not speech: `kind` is music, applause, laughter, …"""

    kind: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud the sound is. dBFS of full scale; shares between 0 and 1."""

    peak_dbfs: float
    loudness_dbfs: float
    clipped_share: float
    silent_share: float


@dataclass(frozen=True, slots=True)
class Clip:
    """The media file. `fps` is None for sound alone; `truncated` says the file ended before its own length.

    `shots_ms` is when each shot after the first begins, in order; empty for sound alone.
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
    """One printed run of a quote between marks.

    `text` is as published, without the outer marks, paragraphs joined by one blank. `start` and `end` are
    character offsets into `Article.text` of the run inside its marks. `continues` is true where the part goes
    on a sentence that the part before it began (`"A," she said, "and b."`).
    """

    text: str
    start: int = 0
    end: int = 0
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Speech or a phrase the article prints between quotation marks.

    `speaker` is the fullest form of the name that the article gives, None where it cannot be decided, with
    the names that could be meant in `candidates`. `reason` says why this kind and this speaker.
    """

    id: str
    kind: QuoteKind
    parts: tuple[Part, ...]
    speaker: str | None = None
    candidates: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Credit:
    """Who did one job on the clip, in the article's order. `role` is lower case: producer, editor, …"""

    role: str
    names: tuple[str, ...]


def require_day(text: str) -> None:
    """Do nothing where a text is a day like `2026-11-20`.

    Raises:
        ValueError: it is none.
    """
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError(f"not a day like 2026-11-20: {text!r}")


@dataclass(frozen=True, slots=True)
class Article:
    """The published page.

    `text` is the body, paragraphs separated by one blank line. `names` are people, places and bodies named
    outside quotation marks, people first, each once and in the fullest form. `published` is the day that the page gives
    (`2026-11-20`), None where it gives none.
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
        """Refuse a day that is none."""
        if self.published is not None:
            require_day(self.published)


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference: `replace`, `insert` (only published) or `delete` (only heard), with why it matters.

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
    """How much likelier the heard words are than another wording, in nats: by the sound, and with nothing to hear.

    The second is what the recogniser expects by itself, whatever was said.
    """

    sound_nats: float
    expected_nats: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the sound says of two wordings of one stretch.

    `margin_nats` is the log probability of the heard wording less that of the published one: positive speaks
    for the heard. `expected_nats` is the part of it that the recogniser expects with nothing to hear. `supports` is
    `heard`, `published` or `neither`. With `doubt`, `published` are words of the transcript that are not in
    dispute, and `heard` is another reading of them that the sound allows.
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
    """What a house says of one kind of edit in a quotation, and where it says so.

    `with_ellipsis` is the state where an ellipsis marks the place, None where the house makes no difference. `says` is
    the gist of the source. `date` is the source's (`2004`, `2004-09`, `2004-09-02`) or `not known`; an `unknown` cell
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
    """Which edits a house allows in a quotation; `checked` is the day its sources were looked up, "" where not told."""

    name: str
    title: str
    cells: tuple[PolicyCell, ...]
    checked: str = ""

    def cell(self, kind: PolicyKind) -> PolicyCell:
        """The cell of a kind of edit, `unknown` where the house says nothing."""
        return next((cell for cell in self.cells if cell.kind == kind), PolicyCell(kind))


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a policy says of one edit, with the source and date of the cell that decides.

    `edit` is the edit's index in its part, None for the order of a quote's parts. `kind` is None where it is open what
    kind of edit it is. `marked` says that an ellipsis marks the place.
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
    """What a policy says of a part or a quote: the worst of its rulings. `name` and `title` are the policy's."""

    name: str
    title: str
    verdict: PolicyVerdict
    edits: tuple[Ruling, ...] = ()


@dataclass(frozen=True, slots=True)
class PartFinding:
    """Where one part is said and how it differs.

    `policy` is None where it was held against none, or where there is nothing to judge.
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
    """A quote held against the clip.

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

    `lines` hold the words of the transcript and nothing else. What a style adds (a speaker's name, the mark of
    a change) stands in `labels`, one for each line, `""` for none; a label that ends in a line feed has a line
    of its own. Where two speakers share the cue, `speakers` has each line's. A cue that shows a `sound` has its
    kind there and its notation in the lines.
    """

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    speaker: str | None = None
    labels: tuple[str, ...] = ()
    speakers: tuple[str | None, ...] = ()
    sound: str | None = None

    def __post_init__(self) -> None:
        """Refuse labels or speakers that belong to no line."""
        if any(len(extra) not in (0, len(self.lines)) for extra in (self.labels, self.speakers)):
            raise ValueError("a cue has a label and a speaker for each line, or none")

    @property
    def text(self) -> str:
        """The lines as one run of words."""
        return " ".join(self.lines)

    @property
    def voices(self) -> tuple[str | None, ...]:
        """Who speaks each line."""
        return self.speakers or (self.speaker,) * len(self.lines)

    @property
    def shown_lines(self) -> tuple[str, ...]:
        """The lines as they are shown, each behind its label."""
        if not self.labels:
            return self.lines
        shown = (label + line for label, line in zip(self.labels, self.lines, strict=True))
        return tuple(line for text in shown for line in text.split("\n"))


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at, by rule, where it stands and in words.

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
    """Who signed the captions and the transcript off as they stand in the record, and the day (`2026-11-20`)."""

    by: str
    on: str

    def __post_init__(self) -> None:
        """Refuse a review by nobody or on no day."""
        if not self.by.strip():
            raise ValueError("a review has the name of whoever made it")
        require_day(self.on)


@dataclass(frozen=True, slots=True)
class PageSettings:
    """How the pages were made, so that they can be made again: the media as seen from them, and what was asked for."""

    clip_href: str
    style: str = ""
    mark_quotes: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """All that is known of one clip; every file and page is made from it alone.

    `credit_cue` is the closing cue that shows the credits, None where the clip has no room after the last
    word (they then stand in the NOTE at the head of the WebVTT only). `files` are the names and sha256 of the
    files written from it, by which captionkit knows its own work from a person's. `review` is None until somebody
    signs the captions off; `pages` is None where no file was written yet. `policy` is the one that the quotes were held
    against, None where they were held against none.
    """

    clip: Clip
    transcript: Transcript
    speakers: tuple[Speaker, ...] = ()
    sounds: tuple[Sound, ...] = ()
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
        """The name behind a speaker's id, None where nothing names them."""
        return next((s.name for s in self.speakers if s.id == speaker_id), None)

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
