"""Recordings of one second with bytes changed, cut out or put in: each is a record, none a traceback."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.recordings.keyframes import KeyframeReader
from ingest.recordings.scan import scan
from tests.fixtures.clips import bare_frames, clip, dhav, program_stream

NAMES = ["a.mp4", "fragmented.mp4", "a.ts", "a.mkv", "a.flv", "a.avi", "a.ps", "x.dav"]
HURTS = st.lists(st.tuples(st.integers(0, 99_999), st.integers(0, 40), st.binary(max_size=20)), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    folder = tmp_path_factory.mktemp("whole")
    frames = bare_frames(frames=25, gop=10)
    made = {"a.ps": program_stream(frames), "x.dav": dhav(frames, datetime(2025, 4, 7, 8, 30))}  # noqa: DTZ001 camera's screen
    for name in NAMES[:6]:
        mux = {"movflags": "frag_keyframe+empty_moov"} if name.startswith("frag") else {}
        made[name] = clip(folder / name, frames=25, gop=10, mux=mux).read_bytes()
    return made.__getitem__


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from(NAMES), HURTS)
def test_damaged_bytes_are_recorded_never_raised(
    whole: Callable[[str], bytes], tmp_path: Path, name: str, hurts: list[tuple[int, int, bytes]]
) -> None:
    data = bytearray(whole(name))
    for at, length, instead in hurts:
        place = at % (len(data) + 1)
        data[place : place + length] = instead
    path = tmp_path / "hurt.bin"
    path.write_bytes(data)
    footage = scan(path, name="CH02_20250407083000.mp4")
    with KeyframeReader([footage]) as reader:
        times = reader.keyframe_times()
        assert len(list(reader.luma(times))) + len(reader.undecodable) == len(times)
    assert footage.segment.size_bytes == len(data)
    assert bool(footage.segment.stretches) or footage.segment.wounds
