"""Heads that are flat are told where they would fill a gap: prints, screens and cardboard, not portraits on the wall."""

from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.flat_doubts import flat_doubts
from facts.sighting import Box, LookCount, SampledFrame, Seat, SeatKind, Sighting, View
from facts.surface import Surface
from tests.fixtures.hour_facts import HOUR

LOOKS = 12
TIMES = [HOUR.span.start + timedelta(seconds=50 * number) for number in range(LOOKS)]


def place(number: int, kind: SeatKind, y: float = 0.5, sightings: int = LOOKS) -> Seat:
    return Seat(f"S{number:02}", "CH02", Box(0.08 * number, y, 0.05, 0.08), kind, sightings=sightings)


def view(living: int, flat: tuple[Seat, ...], surface: Surface | None = None) -> View:
    seats = (*(place(number, SeatKind.PERSON) for number in range(living)), *flat)
    heads = tuple(Sighting("CH02", TIMES[0], seat.box, 0.9) for seat in seats)
    frames = tuple(SampledFrame("CH02", at, "a.mp4", 50.0 * number, heads) for number, at in enumerate(TIMES))
    return View("CH02", HOUR.span, seats, frames, moments=tuple(LookCount(at, living) for at in TIMES), surface=surface)


def kinds(seen: View, expected: int = 6) -> list[str]:
    return [one.kind for one in flat_doubts(HOUR, [seen], expected, "YQ-V2")]


CUT_OUT = place(8, SeatKind.PICTURE)


def test_cardboard_in_a_seat_is_a_doubt_that_names_it() -> None:
    (doubt,) = flat_doubts(HOUR, [view(5, (CUT_OUT,))], 6, "YQ-V2")
    assert doubt.kind == "FLAT_PICTURE"
    assert "S08" in doubt.text.zh
    assert "1 head among the seats never moves by itself" in doubt.text.en
    assert len(doubt.evidence) == 3
    assert doubt.innocent


@pytest.mark.parametrize(
    "seen",
    [
        view(6, (CUT_OUT,)),
        view(5, (place(8, SeatKind.PICTURE, y=0.1),)),
        view(5, (place(8, SeatKind.PICTURE, sightings=4),)),
        view(5, ()),
        replace(view(5, (CUT_OUT,)), moving_camera=True),
    ],
    ids=["nobody is missing", "above all people", "seldom found", "no flat head", "the camera moves"],
)
def test_what_fills_no_gap_is_none(seen: View) -> None:
    assert kinds(seen) == []


FLAT = tuple(place(number, SeatKind.PICTURE) for number in range(6))


@pytest.mark.parametrize(
    ("whole", "kind", "words"),
    [
        (Surface(8.0, 0.0), "FILMED_SCREEN", "stripes of 8 grey levels"),
        (Surface(1.0, 0.9), "FLAT_PICTURE", "moves at once in 90%"),
        (Surface(1.0, 0.0), "FLAT_PICTURE", "a print or a still"),
        (None, "FLAT_PICTURE", "a print or a still"),
    ],
)
def test_where_nobody_lives_the_whole_picture_says_what_it_looks_like(
    whole: Surface | None, kind: str, words: str
) -> None:
    (doubt,) = flat_doubts(HOUR, [view(0, FLAT, whole)], 6, "YQ-V2")
    assert doubt.kind == kind
    assert words in doubt.text.en


def test_two_portraits_in_an_empty_room_are_no_print_of_a_class() -> None:
    assert kinds(view(0, FLAT[:2])) == []
