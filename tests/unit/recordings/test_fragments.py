"""Fragments as ffmpeg's own muxer writes them: their times, their places, and what a jump of the stamps leaves of them."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import pytest

from facts.recorder import StreamFragment
from ingest.cameras.fragments import MOST_BYTES, FragmentReader, media_length_s, moved
from ingest.cameras.stream_boxes import BrokenStreamError
from tests.fixtures.clips import clip

FRAGMENTED = {"movflags": "empty_moov+default_base_moof+frag_keyframe+skip_trailer", "frag_duration": "500000"}


def stream(folder: Path, jump_at: int | None = None, codec: str = "libx264") -> bytes:
    """Three seconds of 25 pictures each; from picture ``jump_at`` on an hour later."""
    times = [number / 25 + (3600 if jump_at is not None and number >= jump_at else 0) for number in range(75)]
    return clip(folder / "stream.mp4", frames=75, codec=codec, times_s=times, mux=FRAGMENTED).read_bytes()


def read(data: bytes, step: int = 1000) -> tuple[FragmentReader, list[StreamFragment]]:
    reader, found = FragmentReader(), []
    for at in range(0, len(data), step):
        found += reader.feed(data[at : at + step], float(at))
    return reader, found


@pytest.mark.parametrize(("codec", "said"), [("libx264", "avc1"), ("libx265", "hev1")])
def test_times_packets_and_keyframes_are_read_whatever_pieces_the_bytes_come_in(
    tmp_path: Path, codec: str, said: str
) -> None:
    data = stream(tmp_path, codec=codec)
    for step in (1, 777, len(data)):
        reader, found = read(data, step)
        assert reader.shape
        assert (reader.shape.codec, reader.shape.width, reader.shape.height) == (said, 160, 120)
        assert sum(one.packets for one in found) == 75
        assert found[-1].end_s == pytest.approx(3.0, abs=0.001)
        assert [round(one.start_s, 2) for one in found if one.key] == [0.0, 1.0, 2.0]
        assert all(abs(one.end_s - after.start_s) < 0.001 for one, after in pairwise(found))


@pytest.mark.parametrize("jump_at", range(20, 40))
def test_wherever_the_stamps_jump_no_fragment_is_long(tmp_path: Path, jump_at: int) -> None:
    reader, found = read(stream(tmp_path, jump_at))
    assert max(one.length_s for one in found) < 0.6
    assert reader.shape
    at, placed = 0.0, reader.shape.header
    for one in found:
        placed += moved(one, at, reader.shape).box
        at += one.length_s
    path = tmp_path / "placed.mp4"
    path.write_bytes(placed)
    with av.open(str(path)) as made:
        times = [float(packet.pts * packet.time_base) for packet in made.demux(video=0) if packet.pts is not None]
    assert len(times) == 75
    assert max(times) < 3.1
    assert media_length_s(placed)[0] == pytest.approx(3.0, abs=0.1)


def test_what_kill_9_left_counts_as_far_as_it_is_whole(tmp_path: Path) -> None:
    data = stream(tmp_path)
    length_s, packets, whole = media_length_s(data[:-50])
    assert (length_s < 3.0, packets < 75, whole < len(data) - 50) == (True, True, True)
    assert media_length_s(data[:whole]) == (length_s, packets, whole)


def test_what_is_no_fragmented_video_is_refused() -> None:
    with pytest.raises(BrokenStreamError, match="expected at most"):
        FragmentReader().feed((MOST_BYTES + 1).to_bytes(4, "big") + b"mdat", 0.0)
    with pytest.raises(BrokenStreamError):
        FragmentReader().feed(b"\x00\x00\x00\x10moov" + bytes(8), 0.0)


@pytest.mark.parametrize("step", [70_000, 1 << 18, 1 << 22])
def test_fragments_larger_than_any_before_are_taken_in_whole(tmp_path: Path, step: int) -> None:
    grown = stream(tmp_path).partition(b"moof")
    head, first = grown[0][:-4], grown[0][-4:] + grown[1] + grown[2]
    reader, boxes = FragmentReader(), list(pieces(first))
    moof = boxes[0]
    large = moof + box(b"mdat", bytes(range(256)) * 8000)
    data = head + b"".join(boxes[:2]) + large + box(b"free", bytes(300_000)) + b"".join(boxes[:2]) + large
    found = [one for at in range(0, len(data), step) for one in reader.feed(data[at : at + step], 0.0)]
    assert [one.box for one in found] == [b"".join(boxes[:2]), large] * 2


def box(kind: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + kind + body


def pieces(data: bytes) -> Iterator[bytes]:
    """The boxes that lie one after another."""
    while data:
        size = int.from_bytes(data[:4], "big")
        yield data[:size]
        data = data[size:]


@pytest.mark.parametrize("cut", range(8, 120, 7))
def test_a_head_that_is_cut_off_is_no_defect_of_ours(tmp_path: Path, cut: int) -> None:
    _, found = read(stream(tmp_path))
    moof = next(pieces(found[0].box))
    with pytest.raises(BrokenStreamError):
        FragmentReader().feed(box(b"moof", moof[8:-1][:cut]) + box(b"mdat", b"x"), 0.0)


def test_sound_goes_where_its_pictures_go(tmp_path: Path) -> None:
    data = clip(tmp_path / "stream.mp4", frames=75, mux=FRAGMENTED, tone=True).read_bytes()
    reader, found = read(data)
    assert reader.shape
    path = tmp_path / "later.mp4"
    late = [moved(one, one.start_s + 100.0, reader.shape).box for one in found]
    path.write_bytes(reader.shape.header + b"".join(late))
    starts = {}
    with av.open(str(path)) as made:
        for packet in made.demux():
            if packet.pts is not None:
                starts.setdefault(packet.stream.type, float(packet.pts * packet.time_base))
    assert starts == {"video": pytest.approx(100.0, abs=0.1), "audio": pytest.approx(100.0, abs=0.1)}
