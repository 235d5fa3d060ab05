"""The pages in a real browser: axe, and what axe does not see (browser/check.mjs)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from captionkit.model import Record, Review
from captionkit.pages import PageOptions, qa_page, transcript_embed, transcript_page
from captionkit.pages.library import LibraryEntry, library_page

BROWSER = Path(__file__).parent / "browser"
NODE, CHROMIUM = shutil.which("node"), shutil.which("chromium")
FPS = 2
SAMPLE_RATE = 16_000

CHECKS = {
    "axe: transcript, light and dark": "readers with a screen reader or weak sight meet a barrier",
    "axe: report, light and dark": "an editor with a screen reader or weak sight meets a barrier",
    "axe: sound only": "a podcast's page has barriers that a video's has not",
    "axe: report without an article": "a report without quotes has barriers",
    "axe: transcript at 320 px": "readers on a small phone meet a barrier",
    "axe: reviewed transcript, a word with the focus": "a word cannot be told from its neighbours by a screen reader",
    "axe: part in another page": "the newsroom's own page gets a barrier from ours",
    "axe: part in another page at 320 px": "the newsroom's own page gets a barrier on a phone",
    "captions show from disk": "the page that is opened from a folder has no captions",
    "captions show without JavaScript": "captions are missing where scripts are blocked",
    "the phrase that is said is marked": "the mark points to words that nobody says now",
    "the mark keeps step while it plays": "the mark runs behind the voice",
    "the mark is not read out": "a screen reader talks over the clip",
    "times are buttons that play from there": "the clip cannot be played from a place by keyboard",
    "the arrow keys walk through the words": "a word can be heard by mouse alone",
    "a time brings its speaker into sight": "what is played hides under the clip",
    "the part plays in another page": "the transcript is dead in the newsroom's own page",
    "the part leaves the other page alone": "the newsroom's own page looks broken",
    "a click on a word plays it": "a word cannot be heard",
    "search counts, steps and plays by keyboard": "nobody finds the words again in an hour of speech",
    "follow scrolls along and gives way": "the page pulls readers away from what they read",
    "follow respects reduced motion": "the page makes readers dizzy",
    "keyboard path of the transcript": "a control cannot be reached, or its focus is not seen",
    "keyboard path of the report": "a control cannot be reached, or its focus is not seen",
    "a stretch plays and stops at its end": "the editor hears more than the quote",
    "the same button stops": "a long stretch cannot be stopped",
    "moving the clip by hand lets it play on": "the clip stops where nobody asked it to",
    "filter by verdict": "forty right quotes hide the wrong one",
    "reads without JavaScript": "the transcript is gone where scripts are blocked",
    "the report reads without JavaScript": "the report is gone where scripts are blocked",
    "prints what is read, not what is played": "paper shows a black box",
    "320 px: transcript": "a small phone has to scroll sideways",
    "320 px: report": "a small phone has to scroll sideways",
    "320 px: part in another page": "the newsroom's own page has to scroll sideways",
    "320 px: hostile transcript": "one long word pushes the page off the screen",
    "320 px: hostile report": "one long word pushes the report off the screen",
    "nothing is injected into the transcript": "a headline runs as a script",
    "nothing is injected into the part": "a headline runs as a script in the newsroom's own page",
    "nothing is injected into the report": "a quote runs as a script",
    "no other host is asked": "readers are told to a third party",
    "the policy stops what should get past the escaping": "one slip of the escaping is enough",
    "a clip that is not there is told": "the player stays black and says nothing",
    "sound alone plays": "a podcast cannot be heard",
    "a time in the address is gone to": "a place that was searched for has to be searched for again",
    "axe: report with a policy, light and dark": "an editor with weak sight cannot read what the house forbids",
    "axe: report with a policy at 320 px": "an editor on a phone meets a barrier",
    "320 px: report with a policy": "a small phone has to scroll sideways",
    "axe: library, light and dark": "an editor with a screen reader or weak sight meets a barrier",
    "axe: library at 320 px": "an editor on a phone meets a barrier",
    "axe: empty library": "a library without clips has barriers",
    "keyboard path of the library": "a control cannot be reached, or its focus is not seen",
    "the library sorts by keyboard": "the worst of a thousand clips has to be looked for by eye",
    "the library is searched": "one clip of a thousand has to be looked for by eye",
    "the library reads without JavaScript": "the overview is gone where scripts are blocked",
    "the library prints": "paper shows links that cannot be followed, or dark ink",
    "320 px: library": "a small phone has to scroll sideways",
    "the cells of a library have the width of a phone": "a small phone shows a letter a line",
    "320 px: hostile library": "one long name pushes the overview off the screen",
    "nothing is injected into the library": "a headline or a file's name runs as a script",
    "the library asks no other host": "who looks at the overview is told to a third party",
}


@pytest.fixture(scope="module")
def outcome(
    tmp_path_factory: pytest.TempPathFactory,
    story: Record,
    held: Record,
    bare: Record,
    hostile: Record,
    options_for: Callable[[Record], PageOptions],
    clips: tuple[LibraryEntry, ...],
    clips_filled_with: Callable[[str], tuple[LibraryEntry, ...]],
) -> dict[str, str | None]:
    """What each check found, None where all is well."""
    if NODE is None or CHROMIUM is None:
        pytest.skip(
            f"no {'node' if NODE is None else 'chromium'} on this machine: pages are not seen in a browser"
        )
    if not (BROWSER / "node_modules").is_dir():
        pytest.fail("the browser checks need their packages: npm ci --prefix tests/pages/browser")
    site = tmp_path_factory.mktemp("site")
    for name, record in {"story": story, "bare": bare, "hostile": hostile}.items():
        options = options_for(record)
        (site / f"{name}.html").write_text(transcript_page(record, options), encoding="utf-8")
        (site / f"{name}.qa.html").write_text(qa_page(record, options), encoding="utf-8")
    (site / "held.qa.html").write_text(qa_page(held, options_for(held)), encoding="utf-8")
    signed = replace(story, review=Review("Ines Quintero", "2026-11-20"))
    (site / "reviewed.html").write_text(transcript_page(signed, options_for(signed)), encoding="utf-8")
    embeds = [transcript_embed(record, options_for(record)) for record in (story, bare)]
    (site / "cms.html").write_text(other_page(*embeds), encoding="utf-8")
    hidden = transcript_embed(hostile, options_for(hostile))
    (site / "hostile.cms.html").write_text(other_page(hidden), encoding="utf-8")
    lost = replace(options_for(story), clip_href="gone%20clip.mp4")
    (site / "lost.html").write_text(transcript_page(story, lost), encoding="utf-8")
    libraries = {"library": clips, "empty.library": (), "hostile.library": clips_filled_with(hostile.clip.file)}
    for name, entries in libraries.items():
        (site / f"{name}.html").write_text(library_page(entries), encoding="utf-8")
    make_media(site / "clip.mp4", story.clip.duration_ms // 1000, with_picture=True)
    make_media(site / "sound.m4a", bare.clip.duration_ms // 1000, with_picture=False)
    done = subprocess.run(
        [NODE, BROWSER / "check.mjs", site, CHROMIUM],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str | None] = json.loads(done.stdout)
    return found


def other_page(*parts: str) -> str:
    """A newsroom's own page, with styles and an id that could get in the way of ours and ours of them."""
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>The Ellerby Post</title>"
        "<meta name='viewport' content='width=device-width'>"
        "<style>body { font: 18px/1.5 Georgia, serif; color: #222; background: #fff; margin: 0 8px }"
        "h2 { color: #8b0000; text-transform: uppercase } button { background: #ffe680; border: 3px solid #8b0000 }"
        "p { margin: 0 0 1.2em }</style>"
        "<main><h1>The night bus</h1><p>The newsroom’s own words. <button id='query'>Subscribe</button></p>"
        f"{'<h2>Next</h2>'.join(parts)}<h2>Comments</h2></main></html>"
    )


def make_media(path: Path, seconds: int, with_picture: bool) -> None:
    """A small clip: a low hum and, with a picture, one grey frame all along."""
    import av
    import numpy as np

    with av.open(str(path), "w") as container:
        sound = container.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
        if with_picture:
            picture = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast"})
            picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
            for i in range(seconds * FPS):
                frame = av.VideoFrame.from_ndarray(np.full((180, 320, 3), 90, np.uint8), format="rgb24")
                frame.pts, frame.time_base = i, Fraction(1, FPS)
                container.mux(picture.encode(frame))
            container.mux(picture.encode())
        hum = np.sin(np.arange(SAMPLE_RATE * seconds) * 2 * np.pi * 220 / SAMPLE_RATE)
        frame = av.AudioFrame.from_ndarray((hum * 3000).astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        container.mux(sound.encode(frame))
        container.mux(sound.encode())


def test_every_check_is_known(outcome: dict[str, str | None]) -> None:
    """A check that nobody asks for can fail unseen."""
    assert set(outcome) == set(CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_in_browser(check: str, outcome: dict[str, str | None]) -> None:
    """What a user loses stands beside each check, in `CHECKS`."""
    assert outcome.get(check, "was not run") is None, f"{CHECKS[check]}: {outcome.get(check)}"
