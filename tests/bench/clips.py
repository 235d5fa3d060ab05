"""Short and long clips made out of one, their packets as they are: nothing is encoded anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av


def cut(clip: Path, folder: Path, count: int, seconds: float) -> Path:
    """`count` clips of the sound of `clip` in a new folder, each beginning a little later, so that no two are alike."""
    folder.mkdir()
    with av.open(str(clip)) as given:
        stream = given.streams.audio[0]
        packets: list[Any] = [packet for packet in given.demux(stream) if packet.pts is not None]
        last_s = float(packets[-1].pts * packets[-1].time_base) - seconds
        for number in range(count):
            part = _from(packets, last_s * number / count, seconds)
            with av.open(str(folder / f"clip{number:03}.m4a"), "w", format="mp4") as made:
                copy = made.add_stream_from_template(stream)
                for packet in part:
                    made.mux(_copied(packet, copy, -part[0].pts))
    return folder


def _from(packets: list[Any], start_s: float, seconds: float) -> list[Any]:
    return [p for p in packets if start_s <= float(p.pts * p.time_base) < start_s + seconds]


def joined(clip: Path, made: Path, seconds: float) -> Path:
    """`clip` again and again, sound and picture, until it is so long."""
    with av.open(str(clip)) as given, av.open(str(made), "w") as target:
        streams = {s.index: target.add_stream_from_template(s) for s in (*given.streams.audio, *given.streams.video[:1])}
        packets: list[Any] = [p for p in given.demux() if p.dts is not None and p.stream.index in streams]
        ends_s = [float((p.dts + (p.duration or 0)) * p.time_base) for p in packets]
        length_s = max(ends_s) - min(float(p.dts * p.time_base) for p in packets)
        for number in range(int(seconds / length_s) + 1):
            for packet in packets:
                shift = round(number * length_s / packet.time_base)
                if float((packet.pts + shift) * packet.time_base) < seconds:
                    target.mux(_copied(packet, streams[packet.stream.index], shift))
    return made


def _copied(packet: Any, stream: Any, shift: int) -> Any:
    copy = av.Packet(bytes(packet))
    copy.pts, copy.dts, copy.duration = packet.pts + shift, packet.dts + shift, packet.duration
    copy.time_base, copy.stream, copy.is_keyframe = packet.time_base, stream, packet.is_keyframe
    return copy
