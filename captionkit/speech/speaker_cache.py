"""Voiceprints kept on disk as hearings are, so that a clip's voices are told apart once."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from captionkit.model import Span
from captionkit.speech.embedding import SIZE, encoder_id, voiceprints
from captionkit.speech.hearing_cache import UNUSABLE, kept_text, put

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Embed = Callable[[Floats, Sequence[Span]], Floats]


def kept_voiceprints(place: Path, embed: Embed = voiceprints) -> Embed:
    """`embed` with a memory: only stretches that no earlier run has seen are heard, and then kept.

    Args:
        place: where the hearing of this sound is kept.
        embed: stretches of sound → rows of length 1.
    """

    def remembered(samples: Floats, spans: Sequence[Span]) -> Floats:
        import numpy as np

        known = _read(place)
        new = [span for span in dict.fromkeys(spans) if span not in known]
        if new:
            # Rounded before use, so that a second run sees what the first one saw.
            known |= dict(zip(new, embed(samples, new).astype(np.float16), strict=True))
            _keep(place, known)
        return np.stack([known[span] for span in spans]).astype(np.float32)

    return remembered


def _path(place: Path) -> Path:
    return place.parent.with_name("voices") / place.name


def _read(place: Path) -> dict[Span, NDArray[np.float16]]:
    """Vectors by the stretch they are of; empty where nothing usable is kept."""
    import numpy as np

    with contextlib.suppress(*UNUSABLE):
        data = json.loads(kept_text(_path(place)))
        rows = np.frombuffer(base64.b64decode(data["vectors"]), np.float16).reshape(-1, SIZE)
        if data["encoder"] == encoder_id() and np.isfinite(rows).all():
            return {Span(*span): row for span, row in zip(data["spans"], rows, strict=True)}
    return {}


def _keep(place: Path, known: dict[Span, NDArray[np.float16]]) -> None:
    import numpy as np

    vectors = base64.b64encode(np.stack(list(known.values())).tobytes()).decode()
    spans = [[span.start_ms, span.end_ms] for span in known]
    put(_path(place), json.dumps({"encoder": encoder_id(), "spans": spans, "vectors": vectors}))
