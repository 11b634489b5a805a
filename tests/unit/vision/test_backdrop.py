"""Where the edges of a room lie: the same on another day, elsewhere when the camera was moved, and no picture of anybody."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta

import cv2
import numpy as np
import pytest

from attendance.camera_moves import camera_moves, move_between
from demo.events import Leave
from demo.film import CameraFeed
from demo.scenario import Lens, Scenario
from facts.course import ClassHour
from facts.sighting import View
from facts.span import SHANGHAI, Span
from facts.verdict import Doubt
from vision.backdrop import backdrop
from vision.ports import Picture

MONDAY = datetime(2025, 4, 7, 8, 30, tzinfo=SHANGHAI)
WIDTH, HEIGHT = 640, 360


def day(
    number: int, *, absent: int = 0, light: float = 1.0, by: tuple[float, float] = (0, 0)
) -> Mapping[datetime, Picture]:
    """Twelve pictures of a drawn class on that day, from a camera that was moved by these shares of the picture."""
    start = MONDAY + timedelta(days=number)
    gone = (Leave(0, 720, seats=tuple(range(absent))),) if absent else ()
    story = Scenario("day", "一天", start=start, events=gone, lenses=(Lens(size=(WIDTH, HEIGHT)),))
    feed, frames = CameraFeed(story, story.lenses[0]), {}
    shift = np.array([[1, 0, -by[0] * WIDTH], [0, 1, -by[1] * HEIGHT]], np.float32)
    for second in range(0, 720, 60):
        picture = feed.picture_at(float(second))[:HEIGHT]
        moved = cv2.warpAffine(picture, shift, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
        frames[start + timedelta(seconds=second)] = np.clip(moved * light, 0, 255).astype(np.uint8)
    return frames


@pytest.fixture(scope="module")
def monday() -> str:
    return backdrop(day(0))


@pytest.mark.parametrize("other", [{}, {"absent": 12}, {"light": 0.6}, {"absent": 12, "light": 0.7}], ids=str)
def test_other_people_and_other_light_are_no_move(monday: str, other: dict[str, float]) -> None:
    assert move_between(monday, backdrop(day(1, **other))) is None


@pytest.mark.parametrize("by", [(0.03, 0), (-0.05, 0), (0, 0.04), (0.06, 0.04)])
def test_a_camera_that_was_moved_is_seen_with_way_and_size(monday: str, by: tuple[float, float]) -> None:
    move = move_between(monday, backdrop(day(1, by=by, absent=4)))
    assert move is not None
    assert abs(move.across + by[0]) < 0.02
    assert abs(move.down + by[1]) < 0.03


def test_a_record_is_a_few_hundred_bytes_in_which_a_cell_is_larger_than_an_eye(monday: str) -> None:
    """48 × 27 strengths of four bits; a head in the front row of this room is two cells wide."""
    raw = base64.b64decode(monday)
    assert len(raw) == 48 * 27 // 2
    story = Scenario("day", "一天", start=MONDAY, lenses=(Lens(size=(WIDTH, HEIGHT)),))
    assert max(place.head_px for place in story.layout.places) * HEIGHT / 720 <= 3 * WIDTH / 48


def test_too_few_pictures_leave_no_record() -> None:
    assert backdrop(dict(list(day(0).items())[:4])) == ""


def raised(*records: str, room: str = "201") -> list[Doubt]:
    hours, views = [], []
    for number, record in enumerate(records):
        span = Span.of(MONDAY + timedelta(days=number), 2700)
        hours.append(ClassHour(f"h{number}", span, room="201" if number == 0 else room, label="第1学时"))
        views.append(View("CH02", span, backdrop=record))
    return camera_moves(hours, views, (), "YQ-V2")


def test_the_doubt_names_both_hours_and_is_raised_once(monday: str) -> None:
    moved = backdrop(day(1, by=(0.05, 0)))
    (doubt,) = raised(monday, moved, moved)
    assert (doubt.kind, doubt.hours) == ("CAMERA_MOVED", ("h1", "h0"))
    assert "4% × 0%" in doubt.text.zh
    assert doubt.innocent


def test_another_room_and_a_view_without_a_record_are_nothing(monday: str) -> None:
    moved = backdrop(day(1, by=(0.05, 0)))
    assert raised(monday, moved, room="301") == []
    assert raised(monday, "") == []
    assert raised("no base64!", moved) == []
