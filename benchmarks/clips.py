"""A 45-minute class hour as a recorder writes it: one drawn minute of 1080p25, its packets repeated 45 times.

Drawing 67,500 frames would take most of an hour; repeating packets keeps what costs time (file size, packet count,
keyframe sizes and spacing, picture content) as it is. What it cannot show is accuracy.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import av

from demo.film import shoot
from demo.scenario import Lens, Scenario
from facts.span import SHANGHAI

START = datetime(2025, 4, 7, 8, 30, tzinfo=SHANGHAI)
MINUTES = 45
PEOPLE = 30


def hour_clip(folder: Path, codec: str, minutes: int = MINUTES, camera: str = "CH02", start: datetime = START) -> Path:
    """The file of one class hour, made once and kept."""
    end = start + timedelta(minutes=minutes)
    path = folder / f"{codec}-{minutes}" / f"{camera}_{start:%Y%m%d%H%M%S}_{end:%Y%m%d%H%M%S}.mp4"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _repeat(minute_clip(folder, codec), path, minutes)
    return path


def minute_clip(folder: Path, codec: str) -> Path:
    """One drawn minute, made once and kept."""
    made = folder / f"minute-{codec}"
    if not list(made.glob("*.mp4")):
        lens = Lens(size=(1920, 1080), fps=25, codec=codec, bit_rate=2_000_000)
        story = Scenario("bench", "基准", people=PEOPLE, rows=5, length_s=60, start=START)
        shoot(replace(story, lenses=(lens,)), made)
    return next(made.glob("*.mp4"))


def _repeat(source: Path, target: Path, times: int) -> None:
    staged = target.with_suffix(".part.mp4")
    with av.open(str(source)) as given, av.open(str(staged), "w", options={"movflags": "faststart"}) as made:
        stream = given.streams.video[0]
        copied = made.add_stream_from_template(stream)
        packets = [packet for packet in given.demux(stream) if packet.dts is not None]
        length = sum(packet.duration or 0 for packet in packets)
        raw = [(bytes(packet), packet.pts, packet.dts, packet.duration, packet.is_keyframe) for packet in packets]
        for turn in range(times):
            for data, pts, dts, duration, key in raw:
                packet = av.Packet(data)
                packet.stream, packet.time_base, packet.is_keyframe = copied, stream.time_base, key
                packet.pts, packet.dts, packet.duration = (
                    (pts or 0) + turn * length,
                    (dts or 0) + turn * length,
                    duration,
                )
                made.mux(packet)
    staged.replace(target)
