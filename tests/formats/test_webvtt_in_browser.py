"""WebVTT as Chromium's own parser reads it (browser/track.mjs): the judge of what we write, and of how we read."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from captionkit.formats import FORMATS, read_file
from captionkit.formats.presentation import captions_of
from captionkit.model import Clip, Cue, FileCue, Record, Speaker, Transcript

HERE = Path(__file__).parent
PACKAGES = HERE.parent / "pages" / "browser"
NODE, CHROMIUM = shutil.which("node"), shutil.which("chromium")

TEXTS = {
    "less than": "x < y and <y",
    "a tag": "<i>late</i> <b> <c.red>no</c> <00:01.000>",
    "a voice": "<v Ana>hello</v>",
    "an ampersand": "AT&T & sons &",
    "a reference": "&lt;b&gt; &amp;amp; &nbsp; &notanentity; &#60;",
    "an arrow": "00:00:01.000 --> 00:00:02.000",
    "only an arrow": "-->",
    "a long arrow": "a ------> b <!-- c -->",
    "blank lines": "one\n\n\ntwo\n \nthree",
    "other line ends": "one\r\ntwo\rthree\u2028four\x85five",
    "null": "NULL \0 nul",
    "controls": "a\x01b\x1bc\x7fd\tz",
    "an emoji": "🦀 👩\u200d👩\u200d👧 🇳🇿",
    "right to left": "\u202bשלום\u202c, she said; العربية",
    "override of direction": "\u202eevil\u202c",
    "words of the format": "WEBVTT\nNOTE x\nSTYLE\nREGION\nid:1",
    "a number": "7",
    "a lone surrogate": "a\ud800b",
    "a byte order mark": "\ufeffx",
    "noncharacters": "a\ufffeb\uffffc",
    "combining": "e\u0301 n\u0303 Ó Briain",
    "braces": "{\\an8}x {b}",
    "other blanks": "a\u00a0b\u3000c\u200bd",
}
NAMES = (
    "Zoë Ng-Ruiz",
    "A <b> & C",
    "Anon--",
    "a --> b",
    "&amp;",
    "\u202eX",
    "R.2 D/2",
    ">",
    "  two  blanks ",
    "🦀",
    "v",
    "</v>",
    'quo"te',
)


def record(cues: list[tuple[str, str | None]]) -> Record:
    names = list(dict.fromkeys(name for _, name in cues if name))
    laid = tuple(
        Cue(1000 * at, 1000 * at + 900, (text,), f"s{names.index(name)}" if name else None)
        for at, (text, name) in enumerate(cues)
    )
    speakers = tuple(Speaker(f"s{at}", name) for at, name in enumerate(names))
    return Record(Clip("a.mp4", "", 1), Transcript("en", ()), speakers, cues=laid)


def any_cues(seed: int) -> list[tuple[str, str | None]]:
    """A few hundred texts and names out of what could be taken for markup."""
    chance = random.Random(seed)
    signs = ["<", ">", "&", ";", "-", "-->", "\n", "lt", "v ", "/", "NOTE", "\0", "é", "🦀", " ", "\t", "\u200f", "#60"]

    def text(longest: int) -> str:
        return "".join(chance.choices(signs, k=chance.randint(1, longest)))

    return [(text(12), text(4) if chance.random() < 0.4 else None) for _ in range(400)]


RECORDS = {
    "texts.vtt": record([(text, None) for text in TEXTS.values()]),
    "names.vtt": record([("Yes.", name) for name in NAMES]),
    "both.vtt": record([(text, name) for text in TEXTS.values() for name in NAMES[:4]]),
    "any.vtt": record(any_cues(1)),
}

STRANGERS = {
    "stranger-plain.vtt": "WEBVTT\n\n00:01.000 --> 00:02.500 line:0 align:start\n<v.loud Ana &amp; Ben>It&#39;s <i>late</i>\n",
    "stranger-two.vtt": "WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000\n3 &lt; 4 <00:00:01.500><c.x>really</c>\n\n"
    "id\n01:00:03.000 --> 01:00:04.000\nx &amp;amp; y &nbsp;z\n",
    "stranger-crlf.vtt": "\ufeffWEBVTT - by hand\r\nKind: captions\r\n\r\n1\r\n00:01.000 --> 00:02.000\r\none\r\ntwo\r\n",
}


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict]]:
    """Name of the file → its cues as the browser has them."""
    if NODE is None or CHROMIUM is None:
        pytest.skip(f"no {'node' if NODE is None else 'chromium'} on this machine: captions are not seen in a browser")
    if not (PACKAGES / "node_modules").is_dir():
        pytest.fail("the browser checks need their packages: npm ci --prefix tests/pages/browser")
    site = tmp_path_factory.mktemp("captions")
    for name, one in RECORDS.items():
        (site / name).write_bytes(FORMATS["vtt"].write(one).encode())
    for name, text in STRANGERS.items():
        (site / name).write_bytes(text.encode())
    done = subprocess.run(
        [NODE, HERE / "browser" / "track.mjs", site, PACKAGES, CHROMIUM],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[dict]] = json.loads(done.stdout)
    return found


def as_in_browser(cue: FileCue) -> dict:
    return {
        "start_ms": cue.start_ms,
        "end_ms": cue.end_ms,
        "text": "\n".join(cue.lines),
        "voices": [cue.voice] if cue.voice else [],
    }


@pytest.mark.parametrize("name", RECORDS)
def test_the_browser_shows_what_was_meant(chromium: dict[str, list[dict]], name: str) -> None:
    """Words with `<` or `&` in them, whole captions, or the name of who speaks are missing on the air."""
    meant = [as_in_browser(cue) for cue in captions_of(RECORDS[name]).cues]
    for shown, expected in zip(chromium[name], meant):
        assert shown == expected
    assert len(chromium[name]) == len(meant)


@pytest.mark.parametrize("name", STRANGERS)
def test_we_read_what_the_browser_shows(chromium: dict[str, list[dict]], name: str) -> None:
    """`check` and `diff` judge other words than the viewers of a vendor's captions see."""
    text = STRANGERS[name].removeprefix("\ufeff")
    cues = read_file(text, name).cues
    shown = [{**cue, "text": " ".join(cue["text"].split())} for cue in chromium[name]]
    assert shown == [{**as_in_browser(cue), "text": " ".join(cue.text.split())} for cue in cues]


def test_the_texts_are_awkward(chromium: dict[str, list[dict]]) -> None:
    """A mistake in this test lets everything pass: these must be lost where nothing is escaped."""
    plain = {cue["text"] for cue in chromium["texts.vtt"]}
    assert {"x < y and <y", "<i>late</i> <b> <c.red>no</c> <00:01.000>", "-->", "&lt;b&gt; &amp;amp; &nbsp; &notanentity; &#60;"} <= plain
