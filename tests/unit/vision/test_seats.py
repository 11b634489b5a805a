from collections.abc import Callable

import pytest

from facts.sighting import SeatKind
from facts.span import total
from tests.fixtures.drawn_room import RedFaces, ToyRoom, at_s
from vision.activity import Film
from vision.moments import moments, weigh
from vision.people import people
from vision.seats import seats
from vision.tracks import Look, follow

State = Callable[[int, int], str]


def seated(state: State, look_s: int = 50, length_s: int = 600) -> dict[int, object]:
    room = ToyRoom(people=3, length_s=length_s, state=state)
    source, film = room.source(10), Film()
    for at, frame in source.luma(source.times):
        film.add(at, frame)
    times = [at_s(second) for second in range(10, length_s, look_s)]
    looks = [Look(at, people([RedFaces().detect(frame)])) for at, frame in source.colour(times)]
    found = seats("CH02", looks, weigh(film, looks, follow(looks)))
    return {min(range(3), key=lambda n: abs(room.place(n)[0] / 480 - seat.box.x)): seat for seat in found}


def test_who_bows_for_less_than_a_minute_is_carried_by_movement() -> None:
    found = seated(lambda seat, t: "face" if seat != 1 or t % 200 < 150 else "bowed", look_s=20)
    assert found[1].kind is SeatKind.PERSON
    assert total((*found[1].seen, *found[1].bridged)).total_seconds() > 500
    assert found[1].bridged


def test_who_bows_for_minutes_is_not_carried_however_much_moves() -> None:
    found = seated(lambda seat, t: "bowed" if seat == 1 and 200 <= t < 400 else "face", look_s=20)
    there = (*found[1].seen, *found[1].bridged)
    assert not any(at_s(230) < span.end and span.start < at_s(370) for span in there)


@pytest.mark.parametrize("left", ["away", "jacket", "elbow"])
def test_nothing_that_is_left_behind_bridges_an_absence(left: str) -> None:
    found = seated(lambda seat, t: left if seat == 1 and 200 <= t < 500 else "face")
    spans = (*found[1].seen, *found[1].bridged)
    assert not any(at_s(230) < span.end and span.start < at_s(490) for span in spans if span.length_s > 1)


def test_a_jacket_left_for_half_a_minute_is_nobody() -> None:
    found = seated(lambda seat, t: "jacket" if seat == 1 and 300 <= t < 345 else "face", look_s=20)
    assert found[1].bridged == ()


def test_nobody_is_carried_who_was_never_found() -> None:
    found = seated(lambda seat, _: "bowed" if seat == 1 else "face")
    assert 1 not in found


def test_a_picture_is_never_occupied() -> None:
    found = seated(lambda seat, _: "picture" if seat == 1 else "face")
    assert found[1].kind is SeatKind.PICTURE
    assert found[1].seen == found[1].bridged == ()


def test_who_stops_by_for_half_a_minute_now_and_then_has_no_seat() -> None:
    found = seated(lambda seat, t: "face" if seat != 1 or t % 200 < 30 else "away", look_s=10)
    assert found[1].kind is SeatKind.WALKER
    assert found[1].seen == ()


def test_without_film_nobody_is_alive() -> None:
    frame = ToyRoom(people=2).picture(at_s(0))
    assert frame is not None
    looks = [Look(at_s(0), people([RedFaces().detect(frame)]))] * 4
    assert {moment.seen for moment in moments(looks, weigh(Film(), looks, follow(looks)))} == {0}
