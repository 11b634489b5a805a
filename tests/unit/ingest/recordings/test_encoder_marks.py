"""What an encoder leaves of itself in a file: found in real files, spliced as a forger would, without decoding."""

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from facts.encoding import Encoding
from ingest.recordings.byte_source import ByteSource
from ingest.recordings.encoder_marks import encodings
from ingest.recordings.footage import Keyframes
from ingest.recordings.scan import scan
from tests.fixtures.clips import clip


def of(path: Path) -> tuple[Encoding, ...]:
    return scan(path).segment.encodings


def spliced(target: Path, *parts: Path) -> Path:
    """The packets of these files one after another, as a copying concatenation leaves them."""
    with av.open(str(target), "w") as out:
        stream, offset = None, 0
        for number, part in enumerate(parts):
            with av.open(str(part)) as source:
                own = source.streams.video[0]
                stream = stream or out.add_stream_from_template(own)
                last = 0
                for packet in source.demux(own):
                    if packet.dts is None:
                        continue
                    last = max(last, packet.pts + (packet.duration or 3600))
                    whole = with_parameters(packet, own.codec_context.extradata or b"") if number else packet
                    whole.pts, whole.dts = packet.pts + offset, packet.dts + offset
                    whole.stream = stream
                    out.mux(whole)
                offset += last
    return target


def with_parameters(packet: av.Packet, configuration: bytes) -> av.Packet:
    """A keyframe with its own parameter sets before it, without which no player shows it."""
    if not packet.is_keyframe:
        return packet
    size = int.from_bytes(configuration[6:8], "big")
    parameters = configuration[8 : 8 + size]
    whole = av.Packet(len(parameters).to_bytes(4, "big") + parameters + bytes(packet))
    whole.pts, whole.dts, whole.time_base, whole.duration = packet.pts, packet.dts, packet.time_base, packet.duration
    whole.is_keyframe = True
    return whole


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".flv", ".ts"])
def test_a_recording_of_one_camera_is_one_encoding(tmp_path: Path, suffix: str) -> None:
    (found,) = of(clip(tmp_path / f"one{suffix}", frames=250, gop=25))
    assert (found.from_s, found.group, found.group_s) == (0.0, 25, 1.0)


def test_the_parameter_set_is_the_same_whatever_container_holds_it(tmp_path: Path) -> None:
    found = {of(clip(tmp_path / f"one{suffix}"))[0].parameters for suffix in (".mp4", ".mkv", ".flv")}
    assert len(found) == 1
    assert found != {""}


def test_other_settings_are_another_parameter_set(tmp_path: Path) -> None:
    plain, reordered = of(clip(tmp_path / "one.mp4"))[0], of(clip(tmp_path / "two.mp4", bframes=2))[0]
    assert plain.parameters != reordered.parameters


def test_h265_has_a_parameter_set_too(tmp_path: Path) -> None:
    (found,) = of(clip(tmp_path / "one.mp4", codec="libx265"))
    assert found.parameters


def test_a_splice_of_two_encoders_is_found_where_it_is(tmp_path: Path) -> None:
    one = clip(tmp_path / "one.mp4", frames=250, gop=25)
    two = clip(tmp_path / "two.mp4", frames=250, gop=25, size=(192, 120))
    first, second = of(spliced(tmp_path / "both.mp4", one, two))
    assert first.parameters != second.parameters
    assert abs(second.from_s - 10.0) < 0.2


def test_a_splice_of_two_takes_of_one_software_encoder_is_found(tmp_path: Path) -> None:
    """A software encoder says its name where it begins, and it begins once."""
    one, two = (clip(tmp_path / name, frames=250, gop=25) for name in ("one.mp4", "two.mp4"))
    found = of(spliced(tmp_path / "both.mp4", one, two))
    assert [round(each.from_s) for each in found] == [0, 10]
    assert found[0].writer == found[1].writer
    assert found[0].writer.startswith("x264")


def test_another_pattern_of_keyframes_is_found(tmp_path: Path) -> None:
    one = clip(tmp_path / "one.mkv", frames=250, gop=25)
    two = clip(tmp_path / "two.mkv", frames=250, gop=10)
    found = of(spliced(tmp_path / "both.mkv", one, two))
    assert (found[0].group, found[-1].group) == (25, 10)


def groups(frames: Sequence[int], path: Path, fps: int = 25) -> tuple[Encoding, ...]:
    """Keyframes that lead so many frames each, of a file whose bytes tell nothing."""
    at_us = np.cumsum([0, *(round(count * 1_000_000 / fps) for count in frames)])
    many = np.array([*frames, 1]) - 1
    path.write_bytes(b"nothing")
    with ByteSource(path) as source:
        return encodings(Keyframes(at_us, delta_frames=many), "h264", b"", source)


def test_keyframes_that_somebody_asked_for_are_no_change(tmp_path: Path) -> None:
    """A viewer who connects makes a camera send a keyframe at once; the pattern goes on after it."""
    (found,) = groups([50] * 20 + [13] + [50] * 20 + [7] + [50] * 20, tmp_path / "a")
    assert (found.group, found.group_s) == (50, 2.0)


def test_a_camera_that_follows_the_picture_has_no_pattern(tmp_path: Path) -> None:
    many = np.random.default_rng(1).integers(25, 250, 60)
    (found,) = groups([int(each) for each in many], tmp_path / "a")
    assert (found.group, found.group_s) == (0, 0.0)


def test_a_pattern_that_gives_way_to_another_is_a_change(tmp_path: Path) -> None:
    one, two = groups([50] * 20 + [25] * 30, tmp_path / "a")
    assert (one.group, two.group, two.from_s) == (50, 25, 40.0)
