"""What is on the tape: a media file's sound as samples, and how loud it is."""

from captionkit.media.audio import SAMPLE_RATE, Audio
from captionkit.media.decode import MediaLimits, decode_clip
from captionkit.media.faults import file_warnings
from captionkit.media.identity import file_sha256
from captionkit.media.levels import level_warnings, measure_levels

__all__ = [
    "SAMPLE_RATE",
    "Audio",
    "MediaLimits",
    "decode_clip",
    "file_sha256",
    "file_warnings",
    "level_warnings",
    "measure_levels",
]
