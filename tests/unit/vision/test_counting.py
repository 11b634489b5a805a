"""Who counts at a look, where everybody who was ever found moves all the time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from facts.sighting import Box, LookCount, SenseKind
from vision.activity import Film
from vision.life import Reading
from vision.moments import moments, weigh
from vision.people import Human
from vision.tracks import Look, follow

START = datetime(2025, 4, 7, tzinfo=UTC)
WIDE, HIGH = 0.05, 0.09
STEP = timedelta(seconds=50)


class EverMoving(Film):
    """A film in which every place lives at every step."""

    def activity(self, heads: Sequence[Sequence[tuple[datetime, Box]]], lasting: Sequence[bool]) -> Reading:
        del lasting
        return np.ones((len(heads), len(self.times)))


def seen(*rows: Sequence[tuple[float, float]], walking: bool = False) -> tuple[LookCount, ...]:
    """The counts of looks fifty seconds apart; each row has heads by their place in head sizes and their size."""
    looks = [Look(START + index * STEP, tuple(human(x, size) for x, size in row)) for index, row in enumerate(rows)]
    film = EverMoving([START + timedelta(seconds=10) * step for step in range(5 * len(rows) + 1)])
    return moments(looks, weigh(film, looks, follow(looks), walking=walking))


def human(x: float, size: float) -> Human:
    box = Box(0.05 + (x - size / 2) * WIDE, 0.45 - size * HIGH / 2, WIDE * size, HIGH * size)
    return Human(box, 0.8, frozenset({SenseKind.HEAD}))


def of(*places: float) -> list[tuple[float, float]]:
    return [(place, 1.0) for place in places]


def test_who_is_missed_once_is_carried() -> None:
    rows = [of(0, 4)] * 5 + [of(0)] + [of(0, 4)] * 6
    assert [(one.seen, one.carried) for one in seen(*rows)][4:7] == [(2, 0), (1, 1), (2, 0)]


def test_who_was_found_beside_the_place_just_then_may_be_the_one_and_is_not_counted_twice() -> None:
    rows = [of(0, 4)] * 5 + [of(0, 5.2)] + [of(0, 4)] * 6
    (there,) = seen(*rows)[5:6]
    assert there.carried == 0


def test_who_only_halts_somewhere_for_a_third_of_the_time_is_nobody_settled() -> None:
    halts = [of(0, 4)] * 4 + [of(0)] * 8
    assert [one.seen for one in seen(*halts)] == [1] * 12
    now_and_then = [of(0, 4), of(0), of(0)] * 4
    assert seen(*now_and_then)[3].seen == 2


def test_a_second_box_beside_a_surer_head_must_be_found_more_often_than_one_that_stands_alone() -> None:
    beside = [of(0, 1.2), of(0), of(0, 1.2), of(0), of(0)] * 3
    assert max(one.seen for one in seen(*beside)) == 1
    alone = [of(0, 4), of(0), of(0, 4), of(0), of(0)] * 3
    assert max(one.seen for one in seen(*alone)) == 2


def test_who_takes_turns_at_a_window_is_not_one_person_and_who_leans_to_and_fro_is() -> None:
    turns = [of(0, 4), of(0, 5.2), of(0), of(0, 4.7), of(0, 3.8), of(0)] * 3
    assert max(one.seen for one in seen(*turns)) == 1
    leans = [of(0, 4), of(0, 5.2), of(0, 5.2)] * 6
    assert {one.seen for one in seen(*leans)} == {2}


def test_a_face_of_another_scale_is_nobody() -> None:
    row = of(0, 2, 4, 6, 8, 10, 12, 14)
    assert {one.seen for one in seen(*[[*row[:4], (7, 2.2), *[(x + 2, size) for x, size in row[4:]]]] * 12)} == {8}
    assert {one.seen for one in seen(*[[*row, (16, 1.1)]] * 12)} == {9}


def test_where_people_walk_whoever_moves_counts_wherever_he_is() -> None:
    rows = [of(0, 3 + index) for index in range(12)]
    assert {one.seen for one in seen(*rows)} == {1}
    assert {one.seen for one in seen(*rows, walking=True)} == {2}
