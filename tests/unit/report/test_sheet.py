"""Contact sheets show the count to a person and no face to anybody."""

from dataclasses import replace
from datetime import timedelta

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from facts.errors import InternalError
from facts.sighting import Box, SampledFrame, Seat, SeatKind, Sighting
from report.blur import blurred
from report.contact_sheet import Shot, best_frame, contact_sheet
from tests.fixtures.sample_pictures import SIZE, heads, room, shots
from tests.fixtures.sample_report import at, hours

Picture = NDArray[np.uint8]


def decoded(data: bytes) -> Picture:
    assert data.startswith(b"\xff\xd8\xff")
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8)


def patch(picture: Picture, box: Box) -> Picture:
    height, width = picture.shape[:2]
    return picture[
        int(box.y * height) : int((box.y + box.h) * height), int(box.x * width) : int((box.x + box.w) * width)
    ]


def shot(seen: list[Box], drawn: list[Box], minute: int = 0, camera: str = "CH02") -> Shot:
    moment = at(1, 8, 30) + timedelta(minutes=minute)
    frame = SampledFrame(
        camera, moment, "a.mp4", 60.0 * minute, tuple(Sighting(camera, moment, box, 0.9) for box in seen)
    )
    return Shot(room(drawn), frame)


def detail(part: Picture) -> float:
    """How much fine structure is left: the energy of the second differences."""
    return float(cv2.Laplacian(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var())


def test_every_face_loses_its_features_and_the_rest_of_the_picture_stays() -> None:
    boxes = heads(12)
    picture = room(boxes)
    safe = blurred(picture, boxes)
    for box in boxes:
        assert detail(patch(safe, box)) < 0.02 * detail(patch(picture, box))
    assert np.array_equal(safe[:140], picture[:140])


def test_two_different_faces_averaged_to_the_same_blocks_cannot_be_told_apart() -> None:
    box = Box(0.4, 0.4, 0.2, 0.2)
    stripes, checks = np.zeros((400, 400, 3), np.uint8), np.zeros((400, 400, 3), np.uint8)
    stripes[::2] = 200
    checks[::2, ::2] = checks[1::2, 1::2] = 200
    one, other = blurred(stripes, [box]), blurred(checks, [box])
    assert np.abs(patch(one, box).astype(int) - patch(other, box).astype(int)).max() <= 2


def test_blurring_leaves_the_original_as_it_was() -> None:
    picture = room(heads(3))
    before = picture.copy()
    blurred(picture, heads(3))
    assert np.array_equal(picture, before)


@pytest.mark.parametrize(
    "box", [Box(-0.1, -0.1, 0.3, 0.3), Box(0.9, 0.9, 0.4, 0.4), Box(0.5, 0.5, 0, 0), Box(2, 2, 1, 1)]
)
def test_boxes_at_and_beyond_the_edge_do_no_harm(box: Box) -> None:
    assert blurred(room([]), [box]).shape == (*SIZE, 3)


def test_a_face_missed_in_one_frame_is_blurred_because_it_was_found_in_another() -> None:
    boxes = heads(4)
    best_seen, missed = shot(boxes, boxes), shot(boxes[:3], boxes, 5)
    plain = decoded(contact_sheet([best_seen, missed], 4, show_faces=True))
    safe = decoded(contact_sheet([best_seen, missed], 4))
    height, width = safe.shape[0], (safe.shape[1] - 12) // 3
    tile = slice(0, height), slice(width + 6, 2 * width + 6)
    assert detail(patch(safe[tile], boxes[3])) < 0.25 * detail(patch(plain[tile], boxes[3]))


def test_a_seat_is_blurred_in_the_frames_of_its_own_camera_only() -> None:
    boxes = heads(2)
    seat = Seat("s", "CH02", boxes[1], SeatKind.PERSON)
    for camera, hidden in (("CH02", True), ("CH09", False)):
        plain = decoded(best_frame([shot(boxes[:1], boxes, camera=camera)], 2, show_faces=True))
        safe = decoded(best_frame([shot(boxes[:1], boxes, camera=camera)], 2, seats=[seat]))
        assert (detail(patch(safe, boxes[1])) < 0.25 * detail(patch(plain, boxes[1]))) == hidden


def test_faces_are_shown_only_when_asked() -> None:
    boxes = heads(2)
    plain = decoded(best_frame([shot(boxes, boxes)], 2, show_faces=True))
    safe = decoded(best_frame([shot(boxes, boxes)], 2))
    inner = Box(boxes[0].x + 0.007, boxes[0].y + 0.014, 0.021, 0.05)
    assert detail(patch(plain, inner)) > 4 * detail(patch(safe, inner))


def test_a_sheet_holds_at_most_twelve_frames_in_rows_of_three_and_stays_light() -> None:
    many = contact_sheet(shots(hours()[0], 14), 28)
    few = contact_sheet(shots(hours()[0], 4), 28)
    assert decoded(many).shape[1] == decoded(few).shape[1] == 1116
    tile = 9 / 16 * 368
    assert decoded(many).shape[0] == pytest.approx(4 * tile + 18, abs=4)
    assert decoded(few).shape[0] == pytest.approx(2 * tile + 6, abs=4)
    assert len(many) < 180_000


def test_the_best_frame_is_the_one_with_most_heads() -> None:
    boxes = heads(6)
    frames = [shot(boxes[:2], boxes, 0), shot(boxes, boxes, 1), shot(boxes[:4], boxes, 2)]
    assert best_frame(frames, 6) == best_frame([frames[1]], 6, seats=[])
    assert len(best_frame(frames, 6)) < 120_000


def test_the_same_frames_give_the_same_bytes() -> None:
    taken = shots(hours()[0], 3)
    assert contact_sheet(taken, 28) == contact_sheet(taken[::-1], 28)


def test_no_frames_give_an_empty_sheet_but_no_best_frame() -> None:
    assert decoded(contact_sheet([], None)).min() > 250
    with pytest.raises(InternalError, match="got no frames, expected at least one"):
        best_frame([], 28)


def test_portrait_and_tiny_pictures_are_drawn_too() -> None:
    for size in ((640, 360), (2, 2)):
        moment = at(1, 8, 30)
        frame = SampledFrame("摄像机", moment, "a", 0.0, (Sighting("摄像机", moment, Box(0.1, 0.1, 0.2, 0.2), 1.0),))
        assert decoded(contact_sheet([Shot(np.zeros((*size, 3), np.uint8), frame)], None)).size


def test_a_head_that_does_not_count_is_blurred_all_the_same_and_not_numbered() -> None:
    boxes = heads(3)
    one = shot(boxes, boxes)
    none_counted = decoded(best_frame([replace(one, counted=())], 3))
    shown = decoded(best_frame([replace(one, counted=())], 3, show_faces=True))
    numbered = decoded(best_frame([one], 3))
    for box in boxes:
        assert detail(patch(none_counted, box)) < 0.2 * detail(patch(shown, box))
        assert detail(patch(none_counted, box)) < detail(patch(numbered, box))
