"""Every article beside every other's clip: a name that is not spoken must change no word.

    python tests/bench/distractors.py FOLDER...

Each folder holds `clip.*` and `article.html` of one story.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tables import markdown_table

from captionkit.pipeline import CaptionOptions, caption_clip

MODEL = "base"


def main() -> None:
    """Print which words the names of each article changed in each clip."""
    folders = [Path(argument) for argument in sys.argv[1:]]
    if len(folders) < 2:
        sys.exit("usage: python tests/bench/distractors.py FOLDER FOLDER...")
    rows = [_row(clip, article) for clip in folders for article in folders]
    print(markdown_table(("clip", "article", "names spelt", "which"), rows))


def _row(clip: Path, article: Path) -> tuple[str, ...]:
    media = next(path for path in sorted(clip.glob("clip.*")) if not path.name.endswith((".vtt", ".json")))
    record = caption_clip(media, CaptionOptions(article=str(article / "article.html"), model=MODEL, offline=True))
    changed = [f"{w.heard} → {w.text}" for w in record.transcript.words if w.heard]
    own = " (its own)" if clip == article else ""
    return (clip.name, article.name + own, str(len(changed)), "; ".join(dict.fromkeys(changed)))


if __name__ == "__main__":
    main()
