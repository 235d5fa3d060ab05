"""Decode and analyse media: the sound as samples, its levels, and the cuts of the picture. Nothing else opens media."""

from captionkit.media.audio import SAMPLE_RATE, Audio
from captionkit.media.decode import MediaLimits, decode_clip
from captionkit.media.faults import file_warnings
from captionkit.media.levels import level_warnings, measure_levels
from captionkit.media.shots import Shots, find_shots, shot_warnings

__all__ = [
    "SAMPLE_RATE",
    "Audio",
    "MediaLimits",
    "Shots",
    "decode_clip",
    "file_warnings",
    "find_shots",
    "level_warnings",
    "measure_levels",
    "shot_warnings",
]
