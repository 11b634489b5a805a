"""Another encoder within an hour is something to look at; one camera that goes on as it began is not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.encoder_doubts import encoder_doubts
from facts.encoding import Encoding
from facts.footage import Segment
from facts.verdict import Doubt
from tests.fixtures.hour_facts import HOUR, segment, span

CAMERA = Encoding(0.0, "a1b2", 50, 2.0)


def file(start: float, end: float, *found: Encoding, path: str = "a.mp4", codec: str = "h264") -> Segment:
    plain = segment(span(start, end))
    return replace(plain, path=path, codec=codec, width=1280, height=720, encodings=found)


def raised(*files: Segment) -> list[Doubt]:
    found = encoder_doubts(HOUR, files, "YQ-V1")
    for doubt in found:
        assert (doubt.kind, doubt.rule, doubt.hours) == ("ENCODER_CHANGED", "YQ-V1", (HOUR.id,))
        assert doubt.innocent
        assert doubt.evidence
    return found


def test_one_camera_that_goes_on_is_no_doubt() -> None:
    assert raised(file(0, 20, CAMERA), file(20, 45, CAMERA, path="b.mp4")) == []


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (replace(CAMERA, parameters="c3d4"), "参数集不同"),
        (replace(CAMERA, group=25, group_s=1.0), "关键帧间隔 50/2 s → 25/1 s"),
        (replace(CAMERA, writer="x264 164"), "软件编码 无 → x264 164"),
    ],
)
def test_the_next_file_by_another_encoder_is_told_with_what_differs(other: Encoding, said: str) -> None:
    (doubt,) = raised(file(0, 20, CAMERA), file(20, 45, other, path="b.mp4"))
    assert said in doubt.text.zh
    assert doubt.evidence[0].path == "b.mp4"


def test_another_codec_is_told() -> None:
    (doubt,) = raised(file(0, 20, CAMERA), file(20, 45, CAMERA, path="b.mp4", codec="hevc"))
    assert "h264 → hevc" in doubt.text.en


def test_a_change_within_a_file_is_told_with_its_second() -> None:
    (doubt,) = raised(file(0, 45, CAMERA, replace(CAMERA, from_s=600.0)))
    assert "编码器重新开始" in doubt.text.zh
    assert doubt.evidence[0].at_s == 600.0


def test_a_change_outside_the_hour_is_of_no_matter_to_it() -> None:
    later = replace(CAMERA, parameters="c3d4")
    assert raised(file(0, 45, CAMERA), file(46, 90, later, path="b.mp4")) == []
    assert raised(file(-60, 45, CAMERA, replace(later, from_s=600.0))) == []


def test_files_hours_apart_are_no_neighbours() -> None:
    morning = file(-300, -100, replace(CAMERA, parameters="c3d4"))
    assert raised(morning, file(0, 45, CAMERA, path="b.mp4")) == []
    assert HOUR.span.length < timedelta(hours=1)


def test_a_stream_whose_encoder_named_itself_once_goes_on_over_its_files() -> None:
    named = replace(CAMERA, writer="x264 164")
    files = (file(0, 15, named), file(15, 30, CAMERA, path="b.mp4"), file(30, 45, named, path="c.mp4"))
    assert raised(*files) == []


def test_what_is_not_known_of_a_file_is_no_difference() -> None:
    assert raised(file(0, 20, CAMERA), file(20, 45, Encoding(0.0), path="b.mp4")) == []
    assert raised(file(0, 20, CAMERA), file(20, 45, path="b.mp4")) == []
