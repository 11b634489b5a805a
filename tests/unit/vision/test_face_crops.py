"""Which faces of a seat are cut out: the large and sharp ones, each seat's own, and none below forty pixels."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from facts.sighting import Box, SampledFrame, Seat, SeatKind, SenseKind, Sighting, View
from facts.span import Span
from vision.face_crops import MOST_CROPS, MOST_FRAMES, best, cut, face_crops, seat_faces
from vision.ports import Picture

START = datetime(2025, 4, 7, 0, 30, tzinfo=UTC)
LEFT, RIGHT = Box(0.1, 0.2, 0.1, 0.2), Box(0.7, 0.2, 0.1, 0.2)


class Still:
    """One picture for every moment; remembers what was asked for."""

    def __init__(self, picture: Picture) -> None:
        self.picture, self.asked = picture, 0

    def keyframe_times(self) -> Sequence[datetime]:
        return []

    def luma(self, times: Sequence[datetime]) -> Iterator[tuple[datetime, Picture]]:
        for at in times:
            yield at, self.picture[..., 0]

    def colour(self, times: Sequence[datetime]) -> Iterator[tuple[datetime, Picture]]:
        for at in times:
            self.asked += 1
            yield at, self.picture


def noisy(height: int, width: int) -> Picture:
    return np.random.default_rng(5).integers(0, 255, (height, width, 3)).astype(np.uint8)


def view(boxes: Sequence[Box], frames: int = 1, sense: SenseKind = SenseKind.FACE) -> View:
    moments = [START + timedelta(seconds=20 * number) for number in range(frames)]
    sampled = tuple(
        SampledFrame("CH01", at, "", 0.0, tuple(Sighting("CH01", at, box, 0.9, (sense,)) for box in boxes))
        for at in moments
    )
    seats = (Seat("S01", "CH01", LEFT, SeatKind.PERSON), Seat("S02", "CH01", RIGHT, SeatKind.PERSON))
    poster = Seat("S03", "CH01", Box(0.4, 0.2, 0.1, 0.2), SeatKind.PICTURE)
    return View("CH01", Span(START, START + timedelta(minutes=10)), (*seats, poster), sampled)


def test_each_face_goes_to_its_own_seat_and_a_picture_on_the_wall_to_none() -> None:
    shaken = Box(0.11, 0.21, 0.1, 0.2)
    poster, between = Box(0.4, 0.2, 0.1, 0.2), Box(0.25, 0.2, 0.1, 0.2)
    (faces,) = seat_faces(view([shaken, RIGHT, poster, between])).values()
    assert faces == [("S01", shaken), ("S02", RIGHT)]


def test_heads_without_a_face_are_not_looked_at() -> None:
    source = Still(noisy(600, 900))
    assert face_crops(source, view([LEFT], sense=SenseKind.HEAD)) == {"S01": (), "S02": ()}
    assert source.asked == 0


@pytest.mark.parametrize(("height", "found"), [(270, 0), (276, 0), (280, 1), (600, 1)])
def test_a_face_below_forty_pixels_is_not_cut_out(height: int, found: int) -> None:
    assert len(face_crops(Still(noisy(height, 900)), view([LEFT]))["S01"]) == found


def test_a_long_stretch_costs_a_dozen_frames_and_each_seat_a_few_crops() -> None:
    source = Still(noisy(600, 900))
    found = face_crops(source, view([LEFT, RIGHT], frames=100))
    assert source.asked <= MOST_FRAMES
    assert {seat: len(crops) for seat, crops in found.items()} == {"S01": MOST_CROPS, "S02": MOST_CROPS}


def test_the_sharp_one_of_two_is_taken_first_and_the_larger_of_two_sharp_ones() -> None:
    frame = noisy(600, 900)
    sharp, blurred = cut(frame, LEFT), cut(np.asarray(cv2.GaussianBlur(frame, (0, 0), 6), np.uint8), LEFT)
    larger = cut(frame, Box(0.1, 0.2, 0.15, 0.3))
    assert sharp
    assert blurred
    assert larger
    assert best([blurred, sharp])[0] is sharp
    assert best([sharp, larger])[0] is larger
    assert best([]) == ()


def test_a_head_at_the_edge_is_cut_where_the_picture_ends() -> None:
    crop = cut(noisy(600, 900), Box(-0.02, -0.05, 0.1, 0.2))
    assert crop
    picture = cv2.imdecode(np.frombuffer(crop.png, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[0] < 600 * 0.2 * 1.7
