"""Tiny clips of four seconds, drawn by ``tests.fixtures.clips``; the name claims 08:30:00 on 2025-04-07."""

import errno
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from facts.footage import ClockSource, Damage
from facts.span import Span
from ingest.recordings.byte_source import ByteSource
from ingest.recordings.entry import RecordingEntry
from ingest.recordings.file_signature import ContainerKind
from ingest.recordings.footage import Footage
from ingest.recordings.scan import scan
from ingest.recordings.single_frame import SingleFrameDecoder
from tests.fixtures.clips import bare_frames, clip, dhav, imkh, program_stream

START = datetime(2025, 4, 7, 0, 30, tzinfo=UTC)
NAME = "CH02_20250407083000.mp4"
FRAGMENTED = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
INDEXED_FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof+dash+global_sidx"}
FAST_START = {"movflags": "faststart"}
Recipe = tuple[str, dict[str, object]]
WHOLE: dict[str, Recipe] = {
    "plain": ("a.mp4", {}),
    "faststart": ("a.mp4", {"mux": FAST_START}),
    "fragmented": ("a.mp4", {"mux": FRAGMENTED}),
    "fragments behind an index": ("a.mp4", {"mux": INDEXED_FRAGMENTS}),
    "B-frames": ("a.mp4", {"bframes": 2}),
    "H.265": ("a.mp4", {"codec": "libx265"}),
    "H.265 B-frames": ("a.mp4", {"codec": "libx265", "bframes": 2}),
    "H.265 TS": ("a.ts", {"codec": "libx265"}),
    "TS": ("a.ts", {}),
    "wrapping TS": ("a.ts", {"offset_ticks": (1 << 33) - 180_000, "mux": {"mpegts_copyts": "1"}}),
    "sound in MP4": ("a.mp4", {"tone": True}),
    "sound in fragments": ("a.mp4", {"tone": True, "mux": FRAGMENTED}),
    "sound in TS": ("a.ts", {"tone": True}),
    "FLV": ("a.flv", {}),
    "MKV": ("a.mkv", {}),
    "MOV": ("a.mov", {}),
    "AVI": ("a.avi", {}),
    "MPEG-4 AVI": ("a.avi", {"codec": "mpeg4"}),
}


def damages(footage: Footage) -> set[Damage]:
    return {wound.damage for wound in footage.segment.wounds}


def lengths(footage: Footage) -> list[float]:
    return [span.length_s for span in footage.segment.stretches]


@pytest.mark.parametrize("recipe", WHOLE)
def test_a_whole_clip_of_any_container_is_one_stretch(tmp_path: Path, recipe: str) -> None:
    name, how = WHOLE[recipe]
    footage = scan(clip(tmp_path / name, **how), name=NAME)  # type: ignore[arg-type]
    assert footage.segment.stretches == (Span.of(START, 4),), footage.segment
    assert (len(footage.keys), footage.packets, footage.segment.clock_source) == (4, 100, ClockSource.FILE_NAME)
    assert not footage.segment.wounds
    assert (footage.segment.width, footage.segment.height) == (160, 120)


@pytest.mark.parametrize("hevc", [False, True])
@pytest.mark.parametrize("first_tick", [90_000, (1 << 33) - 180_000])
def test_program_streams_are_read_under_any_name_across_the_wrap(
    tmp_path: Path, first_tick: int, *, hevc: bool
) -> None:
    path = tmp_path / "hiv00001.mp4"
    stream = program_stream(bare_frames("libx265" if hevc else "libx264"), first_tick=first_tick, hevc=hevc)
    for content, kind in ((stream, ContainerKind.PS), (imkh(stream), ContainerKind.IMKH)):
        path.write_bytes(content)
        footage = scan(path, name=NAME)
        assert (footage.kind, footage.segment.stretches) == (kind, (Span.of(START, 4),))
        assert footage.segment.codec == ("hevc" if hevc else "h264")
        assert not footage.segment.wounds


def test_a_dahua_recording_carries_chinese_time_and_a_differing_name_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "x.dav"
    path.write_bytes(dhav(bare_frames(), datetime(2025, 4, 7, 8, 30, 58)))  # noqa: DTZ001 as on the camera's screen
    footage = scan(path, name="no time.dav")
    assert footage.segment.clock_source is ClockSource.CONTAINER
    assert footage.segment.stretches == (Span.of(START + timedelta(seconds=58), 4),)
    assert damages(footage) == set()
    assert damages(scan(path, name="CH1_20250407083000.dav")) == {Damage.CLOCK_MISMATCH}


def test_a_hole_ends_a_stretch_and_uneven_frames_do_not(tmp_path: Path) -> None:
    hole = [i / 25 + (12 if i >= 50 else 0) for i in range(100)]
    footage = scan(clip(tmp_path / "a.mp4", times_s=hole, bframes=2), name=NAME)
    assert lengths(footage) == [2.0, 2.0]
    assert footage.segment.stretches[1].start == START + timedelta(seconds=14)
    uneven = [i / 25 + (i % 3) * 0.01 for i in range(100)]
    assert len(lengths(scan(clip(tmp_path / "b.mp4", times_s=uneven), name=NAME))) == 1


@pytest.mark.parametrize("mux", [{}, FAST_START, FRAGMENTED], ids=["plain", "faststart", "fragmented"])
def test_an_mp4_cut_off_anywhere_never_shows_more_than_it_holds(tmp_path: Path, mux: dict[str, str]) -> None:
    whole = clip(tmp_path / "a.mp4", mux=mux).read_bytes()
    cut = tmp_path / "cut.mp4"
    before = 0.0
    for size in range(1, len(whole), max(1, len(whole) // 60)):
        cut.write_bytes(whole[:size])
        footage = scan(cut, name=NAME)
        shown = sum(lengths(footage))
        assert before <= shown <= 4
        assert damages(footage) & {Damage.NO_MOOV, Damage.TRUNCATED, Damage.NOT_VIDEO}, size
        assert bool(lengths(footage)) == bool(len(footage.keys))
        before = shown
    assert (before > 3) == bool(mux)


@pytest.mark.parametrize("name", ["a.ts", "a.flv", "a.mkv", "a.avi"])
def test_other_containers_cut_off_anywhere_are_read_to_the_cut(tmp_path: Path, name: str) -> None:
    whole = clip(tmp_path / name).read_bytes()
    for share in range(1, 20):
        cut = tmp_path / f"cut{share}.bin"
        cut.write_bytes(whole[: len(whole) * share // 20])
        footage = scan(cut, name=NAME)
        assert sum(lengths(footage)) <= 4
        assert lengths(footage) or damages(footage) & {Damage.NOT_VIDEO, Damage.TRUNCATED}


def test_a_matroska_header_that_promises_more_is_believed_to_be_torn(tmp_path: Path) -> None:
    whole = clip(tmp_path / "a.mkv", frames=200).read_bytes()
    (tmp_path / "b.mkv").write_bytes(whole[: len(whole) // 2])
    assert Damage.TRUNCATED in damages(scan(tmp_path / "b.mkv", name=NAME))


@pytest.mark.parametrize(
    ("content", "damage"),
    [
        (b"", Damage.EMPTY),
        (bytes(100_000), Damage.NOT_VIDEO),
        (b"hello, this is a text\n" * 50, Damage.NOT_VIDEO),
        (bytes(range(128, 256)) * 99, Damage.NOT_VIDEO),
        (b"\x00\x00\x00\x18ftypisom" + bytes(12) + b"\x00\x10\x00\x00mdat" + b"x" * 4096, Damage.NO_MOOV),
        (b"\x1a\x45\xdf\xa3" + b"garbage" * 100, Damage.NOT_VIDEO),
        (b"DHAV" + b"garbage" * 100, Damage.NOT_VIDEO),
        (b"\x00\x00\x01\xba" + b"garbage" * 1000, Damage.NOT_VIDEO),
    ],
)
def test_what_is_no_recording_is_named(tmp_path: Path, content: bytes, damage: Damage) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    footage = scan(path, name=NAME)
    assert damages(footage) == {damage}
    assert footage.span is None
    assert footage.segment.size_bytes == len(content)


def test_ten_sparse_gigabytes_cost_nothing_and_are_called_cut_off(tmp_path: Path) -> None:
    hollow = tmp_path / "hollow.mp4"
    hollow.touch()
    os.truncate(hollow, 10 << 30)
    assert damages(scan(hollow, name=NAME)) == {Damage.NOT_VIDEO}
    for name in ("a.mp4", "a.ts", "a.mkv", "a.flv"):
        path = clip(tmp_path / name)
        os.truncate(path, 10 << 30)
        footage = scan(path, name=NAME)
        assert lengths(footage) == [4.0]
        assert footage.bytes_read < 4 << 20
        assert footage.segment.size_bytes == 10 << 30


def test_timestamps_that_start_anew_end_the_timeline(tmp_path: Path) -> None:
    one = clip(tmp_path / "1.ts", frames=200).read_bytes()
    (tmp_path / "two.ts").write_bytes(one + one)
    footage = scan(tmp_path / "two.ts", name=NAME)
    assert lengths(footage) == [8.0]
    assert Damage.CUT in damages(footage)


def test_a_sound_track_that_turns_up_later_ends_nothing(tmp_path: Path) -> None:
    one = clip(tmp_path / "1.ts").read_bytes()
    other = clip(tmp_path / "2.ts", offset_ticks=4 * 90_000, tone=True).read_bytes()
    (tmp_path / "both.ts").write_bytes(one + other)
    assert sum(lengths(scan(tmp_path / "both.ts", name=NAME))) == 8.0


def test_parameters_that_change_inside_are_a_cut(tmp_path: Path) -> None:
    one = clip(tmp_path / "1.ts").read_bytes()
    other = clip(tmp_path / "2.ts", size=(320, 240), offset_ticks=4 * 90_000).read_bytes()
    (tmp_path / "both.ts").write_bytes(one + other)
    footage = scan(tmp_path / "both.ts", name=NAME)
    assert Damage.CUT in damages(footage)


def test_a_name_that_claims_less_than_the_timestamps_show_is_held_to_its_claim(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", frames=250)
    assert not scan(path, name="CH2_20250407083000_20250407083009.mp4").segment.wounds
    longer = scan(path, name="CH2_20250407083000_20250407083005.mp4")
    assert damages(longer) == {Damage.CLOCK_MISMATCH}
    assert lengths(longer) == [5.0]
    assert "+5.0" in longer.segment.wounds[0].detail_en
    shorter = scan(path, name="CH2_20250407083000_20250407083030.mp4")
    assert damages(shorter) == {Damage.CLOCK_MISMATCH}
    assert lengths(shorter) == [10.0]


def test_without_a_clock_the_lines_to_add_are_printed_and_no_time_is_guessed(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", metadata={"creation_time": "2025-04-07T00:30:00.000000Z"})
    footage = scan(path, name='video/出口 "1".mp4', camera="CH02")
    (wound,) = footage.segment.wounds
    assert (footage.segment.stretches, footage.anchor, wound.damage) == ((), None, Damage.NO_CLOCK)
    lines = '[[recording]]\nfile = "video/出口 \\"1\\".mp4"\ncamera = "CH02"\nstart = 2025-04-07T08:30:00+08:00'
    assert lines in wound.detail_zh
    assert lines in wound.detail_en


def test_a_stated_time_counts_only_where_the_recording_itself_says_none(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", metadata={"creation_time": "2025-04-07T00:30:00.000000Z"})
    entry = RecordingEntry("x.mp4", "CH9", START + timedelta(hours=1), trust_creation_time=True)
    told = scan(path, name="x.mp4", entry=entry)
    assert (told.anchor, told.segment.camera_id) == (START + timedelta(hours=1), "CH9")
    assert (told.segment.clock_source, told.segment.length_s) == (ClockSource.MANIFEST, 4.0)
    trusted = scan(path, name="x.mp4", entry=replace(entry, start=None))
    assert (trusted.anchor, trusted.segment.clock_source) == (START, ClockSource.CREATION_TIME)


def test_a_stated_time_never_beats_the_recording_s_own_and_a_difference_is_told(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4")
    same = scan(path, name=NAME, entry=RecordingEntry(NAME, "CH9", START + timedelta(seconds=2)))
    other = scan(path, name=NAME, entry=RecordingEntry(NAME, "CH9", START + timedelta(hours=1)))
    for found in (same, other):
        assert (found.anchor, found.segment.clock_source) == (START, ClockSource.FILE_NAME)
        assert found.segment.camera_id == "CH9"
    assert same.segment.wounds == ()
    (wound,) = other.segment.wounds
    assert wound.damage is Damage.CLOCK_MISMATCH
    assert "机构填报起点 2025-04-07 09:30:00，文件名为 2025-04-07 08:30:00，以文件名为准" in wound.detail_zh
    assert "the name says 2025-04-07 08:30:00, which is used" in wound.detail_en


def test_motion_recordings_say_so(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4")
    assert damages(scan(path, name="2025-04-07/0/dav/08.30.00-08.30.04[M][0@0][0].dav")) == {Damage.MOTION_ONLY}


def test_a_frozen_stretch_shows_in_the_sizes_between_keyframes(tmp_path: Path) -> None:
    footage = scan(clip(tmp_path / "a.mp4"), name=NAME)
    assert footage.keys.delta_frames.tolist() == [24] * 4
    assert (footage.keys.delta_bytes > 24 * 20).all()


def test_splitting_a_recording_into_files_gives_the_same_stretch(tmp_path: Path) -> None:
    one = scan(clip(tmp_path / "a.mp4", frames=100), name=NAME)
    first = scan(clip(tmp_path / "b.mp4", frames=50), name=NAME)
    second = scan(clip(tmp_path / "c.mp4", frames=50), name="CH02_20250407083002.mp4")
    assert first.segment.stretches[0].end == second.segment.stretches[0].start
    assert (first.segment.stretches[0].start, second.segment.stretches[0].end) == (
        one.segment.stretches[0].start,
        one.segment.stretches[0].end,
    )


def test_an_index_is_read_without_the_payload(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", frames=250, size=(640, 480))
    footage = scan(path, name=NAME)
    assert footage.packets == 250
    assert footage.bytes_read < path.stat().st_size / 4


def test_timestamps_beyond_every_calendar_are_damage_and_nothing_of_the_file_counts(tmp_path: Path) -> None:
    """Found by `make attack`: a number in an index moved the second half by 9,500 years."""
    path = tmp_path / "CH01_20260407083000_20260407083100.mkv"
    clip(path, frames=600, fps=10, gop=10, times_s=[n / 10 + (3e11 if n >= 300 else 0) for n in range(600)])
    segment = scan(path).segment
    assert segment.stretches == ()
    assert [one.damage for one in segment.wounds] == [Damage.CLOCK_MISMATCH]
    assert "which no recorder writes" in segment.wounds[0].detail_en


def in_parts(path: Path, at: int, changed: bytes) -> Path:
    """A recording in fragments whose first ``trun`` box says something else, ``at`` bytes behind its name."""
    clip(path, frames=60, fps=1, gop=5, size=(64, 48), mux={"movflags": "frag_keyframe+empty_moov"})
    body = bytearray(path.read_bytes())
    start = body.index(b"trun") + at
    body[start : start + len(changed)] = changed
    path.write_bytes(body)
    return path


def test_pictures_that_an_index_puts_before_the_file_are_told_and_not_sought(tmp_path: Path) -> None:
    path = in_parts(tmp_path / NAME, 12, (-(1 << 31)).to_bytes(4, "big", signed=True))
    found = scan(path)
    assert bool((found.keys.pos >= 0).all())
    assert Damage.TRUNCATED in damages(found)
    with SingleFrameDecoder(found) as decoder:
        assert decoder.picture(0, fast=True) is not None


def test_a_place_outside_the_file_has_no_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"abc")
    with ByteSource(path) as source:
        assert [source.read_at(pos, 2) for pos in (-(1 << 40), -1, 0, 2, 3, 1 << 62)] == [
            b"",
            b"",
            b"ab",
            b"c",
            b"",
            b"",
        ]


def test_an_index_of_millions_needs_no_more_memory_than_its_numbers(tmp_path: Path) -> None:
    path = in_parts(tmp_path / NAME, -4, b"\x00\x00\x00\x01trun\x00\x00\x02\x05\xff\xff\xff\xff")
    program = (
        "import resource, sys; from pathlib import Path; from ingest.recordings.scan import scan;"
        "resource.setrlimit(resource.RLIMIT_DATA, (1536 << 20,) * 2);"
        "found = scan(Path(sys.argv[1])); print(found.packets, *[one.detail_en for one in found.segment.wounds])"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) <= 10_000_000
    assert "more than" in done.stdout or "asks for more memory" in done.stdout


@pytest.mark.parametrize("code", [errno.ENOMEM, errno.EIO])
def test_memory_that_the_system_refuses_is_told_as_a_bound_and_not_as_a_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    clip(tmp_path / "CH01_20250408080000.mp4")

    def refused(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(ByteSource, "read", refused)
    (wound,) = scan(tmp_path / "CH01_20250408080000.mp4").segment.wounds
    assert wound.damage is Damage.UNREADABLE
    assert ("已停止读取" in wound.detail_zh) is (code == errno.ENOMEM)
