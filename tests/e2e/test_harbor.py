"""The sample of the README, from the clip to its files."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from pathlib import Path

import jiwer
import pytest
import webvtt

SPOKEN = """
A tunnel under Calder Harbor moved a step closer tonight. The city council voted 7-2 to fund the first
borings. Our reporter Devon Achterberg has the story. For 40 years, drivers on the east side have had one way across
the water, a drawbridge that opens, on average, 11 times a day. Mayor Ana Oyelaran says those days are numbered. We
have waited long enough. This council was elected to build, and tonight, um, tonight we build. The first borings will
cost 1.2 million dollars. The full tunnel could cost more than 400 million, and not everybody in the room was
convinced. Piotr Wasilewski has inspected bridges for the county since 2008. Look, I've been under that bridge. The
bridge is tired, but it is not dangerous. You could keep it going another 15 years. Is 400 million a realistic number?
I would not bet my house on it. I wouldn't bet your house on it either. Oyelaran told us she had heard that kind of
doubt before. My father drove a ferry here. He used to tell me, the harbor always wins, so you had better make a friend
of it. I think about that a lot. We're going to spend 1.2 million dollars to find out what is down there before we
spend a penny more. Work starts in March. Boats will still have the right of way. For now, the drawbridge, what some
here call the longest red light in the state, goes on opening. In Calder Harbor, I'm Devon Achterberg. Devon, thank you.
"""

QUOTES = [
    ("q1", "Ana Oyelaran", "We have waited long enough,", 27_635, 29_021),
    ("q1", "Ana Oyelaran", "This council was elected to build, and tonight we build.", 29_506, 33_354),
    ("q2", "Piotr Wasilewski", "The bridge is tired, but it is not dangerous,", 52_478, 54_951),
    (
        "q3",
        "Piotr Wasilewski",
        "I would not bet my house on it. I wouldn’t bet your house on it either.",
        61_656,
        65_155,
    ),
    (
        "q4",
        "Ana Oyelaran",
        "He used to tell me, ‘The harbor always wins, so you had better make a friend of it,’",
        75_425,
        79_396,
    ),
    (
        "q5",
        "Ana Oyelaran",
        "We’re going to spend $1.2 million to find out what is down there before we spend a penny more,",
        81_945,
        87_299,
    ),
    ("p1", None, "longest red light", 97_234, 98_184),
]
"""Every quote of the article with its speaker, and where it is said."""

RESTART = "This council was elected to build, and tonight we build."
"""`tonight, um, tonight we build` was said: whether the `um` is heard is the recogniser's luck."""


def plain(text: str) -> list[str]:
    """Lower-case words without punctuation at their ends."""
    return [word.strip(",.?") for word in text.lower().split()]


def test_every_file_is_there_and_named(harbor) -> None:
    """The person would look for a file that is not there."""
    names = [f"clip{s}" for s in (".captionkit.json", ".vtt", ".srt", ".txt", ".html", ".qa.html")]
    assert [Path(line).name for line in harbor.run.out.splitlines()] == names
    assert sorted(p.name for p in harbor.out.iterdir()) == sorted(names)
    assert harbor.run.err == ""


def test_the_words_are_those_that_are_said(harbor) -> None:
    """The captions would be wrong: the best peer makes 5.6 errors in 100 words here, without the article."""
    heard = " ".join(w["text"] for w in harbor.record["transcript"]["words"])
    assert jiwer.wer(" ".join(plain(SPOKEN)), " ".join(plain(heard))) <= 0.045


@pytest.mark.parametrize("name", ["Oyelaran", "Wasilewski", "Achterberg", "Piotr", "Ana"])
def test_names_are_spelt_as_in_the_article(harbor, name: str) -> None:
    """The mayor's name would be wrong in every caption."""
    said = SPOKEN.count(name)
    shown = [w for w in harbor.record["transcript"]["words"] if w["text"].startswith(name)]
    assert len(shown) == said


def test_what_was_heard_in_a_names_place_is_kept(harbor) -> None:
    """The editor could not see which spellings come from the article and not from the sound."""
    heard = {w["text"].strip(".,"): w["heard"] for w in harbor.record["transcript"]["words"] if "heard" in w}
    assert {"Oyelaran", "Wasilewski", "Achterberg"} <= set(heard)
    assert all(heard[name].strip(".,") != name for name in heard)


def test_every_quote_is_found_with_its_speaker(harbor) -> None:
    """A quote would go unchecked, or be held against the wrong person's words."""
    found = [
        (quote["id"], quote["speaker"], part["text"]) for quote in harbor.record["quotes"] for part in quote["parts"]
    ]
    assert found == [(id_, speaker, text) for id_, speaker, text, _, _ in QUOTES]


def test_every_quote_is_found_where_it_is_said(harbor) -> None:
    """The play button of the report would play something else."""
    parts = [part for quote in harbor.record["quotes"] for part in quote["parts"]]
    for part, (_, _, text, start_ms, end_ms) in zip(parts, QUOTES, strict=True):
        assert len(part["spans"]) == 1, text
        assert abs(part["spans"][0]["start_ms"] - start_ms) < 1_500, text
        assert abs(part["spans"][0]["end_ms"] - end_ms) < 500, text


def test_no_quote_is_accused_wrongly(harbor) -> None:
    """An editor would correct on air what was right."""
    for quote in harbor.record["quotes"]:
        for part in quote["parts"]:
            wanted = {"tidied", "verbatim"} if part["text"] == RESTART else {"verbatim"}
            assert part["verdict"] in wanted, part


def test_the_credits_are_those_of_the_article(harbor) -> None:
    """Whoever made the clip would not be named, or somebody else."""
    assert harbor.record["credits"] == {"producer": ["Marguerite Delacroix-Huang"], "editor": ["Tomás Ó Briain"]}
    head, *_ = harbor.file(".vtt").read_text().partition("-->")
    assert "Producer: Marguerite Delacroix-Huang" in head and "Editor: Tomás Ó Briain" in head
    closing = harbor.record["credit_cue"]
    assert " ".join(closing["lines"]) == "Produced by Marguerite Delacroix-Huang Edited by Tomás Ó Briain"
    last = webvtt.read(harbor.file(".vtt"))[-1]
    assert last.text.splitlines() == closing["lines"]


def test_captions_keep_to_the_style(harbor) -> None:
    """Viewers could not read them: too long, too short, over one another, or after the end."""
    cues = [*harbor.record["cues"], harbor.record["credit_cue"]]
    for cue in cues:
        assert 1 <= len(cue["lines"]) <= 2
        assert all(0 < len(line) <= 42 for line in cue["lines"])
        assert 833 <= cue["end_ms"] - cue["start_ms"] <= 7_000
    for before, after in zip(cues, cues[1:]):
        assert before["end_ms"] <= after["start_ms"]
    assert cues[0]["start_ms"] >= 0
    assert cues[-1]["end_ms"] <= harbor.record["clip"]["duration_ms"]


LABEL = re.compile(r"^(?:\[[^\]]+\] |-)", re.MULTILINE)
"""What tells of a speaker and is no word."""


def test_no_word_is_lost_or_doubled_on_the_way_to_the_files(harbor) -> None:
    """A viewer would miss a word that the transcript has, or read it twice."""
    words = [w["text"] for w in harbor.record["transcript"]["words"]]
    spoken = [cue for cue in harbor.record["cues"] if "sound" not in cue]
    assert " ".join(line for cue in spoken for line in cue["lines"]).split() == words
    for captions in (webvtt.read(harbor.file(".vtt")), webvtt.from_srt(harbor.file(".srt"))):
        said = [c for c in captions if not c.text.startswith(("Produced by", "[music"))]
        assert " ".join(LABEL.sub("", c.text) for c in said).split() == words
    text = re.sub(r"\[\d+:\d\d\].*\n", "", harbor.file(".txt").read_text().partition("\n\n")[2])
    assert text.split() == words


def test_the_music_is_shown_where_nobody_speaks(harbor) -> None:
    """A deaf viewer would not know why nobody speaks, or read of music over somebody's words."""
    (first, *_) = (cue for cue in harbor.record["cues"] if "sound" in cue)
    assert (first["sound"], first["lines"]) == ("music", ["[music playing]"])
    assert first["end_ms"] <= harbor.record["transcript"]["words"][0]["start_ms"]


def test_both_caption_files_say_the_same_at_the_same_time(harbor) -> None:
    """Two players would show different captions."""
    vtt, srt = webvtt.read(harbor.file(".vtt")), webvtt.from_srt(harbor.file(".srt"))
    assert [(c.start, c.end, c.text) for c in vtt] == [(c.start, c.end, c.text) for c in srt]
    assert len(vtt) == len(harbor.record["cues"]) + 1


def test_the_report_shows_every_quote(harbor) -> None:
    """The editor would not see a quote that is to be judged."""
    page = html.unescape(re.sub(r"<[^>]+>", "", harbor.file(".qa.html").read_text()))
    squeezed = "".join(page.split())
    for _, speaker, text, _, _ in QUOTES:
        assert text == RESTART or "".join(text.split()) in squeezed
        assert speaker is None or speaker in page
    assert 'src="http' not in harbor.file(".qa.html").read_text()


def test_the_transcript_page_has_every_word(harbor) -> None:
    """A deaf reader of the page would miss part of the clip."""
    page = html.unescape(re.sub(r"<[^>]+>", "", harbor.file(".html").read_text()))
    squeezed = "".join(page.split())
    for cue in harbor.record["cues"]:
        assert "sound" in cue or "".join("".join(cue["lines"]).split()) in squeezed


def again(harbor, captionkit, name: str, *arguments: str | Path):
    """The clip once more, into another folder: the run, and its record."""
    out = harbor.out.parent / name
    run = captionkit("run", harbor.clip, "--model", "base", "--offline", "-o", out, *arguments)
    assert run.code in (0, 1), run.err
    return run, json.loads((out / "clip.captionkit.json").read_text())


WITHOUT_RECOGNISER = "import sys\nsys.modules['ctranslate2'] = None\nfrom captionkit.cli.main import main\nmain()\n"


def test_a_corrected_article_is_done_without_the_recogniser(harbor, captionkit, tmp_path: Path) -> None:
    """A corrected comma would cost as much time as the first run."""
    corrected = tmp_path / "article.html"
    text = harbor.article.read_text(encoding="utf-8")
    corrected.write_text(text.replace("A tired bridge", "A tired, tired bridge").replace("11 times", "eleven times"))
    arguments = ["run", harbor.clip, "--article", corrected, "--model", "base", "--offline", "-o", tmp_path]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_RECOGNISER, *map(str, arguments)],
        env=captionkit.environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads((tmp_path / "clip.captionkit.json").read_text())
    assert record["transcript"] == harbor.record["transcript"]
    runs = [again(harbor, captionkit, "again", "--article", corrected)[0] for _ in range(2)]
    assert min(run.seconds for run in runs) < 0.3 * harbor.run.seconds


OTHER_STORY = """<html><head><title>A school in Wexcombe gets its roof</title></head><body><article>
<h1>A school in Wexcombe gets its roof</h1>
<p>Bartholomew Quint, who heads the school in Wexcombe, and the builder Anneliese Oberhuber showed the new roof to
Siobhan Mbeki of the county on Monday.</p>
<p>“The rain came in for nine winters,” said Xochitl Ybarra, who teaches there.</p>
<p>Dorian Achterkamp and Olena Wasylenko, who both went to the school, paid for half of it, and Deirdre Atterbury
for the rest. Calvin Hobart, the mayor, was not there.</p></article></body></html>"""


def test_the_names_of_another_story_do_not_appear(harbor, captionkit, tmp_path: Path) -> None:
    """People who have nothing to do with a clip would be named in its captions."""
    page = tmp_path / "school.html"
    page.write_text(OTHER_STORY, encoding="utf-8")
    _, other = again(harbor, captionkit, "other", "--article", page)
    _, none = again(harbor, captionkit, "none")
    assert other["transcript"]["words"] == none["transcript"]["words"]
    assert not any("heard" in w for w in other["transcript"]["words"])
    assert [q["verdict"] for q in other["quotes"]] == ["not_found"]
    assert none["quotes"] == [] and none["article"] is None


LIKE_COMMON_WORDS = """<html><head><title>Eight neighbours plant a hedge</title></head><body><article>
<h1>Eight neighbours plant a hedge</h1>
<p>Tom Waters, Carl Bridges, Minnie Drivers and Bette Howse planted a hedge in Wexcombe on Monday.</p>
<p>“It is green,” said Rose Lyte. Alec Tunnell, Frank Marsh and Ines Bilde, who live opposite, were not asked.</p>
</article></body></html>"""


def test_common_words_do_not_become_names_that_sound_like_them(harbor, captionkit, tmp_path: Path) -> None:
    """`drivers`, `the bridge` and `across the water` would become people in the captions."""
    page = tmp_path / "hedge.html"
    page.write_text(LIKE_COMMON_WORDS, encoding="utf-8")
    _, other = again(harbor, captionkit, "hedge", "--article", page)
    assert {"Waters", "Bridges", "Howse", "Lyte", "Marsh", "Bilde"} <= set(" ".join(other["article"]["names"]).split())
    assert not any("heard" in w for w in other["transcript"]["words"])


def test_an_altered_quote_is_found(harbor, captionkit, tmp_path: Path) -> None:
    """A lost `not` would be published."""
    page = tmp_path / "article.html"
    text = harbor.article.read_text(encoding="utf-8")
    assert "but it is not dangerous" in text
    page.write_text(text.replace("but it is not dangerous", "but it is dangerous"), encoding="utf-8")
    run, record = again(harbor, captionkit, "altered", "--article", page, "--fail-on", "altered")
    assert run.code == 1
    verdicts = {q["id"]: q["verdict"] for q in record["quotes"]}
    assert verdicts.pop("q2") == "altered"
    assert "altered" not in verdicts.values()
    (edit,) = record["quotes"][1]["parts"][0]["edits"]
    assert (edit["kind"], edit["heard"]) == ("delete", "not")


def test_names_can_be_left_as_they_were_heard(harbor, captionkit) -> None:
    """`--no-respell` would respell."""
    _, record = again(harbor, captionkit, "heard", "--article", harbor.article, "--no-respell")
    assert not any("heard" in w for w in record["transcript"]["words"])
    assert [q["id"] for q in record["quotes"]] == ["q1", "q2", "q3", "q4", "q5", "p1"]


def test_a_clip_is_compared_without_being_captioned(harbor, captionkit) -> None:
    """`captionkit diff` of a clip would judge otherwise than `run`."""
    done = captionkit("diff", harbor.clip, harbor.article, "--model", "base", "--offline", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["quotes"] == harbor.record["quotes"]


@pytest.mark.parametrize("suffix", [".captionkit.json", ".vtt", ".srt", ".txt"])
def test_our_own_files_give_the_same_verdicts(harbor, captionkit, suffix: str) -> None:
    """A corrected caption file could not be judged again."""
    done = captionkit("diff", harbor.file(suffix), harbor.article, "--json")
    assert done.code == 0, done.err
    verdicts = [(q["id"], q["verdict"]) for q in json.loads(done.out)["quotes"]]
    assert verdicts[1:] == [(id_, "verbatim") for id_ in ("q2", "q3", "q4", "q5", "p1")]


GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"


def test_the_guides_example_gives_the_same_findings(harbor, captionkit) -> None:
    """A newsroom's own program, begun from the example, would not run or get other results than the command."""
    (example,) = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-c", example],
        cwd=harbor.clip.parent,
        env=captionkit.environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [f"{q['verdict']} {q['speaker']}" for q in harbor.record["quotes"]]


TURNS = [
    ("anchor", 3_519, 13_600),
    ("Devon Achterberg", 14_095, 27_300),
    ("Ana Oyelaran", 27_635, 33_900),
    ("Devon Achterberg", 34_163, 50_200),
    ("Piotr Wasilewski", 50_438, 58_200),
    ("Devon Achterberg", 58_416, 61_400),
    ("Piotr Wasilewski", 61_656, 65_600),
    ("Devon Achterberg", 69_162, 73_000),
    ("Ana Oyelaran", 73_318, 88_000),
    ("Devon Achterberg", 90_169, 103_700),
    ("anchor", 104_079, 105_900),
]
"""Who speaks when in the sample, from its script."""


def test_speakers_are_told_apart_and_named(harbor) -> None:
    """The captions would show the reporter's question as the engineer's words, or call somebody by a wrong name."""
    names = {s["id"]: s["name"] for s in harbor.record["speakers"]}
    assert list(names.values()) == [None, "Devon Achterberg", "Ana Oyelaran", "Piotr Wasilewski"]
    assert [s["because"] for s in harbor.record["speakers"]] == [
        [],
        ["said: I'm Devon Achterberg"],
        ["q1", "q4", "q5"],
        ["q2", "q3"],
    ]
    wrong = [
        (word["text"], word["start_ms"], told, said)
        for word in harbor.record["transcript"]["words"]
        for said, start_ms, end_ms in TURNS
        if start_ms <= (word["start_ms"] + word["end_ms"]) // 2 < end_ms
        and (told := names[word["speaker"]] or "anchor") != said
    ]
    assert wrong == []
