"""Every article beside every clip: a name that is not spoken must change no word.

    python tests/bench/distractors.py FOLDER...

A folder with `article.html` holds a story and its `clip.*`; of any other, every media file is a clip without an article.
`other_story.html` is one article more. What was heard of a clip is kept, so each is heard once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from real_speech import MEDIA
from tables import markdown_table

from captionkit.pipeline.caption import caption_clip
from captionkit.pipeline.options import CaptionOptions

MODEL = "base"
ARTICLE = "article.html"
OTHER_STORY = Path(__file__).with_name("other_story.html")


def main() -> None:
    """Print which words the names of each article changed in each clip."""
    folders = [Path(argument) for argument in sys.argv[1:]]
    if not folders:
        sys.exit("usage: python tests/bench/distractors.py FOLDER...")
    articles = [folder / ARTICLE for folder in folders if (folder / ARTICLE).exists()]
    clips = [clip for folder in folders for clip in _clips(folder)]
    rows = [_row(clip, article) for clip in clips for article in (*articles, OTHER_STORY)]
    print(markdown_table(("clip", "article", "names spelt", "which"), rows))


def _clips(folder: Path) -> Iterator[Path]:
    media = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in MEDIA]
    story = (folder / ARTICLE).exists()
    yield from (path for path in media if not story or path.stem == "clip")


def _row(clip: Path, article: Path) -> tuple[str, ...]:
    record = caption_clip(clip, CaptionOptions(article=str(article), model=MODEL, speakers=0, offline=True))
    changed = [f"{w.heard} → {w.text}" for w in record.transcript.words if w.heard]
    own = " (its own)" if clip.parent == article.parent else ""
    name = article.parent.name if article.name == ARTICLE else article.name
    return (f"{clip.parent.name}/{clip.name}", name + own, str(len(changed)), "; ".join(dict.fromkeys(changed)))


if __name__ == "__main__":
    main()
