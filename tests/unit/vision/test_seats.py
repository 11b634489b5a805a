from collections.abc import Callable

import pytest

from facts.sighting import SeatKind
from facts.span import total
from tests.fixtures.drawn_room import RedFaces, ToyRoom, at_s
from vision.activity import Film
from vision.clusters import Look
from vision.seats import seats

State = Callable[[int, int], str]


def seated(state: State, look_s: int = 50, length_s: int = 600) -> dict[int, object]:
    room = ToyRoom(people=3, length_s=length_s, state=state)
    source, film = room.source(10), Film()
    for at, frame in source.luma(source.times):
        film.add(at, frame)
    times = [at_s(second) for second in range(10, length_s, look_s)]
    looks = [Look(at, RedFaces().detect(frame)) for at, frame in source.colour(times)]
    found = seats("CH02", film, looks)
    return {min(range(3), key=lambda n: abs(room.place(n)[0] / 480 - seat.box.x)): seat for seat in found}


def test_a_face_now_and_then_over_a_living_body_is_one_person_all_the_time() -> None:
    found = seated(lambda seat, t: "face" if seat != 1 or t % 200 < 60 else "bowed")
    assert found[1].kind is SeatKind.PERSON
    stays = total((*found[1].seen, *found[1].bridged)).total_seconds()
    assert stays > 480


@pytest.mark.parametrize("left", ["away", "jacket", "elbow"])
def test_nothing_that_is_left_behind_bridges_an_absence(left: str) -> None:
    found = seated(lambda seat, t: left if seat == 1 and 200 <= t < 500 else "face")
    spans = (*found[1].seen, *found[1].bridged)
    assert not any(at_s(230) < span.end and span.start < at_s(490) for span in spans if span.length_s > 1)


def test_a_bridge_needs_a_face_at_one_end() -> None:
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
    look = Look(at_s(0), RedFaces().detect(ToyRoom(people=2).picture(at_s(0))))
    assert seats("CH02", Film(), [look] * 4) == ()
