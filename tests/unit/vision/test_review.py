"""Heads that a person marked: borne between her frames while each is alive, and by nothing else."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from facts.headcount import counted, people_at
from facts.review import ReviewFrame
from facts.sighting import Box, View
from facts.span import Span
from tests.fixtures.drawn_room import FACE_H, FACE_W, START, State, ToyRoom, at_s, second_of
from vision.review import review_film, reviewed_view

PEOPLE = 6
WINDOW = Span.of(START + timedelta(seconds=30), 600)
BOWED = frozenset({1, 4})


def bowed(seat: int, _second: int) -> str:
    return "bowed" if seat in BOWED else "face"


def head_of(room: ToyRoom, seat: int) -> Box:
    x, y = room.place(seat)
    return Box(x / 480, y / 270, FACE_W / 480, FACE_H / 270)


def reviewed(
    state: State = bowed,
    marks: Callable[[int, int], bool] = lambda _seat, _second: True,
    at: tuple[int, ...] = (60, 330, 600),
    room: ToyRoom | None = None,
) -> View:
    """The window with what ``marks(seat, second)`` says is there, marked at these seconds."""
    room = room or ToyRoom(PEOPLE, state=state)
    seen = room.observe(PEOPLE)
    frames = []
    for second in at:
        heads = tuple(head_of(room, seat) for seat in range(PEOPLE) if marks(seat, second))
        frames.append(ReviewFrame(at_s(second), "a.mp4", float(second), heads))
    film = review_film(room.source(), WINDOW, [frame.at for frame in seen.view.frames] + [one.at for one in frames])
    return reviewed_view(seen.view, frames, WINDOW, film)


def full(view: View) -> float:
    curve = counted(view.moments, view.span)
    return sum(count == PEOPLE for count in curve.counts) / len(curve.counts)


def test_the_machine_alone_sees_only_faces() -> None:
    seen = ToyRoom(PEOPLE, state=bowed).observe(PEOPLE)
    assert max(seen.headcount.counts) == PEOPLE - len(BOWED)


def test_two_bowed_heads_marked_on_three_frames_fill_the_window() -> None:
    view = reviewed()
    assert full(view) == 1.0
    assert {moment.held for moment in view.moments if moment.at not in {at_s(60), at_s(330), at_s(600)}} == {2}
    marked = [moment for moment in view.moments if moment.at == at_s(330)]
    assert [(moment.seen, moment.held) for moment in marked] == [(PEOPLE, 0)]


def test_a_mark_on_a_coat_bears_nobody() -> None:
    view = reviewed(lambda seat, _: "jacket" if seat == 1 else "face")
    assert full(view) == 0.0


def test_a_mark_on_a_picture_on_the_wall_bears_nobody() -> None:
    view = reviewed(lambda seat, _: "picture" if seat == 1 else "face")
    assert full(view) == 0.0


def test_somebody_unmarked_who_moves_beside_an_empty_chair_brings_no_life_to_it() -> None:
    room = ToyRoom(PEOPLE, state=lambda seat, _: "jacket" if seat == 1 else "face")
    x, y = room.place(1)
    room.walker = lambda _second: (x + 14, y + 10)
    assert full(reviewed(room=room)) == 0.0


def test_somebody_unmarked_beside_a_bowed_head_takes_nobody_away() -> None:
    room = ToyRoom(PEOPLE, state=bowed)
    x, y = room.place(1)
    room.walker = lambda _second: (x + 19, y + 2)
    assert full(reviewed(room=room)) == 1.0


def test_who_leaves_between_two_frames_is_missed_there() -> None:
    def away(seat: int, second: int) -> str:
        return "away" if seat == 1 and 80 < second < 310 else bowed(seat, second)

    view = reviewed(away)
    short = [moment.at for moment in view.moments if people_at(moment) < PEOPLE]
    assert all(80 < second_of(at) < 330 for at in short)
    assert full(view) < 0.8


def test_who_is_away_on_the_middle_frame_is_missed_on_both_sides_of_it() -> None:
    def away(seat: int, second: int) -> str:
        return "away" if seat == 1 and 130 < second < 500 else bowed(seat, second)

    view = reviewed(away, lambda seat, second: not (seat == 1 and second == 330))
    assert full(view) < 0.5


def test_nobody_counts_whom_the_reviewer_did_not_mark() -> None:
    """A visitor whom the networks see all the time stands in for nobody."""
    view = reviewed(lambda _seat, _second: "face", lambda seat, _second: seat != 3)
    assert {people_at(moment) for moment in view.moments} == {PEOPLE - 1}


@pytest.mark.parametrize("at", [(60,), (60, 90, 120)])
def test_marks_at_one_end_of_the_window_do_not_reach_the_other(at: tuple[int, ...]) -> None:
    view = reviewed(at=at)
    assert full(view) < 0.4
    late = [moment for moment in view.moments if moment.at > at_s(at[-1] + 76)]
    assert late
    assert {people_at(moment) for moment in late} == {0}


def test_whom_the_networks_find_nearly_always_is_not_there_where_they_do_not() -> None:
    """Something moves at the empty place for a while: that is no reason to count on."""

    def elbow(seat: int, second: int) -> str:
        return "elbow" if seat == 2 and 380 <= second < 470 else "face"

    view = reviewed(elbow)
    gone = [second_of(moment.at) for moment in view.moments if people_at(moment) < PEOPLE]
    assert gone
    assert all(380 <= second < 470 for second in gone)


def test_a_stranger_at_the_place_may_be_the_one_who_is_missing() -> None:
    """A stranger comes to stand by the empty, stirring place; at one look both are seen, so they are two."""

    def moves(seat: int, second: int) -> str:
        if seat != 1:
            return "face"
        return "elbow" if 390 <= second < 470 else ("face" if 350 <= second < 390 else "bowed")

    room = ToyRoom(PEOPLE, state=moves)
    x, y = room.place(1)
    room.walker = lambda second: (x + 19, y + 2) if 350 <= second < 470 else None
    view = reviewed(room=room)
    there = [people_at(moment) for moment in view.moments if 390 <= second_of(moment.at) < 470]
    assert there
    assert max(there) < PEOPLE
