"""Recordings broken in every way that bytes allow, read and judged as a class hour's only evidence.

The whole recording shows 9 min 50 s, ten seconds too few: whatever shows ten minutes after damage was believed wrongly.
"""

import random
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import av

from attendance.law import Law
from benchmarks.attack.lanes import Attack, Fate, Told
from benchmarks.attack.media_changes import CHANGES
from facts.span import SHANGHAI
from facts.verdict import Status
from ingest.recordings.footage import Footage
from ingest.recordings.scan import scan
from ingest.recordings.single_frame import SingleFrameDecoder
from pipeline.verification.report import ClassInputs, prepare
from runtime.verification.class_folder import read_folder
from runtime.verification.law import law_of
from tests.fixtures import clips
from tests.fixtures.sealed_packages import papers

START = datetime(2026, 4, 7, 8, 30, tzinfo=SHANGHAI)
SHORT, LONG = 590, 610


def made(kind: str, folder: Path, seconds: int = SHORT) -> bytes:
    """A recording of one picture a second, in a container that recorders use."""
    path = folder / f"base-{kind}-{seconds}.{kind.partition('-')[0]}"
    options = {"mp4-front": {"movflags": "faststart"}, "mp4-parts": {"movflags": "frag_keyframe+empty_moov"}}
    if kind == "dav":
        return clips.dhav(clips.bare_frames(frames=seconds, fps=1, gop=5), START, fps=1)
    if kind == "ps":
        return clips.program_stream(clips.bare_frames(frames=seconds, fps=1, gop=5), fps=1)
    clips.clip(path, frames=seconds, fps=1, gop=5, mux=options.get(kind), size=(64, 48))
    return path.read_bytes()


KINDS = ("mp4", "mp4-front", "mp4-parts", "mkv", "ts", "flv", "avi", "ps", "dav")
_SHARES = (30, 12, 14, 10, 10, 6, 6, 6, 6)


def large(folder: Path) -> list[bytes]:
    """Whole recordings that ask for too much: vast pictures, hundreds of streams, a key frame at every tick."""
    vast = folder / "vast.mp4"
    clips.clip(vast, frames=2, size=(8192, 8192), codec="libx264", gop=1)
    ticks = folder / "ticks.mp4"
    clips.clip(ticks, frames=4000, fps=1000, gop=1, size=(16, 16))
    many = folder / "many.mkv"
    with av.open(str(many), "w") as out:
        streams = [out.add_stream("mjpeg", rate=1) for _ in range(120)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 16, 16, "yuvj420p"
        for stream in streams:
            out.mux(stream.encode(av.VideoFrame(16, 16, "yuvj420p")))
            out.mux(stream.encode(None))
    return [vast.read_bytes(), ticks.read_bytes(), many.read_bytes()]


@dataclass(frozen=True)
class Judge:
    """One class hour whose only recording is the file in question."""

    inputs: ClassInputs
    law: Law

    def shows_ten_minutes(self, footage: Footage) -> bool:
        inputs = replace(self.inputs, segments=(footage.segment,))
        verdicts = prepare(inputs, self.law).judged({})
        if any(one.status is Status.PASS for one in verdicts):
            return True  # nobody was looked for: nothing may pass
        if len(footage.keys):
            with SingleFrameDecoder(footage) as decoder:
                for number in {0, len(footage.keys) - 1}:
                    with suppress(av.FFmpegError):  # told as undecodable where it is looked at
                        decoder.picture(number, fast=True)
        return any(
            one.status is Status.PASS and "longest_s" in one.numbers for verdict in verdicts for one in verdict.findings
        )


def judge(folder: Path) -> Judge:
    found = read_folder(papers(folder).folder)
    law = law_of(found.inputs, START.date())
    return Judge(replace(found.inputs, segments=(), hours=found.inputs.hours[:1]), law)


def name_of(kind: str, seconds: int = SHORT) -> str:
    end = START + timedelta(seconds=seconds)
    return f"CH01_{START:%Y%m%d%H%M%S}_{end:%Y%m%d%H%M%S}.{kind.partition('-')[0]}"


@dataclass(frozen=True)
class Media:
    """Mutated recordings."""

    inputs: int
    name: str = "media"

    def begin(self, folder: Path) -> Attack:
        with TemporaryDirectory(dir=folder) as aside:
            bases = [made(kind, Path(aside)) for kind in KINDS]
            vast = large(Path(aside))
        seat = judge(folder)
        spot = folder / "film"

        def attack(number: int, rng: random.Random) -> Told:
            del number
            kind = rng.choices(range(len(KINDS)), _SHARES)[0]
            change = rng.choices([one for one, _ in CHANGES], [share for _, share in CHANGES])[0]
            data = rng.choice(vast) if rng.random() < 0.01 else bases[kind]
            spot.write_bytes(change(bytearray(data), rng))
            footage = scan(spot, name=name_of(KINDS[kind]))
            return told(seat, footage, f"{change.__name__} of {KINDS[kind]}")

        return attack


def told(seat: Judge, footage: Footage, words: str) -> Told:
    if seat.shows_ten_minutes(footage):
        return Fate.WRONG, f"{words}: ten minutes shown of {SHORT} s"
    return (Fate.SURVIVED if footage.segment.stretches else Fate.REFUSED), words
