"""Which recordings may speak for a class hour: a camera of which nobody said where it hangs proves no room of several."""

from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.continuity import judge_continuity
from attendance.demands import ContinuityDemand
from facts.course import ClassHour
from facts.footage import Camera
from facts.span import Span
from facts.verdict import Status
from pipeline.verification.camera_rooms import CameraRooms, taught, with_found
from tests.fixtures.hour_facts import HOUR, TEN_MINUTES, V1, segment, span

WHOLE = segment(span(0, 45), camera="CH02")
NAMELESS = segment(span(0, 45), path="export1.mp4", camera="")
NEXT_DOOR = ClassHour("h2", span(0, 45), room="302室")
TOMORROW = replace(NEXT_DOOR, span=Span(*(moment + timedelta(days=1) for moment in (HOUR.span.start, HOUR.span.end))))
SAME_ROOM = replace(NEXT_DOOR, room="２０１")


def judged(hours: list[ClassHour], cameras: tuple[Camera, ...], *files: object) -> tuple[Status, str, str]:
    segments = tuple(files) or (WHOLE,)
    rooms = CameraRooms(with_found(cameras, segments), segments, taught(hours))  # type: ignore[arg-type]
    found = judge_continuity(HOUR, ContinuityDemand(V1, TEN_MINUTES), rooms.footage_of(HOUR))
    return found.status, found.reason, found.remedy.zh if found.remedy else ""


@pytest.mark.parametrize("others", [[], [TOMORROW], [SAME_ROOM]], ids=["alone", "another day", "the same room"])
def test_in_a_day_of_one_room_a_camera_is_taken_to_look_into_it(others: list[ClassHour]) -> None:
    assert judged([HOUR, *others], ())[0] is Status.PASS


def test_in_a_day_of_several_rooms_a_camera_that_nobody_placed_proves_none_and_the_remedy_names_it() -> None:
    status, reason, remedy = judged([HOUR, NEXT_DOOR], ())
    assert (status, reason) == (Status.UNPROVEN, "ROOM_UNKNOWN")
    assert "班期设置" in remedy
    assert "CH02" in remedy
    assert "201教室" in remedy


def test_once_its_room_is_stated_it_is_judged() -> None:
    assert judged([HOUR, NEXT_DOOR], (Camera("CH02", "201教室"),))[0] is Status.PASS
    assert judged([HOUR, NEXT_DOOR], (Camera("CH02", "302教室"),))[1] == "NO_RECORDING"


def test_a_file_that_names_no_camera_is_nobody_s_there_either() -> None:
    assert judged([HOUR], (), NAMELESS)[0] is Status.PASS
    status, reason, remedy = judged([HOUR, NEXT_DOOR], (), NAMELESS)
    assert (status, reason) == (Status.UNPROVEN, "ROOM_UNKNOWN")
    assert "export1.mp4" in remedy


def test_the_room_s_own_camera_decides_and_a_short_one_is_no_failure_while_another_is_unplaced() -> None:
    own, short = Camera("CH01", "201教室"), segment(span(0, 9), path="b.mp4", camera="CH01")
    assert judged([HOUR, NEXT_DOOR], (own,), segment(span(0, 45), path="b.mp4", camera="CH01"), WHOLE)[0] is Status.PASS
    assert judged([HOUR, NEXT_DOOR], (own,), short)[0] is Status.FAIL
    assert judged([HOUR, NEXT_DOOR], (own,), short, WHOLE)[:2] == (Status.UNPROVEN, "ROOM_UNKNOWN")
